//! Scenes between real engines and a real relay, over real sockets and a bad network, on real disks.

#[path = "scenario/absence.rs"]
mod absence;
#[path = "scenario/actions.rs"]
mod actions;
#[path = "scenario/broken_session.rs"]
mod broken_session;
#[path = "scenario/calls.rs"]
mod calls;
#[path = "scenario/changed_key.rs"]
mod changed_key;
#[path = "scenario/chats.rs"]
mod chats;
#[path = "scenario/everyday.rs"]
mod everyday;
#[path = "scenario/files.rs"]
mod files;
#[path = "scenario/files_fate.rs"]
mod files_fate;
#[path = "scenario/full_mailbox.rs"]
mod full_mailbox;
#[path = "scenario/gallery.rs"]
mod gallery;
#[path = "scenario/group_calls.rs"]
mod group_calls;
#[path = "scenario/groups.rs"]
mod groups;
#[path = "scenario/joining.rs"]
mod joining;
#[path = "scenario/links.rs"]
mod links;
#[path = "scenario/mentions.rs"]
mod mentions;
#[path = "scenario/once.rs"]
mod once;
#[path = "scenario/presence.rs"]
mod presence;
#[path = "scenario/relay_killed.rs"]
mod relay_killed;
#[path = "scenario/report.rs"]
mod report;
#[path = "scenario/restarts.rs"]
mod restarts;
#[path = "scenario/rough_weather.rs"]
mod rough_weather;
#[path = "scenario/set_back.rs"]
mod set_back;
#[path = "scenario/storage.rs"]
mod storage;
#[path = "scenario/stories.rs"]
mod stories;
#[path = "scenario/voice.rs"]
mod voice;
