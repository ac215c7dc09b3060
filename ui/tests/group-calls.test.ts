// Calls of groups, over the fake engine: one that rings, one under way, and the one that one is in.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { groupCall, setGroupCall } from '../src/lib/ipc/fake/group-calls';
import { open, ran } from './stage';

async function group(scene: string) {
  const engine = await open(scene);
  await fireEvent.click(
    await waitFor(() => {
      const row = screen.getAllByTestId('chat-row').find((one) => one.dataset.chat === '40');
      if (!row) throw new Error('not there yet');
      return row;
    }),
  );
  return engine;
}

describe('a call of a group that rings', () => {
  it('says who calls whom, and is joined', async () => {
    const engine = await open('group_call_ringing');
    const bar = await screen.findByTestId('group-incoming');
    expect(bar.textContent).toContain('Anouk is calling Casa del Lago');
    await fireEvent.click(screen.getByTestId('group-call-answer'));
    expect((await screen.findByTestId('group-call')).dataset.stage).toBe('talking');
    expect(ran(engine, 'group_call_join')).toHaveLength(1);
    expect(screen.queryByTestId('group-incoming')).toBeNull();
  });

  it('is declined, and can still be joined from the conversation', async () => {
    const engine = await group('group_call_ringing');
    await fireEvent.click(await screen.findByTestId('group-call-decline'));
    await waitFor(() => expect(screen.queryByTestId('group-incoming')).toBeNull());
    expect(ran(engine, 'group_call_leave')).toHaveLength(1);
    await fireEvent.click(await screen.findByTestId('group-call-join'));
    expect(await screen.findByTestId('group-call')).toBeTruthy();
  });
});

describe('a call of a group under way', () => {
  it('shows who is in it over the conversation', async () => {
    await group('group_call_under_way');
    const bar = await screen.findByTestId('group-call-bar');
    expect(bar.textContent).toContain('Anouk, Tomasz, Ilse');
    expect(bar.textContent).toContain('and 2 more');
    expect(screen.queryByTestId('group-call-voice'), 'there is one already').toBeNull();
  });

  it('is begun in the header of a group, and says that nobody has come yet', async () => {
    const engine = await group('group');
    await fireEvent.click(await screen.findByTestId('group-call-video'));
    expect((await screen.findByTestId('group-call-line-now')).textContent).toContain('Nobody else is here yet');
    expect(ran(engine, 'group_call_start')[0]?.args).toEqual({ chat: 40, video: true });
  });

  it('is offered neither to who has left the group nor where it is forked', async () => {
    await group('group_left');
    await screen.findByTestId('group-bar');
    expect(screen.queryByTestId('group-call-voice')).toBeNull();
  });
});

describe('the call of a group that one is in', () => {
  it('shows everybody, hands, microphones and who speaks', async () => {
    const engine = await open('group_call_talking');
    await screen.findByTestId('group-call');
    expect(screen.getAllByTestId('group-call-tile')).toHaveLength(6);
    expect(screen.getAllByTestId('group-call-hand-up')).toHaveLength(1);
    engine.tellGroupCalls({ kind: 'levels', own: 0, others: [{ id: 12, level: 0.8 }], speaker: 12 });
    await waitFor(() => expect(screen.getAllByTestId('group-call-tile')[0]?.dataset.id).toBe('12'));
    await fireEvent.click(screen.getByTestId('group-call-room-toggle'));
    const room = await screen.findByTestId('group-call-room');
    expect(within(room).getByText('Hand raised')).toBeTruthy();
    expect(within(room).getByText('Speaking')).toBeTruthy();
    expect(within(room).getAllByRole('listitem')).toHaveLength(6);
    await fireEvent.keyDown(screen.getByTestId('group-call'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByTestId('group-call-room')).toBeNull());
  });

  it('is muted, raises a hand, shares the screen and is left, and goes on for the others', async () => {
    const engine = await open('group_call_talking');
    await screen.findByTestId('group-call');
    for (const what of ['mute', 'hand', 'screen']) {
      await fireEvent.click(screen.getByTestId(`group-call-${what}`));
      await waitFor(() => expect(screen.getByTestId(`group-call-${what}`).getAttribute('aria-pressed')).toBe('true'));
    }
    await fireEvent.click(screen.getByTestId('group-call-leave'));
    await waitFor(() => expect(screen.queryByTestId('group-call')).toBeNull());
    expect(engine.world.groupCall?.stage).toBe('under_way');
  });

  it('says what is wrong, and comes back by itself', async () => {
    const engine = await open('group_call_troubled');
    expect((await screen.findByTestId('group-call-line-now')).textContent).toBe('reconnecting…');
    expect(screen.getByText(/you take part with your voice/)).toBeTruthy();
    expect(screen.queryByTestId('group-call-camera')).toBeNull();
    setGroupCall(engine, { stage: 'talking' });
    await waitFor(() => expect(screen.getByTestId('group-call-line-now').textContent).toContain('6 people'));
  });

  it('tells when the connection was lost for good', async () => {
    const engine = await open('group_call_talking');
    await screen.findByTestId('group-call');
    setGroupCall(engine, null);
    const { id, chat } = groupCall();
    engine.tellGroupCalls({ kind: 'ended', id, chat, outcome: 'failed', fault: 'lost' });
    expect(await screen.findByText('The connection to the call was lost.')).toBeTruthy();
  });
});
