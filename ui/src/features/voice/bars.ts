// The bars of a waveform.

/** Loudest level of a waveform. */
const LOUDEST = 31;
/** Bars of a bubble, 3 wide with 2 between them. */
export const BARS = 44;

/** The heights of so many bars, from 0 to 1: of each stretch its loudest level. */
export function heights(levels: readonly number[], count = BARS): number[] {
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((at + 1) * levels.length) / count));
    return Math.max(0, ...levels.slice(from, to)) / LOUDEST;
  });
}

export const SPEEDS = { normal: '1×', faster: '1.5×', double: '2×' } as const;
