//! What a person can choose.

use crate::{Handle, desk::News, error::Error, kept, view::Settings};

/// Text sizes that can be drawn.
const TEXT_SIZES: std::ops::RangeInclusive<u8> = 13..=20;

impl Handle {
    /// Keeps all settings. What the relay must know follows as soon as there is a connection.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn settings_set(&self, settings: Settings) -> Result<(), Error> {
        let open = self.running.open()?;
        let text_size = settings.text_size.clamp(*TEXT_SIZES.start(), *TEXT_SIZES.end());
        let settings = Settings { text_size, ..settings };
        let before = self.running.board.settings();
        let kept = settings.clone();
        let write = move |batch: &mut sotto_store::Batch<'_>| {
            kept::SETTINGS.put(batch, &kept)?;
            Ok(Vec::new())
        };
        open.database.jobs.write(write).await?;
        self.running.board.update(|state| state.settings = Some(settings.clone()));
        if settings.share_presence != before.share_presence {
            open.tell(News::PresenceChanged);
        }
        if settings.read_receipts != before.read_receipts {
            let chats = open.database.read(|queries| queries.contacts()).await?;
            open.tell(News::Redraw(chats.into_iter().map(|contact| contact.chat).collect()));
        }
        if settings.findable != before.findable
            && let Ok(member) = self.running.member()
        {
            member.publish_profile();
        }
        Ok(())
    }
}
