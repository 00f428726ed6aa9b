//! What texts mean, as vectors, and the port to whoever makes them.

use std::{collections::HashMap, fmt::Write as _, time::Duration};

use async_trait::async_trait;
use sha2::{Digest, Sha256};

/// What a text is to be compared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbedKind {
    /// Something that is found.
    Document,
    /// What is looked for.
    Query,
}

/// Why there are no vectors. Quotes neither the key nor a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbedErrorKind {
    /// The provider is not reached, or gives up.
    Unreachable,
    /// No answer in time.
    Timeout,
    /// Too many calls; how long to wait where the provider says so.
    RateLimited {
        /// That long.
        retry_after: Option<Duration>,
    },
    /// The key is refused.
    Refused,
    /// The provider takes no such request.
    Invalid,
    /// The provider has a fault of its own.
    Provider,
    /// The answer is none.
    Unreadable,
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no embeddings ({kind:?}): {detail}")]
pub struct EmbedError {
    /// Which.
    pub kind: EmbedErrorKind,
    /// More about it, of our own words and the provider's status alone.
    pub detail: String,
}

impl EmbedError {
    /// A failure of that kind.
    pub fn new(kind: EmbedErrorKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }

    /// Whether the same call may go better after a pause.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self.kind,
            EmbedErrorKind::Unreachable
                | EmbedErrorKind::Timeout
                | EmbedErrorKind::RateLimited { .. }
                | EmbedErrorKind::Provider
        )
    }
}

/// Somebody who makes vectors of texts.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// The model; vectors of two models are not compared.
    fn model(&self) -> &str;
    /// Texts of one call at most.
    fn batch(&self) -> usize;
    /// A vector for each text, in their order, each of length 1.
    ///
    /// # Errors
    /// [`EmbedError`].
    async fn embed(&self, texts: &[String], kind: EmbedKind) -> Result<Vec<Vec<f32>>, EmbedError>;
}

/// The vectors of an account's passages.
#[derive(Clone, Debug, Default)]
pub struct Vectors(HashMap<String, Vec<f32>>);

impl Vectors {
    /// Those, each by the digest of its text.
    pub fn new(vectors: impl IntoIterator<Item = (String, Vec<f32>)>) -> Self {
        Self(vectors.into_iter().collect())
    }

    pub(crate) fn of(&self, digest: &str) -> Option<&[f32]> {
        self.0.get(digest).map(Vec::as_slice)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What is looked for, and what it is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Meaning<'a> {
    /// The vector of the question.
    pub question: &'a [f32],
    /// Those of the passages.
    pub vectors: &'a Vectors,
}

/// The digest a vector is known by.
#[must_use]
pub fn digest_of(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// How close two vectors of length 1 are; of two lengths, not at all.
#[must_use]
pub fn dot(one: &[f32], other: &[f32]) -> f32 {
    if one.len() != other.len() {
        return 0.0;
    }
    // Eight sums side by side, which the compiler makes one instruction of.
    let (mut sums, (ones, others)) = ([0.0_f32; 8], (one.as_chunks::<8>(), other.as_chunks::<8>()));
    for (a, b) in ones.0.iter().zip(others.0) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + ones.1.iter().zip(others.1).map(|(a, b)| a * b).sum::<f32>()
}

/// The vector with length 1; `None` of one that has no direction.
#[must_use]
pub fn unit(vector: Vec<f32>) -> Option<Vec<f32>> {
    let length = dot(&vector, &vector).sqrt();
    (length.is_finite() && length > 0.0).then(|| vector.into_iter().map(|number| number / length).collect())
}
