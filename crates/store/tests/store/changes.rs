//! What a change does beyond putting a row.

use sotto_machine::{
    changes::Change,
    post::Post,
    rows::{ChatId, Content, GapRow, MessageRow, MessageState, Notice, Rows, SentRow, SessionRow},
};
use sotto_store::{Page, ProfileRow};
use sotto_wire::{DeviceId, Hash};

use crate::bed::{ANNA, BEN, Bed, ME, contact, message_id, mine, put, put_contact, received, session};

const PHONE: DeviceId = DeviceId([5; 16]);

#[test]
fn a_message_that_is_there_is_rewritten_in_its_place() {
    let mut bed = Bed::with_anna();
    let first = mine(1, 1, MessageState::Sending);
    bed.apply([put(&first), put(&received(2, 1, ANNA, "later"))]);
    let place = bed.store.queries().message(&ME, &first.id).unwrap().unwrap().position;
    let row = MessageRow { state: MessageState::Delivered, ..first };
    bed.apply([put(&row)]);
    let found = bed.store.queries().message(&ME, &row.id).unwrap().unwrap();
    assert_eq!((found.position, found.message), (place, row));
    assert_eq!(bed.store.queries().thread(ChatId(1), Page::Newest, 9).unwrap().rows.len(), 2);
}

#[test]
fn the_same_id_of_another_author_is_another_message() {
    let mut bed = Bed::with_anna();
    bed.apply([put_contact(contact(2, BEN)), put(&received(1, 1, ANNA, "a")), put(&received(1, 2, BEN, "b"))]);
    assert_eq!(bed.store.queries().thread(ChatId(1), Page::Newest, 9).unwrap().rows.len(), 1);
    assert_eq!(bed.store.queries().thread(ChatId(2), Page::Newest, 9).unwrap().rows.len(), 1);
}

#[test]
fn a_position_is_never_given_out_twice() {
    let mut bed = Bed::with_anna();
    bed.apply([put(&received(1, 1, ANNA, "a")), put(&received(2, 1, ANNA, "b"))]);
    let last = bed.store.queries().message(&ANNA, &message_id(2)).unwrap().unwrap().position;
    bed.apply([1, 2].map(|n| Change::DeleteMessage { author: ANNA, id: message_id(n) }));
    let mut bed = bed.reopened();
    bed.apply([put(&received(2, 1, ANNA, "b"))]);
    assert!(bed.store.queries().message(&ANNA, &message_id(2)).unwrap().unwrap().position > last);
}

#[test]
fn a_chat_number_is_never_given_out_twice() {
    let mut bed = Bed::new();
    assert_eq!(bed.read(|b| b.next_chat()).unwrap(), ChatId(1));
    bed.apply([put_contact(contact(1, ANNA)), put_contact(contact(2, BEN))]);
    bed.apply([Change::MergeChats { from: ChatId(2), into: ChatId(1) }]);
    assert_eq!(bed.reopened().read(|b| b.next_chat()).unwrap(), ChatId(3));
}

#[test]
fn merged_chats_interleave_and_keep_what_the_person_wrote() {
    let mut bed = Bed::with_anna();
    bed.apply([put_contact(contact(2, BEN))]);
    bed.apply([
        put(&received(1, 1, ANNA, "one")),
        put(&received(2, 2, BEN, "two")),
        put(&received(3, 1, ANNA, "three")),
        put(&received(4, 2, BEN, "four")),
    ]);
    bed.write(|b| {
        b.put_draft(ChatId(2), Some("not sent"))?;
        b.put_given_name(ChatId(1), Some("Anna"))?;
        b.put_given_name(ChatId(2), Some("Stranger"))?;
        b.put_profile(&BEN, &profile("Ben"))
    });
    // As the machine does it: the number of chat 1 now belongs to the account of chat 2.
    bed.apply([Change::MergeChats { from: ChatId(2), into: ChatId(1) }, put_contact(contact(1, BEN))]);
    let queries = bed.store.queries();
    let texts: Vec<_> = queries.thread(ChatId(1), Page::Newest, 9).unwrap().rows;
    let texts: Vec<_> = texts.into_iter().map(|row| row.message.content).collect();
    assert_eq!(texts, ["one", "two", "three", "four"].map(|t| Content::Post(Post::text(t))));
    let row = queries.chat(ChatId(1)).unwrap().unwrap();
    assert_eq!(row.draft.as_deref(), Some("not sent"));
    assert_eq!(row.given_name.as_deref(), Some("Anna"));
    assert_eq!((row.own_name.as_str(), row.unread), ("Ben", 4));
    assert_eq!(queries.chats().unwrap().len(), 1);
    assert_eq!(queries.contacts().unwrap().len(), 1);
    assert_eq!(queries.search("four", 9).unwrap()[0].chat, ChatId(1));
}

fn profile(own_name: &str) -> ProfileRow {
    ProfileRow { own_name: own_name.into(), about: String::new(), picture: None, fetched_at: 1 }
}

#[test]
fn a_number_that_moves_takes_no_name_along() {
    let mut bed = Bed::with_anna();
    bed.write(|b| b.put_profile(&ANNA, &profile("Anna")));
    bed.apply([put_contact(contact(1, BEN))]);
    assert_eq!(bed.store.queries().chat(ChatId(1)).unwrap().unwrap().own_name, "");
    assert_eq!(bed.store.queries().profile_fetched_at(&ANNA).unwrap(), None);
}

#[test]
fn putting_a_contact_again_keeps_name_draft_and_messages() {
    let mut bed = Bed::with_anna();
    bed.apply([put(&received(1, 1, ANNA, "a"))]);
    bed.write(|b| {
        b.put_draft(ChatId(1), Some("draft"))?;
        b.put_given_name(ChatId(1), Some("Annie"))
    });
    bed.apply([put_contact(contact(1, ANNA))]);
    let row = bed.store.queries().chat(ChatId(1)).unwrap().unwrap();
    assert_eq!((row.draft.as_deref(), row.given_name.as_deref()), (Some("draft"), Some("Annie")));
    assert!(row.newest.is_some());
}

#[test]
fn four_sessions_stay_alive_and_the_others_are_remembered() {
    let mut bed = Bed::new();
    for (at, id) in (1..).zip(["a", "b", "c", "d", "e", "f"]) {
        bed.apply([Change::PutSession(session(PHONE, id, at))]);
    }
    bed.apply([Change::PutSession(session(DeviceId([6; 16]), "other", 0))]);
    let rows = bed.read(|b| b.sessions(&PHONE)).unwrap();
    let shown: Vec<_> = rows.iter().map(|row| (row.session_id.as_str(), row.pickle.is_some())).collect();
    assert_eq!(shown, [("f", true), ("e", true), ("d", true), ("c", true), ("b", false), ("a", false)]);
    let wiped = SessionRow { pickle: None, ..session(PHONE, "f", 6) };
    bed.apply([Change::PutSession(wiped.clone()), Change::PutSession(session(PHONE, "c", 9))]);
    let rows = bed.read(|b| b.sessions(&PHONE)).unwrap();
    assert_eq!(rows[0].session_id, "c");
    assert!(rows[3..].contains(&wiped));
}

#[test]
fn of_a_device_that_is_gone_only_tombstones_stay() {
    let mut bed = Bed::new();
    bed.apply([
        Change::PutSession(session(PHONE, "a", 1)),
        Change::PutGap(GapRow { device: PHONE, pair_counter: 3 }),
        Change::DeleteDevice(PHONE),
    ]);
    bed.read(|b| {
        assert_eq!(b.device(&PHONE).unwrap(), None);
        assert_eq!(b.gaps(&PHONE).unwrap(), []);
        assert_eq!(b.sessions(&PHONE).unwrap(), [SessionRow { pickle: None, ..session(PHONE, "a", 1) }]);
    });
}

#[test]
fn pruning_takes_what_is_older_and_nothing_else() {
    let mut bed = Bed::new();
    let sent = |pair_counter, at| SentRow { device: PHONE, pair_counter, message: None, action: None, with: None, at };
    bed.apply([
        Change::PutSeen { hash: Hash([1; 32]), at: 9 },
        Change::PutSeen { hash: Hash([2; 32]), at: 10 },
        Change::PutSent(sent(1, 9)),
        Change::PutSent(sent(2, 10)),
        Change::PutSession(session(PHONE, "a", 1)),
        Change::Prune { before: 10, buried: 0 },
    ]);
    bed.read(|b| {
        assert_eq!([1, 2].map(|n| b.seen(&Hash([n; 32])).unwrap()), [false, true]);
        assert_eq!([1, 2].map(|n| b.sent(&PHONE, n).unwrap().is_some()), [false, true]);
        assert_eq!(b.sessions(&PHONE).unwrap().len(), 1);
    });
}

#[test]
fn a_tombstone_stays_its_time_from_its_burial() {
    let mut bed = Bed::new();
    // A broken session, which says nothing of when it was used, is buried by the four that come after it.
    let sessions = [("a", 0), ("b", 20), ("c", 21), ("d", 22), ("e", 30)];
    bed.apply(sessions.map(|(id, at)| Change::PutSession(session(PHONE, id, at))));
    let left = |bed: &mut Bed, buried| {
        bed.apply([Change::Prune { before: 0, buried }]);
        bed.read(|b| b.sessions(&PHONE)).unwrap().len()
    };
    assert_eq!(left(&mut bed, 30), 5);
    assert_eq!(left(&mut bed, 99), 4, "those that live are no tombstones");
}

#[test]
fn reading_up_to_a_position_leaves_what_is_newer() {
    let mut bed = Bed::with_anna();
    let rows = [1, 2, 3].map(|n| received(n, 1, ANNA, "x"));
    let notice = MessageRow { author: ME, content: Content::Notice(Notice::KeyChanged), ..received(4, 1, ANNA, "") };
    bed.apply(rows.iter().chain([&notice]).map(put));
    let queries = bed.store.queries();
    let place = |n: usize| queries.message(&ANNA, &rows[n].id).unwrap().unwrap().position;
    let (first, second, third) = (place(0), place(1), place(2));
    let unread = queries.unread(ChatId(1)).unwrap();
    assert_eq!((unread.first, unread.count), (Some(first), 4));
    assert_eq!(bed.read(|b| b.unread_up_to(ChatId(1), second)).unwrap(), rows[..2]);
    assert_eq!(bed.read(|b| b.unread_up_to(ChatId(1), i64::MAX)).unwrap(), rows, "not what the engine says");
    bed.apply([Change::MarkRead { chat: ChatId(1), order: second }]);
    let unread = bed.store.queries().unread(ChatId(1)).unwrap();
    assert_eq!((unread.first, unread.count), (Some(third), 2));
    assert_eq!(bed.store.queries().unread_total(0).unwrap(), 2);
    assert_eq!(bed.read(|b| b.unread_up_to(ChatId(1), second)).unwrap(), []);
}

#[test]
fn held_messages_and_the_gap_notice_are_found() {
    let mut bed = Bed::with_anna();
    let held = [mine(1, 1, MessageState::Held), mine(2, 1, MessageState::Held)];
    let gap = MessageRow { content: Content::Notice(Notice::Gap { count: 2 }), ..mine(3, 1, MessageState::Received) };
    bed.apply(held.iter().chain([&mine(4, 1, MessageState::Sent), &gap]).map(put));
    bed.read(|b| {
        assert_eq!(b.held(ChatId(1)).unwrap(), held);
        assert_eq!(b.gap_notice(ChatId(1)).unwrap(), Some(gap.clone()));
    });
    let lost = MessageRow { content: Content::Notice(Notice::Lost { count: 2 }), ..gap };
    bed.apply([put(&lost)]);
    assert_eq!(bed.read(|b| b.gap_notice(ChatId(1))).unwrap(), None);
}
