// A sign-up code as people type and paste it.
export const CODE_LENGTH = 6;

const ARABIC_ZERO = 0x660;
const PERSIAN_ZERO = 0x6f0;

function latinDigit(character: string): string {
  const point = character.charCodeAt(0);
  if (point >= ARABIC_ZERO && point < ARABIC_ZERO + 10) return String(point - ARABIC_ZERO);
  if (point >= PERSIAN_ZERO && point < PERSIAN_ZERO + 10) return String(point - PERSIAN_ZERO);
  return character;
}

/** The digits of whatever was typed or pasted (`407 123`, `407-123`, Arabic digits), at most six. */
export function digitsOf(text: string): string {
  return [...text]
    .map(latinDigit)
    .filter((character) => /[0-9]/.test(character))
    .join('')
    .slice(0, CODE_LENGTH);
}

/** `407 123`, as it is read aloud. */
export function spaced(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}
