//! The headless client.
pub mod error;
pub mod view;
