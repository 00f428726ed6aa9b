//! What holds for any text.

use proptest::prelude::*;

use super::*;

/// Pieces that rules care about, in any order.
fn ticket_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("password"),
        Just(": "),
        Just(" is "),
        Just("hunter2"),
        Just("Winter2026!"),
        Just("\""),
        Just("'"),
        Just("\n"),
        Just(" "),
        Just("415"),
        Just("-"),
        Just("555"),
        Just("0132"),
        Just("+1"),
        Just("("),
        Just(")"),
        Just("192.168.1.1"),
        Just("."),
        Just("@"),
        Just("contoso.com"),
        Just("jane"),
        Just("bearer "),
        Just("a1b2c3d4e5f6"),
        Just("="),
        Just(";"),
        Just("Server="),
        Just("[password redacted]"),
        Just("fe80::1"),
        Just("::"),
        Just("aa:bb:"),
        Just("4111111111111111"),
        Just("é"),
        Just("\t"),
        Just("/"),
        Just("<b>"),
        Just("&"),
        Just("*"),
        Just("_"),
        Just("[x not recorded]"),
        Just("-----BEGIN PRIVATE KEY-----"),
        Just("1. "),
        Just("[14:05] "),
        Just("token"),
        Just("sk-ant-abcdefghij0123456789"),
        Just("call "),
        Just("ticket "),
        Just("postgres://"),
        Just("\u{a0}"),
        Just("\\"),
        Just(" — "),
        Just("?"),
        Just(" to "),
        Just("020 "),
        Just("7946 "),
        Just("00"),
        Just("net user "),
        Just("  "),
        Just("key"),
        Just("pin"),
        Just("creds: "),
        Just("a / "),
        Just("for "),
        Just("1"),
        Just("pw "),
        Just("::"),
        Just("a.b"),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn idempotent_on_ticket_text(text in ticket_text()) {
        let once = redact(&text);
        let twice = redact(&once.text);
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert_eq!(twice.summary.total, 0);
    }

    #[test]
    fn hits_are_sorted_apart_and_on_boundaries(text in ticket_text()) {
        let mut end = 0;
        for hit in find(&text) {
            prop_assert!(hit.range.start >= end && hit.range.start < hit.range.end);
            prop_assert!(text.get(hit.range.clone()).is_some());
            end = hit.range.end;
        }
    }

    #[test]
    fn never_panics(text in "\\PC{0,80}|(?s).{0,40}") {
        let once = redact(&text);
        prop_assert_eq!(redact(&once.text).text, once.text);
    }

    /// With everything on, too.
    #[test]
    fn all_detectors_are_idempotent(text in ticket_text()) {
        let rule = CustomRule { name: "x".into(), pattern: "a[^ ]|[0-9]$".into(), ..CustomRule::default() };
        let options = RedactionOptions { hostnames: true, unc_paths: true, guids: true, custom: vec![rule] };
        let redactor = Redactor::new(&options).unwrap();
        let once = redactor.redact(&text).text;
        prop_assert_eq!(redactor.find(&once), vec![]);
    }
}
