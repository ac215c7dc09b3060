//! Folding text for search: case, accents and invisible signs do not count.

use unicode_normalization::{UnicodeNormalization, char::canonical_combining_class};

/// Lower case, compatibility forms taken apart, accents and other marks dropped. Two texts that a person would
/// call the same when searching become the same string. Hangul comes apart into its letters, so a syllable is
/// found while it is still being typed; marks that make another letter (kana voicing, virama) stay.
pub(crate) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).nfkd().filter(|c| !is_dropped(*c)).flat_map(same_letter).collect()
}

fn is_dropped(c: char) -> bool {
    const NOT_REORDERED: u8 = 0;
    const KANA_VOICING: u8 = 8;
    const VIRAMA: u8 = 9;
    let invisible = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{640}' // soft hyphen, Arabic letter mark, tatweel
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}');
    invisible || !matches!(canonical_combining_class(c), NOT_REORDERED | KANA_VOICING | VIRAMA)
}

/// What normalization leaves apart though people type one for the other. NFKD may bring capitals back ("㎒").
fn same_letter(c: char) -> impl Iterator<Item = char> {
    let (replaced, other) = match c {
        'ß' => ("ss", None),
        'ς' => ("σ", None),
        'ı' => ("i", None),
        'ø' => ("o", None),
        'ł' => ("l", None),
        'đ' => ("d", None),
        'æ' => ("ae", None),
        'œ' => ("oe", None),
        '\u{2019}' | '\u{2018}' => ("'", None),
        '\u{201c}' | '\u{201d}' => ("\"", None),
        c if c.is_control() => (" ", None),
        c => ("", Some(c)),
    };
    replaced.chars().chain(other.into_iter().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_call_the_same_becomes_the_same() {
        for (written, typed) in [
            ("Crème BRÛLÉE", "creme brulee"),
            ("São João", "sao joao"),
            ("STRAẞE", "strasse"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
            ("مُحَمَّد", "محمد"),
            ("أحمد", "احمد"),
            ("ﬁancé", "fiance"),
            ("İstanbul", "istanbul"),
            ("Ｆｕｌｌ", "full"),
            ("don\u{2019}t", "don't"),
            ("❤\u{fe0f}", "❤"),
            ("cafe\u{301}", "café"),
            ("a\u{0}b", "a b"),
        ] {
            assert_eq!(fold(written), fold(typed), "{written}");
        }
    }

    #[test]
    fn other_letters_stay_other_letters() {
        assert_ne!(fold("か"), fold("が"));
        assert_ne!(fold("한"), fold("할"));
        assert_ne!(fold("हिन्दी"), fold("हनद"));
        assert!(fold("한").starts_with(&fold("하")));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["Ǆungla ㎒ ẞ", "ΌΣΟΣ", "ｶﾞ", "½ ﷺ", "İıIi"] {
            assert_eq!(fold(&fold(text)), fold(text), "{text}");
        }
    }
}
