//! Finding what was written.

use sotto_machine::{
    changes::Change,
    rows::{Content, MessageRow, Notice},
};

use crate::bed::{ANNA, Bed, message_id, put, received};

const TEXTS: [&str; 8] = [
    "Crème brûlée at São João",
    "明天去東京看櫻花",
    "مُحَمَّد سيأتي غدًا",
    "한국어 공부",
    "100% of \"quoted\" AND (odd) NEAR* things",
    "Ünï 🧵 sewing",
    "Order a zebra",
    "plain words, nothing else",
];

fn library() -> Bed {
    let mut bed = Bed::with_anna();
    bed.apply((0..).zip(TEXTS).map(|(n, text)| put(&received(n, 1, ANNA, text))));
    bed
}

/// Which of the texts, newest first.
fn found(bed: &Bed, typed: &str) -> Vec<u32> {
    let queries = bed.store.queries();
    let number = |position| {
        (0..20).find(|n| queries.message(&ANNA, &message_id(*n)).unwrap().is_some_and(|m| m.position == position))
    };
    queries.search(typed, 50).unwrap().into_iter().map(|hit| number(hit.position).unwrap()).collect()
}

#[test]
fn words_are_found_by_any_part_in_any_script() {
    let bed = library();
    for (typed, expected) in [
        ("brulee", vec![0]),
        ("RÛLÉ", vec![0]),
        ("joao creme", vec![0]),
        ("joao zebra", vec![]),
        ("東京", vec![1]),
        ("東京看", vec![1]),
        ("櫻", vec![1]),
        ("محمد", vec![2]),
        ("한국", vec![3]),
        ("하", vec![3]),
        ("100%", vec![4]),
        ("%", vec![4]),
        ("\"quoted\"", vec![4]),
        ("AND", vec![4]),
        ("NEAR*", vec![4]),
        ("(odd)", vec![4]),
        ("_", vec![]),
        ("uni", vec![5]),
        ("🧵", vec![5]),
        ("z", vec![6]),
        ("z order", vec![6]),
        ("or a zebra", vec![6]),
        ("", vec![]),
        ("  ", vec![]),
        ("\u{301}", vec![]),
        ("in", vec![7, 5, 4]),
    ] {
        assert_eq!(found(&bed, typed), expected, "{typed:?}");
    }
}

#[test]
fn the_newest_come_first_up_to_the_limit() {
    let mut bed = Bed::with_anna();
    bed.apply((0..9).map(|n| put(&received(n, 1, ANNA, "the same again"))));
    for typed in ["same", "a", "same a"] {
        let hits = bed.store.queries().search(typed, 3).unwrap();
        let newest = bed.store.queries().message(&ANNA, &message_id(8)).unwrap().unwrap().position;
        assert_eq!(hits.iter().map(|h| h.position).collect::<Vec<_>>(), [newest, newest - 1, newest - 2]);
    }
}

#[test]
fn the_index_follows_the_message() {
    let mut bed = library();
    let edited = received(6, 1, ANNA, "Order a giraffe");
    bed.apply([put(&edited)]);
    assert_eq!((found(&bed, "zebra"), found(&bed, "giraffe")), (vec![], vec![6]));
    let emptied = MessageRow { content: Content::Notice(Notice::Verified), ..edited };
    bed.apply([put(&emptied)]);
    assert!(found(&bed, "giraffe").is_empty());
    bed.apply([Change::DeleteMessage { author: ANNA, id: message_id(1) }]);
    assert_eq!((found(&bed, "東京看"), found(&bed, "東")), (vec![], vec![]));
    assert_eq!(found(&bed.reopened(), "brulee"), [0]);
}
