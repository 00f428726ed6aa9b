//! Mails over SMTP with TLS.
#![warn(missing_docs)]

mod tls;

use std::time::Duration;

use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{PoolConfig, response::Response},
};
use rf_notifications::{MailError, Mailer, OutgoingMail};
use secrecy::{ExposeSecret, SecretString};

/// How long a server may take for one command.
const COMMAND_SECONDS: u64 = 20;
/// How long a whole mail may take.
const MAIL_SECONDS: u64 = 60;
/// How many connections are kept.
const CONNECTIONS: u32 = 4;

/// Why mails cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// The sender's address.
    #[error("mail_from is no address: {0}")]
    From(String),
    /// The server's address. Never repeats it: it may hold a password.
    #[error(
        "smtp_url is not usable ({0}); it looks like smtps://user:password@mail.example:465 or \
         smtp://user:password@mail.example:587?tls=required"
    )]
    Url(String),
    /// The certificate to trust.
    #[error("smtp_ca_file is not usable ({0}); it holds a certificate in PEM")]
    Ca(String),
}

/// Sends over one server.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpMailer").field("from", &self.from).finish_non_exhaustive()
    }
}

impl SmtpMailer {
    /// Over the server at `url`, as `from` (`name <address>` or an address alone). Connects when there is a mail.
    /// Certificates are checked against the authorities the machine trusts and, where given, those in `ca` (PEM).
    ///
    /// # Errors
    /// [`SmtpError`].
    pub fn new(url: &SecretString, from: &str, ca: Option<&[u8]>) -> Result<Self, SmtpError> {
        let from = from.parse().map_err(|error| SmtpError::From(format!("{error}")))?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|error| SmtpError::Url(error.to_string()))?;
        let builder = match ca {
            Some(ca) => builder.tls(tls::trusting(url.expose_secret(), ca)?),
            None => builder,
        };
        let transport = builder
            .timeout(Some(Duration::from_secs(COMMAND_SECONDS)))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS))
            .build();
        Ok(Self { transport, from })
    }

    fn message(&self, mail: &OutgoingMail) -> Result<Message, MailError> {
        let never =
            |error: &dyn std::fmt::Display| MailError::Never(format!("the mail cannot be written: {error}"));
        let to: Mailbox = mail.to.parse().map_err(|error| never(&error))?;
        Message::builder()
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .from(self.from.clone())
            .to(to)
            .subject(mail.words.subject.clone())
            .multipart(MultiPart::alternative_plain_html(mail.words.text.clone(), mail.words.html.clone()))
            .map_err(|error| never(&error))
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: &OutgoingMail) -> Result<String, MailError> {
        let message = self.message(mail)?;
        let sending = self.transport.send(message);
        match tokio::time::timeout(Duration::from_secs(MAIL_SECONDS), sending).await {
            Err(_) => Err(MailError::Later(format!("the mail server took longer than {MAIL_SECONDS} s"))),
            Ok(Ok(response)) => Ok(said(&response)),
            Ok(Err(error)) if error.is_permanent() => Err(MailError::Never(error.to_string())),
            Ok(Err(error)) => {
                Err(MailError::Later(tls::diagnosis(&error).unwrap_or_else(|| error.to_string())))
            }
        }
    }
}

fn said(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    format!("{} {}", response.code(), lines.join(" "))
}

#[cfg(test)]
mod tests {
    use rf_notifications::Rendered;

    use super::*;

    fn mail() -> OutgoingMail {
        let words =
            Rendered { subject: "Grüße".into(), text: "Hello\n".into(), html: "<p>Hello</p>".into() };
        OutgoingMail {
            id: "0190aaaa-0000-7000-8000-000000000001".parse().unwrap(),
            to: "eli@north.example".into(),
            words,
        }
    }

    #[tokio::test]
    async fn a_mail_sent_again_has_the_same_message_id() {
        let mailer =
            SmtpMailer::new(&"smtp://localhost:1".into(), "ResolutionFlow <rf@desk.example>", None).unwrap();
        for _ in 0..2 {
            let message = String::from_utf8(mailer.message(&mail()).unwrap().formatted()).unwrap();
            let id = "Message-ID: <0190aaaa-0000-7000-8000-000000000001@desk.example>\r\n";
            assert!(message.contains(id), "{message}");
            assert!(message.contains("text/plain") && message.contains("text/html"), "{message}");
        }
    }

    #[tokio::test]
    async fn what_cannot_be_used_is_refused_without_its_password() {
        let error =
            SmtpMailer::new(&"smtpx://eli:hunter2@desk.example".into(), "rf@desk.example", None).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert!(SmtpMailer::new(&"smtp://desk.example".into(), "nobody", None).is_err());
        let mailer = SmtpMailer::new(&"smtp://localhost:1".into(), "rf@desk.example", None).unwrap();
        let odd = OutgoingMail { to: "not an address".into(), ..mail() };
        assert!(matches!(mailer.send(&odd).await, Err(MailError::Never(_))));
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_tried_again() {
        let nobody_listens = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("smtp://127.0.0.1:{nobody_listens}");
        let mailer = SmtpMailer::new(&url.as_str().into(), "rf@desk.example", None).unwrap();
        assert!(matches!(mailer.send(&mail()).await, Err(MailError::Later(_))));
    }
}
