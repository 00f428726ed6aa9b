//! I6: what is looked for is a text and never SQL. Every query parameter of the document gets hostile texts, and beside each
//! its harmless twin: both have to find the same. The long search for holes is `cli proof::injection`.

use rf_accounts::Plan;
use rf_auth_policy::Role;
use rf_store::Access;
use serde_json::{Value, json};

use crate::support::{World, checklist_flow, every_store, troubleshooting_flow};

every_store! {
    a_filter_is_a_text,
}

/// Ends of texts, comments, alternatives, unions, second statements, in the ways of both engines. The word is nowhere in
/// the data, so that whatever is found was not looked for.
const HOSTILE: [&str; 24] = [
    "'",
    "\"",
    "zqx' OR '1'='1",
    "zqx' OR 1=1 --",
    "zqx\" OR \"1\"=\"1",
    "zqx') OR ('1'='1",
    "zqx')) OR 1=1 --",
    "zqx%' OR '%'='",
    "zqx' OR 1=1 #",
    "zqx' OR 1=1 /*",
    "zqx'/**/OR/**/1=1--",
    "zqx' UNION SELECT NULL --",
    "zqx' UNION ALL SELECT email, password_hash FROM users --",
    "zqx'; DELETE FROM sessions; --",
    "zqx'; DROP TABLE trees; --",
    "zqx'; UPDATE users SET role = 'owner'; --",
    "zqx' AND 1=CAST((SELECT version()) AS int) --",
    "zqx' AND (SELECT count(*) FROM sqlite_master) > 0 --",
    "zqx' || (SELECT 1/0) || '",
    "zqx\\' OR 1=1 --",
    "1 OR 1=1",
    "1; SELECT pg_sleep(0)",
    "zqx$$ OR 1=1 --",
    "zqx\u{2bc} OR \u{ff07}1\u{ff07}=\u{ff07}1",
];

/// The same words without a sign that could mean anything.
fn twin(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect()
}

async fn a_filter_is_a_text(w: World) {
    let owner = w.owner();
    let flow = owner.post("/trees", troubleshooting_flow("Printer")).await.expect(201)["id"].clone();
    owner.post("/trees", checklist_flow("Scanner")).await.expect(201);
    owner
        .post("/sessions", json!({ "tree_id": flow, "ticket_number": "T1", "client_name": "Contoso" }))
        .await
        .expect(201);
    let site = w.account("Site", Plan::Free).await;
    let ada = site.person(&w.test, w.store(), "Ada", Role::Viewer, None).await;
    let mut unit = w.store().begin(Access::system_write()).await.unwrap();
    unit.make_super_admin(ada.id, w.now()).await.unwrap();
    unit.commit().await.unwrap();
    let document = w.anonymous().get("//api/openapi.json").await.expect(200);
    let before = w.database.contents().await;
    let (mut filters, mut sent, mut refused) = (0, 0, 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            let client = if path.contains("/admin/") { w.being(&ada) } else { w.owner() };
            filters += 1;
            for hostile in HOSTILE {
                let path = path.replace("/api/v1", "");
                let ask = async |text: &str| {
                    let mut query = vec![(name, text)];
                    if path.ends_with("/audit/export") && name != "format" {
                        query.push(("format", "jsonl"));
                    }
                    client.find(&path, &query).await
                };
                let (answer, harmless) = (ask(hostile).await, ask(&twin(hostile)).await);
                assert!(answer.status < 500, "{path}?{name}={hostile}: {answer:?}");
                sent += 1;
                if answer.status == 200 {
                    let (found, expected): (Value, Value) = (rows(&answer.text), rows(&harmless.text));
                    assert_eq!(found, expected, "{path}?{name}={hostile} is more than its words");
                } else {
                    refused += 1;
                }
            }
        }
    }
    assert_eq!(w.database.contents().await, before, "a filter has written");
    assert!(filters >= 20, "{filters}");
    println!(
        "I6: {filters} filters, {sent} hostile texts, {refused} refused, {} found what their words find and nothing else, 0 rows \
         changed",
        sent - refused
    );
}

/// What was found, without what is said of the question.
fn rows(text: &str) -> Value {
    let body: Value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    if body["items"].is_array() { json!([body["items"], body["total"]]) } else { body }
}
