//! Connecting: discovery, diagnosis, patience, and what must never be sent or shown.

use std::time::Duration;

use rf_psa::{NoteKind, PsaError, PsaProvider, TicketQuery};
use rf_psa_conformance::note;
use rf_psa_connectwise::{ConnectWise, ConnectWiseSettings, Credentials, Newlines, Reach};
use rf_simulators::connectwise::{Fault, FaultRule, Simulator, keys};

use crate::bench::{Simulated, credentials, settings};

fn fault(simulator: &Simulator, method: &str, path: &str, calls: &[u64], fault: Fault) {
    let rule = FaultRule { method: Some(method.into()), path: path.into(), calls: calls.to_vec(), fault };
    simulator.add_fault(rule);
}

#[tokio::test]
async fn the_version_is_asked_for_and_the_keys_stay_out_of_sight() {
    let Simulated { simulator, provider } = Simulated::start().await;
    provider.test_connection().await.unwrap();
    let journal = simulator.journal();
    let expected = Some("application/vnd.connectwise.com+json; version=2022.1");
    assert!(journal.iter().all(|call| call.accept.as_deref() == expected), "{journal:?}");
    for shown in
        [format!("{:?}", credentials()), format!("{:?}", settings(&simulator)), format!("{provider:?}")]
    {
        for secret in [keys::PUBLIC, keys::PRIVATE, keys::CLIENT_ID] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    simulator.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_entered_wrong_is_told_in_words() {
    let simulator = Simulator::start().unwrap();
    let with = |change: &dyn Fn(&mut Credentials)| {
        let mut settings = settings(&simulator);
        change(&mut settings.credentials);
        ConnectWise::new(&settings).unwrap()
    };
    let wrong_company = with(&|keys| keys.company = "nobody".into()).test_connection().await;
    assert!(
        matches!(&wrong_company, Err(PsaError::Auth(words)) if words.contains("company id")),
        "{wrong_company:?}"
    );
    for hides in [false, true] {
        simulator.hide_wrong_keys(hides);
        let wrong_key = with(&|keys| keys.private_key = "wrong".into()).test_connection().await;
        assert!(
            matches!(&wrong_key, Err(PsaError::Auth(words)) if words.contains("private key")),
            "{wrong_key:?}"
        );
    }
    let no_client = with(&|keys| keys.client_id = "unknown".into()).test_connection().await;
    assert!(matches!(no_client, Err(PsaError::Auth(_))), "{no_client:?}");
    let reader = with(&|credentials| {
        credentials.public_key = keys::READER_PUBLIC.into();
        credentials.private_key = keys::READER_PRIVATE.into();
    });
    reader.test_connection().await.unwrap();
    let refused = reader.add_note(&note(&1_005.into(), NoteKind::Internal, 1, "x")).await;
    assert!(matches!(refused, Err(PsaError::Permission(_))), "{refused:?}");
    for (field, broken) in [
        ("company", Credentials { company: "a/../b".into(), ..credentials() }),
        ("company", Credentials { company: "..".into(), ..credentials() }),
        ("public_key", Credentials { public_key: "a:b".into(), ..credentials() }),
        ("private_key", Credentials { private_key: "a b".into(), ..credentials() }),
        ("client_id", Credentials { client_id: "x\r\ny: z".into(), ..credentials() }),
    ] {
        let refused = ConnectWise::new(&ConnectWiseSettings { credentials: broken, ..settings(&simulator) });
        let Err(PsaError::Invalid { field: Some(told), .. }) = refused else { panic!("{field}") };
        assert_eq!(told, field);
    }
}

#[tokio::test]
async fn an_api_that_moved_is_found_again_and_a_write_is_done_once() {
    let Simulated { simulator, provider } = Simulated::start().await;
    provider.ticket(&1_005.into()).await.unwrap();
    simulator.set_codebase("v2026_2");
    provider.add_note(&note(&1_005.into(), NoteKind::Internal, 1, "x")).await.unwrap();
    assert_eq!(simulator.notes(1_005).len(), 2);
    let discoveries = simulator.journal().iter().filter(|call| call.path.contains("companyinfo")).count();
    assert_eq!(discoveries, 2);
}

#[tokio::test]
async fn reads_are_tried_again_and_writes_are_not() {
    let Simulated { simulator, provider } = Simulated::start().await;
    for (call, passing) in [
        (1, Fault::DropBeforeCommit),
        (2, Fault::ServerError),
        (4, Fault::Truncated),
        (5, Fault::BadGatewayPage),
    ] {
        fault(&simulator, "GET", "/tickets/1005", &[call], passing);
    }
    provider.ticket(&1_005.into()).await.unwrap();
    let cut_off = provider.ticket(&1_005.into()).await;
    assert!(matches!(cut_off, Err(PsaError::Transient(_))), "an unreadable answer is told: {cut_off:?}");
    provider.ticket(&1_005.into()).await.unwrap();
    fault(&simulator, "POST", "/notes", &[], Fault::DropBeforeCommit);
    let lost = provider.add_note(&note(&1_005.into(), NoteKind::Internal, 1, "x")).await;
    assert!(matches!(lost, Err(PsaError::UnknownOutcome(_))), "{lost:?}");
    assert_eq!(simulator.journal().iter().filter(|call| call.method == "POST").count(), 1);
}

#[tokio::test]
async fn a_psa_that_asks_for_patience_is_not_asked_again() {
    let Simulated { simulator, provider } = Simulated::start().await;
    fault(&simulator, "GET", "/service/boards", &[1], Fault::TooManyRequests { retry_after: 900 });
    assert_eq!(provider.boards().await, Err(PsaError::RateLimited { retry_after: Some(900) }));
    let calls = simulator.journal().len();
    for _ in 0..3 {
        let refused = provider.boards().await;
        assert!(
            matches!(refused, Err(PsaError::RateLimited { retry_after: Some(890..=900) })),
            "{refused:?}"
        );
    }
    assert_eq!(simulator.journal().len(), calls, "nothing was sent meanwhile");
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let Simulated { simulator, provider } = Simulated::start().await;
    fault(&simulator, "GET", "/system/info", &[], Fault::Redirect);
    let refused = provider.test_connection().await;
    assert!(matches!(refused, Err(PsaError::Address(_))), "{refused:?}");
}

#[tokio::test]
async fn an_answer_that_does_not_come_in_time_is_an_unknown_outcome() {
    let simulator = Simulator::start().unwrap();
    let quick = ConnectWiseSettings { deadline: Duration::from_millis(500), ..settings(&simulator) };
    let provider = ConnectWise::new(&quick).unwrap();
    provider.ticket(&1_005.into()).await.unwrap();
    fault(&simulator, "POST", "/notes", &[], Fault::Slow { milliseconds: 5_000 });
    let late = provider.add_note(&note(&1_005.into(), NoteKind::Internal, 1, "x")).await;
    assert!(matches!(late, Err(PsaError::UnknownOutcome(_))), "{late:?}");
    assert_eq!(simulator.notes(1_005).len(), 2, "and it was done");
}

#[tokio::test]
async fn a_site_where_nobody_listens_says_that_nothing_was_sent() {
    let simulator = Simulator::start().unwrap();
    let provider = ConnectWise::new(&settings(&simulator)).unwrap();
    provider.ticket(&1_005.into()).await.unwrap();
    simulator.stop().await.unwrap();
    let gone = provider.add_note(&note(&1_005.into(), NoteKind::Internal, 1, "x")).await;
    assert!(matches!(gone, Err(PsaError::Transient(_))), "{gone:?}");
}

#[tokio::test]
async fn older_servers_have_notes_too() {
    let Simulated { simulator, provider } = Simulated::start().await;
    simulator.without_all_notes(true);
    assert_eq!(provider.notes(&1_005.into()).await.unwrap().len(), 1);
    let missing = provider.notes(&999_999.into()).await;
    assert!(matches!(missing, Err(PsaError::NotFound(_))), "{missing:?}");
}

#[tokio::test]
async fn lines_end_as_the_connection_says() {
    let simulator = Simulator::start().unwrap();
    let settings = ConnectWiseSettings { newlines: Newlines::CrLf, ..settings(&simulator) };
    let provider = ConnectWise::new(&settings).unwrap();
    provider.add_note(&note(&1_005.into(), NoteKind::Internal, 1, "a\nb")).await.unwrap();
    assert!(simulator.notes(1_005)[1].contains("a\r\nb"));
}

#[tokio::test]
async fn untidy_tickets_are_read_as_they_are() {
    let Simulated { simulator, provider } = Simulated::start().await;
    let mut seen = 0;
    for id in Simulator::tickets() {
        let ticket = provider.ticket(&id.into()).await.unwrap();
        assert_eq!(Some(ticket.summary.as_str()), simulator.ticket(id).unwrap()["summary"].as_str());
        seen += provider.notes(&id.into()).await.unwrap().len();
    }
    assert_eq!(seen, 120);
}

#[tokio::test]
async fn the_public_way_never_reaches_this_machine() {
    let simulator = Simulator::start().unwrap();
    for site in [simulator.url(), simulator.url().replace("http", "https")] {
        let refused = ConnectWise::new(&ConnectWiseSettings::new(site, credentials()));
        assert!(matches!(refused, Err(PsaError::Address(_))));
    }
    let elsewhere = ConnectWiseSettings {
        reach: Reach::ThisMachine,
        ..ConnectWiseSettings::new("http://10.0.0.1", credentials())
    };
    assert!(matches!(ConnectWise::new(&elsewhere), Err(PsaError::Address(_))));
    assert!(simulator.journal().is_empty());
}

#[tokio::test]
async fn a_long_list_of_notes_is_read_to_its_end() {
    let Simulated { simulator, provider } = Simulated::start().await;
    for push in 0..1_100 {
        provider.add_note(&note(&1_005.into(), NoteKind::Internal, push, "x")).await.unwrap();
    }
    assert_eq!(provider.notes(&1_005.into()).await.unwrap().len(), 1_101);
    let pages = simulator.journal().iter().filter(|call| call.path.ends_with("/allNotes")).count();
    assert_eq!(pages, 3, "500 at a time");
    let all = TicketQuery { open_only: false, limit: 1, ..TicketQuery::default() };
    let first = provider.search_tickets(&all).await.unwrap();
    assert_eq!(first.items.len(), 1);
}
