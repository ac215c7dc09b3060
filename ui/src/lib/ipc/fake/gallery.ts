// What the gallery of a chat in the fake world holds.
import type { GalleryDrawer } from '../bindings/GalleryDrawer';
import type { GalleryItem } from '../bindings/GalleryItem';
import type { MessageItem } from '../bindings/MessageItem';
import type { FakeEngine } from './engine';

function linksOf({ body }: MessageItem): string[] {
  return body.kind === 'text' ? (body.text.match(/\b(https?:\/\/|www\.)\S+[^\s.,)]/g) ?? []) : [];
}

const countOf: Record<GalleryDrawer, (item: MessageItem) => number> = {
  media: ({ attachments }) => attachments.filter(({ kind }) => kind === 'photo' || kind === 'video').length,
  files: ({ attachments }) => attachments.filter(({ kind }) => kind === 'file').length,
  links: (item) => linksOf(item).length,
};

export const GALLERY_COMMANDS: Record<string, (engine: FakeEngine, args: Record<string, unknown>) => unknown> = {
  gallery: (engine, { chat, drawer, before, limit }) => {
    const kept = engine.person(chat).entries.filter(({ expires_after }) => expires_after === null);
    const count = countOf[drawer as GalleryDrawer];
    const found = kept.filter((item) => count(item) > 0 && (before === null || item.order < (before as number)));
    const items: GalleryItem[] = found
      .slice(-(limit as number))
      .reverse()
      .map((message) => ({ message, links: drawer === 'links' ? linksOf(message) : [] }));
    const sum = (of: GalleryDrawer) => kept.reduce((all, item) => all + countOf[of](item), 0);
    const counts = { media: sum('media'), files: sum('files'), links: sum('links') };
    return { items, more: found.length > items.length, counts };
  },
};
