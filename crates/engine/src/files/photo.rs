//! Pictures before they are sent: upright, not larger than wanted, and saying nothing but what they show.

use image::{DynamicImage, ExtendedColorType, ImageEncoder as _, codecs::jpeg::JpegEncoder, imageops::FilterType};

use crate::picture::{self, PictureError};

/// Largest picture that is looked at, in bytes; larger ones travel as files.
pub(crate) const MAX_INPUT: u64 = 40 * 1024 * 1024;
/// Longest edge of what is sent, in pixels.
const EDGE: u32 = 2_048;
/// Longest edge that a thumbhash is made from.
const HASH_EDGE: u32 = 100;

/// A picture as it is sent.
pub(crate) struct Photo {
    /// A JPEG without metadata.
    pub(crate) jpeg: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// What is drawn until it is there.
    pub(crate) thumbhash: Vec<u8>,
}

/// Turns it upright, makes it smaller unless all of it is wanted, and writes it anew: nothing of what the camera noted
/// (place, time, device) is left.
///
/// # Errors
/// [`PictureError`] for what is no JPEG, PNG or WebP, and for what would take too much memory.
pub(crate) fn prepare(bytes: &[u8], whole: bool) -> Result<Photo, PictureError> {
    let (mut picture, orientation) = picture::decode(bytes)?;
    let longest = picture.width().max(picture.height());
    if !whole && longest > EDGE {
        picture = shrink(&picture, EDGE);
    }
    picture.apply_orientation(orientation);
    let shown = picture::on_white(&picture);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, if whole { 92 } else { 82 }).write_image(
        shown.as_raw(),
        shown.width(),
        shown.height(),
        ExtendedColorType::Rgb8,
    )?;
    let (width, height) = shown.dimensions();
    let thumbhash = thumbhash(&DynamicImage::from(shown));
    Ok(Photo { jpeg, width, height, thumbhash })
}

/// Averages down to twice the wanted size first: that is fast, and the slow good filter then has little to do.
fn shrink(picture: &DynamicImage, edge: u32) -> DynamicImage {
    let longest = picture.width().max(picture.height());
    if longest > 2 * edge {
        picture.thumbnail(2 * edge, 2 * edge).resize(edge, edge, FilterType::CatmullRom)
    } else {
        picture.resize(edge, edge, FilterType::CatmullRom)
    }
}

fn thumbhash(picture: &DynamicImage) -> Vec<u8> {
    let small = picture.thumbnail(HASH_EDGE, HASH_EDGE).to_rgba8();
    let (width, height) = small.dimensions();
    thumbhash::rgba_to_thumb_hash(width as usize, height as usize, small.as_raw())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{ImageFormat, Rgb, RgbImage};

    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, _| Rgb([u8::try_from(x % 256).unwrap_or(0), 90, 160]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::from(picture).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn large_pictures_shrink_and_small_ones_stay() {
        for (from, whole, to) in [
            ((4_100, 2_050), false, (2_048, 1_024)),
            ((300, 200), false, (300, 200)),
            ((2_100, 1_050), true, (2_100, 1_050)),
        ] {
            let photo = prepare(&jpeg(from.0, from.1), whole).unwrap();
            assert_eq!((photo.width, photo.height), to);
            assert_eq!(image::load_from_memory(&photo.jpeg).unwrap().width(), to.0);
            assert!((5..=25).contains(&photo.thumbhash.len()));
        }
    }

    #[test]
    fn a_turned_photograph_is_put_upright_and_says_nothing_about_its_place() {
        // Orientation 6: the camera stood on its side.
        let exif = [
            b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".as_slice(),
            b"38.7223N 9.1393W",
        ]
        .concat();
        let plain = jpeg(600, 300);
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let turned = [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat();
        for whole in [false, true] {
            let photo = prepare(&turned, whole).unwrap();
            assert_eq!((photo.width, photo.height), (300, 600));
            assert!(!photo.jpeg.windows(7).any(|window| window == b"38.7223"));
            assert!(!photo.jpeg.windows(4).any(|window| window == b"Exif"));
        }
    }
}
