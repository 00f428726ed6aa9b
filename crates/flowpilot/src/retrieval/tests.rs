use proptest::prelude::*;
use rf_assistant::{Document, SourceKind};
use rf_kernel::{AccountId, DocumentId, TreeId, UserId};
use rf_trees::{from_yaml, starter_flows};
use uuid::Uuid;

use super::*;
use crate::FlowMatch;

fn document(n: u128, title: &str, text: &str) -> SourceDoc {
    passages_of_document(&Document {
        id: DocumentId(Uuid::from_u128(n)),
        account_id: AccountId(Uuid::from_u128(1)),
        title: title.into(),
        text: text.into(),
        created_by: UserId(Uuid::from_u128(2)),
        created_at: rf_kernel::Timestamp::from_unix(0).unwrap(),
    })
}

const RUNBOOK: &str = "Who to call, and when.\n\n# Out of hours\n\nThe duty phone is with the second line.\nAfter 22:00 call the \
    bridge first.\n\n## Firewalls\n\nThe branch firewalls are FortiGate 60F. Their spare lies in the cabinet of room 12.\n\n\
    ```\n# not a heading\nget system status\n```\n";

fn index() -> PassageIndex {
    let mut index = PassageIndex::default();
    for (starter, n) in starter_flows().into_iter().zip(1..) {
        index.put(passages_of_flow(TreeId(Uuid::from_u128(n)), &from_yaml(starter.yaml).unwrap()));
    }
    index.put(document(900, "Runbook Weber Logistik", RUNBOOK));
    index
}

fn all(_: Source) -> bool {
    true
}

#[test]
fn a_document_is_cut_at_its_headings_and_not_in_its_code() {
    let cut = document(900, "Runbook", RUNBOOK);
    let headings: Vec<Option<&str>> = cut.passages.iter().map(|passage| passage.heading.as_deref()).collect();
    assert_eq!(headings, [None, Some("Out of hours"), Some("Firewalls")]);
    assert!(cut.passages[2].text.contains("# not a heading"));
    let long = (0..400).map(|n| format!("Line {n} of a paper without headings.\n\n")).collect::<String>();
    let cut = document(901, "Long", &long);
    assert!(cut.passages.len() > 8, "{}", cut.passages.len());
    assert!(cut.passages.iter().all(|passage| passage.text.chars().count() <= 1_300));
    let whole: String =
        cut.passages.iter().map(|passage| passage.text.as_str()).collect::<Vec<_>>().join("\n");
    assert!((0..400).all(|n| whole.contains(&format!("Line {n} of"))), "nothing is lost");
}

#[test]
fn a_question_finds_its_passage_and_says_where_it_stands() {
    let index = index();
    let best = |question: &str| index.rank(question, 5, all, None).first().cloned().unwrap();
    let found = best("Where is the spare FortiGate of the branch?");
    assert_eq!(
        (found.source.kind, found.passage.heading.as_deref()),
        (SourceKind::Document, Some("Firewalls"))
    );
    let found = best("Which bridge does the duty phone of the second line ring?");
    assert_eq!(found.passage.heading.as_deref(), Some("Out of hours"));
    let found = best("the print spooler keeps stopping, what do I clear");
    assert_eq!(found.source.kind, SourceKind::Flow);
    assert!(found.title.to_lowercase().contains("print"), "{found:?}");
}

#[test]
fn what_nobody_wrote_about_is_not_found() {
    let index = index();
    for question in
        ["What is the capital of France?", "please help", "", "recipe for apple strudel with cinnamon"]
    {
        assert_eq!(index.rank(question, 5, all, None), [], "{question}");
    }
}

#[test]
fn what_is_not_allowed_is_not_ranked() {
    let index = index();
    let question = "Where is the spare FortiGate of the branch?";
    let found = index.rank(question, 50, |source| source.kind != SourceKind::Document, None);
    assert!(found.iter().all(|found| found.source.kind == SourceKind::Flow));
}

#[test]
fn a_source_put_anew_or_taken_out_is_as_if_it_had_never_been_otherwise() {
    let mut index = index();
    for n in 0..400 {
        index.put(document(901, "Changing", &format!("The giraffe house number {n}")));
    }
    assert_eq!(index.rank("giraffe", 5, all, None).len(), 1);
    index.remove(document(901, "", "").source);
    assert_eq!(index.rank("giraffe", 5, all, None), []);
    let fresh = self::index();
    assert_eq!(index.len(), fresh.len());
    for question in ["Where is the spare FortiGate of the branch?", "the print spooler keeps stopping"] {
        assert_eq!(index.rank(question, 5, all, None), fresh.rank(question, 5, all, None));
    }
}

#[test]
fn an_excerpt_shows_the_lines_that_answer_and_no_address_to_click() {
    let text = format!(
        "{}\nThe spare FortiGate lies in room 12, see https://wiki.example/x.\n",
        "Padding line.\n".repeat(60)
    );
    let shown = excerpt("Where is the spare FortiGate?", &text);
    assert!(shown.contains("room 12") && shown.contains("`https://wiki.example/x.`"), "{shown}");
    assert!(shown.chars().count() <= 450, "{shown}");
    assert_eq!(excerpt("zebra", "First.\nSecond."), "First.\nSecond.");
}

/// Vectors of our own making: what a text means is said by hand.
fn meanings(index: &PassageIndex, close_to: impl Fn(&str) -> bool) -> Vectors {
    let vector = |text: &str| if close_to(text) { vec![1.0, 0.0] } else { vec![0.0, 1.0] };
    Vectors::new(index.texts().into_iter().map(|(digest, text)| (digest, vector(&text))))
}

#[test]
fn meaning_finds_what_words_do_not_and_both_together_keep_what_words_found() {
    let index = index();
    let question = "we let a colleague go this afternoon";
    let vectors = meanings(&index, |text| text.starts_with("Runbook") && text.contains("duty phone"));
    let meaning = Meaning { question: &[1.0, 0.0], vectors: &vectors };
    let found = index.rank(question, 5, all, Some(&meaning));
    assert!(
        found.iter().any(|found| found.by_meaning && found.passage.text.contains("duty phone")),
        "{found:?}"
    );
    let found = index.rank(question, 5, |source| source.kind == SourceKind::Flow, Some(&meaning));
    assert!(!found.iter().any(|found| found.source.kind == SourceKind::Document));
    let named = index.rank("Where is the spare FortiGate of the branch?", 5, all, Some(&meaning));
    assert!(named.iter().any(|found| found.passage.heading.as_deref() == Some("Firewalls")));
    // Vectors of another model have another length: they are far from everything.
    let other = Meaning { question: &[1.0, 0.0, 0.0], vectors: &vectors };
    assert_eq!(index.rank(question, 5, all, Some(&other)), index.rank(question, 5, all, None));
}

fn flow(n: u128, score: f64) -> FlowMatch {
    FlowMatch { tree_id: TreeId(Uuid::from_u128(n)), name: format!("Flow {n}"), score, reasons: vec![] }
}

fn close(n: u128, near: f32) -> (TreeId, String, f32) {
    (TreeId(Uuid::from_u128(n)), format!("Flow {n}"), near)
}

#[test]
fn meaning_offers_flows_and_leads_into_none() {
    let clear = vec![flow(1, 0.9), flow(2, 0.3)];
    assert_eq!(fuse_flows(clear.clone(), &[close(2, 0.99)]), clear, "what words make clear stays");
    assert_eq!(fuse_flows(clear.clone(), &[]), clear);
    let fitting = fuse_flows(vec![], &[close(7, 0.95), close(8, 0.6)]);
    assert_eq!(fitting.iter().map(|flow| flow.name.as_str()).collect::<Vec<_>>(), ["Flow 7", "Flow 8"]);
    assert!(fitting[0].score > 0.4 && fitting[0].score <= 0.6 && !fitting[0].reasons.is_empty());
    let fitting = fuse_flows(vec![flow(1, 0.3), flow(2, 0.2)], &[close(2, 0.9)]);
    assert_eq!(fitting[0].name, "Flow 2", "both lists name it");
}

#[test]
fn what_is_like_a_problem_says_how_much_and_why() {
    let mut index = index();
    index.put(document(
        901,
        "Gate",
        "The turnstile at the warehouse gate stays shut: restart the badge reader.",
    ));
    let problem = "Badge reader at the warehouse gate is red";
    let similar = index.similar(problem, 5, all, None);
    assert_eq!(similar[0].title, "Gate");
    assert!(similar[0].score > 0.6 && similar[0].score <= 1.0, "{similar:?}");
    assert!(similar[0].why.contains("“badge”"), "{}", similar[0].why);
    assert!(similar.windows(2).all(|pair| pair[0].score >= pair[1].score));
    // More that nobody knows of makes it less like.
    let more = index.similar(
        &format!("{problem} and so are the aquarium, the gramophone and the zeppelin"),
        5,
        all,
        None,
    );
    assert!(more.first().is_none_or(|one| one.score < similar[0].score), "{more:?}");
    assert_eq!(index.similar("quokka wombat", 5, all, None), []);
    assert_eq!(index.similar("", 5, all, None), []);
    assert_eq!(index.similar(problem, 5, |_| false, None), []);
}

proptest! {
    #[test]
    fn fused_flows_are_ordered_and_never_surer_than_the_surest(
        words in proptest::collection::vec(0.0_f64..1.0, 0..6),
        near in proptest::collection::vec((0_u128..9, 0.0_f32..1.0), 0..6),
    ) {
        let mut words = words;
        words.sort_by(|a, b| b.total_cmp(a));
        let by_words: Vec<FlowMatch> = (0..).zip(&words).map(|(n, score)| flow(n, *score)).collect();
        let by_meaning: Vec<_> = near.into_iter().map(|(n, near)| close(n, near)).collect();
        let fitting = fuse_flows(by_words, &by_meaning);
        prop_assert!(fitting.windows(2).all(|pair| pair[0].score >= pair[1].score));
        let most = words.first().copied().unwrap_or(0.0).max(0.6);
        prop_assert!(fitting.iter().all(|flow| flow.score <= most));
    }

    #[test]
    fn a_dot_is_a_sum_of_products(pairs in proptest::collection::vec((-1.0_f32..1.0, -1.0_f32..1.0), 0..70)) {
        let (one, other): (Vec<f32>, Vec<f32>) = pairs.iter().copied().unzip();
        let plain: f32 = pairs.iter().map(|(a, b)| a * b).sum();
        prop_assert!((dot(&one, &other) - plain).abs() < 1e-3);
    }
}

#[test]
fn a_vector_has_length_one_or_is_none() {
    assert_eq!(unit(vec![3.0, 4.0]), Some(vec![0.6, 0.8]));
    assert_eq!(unit(vec![0.0, 0.0]), None);
    assert_eq!(unit(vec![f32::NAN]), None);
    assert_eq!(fused(&[&["a", "b"], &["b", "c"]]), ["b", "a", "c"]);
}
