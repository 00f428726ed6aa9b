//! What a model is asked. None of these print the texts they carry: they hold tickets and logs of clients.

use std::fmt;

use serde_json::Value;

/// One request: what the model is, the conversation so far, and what it may answer with.
#[derive(Clone, Debug, PartialEq)]
pub struct LlmRequest {
    /// The model's name, as its provider spells it.
    pub model: String,
    /// What it is told about its job, in order.
    pub system: Vec<SystemBlock>,
    /// The conversation, beginning with the user.
    pub messages: Vec<Message>,
    /// What it may call.
    pub tools: Vec<Tool>,
    /// Whether it has to.
    pub tool_choice: ToolChoice,
    /// The longest answer, tokens.
    pub max_tokens: u32,
    /// From 0, the likeliest words, to 1; the provider's own default where it is not said. Newer models take none.
    pub temperature: Option<f64>,
}

impl LlmRequest {
    /// A request to say something, of at most so many tokens.
    pub fn new(model: impl Into<String>, messages: Vec<Message>, max_tokens: u32) -> Self {
        Self {
            model: model.into(),
            system: Vec::new(),
            messages,
            tools: Vec::new(),
            tool_choice: ToolChoice::Auto,
            max_tokens,
            temperature: None,
        }
    }
}

/// A part of what the model is told about its job.
#[derive(Clone, PartialEq, Eq)]
pub struct SystemBlock {
    /// The text.
    pub text: String,
    /// Whether the provider should keep everything up to the end of this block, so that the next request with the same
    /// beginning is cheaper and answered sooner.
    pub cached: bool,
}

impl fmt::Debug for SystemBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SystemBlock({} bytes{})", self.text.len(), if self.cached { ", cached" } else { "" })
    }
}

/// Who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// We: the engineer, the evidence, the results of tools.
    User,
    /// The model.
    Assistant,
}

/// One turn of the conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Who says it.
    pub speaker: Speaker,
    /// What, in order.
    pub parts: Vec<Part>,
}

impl Message {
    /// What we say.
    #[must_use]
    pub const fn user(parts: Vec<Part>) -> Self {
        Self { speaker: Speaker::User, parts }
    }

    /// What the model said.
    #[must_use]
    pub const fn assistant(parts: Vec<Part>) -> Self {
        Self { speaker: Speaker::Assistant, parts }
    }
}

/// A piece of a turn.
#[derive(Clone, PartialEq)]
pub enum Part {
    /// Words.
    Text(String),
    /// A picture; only we send them.
    Image {
        /// What it is.
        kind: ImageType,
        /// The file.
        bytes: Vec<u8>,
    },
    /// The model calls a tool.
    ToolUse {
        /// Names this call, for its result.
        id: String,
        /// The tool.
        name: String,
        /// What it is called with; an object.
        input: Value,
    },
    /// What came of such a call.
    ToolResult {
        /// The call.
        tool_use_id: String,
        /// What the tool says.
        content: String,
        /// Whether it failed.
        is_error: bool,
    },
}

impl Part {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Image { kind, bytes } => write!(f, "Image({kind:?}, {} bytes)", bytes.len()),
            Self::ToolUse { name, .. } => write!(f, "ToolUse({name})"),
            Self::ToolResult { content, is_error, .. } => {
                write!(f, "ToolResult({} bytes{})", content.len(), if *is_error { ", failed" } else { "" })
            }
        }
    }
}

/// A picture's file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageType {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
}

impl ImageType {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }

    /// What a file is by its first bytes, whatever its name says; `None` for anything else.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }
}

/// Something the model may call; also how an answer of a fixed shape is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// 1 to 64 of `a-z`, `A-Z`, `0-9`, `_` and `-`.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// The JSON Schema of its input; `type` is `object`.
    pub input_schema: Value,
}

/// Whether the model has to call a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice {
    /// As it likes.
    #[default]
    Auto,
    /// One of them.
    Any,
    /// This one.
    Tool(String),
    /// None.
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_client_is_printed() {
        let word = "hunter2";
        let mut request = LlmRequest::new(
            "m",
            vec![
                Message::user(vec![
                    Part::text(word),
                    Part::Image { kind: ImageType::Png, bytes: word.as_bytes().to_vec() },
                ]),
                Message::assistant(vec![Part::ToolUse {
                    id: "t1".into(),
                    name: "note".into(),
                    input: serde_json::json!({ "text": word }),
                }]),
                Message::user(vec![Part::ToolResult {
                    tool_use_id: "t1".into(),
                    content: word.into(),
                    is_error: true,
                }]),
            ],
            10,
        );
        request.system = vec![SystemBlock { text: word.into(), cached: true }];
        let printed = format!("{request:?}");
        assert!(!printed.contains(word), "{printed}");
        for told in ["Text(7 bytes)", "Image(Png, 7 bytes)", "ToolUse(note)", "failed", "cached"] {
            assert!(printed.contains(told), "{told} in {printed}");
        }
    }

    #[test]
    fn a_picture_is_what_its_bytes_say() {
        assert_eq!(ImageType::of(b"\x89PNG\r\n\x1a\n\0\0"), Some(ImageType::Png));
        assert_eq!(ImageType::of(b"\xff\xd8\xff\xe0"), Some(ImageType::Jpeg));
        assert_eq!(ImageType::of(b"GIF89a"), Some(ImageType::Gif));
        assert_eq!(ImageType::of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(ImageType::Webp));
        for other in [&b""[..], b"<svg/>", b"RIFF\x10\0\0\0WAVE", b"%PDF-1.7", b"GIF88a"] {
            assert_eq!(ImageType::of(other), None, "{other:?}");
        }
    }
}
