//! Every list of commands is the same list.

use std::{collections::BTreeSet, fs, path::Path};

use super::names::COMMANDS;
use crate::{beside, window};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn declared() -> BTreeSet<String> {
    COMMANDS.iter().map(|name| (*name).to_owned()).collect()
}

/// What stands between each `open` and the next `close`.
fn all_between(text: &str, open: &str, close: &str) -> BTreeSet<String> {
    text.split(open).skip(1).filter_map(|rest| rest.split_once(close)).map(|(inside, _)| inside.to_owned()).collect()
}

#[test]
fn every_command_is_registered_and_nothing_else() {
    let text = read("src/commands.rs");
    let handler = text.split_once("generate_handler![").unwrap().1.split_once(']').unwrap().0;
    assert_eq!(all_between(handler, "::", ","), declared());
    assert!(COMMANDS.is_sorted());
}

/// What a window may call.
fn granted(label: &str) -> BTreeSet<String> {
    let capability: serde_json::Value = serde_json::from_str(&read(&format!("capabilities/{label}.json"))).unwrap();
    assert_eq!(capability["windows"], serde_json::json!([label]));
    let granted = capability["permissions"].as_array().unwrap().iter();
    granted.map(|name| name.as_str().unwrap().strip_prefix("allow-").unwrap().replace('-', "_")).collect()
}

#[test]
fn every_command_is_for_some_window_and_the_small_ones_may_call_few() {
    let (ringing, floating) = (granted(beside::RINGING), granted(beside::FLOATING));
    assert!(ringing.len() < 12 && floating.len() < 15);
    let all: BTreeSet<_> = granted(window::LABEL).into_iter().chain(ringing).chain(floating).collect();
    assert_eq!(all, declared());
}

#[test]
fn the_pages_call_every_command_and_nothing_else() {
    let text = read("../ui/src/lib/ipc/client.ts") + &read("../ui/src/lib/ipc/events.ts");
    let called: BTreeSet<_> = ["shell().invoke", "shell().subscribe"]
        .into_iter()
        .flat_map(|call| text.split(call).skip(1))
        .filter_map(|rest| rest.split_once("('")?.1.split_once('\'').map(|(name, _)| name.to_owned()))
        .collect();
    assert_eq!(called, declared());
}
