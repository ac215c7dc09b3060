//! Files: how long a photo of 24 megapixels is made ready, and how fast a file is encrypted and brought to the relay,
//! beside a plain copy of the same file on the same disk.

use std::{
    fs::{self, File},
    io::{Cursor, Write as _},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use image::{ImageFormat, Rgb, RgbImage};
use sotto_engine::{
    Handle,
    api::new_message_id,
    view::{SendAs, SendFile},
};

use super::home::{Village, accepted, online};

/// A photo of 24 megapixels, as cameras make them.
pub const PHOTO: (u32, u32) = (6_000, 4_000);
/// Bytes given to the engine at once, as windows do.
const PIECE: usize = 1 << 20;
/// Photos of which the one in the middle counts.
const PHOTOS: usize = 3;

/// What files cost.
#[derive(Debug, Clone, Copy)]
pub struct MediaCosts {
    /// From a photo's last byte until it is ready to be sent, with its preview, in milliseconds.
    pub thumbnail_ms: f64,
    /// MiB a second from a file's path until the relay has all of it and its message.
    pub encrypt_upload_mib_s: f64,
    /// MiB a second of copying the same file and waiting for the disk.
    pub plain_copy_mib_s: f64,
}

/// Measures a photo of so many pixels, and a file of so many MiB sent to the first friend.
///
/// # Errors
/// If the engine refuses a file, or the disk has no room for three of it.
pub async fn media(village: &Village, dir: &Path, photo: (u32, u32), mib: usize) -> anyhow::Result<MediaCosts> {
    let engine = village.me.engine().await?;
    online(&engine).await?;
    let picture = jpeg(photo)?;
    let mut took = Vec::with_capacity(PHOTOS);
    for _ in 0..PHOTOS {
        took.push(made_ready(&engine, &picture).await?);
    }
    took.sort();
    let thumbnail = took.get(PHOTOS / 2).copied().unwrap_or_default();
    let path = dir.join("film.bin");
    random_file(&path, mib)?;
    let encrypt_upload = uploaded(&engine, &path).await?;
    engine.stop().await;
    let plain_copy = copied(&path, &dir.join("copy.bin"))?;
    fs::remove_file(&path)?;
    let per_second = |took: Duration| mib as f64 / took.as_secs_f64();
    Ok(MediaCosts {
        thumbnail_ms: thumbnail.as_secs_f64() * 1_000.0,
        encrypt_upload_mib_s: per_second(encrypt_upload),
        plain_copy_mib_s: per_second(plain_copy),
    })
}

async fn made_ready(engine: &Handle, picture: &[u8]) -> anyhow::Result<Duration> {
    let id = engine.attachment_begin("sea.jpg", picture.len() as u64).await?;
    for piece in picture.chunks(PIECE) {
        engine.attachment_push(id, piece.to_vec()).await?;
    }
    let begun = Instant::now();
    let staged = engine.attachment_finish(id).await?;
    let took = begun.elapsed();
    ensure!(staged.width.is_some(), "the photo was not taken for one");
    engine.attachment_drop(id).await?;
    Ok(took)
}

async fn uploaded(engine: &Handle, path: &Path) -> anyhow::Result<Duration> {
    let chat = engine.chats().await?.first().context("no chat")?.id;
    let id = new_message_id();
    let begun = Instant::now();
    let staged = engine.attachment_copy(path).await?;
    let file = SendFile { id: staged.id, send_as: SendAs::File };
    engine.attachments_send(chat, &id, "", vec![file], None).await?;
    accepted(engine, chat, &id).await?;
    Ok(begun.elapsed())
}

fn copied(from: &Path, to: &Path) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    fs::copy(from, to)?;
    File::open(to)?.sync_all()?;
    let took = begun.elapsed();
    fs::remove_file(to)?;
    Ok(took)
}

/// Bytes that do not compress.
fn random_file(path: &Path, mib: usize) -> anyhow::Result<()> {
    let mut file = File::create(path)?;
    let mut bytes = vec![0; 1 << 20];
    for _ in 0..mib {
        rand::fill(bytes.as_mut_slice());
        file.write_all(&bytes)?;
    }
    Ok(file.sync_all()?)
}

/// With enough in it that it is no smaller than a camera's.
fn jpeg((width, height): (u32, u32)) -> anyhow::Result<Vec<u8>> {
    let shade = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 27;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let base = (x * 160 / width + y * 60 / height + shade(x, y)) as u8;
        Rgb([base, base / 2 + 40, 200 - base / 2])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg)?;
    Ok(bytes.into_inner())
}
