// Calls, over the fake engine: one that comes in, one that is made, and what is left of them.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { callLineText, endedText, problemText } from '../src/i18n';
import { setCall } from '../src/lib/ipc/fake/calls';
import { clockTime } from '../src/lib/time';
import { place } from '../src/stores/place.svelte';
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

describe('the list of calls', () => {
  async function list(scene: string) {
    const engine = await open(scene);
    await fireEvent.click(await screen.findByTestId('calls'));
    return engine;
  }

  it('shows all calls or the missed ones, and calls back', async () => {
    const engine = await list('calls');
    const entries = await screen.findAllByTestId('calls-entry');
    expect(entries.map((entry) => entry.dataset.outcome)).toEqual(['missed', 'answered', 'missed']);
    expect(entries[1]?.textContent).toContain('12:47');
    await fireEvent.click(screen.getByTestId('calls-missed'));
    await waitFor(() => expect(screen.getAllByTestId('calls-entry')).toHaveLength(1));
    await fireEvent.click(screen.getAllByTestId('calls-back')[0] as HTMLElement);
    expect(ran(engine, 'call_start')).toHaveLength(1);
  });

  it('forgets a call when it is told to', async () => {
    const engine = await list('calls');
    const [entry] = await screen.findAllByTestId('calls-entry');
    await fireEvent.contextMenu(entry?.querySelector('button') as HTMLElement);
    await fireEvent.click(await screen.findByText('Remove from the list'));
    await waitFor(() => expect(ran(engine, 'message_delete')).toHaveLength(1));
    await waitFor(() => expect(screen.getAllByTestId('calls-entry')).toHaveLength(2));
  });

  it('says so while there were none', async () => {
    await list('main');
    expect(await screen.findByText('No calls yet')).toBeTruthy();
  });
});

describe('the devices of calls', () => {
  it('are tried in the settings, and what does not serve says so', async () => {
    const engine = await open('calls_broken');
    place.openSettings('calls');
    await waitFor(() => expect(screen.getByTestId('device-test').dataset.trial).toBe('on'));
    expect(screen.getAllByTestId('device-problem')).toHaveLength(3);
    expect(screen.getAllByTestId('device-problem')[0]?.textContent).toContain('Allow Sotto');
    expect((screen.getByTestId('device-level') as HTMLMeterElement).value).toBeGreaterThan(0.5);
    await fireEvent.click(screen.getByTestId('device-sound'));
    expect(ran(engine, 'call_trial_sound')).toHaveLength(1);
    await waitFor(() => expect(screen.getByTestId('device-microphone').textContent).toContain('Headset'));
    await fireEvent.change(screen.getByTestId('device-microphone'), { target: { value: 'headset' } });
    await waitFor(() => expect(engine.world.state.settings?.microphone).toBe('headset'));
    place.openChats();
    await waitFor(() => expect(ran(engine, 'call_trial').at(-1)?.args).toEqual({ on: false }));
  });

  it('are shown before the first call, and only then', async () => {
    const engine = await conversation('main');
    const { settings } = engine.world.state;
    if (settings) engine.setState({ settings: { ...settings, devices_tried: false } });
    await fireEvent.click(await screen.findByTestId('call-voice'));
    expect(ran(engine, 'call_start')).toHaveLength(0);
    await fireEvent.click(await screen.findByTestId('try-call'));
    await waitFor(() => expect(ran(engine, 'call_start')).toHaveLength(1));
    expect(engine.world.state.settings?.devices_tried).toBe(true);
  });
});

describe('push to talk', () => {
  it('is heard while the space bar is held', async () => {
    const engine = await open('call_talking');
    const { settings } = engine.world.state;
    if (settings) engine.setState({ settings: { ...settings, push_to_talk: true } });
    setCall(engine, { own: { muted: true, camera: false, screen: false } });
    const call = await screen.findByTestId('call');
    await waitFor(() => expect(screen.getByTestId('call-hint').textContent).toContain('space bar'));
    await fireEvent.keyDown(call, { code: 'Space' });
    await waitFor(() => expect(engine.world.call?.own.muted).toBe(false));
    await fireEvent.keyDown(call, { code: 'Space', repeat: true });
    await fireEvent.keyUp(call, { code: 'Space' });
    await waitFor(() => expect(engine.world.call?.own.muted).toBe(true));
    expect(ran(engine, 'call_mute')).toHaveLength(2);
  });
});

describe('a call made small', () => {
  it('leaves the window to other chats, is muted and ended, and made large again', async () => {
    const engine = await open('call_talking');
    await fireEvent.click(await screen.findByTestId('call-smaller'));
    await screen.findByTestId('call-small');
    expect(screen.queryByTestId('call')).toBeNull();
    await fireEvent.click(screen.getByTestId('call-small-mute'));
    await waitFor(() => expect(engine.world.call?.own.muted).toBe(true));
    await fireEvent.click(screen.getByTestId('call-large'));
    await screen.findByTestId('call');
    await fireEvent.click(screen.getByTestId('call-smaller'));
    await fireEvent.click(await screen.findByTestId('call-small-end'));
    await waitFor(() => expect(screen.queryByTestId('call-small')).toBeNull());
    expect(screen.queryByTestId('call')).toBeNull();
  });
});
