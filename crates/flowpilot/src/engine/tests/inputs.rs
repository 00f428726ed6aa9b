//! Messages, another approach, and the way back.

use rf_sessions::ai::{StepKind, StepSource, VerdictKind};

use super::*;
use crate::{Domain, codes};

const PRINTER: &str = "printer-offline";

fn says(text: &str) -> Input {
    Input::Message { text: reading(text) }
}

#[test]
fn nothing_comes_before_the_beginning_and_it_begins_once() {
    let mut play = Play { flows: library(), talk: Conversation::default() };
    for input in
        [says("hello there"), Input::Widen, Input::Back, verdict(VerdictKind::Worked), Input::Pick(id(1))]
    {
        assert_eq!(play.refused(&input).code, codes::COPILOT_NOT_BEGUN);
    }
    let mut play = Play::begin("help", &[]);
    assert_eq!(play.refused(&Input::Begin(reading("help"))).code, codes::COPILOT_BEGUN);
}

#[test]
fn what_is_written_may_make_it_sure() {
    let mut play = Play::begin("help please", &[]);
    let turn = play.ranked(&says("The printer shows offline, error 0x0000011b"), &[(slug(PRINTER), 0.9)]);
    assert!(turn.withdraw_open && turn.score > 0.8);
    assert_eq!(play.at(), "start");
    assert_eq!(turn.problem.1, Domain::Printing);
    assert!(turn.reply.contains("`0x11b`"), "{}", turn.reply);
}

#[test]
fn what_is_written_may_bring_flows_to_offer_and_only_new_ones() {
    let mut play = Play::begin("help please", &[]);
    let turn = play.ranked(&says("something with the printer"), &[(slug(PRINTER), 0.6)]);
    assert_eq!(play.open().source, StepSource::Candidates);
    assert!(turn.withdraw_open);
    let turn = play.ranked(&says("as I said, the printer"), &[(slug(PRINTER), 0.61)]);
    assert_eq!((turn.step, turn.withdraw_open), (None, false));
    assert!(turn.reply.contains("still next"), "{}", turn.reply);
}

#[test]
fn a_flow_that_is_clearly_better_now_is_offered_in_place_of_the_one_followed() {
    let mut play = Play::begin("printer offline", &[(slug(PRINTER), 0.85)]);
    play.turn(&answer("one-user"));
    let vpn = slug("vpn-will-not-connect");
    let turn = play.ranked(&says("ah, the whole vpn is down"), &[(vpn, 0.93), (slug(PRINTER), 0.5)]);
    assert!(turn.withdraw_open && turn.reply.contains("fits better"), "{}", turn.reply);
    assert_eq!(turn.matched_flow, Some((slug(PRINTER), 0.5)));
    let mut stays = Play { flows: play.flows.clone(), talk: play.talk.clone() };
    stays.turn(&answer("stay"));
    assert_eq!(stays.at(), "test-page");
    let turn = play.turn(&answer(&vpn.to_string()));
    assert_eq!(turn.matched_flow.map(|(id, _)| id), Some(vpn));

    let mut play = Play::begin("printer offline", &[(slug(PRINTER), 0.85)]);
    let turn = play.ranked(&says("and slow"), &[(vpn, 0.9), (slug(PRINTER), 0.84)]);
    assert_eq!((turn.step, turn.withdraw_open), (None, false), "not clearly better");
}

#[test]
fn another_approach_drops_the_flow_and_offers_the_lower_ranked_then_the_playbook() {
    let ranked = [(slug(PRINTER), 0.9), (slug("slow-pc"), 0.08)];
    let mut play = Play::begin("printer offline", &ranked);
    let turn = play.ranked(&Input::Widen, &ranked);
    assert!(turn.withdraw_open && turn.matched_flow.is_none());
    assert_eq!(play.open().source, StepSource::Candidates);
    let offered: Vec<&str> = play.open().options.iter().map(|option| option.id.as_str()).collect();
    assert_eq!(offered, [slug("slow-pc").to_string().as_str(), "none"]);
    play.ranked(&Input::Widen, &ranked);
    assert_eq!(play.at(), "scope");
    for _ in 0..10 {
        play.ranked(&Input::Widen, &ranked);
    }
    assert_eq!(play.at(), "hand_over");
    let turn = play.ranked(&Input::Widen, &ranked);
    assert_eq!((turn.step, turn.withdraw_open), (None, false));
    assert!(turn.reply.contains("no other approach"));
}

#[test]
fn back_asks_the_step_before_again_and_withdraws_the_one_left() {
    let mut play = Play::begin("printer offline", &[(slug(PRINTER), 0.9)]);
    assert_eq!(play.refused(&Input::Back).code, codes::NOTHING_BEFORE);
    play.turn(&answer("one-user"));
    let first = play.talk.steps[0].id;
    let turn = play.turn(&Input::Back);
    assert!(turn.withdraw_open);
    assert_eq!(turn.withdraw, [first]);
    assert_eq!(play.at(), "start");
    assert!((turn.score - 0.9).abs() < 1e-9, "as if it had never been answered");
    assert_eq!(play.refused(&Input::Back).code, codes::NOTHING_BEFORE);
    play.turn(&answer("one-printer"));
    assert_eq!(play.at(), "panel");
}

#[test]
fn back_from_the_first_step_of_a_flow_offers_the_flows_again() {
    let mut play = Play::begin("printer", &[(slug(PRINTER), 0.6), (slug("slow-pc"), 0.5)]);
    play.turn(&answer(&slug(PRINTER).to_string()));
    let turn = play.turn(&Input::Back);
    assert_eq!((play.open().source.clone(), turn.matched_flow), (StepSource::Candidates, None));
    play.turn(&answer(&slug("slow-pc").to_string()));
    assert!(matches!(&play.open().source, StepSource::Flow { tree_id, .. } if *tree_id == slug("slow-pc")));
}

#[test]
fn a_fix_that_shows_later_is_asked_for_when_the_engineer_is_back() {
    let mut play = Play::begin("printer offline", &[(slug(PRINTER), 0.9)]);
    for option in ["one-user", "shows-offline", "offline-flag", "online-prints"] {
        play.turn(&answer(option));
    }
    let turn = play.turn(&verdict(VerdictKind::CannotNow));
    assert_eq!(turn.step, None);
    assert!(turn.reply.contains("waiting"), "{}", turn.reply);
    play.turn(&says("the client has tried it"));
    assert_eq!(play.open().kind, StepKind::Outcome);
    let turn = play.turn(&written("yes, it works"));
    assert_eq!(turn.score, 1.0);
}

#[test]
fn a_handover_is_taken_or_refused() {
    let mut play = Play::begin("printer offline", &[(slug(PRINTER), 0.9)]);
    for option in ["many-printers", "server-down"] {
        play.turn(&answer(option));
    }
    assert_eq!((play.at().as_str(), play.open().kind), ("esc-server", StepKind::Escalation));
    let body = play.open().body.clone().unwrap();
    assert!(body.contains("Hand over") && body.contains("Check the print server: Server down"), "{body}");
    let mut refused = Play { flows: play.flows.clone(), talk: play.talk.clone() };
    let turn = play.turn(&verdict(VerdictKind::Worked));
    assert_eq!(turn.step, None);
    assert!(turn.reply.starts_with("Handed over"));
    refused.turn(&verdict(VerdictKind::DidNotWork));
    assert!(matches!(refused.open().source, StepSource::Playbook { .. }));
}
