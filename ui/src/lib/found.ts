// Marking what was looked for in a text, by the engine's rules: case, accents and invisible signs do not count.
export type Piece = { text: string; found: boolean };

const OTHER_LETTERS: Record<string, string> = {
  ß: 'ss',
  ς: 'σ',
  ı: 'i',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  æ: 'ae',
  œ: 'oe',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
};

/** Marks, but not those that make another letter (kana voicing, virama); and signs that take no room. */
const DROPPED =
  /(?![\u3099\u309a\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d])[\p{Mn}\u00ad\u061c\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** Two texts that a person would call the same when searching become the same. */
export function folded(text: string): string {
  const plain = text.toLowerCase().normalize('NFKD').replace(DROPPED, '').toLowerCase();
  return [...plain].map((letter) => OTHER_LETTERS[letter] ?? letter).join('');
}

/** The text in pieces: what any of the sought words covers, and what lies between. */
export function pieces(text: string, sought: string): Piece[] {
  const words = folded(sought).split(/\s+/).filter(Boolean);
  if (words.length === 0 || text === '') return [{ text, found: false }];
  const letters = [...text];
  let plain = '';
  /** Which letter of the text each unit of the folded one came from. */
  const origin: number[] = [];
  letters.forEach((letter, at) => {
    const part = folded(letter);
    plain += part;
    origin.push(...new Array<number>(part.length).fill(at));
  });
  const marked = new Array<boolean>(letters.length).fill(false);
  for (const word of words) {
    for (let at = plain.indexOf(word); at >= 0; at = plain.indexOf(word, at + word.length)) {
      const first = origin[at] ?? 0;
      const last = origin[at + word.length - 1] ?? first;
      marked.fill(true, first, last + 1);
    }
  }
  const result: Piece[] = [];
  letters.forEach((letter, at) => {
    const found = marked[at] ?? false;
    const before = result.at(-1);
    // An accent that stands by itself belongs to the letter before it.
    if (before && (before.found === found || folded(letter) === '')) before.text += letter;
    else result.push({ text: letter, found });
  });
  return result;
}

export const matches = (text: string, sought: string): boolean => {
  const plain = folded(text);
  return folded(sought)
    .split(/\s+/)
    .every((word) => plain.includes(word));
};
