//! Groups as windows draw them: names beside messages, lines about changes, and the panel.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sotto_machine::{
    group::{
        Invitation, JoinLink, LINK, MOST_ASKED, Policy, Role, Who,
        rows::{GroupLine, GroupLineKind, GroupRow},
    },
    rows::{Content, MessageRow},
};
use sotto_store::{ContactDetails, GroupListRow, Queries, StoreError, ThreadRow};
use sotto_wire::{AccountId, Hash, MessageId};

use super::{Eye, last, milliseconds, shown_until};
use crate::{
    people,
    view::{
        ChatRow, GroupFork, GroupLink, GroupMember, GroupNotice, GroupPolicy, GroupReceipt, GroupRole, GroupSummary,
        GroupView, MessageState, NoticeKind, PersonView, TrustView, Wallpaper,
    },
};

/// Digits of a hash that are shown.
const SHORT: usize = 12;

/// People who are named in what is drawn.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faces(BTreeMap<AccountId, PersonView>);

impl Faces {
    /// Looks people up, each once.
    pub(crate) fn learn(
        &mut self,
        queries: &Queries<'_>,
        me: Option<AccountId>,
        accounts: impl IntoIterator<Item = AccountId>,
    ) -> Result<(), StoreError> {
        for account in accounts {
            if self.0.contains_key(&account) {
                continue;
            }
            let face = if me == Some(account) {
                let name = queries.own_profile()?.map(|profile| profile.name).unwrap_or_default();
                face(&account, name, None, true)
            } else {
                stranger_or_friend(queries.person(&account)?, &account)
            };
            self.0.insert(account, face);
        }
        Ok(())
    }

    pub(crate) fn get(&self, account: &AccountId) -> Option<&PersonView> {
        self.0.get(account)
    }

    /// This person, once they were looked up.
    pub(crate) fn me(&self) -> PersonView {
        let me = self.0.values().find(|person| person.me);
        me.cloned().unwrap_or_else(|| face(&AccountId([0; 32]), String::new(), None, true))
    }

    pub(super) fn of(&self, account: &AccountId) -> PersonView {
        self.get(account).cloned().unwrap_or_else(|| stranger_or_friend(None, account))
    }
}

fn stranger_or_friend(known: Option<ContactDetails>, account: &AccountId) -> PersonView {
    let Some(details) = known else {
        return face(account, account.to_string().chars().take(8).collect(), None, false);
    };
    let name = people::title_of(&details);
    face(account, name, Some((details.contact.chat.0, details.picture_rev)), false)
}

fn face(account: &AccountId, name: String, picture: Option<(i64, u64)>, me: bool) -> PersonView {
    PersonView {
        account: account.to_string(),
        me,
        initials: people::initials(&name),
        hue: people::hue(account),
        name,
        chat: picture.map(|(chat, _)| chat),
        picture_rev: picture.map_or(0, |(_, rev)| rev),
    }
}

impl Eye {
    /// Looks up whoever these entries name, if they are a group's.
    pub(crate) fn learn(&mut self, queries: &Queries<'_>, rows: &[ThreadRow]) -> Result<(), StoreError> {
        // Mostly they are of one chat.
        for entries in rows.chunk_by(|a, b| a.message.chat == b.message.chat) {
            if let [first, ..] = entries
                && let Some(group) = queries.group_of_chat(first.message.chat)?
            {
                if let Some(me) = self.account {
                    let authors = entries.iter().map(|row| row.message.author);
                    let below = authors.filter(|author| group.state.moderates(&me, author));
                    self.below.extend(below.map(|author| (group.chat, author)));
                }
                self.faces.learn(queries, self.account, entries.iter().flat_map(|row| named(&row.message)))?;
            }
        }
        Ok(())
    }
}

impl Eye {
    /// This person may take it back though somebody else has written it.
    pub(super) fn moderates(&self, message: &MessageRow) -> bool {
        self.below.contains(&(message.chat, message.author))
    }
}

fn named(message: &MessageRow) -> Vec<AccountId> {
    let line = match &message.content {
        Content::Group(line) => line,
        Content::Post(post) => {
            let mentioned = post.mentions.iter().map(|mention| mention.account);
            return mentioned.chain([message.author]).collect();
        }
        _ => return vec![message.author],
    };
    let mut accounts = vec![line.by];
    match &line.what {
        GroupLineKind::Added(who) => accounts.extend(who),
        GroupLineKind::Removed(who) | GroupLineKind::Role(who, _) => accounts.push(*who),
        _ => {}
    }
    accounts
}

/// A change as it is told.
pub(super) fn line(line: &GroupLine, eye: &Eye) -> NoticeKind {
    let what = match &line.what {
        GroupLineKind::Created(name) => GroupNotice::Created { name: name.clone() },
        GroupLineKind::Added(who) => {
            GroupNotice::Added { who: who.iter().map(|account| eye.faces.of(account)).collect() }
        }
        GroupLineKind::Removed(who) => GroupNotice::Removed { who: eye.faces.of(who) },
        GroupLineKind::Left => GroupNotice::Left,
        GroupLineKind::Role(who, role) => GroupNotice::Role { who: eye.faces.of(who), role: self::role(*role) },
        GroupLineKind::Renamed(name) => GroupNotice::Renamed { name: name.clone() },
        GroupLineKind::Described(about) => GroupNotice::Described { about: about.clone() },
        GroupLineKind::Pictured(there) => GroupNotice::Pictured { there: *there },
        GroupLineKind::Link(there) => GroupNotice::Link { there: *there },
        GroupLineKind::Approval(asked) => GroupNotice::Approval { asked: *asked },
        GroupLineKind::Policy(policy) => GroupNotice::Policy { policy: self::policy(*policy) },
        GroupLineKind::Forked => GroupNotice::Forked,
        GroupLineKind::Overtaken => GroupNotice::Overtaken,
    };
    NoticeKind::Group { by: eye.faces.of(&line.by), what }
}

/// A group as a row of the chat list.
pub(crate) fn group(row: GroupListRow, eye: &Eye) -> ChatRow {
    let state = &row.group.state;
    ChatRow {
        id: row.group.chat.0,
        order: row.order,
        title: state.name.clone(),
        initials: people::initials(&state.name),
        hue: hue(&row.group),
        picture_rev: picture_rev(&row.group),
        last: row.newest.map(|newest| last(&newest, None, "", eye)),
        unread: row.unread,
        draft: row.draft,
        timer: row.timer,
        scheduled: row.scheduled,
        trust: TrustView::FirstSeen,
        request: !row.group.accepted,
        own: false,
        pinned: row.marks.pinned,
        archived: row.marks.archived,
        muted_until: row.marks.muted_until.map(shown_until),
        marked_unread: row.marks.marked_unread,
        quiet: row.marks.quiet,
        discreet: row.marks.discreet,
        wallpaper: row.marks.wallpaper.and_then(Wallpaper::of),
        blocked: false,
        mention: row.mention,
        but_mentions: row.marks.but_mentions,
        group: Some(GroupSummary {
            members: u32::try_from(state.members.len().max(1)).unwrap_or(u32::MAX),
            member: state.epoch == 0 || eye.role(&row.group).is_some(),
            may_send: may(&row.group, eye, state.policy.send),
            requests: row.requests,
            forked: row.group.fork.is_some(),
        }),
    }
}

/// A group as its panel shows it.
pub(crate) fn view(queries: &Queries<'_>, group: &GroupRow, eye: &mut Eye) -> Result<GroupView, StoreError> {
    let state = &group.state;
    let forker = group.fork.iter().map(|fork| fork.member);
    let admin = eye.role(group) >= Some(Role::Admin);
    let requests = if admin { queries.group_requests(&group.id())? } else { Vec::new() };
    let named = state.members.iter().map(|m| m.account).chain(forker).chain(requests.iter().map(|r| r.account));
    eye.faces.learn(queries, eye.account, named)?;
    let ready = state.epoch > 0 && group.pending.is_none() && group.fork.is_none() && group.secret.is_some();
    Ok(GroupView {
        chat: group.chat.0,
        title: state.name.clone(),
        about: state.about.clone(),
        initials: people::initials(&state.name),
        hue: hue(group),
        picture_rev: picture_rev(group),
        members: state
            .members
            .iter()
            .map(|member| GroupMember { person: eye.faces.of(&member.account), role: role(member.role) })
            .collect(),
        role: eye.role(group).map(role),
        policy: policy(state.policy),
        may_send: may(group, eye, state.policy.send),
        may_edit: ready && may(group, eye, state.policy.edit),
        may_add: ready && may(group, eye, state.policy.add),
        changing: group.pending.is_some(),
        request: !group.accepted,
        link: state.policy.link.filter(|_| admin).map(|link| self::link(group, link, eye)),
        requests: requests.iter().map(|request| eye.faces.of(&request.account)).collect(),
        fork: group.fork.map(|fork| GroupFork {
            member: eye.faces.of(&fork.member),
            epoch: fork.epoch,
            ours: short(&fork.ours),
            theirs: short(&fork.theirs),
        }),
    })
}

/// With whom a message of one's own has come how far; the furthest first.
pub(crate) fn receipts(
    queries: &Queries<'_>,
    message: &MessageId,
    eye: &mut Eye,
) -> Result<Vec<GroupReceipt>, StoreError> {
    let mut rows = queries.group_receipts(message)?;
    rows.sort_by_key(|row| (std::cmp::Reverse(row.state), row.at));
    eye.faces.learn(queries, eye.account, rows.iter().map(|row| row.account))?;
    let own = eye.account.map(|account| queries.message(&account, message)).transpose()?.flatten();
    // That they were opened is told whatever is said about reading.
    let once = own.as_ref().and_then(|row| super::post(&row.message)).is_some_and(|post| post.once.is_some());
    let state = |state| match eye.state(state) {
        MessageState::Sending => MessageState::Sent,
        other => other,
    };
    Ok(rows
        .into_iter()
        .map(|row| GroupReceipt {
            person: eye.faces.of(&row.account),
            played: (eye.read_receipts || once) && row.state == sotto_machine::rows::MessageState::Played,
            state: state(row.state),
            at: milliseconds(row.at),
        })
        .collect())
}

impl Eye {
    fn role(&self, group: &GroupRow) -> Option<Role> {
        group.state.role(&self.account?)
    }
}

fn may(group: &GroupRow, eye: &Eye, who: Who) -> bool {
    let founding = group.state.epoch == 0;
    group.fork.is_none() && (founding || eye.role(group).is_some_and(|role| who.includes(role)))
}

fn role(role: Role) -> GroupRole {
    match role {
        Role::Member => GroupRole::Member,
        Role::Admin => GroupRole::Admin,
        Role::Owner => GroupRole::Owner,
    }
}

/// A role that a window has named.
pub(crate) fn to_role(role: GroupRole) -> Role {
    match role {
        GroupRole::Member => Role::Member,
        GroupRole::Admin => Role::Admin,
        GroupRole::Owner => Role::Owner,
    }
}

fn policy(policy: Policy) -> GroupPolicy {
    let admins = |who| who == Who::Admins;
    GroupPolicy { admins_send: admins(policy.send), admins_edit: admins(policy.edit), admins_add: admins(policy.add) }
}

/// A policy that a window has chosen.
pub(crate) fn to_policy(policy: GroupPolicy, link: Option<JoinLink>) -> Policy {
    let who = |admins| if admins { Who::Admins } else { Who::Everyone };
    Policy { send: who(policy.admins_send), edit: who(policy.admins_edit), add: who(policy.admins_add), link }
}

/// This person is asked first, then the owner and the admins who came first.
fn link(group: &GroupRow, link: JoinLink, eye: &Eye) -> GroupLink {
    let mut admins: Vec<_> = group.state.members.iter().filter(|member| member.role >= Role::Admin).collect();
    admins.sort_by_key(|member| (eye.account != Some(member.account), std::cmp::Reverse(member.role)));
    let admins = admins.iter().take(MOST_ASKED).map(|member| member.account).collect();
    let invitation = Invitation { group: group.id(), secret: link.secret, admins };
    GroupLink { url: format!("{LINK}{}", URL_SAFE_NO_PAD.encode(invitation.to_bytes())), approval: link.approval }
}

/// What a link says; `None` for what is none.
pub(crate) fn invitation(link: &str) -> Option<Invitation> {
    let code = link.trim().strip_prefix(LINK)?;
    Invitation::from_bytes(&URL_SAFE_NO_PAD.decode(code).ok()?)
}

fn hue(group: &GroupRow) -> String {
    people::hue(&AccountId(Hash::of(&group.id().0).0))
}

/// A number that changes with the picture, small enough for a JavaScript number.
fn picture_rev(group: &GroupRow) -> u64 {
    group.state.picture.map_or(0, |Hash([a, b, c, d, e, f, ..])| u64::from_be_bytes([0, 0, a, b, c, d, e, f]).max(1))
}

fn short(hash: &Hash) -> String {
    hash.to_string().chars().take(SHORT).collect()
}
