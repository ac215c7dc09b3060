//! What a group is after the events so far: a pure function of the log, the same for everybody who can read it.

use minicbor::{Decode, Encode};
use sha2::{Digest as _, Sha256};
use sotto_wire::{AccountId, GroupId, Hash, limits};

use super::{
    JoinLink,
    event::{Entry, GroupEvent, GroupOp, NewMember},
    secret,
};
use crate::rows::Secret32;

/// What a member may do. Later ones may do more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(index_only)]
pub enum Role {
    /// What the policy leaves to all.
    #[n(0)]
    Member,
    /// Everything but what is the owner's.
    #[n(1)]
    Admin,
    /// There is always one.
    #[n(2)]
    Owner,
}

/// Whom the policy lets do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
#[cbor(index_only)]
pub enum Who {
    /// Every member.
    #[default]
    #[n(0)]
    Everyone,
    /// Admins and the owner.
    #[n(1)]
    Admins,
}

impl Who {
    /// Whether somebody of this role is among them.
    pub fn includes(self, role: Role) -> bool {
        self == Self::Everyone || role >= Role::Admin
    }
}

/// Who may do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
#[cbor(map)]
pub struct Policy {
    /// Write messages.
    #[n(0)]
    pub send: Who,
    /// Change the name.
    #[n(1)]
    pub edit: Who,
    /// Add people.
    #[n(2)]
    pub add: Who,
    /// Ask to come in by a link; none while there is no link. Who does not know of links takes them away with the next
    /// policy.
    #[n(3)]
    pub link: Option<JoinLink>,
}

/// One of a group.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Member {
    /// Who.
    #[n(0)]
    pub account: AccountId,
    /// What they may do.
    #[n(1)]
    pub role: Role,
    /// The epoch since which they belong to it.
    #[n(2)]
    pub since: u64,
    /// The newest device list that they have shown here.
    #[n(3)]
    pub list_version: u64,
    /// Their profile key, if whoever added them knew it.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub profile_key: Option<[u8; 32]>,
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Member").field("account", &self.account).field("role", &self.role).finish_non_exhaustive()
    }
}

/// A group after some event.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GroupState {
    /// Which.
    #[n(0)]
    pub group: GroupId,
    /// Valid events so far; 0 before the founding.
    #[n(1)]
    pub epoch: u64,
    /// SHA-256("sotto/v1/group" ‖ the hash before ‖ event bytes).
    #[n(2)]
    pub hash: Hash,
    /// What it is called.
    #[n(3)]
    pub name: String,
    /// In the order in which they came.
    #[n(4)]
    pub members: Vec<Member>,
    /// Who may do what.
    #[n(5)]
    pub policy: Policy,
    /// Commits to the current secret.
    #[n(6)]
    pub secret_hash: Hash,
    /// Committed to the secret before it.
    #[n(7)]
    pub older_hash: Option<Hash>,
    /// Somebody has left who still knows the secret.
    #[n(8)]
    pub rekey_due: bool,
    /// The epoch of the last change after which Megolm sessions must be new.
    #[n(9)]
    pub turned: u64,
    /// A few words about it.
    #[cbor(n(10), default)]
    pub about: String,
    /// Names its picture.
    #[n(11)]
    pub picture: Option<Hash>,
}

/// An event that counts for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the event is not valid")]
pub struct Invalid;

impl GroupState {
    /// Before anything has happened.
    pub fn empty(group: GroupId) -> Self {
        let zero = Hash([0; 32]);
        Self {
            group,
            epoch: 0,
            hash: zero,
            name: String::new(),
            members: Vec::new(),
            policy: Policy::default(),
            secret_hash: zero,
            older_hash: None,
            rekey_due: false,
            turned: 0,
            about: String::new(),
            picture: None,
        }
    }

    /// A member, if they are one.
    pub fn member(&self, account: &AccountId) -> Option<&Member> {
        self.members.iter().find(|m| m.account == *account)
    }

    /// What somebody may do; `None` for those who are no member.
    pub fn role(&self, account: &AccountId) -> Option<Role> {
        self.member(account).map(|m| m.role)
    }

    /// Whether somebody may take back what somebody else has written: admins and the owner, of those below them and of
    /// those who have gone.
    pub fn moderates(&self, actor: &AccountId, author: &AccountId) -> bool {
        let (actor, author) = (self.role(actor), self.role(author).unwrap_or(Role::Member));
        actor.is_some_and(|role| role >= Role::Admin && role > author)
    }

    /// Everybody but one.
    pub fn others<'a>(&'a self, account: &'a AccountId) -> impl Iterator<Item = &'a Member> {
        self.members.iter().filter(move |m| m.account != *account)
    }

    /// The state after an entry that was opened with this key, and the event in it.
    ///
    /// # Errors
    /// [`Invalid`]: the entry is skipped, by everybody alike.
    pub fn after(&self, entry: &Entry, key: &Secret32) -> Result<(Self, GroupEvent), Invalid> {
        let (event, _) = entry.verify().map_err(|_| Invalid)?;
        let key_hash = secret::key_hash(key);
        let expected = if self.epoch == 0 { event.secret_hash } else { Some(self.secret_hash) };
        let chained = event.group == self.group && event.epoch == self.epoch + 1 && event.prev_hash == self.hash;
        let older = event.older_key.map(|key| secret::key_hash(&Secret32(key)));
        let secrets = event.secret_hash.is_some() == event.op.sets_secret()
            && older == self.older_hash.filter(|_| event.op.sets_secret());
        if !chained || !secrets || expected != Some(key_hash) {
            return Err(Invalid);
        }
        let mut next = self.clone();
        next.change(&event)?;
        next.epoch = event.epoch;
        next.hash = next_hash(&self.hash, entry.event.bytes());
        if let Some(hash) = event.secret_hash {
            next.older_hash = (self.epoch > 0).then_some(self.secret_hash);
            next.secret_hash = hash;
            next.rekey_due = false;
        }
        Ok((next, event))
    }

    /// Whether this change would be valid now.
    ///
    /// # Errors
    /// [`Invalid`].
    pub fn allows(&self, actor: &AccountId, op: &GroupOp) -> Result<(), Invalid> {
        let list_version = self.member(actor).map_or(0, |member| member.list_version);
        self.clone().change_by(*actor, list_version, self.epoch + 1, op)
    }

    fn change(&mut self, event: &GroupEvent) -> Result<(), Invalid> {
        self.change_by(event.actor.account, event.actor.list_version, event.epoch, &event.op)
    }

    fn change_by(&mut self, actor: AccountId, list_version: u64, epoch: u64, op: &GroupOp) -> Result<(), Invalid> {
        if let GroupOp::Create { name, members, profile_key, .. } = op {
            self.found(actor, list_version, epoch, name, members, *profile_key)?;
            self.show(op);
            return Ok(());
        }
        let member = self.members.iter_mut().find(|m| m.account == actor).ok_or(Invalid)?;
        // Whoever has shown a newer list may not go back to one that names a removed device.
        if list_version < member.list_version {
            return Err(Invalid);
        }
        member.list_version = list_version;
        let role = member.role;
        match op {
            GroupOp::Create { .. } => Err(Invalid),
            GroupOp::Add { members } if self.policy.add.includes(role) && !members.is_empty() => {
                self.add(members, epoch)
            }
            GroupOp::Remove { account } => self.remove(actor, role, account, epoch),
            GroupOp::Leave => {
                self.members.retain(|m| m.account != actor);
                self.succeed(role);
                self.rekey_due = true;
                self.turned = epoch;
                Ok(())
            }
            GroupOp::Role { account, role: new } => self.promote(actor, role, account, *new),
            GroupOp::Rename { name, .. } if self.policy.edit.includes(role) => {
                self.call(name)?;
                self.show(op);
                Ok(())
            }
            GroupOp::Policy { policy } if role >= Role::Admin => {
                self.policy = *policy;
                self.turned = epoch;
                Ok(())
            }
            GroupOp::Rekey if role >= Role::Admin => {
                self.turned = epoch;
                Ok(())
            }
            GroupOp::Lists => Ok(()),
            GroupOp::Add { .. } | GroupOp::Rename { .. } | GroupOp::Policy { .. } | GroupOp::Rekey => Err(Invalid),
        }
    }

    fn found(
        &mut self,
        founder: AccountId,
        list_version: u64,
        epoch: u64,
        name: &str,
        members: &[NewMember],
        profile_key: [u8; 32],
    ) -> Result<(), Invalid> {
        if self.epoch != 0 {
            return Err(Invalid);
        }
        self.call(name)?;
        let profile_key = Some(profile_key);
        self.members = vec![Member { account: founder, role: Role::Owner, since: epoch, list_version, profile_key }];
        self.add(members, epoch)
    }

    fn add(&mut self, new: &[NewMember], epoch: u64) -> Result<(), Invalid> {
        for NewMember { account, list_version, profile_key } in new {
            if self.member(account).is_some() || self.members.len() >= limits::MAX_MEMBERS {
                return Err(Invalid);
            }
            let (account, list_version, profile_key) = (*account, *list_version, *profile_key);
            self.members.push(Member { account, role: Role::Member, since: epoch, list_version, profile_key });
        }
        Ok(())
    }

    fn remove(&mut self, actor: AccountId, role: Role, account: &AccountId, epoch: u64) -> Result<(), Invalid> {
        let target = self.role(account).ok_or(Invalid)?;
        if role < Role::Admin || target >= role || actor == *account {
            return Err(Invalid);
        }
        self.members.retain(|m| m.account != *account);
        self.turned = epoch;
        Ok(())
    }

    fn promote(&mut self, actor: AccountId, role: Role, account: &AccountId, new: Role) -> Result<(), Invalid> {
        let current = self.role(account).ok_or(Invalid)?;
        let allowed = match role {
            Role::Owner => *account != actor,
            Role::Admin => current == Role::Member && new == Role::Admin,
            Role::Member => false,
        };
        if !allowed || current == new {
            return Err(Invalid);
        }
        for member in &mut self.members {
            if member.account == *account {
                member.role = new;
            } else if new == Role::Owner && member.account == actor {
                member.role = Role::Admin;
            }
        }
        Ok(())
    }

    /// An owner who leaves is followed by the admin who came first, else by the member who did.
    fn succeed(&mut self, left: Role) {
        if left != Role::Owner {
            return;
        }
        let heir = self.members.iter().position(|m| m.role == Role::Admin).unwrap_or(0);
        if let Some(heir) = self.members.get_mut(heir) {
            heir.role = Role::Owner;
        }
    }

    /// Takes on what a change says of its look, as far as that is believed.
    pub(crate) fn show(&mut self, op: &GroupOp) {
        let Some(look) = op.look() else { return };
        if let Some(words) = look.words() {
            words.clone_into(&mut self.about);
        }
        if let Some(picture) = look.face_hash() {
            self.picture = picture;
        }
    }

    fn call(&mut self, name: &str) -> Result<(), Invalid> {
        if name.trim().is_empty() || name.chars().count() > limits::MAX_GROUP_NAME_CHARS {
            return Err(Invalid);
        }
        name.clone_into(&mut self.name);
        Ok(())
    }
}

/// The hash of the state that an event leads to.
pub(crate) fn next_hash(before: &Hash, event: &[u8]) -> Hash {
    let mut h = Sha256::new();
    h.update(b"sotto/v1/group");
    h.update(before.0);
    h.update(event);
    Hash(h.finalize().into())
}
