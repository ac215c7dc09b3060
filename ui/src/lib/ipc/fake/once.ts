// Photos that may be looked at once, in the fake world: somebody with whom they went to and fro, and what commands do.
import type { MessageItem } from '../bindings/MessageItem';
import type { OnceView } from '../bindings/OnceView';
import type { SendFile } from '../bindings/SendFile';
import { UNTOUCHED } from '../../message';
import type { FakeEngine } from './engine';
import { refuse } from './refuse';
import { paintView } from './views';
import { type Person, moment, noted, person, said, wrote } from './world';

type Given = Record<string, unknown>;

const at = (time: string) => moment(0, time);
const waiting = (photos: number, file: OnceView['file'] = 'here'): OnceView => ({ state: 'waiting', photos, file });
const over = (state: 'opened' | 'expired'): OnceView => ({ state, photos: 0, file: null });

export function secretive(): Person {
  return person(
    { id: 26, title: 'Sister Olga', initials: 'SO', hue: 'iris' },
    {
      presence: { kind: 'online' },
      lines: [
        noted(at('08:00'), { kind: 'encrypted' }),
        said(at('08:02'), '', { once: over('expired') }),
        said(at('08:10'), '', { once: over('opened') }),
        wrote(at('08:11'), '', 'read', { once: over('opened') }),
        wrote(at('08:12'), '', 'delivered', { once: waiting(1) }),
        wrote(at('08:13'), '', 'sending', { once: waiting(2, 'uploading') }),
        said(at('08:14'), '', { once: waiting(1, 'absent') }),
        said(at('08:15'), 'Look at this before anybody sees it'),
        said(at('08:15'), '', { once: waiting(3) }),
      ],
    },
  );
}

/** The photos one after the other, each behind its length in four bytes. */
async function packed(order: number, photos: number): Promise<ArrayBuffer> {
  const painted = await Promise.all(Array.from({ length: photos }, (_, place) => paintView(order + place, 3, 2)));
  const bytes = new Uint8Array(painted.reduce((sum, photo) => sum + 4 + photo.byteLength, 0));
  let from = 0;
  for (const photo of painted) {
    new DataView(bytes.buffer).setUint32(from, photo.byteLength);
    bytes.set(new Uint8Array(photo), from + 4);
    from += 4 + photo.byteLength;
  }
  return bytes.buffer;
}

export const ONCE_COMMANDS: Record<string, (engine: FakeEngine, args: Given) => unknown> = {
  once_send: (engine, { chat, id, files }) => {
    const one = engine.person(chat);
    const item: MessageItem = {
      ...UNTOUCHED,
      id: id as string,
      order: engine.nextOrder(one),
      mine: true,
      at: Date.now(),
      state: 'sending',
      body: { kind: 'text', text: '' },
      once: waiting((files as SendFile[]).length, 'uploading'),
    };
    engine.put(one, item);
  },
  once_open: (engine, { chat, order }) => {
    const one = engine.person(chat);
    const item = one.entries.find((entry) => entry.order === order);
    if (!item?.once || item.mine || item.once.state !== 'waiting') throw refuse('not_possible');
    engine.put(one, { ...item, once: over('opened') });
    return packed(order as number, item.once.photos);
  },
};
