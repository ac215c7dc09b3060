// Which files of a conversation are pictures and films, and how large they are drawn.
import type { AttachmentView } from '../../lib/ipc/bindings/AttachmentView';
import type { MessageItem } from '../../lib/ipc/bindings/MessageItem';

/** A picture or film of a conversation. */
export type Shown = { item: MessageItem; file: AttachmentView };

const WIDEST = 396;
const TALLEST = 340;
const SMALLEST = 120;

/** Types that a page may be given as what they say they are; anything else is only ever saved. */
const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'video/mp4', 'video/webm', 'video/quicktime'];

export function isMedia(file: AttachmentView): boolean {
  return (file.kind === 'photo' || file.kind === 'video') && TYPES.includes(file.media_type);
}

export function isHere(file: AttachmentView): boolean {
  return file.state === 'here' || file.state === 'uploading';
}

/** All pictures and films that are on this device, oldest first. */
export function mediaOf(entries: readonly MessageItem[]): Shown[] {
  return entries.flatMap((item) =>
    item.attachments.filter((file) => isMedia(file) && isHere(file)).map((file) => ({ item, file })),
  );
}

/** How large a single picture is drawn. Known before it is there, so that the list never jumps. */
export function sizeOnScreen(file: AttachmentView): { width: number; height: number } {
  const { width, height } = { width: file.width ?? 16, height: file.height ?? 9 };
  const scale = file.width === null ? WIDEST / width : Math.min(1, WIDEST / width, TALLEST / height);
  const bound = (value: number, most: number) => Math.round(Math.min(most, Math.max(SMALLEST, value * scale)));
  return { width: bound(width, WIDEST), height: bound(height, TALLEST) };
}
