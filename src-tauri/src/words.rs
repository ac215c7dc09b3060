//! The few words that the shell says itself, in tray and notifications: the pages have all others.

/// Words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) open: &'static str,
    pub(crate) quit: &'static str,
    pub(crate) do_not_disturb: &'static str,
    pub(crate) mark_read: &'static str,
    pub(crate) reply: &'static str,
    pub(crate) unread: &'static str,
    pub(crate) incoming: &'static str,
    pub(crate) call: &'static str,
}

const ENGLISH: Words = Words {
    open: "Open Sotto",
    quit: "Quit",
    do_not_disturb: "Do not disturb",
    mark_read: "Mark as read",
    reply: "Reply",
    unread: "Unread messages",
    incoming: "Incoming call",
    call: "Call",
};

const ARABIC: Words = Words {
    open: "افتح Sotto",
    quit: "إنهاء",
    do_not_disturb: "عدم الإزعاج",
    mark_read: "وضع علامة مقروء",
    reply: "رد",
    unread: "رسائل غير مقروءة",
    incoming: "مكالمة واردة",
    call: "مكالمة",
};

impl Words {
    /// Of the language chosen, else of the computer's.
    pub(crate) fn of(chosen: Option<&str>) -> Self {
        let computers = || std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")).unwrap_or_default();
        let language = chosen.map_or_else(computers, str::to_owned);
        if language.starts_with("ar") { ARABIC } else { ENGLISH }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_chosen_counts_before_the_computers() {
        assert_eq!(Words::of(Some("ar")), ARABIC);
        assert_eq!(Words::of(Some("en")), ENGLISH);
    }
}
