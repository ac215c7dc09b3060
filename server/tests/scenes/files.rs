//! Encrypted files: uploads that go on where they stopped, fetches by whoever knows the id, room, and time.

use std::{fs, path::PathBuf};

use reqwest::{Method, StatusCode};
use sotto_wire::{
    FileId,
    limits::{DAY, FILE_LIFE, FILE_PART, HOUR, UPLOAD_LIFE},
    rest::{self, ErrorCode, FileState, NewFile},
};

use crate::{
    people::{Person, random},
    town::{Answer, Town, refused},
};

/// A file of two parts and a bit.
const SIZE: usize = 2 * FILE_PART + 1_000;

/// Some bytes that somebody uploads.
struct Parcel {
    path: String,
    id: FileId,
    bytes: Vec<u8>,
}

impl Parcel {
    fn of(size: usize) -> Self {
        let id = FileId(random());
        let bytes = (0..size).map(|at| u8::try_from(at % 253).unwrap()).collect();
        Self { path: format!("{}/{id}", rest::FILES), id, bytes }
    }

    async fn begin(&self, town: &Town, by: &Person) -> Answer<FileState> {
        self.begin_for(town, by, None).await
    }

    async fn begin_for(&self, town: &Town, by: &Person, lifetime: Option<u64>) -> Answer<FileState> {
        let new = NewFile { size: self.bytes.len() as u64, lifetime };
        town.calls.call(Method::PUT, &self.path, Some(by), &new).await
    }

    async fn part(&self, town: &Town, by: &Person, number: usize) -> Answer<FileState> {
        let bytes = self.bytes.chunks(FILE_PART).nth(number).unwrap_or_default().to_vec();
        self.part_as(town, by, number, bytes).await
    }

    async fn part_as(&self, town: &Town, by: &Person, number: usize, bytes: Vec<u8>) -> Answer<FileState> {
        let path = format!("{}/parts/{number}", self.path);
        let answer = town.calls.raw(Method::PUT, &path, Some(by), &[], bytes).await?;
        Ok(serde_json::from_slice(&answer).unwrap())
    }

    async fn upload(&self, town: &Town, by: &Person) -> Answer<FileState> {
        let mut state = self.begin(town, by).await?;
        while !state.complete {
            state = self.part(town, by, state.parts as usize).await?;
        }
        Ok(state)
    }

    async fn fetch(&self, town: &Town) -> Answer<Vec<u8>> {
        town.calls.raw(Method::GET, &self.path, None, &[], vec![]).await
    }

    async fn fetch_range(&self, town: &Town, range: &str) -> Answer<Vec<u8>> {
        town.calls.raw(Method::GET, &self.path, None, &[("range", range)], vec![]).await
    }

    async fn delete(&self, town: &Town, by: &Person) -> Answer<Vec<u8>> {
        town.calls.raw(Method::DELETE, &self.path, Some(by), &[], vec![]).await
    }

    fn folder(&self, town: &Town) -> PathBuf {
        town.dir().join("files").join(self.id.to_string())
    }
}

fn so_far(parts: u32) -> FileState {
    FileState { parts, complete: false }
}

#[tokio::test]
async fn a_file_comes_back_whole_and_in_ranges_to_whoever_knows_its_id() {
    let town = Town::new().await;
    let (alice, parcel) = (town.alice().await, Parcel::of(SIZE));
    assert_eq!(parcel.upload(&town, &alice).await.unwrap(), FileState { parts: 3, complete: true });
    assert!(parcel.fetch(&town).await.unwrap() == parcel.bytes);
    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=5-99", 5, 100),
        (&format!("bytes={}-{}", FILE_PART - 3, FILE_PART + 2), FILE_PART - 3, FILE_PART + 3),
        (&format!("bytes={}-", 2 * FILE_PART), 2 * FILE_PART, SIZE),
        ("bytes=10-999999999", 10, SIZE),
    ] {
        assert!(parcel.fetch_range(&town, range).await.unwrap() == parcel.bytes[from..to], "{range}");
    }
    for wrong in [format!("bytes={SIZE}-"), "bytes=9-3".to_owned(), "lines=1-2".to_owned(), "bytes=-5".to_owned()] {
        let url = format!("http://{}{}", town.running.address(), parcel.path);
        let answer = reqwest::Client::new().get(url).header("range", &wrong).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::RANGE_NOT_SATISFIABLE, "{wrong}");
    }
    assert_eq!(refused(Parcel::of(9).fetch(&town).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn an_upload_goes_on_where_it_stopped_over_a_restart() {
    let town = Town::new().await;
    let (alice, parcel) = (town.alice().await, Parcel::of(SIZE));
    assert_eq!(parcel.begin(&town, &alice).await.unwrap(), so_far(0));
    assert_eq!(parcel.part(&town, &alice, 0).await.unwrap(), so_far(1));
    let town = town.restart().await;
    assert_eq!(parcel.begin(&town, &alice).await.unwrap(), so_far(1));
    // Its answer was lost: the same part again, and one too far, change nothing.
    assert_eq!(parcel.part(&town, &alice, 0).await.unwrap(), so_far(1));
    assert_eq!(parcel.part(&town, &alice, 2).await.unwrap(), so_far(1));
    assert_eq!(refused(parcel.fetch(&town).await), ErrorCode::NotFound, "half of it is nobody's");
    parcel.upload(&town, &alice).await.unwrap();
    assert!(parcel.part(&town, &alice, 1).await.unwrap().complete);
    assert!(parcel.fetch(&town).await.unwrap() == parcel.bytes);
}

#[tokio::test]
async fn parts_of_another_length_are_refused() {
    let town = Town::new().await;
    let (alice, parcel) = (town.alice().await, Parcel::of(SIZE));
    parcel.begin(&town, &alice).await.unwrap();
    for length in [0, 1, FILE_PART - 1, FILE_PART + 1] {
        assert_eq!(refused(parcel.part_as(&town, &alice, 0, vec![7; length]).await), ErrorCode::Malformed, "{length}");
    }
    assert_eq!(parcel.part(&town, &alice, 0).await.unwrap(), so_far(1));
}

#[tokio::test]
async fn an_upload_is_its_owners() {
    let town = Town::new().await;
    let (alice, bob, parcel) = (town.alice().await, town.bob().await, Parcel::of(SIZE));
    parcel.begin(&town, &alice).await.unwrap();
    assert_eq!(refused(parcel.begin(&town, &bob).await), ErrorCode::Malformed);
    assert_eq!(refused(parcel.part(&town, &bob, 0).await), ErrorCode::NotFound);
    assert_eq!(refused(parcel.delete(&town, &bob).await), ErrorCode::NotFound);
    let liar = Person { token: sotto_wire::DeviceToken([9; 32]), ..alice.clone() };
    assert_eq!(refused(parcel.begin(&town, &liar).await), ErrorCode::Unauthorised);
    assert_eq!(refused(parcel.part(&town, &liar, 0).await), ErrorCode::Unauthorised);
    parcel.upload(&town, &alice).await.unwrap();
}

#[tokio::test]
async fn room_is_bounded_for_each_and_for_all_and_comes_back() {
    let town = Town::with(|config| {
        config.files.file_bytes = 1_000;
        config.files.account_bytes = 1_500;
        config.files.total_bytes = 2_500;
    })
    .await;
    let (alice, bob) = (town.alice().await, town.bob().await);
    assert_eq!(refused(Parcel::of(1_001).begin(&town, &alice).await), ErrorCode::TooLarge);
    assert_eq!(refused(Parcel::of(0).begin(&town, &alice).await), ErrorCode::Malformed);
    let first = Parcel::of(1_000);
    first.upload(&town, &alice).await.unwrap();
    assert_eq!(refused(Parcel::of(501).begin(&town, &alice).await), ErrorCode::QuotaFull);
    Parcel::of(500).begin(&town, &alice).await.unwrap();
    Parcel::of(1_000).begin(&town, &bob).await.unwrap();
    assert_eq!(refused(Parcel::of(1).begin(&town, &bob).await), ErrorCode::DiskFull);
    first.delete(&town, &alice).await.unwrap();
    assert!(!first.folder(&town).exists());
    assert_eq!(refused(first.fetch(&town).await), ErrorCode::NotFound);
    Parcel::of(500).begin(&town, &bob).await.unwrap();
    Parcel::of(500).begin(&town, &alice).await.unwrap();
}

#[tokio::test]
async fn files_go_when_their_time_is_over() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let (whole, half) = (Parcel::of(SIZE), Parcel::of(SIZE));
    whole.upload(&town, &alice).await.unwrap();
    half.begin(&town, &alice).await.unwrap();
    half.part(&town, &alice, 0).await.unwrap();
    town.clock.advance(UPLOAD_LIFE);
    town.running.sweep().await;
    assert!(!half.folder(&town).exists(), "nobody went on with it");
    whole.fetch(&town).await.unwrap();
    town.clock.advance(FILE_LIFE - UPLOAD_LIFE - DAY);
    town.running.sweep().await;
    whole.fetch(&town).await.unwrap();
    town.clock.advance(DAY);
    town.running.sweep().await;
    assert_eq!(refused(whole.fetch(&town).await), ErrorCode::NotFound);
    assert!(!whole.folder(&town).exists());
    assert_eq!(fs::read_dir(town.dir().join("files")).unwrap().count(), 0);
    // The id is free again, so that whoever still has the file can send it once more.
    whole.upload(&town, &alice).await.unwrap();
}

#[tokio::test]
async fn a_file_for_a_day_goes_after_a_day_and_none_stays_longer_than_all() {
    let town = Town::new().await;
    let alice = town.alice().await;
    let (brief, long) = (Parcel::of(SIZE), Parcel::of(SIZE));
    brief.begin_for(&town, &alice, Some(DAY)).await.unwrap();
    long.begin_for(&town, &alice, Some(u64::MAX)).await.unwrap();
    for parcel in [&brief, &long] {
        parcel.upload(&town, &alice).await.unwrap();
    }
    town.clock.advance(DAY - HOUR);
    town.running.sweep().await;
    brief.fetch(&town).await.unwrap();
    town.clock.advance(HOUR);
    town.running.sweep().await;
    assert_eq!(refused(brief.fetch(&town).await), ErrorCode::NotFound);
    assert!(!brief.folder(&town).exists());
    town.clock.advance(FILE_LIFE - DAY);
    town.running.sweep().await;
    assert_eq!(refused(long.fetch(&town).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn what_a_crash_leaves_behind_is_swept() {
    let town = Town::new().await;
    let (alice, parcel) = (town.alice().await, Parcel::of(SIZE));
    parcel.upload(&town, &alice).await.unwrap();
    let orphan = Parcel::of(10);
    fs::create_dir(orphan.folder(&town)).unwrap();
    fs::write(orphan.folder(&town).join("0"), [1; 10]).unwrap();
    fs::write(parcel.folder(&town).join("1#1"), [1; 10]).unwrap();
    let town = town.restart().await;
    town.running.sweep().await;
    assert!(!orphan.folder(&town).exists());
    assert!(!parcel.folder(&town).join("1#1").exists());
    assert!(parcel.fetch(&town).await.unwrap() == parcel.bytes);
}
