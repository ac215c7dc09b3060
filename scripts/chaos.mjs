// npm run chaos -- --rounds N [--people N] [--seed N]: kills, cuts and full disks, with the real programs.

import { binary, main, must } from './environment.mjs';

await main(async () => {
  await must(['cargo', 'build', '--quiet', '-p', 'sotto-relay', '-p', 'sotto-cli', '-p', 'sotto-tests']);
  await must([binary('chaos'), ...process.argv.slice(2)]);
});
