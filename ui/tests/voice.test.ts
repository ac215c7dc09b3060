// Voice messages, over the fake engine: recording one, listening to one, and playing on in another chat.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { heights } from '../src/features/voice/bars';
import { open, ran } from './stage';

const INES = '26';

async function show(chat: string) {
  await fireEvent.click(
    await waitFor(() => {
      const row = screen.getAllByTestId('chat-row').find((one) => one.dataset.chat === chat);
      if (!row) throw new Error('not there yet');
      return row;
    }),
  );
}

const state = () => screen.getByTestId('recording').dataset.state;

describe('recording', () => {
  it('begins where nothing is written, waits, is listened to and sent, all by keyboard', async () => {
    const engine = await open('voice');
    await show(INES);
    const composer = await screen.findByTestId('composer');
    await fireEvent.input(composer, { target: { value: 'words' } });
    await waitFor(() => expect(screen.queryByTestId('voice-record')).toBeNull());
    await fireEvent.input(composer, { target: { value: '' } });
    // A button that is pressed by keyboard is clicked without a pointer.
    await fireEvent.click(await screen.findByTestId('voice-record'), { detail: 0 });
    await waitFor(() => expect(state()).toBe('recording'));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId('voice-send')));
    engine.tellVoice({ kind: 'level', level: 0.6, duration: 61_000 });
    await waitFor(() => expect(screen.getByRole('timer').textContent).toBe('1:01'));
    await fireEvent.keyDown(screen.getByTestId('voice-send'), { key: 'Escape' });
    await waitFor(() => expect(state()).toBe('paused'));
    await fireEvent.click(screen.getByTestId('voice-listen'));
    expect(ran(engine, 'voice_play').at(-1)?.args).toEqual({ order: null, from: null });
    await fireEvent.click(screen.getByTestId('voice-send'));
    await waitFor(() => expect(screen.queryByTestId('recording')).toBeNull());
    expect(ran(engine, 'voice_send')).toHaveLength(1);
    await screen.findByTestId('composer');
  });

  it('waits where it was begun, and is found from elsewhere', async () => {
    await open('voice_paused');
    await show('1');
    await fireEvent.click((await screen.findByTestId('recording-waits')).querySelector('button') as HTMLElement);
    await waitFor(() => expect(state()).toBe('paused'));
    await fireEvent.click(screen.getByTestId('voice-discard'));
    await waitFor(() => expect(screen.queryByTestId('recording')).toBeNull());
  });
});

describe('listening', () => {
  it('plays, goes to a place, gets faster, and goes on in another chat', async () => {
    const engine = await open('voice');
    await show(INES);
    const bubbles = await screen.findAllByTestId('voice');
    const second = bubbles[1] as HTMLElement;
    expect(second.querySelector('[data-testid="voice-dot"]')).not.toBeNull();
    await fireEvent.click(second.querySelector('[data-testid="voice-play"]') as HTMLElement);
    await waitFor(() => expect(screen.getAllByTestId('voice')[1]?.dataset.playing).toBe('true'));
    expect(screen.getAllByTestId('voice')[1]?.querySelector('[data-testid="voice-dot"]')).toBeNull();
    const slider = screen.getAllByTestId('waveform')[1] as HTMLElement;
    await fireEvent.keyDown(slider, { key: 'ArrowRight' });
    expect(ran(engine, 'voice_seek').at(-1)?.args).toEqual({ position: 5_000 });
    await fireEvent.click(screen.getAllByTestId('voice-speed')[1] as HTMLElement);
    await waitFor(() => expect(screen.getAllByTestId('voice-speed')[1]?.textContent).toBe('1.5×'));
    expect(screen.queryByTestId('now-playing')).toBeNull();
    await show('1');
    await fireEvent.click(await screen.findByTestId('now-toggle'));
    expect(ran(engine, 'voice_rest')).toHaveLength(1);
    await fireEvent.click(screen.getByTestId('now-close'));
    await waitFor(() => expect(screen.queryByTestId('now-playing')).toBeNull());
  });

  it('draws as many bars as fit, of any number of levels', () => {
    expect(heights([])).toEqual(Array.from({ length: 44 }, () => 0));
    expect(heights([31, 0], 4)).toEqual([1, 1, 0, 0]);
  });
});
