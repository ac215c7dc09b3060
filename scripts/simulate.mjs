// npm run simulate -- --seeds N [--first SEED]: schedules of crashes and failures on a simulated clock.
// Built as it is shipped: three quarters of the time is cryptography, which is several times slower without optimisation.

import { binary, main, must } from './environment.mjs';

await main(async () => {
  // The same packages as for the benchmark of the relay, so that one build serves both.
  await must(['cargo', 'build', '--release', '--quiet', '-p', 'sotto-relay', '-p', 'sotto-tests']);
  await must([binary('simulate', 'release'), ...process.argv.slice(2)]);
});
