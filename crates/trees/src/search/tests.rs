use proptest::prelude::*;

use super::*;
use crate::testing::good_flow;

fn how(asked: &str, word: &str) -> Option<WordMatch> {
    match_words(&fold(asked), &fold(word))
}

fn query(text: &str) -> SearchQuery {
    SearchQuery::new(&text.split_whitespace().collect::<Vec<_>>())
}

fn flow(name: &str, tags: &[&str], description: &str) -> FlowDraft {
    FlowDraft {
        name: name.into(),
        tags: tags.iter().map(|&tag| tag.into()).collect(),
        description: Some(description.into()),
        ..good_flow()
    }
}

fn score(text: &str, flow: &FlowDraft) -> Option<i64> {
    query(text).score(&flow.search_words(), &flow.search_text())
}

#[test]
fn typing_errors_endings_and_parts_are_found() {
    for (asked, word, expected) in [
        ("outlook", "Outlook", Some(WordMatch::Exact)),
        ("out", "outlook", Some(WordMatch::Prefix)),
        ("look", "outlook", Some(WordMatch::Inside)),
        ("outlok", "outlook", Some(WordMatch::Close)),
        ("printing", "printer", Some(WordMatch::Near)),
        ("pritner", "printer", Some(WordMatch::Near)),
        ("rpinter", "printer", Some(WordMatch::Near)),
        ("reseau", "Réseau", Some(WordMatch::Exact)),
        ("strasse", "Straße", Some(WordMatch::Exact)),
        ("p", "printer", Some(WordMatch::Prefix)),
        ("in", "printer", None),
        ("online", "offline", None),
        ("vpn", "vps", None),
        ("printer", "network", None),
    ] {
        assert_eq!(how(asked, word), expected, "{asked} {word}");
    }
}

#[test]
fn every_word_must_match_and_better_places_count_more() {
    let flows = [
        flow("Printer", &[], ""),
        flow("Other", &["printer"], ""),
        flow("Other", &[], "The printer"),
        FlowDraft { name: "Printer".into(), ..good_flow() },
    ];
    let scores: Vec<_> = flows.iter().map(|flow| score("printer", flow)).collect();
    assert_eq!(scores, [Some(800), Some(400), Some(200), Some(800)]);
    assert_eq!(score("vendor", &flows[0]), Some(100), "the title of a step");
    assert_eq!(score("printer vendor", &flows[0]), Some(900));
    assert_eq!(score("printer tunnel", &flows[0]), None);
    assert_eq!(score("", &flows[0]), Some(0));
}

#[test]
fn signs_are_taken_as_they_are_written() {
    let flow = flow("100% Ärger", &[], r"Cleans C:\temp, file_name.txt and Wi-Fi 東京都庁");
    for (asked, found) in [
        ("%", true),
        ("0%", true),
        ("100%", true),
        ("_", true),
        ("file_name", true),
        ("file-name", false),
        ("e_name", true),
        (r"c:\temp", true),
        ("wi-fi", true),
        ("WIFI?", false),
        ("ärger?", true),
        ("arger", true),
        ("京都", true),
        ("'", false),
    ] {
        assert_eq!(score(asked, &flow).is_some(), found, "{asked}");
    }
    assert!(score("wi-fi", &flow) > Some(0), "its parts are scored");
}

#[test]
fn a_flow_of_very_many_words_is_known_by_the_first() {
    let many = (0..10_000).map(|number| format!("w{number} ")).collect::<String>();
    let known = flow("Name", &[], &many).search_words();
    assert_eq!(known.len(), WORDS);
    assert!(known.contains(&("name".into(), SearchField::Name)));
}

proptest! {
    /// What the stores rely on to find candidates by their trigrams.
    #[test]
    fn what_matches_inside_or_nearly_shares_trigrams(asked in "[a-d]{1,9}", word in "[a-d]{1,9}") {
        if let Some(WordMatch::Inside | WordMatch::Close | WordMatch::Near) = match_words(&asked, &word) {
            let shared = trigrams(&asked).intersection(&trigrams(&word)).count();
            prop_assert!(shared >= least_shared_trigrams(&asked), "{shared}");
        }
    }

    #[test]
    fn letter_case_and_diacritics_mean_nothing(text in "\\PC{0,40}") {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.clone());
        prop_assert_eq!(fold(&text.to_lowercase()), folded);
    }

    #[test]
    fn the_words_of_a_name_find_it_whatever_they_are(name in "\\PC{1,60}") {
        let flow = flow(&name, &[], "");
        prop_assert!(score(&name, &flow).is_some());
    }

    /// A better field or a better match never earns less.
    #[test]
    fn the_score_is_monotone(asked in "[a-c]{1,5}", word in "[a-c]{1,5}", other in "[a-c]{1,5}") {
        let of = |known: &[(&str, SearchField)]| {
            let known: Vec<_> = known.iter().map(|&(word, field)| (word.to_owned(), field)).collect();
            SearchQuery::new(&[&asked]).score(&known, "")
        };
        for pair in SearchField::ALL.windows(2) {
            prop_assert!(of(&[(&word, pair[0])]) >= of(&[(&word, pair[1])]));
        }
        let alone = of(&[(&word, SearchField::Step)]);
        prop_assert!(of(&[(&word, SearchField::Step), (&other, SearchField::Name)]) >= alone);
        prop_assert!(of(&[(&asked, SearchField::Step)]) >= alone);
    }
}
