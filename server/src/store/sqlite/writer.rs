//! The one writer: takes whatever has come together, puts it into one transaction and fsyncs once.

use std::{sync::mpsc, thread};

use rusqlite::Connection;
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use super::{accounts, mailbox, sends};
use crate::{
    relay::{Input, Write, WriteId, WriteOutcome},
    store::{Answer, StoreError},
};

/// Most operations in one transaction.
const GROUP: usize = 1_024;

/// Runs after the transaction, and is told whether it was committed.
type After = Box<dyn FnOnce(WriteOutcome) + Send>;

/// Where answers to the core's writes go: those of one transaction together, so that it is woken once.
type Done = UnboundedSender<Vec<Input>>;

enum Job {
    Write { id: WriteId, write: Write, done: Done },
    Call(Box<dyn FnOnce(&Connection) -> After + Send>),
}

/// Hands jobs to the writer's thread. When the last handle is gone, what is queued is still written.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new().name("writer".to_owned()).spawn(move || run(&connection, &queue))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    pub(super) fn submit(&self, id: WriteId, write: Write, done: &Done) {
        let job = Job::Write { id, write, done: done.clone() };
        if self.jobs.as_ref().is_none_or(|jobs| jobs.send(job).is_err()) {
            let _ = done.send(vec![Input::Written { id, outcome: WriteOutcome::Failed }]);
        }
    }

    /// A change with an answer of its own. If it fails, only it is undone.
    pub(super) fn call<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<T> {
        let (answer, answered) = oneshot::channel();
        let run = move |c: &Connection| -> After {
            let result = alone(c, change);
            Box::new(move |outcome| {
                let result = match outcome {
                    WriteOutcome::Committed => result,
                    WriteOutcome::Failed => Err(StoreError::NotCommitted),
                };
                let _ = answer.send(result);
            })
        };
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(Job::Call(Box::new(run))).is_ok());
        Box::pin(async move {
            if !sent {
                return Err(StoreError::Shut);
            }
            answered.await.map_err(|_| StoreError::Shut)?
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(connection: &Connection, queue: &mpsc::Receiver<Job>) {
    let mut failed = WriteId::default();
    while let Ok(first) = queue.recv() {
        let group = std::iter::once(first).chain(queue.try_iter().take(GROUP - 1));
        let (mut after, mut written) = (Vec::new(), Vec::new());
        let outcome = match commit(connection, group, failed, &mut after, &mut written) {
            Ok(()) => WriteOutcome::Committed,
            Err(error) => {
                tracing::error!(%error, "nothing of this group was written");
                written.iter_mut().for_each(|write| write.outcome = WriteOutcome::Failed);
                WriteOutcome::Failed
            }
        };
        failed = written.iter().rev().find(|write| write.outcome == WriteOutcome::Failed).map_or(failed, |w| w.id);
        tell(&written);
        for then in after {
            then(outcome);
        }
    }
}

/// A write of the core and what became of it.
struct Written {
    id: WriteId,
    done: Done,
    outcome: WriteOutcome,
}

fn tell(written: &[Written]) {
    for together in written.chunk_by(|one, other| one.done.same_channel(&other.done)) {
        if let Some(Written { done, .. }) = together.first() {
            let answers = together.iter().map(|w| Input::Written { id: w.id, outcome: w.outcome });
            let _ = done.send(answers.collect());
        }
    }
}

/// All of the group or nothing, but for writes after one that has `failed`. Every job leaves word in `after` or
/// `written`, also when it was never begun.
fn commit(
    connection: &Connection,
    group: impl Iterator<Item = Job>,
    mut failed: WriteId,
    after: &mut Vec<After>,
    written: &mut Vec<Written>,
) -> Result<(), StoreError> {
    let mut result = connection.execute_batch("BEGIN IMMEDIATE").map_err(StoreError::from);
    for job in group {
        match job {
            Job::Write { id, write, done } => {
                // It may follow one that is missing, of which the core does not know yet.
                let hasty = matches!(write, Write::Rows { heard, .. } if heard < failed);
                let outcome = if hasty { WriteOutcome::Failed } else { WriteOutcome::Committed };
                written.push(Written { id, done, outcome });
                if hasty {
                    failed = id;
                } else if result.is_ok() {
                    result = apply(connection, &write);
                }
            }
            // After a failure the call would run outside any transaction.
            Job::Call(call) if result.is_ok() => {
                after.push(call(connection));
                if connection.is_autocommit() {
                    result = Err(StoreError::NotCommitted);
                }
            }
            Job::Call(call) => drop(call),
        }
    }
    let result = result.and_then(|()| Ok(connection.execute_batch("COMMIT")?));
    if result.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    result
}

fn apply(c: &Connection, write: &Write) -> Result<(), StoreError> {
    match write {
        Write::Rows { heard: _, rows, completes } => {
            rows.iter().try_for_each(|row| mailbox::insert(c, row))?;
            completes.iter().try_for_each(|send| sends::remember(c, send))
        }
        Write::Delete { device, up_to } => mailbox::delete(c, *device, *up_to),
        Write::Reserve { device, up_to } => mailbox::reserve(c, *device, *up_to),
        Write::Purge { device } => mailbox::purge(c, *device),
        Write::Seen { account, at } => accounts::seen(c, *account, *at),
        Write::Sharing { account, shared } => accounts::share(c, *account, *shared),
        Write::ExpiryTold { device, count } => mailbox::expiry_told(c, *device, *count),
    }
}

/// Runs a change in a savepoint, so that its failure leaves the rest of the group alone.
fn alone<T>(c: &Connection, change: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
    c.execute_batch("SAVEPOINT call")?;
    let result = change(c);
    let end = if result.is_ok() { "RELEASE call" } else { "ROLLBACK TO call; RELEASE call" };
    // A full disk ends the whole transaction, the savepoint with it; the commit will tell.
    if !c.is_autocommit() {
        c.execute_batch(end)?;
    }
    result
}
