// Which day it is. Changes once, at midnight, so that "Today" becomes "Yesterday" without a clock that ticks.
import { startOfDay } from '../lib/time';

let now = $state(Date.now());

function turnAtMidnight(): void {
  const tomorrow = new Date(startOfDay(Date.now()));
  tomorrow.setDate(tomorrow.getDate() + 1);
  setTimeout(
    () => {
      now = Date.now();
      turnAtMidnight();
    },
    tomorrow.getTime() - Date.now() + 1000,
  );
}

turnAtMidnight();

/** A moment of today; not the time. */
export const today = (): number => now;
