// The window as a person meets it, over the fake engine.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it, vi } from 'vitest';
import { refuse } from '../src/lib/ipc/fake/refuse';
import { open, ran } from './stage';

const type = (field: HTMLElement, value: string) => fireEvent.input(field, { target: { value } });
const row = (name: string) =>
  screen.getAllByTestId('chat-row').find((one) => one.textContent.includes(name)) as HTMLElement;

async function faults(): Promise<string[]> {
  // Contrast is computed from the tokens (contrast.md); jsdom draws nothing to measure.
  const { violations } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
}

describe('the lock', () => {
  it('opens with the passphrase, and explains what forgetting it means', async () => {
    await open('unlock');
    await type(screen.getByTestId('passphrase'), 'wrong');
    await fireEvent.click(screen.getByTestId('unlock'));
    expect((await screen.findByRole('alert')).textContent).toContain('passphrase is wrong');
    await fireEvent.click(screen.getByRole('button', { name: 'I forgot it' }));
    expect(screen.getByText(/cannot be read, by anyone/)).toBeTruthy();
    await type(screen.getByTestId('passphrase'), 'correct horse');
    await fireEvent.click(screen.getByTestId('unlock'));
    expect(await screen.findAllByTestId('chat-row')).not.toHaveLength(0);
  });

  it('wants a new passphrase twice, and long enough', async () => {
    await open('passphrase');
    await type(screen.getByTestId('passphrase'), 'short');
    await type(screen.getByTestId('passphrase-again'), 'shorter');
    await fireEvent.click(screen.getByTestId('passphrase-set'));
    expect(screen.getByRole('alert').textContent).toContain('not the same');
    await type(screen.getByTestId('passphrase-again'), 'short');
    await fireEvent.click(screen.getByTestId('passphrase-set'));
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('too short'));
  });
});

describe('the chat list', () => {
  it('is one stop for Tab; arrows, Home and End move in it', async () => {
    await open('main');
    const rows = await screen.findAllByTestId('chat-row');
    expect(rows.filter((one) => one.tabIndex === 0)).toHaveLength(1);
    rows[0]?.focus();
    await fireEvent.keyDown(rows[0] as HTMLElement, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(rows[1]);
    await fireEvent.keyDown(rows[1] as HTMLElement, { key: 'End' });
    expect(document.activeElement).toBe(rows.at(-1));
    await fireEvent.keyDown(rows.at(-1) as HTMLElement, { key: 'Home' });
    expect(document.activeElement).toBe(rows[0]);
  });

  it('shows drafts, writing, requests and counts', async () => {
    await open('main');
    await screen.findAllByTestId('chat-row');
    expect(row('Maren').textContent).toContain('Draft');
    expect(row('Noor').textContent).toContain('writing…');
    expect(row('+49').textContent).toContain('Wants to write to you');
    expect(within(row('Ilse')).getByText('4 unread messages')).toBeTruthy();
  });

  it('is searched, and says when nothing is found', async () => {
    await open('main');
    await screen.findAllByTestId('chat-row');
    await type(screen.getByTestId('search'), 'julia');
    await waitFor(() => expect(screen.getAllByTestId('chat-row')).toHaveLength(1));
    await type(screen.getByTestId('search'), 'violla');
    expect(await screen.findByText('Nothing found')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Clear search' }));
    expect(screen.getAllByTestId('chat-row').length).toBeGreaterThan(5);
  });

  it('starts a chat by number, and says when nobody has it', async () => {
    await open('main');
    await fireEvent.click(await screen.findByTestId('new-chat'));
    await type(screen.getByTestId('phone-input'), '+351912345600');
    await waitFor(() => expect(screen.getByTestId('chat-start')).toHaveProperty('disabled', false));
    await fireEvent.click(screen.getByTestId('chat-start'));
    expect((await screen.findByRole('alert')).textContent).toContain('Nobody with this number');
    await type(screen.getByTestId('phone-input'), '+351912345601');
    await fireEvent.click(screen.getByTestId('chat-start'));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(screen.getByRole('region', { name: 'Conversation with +351912345601' })).toBeTruthy();
  });

  it('offers a new chat when there is none', async () => {
    await open('empty');
    expect(await screen.findByText('No chats yet')).toBeTruthy();
  });
});

describe('a conversation', () => {
  async function talk(scene: string, name: string) {
    const engine = await open(scene);
    await screen.findAllByTestId('chat-row');
    await fireEvent.click(row(name));
    return engine;
  }

  it('reads as "who, text, time, state"', async () => {
    await talk('main', 'Noor');
    expect(
      await screen.findByRole('article', {
        name: /^Noor Haddad, Did you get the tickets\? Row F is fine by me, 20:31$/,
      }),
    ).toBeTruthy();
    expect(screen.getByRole('article', { name: /^You, Two on the aisle.*, 20:34, Read$/ })).toBeTruthy();
  });

  it('draws marks and links as elements, and opens links through the engine', async () => {
    const engine = await talk('main', 'Noor');
    const link = await screen.findByRole('link', { name: 'https://kleinersaal.example/late' });
    await fireEvent.click(link);
    expect(ran(engine, 'link_open')[0]?.args).toEqual({ url: 'https://kleinersaal.example/late' });
    expect(document.querySelector('article em')?.textContent).toBe('resting');
  });

  it('sends on Enter, empties the field and shows the message', async () => {
    const engine = await talk('main', 'Tomasz');
    const composer = await screen.findByTestId('composer');
    // Where nothing is written one can speak.
    expect(screen.getByTestId('voice-record')).toBeTruthy();
    await type(composer, '  ');
    expect(screen.getByTestId('send')).toHaveProperty('disabled', true);
    await type(composer, '  Quietly  ');
    await fireEvent.keyDown(composer, { key: 'Enter' });
    expect(composer).toHaveProperty('value', '');
    expect(await screen.findByRole('article', { name: /^You, Quietly,/ })).toBeTruthy();
    expect(ran(engine, 'message_send')[0]?.args).toMatchObject({ chat: 3, text: 'Quietly' });
  });

  it('keeps a draft when the chat is left', async () => {
    const engine = await talk('main', 'Tomasz');
    await type(await screen.findByTestId('composer'), 'half a thou');
    await fireEvent.click(row('Noor'));
    await waitFor(() => expect(row('Tomasz').textContent).toContain('half a thou'));
    expect(ran(engine, 'draft_set').at(-1)?.args).toEqual({ chat: 3, text: 'half a thou' });
    await fireEvent.click(row('Tomasz'));
    await waitFor(() => expect(screen.getByTestId('composer')).toHaveProperty('value', 'half a thou'));
  });

  it('does not send what is too long', async () => {
    await talk('main', 'Tomasz');
    await type(await screen.findByTestId('composer'), 'a'.repeat(16_001));
    expect(screen.getByTestId('send')).toHaveProperty('disabled', true);
    expect(screen.getByText(/Too long/)).toBeTruthy();
  });

  it('says why a message failed, and retries or deletes it', async () => {
    const engine = await talk('states', 'Leo');
    expect((await screen.findByText(/Not sent\./)).textContent).toContain('mailbox is full');
    await fireEvent.click(screen.getByTestId('retry'));
    expect(ran(engine, 'message_retry')).toHaveLength(1);
    await waitFor(() => expect(screen.queryByTestId('retry')).toBeNull());
  });

  it('marks what is new, and asks before a stranger learns anything', async () => {
    const engine = await talk('main', '+49');
    expect(await screen.findByText('1 new message')).toBeTruthy();
    await fireEvent.click(screen.getByTestId('accept'));
    expect(ran(engine, 'request_accept')).toHaveLength(1);
    await waitFor(() => expect(screen.queryByTestId('request')).toBeNull());
  });

  it('holds everything back while a verified key is in doubt', async () => {
    const engine = await talk('violated', 'Maren');
    expect(await screen.findByTestId('blocked')).toBeTruthy();
    expect(screen.queryByTestId('composer')).toBeNull();
    expect(screen.getByTestId('presence').textContent).toContain('Safety number changed');
    await fireEvent.click(await screen.findByTestId('compare'));
    const digits = await screen.findByTestId('digits');
    expect(digits.getAttribute('dir')).toBe('ltr');
    expect(digits.children).toHaveLength(12);
    expect(screen.getByText('lemon')).toBeTruthy();
    await fireEvent.click(screen.getByTestId('differ'));
    expect(screen.getByTestId('differ-advice').textContent).toContain('Do not press');
    await fireEvent.click(screen.getByRole('button', { name: 'Back' }));
    await fireEvent.click(screen.getByTestId('match'));
    expect(await screen.findByTestId('composer')).toBeTruthy();
    expect(ran(engine, 'trust_verify')).toHaveLength(1);
  });

  it('is read only where somebody looks', async () => {
    const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
    const engine = await talk('main', 'Ilse');
    await screen.findByText('4 new messages');
    expect(ran(engine, 'chat_focus').at(-1)?.args).toEqual({ chat: null });
    expect(ran(engine, 'chat_read')).toHaveLength(0);

    focus.mockReturnValue(true);
    await fireEvent.focus(window);
    expect(ran(engine, 'chat_focus').at(-1)?.args).toEqual({ chat: 2 });
    const newest = engine.person(2).entries.at(-1)?.order;
    await waitFor(() => expect(ran(engine, 'chat_read').at(-1)?.args).toEqual({ chat: 2, upTo: newest }));

    await fireEvent.click(row('Noor'));
    await waitFor(() => expect(ran(engine, 'chat_focus').at(-1)?.args).toEqual({ chat: 1 }));
  });

  it('shows who is writing only while they are', async () => {
    const engine = await talk('main', 'Noor');
    expect((await screen.findByTestId('typing')).textContent).toContain('Noor is writing');
    engine.tell({ kind: 'typing', chat: 1, writing: false, names: [] });
    await waitFor(() => expect(screen.queryByTestId('typing')).toBeNull());
    expect(screen.getByTestId('presence').textContent).toBe('online');
  });

  it('says when there is no connection, and tries again on demand', async () => {
    const engine = await talk('offline', 'Noor');
    const banner = await screen.findByTestId('banner');
    expect(banner.textContent).toContain('Messages wait here until it returns');
    await fireEvent.click(within(banner).getByRole('button', { name: 'Retry' }));
    expect(ran(engine, 'reconnect')).toHaveLength(1);
  });

  it('shows and renames the person', async () => {
    const engine = await talk('main', 'Noor');
    await fireEvent.click(await screen.findByTestId('info'));
    expect(await screen.findByText('+961 3 123 456')).toBeTruthy();
    await fireEvent.click(screen.getByTestId('rename'));
    await type(await screen.findByTestId('rename-input'), 'Violin Noor');
    await fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(row('Violin Noor')).toBeTruthy());
    expect(ran(engine, 'contact_rename')[0]?.args).toEqual({ chat: 1, name: 'Violin Noor' });
  });

  it('says in words that a command failed', async () => {
    const engine = await talk('main', 'Tomasz');
    engine.refusals.set('message_send', refuse('disk_full'));
    const composer = await screen.findByTestId('composer');
    await type(composer, 'No room');
    await fireEvent.keyDown(composer, { key: 'Enter' });
    expect((await screen.findByTestId('toast')).textContent).toContain('The disk is full');
  });
});

describe('the settings', () => {
  it('are applied at once, and taken back when the engine refuses', async () => {
    const engine = await open('main');
    await fireEvent.click(await screen.findByTestId('settings'));
    await fireEvent.click(screen.getByTestId('settings-appearance'));
    await fireEvent.click(screen.getByTestId('theme-dark'));
    expect(document.documentElement.dataset.theme).toBe('dark');
    engine.refusals.set('settings_set', refuse('disk_full'));
    await fireEvent.click(screen.getByTestId('theme-light'));
    await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'));
  });

  it('turn the window to Arabic and back without a reload', async () => {
    await open('main');
    await fireEvent.click(await screen.findByTestId('settings'));
    await fireEvent.click(screen.getByTestId('settings-appearance'));
    await fireEvent.click(screen.getByTestId('language-ar'));
    expect(document.documentElement).toMatchObject({ lang: 'ar', dir: 'rtl' });
    expect(screen.getByRole('heading', { name: 'المظهر' })).toBeTruthy();
    await fireEvent.click(screen.getByTestId('language-en'));
    expect(document.documentElement).toMatchObject({ lang: 'en', dir: 'ltr' });
  });
});

describe('nothing stands in the way of assistive technology', () => {
  it.each([
    'onboarding',
    'number',
    'invitation',
    'code',
    'profile',
    'unlock',
    'passphrase',
    'key_missing',
    'signed_out',
    'empty',
    'loading',
    'offline',
  ])('in the scene %s', async (scene) => {
    await open(scene);
    await waitFor(() => expect(document.querySelector('main, section')).toBeTruthy());
    expect(await faults()).toEqual([]);
  });

  it.each([
    ['main', 'Noor'],
    ['states', 'Leo'],
    ['violated', 'Maren'],
  ])('in a conversation of the scene %s', async (scene, name) => {
    await open(scene);
    await screen.findAllByTestId('chat-row');
    await fireEvent.click(row(name));
    await screen.findAllByTestId('message');
    await fireEvent.click(screen.getByTestId('info'));
    await screen.findByTestId('trust');
    expect(await faults()).toEqual([]);
  });

  it.each(['profile', 'appearance', 'notifications', 'privacy', 'about'])('in the settings, page %s', async (page) => {
    await open('main');
    await fireEvent.click(await screen.findByTestId('settings'));
    await fireEvent.click(screen.getByTestId(`settings-${page}`));
    expect(await faults()).toEqual([]);
  });

  it('in the dialogs', async () => {
    await open('violated');
    await screen.findAllByTestId('chat-row');
    await fireEvent.click(screen.getByTestId('new-chat'));
    expect(await faults()).toEqual([]);
    await fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    await fireEvent.click(row('Maren'));
    await fireEvent.click(await screen.findByTestId('compare'));
    await screen.findByTestId('digits');
    expect(await faults()).toEqual([]);
  });
});
