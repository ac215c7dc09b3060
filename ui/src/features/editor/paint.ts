// Draws a photo as it was edited: small while one edits it, in its full size when it is sent.
import type { Edit, Stroke } from '../../lib/photo-edit';

type Pen = CanvasRenderingContext2D;
type Picture = { image: CanvasImageSource; width: number; height: number };

/** Loads a picture upright. Decoding happens beside the page. */
export async function pictureOf(file: Blob): Promise<Picture> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return { image, width: image.naturalWidth, height: image.naturalHeight };
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The same picture, its longest side no longer than this: edited many times a second. */
export function smaller(picture: Picture, edge: number): Picture {
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture.image, 0, 0, canvas.width, canvas.height);
  return { image: canvas, width: canvas.width, height: canvas.height };
}

/** How large it is once it is turned. */
export function sizeOfTurned({ width, height }: { width: number; height: number }, { turns }: Edit) {
  return turns % 2 === 0 ? { width, height } : { width: height, height: width };
}

function strokeOn(pen: Pen, { colour, width, points }: Stroke, size: { width: number; height: number }): void {
  const at = points.map(({ x, y }) => [x * size.width, y * size.height] as const);
  const [first, ...rest] = at;
  if (!first) return;
  pen.strokeStyle = colour;
  pen.lineWidth = width * Math.max(size.width, size.height);
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  pen.beginPath();
  pen.moveTo(...first);
  if (rest.length === 0) pen.lineTo(...first);
  // Through the middles between points, so that a quick hand draws no corners.
  let before = first;
  for (const point of rest) {
    pen.quadraticCurveTo(...before, (before[0] + point[0]) / 2, (before[1] + point[1]) / 2);
    before = point;
  }
  pen.lineTo(...before);
  pen.stroke();
}

/** Draws all of it, turned, so wide and so high, with what was drawn on it. The crop is not looked at. */
export function paint(pen: Pen, picture: Picture, edit: Edit, size: { width: number; height: number }): void {
  pen.save();
  pen.translate(size.width / 2, size.height / 2);
  pen.rotate((edit.turns * Math.PI) / 2);
  const [width, height] = edit.turns % 2 === 0 ? [size.width, size.height] : [size.height, size.width];
  pen.drawImage(picture.image, -width / 2, -height / 2, width, height);
  pen.restore();
  for (const stroke of edit.strokes) strokeOn(pen, stroke, size);
}

/** What is left of it as a JPEG, its longest side no longer than `edge`. Nothing that a camera noted is in it. */
export async function render(picture: Picture, edit: Edit, edge: number): Promise<Blob> {
  const whole = sizeOfTurned(picture, edit);
  const { crop } = edit;
  const [width, height] = [crop.width * whole.width, crop.height * whole.height];
  const scale = Math.min(1, edge / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  const all = { width: canvas.width / crop.width, height: canvas.height / crop.height };
  pen.translate(-crop.x * all.width, -crop.y * all.height);
  paint(pen, picture, edit, all);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.95));
  // Given back at once: a picture of 24 megapixels takes a hundred megabytes.
  canvas.width = canvas.height = 0;
  if (!blob) throw new Error('the picture is too large');
  return blob;
}
