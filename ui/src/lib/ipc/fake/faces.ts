// Painted faces for those in a scene who have a picture.
type Face = readonly [ground: string, skin: string, cloth: string];

const SIZE = 184;

/** A JPEG, as the engine would hand it over. */
export async function paintFace([ground, skin, cloth]: Face): Promise<ArrayBuffer> {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  const brush = canvas.getContext('2d');
  if (!brush) return new ArrayBuffer(0);
  brush.scale(SIZE / 46, SIZE / 46);
  brush.fillStyle = ground;
  brush.fillRect(0, 0, 46, 46);
  brush.fillStyle = skin;
  brush.fill(new Path2D('M14.5 19a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0z'));
  brush.fillStyle = cloth;
  brush.fill(new Path2D('M6 46c0-12 8-17 17-17s17 5 17 17z'));
  brush.fill(new Path2D('M14 18c0-9 4-12 9-12s9 3 9 11c-3-1-5-3-6-5-2 3-7 5-12 6z'));
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.92));
  return blob ? blob.arrayBuffer() : new ArrayBuffer(0);
}
