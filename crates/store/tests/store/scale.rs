//! A profile of many years stays quick. The figures here are wide of what is measured, so that a busy machine
//! does not fail them; `cargo test --release -p sotto-store -- --ignored --nocapture` prints the real ones.

#![allow(clippy::print_stdout, reason = "the measurement prints its figures")]

use std::time::{Duration, Instant};

use sotto_machine::{
    changes::Change,
    rows::{ChatId, MessageRow},
};
use sotto_store::Page;
use sotto_wire::AccountId;

use crate::bed::{Bed, contact, put, put_contact, received};

const CHATS: u32 = 200;

fn text(n: u32) -> String {
    const WORDS: [&str; 16] = [
        "lunch", "tomorrow", "train", "quietly", "blue", "garden", "meeting", "paper", "window", "about", "seven",
        "coffee", "river", "perhaps", "music", "later",
    ];
    let word = |shift: u32| WORDS[(n.wrapping_mul(2_654_435_761) >> shift) as usize % WORDS.len()];
    format!("{} {} {} {} number {n}, {} {}?", word(3), word(7), word(11), word(15), word(19), word(23))
}

fn account(n: u32) -> AccountId {
    let mut id = [9; 32];
    id[..4].copy_from_slice(&n.to_be_bytes());
    AccountId(id)
}

fn filled(count: u32) -> Bed {
    let mut bed = Bed::new();
    bed.apply((1..=CHATS).map(|n| put_contact(contact(n.into(), account(n)))));
    for start in (0..count).step_by(1000) {
        bed.apply((start..start + 1000).map(|n| {
            let chat = 1 + n % CHATS;
            let row = received(n, chat.into(), account(chat), &text(n));
            put(&MessageRow { unread: n + 500 > count, ..row })
        }));
    }
    bed
}

fn timed<T>(what: &str, run: impl Fn() -> T) -> Duration {
    run();
    let start = Instant::now();
    let rounds = 20;
    for _ in 0..rounds {
        run();
    }
    let each = start.elapsed() / rounds;
    println!("{what:<40} {each:>10.1?}");
    each
}

fn measure(count: u32) {
    let start = Instant::now();
    let bed = filled(count);
    println!("{count} messages with index {:>24.2?}", start.elapsed());
    let reader = bed.reader();
    let queries = reader.queries();
    let hit = queries.search(&format!("number {}", count - 7), 50).unwrap();
    assert_eq!(hit.len(), 1);
    let quick = Duration::from_millis(100);
    assert!(timed("search, rare word", || queries.search(&(count - 7).to_string(), 50).unwrap()) < quick);
    assert!(timed("search, common word", || queries.search("coffee", 50).unwrap()) < quick);
    assert!(timed("search, two words", || queries.search("coffee river", 50).unwrap()) < quick);
    assert!(timed("search, one common letter", || queries.search("x", 50).unwrap()) < 10 * quick);
    assert!(timed("search, two letters nowhere", || queries.search("zq", 50).unwrap()) < 10 * quick);
    assert!(timed("chat list", || queries.chats().unwrap()) < quick);
    assert!(timed("newest page", || queries.thread(ChatId(1), Page::Newest, 50).unwrap()) < quick);
    assert!(timed("unread", || queries.unread(ChatId(1)).unwrap()) < quick);
    let mut bed = bed;
    let start = Instant::now();
    for n in 0..50 {
        bed.apply([put(&received(count + n, 1, account(1), &text(n)))]);
    }
    println!("{:<40} {:>10.1?}", "one message with its commit", start.elapsed() / 50);
    let start = Instant::now();
    bed.apply([Change::MarkRead { chat: ChatId(1), order: i64::MAX }]);
    println!("{:<40} {:>10.1?}", "mark read", start.elapsed());
    let bed = bed.reopened();
    assert_eq!(bed.store.queries().unread(ChatId(1)).unwrap().count, 0);
}

#[test]
fn five_thousand_messages() {
    measure(5_000);
}

#[test]
#[ignore = "measures; run it in release"]
fn a_hundred_thousand_messages() {
    measure(100_000);
}
