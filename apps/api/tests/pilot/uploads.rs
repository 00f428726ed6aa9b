//! Files people bring: taken, attached, read again, taken away, swept (I4).

use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use futures_util::future::join_all;
use reqwest::Method;
use rf_kernel::{AccountId, UploadId};
use rf_test_support::{TestApp, settings};
use rf_uploads::{BlobAge, BlobError, BlobStore};
use rf_usecases::{Settings, SweptUploads};
use serde_json::{Value, json};

use super::{TICKET, begun, take};
use crate::{
    sessions::entry_id,
    support::{Answer, Client, Database, World, every_store},
};

every_store! {
    a_log_tells_the_copilot_what_its_codes_mean,
    pictures_and_logs_begin_a_conversation,
    a_file_is_read_by_whoever_reads_the_conversation,
    a_file_goes_with_one_message,
    the_room_of_an_account_is_exact,
    what_belongs_to_nothing_is_swept,
}

const LOG: &str = "2026-11-30 08:00:00 INFO starting\n\
                   2026-11-30 08:00:01 INFO reading the configuration\n\
                   2026-11-30 08:00:02 ERROR sync failed: 0x80070005 for hr@contoso.example\n\
                   2026-11-30 08:00:03 WARN sign-in answered AADSTS50126\n\
                   2026-11-30 08:00:04 INFO stopping";

/// The smallest picture: one pixel, with a comment that is not kept.
pub(super) fn png(width: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], kind, data, &[0; 4]].concat()
    };
    let header = [&width.to_be_bytes()[..], &1_u32.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"tEXt", b"Comment\0<script>alert(1)</script>"),
        chunk(b"IDAT", b"\x78\x9c\x63\0\0\0\x01\0\x01"),
        chunk(b"IEND", b""),
    ]
    .concat()
}

async fn bring(client: &Client, name: &str, file: impl Into<Vec<u8>>) -> Answer {
    let name: String =
        reqwest::Url::parse_with_params("http://x/", [("name", name)]).unwrap().query().unwrap().into();
    client.post_raw(&format!("/uploads?{name}"), "application/octet-stream", file).await
}

pub(super) async fn brought(client: &Client, name: &str, file: impl Into<Vec<u8>>) -> Value {
    bring(client, name, file).await.expect(200)
}

fn at(upload: &Value) -> String {
    format!("/uploads/{}", upload["id"].as_str().unwrap())
}

pub(super) async fn bytes_at(client: &Client, upload: &Value) -> Vec<u8> {
    let response = client.request(Method::GET, &at(upload)).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.bytes().await.unwrap().to_vec()
}

async fn a_log_tells_the_copilot_what_its_codes_mean(w: World) {
    let engineer = w.engineer();
    let (path, session) = begun(&engineer).await;
    let log = brought(&engineer, "C:\\logs\\sync.log", LOG).await;
    assert_eq!((&log["name"], &log["kind"], &log["lines"]), (&json!("sync.log"), &json!("log"), &json!(5)));
    let codes: Vec<&Value> =
        log["signatures"].as_array().unwrap().iter().map(|found| &found["code"]).collect();
    assert_eq!(codes, [&json!("0x80070005"), &json!("AADSTS50126")]);
    assert!(log["signatures"][0]["meaning"].as_str().unwrap().to_lowercase().contains("denied"), "{log}");

    let entry = entry_id();
    let message = json!({ "entry_id": entry, "turn": session["turn"], "kind": "message",
        "text": "The sync stopped", "uploads": [log["id"]] });
    let after = engineer.post(&format!("{path}/turns"), message.clone()).await.expect(200);
    let said = after["messages"].as_array().unwrap().iter().find(|said| said["id"] == json!(entry)).unwrap();
    let expected = "The sync stopped\n\nLog sync.log, 2 of 5 lines:\n\
                    3: 2026-11-30 08:00:02 ERROR sync failed: 0x80070005 for hr@contoso.example\n\
                    4: 2026-11-30 08:00:03 WARN sign-in answered AADSTS50126";
    assert_eq!(said["text"], expected);
    let all: Vec<&Value> =
        after["signatures"].as_array().unwrap().iter().map(|found| &found["code"]).collect();
    assert!(all.contains(&&json!("0x80070005")) && all.contains(&&json!("AADSTS50126")), "{all:?}");
    assert_eq!(after["uploads"][0]["message_id"], json!(entry));
    assert_eq!(after["uploads"][0]["id"], log["id"]);
    // A message sent twice is one, with its file.
    let again = engineer.post(&format!("{path}/turns"), message).await.expect(200);
    assert_eq!((&again["messages"], &again["uploads"]), (&after["messages"], &after["uploads"]));
    assert_eq!(bytes_at(&engineer, &log).await, LOG.as_bytes());
    assert_eq!(w.audited(rf_audit::events::UPLOAD_ADDED).await, 1);
}

async fn pictures_and_logs_begin_a_conversation(w: World) {
    let engineer = w.engineer();
    let (picture, log) =
        (brought(&engineer, "screen.png", png(640)).await, brought(&engineer, "a.log", LOG).await);
    let begin = async |text: Option<&str>, uploads: Vec<&Value>| {
        let ids: Vec<&Value> = uploads.iter().map(|upload| &upload["id"]).collect();
        engineer.post("/ai-sessions", json!({ "intake_content": { "text": text }, "uploads": ids })).await
    };
    let session = begin(Some(TICKET), vec![&picture, &log]).await.expect(201);
    assert_eq!(session["intake_type"], "combined");
    let ids: Vec<&Value> =
        session["uploads"].as_array().unwrap().iter().map(|upload| &upload["id"]).collect();
    assert_eq!(ids, [&picture["id"], &log["id"]]);
    let text = session["messages"][0]["text"].as_str().unwrap();
    assert!(text.starts_with(TICKET) && text.contains("Picture screen.png, 640 × 1 pixels"), "{text}");
    assert!(session["signatures"].to_string().contains("0x80070005"));
    assert_eq!(session["intake_content"]["image_urls"], json!([format!("/api/v1{}", at(&picture))]));

    let alone = brought(&engineer, "screen.png", png(641)).await;
    let session = begin(None, vec![&alone]).await.expect(201);
    assert_eq!((&session["intake_type"], &session["status"]), (&json!("screenshot"), &json!("active")));
    let alone = brought(&engineer, "b.log", LOG).await;
    assert_eq!(begin(None, vec![&alone]).await.expect(201)["intake_type"], "log_paste");
    // What begins another conversation begins none; nothing of it is left.
    begin(Some(TICKET), vec![&alone]).await.refused(409, "upload_attached");
    begin(Some(TICKET), vec![&json!({ "id": entry_id() })]).await.refused(404, "upload_not_found");
}

async fn a_file_is_read_by_whoever_reads_the_conversation(w: World) {
    let engineer = w.engineer();
    let picture = brought(&engineer, "Größe \"1\".png", png(9)).await;
    let answer = Answer::of(engineer.request(Method::GET, &at(&picture))).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(
        answer.header("content-security-policy"),
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    );
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"Gr__e _1_.png\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.png"
    );
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let kept = bytes_at(&engineer, &picture).await;
    assert!(!kept.windows(7).any(|window| window == b"<script"), "what is no picture is not kept");
    assert_eq!(picture["bytes"], json!(kept.len()));

    // Until it is attached it is theirs alone.
    w.colleague().get(&at(&picture)).await.refused(403, "upload_access_denied");
    w.owner().delete(&at(&picture)).await.refused(403, "upload_access_denied");
    w.stranger().get(&at(&picture)).await.refused(404, "upload_not_found");
    w.anonymous().get(&at(&picture)).await.refused(401, "not_authenticated");
    let (path, session) = begun(&engineer).await;
    let message = json!({ "kind": "message", "uploads": [picture["id"]] });
    let theirs = begun(&w.colleague()).await;
    take(&w.colleague(), &theirs.0, &theirs.1, message.clone()).await.refused(403, "upload_access_denied");
    let foreign = begun(&w.stranger()).await;
    take(&w.stranger(), &foreign.0, &foreign.1, message.clone()).await.refused(404, "upload_not_found");
    take(&engineer, &path, &session, message).await.expect(200);
    w.colleague().get(&at(&picture)).await.refused(403, "ai_session_access_denied");

    // Handed over, whoever may pick it up sees it; whoever has it may take it away.
    let reason =
        json!({ "intent": "escalate", "reason": "The server room needs somebody with the right key." });
    let handoff = engineer.post(&format!("{path}/handoff"), reason).await.expect(201);
    assert_eq!(w.colleague().get(&at(&picture)).await.status, 200);
    w.colleague().delete(&at(&picture)).await.refused(403, "ai_session_access_denied");
    w.viewer().delete(&at(&picture)).await.refused(403, "forbidden");
    let claim = format!("{}/claim", crate::handoff::handoff_at(&path, &handoff));
    w.colleague().post(&claim, json!({})).await.expect(200);
    w.colleague().delete(&at(&picture)).await.expect_empty();
    engineer.get(&at(&picture)).await.refused(404, "upload_not_found");
    assert_eq!(engineer.get(&path).await.expect(200)["uploads"], json!([]));
    assert_eq!(w.audited(rf_audit::events::UPLOAD_DELETED).await, 1);
}

async fn a_file_goes_with_one_message(w: World) {
    let engineer = w.engineer();
    let (path, session) = begun(&engineer).await;
    let log = brought(&engineer, "a.log", LOG).await;
    let same = brought(&engineer, "a.log", LOG).await;
    assert_eq!(same["id"], log["id"], "brought twice it is one");
    assert_ne!(brought(&engineer, "b.log", LOG).await["id"], log["id"]);
    let step = json!({ "kind": "widen", "uploads": [log["id"]] });
    take(&engineer, &path, &session, step).await.refuses_fields(&[("uploads", "not_for_this_turn")]);
    let many: Vec<Value> = (0..11).map(|_| json!(entry_id())).collect();
    let message = json!({ "kind": "message", "text": "x", "uploads": many });
    take(&engineer, &path, &session, message).await.refuses_fields(&[("uploads", "too_many")]);
    let message = json!({ "kind": "message", "text": "x", "uploads": [log["id"], log["id"]] });
    let session = take(&engineer, &path, &session, message.clone()).await.expect(200);
    assert_eq!(session["uploads"].as_array().unwrap().len(), 1);
    take(&engineer, &path, &session, message).await.refused(409, "upload_attached");
    let unchanged = engineer.get(&path).await.expect(200);
    assert_eq!(unchanged["turn"], session["turn"], "and nothing was said");
    // Attached, the same bytes are a file of their own.
    assert_ne!(brought(&engineer, "a.log", LOG).await["id"], log["id"]);
}

/// I4: 50 at once where there is room for three.
async fn the_room_of_an_account_is_exact(w: World) {
    let engineer = w.engineer();
    let file = |n: u32| format!("{n:04} {}", "x".repeat(99_995)).into_bytes();
    let settings = Settings { upload_quota_bytes: 300_000, ..settings() };
    let test = TestApp::with_blobs(w.database.store.clone(), rf_test_support::blobs(), settings);
    let test = TestApp { clock: w.test.clock.clone(), ..test };
    let caller = &w.engineer.caller;
    let tries = join_all((0..50).map(async |n| test.app.upload(caller, "a.log", file(n)).await)).await;
    let taken = tries.iter().filter(|answer| answer.is_ok()).count();
    let refused: Vec<_> = tries.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert_eq!((taken, refused.len()), (3, 47));
    assert!(refused.iter().all(|failure| failure.code.name == "upload_quota_reached"), "{refused:?}");
    assert!(refused[0].detail.to_string().contains("take 1 of 1 MB"), "{}", refused[0]);
    println!("I4: 50 files of 100 KB at once, room for 3: {taken} taken, {} refused", refused.len());
    // Of another account's room nothing is taken, and what is deleted makes room.
    let other = test.app.upload(&w.stranger.caller, "a.log", file(0)).await;
    assert!(other.is_ok());
    let first = tries.into_iter().find_map(Result::ok).unwrap();
    test.app.delete_upload(caller, first.id).await.unwrap();
    test.app.upload(caller, "a.log", file(99)).await.unwrap();
    // Through the API the room is the installation's.
    assert_eq!(bring(&engineer, "a.log", file(100)).await.status, 200);
}

async fn what_belongs_to_nothing_is_swept(w: World) {
    let engineer = w.engineer();
    let (path, session) = begun(&engineer).await;
    let (kept, loose) = (brought(&engineer, "a.log", LOG).await, brought(&engineer, "b.log", LOG).await);
    take(&engineer, &path, &session, json!({ "kind": "message", "uploads": [kept["id"]] })).await.expect(200);
    assert_eq!(w.test.app.sweep_uploads().await.unwrap(), SweptUploads::default());
    w.clock().advance(86_401);
    let engineer = w.again(&w.engineer).await;
    assert_eq!(w.test.app.sweep_uploads().await.unwrap().loose, 1);
    engineer.get(&at(&loose)).await.refused(404, "upload_not_found");
    assert_eq!(engineer.get(&at(&kept)).await.status, 200);
}

/// Files in memory that are as old as they are told, and a place that can fail.
#[derive(Debug, Default)]
struct Place {
    files: Mutex<BTreeMap<UploadId, (BlobAge, Vec<u8>)>>,
    fails: Mutex<bool>,
}

#[async_trait]
impl BlobStore for Place {
    async fn put(&self, tenant: AccountId, id: UploadId, bytes: Vec<u8>) -> Result<(), BlobError> {
        if *self.fails.lock().unwrap() {
            return Err(BlobError("no space left on the device".into()));
        }
        let written_at = rf_kernel::Timestamp::from_unix(1_795_442_400).unwrap();
        self.files.lock().unwrap().insert(id, (BlobAge { account_id: tenant, id, written_at }, bytes));
        Ok(())
    }

    async fn get(&self, _: AccountId, id: UploadId) -> Result<Option<Vec<u8>>, BlobError> {
        Ok(self.files.lock().unwrap().get(&id).map(|(_, bytes)| bytes.clone()))
    }

    async fn delete(&self, _: AccountId, id: UploadId) -> Result<(), BlobError> {
        self.files.lock().unwrap().remove(&id);
        Ok(())
    }

    async fn list(&self) -> Result<Vec<BlobAge>, BlobError> {
        Ok(self.files.lock().unwrap().values().map(|(age, _)| *age).collect())
    }
}

/// I4: whatever a file is called, it lies under its account and its id, and nothing lies elsewhere.
#[tokio::test]
async fn no_name_leads_out_of_the_folder() {
    let w = World::over(Database::memory().await).await;
    let dir = tempfile::tempdir().unwrap();
    let blobs = rf_test_support::blobs_in(&dir.path().join("uploads"));
    let test = TestApp::with_blobs(w.database.store.clone(), blobs, settings());
    let names = [
        "../../out.log",
        "/etc/out.log",
        "..\\..\\out.log",
        "a/../../out.log",
        "..",
        "%2e%2e%2fout.log",
        "a\0b",
    ];
    let mut expected = std::collections::BTreeSet::new();
    for (n, name) in names.into_iter().enumerate() {
        let file = format!("{n} {LOG}").into_bytes();
        let upload = test.app.upload(&w.engineer.caller, name, file).await.unwrap();
        expected.insert(dir.path().join("uploads").join(w.north.id.to_string()).join(upload.id.to_string()));
    }
    let (mut found, mut folders) = (std::collections::BTreeSet::new(), vec![dir.path().to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path);
            }
        }
    }
    assert_eq!(found, expected);
    println!("I4: {} names that lead elsewhere, 0 writes outside the store", names.len());
}

/// A file whose bytes cannot be kept takes no room; bytes whose file nobody knows go after an hour.
#[tokio::test]
async fn what_is_left_half_done_takes_no_room() {
    let w = World::over(Database::memory().await).await;
    let place = std::sync::Arc::new(Place::default());
    let settings = Settings { upload_quota_bytes: LOG.len() as u64, ..settings() };
    let test = TestApp::with_blobs(w.database.store.clone(), place.clone(), settings);
    let caller = &w.engineer.caller;
    *place.fails.lock().unwrap() = true;
    let failure = test.app.upload(caller, "a.log", LOG.as_bytes().to_vec()).await.unwrap_err();
    assert_eq!(failure.code.name, "uploads_unavailable");
    assert!(!failure.detail.to_string().contains("device"), "{failure}");
    *place.fails.lock().unwrap() = false;
    let upload = test.app.upload(caller, "a.log", LOG.as_bytes().to_vec()).await.expect("there is room");
    let stray = test.app.new_id();
    place.put(w.north.id, stray, vec![1]).await.unwrap();
    assert_eq!(test.app.sweep_uploads().await.unwrap(), SweptUploads::default(), "it may be on its way");
    test.clock.advance(3_601);
    assert_eq!(test.app.sweep_uploads().await.unwrap(), SweptUploads { loose: 0, strays: 1 });
    let left: Vec<UploadId> = place.list().await.unwrap().iter().map(|blob| blob.id).collect();
    assert_eq!(left, [upload.id]);
    // A file whose bytes somebody took away is not there.
    place.delete(w.north.id, upload.id).await.unwrap();
    assert_eq!(test.app.uploaded(caller, upload.id).await.unwrap_err().code.name, "upload_not_found");
}

/// I4: what is no picture and no log is refused, whatever it is called and said to be.
#[tokio::test]
async fn hostile_files_are_refused_over_the_wire() {
    let w = World::over(Database::memory().await).await;
    let engineer = w.engineer();
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    let mut asked = 0;
    for (name, media_type, file, status, code) in [
        ("a.png", "image/png", svg.as_bytes().to_vec(), 415, "upload_type_refused"),
        ("a.svg", "image/svg+xml", svg.as_bytes().to_vec(), 415, "upload_type_refused"),
        (
            "a.log",
            "text/plain",
            b"<!doctype html><script>alert(1)</script>".to_vec(),
            415,
            "upload_type_refused",
        ),
        ("a.html", "text/html", b"<html>".to_vec(), 415, "upload_type_refused"),
        ("a.txt", "text/plain", b"a\0b".to_vec(), 415, "upload_type_refused"),
        ("bomb.zip", "application/zip", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec(), 415, "upload_type_refused"),
        (
            "a.docx",
            "application/octet-stream",
            b"PK\x03\x04\x14\0\x06\0".to_vec(),
            415,
            "upload_type_refused",
        ),
        ("a.pdf", "application/pdf", b"%PDF-1.7".to_vec(), 415, "upload_type_refused"),
        ("a.png", "image/png", [png(9), b"PK\x03\x04".to_vec()].concat(), 422, "upload_broken"),
        ("a.gif", "image/gif", b"GIF89a/*ABCDEFGHIJKL*/=1;alert(1)//;".to_vec(), 422, "upload_broken"),
        ("a.png", "image/png", png(50_000), 413, "upload_too_large"),
        ("a.log", "text/plain", b"".to_vec(), 422, "upload_empty"),
        ("a.log", "text/plain", vec![b'a'; 5 * 1_024 * 1_024 + 1], 413, "payload_too_large"),
    ] {
        let answer = engineer.post_raw(&format!("/uploads?name={name}"), media_type, file).await;
        answer.refused(status, code);
        asked += 1;
    }
    let compressed = engineer.request(Method::POST, "/uploads?name=a.log").header("content-encoding", "gzip");
    Answer::of(compressed.body("x")).await.refused(415, "unsupported_media_type");
    for query in ["name=a%00.log", "name=a&path=..", "nome=a"] {
        let answer = engineer.post_raw(&format!("/uploads?{query}"), "text/plain", LOG).await;
        answer.refused(422, "validation_failed");
    }
    for (name, kept) in [("../../../etc/cron.d/x", "x"), ("..\\..\\x.log", "x.log"), ("a\r\nb: c", "a b: c")]
    {
        assert_eq!(brought(&engineer, name, LOG).await["name"], kept);
    }
    assert_eq!(engineer.post_raw("/uploads", "text/plain", LOG).await.expect(200)["name"], "file");
    w.viewer().post_raw("/uploads?name=a.log", "text/plain", LOG).await.refused(403, "forbidden");
    println!("I4: {asked} hostile files, {asked} refused");
}
