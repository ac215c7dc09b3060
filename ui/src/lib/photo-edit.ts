// What a person does to a photo before it is sent: turning, cropping, drawing. Nothing here knows of pixels: places are
// shares of the picture as it is turned now, so one edit fits the small view and the whole picture alike.

export type Box = { x: number; y: number; width: number; height: number };
export type Point = { x: number; y: number };
/** `width` is a share of the longest side. */
export type Stroke = { colour: string; width: number; points: readonly Point[] };
export type Edit = { turns: 0 | 1 | 2 | 3; crop: Box; strokes: readonly Stroke[] };
export type Handle = 'nw' | 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w' | 'move';
export const HANDLES: readonly Handle[] = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'];

const WHOLE: Box = { x: 0, y: 0, width: 1, height: 1 };
export const UNTOUCHED_PHOTO: Edit = { turns: 0, crop: WHOLE, strokes: [] };
/** No side gets shorter than this share. */
const LEAST = 0.05;

const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), Math.max(least, most));

export function isUntouched({ turns, crop, strokes }: Edit): boolean {
  return turns === 0 && strokes.length === 0 && crop.x === 0 && crop.y === 0 && crop.width === 1 && crop.height === 1;
}

/** A quarter further, clockwise, with everything that was done to it. */
export function turned({ turns, crop, strokes }: Edit): Edit {
  return {
    turns: ((turns + 1) % 4) as Edit['turns'],
    crop: { x: 1 - crop.y - crop.height, y: crop.x, width: crop.height, height: crop.width },
    strokes: strokes.map((stroke) => ({ ...stroke, points: stroke.points.map(({ x, y }) => ({ x: 1 - y, y: x })) })),
  };
}

/** The largest crop of a shape (width by height, as `aspect` of the picture is) around the middle of the one before. */
export function shaped(crop: Box, shape: number, aspect: number): Box {
  // In shares, a square of a picture twice as wide as high is half as wide as it is high.
  const ratio = shape / aspect;
  const width = Math.min(1, ratio);
  const height = width / ratio;
  const middle = { x: crop.x + crop.width / 2, y: crop.y + crop.height / 2 };
  return {
    x: clamp(middle.x - width / 2, 0, 1 - width),
    y: clamp(middle.y - height / 2, 0, 1 - height),
    width,
    height,
  };
}

/** The crop after a handle of it was moved. With a `shape` it keeps that, and the corner across stays where it is. */
export function dragged(crop: Box, handle: Handle, by: Point, shape: number | null, aspect: number): Box {
  if (handle === 'move') {
    return {
      ...crop,
      x: clamp(crop.x + by.x, 0, 1 - crop.width),
      y: clamp(crop.y + by.y, 0, 1 - crop.height),
    };
  }
  let [left, top] = [crop.x, crop.y];
  let [right, bottom] = [crop.x + crop.width, crop.y + crop.height];
  if (handle.includes('w')) left = clamp(left + by.x, 0, right - LEAST);
  if (handle.includes('e')) right = clamp(right + by.x, left + LEAST, 1);
  if (handle.includes('n')) top = clamp(top + by.y, 0, bottom - LEAST);
  if (handle.includes('s')) bottom = clamp(bottom + by.y, top + LEAST, 1);
  if (shape === null) return { x: left, y: top, width: right - left, height: bottom - top };
  const ratio = shape / aspect;
  const upwards = handle.includes('n');
  const leftwards = handle.includes('w');
  const room = {
    width: leftwards ? crop.x + crop.width : 1 - crop.x,
    height: upwards ? crop.y + crop.height : 1 - crop.y,
  };
  const sideways = handle.includes('e') || handle.includes('w');
  const wanted = sideways ? right - left : (bottom - top) * ratio;
  const width = clamp(wanted, LEAST * Math.max(1, ratio), Math.min(room.width, room.height * ratio));
  const height = width / ratio;
  return {
    x: leftwards ? crop.x + crop.width - width : crop.x,
    y: upwards ? crop.y + crop.height - height : crop.y,
    width,
    height,
  };
}
