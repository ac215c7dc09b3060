//! How source files look: their length, their first line, their names, and nothing left half done.

use crate::tree::{settle, sources};

/// Longest file, in lines.
const CEILING: usize = 400;

/// Written by a tool, so of any length.
const GENERATED: [&str; 2] = ["ui/src/lib/ipc/bindings/", "ui/src/styles/tokens.css"];

/// What marks something half done. In pieces, so that this file does not complain about itself.
const HALF_DONE: [&str; 4] =
    [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("todo", "!("), concat!("unimple", "mented!(")];

#[test]
fn no_file_is_longer_than_the_ceiling() {
    let complaints: Vec<_> = sources("", &["rs", "ts", "svelte", "css", "mjs", "js"])
        .iter()
        .filter(|source| !GENERATED.iter().any(|generated| source.path.starts_with(generated)))
        .filter_map(|source| {
            let lines = source.text.lines().count();
            (lines > CEILING).then(|| format!("{} has {lines} lines", source.path))
        })
        .collect();
    settle(&complaints, &format!("Split by subject; the ceiling is {CEILING} lines. Tests may move to foo/tests.rs."));
}

#[test]
fn every_module_says_what_it_is_for() {
    let complaints: Vec<_> = sources("", &["rs"])
        .iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| format!("{} does not begin with //!", source.path))
        .collect();
    settle(&complaints, "Say in the first line, with //!, what the module is for.");
}

#[test]
fn a_module_has_its_own_name() {
    let complaints: Vec<_> = sources("", &["rs"])
        .iter()
        .filter(|source| source.path.ends_with("/mod.rs"))
        .map(|source| source.path.clone())
        .collect();
    settle(&complaints, "Rename foo/mod.rs to foo.rs, beside the folder foo/.");
}

#[test]
fn nothing_is_left_half_done() {
    let mut complaints = Vec::new();
    for source in sources("", &["rs", "ts", "svelte", "css", "mjs", "js", "sh"]) {
        for (index, line) in source.text.lines().enumerate() {
            for mark in HALF_DONE.iter().filter(|mark| line.contains(**mark)) {
                complaints.push(format!("{}:{} has {mark}", source.path, index + 1));
            }
        }
    }
    settle(&complaints, "Finish it, or open an issue and leave no mark in the code.");
}
