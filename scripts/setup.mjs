// Installs what is missing and nothing else: system packages, then npm packages. When all is there it does
// nothing and needs no network. `node scripts/setup.mjs --help` says how to run it alone.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { ask, cache, environment, Failure, heading, main, must, npm, root } from './environment.mjs';
import { managers, packagesFor } from './packages.mjs';

const leastRust = [1, 90];
const leastNode = [20, 19];

/** Makes sure that everything for `needs` (see packages.mjs) is there. */
export async function setup({ needs, yes = false }) {
  const agreed = yes || process.env.CI === 'true';
  checkNode();
  await installPackages(needs, agreed);
  await checkRust();
  await installModules();
}

function checkNode() {
  if (!atLeast(process.versions.node, leastNode)) {
    throw new Failure(`Node ${leastNode.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
}

async function checkRust() {
  const said = await ask('rustc', '--version');
  if (!said) throw new Failure('Rust is missing. Install it from https://rustup.rs and open a new terminal.');
  const version = said.split(' ')[1];
  if (!atLeast(version, leastRust)) {
    throw new Failure(`Rust ${leastRust.join('.')} or newer is needed; this is ${version}. Try \`rustup update\`.`);
  }
}

function atLeast(version, [major, minor]) {
  const [ours, theirs] = version.split('.').map(Number);
  return ours > major || (ours === major && theirs >= minor);
}

async function installPackages(needs, agreed) {
  if (process.platform === 'win32') return explainWindows();
  const manager = await findManager();
  if (!manager) return explainUnknown();
  const missing = await withoutRefused(manager, await manager.missing(packagesFor(manager, needs)));
  if (missing.length === 0) return;

  const privilege = manager.root && process.getuid() !== 0 ? ['sudo'] : [];
  heading(`Missing system packages (${manager.name})`);
  console.log(`  ${missing.join(' ')}`);
  await agree(agreed, `Install them now with ${[...privilege, ...manager.install].join(' ')}?`);

  const options = { env: { ...environment, ...manager.env } };
  if (manager.refresh) await must([...privilege, ...manager.refresh], options);
  const wanted = await dropUnavailable(manager, missing);
  if (wanted.length > 0) await must([...privilege, ...manager.install, ...wanted], options);
}

async function findManager() {
  for (const manager of managers) {
    if (await ask('sh', '-c', `command -v ${manager.present}`)) return manager;
  }
}

async function agree(agreed, question) {
  if (agreed) return;
  if (!process.stdin.isTTY) throw new Failure('This is no terminal, so nobody can agree: run it again with --yes.');
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`${question} [Y/n] `);
  prompt.close();
  if (!/^(y|yes|)$/i.test(answer.trim())) throw new Failure('Nothing was installed.');
}

/** Optional packages that this system does not offer are remembered, so that the next run needs no network. */
const refusedFile = join(cache, 'unavailable-packages.json');

function refused() {
  return existsSync(refusedFile) ? JSON.parse(readFileSync(refusedFile, 'utf8')) : [];
}

async function withoutRefused(manager, names) {
  const known = refused();
  return names.filter((name) => !(manager.lists.optional.includes(name) && known.includes(name)));
}

async function dropUnavailable(manager, names) {
  const unavailable = [];
  for (const name of names.filter((each) => manager.lists.optional.includes(each))) {
    if (!(await manager.offered(name))) unavailable.push(name);
  }
  if (unavailable.length > 0) {
    console.log(`  This system does not offer ${unavailable.join(', ')}; what needs it is left out.`);
    mkdirSync(dirname(refusedFile), { recursive: true });
    writeFileSync(refusedFile, JSON.stringify([...new Set([...refused(), ...unavailable])]));
  }
  return names.filter((name) => !unavailable.includes(name));
}

function explainWindows() {
  console.log(`Windows: Sotto needs these, which this script does not install:
  - Visual Studio Build Tools with "Desktop development with C++"
  - Microsoft Edge WebView2 (part of Windows 11)
  - OpenSSL for development, with OPENSSL_DIR pointing to it`);
}

function explainUnknown() {
  console.log('No package manager that this script knows (apt, dnf, pacman, brew): the packages are not checked.');
}

async function installModules() {
  if (modulesAreCurrent()) return;
  heading('npm packages');
  // Not `npm ci`: it refuses a lock in which a mirror lacks the optional packages of another system.
  // `--no-save` installs what the lock says and leaves it as it is.
  await must(npm('install', '--no-save', '--prefer-offline', '--no-audit', '--no-fund'));
}

/** Compares the lock file with npm's own record of what is installed, so that nothing is fetched without need. */
export function modulesAreCurrent() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || (installed[path] ? installed[path].version === version : Boolean(optional)),
  );
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await main(async () => {
    const { values } = parseArgs({
      options: { for: { type: 'string' }, yes: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    if (values.help) {
      console.log('node scripts/setup.mjs [--for window,test,bundle] [--yes]\nInstalls what is missing.');
      return;
    }
    await setup({ needs: (values.for ?? 'window,test,bundle').split(','), yes: values.yes });
    console.log('Everything that Sotto needs is installed.');
  });
}
