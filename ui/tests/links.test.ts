// Pages behind links and reporting somebody, over the fake engine.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import type { FakeEngine } from '../src/lib/ipc/fake';
import { place } from '../src/stores/place.svelte';
import { open, ran } from './stage';

async function conversation(chat: string, scene = 'links'): Promise<FakeEngine> {
  const engine = await open(scene);
  const row = await waitFor(() => {
    const found = screen.getAllByTestId('chat-row').find((one) => one.dataset.chat === chat);
    if (!found) throw new Error('not there yet');
    return found;
  });
  await fireEvent.click(row);
  await screen.findByTestId('composer');
  return engine;
}

const write = (text: string) => fireEvent.input(screen.getByTestId('composer'), { target: { value: text } });
const look = () => screen.queryByTestId('link-look');

describe('the page behind a link', () => {
  it('is shown in the message and opened outside', async () => {
    const engine = await conversation('27');
    const [first] = await screen.findAllByTestId('link');
    expect(first?.textContent).toContain('weather.example');
    await fireEvent.click(first as HTMLElement);
    expect(ran(engine, 'link_open').at(-1)?.args).toMatchObject({ url: 'https://weather.example/sea' });
  });

  it('is looked at while one writes, and closed for good', async () => {
    const engine = await conversation('27');
    await write('see https://regatta.example/2026');
    await waitFor(() => expect(look()?.dataset.state).toBe('page'), { timeout: 3000 });
    await fireEvent.click(within(look() as HTMLElement).getByTestId('link-close'));
    expect(ran(engine, 'link_preview_close')).toHaveLength(1);
    await write('see https://regatta.example/2026 tomorrow');
    expect(look()).toBeNull();
  });

  it('may not be there', async () => {
    await conversation('27');
    await write('see https://gone.test/');
    await waitFor(() => expect(look()?.dataset.state).toBe('failed'), { timeout: 3000 });
    await write('');
    expect(look()).toBeNull();
  });
});

describe('reporting somebody', () => {
  it('sends what was chosen and blocks', async () => {
    const engine = await conversation('27');
    place.overlay = { kind: 'report', chat: 27 };
    const message = await screen.findByTestId('report-message');
    expect(message.getAttribute('aria-checked')).toBe('false');
    await fireEvent.click(message);
    await fireEvent.click(screen.getByTestId('report-fraud'));
    await fireEvent.click(screen.getByTestId('report-confirm'));
    await waitFor(() => expect(ran(engine, 'chat_block')).toHaveLength(1));
    const { reason, orders } = ran(engine, 'person_report').at(-1)?.args as { reason: string; orders: number[] };
    expect(reason).toBe('fraud');
    expect(orders).toHaveLength(1);
  });
});
