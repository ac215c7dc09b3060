// One person at one real window: what they see and what they do.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, end, freePort, pictures, processesNaming, programs, signal, start, until } from './processes.mjs';
import { isReady, startSession } from './webdriver.mjs';

/** Two frames, so that what was changed is also painted. */
const PAINTED = 'const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))';

/** WebKit takes the picture when the page is next drawn, and never if nothing moves: this moves, and is not seen. */
const STIR = `
  let frame = 0;
  const stir = () => {
    if (window.stirring) document.documentElement.style.opacity = (frame += 1) % 2 ? '0.9999' : '';
    if (window.stirring) requestAnimationFrame(stir);
  };
  window.stirring = true;
  stir()`;
const REST = "window.stirring = false; document.documentElement.style.opacity = ''";

export class Window {
  #profile;
  #home;
  #driver;
  #session;

  constructor(name, folder, args = [], variables = {}) {
    this.name = name;
    this.args = args;
    this.variables = variables;
    this.#home = join(folder, name);
    this.#profile = join(this.#home, 'profile');
  }

  /** Opens the program, for the first time or again. */
  async open() {
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    this.#driver = start(this.name, ['WebKitWebDriver', `--port=${port}`, '--host=127.0.0.1'], this.#environment());
    await until('the driver answers', () => isReady(address));
    this.#session = await startSession(address, programs.window, this.#arguments());
    await this.sees('#app > *', 'its first screen');
    return this;
  }

  #arguments() {
    return ['--profile', this.#profile, '--key-file', join(this.#home, 'key'), ...this.args];
  }

  /** Starts the program as the computer does: nobody drives its pages then. */
  begin(...args) {
    const environment = this.#environment();
    delete environment.TAURI_WEBVIEW_AUTOMATION;
    return start(this.name, [programs.window, ...this.#arguments(), ...args], environment);
  }

  /** Where its settings outside the profile are. */
  get config() {
    return join(this.#home, 'config');
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
      LANG: 'C',
      ...this.variables,
      XDG_DATA_HOME: own('data'),
      XDG_CONFIG_HOME: own('config'),
      XDG_CACHE_HOME: own('cache'),
    };
  }

  /** From now on it is about another of its windows: `ringing`, `floating`, or `main`. */
  turn(to) {
    return until(`${this.name} has the window ${to}`, async () => {
      for (const handle of await this.#session.windows()) {
        await this.#session.turn(handle);
        const path = await this.run('return location.pathname');
        if (path === (to === 'main' ? '/' : `/${to}.html`)) return true;
      }
      return false;
    });
  }

  /** Waits until it has so many windows. */
  hasWindows(count) {
    const counted = async () => (await this.#session.windows()).length === count;
    return until(`${this.name} has ${count} windows`, counted);
  }

  /** The process of its program. */
  get process() {
    return this.#processes().find((pid) => commandOf(pid).endsWith('sotto'));
  }

  run(script, ...args) {
    return this.#session.run(script, ...args);
  }

  has(selector) {
    return this.run('return document.querySelector(arguments[0]) !== null', selector);
  }

  /** Waits until something is there that fits the selector. */
  sees(selector, what = selector, seconds) {
    return until(`${this.name} sees ${what}`, () => this.has(selector), seconds);
  }

  seesNothingOf(selector, seconds) {
    return until(`${this.name} no longer sees ${selector}`, async () => !(await this.has(selector)), seconds);
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
    const selector = `${hook(id)}:not(:disabled)`;
    await this.sees(selector);
    // A list that is being drawn may replace the element between the two calls to the driver, or move another over it.
    await until(`${this.name} clicks ${id}`, () => this.#session.click(selector).then(() => true), 5);
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

  /** How often a text stands among the messages on the screen: a message may arrive twice, and be shown once. */
  count(text) {
    const count = `
      const all = [...document.querySelectorAll('[data-testid="message"]')];
      return all.filter((one) => one.textContent.includes(arguments[0])).length`;
    return this.run(count, text);
  }

  /** Opens the menu of a message, as the right button does, and chooses from it. */
  async choose(text, id) {
    await this.message(text);
    const press = `
      const all = [...document.querySelectorAll('[data-testid="message"]')];
      const one = all.find((message) => message.textContent.includes(arguments[0]));
      one.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))`;
    await this.run(press, text);
    await this.click(id);
  }

  /** Opens the chat of this name; a row's last message may name others. */
  openChat(name) {
    const click = `
      const all = [...document.querySelectorAll(arguments[0])];
      const one = all.find((row) => row.querySelector('.name').textContent.startsWith(arguments[1]));
      one?.click();
      return Boolean(one)`;
    return until(`${this.name} opens ${name}`, () => this.run(click, hook('chat-row'), name));
  }

  /** Presses the one of several that says this. */
  press(id, text) {
    const click = `
      const all = [...document.querySelectorAll(arguments[0])];
      const one = all.find((element) => element.textContent.includes(arguments[1]));
      one?.click();
      return one !== undefined`;
    return until(`${this.name} sees ${text}`, () => this.run(click, hook(id), text), 30);
  }

  /** Closes the dialog that is open, as Escape does. */
  leave() {
    return this.run("document.querySelector('dialog[open]').dispatchEvent(new Event('cancel', { cancelable: true }))");
  }

  /** From the number to the chat list. */
  async signUp(number, name, relay, picture) {
    await this.type('phone-input', number);
    await this.click('send-code');
    await this.type('code-input', await relay.code(number));
    if (picture) await this.choosePicture(picture);
    await this.type('name-input', name);
    await this.click('start');
    await this.sees(hook('new-chat'));
  }

  /** Opens a chat with somebody who was never written to. */
  async startChat(number) {
    await this.click('new-chat');
    await this.type('phone-input', number);
    await this.click('chat-start');
    // Until then the chat before is the open one.
    await this.seesNothingOf(hook('chat-start'));
    await this.sees(hook('composer'));
  }

  /** Writes into the composer as an input method does: WebKit's driver has no keys for emoji. */
  async write(text) {
    await this.sees(hook('composer'));
    await this.run(
      "document.querySelector(arguments[0]).focus(); document.execCommand('insertText', false, arguments[1])",
      hook('composer'),
      text,
    );
  }

  async send(text) {
    await this.write(text);
    await this.click('send');
  }

  /** Chooses a picture of one colour, as a file dialog would. */
  async choosePicture(colour) {
    const choose = `
      const [selector, colour, done] = arguments;
      const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
      const brush = canvas.getContext('2d');
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 640, 480);
      canvas.toBlob((blob) => {
        const files = new DataTransfer();
        files.items.add(new File([blob], 'me.png', { type: 'image/png' }));
        const input = document.querySelector(selector);
        input.files = files.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
        done(true);
      })`;
    await this.sees(hook('picture-input'));
    await this.#session.wait(choose, hook('picture-input'), colour);
  }

  /** Gives files of one colour or one text to a place that takes them: by choosing where it is an input, else by dropping. */
  async give(id, files) {
    const give = `
      const [selector, wanted, done] = arguments;
      const paint = (colour) => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 1200, height: 800 });
        const brush = canvas.getContext('2d');
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1200, 800);
        return new Promise((drawn) => canvas.toBlob(drawn, 'image/png'));
      };
      Promise.all(wanted.map(async ({ name, colour, text }) => new File([colour ? await paint(colour) : text], name))).then((made) => {
        const dataTransfer = new DataTransfer();
        for (const file of made) dataTransfer.items.add(file);
        const place = document.querySelector(selector);
        if (place.type === 'file') {
          place.files = dataTransfer.files;
          place.dispatchEvent(new Event('change', { bubbles: true }));
        } else {
          for (const type of ['dragenter', 'dragover', 'drop']) {
            place.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
          }
        }
        done(true);
      });`;
    await this.sees(hook(id));
    await this.#session.wait(give, hook(id), files);
  }

  /** Writes a picture of the window, once it has been painted. */
  async picture(name) {
    await this.#session.wait(PAINTED);
    await this.run(STIR);
    const png = await this.#session.picture();
    await this.run(REST);
    writeFileSync(join(pictures, `${name}.png`), png);
  }
}

/** The selector for one of the hooks that the pages have for tests. */
export function hook(id) {
  return `[data-testid="${id}"]`;
}
