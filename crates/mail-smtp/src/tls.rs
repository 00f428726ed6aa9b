//! Whose certificate is believed, and what is wrong with one in words an operator can use.

use std::{error::Error, io};

use lettre::transport::smtp::{
    Error as SmtpFailure,
    client::{Certificate, Tls, TlsParameters},
};
use rustls::{CertificateError, Error as TlsFailure};
use url::Url;

use crate::SmtpError;

/// TLS as the address asks for it, trusting these authorities too.
pub(crate) fn trusting(url: &str, ca: &[u8]) -> Result<Tls, SmtpError> {
    let refused = |error: &dyn std::fmt::Display| SmtpError::Ca(error.to_string());
    // A text without any would be taken for a list of none, and trust nobody without a word.
    if !String::from_utf8_lossy(ca).contains("-----BEGIN CERTIFICATE-----") {
        return Err(refused(&"there is no certificate in it"));
    }
    // Was read before by the transport, which says what is wrong with it.
    let url = Url::parse(url).map_err(|_| SmtpError::Url("no address".into()))?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let certificate = Certificate::from_pem(ca).map_err(|error| refused(&error))?;
    let parameters = TlsParameters::builder(host.to_owned())
        .add_root_certificate(certificate)
        .build()
        .map_err(|error| refused(&error))?;
    let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    Ok(match (url.scheme(), asked.as_deref()) {
        ("smtps", _) => Tls::Wrapper(parameters),
        (_, Some("required")) => Tls::Required(parameters),
        (_, Some("opportunistic")) => Tls::Opportunistic(parameters),
        _ => Tls::None,
    })
}

/// What is wrong with the server's TLS, and what to do about it; `None` where it is something else.
pub(crate) fn diagnosis(error: &SmtpFailure) -> Option<String> {
    if error.is_client() {
        // The one thing a client stumbles over by itself before a mail is on its way.
        let told = error.source().map(ToString::to_string).unwrap_or_default();
        return told.contains("STARTTLS").then(|| {
            "the mail server does not offer TLS on this port (STARTTLS), and nothing is sent without: use smtps:// and \
             its port, or have TLS switched on there"
                .into()
        });
    }
    let TlsFailure::InvalidCertificate(fault) = tls_failure(error)? else { return None };
    let (what, help) = match fault {
        CertificateError::UnknownIssuer => (
            "is from an authority this machine does not trust",
            "if it is your own, set smtp_ca_file to its certificate",
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            ("is for another name than the one in smtp_url", "write the name the certificate is for")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("has expired", "it has to be renewed at the mail server")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("is not valid yet", "look at the clocks of both machines")
        }
        CertificateError::Revoked => ("was revoked", "it has to be renewed at the mail server"),
        _ => ("is not valid", "have it looked at, at the mail server"),
    };
    Some(format!("the certificate of the mail server {what}: {help} ({fault})"))
}

/// The failure of TLS inside that error.
fn tls_failure(error: &SmtpFailure) -> Option<&TlsFailure> {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref::<TlsFailure>() {
            return Some(found);
        }
        // An error of input and output does not name what it is made of as its source.
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = inner.and_then(|inner| inner.downcast_ref::<TlsFailure>()) {
            return Some(found);
        }
        next = cause.source();
    }
    None
}
