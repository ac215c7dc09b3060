//! The last look: every profile is opened once more, and every conversation read from its beginning.

use sotto_engine::{
    Engine, EngineConfig, Handle, SecretSource,
    view::{MessageBody, MessageItem, MessageState},
};

use super::{Crowd, PAGE, Person};
use crate::chaos::{
    Verdict,
    ledger::{self, Ledger},
};

impl Crowd {
    /// Ends every engine as a crash would, and judges what is on its disk.
    pub(in crate::chaos) async fn read(self, ledger: &Ledger, verdict: &mut Verdict) -> anyhow::Result<()> {
        for (to, reader) in self.people.iter().enumerate() {
            reader.bot().kill()?;
            let engine = open(reader).await?;
            for (from, writer) in self.people.iter().enumerate().filter(|(from, _)| *from != to) {
                let chat = engine.chat_start(&writer.number).await?;
                let shown = whole_thread(&engine, chat).await?;
                let came: Vec<u64> = shown.iter().filter(|item| !item.mine).filter_map(number).collect();
                let arrived = ledger.judge((from, to), &came);
                verdict.accepted += arrived.accepted;
                verdict.lost += arrived.lost.len() as u64;
                verdict.doubled += arrived.doubled.len() as u64;
                verdict.reordered += arrived.reordered.len() as u64;
                verdict.details.extend(details((from, to), &arrived, ledger));
                let waits = |item: &&MessageItem| matches!(item.state, MessageState::Sending | MessageState::Failed);
                verdict.unticked += shown.iter().filter(|item| item.mine).filter(waits).count() as u64;
            }
            engine.stop().await;
        }
        Ok(())
    }
}

/// A sentence for each message that went wrong.
fn details(way: ledger::Way, arrived: &ledger::Arrived, ledger: &Ledger) -> Vec<String> {
    let (from, to) = way;
    let say = |number: u64, what: String| {
        format!("from {from} to {to}, round {}: message {number} {what}", ledger.round_of(way, number))
    };
    let lost = arrived.lost.iter().map(|n| say(*n, "is lost".to_owned()));
    let doubled = arrived.doubled.iter().map(|n| say(*n, "came twice".to_owned()));
    let late = arrived.reordered.iter().map(|(after, n)| say(*n, format!("came after {after}")));
    lost.chain(doubled).chain(late).collect()
}

async fn open(person: &Person) -> anyhow::Result<Handle> {
    let secret = SecretSource::KeyFile(person.home.key_file.clone());
    let config = EngineConfig { secret, ..EngineConfig::new(person.home.profile.clone()) };
    Ok(Engine::start(config).await?.0)
}

async fn whole_thread(engine: &Handle, chat: i64) -> anyhow::Result<Vec<MessageItem>> {
    let mut page = engine.thread_page(chat, None, None, PAGE).await?;
    let mut items = page.items;
    while page.has_older {
        page = engine.thread_page(chat, items.first().map(|item| item.order), None, PAGE).await?;
        items.splice(0..0, page.items);
    }
    Ok(items)
}

fn number(item: &MessageItem) -> Option<u64> {
    match &item.body {
        MessageBody::Text { text } => ledger::number(text),
        MessageBody::Notice { .. } | MessageBody::Call { .. } | MessageBody::Deleted => None,
    }
}
