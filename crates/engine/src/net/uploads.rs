//! Seals what the outbox holds and sends it, in the order in which it was written.
//!
//! Copies are sealed side by side but leave in order, so that a recipient's counters do not show gaps
//! that are none. One of these lives as long as one connection; what it had not sent when the connection
//! ended is in the outbox still, and the machine asks for it again once the next mailbox is drained.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesOrdered};
use sotto_machine::seal::{Introduction, SealTarget, SealedPayload, SealedPlain, seal};
use sotto_wire::{AccountId, DeliveryToken, Recipient, SealedFor, Send, SendId, Signed, StandingCert, ToRelay};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};
use tracing::{debug, warn};

use super::{
    live::{Control, Outgoing},
    standing::Standing,
    workers::Workers,
};

/// Sends the relay has not answered yet.
const IN_FLIGHT: usize = 32;
/// A connection that answers pings but no `Send` for this long is given up.
const ANSWER: Duration = Duration::from_secs(30);

/// Everything that is needed to seal one `Send`, read from the database after its commit.
#[derive(Debug)]
pub(crate) struct Parcel {
    /// Makes it idempotent.
    pub(crate) id: SendId,
    /// Typing and the like: neither stored nor answered.
    pub(crate) ephemeral: bool,
    /// For whom.
    pub(crate) to: Vec<Addressee>,
    /// Instead of copies: a group's payload, and for whom.
    pub(crate) group: Option<(Vec<u8>, Vec<Recipient>)>,
}

/// One account of a [`Parcel`].
#[derive(Debug)]
pub(crate) struct Addressee {
    pub(crate) account: AccountId,
    pub(crate) list_version: u64,
    pub(crate) token: Option<DeliveryToken>,
    pub(crate) copies: Vec<Copy>,
}

/// What one device gets.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) target: SealTarget,
    /// On pre-key messages.
    pub(crate) introduction: Option<Introduction>,
    pub(crate) payload: SealedPayload,
}

/// What the driver asks for.
#[derive(Debug)]
pub(crate) enum Order {
    /// Seal and send.
    Send(Box<Parcel>),
    /// The relay has answered for this one.
    Answered(SendId),
}

/// Carries out orders until the connection ends.
pub(crate) async fn run(
    mut orders: mpsc::UnboundedReceiver<Order>,
    outgoing: Outgoing,
    standing: Standing,
    workers: Workers,
    control: mpsc::UnboundedSender<Control>,
) {
    let mut waiting: VecDeque<Box<Parcel>> = VecDeque::new();
    // When each was sent; `None` while it is being sealed.
    let mut in_flight: HashMap<SendId, Option<Instant>> = HashMap::new();
    let mut sealing = FuturesOrdered::new();
    loop {
        while in_flight.len() < IN_FLIGHT
            && let Some(parcel) = waiting.pop_front()
        {
            if parcel.ephemeral {
                sealing.push_back(make(parcel, &standing, &workers));
            } else if let Entry::Vacant(place) = in_flight.entry(parcel.id) {
                place.insert(None);
                sealing.push_back(make(parcel, &standing, &workers));
            }
        }
        let oldest = in_flight.values().flatten().min().copied();
        tokio::select! {
            order = orders.recv() => match order {
                Some(Order::Send(parcel)) => waiting.push_back(parcel),
                Some(Order::Answered(id)) => drop(in_flight.remove(&id)),
                None => return,
            },
            Some((id, sealed)) = sealing.next() => match sealed {
                Some(send) => {
                    in_flight.entry(id).and_modify(|sent| *sent = Some(Instant::now()));
                    let _ = outgoing.send(ToRelay::Send(send));
                }
                None => {
                    warn!("a copy could not be sealed");
                    in_flight.remove(&id);
                }
            },
            () = sleep_until(oldest.unwrap_or_else(Instant::now) + ANSWER), if oldest.is_some() => {
                debug!(unanswered = in_flight.len(), "the relay does not answer");
                let _ = control.send(Control::StartOver);
                return;
            }
        }
    }
}

async fn make(parcel: Box<Parcel>, standing: &Standing, workers: &Workers) -> (SendId, Option<Send>) {
    let id = parcel.id;
    let standing = standing.current().await;
    (id, workers.run(move || seal_all(*parcel, &standing)).await.flatten())
}

fn seal_all(parcel: Parcel, standing: &Signed<StandingCert>) -> Option<Send> {
    if let Some((payload, to)) = parcel.group {
        return Some(Send { id: parcel.id, to, ephemeral: false, payload: Some(payload) });
    }
    let to = parcel.to.into_iter().map(|addressee| {
        let devices = addressee.copies.into_iter().map(|copy| {
            let device = copy.target.device;
            let plain =
                SealedPlain { standing: standing.clone(), introduction: copy.introduction, payload: copy.payload };
            let sealed = seal(&plain, &copy.target, &mut rand::rng()).ok()?;
            Some(SealedFor { device, sealed })
        });
        let devices = devices.collect::<Option<Vec<_>>>()?;
        Some(Recipient {
            account: addressee.account,
            list_version: addressee.list_version,
            token: addressee.token,
            devices,
        })
    });
    Some(Send { id: parcel.id, to: to.collect::<Option<Vec<_>>>()?, ephemeral: parcel.ephemeral, payload: None })
}
