// From the server to a name, over the fake engine.
import { fireEvent, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { open, ran } from './stage';

const type = (field: HTMLElement, value: string) => fireEvent.input(field, { target: { value } });

describe('signing up', () => {
  it('goes from the server to the first chat', async () => {
    const engine = await open('onboarding');
    expect(screen.getByTestId('server-local').getAttribute('aria-checked')).toBe('true');
    await fireEvent.click(screen.getByTestId('continue'));

    const phone = await screen.findByTestId('phone-input');
    expect(screen.getByTestId('send-code')).toHaveProperty('disabled', true);
    await type(phone, '+351 912 345 678');
    await waitFor(() => expect(screen.getByTestId('send-code')).toHaveProperty('disabled', false));
    await fireEvent.click(screen.getByTestId('send-code'));

    expect(await screen.findByText(/407 123/)).toBeTruthy();
    await fireEvent.click(screen.getByTestId('use-code'));

    await type(await screen.findByTestId('name-input'), 'Lídia');
    await fireEvent.click(screen.getByTestId('start'));
    expect(await screen.findAllByTestId('chat-row')).not.toHaveLength(0);
    expect(ran(engine, 'relay_use_local')).toHaveLength(1);
    expect(ran(engine, 'profile_set')[0]?.args).toMatchObject({ name: 'Lídia' });
  });

  it('says what is wrong with another server, and tries again', async () => {
    await open('onboarding');
    await fireEvent.click(screen.getByTestId('server-other'));
    await type(screen.getByTestId('server-address'), 'chat.exmaple');
    await fireEvent.click(screen.getByTestId('continue'));
    expect((await screen.findByRole('alert')).textContent).toContain('No server answers here');
    await type(screen.getByTestId('server-address'), 'https://relay.example');
    expect(screen.queryByRole('alert')).toBeNull();
    await fireEvent.click(screen.getByTestId('continue'));
    expect(await screen.findByTestId('phone-input')).toBeTruthy();
  });

  it('takes a pasted code, submits it by itself, and tells how many tries are left', async () => {
    const engine = await open('code');
    await type(screen.getByTestId('code-input'), '111 111');
    expect((await screen.findByRole('alert')).textContent).toContain('3 tries are left');
    expect(screen.getByTestId('code-input')).toHaveProperty('value', '');
    await type(screen.getByTestId('code-input'), '407-123');
    expect(await screen.findByTestId('name-input')).toBeTruthy();
    expect(ran(engine, 'code_submit').map(({ args }) => args)).toEqual([{ code: '111111' }, { code: '407123' }]);
  });

  it('asks for an invitation where only the invited are taken, and says when it does not count', async () => {
    const engine = await open('invitation');
    await type(screen.getByTestId('phone-input'), '+351 912 345 678');
    await waitFor(() => expect(screen.getByTestId('send-code')).toHaveProperty('disabled', false));
    await fireEvent.click(screen.getByTestId('send-code'));
    expect((await screen.findByRole('alert')).textContent).toContain('only invited people');
    await type(screen.getByTestId('invitation-input'), 'K7QM-0000-0000-0000');
    expect(screen.queryByRole('alert')).toBeNull();
    await fireEvent.click(screen.getByTestId('send-code'));
    expect((await screen.findByRole('alert')).textContent).toContain('does not count');
    await type(screen.getByTestId('invitation-input'), ' K7QM-0X2V-9RTB-4HND ');
    await fireEvent.click(screen.getByTestId('send-code'));
    expect(await screen.findByTestId('code-input')).toBeTruthy();
    expect(ran(engine, 'code_request').map(({ args }) => args)).toMatchObject([
      { invitation: null },
      { invitation: 'K7QM-0000-0000-0000' },
      { invitation: 'K7QM-0X2V-9RTB-4HND' },
    ]);
  });

  it('asks for none where everybody is taken', async () => {
    await open('number');
    expect(screen.queryByTestId('invitation-input')).toBeNull();
  });

  it('shows the number as people write it, also after a restart', async () => {
    await open('code');
    expect(screen.getByText('+351 912 345 678')).toBeTruthy();
  });

  it('goes back to change the number', async () => {
    await open('code');
    await fireEvent.click(screen.getByRole('button', { name: 'Change number' }));
    expect(await screen.findByTestId('phone-input')).toBeTruthy();
  });
});
