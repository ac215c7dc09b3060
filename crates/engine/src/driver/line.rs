//! What goes out over one connection, and ends with it.

use sotto_machine::step::Effect;
use sotto_wire::{SendId, ToRelay};
use tokio::sync::mpsc;

use super::Jobs;
use crate::net::{
    directory::{self, Directory},
    live::{Control, Outgoing},
    standing::Standing,
    uploads::{self, Order, Parcel},
    workers::Workers,
};

/// Dropping it ends uploads and errands: the machine asks for them again on the next connection.
#[derive(Debug)]
pub(crate) struct Line {
    outgoing: Outgoing,
    uploads: mpsc::UnboundedSender<Order>,
    errands: mpsc::UnboundedSender<Effect>,
    control: mpsc::UnboundedSender<Control>,
    /// The mailbox has been stepped: the outbox may leave.
    drained: bool,
}

impl Line {
    pub(crate) fn frame(&self, frame: ToRelay) {
        let _ = self.outgoing.send(frame);
    }

    pub(crate) fn errand(&self, errand: Effect) {
        let _ = self.errands.send(errand);
    }

    /// Before the mailbox is drained nothing of the outbox leaves; draining asks for all of it.
    pub(crate) fn upload(&self, parcel: Box<Parcel>) {
        if self.drained || parcel.ephemeral {
            let _ = self.uploads.send(Order::Send(parcel));
        }
    }

    pub(crate) fn answered(&self, id: SendId) {
        let _ = self.uploads.send(Order::Answered(id));
    }

    pub(crate) fn drained(&mut self) {
        self.drained = true;
    }

    /// Something delivered could not be stored: let the relay begin again at the oldest message.
    pub(crate) fn start_over(self) {
        let _ = self.control.send(Control::StartOver);
    }
}

/// Begins a [`Line`] for each connection.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    pub(crate) standing: Standing,
    pub(crate) workers: Workers,
    pub(crate) directory: Directory,
    pub(crate) jobs: Jobs,
    pub(crate) control: mpsc::UnboundedSender<Control>,
}

impl Lines {
    pub(crate) fn begin(&self, outgoing: Outgoing) -> Line {
        let (uploads, orders) = mpsc::unbounded_channel();
        let (errands, asked) = mpsc::unbounded_channel();
        let (standing, workers) = (self.standing.clone(), self.workers.clone());
        tokio::spawn(uploads::run(orders, outgoing.clone(), standing, workers, self.control.clone()));
        tokio::spawn(directory::run(asked, self.directory.clone(), self.jobs.clone()));
        Line { outgoing, uploads, errands, control: self.control.clone(), drained: false }
    }
}
