//! What is sealed comes back, and what anybody makes of it on the way does not.

use super::*;
use crate::{codec, post::Post};
use sotto_wire::limits::FILE_CHUNK;

fn attachment(size: u64) -> Attachment {
    Attachment {
        file: FileId([1; 32]),
        key: [2; 32],
        nonce: [3; 19],
        size,
        hash: Hash([4; 32]),
        kind: Kind::Photo,
        media_type: "image/jpeg".to_owned(),
        name: "the sea.jpg".to_owned(),
        pixels: Some(Pixels { width: 2_048, height: 1_366 }),
        duration: None,
        preview: Some(vec![5; 25]),
    }
}

fn bytes(size: u64) -> Vec<u8> {
    (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn seal(cipher: &Cipher, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut left = bytes;
    let sealed = (0..cipher.chunks()).map(|chunk| {
        let (now, later) = left.split_at(cipher.plain_chunk(chunk));
        left = later;
        cipher.seal(chunk, now).unwrap()
    });
    sealed.collect()
}

fn open(cipher: &Cipher, sealed: &[Vec<u8>]) -> Result<Vec<u8>, StreamError> {
    if sealed.len() != cipher.chunks() as usize {
        return Err(StreamError);
    }
    let opened = (0..).zip(sealed).map(|(chunk, sealed)| cipher.open(chunk, sealed));
    Ok(opened.collect::<Result<Vec<_>, _>>()?.concat())
}

#[test]
fn every_size_comes_back_and_lies_where_it_is_said_to() {
    let chunk = FILE_CHUNK as u64;
    for size in [0, 1, 63, 64, 65, chunk - 1, chunk, chunk + 1, 3 * chunk - 7, 3 * chunk, 5 * chunk + 1] {
        let (cipher, plain) = (attachment(size).cipher(), bytes(size));
        let sealed = seal(&cipher, &plain);
        assert_eq!(sealed.concat().len() as u64, cipher.sealed_length(), "{size}");
        let mut at = 0;
        for (number, sealed) in (0..).zip(&sealed) {
            assert_eq!((cipher.sealed_start(number), cipher.sealed_chunk(number)), (at, sealed.len()));
            at += sealed.len() as u64;
        }
        assert_eq!(open(&cipher, &sealed).unwrap(), plain, "{size}");
    }
}

#[test]
fn nearby_sizes_look_alike() {
    let sealed = |size| attachment(size).cipher().sealed_length();
    assert_eq!(sealed(3_000_001), sealed(3_010_000));
    assert!(sealed(3_000_001) < 3_000_001 + 3_000_001 / 8);
}

#[test]
fn chunks_that_were_swapped_cut_off_added_or_changed_do_not_open() {
    let cipher = attachment(3 * FILE_CHUNK as u64).cipher();
    let sealed = seal(&cipher, &bytes(3 * FILE_CHUNK as u64));
    let refused = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut changed = sealed.clone();
        change(&mut changed);
        assert_eq!(open(&cipher, &changed), Err(StreamError));
    };
    refused(&|chunks| chunks.swap(0, 1));
    refused(&|chunks| chunks[1] = chunks[0].clone());
    refused(&|chunks| drop(chunks.pop()));
    refused(&|chunks| drop(chunks.remove(0)));
    refused(&|chunks| chunks.push(chunks[2].clone()));
    refused(&|chunks| chunks[2].truncate(9));
    refused(&|chunks| chunks[2].push(0));
    refused(&|chunks| chunks[0][77] ^= 1);
    refused(&|chunks| {
        let first = chunks[0].split_off(9);
        chunks[0] = first;
    });
}

#[test]
fn a_shorter_file_under_the_same_key_is_another_file() {
    // The last chunk of a file cut off at a border would open if only its place were bound.
    let (long, short) = (attachment(3 * FILE_CHUNK as u64), attachment(2 * FILE_CHUNK as u64));
    let sealed = seal(&long.cipher(), &bytes(long.size));
    assert_eq!(open(&short.cipher(), &sealed[..2]), Err(StreamError));
}

#[test]
fn chunks_of_another_file_do_not_open() {
    let mine = attachment(100);
    let sealed = seal(&mine.cipher(), &bytes(100));
    for other in [
        Attachment { file: FileId([9; 32]), ..mine.clone() },
        Attachment { key: [9; 32], ..mine.clone() },
        Attachment { nonce: [9; 19], ..mine.clone() },
        Attachment { size: 5_000, ..mine.clone() },
    ] {
        assert_eq!(open(&other.cipher(), &sealed), Err(StreamError));
    }
    assert_eq!(open(&mine.cipher(), &sealed).unwrap(), bytes(100));
}

#[test]
fn places_past_the_end_and_wrong_lengths_are_refused_before_anything_is_done() {
    let cipher = attachment(100).cipher();
    assert_eq!(cipher.seal(1, &[]), Err(StreamError));
    assert_eq!(cipher.seal(0, &bytes(99)), Err(StreamError));
    assert_eq!(cipher.open(1, &[]), Err(StreamError));
    assert_eq!(cipher.open(u32::MAX, &[0; 16]), Err(StreamError));
}

#[test]
fn absurd_manifests_are_left_out_and_the_text_stays() {
    let sound = attachment(7);
    let absurd = [
        Attachment { size: MAX_FILE + 1, ..sound.clone() },
        Attachment { size: u64::MAX, ..sound.clone() },
        Attachment { name: "n".repeat(256), ..sound.clone() },
        Attachment { media_type: "a".repeat(128), ..sound.clone() },
        Attachment { media_type: "text/html\r\nX: y".to_owned(), ..sound.clone() },
        Attachment { preview: Some(vec![0; 257]), ..sound.clone() },
        Attachment { pixels: Some(Pixels { width: 0, height: 1 }), ..sound.clone() },
        Attachment { pixels: Some(Pixels { width: 1, height: u32::MAX }), ..sound.clone() },
    ];
    let attachments = absurd.into_iter().chain([sound.clone()]).collect();
    let post = Post { text: "look".to_owned(), attachments, ..Post::default() }.believed();
    assert_eq!((post.text.as_str(), post.attachments), ("look", vec![sound.clone()]));
    let many = Post { attachments: vec![sound; 99], ..Post::default() }.believed();
    assert_eq!(many.attachments.len(), 16);
}

#[test]
fn a_post_keeps_its_attachments_in_its_row_and_on_its_way() {
    let attachments = vec![attachment(5), Attachment { pixels: None, preview: None, ..attachment(6) }];
    let post = Post { text: "two".to_owned(), attachments, ..Post::default() };
    assert_eq!(codec::decode::<Post>(&codec::encode(&post)).unwrap(), post);
    assert_eq!(Post::join(post.text.clone(), post.extras().as_deref()).unwrap(), post);
    assert_eq!(Post::text("none").extras(), None);
}

#[test]
fn a_kind_that_is_not_known_yet_counts_as_a_file() {
    assert_eq!(codec::decode::<Kind>(&[24, 99]).unwrap(), Kind::File);
}

#[test]
fn names_lose_what_could_do_harm() {
    for (chosen, safe) in [
        ("holiday.jpg", "holiday.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("report\u{202e}fdp.exe", "reportfdp.exe"),
        ("in\u{200b}voice\0.pdf", "invoice.pdf"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("what?: a <\"name\">.txt ", "what__ a __name__.txt"),
        ("trailing. . .", "trailing"),
        ("عكس.pdf", "عكس.pdf"),
    ] {
        assert_eq!(safe_name(chosen), safe, "{chosen:?}");
    }
    let long = safe_name(&format!("{}.tar", "é".repeat(400)));
    assert!(long.len() <= 200 && long.ends_with(".tar"));
    assert_eq!(safe_name(&long), long);
}

proptest::proptest! {
    #[test]
    fn a_safe_name_stays_so(name in "\\PC{0,300}") {
        let safe = safe_name(&name);
        proptest::prop_assert!(!safe.is_empty() && !safe.contains(['/', '\\']) && safe != ".." && safe.len() <= 201);
        proptest::prop_assert_eq!(safe_name(&safe), safe);
    }

    #[test]
    fn any_bytes_come_back(content in proptest::collection::vec(0_u8.., 0..200_000)) {
        let cipher = attachment(content.len() as u64).cipher();
        proptest::prop_assert_eq!(open(&cipher, &seal(&cipher, &content)).unwrap(), content);
    }
}
