// npm run simulate -- --seeds N [--first SEED]: schedules of crashes and failures on a simulated clock.

import { main, must } from './environment.mjs';

const simulate = ['cargo', 'run', '--quiet', '-p', 'sotto-tests', '--bin', 'simulate', '--'];

await main(() => must([...simulate, ...process.argv.slice(2)]));
