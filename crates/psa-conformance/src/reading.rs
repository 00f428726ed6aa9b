//! Rules of reading.

use std::collections::BTreeSet;

use rf_psa::{Hint, PsaError, PsaId, TicketQuery, WorkOption};

use crate::{Bench, note};

/// A connection test tells the company.
pub async fn a_good_connection_says_whose_it_is(bench: &dyn Bench) {
    let connected = bench.provider().test_connection().await.unwrap();
    assert!(!connected.company.is_empty());
    assert!(connected.warnings.is_empty(), "{:?}", connected.warnings);
}

/// Words find open tickets, in any letter case.
pub async fn open_tickets_are_found_by_a_part_of_their_summary(bench: &dyn Bench) {
    let known = bench.known();
    let text = Some(known.open_summary.to_uppercase());
    let found =
        bench.provider().search_tickets(&TicketQuery { text, ..TicketQuery::default() }).await.unwrap();
    assert!(found.items.iter().any(|ticket| ticket.id == known.open), "{found:?}");
    assert!(found.items.len() < known.tickets.1 && found.items.iter().all(|ticket| !ticket.closed));
}

/// A number finds its ticket.
pub async fn a_ticket_is_found_by_its_number(bench: &dyn Bench) {
    let known = bench.known();
    for text in [known.open.to_string(), format!(" #{} ", known.open)] {
        let query = TicketQuery { text: Some(text), ..TicketQuery::default() };
        let found = bench.provider().search_tickets(&query).await.unwrap();
        assert!(found.items.iter().any(|ticket| ticket.id == known.open), "{found:?}");
    }
}

/// Of some tickets those that are there come, open or closed, and no others.
pub async fn some_tickets_are_asked_for_by_their_numbers(bench: &dyn Bench) {
    let known = bench.known();
    let wanted = BTreeSet::from([known.open.clone(), known.closed.clone()]);
    let ids = wanted.iter().cloned().chain(["999999".parse().unwrap()]).collect();
    let mut query = TicketQuery { ids, open_only: false, limit: 100, ..TicketQuery::default() };
    let mut found = BTreeSet::new();
    loop {
        let page = bench.provider().search_tickets(&query).await.unwrap();
        found.extend(page.items.into_iter().map(|ticket| ticket.id));
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, wanted);
}

/// However often it is asked for, and with what is left of before taken away.
pub async fn callbacks_go_to_one_address_or_are_not_offered(bench: &dyn Bench) {
    let provider = bench.provider();
    let ours = "https://desk.brightwater.example/callbacks/";
    let [old, new] = ["old?id=", "new?id="].map(|end| format!("{ours}{end}"));
    if !provider.capabilities().callbacks {
        assert!(matches!(provider.listen(ours, &new).await, Err(PsaError::Unsupported(_))));
        return provider.stop_listening(ours).await.unwrap();
    }
    let first = provider.listen(ours, &old).await.unwrap();
    assert_eq!(provider.listen(ours, &old).await.unwrap(), first);
    let second = provider.listen(ours, &new).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(provider.listen(ours, &new).await.unwrap(), second);
    provider.stop_listening(ours).await.unwrap();
    provider.stop_listening(ours).await.unwrap();
    assert_ne!(provider.listen(ours, &new).await.unwrap(), second);
}

/// The picker shows work, and history on demand.
pub async fn closed_tickets_come_only_when_asked_for(bench: &dyn Bench) {
    let known = bench.known();
    let text = Some(known.closed.to_string());
    for (open_only, expected) in [(true, false), (false, true)] {
        let query = TicketQuery { text: text.clone(), open_only, ..TicketQuery::default() };
        let found = bench.provider().search_tickets(&query).await.unwrap();
        assert_eq!(found.items.iter().any(|ticket| ticket.id == known.closed), expected, "{found:?}");
    }
}

/// Following the cursor gives every ticket once and then ends.
pub async fn pages_hold_every_ticket_once(bench: &dyn Bench) {
    let (all, open) = bench.known().tickets;
    for (open_only, expected) in [(false, all), (true, open)] {
        let mut query = TicketQuery { open_only, limit: 20, ..TicketQuery::default() };
        let (mut seen, mut count) = (BTreeSet::new(), 0);
        loop {
            let page = bench.provider().search_tickets(&query).await.unwrap();
            assert!(page.items.len() <= 20);
            count += page.items.len();
            seen.extend(page.items.into_iter().map(|ticket| ticket.id));
            assert!(count <= expected, "more than there are");
            match page.next {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
        assert_eq!((seen.len(), count), (expected, expected));
    }
    let odd = TicketQuery { cursor: Some("x\"y".into()), ..TicketQuery::default() };
    let refused = bench.provider().search_tickets(&odd).await;
    assert!(matches!(refused, Err(PsaError::Invalid { .. })), "{refused:?}");
}

/// Whatever is typed is searched for and changes nothing about the question.
pub async fn quotes_in_a_search_are_words_and_nothing_else(bench: &dyn Bench) {
    for text in [
        "no such words\" or closedFlag=true or summary contains \"",
        "no such words' or '1'='1",
        "no such words\\",
        "no such words) or (id > 0",
        "no such words\u{0}\n%",
        "<script>no such words",
    ] {
        let query = TicketQuery { text: Some(text.into()), open_only: false, ..TicketQuery::default() };
        let found = bench.provider().search_tickets(&query).await.unwrap();
        assert!(found.items.is_empty(), "{text:?}: {found:?}");
    }
}

/// Ticket, client, contact, devices and notes.
pub async fn a_ticket_has_what_its_context_card_shows(bench: &dyn Bench) {
    let (provider, known) = (bench.provider(), bench.known());
    let ticket = provider.ticket(&known.open).await.unwrap();
    assert_eq!((&ticket.id, ticket.closed), (&known.open, false));
    assert!(!ticket.summary.is_empty() && ticket.board.is_some() && ticket.status.is_some());
    assert!(ticket.created_at.is_some() && ticket.updated_at.is_some() && ticket.priority.is_some());
    let company = ticket.company.unwrap();
    assert_eq!(provider.company(&company.id).await.unwrap().name, company.name);
    let contact = provider.contact(&ticket.contact.unwrap().id).await.unwrap();
    assert!(!contact.name.is_empty() && contact.email.unwrap().contains('@') && contact.phone.is_some());
    let about = provider.ticket_configurations(&known.open).await.unwrap();
    assert!(!about.is_empty() && about.iter().all(|device| !device.name.is_empty()));
    let all = provider.company_configurations(&company.id).await.unwrap();
    assert!(all.len() >= about.len() && all.iter().all(|device| device.active));
    assert!(!provider.notes(&known.open).await.unwrap().is_empty());
}

/// A number nobody has, and one that is none.
pub async fn what_is_not_there_is_not_found(bench: &dyn Bench) {
    let (provider, missing) = (bench.provider(), bench.known().missing);
    let classes = [
        provider.ticket(&missing).await.map(drop),
        provider.notes(&missing).await.map(drop),
        provider.add_note(&note(&missing, provider.capabilities().note_kinds[0], 1, "x")).await.map(drop),
        provider.statuses(&missing).await.map(drop),
        provider.company(&missing).await.map(drop),
        provider.contact(&missing).await.map(drop),
        provider.ticket_configurations(&missing).await.map(drop),
    ];
    for (index, outcome) in classes.into_iter().enumerate() {
        assert!(matches!(outcome, Err(PsaError::NotFound(_))), "{index}: {outcome:?}");
    }
    let odd: PsaId = "not-a-number".parse().unwrap();
    let outcome = provider.ticket(&odd).await;
    assert!(matches!(outcome, Err(PsaError::Invalid { .. } | PsaError::NotFound(_))), "{outcome:?}");
}

/// Every board can be worked on.
pub async fn boards_have_statuses_one_of_which_closes(bench: &dyn Bench) {
    let boards = bench.provider().boards().await.unwrap();
    assert!(boards.len() > 1);
    for board in boards {
        let statuses = bench.provider().statuses(&board.id).await.unwrap();
        assert!(statuses.iter().any(|status| status.closes) && statuses.iter().any(|status| !status.closes));
        assert!(!board.name.is_empty() && statuses.iter().all(|status| !status.name.is_empty()));
    }
}

/// Who is who is suggested by e-mail.
pub async fn members_have_names_to_map_by(bench: &dyn Bench) {
    let members = bench.provider().members().await.unwrap();
    assert!(members.iter().filter(|member| member.active).count() > 1);
    assert!(members.iter().any(|member| !member.active), "those who left are marked, not hidden");
    for member in members {
        assert!(!member.identifier.is_empty() && !member.name.is_empty(), "{member:?}");
        assert!(member.email.as_deref().is_none_or(|email| email.contains('@')), "{member:?}");
    }
}

/// Kinds of work have names, and roles where the PSA has roles.
pub async fn time_can_be_classed(bench: &dyn Bench) {
    let types = bench.provider().work_options(WorkOption::Types).await.unwrap();
    let roles = match bench.provider().work_options(WorkOption::Roles).await {
        Err(PsaError::Unsupported(_)) => types.clone(),
        roles => roles.unwrap(),
    };
    for options in [types, roles] {
        assert!(!options.is_empty() && options.iter().all(|option| !option.name.is_empty()));
    }
}

/// A genuine callback says which ticket, and whether it is gone.
pub async fn a_callback_names_its_ticket(bench: &dyn Bench) {
    let ticket = bench.known().open;
    if says_that_it_has_none(bench).await {
        return;
    }
    for deleted in [false, true] {
        let (body, signature) = bench.callback(&ticket, deleted);
        let hint = bench.provider().read_callback(&body, &signature).await;
        assert_eq!(hint, Ok(Hint::Ticket { ticket: ticket.clone(), deleted }));
    }
}

/// Whether a PSA has no callbacks, and then believes none.
async fn says_that_it_has_none(bench: &dyn Bench) -> bool {
    let has = bench.provider().capabilities().callbacks;
    if !has {
        let (body, signature) = bench.callback(&bench.known().open, false);
        let hint = bench.provider().read_callback(&body, &signature).await;
        assert!(matches!(hint, Err(PsaError::Unsupported(_))), "{hint:?}");
    }
    !has
}

/// Anything changed, and a signature that is none.
pub async fn a_callback_that_was_altered_is_refused(bench: &dyn Bench) {
    if says_that_it_has_none(bench).await {
        return;
    }
    let (body, signature) = bench.callback(&bench.known().open, false);
    let refused = async |body: &[u8], signature: &str| {
        let outcome = bench.provider().read_callback(body, signature).await;
        assert!(matches!(outcome, Err(PsaError::Invalid { .. })), "{outcome:?}");
    };
    let mut longer = body.clone();
    longer.push(b' ');
    refused(&longer, &signature).await;
    let (other, _) = bench.callback(&bench.known().closed, false);
    refused(&other, &signature).await;
    refused(&[], &signature).await;
    refused(b"{}", &signature).await;
    for none in ["", "x", "%%%", &signature[1..]] {
        refused(&body, none).await;
    }
}
