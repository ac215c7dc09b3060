// A drawer as rows on the screen: a heading for each month, and below it tiles, files or links.
import type { AttachmentView } from '../../lib/ipc/bindings/AttachmentView';
import type { GalleryDrawer } from '../../lib/ipc/bindings/GalleryDrawer';
import type { GalleryItem } from '../../lib/ipc/bindings/GalleryItem';
import type { MessageItem } from '../../lib/ipc/bindings/MessageItem';
import { isMedia } from '../files';

/** Tiles beside one another. */
export const COLUMNS = 3;

/** One thing that can be gone to; `at` counts them all. */
export type Cell = { at: number; key: string; message: MessageItem } & (
  { kind: 'media' | 'file'; file: AttachmentView } | { kind: 'link'; address: string }
);
export type Row = { kind: 'month'; key: string; at: number } | { kind: 'cells'; key: string; cells: Cell[] };

function cellsOf({ message, links }: GalleryItem, drawer: GalleryDrawer, from: number): Cell[] {
  if (drawer === 'links') {
    return links.map((address, index) => {
      return { kind: 'link', at: from + index, key: `${message.order}.${index}`, message, address };
    });
  }
  const wanted = (file: AttachmentView) =>
    drawer === 'media' ? isMedia(file) : !isMedia(file) && file.kind !== 'voice';
  return message.attachments.filter(wanted).map((file, index) => ({
    kind: drawer === 'media' ? 'media' : 'file',
    at: from + index,
    key: `${message.order}.${file.place}`,
    message,
    file,
  }));
}

const monthOf = (at: number) => {
  const date = new Date(at);
  return date.getFullYear() * 12 + date.getMonth();
};

/** Newest first, as the items are. */
export function rowsOf(items: readonly GalleryItem[], drawer: GalleryDrawer): Row[] {
  const rows: Row[] = [];
  const wide = drawer === 'media' ? COLUMNS : 1;
  let month: number | undefined;
  let count = 0;
  for (const item of items) {
    for (const cell of cellsOf(item, drawer, count)) {
      count += 1;
      const here = monthOf(item.message.at);
      let last = rows.at(-1);
      if (here !== month) {
        month = here;
        rows.push({ kind: 'month', key: `month ${cell.key}`, at: item.message.at });
        last = undefined;
      }
      if (last?.kind === 'cells' && last.cells.length < wide) last.cells.push(cell);
      else rows.push({ kind: 'cells', key: cell.key, cells: [cell] });
    }
  }
  return rows;
}

/** Where a key leads: the row and the cell in it. */
export function moved(rows: readonly Row[], at: number, key: string): { row: number; cell: Cell } | undefined {
  const row = rows.findIndex((one) => one.kind === 'cells' && one.cells.some((cell) => cell.at === at));
  const here = rows[row];
  if (here?.kind !== 'cells') return undefined;
  const column = here.cells.findIndex((cell) => cell.at === at);
  const cellsIn = (index: number) => {
    const one = rows[index];
    return one?.kind === 'cells' ? one.cells : undefined;
  };
  const among = (indices: number[]) => indices.find((index) => cellsIn(index));
  const upwards = Array.from({ length: row }, (_, step) => row - 1 - step);
  const downwards = Array.from({ length: rows.length - row - 1 }, (_, step) => row + 1 + step);
  const to = (index: number | undefined, pick: (cells: Cell[]) => Cell | undefined) => {
    const cell = index === undefined ? undefined : pick(cellsIn(index) ?? []);
    return index === undefined || !cell ? undefined : { row: index, cell };
  };
  const near = (cells: Cell[]) => cells[Math.min(column, cells.length - 1)];
  if (key === 'next') {
    return column + 1 < here.cells.length
      ? to(row, (cells) => cells[column + 1])
      : to(among(downwards), (cells) => cells[0]);
  }
  if (key === 'previous') {
    return column > 0 ? to(row, (cells) => cells[column - 1]) : to(among(upwards), (cells) => cells.at(-1));
  }
  if (key === 'down') return to(among(downwards), near);
  if (key === 'up') return to(among(upwards), near);
  if (key === 'first') return to(among([row, ...upwards].reverse()), (cells) => cells[0]);
  if (key === 'last') return to(among([row, ...downwards].reverse()), (cells) => cells.at(-1));
  return undefined;
}
