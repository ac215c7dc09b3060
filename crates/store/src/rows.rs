//! The machine's port: what a step reads, uncommitted changes of its batch included.

mod action;
mod everyday;
mod stories;

use sotto_machine::rows::{
    ChatId, ContactRow, DeviceRow, GapRow, MessageRow, OutboxRow, OwnRow, OwnSealKeyRow, PeerRow, Read, ReceiptRow,
    Rows, RowsError, SentRow, SessionRow,
};
use sotto_wire::{AccountId, DeviceId, Hash, MessageId, PhoneNumber, SendId, Timestamp};

use crate::{
    batch::Batch, chats, contacts, devices, error::StoreError, gaps, messages, olm_account, outbox, own, own_seal_keys,
    peers, receipts, seen, sent, sessions,
};

/// The driver gets a [`StoreError`] back from a failed step by downcasting.
pub(crate) fn answer<T>(result: Result<T, StoreError>) -> Read<T> {
    result.map_err(|error| RowsError(Box::new(error)))
}

impl Rows for Batch<'_> {
    fn own(&self) -> Read<Option<OwnRow>> {
        answer(own::get(self.db()))
    }

    fn olm_account(&self) -> Read<Option<Vec<u8>>> {
        answer(olm_account::get(self.db()))
    }

    fn own_seal_keys(&self) -> Read<Vec<OwnSealKeyRow>> {
        answer(own_seal_keys::get_all(self.db()))
    }

    fn contacts(&self) -> Read<Vec<ContactRow>> {
        answer(contacts::get_all(self.db()))
    }

    fn contact(&self, chat: ChatId) -> Read<Option<ContactRow>> {
        answer(contacts::get(self.db(), chat))
    }

    fn contact_of(&self, account: &AccountId) -> Read<Option<ContactRow>> {
        answer(contacts::of_account(self.db(), account))
    }

    fn contact_with_number(&self, number: &PhoneNumber) -> Read<Option<ContactRow>> {
        answer(contacts::with_number(self.db(), number))
    }

    fn next_chat(&self) -> Read<ChatId> {
        answer(chats::next(self.db()))
    }

    fn peer(&self, account: &AccountId) -> Read<Option<PeerRow>> {
        answer(peers::get(self.db(), account))
    }

    fn device(&self, device: &DeviceId) -> Read<Option<DeviceRow>> {
        answer(devices::get(self.db(), device))
    }

    fn devices(&self, account: &AccountId) -> Read<Vec<DeviceRow>> {
        answer(devices::of_account(self.db(), account))
    }

    fn sessions(&self, device: &DeviceId) -> Read<Vec<SessionRow>> {
        answer(sessions::of_device(self.db(), device))
    }

    fn seen(&self, hash: &Hash) -> Read<bool> {
        answer(seen::has(self.db(), hash))
    }

    fn message(&self, author: &AccountId, id: &MessageId) -> Read<Option<MessageRow>> {
        answer(messages::get(self.db(), author, id).map(|found| found.map(|row| row.message)))
    }

    fn gap_notice(&self, chat: ChatId) -> Read<Option<MessageRow>> {
        answer(messages::gap_notice(self.db(), chat))
    }

    fn held(&self, chat: ChatId) -> Read<Vec<MessageRow>> {
        answer(messages::held(self.db(), chat))
    }

    fn unread_up_to(&self, chat: ChatId, order: i64) -> Read<Vec<MessageRow>> {
        answer(messages::unread_up_to(self.db(), chat, order))
    }

    fn outbox(&self, id: &SendId) -> Read<Option<OutboxRow>> {
        answer(outbox::get(self.db(), id))
    }

    fn outbox_for(&self, account: &AccountId) -> Read<Vec<OutboxRow>> {
        answer(outbox::of_recipient(self.db(), account))
    }

    fn outbox_all(&self) -> Read<Vec<OutboxRow>> {
        answer(outbox::get_all(self.db()))
    }

    fn outbox_of_message(&self, id: &MessageId) -> Read<Vec<OutboxRow>> {
        answer(outbox::of_message(self.db(), id))
    }

    fn sent(&self, device: &DeviceId, pair_counter: u64) -> Read<Option<SentRow>> {
        answer(sent::get(self.db(), device, pair_counter))
    }

    fn gaps(&self, device: &DeviceId) -> Read<Vec<GapRow>> {
        answer(gaps::of_device(self.db(), device))
    }

    fn devices_with_gaps(&self) -> Read<Vec<DeviceId>> {
        answer(gaps::devices(self.db()))
    }

    fn receipts_due(&self, now: Timestamp) -> Read<Vec<ReceiptRow>> {
        answer(receipts::due(self.db(), now))
    }

    fn next_receipt_after(&self, now: Timestamp) -> Read<Option<Timestamp>> {
        answer(receipts::next_after(self.db(), now))
    }

    fn receipt(&self, account: &AccountId, message: &MessageId) -> Read<Option<ReceiptRow>> {
        answer(receipts::get(self.db(), account, message))
    }
}
