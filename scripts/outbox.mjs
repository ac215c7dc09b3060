// The file in which a relay without SMS writes the codes it would have sent.

import { follow } from './follow.mjs';

/** Calls `onCode({ number, code, at })` for each code written from now on. */
export function followCodes(file, onCode) {
  let rest = '';
  return follow(
    file,
    (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      lines.filter(Boolean).forEach((line) => onCode(JSON.parse(line)));
    },
    { fromEnd: true },
  );
}

/** `407123` as people read it aloud: `407 123`. */
export function spaced(code) {
  return code.replace(/(\d{3})(?=\d)/g, '$1 ');
}
