//! What a person decides about a chat, and what a new message makes of it.

use sotto_machine::rows::{ChatId, Content, MessageRow, MessageState, Notice};
use sotto_store::{ChatMarks, Mark, Page, Sought};

use crate::bed::{ANNA, BEN, Bed, contact, mine, own, put, put_contact, received};

/// Messages of the bed are written shortly after this.
const THEN: u64 = 1_700_000_000_000;

fn marks(bed: &Bed, chat: i64) -> ChatMarks {
    bed.store.queries().chat(ChatId(chat)).unwrap().unwrap().marks
}

fn order(bed: &Bed) -> Vec<i64> {
    bed.store.queries().chats().unwrap().iter().map(|row| row.contact.chat.0).collect()
}

#[test]
fn pinned_chats_stay_on_top_in_the_order_in_which_they_were_pinned() {
    let mut bed = Bed::with_anna();
    bed.apply([put_contact(contact(2, BEN)), put_contact(contact(3, BEN))]);
    bed.apply([put(&received(1, 1, ANNA, "a")), put(&received(2, 2, BEN, "b")), put(&received(3, 3, BEN, "c"))]);
    assert_eq!(order(&bed), [3, 2, 1]);
    bed.write(|b| b.put_mark(ChatId(1), Mark::Pinned(true)));
    bed.write(|b| b.put_mark(ChatId(2), Mark::Pinned(true)));
    assert_eq!(order(&bed), [1, 2, 3]);
    bed.write(|b| b.put_mark(ChatId(1), Mark::Pinned(true)));
    assert_eq!(order(&bed.reopened()), [1, 2, 3], "pinning again moves nothing");
}

#[test]
fn an_archived_chat_comes_back_with_a_message_unless_it_is_muted() {
    let mut bed = Bed::with_anna();
    let anna = ChatId(1);
    bed.write(|b| b.put_mark(anna, Mark::Pinned(true)));
    bed.write(|b| b.put_mark(anna, Mark::Archived(true)));
    assert_eq!(marks(&bed, 1), ChatMarks { archived: true, ..ChatMarks::default() }, "and is pinned no more");
    bed.apply([put(&mine(1, 1, MessageState::Sent))]);
    assert!(marks(&bed, 1).archived, "one's own message wakes nothing");
    bed.apply([put(&received(2, 1, ANNA, "psst"))]);
    assert!(!marks(&bed, 1).archived);

    bed.write(|b| b.put_mark(anna, Mark::Archived(true)));
    bed.write(|b| b.put_mark(anna, Mark::Muted(Some(THEN + 10))));
    bed.apply([put(&received(3, 1, ANNA, "hello"))]);
    assert!(marks(&bed, 1).archived);
    bed.apply([put(&received(11, 1, ANNA, "hello?"))]);
    assert!(!marks(&bed, 1).archived, "the mute is over by then");

    bed.write(|b| b.put_mark(anna, Mark::Archived(true)));
    bed.write(|b| b.put_mark(anna, Mark::Muted(Some(u64::MAX))));
    bed.apply([put(&received(12, 1, ANNA, "hello!"))]);
    let mut bed = bed.reopened();
    assert_eq!((marks(&bed, 1).archived, marks(&bed, 1).muted_until), (true, Some(u64::MAX)));
    bed.write(|b| b.put_mark(anna, Mark::Muted(None)));
    assert_eq!(marks(&bed, 1).muted_until, None);
}

#[test]
fn only_chats_that_make_themselves_heard_count_as_unread() {
    let mut bed = Bed::with_anna();
    bed.apply([put_contact(contact(2, BEN))]);
    bed.apply([1, 2].map(|n| put(&received(n, 1, ANNA, "a"))));
    bed.apply([put(&received(3, 2, BEN, "b"))]);
    let total = |bed: &Bed, now| bed.store.queries().unread_total(now).unwrap();
    assert_eq!(total(&bed, 0), 3);
    bed.write(|b| b.put_mark(ChatId(1), Mark::Muted(Some(500))));
    assert_eq!((total(&bed, 499), total(&bed, 500)), (1, 3), "a mute ends by itself");
    bed.write(|b| b.put_mark(ChatId(2), Mark::Unread(true)));
    assert_eq!(total(&bed, 0), 1, "marked and unread is unread once");
    bed.write(|b| b.put_mark(ChatId(2), Mark::Archived(true)));
    assert_eq!(total(&bed, 0), 0);
}

#[test]
fn a_deleted_chat_is_gone_until_somebody_writes() {
    let mut bed = Bed::with_anna();
    let anna = ChatId(1);
    let encrypted = MessageRow { content: Content::Notice(Notice::Encrypted), ..mine(1, 1, MessageState::Received) };
    bed.apply([put(&encrypted), put(&received(2, 1, ANNA, "secret")), put(&mine(3, 1, MessageState::Sent))]);
    bed.write(|b| {
        b.put_draft(anna, Some("unsent"))?;
        b.clear_chat(anna)?;
        b.put_mark(anna, Mark::Hidden(true))
    });
    let queries = bed.store.queries();
    assert_eq!((order(&bed), queries.chat(anna).unwrap()), (vec![], None));
    assert!(queries.search("secret", 9).unwrap().is_empty());
    assert_eq!(queries.thread(anna, Page::Newest, 9).unwrap().rows.len(), 1, "what is said of encryption stays");
    bed.apply([put(&received(4, 1, ANNA, "again"))]);
    let row = bed.store.queries().chat(anna).unwrap().unwrap();
    assert_eq!((row.unread, row.draft), (1, None));
}

#[test]
fn the_chat_with_oneself_shows_ones_own_profile() {
    let mut bed = Bed::with_anna();
    let me = own();
    bed.apply([sotto_machine::changes::Change::PutOwn(Box::new(me.clone())), put_contact(contact(2, me.account))]);
    bed.write(|b| b.put_own_words("Me", "Here"));
    bed.write(|b| b.put_own_picture(Some(&[1, 2])));
    let queries = bed.store.queries();
    let row = queries.chat(ChatId(2)).unwrap().unwrap();
    assert!(row.own && row.own_name == "Me" && row.picture_rev > 0);
    assert_eq!(queries.picture(ChatId(2)).unwrap(), Some(vec![1, 2]));
    assert!(queries.contact(ChatId(2)).unwrap().unwrap().own);
    assert!(!queries.chat(ChatId(1)).unwrap().unwrap().own);
    assert_eq!(queries.picture(ChatId(1)).unwrap(), None);
}

#[test]
fn a_search_is_narrowed_by_chat_author_time_and_page() {
    let mut bed = Bed::with_anna();
    let me = own();
    bed.apply([sotto_machine::changes::Change::PutOwn(Box::new(me.clone())), put_contact(contact(2, BEN))]);
    let said =
        [received(1, 1, ANNA, "tea at four"), received(2, 2, BEN, "tea at five"), received(3, 1, me.account, "tea")];
    bed.apply(said.iter().map(put));
    let found = |sought: Sought<'_>| -> Vec<i64> {
        bed.store.queries().search(sought, 9).unwrap().iter().map(|hit| hit.position).collect()
    };
    for text in ["tea", "t"] {
        let all = Sought::from(text);
        let [third, second, first] = found(all)[..] else { panic!("three of them") };
        assert_eq!(found(Sought { chat: Some(ChatId(1)), ..all }), [third, first]);
        assert_eq!(found(Sought { mine: Some(true), ..all }), [third]);
        assert_eq!(found(Sought { mine: Some(false), ..all }), [second, first]);
        assert_eq!(found(Sought { since: Some(THEN + 2), ..all }), [third, second]);
        assert_eq!(found(Sought { until: Some(THEN + 2), ..all }), [first]);
        assert_eq!(found(Sought { before: Some(second), ..all }), [first]);
    }
}
