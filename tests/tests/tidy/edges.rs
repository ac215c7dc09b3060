//! What may lean on what: from the crates' manifests, and from what their sources name.

use std::process::Command;

use serde_json::Value;

use crate::tree::{root, settle, sources};

/// Each crate with the crates of this house that it may depend on.
const EDGES: [(&str, &[&str]); 9] = [
    ("sotto-wire", &[]),
    ("sotto-machine", &["sotto-wire"]),
    ("sotto-store", &["sotto-wire", "sotto-machine"]),
    ("sotto-media", &[]),
    ("sotto-engine", &["sotto-wire", "sotto-machine", "sotto-store", "sotto-media"]),
    ("sotto-relay", &["sotto-wire"]),
    ("sotto-cli", &["sotto-wire", "sotto-engine"]),
    ("sotto", &["sotto-engine"]),
    ("sotto-tests", &["sotto-wire", "sotto-machine", "sotto-store", "sotto-media", "sotto-engine", "sotto-relay"]),
];

/// What a crate's own tests may use besides. The crate itself still stands without it.
const FOR_TESTS: [(&str, &str); 1] = [("sotto-engine", "sotto-relay")];

/// Foreign crates, with the only crates of this house that may depend on them.
const FOREIGN: [(&str, &[&str]); 5] = [
    ("tauri", &["sotto"]),
    ("rusqlite", &["sotto-store", "sotto-relay", "sotto-tests"]),
    ("tokio", &["sotto-media", "sotto-engine", "sotto-relay", "sotto-cli", "sotto", "sotto-tests"]),
    ("vodozemac", &["sotto-machine", "sotto-tests"]),
    ("anyhow", &["sotto-relay", "sotto-cli", "sotto", "sotto-tests"]),
];

/// What the sources below a folder may not name, comments aside.
const UNNAMED: [(&str, &[&str]); 5] = [
    (
        "crates/machine/src",
        &["tokio", "rusqlite", "tauri", "std::fs", "std::net", "Instant::now", "SystemTime::now", "thread_rng"],
    ),
    ("crates/wire/src", &["tokio", "rusqlite", "std::fs", "std::net", "Instant::now", "SystemTime::now"]),
    ("crates/engine/src", &["tauri::", "rusqlite"]),
    ("server/src", &["sotto_machine", "sotto_store", "sotto_engine", "vodozemac"]),
    ("src-tauri", &["sotto_machine", "sotto_store", "rusqlite", "SELECT ", "INSERT INTO"]),
];

#[test]
fn crates_lean_only_on_what_stands_below_them() {
    let mut complaints = Vec::new();
    for (package, dependencies) in members() {
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == package) else {
            complaints.push(format!("{package} has no place in EDGES (tests/tests/tidy/edges.rs)"));
            continue;
        };
        for Dependency { name, for_tests } in dependencies.iter().filter(|d| d.name.starts_with("sotto")) {
            let excused = *for_tests && FOR_TESTS.contains(&(package.as_str(), name.as_str()));
            if !allowed.contains(&name.as_str()) && !excused {
                complaints.push(format!("{package} depends on {name}"));
            }
        }
    }
    settle(&complaints, "Take the dependency out of its Cargo.toml. See ARCHITECTURE.md, \"What may lean on what\".");
}

#[test]
fn foreign_crates_stay_in_their_rooms() {
    let mut complaints = Vec::new();
    for (package, dependencies) in members() {
        for (foreign, rooms) in FOREIGN {
            if dependencies.iter().any(|d| d.name == foreign && !d.for_tests) && !rooms.contains(&package.as_str()) {
                complaints.push(format!("{package} depends on {foreign}, which belongs to {}", rooms.join(", ")));
            }
        }
    }
    settle(&complaints, "Move the code to a crate that may use it. See ARCHITECTURE.md, \"What may lean on what\".");
}

#[test]
fn sources_do_not_name_what_they_may_not_know() {
    let mut complaints = Vec::new();
    for (folder, words) in UNNAMED {
        for source in sources(folder, &["rs"]) {
            for (line, text) in source.code() {
                for word in words.iter().filter(|word| names(text, word)) {
                    complaints.push(format!("{}:{line} names {word}", source.path));
                }
            }
        }
    }
    settle(
        &complaints,
        "See ARCHITECTURE.md, \"What may lean on what\"; time, randomness and rows are arguments there.",
    );
}

#[test]
fn only_the_border_of_the_ui_names_tauri() {
    let mut complaints = Vec::new();
    for source in sources("ui", &["ts", "js", "mjs", "svelte", "css"]) {
        if source.path.starts_with("ui/src/lib/ipc/") {
            continue;
        }
        for (line, _) in source.code().filter(|(_, text)| text.contains("@tauri-apps")) {
            complaints.push(format!("{}:{line} names @tauri-apps", source.path));
        }
    }
    settle(&complaints, "Call the engine through ui/src/lib/ipc/client.ts.");
}

/// True if `word` stands in `text` by itself, not inside a longer name.
fn names(text: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let open_end = word.ends_with(part_of_name);
        !(before.is_some_and(part_of_name) || open_end && after.is_some_and(part_of_name))
    })
}

/// A line of a Cargo.toml.
struct Dependency {
    name: String,
    for_tests: bool,
}

/// The crates of the workspace with their direct dependencies.
fn members() -> Vec<(String, Vec<Dependency>)> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--no-deps"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    entries(&metadata["packages"]).map(|package| (name(package), dependencies(package))).collect()
}

fn dependencies(package: &Value) -> Vec<Dependency> {
    entries(&package["dependencies"])
        .map(|entry| Dependency { name: name(entry), for_tests: entry["kind"] == "dev" })
        .collect()
}

fn entries(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().expect("a list").iter()
}

fn name(entry: &Value) -> String {
    entry["name"].as_str().expect("a name").to_owned()
}

#[test]
fn a_name_inside_a_longer_one_is_another_name() {
    assert!(names("use tokio::spawn;", "tokio"));
    assert!(!names("let tokio_free = 1;", "tokio"));
    assert!(names("tauri::Builder", "tauri::"));
    assert!(!names("my_tauri::Builder", "tauri::"));
}
