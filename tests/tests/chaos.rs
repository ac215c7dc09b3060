//! A few rounds of chaos at each test run; `npm run chaos -- --rounds N` plays as many as wanted.

use sotto_tests::chaos::{Plan, play};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_killed_nothing_is_lost_or_doubled() {
    let dir = tempfile::tempdir().expect("a directory");
    let plan = Plan { rounds: 4, people: 3, seed: 11 };
    let mut told = Vec::new();
    let played = play(plan, dir.path(), |round, fault, took| told.push(format!("{round}: {fault}, {took:?}")));
    let verdict = played.await.expect("programs that start");
    assert!(verdict.holds(), "{verdict:?}\n{told:#?}\nrun `npm run chaos -- --seed {}`", plan.seed);
    assert!(verdict.accepted > 0, "nobody wrote anything");
}
