//! Where pictures come from.

use std::fmt::Debug;

use crate::picture::camera::Watching;
use crate::picture::codec::I420;
use crate::picture::screen::Sharing;
use crate::{Camera, DeviceProblem, Pattern, Screen};

/// Gives pictures at its own pace.
pub trait PictureSource: Debug {
    /// Waits for the next picture.
    fn look(&mut self) -> Result<I420, DeviceProblem>;
}

/// What a picture is taken from.
#[derive(Clone, Debug)]
pub(crate) enum Choice {
    Camera(Camera),
    Screen(Screen),
}

/// Opens what was chosen, on the thread that will use it.
pub(crate) fn open(choice: &Choice) -> Result<Box<dyn PictureSource>, DeviceProblem> {
    Ok(match choice {
        Choice::Camera(Camera::Pattern) => Box::new(Pattern::new(1280, 720, 30)),
        Choice::Screen(Screen::Pattern) => Box::new(Pattern::new(1280, 720, 10)),
        Choice::Camera(Camera::Default) => Box::new(Watching::open(None)?),
        Choice::Camera(Camera::Named(id)) => Box::new(Watching::open(Some(id))?),
        Choice::Screen(Screen::Default) => Box::new(Sharing::open(None)?),
        Choice::Screen(Screen::Named(id)) => Box::new(Sharing::open(Some(id))?),
    })
}
