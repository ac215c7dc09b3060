//! The devices that there are.

use crate::picture::{camera, screen};

use cpal::traits::{DeviceTrait, HostTrait};

/// Something to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// For `Named`.
    pub id: String,
    /// For people.
    pub name: String,
}

/// What there is to choose from.
#[derive(Clone, Debug, Default)]
pub struct Devices {
    /// Take sound in.
    pub microphones: Vec<Device>,
    /// Play sound.
    pub speakers: Vec<Device>,
    /// See the person.
    pub cameras: Vec<Device>,
    /// Can be shared.
    pub screens: Vec<Device>,
}

/// Looks for devices. It may take a second: call it where waiting does no harm.
pub fn devices() -> Devices {
    let host = cpal::default_host();
    let sound = |input: bool| {
        let all = host.devices().into_iter().flatten();
        let fitting = all.filter(|device| if input { device.supports_input() } else { device.supports_output() });
        fitting.filter_map(|device| describe(&device)).collect()
    };
    Devices { microphones: sound(true), speakers: sound(false), cameras: camera::list(), screens: screen::list() }
}

fn describe(device: &cpal::Device) -> Option<Device> {
    Some(Device { id: device.id().ok()?.to_string(), name: device.description().ok()?.name().to_owned() })
}
