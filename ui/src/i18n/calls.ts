// Sentences about calls: how one stands, how one ended, and what is missing.
import type { CallEntryView } from '../lib/ipc/bindings/CallEntryView';
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

/** A call in the list of all calls, under the name of the person. */
export function callEntryText({ call, mine }: CallEntryView): string {
  if (call.outcome !== 'answered') return callLineText(call, mine);
  const kind = mine ? m.calls_outgoing() : m.calls_incoming();
  return m.call_line_length({ kind, time: clockTime(call.seconds) });
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

/** Why a device that is tested does not serve, and what helps. */
export function deviceText({ device, fault }: CallProblem): string {
  if (fault === 'busy') return m.device_busy();
  if (fault === 'refused') return m.device_refused();
  if (fault === 'no_server') return device === 'camera' ? m.device_failed() : m.device_no_server();
  if (fault === 'lost') return m.device_lost();
  if (fault === 'failed') return m.device_failed();
  if (device === 'microphone') return m.device_no_microphone();
  return device === 'speaker' ? m.device_no_speaker() : m.device_no_camera();
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
