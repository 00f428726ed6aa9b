//! I6: what is looked for is a text and never SQL. Every query parameter of the document gets hostile texts that
//! find nothing, unless a part of them is taken for a question. The long search for holes is `cli proof::injection`.

use rf_accounts::Plan;
use rf_auth_policy::Role;
use rf_store::Access;
use rf_store_conformance::contents::Contents;
use serde_json::{Value, json};

use crate::support::{World, checklist_flow, every_store, troubleshooting_flow};

every_store! {
    a_filter_is_a_text,
}

/// Ends of texts, comments, alternatives, unions, second statements, in the ways of both engines.
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

/// What is in nothing: nothing is found, whatever stands behind it.
const NOWHERE: &str = "zqx";

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
    let before = all_but_the_log(&w).await;
    let (mut filters, mut sent, mut refused, mut found_nothing) = (0, 0, 0, 0);
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
                let answer = ask(hostile).await;
                assert!(answer.status < 500, "{path}?{name}={hostile}: {answer:?}");
                sent += 1;
                if answer.status != 200 {
                    refused += 1;
                } else if hostile.contains(NOWHERE) {
                    let nothing = rows(&ask(NOWHERE).await.text);
                    assert_eq!(rows(&answer.text), nothing, "{path}?{name}={hostile} finds something");
                    found_nothing += 1;
                }
            }
        }
    }
    assert_eq!(all_but_the_log(&w).await, before, "a filter has written");
    assert!(filters >= 20, "{filters}");
    println!(
        "I6: {filters} filters, {sent} hostile texts, {refused} refused, {found_nothing} found nothing as they should, 0 \
         rows changed"
    );
}

/// Every row but those of the audit log: taking it along is audited.
async fn all_but_the_log(w: &World) -> Option<Contents> {
    let mut contents = w.database.contents().await?;
    contents.retain(|table, _| !table.starts_with("audit_"));
    Some(contents)
}

/// What was found, without what is said of the question.
fn rows(text: &str) -> Value {
    let body: Value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    if body["items"].is_array() { json!([body["items"], body["total"]]) } else { body }
}
