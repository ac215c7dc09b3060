//! Group calls through the real relay: codes in tones and counters in patterns reach everybody who has the keys, and
//! nobody else.

use sotto_media::{CallKey, SenderId};
use sotto_tests::{
    load::{ANY_PORT, Stranger, sign_up},
    program::RelayProgram,
    room_member::{Invitation, Part, Refused, RoomMember, enter, hear, knock},
};
use sotto_wire::{
    RoomSecret,
    rest::{EnterRoom, FromRoom, RoomRefusal},
};
use tempfile::TempDir;

struct House {
    relay: RelayProgram,
    people: Vec<Stranger>,
    _dir: TempDir,
}

impl House {
    async fn of(people: usize) -> Self {
        let dir = TempDir::new().unwrap();
        let quiet = [("SOTTO_RELAY_CODES__CONSOLE", "false".to_owned())];
        let relay = RelayProgram::start(&dir.path().join("relay"), ANY_PORT, quiet).await.unwrap();
        let people: Vec<_> = (0..people).map(Stranger::draw).collect();
        sign_up(&relay, people.iter()).await.unwrap();
        Self { relay, people, _dir: dir }
    }

    /// Who sends the tone with their own number as its code, and a pattern.
    async fn member(&self, person: usize, invitation: Invitation, open: bool) -> RoomMember {
        let part = Part { code: code(person), seen: true, open, looks: true };
        RoomMember::enter(self.relay.address(), &self.people[person], invitation, part).await.unwrap()
    }
}

fn code(person: usize) -> u8 {
    0x10 + u8::try_from(person).unwrap()
}

/// Each is told the keys of the others.
fn exchange(members: &[&RoomMember]) {
    for member in members {
        for other in members {
            if other.key.sender != member.key.sender {
                assert!(member.keys.take(&other.key));
            }
        }
    }
}

async fn hears_and_sees(member: &mut RoomMember, sender: SenderId, code: u8) {
    let heard = |got: &sotto_tests::room_member::Got| {
        let heard = got.numbers.others.get(&sender).and_then(|other| other.heard);
        let seen = got.patterns.get(&sender).is_some_and(|(first, last)| last.wrapping_sub(*first) >= 5);
        heard.is_some_and(|heard| heard.code == code && heard.beeps >= 2) && seen
    };
    member.until("the tone and the pattern of another", heard).await;
}

#[tokio::test]
async fn three_hear_and_see_each_other_and_a_fourth_without_keys_opens_nothing() {
    let house = House::of(4).await;
    let invitation = Invitation::draw();
    let mut members = vec![house.member(0, invitation, true).await];
    for person in 1..3 {
        members.push(house.member(person, invitation, false).await);
    }
    exchange(&members.iter().collect::<Vec<_>>());
    // Mallory works at the relay, or was told of the room by mistake: she is in it, but nobody has given her a key.
    let mut mallory = house.member(3, invitation, false).await;
    let senders: Vec<_> = members.iter().map(|member| member.key.sender).collect();
    for (own, member) in members.iter_mut().enumerate() {
        for (other, sender) in senders.iter().enumerate().filter(|(other, _)| *other != own) {
            hears_and_sees(member, *sender, code(other)).await;
        }
    }
    mallory.until("frames that she cannot open", |got| got.numbers.refused.unknown > 300).await;
    // A key that she has drawn herself, under the name of one of the others, opens nothing either.
    assert!(mallory.keys.take(&CallKey { sender: senders[0], generation: 0, secret: [7; 32] }));
    mallory.until("frames that are not hers", |got| got.numbers.refused.forged > 50).await;
    let got = mallory.got();
    assert!(got.numbers.others.is_empty() && got.patterns.is_empty(), "{got:?}");
    for member in &members {
        let numbers = member.got().numbers;
        assert!(!numbers.others.contains_key(&mallory.key.sender), "nobody has her key, so nobody hears her");
        for other in numbers.others.values() {
            assert!(other.voice_lost * 50 <= other.voice_packets, "{other:?}");
        }
    }
}

#[tokio::test]
async fn who_was_removed_opens_nothing_of_what_is_said_after_the_keys_have_turned_over() {
    let house = House::of(3).await;
    let invitation = Invitation::draw();
    let mut alice = house.member(0, invitation, true).await;
    let mut bob = house.member(1, invitation, false).await;
    let mut carol = house.member(2, invitation, false).await;
    exchange(&[&alice, &bob, &carol]);
    hears_and_sees(&mut carol, alice.key.sender, code(0)).await;
    // Carol was removed from the group, but stays in the room: the relay does not know who belongs to it.
    let next = CallKey { generation: 1, secret: [8; 32], ..alice.key.clone() };
    assert!(bob.keys.take(&next));
    alice.keys.send_with(&next);
    let before = carol.got().numbers.refused.unknown;
    carol.until("what she cannot open", |got| got.numbers.refused.unknown > before + 100).await;
    let opened = carol.got().numbers.others[&alice.key.sender];
    let (frames, packets) = (opened.frames, opened.voice_packets);
    carol.until("more of it", |got| got.numbers.refused.unknown > before + 200).await;
    let now = carol.got().numbers.others[&alice.key.sender];
    assert_eq!((now.frames, now.voice_packets), (frames, packets));
    let heard = bob.got().numbers.others.get(&alice.key.sender).map_or(0, |other| other.voice_packets);
    bob.until("Alice", |got| got.numbers.others[&alice.key.sender].voice_packets > heard + 50).await;
    // Bob forgets Carol: nothing of hers is played to him.
    bob.call.forget(carol.key.sender);
    bob.until("no Carol", |got| !got.numbers.others.contains_key(&carol.key.sender)).await;
    alice.until("Bob, whose key is as it was", |got| got.numbers.others.contains_key(&bob.key.sender)).await;
}

#[tokio::test]
async fn who_comes_late_sees_at_once_and_who_leaves_is_gone_for_the_others() {
    let house = House::of(3).await;
    let invitation = Invitation::draw();
    let alice = house.member(0, invitation, true).await;
    let mut bob = house.member(1, invitation, false).await;
    exchange(&[&alice, &bob]);
    hears_and_sees(&mut bob, alice.key.sender, code(0)).await;
    let mut carol = house.member(2, invitation, false).await;
    assert!(carol.keys.take(&alice.key) && carol.keys.take(&bob.key));
    // The pictures that she asks for stand by themselves, so she need not wait for the next that does anyhow.
    hears_and_sees(&mut carol, alice.key.sender, code(0)).await;
    hears_and_sees(&mut carol, bob.key.sender, code(1)).await;
    alice.call.clone().leave().await;
    drop(alice);
    let frames = carol.got().numbers.others[&bob.key.sender].frames;
    carol.until("more of Bob", |got| got.numbers.others[&bob.key.sender].frames > frames + 5).await;
}

fn knocking(invitation: Invitation, open: bool, offer: &str) -> EnterRoom {
    EnterRoom { room: invitation.room, secret: invitation.secret, open, offer: offer.to_owned() }
}

async fn refused(house: &House, person: usize, knocking: EnterRoom) -> RoomRefusal {
    let error = enter(house.relay.address(), &house.people[person], knocking).await.expect_err("a refusal");
    error.downcast::<Refused>().expect("a refusal").0
}

#[tokio::test]
async fn a_room_opens_to_its_secret_alone_and_is_gone_with_the_last_one() {
    let house = House::of(2).await;
    let invitation = Invitation::draw();
    let offer = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
    assert_eq!(refused(&house, 1, knocking(invitation, false, offer)).await, RoomRefusal::NotFound);
    let alice = house.member(0, invitation, true).await;
    let wrong = Invitation { secret: RoomSecret([0; 32]), ..invitation };
    for open in [false, true] {
        assert_eq!(refused(&house, 1, knocking(wrong, open, offer)).await, RoomRefusal::NotFound);
    }
    for nonsense in ["", "nonsense", offer, "m=audio 9\r\nm=audio 9\r\n"] {
        assert_eq!(refused(&house, 1, knocking(invitation, false, nonsense)).await, RoomRefusal::Malformed);
    }
    let mut silent = knock(house.relay.address(), &house.people[1]).await.unwrap();
    let mut stranger = house.people[1].clone();
    stranger.token.0 = [0; 32];
    assert!(knock(house.relay.address(), &stranger).await.is_err(), "only devices that are signed in");
    alice.call.clone().leave().await;
    drop(alice);
    // The relay hears of it when Alice's connection ends, which is soon.
    loop {
        let part = Part { code: 1, seen: false, open: false, looks: false };
        let bob = RoomMember::enter(house.relay.address(), &house.people[1], invitation, part).await;
        if bob.is_err() {
            break;
        }
        drop(bob);
    }
    let said = tokio::time::timeout(std::time::Duration::from_secs(30), hear(&mut silent)).await.expect("an end");
    assert!(matches!(said, Some(Ok(FromRoom::Refused { why: RoomRefusal::Malformed })) | None), "{said:?}");
}
