// Calls between two, and the pieces that calls of groups are drawn with too: the bar of one that comes in, the screen of one that lasts, the line of one that is over, and the list of all.
export { default as CallLine } from './CallLine.svelte';
export { default as CallScreen } from './CallScreen.svelte';
export { default as DockBar } from './DockBar.svelte';
export { default as DockButton } from './DockButton.svelte';
export { default as RingBar } from './RingBar.svelte';
export { deviceItems } from './devices';
export { ring } from './ringtone';
export { default as CallsList } from './CallsList.svelte';
export { default as IncomingCall } from './IncomingCall.svelte';
export { default as DeviceTest } from './DeviceTest.svelte';
export { default as FloatingWindow } from './FloatingWindow.svelte';
export { default as RingingWindow } from './RingingWindow.svelte';
export { default as SmallCall } from './SmallCall.svelte';
export { default as TryDevicesDialog } from './TryDevicesDialog.svelte';
