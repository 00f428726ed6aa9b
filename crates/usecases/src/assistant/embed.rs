//! Texts as vectors: what a question means, and the job that keeps up with what an account knows.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use rf_assistant::Embedding;
use rf_flowpilot::{
    pseudonyms::{Finder, Pseudonyms},
    retrieval::EmbedKind,
};
use rf_jobs::{Job, JobError, JobHandler, JobSpec, RetryPolicy};
use rf_kernel::{AccountId, Failure};
use rf_notes::RedactionOptions;
use rf_store::{Access, UnitOfWork};
use serde_json::json;

use super::library::KnownLibrary;
use crate::{App, Caller, notes::unusable_rule};

/// The kind of job that makes vectors of what is new in an account.
const KIND: &str = "library.embed";
/// A provider that is away for an hour is waited for.
const TRIES: RetryPolicy = RetryPolicy { max_attempts: 10, first_seconds: 10, longest_seconds: 900 };
/// Characters of a text that are sent; what comes after them changes little of what it means.
const LONGEST: usize = 6_000;

pub(crate) struct EmbedLibrary(pub(crate) Arc<App>);

#[async_trait(?Send)]
impl JobHandler for EmbedLibrary {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn policy(&self) -> RetryPolicy {
        TRIES
    }

    async fn run(&self, job: &Job) -> Result<(), JobError> {
        let made = self.0.embed_library(job.account_id).await;
        made.map(|_| ()).map_err(|error| JobError::Retry(error.to_string()))
    }
}

impl App {
    /// Has vectors made of what the account knows and has none of, in a while; nothing where nobody makes any.
    pub(super) async fn keep_embedded(&self, caller: &Caller) -> Result<(), Failure> {
        if self.embedder.is_none() || caller.held.is_some() {
            return Ok(());
        }
        self.write(caller, async |work| {
            let account_id = work.actor.account_id;
            let job = JobSpec {
                id: self.new_id(),
                account_id,
                kind: KIND.to_owned(),
                payload: json!({}),
                delay_seconds: 0,
                dedupe_key: Some(format!("{KIND} {account_id}")),
            };
            work.unit.enqueue_job(&job).await?;
            Ok(())
        })
        .await
    }

    /// What a text means; `None` where nobody can say, or nothing could be compared with it.
    pub(super) async fn meaning_of(
        &self,
        caller: &Caller,
        library: &KnownLibrary,
        text: &str,
    ) -> Result<Option<Vec<f32>>, Failure> {
        let Some(embedder) = self.embedder.as_ref() else { return Ok(None) };
        // Nobody waits for an answer from outside inside a unit.
        if caller.held.is_some() || !library.has_vectors() || text.trim().is_empty() {
            return Ok(None);
        }
        let account = caller.claims.account_id;
        let finder = self.read(caller, async |work| finder_of(work.unit.as_mut(), account).await).await?;
        match embedder.embed(&[as_sent(account, &finder, text)], EmbedKind::Query).await {
            Ok(mut vectors) => Ok(vectors.pop()),
            Err(error) => {
                tracing::warn!(%error, "found by words alone");
                Ok(None)
            }
        }
    }

    /// Makes vectors of what an account knows and has none of, and forgets those of what it knows no more. Answers how
    /// many were made and how many forgotten; none where there is nobody to make them.
    ///
    /// # Errors
    /// `internal` where the provider gives none; what was made until then is kept.
    pub async fn embed_library(&self, account: AccountId) -> Result<(usize, u64), Failure> {
        let Some(embedder) = self.embedder.as_ref() else { return Ok((0, 0)) };
        let model = embedder.model();
        let mut unit = self.store.begin(Access::read(account)).await?;
        let (library, _) = self.library_now(unit.as_mut(), account).await?;
        let known: BTreeSet<String> = unit.embedded(account, model).await?.into_iter().collect();
        let finder = finder_of(unit.as_mut(), account).await?;
        drop(unit);
        let texts = library.index().texts();
        let new: Vec<(&String, &String)> =
            texts.iter().filter(|(digest, _)| !known.contains(*digest)).collect();
        let mut made = 0;
        for some in new.chunks(embedder.batch().max(1)) {
            let sent: Vec<String> = some.iter().map(|(_, text)| as_sent(account, &finder, text)).collect();
            let vectors = embedder.embed(&sent, EmbedKind::Document).await.map_err(Failure::internal)?;
            let embeddings: Vec<Embedding> = some
                .iter()
                .zip(vectors)
                .map(|((digest, _), vector)| Embedding { digest: (*digest).clone(), vector })
                .collect();
            let now = self.now();
            self.account_write(account, async |unit| {
                Ok(unit.insert_embeddings(account, model, &embeddings, now).await?)
            })
            .await?;
            made += embeddings.len();
        }
        let gone: Vec<String> = known.into_iter().filter(|digest| !texts.contains_key(digest)).collect();
        let forgotten = self
            .account_write(account, async |unit| Ok(unit.forget_embeddings(account, model, &gone).await?))
            .await?;
        Ok((made, forgotten))
    }
}

/// What the account hides.
async fn finder_of(unit: &mut dyn UnitOfWork, account: AccountId) -> Result<Finder, Failure> {
    let kept = unit.redaction_settings(account).await?;
    let options = kept.map_or_else(RedactionOptions::default, |kept| kept.options);
    Finder::new(&options).map_err(|rule| unusable_rule(&rule))
}

/// A text as it may leave the machine: secrets gone, names as tokens. The same text is always the same.
fn as_sent(account: AccountId, finder: &Finder, text: &str) -> String {
    let hidden = Pseudonyms::new(account.uuid()).hide(finder, text);
    hidden.chars().take(LONGEST).collect()
}
