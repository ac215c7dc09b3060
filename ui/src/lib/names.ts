// How a person is called inside a sentence.

/** The first name, unless that would be a title, an initial or a piece of a number. */
export function shortName(title: string): string {
  const first = title.split(/\s/, 1)[0] ?? title;
  return /^\p{L}[\p{L}'’-]{2,}$/u.test(first) ? first : title;
}
