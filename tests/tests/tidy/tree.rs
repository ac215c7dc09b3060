//! The checkout as the checks see it: files, their text, and one way to complain.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Folders that hold nothing written by hand.
const SKIPPED: [&str; 7] =
    [".git", "node_modules", "target", "ui/dist", "ui/src/i18n/generated", "src-tauri/gen", "src-tauri/binaries"];

/// A file of the checkout.
#[derive(Debug)]
pub(crate) struct Source {
    /// From the root, with forward slashes.
    pub path: String,
    /// All of it.
    pub text: String,
}

impl Source {
    /// Numbered lines that are code: comment lines are left out, since prose may name what code may not.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(|(_, line)| {
            let line = line.trim_start();
            !["//", "/*", "* ", "*/", "<!--"].iter().any(|mark| line.starts_with(mark))
        })
    }
}

/// The checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the checkout").to_owned()
}

/// Files below `folder` whose names end with one of `extensions`, sorted by path.
pub(crate) fn sources(folder: &str, extensions: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), extensions, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn walk(folder: &Path, extensions: &[&str], found: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map(|entry| entry.expect("a readable folder")) {
        let path = entry.path();
        let name = relative(&path);
        if SKIPPED.contains(&name.as_str()) || name.ends_with("/node_modules") {
            continue;
        }
        if path.is_dir() {
            walk(&path, extensions, found);
        } else if extensions.iter().any(|extension| name.ends_with(&format!(".{extension}"))) {
            found.push(Source { text: read(&name), path: name });
        }
    }
}

fn relative(path: &Path) -> String {
    let path = path.strip_prefix(root()).expect("a path of the checkout");
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// A file that has to be there.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path} cannot be read: {error}"))
}

/// A JSON file that has to be there.
pub(crate) fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("{path} is not JSON: {error}"))
}

/// Fails with every complaint at once, and with what to do about them.
#[track_caller]
pub(crate) fn settle(complaints: &[String], advice: &str) {
    assert!(complaints.is_empty(), "\n  {}\n\n{advice}\n", complaints.join("\n  "));
}
