//! What known error signatures mean.

use super::{Domain, SignatureKind};

/// A known error signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Its sort.
    pub kind: SignatureKind,
    /// Its spelling.
    pub code: &'static str,
    /// What it means, in words an engineer can act on.
    pub meaning: &'static str,
    /// Where the fault is looked for first.
    pub domain: Domain,
}

/// The known signature with that spelling.
#[must_use]
pub fn meaning_of(kind: SignatureKind, code: &str) -> Option<&'static Meaning> {
    MEANINGS.iter().find(|meaning| meaning.kind == kind && meaning.code == code)
}

/// The known stop code a spelled text begins with, the longest.
pub(super) fn longest_stop_code(spelled: &str) -> Option<&'static Meaning> {
    MEANINGS
        .iter()
        .filter(|meaning| meaning.kind == SignatureKind::StopCode && spelled.starts_with(meaning.code))
        .max_by_key(|meaning| meaning.code.len())
}

/// The known stop code with that number, in hexadecimal without leading zeros.
pub(super) fn stop_number(hex: &str) -> Option<&'static Meaning> {
    let (_, name) = STOP_NUMBERS.iter().find(|(number, _)| *number == hex)?;
    meaning_of(SignatureKind::StopCode, name)
}

const STOP_NUMBERS: &[(&str, &str)] = &[
    ("a", "IRQL_NOT_LESS_OR_EQUAL"),
    ("d1", "DRIVER_IRQL_NOT_LESS_OR_EQUAL"),
    ("1a", "MEMORY_MANAGEMENT"),
    ("1e", "KMODE_EXCEPTION_NOT_HANDLED"),
    ("24", "NTFS_FILE_SYSTEM"),
    ("3b", "SYSTEM_SERVICE_EXCEPTION"),
    ("50", "PAGE_FAULT_IN_NONPAGED_AREA"),
    ("7a", "KERNEL_DATA_INPAGE_ERROR"),
    ("7b", "INACCESSIBLE_BOOT_DEVICE"),
    ("7e", "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED"),
    ("9f", "DRIVER_POWER_STATE_FAILURE"),
    ("116", "VIDEO_TDR_FAILURE"),
    ("124", "WHEA_UNCORRECTABLE_ERROR"),
    ("133", "DPC_WATCHDOG_VIOLATION"),
    ("139", "KERNEL_SECURITY_CHECK_FAILURE"),
    ("154", "UNEXPECTED_STORE_EXCEPTION"),
    ("ef", "CRITICAL_PROCESS_DIED"),
];

const fn known(kind: SignatureKind, code: &'static str, domain: Domain, meaning: &'static str) -> Meaning {
    Meaning { kind, code, meaning, domain }
}

use Domain as D;
use SignatureKind::{Aadsts, Hresult, HttpStatus, SmtpStatus, StopCode, WindowsError, WindowsEvent};

/// Every known signature.
#[rustfmt::skip]
pub const MEANINGS: &[Meaning] = &[
    known(WindowsEvent, "41", D::Windows, "Kernel-Power: the computer restarted without shutting down cleanly"),
    known(WindowsEvent, "1001", D::Windows, "Windows Error Reporting: a report of a crash or blue screen (bugcheck)"),
    known(WindowsEvent, "1014", D::Networking, "DNS client: name resolution timed out, no configured DNS server answered"),
    known(WindowsEvent, "1020", D::Networking, "DHCP server: a scope is nearly full"),
    known(WindowsEvent, "1063", D::Networking, "DHCP server: no addresses are left to lease in a scope"),
    known(WindowsEvent, "1058", D::ActiveDirectory, "Group Policy: a policy file (gpt.ini) could not be read from a domain controller"),
    known(WindowsEvent, "2013", D::Servers, "Disk: a volume is at or near its capacity"),
    known(WindowsEvent, "4624", D::ActiveDirectory, "An account signed in successfully"),
    known(WindowsEvent, "4625", D::ActiveDirectory, "An account failed to sign in"),
    known(WindowsEvent, "4720", D::ActiveDirectory, "A user account was created"),
    known(WindowsEvent, "4740", D::ActiveDirectory, "A user account was locked out"),
    known(WindowsEvent, "4767", D::ActiveDirectory, "A user account was unlocked"),
    known(WindowsEvent, "4768", D::ActiveDirectory, "A Kerberos ticket-granting ticket (TGT) was requested"),
    known(WindowsEvent, "4771", D::ActiveDirectory, "Kerberos pre-authentication failed, mostly for a wrong password"),
    known(WindowsEvent, "4776", D::ActiveDirectory, "A computer tried to validate credentials over NTLM"),
    known(WindowsEvent, "6008", D::Windows, "The previous system shutdown was unexpected"),
    known(WindowsEvent, "7031", D::Servers, "A service terminated unexpectedly"),
    known(WindowsEvent, "7034", D::Servers, "A service terminated unexpectedly"),
    known(WindowsEvent, "12289", D::Backup, "Volume Shadow Copy (VSS) error: unexpected error during backup"),
    known(WindowsEvent, "8193", D::Backup, "Volume Shadow Copy (VSS) error: a routine failed unexpectedly during backup"),
    known(WindowsEvent, "1102", D::Security, "The audit log was cleared"),

    known(Hresult, "0x80004005", D::Windows, "Unspecified error (E_FAIL)"),
    known(Hresult, "0x80070002", D::Windows, "The system cannot find the file"),
    known(Hresult, "0x80070005", D::Windows, "Access is denied: a permission is missing"),
    known(Hresult, "0x80070035", D::FileServices, "The network path was not found: the share or file server is not reachable"),
    known(Hresult, "0x80070043", D::FileServices, "The network name cannot be found: no such share"),
    known(Hresult, "0x80070057", D::Windows, "A parameter is incorrect"),
    known(Hresult, "0x80070070", D::Windows, "There is not enough space on the disk"),
    known(Hresult, "0x8007000e", D::Windows, "Not enough memory"),
    known(Hresult, "0x8007052e", D::ActiveDirectory, "The user name or password is incorrect"),
    known(Hresult, "0x80070775", D::ActiveDirectory, "The account is locked out"),
    known(Hresult, "0x8007267c", D::Networking, "No DNS servers are configured for the local system"),
    known(Hresult, "0x80072ee2", D::Networking, "The operation timed out: the server could not be reached"),
    known(Hresult, "0x80072ee7", D::Networking, "The server name could not be resolved (DNS)"),
    known(Hresult, "0x80072f8f", D::Security, "A security error: a certificate is invalid, or the clock is wrong"),
    known(Hresult, "0x800b0101", D::Security, "A certificate has expired or is not yet valid"),
    known(Hresult, "0x800b0109", D::Security, "A certificate chain ends in a root certificate that is not trusted"),
    known(Hresult, "0x80090308", D::Security, "The TLS token is invalid (SEC_E_INVALID_TOKEN)"),
    known(Hresult, "0x80090322", D::ActiveDirectory, "The target principal name is incorrect: Kerberos and the name do not fit"),
    known(Hresult, "0x80042306", D::Backup, "VSS: the shadow copy provider had an error"),
    known(Hresult, "0x80042316", D::Backup, "VSS: another shadow copy creation is already in progress"),
    known(Hresult, "0x800423f4", D::Backup, "VSS: a writer experienced a non-transient error; the backup could not be consistent"),
    known(Hresult, "0x8004010f", D::M365, "Outlook: an object or data file could not be found (MAPI_E_NOT_FOUND)"),
    known(Hresult, "0x80240034", D::Windows, "Windows Update: the update failed to download"),
    known(Hresult, "0x800f0922", D::Windows, "Windows Update: installation failed, often for lack of space in the system reserved partition"),
    known(Hresult, "0xc0000005", D::Windows, "Access violation: a program crashed"),
    known(Hresult, "0xc000006a", D::ActiveDirectory, "The account exists, the password is wrong"),
    known(Hresult, "0xc000006d", D::ActiveDirectory, "Sign-in failure: bad user name or password"),
    known(Hresult, "0xc0000064", D::ActiveDirectory, "The user name does not exist"),
    known(Hresult, "0xc0000071", D::ActiveDirectory, "The password of the account has expired"),
    known(Hresult, "0xc0000072", D::ActiveDirectory, "The account is disabled"),
    known(Hresult, "0xc0000234", D::ActiveDirectory, "The account is locked out"),

    known(StopCode, "IRQL_NOT_LESS_OR_EQUAL", D::Windows, "Blue screen: a driver or the kernel used memory it may not, mostly a driver fault"),
    known(StopCode, "DRIVER_IRQL_NOT_LESS_OR_EQUAL", D::Windows, "Blue screen: a driver used memory it may not"),
    known(StopCode, "MEMORY_MANAGEMENT", D::Hardware, "Blue screen: a severe memory management error, often faulty memory"),
    known(StopCode, "KMODE_EXCEPTION_NOT_HANDLED", D::Windows, "Blue screen: a kernel-mode program raised an error nobody handled"),
    known(StopCode, "NTFS_FILE_SYSTEM", D::Hardware, "Blue screen: the NTFS driver failed, often a damaged disk or file system"),
    known(StopCode, "SYSTEM_SERVICE_EXCEPTION", D::Windows, "Blue screen: an error in a system service, mostly a driver"),
    known(StopCode, "PAGE_FAULT_IN_NONPAGED_AREA", D::Windows, "Blue screen: invalid memory was referenced; driver, memory or security software"),
    known(StopCode, "KERNEL_DATA_INPAGE_ERROR", D::Hardware, "Blue screen: kernel data could not be read from the page file, often the disk"),
    known(StopCode, "INACCESSIBLE_BOOT_DEVICE", D::Windows, "Blue screen: Windows lost access to the system disk while starting"),
    known(StopCode, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED", D::Windows, "Blue screen: a system thread raised an error nobody handled, mostly a driver"),
    known(StopCode, "DRIVER_POWER_STATE_FAILURE", D::Windows, "Blue screen: a driver is in an inconsistent power state"),
    known(StopCode, "VIDEO_TDR_FAILURE", D::Hardware, "Blue screen: the display driver did not answer in time"),
    known(StopCode, "WHEA_UNCORRECTABLE_ERROR", D::Hardware, "Blue screen: a hardware error that could not be corrected"),
    known(StopCode, "DPC_WATCHDOG_VIOLATION", D::Windows, "Blue screen: a deferred procedure call ran too long, mostly a driver or firmware"),
    known(StopCode, "KERNEL_SECURITY_CHECK_FAILURE", D::Windows, "Blue screen: the kernel found corrupted data"),
    known(StopCode, "UNEXPECTED_STORE_EXCEPTION", D::Hardware, "Blue screen: the store component failed, often the disk"),
    known(StopCode, "CRITICAL_PROCESS_DIED", D::Windows, "Blue screen: a process Windows cannot run without ended"),

    known(Aadsts, "AADSTS50034", D::M365, "Entra sign-in: the user account does not exist in the directory"),
    known(Aadsts, "AADSTS50053", D::M365, "Entra sign-in: the account is locked after too many tries, or the address is blocked"),
    known(Aadsts, "AADSTS50055", D::M365, "Entra sign-in: the password has expired"),
    known(Aadsts, "AADSTS50057", D::M365, "Entra sign-in: the account is disabled"),
    known(Aadsts, "AADSTS50058", D::M365, "Entra sign-in: silent sign-in without a signed-in user; the sign-in session was not found"),
    known(Aadsts, "AADSTS50072", D::M365, "Entra sign-in: the user has to enrol for MFA"),
    known(Aadsts, "AADSTS50074", D::M365, "Entra sign-in: MFA is required and was not passed"),
    known(Aadsts, "AADSTS50076", D::M365, "Entra sign-in: MFA is required by a change of configuration or place"),
    known(Aadsts, "AADSTS50079", D::M365, "Entra sign-in: the user has to enrol for MFA"),
    known(Aadsts, "AADSTS50105", D::M365, "Entra sign-in: the user is not assigned to the application"),
    known(Aadsts, "AADSTS50126", D::M365, "Entra sign-in: invalid user name or password"),
    known(Aadsts, "AADSTS53000", D::M365, "Entra sign-in: Conditional Access requires a compliant device"),
    known(Aadsts, "AADSTS53003", D::M365, "Entra sign-in: blocked by Conditional Access"),
    known(Aadsts, "AADSTS65001", D::M365, "Entra sign-in: the application has no consent"),
    known(Aadsts, "AADSTS700016", D::M365, "Entra sign-in: the application was not found in the directory"),
    known(Aadsts, "AADSTS90072", D::M365, "Entra sign-in: the external account has to be added as a guest first"),

    known(SmtpStatus, "4.2.2", D::M365, "Mail: the mailbox is full; the sender tries again"),
    known(SmtpStatus, "4.4.1", D::M365, "Mail: the receiving server does not answer; the sender tries again"),
    known(SmtpStatus, "4.4.7", D::M365, "Mail: delivery timed out, the message expired in the queue"),
    known(SmtpStatus, "4.7.0", D::M365, "Mail: a temporary refusal for security or policy reasons"),
    known(SmtpStatus, "5.1.1", D::M365, "Mail: the recipient address does not exist"),
    known(SmtpStatus, "5.1.10", D::M365, "Mail: the recipient was not found"),
    known(SmtpStatus, "5.2.2", D::M365, "Mail: the recipient's mailbox is full"),
    known(SmtpStatus, "5.3.4", D::M365, "Mail: the message is too big"),
    known(SmtpStatus, "5.4.1", D::M365, "Mail: the receiving system refused the recipient address"),
    known(SmtpStatus, "5.4.6", D::M365, "Mail: a routing loop was detected"),
    known(SmtpStatus, "5.7.1", D::M365, "Mail: not permitted to send to this recipient, or refused by policy"),
    known(SmtpStatus, "5.7.60", D::M365, "Mail: the client has no permission to send as this sender"),
    known(SmtpStatus, "5.7.124", D::M365, "Mail: the sender is not among those allowed to write to this group"),

    known(HttpStatus, "400", D::Networking, "HTTP: bad request"),
    known(HttpStatus, "401", D::Networking, "HTTP: not authenticated"),
    known(HttpStatus, "403", D::Networking, "HTTP: forbidden"),
    known(HttpStatus, "404", D::Networking, "HTTP: not found"),
    known(HttpStatus, "407", D::Networking, "HTTP: the proxy wants authentication"),
    known(HttpStatus, "408", D::Networking, "HTTP: the request took too long"),
    known(HttpStatus, "429", D::Networking, "HTTP: too many requests"),
    known(HttpStatus, "500", D::Servers, "HTTP: the server failed"),
    known(HttpStatus, "502", D::Servers, "HTTP: a gateway got a bad answer from the server behind it"),
    known(HttpStatus, "503", D::Servers, "HTTP: the service is unavailable"),
    known(HttpStatus, "504", D::Servers, "HTTP: the server behind a gateway did not answer in time"),

    known(WindowsError, "0x11b", D::Printing, "Printer connection refused: print server and client disagree on RPC authentication"),
    known(WindowsError, "0x709", D::Printing, "The printer name is invalid or the printer could not be connected"),
    known(WindowsError, "0x204", D::RemoteAccess, "Remote Desktop: the remote PC could not be reached"),
    known(WindowsError, "0x904", D::RemoteAccess, "Remote Desktop: the connection broke, mostly the network or the certificate"),
    known(WindowsError, "53", D::FileServices, "The network path was not found"),
    known(WindowsError, "67", D::FileServices, "The network name cannot be found: no such share"),
    known(WindowsError, "112", D::Windows, "There is not enough space on the disk"),
    known(WindowsError, "1219", D::FileServices, "Several connections to one server with different user names are not allowed"),
    known(WindowsError, "1326", D::ActiveDirectory, "The user name or password is incorrect"),
    known(WindowsError, "1909", D::ActiveDirectory, "The account is locked out"),
    known(WindowsError, "619", D::Networking, "VPN: a connection to the remote computer could not be established"),
    known(WindowsError, "691", D::Networking, "VPN: user name, password or authentication protocol was refused"),
    known(WindowsError, "720", D::Networking, "VPN: the PPP control protocols could not be agreed on"),
    known(WindowsError, "789", D::Networking, "VPN: the L2TP security negotiation failed"),
    known(WindowsError, "800", D::Networking, "VPN: the tunnels failed, the VPN server may be unreachable"),
    known(WindowsError, "809", D::Networking, "VPN: the server does not answer; a firewall or NAT on the way blocks the tunnel"),
    known(WindowsError, "812", D::Networking, "VPN: refused by a policy of the RAS or NPS server"),
    known(WindowsError, "868", D::Networking, "VPN: the name of the VPN server could not be resolved"),
    known(WindowsError, "13801", D::Networking, "VPN: the IKE credentials are unacceptable, mostly a certificate"),
];
