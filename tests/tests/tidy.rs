//! Holds the house to its rules: what may lean on what, how files look, and that nothing generated is stale.
//!
//! A failure names the place and says what to do. The rules and their reasons are in `ARCHITECTURE.md`.

#[path = "tidy/border.rs"]
mod border;
#[path = "tidy/documents.rs"]
mod documents;
#[path = "tidy/edges.rs"]
mod edges;
#[path = "tidy/languages.rs"]
mod languages;
#[path = "tidy/sources.rs"]
mod sources;
#[path = "tidy/tree.rs"]
mod tree;
#[path = "tidy/versions.rs"]
mod versions;
