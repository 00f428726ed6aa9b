//! What the simulator is asked and what it answers, free of any HTTP library.

use serde_json::Value;

/// A request as it came in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Without the query, as sent.
    pub(crate) path: String,
    /// Decoded, in the order sent.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) authorization: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) accept: Option<String>,
    pub(crate) pagination: Option<String>,
    /// What the body is said to be.
    pub(crate) content_type: Option<String>,
    /// Where the client thinks we are: `127.0.0.1:4000`.
    pub(crate) host: String,
    /// Whether it came over TLS.
    pub(crate) is_secure: bool,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Where the client thinks we are, with the scheme.
    pub(crate) fn origin(&self) -> String {
        format!("{}://{}", if self.is_secure { "https" } else { "http" }, self.host)
    }

    /// The first value of a query parameter, in any letter case, as the original has it.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Reply {
    pub(crate) const fn ok(body: Value) -> Self {
        Self { status: 200, body: Some(body), headers: Vec::new() }
    }

    pub(crate) const fn created(body: Value) -> Self {
        Self { status: 201, body: Some(body), headers: Vec::new() }
    }

    pub(crate) const fn gone() -> Self {
        Self { status: 204, body: None, headers: Vec::new() }
    }
}
