//! What fuzzing has found worth keeping is fed to every decoder again.

use std::{fs, path::Path};

use proptest::prelude::*;
use sotto_tests::decoders::DECODERS;

#[test]
fn every_decoder_survives_its_corpus() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, decode) in DECODERS {
        let files: Vec<_> = fs::read_dir(corpora.join(name)).expect("a committed corpus").collect();
        assert!(!files.is_empty(), "{name} has an empty corpus");
        for file in files {
            decode(&fs::read(file.expect("an entry").path()).expect("a file"));
        }
    }
}

/// Every file of every corpus, cut anywhere and with any byte changed.
#[test]
fn every_decoder_survives_what_is_almost_right() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, decode) in DECODERS {
        for file in fs::read_dir(corpora.join(name)).expect("a committed corpus").take(20) {
            let whole = fs::read(file.expect("an entry").path()).expect("a file");
            let step = (whole.len() / 64).max(1);
            for at in (0..whole.len()).step_by(step) {
                decode(&whole[..at]);
                let mut altered = whole.clone();
                altered[at] ^= 0x41;
                decode(&altered);
            }
        }
    }
}

proptest! {
    #[test]
    fn every_decoder_survives_noise(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        for (_, decode) in DECODERS {
            decode(&bytes);
        }
    }
}
