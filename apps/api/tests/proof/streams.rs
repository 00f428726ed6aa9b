//! R17: the right people hear, all of it or that they have not, and nobody waits for a listener.

use std::{
    cell::{Cell, RefCell},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use rf_auth_policy::Role;
use rf_events::{EventKind, NewEvent};
use rf_kernel::AccountId;
use rf_store::Access;
use serde_json::json;

use super::size;
use crate::{
    events::{Stream, dispatching},
    support::{Client, Database, World},
};

/// What every tenth listener does.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    Reads,
    /// Reads nothing until everything has happened.
    Stalls,
    /// Hangs up again and again, and comes back with the last number it saw.
    ComesBack,
}

struct Listener {
    account: AccountId,
    client: Client,
    habit: Habit,
}

#[derive(Default)]
struct Heard {
    numbers: Vec<i64>,
    resyncs: usize,
    foreign: usize,
    micros: Vec<u128>,
}

#[tokio::test]
async fn every_listener_hears_their_account_and_it_alone() {
    let (streams, events) = (size("PROOF_STREAMS", 100), size("PROOF_STREAM_EVENTS", 2_000));
    let w = World::over(Database::sqlite().await).await;
    let mut listeners = Vec::new();
    let mut accounts = Vec::new();
    for number in 0..streams.div_ceil(20) {
        let account = w.account(&format!("A{number}"), rf_accounts::Plan::Pro).await;
        accounts.push(account.id);
        for place in 0..20.min(streams - number * 20) {
            let name = format!("P{place}");
            let person = account.person(&w.test, w.store(), &name, Role::Engineer, None).await;
            let habit = match place {
                3 | 13 => Habit::Stalls,
                7 | 17 => Habit::ComesBack,
                _ => Habit::Reads,
            };
            listeners.push(Listener { account: account.id, client: w.being(&person), habit });
        }
    }
    let start = Instant::now();
    let is_over = Cell::new(false);
    let (commits, published) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let heard = dispatching(&w.test.app, async {
        let mut open = Vec::new();
        for listener in &listeners {
            let mut stream = Stream::open(&listener.client, None).await;
            let ready = stream.event().await;
            assert_eq!(ready.event, "ready");
            open.push((listener, stream, ready.id.unwrap()));
        }
        let publisher = async {
            for number in 0..events {
                let account = accounts[number % accounts.len()];
                append(&w, account, json!({ "account": account, "at": since(start) }), &commits).await;
                if number % 50 == 49 {
                    // As fast as a busy desk, not as fast as a loop can.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            for &account in &accounts {
                append(&w, account, json!({ "account": account, "end": true }), &commits).await;
            }
            is_over.set(true);
        };
        let reading = join_all(
            open.into_iter()
                .map(|(listener, stream, position)| listen(listener, stream, position, start, &is_over)),
        );
        let ((), heard) = tokio::join!(publisher, reading);
        let mut unit = w.store().begin(Access::system_read()).await.unwrap();
        published.replace(unit.published_events(0, 1_000_000).await.unwrap());
        heard
    })
    .await;
    let published = published.into_inner();
    assert_eq!(published.len(), events + accounts.len());
    let (mut told, mut resyncs, mut foreign, mut micros) = (0, 0, 0, Vec::new());
    for (listener, heard) in listeners.iter().zip(heard) {
        let theirs: Vec<i64> =
            published.iter().filter(|e| e.account_id == listener.account).map(|e| e.sequence).collect();
        assert!(heard.numbers.is_sorted_by(|a, b| a < b), "nothing twice, nothing out of order");
        assert!(heard.numbers.iter().all(|number| theirs.contains(number)));
        if heard.resyncs == 0 {
            assert_eq!(heard.numbers, theirs, "who was not told to read again has heard everything");
        }
        told += heard.numbers.len();
        resyncs += heard.resyncs;
        foreign += heard.foreign;
        if listener.habit == Habit::Reads {
            micros.extend(heard.micros);
        }
    }
    assert_eq!(foreign, 0);
    let mut commits = commits.into_inner();
    println!(
        "R17: {streams} streams of {} accounts, {events} events: {told} told, {resyncs} resyncs, 0 foreign; \
         commit with event p50 {} p99 {} µs; commit to reader p50 {} p99 {} µs",
        accounts.len(),
        percentile(&mut commits, 50),
        percentile(&mut commits, 99),
        percentile(&mut micros, 50),
        percentile(&mut micros, 99),
    );
}

fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap()
}

fn percentile(values: &mut [u128], percent: usize) -> u128 {
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) * percent / 100).copied().unwrap_or(0)
}

async fn append(w: &World, account: AccountId, about: serde_json::Value, took: &RefCell<Vec<u128>>) {
    let event = NewEvent::new(w.test.app.new_id(), EventKind::HandoffCreated, about, w.now());
    let began = Instant::now();
    let mut unit = w.store().begin(Access::write(account)).await.unwrap();
    unit.append_event(account, &event).await.unwrap();
    w.test.app.commit(unit).await.unwrap();
    took.borrow_mut().push(began.elapsed().as_micros());
}

async fn listen(
    listener: &Listener,
    mut stream: Stream,
    mut position: i64,
    start: Instant,
    is_over: &Cell<bool>,
) -> Heard {
    let mut heard = Heard::default();
    while listener.habit == Habit::Stalls && !is_over.get() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut next_break = 40;
    loop {
        if listener.habit == Habit::ComesBack && heard.numbers.len() >= next_break {
            next_break += 40;
            drop(stream);
            tokio::time::sleep(Duration::from_millis(30)).await;
            stream = Stream::open(&listener.client, Some(position)).await;
        }
        let frame = stream.event().await;
        match frame.event.as_str() {
            "ready" => {}
            "resync" => {
                heard.resyncs += 1;
                position = frame.id.unwrap_or(position);
                if is_over.get() {
                    // What it would hear next may be what was dropped.
                    return heard;
                }
            }
            _ => {
                position = frame.id.unwrap();
                heard.numbers.push(position);
                heard.foreign += usize::from(frame.data["account"] != json!(listener.account));
                if let Some(at) = frame.data["at"].as_u64() {
                    heard.micros.push(u128::from(since(start) - at));
                }
                if frame.data["end"] == true {
                    return heard;
                }
            }
        }
    }
}
