//! Tells Tauri which commands there are, so that any other, and any from another window, is refused.

use std::{fs, path::Path};

#[path = "src/commands/names.rs"]
mod names;

/// Shown when the pages were never built, so that `cargo build` and `cargo test` need nothing but Rust.
const PLACEHOLDER: &str =
    "<!doctype html><meta charset=\"utf-8\"><title>Sotto</title>The pages are not built: npm run ui:build";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src/commands/names.rs");
    let pages = Path::new("../ui/dist");
    if !pages.join("index.html").exists() {
        fs::create_dir_all(pages)?;
        fs::write(pages.join("index.html"), PLACEHOLDER)?;
    }
    // The pages are compiled into the program.
    println!("cargo:rerun-if-changed=../ui/dist");
    let manifest = tauri_build::AppManifest::new().commands(names::COMMANDS);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}
