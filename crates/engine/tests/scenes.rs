//! The engine against the real relay, in one process: people sign up, talk, leave and come back.
//!
//! Nothing here sleeps: every scene waits for what a window would draw.

#[path = "scenes/conversation.rs"]
mod conversation;
#[path = "scenes/lives.rs"]
mod lives;
#[path = "scenes/mirror.rs"]
mod mirror;
#[path = "scenes/people.rs"]
mod people;
#[path = "scenes/profile.rs"]
mod profile;
#[path = "scenes/sign_up.rs"]
mod sign_up;
