//! The flows that ship with the product.

/// A flow that ships with the product, as a flow file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StarterFlow {
    /// Its stable name, also of its file.
    pub slug: &'static str,
    /// The flow file.
    pub yaml: &'static str,
}

macro_rules! starter_flows {
    ($($slug:literal),+ $(,)?) => {
        vec![$(StarterFlow {
            slug: $slug,
            yaml: include_str!(concat!("../starter/", $slug, ".flow.yaml")),
        }),+]
    };
}

/// The starter flows, in the order they are offered.
#[must_use]
pub fn starter_flows() -> Vec<StarterFlow> {
    starter_flows![
        "outlook-not-syncing",
        "m365-sign-in-mfa-loop",
        "shared-mailbox-missing",
        "teams-audio",
        "onedrive-sync",
        "ad-account-lockout",
        "no-internet-one-desk",
        "no-internet-whole-site",
        "dns-resolution-failing",
        "dhcp-scope-exhausted",
        "vpn-will-not-connect",
        "rdp-fails",
        "slow-pc",
        "disk-full",
        "blue-screen",
        "printer-offline",
        "mapped-drive-missing",
        "file-share-permission",
        "server-disk-alert",
        "backup-job-failed",
        "ssl-certificate-expiry",
        "phishing-report-triage",
        "ransomware-first-hour",
        "new-user-onboarding",
        "user-offboarding",
        "workstation-deployment",
        "monthly-patching",
        "backup-restore-test",
        "firewall-firmware-update",
    ]
}

#[cfg(test)]
mod tests;
