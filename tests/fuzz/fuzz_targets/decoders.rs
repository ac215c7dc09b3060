//! One program for all decoders: `SOTTO_DECODER` says which. Run by `npm run fuzz`.
#![no_main]

#[path = "../../src/decoders.rs"]
mod decoders;

use std::sync::LazyLock;

use decoders::{DECODERS, Decoder};
use libfuzzer_sys::fuzz_target;

static DECODER: LazyLock<Decoder> = LazyLock::new(|| {
    let name = std::env::var("SOTTO_DECODER").expect("SOTTO_DECODER names a decoder");
    *DECODERS.iter().find(|(known, _)| *known == name).expect("a decoder of this name")
});

fuzz_target!(|bytes: &[u8]| (DECODER.1)(bytes));
