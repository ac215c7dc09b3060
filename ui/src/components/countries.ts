// Countries with their names and flags, in the order a person looks for them.
import type { Country } from '../lib/ipc/bindings/Country';

export type NamedCountry = Country & { name: string; flag: string };

/** Two regional indicators make a flag. */
function flagOf(region: string): string {
  return String.fromCodePoint(...[...region].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65));
}

export function named(countries: readonly Country[], language: string): NamedCountry[] {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  const order = new Intl.Collator(language);
  return countries
    .map((country) => ({ ...country, name: names.of(country.region) ?? country.region, flag: flagOf(country.region) }))
    .sort((one, other) => order.compare(one.name, other.name));
}

const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** Countries whose name, region or calling code begins with what was typed, then those that contain it. */
export function matching(countries: readonly NamedCountry[], sought: string): NamedCountry[] {
  const wanted = folded(sought.trim());
  if (!wanted) return [...countries];
  const digits = wanted.replace(/^\+/, '');
  const begins = (country: NamedCountry) =>
    folded(country.name).startsWith(wanted) ||
    country.region.toLowerCase() === wanted ||
    String(country.calling_code).startsWith(digits);
  const contains = (country: NamedCountry) => !begins(country) && folded(country.name).includes(wanted);
  return [...countries.filter(begins), ...countries.filter(contains)];
}

/** The country to begin with: the region of the computer's language, if it names one. */
export function homeRegion(languages: readonly string[]): string | undefined {
  for (const tag of languages) {
    const region = regionOf(tag);
    if (region) return region;
  }
  return undefined;
}

/** Computers name languages that are none, such as `C` in containers; those name no region. */
function regionOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).region;
  } catch {
    return undefined;
  }
}
