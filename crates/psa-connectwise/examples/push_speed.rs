//! How fast notes get into tickets, beside how fast the simulator takes them: `cargo run --release --example push_speed`.
//! Both have four connections.
#![allow(clippy::unwrap_used, reason = "a measurement, run by hand")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rf_psa::{
    Artefact, Marker, NewNote, NoteFor, NoteKind, PsaProvider, Section, Shape, note_text, push_note,
};
use rf_psa_connectwise::{ConnectWise, ConnectWiseSettings, Credentials, Reach};
use rf_simulators::connectwise::{Simulator, keys};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

/// Notes of one turn, and turns: 5,000 in all.
const NOTES: u64 = 250;
const ROUNDS: u64 = 20;
const CONNECTIONS: usize = 4;

fn note(push: u64) -> NewNote {
    let sections = [Section { title: "What was done".into(), body: "Replaced the toner. ".repeat(40) }];
    let marker = Marker::new(Uuid::from_u128(push.into()), Artefact::Note);
    let shape = Shape { purpose: NoteFor::Resolution, max_chars: 30_000 };
    let ticket = Simulator::tickets().nth(push as usize % 120).unwrap();
    NewNote { ticket: ticket.into(), kind: NoteKind::Internal, text: note_text(shape, &sections, marker) }
}

/// Does all of them, four at a time.
async fn drain<F: Future<Output = ()> + Send + 'static>(
    one: impl Fn(u64) -> F + Clone + Send + 'static,
) -> Duration {
    let next = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (one, next) = (one.clone(), next.clone());
        workers.spawn(async move {
            loop {
                let push = next.fetch_add(1, Ordering::Relaxed);
                if push >= NOTES {
                    break;
                }
                one(push).await;
            }
        });
    }
    workers.join_all().await;
    begun.elapsed()
}

#[tokio::main]
async fn main() {
    let simulator = Simulator::start().unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let root = format!("{}/v2025_1/apis/3.0", simulator.url());
    let ask = move |push| {
        let new = note(push);
        let request = http
            .post(format!("{root}/service/tickets/{}/notes", new.ticket))
            .basic_auth(format!("{}+{}", keys::COMPANY, keys::PUBLIC), Some(keys::PRIVATE))
            .header("clientId", keys::CLIENT_ID)
            .json(&json!({ "text": new.text.as_str(), "internalAnalysisFlag": true }));
        async move {
            assert_eq!(request.send().await.unwrap().bytes().await.unwrap().first(), Some(&b'{'));
        }
    };
    let credentials = Credentials {
        company: keys::COMPANY.into(),
        public_key: keys::PUBLIC.into(),
        private_key: keys::PRIVATE.into(),
        client_id: keys::CLIENT_ID.into(),
    };
    let settings = ConnectWiseSettings {
        reach: Reach::ThisMachine,
        ..ConnectWiseSettings::new(simulator.url(), credentials)
    };
    let provider: Arc<dyn PsaProvider> = Arc::new(ConnectWise::new(&settings).unwrap());
    let push = move |push| {
        let (provider, new) = (provider.clone(), note(push));
        async move {
            push_note(&*provider, &new, false).await.unwrap();
        }
    };
    // In turns: whatever else the machine does slows both.
    let (mut bare, mut pushed) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..ROUNDS {
        simulator.reset();
        bare += drain(ask.clone()).await;
        simulator.reset();
        pushed += drain(push.clone()).await;
        let kept: usize = Simulator::tickets().map(|ticket| simulator.notes(ticket).len() - 1).sum();
        assert_eq!(kept as u64, NOTES);
    }
    let rate = |took: Duration| (NOTES * ROUNDS) as f64 / took.as_secs_f64();
    println!(
        "{} notes: {:.0} a second through the adapter, {:.0} by bare requests, {:.0} %",
        NOTES * ROUNDS,
        rate(pushed),
        rate(bare),
        100.0 * rate(pushed) / rate(bare)
    );
    simulator.stop().await.unwrap();
}
