// The pictures of a call: they come encoded (VP8), are decoded here and drawn. After each one the next may come.
import type { CallPicture } from './ipc/bindings/CallPicture';
import { callFrameDrawn } from './ipc/client';
import { callFrames } from './ipc/events';

/** Which picture, whether it is whole, and its time. */
const HEADER = 10;
const PICTURES: readonly CallPicture[] = ['person', 'screen', 'own'];

type Draw = (frame: VideoFrame, picture: CallPicture) => void;

/** Whether this web view can decode pictures at all. */
export const canDecode = (): boolean => typeof VideoDecoder === 'function';

/** One decoder for each of the pictures, for as long as a call is drawn. */
export class CallPictures {
  readonly #decoders = new Map<CallPicture, VideoDecoder>();
  readonly #draw: Draw;
  #open = true;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  start(): Promise<number> {
    return callFrames((bytes) => this.#take(bytes));
  }

  stop(): void {
    this.#open = false;
    for (const decoder of this.#decoders.values()) if (decoder.state !== 'closed') decoder.close();
    this.#decoders.clear();
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
