//! A moving pattern that carries a frame counter and its time, and the reading of both: proof that pictures flow, and
//! how long they take.
//!
//! The upper quarter is a grid of 16 by 4 fields, white for 1 and black for 0: first row the frame's number (16 bits),
//! second and third the milliseconds of the system's clock (32 bits), fourth a check of the others (their xor).

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::picture::codec::I420;
use crate::{DeviceProblem, PictureSource};

const COLUMNS: u32 = 16;
const ROWS: u32 = 4;

/// What a pattern says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The frame's number, from 0, over and over.
    pub number: u16,
    /// The clock when it was drawn: the lower 32 bits of milliseconds since 1970.
    pub at_ms: u32,
}

impl Mark {
    /// Reads the pattern in a picture.
    pub fn read(picture: &I420) -> Option<Self> {
        let (bright, ..) = picture.planes();
        let (across, down) = (picture.width / COLUMNS, picture.height / 4 / ROWS);
        let mut rows = [0u16; ROWS as usize];
        for (row, bits) in (0..).zip(&mut rows) {
            for column in 0..COLUMNS {
                // The middle of the field: its edges are blurred.
                let (x, y) = (column * across + across / 2, row * down + down / 2);
                let white = *bright.get((y * picture.width + x) as usize)? > 128;
                *bits = *bits << 1 | u16::from(white);
            }
        }
        let [number, high, low, check] = rows;
        let at_ms = u32::from(high) << 16 | u32::from(low);
        (check == number ^ high ^ low ^ 0x5a5a).then_some(Self { number, at_ms })
    }

    /// How long ago it was drawn, by this system's clock.
    pub fn age_ms(&self) -> u32 {
        clock_ms().wrapping_sub(self.at_ms)
    }

    fn draw(self, picture: &mut I420) {
        let (high, low) = ((self.at_ms >> 16) as u16, self.at_ms as u16);
        let rows = [self.number, high, low, self.number ^ high ^ low ^ 0x5a5a];
        let (width, across, down) = (picture.width, picture.width / COLUMNS, picture.height / 4 / ROWS);
        let (bright, ..) = picture.planes_mut();
        for (row, bits) in (0..).zip(rows) {
            for column in 0..COLUMNS {
                let shade = if bits >> (COLUMNS - 1 - column) & 1 == 1 { 235 } else { 16 };
                for y in row * down..(row + 1) * down {
                    let start = (y * width + column * across) as usize;
                    bright[start..start + across as usize].fill(shade);
                }
            }
        }
    }
}

fn clock_ms() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u32)
}

/// Draws a pattern, so many frames a second.
#[derive(Debug)]
pub struct Pattern {
    width: u32,
    height: u32,
    number: u16,
    every: Duration,
    next: Instant,
}

impl Pattern {
    /// A pattern of this size.
    pub fn new(width: u32, height: u32, fps: u32) -> Self {
        Self { width, height, number: 0, every: Duration::from_secs(1) / fps.max(1), next: Instant::now() }
    }

    /// The next frame, as of now.
    pub fn draw(&mut self) -> I420 {
        let mut picture = I420::new(self.width, self.height);
        let (width, step) = (picture.width as usize, usize::from(self.number));
        let (bright, blue, red) = picture.planes_mut();
        for (y, row) in bright.chunks_exact_mut(width).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                *pixel = (x + y + 4 * step) as u8 / 2 + 64;
            }
        }
        blue.fill((step as u8).wrapping_mul(2));
        red.fill(128);
        Mark { number: self.number, at_ms: clock_ms() }.draw(&mut picture);
        self.number = self.number.wrapping_add(1);
        picture
    }
}

impl PictureSource for Pattern {
    fn look(&mut self) -> Result<I420, DeviceProblem> {
        let now = Instant::now();
        std::thread::sleep(self.next.saturating_duration_since(now));
        self.next = (self.next + self.every).max(now);
        Ok(self.draw())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_read_at_any_size() {
        let mut pattern = Pattern::new(1280, 720, 30);
        pattern.draw();
        let picture = pattern.draw();
        for (width, height) in [(1280, 720), (640, 360), (320, 180), (160, 90)] {
            let mark = Mark::read(&picture.scaled(width, height)).expect("a mark");
            assert_eq!(mark.number, 1, "{width}x{height}");
            assert!(mark.age_ms() < 5_000);
        }
    }

    #[test]
    fn other_pictures_carry_no_mark() {
        assert_eq!(Mark::read(&I420::new(320, 180)), None);
    }
}
