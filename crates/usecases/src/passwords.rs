//! Hashing passwords without starving anything else: a bounded number at once, a bounded queue, and one
//! verification for every sign-in, whether there is somebody to verify or not.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use rf_accounts::PasswordHash;
use rf_kernel::{Failure, codes::UNAVAILABLE};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

/// How passwords are hashed.
#[derive(Clone, Copy, Debug)]
pub struct PasswordSettings {
    /// bcrypt's cost; 12 takes about a quarter of a second.
    pub cost: u32,
    /// How many are hashed at once.
    pub parallel: usize,
    /// How many may wait; more are refused at once with 503.
    pub queue: usize,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self { cost: 12, parallel: 2, queue: 64 }
    }
}

/// Hashes and verifies.
#[derive(Debug)]
pub struct PasswordHasher {
    cost: u32,
    permits: Arc<Semaphore>,
    places: Arc<Semaphore>,
    /// A hash nobody's password has, of the same cost: verifying against it takes as long as against a real one.
    nobody: PasswordHash,
    verifications: AtomicU64,
}

impl PasswordHasher {
    /// Makes the hasher, and one hash.
    ///
    /// # Errors
    /// When bcrypt refuses the cost.
    pub fn new(settings: PasswordSettings) -> Result<Self, bcrypt::BcryptError> {
        let nobody = bcrypt::non_truncating_hash("nobody signs in with this", settings.cost)?;
        Ok(Self {
            cost: settings.cost,
            permits: Arc::new(Semaphore::new(settings.parallel)),
            places: Arc::new(Semaphore::new(settings.parallel + settings.queue)),
            nobody: PasswordHash::new(nobody),
            verifications: AtomicU64::new(0),
        })
    }

    /// How many verifications were done: exactly one for each sign-in that got that far.
    pub fn verifications(&self) -> u64 {
        self.verifications.load(Ordering::Relaxed)
    }

    /// Hashes a password that was checked before.
    ///
    /// # Errors
    /// `unavailable` when too many wait.
    pub async fn hash(&self, password: &SecretString) -> Result<PasswordHash, Failure> {
        let (password, cost) = (password.clone(), self.cost);
        self.run(move || bcrypt::non_truncating_hash(password.expose_secret(), cost))
            .await?
            .map(PasswordHash::new)
            .map_err(Failure::internal)
    }

    /// Whether the password belongs to the hash. `None`, a person that does not exist or has no password, costs
    /// the same and is always no.
    ///
    /// # Errors
    /// `unavailable` when too many wait.
    pub async fn verify(
        &self,
        password: &SecretString,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, Failure> {
        let real = hash.is_some();
        let hash = hash.unwrap_or(&self.nobody).clone();
        let password = password.clone();
        self.verifications.fetch_add(1, Ordering::Relaxed);
        let matches = self
            .run(move || bcrypt::non_truncating_verify(password.expose_secret(), hash.expose()))
            .await?
            // A password bcrypt would cut, or a hash it cannot read, matches nothing.
            .unwrap_or(false);
        Ok(real && matches)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let busy = || Failure::new(UNAVAILABLE, "Too many people are signing in just now. Please try again.");
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| busy())?;
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Failure::internal)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop((permit, place));
            done
        })
        .await
        .map_err(Failure::internal)
    }
}
