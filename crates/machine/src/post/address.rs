//! Where addresses end in a text that people write: the same for the page shown beside a message and for the gallery.

/// The words of a text, as far as an address may reach.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| letter.is_whitespace() || letter.is_control() || "<>\"`".contains(letter))
}

/// A word without the punctuation of the sentence that it stands in. A bracket that was opened in it belongs to it.
pub fn without_punctuation(mut word: &str) -> &str {
    while let Some(last) = word.chars().next_back().filter(|last| is_around(word, *last)) {
        word = word.strip_suffix(last).unwrap_or_default();
    }
    word
}

fn is_around(word: &str, last: char) -> bool {
    let unopened = |open: char| word.matches(last).count() > word.matches(open).count();
    match last {
        ')' => unopened('('),
        ']' => unopened('['),
        '}' => unopened('{'),
        _ => ".,;:!?'*_~|…”’»،؛؟".contains(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_goes_and_what_belongs_to_the_address_stays() {
        for (word, wanted) in [
            ("https://a.example/x.", "https://a.example/x"),
            ("https://a.example/Tea_(drink))", "https://a.example/Tea_(drink)"),
            ("https://a.example/{id}", "https://a.example/{id}"),
            ("https://a.example/x}", "https://a.example/x"),
            ("https://a.example/x؟", "https://a.example/x"),
            ("https://a.example/x|", "https://a.example/x"),
            ("...", ""),
        ] {
            assert_eq!(without_punctuation(word), wanted);
        }
    }
}
