//! Profile pictures: whatever is chosen becomes a square JPEG that says nothing but what it shows.

use std::io::Cursor;

use image::{
    DynamicImage, ExtendedColorType, ImageDecoder as _, ImageEncoder as _, ImageError, ImageFormat, ImageReader,
    Limits, Rgb, RgbImage, codecs::jpeg::JpegEncoder, error::ImageFormatHint, imageops::FilterType,
    metadata::Orientation,
};

/// Longest input in bytes.
pub(crate) const MAX_INPUT: usize = 20 * 1024 * 1024;
/// Edge of the result in pixels.
pub const EDGE: u32 = 512;

/// Most pixels that are decoded: a phone's largest photograph, 200 MB in memory.
const MOST_PIXELS: u64 = 50_000_000;
/// What a decoder may allocate.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;
/// Longest result: a profile has to fit in [`sotto_wire::limits::MAX_PROFILE`] together with name and padding.
const MAX_OUTPUT: usize = 192 * 1024;
/// Edge of a group's picture in pixels: it travels in an event of the group's log.
const GROUP_EDGE: u32 = 256;
/// Edge of what a list shows in pixels: its circles are at most 64 wide, on dense screens twice that.
const SMALL_EDGE: u32 = 128;
/// The first that fits is taken; only noise needs the others.
const QUALITIES: [u8; 5] = [85, 70, 55, 35, 15];

/// Why a picture cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PictureError {
    /// Neither JPEG nor PNG nor WebP, or damaged.
    #[error("not a picture that can be read: {0}")]
    Unreadable(#[from] ImageError),
    /// Too many bytes or pixels.
    #[error("the picture is too large")]
    TooLarge,
}

/// The middle square of a JPEG, PNG or WebP, 512 pixels wide, as a JPEG without metadata.
///
/// # Errors
/// [`PictureError::TooLarge`] before anything large is decoded.
pub(crate) fn normalise(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    if bytes.len() > MAX_INPUT {
        return Err(PictureError::TooLarge);
    }
    let (picture, orientation) = decode(bytes)?;
    let mut square = shrink(&middle(&picture));
    // A centred square stays one however it is turned, so the small one is turned.
    square.apply_orientation(orientation);
    encode(&on_white(&square), MAX_OUTPUT)
}

/// The same, 256 pixels wide, for a group.
///
/// # Errors
/// As [`normalise`].
pub(crate) fn for_group(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let square = image::load_from_memory_with_format(&normalise(bytes)?, ImageFormat::Jpeg)?;
    let small = square.resize_exact(GROUP_EDGE, GROUP_EDGE, FilterType::Lanczos3);
    encode(&small.to_rgb8(), sotto_wire::limits::MAX_GROUP_PICTURE)
}

/// A normalised picture as a list shows it, 128 pixels wide: decoded, it takes a sixteenth of the memory.
///
/// # Errors
/// [`PictureError::Unreadable`] if it is damaged.
pub(crate) fn small(normalised: &[u8]) -> Result<Vec<u8>, PictureError> {
    let square = image::load_from_memory_with_format(normalised, ImageFormat::Jpeg)?;
    encode(&square.thumbnail_exact(SMALL_EDGE, SMALL_EDGE).to_rgb8(), MAX_OUTPUT)
}

/// Decodes a JPEG, PNG or WebP within bounds, and says how the camera was held.
pub(crate) fn decode(bytes: &[u8]) -> Result<(DynamicImage, Orientation), PictureError> {
    let format = image::guess_format(bytes)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(PictureError::Unreadable(ImageError::Unsupported(ImageFormatHint::Exact(format).into())));
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PictureError::TooLarge);
    }
    // A damaged description of the camera's position is no reason to refuse the picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

fn middle(picture: &DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let edge = width.min(height);
    picture.crop_imm((width - edge) / 2, (height - edge) / 2, edge, edge)
}

/// Averages down to twice the wanted size first: that is fast, and the slow good filter then has little to do.
fn shrink(square: &DynamicImage) -> DynamicImage {
    if square.width() > 2 * EDGE {
        square.thumbnail_exact(2 * EDGE, 2 * EDGE).resize_exact(EDGE, EDGE, FilterType::Lanczos3)
    } else {
        square.resize_exact(EDGE, EDGE, FilterType::Lanczos3)
    }
}

/// JPEG knows no transparency.
pub(crate) fn on_white(picture: &DynamicImage) -> RgbImage {
    let source = picture.to_rgba8();
    RgbImage::from_fn(source.width(), source.height(), |x, y| {
        let [r, g, b, alpha] = source.get_pixel(x, y).0.map(u32::from);
        Rgb([r, g, b].map(|c| u8::try_from((c * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)))
    })
}

/// A JPEG of at most so many bytes.
///
/// # Errors
/// [`PictureError::TooLarge`] if there is none.
pub(crate) fn encode(picture: &RgbImage, most: usize) -> Result<Vec<u8>, PictureError> {
    for quality in QUALITIES {
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, quality).write_image(
            picture.as_raw(),
            picture.width(),
            picture.height(),
            ExtendedColorType::Rgb8,
        )?;
        if bytes.len() <= most {
            return Ok(bytes);
        }
    }
    Err(PictureError::TooLarge)
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn read(bytes: &[u8]) -> RgbImage {
        assert_eq!(image::guess_format(bytes).unwrap(), ImageFormat::Jpeg);
        let picture = image::load_from_memory(bytes).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (EDGE, EDGE));
        picture
    }

    fn near(pixel: &Rgb<u8>, wanted: [u8; 3]) -> bool {
        pixel.0.iter().zip(wanted).all(|(is, wanted)| is.abs_diff(wanted) < 12)
    }

    const RED: [u8; 3] = [220, 30, 30];
    const BLUE: [u8; 3] = [30, 30, 220];

    /// Red above, blue below.
    fn two_halves(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(width, height, |_, y| Rgb(if y < height / 2 { RED } else { BLUE })).into()
    }

    #[test]
    fn every_format_becomes_a_square_jpeg() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            for (width, height) in [(700, 300), (300, 2_000), (1, 1), (1_500, 1_500)] {
                read(&normalise(&written(&two_halves(width, height), format)).unwrap());
            }
        }
    }

    #[test]
    fn a_small_one_shows_the_same() {
        let bytes = small(&normalise(&written(&two_halves(700, 700), ImageFormat::Png)).unwrap()).unwrap();
        let picture = image::load_from_memory(&bytes).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (SMALL_EDGE, SMALL_EDGE));
        assert!(near(picture.get_pixel(64, 20), RED) && near(picture.get_pixel(64, 110), BLUE));
        assert!(matches!(small(&bytes[..40]), Err(PictureError::Unreadable(_))));
    }

    #[test]
    fn the_middle_is_kept() {
        let wide = RgbImage::from_fn(900, 300, |x, _| Rgb(if (300..600).contains(&x) { RED } else { BLUE }));
        let picture = read(&normalise(&written(&wide.into(), ImageFormat::Png)).unwrap());
        assert!(near(picture.get_pixel(20, 256), RED) && near(picture.get_pixel(490, 256), RED));
    }

    #[test]
    fn what_is_transparent_becomes_white() {
        let clear: DynamicImage = RgbaImage::from_pixel(64, 64, Rgba([9, 9, 9, 0])).into();
        let picture = read(&normalise(&written(&clear, ImageFormat::Png)).unwrap());
        assert!(near(picture.get_pixel(256, 256), [255, 255, 255]));
    }

    #[test]
    fn a_turned_photograph_is_put_upright_and_its_metadata_is_gone() {
        // Orientation 3: the camera was upside down. With it a place that nobody is to learn.
        let exif = [
            b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0\0\0\0\0".as_slice(),
            b"38.7223N 9.1393W",
        ]
        .concat();
        let plain = written(&two_halves(600, 600), ImageFormat::Jpeg);
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        let turned = [&plain[..2], &[0xff, 0xe1], &length, &exif, &plain[2..]].concat();

        let bytes = normalise(&turned).unwrap();
        let picture = read(&bytes);
        assert!(near(picture.get_pixel(256, 60), BLUE) && near(picture.get_pixel(256, 450), RED));
        assert!(!bytes.windows(7).any(|window| window == b"38.7223"));
        assert!(!bytes.windows(4).any(|window| window == b"Exif"));
    }

    #[test]
    fn noise_fits_in_a_profile() {
        let mut state = 1_u32;
        let noise = RgbImage::from_fn(EDGE, EDGE, |_, _| {
            Rgb([0; 3].map(|_: u8| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            }))
        });
        assert!(normalise(&written(&noise.into(), ImageFormat::Png)).unwrap().len() <= MAX_OUTPUT);
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_decoded() {
        // A PNG of 30,000 by 30,000 pixels in a hundred bytes: only the header is true.
        let mut png = written(&two_halves(1, 1), ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        let crc = crc32(&png[12..29]).to_be_bytes();
        png[29..33].copy_from_slice(&crc);
        assert!(matches!(normalise(&png), Err(PictureError::TooLarge)));
        assert!(matches!(normalise(&vec![0; MAX_INPUT + 1]), Err(PictureError::TooLarge)));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let png = written(&two_halves(64, 64), ImageFormat::Png);
        for bytes in [&b""[..], b"GIF89a", b"hello", b"<svg/>", &png[..png.len() / 2]] {
            assert!(matches!(normalise(bytes), Err(PictureError::Unreadable(_))), "{bytes:?}");
        }
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (0_u32.wrapping_sub(crc & 1))))
        })
    }
}
