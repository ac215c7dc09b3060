// What a refusal of the engine means to a person: one sentence on what happened, one on what to do.
import type { Code } from '../lib/ipc/bindings/Code';
import type { Error as Refusal } from '../lib/ipc/bindings/Error';
import { countdown, timeOfDay } from '../lib/time';
import { m } from './generated/messages.js';
import { formattingLocale } from './locale.svelte';

const sentences: Record<Code, () => string> = {
  offline: () => m.refused_offline(),
  relay_unreachable: () => m.refused_relay_unreachable(),
  relay_incompatible: () => m.refused_relay_incompatible(),
  local_relay_failed: () => m.refused_local_relay_failed(),
  number_invalid: () => m.refused_number_invalid(),
  number_not_found: () => m.refused_number_not_found(),
  number_own: () => m.refused_number_own(),
  code_wrong: () => m.refused_code_wrong(),
  code_expired: () => m.refused_code_expired(),
  rate_limited: () => m.refused_rate_limited(),
  invitation_needed: () => m.refused_invitation_needed(),
  code_not_sent: () => m.refused_code_not_sent(),
  passphrase_wrong: () => m.refused_passphrase_wrong(),
  passphrase_too_short: () => m.refused_passphrase_too_short(),
  profile_in_use: () => m.refused_profile_in_use(),
  key_missing: () => m.refused_key_missing(),
  database_broken: () => m.refused_database_broken(),
  disk_full: () => m.refused_disk_full(),
  text_too_long: () => m.refused_text_too_long(),
  too_late: () => m.refused_too_late(),
  not_possible: () => m.refused_not_possible(),
  name_invalid: () => m.refused_name_invalid(),
  picture_invalid: () => m.refused_picture_invalid(),
  blocked: () => m.refused_blocked(),
  file_too_large: () => m.refused_file_too_large(),
  too_many_files: () => m.refused_too_many_files(),
  file_unreadable: () => m.refused_file_unreadable(),
  file_missing: () => m.refused_file_missing(),
  file_not_here: () => m.refused_file_not_here(),
  quota_full: () => m.refused_quota_full(),
  relay_full: () => m.refused_relay_full(),
  mailbox_full: () => m.refused_mailbox_full(),
  account_gone: () => m.refused_account_gone(),
  key_violated: () => m.refused_key_violated(),
  keys_rejected: () => m.refused_keys_rejected(),
  signed_out: () => m.refused_signed_out(),
  not_found: () => m.refused_not_found(),
  not_allowed: () => m.refused_not_allowed(),
  in_call: () => m.refused_in_call(),
  call_relay_missing: () => m.refused_call_relay_missing(),
  call_failed: () => m.refused_call_failed(),
  call_full: () => m.refused_call_full(),
  group_calls_missing: () => m.refused_group_calls_missing(),
  microphone_missing: () => m.refused_microphone_missing(),
  microphone_busy: () => m.refused_microphone_busy(),
  microphone_refused: () => m.refused_microphone_refused(),
  sound_missing: () => m.refused_sound_missing(),
  recording_too_short: () => m.refused_recording_too_short(),
  recording_elsewhere: () => m.refused_recording_elsewhere(),
  recording_damaged: () => m.refused_recording_damaged(),
  internal: () => m.refused_internal(),
};

export const codeText = (code: Code): string => sentences[code]();

/** The sentence for a refusal, with what it carries: tries left, or when to come back. */
export function refusalText(why: Refusal): string {
  if (why.code === 'code_wrong' && why.tries_left !== null)
    return m.refused_code_wrong_tries({ count: why.tries_left });
  if (why.code === 'rate_limited' && why.retry_at !== null) {
    return m.refused_rate_limited_until({ time: timeOfDay(why.retry_at, formattingLocale()) });
  }
  if (why.code === 'code_not_sent' && why.retry_at !== null && why.retry_at > Date.now()) {
    return m.refused_code_not_sent_until({ time: countdown(why.retry_at - Date.now()) });
  }
  return codeText(why.code);
}
