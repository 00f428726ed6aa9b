use proptest::prelude::*;
use rf_kernel::TreeId;
use rf_trees::{StarterFlow, from_yaml, starter_flows};
use uuid::Uuid;

use super::*;
use crate::{Intake, Reading};

#[derive(serde::Deserialize)]
struct Ticket {
    flows: Vec<String>,
    #[serde(default)]
    held_out: bool,
    text: String,
}

fn tickets() -> Vec<Ticket> {
    serde_saphyr::from_str(include_str!("../../eval/tickets.yaml")).unwrap()
}

fn id(at: usize) -> TreeId {
    TreeId(Uuid::from_u128(at as u128 + 1))
}

fn library() -> FlowIndex {
    let docs = starter_flows().into_iter().enumerate();
    FlowIndex::build(docs.map(|(at, flow)| FlowDoc::of(id(at), &from_yaml(flow.yaml).unwrap())))
}

fn slug(id: TreeId) -> &'static str {
    starter_flows()[usize::try_from(id.0.as_u128()).unwrap() - 1].slug
}

fn read(text: &str) -> Reading {
    Reading::of(&Intake::read(text.as_bytes()).unwrap())
}

/// A score above this leads straight into the flow.
const GUIDED: f64 = 0.8;
/// A score below this says that nothing fits.
const LOW: f64 = 0.4;

#[derive(Default)]
struct Tally {
    asked: usize,
    first: usize,
    five: usize,
    reciprocal: f64,
    guided: usize,
    misguided: usize,
    none: usize,
    none_low: usize,
    none_guided: usize,
}

impl Tally {
    fn count(&mut self, ticket: &Ticket, found: &[FlowMatch]) {
        let score = found.first().map_or(0.0, |first| first.score);
        let place = found.iter().position(|m| ticket.flows.iter().any(|flow| flow == slug(m.tree_id)));
        if ticket.flows.is_empty() {
            self.none += 1;
            self.none_low += usize::from(score < LOW);
            self.none_guided += usize::from(score > GUIDED);
            return;
        }
        self.asked += 1;
        self.first += usize::from(place == Some(0));
        self.five += usize::from(place.is_some_and(|place| place < 5));
        self.reciprocal += place.map_or(0.0, |place| 1.0 / (place + 1) as f64);
        self.guided += usize::from(score > GUIDED);
        self.misguided += usize::from(score > GUIDED && place != Some(0));
    }

    fn recall(&self, found: usize) -> f64 {
        found as f64 / self.asked as f64
    }

    fn print(&self, part: &str) {
        println!(
            "{part}: {} tickets, recall@1 {:.3}, recall@5 {:.3}, MRR {:.3}; guided {}, of them wrongly {}; \
             {} tickets without a flow, guided {}, below {LOW} {}",
            self.asked,
            self.recall(self.first),
            self.recall(self.five),
            self.reciprocal / self.asked as f64,
            self.guided,
            self.misguided,
            self.none,
            self.none_guided,
            self.none_low,
        );
    }
}

/// The floors of the product: `docs/adr/0031-matching-tickets-to-flows.md` has what was measured.
#[test]
fn tickets_find_their_flow() {
    let (index, tickets) = (library(), tickets());
    let all = starter_flows().len();
    for (part, held_out) in [("tuning", false), ("held out", true)] {
        let mut tally = Tally::default();
        for ticket in tickets.iter().filter(|ticket| ticket.held_out == held_out) {
            tally.count(ticket, &index.rank(&read(&ticket.text), all, |_| true));
        }
        tally.print(part);
        assert!(tally.recall(tally.first) >= 0.75, "{part}: recall@1");
        assert!(tally.recall(tally.five) >= 0.92, "{part}: recall@5");
        assert_eq!(tally.none_guided, 0, "{part}: a ticket no flow is right for is led into one");
        assert!(tally.none_low * 2 > tally.none, "{part}: most tickets without a flow have to score low");
        assert!(tally.misguided * 20 <= tally.guided, "{part}: one in twenty led the wrong way is the most");
    }
}

#[test]
fn the_evaluation_set_is_what_it_says() {
    let tickets = tickets();
    let none = tickets.iter().filter(|ticket| ticket.flows.is_empty()).count();
    assert!(tickets.len() - none >= 150 && none >= 25, "{} tickets, {none} without a flow", tickets.len());
    let held_out = tickets.iter().filter(|ticket| ticket.held_out).count();
    assert!(held_out * 4 >= tickets.len(), "{held_out} held out");
    for StarterFlow { slug, .. } in starter_flows() {
        let with = tickets.iter().filter(|ticket| ticket.flows.iter().any(|flow| flow == slug)).count();
        assert!(with >= 5, "{slug} has {with} tickets");
    }
    let flows = starter_flows();
    for flow in tickets.iter().flat_map(|ticket| &ticket.flows) {
        assert!(flows.iter().any(|known| known.slug == flow), "{flow} is no starter flow");
    }
}

fn flow(at: usize, name: &str) -> FlowDoc {
    FlowDoc {
        id: id(at),
        name: name.to_owned(),
        category: None,
        tags: Vec::new(),
        description: None,
        texts: Vec::new(),
    }
}

fn first(text: &str) -> FlowMatch {
    library().rank(&read(text), 1, |_| true).remove(0)
}

#[test]
fn reasons_say_where_the_words_are_how_they_were_read_and_what_errors_mean() {
    let spooler = first("The prnter on the 2nd floor is offline, spooler crashes, 0x0000011b");
    assert_eq!(slug(spooler.tree_id), "printer-offline");
    for reason in [
        "its name says “printer” and “offline”",
        "the ticket's “spooler” fits its labels",
        "“prnter” was read as “printer”",
        "it knows the error 0x11b (Printer connection refused: print server and client disagree on RPC authentication)",
        "it is about printing, as the ticket is",
    ] {
        assert!(
            spooler.reasons.iter().any(|told| told == reason),
            "{reason} is not in {:#?}",
            spooler.reasons
        );
    }
}

#[test]
fn an_error_alone_finds_the_flow_that_knows_it() {
    for (text, flow) in [
        ("Event ID 4740", "ad-account-lockout"),
        ("AADSTS53003", "m365-sign-in-mfa-loop"),
        ("0x800423f4", "backup-job-failed"),
        ("WHEA_UNCORRECTABLE_ERROR", "blue-screen"),
    ] {
        assert_eq!(slug(first(text).tree_id), flow, "{text}");
    }
}

#[test]
fn lines_of_a_log_outweigh_no_sentence() {
    let log = "2026-01-02 10:00:01 backup agent: job backup finished\n".repeat(200);
    assert_eq!(
        slug(first(&format!("Printer is offline, nothing prints.\n{log}")).tree_id),
        "printer-offline"
    );
}

#[test]
fn neither_a_sentence_nor_an_error_is_crowded_out_by_a_long_log() {
    let word = |at: usize| format!("{}{}", ["alfa", "brav", "char", "delt"][at % 4], "x".repeat(at / 4 + 1));
    let log: String = (0..400).map(|at| format!("2026-01-02 10:00:01 {} done\n", word(at % 100))).collect();
    let written = first(&format!("{log}Printer is offline, nothing prints."));
    assert_eq!(slug(written.tree_id), "printer-offline");
    let error = first(&format!("{log}2026-01-02 10:00:02 Event ID 4740"));
    assert_eq!(slug(error.tree_id), "ad-account-lockout");
}

#[test]
fn of_two_alike_none_is_clear_and_both_say_so() {
    let mut docs: Vec<FlowDoc> = ["PC is slow", "VPN fails", "Backup fails", "Mail is late"]
        .iter()
        .enumerate()
        .map(|(at, name)| flow(at, name))
        .collect();
    let ask = |docs: &[FlowDoc]| FlowIndex::build(docs.to_vec()).rank(&read("my vpn fails"), 5, |_| true);
    assert!(ask(&docs)[0].reasons.iter().all(|reason| !reason.contains("about as well")));
    docs.push(flow(9, "VPN fails"));
    let found = ask(&docs);
    assert_eq!((found[0].tree_id, found[1].tree_id), (id(1), id(9)), "the first of the library is first");
    assert_eq!(found[0].score, found[1].score);
    for both in &found[..2] {
        assert!(both.score < GUIDED, "{both:?}");
        assert!(both.reasons.iter().any(|reason| reason == "another flow fits about as well"), "{both:?}");
    }
}

#[test]
fn only_what_is_allowed_is_told_and_what_is_not_is_no_rival() {
    let docs = [flow(0, "VPN fails"), flow(1, "VPN fails"), flow(2, "Printer fails")];
    let index = FlowIndex::build(docs);
    let ask = |allowed: &[usize], most| {
        let found = index.rank(&read("vpn fails"), most, |tree| allowed.iter().any(|at| id(*at) == tree));
        found.into_iter().map(|m| (m.tree_id, m.reasons.len())).collect::<Vec<_>>()
    };
    assert_eq!(ask(&[], 5), []);
    assert_eq!(ask(&[0, 1], 0), []);
    let (alone, both) = (ask(&[1, 2], 1), ask(&[0, 1], 1));
    assert_eq!((alone[0].0, both[0].0), (id(1), id(0)));
    assert_eq!(alone[0].1 + 1, both[0].1, "without the rival there is no word of it");
}

#[test]
fn a_library_without_flows_and_a_ticket_without_words_find_nothing() {
    assert_eq!(FlowIndex::build([]).rank(&read("vpn fails"), 5, |_| true), []);
    assert_eq!(library().rank(&read("please help, it does not work"), 5, |_| true), []);
}

/// What is done to a library.
#[derive(Clone, Debug)]
enum Change {
    Put(usize, usize),
    Remove(usize),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let put = (0..12_usize, 0..24_usize).prop_map(|(id, like)| Change::Put(id, like));
    let remove = (0..12_usize).prop_map(Change::Remove);
    proptest::collection::vec(prop_oneof![3 => put, 2 => remove], 1..40)
}

/// A flow as that starter flow, with words of its own.
fn like(at: usize, starter: usize) -> FlowDoc {
    let flows = starter_flows();
    let flow = &flows[starter % flows.len()];
    let mut doc = FlowDoc::of(id(at), &from_yaml(flow.yaml).unwrap());
    if starter >= flows.len() {
        doc.name = format!("{} quarzwerk{starter}", doc.name);
        doc.texts.truncate(3);
    }
    doc
}

#[test]
fn a_library_emptied_and_filled_again_many_times_keeps_no_holes() {
    let mut index = FlowIndex::default();
    index.put(flow(1_000, "VPN fails"));
    for at in 0..500 {
        index.put(flow(at, "Printer fails"));
        assert!(index.remove(id(at)) && !index.remove(id(at)));
    }
    assert_eq!(index.len(), 1);
    assert!(index.flows.len() < 100, "{}", index.flows.len());
    assert_eq!(index.rank(&read("vpn fails"), 5, |_| true)[0].tree_id, id(1_000));
    assert_eq!(index.rank(&read("printer"), 5, |_| true), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Putting in, replacing and taking out, one by one, is building anew.
    #[test]
    fn a_changed_index_ranks_as_one_built_anew(
        changes in changes(),
        said in proptest::collection::vec("printer offline|vpn error 809|prnter|quarzwerk|backup failed|0x80070005|slow|outlok password", 1..4),
    ) {
        let (mut index, mut docs) = (FlowIndex::default(), Vec::<FlowDoc>::new());
        for change in changes {
            match change {
                Change::Put(at, starter) => {
                    let doc = like(at, starter);
                    match docs.iter_mut().find(|known| known.id == doc.id) {
                        Some(known) => *known = doc.clone(),
                        None => docs.push(doc.clone()),
                    }
                    index.put(doc);
                }
                Change::Remove(at) => {
                    let known = docs.iter().any(|doc| doc.id == id(at));
                    docs.retain(|doc| doc.id != id(at));
                    prop_assert_eq!(index.remove(id(at)), known);
                }
            }
        }
        let anew = FlowIndex::build(docs.clone());
        prop_assert_eq!(index.len(), docs.len());
        for text in [said.join(" "), "quarzwerk23 printr offlin".to_owned(), "Event ID 4740 lockout".to_owned()] {
            prop_assert_eq!(
                index.rank(&read(&text), 12, |_| true),
                anew.rank(&read(&text), 12, |_| true),
                "{}", text
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_ranked_from_sure_to_unsure(
        names in proptest::collection::vec("\\PC{0,40}", 0..6),
        said in proptest::collection::vec("\\PC{0,20}|vpn|fails|0x80070005|S:", 1..30),
    ) {
        let index = FlowIndex::build(names.iter().enumerate().map(|(at, name)| flow(at, name)));
        let text = said.join(" ");
        if let Ok(intake) = Intake::read(text.as_bytes()) {
            let found = index.rank(&Reading::of(&intake), 10, |_| true);
            prop_assert!(found.iter().all(|m| (0.0..=1.0).contains(&m.score)));
            prop_assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score));
        }
    }
}
