use rf_simulators::messages::{Answer, Block, Reply, Tokens};
use serde_json::json;

use super::{
    Lab, advice, advises, all_of, asking, following, lab, lab_of, last_words, open, pick_option, says, take,
};
use crate::sessions::entry_id;

#[tokio::test]
async fn a_model_answers_a_message_and_proposes_a_step_that_the_engine_goes_on_from() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    assert_eq!(session["engine"], json!({ "name": "offline", "reason": null }));
    let answer =
        Answer::of([Block::ToolUse { name: "propose".into(), input: advice("The uplink may be dead.") }]);
    let answer = answer.costing(Tokens { input: 700, output: 80, cache_read: 300, cache_write: 0 });
    lab.provider.push(Reply::answer(answer));
    let session = take(&engineer, &path, &session, says("Nobody can reach anything.")).await.expect(200);
    assert_eq!(session["engine"], json!({ "name": "deep-model", "reason": null }));
    assert_eq!(last_words(&session)["text"], "The uplink may be dead.");
    assert_eq!(last_words(&session)["engine"]["name"], "deep-model");
    let step = open(&session);
    assert_eq!(step["title"], "Look at the uplink's lamp");
    assert_eq!(step["source"], json!({ "kind": "model", "model": "deep-model" }));
    assert!(step["warning"].as_str().unwrap().contains("model"), "{step}");
    assert_eq!(
        (&session["total_input_tokens"], &session["total_output_tokens"]),
        (&json!(1_000), &json!(80))
    );
    // The verdict on it leads back to the engine, which asks the question it had put back.
    let done = json!({ "kind": "verdict", "verdict": "did_not_work" });
    let session = take(&engineer, &path, &session, done).await.expect(200);
    assert_eq!(open(&session)["source"]["kind"], "playbook");
    assert_eq!(session["engine"], json!({ "name": "offline", "reason": null }));
    assert_eq!(lab.calls(), 1, "a click asks nobody");
    assert_eq!(engineer.get(&path).await.expect(200), session);
}

#[tokio::test]
async fn what_left_the_machine_can_be_read_and_names_nobody() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    lab.provider.push(advises("Done."));
    let session =
        take(&engineer, &path, &session, says("password: hunter2!x says Anna Weber")).await.expect(200);
    let asked = lab.provider.asked();
    let sent = engineer.get(&format!("{path}/sent")).await.expect(200);
    let call = &sent[0];
    assert_eq!(
        (&call["turn"], &call["model"], &call["tier"]),
        (&json!(1), &json!("deep-model"), &json!("deep"))
    );
    assert_eq!(call["prompt_version"], "next_step@1");
    // The same to the letter.
    let wire = &asked[0].body;
    let user = call["sent"].as_array().unwrap().iter().find(|part| part["role"] == "user").unwrap();
    assert_eq!(wire["messages"][0]["content"][0]["text"], user["text"]);
    let all = all_of(&asked[0]) + &sent.to_string();
    for hidden in ["Weber", "Anna", "10.1.2.3", "SRV-FW01", "hunter2", "Logistik", "GmbH"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
    assert!(user["text"].as_str().unwrap().contains("No internet at the branch office"));
    let kinds: Vec<&str> =
        call["pseudonyms"].as_array().unwrap().iter().map(|name| name["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"client") && kinds.contains(&"host") && kinds.contains(&"ip"), "{kinds:?}");
    // Those who cannot read the conversation cannot read that either.
    lab.w.colleague().get(&format!("{path}/sent")).await.refused(403, "ai_session_access_denied");
    lab.w.stranger().get(&format!("{path}/sent")).await.refused(404, "ai_session_not_found");
    assert_eq!(session["turn"], 2);
}

#[tokio::test]
async fn a_name_in_the_answer_is_the_client_s_again() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    lab.provider.push(advises("First look."));
    let session = take(&engineer, &path, &session, says("SRV-FW01 does not answer")).await.expect(200);
    let sent = engineer.get(&format!("{path}/sent")).await.expect(200);
    let names = sent[0]["pseudonyms"].as_array().unwrap();
    let host = names.iter().find(|name| name["kind"] == "host").unwrap()["token"].as_str().unwrap();
    lab.provider.push(advises(&format!("Look at {host} again.")));
    let session = take(&engineer, &path, &session, says("And now?")).await.expect(200);
    assert_eq!(last_words(&session)["text"], "Look at SRV-FW01 again.");
    // One it made up is none.
    lab.provider.push(advises(&host.replace("HOST_1", "HOST_9")));
    let session = take(&engineer, &path, &session, says("And then?")).await.expect(200);
    assert_eq!(session["engine"]["name"], "offline");
    assert!(session["engine"]["reason"].as_str().unwrap().contains("refused"), "{}", session["engine"]);
}

#[tokio::test]
async fn a_click_along_a_flow_asks_no_model_and_a_message_does() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = following(&engineer).await;
    let session = pick_option(&engineer, &path, &session, "yes").await;
    assert_eq!(lab.calls(), 0);
    lab.provider.push(advises("It hums because the motor turns."));
    let before = open(&session).clone();
    let session = take(&engineer, &path, &session, says("It hums.")).await.expect(200);
    assert_eq!(open(&session), &before, "a step of a flow stays");
    let said = last_words(&session)["text"].as_str().unwrap();
    assert!(said.starts_with("It hums because") && said.ends_with("is next."), "{said}");
}

#[tokio::test]
async fn a_turn_sent_twice_asks_once() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    for kind in ["message", "think"] {
        let seen = engineer.get(&path).await.expect(200);
        let body = json!({ "entry_id": entry_id(), "turn": seen["turn"], "kind": kind, "text": "Hm" });
        lab.provider.push(advises("So it is."));
        let turns = format!("{path}/turns");
        let once = engineer.post(&turns, body.clone()).await.expect(200);
        assert_eq!(last_words(&once)["text"], "So it is.", "{kind}");
        let calls = lab.calls();
        assert_eq!(engineer.post(&turns, body).await.expect(200), once);
        assert_eq!(lab.calls(), calls);
    }
    drop(session);
}

#[tokio::test]
async fn of_two_tabs_one_is_answered_and_the_other_learns_it() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    lab.provider.push(advises("One."));
    lab.provider.push(advises("Two."));
    let (one, two) = tokio::join!(
        take(&engineer, &path, &session, says("From one")),
        take(&engineer, &path, &session, says("From the other"))
    );
    let (winner, loser) = if one.status == 200 { (one, two) } else { (two, one) };
    loser.refused(409, "stale_turn");
    assert_eq!(engineer.get(&path).await.expect(200)["messages"], winner.expect(200)["messages"]);
}

#[tokio::test]
async fn an_account_that_has_spent_its_day_is_answered_without_a_model() {
    let Lab { w, provider, .. } =
        lab_of(rf_simulators::messages::MessagesApi::start().unwrap(), 12_000).await;
    let engineer = w.engineer();
    let (path, mut session) = asking(&engineer).await;
    let mut answered = 0;
    for n in 0..4 {
        let answer = Answer::of([Block::ToolUse { name: "propose".into(), input: advice("So.") }]);
        provider.push(Reply::answer(answer.costing(Tokens {
            input: 4_000,
            output: 500,
            ..Tokens::default()
        })));
        session = take(&engineer, &path, &session, says(&format!("Number {n}"))).await.expect(200);
        answered += usize::from(session["engine"]["name"] == "deep-model");
    }
    assert!((1..4).contains(&answered), "{answered}");
    assert_eq!(provider.asked().len(), answered);
    let reason = session["engine"]["reason"].as_str().unwrap();
    assert!(reason.contains("spent"), "{reason}");
    let spent =
        session["total_input_tokens"].as_i64().unwrap() + session["total_output_tokens"].as_i64().unwrap();
    assert!(spent <= 12_000, "{spent}");
}

#[tokio::test]
async fn without_a_model_nobody_can_ask_one_to_think() {
    let w = crate::support::World::over(crate::support::Database::memory().await).await;
    let engineer = w.engineer();
    let (path, session) = super::begun(&engineer).await;
    take(&engineer, &path, &session, json!({ "kind": "think" })).await.refused(409, "model_off");
    assert_eq!(engineer.get(&format!("{path}/sent")).await.expect(200), json!([]));
    assert_eq!(w.anonymous().get("/meta").await.expect(200)["model_enabled"], false);
}
