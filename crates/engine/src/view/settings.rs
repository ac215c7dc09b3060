//! What a person can choose. Kept in the encrypted database, one row.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which lights are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum Theme {
    /// House lights.
    Light,
    /// Lights down.
    Dark,
    /// Follows the computer.
    #[default]
    System,
}

/// How close the messages stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub enum Spacing {
    /// As drawn.
    #[default]
    Roomy,
    /// Closer.
    Compact,
}

/// All settings; the UI sends the whole value back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export, export_to = "../../../ui/src/lib/ipc/bindings/")]
pub struct Settings {
    /// Which lights are on.
    pub theme: Theme,
    /// `en` or `ar`; `None` follows the computer.
    pub language: Option<String>,
    /// Message text in px, 13 to 20.
    pub text_size: u8,
    /// How close the messages stand.
    pub spacing: Spacing,
    /// Enter sends and Shift+Enter breaks the line; the other way round when false.
    pub enter_sends: bool,
    /// Bars and panels stay still.
    pub reduce_motion: bool,
    /// Stronger lines and darker secondary text.
    pub more_contrast: bool,
    /// Native notifications while the window is not in focus.
    pub notifications: bool,
    /// Notifications show what was written.
    pub notification_text: bool,
    /// Notifications make a sound, where the computer plays one.
    pub notification_sound: bool,
    /// No notifications at all for now.
    pub do_not_disturb: bool,
    /// The program goes on when its window is closed, where the desktop has a place to come back from.
    pub keep_running: bool,
    /// What chats are written on that have nothing of their own; `None` is plain.
    pub wallpaper: Option<super::Wallpaper>,
    /// Width of the chat list in px.
    pub sidebar_width: u16,
    /// Others see what was read, and one sees it of others.
    pub read_receipts: bool,
    /// Others see presence and last seen, and one sees theirs.
    pub share_presence: bool,
    /// Can be found by phone number.
    pub findable: bool,
    /// Photos and speech of accepted people are fetched by themselves.
    pub fetch_photos: bool,
    /// Other files of accepted people are, up to so many MiB; 0 for none.
    pub fetch_files_mib: u32,
    /// Calls go through the relay only, so that the other side does not see this computer's address.
    pub hide_address: bool,
    /// What takes in sound in calls and recordings; `None` is the system's own choice.
    pub microphone: Option<String>,
    /// What plays the other side of calls.
    pub speaker: Option<String>,
    /// What sees this person in calls.
    pub camera: Option<String>,
    /// In calls one is heard only while one holds a key.
    pub push_to_talk: bool,
    /// Devices were tested, or this person has seen that they can be.
    pub devices_tried: bool,
    /// Pages behind links are looked at while one writes, and go with the message; off, nothing is fetched.
    pub link_previews: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            language: None,
            text_size: 15,
            spacing: Spacing::Roomy,
            enter_sends: true,
            reduce_motion: false,
            more_contrast: false,
            notifications: true,
            notification_text: true,
            notification_sound: true,
            do_not_disturb: false,
            keep_running: true,
            wallpaper: None,
            sidebar_width: 348,
            read_receipts: true,
            share_presence: true,
            findable: true,
            fetch_photos: true,
            fetch_files_mib: 10,
            hide_address: false,
            microphone: None,
            speaker: None,
            camera: None,
            push_to_talk: false,
            devices_tried: false,
            link_previews: true,
        }
    }
}
