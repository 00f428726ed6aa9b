//! A simulated site on a socket: what is on it is a [`World`] of its own; calls, faults and the journal are the same for
//! all of them.

mod faults;
mod methods;
mod reply;
mod tls;

pub use faults::{Fault, FaultRule};
pub(crate) use methods::site_methods;
pub(crate) use reply::{Reply, Request};
pub use tls::Tls;

use std::{
    any::Any,
    io,
    net::{Shutdown, SocketAddr, TcpStream},
    os::fd::AsFd,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::{Extensions, ServerHandle},
    http::{StatusCode, header},
    rt::net,
    web,
};
use futures_util::StreamExt;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinSet};

use faults::Faults;

/// What is on a site, and how it answers.
pub(crate) trait World: std::fmt::Debug + Send + 'static {
    /// What its answers are.
    const CONTENT_TYPE: &'static str;

    /// Everything as at the start.
    fn begin() -> Self;

    /// Answers a request.
    fn respond(&mut self, request: &Request) -> Reply;

    /// A refusal in its words.
    fn refusal(status: u16, code: &str, message: &str) -> Reply;
}

/// Larger requests are refused.
const MAX_BODY_BYTES: usize = 8 * 1_024 * 1_024;
const PROXY_PAGE: &str =
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/// A call as it was met, without credentials.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Call {
    /// How.
    pub method: String,
    /// Where, without the query.
    pub path: String,
    /// The decoded query.
    pub query: Vec<(String, String)>,
    /// Which version was asked for.
    pub accept: Option<String>,
    /// What was sent, where it was JSON.
    pub body: Option<Value>,
    /// What went wrong on demand.
    pub fault: Option<Fault>,
    /// What the world said to it; none when it was not asked.
    pub status: Option<u16>,
}

#[derive(Debug)]
struct Inner<W> {
    world: W,
    faults: Faults,
    journal: Vec<Call>,
    held: Vec<Request>,
}

#[derive(Debug)]
struct Shared<W> {
    inner: Mutex<Inner<W>>,
    /// How many calls the journal has.
    calls: watch::Sender<usize>,
    /// How many connections are open.
    open: watch::Sender<usize>,
    /// At which port TLS is spoken.
    tls_port: OnceLock<u16>,
}

impl<W: World> Shared<W> {
    fn lock(&self) -> MutexGuard<'_, Inner<W>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reset(&self) {
        let mut inner = self.lock();
        *inner = Inner::new();
        self.calls.send_replace(0);
    }
}

/// A running site.
#[derive(Debug)]
pub(crate) struct Site<W> {
    address: SocketAddr,
    shared: Arc<Shared<W>>,
    handle: ServerHandle,
    running: JoinSet<io::Result<()>>,
}

impl<W: World> Site<W> {
    /// Starts one at an address of this machine.
    ///
    /// # Errors
    /// When it cannot listen there, or the address is one that others can reach.
    pub(crate) fn start_at(address: SocketAddr) -> io::Result<Self> {
        require_loopback(address)?;
        let shared = Arc::new(Shared {
            inner: Mutex::new(Inner::<W>::new()),
            calls: watch::channel(0).0,
            open: watch::channel(0).0,
            tls_port: OnceLock::new(),
        });
        let data = web::Data::from(shared.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/sim/reset", web::post().to(reset::<W>))
                .route("/sim/faults", web::post().to(add_fault::<W>))
                .route("/sim/faults", web::delete().to(clear_faults::<W>))
                .route("/sim/journal", web::get().to(journal::<W>))
                .default_service(web::to(serve::<W>))
        })
        .workers(2)
        .disable_signals()
        .shutdown_timeout(2)
        .on_connect({
            let shared = shared.clone();
            move |connection, extensions| keep_socket(connection, extensions, &shared)
        })
        .bind(address)?;
        let address = server.addrs().first().copied().unwrap_or(address);
        let server = server.run();
        let handle = server.handle();
        let mut running = JoinSet::new();
        running.spawn(server);
        Ok(Self { address, shared, handle, running })
    }

    /// Where it listens.
    #[must_use]
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to enter as the site of a connection.
    #[must_use]
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Listens at another address as well and speaks TLS there.
    ///
    /// # Errors
    /// When it cannot listen there, or does so already, or the address is one that others can reach.
    pub(crate) fn listen_tls(&self, address: SocketAddr) -> io::Result<Tls> {
        require_loopback(address)?;
        let tls = Tls::before(self.address, address)?;
        let twice = |_| io::Error::new(io::ErrorKind::AlreadyExists, "the simulator speaks TLS already");
        self.shared.tls_port.set(tls.address().port()).map_err(twice)?;
        Ok(tls)
    }

    /// Everything as at the start; the journal is empty and no fault is left.
    pub(crate) fn reset(&self) {
        self.shared.reset();
    }

    /// Lets something go wrong.
    pub(crate) fn add_fault(&self, rule: FaultRule) {
        self.shared.lock().faults.add(rule);
    }

    /// Lets nothing go wrong any more.
    pub(crate) fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Does what [`Fault::DropAndCommitLater`] held back; how many requests that were.
    pub(crate) fn release(&self) -> usize {
        let mut inner = self.shared.lock();
        let held = std::mem::take(&mut inner.held);
        for request in &held {
            inner.world.respond(request);
        }
        held.len()
    }

    /// All calls since the start or the last reset, in the order they came.
    #[must_use]
    pub(crate) fn journal(&self) -> Vec<Call> {
        self.shared.lock().journal.clone()
    }

    /// Waits until the journal has so many calls.
    pub(crate) async fn calls(&self, at_least: usize) {
        // The sender is ours: it cannot be gone.
        let _ = self.shared.calls.subscribe().wait_for(|calls| *calls >= at_least).await;
    }

    /// Waits until nobody is connected any more: what was sent before has been met, or never will be.
    pub(crate) async fn disconnected(&self) {
        let _ = self.shared.open.subscribe().wait_for(|open| *open == 0).await;
    }

    /// Looks at the world, or changes it.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut W) -> T) -> T {
        look(&mut self.shared.lock().world)
    }

    /// Answers what has begun and ends.
    ///
    /// # Errors
    /// When the server had ended with an error before.
    pub(crate) async fn stop(mut self) -> io::Result<()> {
        self.handle.stop(true).await;
        match self.running.join_next().await {
            Some(Ok(ended)) => ended,
            Some(Err(error)) => Err(io::Error::other(error)),
            None => Ok(()),
        }
    }
}

fn require_loopback(address: SocketAddr) -> io::Result<()> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        "the simulator has published keys and listens to this machine alone: 127.0.0.1 or [::1]",
    ))
}

impl<W: World> Inner<W> {
    fn new() -> Self {
        Self { world: W::begin(), faults: Faults::default(), journal: Vec::new(), held: Vec::new() }
    }
}

/// A second handle on a connection's socket, to end it without an answer; gone when the connection is.
struct Socket<W: World> {
    stream: TcpStream,
    shared: Arc<Shared<W>>,
}

impl<W: World> Drop for Socket<W> {
    fn drop(&mut self) {
        self.shared.open.send_modify(|open| *open -= 1);
    }
}

fn keep_socket<W: World>(connection: &dyn Any, extensions: &mut Extensions, shared: &Arc<Shared<W>>) {
    let stream = connection.downcast_ref::<net::TcpStream>();
    if let Some(owned) = stream.and_then(|stream| stream.as_fd().try_clone_to_owned().ok()) {
        shared.open.send_modify(|open| *open += 1);
        extensions.insert(Socket { stream: TcpStream::from(owned), shared: shared.clone() });
    }
}

async fn serve<W: World>(
    http: HttpRequest,
    mut payload: web::Payload,
    shared: web::Data<Shared<W>>,
) -> HttpResponse {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        match chunk {
            Ok(chunk) if body.len() + chunk.len() <= MAX_BODY_BYTES => body.extend_from_slice(&chunk),
            Ok(_) => return HttpResponse::PayloadTooLarge().finish(),
            Err(_) => return HttpResponse::BadRequest().finish(),
        }
    }
    let request = request(&http, body, shared.tls_port.get().copied());
    let (fault, reply) = meet(&shared, &request);
    match fault {
        None => answer::<W>(reply.as_ref()),
        Some(Fault::DropBeforeCommit | Fault::DropAfterCommit | Fault::DropAndCommitLater) => {
            hang_up::<W>(&http)
        }
        Some(Fault::TooManyRequests { retry_after }) => {
            let mut reply = W::refusal(429, "TooManyRequests", "Rate limit exceeded.");
            reply.headers.push(("retry-after", retry_after.to_string()));
            answer::<W>(Some(&reply))
        }
        Some(Fault::ServerError) => {
            answer::<W>(Some(&W::refusal(500, "UnexpectedError", "An unexpected error occurred.")))
        }
        Some(Fault::ServerErrorAfterCommit) => {
            answer::<W>(Some(&W::refusal(500, "UnexpectedError", "Execution timeout expired.")))
        }
        Some(Fault::BadGatewayPage) => HttpResponse::BadGateway().content_type("text/html").body(PROXY_PAGE),
        Some(Fault::PageAfterCommit) => HttpResponse::Ok().content_type("text/html").body(PROXY_PAGE),
        Some(Fault::Redirect) => HttpResponse::Found()
            .insert_header((header::LOCATION, format!("{}/sim/journal", request.origin())))
            .finish(),
        Some(Fault::Truncated) => {
            let whole = reply
                .as_ref()
                .and_then(|reply| reply.body.as_ref())
                .map(Value::to_string)
                .unwrap_or_default();
            let half: String = whole.chars().take(whole.chars().count() / 2).collect();
            let status = reply.map_or(200, |reply| reply.status);
            HttpResponse::build(status_code(status)).content_type("application/json").body(half)
        }
        Some(Fault::Slow { milliseconds }) => {
            actix_web::rt::time::sleep(Duration::from_millis(milliseconds)).await;
            answer::<W>(reply.as_ref())
        }
    }
}

/// Asks the world, unless a fault comes before, and writes it down.
fn meet<W: World>(shared: &Shared<W>, request: &Request) -> (Option<Fault>, Option<Reply>) {
    let mut inner = shared.lock();
    let fault = inner.faults.strike(&request.method, &request.path);
    let reply = match fault {
        Some(Fault::DropAndCommitLater) => {
            inner.held.push(request.clone());
            None
        }
        Some(
            Fault::DropBeforeCommit
            | Fault::TooManyRequests { .. }
            | Fault::ServerError
            | Fault::BadGatewayPage
            | Fault::Redirect,
        ) => None,
        _ => Some(inner.world.respond(request)),
    };
    let call = Call {
        method: request.method.clone(),
        path: request.path.clone(),
        query: request.query.clone(),
        accept: request.accept.clone(),
        body: serde_json::from_slice(&request.body).ok(),
        fault,
        status: reply.as_ref().map(|reply| reply.status),
    };
    inner.journal.push(call);
    shared.calls.send_replace(inner.journal.len());
    drop(inner);
    (fault, reply)
}

fn hang_up<W: World>(http: &HttpRequest) -> HttpResponse {
    if let Some(Socket { stream, .. }) = http.conn_data::<Socket<W>>() {
        // One that is gone already needs no end.
        let _ = stream.shutdown(Shutdown::Both);
    }
    HttpResponse::ServiceUnavailable().force_close().finish()
}

fn request(http: &HttpRequest, body: Vec<u8>, tls_port: Option<u16>) -> Request {
    let host = http.connection_info().host().to_owned();
    let port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    let get = |name: &str| http.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Request {
        method: http.method().as_str().to_owned(),
        path: http.path().to_owned(),
        query: url::form_urlencoded::parse(http.query_string().as_bytes()).into_owned().collect(),
        authorization: get("authorization"),
        client_id: get("clientid"),
        accept: get("accept"),
        pagination: get("pagination-type"),
        content_type: get("content-type"),
        is_secure: port.is_some() && port == tls_port,
        host,
        body,
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn answer<W: World>(reply: Option<&Reply>) -> HttpResponse {
    let Some(reply) = reply else { return HttpResponse::InternalServerError().finish() };
    let mut response = HttpResponse::build(status_code(reply.status));
    for (name, value) in &reply.headers {
        response.insert_header((*name, value.as_str()));
    }
    match &reply.body {
        Some(Value::String(words)) if W::CONTENT_TYPE.starts_with("text/") => {
            response.content_type(W::CONTENT_TYPE).body(words.clone())
        }
        Some(body) => response.content_type(W::CONTENT_TYPE).body(body.to_string()),
        None => response.finish(),
    }
}

async fn reset<W: World>(shared: web::Data<Shared<W>>) -> HttpResponse {
    shared.reset();
    HttpResponse::NoContent().finish()
}

async fn add_fault<W: World>(rule: web::Json<FaultRule>, shared: web::Data<Shared<W>>) -> HttpResponse {
    shared.lock().faults.add(rule.into_inner());
    HttpResponse::NoContent().finish()
}

async fn clear_faults<W: World>(shared: web::Data<Shared<W>>) -> HttpResponse {
    shared.lock().faults.clear();
    HttpResponse::NoContent().finish()
}

async fn journal<W: World>(shared: web::Data<Shared<W>>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "calls": shared.lock().journal }))
}
