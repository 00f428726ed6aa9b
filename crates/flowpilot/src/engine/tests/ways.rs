//! The three tiers and the ways between them.

use rf_sessions::ai::{ConfidenceTier, StepKind, StepSource, VerdictKind};

use super::*;
use crate::{Domain, codes};

const PRINTER: &str = "printer-offline";

fn guided() -> Play {
    Play::begin("Printer on the 2nd floor is offline", &[(slug(PRINTER), 0.9), (slug("slow-pc"), 0.3)])
}

#[test]
fn a_sure_match_is_followed_at_its_first_step_and_says_why() {
    let mut play = Play { flows: library(), talk: Conversation::default() };
    let input = Input::Begin(reading("Printer on the 2nd floor is offline"));
    let turn = play.ranked(&input, &[(slug(PRINTER), 0.9)]);
    assert_eq!(ConfidenceTier::of(turn.score), ConfidenceTier::Guided);
    assert_eq!(turn.matched_flow, Some((slug(PRINTER), 0.9)));
    assert_eq!(turn.problem, ("Printer on the 2nd floor is offline".to_owned(), Domain::Printing));
    assert_eq!((play.at().as_str(), play.open().kind), ("start", StepKind::Question));
    assert!(turn.reply.contains("Printer is offline or does not print"), "{}", turn.reply);
    assert!(turn.reply.contains("90 %") && turn.reply.contains("its name has “printer”"), "{}", turn.reply);
    assert!(turn.reasons.iter().any(|reason| reason.contains("90 %")), "{:?}", turn.reasons);
    assert!(play.open().why.contains("first step"));
    assert!(play.open().title.contains("[printer name]"), "{}", play.open().title);
    assert!(!play.open().title.contains('{'));
}

#[test]
fn what_is_known_stands_in_the_steps() {
    let mut flows = library();
    let flow = flows.get_mut(&slug(PRINTER)).unwrap();
    flow.known.put("printer_name", "HP-2F");
    let mut play = Play { flows, talk: Conversation::default() };
    play.ranked(&Input::Begin(reading("Printer on the 2nd floor is offline")), &[(slug(PRINTER), 0.9)]);
    assert!(play.open().title.contains("HP-2F"), "{}", play.open().title);
    assert!(!play.open().title.contains('['), "{}", play.open().title);
}

#[test]
fn a_fair_match_is_offered_with_scores_and_the_one_picked_is_followed() {
    let scores = [(slug(PRINTER), 0.62), (slug("slow-pc"), 0.31), (slug("disk-full"), 0.05)];
    let mut play = Play::begin("printing is slow", &scores);
    assert_eq!(play.open().source, StepSource::Candidates);
    let labels: Vec<&str> = play.open().options.iter().map(|option| option.label.as_str()).collect();
    assert_eq!(
        labels,
        [
            play.flows[&slug(PRINTER)].name.as_str(),
            play.flows[&slug("slow-pc")].name.as_str(),
            "None of these"
        ]
    );
    assert!(play.talk.replies[0].contains("62 %") && play.talk.replies[0].contains("31 %"));
    let turn = play.turn(&answer(&slug(PRINTER).to_string()));
    assert_eq!(play.at(), "start");
    assert!((turn.score - 0.72).abs() < 1e-9, "{}", turn.score);
    assert!(turn.reasons.iter().any(|reason| reason.starts_with("You picked")), "{:?}", turn.reasons);
}

#[test]
fn none_of_these_asks_what_a_senior_would_ask() {
    let mut play = Play::begin("printer prints garbage", &[(slug(PRINTER), 0.5)]);
    let turn = play.turn(&answer("none"));
    assert_eq!(ConfidenceTier::of(turn.score), ConfidenceTier::Discovery);
    assert!(matches!(&play.open().source, StepSource::Playbook { domain, .. } if domain == "printing"));
    assert!(!play.open().why.is_empty());
}

#[test]
fn without_a_match_the_playbook_asks_and_an_answer_leads_to_something_to_do() {
    let mut play = Play::begin("printer prints garbage", &[]);
    assert_eq!(play.at(), "scope");
    play.turn(&answer("1"));
    assert_eq!(play.at(), "device");
    let turn = play.turn(&answer("3"));
    assert_eq!((play.at().as_str(), play.open().kind), ("device/3", StepKind::Action));
    assert!(turn.fix.unwrap().title.starts_with("Turn the printer off"));
    let turn = play.turn(&verdict(VerdictKind::Worked));
    assert_eq!(play.open().kind, StepKind::Outcome);
    assert!(turn.resolution.unwrap().contains("Turn the printer off"));
    let turn = play.turn(&verdict(VerdictKind::DidNotWork));
    assert_eq!(play.at(), "queue");
    assert!(turn.score < 0.4);
}

#[test]
fn an_action_that_may_fix_it_is_suggested_as_a_fix_and_its_end_asks_for_confirmation() {
    let mut play = guided();
    play.turn(&answer("one-user"));
    assert_eq!(play.at(), "test-page");
    play.turn(&answer("shows-offline"));
    let turn = play.turn(&answer("offline-flag"));
    assert_eq!(turn.fix.as_ref().map(|fix| fix.title.as_str()), Some("Take the queue back online"));
    let turn = play.turn(&answer("online-prints"));
    assert_eq!((play.at().as_str(), play.open().kind), ("resolved", StepKind::Outcome));
    let resolution = "The offline and pause settings of the printer were turned off. \
                      The user printed successfully at the end of the work.";
    assert_eq!(turn.resolution.as_deref(), Some(resolution));
    assert!(play.open().body.as_ref().unwrap().contains(resolution));
    let turn = play.turn(&verdict(VerdictKind::Worked));
    assert_eq!((turn.step, turn.score), (None, 1.0));
    assert!(turn.reply.contains(resolution), "{}", turn.reply);
}

#[test]
fn what_worked_leads_to_the_end_and_when_it_was_not_the_end_the_flow_goes_on() {
    let mut play = guided();
    for option in ["one-user", "shows-offline", "offline-flag"] {
        play.turn(&answer(option));
    }
    play.turn(&verdict(VerdictKind::Worked));
    assert_eq!(play.at(), "resolved");
    play.turn(&verdict(VerdictKind::DidNotWork));
    assert_eq!(play.at(), "snmp", "the only answer left of that step");
    assert!(play.open().why.contains("did not fix it after all"), "{}", play.open().why);
}

#[test]
fn what_did_not_help_takes_the_other_way_or_asks_which() {
    let mut play = guided();
    for option in ["one-user", "shows-offline", "offline-flag"] {
        play.turn(&answer(option));
    }
    let before = play.talk.steps.last().unwrap().confidence_score;
    let turn = play.turn(&verdict(VerdictKind::DidNotWork));
    assert_eq!(play.at(), "snmp");
    assert!(turn.score < before, "a surprise lowers the score");
    assert!(turn.reasons.iter().any(|reason| reason.contains("did not help")), "{:?}", turn.reasons);

    let mut play = guided();
    play.turn(&answer("one-user"));
    play.turn(&verdict(VerdictKind::DidNotWork));
    assert_eq!(play.open().kind, StepKind::Question);
    assert!(play.open().title.starts_with("What did you see?"));
    assert_eq!(play.open().options.len(), 3);
    play.turn(&answer("queue-blocked"));
    assert_eq!(play.at(), "queue");
}

#[test]
fn an_answer_in_words_counts_when_it_can_only_mean_one() {
    let mut play = guided();
    play.turn(&written("only this user, nobody else"));
    assert_eq!(play.open().kind, StepKind::Question, "a denial is not read as its opposite");
    let mut play = guided();
    play.turn(&written("It is everyone on this printer"));
    assert_eq!(play.at(), "panel");
}

#[test]
fn what_cannot_be_done_now_is_asked_for_once_more_before_handing_over() {
    let mut play = guided();
    play.turn(&answer("one-user"));
    play.turn(&verdict(VerdictKind::CannotNow));
    assert!(matches!(play.open().source, StepSource::Playbook { .. }));
    let mut asked = false;
    while play.at() != "hand_over" {
        asked |= play.at() == "test-page";
        play.turn(&verdict(VerdictKind::CannotNow));
    }
    assert!(asked);
    assert!(play.open().body.as_ref().unwrap().contains("not done yet"));
}

#[test]
fn a_flow_that_disappoints_is_doubted_once_and_can_be_kept() {
    let mut play =
        Play::begin("printer offline", &[(slug(PRINTER), 0.42), (slug("no-internet-one-desk"), 0.41)]);
    play.turn(&answer(&slug(PRINTER).to_string()));
    for option in ["one-user", "shows-offline", "offline-flag"] {
        play.turn(&answer(option));
    }
    play.turn(&verdict(VerdictKind::NotApplicable));
    assert_eq!(play.at(), "snmp");
    play.turn(&verdict(VerdictKind::NotApplicable));
    assert_eq!(play.open().source, StepSource::Candidates);
    assert!(play.talk.replies.last().unwrap().contains("fits less and less"));
    assert!(play.open().options.iter().any(|option| option.id == "stay"));
    let turn = play.turn(&answer("stay"));
    assert_eq!(turn.matched_flow.map(|(id, _)| id), Some(slug(PRINTER)));
    assert_eq!(play.at(), "queue", "where it would have gone on");
}

#[test]
fn a_checklist_is_gone_through_in_order_and_its_end_names_what_is_open() {
    let mut play = Play::begin("new starter on monday", &[(slug("new-user-onboarding"), 0.95)]);
    let first = play.at();
    play.turn(&verdict(VerdictKind::DidNotWork));
    assert_ne!(play.at(), first);
    let title = play.talk.steps[0].proposal.title.clone();
    while play.open().kind != StepKind::Outcome {
        assert!(play.talk.fixes.is_empty());
        play.turn(&verdict(VerdictKind::Worked));
    }
    let body = play.open().body.clone().unwrap();
    assert!(body.contains("Required and not done") && body.contains(&title), "{body}");
    assert_eq!(play.talk.steps.len(), 25);
}

#[test]
fn a_flow_that_is_gone_is_left_with_a_word() {
    let mut play = guided();
    play.flows.clear();
    let turn = play.turn(&answer("one-user"));
    assert!(turn.reply.contains("not available any more"), "{}", turn.reply);
    assert!(matches!(play.open().source, StepSource::Playbook { .. }));
    assert_eq!(play.refused(&Input::Pick(id(77))).code, codes::FLOW_NOT_AVAILABLE);
}
