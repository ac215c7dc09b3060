// What commands about files do to the fake world. Every picture is painted.
import type { AttachmentView } from '../bindings/AttachmentView';
import type { MessageItem } from '../bindings/MessageItem';
import type { SendFile } from '../bindings/SendFile';
import type { StagedFile } from '../bindings/StagedFile';
import type { FakeEngine } from './engine';
import { mentioned } from './groups';
import { UNTOUCHED } from '../../message';
import { refuse } from './refuse';
import { paintView } from './views';

type Given = Record<string, unknown>;

const staged = new Map<number, StagedFile>();
let last = 0;

function typeOf(name: string): string {
  if (/\.(jpe?g|png|webp)$/i.test(name)) return 'image/jpeg';
  return /\.mp4$/i.test(name) ? 'video/mp4' : 'application/octet-stream';
}

/** A file as a message shows it. */
export function attached(
  place: number,
  name: string,
  size: number,
  part: Partial<AttachmentView> = {},
): AttachmentView {
  const media_type = typeOf(name);
  const photo = media_type === 'image/jpeg';
  return {
    place,
    kind: photo ? 'photo' : media_type === 'video/mp4' ? 'video' : 'file',
    name,
    size,
    media_type,
    width: photo ? 1200 : null,
    height: photo ? 800 : null,
    duration: null,
    preview: null,
    waveform: null,
    state: 'here',
    ...part,
  };
}

function find(engine: FakeEngine, order: number) {
  for (const person of engine.world.people) {
    const item = person.entries.find((entry) => entry.order === order && entry.attachments.length > 0);
    if (item) return { person, item };
  }
  throw refuse('not_found');
}

function become(engine: FakeEngine, { order, place }: Given, state: AttachmentView['state']): void {
  const { person, item } = find(engine, order as number);
  const attachments = item.attachments.map((file) => (file.place === place ? { ...file, state } : file));
  engine.put(person, { ...item, attachments });
}

export const FILE_COMMANDS: Record<string, (engine: FakeEngine, args: Given) => unknown> = {
  attachment_begin: (_, { name, size }) => {
    last += 1;
    const { kind, media_type, width, height } = attached(0, name as string, size as number);
    staged.set(last, { id: last, kind, name: name as string, size: size as number, media_type, width, height });
    return last;
  },
  attachment_push: () => undefined,
  attachment_finish: (_, { id }) => staged.get(id as number),
  attachment_preview: (_, { id }) => paintView(id as number, 1200, 800),
  attachment_drop: (_, { id }) => void staged.delete(id as number),
  attachments_send: (engine, { chat, id, text, mentions, files }) => {
    const one = engine.person(chat);
    const attachments = (files as SendFile[]).map(({ id: file }, place) => {
      const { name, size } = staged.get(file) ?? { name: 'file', size: 0 };
      return attached(place, name, size, { state: 'uploading' });
    });
    const item: MessageItem = {
      ...UNTOUCHED,
      id: id as string,
      order: engine.nextOrder(one),
      mine: true,
      at: Date.now(),
      state: 'sending',
      body: { kind: 'text', text: text as string },
      mentions: mentioned(one, mentions),
      attachments,
    };
    engine.put(one, item);
    if (!engine.world.lively) return;
    const here = attachments.map((file) => ({ ...file, state: 'here' as const }));
    setTimeout(() => engine.put(one, { ...item, attachments: here, state: 'sent' }), 1500);
  },
  attachment_load: (engine, { order, place }) => {
    const shown = engine.world.stories?.flatMap(({ stories }) => stories).find((one) => one.order === order)?.file;
    if (shown) return paintView(order as number, shown.width ?? 3, shown.height ?? 2);
    const file = find(engine, order as number).item.attachments[place as number];
    return paintView((order as number) + (place as number), file?.width ?? 3, file?.height ?? 2);
  },
  attachment_fetch: (engine, args) => become(engine, args, 'here'),
  attachment_cancel: (engine, args) => become(engine, args, 'absent'),
  attachment_save: (engine, { order, place }) =>
    `/home/lidia/Downloads/${find(engine, order as number).item.attachments[place as number]?.name ?? ''}`,
};
