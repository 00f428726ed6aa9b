//! Kinds of sensitive data, and how many of each were masked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What was found. The order is the priority: where findings overlap, the first kind names the hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Value of a variable the flow declares secret.
    Secret,
    /// Text the engineer marked by hand.
    Marked,
    /// PEM private key block.
    PrivateKey,
    /// Connection string or URL with credentials in it.
    ConnectionString,
    /// Password, passphrase, passcode or PIN.
    Password,
    /// API key of a known vendor, or a value called one.
    ApiKey,
    /// Bearer token, JWT.
    Token,
    /// BitLocker or FileVault recovery key.
    RecoveryKey,
    /// One-time or verification code, temporary access pass.
    OneTimeCode,
    /// Match of a rule of the account.
    Custom,
    /// UNC path (optional).
    UncPath,
    /// GUID (optional).
    Guid,
    /// Payment card number.
    Card,
    /// E-mail address.
    Email,
    /// IPv4 or IPv6 address.
    IpAddress,
    /// MAC address.
    MacAddress,
    /// Telephone number.
    Phone,
    /// Host name, qualified or not (optional).
    Hostname,
}

impl Kind {
    /// All kinds, by priority.
    pub const ALL: [Self; 18] = [
        Self::Secret,
        Self::Marked,
        Self::PrivateKey,
        Self::ConnectionString,
        Self::Password,
        Self::ApiKey,
        Self::Token,
        Self::RecoveryKey,
        Self::OneTimeCode,
        Self::Custom,
        Self::UncPath,
        Self::Guid,
        Self::Card,
        Self::Email,
        Self::IpAddress,
        Self::MacAddress,
        Self::Phone,
        Self::Hostname,
    ];

    /// What stands in the note instead: `[password redacted]`.
    #[must_use]
    pub fn token(self) -> &'static str {
        match self {
            Self::Secret => "[secret redacted]",
            Self::Marked => "[text redacted]",
            Self::PrivateKey => "[private key redacted]",
            Self::ConnectionString => "[connection string redacted]",
            Self::Password => "[password redacted]",
            Self::ApiKey => "[API key redacted]",
            Self::Token => "[token redacted]",
            Self::RecoveryKey => "[recovery key redacted]",
            Self::OneTimeCode => "[one-time code redacted]",
            Self::Custom => "[custom rule redacted]",
            Self::UncPath => "[network path redacted]",
            Self::Guid => "[GUID redacted]",
            Self::Card => "[card number redacted]",
            Self::Email => "[email redacted]",
            Self::IpAddress => "[IP address redacted]",
            Self::MacAddress => "[MAC address redacted]",
            Self::Phone => "[phone number redacted]",
            Self::Hostname => "[host name redacted]",
        }
    }

    /// The kind's name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Marked => "marked",
            Self::PrivateKey => "private_key",
            Self::ConnectionString => "connection_string",
            Self::Password => "password",
            Self::ApiKey => "api_key",
            Self::Token => "token",
            Self::RecoveryKey => "recovery_key",
            Self::OneTimeCode => "one_time_code",
            Self::Custom => "custom",
            Self::UncPath => "unc_path",
            Self::Guid => "guid",
            Self::Card => "card",
            Self::Email => "email",
            Self::IpAddress => "ip_address",
            Self::MacAddress => "mac_address",
            Self::Phone => "phone",
            Self::Hostname => "hostname",
        }
    }

    /// Whether an engineer may decide to show it: what was declared or marked to be masked stays masked.
    #[must_use]
    pub fn may_be_kept(self) -> bool {
        !matches!(self, Self::Secret | Self::Marked)
    }

    /// The token's words before "redacted".
    pub(super) fn label(self) -> &'static str {
        let token = self.token();
        &token[1..token.len() - " redacted]".len()]
    }

    /// Singular and plural, for the footer.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Secret => ("secret value", "secret values"),
            Self::Marked => ("marked text", "marked texts"),
            Self::PrivateKey => ("private key", "private keys"),
            Self::ConnectionString => ("connection string", "connection strings"),
            Self::Password => ("password", "passwords"),
            Self::ApiKey => ("API key", "API keys"),
            Self::Token => ("token", "tokens"),
            Self::RecoveryKey => ("recovery key", "recovery keys"),
            Self::OneTimeCode => ("one-time code", "one-time codes"),
            Self::Custom => ("custom rule match", "custom rule matches"),
            Self::UncPath => ("network path", "network paths"),
            Self::Guid => ("GUID", "GUIDs"),
            Self::Card => ("card number", "card numbers"),
            Self::Email => ("e-mail address", "e-mail addresses"),
            Self::IpAddress => ("IP address", "IP addresses"),
            Self::MacAddress => ("MAC address", "MAC addresses"),
            Self::Phone => ("phone number", "phone numbers"),
            Self::Hostname => ("host name", "host names"),
        }
    }
}

/// How many of each kind were masked. Counts only: no piece of what was masked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RedactionSummary {
    /// All together.
    pub total: u32,
    /// By kind; kinds that did not occur are left out.
    pub counts: BTreeMap<Kind, u32>,
}

impl RedactionSummary {
    pub(crate) fn add(&mut self, kind: Kind, n: u32) {
        if n > 0 {
            self.total = self.total.saturating_add(n);
            let count = self.counts.entry(kind).or_default();
            *count = count.saturating_add(n);
        }
    }

    /// The note's last line ("Redacted: 1 password, 2 phone numbers."), or `None` when nothing was masked.
    #[must_use]
    pub fn footer(&self) -> Option<String> {
        if self.total == 0 {
            return None;
        }
        let part = |(kind, n): (&Kind, &u32)| {
            let (one, many) = kind.words();
            format!("{n} {}", if *n == 1 { one } else { many })
        };
        Some(format!("Redacted: {}.", self.counts.iter().map(part).collect::<Vec<_>>().join(", ")))
    }
}
