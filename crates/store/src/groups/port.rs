//! The machine's port to the rows of groups, uncommitted changes of its batch included.

use sotto_machine::{
    group::rows::{
        GroupEventRow, GroupOutboxRow, GroupParkedRow, GroupReceiptRow, GroupRequestRow, GroupRow, GroupRows,
        GroupSecretRow, GroupSessionInRow, GroupSessionOutRow,
    },
    rows::{ChatId, Read},
};
use sotto_wire::{DeviceId, GroupId, MessageId, SendId};

use super::{events, outbox, parked, receipts, requests, secrets, sessions_in, sessions_out};
use crate::{batch::Batch, rows::answer};

impl GroupRows for Batch<'_> {
    fn group_of_chat(&self, chat: ChatId) -> Read<Option<GroupRow>> {
        answer(super::of_chat(self.db(), chat))
    }

    fn group(&self, group: &GroupId) -> Read<Option<GroupRow>> {
        answer(super::get(self.db(), group))
    }

    fn groups(&self) -> Read<Vec<GroupRow>> {
        answer(super::get_all(self.db()))
    }

    fn group_event(&self, group: &GroupId, epoch: u64) -> Read<Option<GroupEventRow>> {
        answer(events::get(self.db(), group, epoch))
    }

    fn group_secrets(&self, group: &GroupId) -> Read<Vec<GroupSecretRow>> {
        answer(secrets::of_group(self.db(), group))
    }

    fn group_secret_of_tag(&self, tag: &[u8; 16]) -> Read<Option<GroupSecretRow>> {
        answer(secrets::of_tag(self.db(), tag))
    }

    fn group_session_out(&self, group: &GroupId) -> Read<Option<GroupSessionOutRow>> {
        answer(sessions_out::get(self.db(), group))
    }

    fn group_sessions_in(&self, session_id: &str) -> Read<Vec<GroupSessionInRow>> {
        answer(sessions_in::of_id(self.db(), session_id))
    }

    fn group_sessions_in_all(&self) -> Read<Vec<GroupSessionInRow>> {
        answer(sessions_in::get_all(self.db()))
    }

    fn group_index_seen(&self, session_id: &str, device: &DeviceId, index: u32) -> Read<bool> {
        answer(sessions_in::has_index(self.db(), session_id, device, index))
    }

    fn group_outbox_all(&self) -> Read<Vec<GroupOutboxRow>> {
        answer(outbox::get_all(self.db()))
    }

    fn group_outbox(&self, id: &SendId) -> Read<Option<GroupOutboxRow>> {
        answer(outbox::get(self.db(), id))
    }

    fn group_parked(&self, tag: &[u8; 16]) -> Read<Vec<GroupParkedRow>> {
        answer(parked::of_tag(self.db(), tag))
    }

    fn group_parked_count(&self) -> Read<u64> {
        answer(parked::count(self.db()))
    }

    fn groups_to_join(&self) -> Read<Vec<GroupId>> {
        answer(secrets::to_join(self.db()))
    }

    fn group_asked(&self, group: &GroupId) -> Read<bool> {
        answer(requests::asked(self.db(), group))
    }

    fn group_requests(&self, group: &GroupId) -> Read<Vec<GroupRequestRow>> {
        answer(requests::of_group(self.db(), group))
    }

    fn group_receipts(&self, message: &MessageId) -> Read<Vec<GroupReceiptRow>> {
        answer(receipts::of_message(self.db(), message))
    }
}
