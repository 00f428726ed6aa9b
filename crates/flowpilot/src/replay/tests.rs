use std::{collections::BTreeMap, fs, path::Path};

use rf_kernel::TreeId;
use uuid::Uuid;

use super::*;
use crate::{
    FlowMatch, Reading,
    document::{CaseRecord, DocumentKind, check, evidence_of, render},
    engine::{Flow, Known},
};

/// The starter flows, each with its file's name.
fn library() -> Vec<(&'static str, Flow)> {
    let flows = rf_trees::starter_flows().into_iter().zip(1..);
    flows
        .map(|(starter, n)| {
            let draft = rf_trees::from_yaml(starter.yaml).unwrap();
            let tree_id = TreeId(Uuid::from_u128(n));
            (
                starter.slug,
                Flow { tree_id, name: draft.name, structure: draft.structure, known: Known::default() },
            )
        })
        .collect()
}

/// Ranks by a word each, so that these recordings test the engine and not the index.
const RANKS: [(&str, &str, f64); 7] = [
    ("vpn", "vpn-will-not-connect", 0.95),
    ("locked out", "ad-account-lockout", 0.9),
    ("print", "printer-offline", 0.9),
    ("backup", "backup-job-failed", 0.88),
    ("remote desktop", "rdp-fails", 0.62),
    ("slow", "slow-pc", 0.55),
    ("slow", "disk-full", 0.41),
];

fn rank(library: &[(&str, Flow)], reading: &Reading) -> Vec<FlowMatch> {
    let text = reading.text.to_lowercase();
    let fitting = RANKS.iter().filter(|(word, ..)| text.contains(word));
    fitting
        .map(|(word, slug, score)| {
            let (_, flow) = library.iter().find(|(name, _)| name == slug).unwrap();
            let reasons = vec![format!("“{word}” is in what was written")];
            FlowMatch { tree_id: flow.tree_id, name: flow.name.clone(), score: *score, reasons }
        })
        .collect()
}

fn recordings() -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()).collect()
}

fn play(recording: &Recording) -> Replayed {
    let library = library();
    let flows: BTreeMap<TreeId, Flow> =
        library.iter().map(|(_, flow)| (flow.tree_id, flow.clone())).collect();
    replay(recording, &flows, |reading| rank(&library, reading))
}

#[test]
fn every_recorded_conversation_goes_as_it_did() {
    let recordings = recordings();
    assert_eq!(recordings.len(), 8);
    for recording in &recordings {
        let replayed = play(recording);
        let went = &replayed.conversation.replies;
        assert!(
            replayed.differences.is_empty(),
            "{}: {:#?}\n{went:#?}",
            recording.name,
            replayed.differences
        );
        assert_eq!(replayed.agreement(), 1.0);
    }
}

#[test]
fn a_conversation_that_goes_another_way_is_told_turn_by_turn() {
    let mut recording = recordings().into_iter().find(|recording| recording.name.contains("809")).unwrap();
    recording.turns[1].then = "action dns".into();
    recording.turns[2].did = Did::Answered("no-such-option".into());
    let replayed = play(&recording);
    assert_eq!(replayed.differences[0].turn, 2);
    assert_eq!(replayed.differences[0].expected, "action dns");
    assert!(replayed.differences[1].found.contains("no such option"), "{}", replayed.differences[1].found);
    assert!(replayed.agreement() < 1.0);
}

/// The notes of every recording keep to their evidence.
#[test]
fn the_notes_of_every_recording_pass_the_checker() {
    use rf_auth_policy::{Actor, Role};
    use rf_kernel::{AccountId, AiSessionId, Timestamp, UserId};
    use rf_sessions::ai::{IntakeContent, IntakeType, NewAiSession};
    let actor = Actor {
        user_id: UserId(Uuid::from_u128(1)),
        account_id: AccountId(Uuid::from_u128(1)),
        team_id: None,
        role: Role::Engineer,
        is_super_admin: false,
        name: "Eli".into(),
    };
    for recording in recordings() {
        let talk = play(&recording).conversation;
        let new = NewAiSession {
            id: AiSessionId(Uuid::from_u128(1)),
            intake_type: IntakeType::FreeText,
            intake: IntakeContent { text: Some(recording.intake.clone()), ..IntakeContent::default() },
            psa_ticket_id: None,
            client_name: None,
            engine: "offline".into(),
        };
        let session = new.begun(&actor, Timestamp::from_unix(1_800_000_000).unwrap());
        let case = CaseRecord { session: &session, steps: &talk.steps, fixes: &[], signatures: &[] };
        for kind in DocumentKind::ALL {
            let rejected = check(&render(kind, &case), &evidence_of(&case));
            assert!(rejected.is_empty(), "{} {kind:?}: {rejected:#?}", recording.name);
        }
    }
}
