//! Error signatures: the parts of a text that name an error exactly.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::{meaning_of, meanings};
use crate::regex;

/// Signatures looked at in one text; a log repeats itself.
const MOST: usize = 50;

/// What sort of name an error has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    /// An event id of the Windows event log.
    WindowsEvent,
    /// An HRESULT or NTSTATUS: eight hexadecimal digits that begin with 8 or C.
    Hresult,
    /// The stop code of a blue screen.
    StopCode,
    /// A sign-in error of Entra ID.
    Aadsts,
    /// An enhanced status of SMTP.
    SmtpStatus,
    /// A status of HTTP.
    HttpStatus,
    /// A number of Windows itself, such as 0x0000011b or error 809.
    WindowsError,
}

impl SignatureKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::WindowsEvent,
        Self::Hresult,
        Self::StopCode,
        Self::Aadsts,
        Self::SmtpStatus,
        Self::HttpStatus,
        Self::WindowsError,
    ];

    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WindowsEvent => "windows_event",
            Self::Hresult => "hresult",
            Self::StopCode => "stop_code",
            Self::Aadsts => "aadsts",
            Self::SmtpStatus => "smtp_status",
            Self::HttpStatus => "http_status",
            Self::WindowsError => "windows_error",
        }
    }
}

impl Signature {
    /// The signature of that sort and spelling, with the sort as it is named on the wire; `None` for a sort there is not.
    #[must_use]
    pub fn of(kind: &str, code: String) -> Option<Self> {
        let known = SignatureKind::ALL.into_iter().find(|known| known.as_str() == kind)?;
        Some(Self::named(known, code))
    }

    /// The signature of that sort and spelling.
    #[must_use]
    pub fn named(kind: SignatureKind, code: String) -> Self {
        Self { kind, meaning: meaning_of(kind, &code).map(|known| known.meaning), code }
    }
}

/// An error signature found in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Its sort.
    pub kind: SignatureKind,
    /// Its one spelling: `4740`, `0x80070005`, `CRITICAL_PROCESS_DIED`, `AADSTS50126`, `5.7.1`, `503`.
    pub code: String,
    /// What it means, when it is one of the known ones.
    pub meaning: Option<&'static str>,
}

static EVENT: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)\b(?:(event[ _-]?id|eventcode|ereignis-?id)[\s:=#>]{0,4}|event\s+#?)(\d{1,5})\b")
});
static HEX: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b0x([0-9a-f]{1,16})\b"));
static AADSTS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\bAADSTS(\d{5,7})\b"));
static SMTP: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(?:([245])\d\d[ -]#?)?([245])\.(\d)\.(\d{1,3})\b"));
static MAIL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:smtp|ndr|bounce[ds]?|bouncing|undeliver\w*|non-?delivery|e-?mails?|recipients?|remote server|delivery|sender|mailbox|mailer-daemon)\b",
    )
});
static HTTP: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)\bhttps?(?:/\d(?:\.\d)?)?[\s:=-]{0,3}(?:status|error|response)?[\s:=-]{0,3}(?:code)?[\s:=-]{0,3}([1-5]\d\d)\b",
        r"|\b([45]\d\d)[ :-]{1,3}(?:bad request|unauthori[sz]ed|forbidden|not found|method not allowed|request timeout|conflict|too many requests",
        r"|internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|proxy authentication)",
    ))
});
static STOP: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)\b(?:stop ?code|stop ?error|stop:|bug ?check\w*|blue ?screen\w*|bsod|minidump)")
});
static NAME: LazyLock<Regex> = LazyLock::new(|| regex(r"\b[A-Z][A-Z0-9]+(?:_[A-Z0-9]+){1,7}\b"));
static WORDS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\bstop ?code:?\s+([a-z]+(?:[ _][a-z]+){1,6})"));
static ERROR: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)\b(?:error|fehler|err)(?:\s*(?:code|number|no\.?))?[\s:=#]{0,4}(\d{2,5})\b")
});

/// The signatures of a text, in the order they stand in it, each once.
pub(super) fn extract(text: &str) -> Vec<Signature> {
    let mut found: Vec<(usize, SignatureKind, String)> = Vec::new();
    for event in EVENT.captures_iter(text) {
        // Without "ID" it may be any event number 5: then it has to be a known one.
        let said = event.get(1).is_some();
        let number = event[2].trim_start_matches('0').to_owned();
        if said || meaning_of(SignatureKind::WindowsEvent, &number).is_some() {
            found.push((start(&event), SignatureKind::WindowsEvent, number));
        }
    }
    let about_stop = STOP.is_match(text);
    for hex in HEX.captures_iter(text) {
        if let Some((kind, code)) = hexadecimal(&hex[1], about_stop) {
            found.push((start(&hex), kind, code));
        }
    }
    for name in NAME.find_iter(text) {
        if meaning_of(SignatureKind::StopCode, name.as_str()).is_some() {
            found.push((name.start(), SignatureKind::StopCode, name.as_str().to_owned()));
        }
    }
    for words in WORDS.captures_iter(text) {
        let spelled = words[1].to_uppercase().replace(' ', "_");
        if let Some(meaning) = meanings::longest_stop_code(&spelled) {
            found.push((start(&words), SignatureKind::StopCode, meaning.code.to_owned()));
        }
    }
    for sign_in in AADSTS.captures_iter(text) {
        found.push((start(&sign_in), SignatureKind::Aadsts, format!("AADSTS{}", &sign_in[1])));
    }
    let about_mail = MAIL.is_match(text);
    for status in SMTP.captures_iter(text) {
        let code = format!("{}.{}.{}", &status[2], &status[3], &status[4]);
        let replied = status.get(1).is_some_and(|class| class.as_str() == &status[2]);
        let known = meaning_of(SignatureKind::SmtpStatus, &code).is_some();
        if stands_alone(text, &status) && (replied || (known && about_mail)) {
            found.push((start(&status), SignatureKind::SmtpStatus, code));
        }
    }
    for status in HTTP.captures_iter(text) {
        if let Some(code) = status.get(1).or(status.get(2)) {
            found.push((start(&status), SignatureKind::HttpStatus, code.as_str().to_owned()));
        }
    }
    for error in ERROR.captures_iter(text) {
        if meaning_of(SignatureKind::WindowsError, &error[1]).is_some() {
            found.push((start(&error), SignatureKind::WindowsError, error[1].to_owned()));
        }
    }
    found.sort();
    let mut signatures: Vec<Signature> = Vec::new();
    for (_, kind, code) in found {
        if signatures.len() < MOST && !signatures.iter().any(|s| s.kind == kind && s.code == code) {
            signatures.push(Signature::named(kind, code));
        }
    }
    signatures
}

fn start(found: &regex::Captures<'_>) -> usize {
    found.get(0).map_or(0, |all| all.start())
}

/// Not a part of an address or a longer version number.
fn stands_alone(text: &str, found: &regex::Captures<'_>) -> bool {
    let Some(all) = found.get(0) else { return false };
    let before = text[..all.start()].chars().next_back();
    let mut after = text[all.end()..].chars();
    let goes_on = after.next() == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit());
    before != Some('.') && !goes_on
}

/// What a hexadecimal number is; `None` for one that may be anything, an address say.
fn hexadecimal(digits: &str, about_stop: bool) -> Option<(SignatureKind, String)> {
    let short = digits.trim_start_matches('0').to_lowercase();
    if about_stop && digits.len() <= 8 {
        // Windows sets the leading 1 when the failure was caught in another way.
        let stop = short.strip_prefix("100000").unwrap_or(&short);
        if let Some(meaning) = meanings::stop_number(stop) {
            return Some((SignatureKind::StopCode, meaning.code.to_owned()));
        }
    }
    let plain = format!("0x{short}");
    if meaning_of(SignatureKind::WindowsError, &plain).is_some() {
        return Some((SignatureKind::WindowsError, plain));
    }
    let is_result = digits.len() == 8 && short.len() == 8 && short.starts_with(['8', 'c']);
    is_result.then_some((SignatureKind::Hresult, plain))
}
