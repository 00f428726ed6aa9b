//! The model and the maker of vectors, where the settings have keys for them.

use std::{sync::Arc, time::Duration};

use rf_embed_voyage::{Voyage, VoyageError, VoyageSettings};
use rf_flowpilot::{
    llm::{LlmRetries, ModelTiers, StepKind},
    retrieval::Embedder,
};
use rf_llm_claude::{Claude, ClaudeError, ClaudeSettings, Deadlines};
use rf_usecases::{Model, SystemClock};

use crate::Config;

/// The configured model; `None` where the copilot works without one.
pub(crate) fn model(config: &Config) -> Result<Option<Model>, ClaudeError> {
    let Some(api_key) = config.model_api_key.clone() else { return Ok(None) };
    let deadline = Duration::from_secs(config.model_deadline_seconds);
    // A provider that hangs is noticed while there is time for another try.
    let silence = deadline.mul_f64(2.0 / 3.0);
    let deadlines = Deadlines { complete: deadline, open: silence, idle: silence, stream: deadline };
    let settings =
        ClaudeSettings { base_url: config.model_url.clone(), deadlines, ..ClaudeSettings::new(api_key) };
    let client = Claude::new(&settings, Arc::new(SystemClock))?;
    let always_deep = config.model_always_deep.iter().filter_map(|name| StepKind::from_name(name)).collect();
    let tiers = ModelTiers {
        always_deep,
        fast_above: config.model_fast_above,
        ..ModelTiers::new(config.model_fast.clone(), config.model_deep.clone())
    };
    Ok(Some(Model {
        client: Arc::new(client),
        tiers,
        deadline,
        retries: LlmRetries::default(),
        daily_tokens: config.model_daily_tokens,
    }))
}

/// Who makes vectors; `None` where things are found by their words.
pub(crate) fn embedder(config: &Config) -> Result<Option<Arc<dyn Embedder>>, VoyageError> {
    let Some(api_key) = config.voyage_api_key.clone() else { return Ok(None) };
    let settings = VoyageSettings {
        base_url: config.voyage_url.clone(),
        model: config.voyage_model.clone(),
        ..VoyageSettings::new(api_key)
    };
    Ok(Some(Arc::new(Voyage::new(settings)?)))
}
