// What a message sent in the fake world becomes.
import type { MessageItem } from '../bindings/MessageItem';
import type { MessageState } from '../bindings/MessageState';
import type { FakeEngine } from './engine';
import { changeable } from './world';

/** Puts a message of one's own at the end of a conversation and sends it on its way. */
export function send(
  engine: FakeEngine,
  chat: unknown,
  id: string,
  text: string,
  more: Partial<MessageItem> = {},
): void {
  const one = engine.person(chat);
  const item: MessageItem = {
    ...changeable(Date.now()),
    id,
    order: engine.nextOrder(one),
    mine: true,
    at: Date.now(),
    state: 'sending',
    body: { kind: 'text', text },
    expires_after: one.row.timer || null,
    ...more,
  };
  engine.put(one, item);
  travel(engine, chat, item);
}

/** As far as somebody is there to read it, and answers. */
function travel(engine: FakeEngine, chat: unknown, item: MessageItem): void {
  const states: MessageState[] = ['sent', 'delivered', 'read'];
  const connected = engine.world.state.connection.kind === 'online';
  if (!engine.world.lively || !connected) return;
  states.forEach((state, at) => {
    setTimeout(() => engine.change(engine.person(chat), item.order, { state }), 300 + at * 500);
  });
  setTimeout(() => engine.tell({ kind: 'typing', chat: chat as number, writing: true, names: [] }), 2200);
  setTimeout(() => {
    const one = engine.person(chat);
    engine.tell({ kind: 'typing', chat: chat as number, writing: false, names: [] });
    engine.put(one, {
      ...changeable(0),
      editable_until: null,
      deletable_until: null,
      id: crypto.randomUUID().replaceAll('-', ''),
      order: engine.nextOrder(one),
      at: Date.now(),
      mine: false,
      state: 'received',
      body: { kind: 'text', text: 'I heard you.' },
    });
  }, 4200);
}
