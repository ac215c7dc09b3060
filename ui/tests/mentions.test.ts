// People who are named in messages to a group: chosen while one writes, drawn by their present names.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { beingNamed, mentionsIn, rangesOf, withNames } from '../src/lib/mentions';
import { parseMarkup } from '../src/lib/markup';
import { who } from '../src/lib/ipc/fake/groups';
import type { FakeEngine } from '../src/lib/ipc/fake';
import { open, ran } from './stage';

const lastArgs = (engine: FakeEngine, command: string) => ran(engine, command).at(-1)?.args;

const ANNE = who('Anne', 'A', 'iris');
const ANNE_MARIE = who('Anne Marie', 'AM', 'clay');

test('a name is a mention as a whole word after an @, the longest first', () => {
  const found = (text: string) =>
    mentionsIn(text, [ANNE, ANNE_MARIE]).map(({ start, person }) => `${start} ${person.name}`);
  expect(found('@Anne, and @Anne Marie!')).toEqual(['0 Anne', '11 Anne Marie']);
  expect(found('🎻 @Anne')).toEqual(['3 Anne']);
  expect(found('mail@Anne.example @Annette @anne')).toEqual([]);
  expect(rangesOf(mentionsIn('hi @Anne', [ANNE]))).toEqual([{ start: 3, length: 5, account: ANNE.account }]);
});

test('a person who has another name now is drawn by it', () => {
  const mentions = [{ start: 4, length: 5, person: { ...ANNE, name: 'Anya' } }];
  expect(withNames('ask @Anne first', mentions)).toBe('ask @Anya first');
  expect(parseMarkup('ask @Anne *first*', mentions).map((span) => span.kind)).toEqual([
    'text',
    'mention',
    'text',
    'bold',
  ]);
});

test('a name is being written from an @ at the start of a word to the caret', () => {
  expect(beingNamed('ask @An', 7)).toEqual({ start: 4, sought: 'An' });
  expect(beingNamed('@', 1)).toEqual({ start: 0, sought: '' });
  expect(beingNamed('mail@An', 7)).toBeNull();
  expect(beingNamed('@ An', 4)).toBeNull();
  expect(beingNamed('@An\nnext', 8)).toBeNull();
});

test('arrows and Enter choose whom one names, Escape does not, and the name goes out with the words', async () => {
  const engine = await open('group');
  await fireEvent.click(await screen.findByText('Casa del Lago'));
  const field = await screen.findByTestId<HTMLTextAreaElement>('composer');
  const write = async (text: string) => {
    await fireEvent.input(field, { target: { value: text } });
    field.setSelectionRange(text.length, text.length);
    await fireEvent.input(field);
  };
  await write('Thanks @j');
  const list = await screen.findByTestId('mention-list');
  expect(within(list).getAllByTestId('mention-option').length).toBeGreaterThan(1);
  await fireEvent.keyDown(field, { key: 'Escape' });
  expect(screen.queryByTestId('mention-list')).toBeNull();
  expect(field.value).toBe('Thanks @j');

  await write('Thanks @jo');
  await screen.findByTestId('mention-list');
  await fireEvent.keyDown(field, { key: 'Enter' });
  expect(field.value).toBe('Thanks @Jonas Reuter ');
  await fireEvent.keyDown(field, { key: 'Enter' });
  const sent = { text: 'Thanks @Jonas Reuter', mentions: [{ start: 7, length: 13 }] };
  await waitFor(() => expect(lastArgs(engine, 'message_send')).toMatchObject(sent));
  expect((await screen.findByTestId('mention')).textContent).toBe('@Jonas Reuter');
});

test('a caption names members too, and whom the composer named stays named', async () => {
  const engine = await open('group');
  await fireEvent.click(await screen.findByText('Casa del Lago'));
  const field = await screen.findByTestId<HTMLTextAreaElement>('composer');
  await fireEvent.input(field, { target: { value: 'For @Jonas Reuter' } });
  const files = [new File(['notes'], 'notes.txt')];
  await fireEvent.change(screen.getByTestId('attach-input'), { target: { files } });
  const caption = await screen.findByTestId<HTMLInputElement>('caption');
  expect(caption.value).toBe('For @Jonas Reuter');
  const text = `${caption.value} and @an`;
  await fireEvent.input(caption, { target: { value: text } });
  caption.setSelectionRange(text.length, text.length);
  await fireEvent.input(caption);
  await screen.findByTestId('mention-list');
  await fireEvent.keyDown(caption, { key: 'Enter' });
  expect(caption.value).toBe('For @Jonas Reuter and @Anouk Duarte ');
  await waitFor(() => expect(screen.getByTestId('attach-send')).toHaveProperty('disabled', false));
  await fireEvent.keyDown(caption, { key: 'Enter' });
  const mentions = [
    { start: 4, length: 13 },
    { start: 22, length: 13 },
  ];
  await waitFor(() => expect(lastArgs(engine, 'attachments_send')).toMatchObject({ mentions }));
});

test('a chat with a mention that waits says so, and one goes there', async () => {
  await open('group_mentions');
  const row = (await screen.findAllByTestId('chat-row')).find((one) => one.textContent.includes('Casa'));
  expect(row?.textContent).toContain('You were mentioned');
  await fireEvent.click(await screen.findByText('Casa del Lago'));
  expect(await screen.findByTestId('jump-mention')).toBeTruthy();
});
