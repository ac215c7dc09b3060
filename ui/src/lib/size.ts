// How much a file is, as people say it: "640 kB", "3.4 MB".
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

const made = new Map<string, Intl.NumberFormat>();

function format(value: number, unit: (typeof UNITS)[number], locale: string): string {
  const key = `${locale} ${unit}`;
  let formatter = made.get(key);
  if (!formatter) {
    const digits = unit === 'megabyte' || unit === 'gigabyte' ? 1 : 0;
    // The short name of a byte has no plural.
    const unitDisplay = unit === 'byte' ? 'long' : 'short';
    formatter = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumFractionDigits: digits });
    made.set(key, formatter);
  }
  return formatter.format(value);
}

export function sizeOf(bytes: number, locale: string): string {
  let value = bytes;
  let at = 0;
  while (value >= 999.5 && at < UNITS.length - 1) {
    value /= 1000;
    at += 1;
  }
  return format(value, UNITS[at] ?? 'byte', locale);
}
