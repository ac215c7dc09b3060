// Photos that may be looked at once, over the fake engine.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { FakeEngine } from '../src/lib/ipc/fake';
import { open, ran } from './stage';

async function conversation(): Promise<FakeEngine> {
  const engine = await open('once');
  const row = await waitFor(() => {
    const found = screen.getAllByTestId('chat-row').find((one) => one.dataset.chat === '26');
    if (!found) throw new Error('not there yet');
    return found;
  });
  await fireEvent.click(row);
  await screen.findAllByTestId('once');
  return engine;
}

const shown = () => screen.getAllByTestId('once');
const openable = () => shown().filter((one) => one instanceof HTMLButtonElement);

describe('a photo to be looked at once', () => {
  it('is opened once, and is gone when it is closed', async () => {
    const engine = await conversation();
    expect(openable()).toHaveLength(1);
    await fireEvent.click(openable()[0] as HTMLElement);
    const viewer = await screen.findByTestId('once-viewer');
    expect(within(viewer).getByText(/1.*3/)).toBeTruthy();
    expect(within(viewer).queryByTestId('viewer-save')).toBeNull();
    await fireEvent.click(within(viewer).getByTestId('once-close'));
    await waitFor(() => expect(screen.queryByTestId('once-viewer')).toBeNull());
    await waitFor(() => expect(openable()).toHaveLength(0));
    expect(ran(engine, 'once_open')).toHaveLength(1);
  });

  it('is neither passed on, copied nor kept', async () => {
    await conversation();
    const message = openable()[0]?.closest('article') as HTMLElement;
    await fireEvent.contextMenu(message);
    await screen.findByTestId('action-reply');
    for (const name of ['forward', 'copy', 'keep', 'edit']) expect(screen.queryByTestId(`action-${name}`)).toBeNull();
  });
});
