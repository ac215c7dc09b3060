// Where in the window one is: which section, which conversation, what lies open beside or above it.
export const SETTINGS_PAGES = [
  'profile',
  'appearance',
  'notifications',
  'calls',
  'privacy',
  'storage',
  'about',
] as const;
export type SettingsPage = (typeof SETTINGS_PAGES)[number];

/** A dialog over everything; at most one. */
export type Overlay =
  | { kind: 'new_chat' }
  | { kind: 'new_group' }
  | { kind: 'palette' }
  /** Devices are tested before the first call, to this chat. */
  | { kind: 'try_devices'; chat: number; video: boolean }
  /** Into a group, by a link that may still have to be given. */
  | { kind: 'join'; link: string }
  | { kind: 'safety'; chat: number }
  | { kind: 'chat_look'; chat: number }
  | { kind: 'report'; chat: number }
  /** A new folder with this chat in it, or another name for one. */
  | { kind: 'folder'; chat: number; name: null }
  | { kind: 'folder'; chat: null; name: string }
  | { kind: 'clear_chat' | 'delete_chat' | 'block'; chat: number };

class Place {
  section = $state<'chats' | 'stories' | 'calls' | 'settings'>('chats');
  page = $state<SettingsPage>('appearance');
  chat = $state<number | null>(null);
  info = $state(false);
  /** In place of what the panel says: what the conversation has collected. */
  gallery = $state(false);
  /** Looking for something in the open conversation. */
  searching = $state(false);
  /** A message to go to in a conversation, once it is open. */
  jump = $state.raw<{ chat: number; order: number } | null>(null);
  overlay = $state.raw<Overlay | null>(null);
  /** In a narrow window only one pane shows: the list, or what was chosen in it. */
  pane = $state<'list' | 'sheet'>('list');

  /** Opens a conversation, at a message if one is named. */
  openChat(chat: number, order: number | null = null): void {
    if (this.chat !== chat) {
      this.info = false;
      this.gallery = false;
      this.searching = false;
    }
    this.jump = order === null ? null : { chat, order };
    // A call in the list of calls shows its conversation beside that list.
    if (this.section !== 'calls' || order === null) this.section = 'chats';
    this.chat = chat;
    this.pane = 'sheet';
  }

  closeChat(): void {
    this.chat = null;
    this.info = false;
    this.gallery = false;
    this.searching = false;
    this.pane = 'list';
  }

  openSettings(page?: SettingsPage): void {
    this.section = 'settings';
    this.overlay = null;
    if (page) {
      this.page = page;
      this.pane = 'sheet';
    } else {
      this.pane = 'list';
    }
  }

  openChats(): void {
    this.section = 'chats';
    this.pane = this.chat === null ? 'list' : 'sheet';
  }

  openStories(): void {
    this.section = 'stories';
    this.overlay = null;
    this.pane = 'list';
  }

  openCalls(): void {
    this.section = 'calls';
    this.overlay = null;
    this.pane = 'list';
  }

  backToList(): void {
    this.pane = 'list';
  }
}

export const place = new Place();
