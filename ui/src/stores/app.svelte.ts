// The program as a whole, as the engine last told it: stage, profile, settings, connection.
import type { AppEvent } from '../lib/ipc/bindings/AppEvent';
import type { AppState } from '../lib/ipc/bindings/AppState';
import type { LocalRelay } from '../lib/ipc/bindings/LocalRelay';
import type { Me } from '../lib/ipc/bindings/Me';
import type { Settings } from '../lib/ipc/bindings/Settings';
import { appState, settingsSet } from '../lib/ipc/client';
import { appSubscribe } from '../lib/ipc/events';
import { files } from './files.svelte';
import { people } from './people.svelte';
import { place } from './place.svelte';
import { stories } from './stories.svelte';
import { toasts } from './toasts.svelte';

class App {
  #state = $state.raw<AppState>();
  /** What waits to be read in chats that make themselves heard. */
  unread = $state(0);
  localRelay = $state.raw<LocalRelay>({ kind: 'running' });

  /** Undefined only until the first event. */
  get state(): AppState | undefined {
    return this.#state;
  }

  /** One's own profile; asked for only where somebody is signed in. */
  get me(): Me {
    const me = this.#state?.me;
    if (!me) throw new Error('nobody is signed in');
    return me;
  }

  get settings(): Settings | undefined {
    return this.#state?.settings ?? undefined;
  }

  get connection(): AppState['connection'] {
    return this.#state?.connection ?? { kind: 'idle' };
  }

  async start(): Promise<void> {
    await appSubscribe((event) => this.receive(event));
  }

  /** Asks for the whole state, for commands whose answer is all that changed. */
  async refresh(): Promise<void> {
    this.#state = await appState();
  }

  receive(event: AppEvent): void {
    switch (event.kind) {
      case 'state':
        this.#state = event.state;
        break;
      case 'connection':
        if (this.#state) this.#state = { ...this.#state, connection: event.connection };
        if (event.connection.kind === 'offline') people.forget();
        break;
      case 'presence':
        people.seen(event.chat, event.presence);
        break;
      case 'typing':
        people.wrote(event.chat, event.writing, event.names);
        break;
      case 'local_relay':
        this.localRelay = event.state;
        break;
      case 'transfer':
        files.moved(event.order, event.place, event.done, event.total);
        break;
      case 'open_chat':
        place.openChat(event.chat, event.order);
        break;
      case 'stories':
        void stories.load();
        break;
      case 'unread':
        this.unread = event.count;
        break;
    }
  }

  /** Draws a changed setting at once; what the engine does not accept is taken back. */
  async change(part: Partial<Settings>): Promise<void> {
    const before = this.#state;
    if (!before?.settings) return;
    const settings = { ...before.settings, ...part };
    this.#state = { ...before, settings };
    try {
      await settingsSet(settings);
    } catch (reason) {
      if (this.#state?.settings === settings) this.#state = { ...this.#state, settings: before.settings };
      toasts.fail(reason);
    }
  }

  /** The answer of a command that changed one's own profile. */
  became(me: Me): void {
    if (this.#state) this.#state = { ...this.#state, me };
  }
}

export const app = new App();
