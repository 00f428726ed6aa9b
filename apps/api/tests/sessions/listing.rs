//! RUN-02..05, RUN-29, D5: whose sessions are listed, in what order, narrowed and paged how.

use serde_json::{Value, json};

use super::{complete, flow, path_of, start_with};
use crate::support::{Client, World, checklist_flow, every_store, troubleshooting_flow};

every_store! {
    a_list_holds_own_and_assigned_sessions_newest_start_first,
    texts_are_found_in_part_and_wildcards_are_letters,
    every_filter_narrows_and_all_hold_together,
    instants_are_inclusive,
    page_and_size_stand_over_skip_and_limit,
    a_cursor_leads_through_the_list_whatever_begins_meanwhile,
    a_cursor_that_is_none_is_refused,
    a_list_refuses_what_is_no_query,
}

/// The ticket numbers of what is listed, in order.
async fn tickets(client: &Client, query: &[(&str, &str)]) -> Vec<String> {
    let list = client.find("/sessions", query).await.expect(200);
    let ticket = |session: &Value| session["ticket_number"].as_str().unwrap_or("-").to_owned();
    list.as_array().unwrap().iter().map(ticket).collect()
}

async fn a_list_holds_own_and_assigned_sessions_newest_start_first(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let prepare = async |by: &Client, ticket: &str, assignee: &rf_test_support::Person| {
        let body = json!({ "tree_id": tree, "ticket_number": ticket, "assigned_to_id": assignee.id });
        by.post("/sessions/prepare", body).await.expect(201)
    };
    let begun = prepare(&w.owner(), "begun", &w.engineer).await;
    prepare(&w.owner(), "waiting", &w.engineer).await;
    prepare(&w.engineer(), "handed over", &w.colleague).await;
    start_with(&w.engineer(), &tree, json!({ "ticket_number": "first" })).await;
    w.clock().advance(10);
    start_with(&w.engineer(), &tree, json!({ "ticket_number": "second" })).await;
    start_with(&w.colleague(), &tree, json!({ "ticket_number": "theirs" })).await;
    w.clock().advance(10);
    w.engineer().post(&format!("{}/start", path_of(&begun)), json!({})).await.expect(200);
    assert_eq!(tickets(&w.engineer(), &[]).await, ["begun", "second", "first", "waiting"]);
    assert_eq!(tickets(&w.owner(), &[]).await, Vec::<String>::new());
    let list = w.engineer().get("/sessions").await.expect(200);
    assert_eq!(list[1]["current_step_id"], Value::Null);
    assert_eq!(list[1]["tree_snapshot"]["name"], "Printer");
}

/// D5.
async fn texts_are_found_in_part_and_wildcards_are_letters(w: World) {
    let tree = flow(&w.engineer(), checklist_flow("100% of A_B")).await;
    let other = flow(&w.engineer(), checklist_flow("Plain")).await;
    for (tree, ticket, client) in [(&tree, "T-1_a%", "Ärzte\\Praxis"), (&other, "T-12a", "Contoso")] {
        start_with(&w.engineer(), tree, json!({ "ticket_number": ticket, "client_name": client })).await;
        w.clock().advance(1);
    }
    let engineer = w.engineer();
    for (name, value, expected) in [
        ("ticket_number", "t-1", vec!["T-12a", "T-1_a%"]),
        ("ticket_number", "1_A", vec!["T-1_a%"]),
        ("ticket_number", "%", vec!["T-1_a%"]),
        ("ticket_number", "T%a", vec![]),
        ("ticket_number", "", vec!["T-12a", "T-1_a%"]),
        ("client_name", "ÄRZTE", vec!["T-1_a%"]),
        ("client_name", "\\", vec!["T-1_a%"]),
        ("client_name", "con", vec!["T-12a"]),
        ("tree_name", "100% OF", vec!["T-1_a%"]),
        ("tree_name", "a_b", vec!["T-1_a%"]),
        ("tree_name", "a%b", vec![]),
        ("tree_name", "plain", vec!["T-12a"]),
    ] {
        assert_eq!(tickets(&engineer, &[(name, value)]).await, expected, "{name}={value}");
    }
}

async fn every_filter_narrows_and_all_hold_together(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let other = flow(&w.engineer(), checklist_flow("Updates")).await;
    start_with(&w.engineer(), &tree, json!({ "ticket_number": "active", "client_name": "Contoso" })).await;
    w.clock().advance(1);
    let ended =
        start_with(&w.engineer(), &other, json!({ "ticket_number": "completed", "client_name": "Contoso" }))
            .await;
    complete(&w.engineer(), &path_of(&ended), "unresolved").await.expect(200);
    let body = json!({ "tree_id": tree, "ticket_number": "prepared", "assigned_to_id": w.engineer.id });
    w.owner().post("/sessions/prepare", body).await.expect(201);
    let me = w.engineer.id.to_string();
    let nobody = w.test.app.new_id::<uuid::Uuid>().to_string();
    for (query, expected) in [
        (vec![("completed", "true")], vec!["completed"]),
        (vec![("completed", "false")], vec!["active", "prepared"]),
        (vec![("status", "prepared")], vec!["prepared"]),
        (vec![("status", "active")], vec!["active"]),
        (vec![("status", "completed")], vec!["completed"]),
        (vec![("tree_id", tree.as_str())], vec!["active", "prepared"]),
        (vec![("tree_id", other.as_str())], vec!["completed"]),
        (vec![("tree_id", nobody.as_str())], vec![]),
        (vec![("batch_id", nobody.as_str())], vec![]),
        (vec![("assigned_to_id", me.as_str())], vec!["prepared"]),
        (vec![("assigned_to_id", nobody.as_str())], vec![]),
        (vec![("client_name", "contoso"), ("ticket_number", "active")], vec!["active"]),
        (vec![("client_name", "contoso"), ("status", "prepared")], vec![]),
        (vec![("completed", "true"), ("status", "active")], vec![]),
    ] {
        assert_eq!(tickets(&w.engineer(), &query).await, expected, "{query:?}");
    }
}

async fn instants_are_inclusive(w: World) {
    let tree = flow(&w.engineer(), checklist_flow("Updates")).await;
    let mut times = Vec::new();
    for ticket in ["one", "two", "three"] {
        times.push(w.now().to_string());
        let session = start_with(&w.engineer(), &tree, json!({ "ticket_number": ticket })).await;
        complete(&w.engineer(), &path_of(&session), "unresolved").await.expect(200);
        w.clock().advance(10);
    }
    w.engineer()
        .post("/sessions/prepare", json!({ "tree_id": tree, "ticket_number": "never" }))
        .await
        .expect(201);
    let two = times[1].as_str();
    for kind in ["started", "completed"] {
        let (after, before) = (format!("{kind}_after"), format!("{kind}_before"));
        assert_eq!(tickets(&w.engineer(), &[(&after, two)]).await, ["three", "two"]);
        assert_eq!(tickets(&w.engineer(), &[(&before, two)]).await, ["two", "one"]);
        assert_eq!(tickets(&w.engineer(), &[(&after, two), (&before, two)]).await, ["two"]);
        // The same instant, written from another time zone.
        assert_eq!(tickets(&w.engineer(), &[(&after, "2026-11-23T15:00:20+01:00")]).await, ["three"]);
    }
}

async fn page_and_size_stand_over_skip_and_limit(w: World) {
    let tree = flow(&w.engineer(), checklist_flow("Updates")).await;
    for number in 0..5 {
        start_with(&w.engineer(), &tree, json!({ "ticket_number": number.to_string() })).await;
        w.clock().advance(1);
    }
    for (query, expected) in [
        (vec![("limit", "2")], vec!["4", "3"]),
        (vec![("skip", "1"), ("limit", "2")], vec!["3", "2"]),
        (vec![("page", "1"), ("size", "2")], vec!["4", "3"]),
        (vec![("page", "2"), ("size", "2")], vec!["2", "1"]),
        (vec![("page", "3"), ("size", "2")], vec!["0"]),
        (vec![("page", "4"), ("size", "2")], vec![]),
        (vec![("page", "2"), ("limit", "3")], vec!["1", "0"]),
        (vec![("page", "2"), ("size", "1"), ("skip", "4"), ("limit", "3")], vec!["3"]),
        (vec![("size", "1"), ("skip", "4")], vec!["0"]),
        (vec![("page", "9223372036854775807"), ("size", "100")], vec![]),
        (vec![("skip", "9223372036854775807")], vec![]),
    ] {
        assert_eq!(tickets(&w.engineer(), &query).await, expected, "{query:?}");
    }
}

async fn a_cursor_leads_through_the_list_whatever_begins_meanwhile(w: World) {
    let client = w.engineer();
    let tree = flow(&client, checklist_flow("Updates")).await;
    for number in 0..2 {
        let prepare = json!({ "tree_id": tree, "ticket_number": format!("waits {number}") });
        client.post("/sessions/prepare", prepare).await.expect(201);
    }
    // Three of one instant.
    for number in 0..3 {
        start_with(&client, &tree, json!({ "ticket_number": number.to_string() })).await;
    }
    let whole = tickets(&client, &[]).await;
    assert_eq!(whole.len(), 5);
    for size in ["1", "2", "3", "4"] {
        let (mut walked, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut query = vec![("size", size)];
            query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let page = client.find("/sessions", &query).await;
            cursor = page.header_if_any("x-next-cursor").map(str::to_owned);
            let page = page.expect(200);
            walked.extend(
                page.as_array()
                    .unwrap()
                    .iter()
                    .map(|session| session["ticket_number"].as_str().unwrap().to_owned()),
            );
            if cursor.is_none() {
                break;
            }
            w.clock().advance(1);
            start_with(&client, &tree, json!({ "ticket_number": "meanwhile" })).await;
        }
        walked.retain(|ticket| ticket != "meanwhile");
        assert_eq!(walked, whole, "{size} on a page");
    }
    // A list that fits its page has no next one.
    let all = client.find("/sessions", &[("status", "prepared"), ("size", "2")]).await;
    assert_eq!(all.header_if_any("x-next-cursor"), None);
}

async fn a_cursor_that_is_none_is_refused(w: World) {
    let find = async |query: &[(&str, &str)]| w.engineer().find("/sessions", query).await;
    for cursor in ["", "_", "1", "yesterday_00000000-0000-0000-0000-000000000001", "2026-11-23T15:00:20Z_7"] {
        find(&[("cursor", cursor)]).await.refuses_fields(&[("query.cursor", "not_a_cursor")]);
    }
    let cursor = ("cursor", "_00000000-0000-0000-0000-000000000001");
    assert_eq!(find(&[cursor]).await.expect(200), json!([]));
    for with in [("page", "1"), ("skip", "0")] {
        find(&[cursor, with]).await.refuses_fields(&[("query.cursor", "conflict")]);
    }
}

async fn a_list_refuses_what_is_no_query(w: World) {
    let find = async |name: &str, value: &str| w.engineer().find("/sessions", &[(name, value)]).await;
    for (name, value) in [("limit", "0"), ("limit", "101"), ("size", "0"), ("size", "101")] {
        find(name, value).await.refuses_fields(&[("query.limit", "out_of_range")]);
    }
    find("page", "0").await.refuses_fields(&[("query.page", "out_of_range")]);
    for (name, value) in [
        ("skip", "-1"),
        ("page", "-1"),
        ("page", "one"),
        ("status", "paused"),
        ("completed", "perhaps"),
        ("tree_id", "7"),
        ("started_after", "yesterday"),
        ("surprise", "1"),
    ] {
        find(name, value).await.refuses_fields(&[("query", "malformed")]);
    }
    let answer = w.engineer().get("/sessions?ticket_number=%00").await;
    answer.refuses_fields(&[("query", "control_character")]);
}
