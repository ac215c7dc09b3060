// Reads what is added to a growing file.

import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/**
 * Calls `onText` with whatever is added to `file`; with `fromEnd`, only from now on.
 * Gives back a function that reads what is left and stops.
 */
export function follow(file, onText, { interval = 250, fromEnd = false } = {}) {
  const decoder = new StringDecoder('utf8');
  let offset = fromEnd && existsSync(file) ? statSync(file).size : 0;
  const look = () => {
    if (!existsSync(file)) return;
    const size = statSync(file).size;
    if (size < offset) offset = 0;
    if (size === offset) return;
    onText(decoder.write(readRange(file, offset, size)));
    offset = size;
  };
  const timer = setInterval(look, interval);
  timer.unref();
  return () => {
    clearInterval(timer);
    look();
  };
}

function readRange(file, from, to) {
  const buffer = Buffer.alloc(to - from);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, buffer, 0, buffer.length, from);
  } finally {
    closeSync(handle);
  }
  return buffer;
}
