//! ConnectWise's own ways of answering.

use serde_json::{Value, json};

pub(crate) use crate::site::{Reply, Request};

impl Request {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value, Reply> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Reply::invalid("ConnectWiseApi", &format!("The body is no JSON: {error}.")))
    }
}

impl Reply {
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        let body = json!({ "code": code, "message": message, "errors": null });
        Self { status, body: Some(body), headers: Vec::new() }
    }

    pub(crate) fn invalid(code: &str, message: &str) -> Self {
        Self::error(400, code, message)
    }

    pub(crate) fn not_found(what: &str, id: &str) -> Self {
        Self::error(404, "NotFound", &format!("{what} {id} not found"))
    }

    /// An object that cannot be kept because of one field.
    pub(crate) fn refused(resource: &str, code: &str, message: &str, field: &str) -> Self {
        let body = json!({
            "code": "InvalidObject",
            "message": format!("{resource} object is invalid"),
            "errors": [{ "code": code, "message": message, "resource": resource, "field": field }],
        });
        Self { status: 400, body: Some(body), headers: Vec::new() }
    }
}
