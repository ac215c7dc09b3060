//! What a bitrate is spent on: first the size shrinks, then the frame rate, and at the bottom only sound is left.

/// What is sent of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rung {
    /// Pixels down, at most.
    pub(crate) height: u32,
    /// Frames a second, at most.
    pub(crate) fps: u32,
}

/// From this many bits per second on, best first.
const CAMERA: [(u64, Rung); 6] = [
    (1_000_000, Rung { height: 720, fps: 30 }),
    (500_000, Rung { height: 480, fps: 30 }),
    (250_000, Rung { height: 360, fps: 25 }),
    (130_000, Rung { height: 240, fps: 20 }),
    (80_000, Rung { height: 180, fps: 15 }),
    (40_000, Rung { height: 180, fps: 7 }),
];

/// Of a screen the letters must stay readable: the frame rate goes first.
const SCREEN: [(u64, Rung); 4] = [
    (600_000, Rung { height: 1080, fps: 10 }),
    (250_000, Rung { height: 1080, fps: 5 }),
    (100_000, Rung { height: 720, fps: 3 }),
    (40_000, Rung { height: 720, fps: 1 }),
];

/// What is sent at this bitrate. `None`: nothing, sound needs it all.
pub(crate) fn rung(screen: bool, bitrate: u64) -> Option<Rung> {
    let ladder: &[(u64, Rung)] = if screen { &SCREEN } else { &CAMERA };
    ladder.iter().find(|(least, _)| bitrate >= *least).map(|(_, rung)| *rung)
}

/// A picture's size on a rung: never larger than it is, its shape kept, even numbers.
pub(crate) fn fit(rung: Rung, width: u32, height: u32) -> (u32, u32) {
    if height <= rung.height || height == 0 {
        return (width & !1, height & !1);
    }
    ((width * rung.height / height) & !1, rung.height & !1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_network_means_smaller_then_fewer_then_none() {
        let heights: Vec<_> = [2_000_000, 600_000, 90_000].map(|rate| rung(false, rate).expect("a rung").height).into();
        assert_eq!(heights, [720, 480, 180]);
        assert_eq!(rung(false, 50_000).expect("a rung").fps, 7);
        assert_eq!(rung(false, 30_000), None);
        assert_eq!(fit(Rung { height: 360, fps: 25 }, 1280, 720), (640, 360));
        assert_eq!(fit(Rung { height: 720, fps: 25 }, 641, 361), (640, 360));
    }
}
