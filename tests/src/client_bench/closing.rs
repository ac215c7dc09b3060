//! Closing a window as the button in its frame does.

use anyhow::{Context as _, ensure};
use x11rb_protocol::protocol::xproto::{
    AtomEnum, ClientMessageEvent, EventMask, GetPropertyRequest, InternAtomRequest, QueryTreeRequest, SendEventRequest,
    Window,
};

use super::x_server::XServer;

/// Asks the windows of a process to close.
///
/// # Errors
/// If there is no screen, or the process has no window on it.
pub fn close_window(process: u32) -> anyhow::Result<()> {
    let mut server = XServer::connect()?;
    let owner = atom(&mut server, "_NET_WM_PID")?;
    let protocols = atom(&mut server, "WM_PROTOCOLS")?;
    let delete = atom(&mut server, "WM_DELETE_WINDOW")?;
    let root = server.root()?;
    let windows = server.ask(QueryTreeRequest { window: root })?.children;
    let mut asked = 0;
    for window in windows {
        let takes = values(&mut server, window, protocols, AtomEnum::ATOM.into())?.contains(&delete);
        if takes && values(&mut server, window, owner, AtomEnum::CARDINAL.into())?.contains(&process) {
            let event = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
            let event = std::borrow::Cow::Owned(event.into());
            server.tell(SendEventRequest {
                propagate: false,
                destination: window,
                event_mask: EventMask::NO_EVENT,
                event,
            })?;
            asked += 1;
        }
    }
    // The answer says that the server has read what came before.
    server.ask(QueryTreeRequest { window: root })?;
    ensure!(asked > 0, "process {process} has no window");
    Ok(())
}

fn atom(server: &mut XServer, name: &'static str) -> anyhow::Result<u32> {
    Ok(server.ask(InternAtomRequest { only_if_exists: false, name: name.as_bytes().into() })?.atom)
}

fn values(server: &mut XServer, window: Window, property: u32, kind: u32) -> anyhow::Result<Vec<u32>> {
    let request = GetPropertyRequest { delete: false, window, property, type_: kind, long_offset: 0, long_length: 16 };
    let reply = server.ask(request).context("a window went away")?;
    Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
}
