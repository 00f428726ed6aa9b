//! A client of the API. Tests say what they expect; the shape of every refusal is checked on the way.

use std::{net::SocketAddr, time::Duration};

use reqwest::{Method, RequestBuilder, header::HeaderMap};
use serde_json::Value;

/// Somebody with a browser: anonymous, or with a person's access token.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            // The server ends connections that were idle for five seconds. One used again in that instant would meet its end.
            .pool_idle_timeout(Duration::from_secs(1))
            .build();
        Self { http: http.expect("a client"), base: format!("http://{address}"), token: None }
    }

    /// The same, with that access token.
    pub(crate) fn with_token(&self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self.clone() }
    }

    /// A request to a path of the API, or, with a leading `//`, of the server.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = match path.strip_prefix("//") {
            Some(path) => format!("{}/{path}", self.base),
            None => format!("{}/api/v1{path}", self.base),
        };
        let request = self.http.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    /// A GET with query parameters.
    pub(crate) async fn find(&self, path: &str, query: &[(&str, &str)]) -> Answer {
        Answer::of(self.request(Method::GET, path).query(query)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(&body)).await
    }

    /// A PUT that says which revision it saw.
    pub(crate) async fn put_if(&self, path: &str, revision: i64, body: Value) -> Answer {
        let request = self.request(Method::PUT, path).header("if-match", format!("\"{revision}\""));
        Answer::of(request.json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    /// A POST of raw bytes.
    pub(crate) async fn post_raw(&self, path: &str, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        let request = self.request(Method::POST, path).header("content-type", media_type);
        Answer::of(request.body(body.into())).await
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let mut response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = if headers.get("content-type").is_some_and(|media_type| media_type == "text/event-stream")
        {
            // Such an answer ends when the server wants it to: how it begins will do.
            let first = response.chunk().await.expect("a readable body").unwrap_or_default();
            String::from_utf8_lossy(&first).into_owned()
        } else {
            response.text().await.expect("a readable body")
        };
        Self { status, headers, text }
    }

    /// The value of a header, which must be there.
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.unwrap_or_else(|| panic!("no {name} in {self:?}")).to_str().expect("a readable header")
    }

    /// A header that need not be there.
    pub(crate) fn header_if_any(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a readable header"))
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The body of an answer that must have that status.
    #[track_caller]
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }

    /// Success without a body.
    #[track_caller]
    pub(crate) fn expect_empty(&self) {
        assert_eq!((self.status, self.text.as_str()), (204, ""), "{self:?}");
    }

    /// The body of a refusal that must have that status and code, and the shape all refusals have.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        let body = self.json();
        assert_eq!(body["code"], code, "{self:?}");
        assert!(body["detail"].is_string() || body["detail"].is_object(), "{self:?}");
        assert_eq!(body["request_id"], self.header("x-request-id"), "{self:?}");
        let known = ["code", "detail", "errors", "request_id"];
        assert!(
            body.as_object().is_some_and(|o| o.keys().all(|key| known.contains(&key.as_str()))),
            "{self:?}"
        );
        body
    }

    /// A refusal with exactly that text.
    #[track_caller]
    pub(crate) fn says(&self, status: u16, code: &str, detail: &str) {
        assert_eq!(self.refused(status, code)["detail"], detail, "{self:?}");
    }

    /// A 422 that names exactly these fields and reasons.
    #[track_caller]
    pub(crate) fn refuses_fields(&self, expected: &[(&str, &str)]) {
        let body = self.refused(422, "validation_failed");
        let errors = body["errors"].as_array().unwrap_or_else(|| panic!("no errors in {self:?}"));
        let found: Vec<_> = errors
            .iter()
            .map(|error| (error["loc"].as_str().unwrap_or("?"), error["code"].as_str().unwrap_or("?")))
            .collect();
        assert_eq!(found, expected, "{self:?}");
    }
}
