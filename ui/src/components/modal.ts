// A dialog over everything, which gives the focus back.
export function modal(dialog: HTMLDialogElement): () => void {
  const before = document.activeElement;
  dialog.showModal();
  dialog.focus();
  return () => {
    dialog.close();
    if (before instanceof HTMLElement) before.focus();
  };
}
