// Files chosen and not sent yet: each is copied by the engine at once, one after the other.
import type { StagedFile } from '../../lib/ipc/bindings/StagedFile';
import { stage } from '../../lib/chosen';
import { type Edit, UNTOUCHED_PHOTO, isUntouched } from '../../lib/photo-edit';
import { attachmentDrop, attachmentPreview } from '../../lib/ipc/client';
import { toasts } from '../../stores/toasts.svelte';
import { pictureOf, render } from '../editor';

/** As many as one message takes. */
const MOST = 16;
/** Longest side of the look at an edited picture, in pixels. */
const LOOK = 1_280;

export class Chosen {
  readonly key: number;
  readonly file: File;
  /** Of it that is copied, 0 to 1. */
  share = $state(0);
  /** Once all of it is. */
  staged = $state.raw<StagedFile>();
  /** Of a picture: as it will be sent. */
  url = $state<string>();
  /** What was done to a picture since it was chosen. */
  edit = $state.raw<Edit>(UNTOUCHED_PHOTO);
  removed = false;

  constructor(key: number, file: File) {
    this.key = key;
    this.file = file;
  }
}

export class Choice {
  list = $state.raw<Chosen[]>([]);
  #next = 0;
  #copying: Promise<void> = Promise.resolve();

  add(files: readonly File[]): void {
    if (this.list.length + files.length > MOST) {
      toasts.fail({ code: 'too_many_files', detail: 'too many', retry_at: null, tries_left: null });
    }
    const fresh = files.slice(0, MOST - this.list.length).map((file) => new Chosen((this.#next += 1), file));
    this.list = [...this.list, ...fresh];
    for (const one of fresh) this.#copying = this.#copying.then(() => this.#copy(one));
  }

  async #copy(one: Chosen): Promise<void> {
    if (one.removed) return;
    try {
      const staged = await stage(
        one.file,
        (share) => (one.share = share),
        () => one.removed,
      );
      if (one.removed) return await attachmentDrop(staged.id);
      one.staged = staged;
      if (staged.kind === 'photo') {
        const bytes = await attachmentPreview(staged.id);
        if (!one.removed) one.url = URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' }));
      }
    } catch (reason) {
      if (one.removed) return;
      toasts.fail(reason);
      this.remove(one);
    }
  }

  /** Shows a picture as it was edited. It is copied anew when it is sent. */
  async edited(one: Chosen, edit: Edit): Promise<void> {
    const look = await render(await pictureOf(one.file), edit, LOOK);
    if (one.removed) return;
    one.edit = edit;
    if (one.url) URL.revokeObjectURL(one.url);
    one.url = URL.createObjectURL(look);
  }

  /** Gives the engine edited pictures in place of those that were chosen, no larger than `edge` at their longest side. */
  async settle(edge: number): Promise<void> {
    for (const one of this.list) {
      if (!one.staged || isUntouched(one.edit)) continue;
      const picture = await render(await pictureOf(one.file), one.edit, edge);
      const name = `${one.file.name.replace(/\.[^.]*$/, '')}.jpg`;
      const staged = await stage(
        new File([picture], name, { type: 'image/jpeg' }),
        () => undefined,
        () => one.removed,
      );
      const before = one.staged;
      one.staged = staged;
      await attachmentDrop(before.id);
    }
  }

  remove(one: Chosen): void {
    this.#let(one);
    if (one.staged) attachmentDrop(one.staged.id).catch(() => undefined);
    this.list = this.list.filter((other) => other !== one);
  }

  /** They stand in a message now. */
  sent(): void {
    for (const one of this.list) this.#let(one);
    this.list = [];
  }

  /** None of them is to be sent. */
  forget(): void {
    for (const one of this.list) this.remove(one);
  }

  #let(one: Chosen): void {
    one.removed = true;
    if (one.url) URL.revokeObjectURL(one.url);
    one.url = undefined;
  }
}
