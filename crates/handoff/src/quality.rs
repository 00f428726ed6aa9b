//! What the receiver will ask, by domain, and how much of it is on record already. Advice alone: nothing is refused.

use rf_sessions::ai::MessageRole;

use crate::Case;

/// A question the receiver will ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Its name, the same in every version.
    pub key: &'static str,
    /// The question.
    pub question: &'static str,
    /// Whether the record, or the reason, answers it as far as can be told from the words.
    pub answered: bool,
}

/// How complete a handover would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quality {
    /// 0 to 100: the share of the questions answered, those that matter more counting more.
    pub score: u8,
    /// The questions, the unanswered ones among them.
    pub asks: Vec<Ask>,
}

/// A question, what it weighs, and beginnings of words that answer it.
struct Question {
    key: &'static str,
    question: &'static str,
    weight: u32,
    telling: &'static [&'static str],
}

const fn ask(
    key: &'static str,
    question: &'static str,
    weight: u32,
    telling: &'static [&'static str],
) -> Question {
    Question { key, question, weight, telling }
}

/// Asked whatever it is about.
const ALWAYS: &[Question] = &[
    ask(
        "since_when",
        "Since when does it happen?",
        2,
        &[
            "since",
            "yesterday",
            "today",
            "this morning",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "weekend",
            "days",
            "week",
            "hour",
            "after the",
            "started",
        ],
    ),
    ask(
        "who_is_affected",
        "Who is affected: one person, several, or everybody?",
        2,
        &[
            "everybody",
            "everyone",
            "all users",
            "nobody else",
            "one user",
            "single user",
            "only",
            "users",
            "several",
            "whole",
            "office",
            "department",
            "affects",
            "affected",
        ],
    ),
    ask(
        "what_changed",
        "What changed before it began?",
        1,
        &[
            "changed",
            "change",
            "update",
            "replaced",
            "new",
            "moved",
            "migrat",
            "installed",
            "nothing changed",
            "restarted",
            "password",
        ],
    ),
    ask(
        "why_handed_over",
        "Why can you not go on yourself, and what do you need?",
        2,
        &[
            "rights",
            "permission",
            "access",
            "do not know",
            "don't know",
            "need",
            "stuck",
            "time",
            "on site",
            "vendor",
            "admin",
            "senior",
            "unsure",
            "not sure",
            "beyond",
        ],
    ),
];

/// Asked by domain.
const BY_DOMAIN: &[(&str, &[Question])] = &[
    (
        "active_directory",
        &[
            ask(
                "account_name",
                "Which account or group is it?",
                2,
                &["account", "user", "group", "upn", "sam", "@"],
            ),
            ask(
                "domain_controller",
                "Which domain controller answered, and is replication healthy?",
                1,
                &["dc", "domain controller", "replicat", "logonserver", "repadmin"],
            ),
        ],
    ),
    (
        "networking",
        &[
            ask(
                "addresses",
                "Which addresses does the machine have, and what does it reach?",
                2,
                &["ping", "dhcp", "169.254", "192.168", "10.", "gateway", "dns", "ip address", "ipconfig"],
            ),
            ask(
                "where_on_the_net",
                "Where is it on the network: site, switch, cable or Wi-Fi?",
                1,
                &["wi-fi", "wifi", "wlan", "cable", "switch", "site", "branch", "vlan", "port"],
            ),
        ],
    ),
    (
        "m365",
        &[
            ask(
                "account_and_client",
                "Which account, and in which app or browser?",
                2,
                &["outlook", "teams", "owa", "web", "browser", "onedrive", "sharepoint", "@", "mailbox"],
            ),
            ask(
                "service_health",
                "What does the service health page say?",
                1,
                &["service health", "health", "advisory", "incident", "status page"],
            ),
        ],
    ),
    (
        "hardware",
        &[
            ask(
                "device",
                "Which device is it: model and serial number or asset tag?",
                2,
                &["model", "serial", "asset", "dell", "hp", "lenovo", "surface", "thinkpad", "latitude"],
            ),
            ask(
                "lights_and_sounds",
                "What do lights, beeps or the screen show?",
                1,
                &["led", "light", "beep", "blink", "screen", "fan", "noise", "dark"],
            ),
        ],
    ),
    (
        "windows",
        &[
            ask(
                "version",
                "Which version and build of Windows is it?",
                1,
                &["windows 10", "windows 11", "22h2", "23h2", "24h2", "build", "version"],
            ),
            ask(
                "event_log",
                "What does the event log say at that time?",
                2,
                &["event", "0x", "error", "log", "id "],
            ),
        ],
    ),
    (
        "servers",
        &[
            ask(
                "server",
                "Which server is it, and what runs on it?",
                2,
                &["srv", "server", "vm", "host", "sql", "hyper-v", "vmware"],
            ),
            ask(
                "service_state",
                "Which services or disks are in what state?",
                1,
                &["service", "running", "stopped", "disk", "cpu", "memory", "full"],
            ),
        ],
    ),
    (
        "printing",
        &[
            ask(
                "printer",
                "Which printer is it, and how is it connected?",
                2,
                &["printer", "label", "laserjet", "usb", "network", "queue", "\\\\"],
            ),
            ask(
                "print_path",
                "Does it print from elsewhere, or a test page?",
                1,
                &["test page", "other computer", "another", "prints from", "self test", "spooler"],
            ),
        ],
    ),
    (
        "file_services",
        &[
            ask(
                "path",
                "Which share or path is it?",
                2,
                &["\\\\", "share", "drive", "folder", "path", "mapped"],
            ),
            ask(
                "rights",
                "Which rights does the person have on it?",
                1,
                &["rights", "permission", "acl", "group", "denied", "read only", "read-only"],
            ),
        ],
    ),
    (
        "backup",
        &[
            ask(
                "job",
                "Which job failed, and with which message?",
                2,
                &["job", "failed", "error", "0x", "warning", "veeam", "snapshot"],
            ),
            ask("last_good", "When did it last succeed?", 2, &["last", "success", "good", "since"]),
        ],
    ),
    (
        "security",
        &[
            ask(
                "scope",
                "Which people and machines are touched, and what is cut off already?",
                3,
                &["isolat", "disconnect", "blocked", "disabled", "reset", "machine", "laptop", "account"],
            ),
            ask(
                "evidence",
                "What is kept: mail, file, alert, time?",
                2,
                &["alert", "mail", "file", "hash", "screenshot", "log", "quarantin"],
            ),
        ],
    ),
    (
        "remote_access",
        &[
            ask(
                "way_in",
                "Which way in is it: VPN, RDP, gateway, and from where?",
                2,
                &["vpn", "rdp", "gateway", "home", "hotel", "remote"],
            ),
            ask(
                "message",
                "What does the client say when it fails?",
                1,
                &["error", "message", "timeout", "says", "0x", "code", "failed"],
            ),
        ],
    ),
];

/// Asked where it is not known what it is about.
const UNKNOWN: &[Question] = &[ask(
    "exact_message",
    "What exactly does the person see, word for word?",
    2,
    &["says", "message", "error", "0x", "shows", "appears", "\"", "“"],
)];

/// What the receiver will ask of a conversation that would be handed over with that reason. The domain is the
/// conversation's own.
#[must_use]
pub fn quality_of(case: &Case<'_>, reason: &str) -> Quality {
    quality_in(case.session.problem_domain.as_deref(), case, reason)
}

fn quality_in(domain: Option<&str>, case: &Case<'_>, reason: &str) -> Quality {
    let record = record(case, reason);
    let own =
        BY_DOMAIN.iter().find(|(name, _)| Some(*name) == domain).map_or(UNKNOWN, |(_, questions)| questions);
    let mut asks = Vec::new();
    let (mut reached, mut most) = (0, 0);
    let tried = case.answered().next().is_some();
    let steps =
        Ask { key: "what_was_tried", question: "What have you tried, and what came of it?", answered: tried };
    for (ask, weight) in std::iter::once((steps, 3)).chain(own.iter().chain(ALWAYS).map(|question| {
        let answered = question.telling.iter().any(|word| begins_word(&record, word));
        (Ask { key: question.key, question: question.question, answered }, question.weight)
    })) {
        most += weight;
        reached += if ask.answered { weight } else { 0 };
        asks.push(ask);
    }
    Quality { score: u8::try_from(reached * 100 / most).unwrap_or(100), asks }
}

impl Quality {
    /// [`quality_of`] with another domain than the conversation's, where the engineer names one.
    #[must_use]
    pub fn in_domain(domain: Option<&str>, case: &Case<'_>, reason: &str) -> Self {
        quality_in(domain.or(case.session.problem_domain.as_deref()), case, reason)
    }
}

/// All that was said and answered, in lower case.
fn record(case: &Case<'_>, reason: &str) -> String {
    let session = case.session;
    let said = session.conversation_messages.iter().filter(|message| message.role == MessageRole::Engineer);
    let mut record: Vec<&str> = vec![reason];
    record.extend(said.map(|message| message.text.as_str()));
    for (step, answer) in case.answered() {
        record.push(&step.proposal.title);
        record.extend([&answer.label, &answer.notes].into_iter().flatten().map(String::as_str));
    }
    record.join("\n").to_lowercase()
}

/// Whether the text has `start` where a word begins; marks may stand anywhere.
fn begins_word(text: &str, start: &str) -> bool {
    text.match_indices(start).any(|(at, _)| {
        !start.starts_with(char::is_alphanumeric) || !text[..at].ends_with(char::is_alphanumeric)
    })
}
