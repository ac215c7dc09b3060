//! Files of messages as windows draw them.

use std::io::Cursor;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use image::{ImageFormat, RgbaImage};
use sotto_machine::{
    attachment::{Attachment, Kind},
    post::Once,
    rows::{Content, MessageRow, MessageState},
};
use sotto_store::{BlobState, ThreadRow};

use crate::{
    files::Staged,
    view::{AttachmentView, FileKind, FileState, OnceState, OnceView, StagedFile},
};

/// The files of a message. Of photos that may be looked at once nothing is drawn.
pub(super) fn of(row: &ThreadRow, mine: bool) -> Vec<AttachmentView> {
    let Content::Post(post) = &row.message.content else { return Vec::new() };
    if post.once.is_some() {
        return Vec::new();
    }
    let files = (0..).zip(&post.attachments).zip(states(row, mine));
    files.map(|((place, attachment), state)| view(place, attachment, state)).collect()
}

fn states(row: &ThreadRow, mine: bool) -> impl Iterator<Item = FileState> {
    let uploading = mine && row.message.state == MessageState::Sending;
    let states = row.files.iter().copied().chain(std::iter::repeat(BlobState::Absent));
    states.map(move |state| self::state(state, uploading))
}

/// Photos that may be looked at once.
pub(super) fn once(row: &ThreadRow, mine: bool) -> Option<OnceView> {
    let Content::Post(post) = &row.message.content else { return None };
    let state = match post.once? {
        Once::Waiting => OnceState::Waiting,
        Once::Opened => OnceState::Opened,
        Once::Expired => OnceState::Expired,
    };
    let photos = u32::try_from(post.attachments.len()).unwrap_or(u32::MAX);
    let states = || states(row, mine).take(post.attachments.len());
    let file = states().find(|state| *state != FileState::Here).or(states().next());
    Some(OnceView { state, photos, file })
}

/// What the chat list says of the newest message's files: their kind, and the name if that says more.
pub(super) fn newest(message: &MessageRow) -> (Option<FileKind>, Option<String>) {
    let Content::Post(post) = &message.content else { return (None, None) };
    let Some(first) = post.attachments.first().filter(|_| post.once.is_none()) else { return (None, None) };
    let name = (first.kind == Kind::File).then(|| first.name.clone());
    (Some(kind(first.kind)), name)
}

/// A file that was chosen and not sent yet.
pub(crate) fn staged(id: u64, staged: &Staged) -> StagedFile {
    let shown = staged.shown();
    StagedFile {
        id,
        kind: kind(shown.kind),
        name: staged.original.name.clone(),
        size: staged.original.size,
        media_type: staged.original.media_type.clone(),
        width: shown.pixels.map(|pixels| pixels.width),
        height: shown.pixels.map(|pixels| pixels.height),
    }
}

fn view(place: u32, attachment: &Attachment, state: FileState) -> AttachmentView {
    AttachmentView {
        place,
        kind: kind(attachment.kind),
        name: attachment.name.clone(),
        size: attachment.size,
        media_type: attachment.media_type.clone(),
        width: attachment.pixels.map(|pixels| pixels.width),
        height: attachment.pixels.map(|pixels| pixels.height),
        duration: attachment.duration,
        preview: attachment.preview.as_deref().filter(|_| attachment.kind != Kind::Voice).and_then(picture),
        waveform: attachment.preview.as_deref().filter(|_| attachment.kind == Kind::Voice).map(waveform),
        state,
    }
}

/// As many levels as are drawn, none louder than the loudest, whatever somebody has sent.
fn waveform(levels: &[u8]) -> Vec<u8> {
    let levels = levels.iter().map(|level| (*level).min(sotto_media::LOUDEST));
    levels.chain(std::iter::repeat(0)).take(sotto_media::WAVEFORM).collect()
}

/// A thumbhash as the picture that it stands for, some thirty pixels wide.
fn picture(hash: &[u8]) -> Option<String> {
    let (width, height, pixels) = thumbhash::thumb_hash_to_rgba(hash).ok()?;
    let picture = RgbaImage::from_raw(u32::try_from(width).ok()?, u32::try_from(height).ok()?, pixels)?;
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).ok()?;
    Some(format!("data:image/png;base64,{}", STANDARD.encode(png.into_inner())))
}

fn kind(kind: Kind) -> FileKind {
    match kind {
        Kind::File => FileKind::File,
        Kind::Photo => FileKind::Photo,
        Kind::Video => FileKind::Video,
        Kind::Voice => FileKind::Voice,
    }
}

fn state(state: BlobState, uploading: bool) -> FileState {
    match state {
        BlobState::Here if uploading => FileState::Uploading,
        BlobState::Here => FileState::Here,
        BlobState::Absent => FileState::Absent,
        BlobState::Wanted => FileState::Fetching,
        BlobState::Gone => FileState::Gone,
        BlobState::Damaged => FileState::Damaged,
        BlobState::DiskFull => FileState::DiskFull,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_previews_are_no_picture_and_harm_nothing() {
        let good = thumbhash::rgba_to_thumb_hash(2, 1, &[200, 90, 40, 255, 20, 90, 140, 255]);
        assert!(picture(&good).is_some_and(|address| address.starts_with("data:image/png;base64,")));
        for length in 0..=256 {
            for byte in [0, 1, 0x7f, 0x80, 0xff] {
                let _ = picture(&vec![byte; length]);
            }
        }
    }
}
