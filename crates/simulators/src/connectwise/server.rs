//! The simulator on a socket.

use std::{
    any::Any,
    io,
    net::{Shutdown, SocketAddr, TcpStream},
    os::fd::AsFd,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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

use super::{
    faults::{Fault, FaultRule, Faults},
    fixtures,
    reply::{Reply, Request},
    routes::respond,
    schema::Table,
    world::World,
};

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
struct Inner {
    world: World,
    faults: Faults,
    journal: Vec<Call>,
    held: Vec<Request>,
}

#[derive(Debug)]
struct Shared {
    inner: Mutex<Inner>,
    /// How many calls the journal has.
    calls: watch::Sender<usize>,
    /// How many connections are open.
    open: watch::Sender<usize>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reset(&self) {
        let mut inner = self.lock();
        *inner = Inner::new();
        self.calls.send_replace(0);
    }
}

/// A running simulator, until [`Simulator::stop`].
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    handle: ServerHandle,
    running: JoinSet<io::Result<()>>,
}

impl Simulator {
    /// Starts one on a free port of this machine.
    ///
    /// # Errors
    /// When there is no port to listen on.
    pub fn start() -> io::Result<Self> {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// Starts one at an address of this machine.
    ///
    /// # Errors
    /// When it cannot listen there, or the address is one that others can reach.
    pub fn start_at(address: SocketAddr) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the simulator has published keys and listens to this machine alone: 127.0.0.1 or [::1]",
            ));
        }
        let inner =
            Inner { world: World::new(), faults: Faults::default(), journal: Vec::new(), held: Vec::new() };
        let shared = Arc::new(Shared {
            inner: Mutex::new(inner),
            calls: watch::channel(0).0,
            open: watch::channel(0).0,
        });
        let data = web::Data::from(shared.clone());
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/sim/reset", web::post().to(reset))
                .route("/sim/faults", web::post().to(add_fault))
                .route("/sim/faults", web::delete().to(clear_faults))
                .route("/sim/journal", web::get().to(journal))
                .default_service(web::to(serve))
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
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to enter as the site of a connection.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything as at the start; the journal is empty and no fault is left.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Lets something go wrong.
    pub fn add_fault(&self, rule: FaultRule) {
        self.shared.lock().faults.add(rule);
    }

    /// Lets nothing go wrong any more.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// Does what [`Fault::DropAndCommitLater`] held back; how many requests that were.
    pub fn release(&self) -> usize {
        let mut inner = self.shared.lock();
        let held = std::mem::take(&mut inner.held);
        for request in &held {
            respond(&mut inner.world, request);
        }
        held.len()
    }

    /// All calls since the start or the last reset, in the order they came.
    #[must_use]
    pub fn journal(&self) -> Vec<Call> {
        self.shared.lock().journal.clone()
    }

    /// Waits until the journal has so many calls.
    pub async fn calls(&self, at_least: usize) {
        // The sender is ours: it cannot be gone.
        let _ = self.shared.calls.subscribe().wait_for(|calls| *calls >= at_least).await;
    }

    /// Waits until nobody is connected any more: what was sent before has been met, or never will be.
    pub async fn disconnected(&self) {
        let _ = self.shared.open.subscribe().wait_for(|open| *open == 0).await;
    }

    /// Moves the API to another path, as an upgrade of the original does.
    pub fn set_codebase(&self, codebase: &str) {
        codebase.trim_matches('/').clone_into(&mut self.shared.lock().world.codebase);
    }

    /// Whether wrong keys are answered with 404, as by the cloud.
    pub fn hide_wrong_keys(&self, hide: bool) {
        self.shared.lock().world.hides_wrong_keys = hide;
    }

    /// Whether `allNotes` is missing, as on older servers.
    pub fn without_all_notes(&self, without: bool) {
        self.shared.lock().world.without_all_notes = without;
    }

    /// The numbers of all tickets of the fixtures.
    pub fn tickets() -> impl Iterator<Item = i64> {
        (fixtures::FIRST_TICKET..).take(fixtures::TICKET_COUNT)
    }

    /// The texts of a ticket's notes, in the order they came.
    #[must_use]
    pub fn notes(&self, ticket: i64) -> Vec<String> {
        self.texts(Table::Notes, |row| row["ticketId"].as_i64() == Some(ticket), "text")
    }

    /// The texts of the time entries charged to a ticket.
    #[must_use]
    pub fn time_entries(&self, ticket: i64) -> Vec<String> {
        self.texts(Table::TimeEntries, |row| row["chargeToId"].as_i64() == Some(ticket), "notes")
    }

    fn texts(&self, table: Table, of: impl Fn(&Value) -> bool, field: &str) -> Vec<String> {
        let inner = self.shared.lock();
        let rows = inner.world.rows(table).filter(|row| of(row));
        rows.map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The row of a ticket, as the API would answer it.
    #[must_use]
    pub fn ticket(&self, id: i64) -> Option<Value> {
        self.shared.lock().world.row(Table::Tickets, id).cloned()
    }

    /// Answers what has begun and ends.
    ///
    /// # Errors
    /// When the server had ended with an error before.
    pub async fn stop(mut self) -> io::Result<()> {
        self.handle.stop(true).await;
        match self.running.join_next().await {
            Some(Ok(ended)) => ended,
            Some(Err(error)) => Err(io::Error::other(error)),
            None => Ok(()),
        }
    }
}

impl Inner {
    fn new() -> Self {
        Self { world: World::new(), faults: Faults::default(), journal: Vec::new(), held: Vec::new() }
    }
}

/// A second handle on a connection's socket, to end it without an answer; gone when the connection is.
struct Socket {
    stream: TcpStream,
    shared: Arc<Shared>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.shared.open.send_modify(|open| *open -= 1);
    }
}

fn keep_socket(connection: &dyn Any, extensions: &mut Extensions, shared: &Arc<Shared>) {
    let stream = connection.downcast_ref::<net::TcpStream>();
    if let Some(owned) = stream.and_then(|stream| stream.as_fd().try_clone_to_owned().ok()) {
        shared.open.send_modify(|open| *open += 1);
        extensions.insert(Socket { stream: TcpStream::from(owned), shared: shared.clone() });
    }
}

async fn serve(http: HttpRequest, mut payload: web::Payload, shared: web::Data<Shared>) -> HttpResponse {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        match chunk {
            Ok(chunk) if body.len() + chunk.len() <= MAX_BODY_BYTES => body.extend_from_slice(&chunk),
            Ok(_) => return HttpResponse::PayloadTooLarge().finish(),
            Err(_) => return HttpResponse::BadRequest().finish(),
        }
    }
    let request = request(&http, body);
    let (fault, reply) = meet(&shared, &request);
    match fault {
        None => answer(reply.as_ref()),
        Some(Fault::DropBeforeCommit | Fault::DropAfterCommit | Fault::DropAndCommitLater) => hang_up(&http),
        Some(Fault::TooManyRequests { retry_after }) => {
            let mut reply = Reply::error(429, "TooManyRequests", "Rate limit exceeded.");
            reply.headers.push(("retry-after", retry_after.to_string()));
            answer(Some(&reply))
        }
        Some(Fault::ServerError) => {
            answer(Some(&Reply::error(500, "UnexpectedError", "An unexpected error occurred.")))
        }
        Some(Fault::ServerErrorAfterCommit) => {
            answer(Some(&Reply::error(500, "UnexpectedError", "Execution timeout expired.")))
        }
        Some(Fault::BadGatewayPage) => HttpResponse::BadGateway().content_type("text/html").body(PROXY_PAGE),
        Some(Fault::PageAfterCommit) => HttpResponse::Ok().content_type("text/html").body(PROXY_PAGE),
        Some(Fault::Redirect) => HttpResponse::Found()
            .insert_header((header::LOCATION, format!("http://{}/sim/journal", request.host)))
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
            answer(reply.as_ref())
        }
    }
}

/// Asks the world, unless a fault comes before, and writes it down.
fn meet(shared: &Shared, request: &Request) -> (Option<Fault>, Option<Reply>) {
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
        _ => Some(respond(&mut inner.world, request)),
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

fn hang_up(http: &HttpRequest) -> HttpResponse {
    if let Some(Socket { stream, .. }) = http.conn_data::<Socket>() {
        // One that is gone already needs no end.
        let _ = stream.shutdown(Shutdown::Both);
    }
    HttpResponse::ServiceUnavailable().force_close().finish()
}

fn request(http: &HttpRequest, body: Vec<u8>) -> Request {
    let get = |name: &str| http.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Request {
        method: http.method().as_str().to_owned(),
        path: http.path().to_owned(),
        query: url::form_urlencoded::parse(http.query_string().as_bytes()).into_owned().collect(),
        authorization: get("authorization"),
        client_id: get("clientid"),
        accept: get("accept"),
        pagination: get("pagination-type"),
        host: http.connection_info().host().to_owned(),
        body,
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn answer(reply: Option<&Reply>) -> HttpResponse {
    let Some(reply) = reply else { return HttpResponse::InternalServerError().finish() };
    let mut response = HttpResponse::build(status_code(reply.status));
    for (name, value) in &reply.headers {
        response.insert_header((*name, value.as_str()));
    }
    match &reply.body {
        Some(body) => response
            .content_type("application/vnd.connectwise.com+json; version=2025.1; charset=utf-8")
            .body(body.to_string()),
        None => response.finish(),
    }
}

async fn reset(shared: web::Data<Shared>) -> HttpResponse {
    shared.reset();
    HttpResponse::NoContent().finish()
}

async fn add_fault(rule: web::Json<FaultRule>, shared: web::Data<Shared>) -> HttpResponse {
    shared.lock().faults.add(rule.into_inner());
    HttpResponse::NoContent().finish()
}

async fn clear_faults(shared: web::Data<Shared>) -> HttpResponse {
    shared.lock().faults.clear();
    HttpResponse::NoContent().finish()
}

async fn journal(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "calls": shared.lock().journal }))
}
