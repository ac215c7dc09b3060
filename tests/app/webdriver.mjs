// A WebDriver client: the few calls of the W3C protocol that the tests need, over fetch.

/** The name under which WebDriver passes elements in JSON. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** A refusal by the driver; `name` is the protocol's own word for it, such as `no such element`. */
export class DriverError extends Error {
  constructor({ error, message }) {
    super(`${error}: ${message}`);
    this.name = error;
  }
}

async function call(address, method, path, body) {
  const answer = await fetch(`${address}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = await answer.json();
  if (!answer.ok) throw new DriverError(value);
  return value;
}

/** True once the driver takes sessions. */
export async function isReady(address) {
  return call(address, 'GET', '/status').then(
    ({ ready }) => ready,
    () => false,
  );
}

/** Has the driver start `binary`, and gives back what drives its page. */
export async function startSession(address, binary, args) {
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } } };
  const { sessionId } = await call(address, 'POST', '/session', { capabilities });
  const send = (method, path, body) => call(address, method, `/session/${sessionId}${path}`, body);
  const find = async (selector) =>
    (await send('POST', '/element', { using: 'css selector', value: selector }))[ELEMENT];
  return {
    click: async (selector) => send('POST', `/element/${await find(selector)}/click`, {}),
    keys: async (selector, text) => send('POST', `/element/${await find(selector)}/value`, { text }),
    run: (script, ...args) => send('POST', '/execute/sync', { script, args }),
    wait: (script, ...args) => send('POST', '/execute/async', { script, args }),
    windows: () => send('GET', '/window/handles'),
    turn: (handle) => send('POST', '/window', { handle }),
    picture: async () => Buffer.from(await send('GET', '/screenshot'), 'base64'),
    end: () => send('DELETE', ''),
  };
}
