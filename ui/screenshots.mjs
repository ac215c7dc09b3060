// Pictures of every scene of the fake engine, light, dark and mirrored: `node ui/screenshots.mjs [name…]`.
// They are looked at beside the drawings; nothing compares them by machine.
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { CALLS } from './screenshots-calls.mjs';
import { GROUP_CALLS } from './screenshots-group-calls.mjs';
import { GROUP_SHOTS } from './screenshots-groups.mjs';
import { LOOK } from './screenshots-look.mjs';
import { ONCE } from './screenshots-once.mjs';
import { PARTS } from './screenshots-parts.mjs';
import { GALLERY } from './screenshots-gallery.mjs';
import { VOICE } from './screenshots-voice.mjs';
import { STORAGE } from './screenshots-storage.mjs';
import { STORIES } from './screenshots-stories.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const out = join(here, '../target/ui-screenshots');

const row = (page, name) => page.getByTestId('chat-row').filter({ hasText: name });
const settings = (name) => async (page) => {
  await page.getByTestId('settings').click();
  await page.getByTestId(`settings-${name}`).click();
};

/** What is done in a scene before it is pictured. */
const SHOTS = [
  { name: 'main', scene: 'main', act: (page) => row(page, 'Noor').click() },
  { name: 'pick', scene: 'main' },
  { name: 'unread', scene: 'main', act: (page) => row(page, 'Ilse').click() },
  { name: 'request', scene: 'main', act: (page) => row(page, '+49').click() },
  { name: 'search-none', scene: 'main', act: (page) => page.getByTestId('search').fill('violla') },
  ...LOOK,
  ...ONCE,
  ...PARTS,
  ...GALLERY,
  ...VOICE,
  ...STORAGE,
  ...STORIES,
  ...CALLS,
  ...GROUP_CALLS,
  { name: 'empty', scene: 'empty' },
  { name: 'loading', scene: 'loading' },
  { name: 'offline', scene: 'offline', act: (page) => row(page, 'Noor').click() },
  { name: 'relay-failed', scene: 'relay_failed' },
  { name: 'states', scene: 'states', act: (page) => row(page, 'Leo').click() },
  { name: 'violated', scene: 'violated', act: (page) => row(page, 'Maren').click() },
  {
    name: 'safety',
    scene: 'violated',
    act: async (page) => {
      await row(page, 'Maren').click();
      await page.getByTestId('compare').click();
      await page.getByTestId('digits').waitFor();
    },
  },
  {
    name: 'differ',
    scene: 'violated',
    act: async (page) => {
      await row(page, 'Maren').click();
      await page.getByTestId('compare').click();
      await page.getByTestId('differ').click();
    },
  },
  {
    name: 'info',
    scene: 'main',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('info').click();
    },
  },
  {
    name: 'rename',
    scene: 'main',
    act: async (page) => {
      await row(page, 'Tomasz').click();
      await page.getByTestId('info').click();
      await page.getByTestId('rename').click();
    },
  },
  {
    name: 'composing',
    scene: 'main',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('composer').fill(Array.from({ length: 12 }, (_, at) => `line ${at + 1}`).join('\n'));
    },
  },
  {
    name: 'too-long',
    scene: 'main',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('composer').fill('sotto voce '.repeat(1500));
    },
  },
  {
    name: 'palette',
    scene: 'main',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette-field').fill('no');
    },
  },
  {
    name: 'chat-search',
    scene: 'main',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.keyboard.press('Control+f');
      await page.getByTestId('chat-search').fill('the');
    },
  },
  { name: 'chat-menu', scene: 'main', act: (page) => row(page, 'Tomasz').click({ button: 'right' }) },
  { name: 'new-chat', scene: 'main', act: (page) => page.getByTestId('new-chat').click() },
  {
    name: 'new-chat-error',
    scene: 'main',
    act: async (page) => {
      await page.getByTestId('new-chat').click();
      await page.getByTestId('phone-input').fill('912345600');
      await page.getByTestId('chat-start').click();
    },
  },
  {
    name: 'long',
    scene: 'long',
    act: async (page) => {
      await row(page, 'Tomasz').click();
      await page.waitForTimeout(200);
      await page.mouse.move(800, 400);
      await page.mouse.wheel(0, -3000);
      await page.waitForTimeout(400);
    },
  },
  { name: 'settings-profile', scene: 'main', act: settings('profile') },
  { name: 'settings-appearance', scene: 'main', act: settings('appearance') },
  { name: 'settings-notifications', scene: 'main', act: settings('notifications') },
  { name: 'settings-privacy', scene: 'main', act: settings('privacy') },
  { name: 'settings-about', scene: 'main', act: settings('about') },
  { name: 'onboarding', scene: 'onboarding' },
  {
    name: 'onboarding-other',
    scene: 'onboarding',
    act: async (page) => {
      await page.getByTestId('server-other').click();
      await page.getByTestId('server-address').fill('chat.exmaple');
      await page.getByTestId('continue').click();
    },
  },
  { name: 'number', scene: 'number', act: (page) => page.getByTestId('phone-input').fill('7911 1234') },
  { name: 'countries', scene: 'number', act: (page) => page.getByTestId('country').click() },
  {
    name: 'code',
    scene: 'number',
    act: async (page) => {
      await page.getByTestId('phone-input').fill('7911123456');
      await page.getByTestId('send-code').click();
      await page.getByTestId('code-input').pressSequentially('407');
    },
  },
  {
    name: 'code-wrong',
    scene: 'code',
    act: (page) => page.getByTestId('code-input').pressSequentially('111111'),
  },
  { name: 'actions', scene: 'actions', act: (page) => row(page, 'Edda').click() },
  {
    name: 'message-menu',
    scene: 'main',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('message').filter({ hasText: 'Row F' }).click({ button: 'right' });
    },
  },
  {
    name: 'emoji',
    scene: 'main',
    looks: ['light', 'dark', 'rtl'],
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('emoji').click();
      await page.locator('[data-emoji="👋🏽"]').first().hover();
    },
  },
  {
    name: 'emoji-search',
    scene: 'main',
    looks: ['light'],
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('emoji').click();
      await page.getByTestId('emoji-search').fill('wave');
      await page.locator('[data-emoji="👋"]').first().click({ button: 'right' });
    },
  },
  {
    name: 'reply',
    scene: 'main',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('message').filter({ hasText: 'Row F' }).click({ button: 'right' });
      await page.getByTestId('action-reply').click();
      await page.getByTestId('composer').fill('Row F it is');
    },
  },
  {
    name: 'selection',
    scene: 'main',
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('message').filter({ hasText: 'Row F' }).click({ button: 'right' });
      await page.getByTestId('action-select').click();
      await page.getByTestId('choose').last().click();
    },
  },
  {
    name: 'forward',
    scene: 'main',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Noor').click();
      await page.getByTestId('message').filter({ hasText: 'Row F' }).click({ button: 'right' });
      await page.getByTestId('action-forward').click();
      await page.locator('[data-testid="forward-list"] button').nth(2).click();
    },
  },
  {
    name: 'delete',
    scene: 'actions',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Edda').click();
      await page.getByTestId('message').filter({ hasText: 'Supper' }).click({ button: 'right' });
      await page.getByTestId('action-delete').click();
    },
  },
  {
    name: 'history',
    scene: 'actions',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Edda').click();
      await page.getByTestId('edited').last().click();
    },
  },
  {
    name: 'timer',
    scene: 'actions',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Edda').click();
      await page.getByTestId('info').click();
      await page.getByTestId('disappearing').click();
    },
  },
  {
    name: 'kept',
    scene: 'actions',
    looks: ['light', 'dark'],
    act: async (page) => {
      await row(page, 'Edda').click();
      await page.getByTestId('info').click();
      await page.getByTestId('kept').click();
    },
  },
  ...GROUP_SHOTS,
  { name: 'files', scene: 'files', act: (page) => row(page, 'Vera').click() },
  {
    name: 'files-older',
    scene: 'files',
    act: async (page) => {
      await row(page, 'Vera').click();
      await page.waitForTimeout(200);
      await page.mouse.move(800, 400);
      await page.mouse.wheel(0, -2000);
    },
  },
  {
    name: 'viewer',
    scene: 'files',
    looks: ['light'],
    act: async (page) => {
      await row(page, 'Vera').click();
      await page.getByRole('button', { name: /hills/ }).click();
      await page.waitForTimeout(300);
    },
  },
  {
    name: 'attach',
    scene: 'files',
    act: async (page) => {
      await row(page, 'Vera').click();
      const files = ['jetty.jpg', 'hills.jpg', 'score.pdf'].map((name) => ({
        name,
        mimeType: name.endsWith('pdf') ? 'application/pdf' : 'image/jpeg',
        buffer: Buffer.alloc(90_000, 7),
      }));
      await page.locator('input[type=file]').first().setInputFiles(files);
      await page.getByTestId('attach-dialog').waitFor();
      await page.waitForTimeout(400);
    },
  },
  { name: 'profile', scene: 'profile' },
  { name: 'unlock', scene: 'unlock' },
  {
    name: 'unlock-wrong',
    scene: 'unlock',
    act: async (page) => {
      await page.getByTestId('passphrase').fill('wrong');
      await page.getByTestId('unlock').click();
      await page.getByRole('button', { expanded: false }).click();
    },
  },
  { name: 'passphrase', scene: 'passphrase' },
  { name: 'key-missing', scene: 'key_missing' },
  { name: 'in-use', scene: 'in_use' },
  { name: 'signed-out', scene: 'signed_out' },
  { name: 'narrow-list', scene: 'main', size: { width: 420, height: 760 } },
  { name: 'narrow-chat', scene: 'main', size: { width: 420, height: 760 }, act: (page) => row(page, 'Noor').click() },
  { name: 'arabic', scene: 'arabic', looks: ['rtl', 'rtl-dark'], act: (page) => row(page, 'نور').click() },
];

const LOOKS = {
  light: 'theme=light&lang=en',
  dark: 'theme=dark&lang=en',
  rtl: 'theme=light&lang=ar',
  'rtl-dark': 'theme=dark&lang=ar',
};

const wanted = process.argv.slice(2);
const shots = SHOTS.filter((shot) => wanted.length === 0 || wanted.some((part) => shot.name === part));

const server = await createServer({ root: here, logLevel: 'error', server: { port: 0, strictPort: false } });
await server.listen();
const address = server.resolvedUrls.local[0];
const profile = join(tmpdir(), `sotto-screenshots-${process.pid}`);
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-sync',
  ],
  locale: 'en-GB',
});

let failed = false;
try {
  await mkdir(out, { recursive: true });
  const page = await browser.newPage();
  page.on('pageerror', (error) => {
    failed = true;
    console.error('page error:', error);
  });
  for (const {
    name,
    scene,
    page: file = '',
    act,
    looks = ['light', 'dark', 'rtl'],
    size = { width: 1280, height: 832 },
  } of shots) {
    for (const look of looks) {
      await page.setViewportSize(size);
      await page.goto(`${address}${file}?fake=${scene}&${LOOKS[look]}`);
      await page.locator('#app > *').first().waitFor();
      await page.evaluate(() => document.fonts.ready);
      await page.waitForTimeout(150);
      try {
        await act?.(page);
      } catch (error) {
        failed = true;
        console.error(`${name}-${look}:`, error.message);
      }
      await page.waitForTimeout(250);
      await page.screenshot({ path: join(out, `${name}-${look}.png`) });
    }
  }
} finally {
  await browser.close();
  await server.close();
  await rm(profile, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
