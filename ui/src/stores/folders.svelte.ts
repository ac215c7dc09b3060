// Chats that a person keeps together, as the engine has them.
import type { Folder } from '../lib/ipc/bindings/Folder';
import { folders as readFolders, foldersSet } from '../lib/ipc/client';
import { toasts } from './toasts.svelte';

class Folders {
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

  /** A new one, with a chat in it. */
  add(name: string, chat: number): Promise<boolean> {
    return this.keep([...this.list, { name: name.trim(), chats: [chat] }]);
  }

  rename(from: string, to: string): Promise<boolean> {
    return this.keep(this.list.map((folder) => (folder.name === from ? { ...folder, name: to.trim() } : folder)));
  }

  remove(name: string): Promise<boolean> {
    return this.keep(this.list.filter((folder) => folder.name !== name));
  }
}

export const folders = new Folders();
