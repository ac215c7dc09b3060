// Naming a member of a group while one writes: who could be meant, and which of them is chosen with the keys.
import { matches } from '../../lib/found';
import type { MentionView } from '../../lib/ipc/bindings/MentionView';
import type { PersonView } from '../../lib/ipc/bindings/PersonView';
import { groupView } from '../../lib/ipc/client';
import { beingNamed, mentionsIn } from '../../lib/mentions';

/** So many are offered; a further letter narrows them. */
const MOST = 50;

/** After a space only a name that goes on there is still being written. */
function fits(name: string, sought: string): boolean {
  if (/\s$/.test(sought)) return name.toLowerCase().startsWith(sought.toLowerCase());
  return sought === '' || matches(name, sought);
}

export class Mentioning {
  readonly #chat: number;
  readonly #group: boolean;
  #people = $state.raw<readonly PersonView[]>([]);
  /** Chosen from the list, the last one first: they go before others of the same name. */
  #chosen: PersonView[] = [];
  #writing = $state.raw<{ start: number; sought: string } | null>(null);
  #loading: Promise<void> | undefined;
  /** The one that Enter takes. */
  at = $state(0);

  readonly offered = $derived.by(() => {
    if (!this.#writing) return [];
    const { sought } = this.#writing;
    const fit = this.#people.filter(({ me, name }) => !me && fits(name, sought));
    return fit.slice(0, MOST);
  });

  constructor(chat: number, group: boolean) {
    this.#chat = chat;
    this.#group = group;
  }

  /** The same for another field, into which the text goes on. */
  elsewhere(): Mentioning {
    const other = new Mentioning(this.#chat, this.#group);
    other.#chosen = [...this.#chosen];
    return other;
  }

  /** After each change of the text or the caret. */
  look(text: string, caret: number): void {
    const before = this.#writing;
    this.#writing = this.#group ? beingNamed(text, caret) : null;
    if (this.#writing?.start !== before?.start || this.#writing?.sought !== before?.sought) this.at = 0;
    // Who has come or gone since is known with the next name that one begins.
    if (this.#writing && !before) void this.#load();
  }

  close(): void {
    this.#writing = null;
  }

  /** A key while the list is open: the person whom it chooses, or whether it was meant for the list at all. */
  key(event: KeyboardEvent): PersonView | boolean {
    const { length, [this.at]: person } = this.offered;
    if (!person || event.isComposing || event.shiftKey) return false;
    const chosen = event.key === 'Enter' || event.key === 'Tab';
    if (event.key === 'ArrowDown') this.at = (this.at + 1) % length;
    else if (event.key === 'ArrowUp') this.at = (this.at + length - 1) % length;
    else if (event.key === 'Escape') this.close();
    else if (!chosen) return false;
    event.preventDefault();
    event.stopPropagation();
    return chosen ? person : true;
  }

  /** The text with this person named in it, and where the caret goes. */
  take(person: PersonView, text: string, caret: number): { text: string; caret: number } {
    const start = this.#writing?.start ?? caret;
    this.#chosen = [person, ...this.#chosen.filter((other) => other.account !== person.account)];
    this.close();
    const rest = text.slice(caret);
    const named = `@${person.name}${/^\s/.test(rest) ? '' : ' '}`;
    return { text: text.slice(0, start) + named + rest, caret: start + named.length };
  }

  /** Who is named in what is about to be sent. `known` are those whom an edited message named before. */
  async namedIn(text: string, known: readonly MentionView[] = []): Promise<MentionView[]> {
    if (!this.#group || !text.includes('@')) return [];
    await this.#load();
    const others = this.#people.filter(({ me }) => !me);
    return mentionsIn(text, [...this.#chosen, ...others, ...known.map(({ person }) => person)]);
  }

  #load(): Promise<void> {
    this.#loading ??= groupView(this.#chat)
      .then(({ members }) => {
        this.#people = members.map(({ person }) => person);
      })
      // Whom one could name is then not offered; the words are sent all the same.
      .catch(() => undefined)
      .finally(() => {
        this.#loading = undefined;
      });
    return this.#loading;
  }
}
