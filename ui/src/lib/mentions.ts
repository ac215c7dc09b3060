// People who are named in a text with an @, found by their present names and drawn by them.
import type { MentionRange } from './ipc/bindings/MentionRange';
import type { MentionView } from './ipc/bindings/MentionView';
import type { PersonView } from './ipc/bindings/PersonView';

const isWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_]/u.test(character);

/** The text with everybody's present name in it. */
export function withNames(text: string, mentions: readonly MentionView[]): string {
  let line = '';
  let from = 0;
  for (const { start, length, person } of mentions) {
    line += `${text.slice(from, start)}@${person.name}`;
    from = start + length;
  }
  return line + text.slice(from);
}

/** Who is named in a text, and where. Of two with one name it is the one who was chosen last. */
export function mentionsIn(text: string, people: readonly PersonView[]): MentionView[] {
  const named = people.filter(({ name }) => name !== '').sort((one, other) => other.name.length - one.name.length);
  const found: MentionView[] = [];
  let at = text.indexOf('@');
  while (at >= 0) {
    const start = at;
    const person = isWord(text[start - 1])
      ? undefined
      : named.find(({ name }) => text.startsWith(name, start + 1) && !isWord(text[start + 1 + name.length]));
    const length = person ? person.name.length + 1 : 1;
    if (person) found.push({ start, length, person });
    at = text.indexOf('@', start + length);
  }
  return found;
}

/** As the engine takes them. */
export const rangesOf = (mentions: readonly MentionView[]): MentionRange[] =>
  mentions.map(({ start, length, person }) => ({ start, length, account: person.account }));

/** Where a name begins that is being written before the caret, and what of it is there. */
export function beingNamed(text: string, caret: number): { start: number; sought: string } | null {
  const before = text.slice(0, caret);
  const start = before.lastIndexOf('@');
  const sought = before.slice(start + 1);
  if (start < 0 || isWord(before[start - 1]) || sought.length > 40 || /\n|^\s/.test(sought)) return null;
  return { start, sought };
}
