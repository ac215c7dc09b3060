// Pictures of a call in the fake world: drawn and encoded here, where the web view can; each stands by itself.
type Scene = { readonly wall: string; readonly dress: string; readonly hair: string; readonly skin: string };

const PERSON: Scene = { wall: '#74424a', dress: '#3a2430', hair: '#2a1a24', skin: '#b0785c' };
const OWN: Scene = { wall: '#b8c4b4', dress: '#8c5038', hair: '#5a3a22', skin: '#e4b48c' };

function person(canvas: OffscreenCanvas, { wall, dress, hair, skin }: Scene): void {
  const { width, height } = canvas;
  const pen = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  const round = (colour: string, x: number, y: number, across: number, down: number) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x * width, y * height, across * height, down * height, 0, 0, 2 * Math.PI);
    pen.fill();
  };
  pen.fillStyle = wall;
  pen.fillRect(0, 0, width, height);
  round(dress, 0.5, 1.05, 0.5, 0.36);
  round(hair, 0.5, 0.42, 0.2, 0.24);
  round(skin, 0.5, 0.46, 0.15, 0.19);
}

function sheet(canvas: OffscreenCanvas): void {
  const pen = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  pen.fillStyle = '#fbf8f2';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = '#2a1c1c';
  pen.font = '48px serif';
  pen.fillText('Second movement', 420, 140);
  for (let line = 0; line < 16; line += 1) pen.fillRect(140, 240 + 14 * line + 40 * Math.floor(line / 4), 1000, 2);
}

const DRAWN: readonly ((canvas: OffscreenCanvas) => void)[] = [
  (canvas) => person(canvas, PERSON),
  sheet,
  (canvas) => person(canvas, OWN),
];

/** One picture of each kind. */
export async function sendPictures(receive: (frame: ArrayBuffer) => void): Promise<void> {
  if (typeof VideoEncoder !== 'function') return;
  for (const [index, draw] of DRAWN.entries()) {
    const canvas = new OffscreenCanvas(1280, 720);
    draw(canvas);
    const encoder = new VideoEncoder({
      output: (chunk) => {
        const bytes = new Uint8Array(10 + chunk.byteLength);
        bytes.set([index, 1]);
        chunk.copyTo(bytes.subarray(10));
        receive(bytes.buffer);
      },
      error: () => undefined,
    });
    encoder.configure({ codec: 'vp8', width: canvas.width, height: canvas.height });
    const frame = new VideoFrame(canvas, { timestamp: 0 });
    encoder.encode(frame, { keyFrame: true });
    frame.close();
    await encoder.flush();
    encoder.close();
  }
}
