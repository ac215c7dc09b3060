//! Phone numbers as people type and read them. What travels is [`PhoneNumber`], in E.164.
//!
//! The library is given digits and a leading plus, nothing else: what a person pastes never reaches its parser.

use phonenumber::{Mode, country, metadata::DATABASE};
use sotto_wire::PhoneNumber;

use crate::view::{Country, NumberCheck};

/// Longest E.164 number, a trunk or exit prefix before it included.
const MOST_DIGITS: usize = 20;

/// Every country with its calling code, by region.
pub(crate) fn countries() -> Vec<Country> {
    let mut countries: Vec<_> = DATABASE
        .iter()
        // "001" stands for the numbers of no country, such as satellite phones.
        .filter(|entry| region_id(entry.id()).is_some())
        .map(|entry| Country { region: entry.id().to_owned(), calling_code: entry.country_code() })
        .collect();
    countries.sort_by(|a, b| a.region.cmp(&b.region));
    countries
}

/// Judges what was typed: valid is a number that exists in its country's plan.
///
/// With a plus, or with the exit code of `region` in front, the country is in the number and `region` only a guess.
pub(crate) fn check(region: &str, input: &str) -> NumberCheck {
    let invalid = || NumberCheck { valid: false, number: None, national: input.to_owned(), region: region.to_owned() };
    let Some(parsed) = digits(input).and_then(|digits| parse(region_id(region), &digits)) else { return invalid() };
    let Ok(number) = parsed.format().mode(Mode::E164).to_string().parse::<PhoneNumber>() else { return invalid() };
    NumberCheck {
        valid: true,
        number: Some(number.to_string()),
        national: parsed.format().mode(Mode::National).to_string(),
        region: parsed.country().id().map_or_else(|| region.to_owned(), |id| id.as_ref().to_owned()),
    }
}

/// A number as it is written in its country, with the country code.
pub(crate) fn display(number: &PhoneNumber) -> String {
    match parse(None, number.as_str()) {
        Some(parsed) => parsed.format().mode(Mode::International).to_string(),
        None => number.to_string(),
    }
}

fn parse(region: Option<country::Id>, digits: &str) -> Option<phonenumber::PhoneNumber> {
    let parsed = phonenumber::parse(region, digits).ok()?;
    phonenumber::is_valid(&parsed).then_some(parsed)
}

/// A plus, if there is one in front, and the digits of any script; `None` if something else than punctuation is there.
fn digits(input: &str) -> Option<String> {
    let mut found = String::new();
    for c in input.chars().take(4 * MOST_DIGITS) {
        match digit(c) {
            Some(digit) => found.push(digit),
            None if matches!(c, '+' | '＋') && found.is_empty() => found.push('+'),
            None if c.is_alphanumeric() || c == '+' => return None,
            None => {}
        }
    }
    let count = found.trim_start_matches('+').len();
    (count > 0 && count <= MOST_DIGITS).then_some(found)
}

/// The ASCII digit for a decimal digit of Latin, Arabic, Persian, Devanagari or full-width script.
fn digit(c: char) -> Option<char> {
    let zero = ['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}'];
    let value =
        zero.into_iter().find_map(|zero| u32::from(c).checked_sub(u32::from(zero)).filter(|value| *value < 10))?;
    char::from_digit(value, 10)
}

fn region_id(region: &str) -> Option<country::Id> {
    region.bytes().all(|b| b.is_ascii_uppercase()).then(|| region.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(region: &str, input: &str) -> Option<String> {
        check(region, input).number
    }

    #[test]
    fn countries_are_complete_and_in_order() {
        let all = countries();
        assert!(all.len() > 200);
        assert!(all.is_sorted_by_key(|country| country.region.clone()));
        assert!(all.contains(&Country { region: "PT".to_owned(), calling_code: 351 }));
        assert!(all.iter().all(|country| country.region.len() == 2 && country.calling_code > 0));
    }

    #[test]
    fn numbers_are_found_however_they_are_written() {
        for input in ["912345678", "912 345 678", "+351 912 345 678", "(+351) 912-345-678", "00351912345678"] {
            assert_eq!(number("PT", input).as_deref(), Some("+351912345678"), "{input}");
        }
        assert_eq!(number("US", "(415) 555-0123").as_deref(), Some("+14155550123"));
        assert_eq!(number("GB", "07400 123456").as_deref(), Some("+447400123456"));
        assert_eq!(number("SA", "٠٥١٢٣٤٥٦٧٨").as_deref(), Some("+966512345678"));
        assert_eq!(number("PT", "\u{202a}+351 912 345 678\u{202c}").as_deref(), Some("+351912345678"));
    }

    #[test]
    fn a_plus_decides_the_country() {
        let check = check("PT", "+44 7400 123456");
        assert_eq!((check.region.as_str(), check.valid), ("GB", true));
        assert_eq!(check.national, "07400 123456");
    }

    #[test]
    fn what_exists_in_no_plan_is_not_valid() {
        for input in ["", "+", "12", "+351", "+35191234567", "+999123456789", "hello", "912345678 ext. 5", "++", "+1+2"]
        {
            let check = check("PT", input);
            assert!(!check.valid && check.number.is_none(), "{input}: {check:?}");
            assert_eq!((check.national.as_str(), check.region.as_str()), (input, "PT"));
        }
    }

    #[test]
    fn numbers_are_shown_as_in_their_country() {
        let shown = |number: &str| display(&number.parse().unwrap());
        assert_eq!(shown("+351912345678"), "+351 912 345 678");
        assert_eq!(shown("+14155550123"), "+1 415-555-0123");
        assert_eq!(shown("+9991234567"), "+9991234567");
    }

    #[test]
    fn nothing_makes_the_library_panic() {
        let regions = ["PT", "US", "BR", "AR", "IT", "SM", "CI", "MX", "ZZ", "001", "", "pt", "P"];
        let mut state = 7_u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..2_000 {
            let region = regions[usize::try_from(draw(13)).unwrap()];
            let length = draw(24);
            let body: String =
                (0..length).filter_map(|_| char::from_digit(u32::try_from(draw(10)).unwrap(), 10)).collect();
            let sign = ["", "+", "00", "0", "011"][usize::try_from(draw(5)).unwrap()];
            let _ = check(region, &format!("{sign}{body}"));
        }
        for input in ["\u{0}", "tel:+351912345678;phone-context=+1", "+\u{661}", "🙂", "%2B", ";;;", "*#06#"] {
            let _ = check("PT", input);
        }
    }
}
