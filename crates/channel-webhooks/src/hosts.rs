//! Which addresses are webhooks.

use rf_notifications::{ChannelKind, MAX_WEBHOOK_CHARS, WebhookRefused};
use rf_outbound::{Reach, vetted};

/// Where Slack's webhooks are.
const SLACK: &[&str] = &["hooks.slack.com", "hooks.slack-gov.com"];
/// Where those of Teams are: of workflows, and of the older connectors. One that begins with a dot stands for all below
/// it.
const TEAMS: &[&str] = &[".logic.azure.com", ".api.powerplatform.com", ".webhook.office.com"];

/// Whether it is one of that chat; answers its host.
pub(crate) fn check(
    kind: ChannelKind,
    entered: &str,
    more_hosts: &[String],
    reach: Reach,
) -> Result<String, WebhookRefused> {
    let refused = |why: String| {
        let what_to_do = match kind {
            ChannelKind::Slack => {
                "In Slack, add \"Incoming Webhooks\" to the channel and copy the address, which begins with \
                 https://hooks.slack.com/services/."
            }
            ChannelKind::Teams => {
                "In Teams, open the channel's Workflows, choose \"Send webhook alerts to a channel\" and copy the address \
                 it shows."
            }
        };
        WebhookRefused(format!("{why} {what_to_do}"))
    };
    if entered.chars().count() > MAX_WEBHOOK_CHARS {
        return Err(refused("The address is longer than any webhook's.".into()));
    }
    let url = vetted(entered, reach).map_err(|why| refused(why.to_string()))?;
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
    if reach == Reach::Public {
        let known = match kind {
            ChannelKind::Slack => SLACK,
            ChannelKind::Teams => TEAMS,
        };
        let mut taken = known.iter().copied().chain(more_hosts.iter().map(String::as_str));
        if !taken.any(|rule| stands_for(rule, &host)) {
            return Err(refused(format!("{} has no webhooks at this host.", kind.vendor())));
        }
    }
    if url.path() == "/" && url.query().is_none() {
        return Err(refused("The address is a host alone; the webhook is what comes after it.".into()));
    }
    Ok(host)
}

fn stands_for(rule: &str, host: &str) -> bool {
    let rule = rule.to_lowercase();
    if rule.starts_with('.') { host.ends_with(&rule) && host.len() > rule.len() } else { host == rule }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(kind: ChannelKind, url: &str) -> Option<String> {
        check(kind, url, &["chat.acme.example".into(), ".Hooks.acme.example".into()], Reach::Public).ok()
    }

    #[test]
    fn webhooks_are_taken_from_their_own_hosts_and_the_operator_s() {
        for (kind, url, expected) in [
            (ChannelKind::Slack, " https://hooks.slack.com/services/T0/B0/abc ", "hooks.slack.com"),
            (
                ChannelKind::Teams,
                "https://prod-12.westeurope.logic.azure.com:443/workflows/7/triggers/manual/paths/invoke?sig=x",
                "prod-12.westeurope.logic.azure.com",
            ),
            (
                ChannelKind::Teams,
                "https://default7.af.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/7?sig=x",
                "default7.af.environment.api.powerplatform.com",
            ),
            (ChannelKind::Teams, "https://acme.webhook.office.com/webhookb2/7", "acme.webhook.office.com"),
            (ChannelKind::Slack, "https://chat.acme.example/hooks/7", "chat.acme.example"),
            (ChannelKind::Teams, "https://a.hooks.acme.example/7", "a.hooks.acme.example"),
        ] {
            assert_eq!(host(kind, url).as_deref(), Some(expected), "{url}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for url in [
            "",
            "https://hooks.slack.com",
            "https://hooks.slack.com/",
            "http://hooks.slack.com/services/T0/B0/abc",
            "https://hooks.slack.com:8443@127.0.0.1/services/T0",
            "https://hooks.slack.com.evil.example/services/T0/B0/abc",
            "https://evil.example/hooks.slack.com",
            "https://xhooks.slack.com/services/T0",
            "https://127.0.0.1/services/T0",
            "https://[::1]/services/T0",
            "https://169.254.169.254/latest/meta-data",
            "https://hooks.slack.com:22/services/T0",
            "https://user:pass@hooks.slack.com/services/T0",
            "https://acme.webhook.office.com/webhookb2/7",
            "https://webhook.office.com/7",
            "ftp://hooks.slack.com/services/T0",
        ] {
            assert_eq!(host(ChannelKind::Slack, url), None, "{url}");
        }
        for url in [
            "https://logic.azure.com/x",
            "https://logic.azure.com.evil.example/x",
            "https://hooks.slack.com/x",
        ] {
            assert_eq!(host(ChannelKind::Teams, url), None, "{url}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_enter_and_nothing_of_what_was_entered() {
        let told = check(ChannelKind::Slack, "https://evil.example/s3cret", &[], Reach::Public).unwrap_err();
        assert!(told.0.contains("https://hooks.slack.com/services/") && !told.0.contains("s3cret"), "{told}");
    }
}
