// The one menu that may be open: what is in it, where it stands, and what has the focus again when it goes.
import type { IconName } from './icons';

export type MenuItem = {
  icon: IconName;
  label: string;
  /** Chosen: the menu closes first. */
  run?: () => void;
  /** Leads to further items instead. */
  items?: readonly MenuItem[];
  danger?: boolean;
  /** A line above it. */
  parted?: boolean;
  /** The keys that do the same, as people call them. */
  keys?: string;
};

export type OpenMenu = { label: string; items: readonly MenuItem[]; x: number; y: number; before: HTMLElement | null };

class Menus {
  current = $state.raw<OpenMenu | null>(null);

  /** At the pointer, or below the element that the keyboard or a button opened it from. */
  open(event: MouseEvent | KeyboardEvent, label: string, items: readonly MenuItem[]): void {
    event.preventDefault();
    const from = event.currentTarget as HTMLElement;
    const box = from.getBoundingClientRect();
    const byPointer = event instanceof MouseEvent && event.type === 'contextmenu' && event.clientX + event.clientY > 0;
    const rtl = document.documentElement.dir === 'rtl';
    const before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const x = byPointer ? event.clientX : rtl ? box.right : box.left;
    const y = byPointer ? event.clientY : box.bottom + 4;
    this.current = { label, items, x, y, before };
  }

  /** Below an element, some time after it was pressed. */
  openBelow(from: HTMLElement, label: string, items: readonly MenuItem[]): void {
    const box = from.getBoundingClientRect();
    const x = document.documentElement.dir === 'rtl' ? box.right : box.left;
    this.current = { label, items, x, y: box.bottom + 4, before: from };
  }

  close(): void {
    const closed = this.current;
    this.current = null;
    if (closed?.before?.isConnected) closed.before.focus();
  }
}

export const menus = new Menus();
