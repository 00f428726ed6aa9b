//! ConnectWise's sites: people sign in at one host of the cloud, and its API is at another.

use rf_psa::PsaError;
use url::Url;

use crate::Reach;

/// Where people sign in and where the API is, by the cloud's own names.
const CLOUD: [(&str, &str); 6] = [
    ("na.myconnectwise.net", "api-na.myconnectwise.net"),
    ("eu.myconnectwise.net", "api-eu.myconnectwise.net"),
    ("au.myconnectwise.net", "api-au.myconnectwise.net"),
    ("aus.myconnectwise.net", "api-aus.myconnectwise.net"),
    ("za.myconnectwise.net", "api-za.myconnectwise.net"),
    ("staging.connectwisedev.com", "api-staging.connectwisedev.com"),
];

/// The address of a site's API: scheme, host and port, no path.
pub(crate) fn site(entered: &str, reach: Reach) -> Result<Url, PsaError> {
    let mut url = rf_psa_http::site(entered, reach, "eu.myconnectwise.net")?;
    let api = CLOUD.into_iter().find(|(site, _)| url.host_str() == Some(site)).map(|(_, api)| api);
    if let Some(api) = api {
        // A name of ours: it is one.
        let _ = url.set_host(Some(api));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_of_the_cloud_have_their_api_elsewhere() {
        for (entered, expected) in [
            ("na.myconnectwise.net", "https://api-na.myconnectwise.net/"),
            (" https://EU.myconnectwise.net/ ", "https://api-eu.myconnectwise.net/"),
            ("api-au.myconnectwise.net", "https://api-au.myconnectwise.net/"),
            ("psa.brightwater.example", "https://psa.brightwater.example/"),
        ] {
            assert_eq!(site(entered, Reach::Public).unwrap().as_str(), expected, "{entered}");
        }
    }
}
