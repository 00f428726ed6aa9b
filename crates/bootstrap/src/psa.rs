//! A PSA that a command is pointed at.

use std::path::Path;

use rf_psa::{PsaError, PsaProvider};
use rf_psa_connectwise::{ConnectWise, ConnectWiseSettings, Credentials, Reach};
use secrecy::SecretString;
use serde::Deserialize;

use crate::ConfigError;

/// What a connection to a ConnectWise is made with. It is read from a file or the environment and never given as an
/// argument: those are seen by everybody on the machine.
#[derive(Clone, Debug)]
pub struct ConnectWiseKeys {
    /// The company its people sign in to.
    pub company: String,
    /// The public key of its API member.
    pub public_key: SecretString,
    /// The private key of its API member.
    pub private_key: SecretString,
    /// The client id of the integration.
    pub client_id: SecretString,
}

impl ConnectWiseKeys {
    /// Reads them from a TOML file with `company`, `public_key`, `private_key` and `client_id`, or without one from
    /// `CONNECTWISE_COMPANY` and so on.
    ///
    /// # Errors
    /// When one is missing, or the file cannot be read.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let builder = config::Config::builder();
        let builder = match file {
            Some(file) => builder.add_source(config::File::from(file).format(config::FileFormat::Toml)),
            None => builder.add_source(config::Environment::with_prefix("CONNECTWISE").prefix_separator("_")),
        };
        // The words of the error would quote the line, and with it the key.
        let given: Given = builder.build().and_then(config::Config::try_deserialize).map_err(|_| {
            ConfigError::Unreadable(
                "the keys cannot be read: each is a text on a line, as in company = \"acme\"".into(),
            )
        })?;
        let missing = |name: &str| ConfigError::Unreadable(format!("{name} is missing among the keys"));
        Ok(Self {
            company: given.company.ok_or_else(|| missing("company"))?,
            public_key: given.public_key.ok_or_else(|| missing("public_key"))?,
            private_key: given.private_key.ok_or_else(|| missing("private_key"))?,
            client_id: given.client_id.ok_or_else(|| missing("client_id"))?,
        })
    }
}

#[derive(Deserialize)]
struct Given {
    company: Option<String>,
    public_key: Option<SecretString>,
    private_key: Option<SecretString>,
    client_id: Option<SecretString>,
}

/// Gets ready to talk to the ConnectWise at a site; nothing is sent yet. `simulator`: it is the simulator on this
/// machine, which nothing else may be.
///
/// # Errors
/// When the site is none to talk to, or a key cannot be one.
pub fn connectwise(
    site: &str,
    keys: ConnectWiseKeys,
    simulator: bool,
) -> Result<Box<dyn PsaProvider>, PsaError> {
    let ConnectWiseKeys { company, public_key, private_key, client_id } = keys;
    let credentials = Credentials { company, public_key, private_key, client_id };
    let settings = ConnectWiseSettings {
        reach: if simulator { Reach::ThisMachine } else { Reach::Public },
        ..ConnectWiseSettings::new(site, credentials)
    };
    Ok(Box::new(ConnectWise::new(&settings)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keys_file_that_cannot_be_used_is_told_without_its_keys() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        let load = |text: &str| {
            std::fs::write(&file, text).unwrap();
            ConnectWiseKeys::load(Some(&file))
        };
        let good = "company = \"c\"\npublic_key = \"p\"\nprivate_key = \"s3cret\"\nclient_id = \"i\"\n";
        let keys = load(good).unwrap();
        assert_eq!(keys.company, "c");
        assert!(!format!("{keys:?}").contains("s3cret"));
        for broken in [
            good.replace("client_id = \"i\"\n", ""),
            good.replace("\"s3cret\"", "\"s3cret"),
            good.replace("\"s3cret\"", "[\"s3cret\"]"),
        ] {
            let told = load(&broken).unwrap_err().to_string();
            assert!(told.contains("keys") && !told.contains("s3cret"), "{told}");
        }
        assert!(ConnectWiseKeys::load(Some(&folder.path().join("none"))).is_err());
    }
}
