// npm run bench:client -- --messages 100000: the client beside a blank window and beside bare cryptography.
// Both windows are drawn on a screen in memory of their own, so that nothing else is counted.

import { existsSync } from 'node:fs';
import { buildUi, locked } from './build.mjs';
import { startXvfb } from './display.mjs';
import { binary, environment, Failure, isLinux, main, must } from './environment.mjs';
import { setup } from './setup.mjs';

/** Takes `--profile NAME` and `--yes` out of the words; the rest is the program's. */
function sort(words) {
  const at = words.indexOf('--profile');
  const asked = at < 0 ? undefined : words.splice(at, 2)[1];
  const yes = words.includes('--yes');
  return { asked, yes, rest: words.filter((word) => word !== '--yes') };
}

await main(async () => {
  if (!isLinux) throw new Failure('The client is measured on Linux only: it takes an X server and /proc.');
  const { asked, yes, rest } = sort(process.argv.slice(2));
  if (asked && !['release', 'debug'].includes(asked)) throw new Failure('--profile is release or debug.');
  await setup({ needs: ['window', 'test'], yes });
  await buildUi();
  const profile = asked ?? (existsSync(binary('sotto', 'release')) ? 'release' : 'debug');
  if (profile === 'debug') {
    console.log(
      'This measures a debug build, which is not what people are given: --profile release builds the real one.',
    );
  }
  const options = [...(profile === 'release' ? ['--release'] : []), ...locked];
  await must(['cargo', 'build', '--workspace', '--bins', '--example', 'blank', ...options]);
  const screen = await startXvfb();
  try {
    // The variable is what the window of Sotto sets for itself: it costs it a start, and the blank one gets it for free.
    const env = { ...environment, DISPLAY: screen.name };
    delete env.WEBKIT_DISABLE_DMABUF_RENDERER;
    await must([binary('bench_client', profile), ...rest], { env });
  } finally {
    screen.end();
  }
});
