//! Stripe as the payment provider: three calls over plain HTTP, and its signed messages.
//!
//! A call is tried again when the answer may differ the next time, always under one idempotency key, so that a
//! purchase is begun once however often it is asked for.
#![warn(missing_docs)]

mod message;
mod signature;

use std::time::Duration;

use async_trait::async_trait;
use backon::{ExponentialBuilder, Retryable};
use reqwest::{Method, StatusCode, redirect};
use rf_accounts::{
    Checkout, Interval, Message, Payments, Plan, PlanPrice,
    codes::{PAYMENTS_UNAVAILABLE, WEBHOOK_REFUSED},
};
use rf_kernel::{Failure, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// How the provider calls our prices: `resolutionflow_pro_month`, `resolutionflow_pro_year`.
const LOOKUP_KEYS: [(&str, Plan, Interval); 2] = [
    ("resolutionflow_pro_month", Plan::Pro, Interval::Month),
    ("resolutionflow_pro_year", Plan::Pro, Interval::Year),
];
/// The version of the provider's API these calls are written for.
const API_VERSION: &str = "2026-01-28.clover";
/// Longer answers are not read.
const MAX_ANSWER_BYTES: usize = 1_024 * 1_024;

/// How to talk to the provider.
#[derive(Clone, Debug)]
pub struct StripeSettings {
    /// The secret key of its API.
    pub secret_key: SecretString,
    /// What it signs messages with; two while one is exchanged for another.
    pub webhook_secrets: Vec<SecretString>,
    /// Where its API is.
    pub api_url: String,
    /// The address of ours people come back to.
    pub public_url: String,
    /// How long a call may take, one try of it.
    pub deadline: Duration,
}

impl StripeSettings {
    /// Where the provider's API is.
    pub const API_URL: &'static str = "https://api.stripe.com";
    /// How long one try of a call may take.
    pub const DEADLINE: Duration = Duration::from_secs(8);
}

/// The provider.
#[derive(Debug)]
pub struct Stripe {
    settings: StripeSettings,
    http: reqwest::Client,
}

/// Why a call gave nothing.
#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error("the payment provider could not be reached: {0}")]
    Unreachable(reqwest::Error),
    #[error("the payment provider answered {status}: {message}")]
    Refused { status: StatusCode, message: String },
    #[error("the payment provider's answer is not what it should be: {0}")]
    Unreadable(String),
}

impl CallError {
    /// Whether the next try may go better.
    fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused { status, .. } => {
                status.is_server_error()
                    || matches!(*status, StatusCode::TOO_MANY_REQUESTS | StatusCode::CONFLICT)
            }
            Self::Unreadable(_) => false,
        }
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        let detail = "The payment provider does not answer as it should. Please try again in a moment.";
        Self { cause: Some(Box::new(error)), ..Self::new(PAYMENTS_UNAVAILABLE, detail) }
    }
}

/// A page to send somebody to.
#[derive(Deserialize)]
struct Page {
    url: String,
}

#[derive(Deserialize)]
struct PriceList {
    data: Vec<Price>,
}

#[derive(Deserialize)]
struct Price {
    id: String,
    lookup_key: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: RefusalBody,
}

#[derive(Default, Deserialize)]
struct RefusalBody {
    #[serde(default)]
    code: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
}

impl Stripe {
    /// Gets ready to talk; nothing is sent yet.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(settings: StripeSettings) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(settings.deadline)
            .build()?;
        Ok(Self { settings, http })
    }

    async fn call<T: for<'de> Deserialize<'de>>(
        &self,
        method: Method,
        path: &str,
        form: &[(&str, String)],
        key: Option<&str>,
    ) -> Result<T, Failure> {
        let attempt = async || self.try_call(method.clone(), path, form, key).await;
        let waits = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(200))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(2)
            .with_jitter();
        Ok(attempt.retry(waits).sleep(tokio::time::sleep).when(CallError::is_passing).await?)
    }

    async fn try_call<T: for<'de> Deserialize<'de>>(
        &self,
        method: Method,
        path: &str,
        form: &[(&str, String)],
        key: Option<&str>,
    ) -> Result<T, CallError> {
        let url = format!("{}/v1/{path}", self.settings.api_url.trim_end_matches('/'));
        let mut request = self
            .http
            .request(method.clone(), url)
            .bearer_auth(self.settings.secret_key.expose_secret())
            .header("stripe-version", API_VERSION);
        request = if method == Method::GET { request.query(form) } else { request.form(form) };
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        // The address goes: it may hold what nobody needs in a log.
        let unreachable = |error: reqwest::Error| CallError::Unreachable(error.without_url());
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(CallError::Unreadable("it is too long".into()));
            }
            body.extend_from_slice(&chunk);
        }
        if !status.is_success() {
            // Its words may quote what was sent; its codes do not.
            let refusal = serde_json::from_slice::<Refusal>(&body).map(|refusal| refusal.error);
            let RefusalBody { code, kind } = refusal.unwrap_or_default();
            let message = code.or(kind).unwrap_or_else(|| "no reason given".into());
            return Err(CallError::Refused { status, message });
        }
        serde_json::from_slice(&body).map_err(|error| CallError::Unreadable(error.to_string()))
    }

    fn billing_page(&self, result: &str) -> String {
        format!("{}/account/billing{result}", self.settings.public_url.trim_end_matches('/'))
    }
}

#[async_trait]
impl Payments for Stripe {
    async fn checkout_url(&self, checkout: &Checkout) -> Result<String, Failure> {
        let account = checkout.account_id.to_string();
        let mut form = vec![
            ("mode", "subscription".into()),
            ("line_items[0][price]", checkout.price_id.clone()),
            ("line_items[0][quantity]", checkout.seats.to_string()),
            ("client_reference_id", account.clone()),
            ("subscription_data[metadata][account_id]", account),
            ("subscription_data[metadata][plan]", checkout.plan.as_str().into()),
            ("success_url", self.billing_page("?checkout=done")),
            ("cancel_url", self.billing_page("?checkout=cancelled")),
        ];
        form.push(match &checkout.customer_id {
            Some(customer) => ("customer", customer.clone()),
            None => ("customer_email", checkout.email.clone()),
        });
        let page: Page = self.call(Method::POST, "checkout/sessions", &form, Some(&checkout.key)).await?;
        Ok(page.url)
    }

    async fn portal_url(&self, customer_id: &str) -> Result<String, Failure> {
        let form = [("customer", customer_id.to_owned()), ("return_url", self.billing_page(""))];
        let page: Page = self.call(Method::POST, "billing_portal/sessions", &form, None).await?;
        Ok(page.url)
    }

    async fn prices(&self) -> Result<Vec<PlanPrice>, Failure> {
        let mut query = vec![("active", "true".to_owned()), ("limit", "100".to_owned())];
        query.extend(LOOKUP_KEYS.map(|(key, ..)| ("lookup_keys[]", key.to_owned())));
        let list: PriceList = self.call(Method::GET, "prices", &query, None).await?;
        let prices = LOOKUP_KEYS.into_iter().filter_map(|(key, plan, interval)| {
            let price = list.data.iter().find(|price| price.lookup_key.as_deref() == Some(key))?;
            Some(PlanPrice { price_id: price.id.clone(), plan, interval })
        });
        Ok(prices.collect())
    }

    fn read_message(&self, body: &[u8], signature: &str, now: Timestamp) -> Result<Message, Failure> {
        let refused = || Failure::new(WEBHOOK_REFUSED, "The message is not genuine, or too old.");
        if !signature::is_genuine(signature, body, &self.settings.webhook_secrets, now) {
            return Err(refused());
        }
        message::read(body).map_err(|error| Failure { cause: Some(Box::new(error)), ..refused() })
    }
}
