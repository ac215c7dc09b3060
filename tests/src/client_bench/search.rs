//! Finding what was written, as the window asks for it.

use std::time::Instant;

use sotto_engine::view::SearchFilter;

use super::home::{Home, online};
use crate::load::Latencies;

/// Hits that are wanted.
const HITS: u32 = 50;
/// Each is asked so often.
const ROUNDS: usize = 15;

/// What is looked for, and why it may be slow.
const SOUGHT: [(&str, &str); 9] = [
    ("a rare word", "quixotic"),
    ("a part of a common word", "ffe"),
    ("a common word", "coffee"),
    ("two common words", "coffee river"),
    ("a word that nobody wrote", "xylophonist"),
    ("one letter", "q"),
    ("two letters that nobody wrote", "zq"),
    ("two Chinese letters", "東京"),
    ("an Arabic word", "سأتصل"),
];

/// How long one search took.
#[derive(Debug, Clone)]
pub struct Searched {
    /// What was looked for.
    pub what: &'static str,
    /// How many were found, up to the limit.
    pub hits: usize,
    /// The first time, with nothing of it in memory yet.
    pub first_ms: f64,
    /// Half of all others were faster.
    pub p50_ms: f64,
}

/// Looks for several things. No engine may run on the profile.
///
/// # Errors
/// If the database cannot be read.
pub async fn search(home: &Home) -> anyhow::Result<Vec<Searched>> {
    let engine = home.engine().await?;
    online(&engine).await?;
    let mut searched = Vec::new();
    for (what, text) in SOUGHT {
        let ask = async || {
            let begun = Instant::now();
            let hits = engine.search(text, SearchFilter::default(), None, HITS).await?.hits.len();
            anyhow::Ok((hits, begun.elapsed()))
        };
        let mut times = Latencies::default();
        let (hits, first) = ask().await?;
        for _ in 0..ROUNDS {
            times.add(ask().await?.1);
        }
        searched.push(Searched { what, hits, first_ms: first.as_secs_f64() * 1_000.0, p50_ms: times.quantile_ms(0.5) });
    }
    engine.stop().await;
    Ok(searched)
}
