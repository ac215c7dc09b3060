//! A short chaos at each test run; `npm run chaos -- --rounds N` plays as much as wanted.

use sotto_tests::chaos::{Plan, play};

#[tokio::test]
async fn nothing_that_was_accepted_is_lost_doubled_or_reordered_when_real_programs_are_killed() {
    let dir = tempfile::tempdir().expect("a directory");
    let plan = Plan { rounds: 4, people: 3, seed: 1 };
    let verdict = play(plan, dir.path(), |_, _, _| {}).await.expect("programs that start");
    assert!(verdict.kills > 0 && verdict.accepted > 0, "{verdict:?}");
    assert_eq!((verdict.lost, verdict.doubled, verdict.reordered), (0, 0, 0), "{verdict:?}");
}
