// What can be done to a message, in the order of its menu, each with its key.
import type { IconName } from '../../components/icons';
import { m } from '../../i18n';
import type { MessageItem } from '../../lib/ipc/bindings/MessageItem';
import { isEditable, isLasting, isPlaced, isShared, wordsOf } from '../../lib/message';
import type { Acting } from '../../stores/acting.svelte';

export type Action = {
  name: 'reply' | 'edit' | 'forward' | 'copy' | 'pin' | 'keep' | 'receipts' | 'select' | 'delete';
  icon: IconName;
  label: string;
  /** As a person reads it, and as a key event has it. */
  hint: string;
  key: string | null;
  danger?: true;
  run: () => void;
};

export function copy(items: readonly MessageItem[]): void {
  const words = items.map(wordsOf).filter(Boolean).join('\n');
  // A clipboard that another program holds is no fault of this one; the text can be marked and copied still.
  navigator.clipboard.writeText(words).catch(() => undefined);
}

export function actionsFor(item: MessageItem, acting: Acting): Action[] {
  const list: (Action | false)[] = [
    isShared(item) && {
      name: 'reply',
      icon: 'reply',
      label: m.reply(),
      hint: 'R',
      key: 'r',
      run: () => acting.answer(item),
    },
    isEditable(item, Date.now()) && {
      name: 'edit',
      icon: 'write',
      label: m.edit(),
      hint: 'E',
      key: 'e',
      run: () => acting.edit(item),
    },
    isLasting(item) && {
      name: 'forward',
      icon: 'pass_on',
      label: m.forward_(),
      hint: 'F',
      key: 'f',
      run: () => (acting.dialog = { kind: 'forward', items: [item] }),
    },
    isLasting(item) && {
      name: 'copy',
      icon: 'copy',
      label: m.copy_text(),
      hint: 'Ctrl C',
      key: null,
      run: () => copy([item]),
    },
    isShared(item) && {
      name: 'pin',
      icon: 'pin',
      label: item.pinned ? m.unpin() : m.pin(),
      hint: 'P',
      key: 'p',
      run: () => acting.pin(item),
    },
    isLasting(item) && {
      name: 'keep',
      icon: item.starred ? 'starred' : 'star',
      label: item.starred ? m.unkeep() : m.keep(),
      hint: 'S',
      key: 's',
      run: () => acting.star([item], !item.starred),
    },
    acting.group &&
      item.mine &&
      item.body.kind === 'text' && {
        name: 'receipts',
        icon: 'info',
        label: m.receipts(),
        hint: 'I',
        key: 'i',
        run: () => (acting.dialog = { kind: 'receipts', item }),
      },
    { name: 'select', icon: 'check', label: m.select(), hint: 'X', key: 'x', run: () => acting.select(item) },
    {
      name: 'delete',
      icon: 'trash',
      label: m.delete_(),
      hint: 'Del',
      key: 'delete',
      danger: true,
      run: () => (acting.dialog = { kind: 'delete', items: [item] }),
    },
  ];
  return isPlaced(item) ? list.filter((action) => action !== false) : [];
}

/** The action of a key pressed on a focused message. */
export function actionOfKey(event: KeyboardEvent, item: MessageItem, acting: Acting): Action | undefined {
  const actions = actionsFor(item, acting);
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === 'c') return actions.find((action) => action.name === 'copy');
  if (control || event.altKey) return undefined;
  return actions.find((action) => action.key === event.key.toLowerCase());
}
