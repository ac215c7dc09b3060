//! What WebKitGTK has to be told before it is loaded.

/// Turns off a way of drawing that leaves windows blank on some NVIDIA cards and costs 50 MB per window elsewhere.
const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Sets the variable, unless it is set already: then the person has decided.
///
/// Has to be the first thing that the program does: a process must not change its own environment once there are
/// threads. Starting the program again with the variable set would be as good, and costs a tenth of a second, in which
/// the system loads WebKit twice.
#[cfg(target_os = "linux")]
pub(crate) fn prepare() {
    if let Err(error) = glib::setenv(VARIABLE, "1", false) {
        tracing::warn!(%error, "cannot set {VARIABLE}");
    }
}

/// Other systems have other webviews.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare() {
    let _ = VARIABLE;
}
