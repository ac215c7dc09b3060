//! The load: everybody writes to everybody else, one message after the other.

use std::{sync::Arc, time::Duration};

use rand::RngExt as _;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng as _};
use serde_json::json;
use tokio::{sync::watch, task::JoinSet, time::sleep};

use super::Person;
use crate::chaos::{
    bot::Unanswered,
    ledger::{Ledger, text},
};

/// Milliseconds between two messages of one person, at most.
const PAUSE: u64 = 40;

/// What an engine says when its disk takes nothing: it is full, or a file must not grow.
const NO_ROOM: [&str; 2] = ["disk_full", "database_broken"];

/// A talk that goes on.
pub(in crate::chaos) struct Talk {
    over: watch::Sender<bool>,
    speaking: JoinSet<()>,
}

impl Talk {
    pub(super) fn begin(people: &[Arc<Person>], ledger: &Arc<Ledger>, seed: u64) -> Self {
        let (over, _) = watch::channel(false);
        let mut speaking = JoinSet::new();
        for who in 0..people.len() {
            let rng = ChaCha12Rng::seed_from_u64(seed.wrapping_mul(31).wrapping_add(who as u64));
            speaking.spawn(speak(who, people.to_vec(), ledger.clone(), rng, over.subscribe()));
        }
        Self { over, speaking }
    }

    /// Nobody begins another message; those under way are answered for, or not.
    pub(in crate::chaos) async fn end(self) {
        self.over.send_replace(true);
        self.speaking.join_all().await;
    }
}

async fn speak(
    who: usize,
    people: Vec<Arc<Person>>,
    ledger: Arc<Ledger>,
    mut rng: ChaCha12Rng,
    over: watch::Receiver<bool>,
) {
    while !*over.borrow() {
        let other = (who + rng.random_range(1..people.len())) % people.len();
        let number = ledger.next((who, other));
        let message = json!({ "to": people[other].number, "text": text(number) });
        match people[who].bot().call("send", message).await {
            Ok(_) => ledger.accept((who, other), number),
            Err(Unanswered::Refused(code)) if NO_ROOM.contains(&code.as_str()) => ledger.note_full_disk((who, other)),
            Err(Unanswered::Refused(_) | Unanswered::Gone) => {}
        }
        sleep(Duration::from_millis(rng.random_range(1..=PAUSE))).await;
    }
}
