//! What the machine says about calls.

use sotto_machine::call::{CallEvent, CallId, CallInput, Description, EndReason};
use tracing::{info, warn};

use super::{Telephone, live::Live};
use crate::view::{CallFault, CallStage};

impl Telephone {
    /// What the machine says about calls.
    pub(super) async fn hear(&mut self, event: CallEvent) {
        match event {
            CallEvent::Rings { chat, call, video, description, answer_now } => {
                let mine = self.live.take();
                let asked = mine.as_ref().is_some_and(|live| live.asked_video);
                if let Some(media) = mine.and_then(|live| live.media) {
                    media.call.hang_up().await;
                }
                let mut live = Live::new(call, chat.0, false, video, CallStage::Incoming);
                live.offer = Some(description);
                self.live = Some(live);
                if answer_now {
                    let _ = self.answer(asked).await;
                } else {
                    self.show();
                    self.board.rings(chat.0);
                }
            }
            CallEvent::RingsThere { call } => self.change_if(call, |live| {
                if live.stage == CallStage::Calling {
                    live.stage = CallStage::Ringing;
                }
            }),
            CallEvent::Answered { call, description, .. } => {
                let Some(live) = self.live.as_mut().filter(|live| live.id == call) else { return };
                live.stage = CallStage::Connecting;
                let accepted = match &live.media {
                    Some(media) => media.call.accept(&description.0).await,
                    None => return,
                };
                self.show();
                if let Err(error) = accepted {
                    warn!(%error, "the answer of a call is not believed");
                    self.end(EndReason::Failed, Some(CallFault::Fingerprint)).await;
                }
            }
            CallEvent::Candidates { call, candidates } => {
                let Some(live) = self.live.as_ref().filter(|live| live.id == call) else { return };
                let Some(media) = &live.media else { return };
                for candidate in candidates {
                    if let Err(error) = media.call.candidate(&candidate.0).await {
                        info!(%error, "a way of the other side cannot be used");
                    }
                }
            }
            CallEvent::Renewed { call, description, answer } => self.renewed(call, description, answer).await,
            CallEvent::Group(event) => {
                let _ = self.groups.send(event);
            }
            CallEvent::Ended { call, outcome } => {
                if self.live.as_ref().is_some_and(|live| live.id == call) {
                    self.over(outcome).await;
                }
            }
        }
    }

    async fn renewed(&mut self, call: CallId, description: Description, answer: bool) {
        let Some(live) = self.live.as_ref().filter(|live| live.id == call) else { return };
        let Some(media) = &live.media else { return };
        if answer {
            if let Err(error) = media.call.accept(&description.0).await {
                warn!(%error, "a new way is not believed");
            }
            return;
        }
        match media.call.renegotiate(&description.0).await {
            Ok(sdp) => self.say(CallInput::Renew { call, description: Description(sdp), answer: true }).await,
            Err(error) => warn!(%error, "a new way is not believed"),
        }
    }
}
