//! Invitations as people read and type them: sixteen letters and digits, 80 bits.

/// Crockford's: no letter looks like a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of an invitation.
const LENGTH: usize = 16;
/// Characters between two dashes.
const GROUP: usize = 4;

/// A new one, `K7QM-0X2V-…`.
pub(crate) fn draw() -> String {
    let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
    for (at, byte) in rand::random::<[u8; LENGTH]>().into_iter().enumerate() {
        if at > 0 && at % GROUP == 0 {
            text.push('-');
        }
        text.extend(ALPHABET.get(usize::from(byte % 32)).map(|letter| char::from(*letter)));
    }
    text
}

/// However it was typed: without spaces and dashes, and with the digits that were meant.
pub(crate) fn plain(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).take(2 * LENGTH);
    let meant = letters.map(|letter| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        letter => letter,
    });
    meant.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_however_it_is_typed() {
        let drawn = draw();
        assert_eq!(drawn.len(), 19, "{drawn}");
        assert_eq!(plain(&drawn), drawn.replace('-', ""));
        assert_eq!(plain(" k7qm oX2v\n"), plain("K7QM-0X2V"));
        assert_eq!(plain("il1o-0"), "11100");
    }

    #[test]
    fn no_two_are_alike() {
        let many: std::collections::HashSet<_> = (0..1_000).map(|_| draw()).collect();
        assert_eq!(many.len(), 1_000);
    }
}
