//! Many notes, many faults: each note is in its ticket once.

use std::{pin::pin, sync::Arc, time::Duration};

use rf_kernel::Timestamp;
use rf_psa::{Artefact, Begin, NoteKind, PsaProvider, Push, PushState, push_note};
use rf_psa_conformance::{
    Bench, Trouble, note,
    trouble::{New, carry_out},
};
use rf_psa_connectwise::{ConnectWise, ConnectWiseSettings};
use rf_simulators::connectwise::{Fault, FaultRule, Simulator};
use tokio::task::JoinSet;

use crate::bench::{Simulated, fault_of, settings};

/// A size: from the environment, or what fits into every run.
#[expect(clippy::disallowed_methods, reason = "how much is proved is the runner's to say")]
fn size(name: &str, otherwise: u128) -> u128 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Pushes under way at one time.
const WORKERS: usize = 8;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// Up to three of the first writes of a ticket go wrong, each in its own way.
fn faults(dice: &mut Dice) -> Vec<(u64, Fault)> {
    let count = dice.roll(4) as u64;
    let fault = |dice: &mut Dice| match dice.roll(10) {
        known @ 0..7 => fault_of(Trouble::ALL[known]),
        7 => Fault::TooManyRequests { retry_after: 0 },
        8 => Fault::Slow { milliseconds: 3_000 },
        _ => Fault::DropAfterCommit,
    };
    (1..=count).map(|call| (call, fault(dice))).collect()
}

#[tokio::test]
async fn every_note_is_in_its_ticket_once_whatever_goes_wrong() {
    let rounds = size("PROOF_PUSH_ROUNDS", 2);
    let simulator = Simulator::start().unwrap();
    let quick = ConnectWiseSettings { deadline: Duration::from_secs(2), ..settings(&simulator) };
    let bench = Arc::new(Simulated { provider: ConnectWise::new(&quick).unwrap(), simulator });
    let mut dice = Dice(7);
    let (mut wrong, mut confirmed) = (0, 0);
    for round in 0..rounds {
        bench.simulator.clear_faults();
        for ticket in Simulator::tickets() {
            for (call, fault) in faults(&mut dice) {
                wrong += 1;
                let path = format!("/tickets/{ticket}/notes");
                bench.simulator.add_fault(FaultRule {
                    method: Some("POST".into()),
                    path,
                    calls: vec![call],
                    fault,
                });
            }
            // Looks go wrong too, though less often: the second one of some tickets.
            if dice.roll(10) == 0 {
                let path = format!("/tickets/{ticket}/allNotes");
                let fault = Fault::DropBeforeCommit;
                bench.simulator.add_fault(FaultRule { method: None, path, calls: vec![2], fault });
            }
        }
        let mut workers = JoinSet::new();
        for ticket in Simulator::tickets() {
            if workers.len() == WORKERS {
                confirmed += usize::from(is_confirmed(&workers.join_next().await.unwrap().unwrap()));
            }
            let bench = bench.clone();
            workers.spawn(async move {
                let new = note(
                    &ticket.into(),
                    NoteKind::Internal,
                    u128::from(ticket.unsigned_abs()) + round * 10_000,
                    "x",
                );
                carry_out(&*bench, New::Note(&new), || bench.settle()).await
            });
        }
        while let Some(push) = workers.join_next().await {
            confirmed += usize::from(is_confirmed(&push.unwrap()));
        }
    }
    bench.settle();
    let mut once = 0;
    for round in 0..rounds {
        for ticket in Simulator::tickets() {
            let id = ticket.into();
            let new = note(&id, NoteKind::Internal, u128::from(ticket.unsigned_abs()) + round * 10_000, "x");
            let count = bench.count(Artefact::Note, &id, new.text.marker());
            assert_eq!(count, 1, "ticket {ticket}, round {round}");
            once += 1;
        }
    }
    println!("R5: {once} notes, {wrong} writes that went wrong, {confirmed} confirmed, 0 lost, 0 doubled");
    assert_eq!((once, confirmed), (rounds as usize * 120, rounds as usize * 120));
    assert!(wrong > once, "{wrong}");
}

fn is_confirmed(push: &Push) -> bool {
    assert_eq!(push.state, PushState::Confirmed, "{push:?}");
    true
}

/// A worker that dies with its note under way: as soon as it has begun, when the PSA has met the note, or when the
/// answer is there and nobody could keep it. Another one takes over when its lease has run out.
#[tokio::test]
async fn a_worker_that_dies_loses_and_doubles_nothing() {
    let simulator = Simulator::start().unwrap();
    let deaths = size("PROOF_PUSH_DEATHS", 60);
    let (ticket, now) = (1_005, Timestamp::from_unix(1_800_000_000).unwrap());
    let mut kept = 0;
    for death in 0..deaths {
        let new = note(&ticket.into(), NoteKind::Internal, death + 1, "x");
        let there = || simulator.notes(ticket).iter().filter(|text| new.text.marker().is_in(text)).count();
        let (push, what) = Push::queued(now).begin(now);
        assert_eq!(what, Begin::Write);
        let dying = ConnectWise::new(&settings(&simulator)).unwrap();
        dying.ticket(&ticket.into()).await.unwrap();
        let met = simulator.journal().len() + 1;
        {
            let write = pin!(push_note(&dying, &new, false));
            tokio::select! {
                biased;
                _ = write => assert_eq!(death % 3, 2),
                () = std::future::ready(()), if death % 3 == 0 => {}
                () = simulator.calls(met), if death % 3 == 1 => {}
            }
        }
        drop(dying);
        simulator.disconnected().await;
        kept += there();
        let (push, what) = push.begin(now);
        assert_eq!(what, Begin::LookThenWrite);
        let living = ConnectWise::new(&settings(&simulator)).unwrap();
        let push = push.settle(push_note(&living, &new, true).await.into(), now);
        assert!(matches!(push.state, PushState::Sent | PushState::Confirmed), "{push:?}");
        assert_eq!(there(), 1, "death {death}");
    }
    println!("R5: {deaths} workers died, {kept} of their notes had been kept, each note is there once");
    assert!(kept >= deaths as usize / 3);
}
