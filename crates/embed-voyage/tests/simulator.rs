//! The adapter against a Voyage AI of our own, over real sockets.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use std::time::Duration;

use rf_embed_voyage::{Voyage, VoyageSettings};
use rf_flowpilot::retrieval::{EmbedErrorKind, EmbedKind, Embedder, dot};
use rf_simulators::voyage::{Fault, FaultRule, KEY, Simulator};

fn settings(simulator: &Simulator) -> VoyageSettings {
    VoyageSettings { base_url: simulator.url(), ..VoyageSettings::new(KEY.into()) }
}

fn voyage(simulator: &Simulator) -> Voyage {
    Voyage::new(settings(simulator)).unwrap()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn strikes(calls: &[u64], fault: Fault) -> FaultRule {
    FaultRule { method: None, path: "/v1/embeddings".into(), calls: calls.to_vec(), fault }
}

#[tokio::test]
async fn texts_of_one_meaning_are_close_and_the_same_text_is_the_same_vector() {
    let simulator = Simulator::start().unwrap();
    let voyage = voyage(&simulator);
    let said = texts(&["Offboard a leaver", "We let a colleague go this afternoon", "The toner is empty"]);
    let vectors = voyage.embed(&said, EmbedKind::Document).await.unwrap();
    assert_eq!(vectors.len(), 3);
    assert!(vectors.iter().all(|vector| (dot(vector, vector) - 1.0).abs() < 1e-4));
    assert!(dot(&vectors[0], &vectors[1]) > dot(&vectors[0], &vectors[2]) + 0.2);
    let again = voyage.embed(&said[1..2], EmbedKind::Query).await.unwrap();
    assert_eq!(again[0], vectors[1]);
    let asked = simulator.journal();
    let body = asked[0].body.as_ref().unwrap();
    assert_eq!((&body["model"], &body["input_type"]), (&"voyage-3.5".into(), &"document".into()));
    assert_eq!(asked[1].body.as_ref().unwrap()["input_type"], "query");
}

#[tokio::test]
async fn what_passes_is_waited_for_and_what_does_not_is_not() {
    let simulator = Simulator::start().unwrap();
    let one = texts(&["one"]);
    simulator.add_fault(strikes(&[1], Fault::TooManyRequests { retry_after: 1 }));
    simulator.add_fault(strikes(&[2], Fault::ServerError));
    let voyage = voyage(&simulator);
    voyage.embed(&one, EmbedKind::Document).await.unwrap();
    assert_eq!(simulator.journal().len(), 3);
    simulator.reset();
    simulator.add_fault(strikes(&[], Fault::TooManyRequests { retry_after: 30 }));
    let refused = voyage.embed(&one, EmbedKind::Query).await.unwrap_err();
    assert_eq!(refused.kind, EmbedErrorKind::RateLimited { retry_after: Some(Duration::from_secs(30)) });
    assert_eq!(simulator.journal().len(), 1, "nobody waits half a minute for a question");
}

#[tokio::test]
async fn every_failure_is_told_by_its_kind_and_quotes_nothing() {
    let simulator = Simulator::start().unwrap();
    let one = texts(&["a secret of the client"]);
    for (fault, kind) in [
        (Fault::BadGatewayPage, EmbedErrorKind::Provider),
        (Fault::PageAfterCommit, EmbedErrorKind::Unreadable),
        (Fault::Truncated, EmbedErrorKind::Unreadable),
        (Fault::DropBeforeCommit, EmbedErrorKind::Unreachable),
        (Fault::Redirect, EmbedErrorKind::Invalid),
        (Fault::Slow { milliseconds: 5_000 }, EmbedErrorKind::Timeout),
    ] {
        simulator.reset();
        simulator.add_fault(strikes(&[], fault));
        let error = voyage(&simulator).embed(&one, EmbedKind::Query).await.unwrap_err();
        assert_eq!(error.kind, kind, "{fault:?}");
        assert!(!error.to_string().contains("secret") && !error.to_string().contains(KEY), "{error}");
    }
    let wrong = VoyageSettings::new("pa-wrong".into());
    let wrong = Voyage::new(VoyageSettings { base_url: simulator.url(), ..wrong }).unwrap();
    simulator.reset();
    assert_eq!(wrong.embed(&one, EmbedKind::Query).await.unwrap_err().kind, EmbedErrorKind::Refused);
    let empty = voyage(&simulator).embed(&[], EmbedKind::Query).await.unwrap_err();
    assert_eq!(empty.kind, EmbedErrorKind::Invalid);
}
