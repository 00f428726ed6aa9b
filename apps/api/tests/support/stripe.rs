//! A payment provider for a test: it speaks Stripe's wire format over a socket of its own, refuses what Stripe
//! refuses, remembers what it was asked, and can be made to fail.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    web::{self, Data},
};
use rf_payments_stripe::{Stripe, StripeSettings};
use serde_json::{Value, json};

/// The key that opens the simulator.
const KEY: &str = "sk_test_simulator";
/// Signs messages now.
pub(crate) const NEW_SECRET: &str = "whsec_new";
/// Signed them before.
pub(crate) const OLD_SECRET: &str = "whsec_old";

/// What it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) key: Option<String>,
    pub(crate) form: BTreeMap<String, String>,
}

#[derive(Default)]
struct State {
    asked: Mutex<Vec<Asked>>,
    failures: AtomicUsize,
    prices: Mutex<Vec<Value>>,
}

/// The provider, until it is dropped.
pub(crate) struct StripeSimulator {
    address: SocketAddr,
    state: Arc<State>,
    handle: ServerHandle,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl StripeSimulator {
    pub(crate) fn start() -> Self {
        let state = Arc::new(State::default());
        let data = Data::from(Arc::clone(&state));
        let (tell, told) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(data.clone())
                    .route("/v1/checkout/sessions", web::post().to(checkout))
                    .route("/v1/billing_portal/sessions", web::post().to(portal))
                    .route("/v1/prices", web::get().to(prices))
            });
            let server = server.workers(1).disable_signals().bind((Ipv4Addr::LOCALHOST, 0))?;
            let address = server.addrs()[0];
            actix_web::rt::System::new().block_on(async move {
                let running = server.run();
                tell.send((running.handle(), address)).expect("somebody waits");
                running.await
            })
        });
        let (handle, address) = told.recv().expect("a running server");
        let simulator = Self { address, state, handle, thread: Some(thread) };
        simulator
            .sell(&[("resolutionflow_pro_month", "price_month"), ("resolutionflow_pro_year", "price_year")]);
        simulator
    }

    /// Has these prices and no others.
    pub(crate) fn sell(&self, prices: &[(&str, &str)]) {
        let prices = prices.iter().map(|(key, id)| json!({ "id": id, "object": "price", "lookup_key": key }));
        *self.state.prices.lock().unwrap() = prices.collect();
    }

    /// Answers 500 that many times.
    pub(crate) fn fail(&self, times: usize) {
        self.state.failures.store(times, Ordering::SeqCst);
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().unwrap().clone()
    }

    /// Our side of it.
    pub(crate) fn client(&self) -> Stripe {
        client(format!("http://{}", self.address))
    }
}

/// Our side of a provider at that address, which may be nobody's.
pub(crate) fn client(api_url: String) -> Stripe {
    let settings = StripeSettings {
        secret_key: KEY.into(),
        webhook_secrets: vec![NEW_SECRET.into(), OLD_SECRET.into()],
        api_url,
        public_url: "https://rf.example".into(),
        deadline: Duration::from_secs(10),
    };
    Stripe::new(settings).expect("a client")
}

impl Drop for StripeSimulator {
    fn drop(&mut self) {
        // The stop is asked for here; the future only waits for it.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            if !thread::panicking() {
                ended.expect("the simulator does not panic").expect("the simulator ends well");
            }
        }
    }
}

/// What Stripe says to a wrong key, or on a bad day.
fn remember(
    state: &State,
    request: &HttpRequest,
    form: BTreeMap<String, String>,
) -> Result<(), Box<HttpResponse>> {
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    if header("authorization").as_deref() != Some(&format!("Bearer {KEY}")) {
        let error =
            json!({ "error": { "type": "invalid_request_error", "message": "Invalid API Key provided" } });
        return Err(HttpResponse::Unauthorized().json(error).into());
    }
    let asked = Asked { path: request.path().to_owned(), key: header("idempotency-key"), form };
    state.asked.lock().unwrap().push(asked);
    let fails = |left: usize| left.checked_sub(1);
    if state.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails).is_ok() {
        return Err(HttpResponse::InternalServerError()
            .json(json!({ "error": { "type": "api_error" } }))
            .into());
    }
    Ok(())
}

fn missing(parameter: &str) -> HttpResponse {
    let error = json!({ "error": { "type": "invalid_request_error", "code": "parameter_missing", "param": parameter } });
    HttpResponse::BadRequest().json(error)
}

async fn checkout(
    state: Data<State>,
    request: HttpRequest,
    form: web::Form<BTreeMap<String, String>>,
) -> HttpResponse {
    let form = form.into_inner();
    if let Err(refusal) = remember(&state, &request, form.clone()) {
        return *refusal;
    }
    for parameter in ["mode", "line_items[0][price]", "line_items[0][quantity]", "success_url"] {
        if !form.contains_key(parameter) {
            return missing(parameter);
        }
    }
    HttpResponse::Ok()
        .json(json!({ "id": "cs_1", "object": "checkout.session", "url": "https://pay.example/cs_1" }))
}

async fn portal(
    state: Data<State>,
    request: HttpRequest,
    form: web::Form<BTreeMap<String, String>>,
) -> HttpResponse {
    let form = form.into_inner();
    if let Err(refusal) = remember(&state, &request, form.clone()) {
        return *refusal;
    }
    match form.get("customer") {
        None => missing("customer"),
        Some(customer) => HttpResponse::Ok().json(json!({
            "id": "bps_1", "object": "billing_portal.session", "url": format!("https://pay.example/{customer}"),
        })),
    }
}

async fn prices(state: Data<State>, request: HttpRequest) -> HttpResponse {
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    let query = query.expect("a readable query").into_inner();
    let wanted: Vec<_> =
        query.iter().filter(|(name, _)| name == "lookup_keys[]").map(|(_, key)| key.clone()).collect();
    if let Err(refusal) = remember(&state, &request, query.into_iter().collect()) {
        return *refusal;
    }
    let all = state.prices.lock().unwrap().clone();
    let data: Vec<_> = all
        .into_iter()
        .filter(|price| wanted.iter().any(|key| price["lookup_key"] == key.as_str()))
        .collect();
    HttpResponse::Ok().json(json!({ "object": "list", "has_more": false, "data": data }))
}
