//! When a call that rings is decided: answered or not, here or elsewhere.

use sotto_engine::view::{CallStage, CallUpdate, CallView, GroupCallStage, GroupCallUpdate, GroupCallView};
use tokio::sync::mpsc::UnboundedReceiver;

/// How calls stand, as far as that matters for one that rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    rings: bool,
    /// This person is in one.
    in_one: bool,
}

impl Standing {
    fn of_two(call: Option<&CallView>) -> Self {
        let rings = call.is_some_and(|call| call.stage == CallStage::Incoming);
        Self { rings, in_one: call.is_some() && !rings }
    }

    fn of_groups(calls: &[GroupCallView]) -> Self {
        let away = |call: &GroupCallView| matches!(call.stage, GroupCallStage::Rings | GroupCallStage::UnderWay);
        Self { rings: calls.iter().any(|call| call.stage == GroupCallStage::Rings), in_one: !calls.iter().all(away) }
    }
}

/// Waits until nothing rings any more. True if this person came into a call meanwhile.
pub(crate) async fn decided(
    mut calls: UnboundedReceiver<CallUpdate>,
    mut groups: UnboundedReceiver<GroupCallUpdate>,
) -> bool {
    let (mut of_two, mut of_groups) = (None, None);
    // How it was at first, of each: the one may have gone on before the other has told anything.
    let (mut first_of_two, mut first_of_groups) = (None, None);
    loop {
        tokio::select! {
            update = calls.recv() => match update {
                Some(CallUpdate::State { call }) => of_two = Some(Standing::of_two(call.as_ref())),
                Some(_) => continue,
                None => return false,
            },
            update = groups.recv() => match update {
                Some(GroupCallUpdate::State { calls }) => of_groups = Some(Standing::of_groups(&calls)),
                Some(_) => continue,
                None => return false,
            },
        }
        (first_of_two, first_of_groups) = (first_of_two.or(of_two), first_of_groups.or(of_groups));
        let (Some(two), Some(groups)) = (of_two, of_groups) else { continue };
        if !two.rings && !groups.rings {
            let before = [first_of_two, first_of_groups].into_iter().flatten().any(|first: Standing| first.in_one);
            return (two.in_one || groups.in_one) && !before;
        }
    }
}

#[cfg(test)]
mod tests {
    use sotto_engine::view::{CallQuality, CallSide};
    use tokio::sync::mpsc::{self, UnboundedSender};

    use super::*;

    fn of_two(stage: Option<CallStage>) -> CallUpdate {
        let call = stage.map(|stage| CallView {
            id: String::new(),
            chat: 7,
            mine: false,
            video: false,
            stage,
            own: CallSide::default(),
            other: CallSide::default(),
            quality: CallQuality::Good,
            relayed: false,
            problems: Vec::new(),
        });
        CallUpdate::State { call }
    }

    async fn after(stages: Vec<Option<CallStage>>) -> bool {
        let (sender, calls) = mpsc::unbounded_channel();
        let (groups_sender, groups): (UnboundedSender<_>, _) = mpsc::unbounded_channel();
        groups_sender.send(GroupCallUpdate::State { calls: Vec::new() }).unwrap();
        let decided = tokio::spawn(decided(calls, groups));
        for stage in stages {
            sender.send(of_two(stage)).unwrap();
        }
        decided.await.unwrap()
    }

    #[tokio::test]
    async fn a_call_is_answered_when_this_person_came_into_it() {
        assert!(after(vec![Some(CallStage::Incoming), Some(CallStage::Connecting)]).await);
        assert!(!after(vec![Some(CallStage::Incoming), None]).await);
    }
}
