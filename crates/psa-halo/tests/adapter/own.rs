//! What no vendor-neutral rule covers: tokens, the list that is written, rights, and what Halo does not have.

use rf_psa::{NoteKind, PsaError, PsaProvider, TicketQuery, WorkOption};
use rf_psa_conformance::{Bench, note, time};
use rf_psa_halo::{Credentials, Halo, HaloSettings};
use rf_simulators::halo::{Fault, FaultRule};

use crate::bench::{Simulated, credentials, settings};

fn tokens(bench: &Simulated) -> usize {
    bench.simulator.journal().iter().filter(|call| call.path == "/auth/token").count()
}

#[tokio::test]
async fn one_token_serves_many_calls_and_one_that_ran_out_is_got_anew() {
    let bench = Simulated::start().await;
    let ticket = bench.known().open;
    for _ in 0..3 {
        bench.provider.ticket(&ticket).await.unwrap();
    }
    assert_eq!(tokens(&bench), 1);
    bench.simulator.expire_tokens();
    let new = note(&ticket, NoteKind::Internal, 1, "x");
    bench.provider.add_note(&new).await.unwrap();
    assert_eq!(tokens(&bench), 2);
    assert_eq!(
        bench.count(rf_psa::Artefact::Note, &ticket, new.text.marker()),
        1,
        "written once all the same"
    );
}

#[tokio::test]
async fn callers_at_the_same_time_share_a_token() {
    let bench = Simulated::start().await;
    let ticket = bench.known().open;
    let (a, b, c) =
        tokio::join!(bench.provider.ticket(&ticket), bench.provider.members(), bench.provider.boards());
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(tokens(&bench), 1);
}

#[tokio::test]
async fn wrong_keys_are_told_without_quoting_them() {
    let bench = Simulated::start().await;
    let wrong = [
        Credentials { client_secret: "hunter2".into(), ..credentials() },
        Credentials { client_id: "hunter2".into(), ..credentials() },
        Credentials { tenant: Some("hunter2".into()), ..credentials() },
    ];
    for credentials in wrong {
        let settings = HaloSettings { credentials, ..settings(&bench.simulator) };
        let provider = Halo::new(&settings).unwrap();
        let refused = provider.test_connection().await;
        let Err(PsaError::Auth(words)) = &refused else { panic!("{refused:?}") };
        assert!(!words.contains("hunter2") && words.len() > 40, "{words}");
        assert!(!format!("{provider:?} {settings:?}").replace("Some(\"hunter2\")", "").contains("hunter2"));
    }
    let odd = Credentials { client_id: "two words".into(), ..credentials() };
    let refused = Halo::new(&HaloSettings { credentials: odd, ..settings(&bench.simulator) }).map(drop);
    assert!(matches!(refused, Err(PsaError::Invalid { field: Some(field), .. }) if field == "client_id"));
}

#[tokio::test]
async fn sites_inside_are_not_talked_to() {
    for site in ["127.0.0.1", "http://brightwater.halopsa.com", "10.0.0.1", "localhost", "halo.internal"] {
        let refused = Halo::new(&HaloSettings::new(site, credentials())).map(drop);
        let Err(PsaError::Address(words)) = refused else { panic!("{site}: {refused:?}") };
        assert!(words.contains("brightwater.halopsa.com"), "{words}");
    }
}

#[tokio::test]
async fn a_right_that_is_missing_is_a_warning_and_names_what_it_is_for() {
    let bench = Simulated::start().await;
    bench.simulator.forbid("Asset");
    let connected = bench.provider.test_connection().await.unwrap();
    assert_eq!(connected.warnings.len(), 1);
    assert!(connected.warnings[0].contains("assets"), "{:?}", connected.warnings);
    assert_eq!(connected.company, "brightwater");
}

#[tokio::test]
async fn a_page_of_a_proxy_in_the_token_s_place_is_no_halo() {
    let bench = Simulated::start().await;
    bench.simulator.add_fault(FaultRule {
        method: None,
        path: "/auth/token".into(),
        calls: vec![1],
        fault: Fault::PageAfterCommit,
    });
    let refused = bench.provider.test_connection().await;
    assert!(matches!(refused, Err(PsaError::Address(_))), "{refused:?}");
}

#[tokio::test]
async fn what_is_written_is_a_list_of_one_and_mails_nobody() {
    let bench = Simulated::start().await;
    let ticket = bench.known().open;
    bench.provider.add_note(&note(&ticket, NoteKind::Internal, 1, "x")).await.unwrap();
    bench.provider.add_time(&time(&ticket, 2)).await.unwrap();
    let journal = bench.simulator.journal();
    let written: Vec<_> =
        journal.iter().filter(|call| call.path == "/api/Actions" && call.method == "POST").collect();
    assert_eq!(written.len(), 2);
    for call in &written {
        let body = call.body.as_ref().unwrap();
        assert_eq!(body.as_array().unwrap().len(), 1);
        assert_eq!(body[0]["sendemail"], false);
        assert_eq!(body[0]["hiddenfromuser"], true);
    }
    let time = &written[1].body.as_ref().unwrap()[0];
    assert_eq!(time["timetaken"], 0.75);
    assert_eq!(time["actionarrivaldate"], "2026-03-03T09:00:00Z");
    assert_eq!(time["actioncompletiondate"], "2026-03-03T09:45:00Z");
}

#[tokio::test]
async fn what_halo_does_not_have_is_said() {
    let bench = Simulated::start().await;
    let provider = &bench.provider;
    let ticket = bench.known().open;
    let kinds = provider.capabilities().note_kinds;
    assert!(!kinds.contains(&NoteKind::Resolution) && !provider.capabilities().callbacks);
    let refused = provider.add_note(&note(&ticket, NoteKind::Resolution, 1, "x")).await;
    assert!(matches!(refused, Err(PsaError::Unsupported(_))), "{refused:?}");
    let role = rf_psa::NewTimeEntry { work_role: Some(1.into()), ..time(&ticket, 1) };
    assert!(matches!(provider.add_time(&role).await, Err(PsaError::Unsupported(_))));
    assert!(matches!(provider.work_options(WorkOption::Roles).await, Err(PsaError::Unsupported(_))));
    assert!(provider.read_callback(b"{}", "x").await.is_err());
    assert!(bench.simulator.actions(2_003, false).len() == 1, "nothing was written");
}

#[tokio::test]
async fn a_search_is_narrowed_by_client_type_agent_and_time() {
    let bench = Simulated::start().await;
    let find = async |query: TicketQuery| bench.provider.search_tickets(&query).await.unwrap().items;
    let all = TicketQuery { open_only: false, limit: 100, ..TicketQuery::default() };
    let every = find(all.clone()).await;
    let one = &every[0];
    let company = one.company.clone().unwrap().id;
    let of_company = find(TicketQuery { company: Some(company.clone()), ..all.clone() }).await;
    assert!(
        of_company.len() < every.len()
            && of_company.iter().all(|t| t.company.as_ref().unwrap().id == company)
    );
    let board = one.board.clone().unwrap().id;
    let on_board = find(TicketQuery { boards: vec![board.clone()], ..all.clone() }).await;
    assert!(on_board.len() < every.len() && on_board.iter().all(|t| t.board.as_ref().unwrap().id == board));
    let agent = one.assigned[0].clone();
    let of_agent = find(TicketQuery { assigned: Some(agent.clone()), ..all.clone() }).await;
    assert!(of_agent.len() < every.len() && of_agent.iter().all(|t| t.assigned == [agent.clone()]));
    assert!(find(TicketQuery { assigned: Some("Nobody".into()), ..all.clone() }).await.is_empty());
    let since = every[4].updated_at.unwrap();
    let recent = find(TicketQuery { updated_since: Some(since), ..all.clone() }).await;
    assert!((1..every.len()).contains(&recent.len()), "{}", recent.len());
}
