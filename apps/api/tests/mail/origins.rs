//! L7: links lead to the configured address, whatever a request says about where it came in.

use reqwest::Method;
use rf_test_support::PUBLIC_URL;
use serde_json::{Value, json};

use super::{mails, work};
use crate::support::{Answer, Client, World, every_store};

every_store! { links_lead_to_us_whatever_a_request_says }

/// 25 ways to claim another address.
const VARIANTS: [(&str, &str); 25] = [
    ("host", "evil.example"),
    ("host", "evil.example:443"),
    ("host", "desk.example.evil.example"),
    ("host", "desk.example@evil.example"),
    ("host", "127.0.0.1"),
    ("host", "[::1]"),
    ("host", "xn--dsk-example.example"),
    ("forwarded", "host=evil.example"),
    ("forwarded", "for=1.2.3.4;host=evil.example;proto=https"),
    ("forwarded", "host=\"evil.example:443\""),
    ("forwarded", "host=desk.example, host=evil.example"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-host", "desk.example, evil.example"),
    ("x-forwarded-host", "evil.example:8443"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-proto", "javascript"),
    ("x-forwarded-port", "8443"),
    ("x-forwarded-server", "evil.example"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-path", "/evil"),
    ("x-original-url", "https://evil.example/"),
    ("x-rewrite-url", "https://evil.example/"),
    ("x-original-host", "evil.example"),
    ("x-http-host-override", "evil.example"),
    ("referer", "https://evil.example/forgot-password"),
];

async fn links_lead_to_us_whatever_a_request_says(w: World) {
    let send = async |client: &Client, path: &str, body: Value, (name, value): (&str, &str)| {
        let request = client.request(Method::POST, path).header(name, value);
        Answer::of(request.json(&body)).await
    };
    let anonymous = w.anonymous();
    for (index, variant) in VARIANTS.into_iter().enumerate() {
        w.clock().advance(60);
        let email = json!({ "email": w.engineer.email });
        send(&anonymous, "/auth/password/forgot", email, variant).await.expect(202);
        work(&w).await;
        let owner = w.again(&w.owner).await;
        let body = json!({ "email": format!("new{index}@north.example"), "role": "viewer" });
        send(&owner, "/accounts/me/invites", body, variant).await.expect(201);
        let email = format!("nina{index}@tailspin.example");
        let body = json!({ "email": email, "password": rf_test_support::PASSWORD, "name": "Nina" });
        send(&anonymous, "/auth/register", body, variant).await.expect(201);
    }
    let all = mails(&w).await;
    assert_eq!(all.len(), 3 * VARIANTS.len());
    let keys = rf_test_support::token_keys();
    let links = rf_notifications::Links { public_url: PUBLIC_URL, keys: &keys };
    for mail in &all {
        // What the outbox shows is written out by the application, which knows nothing of requests.
        let words = mail.letter.render(links).unwrap();
        let found: Vec<_> = words.text.split_whitespace().filter(|word| word.contains("://")).collect();
        assert!(!found.is_empty() && found.iter().all(|link| link.starts_with(&format!("{PUBLIC_URL}/"))));
    }
    // The same through the outbox, for one of each kind.
    let id = w.owner.id;
    let mut unit = w.store().begin(rf_store::Access::system_write()).await.unwrap();
    unit.make_super_admin(id, w.now()).await.unwrap();
    unit.commit().await.unwrap();
    let admin = w.again(&w.owner).await;
    let mut told = 0;
    for mail in &all {
        let shown = admin.get(&format!("/admin/outbox/{}", mail.id)).await.expect(200);
        let text = shown["text"].as_str().unwrap();
        assert!(text.contains(PUBLIC_URL) && !text.contains("evil"), "{text}");
        told += 1;
    }
    println!(
        "L7 on {}: {} variants, {told} links, all to the configured address",
        w.store().kind(),
        VARIANTS.len()
    );
}
