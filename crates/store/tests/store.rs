//! Behaviour of the database, through its public interface only.

#[path = "store/actions.rs"]
mod actions;
#[path = "store/bed.rs"]
mod bed;
#[path = "store/changes.rs"]
mod changes;
#[path = "store/disk.rs"]
mod disk;
#[path = "store/engine.rs"]
mod engine;
#[path = "store/gallery.rs"]
mod gallery;
#[path = "store/marks.rs"]
mod marks;
#[path = "store/rows.rs"]
mod rows;
#[path = "store/scale.rs"]
mod scale;
#[path = "store/schema.rs"]
mod schema;
#[path = "store/search.rs"]
mod search;
#[path = "store/thread.rs"]
mod thread;
