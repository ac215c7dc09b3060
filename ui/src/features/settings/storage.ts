// The kinds of files that are counted, in the order in which they are drawn, and what is said of them.
import type { IconName } from '../../components/icons';
import { formattingLocale, m } from '../../i18n';
import type { FileKind } from '../../lib/ipc/bindings/FileKind';
import type { StorageKind } from '../../lib/ipc/bindings/StorageKind';

export const KINDS = ['photo', 'video', 'voice', 'file'] as const satisfies readonly FileKind[];

export const ICONS_OF_KINDS: Record<FileKind, IconName> = { photo: 'photo', video: 'film', voice: 'mic', file: 'file' };

const names: Record<FileKind, () => string> = {
  photo: () => m.storage_photos(),
  video: () => m.storage_videos(),
  voice: () => m.storage_voice(),
  file: () => m.storage_files(),
};

export const nameOf = (kind: FileKind): string => names[kind]();

const counted: Record<FileKind, (count: number) => string> = {
  photo: (count) => m.photos_count({ count }),
  video: (count) => m.videos_count({ count }),
  voice: (count) => m.voice_messages_count({ count }),
  file: (count) => m.files_count({ count }),
};

/** "12 photos, 3 videos", in the order in which kinds are drawn. */
export function countsOf(kinds: readonly StorageKind[]): string {
  const some = KINDS.flatMap((kind) => kinds.filter((one) => one.kind === kind && one.files > 0));
  const parts = some.map((one) => counted[one.kind](one.files));
  return new Intl.ListFormat(formattingLocale(), { style: 'short', type: 'unit' }).format(parts);
}

/** Bytes of some kinds, or of one of them. */
export const bytesOf = (kinds: readonly StorageKind[], only: FileKind | null = null): number =>
  kinds.reduce((sum, { kind, bytes }) => sum + (only === null || kind === only ? bytes : 0), 0);
