//! Versions that are written in several places and must agree.

use std::collections::BTreeMap;

use crate::tree::{json, read, root, settle};

#[test]
fn both_halves_of_tauri_have_one_version() {
    let crates = locked_crates();
    let modules = json("package-lock.json");
    let mut complaints = Vec::new();
    for (path, module) in modules["packages"].as_object().expect("packages") {
        let Some(name) = path.strip_prefix("node_modules/@tauri-apps/") else { continue };
        let half = match name {
            "api" | "cli" => "tauri".to_owned(),
            plugin if plugin.starts_with("plugin-") => format!("tauri-{plugin}"),
            _ => continue,
        };
        let (ours, theirs) = (crates.get(&half), module["version"].as_str().expect("a version"));
        if ours.map(|version| minor(version)) != Some(minor(theirs)) {
            complaints
                .push(format!("crate {half} is {}, npm {path} is {theirs}", ours.map_or("absent", String::as_str)));
        }
    }
    settle(&complaints, "Pin both to the same minor version: `tauri build` refuses a pair that differs.");
}

#[test]
fn the_program_has_one_version() {
    let crates = locked_crates();
    let ours = &crates["sotto"];
    let mut complaints = Vec::new();
    for (name, version) in crates.iter().filter(|(name, _)| name.starts_with("sotto")) {
        if version != ours {
            complaints.push(format!("crate {name} is {version}, the window is {ours}"));
        }
    }
    for file in ["package.json", "src-tauri/tauri.conf.json"] {
        if root().join(file).exists()
            && let Some(version) = json(file)["version"].as_str().filter(|version| version != ours)
        {
            complaints.push(format!("{file} says {version}, the window is {ours}"));
        }
    }
    settle(&complaints, "Set the version in Cargo.toml (workspace.package), package.json and tauri.conf.json alike.");
}

/// Crates of Cargo.lock with their versions; the greatest where there are several.
fn locked_crates() -> BTreeMap<String, String> {
    let text = read("Cargo.lock");
    let mut name = "";
    let mut found = BTreeMap::new();
    for line in text.lines() {
        if let Some(value) = line.strip_prefix("name = ") {
            name = value.trim_matches('"');
        } else if let Some(value) = line.strip_prefix("version = ") {
            found.insert(name.to_owned(), value.trim_matches('"').to_owned());
        }
    }
    found
}

fn minor(version: &str) -> Vec<&str> {
    version.split('.').take(2).collect()
}
