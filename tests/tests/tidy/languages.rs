//! The message files of the UI.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::tree::{json, settle};

#[test]
fn languages_have_the_same_messages() {
    let english = messages("en");
    let arabic = messages("ar");
    let mut complaints = Vec::new();
    for key in english.keys().chain(arabic.keys()).collect::<BTreeSet<_>>() {
        match (english.get(key), arabic.get(key)) {
            (Some(_), None) => complaints.push(format!("{key} is missing in ar.json")),
            (None, Some(_)) => complaints.push(format!("{key} is missing in en.json")),
            (here, there) if here != there => {
                complaints.push(format!("{key}: {here:?} in en.json, {there:?} in ar.json"));
            }
            _ => {}
        }
    }
    settle(&complaints, "Write each message, with the same {places} in it, in ui/messages/en.json and ar.json.");
}

/// The messages of a language, each with the places that are filled in.
fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let file = json(&format!("ui/messages/{language}.json"));
    let entries = file.as_object().expect("an object of messages").iter();
    entries.filter(|(key, _)| !key.starts_with('$')).map(|(key, message)| (key.clone(), places(message))).collect()
}

fn places(message: &Value) -> BTreeSet<String> {
    match message {
        Value::String(text) => {
            let opened = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
            opened.map(|(place, _)| place.to_owned()).collect()
        }
        // Variants: what any of them fills in. Declarations and selectors are not text.
        Value::Array(variants) => variants.iter().flat_map(|variant| places(&variant["match"])).collect(),
        Value::Object(variants) => variants.values().flat_map(places).collect(),
        _ => BTreeSet::new(),
    }
}
