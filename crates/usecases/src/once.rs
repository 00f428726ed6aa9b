//! Requests that a client may send twice: the first acts, the others get the answer it got.
//!
//! The key, what the request does and the answer are written by one unit. So there is no moment at which a crash
//! leaves the one without the other, and of simultaneous requests with one key the store lets one through.

use std::sync::Arc;

use rf_accounts::{KEY_LIFETIME_SECONDS, KeptAnswer, KeyClaim, KeyOutcome, codes::IDEMPOTENCY_KEY_MISMATCH};
use rf_kernel::Failure;
use rf_store::Mode;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use crate::{App, Caller, Work, work::retry_busy};

/// A request with the key its client chose for it.
#[derive(Clone, Debug)]
pub struct OnceRequest {
    key: String,
    hash: String,
}

impl OnceRequest {
    /// `address` and `body` tell requests apart: the same key for another is refused.
    #[must_use]
    pub fn new(key: String, address: &str, body: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update((address.len() as u64).to_be_bytes());
        hash.update(address);
        hash.update(body);
        Self { key, hash: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect() }
    }
}

/// A unit that is open around use cases. It is gone as soon as one of them fails.
#[derive(Clone)]
pub(crate) struct Held(Arc<Mutex<Option<Work>>>);

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Held")
    }
}

impl Held {
    fn new(work: Work) -> Self {
        Self(Arc::new(Mutex::new(Some(work))))
    }

    async fn take(&self) -> Result<Work, Failure> {
        let work = self.0.lock().await.take();
        work.ok_or_else(|| Failure::internal("the unit around this use case has ended"))
    }

    /// Runs `body` in the unit. Not again when the store was busy: whoever opened the unit begins anew.
    pub(crate) async fn run<T>(
        &self,
        body: impl AsyncFn(&mut Work) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut work = self.take().await?;
        let answer = body(&mut work).await?;
        *self.0.lock().await = Some(work);
        Ok(answer)
    }
}

impl App {
    /// Runs `act` unless it has run before under this key, and answers what it answered then. Whatever `act` does
    /// through the caller it is given is kept together with the key and the answer, or not at all; it does
    /// nothing else, and runs again from the start when the store was busy. A failure leaves the key free.
    ///
    /// # Errors
    /// `idempotency_key_mismatch` for another request under the key; what `act` fails with.
    pub async fn once(
        &self,
        caller: &Caller,
        request: &OnceRequest,
        act: impl AsyncFn(&Caller) -> Result<KeptAnswer, Failure>,
    ) -> Result<KeptAnswer, Failure> {
        retry_busy(async || {
            let mut work = self.open(caller, Mode::Write).await?;
            let claim = KeyClaim {
                account_id: work.actor.account_id,
                user_id: work.actor.user_id,
                key: request.key.clone(),
                request_hash: request.hash.clone(),
                now: work.ctx.now,
                expires_at: work.ctx.now.plus_seconds(KEY_LIFETIME_SECONDS),
            };
            match work.unit.claim_key(&claim).await? {
                KeyOutcome::Claimed => {}
                KeyOutcome::Known { request_hash, answer } if request_hash == request.hash => {
                    return Ok(answer);
                }
                KeyOutcome::Known { .. } => {
                    return Err(Failure::new(
                        IDEMPOTENCY_KEY_MISMATCH,
                        "This Idempotency-Key was used for another request. Choose a new key for each request.",
                    ));
                }
            }
            let held = Held::new(work);
            let answer = act(&Caller { held: Some(held.clone()), ..caller.clone() }).await?;
            let mut work = held.take().await?;
            work.unit.keep_answer(&claim, &answer).await?;
            self.commit(work.unit).await?;
            Ok(answer)
        })
        .await
    }
}
