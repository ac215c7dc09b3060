// One person at one real window: what they see and what they do.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { end, freePort, pictures, processesNaming, programs, signal, start, until } from './processes.mjs';
import { isReady, startSession } from './webdriver.mjs';

/** Two frames, so that what was changed is also painted. */
const PAINTED = 'const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))';

export class Window {
  #profile;
  #home;
  #driver;
  #session;

  constructor(name, folder, args = []) {
    this.name = name;
    this.args = args;
    this.#home = join(folder, name);
    this.#profile = join(this.#home, 'profile');
  }

  /** Opens the program, for the first time or again. */
  async open() {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    this.#driver = start(this.name, ['WebKitWebDriver', `--port=${port}`, '--host=127.0.0.1'], this.#environment());
    await until('the driver answers', () => isReady(address));
    const key = join(this.#home, 'key');
    const args = ['--profile', this.#profile, '--key-file', key, ...this.args];
    this.#session = await startSession(address, programs.window, args);
    await this.sees('#app > *', 'its first screen');
    return this;
  }

  /** Closes it as a person would, and waits until the process has gone. */
  async close() {
    await this.#session.end();
    await until(`${this.name} is closed`, () => this.#processes().length === 0);
    await end(this.#driver);
  }

  /** Ends it in the middle of whatever it does. */
  async kill() {
    for (const pid of this.#processes()) signal(pid, 'SIGKILL');
    await until(`${this.name} is gone`, () => this.#processes().length === 0);
    await end(this.#driver);
  }

  #processes() {
    return processesNaming(this.#profile);
  }

  #environment() {
    const own = (name) => {
      const folder = join(this.#home, name);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    };
    return {
      ...process.env,
      TAURI_WEBVIEW_AUTOMATION: 'true',
      WEBKIT_DISABLE_DMABUF_RENDERER: '1',
      SOTTO_LOG: 'info',
      LANG: 'en_US.UTF-8',
      XDG_DATA_HOME: own('data'),
      XDG_CONFIG_HOME: own('config'),
      XDG_CACHE_HOME: own('cache'),
    };
  }

  run(script, ...args) {
    return this.#session.run(script, ...args);
  }

  /** Waits until something is there that fits the selector. */
  sees(selector, what = selector, seconds) {
    return until(`${this.name} sees ${what}`, () => this.run('return document.querySelector(arguments[0]) !== null', selector), seconds);
  }

  seesNothingOf(selector, seconds) {
    return until(
      `${this.name} no longer sees ${selector}`,
      () => this.run('return document.querySelector(arguments[0]) === null', selector),
      seconds,
    );
  }

  /** Waits until the text of what fits the selector fits the pattern. */
  reads(selector, pattern, seconds) {
    const read = 'return document.querySelector(arguments[0])?.textContent';
    return until(
      `${this.name} reads ${pattern} at ${selector}`,
      async () => pattern.test((await this.run(read, selector)) ?? ''),
      seconds,
    );
  }

  async click(id) {
    const selector = hook(id);
    await this.sees(`${selector}:not(:disabled)`);
    await this.#session.click(selector);
  }

  async type(id, text) {
    await this.sees(hook(id));
    await this.#session.keys(hook(id), text);
  }

  /** A message of this text, as it stands in the open conversation: `sent`, `delivered`, `read`, … */
  async message(text, ...states) {
    const find = `
      const all = [...document.querySelectorAll('[data-testid="message"]')];
      return all.find((one) => one.textContent.includes(arguments[0]))?.dataset.state`;
    return until(
      `${this.name} sees “${text}” ${states.join(' or ')}`,
      async () => {
        const state = await this.run(find, text);
        return state !== undefined && state !== null && (states.length === 0 || states.includes(state)) && state;
      },
      30,
    );
  }

  /** Texts of the messages on the screen, in order. */
  texts() {
    return this.run(`
      const all = [...document.querySelectorAll('[data-testid="message"]')];
      return all.map((one) => one.querySelector('[data-text]')?.textContent ?? one.textContent)`);
  }

  async send(text) {
    await this.type('composer', text);
    await this.click('send');
  }

  /** Writes a picture of the window, once it has been painted. */
  async picture(name) {
    await this.#session.wait(PAINTED);
    writeFileSync(join(pictures, `${name}.png`), await this.#session.picture());
  }
}

/** The selector for one of the hooks that the pages have for tests. */
export function hook(id) {
  return `[data-testid="${id}"]`;
}
