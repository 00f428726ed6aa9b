//! Sign-in with Google and Microsoft (AUTH-03, AUTH-04, promises L8 and L9) against a real OpenID provider in a process
//! of its own.

mod flow;
mod identities;
mod invites;
mod linking;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
};

use reqwest::{Method, redirect};
use rf_accounts::{IdentityProvider, OauthProvider};
use rf_oauth::{OpenIdProvider, OpenIdSettings};
use rf_test_support::PUBLIC_URL;
use rf_usecases::IdentityProviders;
use serde_json::{Value, json};
use url::Url;

use crate::support::{Answer, Client, Database, World};

/// Two directories of Microsoft, as the provider's process has them.
const NORTH: &str = "11111111-aaaa-4aaa-8aaa-111111111111";
const SOUTH: &str = "22222222-bbbb-4bbb-8bbb-222222222222";

/// The provider, until it is dropped.
struct Provider {
    base: String,
    child: Child,
}

impl Provider {
    fn start() -> Self {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let found =
            Command::new(format!("{root}/scripts/lib/node")).arg("oidc-provider@9.13.3").output().unwrap();
        assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
        let modules = String::from_utf8(found.stdout).unwrap();
        let mut child = Command::new("node")
            .arg(format!("{root}/scripts/lib/openid-provider.mjs"))
            .arg(modules.trim())
            .args(["google", "microsoft"].map(|name| format!("{PUBLIC_URL}/oauth/callback/{name}")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut base = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut base).unwrap();
        assert!(base.starts_with("http://127.0.0.1:"), "{base:?}");
        Self { base: base.trim().to_owned(), child }
    }

    /// Our side of it.
    fn clients(&self) -> IdentityProviders {
        let client = |provider: OauthProvider, path: &str| {
            let settings = OpenIdSettings {
                provider,
                client_id: "resolutionflow".into(),
                client_secret: "a secret of the provider".into(),
                issuer: format!("{}{path}", self.base),
                redirect_url: format!("{PUBLIC_URL}/oauth/callback/{}", provider.as_str()),
                deadline: OpenIdSettings::DEADLINE * 4,
            };
            Arc::new(OpenIdProvider::new(settings).unwrap()) as Arc<dyn IdentityProvider>
        };
        IdentityProviders::from([
            (OauthProvider::Google, client(OauthProvider::Google, "/google")),
            (OauthProvider::Microsoft, client(OauthProvider::Microsoft, "/common/v2.0")),
        ])
    }

    /// Exchanges its keys.
    async fn rotate(&self) {
        let asked = reqwest::Client::new().post(format!("{}/control/rotate", self.base)).send().await;
        assert!(asked.unwrap().status().is_success());
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // It ends with its standard input; waiting leaves nothing behind.
        drop(self.child.stdin.take());
        self.child.wait().ok();
    }
}

async fn world(database: Database) -> (World, Provider) {
    let provider = Provider::start();
    (World::with_identity_providers(database, provider.clients(), true).await, provider)
}

/// The same where nobody registers.
async fn closed_world(database: Database) -> (World, Provider) {
    let provider = Provider::start();
    (World::with_identity_providers(database, provider.clients(), false).await, provider)
}

/// A person's browser on its way to a provider and back.
#[derive(Clone, Debug)]
struct Way {
    provider: &'static str,
    authorization_url: String,
    cookie: String,
    code: String,
    state: String,
}

impl Way {
    /// To the provider's page, not yet signed in there.
    fn begun(provider: &'static str, answer: &Answer) -> Self {
        let authorization_url = answer.expect(200)["authorization_url"].as_str().unwrap().to_owned();
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { provider, authorization_url, cookie, code: String::new(), state: String::new() }
    }

    /// Signs in there as whoever these claims say, and comes back.
    async fn sign_in(mut self, claims: &Value) -> Self {
        let browser = reqwest::Client::builder().cookie_store(true).redirect(redirect::Policy::none());
        let browser = browser.build().unwrap();
        let mut url = Url::parse(&self.authorization_url).unwrap();
        url.query_pairs_mut().append_pair("login_hint", &base64url(claims.to_string().as_bytes()));
        while !url.as_str().starts_with(PUBLIC_URL) {
            let response = browser.get(url.clone()).send().await.unwrap();
            let next = response.headers().get("location").map(|next| next.to_str().unwrap().to_owned());
            let next = next.unwrap_or_else(|| panic!("{url} leads nowhere"));
            url = url.join(&next).unwrap();
        }
        assert_eq!(url.path(), format!("/oauth/callback/{}", self.provider));
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "code" => self.code = value.into_owned(),
                "state" => self.state = value.into_owned(),
                _ => {}
            }
        }
        self
    }

    fn body(&self) -> Value {
        json!({ "code": self.code, "state": self.state })
    }

    /// Comes back to the page that finishes a sign-in.
    async fn finish(&self, client: &Client) -> Answer {
        self.send(client, &format!("/auth/oauth/{}/callback", self.provider)).await
    }

    /// Comes back to the page that finishes a link.
    async fn finish_link(&self, client: &Client) -> Answer {
        self.send(client, &format!("/auth/identities/{}/callback", self.provider)).await
    }

    async fn send(&self, client: &Client, path: &str) -> Answer {
        let request = client.request(Method::POST, path).json(&self.body());
        Answer::of(request.header("cookie", &self.cookie)).await
    }
}

/// base64 as addresses take it; the provider is the only one who reads it.
fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let three = [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let bits = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]));
        }
    }
    text
}

/// Begins a sign-in and comes back as whoever these claims say.
async fn way(w: &World, provider: &'static str, claims: &Value) -> Way {
    let start = w.anonymous().get(&format!("/auth/oauth/{provider}/start")).await;
    Way::begun(provider, &start).sign_in(claims).await
}

/// A whole sign-in.
async fn sign_in(w: &World, provider: &'static str, claims: &Value) -> Answer {
    way(w, provider, claims).await.finish(&w.anonymous()).await
}

/// Links a provider with whoever the client is.
async fn link(client: &Client, provider: &'static str, claims: &Value) -> Answer {
    let start = client.post(&format!("/auth/identities/{provider}/start"), json!({})).await;
    Way::begun(provider, &start).sign_in(claims).await.finish_link(client).await
}

/// What a provider says about somebody with an address they have shown to be theirs.
fn person(sub: &str, email: &str) -> Value {
    json!({ "sub": sub, "email": email, "email_verified": true, "name": "Nora Newcomer", "tid": NORTH })
}

/// The caller's id behind an answer with tokens.
async fn whose(w: &World, answer: &Answer) -> String {
    let token = answer.expect(200)["access_token"].as_str().unwrap().to_owned();
    let me = w.anonymous().with_token(token).get("/auth/me").await.expect(200);
    me["id"].as_str().unwrap().to_owned()
}
