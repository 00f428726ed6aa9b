//! Voyage AI as the maker of embeddings: `POST /v1/embeddings`.
//!
//! A question is waited for as long as somebody would notice and no longer; what is kept is made by a job that has time.
//! No failure quotes the key, what was sent, or what came.
#![warn(missing_docs)]

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Response, StatusCode, header, redirect};
use rf_flowpilot::retrieval::{EmbedError, EmbedErrorKind, EmbedKind, Embedder, unit};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

/// Texts of one call; the provider takes 1,000 of them, and a limited number of tokens together.
const BATCH: usize = 64;
/// How often a call is made at most.
const TRIES: u32 = 4;
/// How long the second try waits where the provider does not say; each further one twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// Longer answers are not read: 64 vectors of 4,096 numbers are far below.
const MAX_ANSWER_BYTES: usize = 16 * 1_024 * 1_024;
/// What a try is given to connect.
const CONNECT: Duration = Duration::from_secs(3);

/// How to talk to the provider.
#[derive(Clone, Debug)]
pub struct VoyageSettings {
    /// The key of its API.
    pub api_key: SecretString,
    /// Where its API is, without a path.
    pub base_url: String,
    /// The model.
    pub model: String,
    /// How long a question waits, all tries together.
    pub query_deadline: Duration,
    /// How long what is kept waits, all tries together.
    pub document_deadline: Duration,
}

impl VoyageSettings {
    /// Where the provider's API is.
    pub const BASE_URL: &'static str = "https://api.voyageai.com";
    /// A model of moderate size for texts of any kind.
    pub const MODEL: &'static str = "voyage-3.5";

    /// The usual ones, with that key.
    #[must_use]
    pub fn new(api_key: SecretString) -> Self {
        Self {
            api_key,
            base_url: Self::BASE_URL.to_owned(),
            model: Self::MODEL.to_owned(),
            query_deadline: Duration::from_secs(2),
            document_deadline: Duration::from_secs(60),
        }
    }
}

/// The provider.
#[derive(Debug)]
pub struct Voyage {
    settings: VoyageSettings,
    address: String,
    http: reqwest::Client,
}

/// A client could not be made.
pub type VoyageError = reqwest::Error;

#[derive(Serialize)]
struct Request<'a> {
    input: &'a [String],
    model: &'a str,
    input_type: &'static str,
    truncation: bool,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    index: usize,
    embedding: Vec<f32>,
}

impl Voyage {
    /// A client of the provider.
    ///
    /// # Errors
    /// Where no client can be made.
    pub fn new(settings: VoyageSettings) -> Result<Self, VoyageError> {
        let http = reqwest::Client::builder()
            // A redirect would take the key along.
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT)
            .build()?;
        let address = format!("{}/v1/embeddings", settings.base_url.trim_end_matches('/'));
        Ok(Self { settings, address, http })
    }

    async fn call(
        &self,
        texts: &[String],
        kind: EmbedKind,
        left: Duration,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        let input_type = match kind {
            EmbedKind::Document => "document",
            EmbedKind::Query => "query",
        };
        let body = Request { input: texts, model: &self.settings.model, input_type, truncation: true };
        let sent = self
            .http
            .post(&self.address)
            .bearer_auth(self.settings.api_key.expose_secret())
            .json(&body)
            .timeout(left)
            .send()
            .await
            .map_err(|error| unreached(&error))?;
        let answer = read(refused(sent)?).await?;
        in_order(answer, texts.len())
    }
}

/// The vectors as the texts were, each of length 1.
fn in_order(answer: Answer, count: usize) -> Result<Vec<Vec<f32>>, EmbedError> {
    let unreadable = |what: &str| EmbedError::new(EmbedErrorKind::Unreadable, what);
    let mut vectors: Vec<Option<Vec<f32>>> = vec![None; count];
    for Row { index, embedding } in answer.data {
        let place = vectors.get_mut(index).ok_or_else(|| unreadable("it has a vector of no text"))?;
        *place = Some(unit(embedding).ok_or_else(|| unreadable("a vector has no direction"))?);
    }
    let vectors: Option<Vec<Vec<f32>>> = vectors.into_iter().collect();
    let vectors = vectors.ok_or_else(|| unreadable("a text has no vector"))?;
    let length = vectors.first().map_or(0, Vec::len);
    if vectors.iter().any(|vector| vector.len() != length) {
        return Err(unreadable("its vectors have several lengths"));
    }
    Ok(vectors)
}

fn unreached(error: &reqwest::Error) -> EmbedError {
    let kind = if error.is_timeout() { EmbedErrorKind::Timeout } else { EmbedErrorKind::Unreachable };
    EmbedError::new(kind, if error.is_connect() { "no connection" } else { "the connection broke off" })
}

/// A refusal, by its status alone: the provider's words may repeat what was sent.
fn refused(answer: Response) -> Result<Response, EmbedError> {
    let status = answer.status();
    let kind = match status {
        StatusCode::OK => return Ok(answer),
        StatusCode::TOO_MANY_REQUESTS => {
            let header = answer.headers().get(header::RETRY_AFTER);
            let seconds = header.and_then(|value| value.to_str().ok()?.trim().parse().ok());
            EmbedErrorKind::RateLimited { retry_after: seconds.map(Duration::from_secs) }
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => EmbedErrorKind::Refused,
        status if status.is_server_error() => EmbedErrorKind::Provider,
        _ => EmbedErrorKind::Invalid,
    };
    Err(EmbedError::new(kind, format!("the provider answered {}", status.as_u16())))
}

async fn read(mut answer: Response) -> Result<Answer, EmbedError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| unreached(&error))? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(EmbedError::new(EmbedErrorKind::Unreadable, "it is longer than any answer"));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|error| {
        EmbedError::new(EmbedErrorKind::Unreadable, format!("it is no answer, at {}", error.column()))
    })
}

/// How long to wait before the next try; `None` where waiting does not help, or nobody has the time.
fn wait(error: &EmbedError, tries: u32, left: Duration) -> Option<Duration> {
    if !error.is_transient() || tries >= TRIES {
        return None;
    }
    let own = FIRST_WAIT * 2_u32.pow(tries - 1);
    let wait = match error.kind {
        EmbedErrorKind::RateLimited { retry_after: Some(asked) } => asked.max(FIRST_WAIT),
        _ => own,
    };
    (wait < left).then_some(wait)
}

#[async_trait]
impl Embedder for Voyage {
    fn model(&self) -> &str {
        &self.settings.model
    }

    fn batch(&self) -> usize {
        BATCH
    }

    async fn embed(&self, texts: &[String], kind: EmbedKind) -> Result<Vec<Vec<f32>>, EmbedError> {
        let deadline = Instant::now()
            + match kind {
                EmbedKind::Query => self.settings.query_deadline,
                EmbedKind::Document => self.settings.document_deadline,
            };
        let mut tries = 0;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let error = match self.call(texts, kind, left).await {
                Ok(vectors) => return Ok(vectors),
                Err(error) => error,
            };
            tries += 1;
            let left = deadline.saturating_duration_since(Instant::now());
            match wait(&error, tries, left) {
                Some(wait) => sleep(wait).await,
                None => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(index: usize, embedding: &[f32]) -> Row {
        Row { index, embedding: embedding.to_vec() }
    }

    #[test]
    fn vectors_come_in_the_order_of_their_texts_and_all_of_them() {
        let answer = Answer { data: vec![row(1, &[0.0, 2.0]), row(0, &[3.0, 4.0])] };
        assert_eq!(in_order(answer, 2).unwrap(), [vec![0.6, 0.8], vec![0.0, 1.0]]);
        for data in [
            vec![row(0, &[1.0])],
            vec![row(0, &[1.0]), row(2, &[1.0])],
            vec![row(0, &[1.0]), row(1, &[0.0])],
            vec![row(0, &[1.0]), row(1, &[1.0, 1.0])],
        ] {
            assert_eq!(in_order(Answer { data }, 2).unwrap_err().kind, EmbedErrorKind::Unreadable);
        }
    }

    #[test]
    fn waits_are_the_providers_or_doubled_and_never_longer_than_there_is_time() {
        let limited =
            |seconds| EmbedErrorKind::RateLimited { retry_after: Some(Duration::from_secs(seconds)) };
        let wait = |kind, tries, left| wait(&EmbedError::new(kind, ""), tries, Duration::from_secs(left));
        assert_eq!(wait(limited(7), 1, 60), Some(Duration::from_secs(7)));
        assert_eq!(wait(limited(7), 1, 2), None);
        assert_eq!(wait(EmbedErrorKind::Provider, 3, 60), Some(Duration::from_secs(2)));
        assert_eq!(wait(EmbedErrorKind::Provider, TRIES, 60), None);
        assert_eq!(wait(EmbedErrorKind::Refused, 1, 60), None);
    }
}
