//! The runner's own address: one step, one entry of the log.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    COMPLETED, answer, back, complete, done, entry_id, log_kinds, skip, start_checklist, start_graph, step,
};
use crate::support::{World, every_store};

every_store! {
    a_graph_is_walked_to_its_end,
    going_back_forgets_what_came_after_and_the_log_does_not,
    a_loop_passes_a_node_twice,
    a_repeated_entry_changes_nothing,
    of_parallel_repeats_one_counts,
    of_two_tabs_the_slower_learns_where_the_session_is,
    a_question_wants_an_answer,
    a_skip_wants_a_reason,
    own_steps_and_notes_leave_the_way_as_it_is,
    a_checklist_is_done_in_any_order,
    what_a_step_lacks_is_named,
    a_finished_session_takes_no_steps,
    long_pauses_are_no_work,
}

const MOVED_ON: &str = "The session has moved on, perhaps in another tab. Reload to see where it is.";

async fn a_graph_is_walked_to_its_end(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    w.clock().advance(30);
    let id = entry_id();
    let body = json!({ "entry_id": id, "action": "answer", "node_id": "start", "option_id": "yes", "notes": "It hums." });
    let sent = step(&engineer, &path, body).await;
    let session = sent.expect(200);
    assert_eq!(sent.header("etag"), "\"2\"");
    assert_eq!(
        (&session["path_taken"], &session["current_step_id"]),
        (&json!(["start", "restart"]), &json!("restart"))
    );
    let decision = json!({
        "entry_id": id, "node_id": "start", "kind": "answered", "title": "Is {{printer}} switched on?",
        "answer": "Yes", "option_id": "yes", "reason": null, "notes": "It hums.", "timestamp": w.now(),
    });
    assert_eq!(session["decisions"], json!([decision]));
    assert_eq!((&session["revision"], &session["active_seconds"]), (&json!(2), &json!(30)));

    let session = done(&engineer, &path, "restart").await.expect(200);
    assert_eq!(session["path_taken"], json!(["start", "restart", "works"]));
    assert_eq!(session["decisions"][1]["kind"], "done");
    let session = answer(&engineer, &path, "works", "yes").await.expect(200);
    assert_eq!(session["current_step_id"], "fixed");
    // The end is an end.
    let text = "The flow ends here. Complete the session, or go back to an earlier step.";
    done(&engineer, &path, "fixed").await.says(409, "answer_required", text);

    let log = engineer.get(&format!("{path}/log")).await.expect(200);
    let entry = json!({
        "seq": 2, "entry_id": id, "at": "2026-11-23T14:00:30.000000Z", "actor_id": w.engineer.id, "kind": "answered",
        "node_id": "start", "title": "Is {{printer}} switched on?", "answer": "Yes", "option_id": "yes",
        "reason": null, "notes": "It hums.",
    });
    assert_eq!(log[1], entry);
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "answered", "done", "answered"]);
}

async fn going_back_forgets_what_came_after_and_the_log_does_not(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    answer(&engineer, &path, "start", "yes").await.expect(200);
    skip(&engineer, &path, "restart", "Done yesterday").await.expect(200);
    let session = back(&engineer, &path, "start").await.expect(200);
    assert_eq!((&session["path_taken"], &session["decisions"]), (&json!(["start"]), &json!([])));
    assert_eq!(session["current_step_id"], "start");
    // Options without ids are named by their place.
    answer(&engineer, &path, "start", "no").await.expect(200);
    let session = answer(&engineer, &path, "check", "2").await.expect(200);
    assert_eq!(session["path_taken"], json!(["start", "check", "escalate"]));
    assert_eq!(session["decisions"][1]["answer"], "It stays dark");
    assert_eq!(session["decisions"].as_array().unwrap().len(), 2);
    let kinds = ["started", "answered", "skipped", "back", "answered", "answered"];
    assert_eq!(log_kinds(&engineer, &path).await, kinds);
    // Back only to where one has been, and not to where one is.
    for node in ["restart", "escalate"] {
        let detail = back(&engineer, &path, node).await.refused(409, "step_not_current")["detail"].clone();
        assert_eq!(detail, json!({ "message": MOVED_ON, "current_step_id": "escalate" }));
    }
    back(&engineer, &path, "nowhere").await.says(409, "step_not_found", "The flow has no step \"nowhere\".");
    let fresh = start_graph(&engineer).await;
    back(&engineer, &fresh, "start").await.refused(409, "step_not_current");
}

async fn a_loop_passes_a_node_twice(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    answer(&engineer, &path, "start", "yes").await.expect(200);
    done(&engineer, &path, "restart").await.expect(200);
    answer(&engineer, &path, "works", "again").await.expect(200);
    answer(&engineer, &path, "start", "yes").await.expect(200);
    let session = done(&engineer, &path, "restart").await.expect(200);
    let round = ["start", "restart", "works", "start", "restart", "works"];
    assert_eq!(session["path_taken"], json!(round));
    assert_eq!(session["decisions"].as_array().unwrap().len(), 5);
    // Back to the last visit, not the first.
    let session = back(&engineer, &path, "restart").await.expect(200);
    assert_eq!(session["path_taken"], json!(round[..5]));
    assert_eq!(session["decisions"].as_array().unwrap().len(), 4);
    // From the second visit of a node, back to it is the first visit.
    let session = back(&engineer, &path, "restart").await.expect(200);
    assert_eq!(session["path_taken"], json!(round[..2]));
    assert_eq!(session["decisions"].as_array().unwrap().len(), 1);
}

async fn a_repeated_entry_changes_nothing(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let body = json!({ "entry_id": entry_id(), "action": "answer", "node_id": "start", "option_id": "yes" });
    let first = step(&engineer, &path, body.clone()).await.expect(200);
    w.clock().advance(30);
    assert_eq!(step(&engineer, &path, body.clone()).await.expect(200), first);
    // Also when the session has gone on since, and when the repeat says something else.
    let second = done(&engineer, &path, "restart").await.expect(200);
    assert_eq!(step(&engineer, &path, body.clone()).await.expect(200), second);
    let mut other = body.clone();
    other["option_id"] = json!("no");
    assert_eq!(step(&engineer, &path, other).await.expect(200), second);
    let ended = complete(&engineer, &path, "resolved").await.expect(200);
    assert_eq!(step(&engineer, &path, body.clone()).await.expect(200), ended);
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "answered", "done", "completed"]);
    // The id belongs to its session alone.
    let other = start_graph(&engineer).await;
    assert_eq!(step(&engineer, &other, body).await.expect(200)["current_step_id"], "restart");
}

async fn of_parallel_repeats_one_counts(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let body = json!({ "entry_id": entry_id(), "action": "note", "node_id": "start", "notes": "Once" });
    let answers = join_all((0..30).map(|_| step(&engineer, &path, body.clone()))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "note"]);
    assert_eq!(engineer.get(&path).await.expect(200)["revision"], 2);
}

/// D6: two tabs click at once; one of them moves the session.
async fn of_two_tabs_the_slower_learns_where_the_session_is(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let clicks = (0..10).map(|n| answer(&engineer, &path, "start", if n % 2 == 0 { "yes" } else { "no" }));
    let answers = join_all(clicks.collect::<Vec<_>>()).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    let current = won[0].json()["current_step_id"].clone();
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        let detail = lost.refused(409, "step_not_current")["detail"].clone();
        assert_eq!(detail, json!({ "message": MOVED_ON, "current_step_id": current }));
    }
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "answered"]);
}

async fn a_question_wants_an_answer(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let text = "This step decides the way: pick one of its options.";
    done(&engineer, &path, "start").await.says(409, "answer_required", text);
    skip(&engineer, &path, "start", "In a hurry").await.says(409, "answer_required", text);
    for option in ["maybe", "1", ""] {
        let answer = answer(&engineer, &path, "start", option).await;
        answer.refuses_fields(&[("option_id", "unknown_option")]);
    }
    // So does an action whose result decides.
    answer(&engineer, &path, "start", "no").await.expect(200);
    done(&engineer, &path, "check").await.says(409, "answer_required", text);
    // And where nothing is to choose, nothing can be chosen.
    back(&engineer, &path, "start").await.expect(200);
    answer(&engineer, &path, "start", "yes").await.expect(200);
    answer(&engineer, &path, "restart", "yes").await.refuses_fields(&[("option_id", "unknown_option")]);
}

async fn a_skip_wants_a_reason(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    answer(&engineer, &path, "start", "yes").await.expect(200);
    let answer = step(&engineer, &path, json!({ "action": "skip", "node_id": "restart" })).await;
    answer.refuses_fields(&[("reason", "reason_required")]);
    skip(&engineer, &path, "restart", "  ").await.refuses_fields(&[("reason", "too_short")]);
    skip(&engineer, &path, "restart", &"x".repeat(1_001)).await.refuses_fields(&[("reason", "too_long")]);
    let session = skip(&engineer, &path, "restart", "Done yesterday").await.expect(200);
    assert_eq!(session["current_step_id"], "works");
    let decision = &session["decisions"][1];
    assert_eq!((&decision["kind"], &decision["reason"]), (&json!("skipped"), &json!("Done yesterday")));
}

async fn own_steps_and_notes_leave_the_way_as_it_is(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    answer(&engineer, &path, "start", "yes").await.expect(200);
    let id = entry_id();
    let custom = json!({
        "entry_id": id, "action": "custom", "node_id": "start", "title": "Swapped the cable", "notes": "Blue one",
    });
    let session = step(&engineer, &path, custom).await.expect(200);
    let own = json!({
        "id": id, "after_node_id": "start", "title": "Swapped the cable", "notes": "Blue one", "timestamp": w.now(),
    });
    assert_eq!(session["custom_steps"], json!([own]));
    let note = json!({ "action": "note", "node_id": "restart", "notes": "Slow today" });
    let session = step(&engineer, &path, note).await.expect(200);
    assert_eq!(session["path_taken"], json!(["start", "restart"]));
    assert_eq!(session["decisions"].as_array().unwrap().len(), 1);
    let log = engineer.get(&format!("{path}/log")).await.expect(200);
    assert_eq!((&log[2]["kind"], &log[2]["title"]), (&json!("custom"), &json!("Swapped the cable")));
    assert_eq!((&log[3]["kind"], &log[3]["notes"]), (&json!("note"), &json!("Slow today")));
    for (body, field) in [
        (json!({ "action": "custom", "node_id": "start" }), ("title", "title_required")),
        (json!({ "action": "custom", "node_id": "start", "title": " " }), ("title", "too_short")),
        (json!({ "action": "custom", "node_id": "start", "title": "x".repeat(201) }), ("title", "too_long")),
        (json!({ "action": "note", "node_id": "start" }), ("notes", "notes_required")),
        (json!({ "action": "note", "node_id": "start", "notes": "x".repeat(20_001) }), ("notes", "too_long")),
        (json!({ "action": "answer", "node_id": "start" }), ("option_id", "option_required")),
        (json!({ "action": "note", "node_id": "", "notes": "n" }), ("node_id", "too_short")),
    ] {
        step(&engineer, &path, body).await.refuses_fields(&[field]);
    }
}

async fn a_checklist_is_done_in_any_order(w: World) {
    let engineer = w.engineer();
    let path = start_checklist(&engineer).await;
    let session = done(&engineer, &path, "install").await.expect(200);
    assert_eq!(
        (&session["path_taken"], &session["current_step_id"]),
        (&json!(["install"]), &json!("backup"))
    );
    let session = skip(&engineer, &path, "backup", "No space").await.expect(200);
    assert_eq!(session["current_step_id"], "tell");
    let session = done(&engineer, &path, "tell").await.expect(200);
    assert_eq!(
        (&session["path_taken"], &session["current_step_id"]),
        (&json!(["install", "backup", "tell"]), &Value::Null)
    );
    // Done after all: the last word counts, and the log has both.
    let session = done(&engineer, &path, "backup").await.expect(200);
    assert_eq!(session["path_taken"], json!(["install", "tell", "backup"]));
    assert_eq!(session["decisions"].as_array().unwrap().len(), 3);
    assert_eq!(session["decisions"][2]["kind"], "done");
    // Opened again.
    let session = back(&engineer, &path, "install").await.expect(200);
    assert_eq!(
        (&session["path_taken"], &session["current_step_id"]),
        (&json!(["tell", "backup"]), &json!("install"))
    );
    let detail = back(&engineer, &path, "install").await.refused(409, "step_not_current")["detail"].clone();
    assert_eq!(detail, json!({ "message": "This step is open already.", "current_step_id": "install" }));
    answer(&engineer, &path, "install", "1").await.refuses_fields(&[("action", "not_for_this_type")]);
    done(&engineer, &path, "nothing").await.says(409, "step_not_found", "The flow has no step \"nothing\".");
    let kinds = ["started", "done", "skipped", "done", "done", "back"];
    assert_eq!(log_kinds(&engineer, &path).await, kinds);
}

async fn what_a_step_lacks_is_named(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let post = async |body: Value| engineer.post(&format!("{path}/steps"), body).await;
    let id = entry_id();
    post(json!({})).await.refuses_fields(&[("body", "wrong_shape")]);
    let body = json!({ "entry_id": "7", "action": "done", "node_id": "start" });
    post(body).await.refuses_fields(&[("entry_id", "wrong_shape")]);
    let body = json!({ "entry_id": id, "action": "dance", "node_id": "start" });
    post(body).await.refuses_fields(&[("action", "wrong_shape")]);
    let body =
        json!({ "entry_id": id, "action": "done", "node_id": "start", "timestamp": "2020-01-01T00:00:00Z" });
    post(body).await.refuses_fields(&[("timestamp", "wrong_shape")]);
    assert_eq!(log_kinds(&engineer, &path).await, ["started"]);
}

async fn a_finished_session_takes_no_steps(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    complete(&engineer, &path, "cancelled").await.expect(200);
    answer(&engineer, &path, "start", "yes").await.says(400, "session_completed", COMPLETED);
    back(&engineer, &path, "start").await.says(400, "session_completed", COMPLETED);
    let note = json!({ "action": "note", "node_id": "start", "notes": "n" });
    step(&engineer, &path, note).await.says(400, "session_completed", COMPLETED);
}

async fn long_pauses_are_no_work(w: World) {
    let path = start_checklist(&w.engineer()).await;
    w.clock().advance(900);
    let engineer = w.again(&w.engineer).await;
    assert_eq!(done(&engineer, &path, "backup").await.expect(200)["active_seconds"], 900);
    // Over night: a quarter of an hour of it counts.
    w.clock().advance(50_000);
    let engineer = w.again(&w.engineer).await;
    assert_eq!(done(&engineer, &path, "tell").await.expect(200)["active_seconds"], 1_800);
    w.clock().advance(60);
    assert_eq!(complete(&engineer, &path, "unresolved").await.expect(200)["active_seconds"], 1_860);
    // What comes after the end is none.
    w.clock().advance(60);
    assert_eq!(engineer.post(&format!("{path}/export"), json!({})).await.status, 200);
    assert_eq!(engineer.get(&path).await.expect(200)["active_seconds"], 1_860);
}
