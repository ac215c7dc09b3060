//! Documents that make claims which can be checked.

use crate::tree::{read, root, settle, sources};

#[test]
fn links_between_documents_lead_somewhere() {
    let mut complaints = Vec::new();
    for document in sources("", &["md"]) {
        let folder = root().join(&document.path).parent().expect("a folder").to_owned();
        for link in links(&document.text) {
            let path = link.split('#').next().unwrap_or("");
            if !path.is_empty() && !path.contains(':') && !folder.join(path).exists() {
                complaints.push(format!("{} links to {path}", document.path));
            }
        }
    }
    settle(&complaints, "Mend the link or write the document.");
}

/// The targets of `[text](target)` and `![text](target)`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
}

#[test]
fn the_documented_schema_is_the_real_one() {
    let real = sotto_store::schema().expect("the migrations of an empty database");
    let complaint =
        (read("docs/schema.sql") != real).then(|| "docs/schema.sql is not what the migrations make".to_owned());
    settle(complaint.as_slice(), "Run `SOTTO_WRITE_SCHEMA=1 cargo test -p sotto-store` and commit docs/schema.sql.");
}

#[test]
fn every_test_that_the_threat_model_names_exists() {
    let tests = sources("", &["rs"]);
    let page = read("docs/threat-model.md");
    let rows = page.lines().filter(|line| line.starts_with("| ") && line.matches('|').count() == 3);
    let named = rows.filter_map(|row| row.rsplit('|').nth(1)).flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let complaints: Vec<String> = named
        .filter(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
        .filter(|name| !tests.iter().any(|file| file.text.contains(&format!("fn {name}("))))
        .map(|name| format!("docs/threat-model.md names {name}"))
        .collect();
    settle(&complaints, "Name the test that shows it, or write it.");
}
