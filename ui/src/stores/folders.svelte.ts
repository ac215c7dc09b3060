// Chats that a person keeps together, as the engine has them.
import type { Folder } from '../lib/ipc/bindings/Folder';
import { folders as readFolders, foldersSet } from '../lib/ipc/client';
import { toasts } from './toasts.svelte';

/** So many at most: the engine keeps no more. */
const MOST = 12;

class Folders {
  readonly full = $derived.by(() => this.list.length >= MOST);
  list = $state.raw<readonly Folder[]>([]);

  async start(): Promise<void> {
    this.list = await readFolders();
  }

  /** All folders as they are to be; false when they could not be kept. */
  async keep(wanted: readonly Folder[]): Promise<boolean> {
    try {
      await foldersSet(wanted);
      this.list = wanted;
      return true;
    } catch (reason) {
      toasts.fail(reason);
      return false;
    }
  }

  /** Puts a chat into a folder, or takes it out. */
  toggle(name: string, chat: number): Promise<boolean> {
    const changed = (folder: Folder): Folder => ({
      ...folder,
      chats: folder.chats.includes(chat) ? folder.chats.filter((id) => id !== chat) : [...folder.chats, chat],
    });
    return this.keep(this.list.map((folder) => (folder.name === name ? changed(folder) : folder)));
  }

  /** One as it is to be: a new one at the end, or in the place of the one with this name. */
  put(name: string | null, folder: Folder): Promise<boolean> {
    if (name === null) return this.keep([...this.list, folder]);
    return this.keep(this.list.map((before) => (before.name === name ? folder : before)));
  }

  /** One place earlier (-1) or later (1). */
  move(name: string, by: -1 | 1): Promise<boolean> {
    const list = [...this.list];
    const at = list.findIndex((folder) => folder.name === name);
    const [folder] = list.splice(at, 1);
    if (folder) list.splice(at + by, 0, folder);
    return this.keep(list);
  }

  remove(name: string): Promise<boolean> {
    return this.keep(this.list.filter((folder) => folder.name !== name));
  }
}

export const folders = new Folders();
