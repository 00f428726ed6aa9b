//! The provider's messages, as far as they say something about a subscription.

use rf_accounts::{Message, Plan, SubscriptionNews, SubscriptionStatus};
use rf_kernel::{AccountId, Timestamp};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    created: i64,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Value,
}

#[derive(Deserialize)]
struct SubscriptionObject {
    customer: Reference,
    status: String,
    #[serde(default)]
    cancel_at_period_end: bool,
    /// Until 2025 here, since then on the items.
    current_period_end: Option<i64>,
    #[serde(default)]
    metadata: Metadata,
    items: Items,
}

/// An id, or the thing itself where it was expanded.
#[derive(Deserialize)]
#[serde(untagged)]
enum Reference {
    Id(String),
    Object { id: String },
}

#[derive(Default, Deserialize)]
struct Metadata {
    account_id: Option<String>,
    plan: Option<String>,
}

#[derive(Deserialize)]
struct Items {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    price: Price,
    quantity: Option<i64>,
    current_period_end: Option<i64>,
}

#[derive(Deserialize)]
struct Price {
    id: String,
}

/// Reads a genuine message.
pub(crate) fn read(body: &[u8]) -> Result<Message, serde_json::Error> {
    let event: Event = serde_json::from_slice(body)?;
    let stage = match event.kind.strip_prefix("customer.subscription.") {
        Some("created") => 0,
        Some("deleted") => 2,
        Some("updated" | "paused" | "resumed") => 1,
        _ => return Ok(Message::Other),
    };
    let object = SubscriptionObject::deserialize(&event.data.object)?;
    let status = match object.status.as_str() {
        "active" => Some(SubscriptionStatus::Active),
        "trialing" => Some(SubscriptionStatus::Trialing),
        "past_due" => Some(SubscriptionStatus::PastDue),
        "canceled" => Some(SubscriptionStatus::Canceled),
        "unpaid" | "paused" => Some(SubscriptionStatus::Locked),
        // `incomplete` waits for its first payment, `incomplete_expired` never had one: nothing was bought.
        _ => None,
    };
    let first = object.items.data.first();
    let end = first.and_then(|item| item.current_period_end).or(object.current_period_end);
    let Metadata { account_id, plan } = object.metadata;
    Ok(Message::Subscription(Box::new(SubscriptionNews {
        event_id: event.id,
        at: instant(event.created)?,
        account_id: account_id.and_then(|id| id.parse::<AccountId>().ok()),
        customer_id: match object.customer {
            Reference::Id(id) | Reference::Object { id } => id,
        },
        price_id: first.map(|item| item.price.id.clone()),
        plan: plan.and_then(|plan| plan.parse::<Plan>().ok()),
        status,
        stage,
        current_period_end: end.map(instant).transpose()?,
        cancel_at_period_end: object.cancel_at_period_end,
        seats: first.and_then(|item| item.quantity).unwrap_or(1).max(0),
    })))
}

fn instant(unix: i64) -> Result<Timestamp, serde_json::Error> {
    let known = Timestamp::from_unix(unix);
    known.ok_or_else(|| serde::de::Error::custom(format!("{unix} is no second of the calendar")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn news(kind: &str, status: &str) -> SubscriptionNews {
        let body = json!({
            "id": "evt_1", "object": "event", "type": kind, "created": 1_800_000_000, "livemode": false,
            "data": { "object": {
                "id": "sub_1", "customer": { "id": "cus_1", "email": null }, "status": status,
                "cancel_at_period_end": true, "metadata": { "account_id": uuid::Uuid::nil(), "plan": "pro" },
                "items": { "data": [{ "price": { "id": "price_1" }, "quantity": 4, "current_period_end": 1_802_592_000 }] },
            } },
        });
        match read(body.to_string().as_bytes()).unwrap() {
            Message::Subscription(news) => *news,
            Message::Other => panic!("not about a subscription"),
        }
    }

    #[test]
    fn a_subscription_message_says_what_was_bought() {
        let news = news("customer.subscription.created", "active");
        assert_eq!((news.event_id.as_str(), news.customer_id.as_str(), news.stage), ("evt_1", "cus_1", 0));
        assert_eq!((news.price_id.as_deref(), news.plan, news.seats), (Some("price_1"), Some(Plan::Pro), 4));
        assert_eq!(news.current_period_end, Timestamp::from_unix(1_802_592_000));
        assert!(news.cancel_at_period_end && news.account_id.is_some());
    }

    #[test]
    fn every_status_of_the_provider_has_a_meaning() {
        use SubscriptionStatus::{Active, Canceled, Locked, PastDue, Trialing};
        for (theirs, ours) in [
            ("active", Some(Active)),
            ("trialing", Some(Trialing)),
            ("past_due", Some(PastDue)),
            ("canceled", Some(Canceled)),
            ("unpaid", Some(Locked)),
            ("paused", Some(Locked)),
            ("incomplete", None),
            ("incomplete_expired", None),
            ("something_new", None),
        ] {
            assert_eq!(news("customer.subscription.updated", theirs).status, ours, "{theirs}");
        }
        assert_eq!(news("customer.subscription.deleted", "canceled").stage, 2);
    }

    #[test]
    fn other_messages_change_nothing_and_broken_ones_are_errors() {
        let other = json!({ "id": "e", "type": "invoice.paid", "created": 1, "data": { "object": {} } });
        assert_eq!(read(other.to_string().as_bytes()).unwrap(), Message::Other);
        for broken in [
            "",
            "[]",
            "{}",
            r#"{"id":"e","type":"customer.subscription.updated","created":1,"data":{"object":{}}}"#,
        ] {
            assert!(read(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
