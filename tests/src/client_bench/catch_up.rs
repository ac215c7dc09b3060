//! Coming back: what waited is fetched, opened, decrypted, stored and acknowledged.

use std::time::Instant;

use anyhow::ensure;
use sotto_relay::{Clock as _, SystemClock};

use super::home::{Home, Village, online};

/// The friends write while I am away; then my engine starts. Returns messages a second, from the start of the engine
/// until the mailbox is drained and everything is committed.
///
/// # Errors
/// If a message is lost or doubled.
pub async fn caught_up_per_second(village: &Village, waiting: usize) -> anyhow::Result<f64> {
    village.write_to_me(waiting).await?;
    let before = received(&village.me)?;
    let begun = Instant::now();
    let engine = village.me.engine().await?;
    online(&engine).await?;
    let took = begun.elapsed();
    ensure!(engine.diagnostics().dropped.is_empty(), "something was dropped: {:?}", engine.diagnostics());
    engine.stop().await;
    let arrived = received(&village.me)? - before;
    ensure!(arrived == waiting as i64, "{waiting} messages waited and {arrived} arrived");
    Ok(waiting as f64 / took.as_secs_f64())
}

/// Unread messages, all of which came from friends.
fn received(me: &Home) -> anyhow::Result<i64> {
    let store = me.store()?;
    Ok(i64::from(store.queries().unread_total(SystemClock.now())?))
}
