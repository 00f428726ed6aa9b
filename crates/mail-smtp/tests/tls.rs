//! TLS to a real mail server, aiosmtpd in a process of its own: from the first byte and by STARTTLS, with a certificate
//! that is checked.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Command, Stdio},
};

use rf_mail_smtp::{SmtpError, SmtpMailer};
use rf_notifications::{MailError, Mailer, OutgoingMail, Rendered};
use serde_json::Value;

/// Makes an authority with three certificates, and serves each with TLS from the first byte and by STARTTLS; beside them
/// one port that knows no TLS. Says what it took, a line of JSON at a time.
const SERVER: &str = r#"
import asyncio, datetime, ipaddress, json, ssl, sys, tempfile
from aiosmtpd.smtp import SMTP
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

folder = tempfile.mkdtemp()
now = datetime.datetime.now(datetime.timezone.utc)
day = datetime.timedelta(days=1)
name = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
authority_key = ec.generate_private_key(ec.SECP256R1())
usage = lambda signs: x509.KeyUsage(not signs, False, False, False, False, signs, signs, False, False)

def certificate(subject, key, days, names, is_authority):
    builder = (x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name('Desk authority'))
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - 10 * day).not_valid_after(now + days * day)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage(is_authority), critical=True))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(authority_key, hashes.SHA256())

pem = serialization.Encoding.PEM

def context(label, days, names):
    key = ec.generate_private_key(ec.SECP256R1())
    path = f'{folder}/{label}.pem'
    with open(path, 'wb') as file:
        file.write(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        file.write(certificate(label, key, days, names, False).public_bytes(pem))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(path)
    return made

here = [x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]
contexts = {
    'good': context('good', 30, here),
    'elsewhere': context('elsewhere', 30, [x509.DNSName('mail.elsewhere.example')]),
    'expired': context('expired', -1, here),
}

class Handler:
    def __init__(self, label):
        self.label = label
    async def handle_DATA(self, server, session, envelope):
        told = {'at': self.label, 'tls': session.ssl is not None or self.label.endswith('implicit'), 'to': envelope.rcpt_tos}
        print(json.dumps(told), flush=True)
        return '250 2.0.0 taken'

async def main():
    loop = asyncio.get_running_loop()
    ports = {}
    async def serve(label, make, tls=None):
        server = await loop.create_server(make, '127.0.0.1', 0, ssl=tls)
        ports[label] = server.sockets[0].getsockname()[1]
    for label, made in contexts.items():
        await serve(f'{label} implicit', lambda label=label: SMTP(Handler(f'{label} implicit'), hostname='mail.example'), made)
        await serve(f'{label} starttls', lambda label=label, made=made:
            SMTP(Handler(f'{label} starttls'), hostname='mail.example', tls_context=made, require_starttls=True))
    await serve('plain', lambda: SMTP(Handler('plain'), hostname='mail.example'))
    authority = certificate('Desk authority', authority_key, 30, [], True)
    print(json.dumps({'ports': ports, 'authority': authority.public_bytes(pem).decode()}), flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()

asyncio.run(main())
"#;

/// Ends with its standard input.
struct Server {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    ports: Value,
    authority: String,
}

impl Server {
    fn start() -> Self {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let found = Command::new(format!("{root}/scripts/lib/python"))
            .args(["aiosmtpd==1.4.6", "cryptography==50.0.2"])
            .output()
            .unwrap();
        assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
        let python = String::from_utf8(found.stdout).unwrap();
        let mut child = Command::new(python.trim())
            .args(["-c", SERVER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let authority = told["authority"].as_str().unwrap().to_owned();
        Self { child, lines, ports: told["ports"].clone(), authority }
    }

    /// Sends to that port, trusting the server's authority or not.
    async fn send(&self, label: &str, host: &str, trusts: bool) -> Result<String, MailError> {
        let port = &self.ports[label];
        let url = match label.ends_with("implicit") {
            true => format!("smtps://{host}:{port}"),
            false => format!("smtp://{host}:{port}?tls=required"),
        };
        let ca = trusts.then_some(self.authority.as_bytes());
        let mailer = SmtpMailer::new(&url.into(), "ResolutionFlow <rf@desk.example>", ca).unwrap();
        let words = Rendered { subject: "Hello".into(), text: "Hello\n".into(), html: "<p>Hello</p>".into() };
        let id = "0190aaaa-0000-7000-8000-000000000001".parse().unwrap();
        // To where it was meant to go, so that a mail that got through anyway is known.
        let to = format!("{}@north.example", label.replace(' ', "-"));
        mailer.send(&OutgoingMail { id, to, words }).await
    }

    /// What the server took next.
    fn took(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        self.child.wait().ok();
    }
}

#[tokio::test]
async fn mails_go_out_encrypted_to_a_server_whose_certificate_holds_and_to_no_other() {
    let mut server = Server::start();
    let (unknown, elsewhere, expired) = ("does not trust", "another name", "has expired");
    let refused = [
        ("good implicit", false, unknown),
        ("good starttls", false, unknown),
        ("elsewhere implicit", true, elsewhere),
        ("elsewhere starttls", true, elsewhere),
        ("expired implicit", true, expired),
        ("expired starttls", true, expired),
        // One that would take the mail in the open is not given it.
        ("plain", true, "does not offer TLS"),
    ];
    for (label, trusts, words) in refused {
        let error = server.send(label, "127.0.0.1", trusts).await.unwrap_err();
        let MailError::Later(text) = &error else { panic!("{label}: {error:?}") };
        assert!(text.contains(words), "{label}: {text}");
        println!("{label}: {text}");
    }
    for label in ["good implicit", "good starttls"] {
        let answer = server.send(label, "127.0.0.1", true).await.unwrap();
        assert!(answer.contains("taken"), "{answer}");
        // The first it has heard of: nothing that was refused got through before.
        let took = server.took();
        let to = format!("{}@north.example", label.replace(' ', "-"));
        assert_eq!((&took["at"], &took["tls"], &took["to"][0]), (&label.into(), &true.into(), &to.into()));
    }
}

#[tokio::test]
async fn an_authority_that_is_none_is_refused_at_the_start() {
    let new = |ca: &[u8]| SmtpMailer::new(&"smtps://desk.example".into(), "rf@desk.example", Some(ca));
    for nonsense in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "hello"] {
        let refused = new(nonsense.as_bytes()).err();
        assert!(matches!(refused, Some(SmtpError::Ca(_))), "{nonsense:?}: {refused:?}");
    }
}
