//! However verdicts fall, a conversation ends.

use proptest::prelude::*;
use rf_sessions::ai::{StepKind, StepSource, Verdict, VerdictKind};

use super::*;

/// Turns no conversation of verdicts alone may exceed: five flows of up to 30 nodes proposed twice, the playbook,
/// the ends between, with room.
const MOST_TURNS: usize = 400;

/// What an engineer may do with the open step: `dice` picks.
fn roll(play: &Play, dice: u16) -> Input {
    let open = play.open();
    let options = &open.options;
    match dice % 16 {
        0..=6 if !options.is_empty() => answer(&options[usize::from(dice / 16) % options.len()].id),
        0..=6 => verdict(VerdictKind::DidNotWork),
        7 => {
            written(["yes", "still the same", "no idea", "does not apply at all"][usize::from(dice / 16) % 4])
        }
        8..=10 => verdict(VerdictKind::DidNotWork),
        11 | 12 => verdict(VerdictKind::NotApplicable),
        13 | 14 => verdict(VerdictKind::CannotNow),
        // Fixed ends it at once; rarely, so that long conversations are seen as well.
        _ if open.kind == StepKind::Outcome => verdict(VerdictKind::DidNotWork),
        _ => verdict(VerdictKind::Worked),
    }
}

/// What goes on beside verdicts.
fn other(dice: u16, play: &Play) -> (Input, Vec<(rf_kernel::TreeId, f64)>) {
    let flow = |n: u16| id(u128::from(n % 29) + 1);
    let score = |n: u16| f64::from(n % 100) / 100.0;
    let ranked = vec![(flow(dice), score(dice / 3)), (flow(dice + 1), score(dice / 7))];
    match dice % 5 {
        0 => (Input::Widen, ranked),
        1 => (Input::Pick(flow(dice / 5)), vec![]),
        2 => (Input::Message { text: reading("It prints again since the restart.") }, ranked),
        3 if play.talk.open().is_some() => (roll(play, dice), vec![]),
        _ => (Input::Back, vec![]),
    }
}

fn round_trip(play: &Play) {
    let json = serde_json::to_value(&play.talk.state).unwrap();
    let back: EngineState = serde_json::from_value(json).unwrap();
    assert_eq!(back, play.talk.state);
}

fn same(a: &rf_sessions::ai::Proposal, b: &rf_sessions::ai::Proposal) -> bool {
    a.source == b.source && a.title == b.title && a.kind == b.kind && a.options == b.options
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn verdicts_alone_always_come_to_an_end(
        picks in proptest::collection::vec((1_u128..=29, 0.0_f64..1.0), 0..5),
        dice in proptest::collection::vec(any::<u16>(), MOST_TURNS),
        text in prop::sample::select(vec!["printer offline", "vpn down", "help", "backup of srv01 failed", "phishing mail"]),
    ) {
        let mut scores: Vec<_> = picks.into_iter().map(|(n, score)| (id(n), score)).collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        scores.dedup_by_key(|(id, _)| *id);
        let mut play = Play::begin(text, &scores);
        let mut turns = 0;
        for dice in dice {
            if play.talk.open().is_none() {
                break;
            }
            let roll = roll(&play, dice);
            let turn = play.turn(&roll);
            prop_assert!((0.0..=1.0).contains(&turn.score));
            prop_assert!(!turn.reply.is_empty());
            round_trip(&play);
            turns += 1;
        }
        prop_assert!(turns < MOST_TURNS, "it still goes on after {turns} turns");
    }

    #[test]
    fn whatever_is_done_nothing_panics_and_what_was_withdrawn_does_not_come_at_once_again(
        scores in proptest::collection::vec((1_u128..=29, 0.0_f64..1.0), 0..5),
        dice in proptest::collection::vec((any::<bool>(), any::<u16>()), 1..60),
    ) {
        let mut scores: Vec<_> = scores.into_iter().map(|(n, score)| (id(n), score)).collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        scores.dedup_by_key(|(id, _)| *id);
        let mut play = Play::begin("printer offline", &scores);
        for (is_verdict, dice) in dice {
            let (input, ranked) = match (is_verdict, play.talk.open()) {
                (true, Some(_)) => (roll(&play, dice), vec![]),
                _ => other(dice, &play),
            };
            let left = play.talk.open().cloned();
            let matches = matching(&play.flows, &ranked);
            let world = World { matches: &matches, flows: &play.flows };
            let Ok(turn) = play.talk.turn(&input, &world) else { continue };
            round_trip(&play);
            // A flow picked again begins anew: the engineer asked for exactly that.
            if let (Some(left), Some(step), true) = (left, &turn.step, turn.withdraw_open)
                && !matches!(input, Input::Pick(_))
            {
                prop_assert!(!same(&left.proposal, step), "{:?} again after {input:?}", step.title);
            }
            let open = play.talk.steps.iter().filter(|step| step.is_open()).count();
            prop_assert!(open <= 1, "{open} steps are open");
            if turn.matched_flow.is_none() {
                prop_assert!(turn.score <= 0.8 || turn.step.is_none(), "sure without a flow: {}", turn.score);
            }
        }
    }
}

/// Every way through every starter flow that answers by options alone: it ends where the flow says.
#[test]
fn every_answer_of_every_starter_flow_leads_where_the_flow_says() {
    for (tree, flow) in library() {
        let rf_trees::Structure::Graph(graph) = &flow.structure else { continue };
        for node in graph.nodes.iter().filter(|node| !node.options.is_empty()) {
            for (at, option) in node.options.iter().enumerate() {
                let picked = Verdict {
                    kind: VerdictKind::Answered,
                    option_id: Some(option.effective_id(at)),
                    reason: None,
                    notes: None,
                };
                let way = walk::way(&flow, &node.id, StepKind::Question, &picked);
                assert_eq!(way, walk::Way::To(option.next.clone()), "{} {}", flow.name, node.id);
                let step = walk::proposal(&flow, &option.next, String::new()).unwrap();
                assert!(matches!(step.source, StepSource::Flow { tree_id, .. } if tree_id == tree));
            }
        }
    }
}

/// The longest conversation: nothing ever helps. It ends in a handover that lists what was tried, and that the
/// engineer may still refuse.
#[test]
fn where_nothing_helps_it_is_handed_over_with_what_was_tried() {
    for (tree, _) in library() {
        let mut play = Play::begin("printer offline on the second floor", &[(tree, 0.9)]);
        let mut turns = 0;
        while play.open().kind != StepKind::Escalation || play.at() != "hand_over" {
            play.turn(&verdict(VerdictKind::DidNotWork));
            turns += 1;
            assert!(turns < 100, "{:?}", play.talk.replies);
        }
        let body = play.open().body.clone().unwrap();
        assert!(body.contains("did not help") || body.contains("does not apply"), "{body}");
        let turn = play.turn(&verdict(VerdictKind::DidNotWork));
        assert_eq!(turn.step, None);
        assert_eq!(play.refused(&verdict(VerdictKind::Worked)).code, crate::codes::NO_OPEN_STEP);
    }
}
