// The start of the small window of a call that rings.
import { RingingWindow } from './features/calls';
import { open } from './small';
import { groupCalls } from './stores/group-calls.svelte';

await open(RingingWindow, () => groupCalls.watch());
