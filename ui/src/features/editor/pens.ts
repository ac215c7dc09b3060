// The pens that one draws on photos with, and the shapes that one crops them to.
export const COLOURS = ['#ffffff', '#1d1416', '#d8433b', '#e3a53a', '#3f9a63', '#3d6fb6'] as const;
/** Shares of the longest side. */
export const WIDTHS = [0.004, 0.009, 0.018] as const;

export type Shape = 'free' | 'same' | 'square' | 'four' | 'wide';

/** Width by height of a crop; null when any will do. Shapes stand as the picture does. */
export function ratioOf(shape: Shape, aspect: number): number | null {
  const standing = (ratio: number) => (aspect < 1 ? 1 / ratio : ratio);
  if (shape === 'same') return aspect;
  if (shape === 'square') return 1;
  if (shape === 'four') return standing(4 / 3);
  return shape === 'wide' ? standing(16 / 9) : null;
}
