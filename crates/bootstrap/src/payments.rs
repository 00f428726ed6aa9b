//! The payment provider, where the settings name one.

use std::sync::Arc;

use rf_accounts::Payments;
use rf_payments_stripe::{Stripe, StripeSettings};

use crate::{Config, WiringError};

/// The configured provider; `None` where nothing is sold.
pub(crate) fn payments(config: &Config) -> Result<Option<Arc<dyn Payments>>, WiringError> {
    let Some(secret_key) = config.stripe_secret_key.clone() else { return Ok(None) };
    let settings = StripeSettings {
        secret_key,
        webhook_secrets: config.stripe_webhook_secrets.clone(),
        api_url: config.stripe_api_url.clone(),
        public_url: config.public_url.clone(),
        deadline: StripeSettings::DEADLINE,
    };
    let stripe = Stripe::new(settings).map_err(|error| WiringError::Payments(error.to_string()))?;
    Ok(Some(Arc::new(stripe)))
}
