//! Logs: text, and no document that only looks like one.

use rf_kernel::Failure;

use crate::codes;

/// How documents begin that a program would do something with. Windows writes its events as XML too, so XML alone is none.
const DOCUMENTS: [&str; 28] = [
    "<!doctype",
    "<html",
    "<head",
    "<script",
    "<iframe",
    "<h1",
    "<div",
    "<font",
    "<table",
    "<a>",
    "<a ",
    "<style",
    "<title",
    "<body",
    "<br",
    "<p>",
    "<p ",
    "<!--",
    "<svg",
    "<math",
    "<object",
    "<embed",
    "<img",
    "<link",
    "<meta",
    "%pdf-",
    "%!ps",
    "{\\rtf",
];
/// How far into a file those are looked for.
const LOOKED_AT: usize = 2_048;

/// UTF-8, or UTF-16 with its mark as Windows writes logs, or an 8-bit code; `None` when it is no text.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<String> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        },
    };
    // A log may colour its lines; anything else that controls is no text.
    let strange = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1b}');
    // The upper control characters are letters and quotes in Windows-1252, which is what a byte above 0x7f was.
    (!text.chars().any(|c| c.is_ascii() && strange(c))).then_some(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    rest.is_empty().then(|| String::from_utf16(&units).ok()).flatten()
}

/// The text of a log.
pub(crate) fn log(file: &[u8]) -> Result<String, Failure> {
    if file.is_empty() {
        return Err(empty());
    }
    let text = decode(file).filter(|text| !is_document(text)).ok_or_else(|| {
        let detail = "Pictures (PNG, JPEG, GIF, WebP) and logs as plain text are taken, and this file is neither, \
                      whatever its name says.";
        Failure::new(codes::UPLOAD_TYPE_REFUSED, detail)
    })?;
    if !text.chars().any(char::is_alphanumeric) {
        return Err(empty());
    }
    Ok(text)
}

fn empty() -> Failure {
    Failure::new(codes::UPLOAD_EMPTY, "There is nothing in this file.")
}

/// Whether it begins as a web page, a drawing or another document, behind whatever introduces one.
fn is_document(text: &str) -> bool {
    let text: String = text.chars().take(LOOKED_AT).flat_map(char::to_lowercase).collect();
    let begins = |text: &str| DOCUMENTS.iter().any(|document| text.starts_with(document));
    let text = text.trim_start();
    // Behind a declaration of XML the first element tells.
    let body = match text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((_, body)) => body.trim_start(),
        None => text,
    };
    begins(text)
        || begins(body)
        || text.starts_with("<?xml-stylesheet")
        || body.contains("http://www.w3.org/1999/xhtml")
        || body.contains("http://www.w3.org/2000/svg")
}
