// Files that a person chose, dropped or pasted, on their way to the engine. It copies them: pages never name a path.
import type { StagedFile } from './ipc/bindings/StagedFile';
import { attachmentBegin, attachmentDrop, attachmentFinish, attachmentPush } from './ipc/client';

/** Bytes of one piece, so that a film never lies in memory as a whole. */
const PIECE = 1 << 20;
const NAME = 8;

/** Gives a file to the engine, piece by piece. */
export async function stage(file: File, moved: (share: number) => void, stopped: () => boolean): Promise<StagedFile> {
  const id = await attachmentBegin(file.name, file.size);
  try {
    for (let at = 0; at < file.size; at += PIECE) {
      if (stopped()) throw new DOMException('stopped', 'AbortError');
      const bytes = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
      const piece = new Uint8Array(NAME + bytes.length);
      new DataView(piece.buffer).setBigUint64(0, BigInt(id));
      piece.set(bytes, NAME);
      await attachmentPush(piece);
      moved(Math.min(1, (at + PIECE) / file.size));
    }
    return await attachmentFinish(id);
  } catch (reason) {
    // The engine may have given it up already.
    await attachmentDrop(id).catch(() => undefined);
    throw reason;
  }
}

/** Whether files are being dragged, and not a text. */
export function bringsFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false;
}

/** The files of a drop or a paste; folders, which cannot be read, are left out. */
export function filesOf(transfer: DataTransfer | null): File[] {
  const items = [...(transfer?.items ?? [])].filter((item) => item.kind === 'file');
  const plain = items.filter((item) => !(item.webkitGetAsEntry?.()?.isDirectory ?? false));
  return plain.map((item) => item.getAsFile()).filter((file) => file !== null);
}
