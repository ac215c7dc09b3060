//! What a file is, by its first bytes and else by the ending of its name. Decides how it is drawn, and nothing else.

use sotto_machine::attachment::Kind;

/// Bytes that are looked at.
pub(crate) const HEAD: usize = 16;

/// How a file is shown, and its media type.
pub(crate) fn of(name: &str, head: &[u8]) -> (Kind, &'static str) {
    by_bytes(head).unwrap_or_else(|| (Kind::File, by_ending(name)))
}

/// A picture that can be drawn here, made smaller, and rid of what it says about its place.
pub(crate) fn is_photo(media_type: &str) -> bool {
    matches!(media_type, "image/jpeg" | "image/png" | "image/webp")
}

fn by_bytes(head: &[u8]) -> Option<(Kind, &'static str)> {
    let at = |from: usize, bytes: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(bytes));
    if at(0, b"\xff\xd8\xff") {
        Some((Kind::Photo, "image/jpeg"))
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        Some((Kind::Photo, "image/png"))
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some((Kind::Photo, "image/webp"))
    } else if at(0, b"\x1a\x45\xdf\xa3") {
        Some((Kind::Video, "video/webm"))
    } else if at(4, b"ftypqt") {
        Some((Kind::Video, "video/quicktime"))
    } else if at(4, b"ftypM4A") {
        Some((Kind::File, "audio/mp4"))
    } else if at(4, b"ftypheic") || at(4, b"ftypmif1") || at(4, b"ftypavif") {
        Some((Kind::File, "image/heif"))
    } else if at(4, b"ftyp") {
        Some((Kind::Video, "video/mp4"))
    } else {
        None
    }
}

fn by_ending(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "txt" | "md" | "log" => "text/plain",
        "csv" => "text/csv",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        "mp3" => "audio/mpeg",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "flac" => "audio/flac",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_more_than_the_name() {
        assert_eq!(of("sea.txt", b"\xff\xd8\xff\xe0\0\x10JFIF"), (Kind::Photo, "image/jpeg"));
        assert_eq!(of("film.mp4", b"\0\0\0\x20ftypisom\0\0"), (Kind::Video, "video/mp4"));
        assert_eq!(of("virus.jpg", b"MZ\x90\0"), (Kind::File, "application/octet-stream"));
        assert_eq!(of("paper.PDF", b"%PDF-1.7"), (Kind::File, "application/pdf"));
        assert_eq!(of("", b""), (Kind::File, "application/octet-stream"));
    }
}
