//! Channels of a team's chat over the wire, against the simulator of both webhooks on a socket of its own: set up, tried,
//! told of what happens, and each message told once or left for somebody to look at, whatever the network does (R6).

mod storm;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use rf_channel_webhooks::ChannelWebhooks;
use rf_jobs::{Job, JobState};
use rf_kernel::{JobId, Page, UserId};
use rf_notifications::{Notice, NoticeKind};
use rf_outbound::System;
use rf_simulators::channels::{Fault, FaultRule, Simulator};
use rf_store::Access;
use rf_usecases::job_handlers;
use serde_json::{Value, json};

use crate::support::{Database, World};

/// A world beside a simulator of both chats.
struct Room {
    world: World,
    simulator: Simulator,
    done: Mutex<BTreeSet<JobId>>,
}

impl Room {
    async fn over(database: Database) -> Self {
        let simulator = Simulator::start().unwrap();
        let (names, deadline) = (Arc::new(System), Duration::from_millis(500));
        let chat = ChannelWebhooks::with(Vec::new(), Some(simulator.address()), names, deadline);
        let world = World::with_chat(database, Arc::new(chat)).await;
        Self { world, simulator, done: Mutex::default() }
    }

    /// A channel that hears of escalations.
    async fn channel(&self, kind: &str, url: &str) -> Value {
        let body = json!({
            "kind": kind, "name": "Dispatch", "url": url, "enabled": true,
            "events": ["session.escalated", "psa.push_failed"],
        });
        self.world.owner().post("/integrations/channels", body).await.expect(201)
    }

    fn fault(&self, path: &str, calls: &[u64], fault: Fault) {
        let rule = FaultRule { method: None, path: path.into(), calls: calls.to_vec(), fault };
        self.simulator.add_fault(rule);
    }

    async fn open_jobs(&self) -> Vec<Job> {
        let mut unit = self.world.store().begin(Access::system_read()).await.unwrap();
        let page = Page { skip: 0, limit: Page::MAX_LIMIT };
        let jobs = unit.list_jobs(Some(JobState::Ready), page).await.unwrap();
        let done = self.done.lock().unwrap();
        jobs.into_iter().filter(|job| job.kind == "channel.post" && !done.contains(&job.id)).collect()
    }

    /// Does every job there is, whether it is due by the queue's own clock or not: whether it is by the clock of the test
    /// is what the message itself decides.
    async fn work(&self) {
        let handlers = job_handlers(&self.world.test.app);
        let handler = handlers.iter().find(|handler| handler.kind() == "channel.post").unwrap();
        for job in self.open_jobs().await {
            handler.run(&job).await.unwrap();
            self.done.lock().unwrap().insert(job.id);
        }
    }

    /// Tells of something, as a use case does.
    async fn tell(&self, kind: NoticeKind, title: &str) {
        let w = &self.world;
        let notice = Notice {
            kind,
            title: title.into(),
            body: None,
            link: Some("/pilot/7?pickup=true".into()),
            to: Vec::<UserId>::new(),
        };
        let mut unit = w.store().begin(Access::write(w.north.id)).await.unwrap();
        w.test.app.notify(unit.as_mut(), w.north.id, w.now(), &notice).await.unwrap();
        w.test.app.commit(unit).await.unwrap();
    }

    async fn messages(&self) -> Vec<Value> {
        let owner = self.world.again(&self.world.owner).await;
        let listed = owner.get("/integrations/channels/messages?limit=100").await.expect(200);
        listed.as_array().unwrap().clone()
    }
}

fn id(body: &Value) -> &str {
    body["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_channel_is_set_up_tried_changed_and_taken_away_on_every_store() {
    for database in [Database::memory().await, Database::sqlite().await, Database::postgres().await] {
        let room = Room::over(database).await;
        let owner = room.world.owner();
        let slack = room.simulator.slack("s3cret");
        let made = room.channel("slack", &slack).await;
        assert_eq!((&made["host"], &made["test"]), (&json!("127.0.0.1"), &Value::Null));
        let at = format!("/integrations/channels/{}", id(&made));
        let tried = owner.post(&format!("{at}/test"), json!({})).await.expect(200);
        assert_eq!(tried["ok"], true, "{tried}");
        let posted = room.simulator.posted();
        assert!(posted[0].body.to_string().contains("Olivia tries this channel"), "{posted:?}");

        room.simulator.close("s3cret");
        let tried = owner.post(&format!("{at}/test"), json!({})).await.expect(200);
        assert_eq!(tried["ok"], false);
        assert!(tried["headline"].as_str().unwrap().contains("Make a new one"), "{tried}");
        let listed = owner.get("/integrations/channels").await;
        assert!(!listed.text.contains("s3cret"), "never told: {}", listed.text);
        assert_eq!(listed.expect(200)[0]["test"]["ok"], false);

        // Another name leaves the address and what was tried; another address is another thing to try.
        let change = |name: &str, url: Option<String>| {
            let mut body = json!({ "kind": "slack", "name": name, "events": [], "enabled": true });
            if let Some(url) = url {
                body["url"] = url.into();
            }
            body
        };
        let renamed = owner.put(&at, change("Night", None)).await.expect(200);
        assert_eq!((&renamed["name"], &renamed["test"]["ok"]), (&json!("Night"), &json!(false)));
        let moved = owner.put(&at, change("Night", Some(room.simulator.slack("new")))).await.expect(200);
        assert_eq!(moved["test"], Value::Null);
        let mut as_teams = change("Night", None);
        as_teams["kind"] = json!("teams");
        owner.put(&at, as_teams).await.refuses_fields(&[("url", "missing")]);

        let stranger = room.world.stranger();
        assert_eq!(stranger.get("/integrations/channels").await.expect(200), json!([]));
        stranger.put(&at, change("Mine", None)).await.refused(404, "not_found");
        stranger.post(&format!("{at}/test"), json!({})).await.refused(404, "not_found");
        stranger.delete(&at).await.refused(404, "not_found");
        room.world.engineer().get("/integrations/channels").await.refused(403, "forbidden");
        owner.delete(&at).await.expect_empty();
        assert_eq!(owner.get("/integrations/channels").await.expect(200), json!([]));
        let audit = owner.get("/accounts/me/audit?limit=50").await;
        assert!(audit.text.contains("channel.created") && audit.text.contains("channel.removed"));
        assert!(!audit.text.contains("s3cret"), "{}", audit.text);
    }
}

#[tokio::test]
async fn what_is_no_channel_is_refused_by_its_field() {
    let room = Room::over(Database::memory().await).await;
    let owner = room.world.owner();
    let body = |field: &str, value: Value| {
        let mut body = json!({
            "kind": "slack", "name": "Dispatch", "url": room.simulator.slack("a"), "events": [], "enabled": true,
        });
        body[field] = value;
        body
    };
    for (field, value, code) in [
        ("name", json!(""), "length"),
        ("name", json!("x".repeat(81)), "length"),
        ("name", json!("two\nlines"), "control_character"),
        ("url", json!("https://evil.example/hook"), "not_a_webhook"),
        ("url", json!("http://hooks.slack.com/services/T/B/x"), "not_a_webhook"),
        ("url", json!("https://169.254.169.254/latest"), "not_a_webhook"),
        ("url", json!("  "), "missing"),
        ("url", json!(null), "missing"),
        ("events", json!(["everything"]), "unknown_event"),
        ("events", json!(["handoff.assigned"]), "not_for_channels"),
    ] {
        let answer = owner.post("/integrations/channels", body(field, value.clone())).await;
        answer.refuses_fields(&[(field, code)]);
    }
    assert_eq!(owner.get("/integrations/channels").await.expect(200), json!([]));
    for _ in 0..20 {
        owner.post("/integrations/channels", body("name", json!("One of many"))).await.expect(201);
    }
    let full = owner.post("/integrations/channels", body("name", json!("One too many"))).await;
    full.refuses_fields(&[("name", "too_many")]);
    assert!(room.simulator.journal().is_empty(), "nothing was sent to find that out");
}

#[tokio::test]
async fn an_escalation_is_told_in_both_chats_without_its_secrets() {
    let room = Room::over(Database::memory().await).await;
    room.channel("slack", &room.simulator.slack("a")).await;
    room.channel("teams", &room.simulator.teams("b")).await;
    let w = &room.world;
    let (path, _) = crate::pilot::following(&w.engineer()).await;
    let reason = "The vault is shut. password: Hunter2!hunter <!channel>";
    let body = json!({ "intent": "escalate", "reason": reason });
    w.engineer().post(&format!("{path}/handoff"), body).await.expect(201);
    assert_eq!(room.messages().await.len(), 2, "written with the handoff");
    assert!(room.simulator.posted().is_empty(), "and sent after it");
    room.work().await;
    let posted = room.simulator.posted();
    assert_eq!(posted.len(), 2);
    for message in &posted {
        let text = message.body.to_string();
        assert!(text.contains("Escalation from Eli"), "{text}");
        assert!(text.contains("The vault is shut") && !text.contains("Hunter2"), "{text}");
        assert!(text.contains(&format!("{}/pilot/", rf_test_support::PUBLIC_URL)), "{text}");
    }
    let slack = posted.iter().find(|message| message.path.starts_with("/services")).unwrap();
    assert!(!slack.body.to_string().contains("<!channel>"), "nobody is rung: {}", slack.body);
    let messages = room.messages().await;
    assert!(messages.iter().all(|message| message["state"] == "sent"), "{messages:?}");

    // What a channel does not hear of, and what is put aside, is not told.
    room.tell(NoticeKind::HandoffClaimed, "Cora took over").await;
    let (path, _) = crate::pilot::following(&w.engineer()).await;
    let body = json!({ "intent": "park", "reason": "Waits for a part" });
    w.engineer().post(&format!("{path}/handoff"), body).await.expect(201);
    assert_eq!(room.messages().await.len(), 2);
}

#[tokio::test]
async fn a_message_outlives_its_channel_and_says_so() {
    let room = Room::over(Database::memory().await).await;
    let made = room.channel("slack", &room.simulator.slack("a")).await;
    let at = format!("/integrations/channels/{}", id(&made));
    room.tell(NoticeKind::SessionEscalated, "One").await;
    let off =
        json!({ "kind": "slack", "name": "Dispatch", "events": ["session.escalated"], "enabled": false });
    room.world.owner().put(&at, off).await.expect(200);
    room.tell(NoticeKind::SessionEscalated, "Two").await;
    room.work().await;
    room.world.owner().delete(&at).await.expect_empty();
    let messages = room.messages().await;
    assert_eq!(messages.len(), 1, "a channel that is off is told nothing");
    assert_eq!(messages[0]["state"], "failed");
    assert_eq!(messages[0]["attempts"][0]["words"], "The channel is switched off.");
    let retry = format!("/integrations/channels/messages/{}/retry", id(&messages[0]));
    assert_eq!(room.world.owner().post(&retry, json!({})).await.expect(200)["state"], "queued");
    room.work().await;
    let messages = room.messages().await;
    assert_eq!(messages[0]["attempts"][1]["words"], "The channel was taken away.");
    assert!(room.simulator.posted().is_empty());
}

/// Owners and admins, with the way to where they look; once, however often it is sent again, and no channel.
#[tokio::test]
async fn a_message_that_waits_for_somebody_is_told_to_those_who_look_after_channels() {
    for database in [Database::memory().await, Database::sqlite().await, Database::postgres().await] {
        let room = Room::over(database).await;
        room.channel("slack", &room.simulator.slack("a")).await;
        room.channel("teams", &room.simulator.teams("b")).await;
        room.fault("/services", &[], Fault::DropAfterCommit);
        room.tell(NoticeKind::SessionEscalated, "Escalation from Eli: the printer").await;
        room.work().await;
        let told = async |person| {
            let client = room.world.again(person).await;
            let listed = client.get("/notifications").await.expect(200);
            let listed = listed.as_array().unwrap().clone();
            listed.into_iter().filter(|one| one["kind"] == "channel.failed").collect::<Vec<Value>>()
        };
        let messages = room.messages().await;
        let waits = messages.iter().find(|message| message["state"] == "uncertain").unwrap().clone();
        for person in [&room.world.owner, &room.world.team_admin] {
            let [notice] = &told(person).await[..] else { panic!("one each") };
            assert_eq!(notice["link"], "/account/integrations");
            let title = notice["title"].as_str().unwrap();
            assert!(title.contains("“Dispatch”") && title.contains("somebody has to look"), "{notice}");
            assert!(notice["body"].as_str().unwrap().starts_with("Escalated: "), "{notice}");
        }
        for person in [&room.world.engineer, &room.world.viewer, &room.world.stranger] {
            assert_eq!(told(person).await, Vec::<Value>::new());
        }
        // Sent again by somebody, and lost again: they know.
        let owner = room.world.again(&room.world.owner).await;
        let again = format!("/integrations/channels/messages/{}/retry", id(&waits));
        owner.post(&again, json!({})).await.expect(200);
        room.work().await;
        assert_eq!(told(&room.world.owner).await.len(), 1);
        assert_eq!(room.messages().await.len(), 2, "no channel is told of it");
        // Taken away: the next one for it is refused, and that is said too.
        room.tell(NoticeKind::SessionEscalated, "Escalation from Eli: the scanner").await;
        let listed = owner.get("/integrations/channels").await.expect(200);
        let slack = listed.as_array().unwrap().iter().find(|channel| channel["kind"] == "slack").unwrap();
        owner.delete(&format!("/integrations/channels/{}", id(slack))).await.expect_empty();
        room.work().await;
        let titles = told(&room.world.owner).await;
        assert_eq!(titles.len(), 2);
        assert!(titles[0]["title"].as_str().unwrap().contains("a channel that is gone"), "{titles:?}");
    }
}
