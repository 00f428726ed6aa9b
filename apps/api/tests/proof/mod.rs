//! Promises about every address, every account, every connection. Each test prints what it counted; sizes grow by
//! `PROOF_*` in `scripts/nightly`.

mod claims;
mod endings;
mod fields;
mod injection;
mod origins;
mod pool;
mod roles;
mod smuggling;
mod streams;
mod tenants;

use serde_json::Value;

use crate::support::Client;

/// A size: from the environment, or what fits into every run.
#[expect(clippy::disallowed_methods, reason = "how much is proved is the runner's to say")]
pub(crate) fn size(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// All that somebody can see of their account, as text: what is compared before and after an attack.
async fn picture(client: &Client) -> String {
    let mut seen = String::new();
    for path in [
        "/trees?limit=100&include_inactive=true",
        "/sessions?limit=100",
        "/accounts/me/members",
        "/accounts/me/people",
        "/accounts/me/teams",
        "/accounts/me",
        "/auth/me",
        "/assistant/documents",
        "/assistant/chats",
    ] {
        let answer = client.get(path).await;
        seen.push_str(&format!("{path} {} {}\n", answer.status, answer.text));
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        let items = body["items"].as_array().or_else(|| body.as_array()).cloned().unwrap_or_default();
        let kind = path.split('?').next().unwrap_or(path);
        for id in items.iter().filter_map(|item| item["id"].as_str()) {
            let more: &[&str] = match kind {
                "/trees" => &["", "/versions", "/lint"],
                "/sessions" => &["", "/log"],
                _ => &[],
            };
            for rest in more {
                let answer = client.get(&format!("{kind}/{id}{rest}")).await;
                seen.push_str(&format!("{kind}/{id}{rest} {} {}\n", answer.status, answer.text));
            }
        }
    }
    seen
}
