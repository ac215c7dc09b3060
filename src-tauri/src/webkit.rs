//! What WebKitGTK has to be told before it is loaded.

/// Turns off a way of drawing that leaves windows blank on some NVIDIA cards and costs 50 MB per window elsewhere.
const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Starts this program again with the variable set, unless it is set already: then the person has decided.
///
/// A process must not change its own environment once there are threads, and a launcher cannot set it for everyone who
/// starts the program from a terminal or a script. `exec` keeps the process and takes a millisecond.
#[cfg(target_os = "linux")]
pub(crate) fn prepare() {
    use std::{env, os::unix::process::CommandExt as _, process::Command};

    if env::var_os(VARIABLE).is_some() {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    let mut arguments = env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    let error = again.args(arguments).env(VARIABLE, "1").exec();
    tracing::warn!(%error, "cannot set {VARIABLE}");
}

/// Other systems have other webviews.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prepare() {
    let _ = VARIABLE;
}
