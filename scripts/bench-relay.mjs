// npm run bench:relay -- --pairs 50 --window 10 --seconds 10 --bytes 200: the relay beside a bare forwarder.

import { binary, main, must } from './environment.mjs';

await main(async () => {
  await must(['cargo', 'build', '--release', '--quiet', '-p', 'sotto-relay', '-p', 'sotto-tests']);
  await must([binary('bench_relay', 'release'), ...process.argv.slice(2)]);
});
