//! A screen, as the person sees it; on Wayland the system asks them first.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use xcap::Monitor;

use crate::picture::codec::I420;
use crate::{Device, DeviceProblem, PictureSource};

/// A screen is looked at so often at most: letters move less than faces.
const EVERY: Duration = Duration::from_millis(100);

/// A screen that is shared.
pub(crate) struct Sharing {
    screen: Monitor,
    next: Instant,
}

impl fmt::Debug for Sharing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sharing").finish_non_exhaustive()
    }
}

impl Sharing {
    pub(crate) fn open(id: Option<&str>) -> Result<Self, DeviceProblem> {
        let screens = Monitor::all().map_err(|_| DeviceProblem::NoServer)?;
        let wanted = |screen: &Monitor| match id {
            Some(id) => screen.id().is_ok_and(|number| number.to_string() == id),
            None => screen.is_primary().unwrap_or(false),
        };
        let at = screens.iter().position(wanted).or_else(|| (id.is_none() && !screens.is_empty()).then_some(0));
        let screen = at.and_then(|at| screens.into_iter().nth(at)).ok_or(DeviceProblem::NotFound)?;
        Ok(Self { screen, next: Instant::now() })
    }
}

impl PictureSource for Sharing {
    fn look(&mut self) -> Result<I420, DeviceProblem> {
        let now = Instant::now();
        thread::sleep(self.next.saturating_duration_since(now));
        self.next = (self.next + EVERY).max(now);
        let image = self.screen.capture_image().map_err(|error| DeviceProblem::Failed(error.to_string()))?;
        let (width, height) = image.dimensions();
        Ok(I420::from_rgba(image.as_raw(), width, height))
    }
}

/// The screens that there are.
pub(crate) fn list() -> Vec<Device> {
    let describe = |screen: &Monitor| {
        let name = screen.friendly_name().or_else(|_| screen.name()).ok()?;
        Some(Device { id: screen.id().ok()?.to_string(), name })
    };
    Monitor::all().unwrap_or_default().iter().filter_map(describe).collect()
}
