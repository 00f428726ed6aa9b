//! The simulator over its socket, as a client sees it.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use reqwest::{Client, Method, StatusCode};
use rf_simulators::connectwise::{Fault, FaultRule, Simulator, keys};
use serde_json::{Value, json};

struct Api {
    simulator: Simulator,
    http: Client,
}

impl Api {
    fn start() -> Self {
        let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { simulator: Simulator::start().unwrap(), http }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method, format!("{}/v2025_1/apis/3.0{path}", self.simulator.url()))
            .basic_auth(format!("{}+{}", keys::COMPANY, keys::PUBLIC), Some(keys::PRIVATE))
            .header("clientId", keys::CLIENT_ID)
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.request(Method::GET, path)).await
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.request(method, path).json(&body)).await
    }

    async fn ids(&self, path: &str) -> Vec<i64> {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
    }
}

async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let bytes = response.bytes().await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn the_fixtures_are_a_small_msp() {
    let api = Api::start();
    for (path, count) in [
        ("/company/companies", 8),
        ("/company/contacts", 40),
        ("/company/configurations", 60),
        ("/service/tickets", 120),
        ("/service/boards", 3),
        ("/system/members", 6),
    ] {
        let (_, body) = api.get(&format!("{path}/count")).await;
        assert_eq!(body, json!({ "count": count }), "{path}");
    }
    for id in Simulator::tickets() {
        let ticket = api.simulator.ticket(id).unwrap();
        assert!(!ticket["status"]["name"].as_str().unwrap().is_empty(), "{ticket}");
        assert_eq!(api.simulator.notes(id).len(), 1);
    }
    api.simulator.stop().await.unwrap();
}

#[tokio::test]
async fn discovery_knows_its_company_and_no_other() {
    let api = Api::start();
    let ask = async |company: &str| {
        answer(api.http.get(format!("{}/login/companyinfo/{company}", api.simulator.url()))).await
    };
    assert_eq!(ask("RFDEMO").await.1["Codebase"], "v2025_1/");
    assert_eq!(ask("nobody").await, (StatusCode::OK, Value::Null));
    api.simulator.set_codebase("v2026_1");
    assert_eq!(ask("rfdemo").await.1["Codebase"], "v2026_1/");
    assert_eq!(api.get("/system/info").await.0, 404);
}

#[tokio::test]
async fn only_the_right_keys_get_in_and_readers_only_read() {
    let api = Api::start();
    let info = format!("{}/v2025_1/apis/3.0/system/info", api.simulator.url());
    let user = format!("{}+{}", keys::COMPANY, keys::PUBLIC);
    let other = format!("other+{}", keys::PUBLIC);
    for (user, password, client, expected) in [
        (&user, keys::PRIVATE, keys::CLIENT_ID, 200),
        (&user, "wrong", keys::CLIENT_ID, 401),
        (&other, keys::PRIVATE, keys::CLIENT_ID, 401),
        (&user, keys::PRIVATE, "", 401),
    ] {
        let request = api.http.get(&info).basic_auth(user, Some(password)).header("clientId", client);
        assert_eq!(answer(request).await.0, expected, "{user} {password} {client}");
    }
    for header in ["Basic ///", "Bearer x", ""] {
        assert_eq!(answer(api.http.get(&info).header("authorization", header)).await.0, 401);
    }
    api.simulator.hide_wrong_keys(true);
    assert_eq!(answer(api.http.get(&info).basic_auth(&user, Some("wrong"))).await.0, 404);
    let reader = api
        .http
        .post(info.replace("/system/info", "/service/tickets"))
        .basic_auth(format!("{}+{}", keys::COMPANY, keys::READER_PUBLIC), Some(keys::READER_PRIVATE))
        .header("clientId", keys::CLIENT_ID)
        .json(&json!({ "summary": "x", "company": { "id": 101 } }));
    let (status, body) = answer(reader).await;
    assert_eq!((status.as_u16(), body["code"].as_str()), (403, Some("Security")));
}

#[tokio::test]
async fn lists_are_filtered_ordered_and_paged() {
    let api = Api::start();
    let all: Vec<i64> = Simulator::tickets().collect();
    assert_eq!(api.ids("/service/tickets").await, all[..25], "25 when nobody says how many");
    assert_eq!(api.ids("/service/tickets/?pageSize=5000&recordId=1").await, all);
    assert_eq!(api.ids("/service/tickets?pageSize=50&page=3").await, all[100..]);
    assert!(api.ids("/service/tickets?pageSize=50&page=4").await.is_empty(), "past the end is empty");
    assert_eq!(api.ids("/service/tickets?pageSize=2&orderBy=id%20desc").await, [1_120, 1_119]);
    let alerts = api.ids("/service/tickets?conditions=board/name%3D%22Alerts%22&pageSize=100").await;
    let (_, found) = api
        .send(
            Method::POST,
            "/service/tickets/search?pageSize=100",
            json!({ "conditions": "summary like \"[ALERT]%\"" }),
        )
        .await;
    assert_eq!(found.as_array().unwrap().len(), alerts.len());
    assert!(alerts.len() > 5);
    let (_, body) = api.get("/service/tickets?pageSize=1&fields=id,status/name").await;
    assert_eq!(body[0].as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "status"]);
    let contact = "childConditions=communicationItems/value%20like%20%22%25brightwaterdental%25%22";
    assert_eq!(api.ids(&format!("/company/contacts?{contact}")).await.len(), 5);
    let (status, body) = api.get("/service/tickets?conditions=typeids%3D1").await;
    assert_eq!((status.as_u16(), body["code"].as_str()), (400, Some("ApiFindCondition")));
}

#[tokio::test]
async fn links_lead_through_both_paging_styles() {
    let api = Api::start();
    let link = async |path: &str, style: &str| {
        let request = api.request(Method::GET, path).header("pagination-type", style);
        let response = request.send().await.unwrap();
        response.headers().get("link").map(|link| link.to_str().unwrap().to_owned())
    };
    let first = link("/service/tickets?page=1&pageSize=50", "").await.unwrap();
    assert!(
        first.contains("pageSize=50&page=2>; rel=\"next\"") && first.contains("page=3>; rel=\"last\""),
        "{first}"
    );
    let last = link("/service/tickets?page=3&pageSize=50", "").await.unwrap();
    assert!(!last.contains("next") && last.contains("page=1>; rel=\"first\""), "{last}");
    let forward = link("/service/tickets?pageSize=100", "forward-only").await.unwrap();
    assert!(forward.ends_with("pageId=1100>; rel=\"next\""), "{forward}");
    assert_eq!(link("/service/tickets?pageSize=100&pageId=1100", "forward-only").await.as_deref(), Some(""));
}

#[tokio::test]
async fn writes_are_checked_as_the_original_does() {
    let api = Api::start();
    for (body, code, field) in [
        (json!({ "company": { "id": 101 } }), "MissingRequiredField", "summary"),
        (json!({ "summary": "x".repeat(101), "company": { "id": 101 } }), "MaxLengthField", "summary"),
        (json!({ "summary": "x", "company": { "identifier": "NOBODY" } }), "NotFound", "company/identifier"),
    ] {
        let (status, answer) = api.send(Method::POST, "/service/tickets", body).await;
        let error = &answer["errors"][0];
        assert_eq!((status.as_u16(), &answer["code"]), (400, &json!("InvalidObject")));
        assert_eq!((error["code"].as_str(), error["field"].as_str()), (Some(code), Some(field)));
    }
    let strange = json!({ "summary": "x", "company": { "id": 101 }, "enteredBy": "me" });
    let (_, answer) = api.send(Method::POST, "/service/tickets", strange).await;
    assert!(
        answer["message"]
            .as_str()
            .unwrap()
            .starts_with("Could not find member 'enteredBy' on object of type 'Ticket'.")
    );
    let new =
        json!({ "summary": "x", "company": { "identifier": "vantage" }, "initialDescription": "It broke" });
    let (status, ticket) = api.send(Method::POST, "/service/tickets/", new).await;
    assert_eq!((status.as_u16(), ticket["status"]["name"].as_str()), (201, Some("New")));
    assert_eq!(api.simulator.notes(ticket["id"].as_i64().unwrap()), ["It broke"]);
}

#[tokio::test]
async fn patches_come_in_three_ways_and_a_status_is_one_of_its_board() {
    let api = Api::start();
    for (path, value, expected) in [
        ("status/name", json!("Escalated"), "Escalated"),
        ("/status/name", json!("closed"), "Closed"),
        ("status", json!({ "id": 2 }), "In Progress"),
    ] {
        let patch = json!([{ "op": "replace", "path": path, "value": value }]);
        let (status, ticket) = api.send(Method::PATCH, "/service/tickets/1001", patch).await;
        assert_eq!((status.as_u16(), ticket["status"]["name"].as_str()), (200, Some(expected)), "{ticket}");
        assert_eq!(ticket["closedFlag"], expected == "Closed");
    }
    let patch = json!([{ "op": "replace", "path": "status/id", "value": 12 }]);
    let (status, answer) = api.send(Method::PATCH, "/service/tickets/1001", patch).await;
    assert_eq!(status, 400);
    assert_eq!(answer["errors"][0]["message"], "Service Status 12 not found for Service Board 1");
}

#[tokio::test]
async fn notes_and_time_come_together() {
    let api = Api::start();
    let open = 1_004;
    let (status, _) =
        api.send(Method::POST, "/service/tickets/1004/notes", json!({ "text": "no tab" })).await;
    assert_eq!(status, 400);
    let note = json!({ "text": "Looked at it", "internalAnalysisFlag": true });
    assert_eq!(api.send(Method::POST, "/service/tickets/1004/notes/", note).await.0, 201);
    let entry = json!({
        "chargeToId": open, "chargeToType": "ServiceTicket", "timeStart": "2026-03-03T09:00:00Z",
        "timeEnd": "2026-03-03T09:45:00Z", "notes": "Fixed it", "addToResolutionFlag": true,
    });
    let (status, kept) = api.send(Method::POST, "/time/entries", entry.clone()).await;
    assert_eq!((status.as_u16(), kept["actualHours"].as_f64()), (201, Some(0.75)), "{kept}");
    assert_eq!(kept["member"]["identifier"], keys::MEMBER);
    assert_eq!(api.simulator.ticket(open).unwrap()["actualHours"], 0.75);
    let (_, all) = api.get("/service/tickets/1004/allNotes").await;
    let kinds: Vec<_> =
        all.as_array().unwrap().iter().map(|note| note["noteType"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["TicketNote", "TicketNote", "TimeEntryNote"]);
    let closed = json!({ "chargeToId": 1_001 });
    let mut refused = entry;
    refused["chargeToId"] = closed["chargeToId"].clone();
    let (status, answer) = api.send(Method::POST, "/time/entries", refused).await;
    assert_eq!(
        (status.as_u16(), answer["errors"][0]["field"].as_str()),
        (400, Some("chargeToId")),
        "{answer}"
    );
}

#[tokio::test]
async fn faults_strike_where_and_when_they_should() {
    let api = Api::start();
    let add = |fault, calls: &[u64]| {
        let rule = FaultRule {
            method: Some("POST".into()),
            path: "/1004/notes".into(),
            calls: calls.to_vec(),
            fault,
        };
        api.simulator.reset();
        api.simulator.add_fault(rule);
    };
    let post = || {
        let note = json!({ "text": "n", "internalAnalysisFlag": true });
        api.request(Method::POST, "/service/tickets/1004/notes").json(&note).send()
    };
    let kept = || api.simulator.notes(1_004).len() - 1;
    for (fault, count) in
        [(Fault::DropBeforeCommit, 0), (Fault::DropAfterCommit, 1), (Fault::DropAndCommitLater, 0)]
    {
        add(fault, &[2]);
        assert_eq!(post().await.unwrap().status(), 201, "the first call is not the second");
        assert!(post().await.is_err(), "{fault:?}");
        assert_eq!(kept(), 1 + count, "{fault:?}");
    }
    assert_eq!((api.simulator.release(), kept(), api.simulator.release()), (1, 2, 0));
    for (fault, status, count) in [
        (Fault::TooManyRequests { retry_after: 7 }, 429, 0),
        (Fault::ServerError, 500, 0),
        (Fault::ServerErrorAfterCommit, 500, 1),
        (Fault::BadGatewayPage, 502, 0),
        (Fault::PageAfterCommit, 200, 1),
        (Fault::Truncated, 201, 1),
        (Fault::Redirect, 302, 0),
        (Fault::Slow { milliseconds: 1 }, 201, 1),
    ] {
        add(fault, &[]);
        let response = post().await.unwrap();
        assert_eq!((response.status().as_u16(), kept()), (status, count), "{fault:?}");
        if status == 429 {
            assert_eq!(response.headers()["retry-after"], "7");
        }
        let whole = serde_json::from_slice::<Value>(&response.bytes().await.unwrap()).is_ok();
        let readable = !matches!(
            fault,
            Fault::Truncated | Fault::BadGatewayPage | Fault::PageAfterCommit | Fault::Redirect
        );
        assert_eq!(whole, readable, "{fault:?}");
    }
    let journal = api.simulator.journal();
    let call = journal.last().unwrap();
    assert_eq!((call.method.as_str(), call.status), ("POST", Some(201)));
    assert!(!format!("{journal:?}").contains(keys::PRIVATE));
}

#[tokio::test]
async fn it_is_steered_over_http_too() {
    let api = Api::start();
    let rule = json!({ "path": "/system/info", "fault": { "kind": "too_many_requests", "retry_after": 3 } });
    let faults = format!("{}/sim/faults", api.simulator.url());
    assert_eq!(answer(api.http.post(&faults).json(&rule)).await.0, 204);
    assert_eq!(api.get("/system/info").await.0, 429);
    let (_, journal) = answer(api.http.get(format!("{}/sim/journal", api.simulator.url()))).await;
    assert_eq!(journal["calls"].as_array().unwrap().len(), 1);
    assert_eq!(answer(api.http.delete(&faults)).await.0, 204);
    assert_eq!(api.get("/system/info").await.0, 200);
}
