//! The border between UI and engine: its types are written once, its commands known to both sides.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::tree::{Source, root, settle, sources};

const BINDINGS: &str = "ui/src/lib/ipc/bindings";

#[test]
fn bindings_are_current() {
    // The types say where they go from crates/engine/bindings: three folders up, then down again.
    let folder = tempfile::tempdir().expect("a temporary folder");
    sotto_engine::export_bindings(&folder.path().join("crates/engine/bindings")).expect("types that can be written");
    let fresh = typescript(&folder.path().join(BINDINGS));
    if std::env::var_os("SOTTO_WRITE_BINDINGS").is_some() {
        replace_bindings(&folder.path().join(BINDINGS));
    }
    let kept = typescript(&root().join(BINDINGS));

    let names: BTreeSet<_> = fresh.keys().chain(kept.keys()).collect();
    let complaints: Vec<_> = names
        .into_iter()
        .filter_map(|name| match (fresh.get(name), kept.get(name)) {
            (Some(_), None) => Some(format!("{name} is missing")),
            (None, Some(_)) => Some(format!("{name} comes from no type that sotto_engine::export_bindings writes")),
            (fresh, kept) => difference(kept?, fresh?).map(|lines| format!("{name}: {lines}")),
        })
        .collect();
    let command = "SOTTO_WRITE_BINDINGS=1 cargo test --workspace --test tidy bindings";
    settle(&complaints, &format!("Run `{command}` and commit {BINDINGS}."));
}

/// Puts the files of this folder, and no others, in the place of the bindings.
fn replace_bindings(fresh: &Path) {
    let kept = root().join(BINDINGS);
    for name in typescript(&kept).keys() {
        fs::remove_file(kept.join(name)).expect("a file that can go");
    }
    for name in typescript(fresh).keys() {
        fs::copy(fresh.join(name), kept.join(name)).expect("a file that can be written");
    }
}

/// The first line that differs, as it is and as it should be.
fn difference(kept: &str, fresh: &str) -> Option<String> {
    let pairs = kept.lines().map(Some).chain([None]).zip(fresh.lines().map(Some).chain([None]));
    pairs.into_iter().find(|(kept, fresh)| kept != fresh).map(|(kept, fresh)| {
        format!("has `{}` where `{}` should be", kept.unwrap_or_default(), fresh.unwrap_or_default())
    })
}

/// TypeScript files by name. Line ends and trailing space may differ.
fn typescript(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ts"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a readable file");
            let lines: Vec<_> = text.lines().map(str::trim_end).collect();
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, lines.join("\n").trim_end().to_owned())
        })
        .collect()
}

#[test]
fn both_sides_know_the_same_commands() {
    let called = called_commands(&sources("ui/src/lib/ipc", &["ts"]));
    let shell = sources("src-tauri/src", &["rs"]);
    let answered = answered_commands(&shell);
    let handler: String = shell.iter().filter_map(|source| between(&source.text, "generate_handler![", "]")).collect();

    let mut complaints = Vec::new();
    complaints
        .extend(called.difference(&answered).map(|name| format!("the UI calls {name}, src-tauri has no such command")));
    complaints
        .extend(answered.difference(&called).map(|name| format!("src-tauri answers {name}, the UI never calls it")));
    let registered = |name: &&String| handler.split([':', ',', ' ', '\n']).any(|word| word == name.as_str());
    complaints.extend(
        answered.iter().filter(|name| !registered(name)).map(|name| format!("{name} is not in generate_handler!")),
    );
    settle(&complaints, "ui/src/lib/ipc/client.ts and src-tauri/src/commands must know exactly the same commands.");
}

/// The first string after each `invoke` or `subscribe` of the UI's shell.
fn called_commands(files: &[Source]) -> BTreeSet<String> {
    let calls = files.iter().flat_map(|file| ["shell().invoke", "shell().subscribe"].map(|call| file.text.split(call)));
    let rests = calls.flat_map(|parts| parts.skip(1));
    rests.filter_map(|rest| between(rest, "(", ")")).filter_map(|inside| between(&inside, "'", "'")).collect()
}

/// The functions under `#[tauri::command]`.
fn answered_commands(files: &[Source]) -> BTreeSet<String> {
    let marked = files.iter().flat_map(|file| file.text.split("#[tauri::command").skip(1));
    marked
        .filter_map(|rest| between(rest, "fn ", "("))
        .map(|name| name.split('<').next().unwrap_or("").to_owned())
        .collect()
}

/// What stands between the first `open` and the next `close`.
fn between(text: &str, open: &str, close: &str) -> Option<String> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close).map(|(inside, _)| inside.to_owned())
}
