//! Voyage AI's embeddings: `POST /v1/embeddings` with a bearer key, and faults on demand.
//!
//! Its vectors are its own: words go into places by a digest, and what some words of the trade mean goes into places they
//! share, so that "let somebody go" and "offboard a leaver" are close. The same text is always the same vector.

mod vector;

use serde_json::{Value, json};

pub use crate::site::{Call, Fault, FaultRule};
use crate::site::{Reply, Request, Site, site_methods};

/// The key that opens the simulator.
pub const KEY: &str = "pa-simulator-key";
/// Texts of one call; the real one takes as many.
const MOST_TEXTS: usize = 1_000;

/// Nothing is kept.
#[derive(Debug)]
struct World;

/// A running simulator, until [`Simulator::stop`].
#[derive(Debug)]
pub struct Simulator {
    site: Site<World>,
}

site_methods!(Simulator);

impl crate::site::World for World {
    const CONTENT_TYPE: &'static str = "application/json";

    fn begin() -> Self {
        Self
    }

    fn respond(&mut self, request: &Request) -> Reply {
        respond(request)
    }

    fn refusal(status: u16, _: &str, message: &str) -> Reply {
        refused(status, message)
    }
}

fn refused(status: u16, message: &str) -> Reply {
    Reply { status, body: Some(json!({ "detail": message })), headers: Vec::new() }
}

fn respond(request: &Request) -> Reply {
    if (request.method.as_str(), request.path.as_str()) != ("POST", "/v1/embeddings") {
        return refused(404, "Not Found");
    }
    if request.authorization.as_deref() != Some(&format!("Bearer {KEY}")) {
        return refused(401, "Provided API key is invalid.");
    }
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return refused(400, "Your request body is not valid JSON.");
    };
    let texts = match &body["input"] {
        Value::String(text) => vec![text.as_str()],
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let model = body["model"].as_str().unwrap_or_default();
    let kind_is_known = matches!(body["input_type"].as_str(), None | Some("document" | "query"));
    if texts.is_empty() || texts.len() > MOST_TEXTS || model.is_empty() || !kind_is_known {
        return refused(400, "The request body is missing a required field or has one that is not valid.");
    }
    let tokens: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    let data: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| json!({ "object": "embedding", "embedding": vector::of(text), "index": index }))
        .collect();
    Reply::ok(json!({ "object": "list", "data": data, "model": model, "usage": { "total_tokens": tokens } }))
}
