//! The Messages API of Anthropic: whole answers and streams, tools, caching, usage, and every way they go wrong.
//!
//! What it answers is scripted: a queue of [`Reply`]s, and behind it a function. With neither left it answers 500.

mod check;
mod journal;
mod reply;
mod serve;
mod wire;

use std::{
    collections::{BTreeSet, VecDeque},
    fmt, io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread::{self, JoinHandle},
};

use actix_web::{
    App, HttpServer,
    dev::ServerHandle,
    web::{self, Data},
};
use tokio_util::sync::CancellationToken;

pub use journal::{Asked, Outcome};
pub use reply::{Answer, Block, Break, Reply, Tokens};

/// The key that opens the simulator.
pub const KEY: &str = "sk-ant-simulator-key";
/// The largest request, bytes; the real one takes as much.
const MAX_REQUEST_BYTES: usize = 32 * 1_024 * 1_024;

type Responder = Box<dyn Fn(&Asked) -> Reply + Send + Sync>;

/// What the server and its owner share.
struct State {
    replies: Mutex<VecDeque<Reply>>,
    responder: Option<Responder>,
    journal: journal::Journal,
    /// Beginnings of requests that were marked for the cache.
    cached: Mutex<BTreeSet<String>>,
    stop: CancellationToken,
}

/// The server, until it is dropped: then open answers break off at once.
pub struct MessagesApi {
    address: SocketAddr,
    state: Arc<State>,
    handle: ServerHandle,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl fmt::Debug for MessagesApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessagesApi").field("address", &self.address).finish_non_exhaustive()
    }
}

impl MessagesApi {
    /// Listens on a free port of this machine and answers what is [pushed](Self::push).
    ///
    /// # Errors
    /// When there is no port.
    pub fn start() -> io::Result<Self> {
        Self::run(None)
    }

    /// The same; what is not pushed this function answers.
    ///
    /// # Errors
    /// When there is no port.
    pub fn start_with(responder: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        Self::run(Some(Box::new(responder)))
    }

    fn run(responder: Option<Responder>) -> io::Result<Self> {
        let state = Arc::new(State {
            replies: Mutex::default(),
            responder,
            journal: journal::Journal::default(),
            cached: Mutex::default(),
            stop: CancellationToken::new(),
        });
        let data = Data::from(Arc::clone(&state));
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            let server = HttpServer::new(move || {
                App::new()
                    .app_data(data.clone())
                    .app_data(web::PayloadConfig::new(MAX_REQUEST_BYTES))
                    .route("/v1/messages", web::post().to(serve::messages))
                    .default_service(web::to(serve::nothing_here))
            });
            // Whoever goes away in the middle is noticed, also while nothing is written.
            let server = server.h1_allow_half_closed(false);
            let server = server.workers(1).disable_signals().bind((Ipv4Addr::LOCALHOST, 0))?;
            let address = server.addrs()[0];
            actix_web::rt::System::new().block_on(async move {
                let running = server.run();
                // Nobody waits when the starting thread is gone; then the server ends with its handle.
                tell.send((running.handle(), address)).ok();
                running.await
            })
        });
        match told.recv() {
            Ok((handle, address)) => Ok(Self { address, state, handle, thread: Some(thread) }),
            Err(_) => Err(ended(thread).err().unwrap_or_else(|| io::Error::other("it ended at once"))),
        }
    }

    /// Where it is, without a path.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers the next request that has no answer yet with this.
    pub fn push(&self, reply: Reply) {
        lock(&self.state.replies).push_back(reply);
    }

    /// What it was asked, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.state.journal.all()
    }

    /// Waits until what it was asked, and what became of it, is as wanted.
    pub async fn until(&self, wanted: impl FnMut(&Vec<Asked>) -> bool + Send) {
        self.state.journal.until(wanted).await;
    }

    /// Stops, and says how it went.
    ///
    /// # Errors
    /// When the server ended badly.
    pub fn stop(mut self) -> io::Result<()> {
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        self.state.stop.cancel();
        // The stop is asked for here; the future only waits for it.
        drop(self.handle.stop(false));
        self.thread.take().map_or(Ok(()), ended)
    }
}

impl Drop for MessagesApi {
    fn drop(&mut self) {
        // Whoever wants to know how it went calls `stop`.
        self.end().ok();
    }
}

fn ended(thread: JoinHandle<io::Result<()>>) -> io::Result<()> {
    thread.join().unwrap_or_else(|_| Err(io::Error::other("the simulator panicked")))
}

/// A responder that panics leaves these as they were.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
