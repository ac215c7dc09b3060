// Builds the pages and the programs, each only when something changed.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { heading, must, npm, root } from './environment.mjs';

const builtFrom = join(root, 'node_modules', '.cache', 'sotto', 'ui-built-from');
const generated = ['ui/dist', 'ui/node_modules', 'ui/src/i18n/generated'];

/** In CI a lock file that does not fit is an error; at a desk Cargo mends it. */
export const locked = process.env.CI === 'true' ? ['--locked'] : [];

/** Builds `ui/dist` when its sources, its packages or its settings differ from the last time. */
export async function buildUi() {
  const now = fingerprint();
  const before = existsSync(builtFrom) ? readFileSync(builtFrom, 'utf8') : '';
  if (now === before && existsSync(join(root, 'ui/dist/index.html'))) return false;
  heading('Building the pages');
  await must(npm('run', '--silent', 'ui:build'));
  mkdirSync(dirname(builtFrom), { recursive: true });
  writeFileSync(builtFrom, fingerprint());
  embedAgain();
  return true;
}

/**
 * Builds the window, the relay and the CLI. The whole workspace is named, so that Cargo chooses the same features
 * here as for the tests and compiles each dependency once.
 */
export async function buildPrograms() {
  heading('Building the programs');
  await must(['cargo', 'build', '--workspace', '--bins', ...locked]);
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of [...filesUnder('ui'), 'package.json', 'package-lock.json']) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

function filesUnder(folder) {
  if (generated.includes(folder)) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
}

/** The pages are compiled into the window, and Cargo does not watch them: a newer build.rs makes it look again. */
function embedAgain() {
  const script = join(root, 'src-tauri/build.rs');
  if (existsSync(script)) utimesSync(script, new Date(), new Date());
}
