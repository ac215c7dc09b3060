//! A window with an empty page, of the same toolkit as Sotto's: what `npm run bench:client` measures Sotto against.
//! Never part of a package.

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(|app| {
            let window = WebviewWindowBuilder::new(app, "blank", WebviewUrl::default()).title("Blank");
            window.inner_size(1180.0, 800.0).center().incognito(true).build()?;
            Ok(())
        })
        .run(tauri::generate_context!("examples/blank/tauri.conf.json"))
}
