//! The server around the API: headers, probes, documents, the web app, faults, an orderly end (I12, G5, R2).

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
};

use reqwest::Method;
use rf_api::ServerOptions;
use rf_store_memory::MemoryStore;
use rf_test_support::TestApp;
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};
use uuid::Uuid;

use crate::support::{
    Answer, Client, Database, Fault, Gate, INSIDES, TestServer, World, checklist_flow, every_store, options,
    troubleshooting_flow,
};

every_store! {
    every_answer_defends_the_browser,
    every_answer_has_its_own_request_id,
    probes_answer,
    documented_addresses_ask_who_calls,
    answers_are_compressed_for_those_who_read_it,
}

#[track_caller]
fn defends(answer: &Answer, what: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.headers.get(name).and_then(|v| v.to_str().ok()), Some(value), "{what}: {name}");
    }
    let csp = answer.headers.get("content-security-policy").and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert!(csp.contains("default-src 'none'"), "{what}: {csp}");
    assert!(
        !csp.split(';').any(|rule| rule.contains("script-src") && rule.contains("unsafe")),
        "{what}: {csp}"
    );
    assert!(answer.headers.contains_key("x-request-id"), "{what}");
    assert!(!answer.headers.contains_key("server"), "{what}");
}

async fn every_answer_defends_the_browser(w: World) {
    let engineer = w.engineer();
    let anonymous = w.anonymous();
    let created = engineer.post("/trees", troubleshooting_flow("F")).await;
    created.expect(201);
    let tree = created.json()["id"].as_str().unwrap().to_owned();
    let session = engineer.post("/sessions", json!({ "tree_id": tree })).await.expect(201)["id"].clone();
    let export = format!("/sessions/{}/export", session.as_str().unwrap());
    let big = "x".repeat(1_024 * 1_024 + 1);
    let answers = [
        ("created", created),
        ("list", engineer.get("/trees").await),
        ("no content", engineer.delete(&format!("/trees/{tree}")).await),
        ("malformed", engineer.post_raw("/trees", "application/json", "{").await),
        ("unauthenticated", anonymous.get("/trees").await),
        ("forbidden", w.viewer().post("/trees", troubleshooting_flow("F")).await),
        ("not found", engineer.get("/nothing").await),
        ("wrong method", engineer.delete("/trees").await),
        ("too large", engineer.post_raw("/trees", "application/json", big).await),
        ("wrong media type", engineer.post_raw("/trees", "text/plain", "{}").await),
        (
            "encoded",
            Answer::of(engineer.request(Method::POST, "/trees").header("content-encoding", "gzip").body("x"))
                .await,
        ),
        ("stray query", engineer.get("/auth/me?x=1").await),
        ("refused field", engineer.find("/trees", &[("limit", "0")]).await),
        ("text note", engineer.post(&export, json!({})).await),
        ("html note", engineer.post(&export, json!({ "format": "html" })).await),
        ("probe", anonymous.get("//healthz").await),
        ("metrics", anonymous.get("//metrics").await),
        ("document", anonymous.get("//api/openapi.json").await),
        ("docs", anonymous.get("//api/docs/").await),
        ("redirect", anonymous.get("//api/docs").await),
        ("page", anonymous.get("//").await),
        ("page of the app", anonymous.get("//sessions/1").await),
        ("missing file", anonymous.get("//missing.js").await),
    ];
    for (what, answer) in &answers {
        defends(answer, what);
        // Nothing about a person is kept by caches.
        if !what.contains("page") {
            assert_eq!(
                answer.headers.get("cache-control").and_then(|v| v.to_str().ok()),
                Some("no-store"),
                "{what}"
            );
        }
    }
}

async fn every_answer_has_its_own_request_id(w: World) {
    let mut seen = std::collections::HashSet::new();
    for path in ["/auth/me", "/nothing", "//healthz", "//", "/trees/7", "/auth/me?x"] {
        for client in [w.engineer(), w.anonymous()] {
            let request = client.request(Method::GET, path).header("x-request-id", "chosen-by-the-client");
            let answer = Answer::of(request).await;
            let id: Uuid = answer.header("x-request-id").parse().expect("a UUID");
            assert_eq!(id.get_version_num(), 7);
            assert!(seen.insert(id), "{path}");
        }
    }
}

async fn probes_answer(w: World) {
    let anonymous = w.anonymous();
    assert_eq!(anonymous.get("//healthz").await.expect(200), json!({ "status": "ok" }));
    assert_eq!(anonymous.get("//readyz").await.expect(200), json!({ "status": "ready" }));
    let expected = json!({ "name": "ResolutionFlow", "version": env!("CARGO_PKG_VERSION"), "demo": false, "signup_enabled": true, "billing_enabled": false, "mail_enabled": false, "model_enabled": false, "oauth_providers": [] });
    assert_eq!(anonymous.get("/meta").await.expect(200), expected);
    let id = w.test.app.new_id::<Uuid>();
    w.engineer().get(&format!("/trees/{id}")).await.refused(404, "tree_not_found");
    let metrics = anonymous.get("//metrics").await;
    assert_eq!((metrics.status, metrics.header("content-type")), (200, "text/plain; version=0.0.4"));
    // Made-up methods make no series.
    let odd = Method::from_bytes(b"MADEUP").expect("a method");
    Answer::of(anonymous.request(odd, "//healthz")).await.refused(405, "method_not_allowed");
    let other = anonymous.get("//metrics").await.text;
    assert!(other.contains("method=\"other\"") && !other.contains("MADEUP"), "{other}");
    // By route, so that ids neither multiply the series nor leak into them.
    let line = "http_requests_total{method=\"GET\",route=\"/api/v1/trees/{id}\",status=\"404\"}";
    assert!(metrics.text.contains(line), "{}", metrics.text);
    assert!(!metrics.text.contains(&id.to_string()));
}

/// T2: what is documented exists, and all but the public addresses ask for a token.
async fn documented_addresses_ask_who_calls(w: World) {
    let document = w.anonymous().get("//api/openapi.json").await.expect(200);
    let id = w.test.app.new_id::<Uuid>().to_string();
    let mut public = Vec::new();
    let mut count = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let concrete = path
            .replace("{id}", &id)
            .replace("{tree_id}", &id)
            .replace("{fix_id}", &id)
            .replace("{handoff_id}", &id)
            .replace("{version}", "1")
            .replace("{ticket_id}", "100")
            .replace("{provider}", "google")
            .replace("{token}", "none")
            .replace("{account_id}", &uuid::Uuid::from_u128(7).to_string())
            .replace("{secret}", "none");
        assert!(!concrete.contains('{'), "{path}");
        for (method, operation) in item.as_object().unwrap() {
            count += 1;
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = Answer::of(w.anonymous().request(method.clone(), &format!("/{concrete}"))).await;
            assert_ne!(answer.status, 405, "{method} {path}");
            if operation["security"] == json!([{}]) {
                public.push(format!("{method} {path}"));
                assert!(!answer.text.contains("There is nothing at this address."), "{method} {path}");
                continue;
            }
            answer.says(401, "not_authenticated", "Not authenticated");
        }
    }
    assert!(count > 35, "{count}");
    public.sort();
    let expected = [
        "GET /api/v1/auth/invites/{token}",
        "GET /api/v1/auth/oauth/{provider}/start",
        "GET /api/v1/flow-file.schema.json",
        "GET /api/v1/meta",
        "GET /healthz",
        "GET /metrics",
        "GET /readyz",
        "POST /api/v1/auth/email/change/confirm",
        "POST /api/v1/auth/email/verify",
        "POST /api/v1/auth/invites/{token}/accept",
        "POST /api/v1/auth/invites/{token}/oauth/{provider}/start",
        "POST /api/v1/auth/login",
        "POST /api/v1/auth/login/json",
        "POST /api/v1/auth/logout",
        "POST /api/v1/auth/oauth/{provider}/callback",
        "POST /api/v1/auth/password/forgot",
        "POST /api/v1/auth/password/reset",
        "POST /api/v1/auth/refresh",
        "POST /api/v1/auth/register",
        "POST /api/v1/auth/second-factor",
        "POST /api/v1/billing/webhook",
        "POST /api/v1/integrations/psa/callbacks/{account_id}/{secret}",
    ];
    assert_eq!(public, expected);
}

async fn answers_are_compressed_for_those_who_read_it(w: World) {
    w.engineer().post("/trees", troubleshooting_flow("F")).await.expect(201);
    let request = w.engineer().request(Method::GET, "/trees").header("accept-encoding", "gzip");
    let response = request.send().await.expect("an answer");
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(response.bytes().await.expect("a body")[..2], [0x1f, 0x8b]);
    // Whatever a client claims to read, it gets an answer it can.
    for encoding in ["identity", "*;q=0", "identity;q=0", "zstd", "nonsense;;q=x", ""] {
        let request = w.engineer().request(Method::GET, "/trees").header("accept-encoding", encoding);
        let answer = Answer::of(request).await;
        assert_eq!(answer.expect(200)["total"], 1, "{encoding}");
    }
}

#[tokio::test]
async fn the_documents_of_the_api_are_served() {
    let w = World::over(Database::memory().await).await;
    let anonymous = w.anonymous();
    let document = anonymous.get("//api/openapi.json").await.expect(200);
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    assert_eq!(document["info"]["title"], "ResolutionFlow API");
    let redirect = anonymous.get("//api/docs").await;
    assert_eq!((redirect.status / 100, redirect.header("location")), (3, "/api/docs/"));
    let page = anonymous.get("//api/docs/").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    // Its scripts are files: nothing inline, nothing from elsewhere, or the browser would refuse it.
    assert!(page.text.contains("swagger-ui") && !page.text.contains("https://"), "{}", page.text);
    for script in page.text.split("<script").skip(1) {
        assert!(script.split('>').next().unwrap().contains("src="), "{script}");
    }
    assert_eq!(anonymous.get("//api/docs/swagger-ui.css").await.status, 200);
    assert!(anonymous.get("//api/docs/swagger-initializer.js").await.text.contains("/api/openapi.json"));
    assert_eq!(anonymous.get("//api/docs/missing.js").await.status, 404);
}

#[tokio::test]
async fn unknown_pages_are_the_apps_and_missing_files_are_missing() {
    let w = World::over(Database::memory().await).await;
    let anonymous = w.anonymous();
    let page = anonymous.get("//").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), "no-cache");
    for path in ["//login", "//sessions/abc/run", "//index.html", "//a/b/c"] {
        let other = anonymous.get(path).await;
        assert_eq!((other.status, &other.text), (200, &page.text), "{path}");
    }
    for path in [
        "//missing.js",
        "//assets/missing.css",
        "//favicon.png",
        "//..%2f..%2fetc/passwd.txt",
        "//.env",
        "//.git/config.x",
    ] {
        anonymous.get(path).await.says(404, "not_found", "There is nothing at this address.");
    }
    let known = anonymous.request(Method::GET, "//").header("if-none-match", page.header("etag"));
    let unchanged = Answer::of(known).await;
    assert_eq!((unchanged.status, unchanged.text.as_str()), (304, ""));
    let head = Answer::of(anonymous.request(Method::HEAD, "//")).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

#[tokio::test]
async fn other_origins_may_call_only_where_configured() {
    let origins = vec!["http://localhost:5173".to_owned()];
    let w =
        World::with_options(Database::memory().await, ServerOptions { cors_origins: origins, ..options() })
            .await;
    let from = async |client: &Client, method: Method, origin: &str| {
        Answer::of(client.request(method, "/auth/me").header("origin", origin)).await
    };
    let preflight = async |client: &Client, origin: &str| {
        let request = client.request(Method::OPTIONS, "/sessions").header("origin", origin);
        let request = request.header("access-control-request-method", "PUT");
        Answer::of(request.header(
            "access-control-request-headers",
            "authorization,content-type,idempotency-key,if-match,x-auth-mode",
        ))
        .await
    };
    let ours = from(&w.engineer(), Method::GET, "http://localhost:5173").await;
    ours.expect(200);
    assert_eq!(ours.header("access-control-allow-origin"), "http://localhost:5173");
    assert!(ours.header("access-control-expose-headers").contains("x-redaction-summary"));
    // Refusals too, or the page could not say what went wrong.
    let refused = from(&w.anonymous(), Method::GET, "http://localhost:5173").await;
    assert_eq!(
        (refused.status, refused.header("access-control-allow-origin")),
        (401, "http://localhost:5173")
    );
    let asked = preflight(&w.anonymous(), "http://localhost:5173").await;
    assert_eq!((asked.status, asked.header("access-control-allow-origin")), (200, "http://localhost:5173"));
    assert_eq!(asked.header("access-control-allow-credentials"), "true");
    for origin in [
        "http://localhost:5174",
        "https://localhost:5173",
        "http://localhost",
        "http://127.0.0.1:5173",
        "null",
        "http://localhost:5173.evil.example",
        "http://evil.example/http://localhost:5173",
        "HTTP://LOCALHOST:5173.",
        "http://evil.localhost:5173",
        "file://",
    ] {
        let answer = from(&w.engineer(), Method::GET, origin).await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{origin}");
        let answer = preflight(&w.anonymous(), origin).await;
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{origin}");
        assert!(answer.status >= 400, "{origin}");
        defends(&answer, origin);
    }
}

#[tokio::test]
async fn a_page_can_read_why_it_has_to_wait() {
    let rate_limits = rf_api::RateLimits {
        sign_in_per_minute: std::num::NonZeroU32::MIN,
        refresh_per_minute: std::num::NonZeroU32::MIN,
        ..options().rate_limits
    };
    let cors_origins = vec!["http://localhost:5173".to_owned()];
    let options = ServerOptions { cors_origins, rate_limits, ..options() };
    let w = World::with_options(Database::memory().await, options).await;
    let attempt = async || {
        let request =
            w.anonymous().request(Method::POST, "/auth/login/json").header("origin", "http://localhost:5173");
        Answer::of(request.json(&json!({ "email": "a@b.example", "password": "x" }))).await
    };
    attempt().await.refused(401, "invalid_credentials");
    let limited = attempt().await;
    limited.refused(429, "rate_limited");
    assert_eq!(limited.header("access-control-allow-origin"), "http://localhost:5173");
    defends(&limited, "limited");
}

/// A client with a token that is genuine as far as it goes.
fn someone(test: &TestApp, server: &TestServer) -> Client {
    let keys = rf_test_support::token_keys();
    let claims = rf_auth_policy::AccessClaims::of(test.app.new_id(), test.app.new_id(), 0, test.app.now());
    let token = keys.sign_access(&claims, test.app.new_id());
    server.client().with_token(token.expect("a token"))
}

/// G5, and nothing of the inside leaves.
#[tokio::test]
async fn faults_say_nothing_about_the_inside() {
    let gone = "The database is busy or away. Please try again in a moment.";
    let failed = "The server could not finish this request. Nothing was changed.";
    for (fault, status, code, text) in [
        (Fault::Away, 503, "unavailable", gone),
        (Fault::Busy, 503, "unavailable", gone),
        (Fault::Odd, 500, "internal_error", failed),
        (Fault::Panic, 500, "internal_error", failed),
    ] {
        let test = TestApp::over(Arc::new(fault));
        let server = TestServer::start(&test, options());
        let client = someone(&test, &server);
        let login = json!({ "email": "a@b.example", "password": "a password" });
        for answer in [
            client.get("/auth/me").await,
            client.get("/trees").await,
            client.post("/trees", checklist_flow("F")).await,
            client.post("/auth/login/json", login).await,
            client.get("//readyz").await,
        ] {
            answer.says(status, code, text);
            assert_eq!(answer.headers.contains_key("retry-after"), status == 503, "{fault:?}");
            defends(&answer, &format!("{fault:?}"));
            let seen = format!("{answer:?}");
            assert!(!seen.contains("hunter2") && !seen.contains(INSIDES), "{seen}");
        }
        // A fault is one failed request: the process lives.
        client.get("//healthz").await.expect(200);
    }
}

/// R2: what was begun is finished, and then it ends.
#[tokio::test]
async fn a_stop_finishes_what_was_begun() {
    let gate = Arc::new(Semaphore::new(0));
    let (waiting, mut is_waiting) = mpsc::unbounded_channel();
    let store = Gate { store: Arc::new(MemoryStore::new()), gate: Arc::clone(&gate), waiting };
    let test = TestApp::over(Arc::new(store));
    let mut server = TestServer::start(&test, options());
    let client = someone(&test, &server);
    let idle = server.client();
    idle.get("//healthz").await.expect(200);

    let mut request = Box::pin(client.get("/auth/me"));
    tokio::select! {
        arrived = is_waiting.recv() => arrived.expect("the request arrives"),
        answer = &mut request => panic!("answered before the store was: {answer:?}"),
    }
    let ending = server.begin_stop();
    gate.add_permits(1);
    // Nobody of that id, but an answer from beyond the gate.
    request.await.says(401, "not_authenticated", "Could not validate credentials");
    let ended = tokio::task::spawn_blocking(move || ending.join()).await.expect("a thread to wait in");
    ended.expect("the server does not panic").expect("the server ends well");
    let refused = idle.request(Method::GET, "//healthz").send().await;
    assert!(refused.is_err_and(|error| error.is_connect()));
}

#[tokio::test]
async fn an_address_in_use_is_said() {
    let test = TestApp::in_memory();
    let first = TestServer::start(&test, options());
    let taken = ServerOptions { listen: first.address(), ..options() };
    let error = rf_api::Server::bind(Arc::clone(&test.app), taken).err().expect("a refusal").to_string();
    let expected = format!(
        "{} is in use by another program; stop it, or choose another address with --listen",
        first.address()
    );
    assert_eq!(error, expected);
}

#[tokio::test]
async fn closed_signup_is_said_and_kept() {
    let test = TestApp::in_memory();
    let parts = rf_usecases::AppParts {
        store: Arc::new(MemoryStore::new()),
        clock: Arc::clone(&test.clock) as Arc<dyn rf_kernel::Clock>,
        ids: Arc::new(rf_usecases::RandomIds),
        keys: rf_test_support::token_keys(),
        vault: rf_test_support::vault(),
        model: None,
        passwords: rf_usecases::PasswordHasher::new(rf_usecases::PasswordSettings {
            cost: 4,
            ..Default::default()
        })
        .unwrap(),
        mailer: None,
        chat: rf_test_support::chat(None),
        identity_providers: Default::default(),
        payments: None,
        embedder: None,
        blobs: rf_test_support::blobs(),
        psa_providers: rf_test_support::psa_providers(None),
        settings: rf_usecases::Settings { signup_enabled: false, ..rf_test_support::settings() },
    };
    let closed = TestApp { app: Arc::new(rf_usecases::App::new(parts)), clock: test.clock };
    let server = TestServer::start(&closed, ServerOptions { signup_enabled: false, demo: true, ..options() });
    let meta = server.client().get("/meta").await.expect(200);
    assert_eq!((&meta["signup_enabled"], &meta["demo"]), (&json!(false), &json!(true)));
    let body = json!({ "email": "a@b.example", "password": "a long password", "name": "N" });
    let answer = server.client().post("/auth/register", body).await;
    answer.says(403, "forbidden", "Registration is closed here. Ask for an invitation.");
}

/// A body without a length is counted as it comes.
#[tokio::test]
async fn a_body_in_chunks_is_bounded_too() {
    let w = World::over(Database::memory().await).await;
    let mut socket = TcpStream::connect(w.server.address()).expect("a connection");
    let head = "POST /api/v1/auth/login/json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\n\r\n";
    socket.write_all(head.as_bytes()).expect("the head is taken");
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x1_0000));
    for _ in 0..17 {
        // The server may answer and close before all of it is sent.
        if socket.write_all(chunk.as_bytes()).is_err() {
            break;
        }
    }
    let mut line = [0; 12];
    socket.read_exact(&mut line).expect("an answer");
    assert_eq!(&line, b"HTTP/1.1 413");
}
