//! What actions leave behind: it goes with its message, in every table and in the search index.

use sotto_machine::{
    changes::Change,
    post::Post,
    rows::{ActionRows as _, ChatId, Content, EditRow, Marks, MessageRow, PinRow, ReactionRow, TimerRow, WaitingRow},
};

use crate::bed::{ANNA, BEN, Bed, ME, contact, message_id, mine, put, put_contact, received};

fn reaction(person: sotto_wire::AccountId, emoji: Option<&str>, count: u32) -> Change {
    let (chat, author, id) = (ChatId(1), ME, message_id(1));
    Change::PutReaction(ReactionRow { chat, author, id, person, emoji: emoji.map(str::to_owned), count, at: 9 })
}

fn wording(count: u32, text: &str) -> Change {
    Change::PutEdit(EditRow {
        author: ME,
        id: message_id(1),
        count,
        text: text.to_owned(),
        mentions: Vec::new(),
        at: 9,
    })
}

fn pinned(pinned: bool) -> Change {
    let (chat, author, id) = (ChatId(1), ME, message_id(1));
    Change::PutPin(PinRow { chat, author, id, pinned, count: 1, actor: ANNA, at: 9 })
}

#[test]
fn reactions_wordings_and_pin_go_with_their_message() {
    for end in [
        Change::DeleteMessage { author: ME, id: message_id(1) },
        Change::StripMessage { author: ME, id: message_id(1) },
    ] {
        let mut bed = Bed::with_anna();
        let said = mine(1, 1, sotto_machine::rows::MessageState::Sent);
        bed.apply([put(&said), reaction(ANNA, Some("👍"), 1), wording(0, "a"), wording(1, "b"), pinned(true)]);
        bed.apply([reaction(ANNA, None, 2), reaction(BEN, Some("❤️"), 1)]);
        let queries = bed.store.queries();
        let shown = queries.reactions(&ME, &said.id).unwrap();
        assert_eq!(shown.iter().map(|row| row.person).collect::<Vec<_>>(), [BEN], "what was taken back is not shown");
        assert_eq!(queries.edits(&ME, &said.id).unwrap().len(), 2);
        assert_eq!(queries.pins(ChatId(1)).unwrap().len(), 1);
        bed.apply([end]);
        let queries = bed.store.queries();
        assert!(queries.reactions(&ME, &said.id).unwrap().is_empty());
        assert!(queries.edits(&ME, &said.id).unwrap().is_empty());
        assert!(queries.pins(ChatId(1)).unwrap().is_empty());
        assert!(bed.read(|b| b.reaction(&ME, &said.id, &ANNA)).unwrap().is_none());
    }
}

#[test]
fn what_is_taken_back_is_not_found_any_more() {
    let mut bed = Bed::with_anna();
    let said = received(1, 1, ANNA, "the key is under the pot");
    bed.apply([put(&said)]);
    assert_eq!(bed.store.queries().search("pot", 9).unwrap().len(), 1);
    bed.apply([put(&MessageRow { content: Content::Deleted, unread: false, ..said })]);
    assert!(bed.store.queries().search("pot", 9).unwrap().is_empty());
}

#[test]
fn messages_run_out_in_their_order() {
    let mut bed = Bed::with_anna();
    let until = |number, expires_at| {
        let marks = Marks { expires_at, ..Marks::default() };
        put(&MessageRow { marks, ..received(number, 1, ANNA, "x") })
    };
    bed.apply([until(1, Some(30)), until(2, None), until(3, Some(10)), until(4, Some(50))]);
    bed.read(|b| {
        let over = b.expired(30, 9).unwrap();
        assert_eq!(over.iter().map(|row| row.id).collect::<Vec<_>>(), [message_id(3), message_id(1)]);
        assert_eq!(b.expired(30, 1).unwrap().len(), 1);
        assert_eq!(b.next_expiry_after(30).unwrap(), Some(50));
        assert_eq!(b.next_expiry_after(50).unwrap(), None);
    });
}

#[test]
fn traces_of_what_was_taken_back_come_the_oldest_first() {
    let mut bed = Bed::with_anna();
    let said = |n, at, content| MessageRow { at, content, ..received(n, 1, ANNA, "x") };
    let rows =
        [said(1, 30, Content::Deleted), said(2, 10, Content::Deleted), said(3, 10, Content::Post(Post::text("x")))];
    bed.apply(rows.iter().map(put));
    bed.read(|b| {
        let ids = |before, most| b.traces(before, most).unwrap().iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(ids(31, 9), [message_id(2), message_id(1)]);
        assert_eq!(ids(31, 1), [message_id(2)]);
        assert_eq!(ids(30, 9), [message_id(2)]);
    });
}

#[test]
fn what_waits_and_what_is_gone_is_pruned_each_by_its_own_time() {
    let mut bed = Bed::with_anna();
    let waiting =
        |n, at| WaitingRow { chat: ChatId(1), author: ANNA, id: message_id(n), actor: ANNA, body: vec![1], at };
    let gone = |n, at| Change::PutGone { author: ANNA, id: message_id(n), at };
    bed.apply([1, 2].map(|n| Change::PutWaiting(waiting(n, u64::from(n) * 10))));
    bed.apply([gone(3, 5), gone(4, 6), Change::PruneActions { waiting: 20, gone: 6 }]);
    bed.read(|b| {
        assert_eq!(b.waiting(&ANNA, &message_id(2)).unwrap(), [waiting(2, 20)]);
        assert_eq!(b.waiting_count(&ANNA).unwrap(), 1);
        assert_eq!([3, 4].map(|n| b.is_gone(&ANNA, &message_id(n)).unwrap()), [false, true]);
    });
    bed.apply([Change::DeleteWaiting { author: ANNA, id: message_id(2) }]);
    assert_eq!(bed.read(|b| b.waiting_count(&ANNA)).unwrap(), 0);
}

#[test]
fn the_timer_and_what_was_done_survive_a_merge_of_chats() {
    let mut bed = Bed::with_anna();
    let timer = TimerRow { seconds: 60, count: 1, actor: ANNA };
    bed.apply([put_contact(contact(2, BEN)), Change::PutTimer { chat: ChatId(2), timer }]);
    bed.apply([put(&mine(1, 1, sotto_machine::rows::MessageState::Sent)), pinned(true)]);
    bed.apply([Change::MergeChats { from: ChatId(1), into: ChatId(2) }]);
    assert_eq!(bed.read(|b| b.timer(ChatId(2))).unwrap(), Some(timer));
    assert_eq!(bed.store.queries().pins(ChatId(2)).unwrap().len(), 1);
}
