//! The bell panel: what is told to whom, and how they want to be told.

use rf_notifications::{MailState, Notice, NoticeKind};
use rf_store::Access;
use serde_json::{Value, json};

use super::{Stream, dispatching};
use crate::support::{Client, Database, World, every_store};

every_store! {
    people_are_told_and_read,
    preferences_decide_how,
}

fn notice(w: &World, to: &[rf_kernel::UserId]) -> Notice {
    let session = w.test.app.new_id();
    Notice {
        kind: NoticeKind::SessionEscalated,
        title: rf_notifications::escalation_title("Eli", Some("12345"), "Outlook will not start"),
        body: Some("Tried a new profile".into()),
        link: Some(rf_notifications::escalation_link(session)),
        to: to.to_vec(),
    }
}

async fn notify(w: &World, notice: &Notice) {
    let mut unit = w.store().begin(Access::write(w.north.id)).await.unwrap();
    w.test.app.notify(unit.as_mut(), w.north.id, w.now(), notice).await.unwrap();
    w.test.app.commit(unit).await.unwrap();
}

async fn unread(client: &Client) -> Value {
    client.get("/notifications/unread-count").await.expect(200)["unread"].clone()
}

async fn people_are_told_and_read(w: World) {
    let mut unit = w.store().begin(Access::read(w.north.id)).await.unwrap();
    let told = w.test.app.escalation_audience(unit.as_mut(), w.north.id, w.engineer.id).await.unwrap();
    drop(unit);
    let expected = [&w.owner, &w.team_admin, &w.colleague];
    assert_eq!(told.len(), 3, "neither the viewer nor whoever escalated");
    assert!(expected.iter().all(|person| told.contains(&person.id)));
    dispatching(&w.test.app, async {
        let mut stream = Stream::open(&w.colleague(), None).await;
        assert_eq!(stream.event().await.event, "ready");
        let first = notice(&w, &told);
        notify(&w, &first).await;
        let frame = stream.event().await;
        assert_eq!(frame.event, "notification_created");
        assert_eq!(frame.data["title"], "Escalation from Eli · #12345: Outlook will not start");
        let cora = w.colleague();
        let listed = cora.get("/notifications").await.expect(200);
        assert_eq!(listed.as_array().unwrap().len(), 1);
        assert_eq!(listed[0]["id"], frame.data["id"]);
        assert_eq!(listed[0]["kind"], "session.escalated");
        assert_eq!(listed[0]["body"], "Tried a new profile");
        assert_eq!(listed[0]["link"], first.link.clone().unwrap());
        assert_eq!(listed[0]["read_at"], Value::Null);
        for client in [w.engineer(), w.viewer(), w.stranger()] {
            assert_eq!(client.get("/notifications").await.expect(200), json!([]));
            assert_eq!(unread(&client).await, 0);
        }
        let address = format!("/notifications/{}/read", listed[0]["id"].as_str().unwrap());
        for client in [w.owner(), w.stranger()] {
            client.post(&address, json!({})).await.refused(404, "not_found");
        }
        assert_eq!(unread(&cora).await, 1);
        let read = cora.post(&address, json!({})).await.expect(200);
        assert!(read["read_at"].is_string());
        w.clock().advance(5);
        assert_eq!(cora.post(&address, json!({})).await.expect(200), read, "once");
        assert_eq!(unread(&cora).await, 0);
        for _ in 0..4 {
            notify(&w, &notice(&w, &[w.colleague.id])).await;
        }
        let page = cora.get("/notifications?limit=2&unread=true").await;
        assert_eq!(page.expect(200).as_array().unwrap().len(), 2);
        let cursor = page.header("x-next-cursor").to_owned();
        let rest =
            cora.find("/notifications", &[("limit", "9"), ("unread", "true"), ("cursor", &cursor)]).await;
        assert_eq!(rest.expect(200).as_array().unwrap().len(), 2);
        assert_eq!(rest.header_if_any("x-next-cursor"), None);
        cora.get("/notifications?cursor=x").await.refuses_fields(&[("query.cursor", "not_a_cursor")]);
        assert_eq!(cora.post("/notifications/read-all", json!({})).await.expect(200), json!({ "marked": 4 }));
        assert_eq!(cora.post("/notifications/read-all", json!({})).await.expect(200), json!({ "marked": 0 }));
        assert_eq!(unread(&w.owner()).await, 1, "one's reading is not another's");
    })
    .await;
}

async fn preferences_decide_how(w: World) {
    let cora = w.colleague();
    let usual = cora.get("/notifications/preferences").await.expect(200);
    assert_eq!(usual["events"]["session.escalated"], json!({ "in_app": true, "email": true }));
    assert_eq!(usual["events"]["handoff.claimed"], json!({ "in_app": true, "email": false }));
    assert_eq!(usual["quiet_hours"], Value::Null);
    let mails = async || {
        let mut unit = w.store().begin(Access::system_read()).await.unwrap();
        unit.list_mails(None, rf_kernel::Page { skip: 0, limit: 100 }).await.unwrap()
    };
    notify(&w, &notice(&w, &[w.colleague.id])).await;
    let sent = mails().await;
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].to.as_str(), sent[0].state), (w.colleague.email.as_str(), MailState::Kept));
    let quiet = json!({ "enabled": true, "start": "22:00", "end": "06:00", "time_zone": "Europe/Berlin" });
    let said = json!({
        "events": { "session.escalated": { "in_app": false, "email": false } },
        "quiet_hours": quiet,
    });
    let kept = cora.put("/notifications/preferences", said).await.expect(200);
    assert_eq!(kept["quiet_hours"], quiet);
    assert_eq!(kept["events"]["psa.push_failed"], json!({ "in_app": true, "email": false }));
    assert_eq!(cora.get("/notifications/preferences").await.expect(200), kept);
    notify(&w, &notice(&w, &[w.colleague.id, w.owner.id])).await;
    assert_eq!(mails().await.len(), 2, "the owner's alone");
    assert_eq!((unread(&cora).await, unread(&w.owner()).await), (json!(1), json!(1)));
    for (said, loc, code) in [
        (json!({ "events": { "x": { "in_app": true, "email": true } } }), "events.x", "unknown_event"),
        (
            json!({ "quiet_hours": { "enabled": true, "start": "25:00", "end": "06:00", "time_zone": "UTC" } }),
            "quiet_hours.start",
            "not_a_time",
        ),
        (
            json!({ "quiet_hours": { "enabled": true, "start": "22:00", "end": "06:00", "time_zone": "Moon" } }),
            "quiet_hours.time_zone",
            "unknown_time_zone",
        ),
    ] {
        cora.put("/notifications/preferences", said).await.refuses_fields(&[(loc, code)]);
    }
}

/// A mail that comes up at night waits for the morning; the bell panel does not.
#[tokio::test]
async fn quiet_hours_hold_mails_back() {
    let w = World::with_mailer(Database::memory().await, std::sync::Arc::new(Nobody)).await;
    let cora = w.colleague();
    // The clock stands at 14:00 UTC, three in the afternoon in Berlin.
    let quiet = json!({ "enabled": true, "start": "14:30", "end": "15:30", "time_zone": "Europe/Berlin" });
    cora.put("/notifications/preferences", json!({ "quiet_hours": quiet })).await.expect(200);
    notify(&w, &notice(&w, &[w.colleague.id, w.owner.id])).await;
    let mut unit = w.store().begin(Access::system_read()).await.unwrap();
    let jobs = unit.list_jobs(None, rf_kernel::Page { skip: 0, limit: 100 }).await.unwrap();
    let mut waits: Vec<i64> = jobs.iter().map(|job| job.run_at.seconds_since(job.created_at)).collect();
    waits.sort_unstable();
    assert_eq!(waits, [0, 1_800]);
    assert_eq!(unread(&cora).await, 1);
}

/// Takes no mail.
#[derive(Debug)]
struct Nobody;

#[async_trait::async_trait]
impl rf_notifications::Mailer for Nobody {
    async fn send(&self, _: &rf_notifications::OutgoingMail) -> Result<String, rf_notifications::MailError> {
        Err(rf_notifications::MailError::Later("nobody".into()))
    }
}
