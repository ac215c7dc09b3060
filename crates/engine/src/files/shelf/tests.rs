//! A shelf in a folder of its own.

use super::*;
use sotto_machine::attachment::Kind;

fn shelf() -> (tempfile::TempDir, Shelf) {
    let dir = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(dir.path().join("files"));
    (dir, shelf)
}

fn describe(drawn: Drawn, hash: Hash) -> Attachment {
    Attachment {
        file: drawn.file,
        key: drawn.key,
        nonce: drawn.nonce,
        size: drawn.size,
        hash,
        kind: Kind::File,
        media_type: "text/plain".to_owned(),
        name: "a.txt".to_owned(),
        pixels: None,
        duration: None,
        preview: None,
    }
}

fn keep(shelf: &Shelf, bytes: &[u8]) -> Attachment {
    let mut filling = shelf.fill(bytes.len() as u64).unwrap();
    bytes.chunks(50_000).for_each(|some| filling.push(some).unwrap());
    filling.finish(shelf, describe).unwrap()
}

fn bytes(size: usize) -> Vec<u8> {
    (0..size).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn sealed(shelf: &Shelf, attachment: &Attachment) -> Vec<u8> {
    let length = usize::try_from(attachment.cipher().sealed_length()).unwrap();
    shelf.sealed(&attachment.blob(), 0, length).unwrap()
}

#[test]
fn what_is_kept_is_unreadable_on_the_disk_and_comes_back() {
    for size in [0, 1, FILE_CHUNK - 1, FILE_CHUNK, FILE_CHUNK + 1, 4 * FILE_CHUNK + 9] {
        let (dir, shelf) = shelf();
        let attachment = keep(&shelf, &bytes(size));
        assert_eq!(shelf.read(&attachment).unwrap(), bytes(size), "{size}");
        let lies = fs::read(dir.path().join("files").join(attachment.blob().to_string())).unwrap();
        assert_eq!(lies.len() as u64, attachment.cipher().sealed_length());
        assert!(size < 64 || !lies.windows(32).any(|window| window == &bytes(64)[..32]));
    }
}

#[test]
fn fewer_or_more_bytes_than_were_announced_are_an_error_and_leave_nothing() {
    let (_dir, shelf) = shelf();
    let mut more = shelf.fill(10).unwrap();
    assert!(matches!(more.push(&[0; 11]), Err(ShelfError::Damaged)));
    drop(more);
    let mut fewer = shelf.fill(10).unwrap();
    fewer.push(&[0; 9]).unwrap();
    assert!(matches!(fewer.finish(&shelf, describe), Err(ShelfError::Damaged)));
    assert!(shelf.names().unwrap().is_empty());
}

#[test]
fn a_fetch_goes_on_where_it_stopped_and_is_believed_only_whole() {
    let (_dir, alice) = shelf();
    let (_dir, bob) = shelf();
    let attachment = keep(&alice, &bytes(5 * FILE_CHUNK));
    let all = sealed(&alice, &attachment);
    let mut first = bob.resume(&attachment).unwrap();
    first.push(&all[..usize::try_from(first.cipher.sealed_start(2)).unwrap()]).unwrap();
    assert!(matches!(first.finish(), Err(ShelfError::Damaged)), "three chunks are missing");
    let mut second = bob.resume(&attachment).unwrap();
    assert_eq!(second.chunks, 2);
    let from = usize::try_from(second.end()).unwrap();
    second.push(&all[from..]).unwrap();
    second.finish().unwrap();
    assert!(bob.has(&attachment.blob()));
    assert_eq!(bob.read(&attachment).unwrap(), bytes(5 * FILE_CHUNK));
}

#[test]
fn changed_bytes_do_not_open_and_another_hash_is_another_file() {
    let (_dir, alice) = shelf();
    let (_dir, bob) = shelf();
    let attachment = keep(&alice, &bytes(3 * FILE_CHUNK));
    let mut all = sealed(&alice, &attachment);
    all[FILE_CHUNK + 77] ^= 1;
    assert!(matches!(bob.resume(&attachment).unwrap().push(&all), Err(ShelfError::Damaged)));
    all[FILE_CHUNK + 77] ^= 1;
    let lied = Attachment { hash: Hash([0; 32]), ..attachment };
    let mut fetched = bob.resume(&lied).unwrap();
    fetched.push(&all).unwrap();
    assert!(matches!(fetched.finish(), Err(ShelfError::Damaged)));
    assert!(!bob.has(&lied.blob()));
}

#[test]
fn half_a_chunk_on_the_disk_is_cut_off() {
    let (_dir, alice) = shelf();
    let (dir, bob) = shelf();
    let attachment = keep(&alice, &bytes(2 * FILE_CHUNK));
    let all = sealed(&alice, &attachment);
    drop(bob.resume(&attachment).unwrap());
    let path = dir.path().join("files").join(format!("{}.part", attachment.blob()));
    fs::write(&path, &all[..FILE_CHUNK + 100]).unwrap();
    let mut fetched = bob.resume(&attachment).unwrap();
    assert_eq!((fetched.chunks, fs::metadata(&path).unwrap().len()), (1, FILE_CHUNK as u64 + 16));
    let from = usize::try_from(fetched.end()).unwrap();
    fetched.push(&all[from..]).unwrap();
    fetched.finish().unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_may_look_inside() {
    use std::os::unix::fs::PermissionsExt as _;

    let (dir, shelf) = shelf();
    let attachment = keep(&shelf, b"mine");
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = dir.path().join("files");
    assert_eq!((mode(folder.clone()), mode(folder.join(attachment.blob().to_string()))), (0o700, 0o600));
}
