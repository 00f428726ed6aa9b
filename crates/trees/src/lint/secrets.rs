//! Secrets in a flow's texts, found by the rules that also clean ticket notes.
//!
//! Flows are shared and forked, so a password in one is a leak. But flows are also full of places *for*
//! secrets (`{{temp_password}}`, `<password>`, `$cred`), which must not stop anybody from publishing: those
//! are masked before the rules look.

use std::{borrow::Cow, sync::LazyLock};

use regex::Regex;
use rf_notes::{Hit, Kind};

/// What looks like a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    /// With its article, for a message.
    pub(super) what: &'static str,
    /// Could as well be an ordinary word.
    pub(super) doubtful: bool,
}

/// What the rules know to be a masked value already.
const MASK: &str = "***";

macro_rules! places {
    ($more:literal) => {
        concat!(
            r"(?-u)\{\{[ \t]*[A-Za-z_][A-Za-z0-9_]*[ \t]*\}\}",
            r"|<[A-Za-z][A-Za-z _'/-]{0,59}>|\[[A-Za-z][A-Za-z _'/-]{0,59}\]",
            r"|%[A-Za-z_]{1,40}%",
            $more
        )
    };
}

static PLACES: LazyLock<Regex> = LazyLock::new(|| regex(places!("")));
/// In code a word behind `$` is a variable; in prose it may be somebody's idea of a good password.
static PLACES_IN_CODE: LazyLock<Regex> =
    LazyLock::new(|| regex(places!(r"|\$\{[A-Za-z0-9_:.]+\}|\B\$[A-Za-z_][A-Za-z0-9_:.]*")));
/// A command that produces a value: `Read-Host`, `(Get-Credential).Password`.
static CMDLET: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u)^[A-Z][a-z]+-[A-Z][A-Za-z]+"));

/// The first secret of a text, a certain one before a doubtful one.
pub(super) fn find(text: &str, code: bool) -> Option<Secret> {
    let places = if code { &*PLACES_IN_CODE } else { &*PLACES };
    let text = if text.contains(['{', '<', '[', '%', '$']) {
        places.replace_all(text, MASK)
    } else {
        Cow::Borrowed(text)
    };
    let secrets = rf_notes::find(&text).into_iter().filter_map(|hit| judge(&text, &hit, code));
    secrets.min_by_key(|secret| secret.doubtful)
}

fn judge(text: &str, hit: &Hit, code: bool) -> Option<Secret> {
    let value = &text[hit.range.clone()];
    let certain = |what| Some(Secret { what, doubtful: false });
    match hit.kind {
        Kind::PrivateKey => certain("a private key"),
        Kind::ApiKey => certain("an API key"),
        Kind::Token => certain("a token"),
        Kind::RecoveryKey => certain("a recovery key"),
        Kind::ConnectionString => {
            // Found whole; it is harmless when the place of its secret is all that made it one.
            let without = value.replace("=***", "=").replace(":***@", ":@");
            let still = rf_notes::find(&without).iter().any(|hit| hit.kind <= Kind::Token);
            still.then_some(Secret { what: "a connection string with a password", doubtful: false })
        }
        Kind::Password if !value.contains(char::is_alphanumeric) || code && CMDLET.is_match(value) => None,
        Kind::Password => {
            let word = |c: char| c.is_alphabetic() || matches!(c, '-' | '_' | '\'' | '/' | '.' | '(' | ')');
            Some(Secret { what: "a password", doubtful: value.chars().all(word) })
        }
        _ => None,
    }
}

#[expect(clippy::expect_used, reason = "constants, all compiled by the tests")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern compiles")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certain(text: &str) -> bool {
        find(text, false).is_some_and(|secret| !secret.doubtful)
    }

    #[test]
    fn secrets_are_found() {
        for text in [
            "Sign in as admin with password: Winter2026!",
            "The local admin password is hunter2.",
            "Authorization: Bearer abcdefgh12345678abcdefgh",
            "api key: 9f8e7d6c5b4a39281706f5e4d3c2b1a0",
            "postgres://app:S3cret!pw@db01/crm",
            "Server=db01;Database=crm;User Id=sa;Password=Winter2026!;",
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
        ] {
            assert!(certain(text), "{text}");
            assert!(find(text, true).is_some(), "{text}");
        }
    }

    #[test]
    fn places_for_secrets_are_none() {
        for text in [
            "Password: {{temp_password}}",
            "Set the password to {{ temp_password }} and tell the user.",
            "password: <password>",
            "Password: <new password here>",
            "Password: [temporary password]",
            "The password is %TEMP_PASSWORD%.",
            "postgres://app:{{db_password}}@db01/crm",
            "Server=db01;Database=crm;User Id=sa;Password={{db_password}};",
            "Server=db01;Database=crm;User Id=sa;Password=<password>;",
            "Password: ********",
            "Reset the password. Password: required.",
            "Mail jane@contoso.com, call +1 212 555 0142, ping 10.0.0.1.",
        ] {
            assert_eq!(find(text, false), None, "{text}");
        }
    }

    #[test]
    fn code_may_handle_secrets_it_does_not_hold() {
        for text in [
            "$Password = Read-Host 'New password' -AsSecureString",
            "Set-ADAccountPassword -Identity {{user}} -Reset -NewPassword $password",
            "$secret = ConvertTo-SecureString \"{{temp_password}}\" -AsPlainText -Force",
            "net user {{user}} {{temp_password}} /domain",
            "$body = @{ Password = Get-Secret -Name Admin }",
            "Invoke-RestMethod -Headers @{ Authorization = \"Bearer $token\" }",
        ] {
            assert_eq!(find(text, true), None, "{text}");
        }
        for text in [
            "net user bob Winter2026! /domain",
            "$secret = ConvertTo-SecureString \"Winter2026!\" -AsPlainText -Force",
        ] {
            assert!(find(text, true).is_some_and(|secret| !secret.doubtful), "{text}");
        }
    }

    #[test]
    fn a_plain_word_is_doubtful() {
        assert_eq!(find("password: swordfish", false), Some(Secret { what: "a password", doubtful: true }));
    }
}
