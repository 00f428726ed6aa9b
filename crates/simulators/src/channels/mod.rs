//! The webhooks of Slack and Teams, as far as messages need them: they take what the originals take, in about their words,
//! and keep it; and faults on demand.
//!
//! It was made from public documentation, never beside an original; where that is silent the stricter reading was taken.
//! Every address below `/services` is a webhook of Slack, every one below `/workflows` one of Teams, until it is closed.
//!
//! Other programs steer it as its neighbours: `POST /sim/reset`, `POST /sim/faults`, `DELETE /sim/faults`, `GET /sim/journal`;
//! and a body of `{"close": "/services/…"}` at `POST /chat/close` closes a webhook.

mod shape;

use std::collections::BTreeSet;

use serde_json::{Value, json};

pub use crate::site::{Call, Fault, FaultRule};
use crate::site::{Reply, Request, Site, site_methods};

/// A message as a channel has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Posted {
    /// The webhook's path.
    pub path: String,
    /// What was sent.
    pub body: Value,
}

#[derive(Debug, Default)]
struct World {
    posted: Vec<Posted>,
    closed: BTreeSet<String>,
}

/// A running simulator, until [`Simulator::stop`].
#[derive(Debug)]
pub struct Simulator {
    site: Site<World>,
}

site_methods!(Simulator);

impl Simulator {
    /// Every message, in the order they came.
    #[must_use]
    pub fn posted(&self) -> Vec<Posted> {
        self.site.with(|world| world.posted.clone())
    }

    /// A webhook of Slack, by a name of the test's own.
    #[must_use]
    pub fn slack(&self, name: &str) -> String {
        format!("{}/services/T024/B073/{name}", self.url())
    }

    /// A webhook of Teams, by a name of the test's own.
    #[must_use]
    pub fn teams(&self, name: &str) -> String {
        format!(
            "{}/workflows/{name}/triggers/manual/paths/invoke?api-version=2016-06-01&sig={name}",
            self.url()
        )
    }

    /// Takes no message any more at a webhook whose path has this part.
    pub fn close(&self, part: &str) {
        self.site.with(|world| world.closed.insert(part.to_owned()));
    }
}

impl crate::site::World for World {
    const CONTENT_TYPE: &'static str = "text/plain; charset=utf-8";

    fn begin() -> Self {
        Self::default()
    }

    fn respond(&mut self, request: &Request) -> Reply {
        let body: Result<Value, _> = serde_json::from_slice(&request.body);
        if request.path == "/chat/close" {
            let part = body.ok().and_then(|body| body["close"].as_str().map(str::to_owned));
            self.closed.extend(part);
            return Reply::gone();
        }
        let is_slack = request.path.starts_with("/services/");
        let is_teams = request.path.starts_with("/workflows/");
        if request.method != "POST" || !(is_slack || is_teams) {
            return said(404, if is_slack { "no_service" } else { "Not found" });
        }
        if self.closed.iter().any(|part| request.path.contains(part)) {
            return if is_slack {
                said(410, "channel_is_archived")
            } else {
                said(404, "The workflow could not be found.")
            };
        }
        let is_json =
            request.content_type.as_deref().is_some_and(|kind| kind.starts_with("application/json"));
        let body = match body {
            Ok(body) if is_json => body,
            _ => return said(400, "invalid_payload"),
        };
        let checked = if is_slack { shape::slack(&body) } else { shape::teams(&body) };
        if let Err(why) = checked {
            return said(400, why);
        }
        self.posted.push(Posted { path: request.path.clone(), body });
        if is_slack { said(200, "ok") } else { Reply { status: 202, body: None, headers: Vec::new() } }
    }

    fn refusal(status: u16, code: &str, _: &str) -> Reply {
        said(status, code)
    }
}

fn said(status: u16, words: &str) -> Reply {
    Reply { status, body: Some(json!(words)), headers: Vec::new() }
}
