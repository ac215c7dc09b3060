//! Numbers both sides go by. Times are in milliseconds unless the name says otherwise.

/// One second.
pub const SECOND: u64 = 1_000;
/// One hour.
pub const HOUR: u64 = 3_600 * SECOND;
/// One day.
pub const DAY: u64 = 24 * HOUR;

/// Longest WebSocket frame in bytes.
pub const MAX_FRAME: usize = 1 << 20;
/// Longest sealed copy in bytes.
pub const MAX_SEALED: usize = 128 * 1024;
/// Longest text in Unicode scalar values.
pub const MAX_TEXT_CHARS: usize = 16_000;
/// Most devices of one account.
pub const MAX_DEVICES: usize = 16;
/// Most accounts in one `Send`.
pub const MAX_RECIPIENTS: usize = 8;
/// Most members of a group, and most accounts in one `Send` with a payload for all.
pub const MAX_MEMBERS: usize = 1_000;
/// Longest name of a group in Unicode scalar values.
pub const MAX_GROUP_NAME_CHARS: usize = 100;
/// Characters of the words about a group.
pub const MAX_GROUP_ABOUT_CHARS: usize = 300;
/// Bytes of a group's picture: it travels in an event, beside up to a thousand members.
pub const MAX_GROUP_PICTURE: usize = 48 * 1024;
/// Longest encrypted event of a group in bytes.
pub const MAX_GROUP_EVENT: usize = 160 * 1024;
/// Most entries of one group's log.
pub const MAX_GROUP_LOG: u64 = 20_000;
/// Most people in one `Watch`.
pub const MAX_WATCHED: usize = 2_000;
/// Longest encrypted profile in bytes (name, line about oneself and picture).
pub const MAX_PROFILE: usize = 256 * 1024;

/// Largest file that is sent, in bytes: 2 GiB.
pub const MAX_FILE: u64 = 2 << 30;
/// Most files of one message.
pub const MAX_ATTACHMENTS: usize = 16;
/// Bytes of a file that are encrypted together.
pub const FILE_CHUNK: usize = 64 * 1024;
/// What encryption adds to each chunk.
pub const FILE_TAG: usize = 16;
/// Bytes of an encrypted file that are uploaded together: fifteen whole chunks, which fit in the megabyte that proxies
/// let through unasked. Only the last part is shorter.
pub const FILE_PART: usize = 15 * (FILE_CHUNK + FILE_TAG);
/// How long the relay keeps an uploaded file.
pub const FILE_LIFE: u64 = 30 * DAY;
/// How long a story is shown, and the relay keeps its file (ms).
pub const STORY_LIFE: u64 = DAY;
/// How long the relay keeps a file whose upload does not go on.
pub const UPLOAD_LIFE: u64 = 3 * DAY;

/// Most messages that go with a report of somebody.
pub const MAX_REPORT_EXCERPTS: usize = 5;
/// Longest words of a report, and of a message that goes with it, in Unicode scalar values.
pub const MAX_REPORT_CHARS: usize = 2_000;
/// How long the relay keeps a report for its operator.
pub const REPORT_LIFE: u64 = 90 * DAY;

/// Messages delivered and not yet acknowledged on one connection.
pub const IN_FLIGHT: usize = 64;
/// How long a mailbox keeps a message.
pub const MAILBOX_LIFE: u64 = 30 * DAY;
/// How long a `Send` id is remembered.
pub const SEND_ID_LIFE: u64 = 7 * DAY;

/// How long a device list is current.
pub const LIST_LIFE: u64 = 35 * DAY;
/// How long an expired list that was seen before still serves, with a notice.
pub const LIST_GRACE: u64 = 60 * DAY;
/// How long a seal key may be used.
pub const SEAL_KEY_LIFE: u64 = 37 * DAY;
/// How long a seal key's private half is kept after that.
pub const SEAL_KEY_GRACE: u64 = 30 * DAY;
/// How often seal key and fallback key turn over.
pub const KEY_TURNOVER: u64 = 7 * DAY;
/// How long a pre-key may be used.
pub const PRE_KEY_LIFE: u64 = 37 * DAY;
/// How long the relay's word about a sender holds.
pub const STANDING_LIFE: u64 = 24 * HOUR;
/// How long the hash of a received message, and the record of a sent one, is kept.
pub const RECORD_LIFE: u64 = 35 * DAY;

/// One-time keys kept published.
pub const ONE_TIME_KEYS: u32 = 50;
/// Under this many, more are uploaded.
pub const ONE_TIME_KEYS_LOW: u32 = 25;

/// An ephemeral envelope older than this is dropped.
pub const EPHEMERAL_LIFE: u64 = 60 * SECOND;
/// At most one typing envelope in this time.
pub const TYPING_INTERVAL: u64 = 3 * SECOND;
/// Typing is over after this time without another envelope.
pub const TYPING_LIFE: u64 = 6 * SECOND;

/// How long a message may be given other words.
pub const EDIT_WINDOW: u64 = DAY;
/// How long a message may be taken back for everyone.
pub const DELETE_WINDOW: u64 = 2 * DAY;
/// How long an action waits for its message.
pub const ACTION_WAIT: u64 = 30 * DAY;
/// Longest time after which messages disappear, in seconds.
pub const MAX_TIMER_SECONDS: u32 = 365 * 24 * 3_600;
