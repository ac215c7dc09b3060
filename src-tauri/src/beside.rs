//! The small windows beside the large one: that of a call that rings, and that in which a call stays in sight.
//!
//! Both stay on top of other programs and have no frame. On Wayland no program may put its windows anywhere or keep
//! them on top; there the desktop decides.

use tauri::{
    AppHandle, LogicalPosition, LogicalSize, Manager as _, Monitor, UserAttentionType, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, Wry, window::Color,
};
use tracing::{debug, error};

use crate::{
    window::{self, is_ours, leaves_no_trace},
    words::Words,
};

/// The name that capabilities know the window of a call that rings by.
pub(crate) const RINGING: &str = "ringing";
/// That of the window in which a call stays in sight.
pub(crate) const FLOATING: &str = "floating";

/// `--velvet-950` of `ui/src/styles/tokens.css`, so that the first frame is not a flash.
const VELVET: Color = Color(0x2a, 0x10, 0x15, 0xff);
/// In logical pixels, as drawn.
const RINGING_SIZE: LogicalSize<f64> = LogicalSize { width: 392.0, height: 168.0 };
const FLOATING_SIZE: LogicalSize<f64> = LogicalSize { width: 384.0, height: 240.0 };
const FLOATING_SMALLEST: LogicalSize<f64> = LogicalSize { width: 256.0, height: 160.0 };
/// From the corner of what the desktop leaves to windows.
const INSET: f64 = 32.0;

/// Shows that somebody calls. It takes no focus: whoever types elsewhere would answer with the next key.
pub(crate) fn ring(app: &AppHandle, words: Words) {
    on_main_thread(app, move |app| {
        if app.get_webview_window(RINGING).is_some() {
            return Ok(());
        }
        // Where a window cannot be made larger GTK gives it a height of its own.
        let LogicalSize { width, height } = RINGING_SIZE;
        let builder = builder(app, RINGING, words.incoming, RINGING_SIZE);
        let window = builder.min_inner_size(width, height).max_inner_size(width, height).build()?;
        window.request_user_attention(Some(UserAttentionType::Critical))
    });
}

/// Keeps the call in sight.
pub(crate) fn float(app: &AppHandle, words: Words) {
    on_main_thread(app, move |app| {
        if let Some(window) = app.get_webview_window(FLOATING) {
            window::raise(&window);
            return Ok(());
        }
        let builder = builder(app, FLOATING, words.call, FLOATING_SIZE).skip_taskbar(true);
        builder.min_inner_size(FLOATING_SMALLEST.width, FLOATING_SMALLEST.height).build().map(drop)
    });
}

/// Takes a small window away, if it is there.
pub(crate) fn close(app: &AppHandle, label: &'static str) {
    on_main_thread(app, move |app| app.get_webview_window(label).map_or(Ok(()), |window| window.destroy()));
}

/// Only the main thread may make windows.
fn on_main_thread(app: &AppHandle, work: impl FnOnce(&AppHandle) -> tauri::Result<()> + Send + 'static) {
    let there = app.clone();
    let worked = app.run_on_main_thread(move || {
        if let Err(error) = work(&there) {
            error!(%error, "a small window cannot be shown");
        }
    });
    if let Err(error) = worked {
        debug!(%error, "the program ends");
    }
}

fn builder<'a>(
    app: &'a AppHandle,
    label: &str,
    title: &str,
    size: LogicalSize<f64>,
) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    let page = WebviewUrl::App(format!("{label}.html").into());
    let builder = WebviewWindowBuilder::new(app, label, page)
        .title(title)
        .inner_size(size.width, size.height)
        .decorations(false)
        .always_on_top(true)
        .visible_on_all_workspaces(true)
        .focused(false)
        .background_color(VELVET)
        .disable_drag_drop_handler()
        .incognito(leaves_no_trace())
        .on_navigation(is_ours);
    match screen(app) {
        Some(screen) => {
            let area = screen.work_area();
            let scale = screen.scale_factor();
            let (corner, whole) = (area.position.to_logical(scale), area.size.to_logical(scale));
            let LogicalPosition { x, y } = place(corner, whole, size);
            builder.position(x, y)
        }
        None => builder,
    }
}

/// Where the large window is, else the first one.
fn screen(app: &AppHandle) -> Option<Monitor> {
    let here = window::find(app).and_then(|window: WebviewWindow| window.current_monitor().ok().flatten());
    here.or_else(|| app.primary_monitor().ok().flatten())
        .or_else(|| app.available_monitors().ok().and_then(|all| all.into_iter().next()))
}

/// In the lower right corner.
fn place(corner: LogicalPosition<f64>, whole: LogicalSize<f64>, size: LogicalSize<f64>) -> LogicalPosition<f64> {
    let along = |start: f64, length: f64, own: f64| start + (length - own - INSET).max(0.0);
    LogicalPosition::new(along(corner.x, whole.width, size.width), along(corner.y, whole.height, size.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_stand_in_the_corner_and_never_beyond_the_screen() {
        let at = |width, height| {
            let LogicalPosition { x, y } =
                place(LogicalPosition::new(100.0, 20.0), LogicalSize::new(width, height), RINGING_SIZE);
            (x, y)
        };
        assert_eq!(at(1000.0, 700.0), (676.0, 520.0));
        assert_eq!(at(300.0, 100.0), (100.0, 20.0));
    }
}
