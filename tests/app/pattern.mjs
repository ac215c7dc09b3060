// The moving pattern that stands in for cameras and screens, as it is drawn at a real window.

import { until } from './processes.mjs';
import { hook } from './window.mjs';

/** The counter in the pattern on a canvas, if its check fits: see `crates/media/src/picture/pattern.rs`. */
const COUNTER = `
  const canvas = document.querySelector(arguments[0]);
  if (!canvas?.dataset.frames) return null;
  const across = Math.floor(canvas.width / 16);
  const down = Math.floor(canvas.height / 16);
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  const drawing = copy.getContext('2d');
  drawing.drawImage(canvas, 0, 0);
  const { data } = drawing.getImageData(0, 0, canvas.width, 4 * down);
  const [number, high, low, check] = [0, 1, 2, 3].map((row) => {
    let bits = 0;
    for (let column = 0; column < 16; column += 1) {
      const x = column * across + Math.floor(across / 2);
      const y = row * down + Math.floor(down / 2);
      bits = bits * 2 + (data[4 * (y * canvas.width + x) + 1] > 128 ? 1 : 0);
    }
    return bits;
  });
  const fits = check === (number ^ high ^ low ^ 0x5a5a);
  return { number: fits ? number : null, frames: Number(canvas.dataset.frames) };`;

/** The pattern moves on that canvas: its counter is another one each time, and many frames were drawn. */
export const watches = (window, id) => watchesAt(window, hook(id));

/** The same for what fits a selector. */
export async function watchesAt(window, selector) {
  const seen = new Set();
  await until(
    `${window.name} sees ${selector} move`,
    async () => {
      const drawn = await window.run(COUNTER, selector);
      if (drawn && drawn.number !== null) seen.add(drawn.number);
      return seen.size >= 5 && drawn.frames >= 10;
    },
    40,
  );
}
