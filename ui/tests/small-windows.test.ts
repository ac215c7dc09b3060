// The small windows beside the large one, over the fake engine: a call that rings, and one that stays in sight.
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { FloatingWindow, RingingWindow } from '../src/features/calls';
import { app } from '../src/stores/app.svelte';
import { calls } from '../src/stores/calls.svelte';
import { groupCalls } from '../src/stores/group-calls.svelte';
import { engineFor, open, ran } from './stage';

async function small(scene: string, root: typeof RingingWindow) {
  const engine = engineFor(scene);
  await app.start();
  await calls.watch();
  render(root);
  return engine;
}

describe('the window of a call that rings', () => {
  it('says who calls, is silenced, and answers without a picture too', async () => {
    const engine = await small('call_video_incoming', RingingWindow);
    const window = await screen.findByTestId('ringing');
    await waitFor(() => expect(window.textContent).toContain('Noor Haddad'));
    await waitFor(() => expect(window.dataset.heard).toBe('true'));
    expect(document.activeElement, 'the space bar answers nothing').toBe(window);
    await fireEvent.keyDown(window, { key: 'Escape' });
    await waitFor(() => expect(window.dataset.heard).toBe('false'));
    await fireEvent.click(screen.getByTestId('ringing-answer-voice'));
    expect(ran(engine, 'call_answer')).toMatchObject([{ args: { video: false } }]);
  });

  it('declines with a message', async () => {
    const engine = await small('call_incoming', RingingWindow);
    await fireEvent.click(await screen.findByTestId('ringing-write'));
    await fireEvent.input(screen.getByTestId('ringing-text'), { target: { value: ' In an hour ' } });
    await fireEvent.click(screen.getByTestId('ringing-send'));
    await waitFor(() => expect(ran(engine, 'call_end')).toHaveLength(1));
    expect(ran(engine, 'message_send')).toMatchObject([{ args: { chat: 1, text: 'In an hour' } }]);
  });

  it('says which group is called, and joins', async () => {
    const engine = await small('group_call_ringing', RingingWindow);
    await groupCalls.watch();
    const window = await screen.findByTestId('ringing');
    await waitFor(() => expect(window.textContent).toContain('Casa del Lago'));
    expect(window.textContent).toContain('Anouk calls the group');
    expect(screen.queryByTestId('ringing-write'), 'nobody is written to alone').toBeNull();
    await fireEvent.click(screen.getByTestId('ringing-answer'));
    expect(ran(engine, 'group_call_join')).toMatchObject([{ args: { video: true } }]);
  });

  it('makes no sound for a chat that is muted', async () => {
    const engine = engineFor('call_incoming');
    const person = engine.person(1);
    person.row = { ...person.row, muted_until: Date.now() + 60_000 };
    await app.start();
    await calls.watch();
    render(RingingWindow);
    const window = await screen.findByTestId('ringing');
    await waitFor(() => expect(window.textContent).toContain('Noor Haddad'));
    expect(window.dataset.heard).toBe('false');
  });
});

describe('the window in which a call stays in sight', () => {
  it('mutes, hangs up, is moved and leads back', async () => {
    const engine = await small('call_talking', FloatingWindow);
    const window = await screen.findByTestId('floating');
    await waitFor(() => expect(window.textContent).toContain('Noor Haddad'));
    await fireEvent.click(screen.getByTestId('floating-mute'));
    expect(ran(engine, 'call_mute')).toMatchObject([{ args: { muted: true } }]);
    await fireEvent.pointerDown(window, { button: 0 });
    expect(ran(engine, 'call_float_move')).toHaveLength(1);
    await fireEvent.click(screen.getByTestId('floating-back'));
    expect(ran(engine, 'call_float_end')).toHaveLength(1);
    await fireEvent.click(screen.getByTestId('floating-end'));
    await waitFor(() => expect(window.dataset.stage).toBe('ended'));
  });

  it('leaves a call without pictures in the large window, which takes it back', async () => {
    const engine = await open('call_talking');
    await screen.findByTestId('call');
    void calls.float();
    await screen.findByTestId('call-small');
    await fireEvent.click(screen.getByTestId('call-large'));
    await screen.findByTestId('call');
    expect(ran(engine, 'call_float_end')).toHaveLength(1);
  });
});
