//! The keys that sign tokens and seal credentials: configured, or made once and kept beside the data.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use rand::Rng;
use rf_auth_policy::{TokenKey, TokenKeys};
use rf_vault::Vault;
use secrecy::{ExposeSecret, SecretString};

use crate::Config;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the key {0} cannot be used: {1}")]
    File(PathBuf, io::Error),
    /// The key is not usable.
    #[error("a key is not usable: {0}")]
    Unusable(String),
}

pub(crate) fn token_keys(config: &Config) -> Result<TokenKeys, KeyError> {
    let secret = match &config.token_secret {
        Some(secret) => secret.clone(),
        None => kept_secret(&config.data_dir.join("token.key"))?,
    };
    let key = TokenKey { id: "1".into(), secret };
    TokenKeys::new(vec![key]).map_err(KeyError::Unusable)
}

/// What credentials are sealed with: as configured, or with a key kept beside the data.
pub(crate) fn vault(config: &Config) -> Result<Vault, KeyError> {
    let keys = if config.credential_keys.is_empty() {
        vec![kept(&config.data_dir.join("credential.key"), Vault::generate_key)?]
    } else {
        config.credential_keys.clone()
    };
    Vault::new(&keys).map_err(|error| KeyError::Unusable(error.to_string()))
}

/// The same where there are keys already. Makes none.
pub(crate) fn present_vault(config: &Config) -> Result<Option<Vault>, KeyError> {
    if config.credential_keys.is_empty() && !config.data_dir.join("credential.key").exists() {
        return Ok(None);
    }
    vault(config).map(Some)
}

/// Reads the file with a signing secret, or makes it.
fn kept_secret(path: &Path) -> Result<SecretString, KeyError> {
    kept(path, throwaway_secret)
}

/// Reads the file, or makes it: readable by its owner alone, and never written twice.
fn kept(path: &Path, make: impl FnOnce() -> SecretString) -> Result<SecretString, KeyError> {
    let fail = |error| KeyError::File(path.to_owned(), error);
    match fs::read_to_string(path) {
        Ok(text) => return Ok(text.trim().into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(fail(error)),
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(fail)?;
    }
    let secret = make();
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(fail)?;
    file.write_all(secret.expose_secret().as_bytes()).and_then(|()| file.sync_all()).map_err(fail)?;
    Ok(secret)
}

/// A key for one process.
pub(crate) fn throwaway_secret() -> SecretString {
    let mut bytes = [0_u8; 48];
    rand::rng().fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_kept_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sub/token.key");
        let first = kept_secret(&path).unwrap();
        assert_eq!(first.expose_secret().len(), 96);
        assert_eq!(kept_secret(&path).unwrap().expose_secret(), first.expose_secret());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
