//! The copilot with a model, over real sockets on both sides: our server, and a stand-in for the provider's.

mod assessment;
mod assistant;
mod documents;
mod failures;
mod notes;
mod pictures;
mod poison;
mod stream;
mod turns;

use std::{sync::Arc, time::Duration};

use rf_flowpilot::llm::{LlmRetries, ModelTiers};
use rf_llm_claude::{Claude, ClaudeSettings, Deadlines};
use rf_simulators::messages::{Asked, KEY, MessagesApi, Reply};
use rf_test_support::ManualClock;
use rf_usecases::Model;
use serde_json::{Value, json};

use super::{begun, following, open, pick_option, take};
use crate::support::{Client, Database, World};

/// A world with a model, the provider it asks, and the clock its breaker looks at.
struct Lab {
    w: World,
    provider: MessagesApi,
    breaker: Arc<ManualClock>,
}

/// How long a turn waits for the model in these tests.
const DEADLINE: Duration = Duration::from_secs(2);

fn model(provider: &MessagesApi, breaker: &Arc<ManualClock>, daily_tokens: u64) -> Model {
    let silence = DEADLINE.mul_f64(2.0 / 3.0);
    let deadlines = Deadlines { complete: DEADLINE, open: silence, idle: silence, stream: DEADLINE };
    let settings = ClaudeSettings { base_url: provider.url(), deadlines, ..ClaudeSettings::new(KEY.into()) };
    let clock = Arc::clone(breaker) as Arc<dyn rf_kernel::Clock>;
    Model {
        client: Arc::new(Claude::new(&settings, clock).expect("a client")),
        tiers: ModelTiers::new("fast-model", "deep-model"),
        deadline: DEADLINE,
        retries: LlmRetries { first: Duration::from_millis(20), ..LlmRetries::default() },
        daily_tokens,
    }
}

async fn lab() -> Lab {
    lab_of(MessagesApi::start().expect("a port"), 1_000_000).await
}

async fn lab_of(provider: MessagesApi, daily_tokens: u64) -> Lab {
    let breaker = Arc::new(ManualClock::new());
    let model = model(&provider, &breaker, daily_tokens);
    let w = World::with_model(Database::sqlite().await, model).await;
    Lab { w, provider, breaker }
}

impl Lab {
    /// How often the provider was asked.
    fn calls(&self) -> usize {
        self.provider.asked().len()
    }
}

/// A conversation that no flow fits, so that the playbook asks, and its address.
async fn asking(client: &Client) -> (String, Value) {
    let said = "No internet at the branch office since the firewall was replaced. SRV-FW01 is 10.1.2.3.\nContact: Anna Weber";
    let body = json!({ "intake_content": { "text": said }, "client_name": "Weber Logistik GmbH" });
    let session = client.post("/ai-sessions", body).await.expect(201);
    assert_eq!(open(&session)["source"]["kind"], "playbook");
    (format!("/ai-sessions/{}", session["id"].as_str().unwrap()), session)
}

fn says(text: &str) -> Value {
    json!({ "kind": "message", "text": text })
}

/// An answer that proposes a check.
fn advice(reply: &str) -> Value {
    json!({
        "reply": reply,
        "way": "step",
        "step": {
            "kind": "check", "title": "Look at the uplink's lamp", "body": "On the switch.",
            "commands": ["Test-NetConnection 192.0.2.1"], "why": "Nothing behind the firewall answers."
        },
        "evidence": ["intake"],
        "certainty": 60
    })
}

fn advises(reply: &str) -> Reply {
    Reply::tool("propose", advice(reply))
}

/// The copilot's last words.
fn last_words(session: &Value) -> &Value {
    let messages = session["messages"].as_array().unwrap();
    messages.iter().rev().find(|message| message["role"] == "copilot").unwrap()
}

/// All that a request said to the provider, as one text.
fn all_of(asked: &Asked) -> String {
    asked.body.to_string()
}
