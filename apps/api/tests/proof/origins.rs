//! I12: only exact origins may read answers, at every address.

use reqwest::Method;
use rf_api::ServerOptions;
use uuid::Uuid;

use crate::support::{Answer, Database, World, options};

const OURS: &str = "http://localhost:5173";

#[tokio::test]
async fn thirty_origins_at_every_address() {
    let cors_origins = vec![OURS.to_owned()];
    let w = World::with_options(Database::memory().await, ServerOptions { cors_origins, ..options() }).await;
    let foreign = [
        "http://localhost",
        "https://localhost",
        "https://localhost:5173",
        "http://localhost:5174",
        "http://localhost:51730",
        "http://localhost:517",
        "http://localhost:5173.evil.example",
        "http://localhost:5173@evil.example",
        "http://evil.localhost:5173",
        "http://localhost.evil.example:5173",
        "http://evil.example",
        "http://evil.example?http://localhost:5173",
        "http://evil.example#http://localhost:5173",
        "http://evil.example/http://localhost:5173",
        "http://127.0.0.1:5173",
        "http://[::1]:5173",
        "http://0.0.0.0:5173",
        "http://LOCALHOST:5173",
        "HTTP://localhost:5173",
        "http://localhost:5173/",
        "http://localhost:5173.",
        "http://localhost.:5173",
        " http://localhost:5173x",
        "null",
        "file://",
        "*",
        "about:blank",
        "chrome-extension://abc",
        "data:text/html,x",
        "ws://localhost:5173",
    ];
    assert_eq!(foreign.len(), 30);
    let document = w.anonymous().get("//api/openapi.json").await.expect(200);
    let id = w.test.app.new_id::<Uuid>().to_string();
    let (mut routes, mut asked) = (0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let path = format!(
                "/{}",
                path.replace("{id}", &id)
                    .replace("{account_id}", &id)
                    .replace("{secret}", "none")
                    .replace("{tree_id}", &id)
                    .replace("{fix_id}", &id)
                    .replace("{handoff_id}", &id)
                    .replace("{version}", "1")
                    .replace("{ticket_id}", "100")
                    .replace("{provider}", "google")
                    .replace("{token}", "none")
            );
            assert!(!path.contains('{'), "{path}: give the parameter a value");
            routes += 1;
            let from = async |origin: &str| {
                Answer::of(w.engineer().request(method.clone(), &path).header("origin", origin)).await
            };
            for origin in foreign {
                let answer = from(origin).await;
                let allowed = answer.headers.get("access-control-allow-origin");
                assert_eq!(allowed, None, "{method} {path} from {origin:?}: {answer:?}");
                for name in [
                    "x-content-type-options",
                    "x-frame-options",
                    "content-security-policy",
                    "referrer-policy",
                ] {
                    assert!(
                        answer.headers.contains_key(name),
                        "{method} {path} from {origin:?} without {name}"
                    );
                }
                asked += 1;
            }
            assert_eq!(from(OURS).await.header("access-control-allow-origin"), OURS, "{method} {path}");
        }
    }
    println!(
        "I12: {routes} routes, {} origins, {asked} answers, 0 readable by a foreign page",
        foreign.len()
    );
}
