// The language in use. Messages read it through a rune, so a change redraws them without a reload.
import { type Locale, isLocale, overwriteGetLocale } from './generated/runtime.js';

const BASE: Locale = 'en';

let current = $state<Locale>(BASE);

overwriteGetLocale(() => current);

/** The language in use. */
export const locale = (): Locale => current;

/** Latin digits everywhere: phone numbers, codes and safety numbers are compared with what other people see. */
export const formattingLocale = (): string => (current === 'ar' ? 'ar-u-nu-latn' : 'en-GB');

export const direction = (): 'ltr' | 'rtl' => (current === 'ar' ? 'rtl' : 'ltr');

/** Uses the chosen language, or the first of the computer's that is spoken here. */
export function speak(chosen: string | null, computer: readonly string[]): void {
  const wanted = chosen ? [chosen] : computer.map((tag) => tag.split('-')[0] ?? tag);
  current = wanted.find((tag): tag is Locale => isLocale(tag)) ?? BASE;
}
