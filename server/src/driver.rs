//! The one loop: gives the core what happened, and carries out what it wants done.
//!
//! **Commands are carried out in the order in which they come.** Frames go into the connections' queues,
//! writes to the store's writer, reads beside it; their answers come back here.

use std::{sync::Arc, time::Duration};

use rustc_hash::FxHashMap;
use sotto_wire::{ToClient, ToRelay};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, sleep_until},
};

use crate::{
    clock::Clock,
    outgoing,
    relay::{CloseReason, Command, Connected, ConnectionId, Core, Input, Load, Loaded},
    store::Store,
};

/// Inputs taken at once.
const BATCH: usize = 256;
/// Events that may wait for the core before connections stop reading.
const QUEUE: usize = 1_024;
/// How long a drain may take; what is not on the disk by then was never accepted.
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// How often a waiting core is looked at, at least.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Something for the core.
#[derive(Debug)]
pub(crate) enum Event {
    /// A connection, and where its frames go.
    Connected(Connected, outgoing::Sender),
    /// Frames of one connection that came together.
    Frames(ConnectionId, Vec<ToRelay>),
    /// Anything else.
    Input(Input),
}

/// Where events for the core go.
#[derive(Debug, Clone)]
pub(crate) struct CoreHandle(mpsc::Sender<Event>);

impl CoreHandle {
    /// Waits while the core has its hands full. Once it has ended, nothing is left to be told.
    pub(crate) async fn tell(&self, event: Event) {
        if let Some(ear) = self.listen().await {
            ear.send(event);
        }
    }

    /// As [`Self::tell`], for a task that should not hold an event while it waits.
    pub(crate) async fn listen(&self) -> Option<mpsc::Permit<'_, Event>> {
        self.0.reserve().await.ok()
    }
}

/// The core with its hands.
pub(crate) struct Driver {
    core: Core,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    events: mpsc::Receiver<Event>,
    answers: mpsc::UnboundedReceiver<Vec<Input>>,
    answer: mpsc::UnboundedSender<Vec<Input>>,
    connections: FxHashMap<ConnectionId, Outlet>,
    /// Connections that have been given something since the last time it was sent on its way.
    given: Vec<ConnectionId>,
}

/// Where a connection's frames go.
struct Outlet {
    queue: outgoing::Sender,
    /// What the steps so far have brought for it.
    frames: Vec<ToClient>,
}

impl Driver {
    pub(crate) fn new(core: Core, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> (Self, CoreHandle) {
        let (tell, events) = mpsc::channel(QUEUE);
        let (answer, answers) = mpsc::unbounded_channel();
        let (connections, given) = (FxHashMap::default(), Vec::new());
        (Self { core, store, clock, events, answers, answer, connections, given }, CoreHandle(tell))
    }

    /// Runs until a drain is complete.
    pub(crate) async fn run(mut self) {
        let (mut events, mut answers) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
        let mut commands = Vec::new();
        let mut drain_ends = None;
        while !self.core.is_drained() {
            let wake = self.next_wake(drain_ends);
            tokio::select! {
                count = self.answers.recv_many(&mut answers, BATCH) => debug_assert!(count > 0),
                count = self.events.recv_many(&mut events, BATCH) => {
                    if count == 0 {
                        return;
                    }
                }
                () = sleep_until(wake) => {
                    if drain_ends.is_some_and(|end| Instant::now() >= end) {
                        tracing::warn!("the drain took too long; senders will send again");
                        break;
                    }
                    answers.push(vec![Input::Tick]);
                }
            }
            let now = self.clock.now();
            for input in answers.drain(..).flatten() {
                self.core.step(input, now, &mut commands);
            }
            for event in events.drain(..) {
                match event {
                    Event::Connected(connected, queue) => {
                        self.connections.insert(connected.connection, Outlet { queue, frames: Vec::new() });
                        self.core.step(Input::Connected(connected), now, &mut commands);
                    }
                    Event::Frames(connection, frames) => {
                        for frame in frames {
                            self.core.step(Input::Frame { connection, frame }, now, &mut commands);
                        }
                    }
                    Event::Input(input) => {
                        match &input {
                            Input::Disconnected { connection } => {
                                self.connections.remove(connection);
                            }
                            Input::Drain => drain_ends = drain_ends.or(Some(Instant::now() + DRAIN_TIME)),
                            _ => {}
                        }
                        self.core.step(input, now, &mut commands);
                    }
                }
            }
            self.carry_out(&mut commands);
        }
        for (_, outlet) in self.connections.drain() {
            outlet.queue.close(CloseReason::Draining);
        }
        if let Err(error) = self.store.flush().await {
            tracing::error!(%error, "the last writes are not on the disk");
        }
    }

    fn next_wake(&self, drain_ends: Option<Instant>) -> Instant {
        let wait = Duration::from_millis(self.core.wake_at().saturating_sub(self.clock.now()));
        let wake = Instant::now() + wait.min(LONGEST_SLEEP);
        drain_ends.map_or(wake, |end| wake.min(end))
    }

    fn carry_out(&mut self, commands: &mut Vec<Command>) {
        for command in commands.drain(..) {
            match command {
                Command::Frame { connection, frame } => self.give(connection, frame),
                Command::Close { connection, reason } => {
                    self.send_given(connection);
                    if let Some(outlet) = self.connections.remove(&connection) {
                        outlet.queue.close(reason);
                    }
                }
                Command::Load(load) => self.load(load),
                Command::Write { id, write } => self.store.submit(id, write, &self.answer),
            }
        }
        for connection in std::mem::take(&mut self.given) {
            self.send_given(connection);
        }
    }

    fn give(&mut self, connection: ConnectionId, frame: ToClient) {
        let Some(outlet) = self.connections.get_mut(&connection) else { return };
        if outlet.frames.is_empty() {
            self.given.push(connection);
        }
        outlet.frames.push(frame);
    }

    /// Puts what a connection has been given into its queue, all at once: it is woken once, and writes once.
    fn send_given(&mut self, connection: ConnectionId) {
        let Some(outlet) = self.connections.get_mut(&connection) else { return };
        if !outlet.frames.is_empty() && outlet.queue.put(&mut outlet.frames).is_err() {
            tracing::info!(connection = connection.0, "closed: does not read");
            // Its task ends once its queue is gone; what it has not acknowledged goes to the disk.
            self.connections.remove(&connection);
            let _ = self.answer.send(vec![Input::Disconnected { connection }]);
        }
    }

    fn load(&self, load: Load) {
        let (reading, answer) = (self.store.load(load.clone()), self.answer.clone());
        tokio::spawn(async move {
            let loaded = reading.await.unwrap_or_else(|error| {
                tracing::error!(%error, "cannot read");
                Loaded::Failed(load)
            });
            let _ = answer.send(vec![Input::Loaded(loaded)]);
        });
    }
}

/// Tells the core from time to time what has run out of its time.
pub(crate) async fn sweep_forever(store: Arc<dyn Store>, clock: Arc<dyn Clock>, core: CoreHandle) {
    loop {
        sweep(&*store, &*clock, &core).await;
        sleep(Duration::from_secs(3_600)).await;
    }
}

/// Deletes what has run out of its time.
pub(crate) async fn sweep(store: &dyn Store, clock: &dyn Clock, core: &CoreHandle) {
    match store.sweep(clock.now()).await {
        Ok(swept) => {
            for (device, volume) in swept.ran_out {
                core.tell(Event::Input(Input::RanOut { device, volume })).await;
            }
            core.tell(Event::Input(Input::Forgotten { ids: swept.forgotten })).await;
        }
        Err(error) => tracing::error!(%error, "cannot sweep"),
    }
}
