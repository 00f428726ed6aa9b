//! What an account has masked, and what an engineer decides about one note (D2, D9).

use serde_json::{Value, json};

use super::{log_kinds, path_of, start_graph, start_with};
use crate::support::{Client, World, every_store, troubleshooting_flow};

every_store! {
    everybody_reads_the_rules_and_admins_write_them,
    rules_that_cannot_be_used_are_refused_by_name,
    rules_of_another_account_do_not_exist,
    a_preview_says_what_is_masked_and_where,
    choices_are_kept_to_in_the_export,
    detectors_of_account_and_request_run_together,
    choices_have_bounds,
    a_preview_is_for_who_may_read_the_session,
}

const RULES: &str = "/accounts/me/redaction";

/// A session whose scratchpad holds what a rule finds, behind an emoji: two UTF-16 units, four bytes.
async fn noted(client: &Client) -> String {
    let path = start_graph(client).await;
    let scratchpad =
        "😀 call +49 30 12345678, badge EMP-40213 on FS01.contoso.local, password is Winter2026!";
    client.patch(&format!("{path}/scratchpad"), json!({ "scratchpad": scratchpad })).await.expect(200);
    path
}

fn utf16(text: &str, hit: &Value) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let at = |name: &str| usize::try_from(hit[name].as_u64().unwrap()).unwrap();
    String::from_utf16(&units[at("start")..at("end")]).unwrap()
}

fn bytes<'a>(text: &'a str, hit: &Value) -> &'a str {
    let at = |name: &str| usize::try_from(hit[name].as_u64().unwrap()).unwrap();
    &text[at("start_byte")..at("end_byte")]
}

async fn preview(client: &Client, path: &str, redaction: Value) -> Value {
    let body = json!({ "format": "text", "include_scratchpad": true, "redaction": redaction });
    client.post(&format!("{path}/export/preview"), body).await.expect(200)
}

async fn export(client: &Client, path: &str, redaction: Value) -> String {
    let body = json!({ "format": "text", "include_scratchpad": true, "redaction": redaction });
    let answer = client.post(&format!("{path}/export"), body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for (name, value) in &answer.headers {
        assert!(!value.to_str().unwrap().contains("40213"), "{name}");
    }
    answer.text
}

#[track_caller]
fn hit<'a>(preview: &'a Value, kind: &str) -> &'a Value {
    let hits = preview["hits"].as_array().unwrap();
    hits.iter().find(|hit| hit["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {preview}"))
}

fn badge() -> Value {
    json!({ "name": "Badge", "pattern": "EMP-[0-9]{5}", "label": "staff badge" })
}

async fn everybody_reads_the_rules_and_admins_write_them(w: World) {
    let nothing = w.viewer().get(RULES).await.expect(200);
    assert_eq!((&nothing["custom"], &nothing["revision"]), (&json!([]), &json!(0)));
    assert_eq!(nothing["can_edit"], false);
    let body = json!({ "guids": true, "custom": [badge()] });
    w.engineer().put(RULES, body.clone()).await.refused(403, "forbidden");
    let admin = w.being(&w.team_admin);
    let kept = admin.put_if(RULES, 0, body.clone()).await.expect(200);
    assert_eq!((&kept["guids"], &kept["hostnames"]), (&json!(true), &json!(false)));
    assert_eq!(kept["custom"][0]["label"], "staff badge");
    assert_eq!(kept["updated_by_id"], json!(w.team_admin.id));
    admin.put_if(RULES, 0, body).await.refused(409, "stale_revision");
    let read = w.engineer().get(RULES).await;
    assert_eq!(read.header("etag"), "\"1\"");
    let mut expected = kept.clone();
    expected["can_edit"] = json!(false);
    assert_eq!(read.expect(200), expected);
    w.owner().put(RULES, json!({})).await.expect(200);
    assert_eq!(w.audited("account.redaction_changed").await, 2);
}

async fn rules_that_cannot_be_used_are_refused_by_name(w: World) {
    let put = async |rule: Value| w.owner().put(RULES, json!({ "custom": [badge(), rule] })).await;
    for (rule, loc, code) in [
        (json!({ "name": "Site", "pattern": "(a" }), "custom[1].pattern", "not_a_pattern"),
        (json!({ "name": "Site", "pattern": "(?=a)b" }), "custom[1].pattern", "not_a_pattern"),
        (json!({ "name": "Site", "pattern": "(\\w{100}){100}" }), "custom[1].pattern", "too_complex"),
        (json!({ "name": "Site", "pattern": "(a*)*" }), "custom[1].pattern", "matches_empty"),
        (json!({ "name": "Site", "pattern": "a", "label": "]<b>" }), "custom[1].label", "not_a_label"),
        (json!({ "name": "BADGE", "pattern": "a" }), "custom[1].name", "taken"),
    ] {
        let answer = put(rule.clone()).await;
        answer.refuses_fields(&[(loc, code)]);
        let name = rule["name"].as_str().unwrap();
        assert!(answer.text.contains(&format!("Rule \\\"{name}\\\": ")), "{answer:?}");
    }
    put(json!({ "name": "Site" })).await.refuses_fields(&[("custom[1]", "wrong_shape")]);
    assert_eq!(w.owner().get(RULES).await.expect(200)["revision"], 0, "nothing was kept");
}

async fn rules_of_another_account_do_not_exist(w: World) {
    w.owner().put(RULES, json!({ "custom": [badge()] })).await.expect(200);
    assert_eq!(w.stranger().get(RULES).await.expect(200)["custom"], json!([]));
    let tree = super::flow(&w.stranger(), troubleshooting_flow("Printer")).await;
    let path = path_of(&start_with(&w.stranger(), &tree, json!({ "client_name": "EMP-40213" })).await);
    assert!(export(&w.stranger(), &path, json!({})).await.contains("EMP-40213"));
}

async fn a_preview_says_what_is_masked_and_where(w: World) {
    w.owner().put(RULES, json!({ "hostnames": true, "custom": [badge()] })).await.expect(200);
    let path = noted(&w.engineer()).await;
    let seen = preview(&w.engineer(), &path, json!({})).await;
    let text = seen["text"].as_str().unwrap();
    for (kind, token, value) in [
        ("phone", "[phone number redacted]", "+49 30 12345678"),
        ("custom", "[staff badge redacted]", "EMP-40213"),
        ("hostname", "[host name redacted]", "FS01.contoso.local"),
        ("password", "[password redacted]", "Winter2026!"),
    ] {
        let hit = hit(&seen, kind);
        assert_eq!((utf16(text, hit).as_str(), bytes(text, hit)), (token, token), "{text}");
        assert_eq!((&hit["value"], &hit["kept"]), (&json!(value), &json!(false)));
        assert!(hit["key"].as_str().unwrap().starts_with(kind));
        assert!(!text.contains(value), "{text}");
    }
    assert_eq!(seen["summary"]["total"], 4);
    assert_eq!(text, export(&w.engineer(), &path, json!({})).await, "the note that leaves");
    assert_eq!(log_kinds(&w.engineer(), &path).await, ["started", "exported"], "a look leaves no trace");
}

async fn choices_are_kept_to_in_the_export(w: World) {
    let path = noted(&w.engineer()).await;
    let key = hit(&preview(&w.engineer(), &path, json!({})).await, "phone")["key"].clone();
    let choices = json!({ "keep": [key, "phone:0000000000000000"], "mask": ["EMP-40213"] });
    let seen = preview(&w.engineer(), &path, choices.clone()).await;
    let text = seen["text"].as_str().unwrap();
    assert_eq!(utf16(text, hit(&seen, "phone")), "+49 30 12345678");
    assert_eq!(hit(&seen, "phone")["kept"], true);
    assert_eq!(bytes(text, hit(&seen, "marked")), "[text redacted]");
    assert_eq!((&hit(&seen, "marked")["key"], &hit(&seen, "marked")["value"]), (&Value::Null, &Value::Null));
    assert_eq!(seen["unused"], json!(["phone:0000000000000000"]));
    assert_eq!(export(&w.engineer(), &path, choices).await, text);
    // What is declared secret has no key and cannot be kept.
    let marked = preview(&w.engineer(), &path, json!({ "mask": ["+49 30 12345678"], "keep": [key] })).await;
    assert!(!marked["text"].as_str().unwrap().contains("12345678"), "{marked}");
}

async fn detectors_of_account_and_request_run_together(w: World) {
    let path = noted(&w.engineer()).await;
    let plain = export(&w.engineer(), &path, json!({})).await;
    assert!(plain.contains("FS01.contoso.local") && plain.contains("EMP-40213"), "{plain}");
    assert!(!export(&w.engineer(), &path, json!({ "hostnames": true })).await.contains("FS01"));
    w.owner().put(RULES, json!({ "hostnames": true, "custom": [badge()] })).await.expect(200);
    let ruled = export(&w.engineer(), &path, json!({ "hostnames": false, "guids": true })).await;
    assert!(!ruled.contains("FS01") && ruled.contains("badge [staff badge redacted] on"), "{ruled}");
}

async fn choices_have_bounds(w: World) {
    let path = noted(&w.engineer()).await;
    for route in ["export", "export/preview"] {
        let post = async |redaction: Value| {
            w.engineer().post(&format!("{path}/{route}"), json!({ "redaction": redaction })).await
        };
        let many = vec!["phone:0"; 501];
        post(json!({ "keep": many })).await.refuses_fields(&[("redaction.keep", "too_many")]);
        post(json!({ "mask": many })).await.refuses_fields(&[("redaction.mask", "too_many")]);
        let long = "x".repeat(2_001);
        post(json!({ "mask": ["ok", long] })).await.refuses_fields(&[("redaction.mask[1]", "too_long")]);
        post(json!({ "everything": true })).await.refuses_fields(&[("redaction.everything", "wrong_shape")]);
    }
}

async fn a_preview_is_for_who_may_read_the_session(w: World) {
    let path = noted(&w.engineer()).await;
    let look = async |client: Client| client.post(&format!("{path}/export/preview"), json!({})).await;
    look(w.stranger()).await.refused(404, "session_not_found");
    look(w.colleague()).await.refused(403, "session_access_denied");
    look(w.anonymous()).await.refused(401, "not_authenticated");
}
