//! Private key blocks, the one finding that spans lines by nature.

use super::{Hit, Kind};

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const PUTTY: &str = "PuTTY-User-Key-File-";
const PUTTY_END: &str = "Private-MAC:";

/// Masks from `-----BEGIN … PRIVATE KEY…-----` to the matching end line, or to the end of the text: a block that was cut
/// off is still a key.
pub(super) fn find(text: &str, hits: &mut Vec<Hit>) {
    find_putty(text, hits);
    let mut from = 0;
    while let Some(begin) = text[from..].find(BEGIN).map(|i| from + i) {
        let title = begin + BEGIN.len();
        let Some(title_len) = text[title..].find("-----") else { return };
        let is_key = text[title..title + title_len].ends_with("PRIVATE KEY")
            || text[title..title + title_len].ends_with("PRIVATE KEY BLOCK");
        if !is_key || text[title..title + title_len].contains('\n') {
            from = title;
            continue;
        }
        let body = title + title_len + 5;
        let end = match text[body..].find(END) {
            Some(i) => {
                let name = body + i + END.len();
                text[name..].find("-----").map_or(text.len(), |j| name + j + 5)
            }
            None => text.len(),
        };
        hits.push(Hit::new(Kind::PrivateKey, begin..end));
        from = end;
    }
}

/// PuTTY's own format, up to the line that ends it.
fn find_putty(text: &str, hits: &mut Vec<Hit>) {
    let mut from = 0;
    while let Some(begin) = text[from..].find(PUTTY).map(|i| from + i) {
        let end = match text[begin..].find(PUTTY_END).map(|i| begin + i) {
            Some(last) => text[last..].find('\n').map_or(text.len(), |i| last + i),
            None => text.len(),
        };
        hits.push(Hit::new(Kind::PrivateKey, begin..end));
        from = end;
    }
}
