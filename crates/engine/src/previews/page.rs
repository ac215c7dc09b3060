//! What a page says about itself, in its head.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// Longest of anything that is kept of a page while it is read, in bytes.
const LONGEST: usize = 4_096;

/// What it says. What was written for previews counts before what was not.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    /// Where its picture lies, as it says; perhaps from where the page lies.
    pub(super) picture: Option<String>,
}

/// Reads the head of a page; anything that is not UTF-8 is replaced.
pub(super) fn read(bytes: &[u8]) -> Said {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let (mut written, mut plain) = (Said::default(), Said::default());
    let mut in_title = false;
    for Ok(token) in Tokenizer::new_with_emitter(bytes, emitter) {
        match token {
            Token::StartTag(tag) if tag.name.as_slice() == b"title" => in_title = plain.title.is_none(),
            Token::String(words) if in_title => plain.title = kept(&words.value),
            Token::EndTag(tag) if tag.name.as_slice() == b"title" => in_title = false,
            Token::StartTag(tag) if tag.name.as_slice() == b"meta" => described(&tag, &mut written, &mut plain),
            Token::StartTag(tag) if tag.name.as_slice() == b"body" => break,
            Token::EndTag(tag) if tag.name.as_slice() == b"head" => break,
            _ => {}
        }
    }
    Said {
        title: written.title.or(plain.title),
        description: written.description.or(plain.description),
        picture: written.picture.or(plain.picture),
    }
}

fn described(tag: &StartTag<()>, written: &mut Said, plain: &mut Said) {
    let attribute = |name: &[u8]| tag.attributes.get(name).and_then(|value| kept(&value.value));
    let Some(name) = attribute(b"property").or_else(|| attribute(b"name")) else { return };
    let field = match name.to_ascii_lowercase().as_str() {
        "og:title" => &mut written.title,
        "og:description" => &mut written.description,
        "og:image" | "og:image:url" | "og:image:secure_url" => &mut written.picture,
        "twitter:title" => &mut plain.title,
        "description" | "twitter:description" => &mut plain.description,
        "twitter:image" => &mut plain.picture,
        _ => return,
    };
    if field.is_none() {
        *field = attribute(b"content");
    }
}

fn kept(bytes: &[u8]) -> Option<String> {
    let words = String::from_utf8_lossy(bytes.get(..LONGEST).unwrap_or(bytes));
    Some(words.trim().to_owned()).filter(|words| !words.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_for_previews_counts_first() {
        let page = br#"<!doctype html><html><head><title>Plain &amp; simple</title>
            <meta name="description" content="A plain one">
            <META PROPERTY="og:title" CONTENT="The sea at six"><meta property=og:image content='/sea.jpg'>
            </head><body><title>no</title><meta property="og:description" content="not of the head"></body>"#;
        assert_eq!(
            read(page),
            Said {
                title: Some("The sea at six".into()),
                description: Some("A plain one".into()),
                picture: Some("/sea.jpg".into()),
            }
        );
        assert_eq!(read(b"<title>Plain &amp; <b>simple</title>").title.as_deref(), Some("Plain & <b>simple"));
    }

    #[test]
    fn odd_pages_say_nothing_and_harm_nothing() {
        for page in
            [b"".as_slice(), b"<", b"<meta", b"<title", b"<title>", b"\xff\xfe\0\0", b"<meta property=og:title>"]
        {
            assert_eq!(read(page), Said::default());
        }
        let deep = b"<meta name='".iter().copied().chain(std::iter::repeat_n(b'<', 500_000)).collect::<Vec<_>>();
        assert_eq!(read(&deep), Said::default());
        let long = [b"<title>".as_slice(), &[b'a'; 100_000], b"</title>"].concat();
        assert_eq!(read(&long).title.map(|title| title.len()), Some(LONGEST));
    }
}
