//! Somebody who is spoken of by name in a message to a group.

use std::ops::Range;

use minicbor::{Decode, Encode};
use sotto_wire::AccountId;

/// Mentions that one message may have.
pub const MOST_MENTIONS: usize = 100;

/// A stretch of a text that names a member. What stands there is what they were called when it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(map)]
pub struct Mention {
    /// Where it begins, in UTF-16 code units.
    #[n(0)]
    pub start: u32,
    /// How long it is, in UTF-16 code units.
    #[n(1)]
    pub length: u32,
    /// Whom it names.
    #[n(2)]
    pub account: AccountId,
}

/// Where mentions lie in a text, in bytes. `None` unless they are in order, apart from each other, not empty, whole
/// characters, within the text, and few enough.
pub fn places(text: &str, mentions: &[Mention]) -> Option<Vec<Range<usize>>> {
    let mut ruler = Ruler { rest: text.chars(), units: 0, bytes: 0 };
    let place = |mention: &Mention| {
        let start = ruler.reach(mention.start)?;
        let end = ruler.reach(mention.start.checked_add(mention.length)?)?;
        (start < end).then_some(start..end)
    };
    if mentions.len() > MOST_MENTIONS { None } else { mentions.iter().map(place).collect() }
}

/// The text with each mention replaced by what its person is called now.
pub fn renamed(text: &str, mentions: &[Mention], mut called: impl FnMut(&AccountId) -> Option<String>) -> String {
    let mut line = String::new();
    let mut from = 0;
    for (place, mention) in places(text, mentions).unwrap_or_default().into_iter().zip(mentions) {
        line.push_str(text.get(from..place.start).unwrap_or_default());
        match called(&mention.account).filter(|name| !name.is_empty()) {
            Some(name) => line.extend(["@", &name]),
            None => line.push_str(text.get(place.clone()).unwrap_or_default()),
        }
        from = place.end;
    }
    line.push_str(text.get(from..).unwrap_or_default());
    line
}

/// Goes along a text, forwards only.
struct Ruler<'t> {
    rest: std::str::Chars<'t>,
    units: u32,
    bytes: usize,
}

impl Ruler<'_> {
    /// The byte at which this code unit begins; `None` behind where it is, inside a character, and after the end.
    fn reach(&mut self, unit: u32) -> Option<usize> {
        while self.units < unit {
            let letter = self.rest.next()?;
            self.units += if letter.len_utf16() == 2 { 2 } else { 1 };
            self.bytes += letter.len_utf8();
        }
        (self.units == unit).then_some(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOB: AccountId = AccountId([7; 32]);

    fn at(start: u32, length: u32) -> Mention {
        Mention { start, length, account: BOB }
    }

    #[test]
    fn places_are_counted_as_windows_count() {
        assert_eq!(places("🎭 @Bob!", &[at(0, 2), at(3, 4)]), Some(vec![0..4, 5..9]));
        assert_eq!(places("@Bob@Bob", &[at(0, 4), at(4, 4)]), Some(vec![0..4, 4..8]));
        assert_eq!(places("nobody", &[]), Some(vec![]));
    }

    #[test]
    fn a_range_that_no_window_would_make_is_none() {
        let text = "🎭 @Bob and @Bob";
        for wrong in [
            vec![at(1, 4)],
            vec![at(0, 1)],
            vec![at(3, 0)],
            vec![at(3, 60)],
            vec![at(u32::MAX, 2)],
            vec![at(3, 4), at(5, 4)],
            vec![at(12, 4), at(3, 4)],
            vec![at(3, 4), at(3, 4)],
        ] {
            assert_eq!(places(text, &wrong), None, "{wrong:?}");
        }
        let many: Vec<Mention> = (0..=100).map(|n| at(n, 1)).collect();
        assert_eq!(places(&"a".repeat(200), &many), None);
    }

    #[test]
    fn a_name_that_has_changed_is_the_present_one() {
        let mentions = [at(4, 4), at(13, 4)];
        assert_eq!(renamed("for @Bob and @Bob.", &mentions, |_| Some("Robert".into())), "for @Robert and @Robert.");
        assert_eq!(renamed("for @Bob and @Bob.", &mentions, |_| None), "for @Bob and @Bob.");
        assert_eq!(renamed("for @Bob", &[at(6, 9)], |_| Some("Robert".into())), "for @Bob");
    }
}
