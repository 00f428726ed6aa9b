//! Whom people can sign in with, where the settings name them.

use std::sync::Arc;

use rf_accounts::{IdentityProvider, OauthProvider};
use rf_oauth::{OpenIdProvider, OpenIdSettings};
use rf_usecases::IdentityProviders;
use secrecy::SecretString;

use crate::{Config, WiringError};

/// The configured providers.
pub(crate) fn identity_providers(config: &Config) -> Result<IdentityProviders, WiringError> {
    let mut all = IdentityProviders::new();
    for provider in OauthProvider::ALL {
        if let Some(port) = of(config, provider)? {
            all.insert(provider, port);
        }
    }
    Ok(all)
}

fn of(config: &Config, provider: OauthProvider) -> Result<Option<Arc<dyn IdentityProvider>>, WiringError> {
    let (id, secret, issuer): (&Option<String>, &Option<SecretString>, &str) = match provider {
        OauthProvider::Google => {
            (&config.google_client_id, &config.google_client_secret, &config.google_issuer)
        }
        OauthProvider::Microsoft => {
            (&config.microsoft_client_id, &config.microsoft_client_secret, &config.microsoft_issuer)
        }
    };
    let Some((client_id, client_secret)) = id.clone().zip(secret.clone()) else { return Ok(None) };
    let public_url = config.public_url.trim_end_matches('/');
    let settings = OpenIdSettings {
        provider,
        client_id,
        client_secret,
        issuer: issuer.to_owned(),
        redirect_url: format!("{public_url}/oauth/callback/{}", provider.as_str()),
        deadline: OpenIdSettings::DEADLINE,
    };
    let port = OpenIdProvider::new(settings)
        .map_err(|error| WiringError::IdentityProvider(provider.title(), error.to_string()))?;
    Ok(Some(Arc::new(port)))
}
