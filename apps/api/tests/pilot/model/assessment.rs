//! The assessment of a handover with a model (ESC-24): taken when every cause names evidence there is, and made from the
//! record whenever that comes to nothing.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rf_flowpilot::llm::DailyTokens;
use rf_sessions::ai::ModelTokens;
use rf_simulators::messages::{Break, Reply};
use rf_store::Access;
use rf_usecases::{RandomIds, job_handlers};
use rf_worker::{Worker, WorkerSettings};
use serde_json::{Value, json};

use super::{DEADLINE, Lab, all_of, following, lab, lab_of, pick_option, take};

const REASON: &str = "SRV-FW01 refuses me. password: Hunter2!hunter";

fn weighed(cause: &str, evidence: &[&str]) -> Value {
    json!({
        "summary": "The printer stays offline after a restart. Whether its port is right is open.",
        "likely": [{ "cause": cause, "evidence_for": evidence, "evidence_against": [] }],
        "suggested_steps": ["Compare the printer's port with its address."]
    })
}

fn weighs(cause: &str, evidence: &[&str]) -> Reply {
    Reply::tool("hand_over", weighed(cause, evidence))
}

/// A conversation with two steps on record, handed over; the address of its handoff.
async fn handed_over(lab: &Lab) -> String {
    let engineer = lab.w.engineer();
    let (path, session) = following(&engineer).await;
    let session = pick_option(&engineer, &path, &session, "yes").await;
    let verdict = json!({ "kind": "verdict", "verdict": "did_not_work", "notes": "Still offline" });
    take(&engineer, &path, &session, verdict).await.expect(200);
    let body = json!({ "intent": "escalate", "reason": REASON });
    let made = engineer.post(&format!("{path}/handoff"), body).await.expect(201);
    format!("{path}/handoffs/{}", made["handoff"]["id"].as_str().unwrap())
}

/// Does what is due, and answers the handoff as whoever may take it sees it.
async fn assessed(lab: &Lab, handoff: &str) -> Value {
    let store = Arc::clone(&lab.w.database.store);
    let handlers = job_handlers(&lab.w.test.app);
    let worker = Worker::new(store, Arc::new(RandomIds), handlers, WorkerSettings::default());
    worker.run_due().await.unwrap();
    let handoff = lab.w.colleague().get(handoff).await.expect(200);
    assert_eq!(handoff["assessment_status"], "ready", "{handoff}");
    handoff
}

#[tokio::test]
async fn a_model_weighs_what_is_on_record_and_is_named() {
    let lab = lab().await;
    let handoff = handed_over(&lab).await;
    let before = lab.calls();
    lab.provider.push(weighs("The printer's port points to an old address", &["step-1", "step-2"]));
    let seen = assessed(&lab, &handoff).await;
    let data = &seen["ai_assessment_data"];
    assert_eq!(data["engine"], "deep-model");
    assert_eq!(data["engine_reason"], Value::Null);
    assert_eq!(data["likely"][0]["cause"], "The printer's port points to an old address");
    let evidence = data["likely"][0]["evidence_for"].as_array().unwrap();
    assert_eq!(evidence.len(), 2, "{data}");
    assert!(evidence.iter().all(|words| !words.as_str().unwrap().contains("step-")), "words, no ids: {data}");
    assert!(data["summary"].as_str().unwrap().starts_with("The printer stays offline"));
    assert!(seen["ai_assessment"].as_str().unwrap().starts_with("The printer stays offline"), "{seen}");
    assert_eq!(data["suggested_steps"][0], "Compare the printer's port with its address.");

    // What it was told has neither names nor secrets; it is kept, and what it cost is counted.
    assert_eq!(lab.calls() - before, 1);
    let asked = lab.provider.asked();
    let told = all_of(asked.last().unwrap());
    assert!(told.contains("refuses me") && !told.contains("SRV-FW01") && !told.contains("Hunter2"), "{told}");
    let mut unit = lab.w.store().begin(Access::system_read()).await.unwrap();
    let session: rf_kernel::AiSessionId = serde_json::from_value(seen["session_id"].clone()).unwrap();
    let calls = unit.model_calls(lab.w.north.id, session).await.unwrap();
    let call = calls.last().unwrap();
    assert_eq!(
        (call.purpose.as_str(), call.model.as_str(), call.failure.as_deref()),
        ("escalation", "deep-model", None)
    );
    let kept = unit.ai_session_by_id(lab.w.north.id, session).await.unwrap().unwrap();
    assert!(kept.total_output_tokens >= call.output_tokens && call.output_tokens > 0);
}

/// A handover whose model comes to nothing: made from the record, and it says why.
async fn falls_back(lab: &Lab, replies: Vec<Reply>, word: &str) {
    let handoff = handed_over(lab).await;
    for reply in replies {
        lab.provider.push(reply);
    }
    let started = Instant::now();
    let seen = assessed(lab, &handoff).await;
    assert!(started.elapsed() < DEADLINE + Duration::from_secs(2), "{word}: {:?}", started.elapsed());
    let data = &seen["ai_assessment_data"];
    assert_eq!(data["engine"], "offline", "{word}: {data}");
    let reason = data["engine_reason"].as_str().unwrap_or_default();
    assert!(reason.contains(word), "{word}: {reason}");
    assert!(!data["likely"].as_array().unwrap().is_empty(), "{word}: the record says something all the same");
    assert_eq!(data["summary"], Value::Null);
    lab.breaker.advance(3_600);
}

#[tokio::test]
async fn whatever_a_model_does_wrong_the_record_answers() {
    let lab = lab().await;
    let three = |reply: Reply| vec![reply.clone(), reply.clone(), reply];
    falls_back(&lab, vec![weighs("The moon", &["step-99"])], "does not exist").await;
    falls_back(&lab, vec![weighs("The moon", &[])], "is empty").await;
    falls_back(&lab, vec![weighs("HOST_9_ZZZZ is down", &["intake"])], "nobody told it of").await;
    falls_back(&lab, vec![weighs("See https://evil.example/fix", &["intake"])], "address").await;
    falls_back(&lab, vec![Reply::tool("hand_over", json!({ "summary": 7 }))], "refused").await;
    falls_back(&lab, vec![Reply::text("I think it is the cable.")], "did not answer with the tool").await;
    let parrot = "For each, name the ids of the evidence that speaks for it and of the evidence that speaks against it";
    falls_back(&lab, vec![weighs(parrot, &["intake"])], "repeats its instructions").await;
    falls_back(&lab, vec![Reply::raw(200, "text/html", "<html>")], "cannot be read").await;
    falls_back(&lab, three(Reply::overloaded()), "overloaded").await;
    falls_back(
        &super::lab().await,
        three(weighs("Cut", &["intake"]).breaking_after(3, Break::Cut)),
        "broke off",
    )
    .await;
    falls_back(&lab, vec![Reply::spend_limit()], "spent").await;
}

#[tokio::test]
async fn a_model_that_hangs_is_left_and_the_record_answers() {
    let lab = lab().await;
    falls_back(&lab, vec![Reply::silence(), Reply::silence()], "in time").await;
}

#[tokio::test]
async fn an_account_that_has_spent_its_day_is_weighed_from_the_record() {
    let limit = 1_000_000;
    let lab = lab_of(rf_simulators::messages::MessagesApi::start().unwrap(), limit).await;
    let mut unit = lab.w.store().begin(Access::write(lab.w.north.id)).await.unwrap();
    let spent =
        ModelTokens { day: DailyTokens::new(lab.w.now()).day, spent: limit.try_into().unwrap(), reserved: 0 };
    unit.model_tokens_for_update(lab.w.north.id).await.unwrap();
    unit.keep_model_tokens(lab.w.north.id, spent).await.unwrap();
    unit.commit().await.unwrap();
    falls_back(&lab, vec![], "is spent").await;
    assert_eq!(lab.calls(), 0);
}
