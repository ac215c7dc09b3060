// Groups over the fake engine: founding one, its people, and what may not be done.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { refuse } from '../src/lib/ipc/fake/refuse';
import type { FakeEngine } from '../src/lib/ipc/fake';
import { open, ran } from './stage';

const LAGO = '40';

async function lago(scene: string, language: 'en' | 'ar' = 'en'): Promise<FakeEngine> {
  const engine = await open(scene, language);
  const row = await waitFor(() => {
    const found = screen.getAllByTestId('chat-row').find((one) => one.dataset.chat === LAGO);
    if (!found) throw new Error('not there yet');
    return found;
  });
  await fireEvent.click(row);
  await screen.findAllByTestId('message');
  return engine;
}

async function panel(scene: string): Promise<FakeEngine> {
  const engine = await lago(scene);
  await fireEvent.click(screen.getByTestId('info'));
  await screen.findAllByTestId('member');
  return engine;
}

const lastArgs = (engine: FakeEngine, command: string) => ran(engine, command).at(-1)?.args;
const member = (name: string) =>
  screen.getAllByTestId('member').find((one) => one.textContent.includes(name)) as HTMLElement;

async function menuOf(name: string): Promise<HTMLElement> {
  await fireEvent.click(within(member(name)).getByTestId('member-menu'));
  return screen.findByTestId('menu');
}

describe('a new group', () => {
  it('is founded with people chosen by name and by pointer, and opens', async () => {
    const engine = await open('main');
    await fireEvent.click(await screen.findByTestId('new-chat'));
    await fireEvent.click(screen.getByTestId('kind-group'));
    const create = await screen.findByTestId('group-create');
    expect(create).toHaveProperty('disabled', true);
    await fireEvent.input(screen.getByTestId('group-name'), { target: { value: ' Row F ' } });
    const field = screen.getByTestId('people-search');
    await fireEvent.input(field, { target: { value: 'toma' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    expect(screen.getAllByTestId('chip')).toHaveLength(1);
    const list = screen.getByTestId('people-list');
    await fireEvent.click(within(list).getByText('Edda Brandt'));
    expect(screen.getAllByTestId('chip')).toHaveLength(2);
    await fireEvent.keyDown(field, { key: 'Backspace' });
    expect(screen.getAllByTestId('chip')).toHaveLength(1);
    await fireEvent.click(create);
    await waitFor(() =>
      expect(lastArgs(engine, 'group_create')).toEqual({ name: 'Row F', about: '', picture: null, members: [3] }),
    );
    expect(await screen.findByRole('heading', { name: 'Row F' })).toBeTruthy();
  });

  it('says what the engine refuses, and keeps what was chosen', async () => {
    const engine = await open('main');
    engine.refusals.set('group_create', refuse('name_invalid'));
    await fireEvent.click(await screen.findByTestId('new-chat'));
    await fireEvent.click(screen.getByTestId('kind-group'));
    await fireEvent.input(await screen.findByTestId('group-name'), { target: { value: 'Row F' } });
    await fireEvent.click(within(screen.getByTestId('people-list')).getByText('Edda Brandt'));
    await fireEvent.click(screen.getByTestId('group-create'));
    expect(await screen.findByRole('alert')).toBeTruthy();
    expect(screen.getAllByTestId('chip')).toHaveLength(1);
  });

  it('is begun from the palette too, and says when there is nobody to choose', async () => {
    await open('empty');
    await fireEvent.keyDown(window, { key: 'k', ctrlKey: true });
    await fireEvent.input(await screen.findByTestId('palette-field'), { target: { value: 'new gr' } });
    await fireEvent.keyDown(screen.getByTestId('palette-field'), { key: 'Enter' });
    expect(await screen.findByText('Nobody to choose yet')).toBeTruthy();
  });
});

describe('the panel of a group', () => {
  it('lists its people with their roles', async () => {
    await panel('group');
    expect(screen.getAllByTestId('member')).toHaveLength(8);
    expect(member('Ilse').dataset.role).toBe('owner');
    expect(member('Anouk').textContent).toContain('admin');
    expect(screen.queryByRole('switch', { name: 'Add people' })).toBeNull();
  });

  it('lets an owner promote, demote and remove', async () => {
    const engine = await panel('group_own');
    await fireEvent.click(within(await menuOf('Papá')).getByText('Make admin'));
    await waitFor(() => expect(member('Papá').dataset.role).toBe('admin'));
    await fireEvent.click(within(await menuOf('Papá')).getByText('Make member'));
    await waitFor(() => expect(member('Papá').dataset.role).toBe('member'));
    await fireEvent.click(within(await menuOf('Papá')).getByText('Remove from group'));
    await fireEvent.click(await screen.findByTestId('group-confirm'));
    await waitFor(() => expect(screen.getAllByTestId('member')).toHaveLength(7));
    expect(ran(engine, 'group_remove')).toHaveLength(1);
  });

  it('gives the group into other hands only after asking', async () => {
    await panel('group_own');
    await fireEvent.click(within(await menuOf('Anouk')).getByText('Make owner'));
    await fireEvent.click(await screen.findByTestId('group-confirm'));
    await waitFor(() => expect(member('Anouk').dataset.role).toBe('owner'));
    expect(member('You').dataset.role).toBe('admin');
  });

  it('adds people who are not in it yet', async () => {
    const engine = await panel('group_own');
    await fireEvent.click(screen.getByTestId('group-add'));
    const list = await screen.findByTestId('people-list');
    expect(within(list).queryByText('Ilse Vermeer')).toBeNull();
    await fireEvent.click(within(list).getByText('Noor Haddad'));
    await fireEvent.click(screen.getByTestId('group-add-confirm'));
    await waitFor(() => expect(screen.getAllByTestId('member')).toHaveLength(9));
    expect(lastArgs(engine, 'group_add')).toEqual({ chat: 40, members: [1] });
  });

  it('renames, and changes who may do what', async () => {
    const engine = await panel('group_own');
    await fireEvent.click(screen.getByTestId('group-rename'));
    await fireEvent.input(screen.getByTestId('group-name'), { target: { value: 'The lake' } });
    await fireEvent.click(screen.getByTestId('group-name-save'));
    expect(await screen.findAllByText('The lake')).toBeTruthy();
    await fireEvent.click(screen.getByRole('switch', { name: 'Write messages' }));
    await waitFor(() => expect(lastArgs(engine, 'group_policy')).toMatchObject({ policy: { admins_send: true } }));
  });

  it('lets one leave, and then says that nothing can be written', async () => {
    await panel('group');
    await fireEvent.click(screen.getByTestId('group-leave'));
    await fireEvent.click(await screen.findByTestId('group-confirm'));
    await waitFor(() => expect(screen.getByTestId('group-bar').dataset.reason).toBe('left'));
    expect(screen.queryByTestId('composer')).toBeNull();
  });

  it('says when it cannot be read, and reads again', async () => {
    const engine = await lago('group');
    engine.refusals.set('group_view', refuse('internal'));
    await fireEvent.click(screen.getByTestId('info'));
    expect(await screen.findByRole('alert')).toBeTruthy();
    engine.refusals.clear();
    await fireEvent.click(within(screen.getByRole('alert')).getByRole('button'));
    expect(await screen.findAllByTestId('member')).toHaveLength(8);
  });
});

describe('a conversation of several', () => {
  it('names and draws who wrote, once for each of their turns', async () => {
    await lago('group');
    const spoken = screen.getAllByTestId('message').map((one) => one.getAttribute('aria-label') ?? '');
    expect(spoken.some((label) => label.startsWith('Jonas Reuter, The boiler'))).toBe(true);
    const jonas = screen.getAllByTestId('message').filter((one) => one.getAttribute('aria-label')?.startsWith('Jonas'));
    expect(jonas.map((one) => one.querySelectorAll('.author').length)).toEqual([1, 0]);
    expect(jonas.map((one) => one.querySelectorAll('.face').length)).toEqual([0, 1]);
  });

  it('shows who has received and read a message', async () => {
    await lago('group');
    const mine = screen.getAllByTestId('message').find((one) => one.textContent.includes('good lamp')) as HTMLElement;
    await fireEvent.contextMenu(mine);
    await fireEvent.click(await screen.findByTestId('action-receipts'));
    const receipts = await screen.findByTestId('receipts');
    await waitFor(() => expect(within(receipts).getByText('Ilse Vermeer')).toBeTruthy());
    expect(receipts.querySelectorAll('ul[data-state="read"] li')).toHaveLength(2);
  });

  it.each([
    ['group_closed', 'closed'],
    ['group_left', 'left'],
    ['group_forked', 'forked'],
  ])('says in %s why nothing can be written', async (scene, reason) => {
    await lago(scene);
    expect(screen.getByTestId('group-bar').dataset.reason).toBe(reason);
    expect(screen.queryByTestId('composer')).toBeNull();
  });

  it('shows both heads of a fork', async () => {
    await panel('group_forked');
    expect(screen.getByTestId('fork').textContent).toContain('9ee27a551c03');
    expect(screen.getByTestId('fork').textContent).toContain('Jonas');
  });

  it('offers no block of a group somebody was added to', async () => {
    await lago('group_request');
    expect(screen.getByTestId('accept')).toBeTruthy();
    expect(screen.queryByTestId('request-block')).toBeNull();
  });

  // The reader's checks take their time on a busy machine.
  it.each(['en', 'ar'] as const)('is read out without a fault in %s', { timeout: 30_000 }, async (language) => {
    await lago('group_own', language);
    await fireEvent.click(screen.getByTestId('info'));
    await screen.findAllByTestId('member');
    const rules = { 'color-contrast': { enabled: false }, region: { enabled: false } };
    const { violations } = await axe.run(document.body, { rules });
    expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
  });
});
