//! Plans: the guard (BILL-02, BILL-03, QA-13), exact limits (C3), checkout and portal, and messages of the payment
//! provider (C4), signed by the provider's own library.

mod guard;
mod limits;
mod messages;
mod paying;

use std::{
    io::Write,
    process::{Command, Stdio},
    sync::Arc,
};

use reqwest::Method;
use rf_accounts::{Plan, Subscription, SubscriptionStatus};
use rf_kernel::AccountId;
use rf_store::Access;
use serde_json::{Value, json};

use crate::support::{Answer, Client, StripeSimulator, World};

/// Sets how an account's subscription stands, or takes care that there is none.
async fn stand(w: &World, account: AccountId, plan: Plan, status: SubscriptionStatus) {
    let mut unit = w.store().begin(Access::system_write()).await.unwrap();
    let subscription = unit.subscription_of(account).await.unwrap().unwrap();
    unit.update_subscription(account, &Subscription { plan, status, ..subscription }).await.unwrap();
    unit.commit().await.unwrap();
}

async fn subscription(w: &World, account: AccountId) -> Subscription {
    let mut unit = w.store().begin(Access::system_read()).await.unwrap();
    unit.subscription_of(account).await.unwrap().unwrap()
}

/// What a message says.
#[derive(Clone)]
struct Event {
    id: String,
    kind: &'static str,
    created: i64,
    status: &'static str,
    account: AccountId,
    customer: String,
    seats: i64,
}

impl Event {
    fn body(&self) -> String {
        json!({
            "id": self.id, "object": "event", "api_version": "2026-01-28.clover", "created": self.created,
            "livemode": false, "pending_webhooks": 1, "type": self.kind,
            "data": { "object": {
                "id": format!("sub_{}", self.customer), "object": "subscription", "customer": self.customer,
                "status": self.status, "cancel_at_period_end": false,
                "metadata": { "account_id": self.account, "plan": "pro" },
                "items": { "object": "list", "data": [{
                    "id": "si_1", "price": { "id": "price_month", "object": "price" }, "quantity": self.seats,
                    "current_period_end": self.created + 2_592_000,
                }] },
            } },
        })
        .to_string()
    }
}

/// Signs texts as the provider does: with its own library, in a process of its own.
fn signed(secret: &str, second: i64, bodies: &[String]) -> Vec<String> {
    const SCRIPT: &str = "
import json, stripe, sys
asked = json.load(sys.stdin)
sign = stripe.WebhookSignature._compute_signature
for body in asked['bodies']:
    print('t=%d,v1=%s' % (asked['second'], sign('%d.%s' % (asked['second'], body), asked['secret'])))
";
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let found = Command::new(format!("{root}/scripts/lib/python")).arg("stripe==16.1.0").output().unwrap();
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    let python = String::from_utf8(found.stdout).unwrap();
    let mut child = Command::new(python.trim())
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let asked = json!({ "secret": secret, "second": second, "bodies": bodies }).to_string();
    child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let headers: Vec<_> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(headers.len(), bodies.len());
    headers
}

async fn deliver(client: &Client, body: &str, signature: &str) -> Answer {
    let request = client.request(Method::POST, "/billing/webhook").header("stripe-signature", signature);
    Answer::of(request.header("content-type", "application/json").body(body.to_owned())).await
}

/// Signs and delivers, one after another.
async fn send(w: &World, events: &[Event]) {
    let bodies: Vec<_> = events.iter().map(Event::body).collect();
    let signatures = signed(crate::support::NEW_SECRET, w.now().unix(), &bodies);
    for (body, signature) in bodies.iter().zip(&signatures) {
        deliver(&w.anonymous(), body, signature).await.expect_empty();
    }
}

/// A world that can pay, and the provider it pays.
async fn paying_world(database: crate::support::Database) -> (World, StripeSimulator) {
    let provider = StripeSimulator::start();
    let w = World::with_payments(database, Arc::new(provider.client())).await;
    (w, provider)
}

async fn billing(w: &World) -> Value {
    w.owner().get("/billing").await.expect(200)
}
