//! Everything that talks to the relay. Nothing here decides: what comes in goes to the driver, what goes
//! out was committed before.

pub(crate) mod directory;
pub(crate) mod intake;
pub(crate) mod live;
pub(crate) mod rest;
pub(crate) mod rooms;
pub(crate) mod standing;
pub(crate) mod uploads;
pub(crate) mod workers;
