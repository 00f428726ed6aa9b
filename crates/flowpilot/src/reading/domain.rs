//! What a ticket is about.

use serde::{Deserialize, Serialize};

use super::{Signature, meaning_of};

/// The part of IT a problem lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Domain {
    /// Accounts, groups and policies on premises.
    ActiveDirectory,
    /// Cables, addresses, names, VPN, firewalls.
    Networking,
    /// Microsoft 365: mail, Teams, OneDrive, sign-in.
    M365,
    /// Devices and what is built into them.
    Hardware,
    /// Windows on a workstation.
    Windows,
    /// Servers, their storage and updates.
    Servers,
    /// Printers and scanners.
    Printing,
    /// Shares, drives and rights on files.
    FileServices,
    /// Backup and restore.
    Backup,
    /// Attacks, suspicious mail, certificates.
    Security,
    /// Remote desktop.
    RemoteAccess,
    /// Nothing in it tells.
    Unknown,
}

impl Domain {
    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ActiveDirectory => "active_directory",
            Self::Networking => "networking",
            Self::M365 => "m365",
            Self::Hardware => "hardware",
            Self::Windows => "windows",
            Self::Servers => "servers",
            Self::Printing => "printing",
            Self::FileServices => "file_services",
            Self::Backup => "backup",
            Self::Security => "security",
            Self::RemoteAccess => "remote_access",
            Self::Unknown => "unknown",
        }
    }
}

/// Beginnings of words that tell, each with how much.
const TELLING: &[(Domain, &[(&str, u32)])] = &[
    (
        Domain::ActiveDirectory,
        &[
            ("active directory", 5),
            ("lockout", 4),
            ("locked out", 4),
            ("lockedout", 3),
            ("domain controller", 4),
            ("group policy", 4),
            ("gpo", 4),
            ("gpupdate", 4),
            ("kerberos", 3),
            ("ldap", 3),
            ("unlock", 2),
            ("password expired", 2),
            ("sysvol", 4),
            ("ou=", 3),
        ],
    ),
    (
        Domain::Networking,
        &[
            ("internet", 3),
            ("wifi", 3),
            ("wi-fi", 3),
            ("wlan", 3),
            ("dns", 4),
            ("dhcp", 4),
            ("vpn", 4),
            ("switch port", 3),
            ("firewall", 3),
            ("router", 3),
            ("ethernet", 3),
            ("lan cable", 3),
            ("network", 2),
            ("169.254", 4),
            ("nslookup", 4),
            ("ip address", 3),
            ("forticlient", 3),
            ("anyconnect", 3),
            ("gateway", 1),
        ],
    ),
    (
        Domain::M365,
        &[
            ("outlook", 4),
            ("teams", 4),
            ("onedrive", 4),
            ("sharepoint", 4),
            ("exchange", 3),
            ("mailbox", 4),
            ("office 365", 4),
            ("o365", 4),
            ("m365", 4),
            ("microsoft 365", 4),
            ("mfa", 3),
            ("authenticator", 4),
            ("email", 1),
            ("e-mail", 1),
            ("calendar", 2),
            ("licen", 1),
            ("entra", 4),
            ("azure ad", 4),
            ("conditional access", 4),
        ],
    ),
    (
        Domain::Hardware,
        &[
            ("keyboard", 4),
            ("mouse", 3),
            ("monitor", 2),
            ("screen flicker", 4),
            ("dock", 4),
            ("battery", 4),
            ("charger", 4),
            ("charging", 3),
            ("fan ", 3),
            ("overheat", 4),
            ("webcam", 3),
            ("hinge", 4),
            ("usb", 2),
            ("cracked", 3),
            ("beep", 3),
            ("spilled", 4),
            ("spilt", 4),
            ("won't turn on", 4),
            ("power supply", 4),
        ],
    ),
    (
        Domain::Windows,
        &[
            ("blue screen", 5),
            ("bluescreen", 5),
            ("bsod", 5),
            ("slow", 2),
            ("freez", 2),
            ("windows update", 3),
            ("task manager", 2),
            ("startup", 1),
            ("start menu", 3),
            ("c drive", 2),
            ("c: drive", 2),
            ("disk full", 2),
            ("crash", 1),
            ("laptop", 1),
            ("bitlocker", 3),
        ],
    ),
    (
        Domain::Servers,
        &[
            ("server", 2),
            ("hyper-v", 4),
            ("vmware", 4),
            ("esxi", 4),
            ("sql", 3),
            ("iis", 3),
            ("srv", 2),
            ("raid", 3),
            ("wsus", 4),
            ("patch", 2),
            ("datastore", 4),
        ],
    ),
    (
        Domain::Printing,
        &[("print", 4), ("spooler", 4), ("toner", 4), ("scanner", 3), ("scan to", 3), ("paper jam", 4)],
    ),
    (
        Domain::FileServices,
        &[
            ("shared folder", 5),
            ("share", 1),
            ("mapped", 4),
            ("drive letter", 4),
            ("network drive", 5),
            ("access denied", 2),
            ("permission", 2),
            ("ntfs", 4),
            ("s: drive", 4),
            ("file server", 4),
            ("h: drive", 4),
        ],
    ),
    (Domain::Backup, &[("backup", 5), ("veeam", 5), ("restore", 3), ("vss", 3), ("tape", 2), ("datto", 3)]),
    (
        Domain::Security,
        &[
            ("phish", 5),
            ("suspicious", 4),
            ("ransom", 6),
            ("encrypted", 3),
            ("virus", 4),
            ("malware", 5),
            ("hacked", 4),
            ("spam", 3),
            ("certificate", 3),
            ("ssl", 3),
            ("tls", 3),
            ("scam", 4),
            ("not secure", 3),
        ],
    ),
    (
        Domain::RemoteAccess,
        &[
            ("rdp", 5),
            ("remote desktop", 5),
            ("terminal server", 5),
            ("rds", 4),
            ("mstsc", 5),
            ("citrix", 4),
            ("teamviewer", 3),
        ],
    ),
];

/// The domain most words and signatures tell of; the first of the list when two are equal.
pub(super) fn guess(text: &str, signatures: &[Signature]) -> Domain {
    let text = text.to_lowercase();
    let starts_word = |at: usize| !text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
    let mut best = (0, Domain::Unknown);
    for (domain, words) in TELLING {
        let told = |(word, points): &(&str, u32)| {
            text.match_indices(word).any(|(at, _)| starts_word(at)).then_some(*points)
        };
        let said: u32 = words.iter().filter_map(told).sum();
        let known = signatures.iter().filter_map(|s| meaning_of(s.kind, &s.code));
        let signed = u32::try_from(known.filter(|m| m.domain == *domain).count()).unwrap_or(u32::MAX);
        let points = said.saturating_add(signed.saturating_mul(4));
        if points > best.0 {
            best = (points, *domain);
        }
    }
    best.1
}
