//! What stands behind a link, as the sender's device saw it. Whoever receives it fetches nothing.

use minicbor::{Decode, Encode};

use super::{Post, address};

/// Longest title in characters.
pub const PREVIEW_TITLE: usize = 200;
/// Longest description in characters.
pub const PREVIEW_DESCRIPTION: usize = 300;
/// Longest address in bytes.
const LONGEST_ADDRESS: usize = 2_048;
/// Largest picture in bytes: it travels in the message itself, so that there is nothing to be fetched.
pub const PREVIEW_PICTURE: usize = 24 * 1_024;

/// What stands behind the address in a text.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LinkPreview {
    /// As it stands in the text.
    #[n(0)]
    pub url: String,
    /// What the page calls itself.
    #[n(1)]
    pub title: String,
    /// What it says about itself; may be empty.
    #[n(2)]
    pub description: String,
    /// A small JPEG.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub picture: Option<Vec<u8>>,
}

impl std::fmt::Debug for LinkPreview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkPreview(written by a person)")
    }
}

impl LinkPreview {
    /// Nothing in it is absurd, and its address is one of those in the text: nobody is shown another page than the one
    /// that the text leads to.
    pub fn fits(&self, text: &str) -> bool {
        let short = |words: &str, most: usize| words.chars().count() <= most && !words.chars().any(char::is_control);
        !self.title.trim().is_empty()
            && short(&self.title, PREVIEW_TITLE)
            && short(&self.description, PREVIEW_DESCRIPTION)
            && self
                .picture
                .as_ref()
                .is_none_or(|jpeg| jpeg.len() <= PREVIEW_PICTURE && jpeg.starts_with(b"\xff\xd8\xff"))
            && links(text).any(|link| link == self.url)
    }
}

impl Post {
    /// Without a preview that does not belong to its words.
    #[must_use]
    pub(super) fn with_fitting_preview(mut self) -> Self {
        self.preview = self.preview.filter(|preview| self.once.is_none() && preview.fits(&self.text));
        self
    }
}

/// The addresses of pages in a text, in their order: from `http://` or `https://` at the beginning of a word to its end,
/// without the punctuation around it. What names a user before the host, to look like another host, is none.
pub fn links(text: &str) -> impl Iterator<Item = &str> {
    address::words(text).filter_map(|word| {
        let word = word.trim_start_matches(['(', '[', '{', '\'', '*', '_', '~', '“', '‘', '«']);
        let rest = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://"))?;
        let trimmed = address::without_punctuation(word);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let whole = trimmed.len() > word.len() - rest.len() && trimmed.len() <= LONGEST_ADDRESS;
        (whole && !host.is_empty() && !host.contains(['@', '\\'])).then_some(trimmed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        links(text).collect()
    }

    #[test]
    fn addresses_are_found_as_a_person_sees_them() {
        assert_eq!(
            found("see https://example.org/a_(b)?c=d#e, and http://x.pt."),
            ["https://example.org/a_(b)?c=d#e", "http://x.pt"]
        );
        assert_eq!(found("(https://example.org/a) *https://b.org*"), ["https://example.org/a", "https://b.org"]);
        assert_eq!(found("ftp://example.org example.org https:// http://. mailto:a@b.c"), Vec::<&str>::new());
    }

    #[test]
    fn what_hides_an_address_in_another_is_none() {
        assert_eq!(found("https://evil.example/https://bank.example"), ["https://evil.example/https://bank.example"]);
        assert_eq!(found("https://bank.example@evil.example/"), Vec::<&str>::new());
        assert_eq!(found("xhttps://bank.example"), Vec::<&str>::new());
    }

    #[test]
    fn a_preview_stays_only_with_its_address() {
        let preview = LinkPreview {
            url: "https://bank.example".into(),
            title: "Bank".into(),
            description: String::new(),
            picture: None,
        };
        assert!(preview.fits("our https://bank.example."));
        assert!(!preview.fits("our https://bank.example.evil"));
        assert!(!preview.fits("https://evil.example/https://bank.example"));
        assert!(!LinkPreview { title: " ".into(), ..preview.clone() }.fits("https://bank.example"));
        assert!(!LinkPreview { picture: Some(vec![0; 9]), ..preview.clone() }.fits("https://bank.example"));
        let large = [b"\xff\xd8\xff".as_slice(), &vec![0; PREVIEW_PICTURE]].concat();
        assert!(!LinkPreview { picture: Some(large), ..preview }.fits("https://bank.example"));
    }
}
