// A desktop of the test's own: a session bus, and on it what shows notifications and a tray.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programs, start, until } from './processes.mjs';

export async function startDesktop(folder) {
  const socket = join(folder, 'bus');
  const report = join(folder, 'desktop.jsonl');
  const variables = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}` };
  start('bus', ['dbus-daemon', '--session', '--nofork', '--nopidfile', `--address=unix:path=${socket}`]);
  await until('the bus is there', () => existsSync(socket));
  const child = start('desktop', [programs.desktop, report], { ...process.env, ...variables }, 'pipe');

  const events = () =>
    readFileSync(report, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  const desktop = {
    /** What a program needs to find this desktop. */
    variables,
    /** Does something on it: see `desktop_double.rs`. */
    do: (name, details = {}) => child.stdin.write(`${JSON.stringify({ do: name, ...details })}\n`),
    count: (kind) => events().filter((event) => event.kind === kind).length,
    /** Waits for an event that fits, the newest first. */
    sees: (what, fits) => until(`the desktop sees ${what}`, () => desktop.works() && events().findLast(fits)),
    /** Everything that was wanted of it could be done. */
    works() {
      const failed = events().find(({ kind }) => kind === 'failed');
      if (failed) throw new Error(failed.why);
      return true;
    },
    /** Whether it was ever asked to show this. */
    showed: (text) => events().some((event) => event.kind === 'notified' && event.text.includes(text)),
    notified: (text) =>
      desktop.sees(`a notification: ${text}`, (event) => event.kind === 'notified' && event.text.includes(text)),
    /** What stands in the tray, once it fits. */
    tray: (what, fits) =>
      until(`the tray shows ${what}`, async () => {
        const before = desktop.count('tray');
        desktop.do('tray');
        await until('the tray answers', () => desktop.count('tray') > before);
        const tray = events().findLast(({ kind }) => kind === 'tray');
        return fits(tray) && tray;
      }),
  };
  await desktop.sees('its own start', ({ kind }) => kind === 'ready');
  return desktop;
}
