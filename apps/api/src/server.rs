//! The server: routes and middleware put together, and an orderly end.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};

use actix_cors::Cors;
use actix_web::{
    App as ActixApp, HttpServer,
    dev::ServerHandle,
    guard,
    http::{Method, header},
    middleware::{Compress, from_fn},
    rt::net::TcpStream,
    web::{self, Data, PayloadConfig, ServiceConfig},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use rf_usecases::App;
use tokio_util::sync::CancellationToken;
use utoipa_swagger_ui::SwaggerUi;

use crate::{
    extract::{MAX_BODY_BYTES, STEP_UP},
    middleware::{AuthLimiter, GuessLimiter, Steady, context},
    once::IDEMPOTENCY_KEY,
    openapi,
    routes::{self, auth::CookieSettings, events::StreamSettings, system::MetaSettings},
    vanished::notice_who_vanishes,
    web as web_app,
};

pub use crate::middleware::{GuessLimits, RateLimits};

/// Open requests get this long to finish once the server listens no more; with the drain before it, a stop takes
/// less than five seconds.
const SHUTDOWN_SECONDS: u64 = 3;

/// How the server listens and answers.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Worker threads.
    pub workers: usize,
    /// Exact origins whose pages may call the API; empty in production, where page and API share one.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Cookies only over https.
    pub secure_cookies: bool,
    /// How often anybody may try to sign in.
    pub rate_limits: RateLimits,
    /// Started with the demo account.
    pub demo: bool,
    /// Anybody may register.
    pub signup_enabled: bool,
    /// How long a stopping server says "not ready" and still takes requests: what is in front of it needs a moment to
    /// notice, and whatever arrives until then would be refused.
    pub drain: Duration,
    /// How streams of events are kept alive and watched.
    pub streams: StreamSettings,
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Something listens there.
    #[error("{0} is in use by another program; stop it, or choose another address with --listen")]
    InUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
}

/// A server that listens.
pub struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    stopping: CancellationToken,
    drain: Duration,
    running: actix_web::dev::Server,
}

impl Server {
    /// Listens, without serving yet.
    ///
    /// # Errors
    /// [`ServerError`].
    pub fn bind(app: Arc<App>, options: ServerOptions) -> Result<Self, ServerError> {
        let stopping = CancellationToken::new();
        let listen = options.listen;
        let workers = options.workers;
        let drain = options.drain;
        let state = State::new(app, options, stopping.clone());
        let server = HttpServer::new(move || {
            let state = state.clone();
            ActixApp::new()
                .wrap(Compress::default())
                .wrap(state.cors())
                .wrap(from_fn(context))
                .configure(move |config| state.configure(config))
        })
        .on_connect(|connection, _| {
            if let Some(stream) = connection.downcast_ref::<TcpStream>() {
                notice_who_vanishes(stream);
            }
        })
        .workers(workers)
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(Duration::from_secs(2))
        // Whoever hangs up while an answer streams is noticed at once, also while nothing is written: it stops a model.
        .h1_allow_half_closed(false)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .disable_signals()
        .bind(listen)
        .map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => ServerError::InUse(listen),
            _ => ServerError::Listen(listen, error),
        })?;
        let address = server.addrs().first().copied().unwrap_or(listen);
        let running = server.run();
        Ok(Self { address, handle: running.handle(), stopping, drain, running })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` resolves; then answers "not ready", after the drain listens no more, finishes open
    /// requests and ends.
    ///
    /// # Errors
    /// What the sockets say.
    pub async fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let Self { handle, stopping, drain, running, .. } = self;
        let ended = async {
            stop.await;
            stopping.cancel();
            tokio::time::sleep(drain).await;
            handle.stop(true).await;
            // `running` resolves once the workers are done.
            std::future::pending::<()>().await;
        };
        tokio::select! {
            result = running => result,
            () = ended => Ok(()),
        }
    }
}

/// What every worker shares.
#[derive(Clone)]
struct State {
    app: Data<App>,
    limiter: Data<AuthLimiter>,
    guesses: Data<GuessLimiter>,
    cookies: Data<CookieSettings>,
    meta: Data<MetaSettings>,
    metrics: Data<PrometheusHandle>,
    stopping: Data<CancellationToken>,
    streams: Data<StreamSettings>,
    cors_origins: Arc<[String]>,
}

impl State {
    fn new(app: Arc<App>, options: ServerOptions, stopping: CancellationToken) -> Self {
        let clock = Steady::new(Arc::clone(&app));
        let (limits, proxies) = (options.rate_limits, options.trusted_proxies);
        Self {
            app: Data::from(app),
            guesses: Data::new(GuessLimiter::new(limits.guesses, clock.clone())),
            limiter: Data::new(AuthLimiter::new(limits, proxies, clock)),
            cookies: Data::new(CookieSettings { secure: options.secure_cookies }),
            meta: Data::new(MetaSettings { demo: options.demo, signup_enabled: options.signup_enabled }),
            metrics: Data::new(metrics_handle()),
            stopping: Data::new(stopping),
            streams: Data::new(options.streams),
            cors_origins: options.cors_origins.into(),
        }
    }

    fn cors(&self) -> Cors {
        let mut cors = Cors::default()
            .allowed_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH])
            .allowed_header(IDEMPOTENCY_KEY)
            .allowed_header("x-auth-mode")
            .allowed_header(STEP_UP)
            .allowed_header("last-event-id")
            .expose_headers(["etag", "x-redaction-mode", "x-redaction-summary", "x-request-id"])
            .supports_credentials()
            .max_age(600);
        for origin in self.cors_origins.iter() {
            cors = cors.allowed_origin(origin);
        }
        cors
    }

    fn configure(self, config: &mut ServiceConfig) {
        config
            .app_data(self.app)
            .app_data(self.limiter)
            .app_data(self.guesses)
            .app_data(self.cookies)
            .app_data(self.meta)
            .app_data(self.metrics)
            .app_data(self.stopping)
            .app_data(self.streams)
            .app_data(PayloadConfig::new(MAX_BODY_BYTES))
            .configure(routes::system::configure_probes)
            .service(
                web::scope("/api/v1")
                    .configure(routes::configure)
                    .default_service(web::to(routes::not_found)),
            )
            .service(web::redirect("/api/docs", "/api/docs/"))
            .service(web::resource(openapi::ADDRESS).guard(guard::Get()).to(openapi::serve))
            .service(SwaggerUi::new("/api/docs/{_:.*}").config(openapi::ADDRESS.into()))
            .default_service(web::to(web_app::serve));
    }
}

/// The process has one recorder; servers in one test process share it.
fn metrics_handle() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new().build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("metrics are recorded elsewhere");
            }
            handle
        })
        .clone()
}
