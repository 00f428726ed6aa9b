use proptest::prelude::*;
use rf_notes::{CustomRule, RedactionOptions, Variable};
use serde_json::json;
use uuid::Uuid;

use super::*;

fn table() -> Pseudonyms {
    Pseudonyms::new(Uuid::from_u128(0x0193_7b3c_5d1e_7abc_8def_0123_4567_89ab))
}

fn finder() -> Finder {
    Finder::new(&RedactionOptions::default()).unwrap()
}

const TICKET: &str = "Hi Priya,\nCONTOSO\\jdoe cannot reach \\\\fs01\\finance from DESKTOP-4J2LLMA (10.0.4.17, 00:1A:2B:3C:4D:5E).\n\
    Call 555-201-8842 or jane.doe@brightdental.com. Jane says FS01.brightdental.local answers, fs01.brightdental.local too.\n\
    Bright Dental has one more: bright dental, ltd.\npassword: Summer2024!\nTenant 3f2504e0-4f89-11d3-9a0c-0305e82c3301\n\
    Regards,\nJane Doe";

#[test]
fn nothing_that_names_somebody_is_left_and_everything_comes_back_but_the_secret() {
    let (mut table, finder) = (table(), finder());
    table.know(PseudonymKind::Client, "Bright Dental, Ltd.");
    let hidden = table.hide(&finder, TICKET);
    for original in [
        "Priya",
        "jdoe",
        "fs01",
        "FS01",
        "finance",
        "4J2LLMA",
        "10.0.4.17",
        "00:1A",
        "8842",
        "Jane",
        "Doe",
        "jane",
        "brightdental",
        "right",
        "Summer2024",
        "3f2504e0",
    ] {
        assert!(!hidden.contains(original), "{original} in {hidden}");
    }
    assert!(hidden.contains("[password redacted]"), "{hidden}");
    let restored = table.restore(&hidden);
    assert!(restored.unknown.is_empty());
    let dropped = hidden.lines().find(|line| line.contains("[password redacted]")).unwrap();
    let expected: Vec<&str> =
        TICKET.lines().map(|line| if line.contains("Summer") { dropped } else { line }).collect();
    assert_eq!(restored.text, expected.join("\n"));
    let kept = serde_json::to_string(&table).unwrap();
    assert!(!kept.contains("Summer2024"), "a secret is not even kept");
}

#[test]
fn one_value_has_one_token_however_often_and_however_it_is_written() {
    let (mut table, finder) = (table(), finder());
    let first = table.hide(&finder, "SRV-DC01 answers");
    let second = table.hide(&finder, "reboot srv-dc01, then SRV-DC01");
    let token = first.strip_suffix(" answers").unwrap();
    let (head, tag) = token.rsplit_once('_').unwrap();
    assert_eq!(second, format!("reboot {head}B_{tag}, then {token}"), "the number is the same");
    assert_eq!(table.restore(&second).text, "reboot srv-dc01, then SRV-DC01");
    assert_eq!(table.tokens().count(), 2);
}

#[test]
fn a_name_learnt_once_is_hidden_where_nothing_announces_it() {
    let (mut table, finder) = (table(), finder());
    table.hide(&finder, "Contact: Tomás Núñez\nComputer name: front-desk2");
    let hidden = table.hide(&finder, "Tomás moved front-desk2; Núñez agrees, TOMÁS NÚÑEZ signs");
    for name in ["Tomás", "front-desk2", "Núñez", "TOMÁS"] {
        assert!(!hidden.contains(name), "{name} in {hidden}");
    }
    assert_eq!(table.restore(&hidden).text, "Tomás moved front-desk2; Núñez agrees, TOMÁS NÚÑEZ signs");
    assert_eq!(table.hide(&finder, "the mark, may and doe"), "the mark, may and doe");
}

#[test]
fn a_token_that_comes_in_is_not_the_token_it_looks_like() {
    let (mut table, finder) = (table(), finder());
    let token = table.hide(&finder, "SRV-DC01");
    for forged in [token.clone(), token.to_lowercase(), format!("x{token}y"), "HOST_1".to_owned()] {
        let hidden = table.hide(&finder, &format!("say {forged} now"));
        assert!(!hidden.contains(&token), "{hidden}");
        let restored = table.restore(&hidden);
        assert_eq!(restored.text, format!("say {forged} now"));
        assert!(restored.unknown.is_empty());
    }
}

#[test]
fn tokens_a_model_makes_up_are_told_and_stay() {
    let (mut table, finder) = (table(), finder());
    let token = table.hide(&finder, "SRV-DC01");
    let other = token.replace("_1_", "_7_");
    let restored = table.restore(&format!("{token}, {other} and HOST_1"));
    assert_eq!(restored.text, format!("SRV-DC01, {other} and HOST_1"));
    assert_eq!(restored.unknown, [other.clone(), "HOST_1".to_owned()]);
    let (value, unknown) = table.restore_value(&json!({ "a": [token, { "b": other }], "n": 1 }));
    assert_eq!((value, unknown.len()), (json!({ "a": ["SRV-DC01", { "b": other }], "n": 1 }), 1));
}

#[test]
fn a_model_may_put_markdown_and_possessives_around_a_token() {
    let (mut table, finder) = (table(), finder());
    let token = table.hide(&finder, "SRV-DC01");
    for around in ["**{}**", "_{}_", "`ping {}`", "{}'s", "\\\\{}\\share", "({})", "{}."] {
        let text = around.replace("{}", &token);
        assert_eq!(table.restore(&text).text, around.replace("{}", "SRV-DC01"));
    }
}

#[test]
fn it_is_kept_with_the_conversation_and_goes_on_the_same() {
    let (mut table, finder) = (table(), finder());
    table.know(PseudonymKind::Person, "Jane Doe");
    let hidden = table.hide(&finder, TICKET);
    let kept = serde_json::to_string(&table).unwrap();
    let mut again: Pseudonyms = serde_json::from_str(&kept).unwrap();
    assert_eq!(again.restore(&hidden).text, table.restore(&hidden).text);
    let more = "Jane on SRV-NEW01 and DESKTOP-4J2LLMA";
    assert_eq!(again.hide(&finder, more), table.hide(&finder, more));
    assert!(serde_json::from_str::<Pseudonyms>(r#"{"tag":"","originals":[]}"#).is_err());
}

#[test]
fn neither_the_table_nor_what_was_restored_prints_an_original() {
    let (mut table, finder) = (table(), finder());
    let hidden = table.hide(&finder, TICKET);
    let printed = format!("{table:?} {:?} {finder:?}", table.restore(&hidden));
    for original in ["Jane", "fs01", "10.0", "8842", "jdoe"] {
        assert!(!printed.contains(original), "{printed}");
    }
    assert!(printed.contains("\"host\": "), "{printed}");
}

#[test]
fn declared_secrets_marked_texts_and_what_an_account_s_rules_find_are_dropped() {
    let mut table = table();
    let rule = CustomRule { name: "Badge".into(), pattern: "EMP-[0-9]{5}".into(), ..CustomRule::default() };
    let options = RedactionOptions { custom: vec![rule], ..RedactionOptions::default() };
    let secret = Variable { secret: true, value: "kestrel nine".into(), ..Variable::default() };
    let finder = Finder::new(&options).unwrap().with_secrets(&[secret], &["the merger".into()]);
    let hidden = table.hide(&finder, "EMP-40213 says kestrel nine about the merger");
    assert_eq!(hidden, "[custom rule redacted] says [secret redacted] about [text redacted]");
    assert_eq!(table.tokens().count(), 0);
}

/// Pieces of tickets, glued together in any way.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("SRV-DC01".to_owned()),
        Just("srv-dc01".to_owned()),
        Just("10.0.4.17".to_owned()),
        Just("jane.doe@example.com".to_owned()),
        Just("Contact: Jane Doe\n".to_owned()),
        Just("Jane".to_owned()),
        Just("CORP\\jdoe".to_owned()),
        Just("555-201-8842".to_owned()),
        Just("\\\\fs01\\finance".to_owned()),
        Just("HOST_1".to_owned()),
        Just("IP_1".to_owned()),
        "(?i)(HOST|IP|TEXT)_[1-3][A-C]?_[A-Z2-9]{4}",
        "[ ,;:_\\\\/@.\n-]{1,2}",
        "[A-Za-z0-9_ äßİ]{0,6}",
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_hidden_comes_back(texts in proptest::collection::vec(pieces(), 1..4), known in "[A-Z][a-z]{2,5} [A-Z][a-z]{2,5}") {
        let (mut table, finder) = (table(), finder());
        table.know(PseudonymKind::Person, &known);
        let hidden: Vec<String> = texts.iter().map(|text| table.hide(&finder, text)).collect();
        for (hidden, text) in hidden.iter().zip(&texts) {
            let restored = table.restore(hidden);
            prop_assert!(restored.unknown.is_empty(), "{:?} in {hidden:?}", restored.unknown);
            if !hidden.contains(" redacted]") {
                prop_assert_eq!(&restored.text, &*rf_notes::visible(text));
            }
        }
    }

    /// A token of the conversation itself, written into the ticket, at any place.
    #[test]
    fn a_forged_token_never_becomes_what_it_names(before in "[A-Za-z_ ]{0,3}", after in "[A-Za-z0-9_ ]{0,3}", other in pieces()) {
        let (mut table, finder) = (table(), finder());
        let token = table.hide(&finder, "SRV-DC01");
        let text = format!("{before}{token}{after} {other}");
        let hidden = table.hide(&finder, &text);
        if !hidden.contains(" redacted]") {
            prop_assert_eq!(table.restore(&hidden).text, rf_notes::visible(&text).into_owned());
        }
    }
}
