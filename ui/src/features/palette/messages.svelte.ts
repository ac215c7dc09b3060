// The messages that match what is typed in the palette: asked for with every letter, and only the last answer counts.
import type { SearchFilter } from '../../lib/ipc/bindings/SearchFilter';
import type { SearchHit } from '../../lib/ipc/bindings/SearchHit';
import { search } from '../../lib/ipc/client';
import { startOfDay } from '../../lib/time';

export type From = 'anyone' | 'me' | 'others';
export type When = 'any' | 'today' | 'week' | 'month' | 'year' | 'range';

const PAGE = 30;
const DAY = 86_400_000;
const DAYS: Partial<Record<When, number>> = { today: 0, week: 6, month: 30, year: 365 };

/** A day as a date field holds it, in the computer's time zone. */
function dayOf(value: string): number | null {
  const [year, month, day] = value.split('-').map(Number);
  if (!year || !month || !day) return null;
  return new Date(year, month - 1, day).getTime();
}

export class FoundMessages {
  hits = $state.raw<SearchHit[]>([]);
  more = $state(false);
  phase = $state<'idle' | 'looking' | 'found' | 'failed'>('idle');
  from = $state<From>('anyone');
  when = $state<When>('any');
  /** First and last day of the range, as date fields hold them. */
  first = $state('');
  last = $state('');
  #turn = 0;

  filter(now = Date.now()): SearchFilter {
    const days = DAYS[this.when];
    const first = this.when === 'range' ? dayOf(this.first) : null;
    const last = this.when === 'range' ? dayOf(this.last) : null;
    return {
      chat: null,
      mine: this.from === 'anyone' ? null : this.from === 'me',
      since: days === undefined ? first : startOfDay(now - days * DAY),
      until: last === null ? null : last + DAY,
    };
  }

  async look(text: string): Promise<void> {
    const turn = (this.#turn += 1);
    if (!text.trim()) {
      this.hits = [];
      this.more = false;
      this.phase = 'idle';
      return;
    }
    this.phase = 'looking';
    try {
      const page = await search(text, this.filter(), null, PAGE);
      if (turn !== this.#turn) return;
      this.hits = page.hits;
      this.more = page.more;
      this.phase = 'found';
    } catch {
      if (turn === this.#turn) this.phase = 'failed';
    }
  }

  async lookFurther(text: string): Promise<void> {
    const last = this.hits.at(-1);
    if (!last || !this.more) return;
    const turn = (this.#turn += 1);
    try {
      const page = await search(text, this.filter(), last.order, PAGE);
      if (turn !== this.#turn) return;
      this.hits = [...this.hits, ...page.hits];
      this.more = page.more;
    } catch {
      if (turn === this.#turn) this.phase = 'failed';
    }
  }

  forget(): void {
    this.#turn += 1;
  }
}
