//! How people are called and drawn where they have no picture.

use sotto_machine::rows::ContactRow;
use sotto_store::ContactDetails;
use sotto_wire::AccountId;

use crate::number;

/// Avatar colours, as the UI names them.
const HUES: [&str; 8] = ["rose", "clay", "brass", "olive", "moss", "lagoon", "slate", "iris"];

/// The same colour for a person on every device.
pub(crate) fn hue(account: &AccountId) -> String {
    let [first, ..] = account.as_bytes();
    HUES.get(usize::from(first % 8)).copied().unwrap_or("slate").to_owned()
}

/// The name given on this device, else the one they chose, else their number.
pub(crate) fn title(contact: &ContactRow, given_name: Option<&str>, own_name: &str) -> String {
    let named = given_name.into_iter().chain([own_name]).find(|name| !name.trim().is_empty());
    let numbered = || contact.number.as_ref().map(number::display);
    // Not confirmed by the relay, and marked so.
    let claimed = || contact.claimed_number.as_ref().map(|number| format!("~{}", number::display(number)));
    let short = || contact.account.to_string().chars().take(8).collect();
    named.map(str::to_owned).or_else(numbered).or_else(claimed).unwrap_or_else(short)
}

/// What a person is called, by everything known of them.
pub(crate) fn title_of(person: &ContactDetails) -> String {
    title(&person.contact, person.given_name.as_deref(), &person.own_name)
}

/// First letters of the first and the last word; none for a number.
pub(crate) fn initials(title: &str) -> String {
    let mut letters = title
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()).filter(|c| c.is_alphabetic()));
    let first = letters.next();
    let last = letters.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        let of = ["Ana Maria Silva", "ana", "  ", "+351 912 345 678", "نور الهدى", "J. (Joe) ~ Bloggs", "ß"];
        assert_eq!(of.map(initials), ["AS", "A", "", "", "نا", "JB", "SS"]);
    }
}
