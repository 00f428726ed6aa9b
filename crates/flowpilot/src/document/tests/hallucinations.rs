//! A hundred inventions, and how many of them the checker lets through.

use super::*;

/// Each with the case and the evidence it claims to rest on: what a model may write that has read a case too fast.
const INVENTED: &[(&str, &str, &str)] = &[
    // Numbers, times, counts.
    ("printer", "step-3", "The printer had been offline for 3 hours for only this user."),
    ("printer", "intake", "Printer on the 3rd floor is offline since this morning."),
    ("printer", "step-6", "The offline and pause settings were turned off at 14:55."),
    ("printer", "step-4", "A Windows test page was sent to the printer twice."),
    ("printer", "intake", "Twelve users reported that the printer on the 2nd floor is offline."),
    ("server", "intake", "The billing server stopped answering at 08:10, 12 people cannot work."),
    ("server", "intake", "The billing server stopped answering at 09:10, 120 people cannot work."),
    ("server", "log", "The Billing Agent service terminated unexpectedly 30 times."),
    ("server", "message-1", "It fell again at 10:05, memory at 79 % on srv-app02."),
    ("server", "step-2", "It started at 09:40, Contoso Billing 5.3 answers."),
    ("handed_over", "ticket", "Ticket: 48231"),
    ("handed_over", "fix-1", "Provisional: awaiting the DHCP lease that renews at 20:00."),
    // Hosts, addresses, codes.
    ("printer", "resolution", "Use Printer Offline was ticked on PC-0124 and unticked."),
    ("printer", "step-5", "The printer's port and status on PC-0999 were checked."),
    ("handed_over", "step-5", "10.20.30.14 answers, the display shows 10.20.30.77."),
    ("handed_over", "intake", "User cannot print to srv-print02, error 0x0000011b since the update."),
    ("handed_over", "intake", "User cannot print, error 0x00000709 since the update."),
    ("handed_over", "step-5", "The printer was moved to 192.168.1.50."),
    ("server", "log", "srv-app03 logged Event ID 7031 for the Billing Agent service."),
    ("server", "log", "srv-app02 logged Event ID 7034 for the Billing Agent service."),
    ("server", "message-1", "It fell again at 10:05, memory at 97 % on srv-app02.contoso.local."),
    ("phishing", "step-4", "The mail was sent from billing@contoso-pay.com."),
    ("phishing", "step-7", "A forwarding rule to drop@evil.example was still there."),
    (
        "phishing",
        "intake",
        "Maria got a mail with a link to https://contoso-login.example and typed her password.",
    ),
    // Names.
    ("printer", "message-1", "John Smith says the printer Office-2F-Colour came back after lunch."),
    ("printer", "message-1", "Anna Smith says the printer HP LaserJet came back after lunch."),
    ("printer", "ticket", "Client: Fabrikam Residences"),
    ("printer", "resolution", "A page from Excel printed."),
    ("handed_over", "escalation", "The network belongs to the landlord Greystone Properties."),
    ("handed_over", "step-2", "A Windows test page was sent to the printer by Kevin."),
    ("server", "step-2", "Contoso Payroll answers."),
    ("server", "intake", "The billing server at Hamburg stopped answering."),
    ("phishing", "intake", "Martha got a mail with a link and typed her password."),
    ("phishing", "intake", "Maria Lopez got a mail with a link and typed her password."),
    // Quotes.
    ("printer", "message-1", "Anna Smith says “it has never worked”."),
    ("printer", "step-5", "The status was shown as `PrinterStatus: Error`."),
    ("handed_over", "intake", "The user reported \"print spooler is not running\"."),
    ("server", "log", "The log says “The Billing Agent service entered the stopped state”."),
    ("phishing", "step-4", "The subject was “Invoice overdue”."),
    // Done, and it was not.
    ("printer", "step-6", "The spooler was restarted and the user prints."),
    ("printer", "step-6", "The driver was reinstalled, then the printer printed."),
    ("printer", "resolution", "The toner was replaced on PC-0142."),
    ("printer", "step-4,step-5", "The printer was reset to its factory settings."),
    ("handed_over", "step-6", "The test was done at another wall socket."),
    ("handed_over", "step-5", "The address was corrected and the user confirmed that it prints."),
    ("handed_over", "fix-1", "The printer's address was corrected."),
    ("handed_over", "fix-1", "The fix worked: the printer got its address back."),
    ("handed_over", "step-5", "Giving the printer its address back fixed the problem."),
    ("handed_over", "intake", "The update was uninstalled."),
    ("handed_over", "step-3,step-4", "The firewall rule was changed to let the printer through."),
    ("server", "step-4", "The disk was checked and nothing was short."),
    ("server", "step-4", "Memory was increased on the server."),
    ("server", "fix-1", "The service was started and set to restart by itself."),
    ("server", "step-3", "The service was started and the problem is fixed."),
    ("server", "step-2", "Reading the service's last error and starting it did not help."),
    ("server", "message-1", "It fell again at 10:05 and was restarted by the vendor."),
    ("server", "log", "The service was restarted and has been working since."),
    ("phishing", "step-6", "The password was reset, all sessions ended and the device wiped."),
    ("phishing", "step-7", "Factors and mail rules were checked and all is well."),
    ("phishing", "step-4", "The mail was deleted from all mailboxes."),
    ("phishing", "step-2", "The device was isolated from the network."),
    ("phishing", "intake", "Maria was trained to recognise such mails."),
    // Whole inventions.
    ("printer", "intake", "A firmware bug of the vendor is the likely root."),
    ("printer", "step-7", "The client was very happy and thanked the team."),
    ("server", "intake", "An outage of the datacentre was behind it."),
    ("server", "step-1", "The virtualisation host ran out of storage."),
    ("phishing", "intake", "The attackers belong to a known ransomware group."),
    ("handed_over", "intake", "Similar incidents happened at other customers last week."),
    // Evidence that is none.
    ("printer", "step-1", "Everyone on this printer was affected."),
    ("printer", "step-2", "The device itself was looked at."),
    ("printer", "", "The printer is offline."),
    ("server", "step-99", "The server is up."),
    ("phishing", "message-4", "Maria typed her password."),
    ("handed_over", "intake-2", "User cannot print."),
];

/// What is added to true sentences.
const ADDED: [&str; 9] = [
    " This was on srv-dc09.",
    " The address is 10.99.1.7.",
    " Kevin Doyle confirmed it.",
    " The error was 0x80070035.",
    " It took 45 minutes.",
    " The client approved the invoice.",
    " The vendor replaced the board.",
    " The user said “all good now”.",
    " The firewall was rebooted too.",
];

/// The inventions, filled up to a hundred with true sentences that go on too long.
fn inventions() -> Vec<(&'static str, Sentence)> {
    let own = INVENTED.iter().map(|(case, ids, text)| {
        let evidence = ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
        (*case, Sentence { text: (*text).to_owned(), evidence })
    });
    let mut all: Vec<_> = own.collect();
    let mut added = ADDED.iter().cycle();
    'full: for round in 0.. {
        for (name, case) in cases() {
            let note = render(DocumentKind::ResolutionNote, &case.record());
            let mut sentences = note.sentences().skip(round * 3).take(3).peekable();
            if sentences.peek().is_none() && round > 20 {
                break 'full;
            }
            for sentence in sentences {
                if all.len() == 100 {
                    break 'full;
                }
                let text = format!("{}{}", sentence.text, added.next().unwrap());
                all.push((name, Sentence { text, evidence: sentence.evidence.clone() }));
            }
        }
    }
    all
}

#[test]
fn of_a_hundred_inventions_at_least_ninety_five_are_caught() {
    let cases: BTreeMap<&str, Vec<Evidence>> =
        cases().into_iter().map(|(name, case)| (name, evidence_of(&case.record()))).collect();
    let inventions = inventions();
    assert_eq!(inventions.len(), 100);
    let mut missed = Vec::new();
    for (case, sentence) in inventions {
        let section = DocumentSection { title: "Note".into(), sentences: vec![sentence.clone()] };
        let document = Document { kind: DocumentKind::ResolutionNote, sections: vec![section] };
        if check(&document, &cases[case]).is_empty() {
            missed.push(format!("{case} {:?}: {}", sentence.evidence, sentence.text));
        }
    }
    println!("{} of 100 inventions caught; let through: {missed:#?}", 100 - missed.len());
    assert!(missed.len() <= 5, "{} let through:\n{}", missed.len(), missed.join("\n"));
}

/// What a model may well write of the same cases: true, in words near the evidence.
#[test]
fn true_sentences_in_other_words_pass() {
    let cases: BTreeMap<&str, Vec<Evidence>> =
        cases().into_iter().map(|(name, case)| (name, evidence_of(&case.record()))).collect();
    let mut refused = Vec::new();
    for (case, ids, text) in [
        ("printer", "intake", "The printer on the 2nd floor has been offline since this morning."),
        ("printer", "step-3", "Only this user was affected."),
        (
            "printer",
            "step-6,step-7",
            "The user printed after the offline and pause settings were turned off.",
        ),
        ("printer", "message-1", "Anna Smith says that Office-2F-Colour came back after lunch."),
        ("printer", "resolution", "A page from Word printed on PC-0142."),
        ("handed_over", "step-5", "The address was corrected, but it did not help."),
        ("handed_over", "step-5", "The display shows 10.20.30.77 while 10.20.30.41 answers."),
        ("handed_over", "fix-1", "Not verified yet: the DHCP lease renews at 18:00."),
        ("handed_over", "intake", "The user cannot print since the update, with error 0x11b."),
        ("server", "intake", "At 09:10 the billing server stopped answering and 12 people could not work."),
        ("server", "log,signature-1", "Event ID 7031: the service terminated unexpectedly on srv-app02."),
        ("server", "message-1", "At 10:05 it fell again with memory at 97%."),
        ("server", "step-4", "What is short is not known yet."),
        ("phishing", "step-7", "A forwarding rule to drop@mail.example was still there."),
    ] {
        let evidence = ids.split(',').map(str::to_owned).collect();
        let sentences = vec![Sentence { text: text.into(), evidence }];
        let section = DocumentSection { title: "Note".into(), sentences };
        let document = Document { kind: DocumentKind::ResolutionNote, sections: vec![section] };
        refused.extend(check(&document, &cases[case]));
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

/// Every way that answers with the last option, through every starter flow: whatever is added to a true sentence, and
/// every digit of it that is turned into another, is caught.
#[test]
fn additions_and_wrong_digits_are_caught_in_every_flow() {
    let (mut tried, mut missed) = (0, Vec::new());
    for starter in rf_trees::starter_flows() {
        let mut case = Case::begin("Since 8:15 nothing works on PC-0815", None, Some(starter.slug));
        while let Some(open) = case.talk.open() {
            let last = open.proposal.options.last().map(|option| option.id.clone());
            case = match last {
                Some(option) => case.answer(&option),
                None => {
                    case.verdict(VerdictKind::Worked, None, None, Some("3 of 4 lamps are green at 10:20"))
                }
            };
        }
        let evidence = evidence_of(&case.record());
        let note = render(DocumentKind::ResolutionNote, &case.record());
        for sentence in note.sentences() {
            let added = ADDED.iter().map(|more| format!("{}{more}", sentence.text));
            let turned: String =
                sentence.text.chars().map(|c| if c.is_ascii_digit() { turn(c) } else { c }).collect();
            for text in added.chain((turned != sentence.text).then_some(turned)) {
                tried += 1;
                let invented = Sentence { text, evidence: sentence.evidence.clone() };
                let section = DocumentSection { title: "Note".into(), sentences: vec![invented.clone()] };
                let document = Document { kind: DocumentKind::ResolutionNote, sections: vec![section] };
                if check(&document, &evidence).is_empty() {
                    missed.push(invented.text);
                }
            }
        }
    }
    println!("{} of {tried} caught; let through: {missed:#?}", tried - missed.len());
    assert!(tried > 2_000, "{tried} are too few to tell");
    assert!(missed.len() * 100 <= tried, "{} let through:\n{}", missed.len(), missed.join("\n"));
}

/// Another digit.
fn turn(digit: char) -> char {
    char::from(b'0' + (digit as u8 - b'0' + 3) % 10)
}
