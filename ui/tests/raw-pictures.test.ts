// Pictures that come decoded: what does not fit is not drawn.
import { describe, expect, it } from 'vitest';
import { rawPicture } from '../src/lib/raw-pictures';

function bytes(width: number, height: number, length: number): ArrayBuffer {
  const buffer = new ArrayBuffer(14 + length);
  const view = new DataView(buffer);
  view.setUint16(10, width, true);
  view.setUint16(12, height, true);
  new Uint8Array(buffer, 14).forEach((_, at, all) => (all[at] = at));
  return buffer;
}

describe('a raw picture', () => {
  it('has three planes, two of them at half the size', () => {
    const picture = rawPicture(bytes(4, 2, 12), 10);
    expect(picture?.width).toBe(4);
    expect(picture?.height).toBe(2);
    expect(picture?.planes.map((plane) => [...plane])).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7],
      [8, 9],
      [10, 11],
    ]);
  });

  it('is none where its size and its bytes do not fit', () => {
    for (const wrong of [bytes(4, 2, 11), bytes(4, 2, 13), bytes(0, 0, 0), new ArrayBuffer(12)]) {
      expect(rawPicture(wrong, 10)).toBeNull();
    }
  });
});
