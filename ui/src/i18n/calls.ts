// Sentences about calls.
import type { CallLineView } from '../lib/ipc/bindings/CallLineView';
import { clockTime } from '../lib/time';
import { m } from './generated/messages.js';

/** A call as a line of its conversation. */
export function callLineText(call: CallLineView, mine: boolean): string {
  const kind = call.video ? m.call_line_video() : m.call_line_voice();
  switch (call.outcome) {
    case 'answered':
      return m.call_line_length({ kind, time: clockTime(call.seconds) });
    case 'missed':
      if (mine) return m.call_line_no_answer();
      return call.video ? m.call_line_missed_video() : m.call_line_missed_voice();
    case 'cancelled':
      return m.call_line_cancelled();
    case 'declined':
      return m.call_line_declined();
    case 'busy':
      return m.call_line_busy();
    case 'elsewhere':
      return m.call_line_elsewhere();
    case 'failed':
      return m.call_line_failed();
  }
}
