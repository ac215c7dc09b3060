// Arrow keys inside a group of which one member is in the tab order.

/** Where an arrow key leads from `at` in a list of `length`; undefined for every other key. */
export function nextIndex(
  event: KeyboardEvent,
  at: number,
  length: number,
  axis: 'block' | 'both',
): number | undefined {
  const toEnd = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const toStart = document.documentElement.dir === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
  const { key } = event;
  if (key === 'ArrowDown' || (axis === 'both' && key === toEnd)) return Math.min(at + 1, length - 1);
  if (key === 'ArrowUp' || (axis === 'both' && key === toStart)) return Math.max(at - 1, 0);
  if (key === 'Home') return 0;
  if (key === 'End') return length - 1;
  return undefined;
}

/** For a radio group: moves focus to the member the arrow leads to and clicks it, as radios do. */
export function radioKeys(event: KeyboardEvent): void {
  const group = event.currentTarget as HTMLElement;
  const radios = [...group.querySelectorAll<HTMLElement>('[role="radio"]')];
  const at = radios.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const next = nextIndex(event, at, radios.length, 'both');
  if (next === undefined) return;
  event.preventDefault();
  radios[next]?.focus();
  radios[next]?.click();
}
