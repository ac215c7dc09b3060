//! The screen as a person sees it: which pixels are there, and since when.
//!
//! An X client of its own, beside the window that is measured. It asks the server for a word about every drawing
//! (the DAMAGE extension), takes a picture after each, and presses keys like a keyboard (XTEST). Nothing of the
//! measured program takes part, so nothing in it can be built to look fast.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use x11rb_protocol::protocol::{
    damage::{self, ReportLevel},
    xproto::{
        GetGeometryRequest, GetImageRequest, GetKeyboardMappingRequest, GetWindowAttributesRequest, ImageFormat,
        InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MapState, QueryTreeRequest, SetInputFocusRequest, Window,
    },
    xtest::FakeInputRequest,
};

use super::x_server::XServer;

/// No resource, and the time of the server, as the protocol writes them.
const NONE: u32 = 0;
const NOW: u32 = 0;
/// Nothing smaller is a window with pages in it.
const SMALLEST_WINDOW: u16 = 300;
/// This share of all points has to look as in the end: the rest is left to a caret and to ticks.
const ALIKE: f64 = 0.995;

/// A rectangle of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    x: i16,
    y: i16,
    width: u16,
    height: u16,
}

impl Area {
    /// A part of it: from and to, as shares of the width and of the height.
    pub(super) fn part(self, across: (f64, f64), down: (f64, f64)) -> Self {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        Self {
            x: self.x + (across.0 * width) as i16,
            y: self.y + (down.0 * height) as i16,
            width: ((across.1 - across.0) * width) as u16,
            height: ((down.1 - down.0) * height) as u16,
        }
    }
}

/// Something was drawn.
struct Drawing {
    at: Instant,
    picture: Option<Vec<u8>>,
}

/// What was drawn while somebody watched.
pub(super) struct Film {
    drawings: Vec<Drawing>,
}

impl Film {
    /// When the area first looked as it did in the end, and went on doing so.
    ///
    /// # Errors
    /// If nothing was drawn.
    pub(super) fn complete(&self) -> anyhow::Result<Instant> {
        let pictures = || self.drawings.iter().filter_map(|drawing| Some((drawing.at, drawing.picture.as_ref()?)));
        let (_, last) = pictures().next_back().context("nothing was drawn")?;
        let since = pictures().rev().take_while(|(_, picture)| alike(picture, last)).last();
        since.map(|(at, _)| at).context("nothing was drawn")
    }

    /// How often something was drawn; drawings that belong to one frame count once.
    pub(super) fn frames(&self) -> usize {
        const ONE_FRAME: Duration = Duration::from_millis(8);
        let mut frames = 0;
        let mut last: Option<Instant> = None;
        for drawing in &self.drawings {
            if last.is_none_or(|last| drawing.at - last > ONE_FRAME) {
                frames += 1;
            }
            last = Some(drawing.at);
        }
        frames
    }
}

fn alike(one: &[u8], other: &[u8]) -> bool {
    let points = one.len() / 4;
    let same = one.chunks_exact(4).zip(other.chunks_exact(4)).filter(|(a, b)| a[..3] == b[..3]).count();
    one.len() == other.len() && same as f64 >= ALIKE * points as f64
}

/// What lies on the screen of the X server named by `DISPLAY`, and a keyboard before it.
pub(super) struct Screen {
    server: Mutex<XServer>,
    root: Window,
    looking_at: Arc<Mutex<Option<Area>>>,
    drawings: mpsc::Receiver<anyhow::Result<Drawing>>,
    keys: HashMap<u32, u8>,
}

impl Screen {
    /// Connects, and is told of every drawing from now on.
    ///
    /// # Errors
    /// If there is no X server, or it lacks DAMAGE or XTEST.
    pub(super) fn open() -> anyhow::Result<Self> {
        let (mut server, mut watcher) = (XServer::connect()?, XServer::connect()?);
        let (root, damage) = (watcher.root()?, watcher.setup().resource_id_base);
        watcher.tell(damage::CreateRequest { damage, drawable: root, level: ReportLevel::NON_EMPTY })?;
        let keys = keys(&mut server)?;
        let looking_at = Arc::new(Mutex::new(None));
        let (sender, drawings) = mpsc::channel();
        let watched = Arc::clone(&looking_at);
        thread::Builder::new().name("screen".into()).spawn(move || {
            loop {
                let drawing = next_drawing(&mut watcher, root, damage, &watched);
                let failed = drawing.is_err();
                if sender.send(drawing).is_err() || failed {
                    return;
                }
            }
        })?;
        Ok(Self { server: Mutex::new(server), root, looking_at, drawings, keys })
    }

    fn server(&self) -> std::sync::MutexGuard<'_, XServer> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The largest window on the screen, and where it is.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn window(&self) -> anyhow::Result<(Window, Area)> {
        let mut server = self.server();
        let mut found: Option<(Window, Area)> = None;
        for window in server.ask(QueryTreeRequest { window: self.root })?.children {
            let seen = server.ask(GetWindowAttributesRequest { window });
            let place = server.ask(GetGeometryRequest { drawable: window });
            // It may have gone since it was named.
            let (Ok(seen), Ok(place)) = (seen, place) else { continue };
            let area = Area { x: place.x, y: place.y, width: place.width, height: place.height };
            let larger = found.is_none_or(|(_, other)| area.width > other.width);
            if seen.map_state == MapState::VIEWABLE && area.width >= SMALLEST_WINDOW && larger {
                found = Some((window, area));
            }
        }
        found.context("there is no window on the screen")
    }

    /// Gives a window the keyboard, as a window manager would; none takes it away.
    ///
    /// # Errors
    /// If the server has gone.
    pub(super) fn focus(&self, window: Option<Window>) -> anyhow::Result<()> {
        let focus = window.unwrap_or(NONE);
        self.server().tell(SetInputFocusRequest { revert_to: InputFocus::PARENT, focus, time: NOW })
    }

    /// Presses keys together, the last one last, and lets them go. Returns the moment before the last one went down.
    ///
    /// # Errors
    /// If the keyboard has no such key.
    pub(super) fn press(&self, signs: &[u32]) -> anyhow::Result<Instant> {
        let find = |sign: &u32| self.keys.get(sign).copied().with_context(|| format!("no key for {sign:#x}"));
        let keys: Vec<u8> = signs.iter().map(find).collect::<Result<_, _>>()?;
        let mut server = self.server();
        let mut pressed = Instant::now();
        for key in &keys {
            pressed = Instant::now();
            server.tell(FakeInputRequest {
                type_: KEY_PRESS_EVENT,
                detail: *key,
                root: self.root,
                ..Default::default()
            })?;
        }
        for key in keys.iter().rev() {
            server.tell(FakeInputRequest {
                type_: KEY_RELEASE_EVENT,
                detail: *key,
                root: self.root,
                ..Default::default()
            })?;
        }
        Ok(pressed)
    }

    /// Takes pictures of the area from now on.
    pub(super) fn watch(&self, area: Option<Area>) {
        *self.looking_at.lock().unwrap_or_else(PoisonError::into_inner) = area;
        while self.drawings.try_recv().is_ok() {}
    }

    /// Everything drawn since [`Self::watch`], once nothing more was drawn for `quiet`.
    ///
    /// # Errors
    /// If drawing never ends.
    pub(super) fn until_quiet(&self, quiet: Duration, patience: Duration) -> anyhow::Result<Film> {
        let begun = Instant::now();
        let mut drawings = Vec::new();
        loop {
            match self.drawings.recv_timeout(quiet) {
                Ok(drawing) => drawings.push(drawing?),
                Err(mpsc::RecvTimeoutError::Timeout) if drawings.is_empty() && begun.elapsed() < patience => {}
                Err(mpsc::RecvTimeoutError::Timeout) => return Ok(Film { drawings }),
                Err(mpsc::RecvTimeoutError::Disconnected) => bail!("the X server has gone"),
            }
            ensure!(begun.elapsed() < patience + quiet, "the screen never comes to rest");
        }
    }

    /// Everything drawn within this time.
    ///
    /// # Errors
    /// If the X server goes.
    pub(super) fn during(&self, time: Duration) -> anyhow::Result<Film> {
        let end = Instant::now() + time;
        let mut drawings = Vec::new();
        loop {
            match self.drawings.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(drawing) => drawings.push(drawing?),
                Err(mpsc::RecvTimeoutError::Timeout) => return Ok(Film { drawings }),
                Err(mpsc::RecvTimeoutError::Disconnected) => bail!("the X server has gone"),
            }
        }
    }
}

fn next_drawing(
    server: &mut XServer,
    root: Window,
    damage: u32,
    looking_at: &Mutex<Option<Area>>,
) -> anyhow::Result<Drawing> {
    server.drawn()?;
    let at = Instant::now();
    // First, so that what is drawn while the picture is taken is told of again.
    server.tell(damage::SubtractRequest { damage, repair: NONE, parts: NONE })?;
    let area = *looking_at.lock().unwrap_or_else(PoisonError::into_inner);
    let picture = match area {
        Some(Area { x, y, width, height }) => {
            let format = ImageFormat::Z_PIXMAP;
            let image = GetImageRequest { format, drawable: root, x, y, width, height, plane_mask: u32::MAX };
            Some(server.ask(image)?.data)
        }
        None => None,
    };
    Ok(Drawing { at, picture })
}

/// Which key gives which sign, without Shift.
fn keys(server: &mut XServer) -> anyhow::Result<HashMap<u32, u8>> {
    let (first, last) = (server.setup().min_keycode, server.setup().max_keycode);
    let mapping = server.ask(GetKeyboardMappingRequest { first_keycode: first, count: last - first + 1 })?;
    let signs = mapping.keysyms.chunks(usize::from(mapping.keysyms_per_keycode));
    let mut keys = HashMap::new();
    for (code, signs) in (first..=last).zip(signs) {
        if let Some(sign) = signs.first() {
            keys.entry(*sign).or_insert(code);
        }
    }
    Ok(keys)
}
