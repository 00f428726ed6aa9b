//! RUN-14..17, RUN-28, D2, D9, DOC: the note of a session.

use serde_json::{Value, json};

use super::{answer, complete, done, flow, log_kinds, path_of, skip, start_graph, start_with, step};
use crate::support::{Answer, Client, World, every_store, troubleshooting_flow};

every_store! {
    the_note_says_what_was_done,
    every_format_has_its_media_type,
    secrets_and_personal_data_are_masked,
    without_masking_declared_secrets_stay_masked,
    the_summary_has_counts_only,
    parts_are_left_out_on_request,
    nothing_of_a_session_becomes_markup,
    an_html_note_is_a_sandboxed_attachment,
    only_a_finished_session_counts_as_exported,
    looking_again_is_the_same_export,
    work_of_a_colleague_bears_their_name,
    an_export_refuses_what_it_does_not_know,
}

async fn export(client: &Client, path: &str, body: Value) -> Answer {
    let answer = client.post(&format!("{path}/export"), body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// A finished session with a bit of everything in it.
async fn worked(w: &World) -> String {
    let engineer = w.engineer();
    let tree = flow(&engineer, troubleshooting_flow("Printer")).await;
    let body = json!({ "ticket_number": "T-1", "client_name": "Contoso", "session_variables": { "printer": "HP-3" } });
    let path = path_of(&start_with(&engineer, &tree, body).await);
    w.clock().advance(60);
    answer(&engineer, &path, "start", "yes").await.expect(200);
    engineer
        .patch(&format!("{path}/variables"), json!({ "variables": { "admin_password": "Tr0ub4dor&3" } }))
        .await
        .expect(200);
    w.clock().advance(60);
    let note = json!({
        "action": "done", "node_id": "restart",
        "notes": "Used Tr0ub4dor&3, called +49 30 12345678 on {{printer}}",
    });
    step(&engineer, &path, note).await.expect(200);
    engineer.patch(&format!("{path}/scratchpad"), json!({ "scratchpad": "Grumpy today" })).await.expect(200);
    let end = json!({ "outcome": "resolved", "outcome_notes": "Prints again", "next_steps": "Replace {{printer}} in May" });
    engineer.post(&format!("{path}/complete"), end).await.expect(200);
    path
}

async fn the_note_says_what_was_done(w: World) {
    let path = worked(&w).await;
    let note = export(&w.engineer(), &path, json!({})).await;
    // Masked, with the footer last; variables resolved; the author's sentences before titles; not the scratchpad.
    let expected = "\
Printer
=======

Client: Contoso
Ticket: T-1
Engineer: Eli
Started: 2026-11-23 14:00 UTC
Completed: 2026-11-23 14:02 UTC
Time spent: 2 min

Details
-------
Printer: HP-3

Work performed
--------------
1. [14:01] HP-3 was on.
2. [14:02] The print spooler was restarted.
   Notes: Used [secret redacted], called [phone number redacted] on HP-3

Outcome
-------
Resolved
Prints again

Next steps
----------
Replace HP-3 in May

Redacted: 1 secret value, 1 phone number.
";
    assert_eq!(note.text, expected);
}

async fn every_format_has_its_media_type(w: World) {
    let path = worked(&w).await;
    for (format, media_type, begins) in [
        ("text", "text/plain; charset=utf-8", "Printer\n=="),
        ("markdown", "text/markdown; charset=utf-8", "# Printer"),
        ("html", "text/html; charset=utf-8", "<!DOCTYPE html>"),
        ("psa", "text/plain; charset=utf-8", "Issue: Printer\n"),
    ] {
        let note = export(&w.engineer(), &path, json!({ "format": format })).await;
        assert_eq!(note.header("content-type"), media_type, "{format}");
        assert!(note.text.to_lowercase().starts_with(&begins.to_lowercase()), "{format}: {}", note.text);
        assert!(note.text.contains("HP-3") && note.text.contains("Contoso"), "{format}");
        assert!(
            !note.text.contains("Tr0ub4dor") && !note.text.contains("12345678"),
            "{format}: {}",
            note.text
        );
    }
}

/// RUN-15: resolved first, masked after, so that a value is no hiding place.
async fn secrets_and_personal_data_are_masked(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    let values = json!({ "variables": { "printer": "call +49 30 12345678 or jo@contoso.example" } });
    engineer.patch(&format!("{path}/variables"), values).await.expect(200);
    answer(&engineer, &path, "start", "yes").await.expect(200);
    let note = export(&engineer, &path, json!({})).await;
    assert!(note.text.contains("call [phone number redacted] or [email redacted] was on."), "{}", note.text);
    let summary: Value = serde_json::from_str(note.header("x-redaction-summary")).unwrap();
    assert_eq!(summary["counts"], json!({ "email": 2, "phone": 2 }));
    assert_eq!(note.header("x-redaction-mode"), "mask");
}

async fn without_masking_declared_secrets_stay_masked(w: World) {
    let path = worked(&w).await;
    let note = export(&w.engineer(), &path, json!({ "redaction_mode": "none" })).await;
    assert_eq!(note.header("x-redaction-mode"), "none");
    assert!(!note.headers.contains_key("x-redaction-summary"));
    assert!(note.text.contains("+49 30 12345678"), "{}", note.text);
    assert!(!note.text.contains("Tr0ub4dor") && !note.text.contains("Redacted:"), "{}", note.text);
}

/// D9.
async fn the_summary_has_counts_only(w: World) {
    let path = worked(&w).await;
    let note = export(&w.engineer(), &path, json!({ "redaction_mode": "mask" })).await;
    assert_eq!(note.header("x-redaction-summary"), r#"{"total":2,"counts":{"secret":1,"phone":1}}"#);
    // Also when there was nothing.
    let path = start_graph(&w.engineer()).await;
    let note = export(&w.engineer(), &path, json!({})).await;
    assert_eq!(note.header("x-redaction-summary"), r#"{"total":0,"counts":{}}"#);
    assert!(!note.text.contains("Redacted:"));
}

async fn parts_are_left_out_on_request(w: World) {
    let path = worked(&w).await;
    let whole = export(&w.engineer(), &path, json!({ "include_scratchpad": true })).await.text;
    for (option, part) in [
        ("include_timestamps", "[14:01]"),
        ("include_timestamps", "Started:"),
        ("include_scratchpad", "Grumpy today"),
        ("include_decisions", "The print spooler was restarted."),
        ("include_next_steps", "Replace HP-3"),
        ("include_time_spent", "Time spent:"),
    ] {
        assert!(whole.contains(part), "{part}: {whole}");
        let mut body = json!({ "include_scratchpad": true });
        body[option] = json!(false);
        let without = export(&w.engineer(), &path, body).await.text;
        assert!(!without.contains(part), "{option}: {without}");
    }
}

/// D2: what people write is text in every format.
async fn nothing_of_a_session_becomes_markup(w: World) {
    let engineer = w.engineer();
    let evil = "<script>alert(1)</script>";
    let tree = flow(&engineer, troubleshooting_flow("Printer")).await;
    let body = json!({
        "ticket_number": "<b>1</b>", "client_name": evil, "session_variables": { "printer": "<img src=x onerror=alert(1)>" },
    });
    let path = path_of(&start_with(&engineer, &tree, body).await);
    answer(&engineer, &path, "start", "yes").await.expect(200);
    skip(&engineer, &path, "restart", evil).await.expect(200);
    let html = export(&engineer, &path, json!({ "format": "html" })).await.text;
    for tag in ["<script", "<img", "<b>1"] {
        assert!(!html.contains(tag), "{tag}: {html}");
    }
    assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    let markdown = export(&engineer, &path, json!({ "format": "markdown" })).await.text;
    assert!(!markdown.replace("\\<", "").contains('<'), "{markdown}");
}

async fn an_html_note_is_a_sandboxed_attachment(w: World) {
    let path = worked(&w).await;
    let note = export(&w.engineer(), &path, json!({ "format": "html" })).await;
    assert_eq!(note.header("content-disposition"), "attachment; filename=\"note.html\"");
    assert_eq!(
        note.header("content-security-policy"),
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    );
    assert_eq!(
        (note.header("x-content-type-options"), note.header("cache-control")),
        ("nosniff", "no-store")
    );
    let note = export(&w.engineer(), &path, json!({ "format": "markdown" })).await;
    assert!(!note.headers.contains_key("content-disposition"));
}

async fn only_a_finished_session_counts_as_exported(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    export(&engineer, &path, json!({})).await;
    assert_eq!(engineer.get(&path).await.expect(200)["exported"], false);
    complete(&engineer, &path, "resolved").await.expect(200);
    assert_eq!(engineer.get(&path).await.expect(200)["exported"], false);
    export(&engineer, &path, json!({ "format": "psa" })).await;
    assert_eq!(engineer.get(&path).await.expect(200)["exported"], true);
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "exported", "completed", "exported"]);
    let log = engineer.get(&format!("{path}/log")).await.expect(200);
    assert_eq!((&log[1]["title"], &log[3]["title"]), (&json!("text"), &json!("psa")));
}

async fn looking_again_is_the_same_export(w: World) {
    let engineer = w.engineer();
    let path = start_graph(&engineer).await;
    for format in ["psa", "psa", "html", "html", "psa"] {
        export(&engineer, &path, json!({ "format": format })).await;
    }
    assert_eq!(log_kinds(&engineer, &path).await, ["started", "exported", "exported", "exported"]);
    complete(&engineer, &path, "resolved").await.expect(200);
    for _ in 0..2 {
        export(&engineer, &path, json!({ "format": "psa" })).await;
    }
    let kinds = log_kinds(&engineer, &path).await;
    assert_eq!(kinds[kinds.len() - 2..], ["completed", "exported"]);
    assert_eq!(engineer.get(&path).await.expect(200)["exported"], true);
}

async fn work_of_a_colleague_bears_their_name(w: World) {
    let tree = flow(&w.engineer(), troubleshooting_flow("Printer")).await;
    let body = json!({ "tree_id": tree, "assigned_to_id": w.colleague.id });
    let path = path_of(&w.engineer().post("/sessions/prepare", body).await.expect(201));
    answer(&w.colleague(), &path, "start", "yes").await.expect(200);
    done(&w.colleague(), &path, "restart").await.expect(200);
    let note = export(&w.colleague(), &path, json!({})).await.text;
    assert!(note.contains("Engineer: Cora") && !note.contains("(by "), "{note}");
}

async fn an_export_refuses_what_it_does_not_know(w: World) {
    let path = start_graph(&w.engineer()).await;
    let export = async |body: Value| w.engineer().post(&format!("{path}/export"), body).await;
    export(json!({ "format": "pdf" })).await.refuses_fields(&[("format", "wrong_shape")]);
    export(json!({ "redaction_mode": "some" })).await.refuses_fields(&[("redaction_mode", "wrong_shape")]);
    export(json!({ "include_secrets": true })).await.refuses_fields(&[("include_secrets", "wrong_shape")]);
}
