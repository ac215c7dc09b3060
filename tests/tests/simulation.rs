//! A handful of simulated schedules at each test run; `npm run simulate -- --seeds N` plays as many as wanted.

use sotto_tests::simulation::{Script, World, play_seed};

#[test]
fn nothing_is_lost_doubled_reordered_or_stuck_whatever_fails() {
    for seed in 0..60 {
        let verdict = play_seed(seed);
        assert!(verdict.holds(), "seed {seed}: {verdict:?}; run `npm run simulate -- --first {seed} --seeds 1`");
    }
}

#[test]
fn a_script_plays_the_same_way_every_time() {
    let script = Script::draw(7);
    assert_eq!(World::play(&script), World::play(&script));
    assert_eq!(script, Script::draw(7));
}
