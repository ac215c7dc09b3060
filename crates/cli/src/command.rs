//! What each command does.

mod call;
mod daemon;
mod group;
mod listen;
mod messages;
mod save;
mod send;
mod sign_up;
mod watch;

use serde_json::json;

use crate::{
    arguments::{Arguments, Command},
    failure::Failure,
    output::Output,
    session::Session,
};

/// Runs the command named on the command line.
pub(crate) async fn run(arguments: Arguments, output: &Output) -> Result<(), Failure> {
    match &arguments.command {
        Command::Register { number, invitation } => {
            sign_up::register(&arguments, number, invitation.as_deref(), output).await
        }
        Command::Verify { code, name, about } => sign_up::verify(&arguments, code, name, about, output).await,
        Command::Contacts => contacts(&arguments, output).await,
        Command::Group(wanted) => group::run(&arguments, wanted, output).await,
        Command::Send { to, text, file, voice, pictures, once, preview, wait, timeout } => {
            let (text, files) = (text.as_deref().unwrap_or_default(), (file.as_slice(), *pictures));
            let (once, preview, voice, wait, timeout) = (*once, *preview, voice.as_deref(), *wait, *timeout);
            send::run(&arguments, &send::Order { to, text, files, once, preview, voice, wait, timeout }, output).await
        }
        Command::Listen { order } => listen::run(&arguments, *order, output).await,
        Command::Save { order, place, to, timeout } => {
            save::run(&arguments, &save::Wanted { order: *order, place: *place, to, timeout: *timeout }, output).await
        }
        Command::Messages(wanted) => messages::run(&arguments, wanted, output).await,
        Command::Call(wanted) => call::call(&arguments, wanted, output).await,
        Command::Answer(wanted) => call::answer(&arguments, wanted, output).await,
        Command::Watch => watch::run(&arguments).await,
        Command::Daemon => daemon::run(&arguments).await,
    }
}

async fn contacts(arguments: &Arguments, output: &Output) -> Result<(), Failure> {
    let session = Session::open_signed_up(arguments).await?;
    for row in session.engine.chats().await? {
        if row.group.is_some() {
            continue;
        }
        let contact = session.engine.contact_view(row.id).await?;
        let number = contact.number.clone().unwrap_or_default();
        let text = format!("{}\t{}\t{}\t{} unread", row.id, contact.title, number, row.unread);
        output.answer(&text, &json!({ "contact": contact, "unread": row.unread }));
    }
    session.close().await;
    Ok(())
}
