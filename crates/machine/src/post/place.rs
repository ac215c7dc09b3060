//! A point on the earth that somebody shows: it does not move, and no map is asked for it.

use std::fmt;

use minicbor::{Decode, Encode};

/// Parts of a degree in which a place is given: about a tenth of a metre.
const PARTS: i32 = 1_000_000;
const MOST_LATITUDE: i32 = 90 * PARTS;
const MOST_LONGITUDE: i32 = 180 * PARTS;

/// A point, in millionths of a degree (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Place {
    /// North of the equator.
    #[n(0)]
    pub latitude: i32,
    /// East of Greenwich.
    #[n(1)]
    pub longitude: i32,
}

impl Place {
    /// From degrees; `None` outside of the earth.
    pub fn from_degrees(latitude: f64, longitude: f64) -> Option<Self> {
        let within = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        #[expect(clippy::cast_possible_truncation, reason = "it was checked to lie within the earth's degrees")]
        let parts = |degrees: f64| (degrees * f64::from(PARTS)).round() as i32;
        within.then(|| Self { latitude: parts(latitude), longitude: parts(longitude) })
    }

    pub(crate) fn is_sound(&self) -> bool {
        (-MOST_LATITUDE..=MOST_LATITUDE).contains(&self.latitude)
            && (-MOST_LONGITUDE..=MOST_LONGITUDE).contains(&self.longitude)
    }
}

/// Degrees with a point, `38.707120, -9.135490`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let degrees = |parts: i32| f64::from(parts) / f64::from(PARTS);
        write!(f, "{:.6}, {:.6}", degrees(self.latitude), degrees(self.longitude))
    }
}
