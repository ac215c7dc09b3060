//! What counts as one emoji: a reaction is drawn large beside a message, so nothing else may pass for one.

/// Scalars of the longest emoji, with room for longer ones to come.
const LONGEST: usize = 16;

const JOINER: char = '\u{200d}';
const AS_PICTURE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

/// Exactly one emoji by its shape: a flag, a keycap, or pictures joined to one. New ones are known by their block.
pub fn is_one_emoji(text: &str) -> bool {
    let scalars: Vec<char> = text.chars().take(LONGEST + 1).collect();
    match scalars.as_slice() {
        [] => false,
        [first, second] if is_regional(*first) => is_regional(*second),
        [key, KEYCAP] | [key, AS_PICTURE, KEYCAP] => matches!(key, '0'..='9' | '#' | '*'),
        all if all.len() > LONGEST => false,
        all => all.split(|scalar| *scalar == JOINER).all(is_picture),
    }
}

/// One picture with what colours or specifies it.
fn is_picture(part: &[char]) -> bool {
    let Some((base, rest)) = part.split_first() else { return false };
    is_base(*base) && rest.iter().all(|scalar| is_modifier(*scalar))
}

fn is_regional(scalar: char) -> bool {
    matches!(scalar, '\u{1f1e6}'..='\u{1f1ff}')
}

fn is_modifier(scalar: char) -> bool {
    matches!(scalar, AS_PICTURE | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

fn is_base(scalar: char) -> bool {
    matches!(scalar,
        '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '〰' | '〽' | '㊗' | '㊙' | 'Ⓜ'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}'
        | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::is_one_emoji;

    #[test]
    fn flags_keycaps_families_and_skins_are_one_emoji() {
        for emoji in ["👍", "👍🏽", "❤️", "🇵🇹", "#️⃣", "👩🏻‍❤️‍💋‍👩🏿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🫩", "©️", "☺"]
        {
            assert!(is_one_emoji(emoji), "{emoji}");
        }
    }

    #[test]
    fn words_marks_and_several_are_not() {
        for text in
            ["", "a", "ok", "👍👍", "🇵", "\u{202e}", "👍 ", "1", "\u{200d}", "👍\u{200d}", "🇵🇹🇵🇹", "漢", "\u{fe0f}"]
        {
            assert!(!is_one_emoji(text), "{text:?}");
        }
        assert!(!is_one_emoji(&"👍\u{200d}".repeat(40)));
    }
}
