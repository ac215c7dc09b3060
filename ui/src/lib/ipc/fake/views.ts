// Painted pictures for files of messages: hills under an evening sky, each a little different.

const SKIES = [
  ['#2f2d55', '#ea9c78', '#3b2430'],
  ['#cfdfd9', '#f4e3b5', '#4f7a68'],
  ['#6b3f55', '#f0c9a4', '#2c2333'],
  ['#9bb7d4', '#f6efe2', '#3d5a4c'],
] as const;

/** A JPEG of about this shape, as the engine would hand it over. */
export async function paintView(order: number, width: number, height: number): Promise<ArrayBuffer> {
  const canvas = document.createElement('canvas');
  canvas.width = 640;
  canvas.height = Math.round((640 * height) / width);
  const brush = canvas.getContext('2d');
  if (!brush) return new ArrayBuffer(0);
  const [top, low, hill] = SKIES[order % SKIES.length] ?? SKIES[0];
  const sky = brush.createLinearGradient(0, 0, 0, canvas.height * 0.7);
  sky.addColorStop(0, top);
  sky.addColorStop(1, low);
  brush.fillStyle = sky;
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.fillStyle = low;
  brush.beginPath();
  brush.arc(140 + ((order * 97) % 380), canvas.height * 0.3, 34, 0, Math.PI * 2);
  brush.fill();
  brush.fillStyle = hill;
  brush.beginPath();
  brush.moveTo(0, canvas.height);
  for (let x = 0; x <= 640; x += 16) {
    brush.lineTo(x, canvas.height * (0.66 + 0.1 * Math.sin(x / 90 + order) + 0.04 * Math.sin(x / 31)));
  }
  brush.lineTo(640, canvas.height);
  brush.fill();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
  return blob ? blob.arrayBuffer() : new ArrayBuffer(0);
}
