use proptest::prelude::*;

use super::tests::{any_input, lifelike, options, some, variable};
use super::*;
use crate::{CustomRule, HitKey, Kind, MAX_CHOICES, MAX_MARKED_LENGTH, RedactionOptions, Variable};

fn look(input: &NoteInput, options: &NoteOptions, choices: &RedactionChoices) -> Preview {
    preview(input, options, choices).unwrap()
}

fn keep(keys: impl IntoIterator<Item = HitKey>) -> RedactionChoices {
    RedactionChoices { keep: keys.into_iter().collect(), mask: Vec::new() }
}

fn mask(texts: &[&str]) -> RedactionChoices {
    RedactionChoices { keep: Vec::new(), mask: texts.iter().map(|t| (*t).to_owned()).collect() }
}

fn key_of(preview: &Preview, kind: Kind) -> HitKey {
    preview.hits.iter().find(|h| h.kind == kind).and_then(|h| h.key.clone()).unwrap()
}

#[test]
fn every_token_is_a_hit_and_the_note_is_the_same() {
    for format in Format::ALL {
        let options = options(format);
        let seen = look(&lifelike(), &options, &RedactionChoices::default());
        assert_eq!(seen.note, render(&lifelike(), &options).unwrap());
        let kinds: Vec<Kind> = seen.hits.iter().map(|h| h.kind).collect();
        let expected = [Kind::Secret, Kind::IpAddress, Kind::Phone, Kind::Phone, Kind::Secret];
        assert_eq!(kinds, expected, "{format:?}");
        for hit in &seen.hits {
            let text = seen.note.text[hit.range.clone()].replace('\\', "");
            assert_eq!(text, hit.kind.token());
            assert_eq!(hit.key.is_some(), hit.kind.may_be_kept());
            assert!(!hit.kept);
        }
    }
}

#[test]
fn keys_are_the_same_in_every_format_and_speak_of_values() {
    let keys = |format| {
        let seen = look(&lifelike(), &options(format), &RedactionChoices::default());
        seen.hits.into_iter().map(|h| h.key).collect::<Vec<_>>()
    };
    let text = keys(Format::Text);
    for format in Format::ALL {
        assert_eq!(keys(format), text);
    }
    // Next steps and scratchpad name the same number.
    assert_eq!(text[2], text[3]);
}

#[test]
fn what_is_kept_is_shown_and_the_rest_is_masked() {
    for format in Format::ALL {
        let options = options(format);
        let first = look(&lifelike(), &options, &RedactionChoices::default());
        let choices = keep([key_of(&first, Kind::Phone)]);
        let second = look(&lifelike(), &options, &choices);
        assert_eq!(second.note, render_with(&lifelike(), &options, &choices).unwrap());
        assert_eq!(second.note.text.matches("415-555-0132").count(), 2);
        assert!(!second.note.text.contains("192.168.40.1") && !second.note.text.contains("Winter2026"));
        assert_eq!(second.note.redaction.as_ref().unwrap().counts.get(&Kind::Phone), None);
        assert!(second.note.text.contains("2 secret values, 1 IP address."));
        for hit in second.hits.iter().filter(|h| h.kept) {
            assert_eq!(&second.note.text[hit.range.clone()], "415-555-0132");
            assert_eq!(hit.key, Some(key_of(&first, Kind::Phone)));
        }
        assert_eq!(second.hits.len(), first.hits.len());
        assert_eq!(second.unused, vec![]);
    }
}

#[test]
fn declared_and_marked_texts_are_never_kept() {
    let mut input = lifelike();
    input.scratchpad = "password: Winter2026! and call 415-555-0199".into();
    let options = options(Format::Text);
    // The keys these values had before they were declared or marked.
    let mut open = input.clone();
    open.variables.clear();
    let seen = look(&open, &options, &RedactionChoices::default());
    let keys: Vec<HitKey> = seen.hits.iter().filter_map(|h| h.key.clone()).collect();
    assert!(keys.len() >= 3);
    let choices = RedactionChoices { keep: keys.clone(), mask: vec!["555-0199".into()] };
    let second = look(&input, &options, &choices);
    assert!(!second.note.text.contains("Winter2026") && !second.note.text.contains("0199"));
    assert!(second.unused.contains(&key_of(&seen, Kind::Password)));
    let made_up = keep([HitKey::new("secret:0000000000000000"), HitKey::new("")]);
    assert_eq!(look(&input, &options, &made_up).unused, made_up.keep);
}

#[test]
fn a_key_of_a_value_that_was_edited_keeps_nothing() {
    let options = options(Format::Text);
    let first = look(&lifelike(), &options, &RedactionChoices::default());
    let mut edited = lifelike();
    edited.next_steps = some("Call 415-555-0177");
    edited.scratchpad.clear();
    let second = look(&edited, &options, &keep([key_of(&first, Kind::Phone)]));
    assert!(!second.note.text.contains("0177"));
    assert_eq!(second.unused, vec![key_of(&first, Kind::Phone)]);
}

#[test]
fn marked_texts_go_in_every_mode_and_place() {
    for format in Format::ALL {
        for redaction in [RedactionMode::Mask, RedactionMode::None] {
            let options = NoteOptions { redaction, ..options(format) };
            let choices = mask(&["Contoso & Sons", "Jane Doe", "Outlook will not connect", "", "  "]);
            let seen = look(&lifelike(), &options, &choices);
            for gone in ["Contoso", "Jane", "will not connect"] {
                assert!(!seen.note.text.contains(gone), "{}", seen.note.text);
            }
            assert!(seen.hits.iter().filter(|h| h.kind == Kind::Marked).all(|h| h.key.is_none()));
        }
    }
}

#[test]
fn the_verification_lets_through_what_is_kept_and_nothing_else() {
    let options = options(Format::Text);
    let mut input = lifelike();
    input.scratchpad = "call 415-555-0132\ncall 415-555-0199".into();
    input.next_steps = None;
    let redactor =
        Redactor::for_note(RedactionMode::Mask, &RedactionOptions::default(), Secrets::none()).unwrap();
    let first = look(&input, &options, &RedactionChoices::default());
    let choices = keep([key_of(&first, Kind::Phone)]);
    let (_, sheet) = finish(&input, &options, Some(&choices)).unwrap();
    assert_eq!(verify::verify(&sheet, Format::Text, &redactor), Ok(()));
    // The same text where nobody said it is kept.
    let mut bare = Sheet::default();
    bare.push_str(sheet.as_str());
    assert_eq!(verify::verify(&bare, Format::Text, &redactor), Err(NoteError::RedactionFailed { left: 1 }));
    // A declared secret inside what is kept.
    let secrets = Secrets::of(&[variable("s", "", "555-0132", true)]);
    let strict = Redactor::for_note(RedactionMode::Mask, &RedactionOptions::default(), secrets).unwrap();
    assert_eq!(verify::verify(&sheet, Format::Text, &strict), Err(NoteError::RedactionFailed { left: 1 }));
}

#[test]
fn a_kept_block_of_several_lines_is_one_hit() {
    let block = "-----BEGIN PRIVATE KEY-----\nMIIEexample\n-----END PRIVATE KEY-----";
    let mut input = lifelike();
    input.entries[2].notes = Some(format!("before\n{block}\nafter"));
    for format in Format::ALL {
        let options = options(format);
        let first = look(&input, &options, &RedactionChoices::default());
        let second = look(&input, &options, &keep([key_of(&first, Kind::PrivateKey)]));
        let hit = second.hits.iter().find(|h| h.kept).unwrap();
        let text = &second.note.text[hit.range.clone()];
        assert!(text.contains("MIIEexample") && text.ends_with("KEY-----"), "{format:?}: {text}");
    }
}

#[test]
fn utf16_ranges_count_as_browsers_do() {
    let mut input = lifelike();
    input.flow_name = "Größe 😀 call 415-555-0132".into();
    let seen = look(&input, &options(Format::Text), &RedactionChoices::default());
    let units: Vec<u16> = seen.note.text.encode_utf16().collect();
    for (hit, range) in seen.hits.iter().zip(seen.utf16_ranges()) {
        assert_eq!(String::from_utf16(&units[range]).unwrap(), hit.kind.token());
    }
}

#[test]
fn choices_are_bounded_and_ready_for_the_wire() {
    let choices: RedactionChoices = serde_json::from_str(r#"{"keep":["phone:00"],"mask":["x"]}"#).unwrap();
    assert_eq!(choices.keep[0].as_str(), "phone:00");
    assert_eq!(serde_json::from_str::<RedactionChoices>("{}").unwrap(), RedactionChoices::default());
    assert!(serde_json::from_str::<RedactionChoices>(r#"{"keeps":[]}"#).is_err());
    let options = NoteOptions::default();
    for choices in [
        keep(vec![HitKey::new("a"); MAX_CHOICES + 1]),
        mask(&vec!["a"; MAX_CHOICES + 1]),
        mask(&[&"a".repeat(MAX_MARKED_LENGTH + 1)]),
    ] {
        assert!(matches!(
            render_with(&lifelike(), &options, &choices),
            Err(NoteError::TooManyChoices { .. })
        ));
    }
}

#[test]
fn rules_of_an_account_reach_the_note_through_its_options() {
    let rule =
        |pattern: &str| CustomRule { name: "Site".into(), pattern: pattern.into(), ..CustomRule::default() };
    let rules = |custom| RedactionOptions { hostnames: true, custom, ..RedactionOptions::default() };
    let options = NoteOptions { rules: rules(vec![rule("Contoso & [A-Z]ons")]), ..options(Format::Markdown) };
    let text = render(&lifelike(), &options).unwrap().text;
    assert!(!text.contains("Contoso") && !text.contains("CON-WS-014"), "{text}");
    let broken = NoteOptions { rules: rules(vec![rule("(")]), ..NoteOptions::default() };
    let error = render(&lifelike(), &broken).unwrap_err();
    assert!(error.to_string().starts_with("Rule \"Site\": the pattern is no valid"), "{error}");
    // Without patterns no rule is compiled.
    assert!(render(&lifelike(), &NoteOptions { redaction: RedactionMode::None, ..broken }).is_ok());
}

/// What an account calls its findings stands in the note, in every format, and never makes one fail.
#[test]
fn findings_of_a_rule_bear_its_label() {
    for pattern in ["CON-[A-Z]+-[0-9]+", "[Ss]ite|redacted", "[a-z]+"] {
        let rule = CustomRule {
            name: "Asset".into(),
            pattern: pattern.into(),
            label: Some(" site asset ".into()),
            ..CustomRule::default()
        };
        let rules = RedactionOptions { custom: vec![rule], ..RedactionOptions::default() };
        let mut input = lifelike();
        input.scratchpad.push_str("\nCON-WS-014 at the site; [site asset redacted]");
        input.variables.push(Variable {
            name: "word".into(),
            value: "asset".into(),
            secret: true,
            ..Variable::default()
        });
        for format in Format::ALL {
            let options = NoteOptions { rules: rules.clone(), scratchpad: true, ..options(format) };
            let note =
                render(&input, &options).unwrap_or_else(|error| panic!("{pattern} {format:?}: {error}"));
            let label =
                if format == Format::Markdown { "site asset redacted" } else { "[site asset redacted]" };
            assert!(note.text.contains(label), "{format:?}: {}", note.text);
            let first = look(&input, &options, &RedactionChoices::default());
            assert_eq!(first.note, note);
            let found = first.hits.iter().find(|hit| hit.kind == Kind::Custom).unwrap();
            assert!(first.note.text[found.range.clone()].contains("site asset redacted"));
            let kept = look(&input, &options, &keep(found.key.clone()));
            assert!(kept.hits.iter().any(|hit| hit.kept), "{pattern} {format:?}");
        }
    }
}

/// Rules that know nothing of our layout must not make a note fail.
#[test]
fn rules_tied_to_lines_do_not_fail_a_note() {
    for pattern in [
        "^S",
        "Session|Ticket",
        "[0-9]+$",
        "^[^ ]+",
        ".",
        "redacted",
        r"\d",
        "-+",
        "=+",
        "[A-Z]",
        "^ ",
        r"\]",
    ] {
        let rule = CustomRule { name: "x".into(), pattern: pattern.into(), ..CustomRule::default() };
        let mut input = lifelike();
        input.scratchpad.push_str("\n1. 12345\n- [14:05] Sx\n# S\n  S\n---x");
        for format in Format::ALL {
            let rules = RedactionOptions { custom: vec![rule.clone()], ..RedactionOptions::default() };
            let note = render(&input, &NoteOptions { rules, ..options(format) });
            assert!(note.is_ok(), "{pattern} {format:?}: {note:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Any choice renders; what is kept is what was found, and its span says where.
    #[test]
    fn any_choice_renders(input in any_input("S3cret!"), picks in prop::collection::vec(any::<bool>(), 40)) {
        for format in Format::ALL {
            let options = options(format);
            let first = look(&input, &options, &RedactionChoices::default());
            prop_assert_eq!(&first.note, &render(&input, &options).unwrap());
            let keys = first.hits.iter().zip(&picks).filter(|(_, pick)| **pick).filter_map(|(h, _)| h.key.clone());
            let choices = keep(keys);
            let second = preview(&input, &options, &choices);
            let second = second.map_err(|e| TestCaseError::fail(format!("{format:?}: {e:?}")))?;
            prop_assert_eq!(second.unused, vec![]);
            prop_assert!(!second.note.text.contains("S3cret!"));
            prop_assert_eq!(second.hits.len(), first.hits.len());
            let mut end = 0;
            for hit in &second.hits {
                prop_assert!(hit.range.start >= end && second.note.text.get(hit.range.clone()).is_some());
                prop_assert_eq!(hit.kept, hit.key.as_ref().is_some_and(|k| choices.keep.contains(k)));
                end = hit.range.end;
            }
        }
    }
}
