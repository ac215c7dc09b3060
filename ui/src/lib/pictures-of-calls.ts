// The pictures of a call: they come encoded (VP8), are decoded here and drawn; where that cannot be done they come
// decoded. After each one the next may come.
import type { CallPicture } from './ipc/bindings/CallPicture';
import { callFrameDrawn, groupCallFrameDrawn } from './ipc/client';
import { callFrames, groupCallFrames } from './ipc/events';
import { canPaint, paint, type RawPicture, rawPicture } from './raw-pictures';

/** Behind the name of a picture: whether it is whole, and its time. */
const HEADER = 9;
const PICTURES: readonly CallPicture[] = ['person', 'screen', 'own'];

type Frame = VideoFrame | RawPicture;
type Draw<Which> = (frame: Frame, picture: Which) => void;

/** Where pictures come from, and who is told that one was drawn. */
type Source<Which> = {
  frames: (raw: boolean, receive: (frame: ArrayBuffer) => void) => Promise<number>;
  drawn: (picture: Which, broken: boolean) => Promise<void>;
  /** Which picture it is, at the front of its bytes. */
  which: (view: DataView) => Which | undefined;
  /** So many bytes are its name. */
  named: number;
};

/** Of a call between two: one of three. */
const OF_TWO: Source<CallPicture> = {
  frames: callFrames,
  drawn: callFrameDrawn,
  which: (view) => PICTURES[view.getUint8(0)],
  named: 1,
};

/** Of a call of a group: by the id of whose it is. */
const OF_GROUP: Source<number> = {
  frames: groupCallFrames,
  drawn: groupCallFrameDrawn,
  which: (view) => view.getUint32(0, true),
  named: 4,
};

export const picturesOfTwo = (draw: Draw<CallPicture>) => new CallPictures(OF_TWO, draw);
export const picturesOfGroup = (draw: Draw<number>) => new CallPictures(OF_GROUP, draw);

const canDecode = (): boolean => typeof VideoDecoder === 'function';

/** Whether this web view can show pictures at all. */
export const canDraw = (): boolean => canDecode() || canPaint();

/** Draws a picture as large as it is. */
export function drawOn(canvas: HTMLCanvasElement | undefined, frame: Frame): void {
  if (!canvas) return;
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
class CallPictures<Which> {
  readonly #decoders = new Map<Which, VideoDecoder>();
  readonly #source: Source<Which>;
  readonly #draw: Draw<Which>;
  #open = true;

  constructor(source: Source<Which>, draw: Draw<Which>) {
    this.#source = source;
    this.#draw = draw;
  }

  start(): Promise<number> {
    const raw = !canDecode();
    return this.#source.frames(raw, (bytes) => (raw ? this.#show(bytes) : this.#take(bytes)));
  }

  stop(): void {
    this.#open = false;
    for (const decoder of this.#decoders.values()) if (decoder.state !== 'closed') decoder.close();
    this.#decoders.clear();
  }

  #show(bytes: ArrayBuffer): void {
    const picture = this.#source.which(new DataView(bytes));
    if (!this.#open || picture === undefined) return;
    const raw = rawPicture(bytes, this.#source.named + HEADER);
    if (raw) this.#draw(raw, picture);
    void this.#source.drawn(picture, raw === null);
  }

  #take(bytes: ArrayBuffer): void {
    const view = new DataView(bytes);
    const picture = this.#source.which(view);
    if (!this.#open || picture === undefined) return;
    const { named } = this.#source;
    const type = view.getUint8(named) === 1 ? 'key' : 'delta';
    const timestamp = Number(view.getBigUint64(named + 1, true));
    try {
      const data = new Uint8Array(bytes, named + HEADER);
      this.#decoder(picture).decode(new EncodedVideoChunk({ type, timestamp, data }));
    } catch {
      this.#broken(picture);
    }
  }

  #decoder(picture: Which): VideoDecoder {
    const known = this.#decoders.get(picture);
    if (known && known.state !== 'closed') return known;
    const decoder = new VideoDecoder({
      output: (frame) => {
        if (this.#open) this.#draw(frame, picture);
        frame.close();
        if (this.#open) void this.#source.drawn(picture, false);
      },
      error: () => this.#broken(picture),
    });
    decoder.configure({ codec: 'vp8', optimizeForLatency: true });
    this.#decoders.set(picture, decoder);
    return decoder;
  }

  /** A new decoder begins with the next whole picture. */
  #broken(picture: Which): void {
    this.#decoders.delete(picture);
    if (this.#open) void this.#source.drawn(picture, true);
  }
}
