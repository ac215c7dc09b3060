//! Carries out the changes of a step.

use rusqlite::Connection;
use sotto_machine::changes::Change;

use crate::{
    chats, contacts, devices, edits, gaps, gone, groups, messages, olm_account, outbox, own, own_seal_keys, peers,
    pins, polls, reactions, receipts, scheduled, seen, sent, sessions, sql::Result, stories, waiting_actions,
};

pub(crate) fn apply(db: &Connection, change: &Change) -> Result<()> {
    match change {
        Change::PutOwn(row) => own::put(db, row),
        Change::PutOlmAccount(pickle) => olm_account::put(db, pickle),
        Change::PutOwnSealKey(row) => own_seal_keys::put(db, row),
        Change::DeleteOwnSealKey(key_id) => own_seal_keys::delete(db, key_id),
        Change::PutContact(row) => contacts::put(db, row),
        Change::MergeChats { from, into } => chats::merge(db, *from, *into),
        Change::PutPeer(row) => peers::put(db, row),
        Change::PutDevice(row) => devices::put(db, row),
        Change::PutSession(row) => sessions::put(db, row),
        Change::PutSeen { hash, at } => seen::put(db, hash, *at),
        Change::PutMessage(row) => messages::put(db, row),
        Change::DeleteMessage { author, id } => messages::delete(db, author, id),
        Change::MarkRead { chat, order } => messages::mark_read(db, *chat, *order),
        Change::PutOutbox(row) => outbox::put(db, row),
        Change::DeleteOutbox(id) => outbox::delete(db, id),
        Change::PutSent(row) => sent::put(db, row),
        Change::DeleteSentOf { device, message } => sent::delete_of(db, device, message),
        Change::PutGap(row) => gaps::put(db, row),
        Change::DeleteGap(row) => gaps::delete(db, row),
        Change::PutReceipt(row) => receipts::put(db, row),
        Change::DeleteReceipt { account, message } => receipts::delete(db, account, message),
        Change::DeleteReceiptsOf(account) => receipts::delete_of(db, account),
        Change::Prune { before, buried } => {
            seen::prune(db, *before)?;
            sessions::prune(db, *buried)?;
            sent::prune(db, *before)
        }
        Change::PutReaction(row) => reactions::put(db, row),
        Change::PutEdit(row) => edits::put(db, row),
        Change::DeleteEdit { author, id, count } => edits::delete(db, author, id, *count),
        Change::PutPin(row) => pins::put(db, row),
        Change::StripMessage { author, id } => {
            reactions::delete_of(db, author, id)?;
            edits::delete_of(db, author, id)?;
            polls::delete_of(db, author, id)?;
            pins::delete_of(db, author, id)
        }
        Change::PutGone { author, id, at } => gone::put(db, author, id, *at),
        Change::PutTimer { chat, timer } => chats::put_timer(db, *chat, timer),
        Change::PutWaiting(row) => waiting_actions::put(db, row),
        Change::DeleteWaiting { author, id } => waiting_actions::delete_of(db, author, id),
        Change::PruneActions { waiting, gone } => {
            waiting_actions::prune(db, *waiting)?;
            gone::prune(db, *gone)
        }
        Change::DeleteDevice(device) => {
            sessions::bury(db, device)?;
            gaps::delete_of_device(db, device)?;
            devices::delete(db, device)
        }
        Change::Group(change) => groups::apply(db, change),
        Change::Schedule(change) => scheduled::apply(db, change),
        Change::Poll(change) => polls::apply(db, change),
        Change::PutViewer(row) => stories::put_viewer(db, row),
    }
}
