//! RUN-09, RUN-12, RUN-13, D6, C2: the whole-field update, the scratchpad, the variables.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{COMPLETED, answer, complete, done, entry_id, log_kinds, start_graph};
use crate::support::{World, every_store};

every_store! {
    an_update_changes_what_it_sends,
    a_stale_update_is_refused,
    of_parallel_updates_of_one_revision_one_wins,
    decisions_are_kept_with_the_servers_time,
    replaced_decisions_stay_in_the_log,
    own_steps_are_kept_and_their_changes_logged,
    a_completed_session_is_not_updated,
    an_update_is_measured,
    the_scratchpad_is_open_after_the_end,
    variables_are_merged_name_by_name,
    a_hundred_parallel_merges_keep_a_hundred_names,
    the_log_has_names_of_variables_and_never_values,
}

const STALE: &str = "Somebody else changed this session first. Reload it and apply your change again.";

fn decision(node: &str, answer: &str) -> Value {
    json!({
        "entry_id": entry_id(), "node_id": node, "kind": "answered", "title": format!("At {node}"), "answer": answer,
        "timestamp": "2001-01-01T00:00:00Z",
    })
}

async fn an_update_changes_what_it_sends(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    w.clock().advance(10);
    let body = json!({
        "path_taken": ["start", "restart"], "scratchpad": "Ask Jo", "ticket_number": " T-2 ", "client_name": "Contoso",
        "session_variables": { "printer": "P1" },
    });
    let sent = engineer.put(&path, body).await;
    let session = sent.expect(200);
    assert_eq!(sent.header("etag"), "\"2\"");
    assert_eq!(
        (&session["path_taken"], &session["current_step_id"]),
        (&json!(["start", "restart"]), &json!("restart"))
    );
    assert_eq!((&session["scratchpad"], &session["ticket_number"]), (&json!("Ask Jo"), &json!("T-2")));
    assert_eq!((&session["updated_at"], &session["revision"]), (&json!(w.now()), &json!(2)));
    // Null clears, blank too, absent leaves alone.
    let body = json!({ "ticket_number": null, "client_name": " ", "session_variables": {} });
    let session = engineer.put(&path, body).await.expect(200);
    assert_eq!((&session["ticket_number"], &session["client_name"]), (&Value::Null, &Value::Null));
    assert_eq!((&session["session_variables"], &session["scratchpad"]), (&json!({}), &json!("Ask Jo")));
    // From there the runner's address goes on.
    assert_eq!(done(&engineer, &path, "restart").await.expect(200)["current_step_id"], "works");
}

async fn a_stale_update_is_refused(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    engineer.put(&path, json!({ "scratchpad": "one", "revision": 1 })).await.expect(200);
    let answer = engineer.put(&path, json!({ "scratchpad": "two", "revision": 1 })).await;
    answer.says(409, "stale_revision", STALE);
    engineer.put_if(&path, 1, json!({ "scratchpad": "two" })).await.says(409, "stale_revision", STALE);
    let session = engineer.put_if(&path, 2, json!({ "scratchpad": "two" })).await.expect(200);
    assert_eq!((&session["scratchpad"], &session["revision"]), (&json!("two"), &json!(3)));
    // The header speaks before the body.
    let session =
        engineer.put_if(&path, 3, json!({ "scratchpad": "three", "revision": 1 })).await.expect(200);
    assert_eq!(session["scratchpad"], "three");
}

async fn of_parallel_updates_of_one_revision_one_wins(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let writers = (0..30).map(|n| engineer.put_if(&path, 1, json!({ "scratchpad": format!("tab {n}") })));
    let answers = join_all(writers.collect::<Vec<_>>()).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!((won.len(), answers.iter().filter(|answer| answer.status == 409).count()), (1, 29));
    let kept = engineer.get(&path).await.expect(200);
    assert_eq!((&kept["scratchpad"], &kept["revision"]), (&won[0].json()["scratchpad"], &json!(2)));
}

async fn decisions_are_kept_with_the_servers_time(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    w.clock().advance(10);
    let first = decision("start", "Yes");
    let session = engineer.put(&path, json!({ "decisions": [first] })).await.expect(200);
    assert_eq!(session["decisions"][0]["timestamp"], json!(w.now()));
    assert_eq!(session["decisions"][0]["entry_id"], first["entry_id"]);
    let then = w.now();
    // Sent again with another one behind it: the first keeps its time, and only the second is new.
    w.clock().advance(10);
    let session =
        engineer.put(&path, json!({ "decisions": [first, decision("restart", "Done")] })).await.expect(200);
    assert_eq!(session["decisions"][0]["timestamp"], json!(then));
    assert_eq!(session["decisions"][1]["timestamp"], json!(w.now()));
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "answered", "answered"]);
}

/// D6: what was recorded stays recorded.
async fn replaced_decisions_stay_in_the_log(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    answer(&engineer, &path, "start", "yes").await.expect(200);
    done(&engineer, &path, "restart").await.expect(200);
    let body = json!({ "path_taken": ["start", "check"], "decisions": [decision("start", "No")] });
    let session = engineer.put(&path, body).await.expect(200);
    assert_eq!(session["decisions"].as_array().unwrap().len(), 1);
    assert_eq!(session["current_step_id"], "check");
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "answered", "done", "revised", "answered"]);
    let log = engineer.get(&format!("{path}/log")).await.expect(200);
    assert_eq!(log[1]["answer"], "Yes");
    assert_eq!(log[3]["title"], "2 recorded steps were replaced");
    assert_eq!(log[4]["answer"], "No");
    engineer.put(&path, json!({ "decisions": [] })).await.expect(200);
    assert_eq!(log_kinds(&engineer, &path).await.last().unwrap(), "revised");
}

async fn own_steps_are_kept_and_their_changes_logged(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let own = |title: &str| json!({ "id": "01900000-0000-7000-8000-00000000000a", "title": title, "timestamp": "2001-01-01T00:00:00Z" });
    let session =
        engineer.put(&path, json!({ "custom_steps": [own("Swapped the cable")] })).await.expect(200);
    assert_eq!(session["custom_steps"][0]["timestamp"], json!(w.now()));
    // The same again is nothing new.
    engineer.put(&path, json!({ "custom_steps": [own("Swapped the cable")] })).await.expect(200);
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "custom"]);
    let session =
        engineer.put(&path, json!({ "custom_steps": [own("Swapped both cables")] })).await.expect(200);
    assert_eq!(session["custom_steps"][0]["title"], "Swapped both cables");
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "custom", "revised", "custom"]);
    let log = engineer.get(&format!("{path}/log")).await.expect(200);
    assert_eq!(
        (&log[1]["title"], &log[3]["title"]),
        (&json!("Swapped the cable"), &json!("Swapped both cables"))
    );
    engineer.put(&path, json!({ "custom_steps": [] })).await.expect(200);
    assert_eq!(log_kinds(&engineer, &path).await.last().unwrap(), "revised");
    let note = engineer.post(&format!("{path}/export"), json!({})).await;
    assert!(note.text.contains("Swapped both cables"), "{}", note.text);
}

async fn a_completed_session_is_not_updated(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let ended = complete(&engineer, &path, "resolved").await.expect(200);
    engineer.put(&path, json!({ "scratchpad": "late" })).await.says(400, "session_completed", COMPLETED);
    engineer.put(&path, json!({})).await.says(400, "session_completed", COMPLETED);
    // Said before anything else.
    engineer.put_if(&path, 99, json!({})).await.says(400, "session_completed", COMPLETED);
    let answer = engineer.patch(&format!("{path}/variables"), json!({ "variables": { "a": 1 } })).await;
    answer.says(400, "session_completed", "Cannot update variables on a completed session");
    assert_eq!(engineer.get(&path).await.expect(200), ended);
}

async fn an_update_is_measured(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let mut untitled = decision("start", "Yes");
    untitled["notes"] = json!("x".repeat(20_001));
    for (body, field) in [
        (json!({ "scratchpad": "x".repeat(100_001) }), ("scratchpad", "too_long")),
        (json!({ "ticket_number": "x".repeat(101) }), ("ticket_number", "too_long")),
        (json!({ "client_name": "x".repeat(256) }), ("client_name", "too_long")),
        (json!({ "path_taken": ["start", ""] }), ("path_taken[1]", "too_short")),
        (json!({ "path_taken": vec!["start"; 5_001] }), ("path_taken", "too_many")),
        (json!({ "decisions": [untitled] }), ("decisions[0].notes", "too_long")),
        (json!({ "session_variables": { "a": {} } }), ("session_variables.a", "wrong_type")),
        (json!({ "user_id": w.colleague.id }), ("user_id", "wrong_shape")),
        (json!({ "completed_at": "2026-01-01T00:00:00Z" }), ("completed_at", "wrong_shape")),
        (json!({ "outcome": "resolved" }), ("outcome", "wrong_shape")),
        (json!({ "exported": true }), ("exported", "wrong_shape")),
        (json!({ "account_id": w.stranger.account_id }), ("account_id", "wrong_shape")),
    ] {
        engineer.put(&path, body).await.refuses_fields(&[field]);
    }
    assert_eq!(engineer.get(&path).await.expect(200)["revision"], 1);
}

async fn the_scratchpad_is_open_after_the_end(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let write =
        async |text: &str| engineer.patch(&format!("{path}/scratchpad"), json!({ "scratchpad": text })).await;
    assert_eq!(write("during").await.expect(200)["scratchpad"], "during");
    let ended = complete(&engineer, &path, "resolved").await.expect(200);
    let session = write("after").await.expect(200);
    assert_eq!((&session["scratchpad"], &session["status"]), (&json!("after"), &json!("completed")));
    assert_eq!((&session["completed_at"], &session["outcome"]), (&ended["completed_at"], &ended["outcome"]));
    write(&"x".repeat(100_001)).await.refuses_fields(&[("scratchpad", "too_long")]);
    write(&"ü".repeat(100_000)).await.expect(200);
    assert_eq!(write("").await.expect(200)["scratchpad"], "");
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "completed"]);
}

async fn variables_are_merged_name_by_name(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let merge = async |values: Value| {
        engineer.patch(&format!("{path}/variables"), json!({ "variables": values })).await
    };
    merge(json!({ "printer": "P1", "count": 2, "known": true })).await.expect(200);
    let session = merge(json!({ "printer": "P2", "count": null, "ratio": 0.5 })).await.expect(200);
    let expected = json!({ "printer": "P2", "count": null, "known": true, "ratio": 0.5 });
    assert_eq!(session["session_variables"], expected);
    merge(json!({ "a": [] })).await.refuses_fields(&[("session_variables.a", "wrong_type")]);
    merge(json!({ "": 1 })).await.refuses_fields(&[("session_variables.", "bad_name")]);
    let many: serde_json::Map<_, _> = (0..197).map(|n| (format!("v{n}"), json!(n))).collect();
    merge(Value::Object(many)).await.refuses_fields(&[("session_variables", "too_many")]);
    assert_eq!(engineer.get(&path).await.expect(200)["session_variables"], expected);
    let answer = engineer.patch(&format!("{path}/variables"), json!({})).await;
    answer.refuses_fields(&[("body", "wrong_shape")]);
}

/// C2.
async fn a_hundred_parallel_merges_keep_a_hundred_names(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let path_variables = format!("{path}/variables");
    let merges =
        (0..100).map(|n| engineer.patch(&path_variables, json!({ "variables": { format!("v{n}"): n } })));
    let answers = join_all(merges.collect::<Vec<_>>()).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let session = engineer.get(&path).await.expect(200);
    let variables = session["session_variables"].as_object().unwrap();
    assert_eq!(variables.len(), 100);
    assert!((0..100).all(|n| variables[&format!("v{n}")] == n));
    assert_eq!(session["revision"], 101);
}

async fn the_log_has_names_of_variables_and_never_values(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let values = json!({ "variables": { "admin_password": "Tr0ub4dor&3", "printer": "P1" } });
    engineer.patch(&format!("{path}/variables"), values).await.expect(200);
    let log = engineer.get(&format!("{path}/log")).await;
    assert_eq!(log.json()[1]["title"], "admin_password, printer");
    assert!(!log.text.contains("Tr0ub4dor"), "{}", log.text);
}
