//! The words of an answer while they come.

use super::safe;

/// Longest piece held back because it may go on.
const MOST_HELD: usize = 200;

/// Lets through of a model's words what can be shown already: nothing that may be the beginning of a token or of a
/// link. The whole answer is checked at its end and replaces what was shown.
#[derive(Debug, Default)]
pub struct Live {
    held: String,
}

impl Live {
    /// The next words; answers what can be shown now, with `restore` having put the originals back.
    pub fn push(&mut self, words: &str, restore: impl Fn(&str) -> String) -> Option<String> {
        self.held.push_str(words);
        let mut end = open_word(&self.held);
        if let Some(open) = open_link(&self.held[..end]) {
            end = open;
        }
        if self.held.len() - end > MOST_HELD {
            end = self.held.len();
        }
        self.let_out(end, restore)
    }

    /// What was held back to the end.
    pub fn finish(&mut self, restore: impl Fn(&str) -> String) -> Option<String> {
        self.let_out(self.held.len(), restore)
    }

    fn let_out(&mut self, end: usize, restore: impl Fn(&str) -> String) -> Option<String> {
        if end == 0 {
            return None;
        }
        let rest = self.held.split_off(end);
        let words = std::mem::replace(&mut self.held, rest);
        Some(safe::without_links(&restore(&words)))
    }
}

/// Where the last word begins that may go on.
fn open_word(text: &str) -> usize {
    let letters = text.char_indices().rev().take_while(|(_, c)| !c.is_whitespace());
    letters.last().map_or(text.len(), |(at, _)| at)
}

/// Where a link or picture begins that has no end yet.
fn open_link(text: &str) -> Option<usize> {
    let at = text.rfind('[')?;
    let at = if text[..at].ends_with('!') { at - 1 } else { at };
    let rest = &text[at..];
    let closed = match rest.find(']') {
        None => false,
        Some(end) => !rest[end + 1..].starts_with('(') || rest[end..].contains(')'),
    };
    (!closed && !rest.contains('\n')).then_some(at)
}
