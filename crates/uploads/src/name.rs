//! Names of files, as they are shown and as they are sent. No place in a storage is made of one.

/// Longest name kept, characters.
pub const MAX_NAME: usize = 120;

/// The name without the folders before it, without what nobody sees, and not longer than lists show.
#[must_use]
pub fn file_name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let shown = last.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = shown.chars().filter(|c| !is_hidden(*c)).collect();
    let shown = shown.trim_matches(|c: char| c == ' ' || c == '.');
    if shown.is_empty() {
        return "file".to_owned();
    }
    let count = shown.chars().count();
    if count <= MAX_NAME {
        return shown.to_owned();
    }
    // The end tells what it is.
    const END: usize = 20;
    let head: String = shown.chars().take(MAX_NAME - END - 1).collect();
    let tail: String = shown.chars().skip(count - END).collect();
    format!("{head}…{tail}")
}
