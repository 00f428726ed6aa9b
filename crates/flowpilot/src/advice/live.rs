//! The words of an answer while they come.

use super::safe;

/// Longest piece held back because it may go on, bytes.
const MOST_HELD: usize = 200;
/// The part of an answer that is shown.
const SHOWN: &str = "reply";

/// Reads a model's reply out of an answer of which the JSON is still coming, and lets through what can be shown already:
/// nothing that may be the beginning of a token or of a link. The whole answer is checked at its end and replaces what was
/// shown.
#[derive(Debug, Default)]
pub struct Live {
    reader: Reader,
    held: String,
}

impl Live {
    /// The next piece of the answer's JSON; answers what can be shown now, with `restore` having put the originals back.
    pub fn push(&mut self, json: &str, restore: impl Fn(&str) -> String) -> Option<String> {
        self.reader.read(json, &mut self.held);
        if self.reader.is_over {
            return self.let_out(self.held.len(), restore);
        }
        let mut end = open_word(&self.held);
        if let Some(open) = open_link(&self.held[..end]) {
            end = open;
        }
        if self.held.len() - end > MOST_HELD {
            end = self.held.len();
        }
        self.let_out(end, restore)
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

/// Where the last word begins, which may go on.
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

/// Finds one text of an object whose JSON comes in pieces. Trusts nothing: what is no JSON gives no text, or the wrong one,
/// and the whole is refused at its end.
#[derive(Debug, Default)]
struct Reader {
    depth: usize,
    /// At depth 1: whether the next text is a name.
    wants_name: bool,
    name: String,
    text: Option<Text>,
    /// The text that is shown has ended.
    is_over: bool,
}

/// A text being read.
#[derive(Debug)]
struct Text {
    is_name: bool,
    escape: Escape,
    /// The first half of a letter that is written as two.
    high: Option<u16>,
}

#[derive(Debug, PartialEq, Eq)]
enum Escape {
    None,
    Begun,
    Unit { digits: u8, value: u16 },
}

impl Reader {
    fn read(&mut self, json: &str, shown: &mut String) {
        for c in json.chars() {
            let Some(mut text) = self.text.take() else {
                self.between(c);
                continue;
            };
            match text.take(c) {
                Taken::Letter(letter) => {
                    if text.is_name {
                        self.name.push(letter);
                    } else if self.depth == 1 && self.name == SHOWN && !self.is_over {
                        shown.push(letter);
                    }
                }
                Taken::Nothing => {}
                Taken::End => {
                    self.is_over |= !text.is_name && self.depth == 1 && self.name == SHOWN;
                    continue;
                }
            }
            self.text = Some(text);
        }
    }

    fn between(&mut self, c: char) {
        match c {
            '"' => {
                let is_name = self.depth == 1 && self.wants_name;
                if is_name {
                    self.name.clear();
                }
                self.text = Some(Text { is_name, escape: Escape::None, high: None });
            }
            '{' | '[' => {
                self.depth += 1;
                self.wants_name = self.depth == 1;
            }
            '}' | ']' => self.depth = self.depth.saturating_sub(1),
            ':' if self.depth == 1 => self.wants_name = false,
            ',' if self.depth == 1 => self.wants_name = true,
            _ => {}
        }
    }
}

enum Taken {
    Letter(char),
    Nothing,
    End,
}

impl Text {
    fn take(&mut self, c: char) -> Taken {
        match self.escape {
            Escape::None => match c {
                '"' => Taken::End,
                '\\' => {
                    self.escape = Escape::Begun;
                    Taken::Nothing
                }
                letter => Taken::Letter(letter),
            },
            Escape::Begun => {
                self.escape = Escape::None;
                match c {
                    'n' => Taken::Letter('\n'),
                    't' => Taken::Letter('\t'),
                    'r' | 'b' | 'f' => Taken::Letter(' '),
                    'u' => {
                        self.escape = Escape::Unit { digits: 0, value: 0 };
                        Taken::Nothing
                    }
                    letter => Taken::Letter(letter),
                }
            }
            Escape::Unit { digits, value } => {
                let digit = c.to_digit(16).and_then(|digit| u16::try_from(digit).ok()).unwrap_or_default();
                let value = (value << 4) | digit;
                if digits < 3 {
                    self.escape = Escape::Unit { digits: digits + 1, value };
                    return Taken::Nothing;
                }
                self.escape = Escape::None;
                let units: Vec<u16> = self.high.take().into_iter().chain([value]).collect();
                match char::decode_utf16(units).last().and_then(Result::ok) {
                    Some(letter) => Taken::Letter(letter),
                    None => {
                        self.high = Some(value);
                        Taken::Nothing
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// All that is shown of an answer that comes in pieces of so many letters.
    fn shown(json: &str, letters: usize) -> (String, usize) {
        let mut live = Live::default();
        let all: Vec<char> = json.chars().collect();
        let mut text = String::new();
        let mut pieces = 0;
        for piece in all.chunks(letters) {
            let piece: String = piece.iter().collect();
            if let Some(words) = live.push(&piece, str::to_owned) {
                pieces += 1;
                text.push_str(&words);
            }
        }
        (text, pieces)
    }

    #[test]
    fn the_reply_comes_word_by_word_wherever_it_stands() {
        let json = r#"{"certainty":70,"step":{"reply":"not this","commands":["a","reply"]},"reply":"The spooler \"hangs\" 🖨\nsince \u00fcber\ud83d\ude00.","way":"step"}"#;
        for letters in [1, 2, 7, 500] {
            let (text, pieces) = shown(json, letters);
            assert_eq!(text, "The spooler \"hangs\" 🖨\nsince über😀.", "{letters}");
            assert!(letters > 2 || pieces > 3, "{pieces}");
        }
    }

    #[test]
    fn no_half_token_and_no_link_is_shown() {
        let json = json!({ "reply": "See HOST_1_K7QM and ![x](https://evil.example/a.png) or [so](https://evil.example) now." });
        let mut live = Live::default();
        let mut pieces = Vec::new();
        for c in json.to_string().chars() {
            pieces.extend(live.push(&c.to_string(), |text| text.replace("HOST_1_K7QM", "SRV-01")));
        }
        assert_eq!(pieces.concat(), "See SRV-01 and x or so (`https://evil.example`) now.");
        assert!(!pieces.iter().any(|piece| piece.contains("HOST")), "{pieces:?}");
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_shown(reply in "[a-zäß\"\\\\\n\t{}:, 🖨]{0,60}", letters in 1_usize..9) {
            let json = json!({ "a": [1, { "reply": "no" }], "reply": reply, "way": "reply" }).to_string();
            prop_assert_eq!(shown(&json, letters).0, reply);
        }

        #[test]
        fn nothing_breaks_it(json in "[\\[\\]{}\",:\\\\u0-9a-f reply🖨]{0,80}", letters in 1_usize..9) {
            shown(&json, letters);
        }
    }
}
