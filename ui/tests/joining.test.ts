// Links into groups, their words and pictures, and who is writing in them, over the fake engine.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { writingText } from '../src/i18n';
import type { FakeEngine } from '../src/lib/ipc/fake';
import { parseMarkup } from '../src/lib/markup';
import { open, ran } from './stage';

const lastArgs = (engine: FakeEngine, command: string) => ran(engine, command).at(-1)?.args;

async function panel(scene: string): Promise<FakeEngine> {
  const engine = await open(scene);
  await fireEvent.click(await screen.findByText('Casa del Lago'));
  await fireEvent.click(await screen.findByTestId('info'));
  await screen.findAllByTestId('member');
  return engine;
}

test('an admin makes a link, wants to be asked or not, makes it anew and takes it away', async () => {
  const engine = await panel('group_own');
  await fireEvent.click(await screen.findByTestId('group-link-make'));
  expect(lastArgs(engine, 'group_link_set')).toEqual({ chat: 40, approval: true, fresh: true });
  const link = (await screen.findByTestId('group-link')).textContent;
  await fireEvent.click(screen.getByRole('switch', { name: 'Ask an admin first' }));
  await waitFor(() => expect(lastArgs(engine, 'group_link_set')).toMatchObject({ approval: false, fresh: false }));
  await fireEvent.click(await screen.findByTestId('group-link-fresh'));
  await waitFor(() => expect(screen.getByTestId('group-link').textContent).not.toBe(link));
  await fireEvent.click(screen.getByTestId('group-link-remove'));
  expect(await screen.findByTestId('group-link-make')).toBeTruthy();
});

test('who asks to come in is let in or declined', async () => {
  const engine = await panel('group_link');
  const [first] = await screen.findAllByTestId('join-request');
  await fireEvent.click(within(first as HTMLElement).getByTestId('join-admit'));
  await waitFor(() => expect(screen.getAllByTestId('join-request')).toHaveLength(1));
  expect(ran(engine, 'group_admit')).toHaveLength(1);
  await fireEvent.click(screen.getByTestId('join-decline'));
  await waitFor(() => expect(screen.queryByTestId('join-request')).toBeNull());
  expect(screen.queryByTestId('requests-bar')).toBeNull();
  const found = await axe.run(screen.getByTestId('group-panel'), { rules: { 'color-contrast': { enabled: false } } });
  expect(found.violations).toEqual([]);
});

test('a link in a message is opened by the window, and one asks to join', async () => {
  const [span] = parseMarkup('sotto://join/AcTrsc6Y come');
  expect(span).toMatchObject({ kind: 'link', url: 'sotto://join/AcTrsc6Y' });
  expect(parseMarkup('sotto://else/x').map(({ kind }) => kind)).toEqual(['text']);
  const engine = await open('main');
  await fireEvent.click(await screen.findByTestId('new-chat'));
  await fireEvent.click(screen.getByTestId('join-by-link'));
  const field = await screen.findByTestId('join-link');
  await fireEvent.input(field, { target: { value: 'nonsense' } });
  await fireEvent.click(screen.getByTestId('join-ask'));
  expect(await screen.findByRole('alert')).toBeTruthy();
  await fireEvent.input(field, { target: { value: ' sotto://join/AcTrsc6Y ' } });
  await fireEvent.click(screen.getByTestId('join-ask'));
  expect(await screen.findByTestId('join-asked')).toBeTruthy();
  expect(lastArgs(engine, 'group_join')).toEqual({ link: 'sotto://join/AcTrsc6Y' });
});

test('what is said about a group is changed where it stands', async () => {
  const engine = await panel('group_own');
  await fireEvent.click(await screen.findByTestId('group-about'));
  await fireEvent.input(screen.getByTestId('group-about-input'), { target: { value: ' Eight days ' } });
  await fireEvent.click(screen.getByTestId('group-about-save'));
  await waitFor(() => expect(lastArgs(engine, 'group_describe')).toEqual({ chat: 40, about: 'Eight days' }));
  expect((await screen.findByTestId('group-about')).textContent).toContain('Eight days');
});

test('one, two and more who write are named or counted', async () => {
  expect(writingText('Noor Haddad', [])).toBe('Noor is writing');
  expect(writingText('Trip', ['Anouk Duarte'])).toBe('Anouk is writing');
  expect(writingText('Trip', ['Anouk Duarte', 'Jonas Reuter'])).toBe('Anouk and Jonas are writing');
  expect(writingText('Trip', ['A', 'B', 'C'])).toBe('3 people are writing');
  await open('group_writing');
  await fireEvent.click(await screen.findByText('Casa del Lago'));
  expect((await screen.findByTestId('typing')).textContent).toContain('Anouk and Jonas are writing');
});
