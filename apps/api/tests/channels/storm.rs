//! R6 for channels: slow and broken chats slow nobody, and each message is told once, or waits for somebody to look.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use rf_jobs::JobHandler;
use rf_notifications::NoticeKind;
use rf_simulators::channels::Fault;
use rf_store::Access;
use rf_usecases::job_handlers;
use serde_json::json;

use super::{Room, id};
use crate::support::Database;

const MESSAGES: usize = 60;

/// How often each message is in the channel, by the number in its words.
fn told(room: &Room) -> BTreeMap<usize, usize> {
    let mut told = BTreeMap::new();
    for message in room.simulator.posted() {
        let text = message.body["text"].as_str().unwrap().to_owned();
        let number = text.rsplit_once(' ').unwrap().1.parse().unwrap();
        *told.entry(number).or_default() += 1;
    }
    told
}

async fn each_message_is_told_once_or_waits_for_somebody(database: Database) {
    let room = Room::over(database).await;
    room.channel("slack", &room.simulator.slack("a")).await;
    // Every call by its number: what fails, and how, in an order of its own.
    let calls =
        |first: u64, step: u64| (first..2_000).step_by(usize::try_from(step).unwrap()).collect::<Vec<_>>();
    room.fault("/services", &calls(3, 7), Fault::ServerError);
    room.fault("/services", &calls(5, 11), Fault::DropBeforeCommit);
    room.fault("/services", &calls(8, 13), Fault::DropAfterCommit);
    room.fault("/services", &calls(6, 17), Fault::Slow { milliseconds: 800 });
    room.fault("/services", &calls(10, 19), Fault::BadGatewayPage);
    for number in 0..MESSAGES {
        room.tell(NoticeKind::SessionEscalated, &format!("Escalation {number}")).await;
    }
    let mut rounds = 0;
    while !room.open_jobs().await.is_empty() {
        room.work().await;
        room.world.clock().advance(3_700);
        rounds += 1;
        assert!(rounds < 40, "a message is tried for ever");
    }
    let messages = room.messages().await;
    assert_eq!(messages.len(), MESSAGES, "none is lost");
    let (mut sent, mut uncertain) = (0, 0);
    let is_told = told(&room);
    for message in &messages {
        let number: usize = message["title"].as_str().unwrap().rsplit_once(' ').unwrap().1.parse().unwrap();
        let count = is_told.get(&number).copied().unwrap_or(0);
        match message["state"].as_str().unwrap() {
            "sent" => {
                assert_eq!(count, 1, "{message}");
                sent += 1;
            }
            // It may be there, and it is not there twice.
            "uncertain" => {
                assert!(count <= 1, "{message}");
                uncertain += 1;
            }
            other => panic!("{other}: {message}"),
        }
    }
    assert!(sent > MESSAGES / 2 && uncertain > 5, "{sent} sent, {uncertain} uncertain");

    // The storm is over: whoever looks sends again what is not there, and then all of it is, once.
    room.simulator.clear_faults();
    let owner = room.world.again(&room.world.owner).await;
    for message in messages.iter().filter(|message| message["state"] == "uncertain") {
        let number: usize = message["title"].as_str().unwrap().rsplit_once(' ').unwrap().1.parse().unwrap();
        if !is_told.contains_key(&number) {
            let retry = format!("/integrations/channels/messages/{}/retry", id(message));
            owner.post(&retry, json!({})).await.expect(200);
            // Twice is once.
            owner.post(&retry, json!({})).await.expect(200);
        }
    }
    room.work().await;
    let is_told = told(&room);
    assert_eq!(is_told.len(), MESSAGES);
    assert!(is_told.values().all(|count| *count == 1), "{is_told:?}");
    println!(
        "R6 for channels: {MESSAGES} messages, {sent} told in {rounds} rounds of a storm, {uncertain} left to look at, 0 lost, 0 twice"
    );
}

#[tokio::test]
async fn a_storm_on_memory() {
    each_message_is_told_once_or_waits_for_somebody(Database::memory().await).await;
}

#[tokio::test]
async fn a_storm_on_sqlite() {
    each_message_is_told_once_or_waits_for_somebody(Database::sqlite().await).await;
}

#[tokio::test]
async fn a_storm_on_postgres() {
    each_message_is_told_once_or_waits_for_somebody(Database::postgres().await).await;
}

#[tokio::test]
async fn a_chat_that_asks_for_patience_gets_it() {
    let room = Room::over(Database::memory().await).await;
    room.channel("slack", &room.simulator.slack("a")).await;
    room.fault("/services", &[1], Fault::TooManyRequests { retry_after: 0 });
    room.fault("/services", &[2], Fault::TooManyRequests { retry_after: 900 });
    room.tell(NoticeKind::SessionEscalated, "Escalation 1").await;
    room.work().await;
    let seconds = async || {
        let waiting = room.messages().await.remove(0);
        assert_eq!(waiting["state"], "queued", "{waiting}");
        assert!(waiting["attempts"].as_array().unwrap().iter().all(|attempt| attempt["outcome"] == "later"));
        let due: rf_kernel::Timestamp = serde_json::from_value(waiting["due_at"].clone()).unwrap();
        due.seconds_since(room.world.now())
    };
    assert!((15..=18).contains(&seconds().await), "no less than we would wait ourselves");
    // Not due yet: looked at, and put off.
    room.work().await;
    assert_eq!(room.simulator.journal().len(), 1);
    room.world.clock().advance(20);
    room.work().await;
    assert_eq!(seconds().await, 900, "as long as it asked for");
    // By our own clock it is not over: the chat is left alone, and the message still waits.
    room.world.clock().advance(900);
    room.work().await;
    assert!(seconds().await > 800);
    assert_eq!((room.simulator.journal().len(), room.simulator.posted().len()), (2, 0));
}

#[tokio::test]
async fn a_message_that_a_server_left_behind_is_not_told_blindly() {
    let room = Room::over(Database::memory().await).await;
    room.channel("slack", &room.simulator.slack("a")).await;
    room.tell(NoticeKind::SessionEscalated, "Escalation 1").await;
    let w = &room.world;
    let tenant = w.north.id;
    let mut unit = w.store().begin(Access::write(tenant)).await.unwrap();
    let mut message = unit.channel_messages(tenant, None, None, 1).await.unwrap().remove(0);
    let before = message.revision;
    message.begin(w.now());
    assert!(unit.update_channel_message(&message, before).await.unwrap());
    w.test.app.commit(unit).await.unwrap();
    // The worker is killed here; the job comes again.
    room.work().await;
    let left = room.messages().await.remove(0);
    assert_eq!(left["state"], "uncertain", "{left}");
    assert!(room.simulator.posted().is_empty());
}

#[tokio::test]
async fn nobody_who_escalates_waits_for_a_chat() {
    let room = Room::over(Database::memory().await).await;
    room.channel("slack", &room.simulator.slack("a")).await;
    room.fault("/services", &[], Fault::Slow { milliseconds: 30_000 });
    let w = &room.world;
    let engineer = w.engineer();
    let mut paths = Vec::new();
    for _ in 0..20 {
        paths.push(crate::pilot::following(&engineer).await.0);
    }
    room.tell(NoticeKind::SessionEscalated, "Escalation 0").await;
    let handlers = job_handlers(&w.test.app);
    let handler: &dyn JobHandler =
        handlers.iter().find(|handler| handler.kind() == "channel.post").unwrap().as_ref();
    let job = room.open_jobs().await.remove(0);
    let hanging = handler.run(&job);
    let escalating = async {
        let mut times = Vec::new();
        for path in &paths {
            let body = json!({ "intent": "escalate", "reason": "No rights on the server" });
            let begun = Instant::now();
            engineer.post(&format!("{path}/handoff"), body).await.expect(201);
            times.push(begun.elapsed());
        }
        times
    };
    let (ran, mut times) = tokio::join!(hanging, escalating);
    ran.unwrap();
    times.sort_unstable();
    let slowest = times.last().copied().unwrap();
    println!(
        "R6 for channels: the slowest of {} escalations took {slowest:?} while the chat hung",
        times.len()
    );
    assert!(slowest <= Duration::from_millis(300), "{times:?}");
    assert_eq!(room.messages().await.len(), 21, "and every one will be told");
}
