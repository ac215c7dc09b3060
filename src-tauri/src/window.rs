//! The window: made as it was left, showing our own pages and no others.

use std::path::Path;

use sotto_engine::view::Theme;
use tauri::{
    AppHandle, Manager as _, Theme as Light, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, window::Color,
};
use tracing::debug;

use crate::placement::{Placement, Position, SMALLEST, Screen, Size};

/// The name that capabilities know it by.
pub(crate) const LABEL: &str = "main";

/// `--bg-house` of `ui/src/styles/tokens.css`, so that the first frame is not a flash.
const HOUSE_LIGHT: Color = Color(0xf5, 0xf1, 0xea, 0xff);
const HOUSE_DARK: Color = Color(0x14, 0x0e, 0x0e, 0xff);

/// Makes the window.
pub(crate) fn open(app: &AppHandle, profile: &Path, minimised: bool) -> tauri::Result<()> {
    let placement = Placement::read(profile).on(&screens(app));
    let builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Sotto")
        .inner_size(placement.size.width, placement.size.height)
        .min_inner_size(SMALLEST.width, SMALLEST.height)
        .maximized(placement.maximised)
        .visible(false)
        // Dropped files go to the page, which gives their bytes to the engine: no path of the computer crosses the border.
        .disable_drag_drop_handler()
        .incognito(leaves_no_trace())
        .on_navigation(is_ours);
    let builder = match placement.position {
        Some(Position { x, y }) => builder.position(x, y),
        None => builder.center(),
    };
    let window = builder.build()?;
    paint(&window, placement.theme);
    if minimised {
        window.minimize()?;
    }
    window.show()
}

/// Gives the window the colour that the pages will have.
pub(crate) fn paint(window: &WebviewWindow, theme: Theme) {
    let dark = match theme {
        Theme::Dark => true,
        Theme::Light => false,
        Theme::System => matches!(window.theme(), Ok(Light::Dark)),
    };
    if let Err(error) = window.set_background_color(Some(if dark { HOUSE_DARK } else { HOUSE_LIGHT })) {
        debug!(%error, "the window has no background colour");
    }
}

/// Brings the window to the front.
pub(crate) fn raise(window: &WebviewWindow) {
    let raised = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = raised {
        debug!(%error, "the window cannot be raised");
    }
}

/// Where the window is now. While it is maximised, the size that it will go back to is not known: `before` has it.
pub(crate) fn placement(window: &WebviewWindow, before: Placement) -> tauri::Result<Placement> {
    if window.is_maximized()? || window.is_minimized()? {
        return Ok(Placement { maximised: window.is_maximized()?, ..before });
    }
    let scale = window.scale_factor()?;
    let size = window.inner_size()?.to_logical::<f64>(scale);
    // Wayland tells no program where its windows are.
    let position = window.outer_position().ok().map(|corner| corner.to_logical::<f64>(scale));
    Ok(Placement {
        size: Size { width: size.width, height: size.height },
        position: position.map(|corner| Position { x: corner.x, y: corner.y }),
        maximised: false,
        ..before
    })
}

/// What the pages show is on the disk encrypted or not at all: the webview keeps its cache in memory. Only a window
/// that is driven by a test has to do without, since WebKitGTK lets no private window be driven.
pub(crate) fn leaves_no_trace() -> bool {
    std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_none()
}

/// Our own pages: their address differs by system. Everything else goes through `link_open`.
pub(crate) fn is_ours(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) | ("http" | "https", Some("tauri.localhost")) => true,
        ("http", Some("localhost")) => !cfg!(feature = "custom-protocol") && url.port() == Some(1420),
        _ => false,
    }
}

fn screens(app: &AppHandle) -> Vec<Screen> {
    let monitors = app.available_monitors().unwrap_or_default();
    monitors
        .iter()
        .map(|monitor| {
            let corner = monitor.position().to_logical::<f64>(monitor.scale_factor());
            let size = monitor.size().to_logical::<f64>(monitor.scale_factor());
            Screen {
                position: Position { x: corner.x, y: corner.y },
                size: Size { width: size.width, height: size.height },
            }
        })
        .collect()
}

/// The window, unless it is gone.
pub(crate) fn find(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(LABEL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_shown() {
        let ours = |text: &str| is_ours(&Url::parse(text).unwrap());
        assert!(ours("tauri://localhost/index.html") && ours("http://tauri.localhost/"));
        for text in
            ["https://example.org", "http://localhost:8080", "file:///etc/passwd", "data:text/html,x", "about:blank"]
        {
            assert!(!ours(text), "{text}");
        }
    }
}
