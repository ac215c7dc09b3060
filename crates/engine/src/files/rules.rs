//! What is fetched by itself. Decided in the transaction in which the message comes, so that no crash forgets it.

use sotto_machine::{
    attachment::Kind,
    rows::{Content, MessageRow},
    story::STORIES,
};
use sotto_store::{Batch, BlobState, FilePlace, StoreError};

use crate::{kept, view::Settings};

/// Photos and speech larger than this are never fetched by themselves: no photo made for sending is.
const LARGEST_PHOTO: u64 = 10 * 1024 * 1024;

/// Notes which files of a message that has just come are to be fetched.
///
/// Nothing of a stranger's is: it would tell them when this device is online, and fill its disk.
pub(crate) fn arrived(batch: &mut Batch<'_>, message: &MessageRow) -> Result<(), StoreError> {
    let Content::Post(post) = &message.content else { return Ok(()) };
    if post.attachments.is_empty() {
        return Ok(());
    }
    let queries = batch.queries();
    let accepted = match queries.group_of_chat(message.chat)? {
        // The machine takes stories of accepted people alone.
        None if message.chat == STORIES => true,
        Some(group) => group.accepted,
        None => queries.contact(message.chat)?.is_some_and(|details| details.contact.accepted),
    };
    let Some(row) = queries.message(&message.author, &message.id)?.filter(|_| accepted) else { return Ok(()) };
    let settings = kept::SETTINGS.get(&queries)?.unwrap_or_default();
    for (place, attachment) in (0..).zip(&post.attachments) {
        if is_wanted(&settings, attachment.kind, attachment.size) {
            batch.set_file(FilePlace { position: row.position, place }, BlobState::Wanted)?;
        }
    }
    Ok(())
}

fn is_wanted(settings: &Settings, kind: Kind, size: u64) -> bool {
    match kind {
        Kind::Photo | Kind::Voice => settings.fetch_photos && size <= LARGEST_PHOTO,
        Kind::Video | Kind::File => size <= u64::from(settings.fetch_files_mib) * 1024 * 1024,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_come_by_themselves_and_others_under_a_size() {
        let settings = Settings { fetch_photos: true, fetch_files_mib: 5, ..Settings::default() };
        assert!(is_wanted(&settings, Kind::Photo, 900_000));
        assert!(!is_wanted(&settings, Kind::Photo, LARGEST_PHOTO + 1));
        assert!(is_wanted(&settings, Kind::File, 5 << 20));
        assert!(!is_wanted(&settings, Kind::Video, (5 << 20) + 1));
        let careful = Settings { fetch_photos: false, fetch_files_mib: 0, ..Settings::default() };
        assert!(!is_wanted(&careful, Kind::Photo, 1) && !is_wanted(&careful, Kind::File, 1));
        assert!(is_wanted(&careful, Kind::File, 0), "nothing is no burden");
    }
}
