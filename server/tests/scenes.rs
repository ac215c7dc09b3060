//! Scenes with Alice and Bob against a whole relay: real sockets, a real database, and a clock that can be set forward.

#[path = "scenes/claims.rs"]
mod claims;
#[path = "scenes/codes.rs"]
mod codes;
#[path = "scenes/drain.rs"]
mod drain;
#[path = "scenes/files.rs"]
mod files;
#[path = "scenes/gateways.rs"]
mod gateways;
#[path = "scenes/groups.rs"]
mod groups;
#[path = "scenes/invitations.rs"]
mod invitations;
#[path = "scenes/limits.rs"]
mod limits;
#[path = "scenes/lists.rs"]
mod lists;
#[path = "scenes/live.rs"]
mod live;
#[path = "scenes/mailbox.rs"]
mod mailbox;
#[path = "scenes/messages.rs"]
mod messages;
#[path = "scenes/people.rs"]
mod people;
#[path = "scenes/presence.rs"]
mod presence;
#[path = "scenes/profiles.rs"]
mod profiles;
#[path = "scenes/program.rs"]
mod program;
#[path = "scenes/registration.rs"]
mod registration;
#[path = "scenes/reports.rs"]
mod reports;
#[path = "scenes/sending.rs"]
mod sending;
#[path = "scenes/tls.rs"]
mod tls;
#[path = "scenes/town.rs"]
mod town;
#[path = "scenes/turn.rs"]
mod turn_scenes;
#[path = "scenes/uniform.rs"]
mod uniform;
