// Builds the pages and the programs, each only when something changed.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { heading, must, npm, root } from './environment.mjs';

const builtFrom = join(root, 'node_modules', '.cache', 'sotto', 'ui-built-from');
const generated = ['ui/dist', 'ui/node_modules', 'ui/src/i18n/generated'];

/** In CI a lock file that does not fit is an error; at a desk Cargo mends it. */
export const locked = process.env.CI === 'true' ? ['--locked'] : [];

/** Builds `ui/dist` when its sources, its packages or its settings differ from the last time. */
export async function buildUi() {
  if (existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === fingerprint()) return false;
  heading('Building the pages');
  await must(npm('run', '--silent', 'ui:build'));
  mkdirSync(dirname(builtFrom), { recursive: true });
  writeFileSync(builtFrom, fingerprint());
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
  // The result is part of it: a build of the window without pages puts a placeholder there.
  for (const path of [...filesUnder('ui'), 'package.json', 'package-lock.json', 'ui/dist/index.html']) {
    const file = join(root, path);
    hash.update(`${path}\0`).update(existsSync(file) ? readFileSync(file) : '');
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
