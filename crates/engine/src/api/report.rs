//! Telling the relay's operator about somebody.

use sotto_machine::rows::Content;
use sotto_wire::{
    limits::{MAX_REPORT_CHARS, MAX_REPORT_EXCERPTS},
    rest::{Report, ReportExcerpt, ReportReason},
};

use super::{chat_id, missing};
use crate::{
    Handle,
    error::{Code, Error},
    net::rest::RestError,
    view::ReportReasonView,
};

impl Handle {
    /// Tells the relay's operator about the person of a chat: the reason, words of one's own, and those of their messages
    /// that are named, which leave in the clear. Nothing else does, and the other person is told nothing. To block them is
    /// another step.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a group or what they did not write, [`Code::Offline`], [`Code::RateLimited`].
    pub async fn person_report(
        &self,
        chat: i64,
        reason: ReportReasonView,
        words: &str,
        orders: &[i64],
    ) -> Result<(), Error> {
        let look = move |queries: &sotto_store::Queries<'_>| queries.contact(chat_id(chat));
        let contact = self.running.open()?.database.read(look).await?.ok_or_else(|| missing("the person"))?;
        let account = contact.contact.account;
        let mut orders = orders.to_vec();
        orders.sort_unstable();
        let mut excerpts = Vec::new();
        for order in orders.into_iter().take(MAX_REPORT_EXCERPTS) {
            let entry = self.entry(chat, order).await?;
            match entry.content {
                Content::Post(post) if entry.author == account => {
                    excerpts.push(ReportExcerpt { at: entry.at, text: cut(&post.words()) });
                }
                _ => return Err(missing("a message of theirs")),
            }
        }
        let reason = match reason {
            ReportReasonView::Spam => ReportReason::Spam,
            ReportReasonView::Fraud => ReportReason::Fraud,
            ReportReasonView::Abuse => ReportReason::Abuse,
            ReportReasonView::Other => ReportReason::Other,
        };
        let report = Report { account, reason, words: cut(words.trim()), excerpts };
        self.running.member()?.rest.report(&report).await.map_err(|error| match error {
            RestError::Unreachable(detail) => Error::new(Code::Offline, detail),
            other => other.into(),
        })
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_REPORT_CHARS).collect()
}
