//! Who hears what, from when on, and until when.

use std::time::{Duration, Instant};

use reqwest::Method;
use rf_accounts::PersonChange;
use rf_api::{ServerOptions, StreamSettings};
use rf_auth_policy::Role;
use rf_events::{EventKind, NewEvent};
use rf_store::Access;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{STREAM, Stream, about, append, dispatching};
use crate::support::{Answer, Database, World, every_store, options};

every_store! {
    events_reach_their_account_and_nobody_else,
    what_was_missed_is_replayed,
    whoever_loses_access_hears_nothing_more,
}

#[tokio::test]
async fn a_stream_is_for_engineers_and_begins_with_ready() {
    let w = World::over(Database::memory().await).await;
    w.viewer().get(STREAM).await.refused(403, "forbidden");
    w.anonymous().get(STREAM).await.refused(401, "not_authenticated");
    // A token in an address ends up in logs: it is not even looked at.
    let address = format!("{STREAM}?access_token={}", w.engineer.tokens.access_token);
    w.anonymous().get(&address).await.refused(422, "validation_failed");
    for (client, who) in [(w.engineer(), "engineer"), (w.owner(), "owner")] {
        let request = client.request(Method::GET, STREAM).header("accept-encoding", "gzip");
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 200, "{who}");
        assert_eq!(answer.header("content-type"), "text/event-stream");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header_if_any("content-encoding").unwrap_or("identity"), "identity");
        assert!(answer.text.starts_with("event: ready\nid: 0\ndata: {\"connection_id\":"), "{}", answer.text);
    }
    for id in ["latest", "-1", "1.5", "99999999999999999999"] {
        let request = w.engineer().request(Method::GET, STREAM).header("last-event-id", id);
        Answer::of(request).await.refuses_fields(&[("header.last-event-id", "not_an_event_id")]);
    }
}

async fn events_reach_their_account_and_nobody_else(w: World) {
    dispatching(&w.test.app, async {
        let mut eli = Stream::open(&w.engineer(), None).await;
        let mut cora = Stream::open(&w.colleague(), None).await;
        let mut sam = Stream::open(&w.stranger(), None).await;
        for stream in [&mut eli, &mut cora, &mut sam] {
            assert_eq!(stream.event().await.event, "ready");
        }
        // Made in this order: within one instant the ids decide.
        let one = about(&w, "one");
        let personal = NewEvent::personal(
            w.test.app.new_id(),
            EventKind::NotificationCreated,
            w.colleague.id,
            json!({ "title": "For Cora" }),
            w.now(),
        );
        append(&w, w.north.id, &[one, personal, about(&w, "three")]).await;
        let south = w.stranger.account_id;
        append(&w, south, &[about(&w, "theirs")]).await;
        let heard = async |stream: &mut Stream, last: &str| {
            let mut heard = Vec::new();
            loop {
                let frame = stream.event().await;
                let text = frame.data["reason_snippet"].as_str().or(frame.data["title"].as_str());
                let text = text.unwrap_or_default().to_owned();
                heard.push((frame.event, frame.id.unwrap(), text.clone()));
                if text == last {
                    return heard;
                }
            }
        };
        let eli = heard(&mut eli, "three").await;
        let cora = heard(&mut cora, "three").await;
        let sam = heard(&mut sam, "theirs").await;
        let texts = |heard: &[(String, i64, String)]| heard.iter().map(|h| h.2.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&eli), ["one", "three"]);
        assert_eq!(texts(&cora), ["one", "For Cora", "three"]);
        assert_eq!(texts(&sam), ["theirs"]);
        assert_eq!(cora[1].0, "notification_created");
        assert_eq!(cora.iter().map(|h| h.1).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(eli.iter().map(|h| h.1).collect::<Vec<_>>(), [1, 3]);
    })
    .await;
}

async fn what_was_missed_is_replayed(w: World) {
    dispatching(&w.test.app, async {
        let mut stream = Stream::open(&w.engineer(), None).await;
        assert_eq!(stream.event().await.id, Some(0));
        append(&w, w.north.id, &[about(&w, "seen")]).await;
        append(&w, w.stranger.account_id, &[about(&w, "theirs")]).await;
        let seen = stream.event().await;
        assert_eq!(seen.data["reason_snippet"], "seen");
        drop(stream);
        append(&w, w.north.id, &[about(&w, "missed")]).await;
        // Somebody else hears of it, so it is published.
        let mut other = Stream::open(&w.owner(), seen.id).await;
        assert_eq!(other.event().await.event, "ready");
        assert_eq!(other.event().await.data["reason_snippet"], "missed");
        let mut stream = Stream::open(&w.engineer(), seen.id).await;
        let ready = stream.event().await;
        assert_eq!((ready.event.as_str(), ready.id), ("ready", None), "more is to come");
        let missed = stream.event().await;
        assert_eq!(missed.data["reason_snippet"], "missed");
        append(&w, w.north.id, &[about(&w, "next")]).await;
        assert_eq!(stream.event().await.data["reason_snippet"], "next", "and nothing twice");
        // A number this log never gave, and more than is told one by one.
        let many: Vec<NewEvent> = (0..70).map(|number| about(&w, &number.to_string())).collect();
        append(&w, w.north.id, &many).await;
        let mut newest = missed.id.unwrap();
        while newest < missed.id.unwrap() + 71 {
            let frame = stream.event().await;
            if frame.event == "resync" {
                break;
            }
            newest = frame.id.unwrap();
        }
        for after in [9_999, 0] {
            let mut stream = Stream::open(&w.engineer(), Some(after)).await;
            assert_eq!(stream.event().await.event, "ready");
            let resync = stream.event().await;
            assert_eq!(resync.event, "resync", "after {after}");
            assert!(resync.id.unwrap() > missed.id.unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_does_not_read_is_told_to_read_again() {
    let w = World::over(Database::memory().await).await;
    dispatching(&w.test.app, async {
        let mut stalled = Stream::open(&w.engineer(), None).await;
        assert_eq!(stalled.event().await.event, "ready");
        // More than the sockets between us hold, so that the queue fills while nobody reads.
        let large = "x".repeat(64 * 1_024);
        let mut witness = Stream::open(&w.owner(), None).await;
        assert_eq!(witness.event().await.event, "ready");
        let mut published = 0;
        for _ in 0..6 {
            let events: Vec<NewEvent> = (0..60).map(|_| about(&w, &large)).collect();
            append(&w, w.north.id, &events).await;
            // Whoever reads hears it all.
            for _ in 0..60 {
                let frame = witness.event().await;
                assert_eq!(frame.event, "handoff_created");
                published = frame.id.unwrap();
            }
        }
        assert_eq!(published, 6 * 60);
        let mut heard = 0;
        loop {
            match stalled.event().await {
                frame if frame.event == "resync" => break,
                frame => {
                    heard += 1;
                    assert_eq!(frame.id, Some(heard), "in order up to the gap");
                }
            }
        }
        assert!(heard < published, "{heard} of {published}");
        append(&w, w.north.id, &[about(&w, "after")]).await;
        assert_eq!(stalled.event().await.data["reason_snippet"], "after");
    })
    .await;
}

/// Another server was faster than our first look at the log.
#[tokio::test]
async fn what_was_published_before_our_server_looked_is_heard() {
    let w = World::over(Database::memory().await).await;
    let mut stream = Stream::open(&w.engineer(), None).await;
    assert_eq!(stream.event().await.event, "ready");
    append(&w, w.north.id, &[about(&w, "early")]).await;
    let mut unit = w.store().begin(Access::system_write()).await.unwrap();
    assert_eq!(unit.publish_events(9).await.unwrap().len(), 1);
    unit.commit().await.unwrap();
    dispatching(&w.test.app, async {
        assert_eq!(stream.event().await.data["reason_snippet"], "early");
    })
    .await;
}

/// S7: with the settings of every installation.
async fn whoever_loses_access_hears_nothing_more(w: World) {
    let mut eli = Stream::open(&w.engineer(), None).await;
    let mut cora = Stream::open(&w.colleague(), None).await;
    let mut owner = Stream::open(&w.owner(), None).await;
    for stream in [&mut eli, &mut cora, &mut owner] {
        assert_eq!(stream.event().await.event, "ready");
    }
    let off = PersonChange { is_active: Some(false), ..PersonChange::default() };
    let demoted = PersonChange { role: Some(Role::Viewer), ..PersonChange::default() };
    let mut unit = w.store().begin(Access::write(w.north.id)).await.unwrap();
    unit.change_person(w.north.id, w.engineer.id, &off).await.unwrap();
    unit.change_person(w.north.id, w.colleague.id, &demoted).await.unwrap();
    unit.commit().await.unwrap();
    let begun = Instant::now();
    let ((), ()) = tokio::join!(async { assert_eq!(eli.rest().await, []) }, async {
        assert_eq!(cora.rest().await, []);
    });
    assert!(begun.elapsed() <= Duration::from_secs(5), "{:?}", begun.elapsed());
    // The token runs out.
    w.clock().advance(86_400);
    let begun = Instant::now();
    assert_eq!(owner.rest().await, []);
    assert!(begun.elapsed() <= Duration::from_secs(5), "{:?}", begun.elapsed());
    w.engineer().get(STREAM).await.refused(401, "not_authenticated");
}

#[tokio::test]
async fn streams_end_first_when_the_server_stops() {
    let mut w = World::over(Database::memory().await).await;
    let mut streams = Vec::new();
    for client in [w.engineer(), w.owner(), w.stranger()] {
        let mut stream = Stream::open(&client, None).await;
        assert_eq!(stream.event().await.event, "ready");
        streams.push(stream);
    }
    let begun = Instant::now();
    let ending = w.server.begin_stop();
    let mut waits = Vec::new();
    for mut stream in streams {
        let frames = stream.rest().await;
        assert_eq!(frames.len(), 1, "{frames:?}");
        waits.push(frames[0].retry.unwrap());
    }
    assert!(waits.iter().all(|wait| (1_000..5_000).contains(wait)), "{waits:?}");
    let ended = tokio::task::spawn_blocking(move || ending.join()).await.expect("a thread to wait in");
    ended.expect("the server does not panic").expect("the server ends well");
    // Three seconds are what requests that do not end are given.
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_person_listens_in_a_dozen_places_and_no_more() {
    let w = World::over(Database::memory().await).await;
    let mut open = Vec::new();
    for _ in 0..12 {
        let mut stream = Stream::open(&w.engineer(), None).await;
        assert_eq!(stream.event().await.event, "ready");
        open.push(stream);
    }
    let refused = w.engineer().get(STREAM).await;
    refused.refused(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), "30");
    assert_eq!(Stream::open(&w.colleague(), None).await.event().await.event, "ready");
    assert!(w.test.app.open_event_streams() >= 12);
}

/// R17: a client that is gone frees its place within two heartbeats.
#[tokio::test]
async fn the_place_of_a_dead_client_is_free_again() {
    let heartbeat = Duration::from_millis(500);
    let streams = StreamSettings { heartbeat, ..StreamSettings::default() };
    let w = World::with_options(Database::memory().await, ServerOptions { streams, ..options() }).await;
    let token = &w.engineer.tokens.access_token;
    for abruptly in [false, true] {
        let mut socket = tokio::net::TcpStream::connect(w.server.address()).await.unwrap();
        let request = format!(
            "GET /api/v1{STREAM} HTTP/1.1\r\nHost: rf.example\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut seen = String::new();
        while !seen.contains(": heartbeat") {
            let mut bytes = [0; 1_024];
            let count = socket.read(&mut bytes).await.unwrap();
            assert!(count > 0, "{seen}");
            seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
        assert!(seen.contains("event: ready"), "{seen}");
        assert_eq!(w.test.app.open_event_streams(), 1);
        if abruptly {
            // A reset, as from a machine that was switched off and on.
            socket.set_zero_linger().unwrap();
        }
        drop(socket);
        let gone = Instant::now();
        let mut look = tokio::time::interval(Duration::from_millis(10));
        while w.test.app.open_event_streams() > 0 {
            look.tick().await;
            assert!(gone.elapsed() < heartbeat * 2 + Duration::from_millis(250), "{:?}", gone.elapsed());
        }
        println!(
            "R17: a dead client's place was free after {:?} at a heartbeat of {heartbeat:?}",
            gone.elapsed()
        );
    }
}

/// A client that vanishes without a FIN is noticed by the kernel: the server's end of a stream has the timer of a keepalive
/// that is due well before a minute has passed.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_server_s_end_of_a_stream_asks_whether_anybody_is_there() {
    let w = World::over(Database::memory().await).await;
    let mut stream = Stream::open(&w.engineer(), None).await;
    assert_eq!(stream.event().await.event, "ready");
    let server = w.server.address().port();
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let timers = timers_of(server);
        // What was just sent may still be on its way to be acknowledged: another timer, until it is.
        if !timers.is_empty() && timers.iter().all(|(timer, due)| timer == "02" && *due <= 2_000) {
            return;
        }
        assert!(Instant::now() < until, "02 is a keepalive, due within 2,000 hundredths: {timers:?}");
        tokio::task::yield_now().await;
    }
}

/// The timer of each connection that is established at that port, and when it is due, in hundredths of a second.
#[cfg(target_os = "linux")]
fn timers_of(port: u16) -> Vec<(String, u64)> {
    let is_port = |address: &str| {
        let number = address.rsplit_once(':').and_then(|(_, number)| u16::from_str_radix(number, 16).ok());
        number == Some(port)
    };
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let lines = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let ours = lines.filter(|columns| columns[3] == "01" && is_port(columns[1]));
    ours.map(|columns| {
        let (timer, due) = columns[5].split_once(':').unwrap();
        (timer.to_owned(), u64::from_str_radix(due, 16).unwrap())
    })
    .collect()
}
