// The devices of a call as a menu: a part for each kind, the system's own choice first.
import type { MenuItem } from '../../components/menus.svelte';
import { m } from '../../i18n';
import type { CallDevice } from '../../lib/ipc/bindings/CallDevice';
import type { CallDeviceKind } from '../../lib/ipc/bindings/CallDeviceKind';

type Use = (kind: CallDeviceKind, id: string | null) => void;

const KINDS: readonly { kind: CallDeviceKind; label: () => string; icon: MenuItem['icon'] }[] = [
  { kind: 'microphone', label: () => m.call_microphones(), icon: 'mic' },
  { kind: 'speaker', label: () => m.call_speakers(), icon: 'bell' },
  { kind: 'camera', label: () => m.call_cameras(), icon: 'video' },
  { kind: 'screen', label: () => m.call_screens(), icon: 'share_screen' },
];

/** Those of `kinds`, to choose from. */
export function deviceItems(
  devices: readonly CallDevice[],
  use: Use,
  kinds: readonly CallDeviceKind[] = KINDS.map(({ kind }) => kind),
): MenuItem[] {
  return KINDS.filter(({ kind }) => kinds.includes(kind)).map(({ kind, label, icon }) => ({
    icon,
    label: label(),
    items: [
      { icon, label: m.call_device_default(), run: () => use(kind, null) },
      ...devices
        .filter((device) => device.kind === kind)
        .map((device) => ({ icon, label: device.name, run: () => use(kind, device.id) })),
    ],
  }));
}
