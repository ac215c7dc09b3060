//! What a window, a script or a bot may know: plain values that cross the border to the UI.
//!
//! Every type here is exported to TypeScript (`ui/src/lib/ipc/bindings`) by `cargo test -p sotto-engine`;
//! `tests/tidy.rs` fails when the files there are not current. Times are milliseconds since the Unix epoch.

mod app;
mod attachment;
mod call;
mod chat;
mod contact;
mod gallery;
mod group;
mod group_call;
mod link;
mod mention;
mod message;
mod parts;
mod report;
mod search;
mod settings;
mod storage;
mod story;
mod voice;

pub use app::{
    AppEvent, AppState, CodeRequested, Connection, Country, LocalRelay, Me, Notification, NumberCheck, RelayInfo, Stage,
};
pub use attachment::{AttachmentView, FileKind, FileState, SendAs, SendFile, StagedFile};
pub use call::{
    CallDevice, CallDeviceFault, CallDeviceKind, CallEntryView, CallFault, CallLineView, CallNumbers, CallOutcome,
    CallPicture, CallProblem, CallQuality, CallSide, CallStage, CallTrial, CallUpdate, CallView,
};
pub use chat::{ChatListUpdate, ChatOp, ChatRow, Folder, LastMessage, MuteFor, ReactionNews, Wallpaper};
pub use contact::{ContactView, PresenceView, SafetyNumber, TrustView};
pub use gallery::{GalleryCounts, GalleryDrawer, GalleryItem, GalleryPage};
pub use group::{
    GroupFork, GroupLink, GroupMember, GroupNotice, GroupPolicy, GroupReceipt, GroupRole, GroupSummary, GroupView,
    PersonView,
};
pub use group_call::{
    GroupCallLevel, GroupCallPerson, GroupCallReceived, GroupCallSide, GroupCallStage, GroupCallUpdate, GroupCallView,
};
pub use link::LinkPreviewView;
pub use mention::{MentionRange, MentionView};
pub use message::{
    MessageBody, MessageItem, MessageOp, MessageState, NoticeKind, QuoteView, ReactionView, StarredView, ThreadPage,
    ThreadUpdate, WordingView,
};
pub use parts::{
    CardView, OnceState, OnceView, PlaceView, PollAnswer, PollView, PollVotes, PostPart, ScheduledState, ScheduledView,
};
pub use report::ReportReasonView;
pub use search::{SearchFilter, SearchHit, SearchPage, SearchPlaces};
pub use settings::{Settings, Spacing, Theme};
pub use storage::{StorageChat, StorageItem, StorageItems, StorageKind, StorageView, StoredFile};
pub use story::{StoryAudience, StoryPerson, StoryView, StoryViewer};
pub use voice::{PlaybackView, RecordingState, RecordingView, VoiceSpeed, VoiceUpdate};
