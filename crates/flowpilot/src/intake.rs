//! A ticket as it comes in: checked, decoded, and freed of what surrounds the problem in a mail.
//!
//! Nothing that may be the problem is thrown away: a quoted mail is history when somebody wrote something above it,
//! and the ticket itself when nobody did. Lines of a log stay, also below a signature.

use std::sync::LazyLock;

use regex::Regex;
use rf_kernel::Failure;
use rf_uploads::decode;

use crate::{codes, regex};

/// Largest intake, bytes.
pub const MAX_INTAKE_BYTES: usize = 256 * 1_024;

/// Words somebody has to write above a quoted mail for it to be history.
const OWN_WORDS: usize = 4;
/// Lines a signature has at most.
const SIGNATURE_LINES: usize = 10;

/// What somebody reported, cleaned; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake(String);

impl Intake {
    /// Reads what was pasted, sent or uploaded.
    ///
    /// # Errors
    /// When it is empty, too large or no text.
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        if bytes.len() > MAX_INTAKE_BYTES {
            let (size, most) = (bytes.len().div_ceil(1_024), MAX_INTAKE_BYTES / 1_024);
            let detail =
                format!("{size} KiB are too much, {most} KiB is the most: send the part around the error");
            return Err(Failure::new(codes::INTAKE_TOO_LARGE, detail));
        }
        let text = decode(bytes).ok_or_else(|| {
            Failure::new(codes::INTAKE_BINARY, "This is no text: paste the text, or send it as an image")
        })?;
        let cleaned = clean(&text);
        if !cleaned.chars().any(char::is_alphanumeric) {
            return Err(Failure::new(
                codes::INTAKE_EMPTY,
                "Say what is wrong, or paste the ticket or the log",
            ));
        }
        Ok(Self(cleaned))
    }

    /// The cleaned text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

static COLOUR: LazyLock<Regex> = LazyLock::new(|| regex(r"\x1b\[[0-9;]*[A-Za-z]"));
static BOUNDARY: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)^(?:[-_*]{2,}\s*(?:original (?:message|appointment)|forwarded message|urspr.ngliche nachricht).*",
        r"|begin forwarded message:|_{20,}|on .{6,120} wrote:|am .{6,120} schrieb.{0,80}:)\s*$",
    ))
});
static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)^\*?(from|sent|to|cc|bcc|date|reply-to|importance|priority|attachments|message-id|return-path|received",
        r"|mime-version|content-type|content-transfer-encoding|x-[a-z-]+|von|gesendet|an|betreff|subject)\*?:\*?\s*(.*)$",
    ))
});
static PREFIX: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)^(?:(?:re|fw|fwd|aw|wg)\s*:\s*|\[external\]\s*)+"));
static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)^(?:--\s*|(?:(?:kind|best|warm|many) )?regards|(?:many )?thanks(?: (?:again|a lot|in advance|and regards))?",
        r"|thank you(?: so much)?|cheers|best|sincerely|yours (?:sincerely|faithfully)|br|thx|ta",
        r"|mit freundlichen gr..en|viele gr..e|sent from my .{2,40}|get outlook for .{2,20})\s*[,.!-]*$",
    ))
});
static DISCLAIMER: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)(?:this (?:e-?mail|message)(?: and any| \(and any|, including).{0,40}attachments?|confidentiality notice",
        r"|please consider the environment|intended (?:solely|only) for the (?:use of|person|addressee|recipient)",
        r"|caution: this (?:e-?mail|message) originated|registered in england)",
    ))
});
pub(crate) static LOG_LINE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i)^\W{0,3}(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d[/.:]\d\d[/.:]\d\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* +\d+ \d\d:)",
        r"|0x[0-9a-f]{4,8}\b|AADSTS\d|\bevent ?id\b|\b(?:error|warn(?:ing)?|fatal|exception)\b ?[:\]]",
    ))
});

/// The mails a text consists of, the newest first, and what of each is worth reading.
fn clean(text: &str) -> String {
    let text = COLOUR.replace_all(text, "").replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}'], "\n");
    let mut mails: Vec<Vec<&str>> = vec![Vec::new()];
    let mut headers = 0;
    let mut quoted = 0;
    for line in text.lines() {
        let bare = line.trim().trim_start_matches(['>', '|']).trim_start();
        let depth = line.trim_start().chars().take_while(|c| *c == '>').count();
        let is_from = HEADER.captures(bare).is_some_and(|found| {
            let name = found[1].to_lowercase();
            (name == "from" || name == "von") && found[2].contains('@')
        });
        let starts = BOUNDARY.is_match(bare) || (is_from && headers == 0) || depth > quoted;
        headers = if HEADER.is_match(bare) { headers + 1 } else { 0 };
        quoted = depth;
        if starts {
            mails.push(Vec::new());
        }
        if let Some(mail) = mails.last_mut()
            && !BOUNDARY.is_match(bare)
        {
            mail.push(bare);
        }
    }
    let mut kept: Vec<String> = Vec::new();
    for mail in mails {
        let (body, subject) = body(&mail);
        // The subject of what is answered is that of the ticket.
        kept.extend(subject.filter(|subject| !kept.contains(subject)));
        let own = kept.iter().flat_map(|line| line.split_whitespace()).count();
        let history = own >= OWN_WORDS && kept.iter().any(|line| !line.is_empty());
        let first_words = body.iter().flat_map(|line| line.split_whitespace()).count();
        kept.extend(body);
        if first_words >= OWN_WORDS || (history && first_words > 0) {
            break;
        }
    }
    kept.join("\n").trim().to_owned()
}

/// A mail's lines without headers, signature and disclaimer; and its subject.
fn body(mail: &[&str]) -> (Vec<String>, Option<String>) {
    let mut lines: Vec<String> = Vec::new();
    let mut subject = None;
    let mut signature = 0;
    let is_mail = mail.iter().filter(|line| HEADER.is_match(line)).count() >= 2;
    for line in mail {
        if is_mail && let Some(found) = HEADER.captures(line) {
            let name = found[1].to_lowercase();
            if name == "subject" || name == "betreff" {
                subject =
                    Some(PREFIX.replace(found[2].trim(), "").into_owned()).filter(|text| !text.is_empty());
            }
            continue;
        }
        let is_log = LOG_LINE.is_match(line);
        if signature > 0 && !is_log {
            if !line.is_empty() {
                signature -= 1;
            }
            continue;
        }
        if !is_log && DISCLAIMER.is_match(line) {
            continue;
        }
        if CLOSING.is_match(line) && lines.iter().any(|line| !line.is_empty()) {
            signature = SIGNATURE_LINES;
            continue;
        }
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push((*line).to_owned());
        }
    }
    (lines, subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> String {
        Intake::read(text.as_bytes()).unwrap().text().to_owned()
    }

    #[test]
    fn nothing_too_much_and_no_text_are_refused_each_by_its_name() {
        for nothing in ["", "  \n\t ", "---\n...", "\u{feff}"] {
            assert_eq!(
                Intake::read(nothing.as_bytes()).unwrap_err().code,
                codes::INTAKE_EMPTY,
                "{nothing:?}"
            );
        }
        let most = "a".repeat(MAX_INTAKE_BYTES);
        assert_eq!(read(&most).len(), MAX_INTAKE_BYTES);
        let more = Intake::read(format!("{most}a").as_bytes()).unwrap_err();
        assert_eq!(more.code, codes::INTAKE_TOO_LARGE);
        for binary in [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], b"MZ\x90\0\x03", b"text\0more", b"\xff\xfea"] {
            assert_eq!(Intake::read(binary).unwrap_err().code, codes::INTAKE_BINARY, "{binary:?}");
        }
    }

    #[test]
    fn logs_of_windows_are_read_in_their_encodings() {
        let utf16: Vec<u8> = "\u{feff}Event ID 4740".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Intake::read(&utf16).unwrap().text(), "Event ID 4740");
        assert_eq!(
            Intake::read(b"Zugriff f\xfcr Benutzer verweigert").unwrap().text(),
            "Zugriff für Benutzer verweigert"
        );
        assert_eq!(read("\u{1b}[31mERROR\u{1b}[0m disk full"), "ERROR disk full");
    }

    #[test]
    fn a_signature_and_what_lawyers_add_go_away_and_a_log_below_stays() {
        let text = "Printer on 2nd floor dead again.\r\n\r\nKind regards,\r\nAnna Smith\r\nHead of Sales\r\n+44 20 7946 0000\r\n\
                    This e-mail and any attachments are confidential\r\n2026-01-02 10:00:01 spooler: error: 0x0000011b\r\n";
        assert_eq!(
            read(text),
            "Printer on 2nd floor dead again.\n\n2026-01-02 10:00:01 spooler: error: 0x0000011b"
        );
        assert_eq!(read("thanks\nthe vpn works not"), "thanks\nthe vpn works not");
    }

    #[test]
    fn an_answered_mail_is_history_and_a_forwarded_one_is_the_ticket() {
        let answered = "Still not working after the reboot, VPN drops.\n\nOn Mon, 3 Mar 2025 at 10:12, Help Desk wrote:\n\
                        > Please restart the printer.\n> Kind regards";
        assert_eq!(read(answered), "Still not working after the reboot, VPN drops.");
        let forwarded = "FYI\n\n-----Original Message-----\nFrom: Bob <bob@contoso.com>\nSent: Monday\nTo: IT\n\
                         Subject: RE: FW: Teams no sound\n\nNobody can hear me in meetings since this morning.\n\nThanks\nBob\n";
        assert_eq!(
            read(forwarded),
            "FYI\n\nTeams no sound\nNobody can hear me in meetings since this morning."
        );
        assert_eq!(
            read("> my outlook shows no new mail\n> since friday"),
            "my outlook shows no new mail\nsince friday"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(intake) = Intake::read(&bytes) {
                prop_assert!(intake.text().chars().any(char::is_alphanumeric));
            }
        }

        #[test]
        fn plain_sentences_stay_as_they_are(words in proptest::collection::vec("[b-z][a-z]{3,8}", 5..40)) {
            let text = words.join(" ");
            prop_assume!(!CLOSING.is_match(&text));
            prop_assert_eq!(read(&text), text);
        }
    }
}
