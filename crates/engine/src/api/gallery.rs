//! What a conversation has collected: pictures and films, files, links.

use sotto_store::{Drawer, Queries};

use super::chat_id;
use crate::{
    Handle,
    error::Error,
    rows::{self, Eye},
    view::{GalleryCounts, GalleryDrawer, GalleryItem, GalleryPage},
};

/// Longest page, in messages.
const LONGEST_PAGE: u32 = 200;

impl Handle {
    /// Messages of a chat with something in a drawer, newest first; `before` is the order of the last one of the page
    /// before. What goes away by itself is not among them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn gallery(
        &self,
        chat: i64,
        drawer: GalleryDrawer,
        before: Option<i64>,
        limit: u32,
    ) -> Result<GalleryPage, Error> {
        let (chat, settings) = (chat_id(chat), self.running.board.settings());
        let limit = limit.clamp(1, LONGEST_PAGE);
        let look = move |queries: &Queries<'_>| {
            let mut eye = Eye::open(queries, &settings)?;
            // One more than wanted, to learn whether it is there.
            let mut found = queries.gallery(chat, stored(drawer), before, limit + 1)?;
            let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
            let more = found.len() > wanted;
            found.truncate(wanted);
            eye.learn(queries, &found)?;
            let mut items = Vec::with_capacity(found.len());
            for row in found {
                let links = match drawer {
                    GalleryDrawer::Links => queries.links(row.position)?,
                    GalleryDrawer::Media | GalleryDrawer::Files => Vec::new(),
                };
                items.push(GalleryItem { message: rows::message(row, &eye, queries)?, links });
            }
            let sotto_store::GalleryCounts { media, files, links } = queries.gallery_counts(chat)?;
            Ok(GalleryPage { items, more, counts: GalleryCounts { media, files, links } })
        };
        self.running.open()?.database.read(look).await
    }
}

fn stored(drawer: GalleryDrawer) -> Drawer {
    match drawer {
        GalleryDrawer::Media => Drawer::Media,
        GalleryDrawer::Files => Drawer::Files,
        GalleryDrawer::Links => Drawer::Links,
    }
}
