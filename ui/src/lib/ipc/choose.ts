// Picks the shell at start. The fake engine is left out of the production bundle by the guard on its import.
import { useShell } from './shell';
import { tauriShell } from './tauri';

export async function chooseShell(): Promise<void> {
  if ('__TAURI_INTERNALS__' in window) {
    useShell(tauriShell);
  } else if (import.meta.env.DEV || import.meta.env.MODE === 'fake') {
    const { fakeShell } = await import('./fake');
    useShell(fakeShell(new URLSearchParams(location.search)));
  } else {
    throw new Error('Sotto has to be started as a program');
  }
}
