//! Keys and tokens: known shapes, named values, headers, credentials in URLs and connection strings.

use std::sync::LazyLock;

use regex::Regex;

use super::rules::Sink;
use super::{Kind, regex};

/// Shapes of known vendors. The prefix alone makes them, so no context is asked for.
static VENDOR: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?-u)\b(?:",
        r"sk-ant-[A-Za-z0-9_-]{12,}",                     // Anthropic
        r"|sk-(?:proj-|svcacct-|or-)?[A-Za-z0-9_-]{20,}", // OpenAI and kin
        r"|(?:AKIA|ASIA)[0-9A-Z]{16}",                    // AWS access key id
        r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}",
        r"|gl(?:pat|ptt|dt)-[A-Za-z0-9_-]{16,}",
        r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}", // Slack
        r"|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{16,}",       // Google
        r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",            // SendGrid
        r"|[srp]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}", // Stripe
        r"|npm_[A-Za-z0-9]{30,}|hf_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}",
        r"|[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}", // product keys
        r"|dop_v1_[a-f0-9]{40,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|sq0[a-z]{3}-[A-Za-z0-9_-]{20,}",
        r")"
    ))
});

static JWT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?-u)\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,3}"));

/// Known vendor keys and JWTs.
pub(super) fn find_vendor_keys(line: &str, sink: &mut Sink<'_>) {
    for found in VENDOR.find_iter(line) {
        // `sk-` begins ordinary hyphenated words too; keys have digits.
        if !found.as_str().starts_with("sk-") || found.as_str().bytes().any(|b| b.is_ascii_digit()) {
            sink.push(Kind::ApiKey, found.range());
        }
    }
    for found in JWT.find_iter(line) {
        sink.push(Kind::Token, found.range());
    }
}

/// "Bearer …", "Authorization: Basic …", "api key: …", "client secret = …", `AccountKey=…`, `sig=…`.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r#"((?i-u:\bbearer["']?[ :=]+|\bauthorization["']?[ :=]+["']?(?:basic|digest|negotiate|ntlm|token|apikey) +"#,
        r"|(?:access|auth|refresh|session|id|sas|registration|enrollment)[ _-]?token|\btoken))|(?i-u:",
        r"api[ _-]?(?:key|token|secret)|client[ _-]?secret(?: value)?|secret[ _-]?(?:access[ _-]?)?(?:key|value)|shared[ _-]?secret",
        r"|access[ _-]?key|account[ _-]?key|license[ _-]?key|encryption[ _-]?key|\bsecret|[?&]sig|[?&]code)"
    ))
});

static NAMED_VALUE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"^(?:["'`*)\]]{0,3}[\p{Zs}\t]*(?:[:=：]|→|=>|->|[\p{Zs}\t](?:is|was|to|-|–|—)[\p{Zs}\t])[*]{0,2}[\p{Zs}\t]*)?["'`“<]?"#,
    )
});

/// Values that are called a key, a secret or a token.
pub(super) fn find_named(line: &str, sink: &mut Sink<'_>) {
    let mut done = 0;
    for found in NAMED.captures_iter(line) {
        let Some(name) = found.get(0).filter(|m| m.start() >= done) else { continue };
        let rest = &line[name.end()..];
        let Some(link) = NAMED_VALUE.find(rest) else { continue };
        // A header word has its own link; a name needs one.
        let bare = link.is_empty() && !name.as_str().ends_with([' ', ':', '=']);
        if link.as_str().starts_with(char::is_alphanumeric) {
            continue;
        }
        // With nothing but a blank between, the value must speak for itself.
        let blank = usize::from(bare && rest.starts_with(' '));
        if bare && blank == 0 {
            continue;
        }
        let quoted = blank > 0 && rest[blank..].starts_with(['"', '\'', '`']);
        let at = link.end() + blank + usize::from(quoted);
        let value = &rest[at..];
        let len =
            value.find(|c: char| c.is_whitespace() || "\"'`“”&,;<>()[]{}".contains(c)).unwrap_or(value.len());
        let value = value[..len].trim_end_matches(['.', ':', '!', '?']);
        let in_header = name.as_str().ends_with(' ');
        if !(looks_like_key(value) || in_header && looks_like_base64(value))
            || bare && !quoted && !speaks_for_itself(value)
        {
            continue;
        }
        let start = name.end() + at;
        done = start + value.len();
        let kind = if found.get(1).is_some() { Kind::Token } else { Kind::ApiKey };
        sink.push(kind, start..done);
    }
}

/// Long, and digits among its letters.
fn speaks_for_itself(value: &str) -> bool {
    value.len() >= 16
        && value.bytes().filter(u8::is_ascii_digit).count() >= 4
        && !value.contains(['/', '\\', ':'])
}

static COOKIE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i-u)\b(?:set-)?cookie: *[!-~ ]*"));
static COOKIE_VALUE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?-u)(?:^|[; ])[A-Za-z0-9._-]{1,60}=([A-Za-z0-9+/=%._~-]{16,})"));

/// Cookies that look like keys: a session is as good as a password while it lasts.
pub(super) fn find_cookies(line: &str, sink: &mut Sink<'_>) {
    let Some(header) = COOKIE.find(line) else { return };
    for found in COOKIE_VALUE.captures_iter(header.as_str()).filter_map(|c| c.get(1)) {
        if looks_like_key(found.as_str()) {
            sink.push(Kind::Token, header.start() + found.start()..header.start() + found.end());
        }
    }
}

/// `PrivateKey = …` of WireGuard.
static PRIVATE_KEY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i-u)\bprivate_?key *[=:] *([A-Za-z0-9+/]{42,43}=?)"));

/// Private keys of one line.
pub(super) fn find_private_keys(line: &str, sink: &mut Sink<'_>) {
    for found in PRIVATE_KEY.captures_iter(line).filter_map(|c| c.get(1)) {
        sink.push(Kind::PrivateKey, found.range());
    }
}

/// Both cases inside a word of a header: base64 without a digit, rare but real.
fn looks_like_base64(value: &str) -> bool {
    let inner = value.get(1..).unwrap_or_default();
    value.len() >= 12
        && inner.contains(|c: char| c.is_ascii_uppercase())
        && inner.contains(|c: char| c.is_ascii_lowercase())
}

fn looks_like_key(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let mixed =
        value.contains(|c: char| c.is_ascii_uppercase()) && value.contains(|c: char| c.is_ascii_lowercase());
    !value.contains("://")
        && (value.len() >= 8 && digits > 0 && letters > 0
            || value.len() >= 20 && (mixed || digits == value.len()))
}

/// `scheme://user:password@host…`: for databases and directories the password may hold slashes.
static URL: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?-u:\b)(?:(?i-u:postgres(?:ql)?|mysql|mariadb|mssql|sqlserver|mongodb(?:\+srv)?|rediss?|amqps?|ldaps?|ftps?|sftp|smb)",
        r"://[^\s/:@]*:\S+@[^\s'<>,;)\]\x22]+",
        r"|(?i-u:[a-z][a-z0-9+.-]*)://[^\s/:@?\x23]+:[^\s/@?\x23]+@[^\s'<>,;)\]\x22]+)"
    ))
});

/// URLs with credentials, whole.
pub(super) fn find_url_credentials(line: &str, sink: &mut Sink<'_>) {
    for found in URL.find_iter(line) {
        let len = found.as_str().trim_end_matches(['.', '!', '?', ':']).len();
        sink.push(Kind::ConnectionString, found.start()..found.start() + len);
    }
}

/// `Key=value;Key=value…` as ADO, ODBC and Azure write it.
static CONNECTION: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"(?i-u:\b(?:server|data source|host|addr|address|network address|driver|provider|database|initial catalog|user id|uid|user",
        r"|dsn|DefaultEndpointsProtocol|Endpoint|AccountName|AccountKey|BlobEndpoint|SharedAccessKeyName|HostName))[ \t]*=[^;\n]*",
        r"(?:;[ \t]*[A-Za-z][A-Za-z ]*=[^;\n]*)*;[ \t]*[A-Za-z][A-Za-z ]*=[^;\s\x22']*;?"
    ))
});

static CONNECTION_SECRET: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i-u:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature|secret) *= *[^; ]")
});

/// Connection strings that hold a password or key, whole.
pub(super) fn find_connection_strings(line: &str, sink: &mut Sink<'_>) {
    for found in CONNECTION.find_iter(line) {
        if CONNECTION_SECRET.is_match(found.as_str()) {
            sink.push(Kind::ConnectionString, found.range());
        }
    }
}

/// Eight groups of six digits (BitLocker), six of four letters and digits (FileVault).
static RECOVERY: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?-u)\b(?:[0-9]{6}(?:(?:-[0-9]{6}){7}|(?: [0-9]{6}){7})|[A-Z0-9]{4}(?:-[A-Z0-9]{4}){5})\b")
});

/// Whether a value is nothing but a recovery key, whatever it was called.
pub(super) fn is_recovery_key(value: &str) -> bool {
    RECOVERY.find(value).is_some_and(|m| m.range() == (0..value.len()))
}

/// Recovery keys of encrypted disks.
pub(super) fn find_recovery_keys(line: &str, sink: &mut Sink<'_>) {
    for found in RECOVERY.find_iter(line) {
        let joined = |c: Option<char>| c == Some('-');
        if joined(line[..found.start()].chars().next_back()) || joined(line[found.end()..].chars().next()) {
            continue;
        }
        sink.push(Kind::RecoveryKey, found.range());
    }
}
