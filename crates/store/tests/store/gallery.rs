//! The gallery of a chat: what is in it, what never is, and what older databases bring along.

use rusqlite::Connection;
use sotto_machine::{
    attachment::{Attachment, Kind},
    post::Post,
    rows::{ChatId, Content, MessageRow},
};
use sotto_store::{Drawer, GalleryCounts, Store};
use sotto_wire::{FileId, Hash};

use crate::bed::{ANNA, Bed, KEY, put, received};

const CHAT: ChatId = ChatId(1);

fn file(number: u8, kind: Kind, media_type: &str) -> Attachment {
    Attachment {
        file: FileId([number; 32]),
        key: [number; 32],
        nonce: [number; 19],
        size: u64::from(number),
        hash: Hash([number; 32]),
        kind,
        media_type: media_type.to_owned(),
        name: format!("{number}"),
        pixels: None,
        duration: None,
        preview: None,
    }
}

fn with_files(number: u32, text: &str, attachments: Vec<Attachment>) -> MessageRow {
    let post = Post { attachments, ..Post::text(text) };
    MessageRow { content: Content::Post(post), ..received(number, CHAT.0, ANNA, "") }
}

fn photo(number: u8) -> Attachment {
    file(number, Kind::Photo, "image/jpeg")
}

fn drawer(bed: &mut Bed, drawer: Drawer, before: Option<i64>, limit: u32) -> Vec<i64> {
    bed.read(|batch| {
        let rows = batch.queries().gallery(CHAT, drawer, before, limit).unwrap();
        rows.iter().map(|row| row.position).collect()
    })
}

fn counts(bed: &mut Bed) -> (u32, u32, u32) {
    let GalleryCounts { media, files, links } = bed.read(|batch| batch.queries().gallery_counts(CHAT).unwrap());
    (media, files, links)
}

#[test]
fn each_drawer_holds_its_own_newest_first_and_in_pages() {
    let mut bed = Bed::with_anna();
    bed.apply([
        put(&with_files(1, "", vec![photo(1), photo(2)])),
        put(&with_files(2, "read https://a.example and http://b.example.", vec![])),
        put(&with_files(3, "", vec![file(3, Kind::Video, "video/mp4"), file(4, Kind::File, "application/pdf")])),
        put(&with_files(4, "", vec![file(5, Kind::Voice, "audio/ogg")])),
        put(&with_files(5, "", vec![file(6, Kind::Photo, "image/tiff")])),
    ]);
    assert_eq!(drawer(&mut bed, Drawer::Media, None, 9), [3, 1]);
    assert_eq!(drawer(&mut bed, Drawer::Media, None, 1), [3]);
    assert_eq!(drawer(&mut bed, Drawer::Media, Some(3), 9), [1]);
    assert_eq!(drawer(&mut bed, Drawer::Files, None, 9), [5, 3], "what cannot be shown is a file");
    assert_eq!(drawer(&mut bed, Drawer::Links, None, 9), [2]);
    assert_eq!(counts(&mut bed), (3, 2, 2));
    let links = bed.read(|batch| batch.queries().links(2).unwrap());
    assert_eq!(links, ["https://a.example", "http://b.example"]);
}

#[test]
fn what_goes_away_and_what_was_taken_back_is_in_no_drawer() {
    let mut bed = Bed::with_anna();
    let passing = Post { expires_after: Some(60), attachments: vec![photo(1)], ..Post::text("https://a.example") };
    let passing = MessageRow { content: Content::Post(passing), ..received(1, CHAT.0, ANNA, "") };
    let kept = with_files(2, "https://b.example", vec![photo(2)]);
    let once = MessageRow { content: Content::Post(Post::once(vec![photo(3)])), ..received(3, CHAT.0, ANNA, "") };
    bed.apply([put(&passing), put(&kept), put(&once)]);
    assert_eq!(counts(&mut bed), (1, 0, 1));
    bed.apply([put(&MessageRow { content: Content::Deleted, ..kept.clone() })]);
    assert_eq!(counts(&mut bed), (0, 0, 0));
    bed.apply([put(&kept)]);
    let edited = with_files(2, "no address any more", vec![photo(2)]);
    bed.apply([put(&edited)]);
    assert_eq!(counts(&mut bed), (1, 0, 0));
    bed.write(|batch| batch.clear_chat(CHAT));
    assert_eq!(counts(&mut bed), (0, 0, 0));
}

#[test]
fn what_was_written_before_there_was_a_gallery_is_in_it_after_the_next_start() {
    let mut bed = Bed::with_anna();
    bed.apply([put(&with_files(1, "https://a.example", vec![photo(1)])), put(&with_files(2, "plain", vec![]))]);
    let Bed { dir, store } = bed;
    drop(store);
    let path = dir.path().join("sotto.db");
    let db = Connection::open(&path).unwrap();
    let key: String = KEY.iter().map(|byte| format!("{byte:02x}")).collect();
    db.execute_batch(&format!("PRAGMA key = \"x'{key}'\"")).unwrap();
    // As the migration leaves a database of a program without a gallery.
    db.execute_batch(
        "DELETE FROM links; UPDATE attachments SET chat = 0, kind = 'file', size = 0, stays = 0;
         INSERT INTO gallery_backlog (position) SELECT position FROM messages;",
    )
    .unwrap();
    drop(db);
    let mut bed = Bed { store: Store::open(&path, &KEY).unwrap(), dir };
    assert_eq!(counts(&mut bed), (1, 0, 1));
}
