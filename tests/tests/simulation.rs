//! Simulated schedules at each test run; `npm run simulate -- --seeds N` plays as many as wanted.

use sotto_tests::simulation::{Fault, GroupScript, Script, Verdict, World, play_group, play_seeds, shrink};

#[test]
fn nothing_is_lost_doubled_reordered_or_stuck_whatever_fails() {
    let (verdict, failed) = play_seeds(0, 450);
    let first = failed.first().copied().unwrap_or_default();
    assert!(failed.is_empty(), "{failed:?}: {verdict:?}; run `npm run simulate -- --first {first} --seeds 1`");
}

#[test]
fn a_script_plays_the_same_way_every_time() {
    for seed in 0..20 {
        let script = Script::draw(seed);
        assert_eq!(World::play(&script, None), World::play(&script, None));
        assert_eq!(script, Script::draw(seed));
    }
}

/// Plants a mistake and looks for a seed that finds it; checks that it is found again and made small.
fn finds(fault: Fault) -> Verdict {
    let found = (0..500).map(Script::draw).find(|script| !World::play(script, Some(fault)).holds());
    let script = found.expect("a seed that finds the mistake");
    let verdict = World::play(&script, Some(fault));
    assert_eq!(World::play(&script, Some(fault)), verdict, "it is found the same way again");
    assert!(World::play(&script, None).holds(), "without the mistake nothing is wrong");

    let small = shrink(&script, Some(fault));
    assert!(!World::play(&small, Some(fault)).holds());
    assert!(small.actions.len() <= 5, "{:?}", small.actions);
    verdict
}

#[test]
fn a_device_that_acknowledges_before_its_commit_is_found_out() {
    finds(Fault::SpeaksBeforeCommit);
}

#[test]
fn a_relay_that_answers_before_its_commit_is_found_out() {
    let verdict = finds(Fault::AnswersBeforeCommit);
    assert!(verdict.lost + verdict.stuck + verdict.broken > 0, "{verdict:?}");
}

#[test]
fn a_schedule_of_a_group_plays_the_same_way_every_time() {
    for seed in 0..10 {
        let script = GroupScript::draw(seed);
        assert_eq!(play_group(&script), play_group(&script));
    }
}
