//! Who people are at Google and Microsoft, and the way there and back.

use std::{fmt, str::FromStr};

use async_trait::async_trait;
use rf_kernel::{AccountId, Failure, IdentityId, StoreError, Timestamp, UserId};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::User;

/// Whoever has not come back from the provider by then begins again.
pub const OAUTH_FLOW_SECONDS: i64 = 600;

/// Whom people can sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OauthProvider {
    /// Google.
    Google,
    /// Microsoft: work, school and personal accounts.
    Microsoft,
}

impl OauthProvider {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Google, Self::Microsoft];

    /// The name in addresses, in the database and in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Microsoft => "Microsoft",
        }
    }
}

impl FromStr for OauthProvider {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|provider| provider.as_str() == s)
            .ok_or_else(|| format!("unknown provider {s:?}"))
    }
}

/// What makes somebody the same person each time: never their address, which changes hands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdentityKey {
    /// Who says so.
    pub issuer: String,
    /// The directory of the issuer the person is in; empty where there is none.
    pub directory: String,
    /// The person.
    pub subject: String,
}

/// Who a person is at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// The person's account.
    pub account_id: AccountId,
    /// The person.
    pub user_id: UserId,
    /// The provider.
    pub provider: OauthProvider,
    /// The identity itself; one person has it.
    pub key: IdentityKey,
    /// What the provider called them last, for people to tell their identities apart.
    pub email: Option<String>,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When somebody last signed in with it.
    pub last_used_at: Option<Timestamp>,
}

/// A way to a provider and back that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OauthFlow {
    /// The SHA-256 of the state the provider carries.
    pub state_hash: String,
    /// The account of whoever links, or the site's while somebody signs in.
    pub account_id: AccountId,
    /// Who links; `None` while somebody signs in.
    pub user_id: Option<UserId>,
    /// Where they went.
    pub provider: OauthProvider,
    /// The digest of the link of the invitation they accept.
    pub invite_hash: Option<String>,
    /// From then on it leads nowhere.
    pub expires_at: Timestamp,
}

/// What a provider says about somebody, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenIdentity {
    /// Who they are.
    pub key: IdentityKey,
    /// Their address, as the provider writes it.
    pub email: Option<String>,
    /// Whether the provider has seen that the address is theirs.
    pub email_verified: bool,
    /// Whether the provider itself runs the mailbox, so that nobody else can have the address at the same time.
    pub email_authoritative: bool,
    /// Their name.
    pub name: Option<String>,
}

impl ProvenIdentity {
    /// Whether it shows that this is the person who has that address here. The provider must run the mailbox, and the
    /// address must have been proven here as well: whoever gets mail there could have a new password sent all the
    /// same, and whoever registered with another's address gets nothing of theirs.
    #[must_use]
    pub const fn speaks_for(&self, user: &User) -> bool {
        self.email_verified && self.email_authoritative && user.email_verified_at.is_some()
    }
}

/// What one browser holds on its way: one secret, from which the rest is made. The database has a digest of the state
/// alone, so that whoever reads it can finish nobody's sign-in.
#[derive(Clone)]
pub struct FlowSecrets(SecretString);

impl FlowSecrets {
    /// Of that secret of at least 256 bits.
    #[must_use]
    pub const fn new(secret: SecretString) -> Self {
        Self(secret)
    }

    /// What goes into the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    fn derived(&self, purpose: &str) -> String {
        hex(&Sha256::digest(format!("resolutionflow:oauth:{purpose}:{}", self.expose()).as_bytes()))
    }

    /// Goes to the provider and back with the person.
    #[must_use]
    pub fn state(&self) -> String {
        self.derived("state")
    }

    /// Comes back inside the signed token.
    #[must_use]
    pub fn nonce(&self) -> String {
        self.derived("nonce")
    }

    /// Shows the provider that whoever brings the code also asked for it.
    #[must_use]
    pub fn verifier(&self) -> String {
        self.derived("verifier")
    }

    /// What is kept of the state.
    #[must_use]
    pub fn state_hash(&self) -> String {
        hex(&Sha256::digest(self.state().as_bytes()))
    }
}

impl fmt::Debug for FlowSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlowSecrets(..)")
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What the provider sent the browser back with.
#[derive(Clone, Debug)]
pub struct AuthorizationAnswer {
    /// To be exchanged, once.
    pub code: SecretString,
    /// The state as it came.
    pub state: String,
}

/// Somebody people can sign in with.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// Where to send somebody who wants to sign in.
    async fn authorization_url(&self, secrets: &FlowSecrets, now: Timestamp) -> Result<String, Failure>;
    /// Who the person with that code is: exchanges it and checks what comes back.
    async fn identify(
        &self,
        code: &SecretString,
        secrets: &FlowSecrets,
        now: Timestamp,
    ) -> Result<ProvenIdentity, Failure>;
}

/// What became of a new identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityOutcome {
    /// Kept.
    Inserted,
    /// Somebody has it; nothing was kept.
    Taken,
}

/// Keeps identities, and the ways to providers that have begun.
#[async_trait]
pub trait IdentityRepository: Send {
    /// Keeps a new identity, unless somebody has it, in whatever account.
    async fn insert_identity(&mut self, identity: &Identity) -> Result<IdentityOutcome, StoreError>;
    /// System: the identity with that key.
    async fn identity_by_key(&mut self, key: &IdentityKey) -> Result<Option<Identity>, StoreError>;
    /// A person's identities, oldest first.
    async fn identities_of(&mut self, tenant: AccountId, user: UserId) -> Result<Vec<Identity>, StoreError>;
    /// Takes one of a person's identities away; whether it was there.
    async fn delete_identity(
        &mut self,
        tenant: AccountId,
        user: UserId,
        id: IdentityId,
    ) -> Result<bool, StoreError>;
    /// System: stamps a sign-in, with what the provider called the person.
    async fn record_identity_use(
        &mut self,
        id: IdentityId,
        email: Option<&str>,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Keeps a flow that begins.
    async fn insert_oauth_flow(&mut self, flow: &OauthFlow) -> Result<(), StoreError>;
    /// System: takes a flow away; of many who ask for the same one, one gets it.
    async fn take_oauth_flow(&mut self, state_hash: &str) -> Result<Option<OauthFlow>, StoreError>;
    /// System: takes away the flows nobody came back from.
    async fn forget_oauth_flows(&mut self, now: Timestamp) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_secret_gives_three_values_that_tell_nothing_of_each_other() {
        let secrets = FlowSecrets::new("a".repeat(43).into());
        let all = [secrets.state(), secrets.nonce(), secrets.verifier(), secrets.state_hash()];
        for (n, one) in all.iter().enumerate() {
            assert_eq!(one.len(), 64);
            assert!(!all[n + 1..].contains(one) && !one.contains(secrets.expose()));
        }
        assert_eq!(format!("{secrets:?}"), "FlowSecrets(..)");
        assert_ne!(FlowSecrets::new("b".repeat(43).into()).state(), all[0]);
    }
}
