//! Voice messages: what was recorded is heard again at every speed, and damaged ones are refused in a sentence.

use std::time::Duration;

use sotto_media::{
    Error, LOUDEST, Microphone, Player, PlayerState, Recorded, Recorder, RecorderState, Speaker, Speed, WAVEFORM,
};

async fn record(code: u8, duration: u64) -> Recorded {
    let recorder = Recorder::start(Microphone::Tone(code)).await.expect("a recorder");
    let mut progress = recorder.progress();
    progress.wait_for(|now| now.duration >= duration).await.expect("progress");
    recorder.recorded().expect("a recording")
}

/// The codes that the meter has believed meanwhile, one for each beep.
async fn play_to_its_end(player: &Player) -> Vec<u8> {
    player.play();
    let (mut progress, mut last, mut codes) = (player.progress(), None, Vec::new());
    let ended = async {
        while progress.borrow_and_update().state != PlayerState::Ended {
            progress.changed().await.expect("a player");
            if let Some(heard) = player.heard().filter(|heard| Some(*heard) != last) {
                last = Some(heard);
                codes.push(heard.code);
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await.expect("it ends");
    codes
}

#[tokio::test]
async fn what_was_recorded_is_heard_at_every_speed() {
    let recorded = record(0x5b, 4000).await;
    assert!((4000..5000).contains(&recorded.duration), "{recorded:?}");
    assert!(recorded.ogg.len() < 25_000, "{} bytes for four seconds", recorded.ogg.len());
    assert_eq!(recorded.waveform.len(), WAVEFORM);
    let (loud, soft) = (recorded.waveform.iter().max().unwrap(), recorded.waveform.iter().min().unwrap());
    assert!(*loud > 10 && *loud <= LOUDEST && soft < loud, "{:?}", recorded.waveform);
    for speed in [Speed::Normal, Speed::Faster, Speed::Double] {
        let player = Player::open(recorded.ogg.clone(), Speaker::Meter).expect("a player");
        assert!(player.duration().abs_diff(recorded.duration) < 50, "{} ms", player.duration());
        player.speed(speed);
        // The meter knows a code by two pitches: faster, they are the same. What is done against noise may bend a beep.
        let codes = play_to_its_end(&player).await;
        let right = codes.iter().filter(|code| **code == 0x5b).count();
        assert!(right >= 2 && 2 * right > codes.len(), "{speed:?}: {codes:x?}");
    }
}

#[tokio::test]
async fn a_pause_is_not_in_the_recording_and_a_draft_can_be_heard_in_between() {
    let recorder = Recorder::start(Microphone::Tone(7)).await.expect("a recorder");
    let mut progress = recorder.progress();
    progress.wait_for(|now| now.duration >= 400).await.expect("progress");
    recorder.pause();
    let paused = progress.wait_for(|now| now.state == RecorderState::Paused).await.expect("a pause").duration;
    let draft = recorder.recorded().expect("a draft");
    assert_eq!(draft.duration, paused);
    let player = Player::open(draft.ogg, Speaker::Meter).expect("a player");
    play_to_its_end(&player).await;
    assert_eq!(recorder.recorded().expect("a draft").duration, paused, "nothing was recorded in the pause");
    recorder.resume();
    progress.wait_for(|now| now.duration >= paused + 200).await.expect("more");
    assert!(Player::open(recorder.recorded().expect("a recording").ogg, Speaker::Meter).is_ok());
}

#[tokio::test]
async fn a_player_goes_where_it_is_told_and_waits() {
    let player = Player::open(record(9, 2000).await.ogg, Speaker::None).expect("a player");
    let mut progress = player.progress();
    player.seek(1500);
    progress.wait_for(|now| now.position == 1500).await.expect("a place");
    player.play();
    progress.wait_for(|now| now.position > 1600 && now.state == PlayerState::Playing).await.expect("sound");
    player.pause();
    let at = progress.wait_for(|now| now.state == PlayerState::Paused).await.expect("a pause").position;
    assert!((1600..2000).contains(&at), "{at}");
    player.seek(u64::MAX);
    player.play();
    progress.wait_for(|now| now.state == PlayerState::Ended).await.expect("the end");
}

#[tokio::test]
async fn damaged_and_foreign_files_are_refused_or_played_and_never_harm() {
    let good = record(3, 500).await.ogg;
    let refused = |bytes: Vec<u8>| Player::open(bytes, Speaker::None).expect_err("a refusal");
    for bytes in [Vec::new(), b"OggS".to_vec(), vec![0xff; 5000], b"RIFF....WAVE".to_vec(), good[..60].to_vec()] {
        assert!(matches!(refused(bytes), Error::Recording(_)));
    }
    assert_eq!(refused(Vec::new()).to_string(), "The recording cannot be played: it is empty.");
    // A page's checksum finds each of these; whatever gets past it is played as it is.
    for at in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        if let Ok(player) = Player::open(bad, Speaker::None) {
            assert!(player.duration() < 10_000);
        }
        let _ = Player::open(good[..at].to_vec(), Speaker::None);
    }
}
