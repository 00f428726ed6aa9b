//! C1: of many who claim one handoff, one has it, and everybody else learns who.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use rf_audit::events;
use rf_auth_policy::Role;
use rf_events::EventKind;
use rf_store::Access;
use serde_json::json;

use super::size;
use crate::support::{Answer, Database, World};

/// Two servers with connections of their own on one database.
#[tokio::test]
async fn of_all_who_claim_a_handoff_one_has_it() {
    let (claimers, handoffs) = (size("PROOF_CLAIMERS", 200), size("PROOF_HANDOFFS", 5));
    let w = World::over(Database::postgres().await).await;
    let other = w.second_server().await;
    let mut people = Vec::new();
    for number in 0..claimers {
        people.push(w.person(&format!("R{number}"), Role::Engineer, None).await);
    }
    let clients: Vec<_> = people
        .iter()
        .zip([w.anonymous(), other.client()].iter().cycle())
        .map(|(person, server)| server.with_token(&person.tokens.access_token))
        .collect();
    let engineer = w.engineer();
    let (mut lost, mut refused, mut slowest) = (0, 0, Duration::ZERO);
    for number in 0..handoffs {
        let said = json!({ "intake_content": { "text": "The label printer at reception is offline" } });
        let session = engineer.post("/ai-sessions", said).await.expect(201);
        let path = format!("/ai-sessions/{}", session["id"].as_str().unwrap());
        let body = json!({ "intent": "escalate", "reason": format!("Number {number}") });
        let made = engineer.post(&format!("{path}/handoff"), body).await.expect(201)["handoff"].clone();
        let claim = format!("{path}/handoffs/{}/claim", made["id"].as_str().unwrap());
        let began = Instant::now();
        let asks = clients.iter().map(|client| Answer::of(client.request(Method::POST, &claim)));
        let (answers, own) = tokio::join!(join_all(asks), engineer.post(&claim, json!({})));
        slowest = slowest.max(began.elapsed());
        own.refused(403, "handoff_is_own");
        refused += 1;
        let winners: Vec<usize> =
            answers.iter().zip(0..).filter(|(answer, _)| answer.status == 200).map(|(_, at)| at).collect();
        let [winner] = winners[..] else { panic!("{} of {claimers} have it", winners.len()) };
        let body = answers[winner].json();
        assert_eq!(body["claimed_by"], json!(people[winner].id));
        let told = json!({
            "winner_id": body["claimed_by"], "winner_name": body["claimed_by_name"], "claimed_at": body["claimed_at"],
        });
        for (answer, _) in answers.iter().zip(0..).filter(|(_, at)| *at != winner) {
            assert_eq!(answer.refused(409, "handoff_already_claimed")["detail"], told);
            lost += 1;
        }
        // The winner's double click.
        assert_eq!(clients[winner].post(&claim, json!({})).await.expect(200), body);
    }
    let mut unit = w.store().begin(Access::system_write()).await.unwrap();
    unit.publish_events(100_000).await.unwrap();
    let events = unit.published_events(0, 100_000).await.unwrap();
    drop(unit);
    let claimed = events.iter().filter(|event| event.kind == EventKind::HandoffClaimed).count();
    assert_eq!(claimed, handoffs, "one event each");
    assert_eq!(w.audited(events::AI_SESSION_CLAIMED).await, handoffs);
    println!(
        "C1: {claimers} claimers x {handoffs} handoffs on 2 servers: 1 of 200 and {} of 409 naming the winner each, \
         {refused} of who handed over refused, {claimed} events, slowest round {slowest:?}",
        lost / handoffs
    );
}
