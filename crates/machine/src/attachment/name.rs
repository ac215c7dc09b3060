//! Names of files that strangers chose, made harmless for every system and every eye.

/// Longest name in bytes: what most file systems take.
const LONGEST: usize = 200;
/// Longest ending that is kept when a name is cut.
const LONGEST_ENDING: usize = 16;
/// Names that mean a device on Windows, whatever their ending.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The last part of a path, without anything that leaves a folder, hides a file, turns its letters around (so that
/// `gpj.exe` reads as `exe.jpg`), names a device, or cannot be written down everywhere.
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or_default();
    let shown: String = last.chars().filter(|c| !is_unseen(*c)).map(|c| if is_special(c) { '_' } else { c }).collect();
    // A dot in front hides a file; dots and spaces at the end are dropped by Windows, after it was checked.
    let bare = shown.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']);
    let short = shorten(bare);
    let stem = short.split('.').next().unwrap_or_default().trim();
    if short.is_empty() {
        "file".to_owned()
    } else if RESERVED.contains(&stem.to_lowercase().as_str()) {
        format!("_{short}")
    } else {
        short
    }
}

/// Control characters, and those that change the direction of others or show as nothing.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// What Windows does not allow in a name.
fn is_special(c: char) -> bool {
    matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

/// Cuts a name in the middle, so that its ending still says what it is.
fn shorten(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let ending = match name.rsplit_once('.') {
        Some((_, ending)) if ending.len() <= LONGEST_ENDING => format!(".{ending}"),
        _ => String::new(),
    };
    let mut stem = String::new();
    for c in name.chars() {
        if stem.len() + c.len_utf8() + ending.len() > LONGEST {
            break;
        }
        stem.push(c);
    }
    stem.trim_end_matches(['.', ' ']).to_owned() + &ending
}
