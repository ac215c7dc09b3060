//! What messages carry besides words: polls, people, places.

use sotto_machine::{
    poll::Poll,
    post::{Card, Place, Post},
    step::Act,
};

use super::{actions::not_possible, chat_id, missing};
use crate::{
    Handle,
    error::Error,
    people,
    rows::{self, Eye, parts},
    view::{PlaceView, PollVotes},
};

impl Handle {
    /// Asks a question with 2 to 12 answers to choose from.
    ///
    /// # Errors
    /// [`crate::error::Code::NotPossible`] for too few, too many, or equal answers, or no question; as
    /// [`Self::message_send`] besides.
    pub async fn poll_send(
        &self,
        chat: i64,
        id: &str,
        question: &str,
        answers: &[String],
        several: bool,
    ) -> Result<(), Error> {
        let poll = Some(Poll::new(answers, several));
        self.post_part(chat, id, Post { poll, ..Post::text(question.trim()) }).await
    }

    /// Chooses answers by their places, counted from 0; none takes one's vote back.
    ///
    /// # Errors
    /// [`crate::error::Code::NotPossible`] for a poll that is over, or a choice that it does not have; [`crate::error::Code::NotFound`].
    pub async fn poll_vote(&self, chat: i64, order: i64, choice: &[u8]) -> Result<(), Error> {
        self.act(chat, order, Act::Vote(choice.to_vec())).await
    }

    /// Closes a poll of one's own for everybody.
    ///
    /// # Errors
    /// [`crate::error::Code::NotPossible`], [`crate::error::Code::NotFound`].
    pub async fn poll_close(&self, chat: i64, order: i64) -> Result<(), Error> {
        self.act(chat, order, Act::ClosePoll).await
    }

    /// Who chose what.
    ///
    /// # Errors
    /// [`crate::error::Code::NotFound`].
    pub async fn poll_votes(&self, chat: i64, order: i64) -> Result<Vec<PollVotes>, Error> {
        let (entry, settings) = (self.entry(chat, order).await?, self.running.board.settings());
        let look =
            move |queries: &sotto_store::Queries<'_>| parts::votes(&entry, Eye::open(queries, &settings)?, queries);
        self.running.open()?.database.read(look).await?.ok_or_else(|| missing("the poll"))
    }

    /// Passes on how somebody is reached: the person of another chat, or oneself.
    ///
    /// # Errors
    /// [`crate::error::Code::NotPossible`] for somebody whose number is not known; [`crate::error::Code::NotFound`].
    pub async fn card_send(&self, chat: i64, id: &str, of: Option<i64>) -> Result<(), Error> {
        let look = move |queries: &sotto_store::Queries<'_>| {
            let Some(of) = of.map(chat_id) else {
                let own = queries.own()?;
                let name = queries.own_profile()?.map(|profile| profile.name).unwrap_or_default();
                return Ok(own.map(|own| (name, Some(own.number), own.account)));
            };
            let found = queries.contact(of)?;
            Ok(found.map(|found| (people::title_of(&found), found.contact.number, found.contact.account)))
        };
        let found = self.running.open()?.database.read(look).await?;
        let (name, number, account) = found.ok_or_else(|| missing("the person"))?;
        let number = number.ok_or_else(|| not_possible("their number is not known"))?;
        let card = Some(Card::new(&name, &number, account));
        self.post_part(chat, id, Post { card, ..Post::default() }).await
    }

    /// Opens a chat with the person of a card.
    ///
    /// # Errors
    /// [`crate::error::Code::NumberNotFound`] also when the number has come to belong to somebody else since the card was made;
    /// as [`Self::chat_start`] besides.
    pub async fn card_open(&self, chat: i64, order: i64) -> Result<i64, Error> {
        let entry = self.entry(chat, order).await?;
        let card = rows::post(&entry).and_then(|post| post.card.clone()).ok_or_else(|| missing("the card"))?;
        let me = self.running.open()?.database.read(|queries| queries.own()).await?;
        if me.is_some_and(|own| own.account == card.account) {
            return self.notes_open().await;
        }
        let look = move |queries: &sotto_store::Queries<'_>| queries.contact_of(&card.account);
        if let Some(known) = self.running.open()?.database.read(look).await?.filter(|contact| contact.listed) {
            self.show_again(known.chat).await?;
            return Ok(known.chat.0);
        }
        let number = card.phone().ok_or_else(|| missing("the number"))?;
        self.chat_start_with(&number, card.account).await
    }

    /// What a place given as degrees, or as the address of a map, comes to; `None` when it is none.
    pub fn place_check(&self, input: &str) -> Option<PlaceView> {
        read_place(input).as_ref().map(parts::place)
    }

    /// Shows a point on the earth, given as [`Self::place_check`] takes it, with words if there are any.
    ///
    /// # Errors
    /// [`crate::error::Code::NotPossible`] when it is none; as [`Self::message_send`] besides.
    pub async fn place_send(&self, chat: i64, id: &str, place: &str, text: &str) -> Result<(), Error> {
        let place = Some(read_place(place).ok_or_else(|| not_possible("that is no place"))?);
        self.post_part(chat, id, Post { place, ..Post::text(text.trim()) }).await
    }

    /// What carries more than words is no draft: what is being written stays.
    pub(super) async fn post_part(&self, chat: i64, id: &str, post: Post) -> Result<(), Error> {
        let (chat, id) = (chat_id(chat), super::messages::message_id(id)?);
        let input = sotto_machine::step::Input::SendPost { chat, id, post: Box::new(post) };
        self.running.open()?.database.jobs.step(input).await
    }
}

/// Two numbers that are degrees: written as such, in a `geo:` address, or in that of a map's page.
fn read_place(input: &str) -> Option<Place> {
    let input = input.trim();
    let pair = |text: &str| -> Option<Place> {
        let mut numbers = text.split([',', ';', '/', ' ', '&', '#']).map(str::trim).filter(|part| !part.is_empty());
        let latitude = numbers.next()?.parse().ok()?;
        let longitude = numbers.next()?.trim_start_matches("mlon=").parse().ok()?;
        Place::from_degrees(latitude, longitude)
    };
    if let Some(rest) = input.strip_prefix("geo:") {
        return pair(rest.split(['?', ';']).next()?);
    }
    if input.starts_with("https://") || input.starts_with("http://") {
        // OpenStreetMap's mark, then its view; the place in the address of other maps.
        let view = || input.split_once("#map=").and_then(|(_, view)| pair(view.split_once('/')?.1));
        let mark = input.split_once("mlat=").and_then(|(_, mark)| pair(mark));
        let other = || ["/@", "q=", "ll="].iter().find_map(|sign| pair(input.split_once(sign)?.1.split('z').next()?));
        return mark.or_else(view).or_else(other);
    }
    let only_numbers = input.chars().all(|c| c.is_ascii_digit() || "+-.,; °".contains(c));
    only_numbers.then(|| pair(&input.replace('°', ""))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_people_have_it_at_hand() {
        let lisbon = Place { latitude: 38_707_120, longitude: -9_135_490 };
        for input in [
            "38.70712, -9.13549",
            " 38.70712 -9.13549 ",
            "38.70712°, -9.13549°",
            "geo:38.70712,-9.13549?z=17",
            "geo:38.70712,-9.13549;u=35",
            "https://www.openstreetmap.org/?mlat=38.70712&mlon=-9.13549#map=16/1.0/2.0",
            "https://www.openstreetmap.org/#map=17/38.70712/-9.13549",
            "https://maps.example/place/Lisboa/@38.70712,-9.13549,17z",
            "https://maps.example/?q=38.70712,-9.13549",
        ] {
            assert_eq!(read_place(input), Some(lisbon), "{input}");
        }
        for input in ["", "Lisbon", "91, 0", "0, 181", "38.70712", "nan, nan", "inf, 0", "https://example.com"] {
            assert_eq!(read_place(input), None, "{input}");
        }
    }
}
