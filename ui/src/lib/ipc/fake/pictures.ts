// Pictures of a call in the fake world: drawn and encoded here, where the web view can; each stands by itself.
import type { GroupCallView } from '../bindings/GroupCallView';

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
  for (const [index, draw] of DRAWN.entries()) await send(draw, new Uint8Array([index]), receive);
}

const SITTERS: readonly Scene[] = [
  { wall: '#c9b6d0', dress: '#7c2232', hair: '#3a2a3a', skin: '#d8a888' },
  { wall: '#36425c', dress: '#2f4a3f', hair: '#4a2a18', skin: '#dca888' },
  { wall: '#e6ceb8', dress: '#4a5c88', hair: '#c89048', skin: '#eec0a0' },
  { wall: '#7c4838', dress: '#c89858', hair: '#1c1018', skin: '#6c4034' },
];

/** One picture of each who is seen in a call of a group. */
export async function sendGroupPictures(
  call: GroupCallView | null | undefined,
  receive: (frame: ArrayBuffer) => void,
): Promise<void> {
  const seen = (call?.people ?? []).filter(({ side }) => side.camera || side.screen).map(({ id }) => id);
  for (const [index, id] of [...seen, 0].entries()) {
    const name = new Uint8Array(4);
    new DataView(name.buffer).setUint32(0, id, true);
    const scene = id === 0 ? OWN : (SITTERS[index % SITTERS.length] ?? PERSON);
    await send((canvas) => person(canvas, scene), name, receive);
  }
}

async function send(
  draw: (canvas: OffscreenCanvas) => void,
  name: Uint8Array,
  receive: (frame: ArrayBuffer) => void,
): Promise<void> {
  if (typeof VideoEncoder !== 'function') return;
  const canvas = new OffscreenCanvas(1280, 720);
  draw(canvas);
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const bytes = new Uint8Array(name.length + 9 + chunk.byteLength);
      bytes.set([...name, 1]);
      chunk.copyTo(bytes.subarray(name.length + 9));
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
