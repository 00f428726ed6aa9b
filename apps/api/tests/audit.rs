//! The audit log over the wire. Promise G3: every event leaves exactly one entry, also when the request ends in an
//! error, and a request that changes nothing leaves none.

use std::collections::BTreeSet;

use rf_audit::{AuditEntry, AuditFilter, events};
use rf_auth_policy::Role;
use rf_kernel::{AuditId, UserId};
use rf_store::Access;
use rf_test_support::{PASSWORD, Person};
use serde_json::{Value, json};

use crate::support::{
    Answer, Client, NewPerson, World, checklist_flow, every_store, maintenance_flow, troubleshooting_flow,
};

every_store! {
    every_event_leaves_exactly_one_entry,
    what_is_refused_leaves_no_entry,
    the_log_is_read_page_by_page,
    filters_narrow_what_is_read_and_exported,
    the_log_is_the_owner_s_and_the_account_s,
    an_owner_checks_the_chain,
    a_spreadsheet_gets_no_formula,
    retention_is_set_and_prunes,
}

/// Follows the log of all accounts.
struct Watch<'w> {
    w: &'w World,
    seen: BTreeSet<AuditId>,
    events: usize,
}

impl<'w> Watch<'w> {
    async fn over(w: &'w World) -> Self {
        let mut watch = Self { w, seen: BTreeSet::new(), events: 0 };
        watch.news().await;
        watch
    }

    async fn news(&mut self) -> Vec<AuditEntry> {
        let mut unit = self.w.store().begin(Access::system_read()).await.unwrap();
        let all = unit.list_all_audit(&AuditFilter::default(), None, 10_000).await.unwrap();
        all.into_iter().filter(|entry| self.seen.insert(entry.id)).collect()
    }

    /// The one entry since the last look, written by that request, whatever its answer.
    async fn one(&mut self, answer: &Answer, action: &str, actor: Option<UserId>) -> AuditEntry {
        let news = self.news().await;
        let [entry] = news.as_slice() else { panic!("{action}: not one entry but {news:#?}") };
        assert_eq!(entry.action, action);
        assert_eq!(entry.actor_id, actor, "{action}");
        assert_eq!(entry.request_id.to_string(), answer.header("x-request-id"), "{action}");
        assert_eq!(entry.at, self.w.now(), "{action}");
        assert!(!entry.payload.to_string().contains(PASSWORD), "{action}");
        self.events += 1;
        entry.clone()
    }

    async fn none(&mut self, what: &str) {
        assert_eq!(self.news().await, [], "{what}");
    }
}

async fn log_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/auth/login/json", json!({ "email": email, "password": password })).await
}

async fn refresh(client: &Client, token: &str) -> Answer {
    client.post("/auth/refresh", json!({ "refresh_token": token })).await
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

async fn every_event_leaves_exactly_one_entry(w: World) {
    let anonymous = w.anonymous();
    w.unusual("off@example.test", NewPerson { is_active: false, ..NewPerson::default() }).await;
    w.unusual("bare@example.test", NewPerson { has_password: false, ..NewPerson::default() }).await;
    let mut watch = Watch::over(&w).await;

    // People, refused ones too.
    let body = json!({ "email": "new@example.test", "password": PASSWORD, "name": "Nell" });
    let answer = anonymous.post("/auth/register", body).await;
    let id: UserId = text(&answer.expect(201), "id").parse().unwrap();
    let entry = watch.one(&answer, events::ACCOUNT_REGISTERED, Some(id)).await;
    assert_eq!(entry.account_id.to_string(), text(&answer.json(), "account_id"));
    for (email, password, reason) in [
        (w.engineer.email.as_str(), "a wrong password", "wrong_password"),
        ("nobody@example.test", PASSWORD, "unknown_address"),
        ("off@example.test", PASSWORD, "switched_off"),
        ("bare@example.test", PASSWORD, "no_password"),
    ] {
        let answer = log_in(&anonymous, email, password).await;
        answer.refused(401, "invalid_credentials");
        let entry = watch.one(&answer, events::SIGN_IN_FAILED, None).await;
        assert_eq!(entry.payload, json!({ "reason": reason }), "and nothing that was typed");
    }
    let engineer = Some(w.engineer.id);
    let answer = log_in(&anonymous, &w.engineer.email, PASSWORD).await;
    watch.one(&answer, events::SIGNED_IN, engineer).await;
    let token = text(&answer.expect(200), "refresh_token").to_owned();
    let answer = anonymous.post("/auth/logout", json!({ "refresh_token": token })).await;
    answer.expect_empty();
    watch.one(&answer, events::SIGNED_OUT, engineer).await;
    anonymous.post("/auth/logout", json!({ "refresh_token": token })).await.expect_empty();
    watch.none("signing out twice").await;
    let first = log_in(&anonymous, &w.engineer.email, PASSWORD).await;
    watch.one(&first, events::SIGNED_IN, engineer).await;
    let first = text(&first.expect(200), "refresh_token").to_owned();
    let second = text(&refresh(&anonymous, &first).await.expect(200), "refresh_token").to_owned();
    refresh(&anonymous, &second).await.expect(200);
    watch.none("rotations").await;
    let answer = refresh(&anonymous, &first).await;
    answer.refused(401, "invalid_refresh_token");
    let entry = watch.one(&answer, events::REFRESH_TOKEN_REUSED, None).await;
    assert_eq!(entry.target_id, Some(w.engineer.id.uuid()));

    trees_leave_entries(&w, &mut watch).await;
    sessions_leave_entries(&w, &mut watch).await;

    // The log itself.
    let owner = Some(w.owner.id);
    let answer = w.owner().patch("/accounts/me/audit/retention", json!({ "retention_days": 90 })).await;
    let entry = watch.one(&answer, events::AUDIT_RETENTION_CHANGED, owner).await;
    let change = json!({ "before": { "retention_days": null }, "after": { "retention_days": 90 } });
    assert_eq!(entry.payload, change);
    let answer = w.owner().get("/accounts/me/audit/export?format=csv").await;
    watch.one(&answer, events::AUDIT_EXPORTED, owner).await;

    // The end of a sign-in, kept although the answer is an error.
    let first = log_in(&anonymous, &w.colleague.email, PASSWORD).await;
    watch.one(&first, events::SIGNED_IN, Some(w.colleague.id)).await;
    let mut token = text(&first.expect(200), "refresh_token").to_owned();
    for _ in 0..6 {
        w.clock().advance(200_000);
        token = text(&refresh(&anonymous, &token).await.expect(200), "refresh_token").to_owned();
    }
    w.clock().advance(10_000);
    let answer = refresh(&anonymous, &token).await;
    answer.refused(401, "session_expired_absolute");
    watch.one(&answer, events::SESSION_EXPIRED, None).await;
    refresh(&anonymous, &token).await.refused(401, "invalid_refresh_token");
    watch.none("a token that is used up").await;

    assert!(watch.events >= 25, "G3 asks for 25 events; these are {}", watch.events);
    for report in w.test.app.verify_audit(None).await.unwrap() {
        report.checked.unwrap();
    }
}

async fn trees_leave_entries(w: &World, watch: &mut Watch<'_>) {
    let (client, engineer) = (w.engineer(), Some(w.engineer.id));
    let mut draft = troubleshooting_flow("Printer");
    draft["status"] = json!("draft");
    let answer = client.post("/trees", draft).await;
    let tree = text(&answer.expect(201), "id").to_owned();
    let entry = watch.one(&answer, events::TREE_CREATED, engineer).await;
    assert_eq!(entry.target_id.map(|id| id.to_string()).as_deref(), Some(tree.as_str()));
    let path = format!("/trees/{tree}");
    let answer = client.put(&path, json!({ "name": "Printers", "tags": ["print"] })).await;
    answer.expect(200);
    let entry = watch.one(&answer, events::TREE_UPDATED, engineer).await;
    assert_eq!(entry.payload["before"], json!({ "name": "Printer", "tags": [], "revision": 1 }));
    assert_eq!(entry.payload["after"], json!({ "name": "Printers", "tags": ["print"], "revision": 2 }));
    let answer = client.post(&format!("{path}/publish"), json!({})).await;
    answer.expect(200);
    watch.one(&answer, events::TREE_PUBLISHED, engineer).await;
    let answer = client.get(&format!("{path}/export")).await;
    assert_eq!(answer.status, 200);
    watch.one(&answer, events::TREE_EXPORTED, engineer).await;
    let answer = client.post_raw("/trees/import", "application/yaml", answer.text.clone()).await;
    answer.expect(201);
    watch.one(&answer, events::TREE_IMPORTED, engineer).await;
    let answer = client.post(&format!("{path}/fork"), json!({})).await;
    answer.expect(201);
    let entry = watch.one(&answer, events::TREE_FORKED, engineer).await;
    assert_eq!(entry.payload["parent_tree_id"], json!(tree));
    let answer = client.delete(&path).await;
    answer.expect_empty();
    watch.one(&answer, events::TREE_ARCHIVED, engineer).await;
}

async fn sessions_leave_entries(w: &World, watch: &mut Watch<'_>) {
    let (client, engineer) = (w.engineer(), Some(w.engineer.id));
    let mut trees = Vec::new();
    for flow in [troubleshooting_flow("Printer"), checklist_flow("Setup"), maintenance_flow("Patching")] {
        trees.push(text(&client.post("/trees", flow).await.expect(201), "id").to_owned());
    }
    watch.news().await;
    let answer = client.post("/sessions", json!({ "tree_id": trees[0], "ticket_number": "48213" })).await;
    let path = format!("/sessions/{}", text(&answer.expect(201), "id"));
    let entry = watch.one(&answer, events::SESSION_STARTED, engineer).await;
    assert_eq!(entry.payload, json!({ "tree_id": trees[0], "ticket_number": "48213" }));
    let answer = client.post(&format!("{path}/complete"), json!({ "outcome": "resolved" })).await;
    answer.expect(200);
    let entry = watch.one(&answer, events::SESSION_COMPLETED, engineer).await;
    assert_eq!(entry.payload["outcome"], "resolved");
    let answer = client.post(&format!("{path}/export"), json!({ "format": "text" })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    watch.one(&answer, events::SESSION_EXPORTED, engineer).await;
    let answer = client.post(&format!("{path}/save-as-tree"), json!({ "status": "draft" })).await;
    answer.expect(201);
    let entry = watch.one(&answer, events::SESSION_SAVED_AS_TREE, engineer).await;
    assert_eq!(entry.target_kind, "tree");

    let answer = client.post("/sessions/prepare", json!({ "tree_id": trees[1] })).await;
    let prepared = format!("/sessions/{}", text(&answer.expect(201), "id"));
    watch.one(&answer, events::SESSION_PREPARED, engineer).await;
    let answer = client.post(&format!("{prepared}/start"), json!({})).await;
    answer.expect(200);
    watch.one(&answer, events::SESSION_STARTED, engineer).await;
    client.patch(&format!("{prepared}/scratchpad"), json!({ "scratchpad": "x" })).await.expect(200);
    watch.none("work on a session, which has a log of its own").await;
    let targets = json!([{ "label": "SRV-1" }, { "label": "SRV-2" }]);
    let answer = client.post("/sessions/batch", json!({ "tree_id": trees[2], "targets": targets })).await;
    answer.expect(201);
    let entry = watch.one(&answer, events::SESSION_BATCH_LAUNCHED, engineer).await;
    assert_eq!(entry.payload["count"], 2);
}

async fn what_is_refused_leaves_no_entry(w: World) {
    let tree = text(&w.engineer().post("/trees", troubleshooting_flow("Printer")).await.expect(201), "id")
        .to_owned();
    let path = format!("/trees/{tree}");
    let mut watch = Watch::over(&w).await;
    w.viewer().post("/trees", troubleshooting_flow("No")).await.refused(403, "forbidden");
    w.viewer().post(&format!("{path}/publish"), json!({})).await.refused(403, "forbidden");
    w.engineer().put_if(&path, 9, json!({ "name": "No" })).await.refused(409, "stale_revision");
    w.engineer().put(&path, json!({ "name": "" })).await.refused(422, "validation_failed");
    w.stranger().delete(&path).await.refused(404, "tree_not_found");
    w.stranger().get(&format!("{path}/export")).await.refused(404, "tree_not_found");
    w.anonymous().post("/auth/register", json!({ "email": "x" })).await.refused(422, "validation_failed");
    w.being(&w.team_admin).get("/accounts/me/audit/export?format=csv").await.refused(403, "forbidden");
    let bad = json!({ "retention_days": 29 });
    w.owner()
        .patch("/accounts/me/audit/retention", bad)
        .await
        .refuses_fields(&[("retention_days", "out_of_range")]);
    watch.none("refused requests").await;
}

/// Keeps drafts of these names, one instant each, and gives their ids.
async fn drafts(w: &World, client: &Client, names: &[&str]) -> Vec<String> {
    let mut ids = Vec::new();
    for name in names {
        w.clock().advance(1);
        let mut draft = troubleshooting_flow(name);
        draft["status"] = json!("draft");
        ids.push(text(&client.post("/trees", draft).await.expect(201), "id").to_owned());
    }
    ids
}

async fn the_log_is_read_page_by_page(w: World) {
    drafts(&w, &w.engineer(), &["A", "B", "C", "D", "E"]).await;
    let (mut names, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut query = vec![("action", "tree.created"), ("limit", "2")];
        if let Some(cursor) = &cursor {
            query.push(("cursor", cursor));
        }
        let page = w.owner().find("/accounts/me/audit", &query).await.expect(200);
        for item in page["items"].as_array().unwrap() {
            assert_eq!(item["actor"], json!({ "id": w.engineer.id, "name": "Eli" }));
            assert!(item.get("account_id").is_none());
            names.push(text(&item["payload"], "name").to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(names, ["E", "D", "C", "B", "A"]);
    for bad in ["x", "2026-11-23T14:00:00Z", "2026-11-23T14:00:00Z_x", "_"] {
        let answer = w.owner().find("/accounts/me/audit", &[("cursor", bad)]).await;
        answer.refuses_fields(&[("query.cursor", "not_a_cursor")]);
    }
    for limit in ["0", "101"] {
        let answer = w.owner().find("/accounts/me/audit", &[("limit", limit)]).await;
        answer.refuses_fields(&[("query.limit", "out_of_range")]);
    }
}

async fn filters_narrow_what_is_read_and_exported(w: World) {
    let start = w.now().plus_seconds(1).to_string();
    let ids = drafts(&w, &w.engineer(), &["A"]).await;
    let others = drafts(&w, &w.colleague(), &["B"]).await;
    let third = w.now().plus_seconds(1).to_string();
    drafts(&w, &w.engineer(), &["C"]).await;
    let engineer = w.engineer.id.to_string();
    /// Query parameters, and the names that are left.
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);
    let cases: [Case<'_>; 6] = [
        (&[("target_kind", "tree")], &["C", "B", "A"]),
        (&[("actor_id", &engineer), ("action", "tree.created")], &["C", "A"]),
        (&[("target_id", &ids[0])], &["A"]),
        (&[("target_id", &others[0]), ("actor_id", &engineer)], &[]),
        (&[("action", "tree.created"), ("after", &start), ("before", &third)], &["B", "A"]),
        (&[("after", &third), ("action", "tree.created")], &["C"]),
    ];
    for (query, expected) in cases {
        let listed = w.owner().find("/accounts/me/audit", query).await.expect(200);
        let names: Vec<_> =
            listed["items"].as_array().unwrap().iter().map(|item| text(&item["payload"], "name")).collect();
        assert_eq!(names, expected, "{query:?}");
        let answer =
            w.owner().find("/accounts/me/audit/export", &[query, &[("format", "jsonl")]].concat()).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-ndjson"));
        let lines: Vec<Value> = answer.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let names: Vec<_> = lines.iter().map(|line| text(&line["payload"], "name")).collect();
        assert_eq!(names, expected, "{query:?}");
    }
    let actions = w.owner().get("/accounts/me/audit/actions").await.expect(200);
    assert_eq!(actions, json!(["audit.exported", "auth.signed_in", "tree.created"]));
}

async fn the_log_is_the_owner_s_and_the_account_s(w: World) {
    drafts(&w, &w.engineer(), &["A"]).await;
    for path in ["", "/actions", "/check", "/export?format=jsonl", "/retention"] {
        let path = format!("/accounts/me/audit{path}");
        for client in [w.being(&w.team_admin), w.engineer(), w.viewer()] {
            client.get(&path).await.refused(403, "forbidden");
        }
        w.anonymous().get(&path).await.refused(401, "not_authenticated");
    }
    let listed = w.stranger().get("/accounts/me/audit").await.expect(200);
    let actions: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|item| text(item, "action")).collect();
    assert_eq!(actions, ["auth.signed_in"], "only the stranger's own sign-in");
    w.stranger().patch("/accounts/me/audit/retention", json!({ "retention_days": 30 })).await.expect(200);
    let kept = w.owner().get("/accounts/me/audit/retention").await.expect(200);
    assert_eq!(kept, json!({ "retention_days": null }));
}

async fn an_owner_checks_the_chain(w: World) {
    drafts(&w, &w.engineer(), &["A", "B"]).await;
    let check = async || w.owner().get("/accounts/me/audit/check").await.expect(200);
    let first = check().await;
    let listed = w.owner().get("/accounts/me/audit").await.expect(200);
    assert_eq!(first["entries"], listed["items"].as_array().unwrap().len());
    assert_eq!((&first["fault"], text(&first, "hash").len()), (&Value::Null, 64));
    assert_eq!(check().await, first, "looking is not an event");
    drafts(&w, &w.engineer(), &["C"]).await;
    let second = check().await;
    assert_eq!(second["seq"].as_i64().unwrap(), first["seq"].as_i64().unwrap() + 1);
    assert_ne!(second["hash"], first["hash"]);
    // Another account's chain is another one.
    assert_eq!(w.stranger().get("/accounts/me/audit/check").await.expect(200)["entries"], 1);
}

async fn a_spreadsheet_gets_no_formula(w: World) {
    let evil = w.person("=HYPERLINK(\"http://x.example\")", Role::Engineer, None).await;
    let evil: &Person = &evil;
    drafts(&w, &w.being(evil), &["+cmd"]).await;
    let answer = w.owner().get("/accounts/me/audit/export?format=csv").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"audit.csv\"");
    assert!(answer.text.contains("\"'=HYPERLINK(\"\"http://x.example\"\")\""), "{}", answer.text);
    w.owner().get("/accounts/me/audit/export?format=pdf").await.refused(422, "validation_failed");
    w.owner().get("/accounts/me/audit/export").await.refused(422, "validation_failed");
}

async fn retention_is_set_and_prunes(w: World) {
    drafts(&w, &w.engineer(), &["Old"]).await;
    for days in [json!(29), json!(3_651), json!(-1)] {
        let answer = w.owner().patch("/accounts/me/audit/retention", json!({ "retention_days": days })).await;
        answer.refuses_fields(&[("retention_days", "out_of_range")]);
    }
    let set = w.owner().patch("/accounts/me/audit/retention", json!({ "retention_days": 30 })).await;
    assert_eq!(set.expect(200), json!({ "retention_days": 30 }));
    assert_eq!(
        w.owner().patch("/accounts/me/audit/retention", json!({})).await.expect(200),
        json!({ "retention_days": 30 })
    );
    // The oldest entries are a second older than the draft, and making the new one takes a second.
    w.clock().advance(30 * 86_400 - 2);
    drafts(&w, &w.again(&w.engineer).await, &["New"]).await;
    assert_eq!(w.test.app.prune_audit().await.unwrap(), 0, "to the second");
    w.clock().advance(1);
    assert!(w.test.app.prune_audit().await.unwrap() > 0);
    assert_eq!(w.audited(events::TREE_CREATED).await, 2, "the draft is a second younger");
    w.clock().advance(1);
    assert!(w.test.app.prune_audit().await.unwrap() > 0);
    let owner = w.again(&w.owner).await;
    let listed = owner.find("/accounts/me/audit", &[("action", "tree.created")]).await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["items"][0]["payload"]["name"], "New");
    assert_eq!(w.audited(events::AUDIT_PRUNED).await, 2);
    for report in w.test.app.verify_audit(None).await.unwrap() {
        report.checked.unwrap();
    }
    // The other account keeps everything.
    assert_eq!(w.audited_of(w.stranger.account_id, events::SIGNED_IN).await, 1);
}
