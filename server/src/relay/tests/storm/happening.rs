//! What may happen in a storm.

use proptest::prelude::*;

/// One of them.
#[derive(Debug, Clone)]
pub(super) enum Happening {
    Send { count: u8 },
    Connect { device: bool },
    Disconnect { device: bool },
    AliceReconnects,
    AliceHears { count: u8 },
    Ack { device: bool, share: u8 },
    Commit { count: u8 },
    FailOne,
    AnswerLoad { which: u8, as_asked: bool },
    Wait { ms: u16 },
    Crash,
}

/// Draws one.
pub(super) fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        6 => (1..60u8).prop_map(|count| Happening::Send { count }),
        3 => any::<bool>().prop_map(|device| Happening::Connect { device }),
        2 => any::<bool>().prop_map(|device| Happening::Disconnect { device }),
        1 => Just(Happening::AliceReconnects),
        6 => (1..60u8).prop_map(|count| Happening::AliceHears { count }),
        6 => any::<(bool, u8)>().prop_map(|(device, share)| Happening::Ack { device, share }),
        6 => (1..20u8).prop_map(|count| Happening::Commit { count }),
        1 => Just(Happening::FailOne),
        6 => any::<(u8, bool)>().prop_map(|(which, as_asked)| Happening::AnswerLoad { which, as_asked }),
        4 => (0..256u16).prop_map(|ms| Happening::Wait { ms }),
        1 => (0..6_000u16).prop_map(|ms| Happening::Wait { ms }),
        2 => Just(Happening::Crash),
    ]
}
