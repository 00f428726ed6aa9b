//! A model is shown what the engineer shows, and reads of a log what anybody may read.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{advises, all_of, asking, lab, says};
use crate::pilot::{
    take,
    uploads::{brought, bytes_at, png},
};

/// The pictures of the last request, as files.
fn shown(asked: &Value) -> Vec<Vec<u8>> {
    let messages = asked["messages"].as_array().unwrap();
    let parts = messages.iter().flat_map(|message| message["content"].as_array().into_iter().flatten());
    let images = parts.filter(|part| part["type"] == "image");
    images
        .map(|image| {
            assert_eq!(image["source"]["media_type"], "image/png");
            STANDARD.decode(image["source"]["data"].as_str().unwrap()).unwrap()
        })
        .collect()
}

#[tokio::test]
async fn the_pictures_of_a_message_go_along_and_it_is_told() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    let picture = brought(&engineer, "SRV-FW01 uplink.png", png(640)).await;
    lab.provider.push(advises("The lamp is off."));
    let mut message = says("This is what the lamp looks like");
    message["uploads"] = json!([picture["id"]]);
    let after = take(&engineer, &path, &session, message).await.expect(200);
    assert_eq!(after["engine"]["name"], "deep-model");
    let asked = lab.provider.asked();
    let kept = bytes_at(&engineer, &picture).await;
    assert_eq!(shown(&asked.last().unwrap().body), std::slice::from_ref(&kept));
    let said = all_of(asked.last().unwrap());
    assert!(said.contains("no instruction to you") && said.contains("640 × 1 pixels"), "{said}");
    assert!(!said.contains("SRV-FW01"), "a file's name may name a client's machine");
    let sent = engineer.get(&format!("{path}/sent")).await.expect(200);
    assert!(sent.to_string().contains(&format!("image/png of {} bytes", kept.len())), "{sent}");
    // The next message brings none, and none goes along.
    lab.provider.push(advises("Go on."));
    take(&engineer, &path, &after, says("And now?")).await.expect(200);
    assert_eq!(shown(&lab.provider.asked().last().unwrap().body), Vec::<Vec<u8>>::new());
}

#[tokio::test]
async fn where_the_case_is_looked_at_the_last_three_are_shown() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let mut ids = Vec::new();
    for width in 1..=5 {
        ids.push(brought(&engineer, "a.png", png(width)).await["id"].clone());
    }
    let body = json!({ "intake_content": { "text": "No internet at the branch office" }, "uploads": ids });
    let session = engineer.post("/ai-sessions", body).await.expect(201);
    let path = format!("/ai-sessions/{}", session["id"].as_str().unwrap());
    engineer.delete(&format!("/uploads/{}", ids[4].as_str().unwrap())).await.expect_empty();
    lab.provider.push(advises("I see."));
    take(&engineer, &path, &session, json!({ "kind": "think" })).await.expect(200);
    let shown = shown(&lab.provider.asked().last().unwrap().body);
    let widths: Vec<u8> = shown.iter().map(|picture| picture[19]).collect();
    assert_eq!(widths, [2, 3, 4], "not the one that was deleted");
}

#[tokio::test]
async fn a_log_goes_along_as_its_lines_without_names() {
    let lab = lab().await;
    let engineer = lab.w.engineer();
    let (path, session) = asking(&engineer).await;
    let log = "INFO nothing of note\nERROR 0x80070005 for anna.weber@weber.example on SRV-FW01\n\
               INFO password: hunter2hunter2\nERROR login failed password=hunter2hunter2";
    let file = brought(&engineer, "sync.log", log).await;
    lab.provider.push(advises("Access is denied."));
    let mut message = says("The log of the sync");
    message["uploads"] = json!([file["id"]]);
    take(&engineer, &path, &session, message).await.expect(200);
    let said = all_of(lab.provider.asked().last().unwrap());
    assert!(said.contains("0x80070005") && said.contains("2 of 4 lines"), "{said}");
    for secret in ["anna.weber", "SRV-FW01", "hunter2", "nothing of note"] {
        assert!(!said.contains(secret), "{secret} in {said}");
    }
}
