//! A camera, through the system's own interface.

use std::fmt;

use nokhwa::NokhwaError;
use nokhwa::pixel_format::RgbAFormat;
use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution,
};

use crate::picture::codec::I420;
use crate::{Device, DeviceProblem, PictureSource};

/// An open camera. What it gives unpacked (YUYV) is taken; most cameras do so up to 640 by 480.
pub(crate) struct Watching {
    camera: nokhwa::Camera,
}

impl fmt::Debug for Watching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watching").finish_non_exhaustive()
    }
}

/// The system's words for what is wrong, as far as they can be told apart.
fn problem(error: &NokhwaError) -> DeviceProblem {
    let text = error.to_string();
    let says = |word: &str| text.to_lowercase().contains(word);
    if says("busy") {
        DeviceProblem::Busy
    } else if says("permission") || says("denied") {
        DeviceProblem::Refused
    } else if says("no such file") || says("not found") {
        DeviceProblem::NotFound
    } else if says("no such device") {
        DeviceProblem::Lost
    } else {
        DeviceProblem::Failed(text)
    }
}

impl Watching {
    pub(crate) fn open(id: Option<&str>) -> Result<Self, DeviceProblem> {
        let index = match id {
            Some(id) => id.parse().map_or_else(|_| CameraIndex::String(id.to_owned()), CameraIndex::Index),
            None => first().ok_or(DeviceProblem::NotFound)?,
        };
        let wanted = CameraFormat::new(Resolution::new(640, 480), FrameFormat::YUYV, 30);
        let request = RequestedFormat::new::<RgbAFormat>(RequestedFormatType::Closest(wanted));
        let mut camera = nokhwa::Camera::new(index, request).map_err(|error| problem(&error))?;
        camera.open_stream().map_err(|error| problem(&error))?;
        Ok(Self { camera })
    }
}

impl PictureSource for Watching {
    fn look(&mut self) -> Result<I420, DeviceProblem> {
        let frame = self.camera.frame().map_err(|error| problem(&error))?;
        let size = frame.resolution();
        let mut pixels = vec![0; size.width() as usize * size.height() as usize * 4];
        frame.decode_image_to_buffer::<RgbAFormat>(&mut pixels).map_err(|error| problem(&error))?;
        Ok(I420::from_rgba(&pixels, size.width(), size.height()))
    }
}

fn first() -> Option<CameraIndex> {
    nokhwa::query(ApiBackend::Auto).ok()?.first().map(|camera| camera.index().clone())
}

/// The cameras that there are.
pub(crate) fn list() -> Vec<Device> {
    let cameras = nokhwa::query(ApiBackend::Auto).unwrap_or_default();
    cameras.iter().map(|camera| Device { id: camera.index().as_string(), name: camera.human_name() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_of_a_camera_is_told_apart() {
        let told = |text: &str| problem(&NokhwaError::GeneralError(text.to_owned()));
        assert_eq!(told("Device or resource busy (os error 16)"), DeviceProblem::Busy);
        assert_eq!(told("Permission denied (os error 13)"), DeviceProblem::Refused);
        assert_eq!(told("No such file or directory (os error 2)"), DeviceProblem::NotFound);
        assert_eq!(told("No such device (os error 19)"), DeviceProblem::Lost);
        assert!(matches!(told("something else"), DeviceProblem::Failed(_)));
    }
}
