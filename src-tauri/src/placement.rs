//! Where the window was and how it was lit, in a small file of the profile. Nothing in it is secret.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};
use sotto_engine::view::Theme;

/// The file's name in the profile's directory.
const FILE: &str = "window.json";

/// Smallest size: one column of the design.
pub(crate) const SMALLEST: Size = Size { width: 380.0, height: 520.0 };

/// Width and height in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Size {
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// A corner in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// A screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Screen {
    pub(crate) position: Position,
    pub(crate) size: Size,
}

/// How the window was last.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Placement {
    /// Of what is inside the frame.
    pub(crate) size: Size,
    /// Of the frame; `None` leaves it to the system.
    pub(crate) position: Option<Position>,
    pub(crate) maximised: bool,
    /// What to paint before the settings can be read.
    pub(crate) theme: Theme,
}

impl Default for Placement {
    fn default() -> Self {
        let size = Size { width: 1180.0, height: 800.0 };
        Self { size, position: None, maximised: false, theme: Theme::System }
    }
}

impl Placement {
    /// The last placement, or the default one: a file that is missing or makes no sense is no reason not to start.
    pub(crate) fn read(profile: &Path) -> Self {
        let bytes = fs::read(profile.join(FILE)).unwrap_or_default();
        let read: Self = serde_json::from_slice(&bytes).unwrap_or_default();
        let size = Size {
            width: read.size.width.clamp(SMALLEST.width, 16_384.0),
            height: read.size.height.clamp(SMALLEST.height, 16_384.0),
        };
        Self { size, ..read }
    }

    /// Writes it in the place of the one before.
    pub(crate) fn write(&self, profile: &Path) -> io::Result<()> {
        let beside = profile.join("window.json.new");
        fs::write(&beside, serde_json::to_vec_pretty(self)?)?;
        fs::rename(beside, profile.join(FILE))
    }

    /// The same, without a position that no screen shows any more.
    #[must_use]
    pub(crate) fn on(self, screens: &[Screen]) -> Self {
        let position = self.position.filter(|corner| screens.iter().any(|screen| self.can_be_grabbed(*corner, screen)));
        Self { position, ..self }
    }

    /// A hand's breadth of the title bar lies on the screen.
    fn can_be_grabbed(&self, corner: Position, screen: &Screen) -> bool {
        const GRIP: f64 = 100.0;

        let (left, top) = (screen.position.x, screen.position.y);
        let (right, bottom) = (left + screen.size.width, top + screen.size.height);
        corner.y >= top - 1.0
            && corner.y + GRIP <= bottom
            && corner.x + GRIP <= right
            && corner.x + self.size.width - GRIP >= left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Screen =
        Screen { position: Position { x: 0.0, y: 0.0 }, size: Size { width: 1920.0, height: 1080.0 } };

    fn at(x: f64, y: f64) -> Placement {
        Placement { position: Some(Position { x, y }), ..Placement::default() }
    }

    #[test]
    fn what_was_written_is_read() {
        let profile = tempfile::tempdir().unwrap();
        let placement = Placement { maximised: true, theme: Theme::Dark, ..at(30.0, 40.0) };
        placement.write(profile.path()).unwrap();
        assert_eq!(Placement::read(profile.path()), placement);
    }

    #[test]
    fn a_file_that_makes_no_sense_is_ignored() {
        let profile = tempfile::tempdir().unwrap();
        assert_eq!(Placement::read(profile.path()), Placement::default());
        for text in ["", "{", r#"{"size":7}"#, r#"{"theme":"pink"}"#] {
            fs::write(profile.path().join(FILE), text).unwrap();
            assert_eq!(Placement::read(profile.path()), Placement::default(), "{text}");
        }
        fs::write(profile.path().join(FILE), r#"{"size":{"width":1,"height":1e9}}"#).unwrap();
        assert_eq!(Placement::read(profile.path()).size, Size { width: 380.0, height: 16_384.0 });
    }

    #[test]
    fn a_window_is_never_put_where_nobody_sees_it() {
        for (x, y) in [(0.0, 0.0), (1_800.0, 900.0), (-1_000.0, 10.0)] {
            assert_eq!(at(x, y).on(&[SCREEN]), at(x, y));
        }
        for (x, y) in [(2_000.0, 0.0), (0.0, 1_060.0), (0.0, -200.0), (-1_100.0, 0.0)] {
            assert_eq!(at(x, y).on(&[SCREEN]).position, None, "{x} {y}");
        }
        let second = Screen { position: Position { x: 1920.0, y: 0.0 }, ..SCREEN };
        assert_eq!(at(2_000.0, 0.0).on(&[SCREEN, second]), at(2_000.0, 0.0));
    }
}
