//! Hashing passwords without starving anything else: a bounded number at once, a bounded queue, and one
//! verification for every sign-in, whether there is somebody to verify or not.

mod threads;

use std::{
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use rf_accounts::PasswordHash;
use rf_kernel::{Failure, codes::UNAVAILABLE};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use threads::HashingThreads;

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

/// Why nothing can be hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordSetupError {
    /// bcrypt knows no such cost.
    #[error(transparent)]
    Cost(#[from] bcrypt::BcryptError),
    /// The system gave no thread.
    #[error("no thread to hash with: {0}")]
    Threads(#[from] std::io::Error),
}

/// What bcrypt allows: the work is two to this power.
const COSTS: RangeInclusive<u32> = 4..=31;

/// What bcrypt writes for a salt and a digest of zeros (`.` is zero in its alphabet): as much work to verify against as
/// any hash, and none to make.
fn nobody(cost: u32) -> PasswordHash {
    const SALT_AND_DIGEST: usize = 22 + 31;
    PasswordHash::new(format!("$2b${cost:02}${}", ".".repeat(SALT_AND_DIGEST)))
}

/// Hashes and verifies.
#[derive(Debug)]
pub struct PasswordHasher {
    cost: u32,
    threads: HashingThreads,
    places: Arc<Semaphore>,
    /// A hash nobody's password has, of the same cost: verifying against it takes as long as against a real one.
    nobody: PasswordHash,
    verifications: AtomicU64,
}

impl PasswordHasher {
    /// Makes the hasher. It hashes nothing yet: one hash would be most of a server's start.
    ///
    /// # Errors
    /// When bcrypt refuses the cost, or the system a thread.
    pub fn new(settings: PasswordSettings) -> Result<Self, PasswordSetupError> {
        if !COSTS.contains(&settings.cost) {
            return Err(bcrypt::BcryptError::CostNotAllowed(settings.cost).into());
        }
        Ok(Self {
            cost: settings.cost,
            threads: HashingThreads::start(settings.parallel)?,
            places: Arc::new(Semaphore::new(settings.parallel + settings.queue)),
            nobody: nobody(settings.cost),
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
        let done = self.threads.run(move || {
            let done = work();
            drop(place);
            done
        });
        done.await.ok_or_else(|| Failure::internal("hashing a password panicked"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// bcrypt must read it: what it cannot read it refuses at once, and whoever measures would see that nobody is there.
    #[test]
    fn verifying_against_nobody_is_real_work_of_the_same_cost() {
        let nobody = nobody(5);
        assert_eq!(nobody.expose().parse::<bcrypt::HashParts>().unwrap().get_cost(), 5);
        assert!(!bcrypt::non_truncating_verify("nobody signs in with this", nobody.expose()).unwrap());
    }

    #[test]
    fn a_cost_that_bcrypt_does_not_know_is_refused() {
        for cost in [0, 3, 32] {
            assert!(PasswordHasher::new(PasswordSettings { cost, ..PasswordSettings::default() }).is_err());
        }
    }
}
