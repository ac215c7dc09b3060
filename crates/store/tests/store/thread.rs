//! Pages of a conversation.

use sotto_machine::rows::ChatId;
use sotto_store::Page;

use crate::bed::{ANNA, BEN, Bed, contact, put, put_contact, received};

/// Ten entries in chat 1, with others between them; answers their positions.
fn ten() -> (Bed, Vec<i64>) {
    let mut bed = Bed::with_anna();
    bed.apply([put_contact(contact(2, BEN))]);
    for n in 0..10 {
        bed.apply([put(&received(n, 1, ANNA, "x")), put(&received(n, 2, BEN, "y"))]);
    }
    let page = bed.store.queries().thread(ChatId(1), Page::Newest, 99).unwrap();
    let places = page.rows.iter().map(|row| row.position).collect();
    (bed, places)
}

#[test]
fn every_page_knows_what_lies_around_it() {
    let (bed, at) = ten();
    assert!(at.is_sorted() && at.len() == 10);
    for (page, limit, expected, older, newer) in [
        (Page::Newest, 3, &at[7..], true, false),
        (Page::Newest, 10, &at[..], false, false),
        (Page::Before(at[3]), 2, &at[1..3], true, true),
        (Page::Before(at[3]), 5, &at[..3], false, true),
        (Page::Before(i64::MAX), 2, &at[8..], true, false),
        (Page::Before(at[0]), 5, &[], false, true),
        (Page::After(at[3]), 2, &at[4..6], true, true),
        (Page::After(at[3]), 6, &at[4..], true, false),
        (Page::After(at[9]), 6, &[], true, false),
        (Page::After(i64::MIN), 2, &at[..2], false, true),
        (Page::After(i64::MAX), 2, &[], true, false),
        (Page::Around(at[5]), 4, &at[3..7], true, true),
        (Page::Around(at[0]), 4, &at[..2], false, true),
        (Page::Around(at[9]), 20, &at[..], false, false),
        (Page::Around(at[5] + 1), 4, &at[4..8], true, true),
    ] {
        let found = bed.store.queries().thread(ChatId(1), page, limit).unwrap();
        let places: Vec<_> = found.rows.iter().map(|row| row.position).collect();
        assert_eq!((places.as_slice(), found.has_older, found.has_newer), (expected, older, newer), "{page:?} {limit}");
        assert!(found.rows.iter().all(|row| row.message.chat == ChatId(1)));
    }
}

#[test]
fn a_chat_that_is_not_there_is_empty() {
    let (bed, _) = ten();
    let found = bed.store.queries().thread(ChatId(7), Page::Newest, 5).unwrap();
    assert!(found.rows.is_empty() && !found.has_older && !found.has_newer);
    assert_eq!(bed.store.queries().unread(ChatId(7)).unwrap(), sotto_store::Unread::default());
}
