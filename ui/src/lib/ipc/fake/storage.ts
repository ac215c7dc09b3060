// What files take in the fake world.
import type { FileKind } from '../bindings/FileKind';
import type { StorageItem } from '../bindings/StorageItem';
import type { StorageKind } from '../bindings/StorageKind';
import type { StoredFile } from '../bindings/StoredFile';
import type { FakeEngine } from './engine';

type Given = Record<string, unknown>;

function kept(engine: FakeEngine): StorageItem[] {
  return engine.world.people.flatMap(({ row, entries }) =>
    entries.flatMap(({ order, at, attachments }) =>
      attachments.filter(({ state }) => state === 'here').map((file) => ({ chat: row.id, order, at, file })),
    ),
  );
}

function kindsOf(items: readonly StorageItem[]): StorageKind[] {
  const kinds = new Map<FileKind, StorageKind>();
  for (const { file } of items) {
    const one = kinds.get(file.kind) ?? { kind: file.kind, files: 0, bytes: 0 };
    kinds.set(file.kind, { ...one, files: one.files + 1, bytes: one.bytes + file.size });
  }
  return [...kinds.values()];
}

function remove(engine: FakeEngine, gone: (chat: number, order: number, place: number, kind: FileKind) => boolean) {
  for (const person of engine.world.people) {
    for (const item of [...person.entries]) {
      const attachments = item.attachments.map((file) =>
        file.state === 'here' && gone(person.row.id, item.order, file.place, file.kind)
          ? { ...file, state: 'absent' as const }
          : file,
      );
      if (attachments.some((file, at) => file !== item.attachments[at])) engine.put(person, { ...item, attachments });
    }
  }
}

let unfinished = 18_400_000;

export const STORAGE_COMMANDS: Record<string, (engine: FakeEngine, args: Given) => unknown> = {
  storage: (engine) => {
    const items = kept(engine);
    const chats = [...new Set(items.map(({ chat }) => chat))].map((chat) => {
      const kinds = kindsOf(items.filter((item) => item.chat === chat));
      return { chat, kinds, bytes: kinds.reduce((sum, { bytes }) => sum + bytes, 0) };
    });
    chats.sort((one, other) => other.bytes - one.bytes);
    return { kinds: kindsOf(items), chats, database: 41_300_000, unfinished };
  },
  storage_items: (engine, { chat, kind, limit }) => {
    const found = kept(engine).filter(
      (item) => (chat === null || item.chat === chat) && (kind === null || item.file.kind === kind),
    );
    found.sort((one, other) => other.file.size - one.file.size || other.order - one.order);
    return { items: found.slice(0, limit as number), more: found.length > (limit as number) };
  },
  storage_delete: (engine, { files }) =>
    remove(engine, (_, order, place) =>
      (files as StoredFile[]).some((file) => file.order === order && file.place === place),
    ),
  storage_clear: (engine, { chat, kind }) =>
    remove(engine, (one, _order, _place, of) => one === chat && (kind === null || kind === of)),
  storage_tidy: () => void (unfinished = 0),
};
