// What jsdom lacks and the window needs: sizes, modal dialogs, popovers, media queries.
import { cleanup } from '@testing-library/svelte';
import { afterEach, vi } from 'vitest';

const VIEW = 600;
const ROW = 60;

/** Reports every element as laid out: the scroller as high as a window, anything else as high as a row. */
class ResizeObserverStub implements ResizeObserver {
  readonly #notify: ResizeObserverCallback;

  constructor(notify: ResizeObserverCallback) {
    this.#notify = notify;
  }

  observe(target: Element): void {
    const height = target.getAttribute('role') === 'region' ? VIEW : ROW;
    const contentRect = {
      width: 800,
      height,
      top: 0,
      left: 0,
      bottom: height,
      right: 800,
      x: 0,
      y: 0,
    } as DOMRectReadOnly;
    queueMicrotask(() => this.#notify([{ target, contentRect } as ResizeObserverEntry], this));
  }

  unobserve(): void {
    // Nothing is kept.
  }

  disconnect(): void {
    // Nothing is kept.
  }
}

vi.stubGlobal('ResizeObserver', ResizeObserverStub);
vi.stubGlobal('matchMedia', (media: string) => ({
  media,
  matches: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));

Object.defineProperties(HTMLElement.prototype, {
  offsetParent: { configurable: true, get: () => document.body },
  clientHeight: { configurable: true, get: () => VIEW },
});
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.scrollTo = () => undefined;
Element.prototype.scrollBy = () => undefined;
URL.createObjectURL = () => 'blob:picture';
URL.revokeObjectURL = () => undefined;

HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
  this.querySelector<HTMLElement>('[autofocus], input, button')?.focus();
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};
HTMLElement.prototype.hidePopover = () => undefined;
HTMLElement.prototype.showPopover = () => undefined;
HTMLCanvasElement.prototype.getContext = () => null;

afterEach(() => {
  cleanup();
  document.documentElement.removeAttribute('dir');
});
