//! `group`.

use std::time::Duration;

use serde_json::json;
use sotto_engine::{
    Handle,
    error::{Code, Error},
    view::{GroupMember, GroupPolicy, GroupRole, GroupView},
};

use crate::{
    arguments::{Arguments, GroupArguments, GroupDeed, Role, Who},
    failure::Failure,
    output::Output,
    person::chat_of,
    session::Session,
};

/// Does it, and waits until the relay has it.
pub(crate) async fn run(arguments: &Arguments, wanted: &GroupArguments, output: &Output) -> Result<(), Failure> {
    let session = Session::open_signed_up(arguments).await?;
    let acting = act(&session.engine, &wanted.deed, output);
    let acted = tokio::time::timeout(Duration::from_secs(wanted.timeout), acting).await;
    session.close().await;
    acted.map_err(|_| Failure::TooSlow(wanted.timeout))?
}

async fn act(engine: &Handle, deed: &GroupDeed, output: &Output) -> Result<(), Failure> {
    let chat = match deed {
        GroupDeed::List => return list(engine, output).await,
        GroupDeed::Create { name, members } => engine.group_create(name, &chats(engine, members).await?).await?,
        GroupDeed::Show { chat } => *chat,
        GroupDeed::Add { chat, members } => {
            engine.group_add(*chat, &chats(engine, members).await?).await?;
            *chat
        }
        GroupDeed::Remove { chat, member } => {
            let account = account(engine, *chat, member).await?;
            engine.group_remove(*chat, &account).await?;
            *chat
        }
        GroupDeed::Leave { chat } => {
            engine.group_leave(*chat).await?;
            *chat
        }
        GroupDeed::Role { chat, member, role } => {
            let account = account(engine, *chat, member).await?;
            engine.group_role(*chat, &account, to_view(*role)).await?;
            *chat
        }
        GroupDeed::Rename { chat, name } => {
            engine.group_rename(*chat, name).await?;
            *chat
        }
        GroupDeed::Link { chat, approval, fresh, off } => {
            let now = engine.group_view(*chat).await?.link;
            if *off {
                engine.group_link_remove(*chat).await?;
            } else {
                let asked = approval.unwrap_or_else(|| now.is_none_or(|link| link.approval));
                engine.group_link_set(*chat, asked, *fresh).await?;
            }
            *chat
        }
        GroupDeed::Join { link } => return join(engine, link, output).await,
        GroupDeed::Accept { chat, who } => {
            engine.group_admit(*chat, &asking(engine, *chat, who).await?).await?;
            *chat
        }
        GroupDeed::Decline { chat, who } => {
            engine.group_decline(*chat, &asking(engine, *chat, who).await?).await?;
            *chat
        }
        GroupDeed::Describe { chat, about } => {
            engine.group_describe(*chat, about).await?;
            *chat
        }
        GroupDeed::Picture { chat, path } => {
            let picture = match path {
                Some(path) => Some(engine.attachment_copy(path).await?.id),
                None => None,
            };
            engine.group_picture(*chat, picture).await?;
            *chat
        }
        GroupDeed::Policy { chat, send, edit, add } => {
            let now = engine.group_view(*chat).await?.policy;
            let admins = |who: Option<Who>, now| who.map_or(now, |who| who == Who::Admins);
            let policy = GroupPolicy {
                admins_send: admins(*send, now.admins_send),
                admins_edit: admins(*edit, now.admins_edit),
                admins_add: admins(*add, now.admins_add),
            };
            engine.group_policy(*chat, policy).await?;
            *chat
        }
    };
    let group = settled(engine, chat).await?;
    output.answer(&human(&group), &json!({ "group": group }));
    Ok(())
}

/// Asks, and waits until the group is there.
async fn join(engine: &Handle, link: &str, output: &Output) -> Result<(), Failure> {
    let (subscription, mut updates) = engine.chats_subscribe().await?;
    engine.group_join(link).await?;
    while updates.recv().await.is_some() {
        if let Some(chat) = engine.group_of_link(link).await? {
            engine.unsubscribe(subscription)?;
            let group = engine.group_view(chat).await?;
            output.answer(&human(&group), &json!({ "group": group }));
            return Ok(());
        }
    }
    Err(Failure::Stopped)
}

/// The account of somebody who asks to come in, by account or name.
async fn asking(engine: &Handle, chat: i64, who: &str) -> Result<String, Failure> {
    let requests = engine.group_view(chat).await?.requests;
    let found = requests.into_iter().find(|person| person.account == who || person.name == who);
    let account = found.map(|person| person.account);
    account.ok_or_else(|| Error::new(Code::NotFound, format!("{who} does not ask to come in")).into())
}

async fn list(engine: &Handle, output: &Output) -> Result<(), Failure> {
    for row in engine.chats().await? {
        let Some(group) = row.group else { continue };
        let text = format!("{}\t{}\t{} people\t{} unread", row.id, row.title, group.members, row.unread);
        output.answer(&text, &json!({ "chat": row.id, "title": row.title, "group": group, "unread": row.unread }));
    }
    Ok(())
}

/// The group once no change of one's own is on its way any more.
async fn settled(engine: &Handle, chat: i64) -> Result<GroupView, Failure> {
    let (subscription, mut updates) = engine.chats_subscribe().await?;
    // The first is the list as it is now.
    while updates.recv().await.is_some() {
        let group = engine.group_view(chat).await?;
        if !group.changing {
            engine.unsubscribe(subscription)?;
            return Ok(group);
        }
    }
    Err(Failure::Stopped)
}

async fn chats(engine: &Handle, people: &[String]) -> Result<Vec<i64>, Failure> {
    let mut chats = Vec::new();
    for person in people {
        chats.push(chat_of(engine, person).await?);
    }
    Ok(chats)
}

/// The account of a member, by account, phone number or chat.
async fn account(engine: &Handle, group: i64, who: &str) -> Result<String, Failure> {
    let members = engine.group_view(group).await?.members;
    let by_account = |member: &&GroupMember| member.person.account == who;
    let found = match members.iter().find(by_account) {
        Some(member) => Some(member),
        None => {
            let chat = chat_of(engine, who).await?;
            members.iter().find(|member| member.person.chat == Some(chat))
        }
    };
    let account = found.map(|member| member.person.account.clone());
    account.ok_or_else(|| Error::new(Code::NotFound, format!("{who} is not in the group")).into())
}

fn to_view(role: Role) -> GroupRole {
    match role {
        Role::Member => GroupRole::Member,
        Role::Admin => GroupRole::Admin,
        Role::Owner => GroupRole::Owner,
    }
}

fn human(group: &GroupView) -> String {
    let who = |admins| if admins { "admins" } else { "everyone" };
    let policy = group.policy;
    let mut lines = vec![
        format!("{}\t{}", group.chat, group.title),
        format!(
            "sending: {}, editing: {}, adding: {}",
            who(policy.admins_send),
            who(policy.admins_edit),
            who(policy.admins_add)
        ),
    ];
    if !group.about.is_empty() {
        lines.push(group.about.clone());
    }
    if let Some(fork) = &group.fork {
        lines.push(format!("forked: {} sees {}, this device {}", fork.member.name, fork.theirs, fork.ours));
    }
    if let Some(link) = &group.link {
        lines.push(format!("link ({}): {}", if link.approval { "asked about" } else { "open" }, link.url));
    }
    lines.extend(group.requests.iter().map(|person| format!("asks: {}\t{}", person.name, person.account)));
    lines.extend(group.members.iter().map(|member| format!("{}\t{}", member.person.name, role(member.role))));
    lines.join("\n")
}

fn role(role: GroupRole) -> &'static str {
    match role {
        GroupRole::Member => "member",
        GroupRole::Admin => "admin",
        GroupRole::Owner => "owner",
    }
}
