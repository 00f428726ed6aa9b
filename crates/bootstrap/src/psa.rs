//! A PSA that a command is pointed at.

use std::{path::Path, sync::Arc};

use rf_psa::{PsaError, PsaProvider, PsaVendor};
use rf_psa_connectwise::{ConnectWise, ConnectWiseSettings};
use rf_psa_halo::{Halo, HaloSettings};
use rf_psa_http::Reach;
use secrecy::SecretString;
use serde::Deserialize;

use crate::ConfigError;

/// What a connection to a PSA is made with. It is read from a file or the environment and never given as an argument:
/// those are seen by everybody on the machine.
#[derive(Clone, Debug)]
pub enum PsaKeys {
    /// Of a ConnectWise.
    ConnectWise(rf_psa_connectwise::Credentials),
    /// Of a Halo.
    Halo(rf_psa_halo::Credentials),
}

impl PsaKeys {
    /// Reads them from a TOML file, or without one from the environment: of a ConnectWise `company`, `public_key`,
    /// `private_key` and `client_id` (`CONNECTWISE_COMPANY` and so on), of a Halo `client_id`, `client_secret` and, for a
    /// site that has several, `tenant` (`HALO_CLIENT_ID` and so on).
    ///
    /// # Errors
    /// When one is missing, or the file cannot be read.
    pub fn load(vendor: PsaVendor, file: Option<&Path>) -> Result<Self, ConfigError> {
        let prefix = match vendor {
            PsaVendor::ConnectWise => "CONNECTWISE",
            PsaVendor::Halo => "HALO",
        };
        let builder = config::Config::builder();
        let builder = match file {
            Some(file) => builder.add_source(config::File::from(file).format(config::FileFormat::Toml)),
            None => builder.add_source(config::Environment::with_prefix(prefix).prefix_separator("_")),
        };
        // The words of the error would quote the line, and with it the key.
        let given: Given = builder.build().and_then(config::Config::try_deserialize).map_err(|_| {
            ConfigError::Unreadable(
                "the keys cannot be read: each is a text on a line, as in company = \"acme\"".into(),
            )
        })?;
        let missing = |name: &str| ConfigError::Unreadable(format!("{name} is missing among the keys"));
        let client_id = given.client_id.ok_or_else(|| missing("client_id"))?;
        Ok(match vendor {
            PsaVendor::ConnectWise => Self::ConnectWise(rf_psa_connectwise::Credentials {
                company: given.company.ok_or_else(|| missing("company"))?,
                public_key: given.public_key.ok_or_else(|| missing("public_key"))?,
                private_key: given.private_key.ok_or_else(|| missing("private_key"))?,
                client_id,
            }),
            PsaVendor::Halo => Self::Halo(rf_psa_halo::Credentials {
                tenant: given.tenant,
                client_id,
                client_secret: given.client_secret.ok_or_else(|| missing("client_secret"))?,
            }),
        })
    }
}

#[derive(Deserialize)]
struct Given {
    company: Option<String>,
    tenant: Option<String>,
    public_key: Option<SecretString>,
    private_key: Option<SecretString>,
    client_id: Option<SecretString>,
    client_secret: Option<SecretString>,
}

/// Gets ready to talk to the PSA at a site; nothing is sent yet. `simulator`: it is the simulator on this machine, which
/// nothing else may be.
///
/// # Errors
/// When the site is none to talk to, or a key cannot be one.
pub fn psa(site: &str, keys: PsaKeys, simulator: bool) -> Result<Arc<dyn PsaProvider>, PsaError> {
    let reach = if simulator { Reach::ThisMachine } else { Reach::Public };
    Ok(match keys {
        PsaKeys::ConnectWise(keys) => {
            let settings = ConnectWiseSettings { reach, ..ConnectWiseSettings::new(site, keys) };
            Arc::new(ConnectWise::new(&settings)?)
        }
        PsaKeys::Halo(keys) => {
            let settings = HaloSettings { reach, ..HaloSettings::new(site, keys) };
            Arc::new(Halo::new(&settings)?)
        }
    })
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
            PsaKeys::load(PsaVendor::ConnectWise, Some(&file))
        };
        let good = "company = \"c\"\npublic_key = \"p\"\nprivate_key = \"s3cret\"\nclient_id = \"i\"\n";
        let keys = load(good).unwrap();
        assert!(matches!(&keys, PsaKeys::ConnectWise(keys) if keys.company == "c"));
        assert!(!format!("{keys:?}").contains("s3cret"));
        let halo = |text: &str| {
            std::fs::write(&file, text).unwrap();
            PsaKeys::load(PsaVendor::Halo, Some(&file))
        };
        assert!(
            halo("client_id = \"i\"\nclient_secret = \"s3cret\"\n").is_ok(),
            "a tenant need not be named"
        );
        assert!(halo("client_id = \"i\"\n").unwrap_err().to_string().contains("client_secret"));
        for broken in [
            good.replace("client_id = \"i\"\n", ""),
            good.replace("\"s3cret\"", "\"s3cret"),
            good.replace("\"s3cret\"", "[\"s3cret\"]"),
        ] {
            let told = load(&broken).unwrap_err().to_string();
            assert!(told.contains("keys") && !told.contains("s3cret"), "{told}");
        }
        assert!(PsaKeys::load(PsaVendor::ConnectWise, Some(&folder.path().join("none"))).is_err());
    }
}
