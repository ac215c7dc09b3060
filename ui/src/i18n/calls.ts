// Sentences about calls: how one stands, how one ended, and what is missing.
import type { CallLineView } from '../lib/ipc/bindings/CallLineView';
import type { CallProblem } from '../lib/ipc/bindings/CallProblem';
import type { CallStage } from '../lib/ipc/bindings/CallStage';
import type { CallUpdate } from '../lib/ipc/bindings/CallUpdate';
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

/** What stands under the name; the time they talk is not among it. */
export function callStageText(stage: CallStage['kind']): string {
  switch (stage) {
    case 'calling':
      return m.call_calling();
    case 'ringing':
    case 'incoming':
      return m.call_ringing();
    case 'connecting':
      return m.call_connecting();
    case 'reconnecting':
      return m.call_reconnecting();
    case 'talking':
      return '';
  }
}

/** How a call has just ended. */
export function endedText(ended: Extract<CallUpdate, { kind: 'ended' }>): string {
  if (ended.fault === 'no_path') return m.call_fault_no_path();
  if (ended.fault === 'lost') return m.call_fault_lost();
  if (ended.fault === 'fingerprint') return m.call_fault_fingerprint();
  if (ended.fault === 'failed' || ended.outcome === 'failed') return m.call_fault_failed();
  if (ended.outcome === 'elsewhere') return m.call_ended_elsewhere();
  if (!ended.mine) return m.call_ended();
  if (ended.outcome === 'busy') return m.call_ended_busy();
  if (ended.outcome === 'declined') return m.call_ended_declined();
  return ended.outcome === 'missed' ? m.call_ended_no_answer() : m.call_ended();
}

/** What is missing on this side; the call goes on with what there is. */
export function problemText({ device, fault }: CallProblem): string {
  switch (device) {
    case 'microphone':
      if (fault === 'busy') return m.call_problem_microphone_busy();
      if (fault === 'refused') return m.call_problem_microphone_refused();
      return fault === 'no_server' ? m.call_problem_no_sound_in() : m.call_problem_microphone();
    case 'speaker':
      return fault === 'no_server' ? m.call_problem_no_sound() : m.call_problem_speaker();
    case 'camera':
      if (fault === 'busy') return m.call_problem_camera_busy();
      return fault === 'refused' ? m.call_problem_camera_refused() : m.call_problem_camera();
    case 'screen':
      return m.call_problem_screen();
  }
}
