//! What is shown of a quote: what was written, never what somebody claims.

use sotto_machine::{
    changes::Change,
    post::{Post, Quote},
    rows::{ChatId, ContactRow, Content, Marks, MessageRow, MessageState, Trust},
};
use sotto_store::Store;
use sotto_wire::{AccountId, MessageId};

use super::{Eye, groups, message};
use crate::view::QuoteView;

const ME: AccountId = AccountId([1; 32]);
const MALLORY: AccountId = AccountId([2; 32]);
const ANNA: AccountId = AccountId([3; 32]);

fn contact(chat: i64, account: AccountId) -> Change {
    Change::PutContact(Box::new(ContactRow {
        chat: ChatId(chat),
        account,
        number: None,
        claimed_number: None,
        trust: Trust::FirstSeen,
        accepted: true,
        profile_key: None,
        token_refused: false,
        blocked: false,
        listed: true,
    }))
}

fn said(chat: i64, author: AccountId, id: u8, content: Content) -> Change {
    Change::PutMessage(Box::new(MessageRow {
        id: MessageId([id; 16]),
        chat: ChatId(chat),
        author,
        at: 1,
        state: MessageState::Received,
        content,
        unread: false,
        marks: Marks::default(),
    }))
}

/// What I see when Mallory answers with a quote like this.
fn shown(author: AccountId, id: u8) -> Option<QuoteView> {
    let dir = tempfile::tempdir().unwrap();
    let mut store = Store::open(&dir.path().join("sotto.db"), &[7; 32]).unwrap();
    let quote = Quote { author, message: MessageId([id; 16]), excerpt: "I owe you everything".into() };
    let answer = Post { quote: Some(quote), ..Post::text("See?") };
    let mut batch = store.batch().unwrap();
    for change in [
        contact(1, MALLORY),
        contact(2, ANNA),
        said(1, ME, 1, Content::Post(Post::text("I owe you ten"))),
        said(1, ME, 2, Content::Deleted),
        said(2, ME, 3, Content::Post(Post::text("Between us, Anna"))),
        said(1, MALLORY, 9, Content::Post(answer)),
    ] {
        batch.apply(&change).unwrap();
    }
    batch.commit().unwrap();
    let queries = store.queries();
    let row = queries.message(&MALLORY, &MessageId([9; 16])).unwrap().unwrap();
    let eye =
        Eye { account: Some(ME), read_receipts: true, faces: groups::Faces::default(), below: Default::default() };
    message(row, &eye, &queries).unwrap().quote
}

#[test]
fn a_quote_shows_what_was_written_and_never_what_is_claimed() {
    let mine = shown(ME, 1).unwrap();
    assert_eq!((mine.text.as_str(), mine.order.is_some()), ("I owe you ten", true));
    let deleted = shown(ME, 2).unwrap();
    assert_eq!((deleted.text.as_str(), deleted.deleted), ("", true));
    let other_chat = shown(ME, 3).unwrap();
    assert_eq!((other_chat.text.as_str(), other_chat.order), ("", None));
    let never_said = shown(ME, 4).unwrap();
    assert_eq!((never_said.text.as_str(), never_said.order), ("", None));
    assert_eq!(shown(ANNA, 5), None, "she has no part in this conversation");
    let theirs = shown(MALLORY, 6).unwrap();
    assert_eq!((theirs.text.as_str(), theirs.order), ("I owe you everything", None), "their own words are theirs");
}
