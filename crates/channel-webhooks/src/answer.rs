//! What a webhook's answer means, in words for whoever set the channel up.

use reqwest::StatusCode;
use rf_notifications::{ChannelError, ChannelKind};
use rf_outbound::{Answer, shown};

/// What connectors of Teams say, with a 200, of a message that is not there.
const NOT_DELIVERED: &str = "Webhook message delivery failed";

pub(crate) fn read(kind: ChannelKind, answer: &Answer) -> Result<(), ChannelError> {
    let words = String::from_utf8_lossy(&answer.body);
    let status = answer.status;
    if status.is_success() {
        return match kind {
            ChannelKind::Teams if words.contains(NOT_DELIVERED) => Err(not_delivered(&words)),
            _ => Ok(()),
        };
    }
    tracing::debug!(kind = kind.as_str(), status = status.as_u16(), "a webhook refused a message");
    let vendor = kind.vendor();
    let refused = |what: String| Err(ChannelError::Refused(what));
    match status {
        StatusCode::TOO_MANY_REQUESTS => Err(busy(kind, answer.retry_after)),
        // It says that it did not do it, and that later it may.
        StatusCode::INTERNAL_SERVER_ERROR | StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => {
            let words = format!("{vendor} has trouble of its own ({}).", status.as_u16());
            Err(ChannelError::Later { retry_after: answer.retry_after.and_then(seconds), words })
        }
        // What stands in front of it got no answer; whether it did it is not known.
        _ if status.is_server_error() => Err(ChannelError::Unknown(format!(
            "What stands in front of {vendor} got no answer ({}). Look in the channel before you send the message again.",
            status.as_u16()
        ))),
        StatusCode::NOT_FOUND | StatusCode::GONE => refused(format!(
            "{vendor} knows no webhook at this address any more{}. Make a new one there and enter its address.",
            said(&words)
        )),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => refused(format!(
            "{vendor} does not let this webhook post{}. Ask who runs {vendor}, or make a new webhook.",
            said(&words)
        )),
        _ if status.is_redirection() => refused(format!(
            "The address leads on to another one ({}), where messages are not sent. Enter the webhook's own address.",
            status.as_u16()
        )),
        _ => refused(format!("{vendor} does not take the message ({}{}).", status.as_u16(), said(&words))),
    }
}

/// It takes no messages just now.
pub(crate) fn busy(kind: ChannelKind, retry_after: Option<u64>) -> ChannelError {
    let words = format!("{} takes no more messages just now.", kind.vendor());
    ChannelError::Later { retry_after: retry_after.and_then(seconds), words }
}

fn seconds(count: u64) -> Option<i64> {
    i64::try_from(count).ok()
}

/// A connector's own words for what came of it: behind it a limit may have been met.
fn not_delivered(words: &str) -> ChannelError {
    if words.contains("429") {
        return busy(ChannelKind::Teams, None);
    }
    ChannelError::Refused(format!("Teams did not deliver the message{}.", said(words)))
}

/// What it said, where that is a short word and no page: Slack says `channel_is_archived`.
fn said(words: &str) -> String {
    let words = shown(words);
    if words.is_empty() || words.contains('<') { String::new() } else { format!(": {words}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(
        kind: ChannelKind,
        status: u16,
        body: &str,
        retry_after: Option<u64>,
    ) -> Result<(), ChannelError> {
        let status = StatusCode::from_u16(status).unwrap();
        read(kind, &Answer { status, body: body.into(), link: None, retry_after })
    }

    #[test]
    fn each_answer_is_one_of_four_things() {
        let (slack, teams) = (ChannelKind::Slack, ChannelKind::Teams);
        assert_eq!(told(slack, 200, "ok", None), Ok(()));
        assert_eq!(told(teams, 202, "", None), Ok(()));
        assert_eq!(told(teams, 200, "1", None), Ok(()));
        let waits = |answer| match answer {
            Err(ChannelError::Later { retry_after, .. }) => retry_after,
            other => panic!("{other:?}"),
        };
        assert_eq!(waits(told(slack, 429, "", Some(30))), Some(30));
        assert_eq!(waits(told(slack, 500, "rollup_error", None)), None);
        let limited =
            "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429";
        assert_eq!(waits(told(teams, 200, limited, None)), None);
        for (kind, status, body, word) in [
            (slack, 404, "no_service", "no_service"),
            (slack, 410, "channel_is_archived", "channel_is_archived"),
            (slack, 403, "action_prohibited", "action_prohibited"),
            (slack, 400, "invalid_payload", "invalid_payload"),
            (slack, 302, "", "leads on"),
            (teams, 404, "<html>gone</html>", "no webhook"),
            (teams, 200, "Webhook message delivery failed with error: 403", "did not deliver"),
        ] {
            match told(kind, status, body, None) {
                Err(ChannelError::Refused(words)) => {
                    assert!(words.contains(word) && !words.contains('<'), "{words}");
                }
                other => panic!("{status}: {other:?}"),
            }
        }
        for status in [502, 504] {
            assert!(matches!(told(slack, status, "", None), Err(ChannelError::Unknown(_))), "{status}");
        }
    }
}
