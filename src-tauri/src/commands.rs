//! What the window may ask for: one thin function for each command of `docs/border.md`, which forwards to the engine.
//!
//! A command works only when it is here, in `commands/names.rs`, and in `capabilities/main.json` for the window that
//! calls it.

mod actions;
mod attachments;
mod beside;
mod calls;
mod chat_marks;
mod chats;
mod contacts;
mod gallery;
mod groups;
mod links;
#[cfg(test)]
mod names;
mod once;
mod parts;
mod profile;
mod program;
mod search;
mod sign_up;
mod storage;
mod stories;
mod thread;
mod voice;

use tauri::{Wry, ipc::Invoke};

/// Finds the function for a command.
pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        program::app_state,
        program::app_subscribe,
        program::unsubscribe,
        program::settings_set,
        program::reconnect,
        program::link_open,
        program::autostart,
        program::autostart_set,
        sign_up::unlock,
        sign_up::passphrase_set,
        sign_up::relay_use_local,
        sign_up::relay_use,
        sign_up::countries,
        sign_up::number_check,
        sign_up::code_request,
        sign_up::code_submit,
        sign_up::number_change,
        profile::profile_set,
        profile::picture_set,
        profile::picture_remove,
        profile::picture_load,
        chats::chats_subscribe,
        chats::chat_row,
        chats::chat_start,
        chats::chat_read,
        chats::chat_focus,
        chats::typing_set,
        chats::draft_set,
        chats::request_accept,
        chat_marks::chat_pin,
        chat_marks::chat_archive,
        chat_marks::chat_mute,
        chat_marks::chat_mark,
        chat_marks::chat_block,
        chat_marks::chat_clear,
        chat_marks::chat_delete,
        chat_marks::chat_notify,
        chat_marks::chat_wallpaper,
        chat_marks::folders,
        chat_marks::folders_set,
        chat_marks::notes_open,
        search::search,
        search::search_chat,
        thread::thread_subscribe,
        thread::thread_page,
        thread::message_send,
        thread::message_retry,
        thread::message_discard,
        actions::message_reply,
        actions::message_react,
        actions::message_edit,
        actions::message_history,
        actions::message_delete,
        actions::message_forward,
        actions::message_star,
        actions::starred,
        actions::message_pin,
        actions::thread_pins,
        actions::timer_set,
        actions::emoji_recent,
        actions::emoji_used,
        attachments::attachment_begin,
        attachments::attachment_cancel,
        attachments::attachment_drop,
        attachments::attachment_fetch,
        attachments::attachment_finish,
        attachments::attachment_load,
        attachments::attachment_preview,
        attachments::attachment_push,
        attachments::attachment_save,
        attachments::attachments_send,
        links::link_preview,
        links::link_preview_close,
        once::once_open,
        once::once_send,
        gallery::gallery,
        storage::storage,
        storage::storage_clear,
        storage::storage_delete,
        storage::storage_items,
        storage::storage_tidy,
        groups::group_admit,
        groups::group_create,
        groups::group_decline,
        groups::group_join,
        groups::group_link_remove,
        groups::group_link_set,
        groups::group_describe,
        groups::group_picture,
        groups::group_add,
        groups::group_remove,
        groups::group_leave,
        groups::group_role,
        groups::group_rename,
        groups::group_policy,
        groups::group_view,
        groups::group_receipts,
        parts::poll_send,
        parts::poll_vote,
        parts::poll_close,
        parts::poll_votes,
        parts::card_send,
        parts::card_open,
        parts::place_check,
        parts::place_send,
        parts::message_schedule,
        parts::scheduled,
        parts::scheduled_move,
        parts::scheduled_cancel,
        parts::scheduled_send,
        calls::call_subscribe,
        calls::call_start,
        calls::call_answer,
        calls::call_end,
        calls::call_mute,
        calls::call_camera,
        calls::call_screen,
        calls::call_history,
        calls::call_devices,
        calls::call_device_use,
        calls::call_trial,
        calls::call_trial_camera,
        calls::call_trial_sound,
        beside::call_float,
        beside::call_float_end,
        beside::call_float_move,
        voice::voice_close,
        voice::voice_discard,
        voice::voice_pause,
        voice::voice_play,
        voice::voice_record,
        voice::voice_rest,
        voice::voice_seek,
        voice::voice_send,
        voice::voice_speed,
        voice::voice_subscribe,
        calls::call_frames,
        calls::call_frame_drawn,
        stories::stories,
        stories::story_audience,
        stories::story_delete,
        stories::story_mute,
        stories::story_post,
        stories::story_react,
        stories::story_reply,
        stories::story_retry,
        stories::story_seen,
        contacts::contact_view,
        contacts::contact_rename,
        contacts::person_report,
        contacts::safety_number,
        contacts::trust_verify,
        contacts::trust_accept,
    ]
}

#[cfg(test)]
mod tests;
