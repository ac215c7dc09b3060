//! What a codec of pictures does.

use std::fmt::Debug;

use bytes::Bytes;

use crate::Error;

/// A picture in planes: brightness, then two colours at half the size. Width and height are even.
#[derive(Clone, PartialEq, Eq)]
pub struct I420 {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Brightness, row by row, then the blue difference, then the red difference.
    pub data: Vec<u8>,
}

impl Debug for I420 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "I420({}x{})", self.width, self.height)
    }
}

impl I420 {
    /// A grey picture. Odd sizes are cut to even ones.
    pub fn new(width: u32, height: u32) -> Self {
        let (width, height) = ((width & !1).max(2), (height & !1).max(2));
        Self { width, height, data: vec![128; (width * height * 3 / 2) as usize] }
    }

    /// The three planes.
    pub fn planes(&self) -> (&[u8], &[u8], &[u8]) {
        let bright = (self.width * self.height) as usize;
        let (first, colours) = self.data.split_at(bright);
        let (blue, red) = colours.split_at(bright / 4);
        (first, blue, red)
    }

    /// The three planes, to draw in.
    pub fn planes_mut(&mut self) -> (&mut [u8], &mut [u8], &mut [u8]) {
        let bright = (self.width * self.height) as usize;
        let (first, colours) = self.data.split_at_mut(bright);
        let (blue, red) = colours.split_at_mut(bright / 4);
        (first, blue, red)
    }

    /// The same picture at another size, by the nearest pixel of a 2 by 2 average.
    pub fn scaled(&self, width: u32, height: u32) -> Self {
        let mut small = Self::new(width, height);
        let (from, to) = ((self.width, self.height), (small.width, small.height));
        let (bright, blue, red) = self.planes();
        let (to_bright, to_blue, to_red) = small.planes_mut();
        scale(bright, from, to_bright, to);
        let (from, to) = ((from.0 / 2, from.1 / 2), (to.0 / 2, to.1 / 2));
        scale(blue, from, to_blue, to);
        scale(red, from, to_red, to);
        small
    }

    /// From rows of red, green, blue and a fourth byte that is left out.
    pub fn from_rgba(rgba: &[u8], width: u32, height: u32) -> Self {
        let mut picture = Self::new(width, height);
        let (across, down) = (picture.width as usize, picture.height as usize);
        let stride = width as usize * 4;
        if rgba.len() < stride * height as usize || width < 2 || height < 2 {
            return picture;
        }
        let (bright, blues, reds) = picture.planes_mut();
        for y in 0..down {
            for x in 0..across {
                let at = y * stride + x * 4;
                let (r, g, b) = (i32::from(rgba[at]), i32::from(rgba[at + 1]), i32::from(rgba[at + 2]));
                bright[y * across + x] = (((66 * r + 129 * g + 25 * b + 128) >> 8) + 16) as u8;
                if x % 2 == 0 && y % 2 == 0 {
                    let to = y / 2 * (across / 2) + x / 2;
                    blues[to] = (((-38 * r - 74 * g + 112 * b + 128) >> 8) + 128) as u8;
                    reds[to] = (((112 * r - 94 * g - 18 * b + 128) >> 8) + 128) as u8;
                }
            }
        }
        picture
    }
}

fn scale(from: &[u8], (width, height): (u32, u32), to: &mut [u8], (across, down): (u32, u32)) {
    for y in 0..down {
        let above = y * height / down;
        let below = (above + 1).min(height - 1);
        for x in 0..across {
            let left = x * width / across;
            let right = (left + 1).min(width - 1);
            let pixel = |x: u32, y: u32| u32::from(from[(y * width + x) as usize]);
            let sum = pixel(left, above) + pixel(right, above) + pixel(left, below) + pixel(right, below);
            to[(y * across + x) as usize] = (sum / 4) as u8;
        }
    }
}

/// A picture as it travels.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// It can be decoded without those before it.
    pub key: bool,
    /// The codec's bytes.
    pub data: Bytes,
}

/// Encodes and decodes pictures of one stream.
pub trait VideoCodec: Debug {
    /// Encodes the next picture into at most about `bitrate` bits per second. `None`: the codec left it out.
    fn encode(&mut self, picture: &I420, key: bool, bitrate: u32, fps: u32) -> Result<Option<Encoded>, Error>;

    /// Decodes the next picture. `None`: it shows nothing yet.
    fn decode(&mut self, data: &[u8]) -> Result<Option<I420>, Error>;
}

/// Whether a VP8 frame stands by itself, and its size if it does (RFC 6386, 9.1).
pub(crate) fn vp8_key(data: &[u8]) -> Option<(u32, u32)> {
    let header = data.get(..10).filter(|header| header[0] & 1 == 0 && header[3..6] == [0x9d, 0x01, 0x2a])?;
    let size = |low: u8, high: u8| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    Some((size(header[6], header[7]), size(header[8], header[9])))
}
