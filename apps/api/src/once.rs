//! Creating requests that may be sent twice: `Idempotency-Key`.

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse,
    dev::Payload,
    http::header::{self, HeaderName},
    web::Bytes,
};
use rf_accounts::KeptAnswer;
use rf_kernel::Failure;
use rf_usecases::{Caller, OnceRequest};
use serde::Serialize;

use crate::{
    error::ApiError,
    extract::{AppData, Auth},
};

/// The header.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Longest key taken.
const LONGEST: usize = 255;

/// The body as it came, for a request with a key.
struct Sent(Bytes);

/// Remembers the body of a request with a key: the same key with another body is a mistake.
pub(crate) fn remember_body(request: &HttpRequest, body: &Bytes) {
    if request.headers().contains_key(&IDEMPOTENCY_KEY) {
        request.extensions_mut().insert(Sent(body.clone()));
    }
}

/// The key of a creating request, if its client sent one.
#[derive(Debug)]
pub(crate) struct Once {
    key: Option<String>,
    request: HttpRequest,
}

impl FromRequest for Once {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut keys = request.headers().get_all(&IDEMPOTENCY_KEY);
        let key = match (keys.next(), keys.next()) {
            (None, _) => Ok(None),
            (Some(key), None) => match key.to_str().map(str::trim) {
                Ok(key) if (1..=LONGEST).contains(&key.len()) => Ok(Some(key.to_owned())),
                _ => Err(()),
            },
            (Some(_), Some(_)) => Err(()),
        };
        let once = key.map(|key| Self { key, request: request.clone() }).map_err(|()| {
            let message = format!("send one key of 1 to {LONGEST} plain characters");
            Failure::invalid_field("Idempotency-Key", "not_a_key", message).into()
        });
        std::future::ready(once)
    }
}

impl Once {
    /// Does what creates, or answers what was answered to the same request before.
    pub(crate) async fn created(
        self,
        app: &AppData,
        auth: &Auth,
        create: impl AsyncFn(&Caller) -> Result<KeptAnswer, Failure>,
    ) -> Result<HttpResponse, ApiError> {
        let answer = match self.key {
            None => create(&auth.0).await?,
            Some(key) => {
                let sent = self.request.extensions().get::<Sent>().map(|sent| sent.0.clone());
                let request = OnceRequest::new(key, self.request.path(), &sent.unwrap_or_default());
                app.once(&auth.0, &request, create).await?
            }
        };
        let mut response = HttpResponse::Created();
        response.content_type("application/json");
        if let Some(etag) = answer.etag {
            response.insert_header((header::ETAG, etag));
        }
        Ok(response.body(answer.body))
    }
}

/// The answer to a creating request, with its revision where it has one.
pub(crate) fn answer<T: Serialize>(revision: Option<i64>, body: &T) -> Result<KeptAnswer, Failure> {
    let body = serde_json::to_string(body).map_err(Failure::internal)?;
    Ok(KeptAnswer { etag: revision.map(|revision| format!("\"{revision}\"")), body })
}
