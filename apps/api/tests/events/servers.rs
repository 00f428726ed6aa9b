//! Several servers over one Postgres: whoever commits, everybody hears.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use rf_bus_redis::RedisSignal;
use rf_events::{EventKind, EventSignal, NewEvent};
use rf_store::{Access, Store};
use rf_test_support::{RedisServer, TestApp};
use rf_usecases::App;
use serde_json::json;
use uuid::Uuid;

use super::{Stream, dispatching};
use crate::support::{Database, TestServer, World, options};

/// A server with connections of its own.
struct Node {
    test: TestApp,
    store: Arc<dyn Store>,
    server: TestServer,
}

async fn node(w: &World, signal: Option<Arc<dyn EventSignal>>) -> Node {
    let (store, app) = w.another_app().await;
    let app = match signal {
        Some(signal) => app.with_event_signal(signal),
        None => app,
    };
    let test = TestApp { app: Arc::new(app), clock: Arc::clone(&w.test.clock) };
    let server = TestServer::start(&test, options());
    Node { test, store, server }
}

async fn append(w: &World, node: &Node, number: usize) -> Instant {
    let about = json!({ "number": number });
    let event = NewEvent::new(w.test.app.new_id(), EventKind::HandoffCreated, about, w.now());
    let mut unit = node.store.begin(Access::write(w.north.id)).await.unwrap();
    unit.append_event(w.north.id, &event).await.unwrap();
    node.test.app.commit(unit).await.unwrap();
    Instant::now()
}

/// Commits by turns on two servers, hears on both; how long it took to hear of what the other server committed.
async fn heard_across(w: &World, nodes: [&Node; 2], count: usize) -> Vec<Duration> {
    let token = &w.engineer.tokens.access_token;
    let apps: [&App; 2] = nodes.map(|node| &*node.test.app);
    dispatching(apps[0], async {
        dispatching(apps[1], async {
            let mut streams = Vec::new();
            for node in nodes {
                let mut stream = Stream::open(&node.server.client().with_token(token), None).await;
                assert_eq!(stream.event().await.event, "ready");
                streams.push(stream);
            }
            let mut took = Vec::new();
            for number in 0..count {
                let committed = append(w, nodes[number % 2], number).await;
                let mut ids = Vec::new();
                for place in [(number + 1) % 2, number % 2] {
                    let frame = streams[place].event().await;
                    assert_eq!(frame.data, json!({ "number": number }));
                    ids.push(frame.id);
                    if place != number % 2 {
                        took.push(committed.elapsed());
                    }
                }
                assert_eq!(ids[0], ids[1], "one number, whoever tells it");
            }
            took.sort_unstable();
            took
        })
        .await
    })
    .await
}

#[tokio::test]
async fn servers_find_each_other_s_events_without_being_told() {
    let w = World::over(Database::postgres().await).await;
    let (a, b) = (node(&w, None).await, node(&w, None).await);
    let took = heard_across(&w, [&a, &b], 4).await;
    println!("events of another server were heard after {took:?}, by looking");
    assert!(took[3] < Duration::from_secs(5), "{took:?}");
}

#[tokio::test]
async fn servers_tell_each_other_over_redis() {
    let w = World::over(Database::postgres().await).await;
    let redis = RedisServer::start();
    let signal = |name| -> Arc<dyn EventSignal> {
        Arc::new(RedisSignal::new(&redis.url().into(), None, Uuid::from_u128(name)).unwrap())
    };
    let signals = [signal(1), signal(2)];
    for signal in &signals {
        // Connected.
        tokio::time::timeout(Duration::from_secs(20), signal.heard()).await.unwrap();
    }
    let [one, two] = signals;
    let (a, b) = (node(&w, Some(one)).await, node(&w, Some(two)).await);
    let took = heard_across(&w, [&a, &b], 30).await;
    println!("events of another server were heard after {took:?}, over Redis");
    // By looking alone half of them would take more than half a second.
    assert!(took[15] < Duration::from_millis(300), "{took:?}");
}
