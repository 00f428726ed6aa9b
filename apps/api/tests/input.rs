//! I1..I3: whatever is sent, the answer is a refusal with the one body, never a fault of ours.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Client, World, checklist_flow, every_store, new_flow, troubleshooting_flow};

every_store! {
    unknown_fields_are_refused_by_name,
    wrong_types_are_refused_by_name,
    what_is_no_json_is_refused,
    a_nul_is_refused_wherever_a_text_goes,
    a_lone_surrogate_is_refused_wherever_a_text_goes,
    a_nul_hides_in_no_private_key_of_the_json_library,
    other_odd_texts_are_kept_as_they_are,
    deep_and_wide_bodies_are_bounded,
    a_body_has_at_most_a_mebibyte,
    compressed_bodies_are_refused,
    media_types_are_said_and_right,
    ids_are_uuids,
    stray_query_parameters_are_refused,
    methods_and_addresses_that_do_not_exist,
}

/// A tree and a session to aim at, and every address that takes a JSON body, with one it takes.
async fn writes(w: &World) -> Vec<(Method, String, Value)> {
    let engineer = w.engineer();
    let tree = engineer.post("/trees", checklist_flow("Target")).await.expect(201)["id"].clone();
    let session = engineer.post("/sessions", json!({ "tree_id": tree })).await.expect(201)["id"].clone();
    let (tree_path, path) =
        (format!("/trees/{}", tree.as_str().unwrap()), format!("/sessions/{}", session.as_str().unwrap()));
    let entry_id = Uuid::from_u128(7);
    let draft = json!({ "tree_type": "procedural", "tree_structure": { "sections": [] } });
    vec![
        (
            Method::POST,
            "/auth/register".into(),
            json!({ "email": "a@b.example", "password": "a long password", "name": "N" }),
        ),
        (
            Method::POST,
            "/auth/login/json".into(),
            json!({ "email": "a@b.example", "password": "a long password" }),
        ),
        (Method::POST, "/auth/refresh".into(), json!({ "refresh_token": "x" })),
        (Method::POST, "/auth/logout".into(), json!({ "refresh_token": "x" })),
        (Method::PATCH, "/auth/me".into(), json!({ "name": "Eli" })),
        (
            Method::POST,
            "/auth/password".into(),
            json!({ "current_password": "x", "new_password": "a long password" }),
        ),
        (Method::PATCH, "/accounts/me".into(), json!({ "name": "North" })),
        (Method::POST, "/accounts/me/transfer-ownership".into(), json!({ "user_id": w.colleague.id })),
        (Method::POST, "/accounts/me/teams".into(), json!({ "name": "Projects" })),
        (Method::PATCH, format!("/accounts/me/people/{}", w.colleague.id), json!({ "role": "viewer" })),
        (Method::POST, "/trees".into(), checklist_flow("New")),
        (Method::POST, "/trees/lint".into(), draft),
        (Method::PUT, tree_path.clone(), json!({ "name": "Other" })),
        (Method::POST, format!("{tree_path}/publish"), json!({ "change_note": "n" })),
        (Method::POST, format!("{tree_path}/fork"), json!({ "name": "F" })),
        (Method::POST, "/sessions".into(), json!({ "tree_id": tree, "ticket_number": "T" })),
        (Method::POST, "/sessions/prepare".into(), json!({ "tree_id": tree, "ticket_number": "T" })),
        (Method::POST, "/sessions/batch".into(), json!({ "tree_id": tree, "targets": [{ "label": "A" }] })),
        (Method::PUT, path.clone(), json!({ "scratchpad": "s" })),
        (
            Method::POST,
            format!("{path}/steps"),
            json!({ "entry_id": entry_id, "action": "note", "node_id": "backup", "notes": "n" }),
        ),
        (Method::PATCH, format!("{path}/scratchpad"), json!({ "scratchpad": "s" })),
        (Method::PATCH, format!("{path}/variables"), json!({ "variables": { "a": "b" } })),
        (Method::POST, format!("{path}/export"), json!({ "format": "text" })),
        (Method::POST, format!("{path}/save-as-tree"), json!({ "tree_name": "S" })),
        (Method::POST, format!("{path}/complete"), json!({ "outcome": "unresolved", "outcome_notes": "n" })),
    ]
}

async fn send(client: &Client, method: &Method, path: &str, body: impl Into<Vec<u8>>) -> Answer {
    let request = client.request(method.clone(), path).header("content-type", "application/json");
    Answer::of(request.body(body.into())).await
}

async fn unknown_fields_are_refused_by_name(w: World) {
    for (method, path, mut body) in writes(&w).await {
        body["surprise"] = json!(1);
        let answer = send(&w.engineer(), &method, &path, body.to_string()).await;
        let error = answer.refused(422, "validation_failed")["errors"][0].clone();
        assert_eq!(
            (&error["loc"], &error["code"]),
            (&json!("surprise"), &json!("wrong_shape")),
            "{method} {path}"
        );
    }
    let nested = json!({ "sections": [{ "id": "a", "title": "A", "steps": [{ "id": "s", "title": "S", "run": "rm" }] }] });
    let answer = w.engineer().post("/trees", new_flow("X", "procedural", &nested)).await;
    answer.refuses_fields(&[("tree_structure.sections[0].steps[0].run", "wrong_shape")]);
    let mut flow = checklist_flow("X");
    flow["intake_form"] = json!({ "fields": [{ "name": "a", "label": "A", "type": "text", "size": 3 }] });
    w.engineer().post("/trees", flow).await.refuses_fields(&[("intake_form.fields[0].size", "wrong_shape")]);
}

async fn wrong_types_are_refused_by_name(w: World) {
    for (method, path, body) in writes(&w).await {
        for (field, value) in body.as_object().unwrap() {
            let mut body = body.clone();
            body[field] = if value.is_array() || value.is_object() { json!(7) } else { json!([7]) };
            let answer = send(&w.engineer(), &method, &path, body.to_string()).await;
            assert_eq!(answer.status, 422, "{method} {path} {body}");
            let error = answer.refused(422, "validation_failed")["errors"][0].clone();
            assert_eq!(
                (&error["loc"], &error["code"]),
                (&json!(field), &json!("wrong_shape")),
                "{method} {path}"
            );
        }
        for body in ["[]", "7", "\"text\"", "null", "true"] {
            let answer = send(&w.engineer(), &method, &path, body).await;
            answer.refuses_fields(&[("body", "wrong_shape")]);
        }
    }
}

async fn what_is_no_json_is_refused(w: World) {
    for (method, path, body) in writes(&w).await {
        let cut = &body.to_string()[..3];
        let twice = format!("{body}{body}");
        let bodies =
            [cut.to_owned(), twice, "{'a': 1}".into(), "<xml/>".into(), "\u{feff}{}".into(), "{,}".into()];
        for body in bodies {
            let answer = send(&w.engineer(), &method, &path, body.as_str()).await;
            let detail = answer.refused(400, "malformed_request")["detail"].clone();
            assert!(
                detail.as_str().unwrap().starts_with("The body is not valid JSON: "),
                "{method} {path} {detail}"
            );
        }
        let answer = send(&w.engineer(), &method, &path, b"{\"a\": \"\xff\"}".to_vec()).await;
        assert!([400, 422].contains(&answer.status), "{method} {path} {answer:?}");
    }
}

/// I2: no database keeps a NUL, so no address takes one.
async fn a_nul_is_refused_wherever_a_text_goes(w: World) {
    for (method, path, body) in writes(&w).await {
        for (field, value) in body.as_object().unwrap() {
            if value.is_string() {
                let mut body = body.clone();
                body[field] = json!(format!("{}\0", value.as_str().unwrap()));
                let answer = send(&w.engineer(), &method, &path, body.to_string()).await;
                answer.refuses_fields(&[("body", "control_character")]);
            }
        }
    }
    let answer = w.engineer().get("/trees?search=a%00b").await;
    answer.refuses_fields(&[("query", "control_character")]);
    let form = "username=a%00@b.example&password=p%00";
    let answer = w.anonymous().post_raw("/auth/login", "application/x-www-form-urlencoded", form).await;
    answer.refused(401, "invalid_credentials");
    // An escaped backslash before it makes it a harmless text.
    let flow = json!({ "name": "not a NUL: \\u0000" });
    assert_eq!(
        w.engineer()
            .post(
                "/trees/lint",
                json!({
                    "name": flow["name"], "tree_type": "procedural", "tree_structure": { "sections": [] },
                })
            )
            .await
            .status,
        200
    );
}

/// I2: half a surrogate pair is no character.
async fn a_lone_surrogate_is_refused_wherever_a_text_goes(w: World) {
    for (method, path, body) in writes(&w).await {
        for (field, _) in body.as_object().unwrap().iter().filter(|(_, value)| value.is_string()) {
            for half in ["\\ud800", "\\udc00", "x\\udbff y", "\\udc00\\ud800"] {
                let answer = send(&w.engineer(), &method, &path, format!("{{\"{field}\":\"{half}\"}}")).await;
                assert_eq!(answer.status, 422, "{method} {path} {answer:?}");
                let loc = answer.refused(422, "validation_failed")["errors"][0]["loc"].clone();
                assert_eq!(loc, json!(field), "{method} {path}");
            }
        }
    }
}

/// `serde_json` reads an object with this one key as the JSON text it holds: a second parser behind the first.
async fn a_nul_hides_in_no_private_key_of_the_json_library(w: World) {
    let hidden = json!({ "$serde_json::private::RawValue": "\"a\\u0000b\"" });
    let step = |id: &Value, title: &Value| json!({ "sections": [{ "id": "a", "title": "A", "steps": [{ "id": id, "title": title }] }] });
    for structure in [step(&hidden, &json!("T")), step(&json!("s"), &hidden)] {
        let answer = w.engineer().post("/trees", new_flow("X", "procedural", &structure)).await;
        assert_eq!(answer.status, 422, "{answer:?}");
    }
    let tree = w.engineer().post("/trees", troubleshooting_flow("P")).await.expect(201)["id"].clone();
    let body = json!({ "tree_id": tree, "session_variables": { "a": hidden } });
    assert_eq!(w.engineer().post("/sessions", body).await.status, 422);
}

async fn other_odd_texts_are_kept_as_they_are(w: World) {
    let tree = w.engineer().post("/trees", checklist_flow("Target")).await.expect(201)["id"].clone();
    let session = w.engineer().post("/sessions", json!({ "tree_id": tree })).await.expect(201)["id"].clone();
    let path = format!("/sessions/{}", session.as_str().unwrap());
    for text in [
        "😀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢",
        "e\u{301} é",
        "\u{202e}right to left",
        "\u{feff}bom",
        "\u{fffd}\u{ffff}",
        "\u{1}\u{7f}\u{85}",
        "'; DROP TABLE sessions; --",
        "%s %n {{x}} ${jndi:ldap://x} <!--#exec-->",
        "line\r\nline\ttab",
        "\\u0000",
        "\u{10ffff}",
    ] {
        let body = json!({ "scratchpad": text, "ticket_number": text, "client_name": text, "session_variables": { "v": text } });
        let session = w.engineer().put(&path, body).await.expect(200);
        assert_eq!(session["scratchpad"], text);
        assert_eq!(session["session_variables"]["v"], text);
        let read = w.engineer().get(&path).await.expect(200);
        assert_eq!((&read["scratchpad"], &read["session_variables"]["v"]), (&json!(text), &json!(text)));
        let found = w.engineer().find("/sessions", &[("ticket_number", text.trim())]).await.expect(200);
        assert_eq!(found.as_array().unwrap().len(), 1, "{text:?}");
    }
    for number in [
        "0",
        "-0.0",
        "1e308",
        "123456789012345678901234567890",
        "0.1",
        "9007199254740993",
        "18446744073709551615",
    ] {
        let body = format!("{{\"variables\":{{\"n\":{number}}}}}");
        let kept = send(&w.engineer(), &Method::PATCH, &format!("{path}/variables"), body).await.expect(200);
        let read = w.engineer().get(&path).await.expect(200);
        assert_eq!(read["session_variables"]["n"], kept["session_variables"]["n"], "{number}");
    }
    let body = "{\"variables\":{\"n\":1e400}}";
    let answer = send(&w.engineer(), &Method::PATCH, &format!("{path}/variables"), body).await;
    answer.refuses_fields(&[("variables.n", "wrong_shape")]);
}

async fn deep_and_wide_bodies_are_bounded(w: World) {
    for (method, path, _) in writes(&w).await {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = format!("{}1{}", open.repeat(200), close.repeat(200));
            for body in [
                deep.clone(),
                format!("{{\"tree_structure\":{deep}}}"),
                format!("{{\"variables\":{{\"a\":{deep}}}}}"),
            ] {
                let answer = send(&w.engineer(), &method, &path, body).await;
                assert!([400, 422].contains(&answer.status), "{method} {path} {answer:?}");
            }
        }
    }
    let engineer = w.engineer();
    let tree = engineer.post("/trees", checklist_flow("Target")).await.expect(201)["id"].clone();
    let session = engineer.post("/sessions", json!({ "tree_id": tree })).await.expect(201)["id"].clone();
    let variables = format!("/sessions/{}/variables", session.as_str().unwrap());
    let wide = |count: usize| -> Value {
        let wide: serde_json::Map<_, _> = (0..count).map(|n| (format!("v{n}"), json!(n))).collect();
        json!({ "variables": wide })
    };
    // More than is even read, in whichever shape.
    for body in [wide(60_000), json!({ "variables": { "a": vec![1; 90_000] } })] {
        engineer.patch(&variables, body).await.refuses_fields(&[("body", "too_many")]);
    }
    let answer = engineer.patch(&variables, wide(20_000)).await;
    answer.refuses_fields(&[("session_variables", "too_many"), ("session_variables", "too_many")]);
    let nodes: Vec<_> =
        (0..2_001).map(|n| json!({ "id": format!("n{n}"), "type": "outcome", "title": "T" })).collect();
    let mut flow = new_flow("Wide", "troubleshooting", &json!({ "root": "n0", "nodes": nodes }));
    flow["status"] = json!("draft");
    engineer.post("/trees", flow).await.refuses_fields(&[("tree_structure", "too_many")]);
}

async fn a_body_has_at_most_a_mebibyte(w: World) {
    let limit = 1_024 * 1_024;
    let sized = |size: usize| {
        let head = "{\"scratchpad\":\"";
        format!("{head}{}\"}}", "x".repeat(size - head.len() - 2))
    };
    for (method, path, _) in writes(&w).await {
        let answer = send(&w.engineer(), &method, &path, sized(limit + 1)).await;
        answer.says(413, "payload_too_large", "The body is larger than 1024 KiB.");
        let answer = send(&w.engineer(), &method, &path, sized(limit)).await;
        assert!([401, 422].contains(&answer.status), "{method} {path} {answer:?}");
    }
    let answer = w.engineer().post_raw("/trees/import", "application/yaml", "x".repeat(limit + 1)).await;
    answer.refused(413, "payload_too_large");
    let form = "x".repeat(limit + 1);
    let answer = w.anonymous().post_raw("/auth/login", "application/x-www-form-urlencoded", form).await;
    answer.refused(413, "payload_too_large");
}

async fn compressed_bodies_are_refused(w: World) {
    for (method, path, body) in writes(&w).await {
        for encoding in ["gzip", "br", "deflate", "zstd", "identity", "x"] {
            let request = w.engineer().request(method.clone(), &path).header("content-encoding", encoding);
            let text = "Compressed request bodies are not accepted; send the body as it is.";
            Answer::of(request.json(&body)).await.says(415, "unsupported_media_type", text);
        }
    }
}

async fn media_types_are_said_and_right(w: World) {
    for (method, path, body) in writes(&w).await {
        for media_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/xml",
            "nonsense",
        ] {
            let request = w.engineer().request(method.clone(), &path).header("content-type", media_type);
            let answer = Answer::of(request.body(body.to_string())).await;
            answer.says(415, "unsupported_media_type", "Send the body as application/json.");
        }
    }
    // With parameters, in any case, or not said at all.
    let engineer = w.engineer();
    let flow = checklist_flow("F").to_string();
    for media_type in ["application/json; charset=utf-8", "APPLICATION/JSON"] {
        engineer.post_raw("/trees", media_type, flow.clone()).await.expect(201);
    }
    Answer::of(engineer.request(Method::POST, "/trees").body(flow)).await.expect(201);
    let answer = w.anonymous().post_raw("/auth/login", "application/json", "{}").await;
    answer.says(415, "unsupported_media_type", "Send the form as application/x-www-form-urlencoded.");
    let answer =
        w.anonymous().post_raw("/auth/login", "application/x-www-form-urlencoded", "username=x").await;
    answer.refuses_fields(&[("body", "malformed")]);
}

async fn ids_are_uuids(w: World) {
    let engineer = w.engineer();
    for id in [
        "7",
        "null",
        "undefined",
        "..%2f..%2fetc",
        "%00",
        "x%27%20OR%201=1",
        "01a20915-e8bb-7765-924e-128d492bb29",
        "%F0%9F%98%80",
    ] {
        for path in [
            format!("/trees/{id}"),
            format!("/trees/{id}/export"),
            format!("/trees/{id}/versions/1"),
            format!("/sessions/{id}"),
            format!("/sessions/{id}/log"),
        ] {
            let answer = engineer.get(&path).await;
            answer.refuses_fields(&[("path.id", "not_a_uuid")]);
        }
        engineer.delete(&format!("/trees/{id}")).await.refuses_fields(&[("path.id", "not_a_uuid")]);
        let answer =
            engineer.post(&format!("/sessions/{id}/complete"), json!({ "outcome": "resolved" })).await;
        answer.refuses_fields(&[("path.id", "not_a_uuid")]);
        engineer
            .post("/sessions", json!({ "tree_id": id }))
            .await
            .refuses_fields(&[("tree_id", "wrong_shape")]);
    }
    // Who is not signed in is told nothing about ids.
    w.anonymous().get("/trees/7").await.refused(401, "not_authenticated");
}

async fn stray_query_parameters_are_refused(w: World) {
    let engineer = w.engineer();
    let id = w.test.app.new_id::<Uuid>();
    for path in [
        "/trees?surprise=1",
        "/trees/facets?surprise=1",
        "/trees?search=a&limit=1&Search=b",
        "/sessions?surprise=1",
        "/sessions?limit=1&limit=2",
    ] {
        engineer.get(path).await.refuses_fields(&[("query", "malformed")]);
    }
    for path in [
        "/auth/me?x=1".into(),
        "/accounts/me/members?role=owner".into(),
        "/meta?x".into(),
        format!("/trees/{id}?version=1"),
        format!("/trees/{id}/versions?limit=1"),
        format!("/sessions/{id}?full=1"),
        format!("/sessions/{id}/log?skip=1"),
    ] {
        engineer.get(&path).await.refuses_fields(&[("query", "unknown_parameter")]);
    }
    let answer = engineer.post("/trees?status=published", checklist_flow("F")).await;
    answer.refuses_fields(&[("query", "unknown_parameter")]);
    let answer = w.anonymous().post("/auth/login/json?email=x", json!({})).await;
    answer.refuses_fields(&[("query", "unknown_parameter")]);
    // The web app's own addresses are its own.
    assert_eq!(w.anonymous().get("//?source=pwa").await.status, 200);
}

async fn methods_and_addresses_that_do_not_exist(w: World) {
    let id = w.test.app.new_id::<Uuid>();
    for (method, path, allow) in [
        (Method::GET, "/auth/login/json".to_owned(), "POST"),
        (Method::DELETE, "/auth/me".into(), "GET, PATCH"),
        (Method::POST, "/accounts/me/members".into(), "GET"),
        (Method::PATCH, "/trees".into(), "GET, POST"),
        (Method::GET, "/trees/import".into(), "POST"),
        (Method::POST, format!("/trees/{id}"), "GET, PUT, DELETE"),
        (Method::PUT, format!("/trees/{id}/publish"), "POST"),
        (Method::DELETE, "/sessions".into(), "GET, POST"),
        (Method::DELETE, format!("/sessions/{id}"), "GET, PUT"),
        (Method::POST, format!("/sessions/{id}/variables"), "PATCH"),
        (Method::TRACE, "/trees".into(), "GET, POST"),
        (Method::POST, "//healthz".into(), "GET"),
        (Method::DELETE, "//metrics".into(), "GET"),
        (Method::POST, "//some/page".into(), "GET, HEAD"),
    ] {
        for client in [w.anonymous(), w.engineer()] {
            let answer = Answer::of(client.request(method.clone(), &path)).await;
            answer.says(405, "method_not_allowed", "This address does not take this method.");
            assert_eq!(answer.header("allow"), allow, "{method} {path}");
        }
    }
    for path in [
        "/nothing",
        "/trees/x/y/z",
        "/sessions/prepare/x",
        "//api",
        "//api/",
        "//api/v2/trees",
        "//api/v1",
        "/",
        "/trees/",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = Answer::of(w.engineer().request(method.clone(), path)).await;
            answer.says(404, "not_found", "There is nothing at this address.");
        }
    }
}
