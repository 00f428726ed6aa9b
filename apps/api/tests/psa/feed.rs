//! Hearing of changes: callbacks as hints, whatever comes twice, late or wrongly signed, and a look for what they missed.

use reqwest::Method;
use rf_simulators::connectwise::{Dispatch, Fault};
use serde_json::{Value, json};

use super::{Desk, OPEN, connection, every_database};
use crate::support::{Answer, Database, troubleshooting_flow};

every_database! {
    what_a_client_does_to_a_ticket_is_told_once,
    a_guided_session_keeps_its_ticket_and_knows_what_others_changed,
    callbacks_are_registered_once_and_taken_away,
    what_callbacks_missed_is_looked_for,
}

impl Desk {
    /// Sends what the simulator has to tell to where it was asked to; what was answered.
    async fn deliver(&self, how: Dispatch) -> Vec<u16> {
        let mut answers = Vec::new();
        for delivery in self.simulator.deliveries(how) {
            answers.push(self.callback(&delivery.url, &delivery.signature, delivery.body).await.status);
        }
        answers
    }

    async fn callback(&self, url: &str, signature: &str, body: Vec<u8>) -> Answer {
        let (_, path) = url.split_once("/api/v1").unwrap();
        let request = self.world.anonymous().request(Method::POST, path);
        Answer::of(request.header("x-content-signature", signature).body(body)).await
    }

    /// Registers the callback, and looks for what changed.
    async fn sync(&self) {
        self.world.test.app.sync_psas().await.unwrap();
        self.run("psa.sync").await;
    }

    async fn begun(&self, ticket: i64) -> String {
        let engineer = self.world.again(&self.world.engineer).await;
        let said = json!({ "intake_content": {}, "psa_ticket_id": ticket.to_string() });
        let session = engineer.post("/ai-sessions", said).await.expect(201);
        session["id"].as_str().unwrap().to_owned()
    }

    async fn ticket_data(&self, session: &str) -> Value {
        let engineer = self.world.again(&self.world.engineer).await;
        let session = engineer.get(&format!("/ai-sessions/{session}")).await.expect(200);
        session["intake_content"]["ticket_data"].clone()
    }

    /// What others changed, as the conversation knows it.
    async fn changes(&self, session: &str) -> Vec<(String, String)> {
        let data = self.ticket_data(session).await;
        let text = |change: &Value, field: &str| change[field].as_str().unwrap().to_owned();
        let changes = data["changes"].as_array().unwrap();
        changes.iter().map(|change| (text(change, "kind"), text(change, "now"))).collect()
    }
}

async fn what_a_client_does_to_a_ticket_is_told_once(desk: Desk) {
    desk.sync().await;
    desk.run("psa.refresh").await;
    let session = desk.begun(OPEN).await;
    assert_eq!(desk.changes(&session).await, []);
    desk.simulator.write_as_client(OPEN, "It works again,\nthank you");
    desk.simulator.change_ticket(OPEN, &json!({ "summary": "Label printer at reception" }));
    // Nobody works on this one.
    desk.simulator.write_as_client(OPEN + 1, "Hello?");
    let answers = desk.deliver(Dispatch::TwiceAndBackwards).await;
    assert_eq!(answers, [204; 6]);
    // Both changes are told with the ticket as it is now: one and the same delivery.
    assert_eq!(desk.waiting("psa.refresh").await, 1, "each delivery once, and none for the ticket of nobody");
    desk.run("psa.refresh").await;
    let expected = [
        ("summary".to_owned(), "Label printer at reception".to_owned()),
        ("note".to_owned(), "It works again, thank you".to_owned()),
    ];
    assert_eq!(desk.changes(&session).await, expected);
    let data = desk.ticket_data(&session).await;
    assert_eq!(data["ticket"]["summary"], "Label printer at reception");
    assert!(
        data["recent_notes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|note| note["text"] == "It works again,\nthank you")
    );
    // A turn goes on from where it was.
    let engineer = desk.world.again(&desk.world.engineer).await;
    engineer.post(&format!("/ai-sessions/{session}/pause"), json!({})).await.expect(200);
    desk.simulator.delete_ticket(OPEN);
    desk.deliver(Dispatch::InOrder).await;
    desk.run("psa.refresh").await;
    let changes = desk.changes(&session).await;
    assert_eq!(changes.last().unwrap().0, "deleted", "{changes:?}");
    assert_eq!(
        desk.ticket_data(&session).await["ticket"]["summary"],
        "Label printer at reception",
        "and it is kept"
    );
}

async fn a_guided_session_keeps_its_ticket_and_knows_what_others_changed(desk: Desk) {
    desk.sync().await;
    desk.run("psa.refresh").await;
    let engineer = desk.world.again(&desk.world.engineer).await;
    let flow = engineer.post("/trees", troubleshooting_flow("Printer")).await.expect(201);
    let start = json!({ "tree_id": flow["id"], "ticket_number": format!("#{OPEN}") });
    let session = engineer.post("/sessions", start).await.expect(201);
    let path = format!("/sessions/{}", session["id"].as_str().unwrap());
    let kept = async || engineer.get(&format!("{path}/ticket")).await.expect(200)["ticket_data"].clone();
    assert_eq!(kept().await, Value::Null, "not read yet, and nobody waited for it");
    desk.run("psa.refresh").await;
    let ticket = desk.simulator.ticket(OPEN).unwrap();
    let first = kept().await;
    assert_eq!((&first["ticket"]["summary"], &first["changes"]), (&ticket["summary"], &json!([])));

    desk.simulator.write_as_client(OPEN, "It works again,\nthank you");
    desk.simulator.change_ticket(OPEN, &json!({ "summary": "Label printer at reception" }));
    desk.deliver(Dispatch::TwiceAndBackwards).await;
    desk.run("psa.refresh").await;
    let changed = kept().await;
    let told: Vec<_> = changed["changes"].as_array().unwrap().iter().map(|change| &change["now"]).collect();
    assert_eq!(told, ["Label printer at reception", "It works again, thank you"], "{changed}");
    let read = engineer.get(&path).await.expect(200);
    assert_eq!(read["revision"], session["revision"], "nobody has worked on it");

    // Another ticket begins anew, and what was kept of the one before is not shown for it.
    let next = json!({ "ticket_number": (OPEN + 1).to_string() });
    engineer.put(&path, next).await.expect(200);
    assert_eq!(kept().await, Value::Null);
    desk.run("psa.refresh").await;
    let next = desk.simulator.ticket(OPEN + 1).unwrap();
    let kept_now = kept().await;
    assert_eq!((&kept_now["ticket"]["summary"], &kept_now["changes"]), (&next["summary"], &json!([])));
    desk.simulator.delete_ticket(OPEN + 1);
    desk.deliver(Dispatch::InOrder).await;
    desk.run("psa.refresh").await;
    assert_eq!(kept().await["changes"][0]["kind"], "deleted");
    let stranger = desk.world.again(&desk.world.stranger).await;
    stranger.get(&format!("{path}/ticket")).await.refused(404, "session_not_found");
}

#[tokio::test]
async fn nobody_else_is_believed_and_nothing_is_told_to_them() {
    let desk = Desk::over(Database::memory().await).await;
    desk.sync().await;
    desk.run("psa.refresh").await;
    let session = desk.begun(OPEN).await;
    let url = desk.simulator.callback_urls().remove(0);
    desk.simulator.write_as_client(OPEN, "Hello?");
    assert_eq!(desk.deliver(Dispatch::WronglySigned).await, [204]);
    let (body, signature) = desk.simulator.callback(OPEN, "updated");
    let account = desk.world.north.id.to_string();
    let elsewhere = desk.world.stranger.account_id.to_string();
    let secret = url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    for (url, signature, body) in [
        (url.replace(&secret, "guessed"), signature.clone(), body.clone()),
        (url.replace(&account, &elsewhere), signature.clone(), body.clone()),
        (url.replace(&account, "no-account"), signature.clone(), body.clone()),
        (url.clone(), "bm9uZQ==".into(), body.clone()),
        (url.clone(), String::new(), body.clone()),
        (url.clone(), signature.clone(), [body.as_slice(), b" "].concat()),
        (url.clone(), signature.clone(), b"\xff\xfe".to_vec()),
        (url.clone(), signature.clone(), vec![b'x'; 600 * 1_024]),
    ] {
        let answer = desk.callback(&url, &signature, body).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{url}");
    }
    assert_eq!(desk.waiting("psa.refresh").await, 0);
    assert_eq!(desk.changes(&session).await, []);
    // The right one is.
    let answer = desk.callback(&url, &signature, body).await;
    assert_eq!((answer.status, desk.waiting("psa.refresh").await), (204, 1));
}

async fn callbacks_are_registered_once_and_taken_away(desk: Desk) {
    desk.sync().await;
    desk.sync().await;
    let first = desk.simulator.callback_urls();
    let below = format!("/api/v1/integrations/psa/callbacks/{}/", desk.world.north.id);
    assert!(first.len() == 1 && first[0].contains(&below) && first[0].ends_with("?id="), "{first:?}");
    let owner = desk.world.again(&desk.world.owner).await;
    let shown = owner.get("/integrations/psa").await.expect(200);
    assert_eq!(shown["connection"]["callbacks"], true);
    assert!(!shown.to_string().contains("callbacks/"), "the address is nobody's to read: {shown}");
    // Connected anew: another secret, and still one callback.
    owner.put("/integrations/psa", connection(&desk.simulator)).await.expect(200);
    desk.sync().await;
    let second = desk.simulator.callback_urls();
    assert!(second.len() == 1 && second != first, "{second:?}");
    owner.delete("/integrations/psa").await.expect_empty();
    assert_eq!(desk.simulator.callback_urls(), Vec::<String>::new());
    // What still comes is met with silence.
    let (body, signature) = desk.simulator.callback(OPEN, "updated");
    assert_eq!(desk.callback(&second[0], &signature, body).await.status, 204);
    assert_eq!(desk.waiting("psa.refresh").await, 0);
}

async fn what_callbacks_missed_is_looked_for(desk: Desk) {
    let session = desk.begun(OPEN).await;
    desk.sync().await;
    desk.run("psa.refresh").await;
    desk.simulator.change_ticket(OPEN, &json!({ "summary": "Label printer" }));
    desk.simulator.write_as_client(OPEN + 1, "Nobody works on this one");
    drop(desk.simulator.deliveries(Dispatch::InOrder));
    // A PSA that is away is asked again the next time.
    desk.fault("GET", "/service/tickets", &[], Fault::ServerError);
    desk.world.clock().advance(600);
    desk.sync().await;
    assert_eq!(desk.waiting("psa.refresh").await, 0);
    desk.simulator.clear_faults();
    desk.world.clock().advance(600);
    desk.sync().await;
    assert_eq!(desk.waiting("psa.refresh").await, 1);
    desk.run("psa.refresh").await;
    assert_eq!(desk.changes(&session).await, [("summary".to_owned(), "Label printer".to_owned())]);
    let mut asked =
        desk.simulator.journal().into_iter().filter(|call| call.path.ends_with("/service/tickets"));
    let last = asked.next_back().unwrap();
    let conditions = last.query.iter().find(|(name, _)| name == "conditions").map(|(_, text)| text.clone());
    let conditions = conditions.unwrap();
    assert!(
        conditions.contains(&format!("id in ({OPEN})")) && conditions.contains("lastUpdated >="),
        "{conditions}"
    );
}

#[tokio::test]
async fn what_we_did_ourselves_is_no_news() {
    let desk = Desk::over(Database::memory().await).await;
    let owner = desk.world.owner();
    let statuses = json!({ "status": { "on_escalate": "Waiting on Client" } });
    owner.patch("/integrations/psa/settings", statuses).await.expect(200);
    desk.sync().await;
    let session = desk.begun(OPEN).await;
    drop(desk.simulator.deliveries(Dispatch::InOrder));
    let engineer = desk.world.engineer();
    let reason = json!({ "escalation_reason": "No rights on the print server" });
    engineer.post(&format!("/ai-sessions/{session}/escalate"), reason).await.expect(201);
    desk.work().await;
    desk.set_statuses().await;
    assert_eq!(desk.ours(OPEN, rf_psa::Artefact::Note), 1);
    assert_eq!(desk.simulator.ticket(OPEN).unwrap()["status"]["name"], "Waiting on Client");
    assert_eq!(desk.simulator.deliveries(Dispatch::InOrder).len(), 0, "the PSA leaves out what we did");
    // And where it is seen all the same it is known as ours.
    desk.world.clock().advance(600);
    desk.sync().await;
    desk.run("psa.refresh").await;
    assert_eq!(desk.changes(&session).await, []);
}
