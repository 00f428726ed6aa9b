//! TLS before a simulated site: a listener that hands what it decrypts to the site and takes its answers back, byte by byte,
//! so that whatever the site does to a connection reaches the client.

use std::{
    io,
    net::{self, SocketAddr},
    sync::Arc,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivatePkcs8KeyDer},
};

/// A listener that speaks TLS, until it is dropped.
#[derive(Debug)]
pub struct Tls {
    address: SocketAddr,
    authority: String,
    /// Ends what it runs with it.
    _running: JoinSet<()>,
}

impl Tls {
    /// Listens at `address`, before what speaks plainly at `site`.
    ///
    /// # Errors
    /// When it cannot listen there.
    pub fn before(site: SocketAddr, address: SocketAddr) -> io::Result<Self> {
        let made = Made::now().map_err(io::Error::other)?;
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                let key = PrivatePkcs8KeyDer::from(made.key.serialize_der());
                config.with_no_client_auth().with_single_cert(vec![made.certificate.into()], key.into())
            })
            .map_err(io::Error::other)?;
        let listener = net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let address = listener.local_addr()?;
        let mut running = JoinSet::new();
        running.spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), site));
        Ok(Self { address, authority: pem(made.authority.der()), _running: running })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to enter as the site of a connection.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The authority to trust, as PEM. It has signed this one certificate, and its key is gone.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, site: SocketAddr) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A client that went away before it was met is none.
                let Ok((client, _)) = accepted else { continue };
                connections.spawn(carry(client, acceptor.clone(), site));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Ends when either side does; what they had to say to that, they have said.
async fn carry(client: TcpStream, acceptor: TlsAcceptor, site: SocketAddr) {
    let Ok(mut client) = acceptor.accept(client).await else { return };
    let Ok(mut site) = TcpStream::connect(site).await else { return };
    let _ = copy_bidirectional(&mut client, &mut site).await;
}

/// A certificate as a text.
fn pem(certificate: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(certificate);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// An authority, and a certificate of this machine that it has signed.
struct Made {
    authority: Certificate,
    certificate: Certificate,
    key: KeyPair,
}

impl Made {
    fn now() -> Result<Self, rcgen::Error> {
        let mut authority = CertificateParams::new(Vec::new())?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(DnType::CommonName, "ResolutionFlow simulator authority");
        let authority_key = KeyPair::generate()?;
        let signed = authority.self_signed(&authority_key)?;
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut leaf = CertificateParams::new(names)?;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        leaf.distinguished_name.push(DnType::CommonName, "localhost");
        let key = KeyPair::generate()?;
        let certificate = leaf.signed_by(&key, &Issuer::new(authority, authority_key))?;
        Ok(Self { authority: signed, certificate, key })
    }
}
