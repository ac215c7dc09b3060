// `npm run bundle`: a Debian package with the window, the relay and the CLI. Needs no network once `npm test` has run.

import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildUi, locked } from './build.mjs';
import { binary, Failure, heading, isLinux, main, must, root, target } from './environment.mjs';
import { setup } from './setup.mjs';

const beside = ['sotto-relay', 'sotto-cli'];

await main(async () => {
  if (!isLinux) throw new Failure('Only the Debian package is built so far, and on Linux.');
  await setup({ needs: ['window', 'bundle'], yes: process.argv.includes('--yes') });
  await buildUi();
  heading('Release build');
  await must(['cargo', 'build', '--release', ...['sotto', ...beside].flatMap((name) => ['-p', name]), ...locked]);
  await placeBeside();
  heading('Package');
  await must([process.execPath, join(root, 'node_modules/@tauri-apps/cli/tauri.js'), ...tauriArguments()]);
  await packSmaller();
  report();
});

/** Tauri takes further programs from a folder, named for the system they run on, and installs them into /usr/bin. */
async function placeBeside() {
  const triple = /^host: (.+)$/m.exec(await must(['rustc', '-vV'], { quiet: true }))[1];
  mkdirSync(join(root, 'src-tauri/binaries'), { recursive: true });
  for (const name of beside) {
    copyFileSync(binary(name, 'release'), join(root, 'src-tauri/binaries', `${name}-${triple}`));
  }
}

/**
 * `bundle` packs what is built already. The further programs are named here and not in tauri.conf.json, because
 * there every plain `cargo build` would ask for them.
 */
function tauriArguments() {
  const config = { bundle: { externalBin: beside.map((name) => `binaries/${name}`) } };
  return ['bundle', '--ci', '--bundles', 'deb', '--config', JSON.stringify(config)];
}

/** The packages that were made. */
function packages() {
  const folder = join(target, 'release/bundle/deb');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(folder, file));
}

/** Tauri packs with gzip; xz makes a quarter less of it. */
async function packSmaller() {
  for (const path of packages()) {
    const unpacked = `${path}.unpacked`;
    rmSync(unpacked, { recursive: true, force: true });
    await must(['dpkg-deb', '-R', path, unpacked], { quiet: true });
    await must(['dpkg-deb', '--root-owner-group', '-Zxz', '-b', unpacked, path], { quiet: true });
    rmSync(unpacked, { recursive: true });
  }
}

function report() {
  for (const path of packages()) {
    console.log(`  ${(statSync(path).size / 1024 ** 2).toFixed(1)} MiB  ${path}`);
  }
}
