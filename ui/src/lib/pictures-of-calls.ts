// The pictures of a call: they come encoded (VP8), are decoded here and drawn; where that cannot be done they come
// decoded. After each one the next may come.
import type { CallPicture } from './ipc/bindings/CallPicture';
import { callFrameDrawn } from './ipc/client';
import { callFrames } from './ipc/events';
import { canPaint, paint, type RawPicture, rawPicture } from './raw-pictures';

/** Which picture, whether it is whole, and its time. */
const HEADER = 10;
const PICTURES: readonly CallPicture[] = ['person', 'screen', 'own'];

type Draw = (frame: VideoFrame | RawPicture, picture: CallPicture) => void;

const canDecode = (): boolean => typeof VideoDecoder === 'function';

/** Whether this web view can show pictures at all. */
export const canDraw = (): boolean => canDecode() || canPaint();

/** Draws a picture as large as it is. */
export function drawOn(canvas: HTMLCanvasElement, frame: VideoFrame | RawPicture): void {
  if ('planes' in frame) {
    paint(canvas, frame);
  } else {
    const { displayWidth, displayHeight } = frame;
    if (canvas.width !== displayWidth) canvas.width = displayWidth;
    if (canvas.height !== displayHeight) canvas.height = displayHeight;
    canvas.getContext('2d')?.drawImage(frame, 0, 0);
  }
  // Read by the tests of the real window.
  canvas.dataset.frames = String(1 + Number(canvas.dataset.frames ?? 0));
}

/** One decoder for each of the pictures, for as long as a call is drawn. */
export class CallPictures {
  readonly #decoders = new Map<CallPicture, VideoDecoder>();
  readonly #draw: Draw;
  #open = true;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  start(): Promise<number> {
    const raw = !canDecode();
    return callFrames(raw, (bytes) => (raw ? this.#show(bytes) : this.#take(bytes)));
  }

  stop(): void {
    this.#open = false;
    for (const decoder of this.#decoders.values()) if (decoder.state !== 'closed') decoder.close();
    this.#decoders.clear();
  }

  #show(bytes: ArrayBuffer): void {
    const picture = PICTURES[new DataView(bytes).getUint8(0)];
    if (!this.#open || !picture) return;
    const raw = rawPicture(bytes, HEADER);
    if (raw) this.#draw(raw, picture);
    void callFrameDrawn(picture, raw === null);
  }

  #take(bytes: ArrayBuffer): void {
    const view = new DataView(bytes);
    const picture = PICTURES[view.getUint8(0)];
    if (!this.#open || !picture) return;
    const type = view.getUint8(1) === 1 ? 'key' : 'delta';
    const timestamp = Number(view.getBigUint64(2, true));
    try {
      const data = new Uint8Array(bytes, HEADER);
      this.#decoder(picture).decode(new EncodedVideoChunk({ type, timestamp, data }));
    } catch {
      this.#broken(picture);
    }
  }

  #decoder(picture: CallPicture): VideoDecoder {
    const known = this.#decoders.get(picture);
    if (known && known.state !== 'closed') return known;
    const decoder = new VideoDecoder({
      output: (frame) => {
        if (this.#open) this.#draw(frame, picture);
        frame.close();
        if (this.#open) void callFrameDrawn(picture, false);
      },
      error: () => this.#broken(picture),
    });
    decoder.configure({ codec: 'vp8', optimizeForLatency: true });
    this.#decoders.set(picture, decoder);
    return decoder;
  }

  /** A new decoder begins with the next whole picture. */
  #broken(picture: CallPicture): void {
    this.#decoders.delete(picture);
    if (this.#open) void callFrameDrawn(picture, true);
  }
}
