use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Reading {
    Reading::of(&Intake::read(text.as_bytes()).unwrap())
}

fn codes(text: &str) -> Vec<(SignatureKind, String)> {
    read(text).signatures.into_iter().map(|s| (s.kind, s.code)).collect()
}

#[test]
fn every_sort_of_signature_is_found_in_its_one_spelling() {
    use SignatureKind::*;
    for (text, kind, code) in [
        ("Security log full of Event ID: 4740 for jdoe", WindowsEvent, "4740"),
        ("<EventID>4625</EventID> EventID=4625", WindowsEvent, "4625"),
        ("we see event 6008 every night", WindowsEvent, "6008"),
        ("OneDrive says 0X80070005 again", Hresult, "0x80070005"),
        ("status C0000234 sub 0xC0000234", Hresult, "0xc0000234"),
        ("bugcheck was 0x000000EF (0xffffe001, 0x0)", StopCode, "CRITICAL_PROCESS_DIED"),
        ("blue screen, STOP: 0x1000007E", StopCode, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED"),
        ("laptop says stop code critical process died and restarts", StopCode, "CRITICAL_PROCESS_DIED"),
        ("WHEA_UNCORRECTABLE_ERROR after docking", StopCode, "WHEA_UNCORRECTABLE_ERROR"),
        ("aadsts50126: Invalid username", Aadsts, "AADSTS50126"),
        ("550 5.7.1 relaying denied by gateway", SmtpStatus, "5.7.1"),
        ("my email bounced, 5.1.10 not there", SmtpStatus, "5.1.10"),
        ("the portal gives HTTP 503 since noon", HttpStatus, "503"),
        ("page shows 502 Bad Gateway", HttpStatus, "502"),
        ("printer says 0x0000011b", WindowsError, "0x11b"),
        ("vpn fails with error 809 at home", WindowsError, "809"),
    ] {
        assert_eq!(codes(text), [(kind, code.to_owned())], "{text}");
        assert!(meaning_of(kind, code).is_some(), "{code} has no meaning");
    }
}

#[test]
fn numbers_that_are_no_errors_are_left_alone() {
    for text in [
        "invited to the event 2024 in Berlin",
        "server 10.5.7.1 does not answer, email is fine",
        "email client is version 5.7.1.3 here",
        "agent version 5.7.1 was installed",
        "call me on 503 555 0100",
        "module loaded at 0x7ff6a1b20000",
        "SOME_CONSTANT_NAME in a script",
    ] {
        assert_eq!(codes(text), [], "{text}");
    }
}

#[test]
fn an_unknown_code_of_a_known_form_is_kept_without_a_meaning() {
    let reading = read("setup ended with 0x8badf00d and Event ID 31337");
    let told: Vec<_> = reading.signatures.iter().map(|s| (s.code.as_str(), s.meaning)).collect();
    assert_eq!(told, [("0x8badf00d", None), ("31337", None)]);
}

#[test]
fn signatures_stand_in_the_order_of_the_text_each_once() {
    let told = codes("Event ID 4740\nEvent ID 4625\nEvent ID 4740\n0x80070005 0x80070005");
    let told: Vec<_> = told.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(told, ["4740", "4625", "0x80070005"]);
}

#[test]
fn the_table_names_each_signature_once_and_reaches_every_sort() {
    assert!(MEANINGS.len() >= 60);
    for (index, meaning) in MEANINGS.iter().enumerate() {
        let first = MEANINGS.iter().position(|m| m.kind == meaning.kind && m.code == meaning.code);
        assert_eq!(first, Some(index), "{} stands twice", meaning.code);
        assert!(meaning.meaning.len() >= 15 || meaning.kind == SignatureKind::HttpStatus, "{}", meaning.code);
    }
}

#[test]
fn the_domain_is_told_by_words_and_by_signatures() {
    for (text, domain) in [
        ("jdoe locked out again, unlocked twice", Domain::ActiveDirectory),
        ("wifi drops in the meeting room", Domain::Networking),
        ("outlook shows no new mail", Domain::M365),
        ("battery of the laptop swells", Domain::Hardware),
        ("BSOD twice today", Domain::Windows),
        ("Hyper-V host SRV02 does not boot", Domain::Servers),
        ("toner light is on, prints blank", Domain::Printing),
        ("no permission on the shared folder", Domain::FileServices),
        ("veeam job failed", Domain::Backup),
        ("got a phishing mail", Domain::Security),
        ("rdp to the terminal server is black", Domain::RemoteAccess),
        ("it says AADSTS53003", Domain::M365),
        ("coffee machine is broken", Domain::Unknown),
    ] {
        assert_eq!(read(text).domain, domain, "{text}");
    }
    assert_eq!(serde_json::json!(Domain::ActiveDirectory), Domain::ActiveDirectory.as_str());
    assert_eq!(serde_json::json!(Domain::M365), Domain::M365.as_str());
}

#[test]
fn the_summary_is_the_first_sentence_that_says_something() {
    assert_eq!(
        read("Hi team,\n\nThe printer on floor 2 is dead. Please help.").summary,
        "The printer on floor 2 is dead"
    );
    let long = read(&"word ".repeat(100)).summary;
    assert!(long.chars().count() <= SUMMARY && long.ends_with('…'), "{long}");
}

proptest! {
    #[test]
    fn any_text_is_read_with_bounded_results(text in "\\PC{0,300}") {
        if let Ok(intake) = Intake::read(text.as_bytes()) {
            let reading = Reading::of(&intake);
            prop_assert!(reading.summary.chars().count() <= SUMMARY);
            prop_assert!(!reading.summary.contains('\n'));
            prop_assert_eq!(&reading, &Reading::of(&intake));
        }
    }

    #[test]
    fn a_known_result_is_found_wherever_it_stands(before in "[a-z ]{0,40}", after in "[a-z ]{0,40}") {
        let told = codes(&format!("{before} 0x80070035 {after}"));
        prop_assert!(told.contains(&(SignatureKind::Hresult, "0x80070035".to_owned())));
    }
}
