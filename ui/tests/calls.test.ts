// Calls, over the fake engine: one that comes in, one that is made, and what is left of them.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { callLineText, endedText, problemText } from '../src/i18n';
import { setCall } from '../src/lib/ipc/fake/calls';
import { clockTime } from '../src/lib/time';
import { open, ran } from './stage';

async function conversation(scene: string) {
  const engine = await open(scene);
  await fireEvent.click(
    await waitFor(() => {
      const row = screen.getAllByTestId('chat-row').find((one) => one.dataset.chat === '1');
      if (!row) throw new Error('not there yet');
      return row;
    }),
  );
  return engine;
}

describe('a call that comes in', () => {
  it('is answered, muted and hung up', async () => {
    const engine = await open('call_incoming');
    await screen.findByTestId('incoming');
    await fireEvent.click(screen.getByTestId('call-answer'));
    expect((await screen.findByTestId('call')).dataset.stage).toBe('talking');
    await fireEvent.click(screen.getByTestId('call-mute'));
    await waitFor(() => expect(screen.getByTestId('call-mute').getAttribute('aria-pressed')).toBe('true'));
    await fireEvent.click(screen.getByTestId('call-end'));
    await waitFor(() => expect(screen.getByTestId('call').dataset.stage).toBe('ended'));
    expect(ran(engine, 'call_end')).toHaveLength(1);
  });

  it('is declined', async () => {
    const engine = await open('call_incoming');
    await fireEvent.click(await screen.findByTestId('call-decline'));
    expect(ran(engine, 'call_end')).toHaveLength(1);
    await waitFor(() => expect(screen.queryByTestId('incoming')).toBeNull());
  });
});

describe('a call that is made', () => {
  it('begins in the header, says how it stands and what is missing', async () => {
    const engine = await conversation('main');
    await fireEvent.click(await screen.findByTestId('call-voice'));
    expect((await screen.findByTestId('call-line-now')).textContent).toBe('calling…');
    setCall(engine, {
      stage: { kind: 'talking', since: Date.now() - 61_000 },
      problems: [{ device: 'microphone', fault: 'no_server' }],
    });
    await waitFor(() => expect(screen.getByTestId('call-line-now').textContent).toMatch(/^1:0\d$/));
    expect(screen.getByTestId('call-hint').textContent).toContain('you are not heard');
  });

  it('is offered to nobody who is blocked', async () => {
    const engine = await conversation('main');
    await screen.findByTestId('call-voice');
    const person = engine.person(1);
    person.row = { ...person.row, blocked: true };
    engine.putRow(person);
    await waitFor(() => expect(screen.queryByTestId('call-voice')).toBeNull());
  });
});

describe('what is left of calls', () => {
  it('is a line with the time, or what came of it, and a way to call back', async () => {
    const engine = await conversation('call_incoming');
    const lines = await screen.findAllByTestId('call-line');
    expect(lines.map((line) => line.dataset.outcome)).toEqual(['missed', 'answered', 'missed']);
    expect(lines[1]?.textContent).toContain('12:47');
    expect(screen.queryByTestId('call-back')).toBeNull();
    setCall(engine, null);
    await fireEvent.click((await screen.findAllByTestId('call-back'))[0] as HTMLElement);
    expect(ran(engine, 'call_start')).toHaveLength(1);
  });

  it('is said in plain words', () => {
    const line = { video: false, outcome: 'missed', seconds: 0 } as const;
    expect([callLineText(line, false), callLineText(line, true)]).toEqual(['Missed voice call', 'No answer']);
    const ended = { kind: 'ended', id: '', chat: 1, mine: true, outcome: 'busy', fault: null } as const;
    expect(endedText(ended)).toBe('In another call');
    expect(endedText({ ...ended, fault: 'no_path' })).toBe('No way to the other device was found.');
    expect(problemText({ device: 'speaker', fault: 'not_found' })).toBe('No speaker: you hear nothing.');
    expect([clockTime(5), clockTime(767), clockTime(3723)]).toEqual(['0:05', '12:47', '1:02:03']);
  });
});
