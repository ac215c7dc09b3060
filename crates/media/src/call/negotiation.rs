//! The two texts of a call, and those of a new path.

use std::sync::PoisonError;
use std::time::Duration;

use webrtc::peer_connection::{RTCIceCandidateInit, RTCSessionDescription};

use crate::Error;

use super::connection::Connection;

/// So long is waited for own addresses. Those found later travel by themselves.
const GATHER: Duration = Duration::from_millis(1500);

impl Connection {
    pub(crate) async fn make_offer(&self) -> Result<String, Error> {
        let offer = self.peer.create_offer(None).await?;
        self.describe(offer).await
    }

    pub(crate) async fn make_restart(&self) -> Result<String, Error> {
        let options = rtc::peer_connection::configuration::RTCOfferOptions { ice_restart: true };
        let offer = self.peer.create_offer(Some(options)).await?;
        self.describe(offer).await
    }

    pub(crate) async fn make_answer(&self, offer: &str) -> Result<String, Error> {
        let offer = RTCSessionDescription::offer(offer.to_owned()).map_err(|_| Error::Sdp("it is no offer"))?;
        self.peer.set_remote_description(offer).await?;
        let answer = self.peer.create_answer(None).await?;
        self.describe(answer).await
    }

    pub(crate) async fn take_answer(&self, answer: &str) -> Result<(), Error> {
        let answer = RTCSessionDescription::answer(answer.to_owned()).map_err(|_| Error::Sdp("it is no answer"))?;
        Ok(self.peer.set_remote_description(answer).await?)
    }

    pub(crate) async fn add_candidate(&self, candidate: &str) -> Result<(), Error> {
        let candidate = RTCIceCandidateInit {
            candidate: candidate.to_owned(),
            sdp_mid: Some(String::new()),
            sdp_mline_index: Some(0),
            ..Default::default()
        };
        Ok(self.peer.add_ice_candidate(candidate).await?)
    }

    /// Applies an own description and gives it with the addresses that were found in time.
    async fn describe(&self, description: RTCSessionDescription) -> Result<String, Error> {
        self.gathered.send_replace(false);
        self.give(None);
        self.peer.set_local_description(description).await?;
        let mut gathered = self.gathered.subscribe();
        let complete = tokio::time::timeout(GATHER, gathered.wait_for(|complete| *complete)).await.is_ok();
        if !complete {
            tracing::debug!("not every server has answered; what it would say comes later");
        }
        let description = self.peer.local_description().await.ok_or(Error::Sdp("there is none of our own"))?;
        self.give(Some(description.sdp.clone()));
        Ok(description.sdp)
    }

    fn give(&self, sdp: Option<String>) {
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = sdp;
    }
}
