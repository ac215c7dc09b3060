//! Every row comes back as it was put.

use sotto_machine::{
    changes::Change,
    post::Post,
    rows::{
        ChatId, ContactRow, Content, DeviceRow, Failure, GapRow, MessageRow, MessageState, Notice, OlmCopy, OutboxKind,
        OutboxRow, OwnSealKeyRow, PeerRow, ReceiptRow, Rows, Secret32, SentRow, Trust,
    },
};
use sotto_wire::{DeviceId, Hash, KeyId, PublicKey, SendId};

use crate::bed::{ANNA, BEN, Bed, contact, list, message_id, own, put, put_contact, received};

fn device() -> DeviceRow {
    DeviceRow {
        device: DeviceId([5; 16]),
        account: ANNA,
        device_key: PublicKey([6; 32]),
        olm_key: PublicKey([7; 32]),
        seal_key_id: None,
        seal_public: Vec::new(),
        seal_not_after: 0,
        next_send: 1,
        next_receive: 1,
        greeted: false,
        ephemeral_out: None,
        ephemeral_in: None,
        healed_at: None,
    }
}

fn outbox(id: u8) -> OutboxRow {
    let copy =
        |device| OlmCopy { device: DeviceId([device; 16]), pair_counter: 9, olm_type: 1, bytes: vec![device; 40] };
    OutboxRow {
        id: SendId([id; 16]),
        recipient: ANNA,
        only: None,
        with: Some(BEN),
        kind: OutboxKind::Message(message_id(id.into())),
        body: vec![id; 10],
        fills: None,
        copies: vec![copy(200), copy(3)],
        list_version: 4,
        created: 5,
        not_before: 0,
    }
}

#[test]
fn own_keys() {
    let mut bed = Bed::new();
    assert_eq!(bed.read(|b| b.own()).unwrap(), None);
    bed.apply([Change::PutOlmAccount(vec![1]), Change::PutOlmAccount(vec![2])]);
    assert_eq!(bed.read(|b| b.olm_account()).unwrap(), Some(vec![2]));
    let key = |id: u8, not_after| OwnSealKeyRow { key_id: KeyId([id; 8]), private: Secret32([id; 32]), not_after };
    bed.apply([
        Change::PutOwn(Box::new(own())),
        Change::PutOwnSealKey(key(9, 10)),
        Change::PutOwnSealKey(key(1, 20)),
        Change::PutOwnSealKey(key(5, 15)),
    ]);
    bed.apply([Change::DeleteOwnSealKey(KeyId([5; 8]))]);
    assert_eq!(bed.read(|b| b.own()).unwrap(), Some(own()));
    assert_eq!(bed.read(|b| b.own_seal_keys()).unwrap(), [key(9, 10), key(1, 20)]);
}

#[test]
fn contacts() {
    let mut bed = Bed::new();
    let anna = ContactRow {
        number: Some("+4915112345678".parse().unwrap()),
        claimed_number: Some("+4915187654321".parse().unwrap()),
        trust: Trust::Violated,
        accepted: false,
        profile_key: Some(Secret32([4; 32])),
        token_refused: true,
        ..contact(1, ANNA)
    };
    bed.apply([put_contact(anna.clone()), put_contact(contact(2, BEN))]);
    let number = anna.number.clone().unwrap();
    let found = bed.read(|b| {
        [b.contact(ChatId(1)), b.contact_of(&ANNA), b.contact_with_number(&number)].map(|r| r.unwrap().unwrap())
    });
    assert!(found.iter().all(|row| *row == anna));
    let claimed = anna.claimed_number.unwrap();
    assert_eq!(bed.read(|b| b.contact_with_number(&claimed)).unwrap(), None, "only confirmed numbers count");
}

#[test]
fn pinned_lists_with_their_chain() {
    let mut bed = Bed::new();
    let row = |chain: Vec<(u64, Hash)>| PeerRow {
        account: ANNA,
        account_key: PublicKey([8; 32]),
        list: list(ANNA, 3),
        version: 3,
        expires: u64::MAX,
        chain,
        stale: true,
    };
    let long = row(vec![(1, Hash([1; 32])), (2, Hash([2; 32])), (3, Hash([3; 32]))]);
    bed.apply([Change::PutPeer(Box::new(row(vec![(9, Hash([9; 32]))]))), Change::PutPeer(Box::new(long.clone()))]);
    assert_eq!(bed.read(|b| b.peer(&ANNA)).unwrap(), Some(long));
    assert_eq!(bed.read(|b| b.peer(&BEN)).unwrap(), None);
}

#[test]
fn devices() {
    let mut bed = Bed::new();
    let full = DeviceRow {
        device: DeviceId([4; 16]),
        seal_key_id: Some(KeyId([1; 8])),
        seal_public: vec![1; 1216],
        next_send: u64::MAX,
        greeted: true,
        ephemeral_out: Some((Secret32([2; 32]), 7)),
        ephemeral_in: Some(Secret32([3; 32])),
        healed_at: Some(8),
        ..device()
    };
    let foreign = DeviceRow { device: DeviceId([1; 16]), account: BEN, ..device() };
    bed.apply([device(), full.clone(), foreign].map(|row| Change::PutDevice(Box::new(row))));
    assert_eq!(bed.read(|b| b.devices(&ANNA)).unwrap(), [full.clone(), device()], "by id");
    let emptied = DeviceRow { device: full.device, ..device() };
    bed.apply([Change::PutDevice(Box::new(emptied.clone()))]);
    assert_eq!(bed.read(|b| b.device(&full.device)).unwrap(), Some(emptied));
}

#[test]
fn messages_of_every_kind() {
    let mut bed = Bed::with_anna();
    let states = [
        MessageState::Received,
        MessageState::Held,
        MessageState::Sending,
        MessageState::Sent,
        MessageState::Delivered,
        MessageState::Read,
        MessageState::Failed(Failure::MailboxFull),
        MessageState::Failed(Failure::TooLarge),
        MessageState::Failed(Failure::AccountGone),
        MessageState::Failed(Failure::KeysRejected),
        MessageState::Failed(Failure::Rejected),
    ];
    let contents = [
        Content::Post(Post::text("")),
        Content::Post(Post::text("nul \0 and 🧵")),
        Content::Notice(Notice::Encrypted),
        Content::Notice(Notice::KeyChanged),
        Content::Notice(Notice::KeyViolated),
        Content::Notice(Notice::Verified),
        Content::Notice(Notice::Gap { count: u32::MAX }),
        Content::Notice(Notice::Lost { count: 2 }),
        Content::Notice(Notice::Timer { seconds: 3_600 }),
        Content::Deleted,
    ];
    let rows: Vec<MessageRow> = (0u32..)
        .zip(states.iter().flat_map(|state| contents.iter().map(move |content| (state, content))))
        .map(|(n, (state, content))| MessageRow { state: *state, content: content.clone(), ..received(n, 1, ANNA, "") })
        .collect();
    bed.apply(rows.iter().map(put));
    for row in &rows {
        assert_eq!(bed.read(|b| b.message(&ANNA, &row.id)).unwrap().as_ref(), Some(row));
    }
}

#[test]
fn the_outbox_keeps_its_order_and_the_order_of_copies() {
    let mut bed = Bed::new();
    let service = OutboxRow {
        kind: OutboxKind::Service,
        only: Some(DeviceId([1; 16])),
        fills: Some(17),
        copies: Vec::new(),
        not_before: u64::MAX,
        ..outbox(1)
    };
    let foreign = OutboxRow { recipient: BEN, ..outbox(5) };
    bed.apply([&outbox(9), &service, &foreign, &outbox(2)].map(|row| Change::PutOutbox(Box::new(row.clone()))));
    let mut fewer = outbox(9);
    fewer.copies.truncate(1);
    fewer.not_before = 77;
    bed.apply([Change::PutOutbox(Box::new(fewer.clone()))]);
    let all = [fewer.clone(), service.clone(), foreign, outbox(2)];
    assert_eq!(bed.read(|b| b.outbox_all()).unwrap(), all);
    assert_eq!(bed.read(|b| b.outbox_for(&ANNA)).unwrap(), [fewer, service.clone(), outbox(2)]);
    assert_eq!(bed.read(|b| b.outbox(&service.id)).unwrap(), Some(service));
    assert_eq!(bed.read(|b| b.outbox_of_message(&message_id(2))).unwrap(), [outbox(2)]);
    bed.apply(all.map(|row| Change::DeleteOutbox(row.id)));
    assert!(bed.read(|b| b.outbox_all()).unwrap().is_empty());
}

#[test]
fn sent_gaps_and_receipts() {
    let mut bed = Bed::new();
    let (d, e) = (DeviceId([5; 16]), DeviceId([6; 16]));
    let sent = |device, pair_counter, message| SentRow {
        device,
        pair_counter,
        message,
        action: None,
        with: Some(BEN),
        at: 100,
    };
    let receipt = |n, read, due| ReceiptRow { account: ANNA, message: message_id(n), read, played: false, due };
    let gap = |device, pair_counter| GapRow { device, pair_counter };
    bed.apply([
        Change::PutDevice(Box::new(device())),
        Change::PutSent(sent(d, 1, Some(message_id(1)))),
        Change::PutSent(sent(d, 2, None)),
        Change::PutSent(sent(e, 1, Some(message_id(1)))),
        Change::DeleteSentOf { device: d, message: message_id(1) },
        Change::PutGap(gap(d, 30)),
        Change::PutGap(gap(d, 4)),
        Change::PutGap(gap(d, 4)),
        Change::PutGap(gap(e, 4)),
        Change::DeleteGap(gap(e, 4)),
        Change::PutReceipt(receipt(1, false, 50)),
        Change::PutReceipt(receipt(2, true, 20)),
        Change::PutReceipt(receipt(1, true, 30)),
    ]);
    bed.read(|b| {
        assert_eq!(b.sent(&d, 1).unwrap(), None);
        assert_eq!(b.sent(&d, 2).unwrap(), Some(sent(d, 2, None)));
        assert_eq!(b.sent(&e, 1).unwrap(), Some(sent(e, 1, Some(message_id(1)))), "not that account's device");
        assert_eq!(b.gaps(&d).unwrap(), [gap(d, 4), gap(d, 30)]);
        assert_eq!(b.devices_with_gaps().unwrap(), [d]);
        assert_eq!(b.receipts_due(19).unwrap(), []);
        assert_eq!(b.receipts_due(30).unwrap(), [receipt(2, true, 20), receipt(1, true, 30)]);
        assert_eq!(b.next_receipt_after(0).unwrap(), Some(20));
        assert_eq!(b.next_receipt_after(20).unwrap(), Some(30));
        assert_eq!(b.receipt(&ANNA, &message_id(1)).unwrap(), Some(receipt(1, true, 30)));
    });
    bed.apply([1, 2].map(|n| Change::DeleteReceipt { account: ANNA, message: message_id(n) }));
    assert_eq!(bed.read(|b| b.next_receipt_after(0)).unwrap(), None);
}
