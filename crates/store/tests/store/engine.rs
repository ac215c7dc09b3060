//! What the engine keeps and shows besides the machine's rows.

use serde_json::json;
use sotto_machine::rows::{ChatId, MessageState};
use sotto_store::{OwnProfileRow, ProfileRow, RelayRow, SignUpRow};
use sotto_wire::DeviceToken;

use crate::bed::{ANNA, BEN, Bed, contact, mine, put, put_contact, received};

#[test]
fn the_chat_list_shows_the_newest_first() {
    let mut bed = Bed::with_anna();
    bed.apply([put_contact(contact(2, BEN)), put_contact(contact(3, ANNA))]);
    let newest = mine(3, 1, MessageState::Sent);
    bed.apply([put(&received(1, 1, ANNA, "a")), put(&received(2, 2, BEN, "b")), put(&newest)]);
    bed.write(|b| b.put_draft(ChatId(2), Some("dear Ben")));
    let rows = bed.reader().queries().chats().unwrap();
    let order: Vec<_> = rows.iter().map(|row| row.contact.chat.0).collect();
    assert_eq!(order, [1, 2, 3], "a chat without entries comes last");
    let first = rows[0].newest.as_ref().unwrap();
    assert_eq!((&first.message, first.position), (&newest, rows[0].order));
    assert_eq!((rows[0].unread, rows[1].unread, rows[2].unread), (1, 1, 0));
    assert_eq!(rows[1].draft.as_deref(), Some("dear Ben"));
    assert_eq!((rows[2].order, &rows[2].newest), (0, &None));
    let queries = bed.store.queries();
    for row in &rows {
        assert_eq!(queries.chat(row.contact.chat).unwrap().as_ref(), Some(row));
    }
    assert_eq!(queries.chat(ChatId(9)).unwrap(), None);
}

#[test]
fn a_profile_is_shown_with_its_contact() {
    let mut bed = Bed::with_anna();
    let mut row =
        ProfileRow { own_name: "Anna".into(), about: "Away".into(), picture: Some(vec![0xFF, 0xD8, 1]), fetched_at: 5 };
    bed.write(|b| b.put_profile(&ANNA, &row));
    let queries = bed.store.queries();
    let details = queries.contact(ChatId(1)).unwrap().unwrap();
    assert_eq!((details.own_name.as_str(), details.about.as_str()), ("Anna", "Away"));
    assert_eq!(queries.picture(ChatId(1)).unwrap(), row.picture);
    assert_eq!(queries.profile_fetched_at(&ANNA).unwrap(), Some(5));
    let rev = details.picture_rev;
    assert!(rev > 0 && rev < (1 << 53), "fits a JavaScript number");

    row.about = "Back".into();
    bed.write(|b| b.put_profile(&ANNA, &row));
    assert_eq!(bed.store.queries().contact(ChatId(1)).unwrap().unwrap().picture_rev, rev, "the same picture");
    row.picture = Some(vec![0xFF, 0xD8, 2]);
    bed.write(|b| b.put_profile(&ANNA, &row));
    let other = bed.store.queries().contact(ChatId(1)).unwrap().unwrap().picture_rev;
    assert!(other != rev && other != 0);
    row.picture = None;
    bed.write(|b| b.put_profile(&ANNA, &row));
    assert_eq!(bed.store.queries().chat(ChatId(1)).unwrap().unwrap().picture_rev, 0);
    assert_eq!(bed.store.queries().picture(ChatId(1)).unwrap(), None);
}

#[test]
fn a_given_name_comes_and_goes() {
    let mut bed = Bed::with_anna();
    for name in [Some("Annie"), None] {
        bed.write(|b| b.put_given_name(ChatId(1), name));
        assert_eq!(bed.store.queries().contact(ChatId(1)).unwrap().unwrap().given_name.as_deref(), name);
    }
}

#[test]
fn ones_own_profile_is_unpublished_after_every_change() {
    let mut bed = Bed::new();
    assert_eq!(bed.store.queries().own_profile().unwrap(), None);
    bed.write(|b| b.put_own_words("Me", "Here"));
    let expected = OwnProfileRow { name: "Me".into(), about: "Here".into(), published: false, picture_rev: 0 };
    assert_eq!(bed.store.queries().own_profile().unwrap(), Some(expected));
    bed.write(|b| b.set_own_profile_published(true));
    assert!(bed.store.queries().own_profile().unwrap().unwrap().published);
    bed.write(|b| b.put_own_picture(Some(&[1, 2])));
    let row = bed.store.queries().own_profile().unwrap().unwrap();
    assert!(!row.published && row.picture_rev > 0 && row.name == "Me");
    assert_eq!(bed.store.queries().own_picture().unwrap(), Some(vec![1, 2]));
    bed.write(|b| b.put_own_picture(None));
    assert_eq!(bed.store.queries().own_picture().unwrap(), None);
}

#[test]
fn settings_relay_and_sign_up_survive_a_restart() {
    let mut bed = Bed::new();
    let relay = RelayRow {
        address: "http://127.0.0.1:1".into(),
        name: "mine".into(),
        local: true,
        device_token: Some(DeviceToken([6; 32])),
        standing: Some(vec![5; 9]),
        signed_out: false,
    };
    let sign_up = SignUpRow { number: "+351912345678".parse().unwrap(), requested_at: 1, expires_at: 2, resend_at: 3 };
    bed.write(|b| {
        b.put_setting("theme", &json!("dark"))?;
        b.put_setting("text_size", &json!(15))?;
        b.put_setting("theme", &json!("light"))?;
        b.put_relay(&relay)?;
        b.put_sign_up(Some(&sign_up))
    });
    let mut bed = bed.reopened();
    let queries = bed.store.queries();
    assert_eq!(json!(queries.settings().unwrap()), json!({ "theme": "light", "text_size": 15 }));
    assert_eq!(queries.setting("theme").unwrap(), Some(json!("light")));
    assert_eq!(queries.setting("language").unwrap(), None);
    assert_eq!(queries.relay().unwrap(), Some(relay));
    assert_eq!(queries.sign_up().unwrap(), Some(sign_up));
    bed.write(|b| b.put_sign_up(None));
    assert_eq!(bed.store.queries().sign_up().unwrap(), None);
}
