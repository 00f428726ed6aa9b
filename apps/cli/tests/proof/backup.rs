//! R16: a backup made while people write has everything they were told before it began.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::json;

use crate::{
    node::{Node, request, run},
    size,
};

#[test]
fn a_backup_under_writes_has_what_was_acknowledged_before_it() {
    let (writers, enough) = (size("PROOF_WRITERS", 8), size("PROOF_BACKUP_WRITES", 200));
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    std::fs::create_dir_all(path("data")).unwrap();
    std::fs::create_dir_all(path("other")).unwrap();
    let node = Node::start(&path("data"));
    let token = node.sign_in();
    let flow = node.flow(&token);
    let (acknowledged, next, over) = (Mutex::new(Vec::new()), AtomicUsize::new(0), AtomicBool::new(false));
    let file = path("copy.backup");
    let before = thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let ticket = format!("T{}", next.fetch_add(1, Ordering::Relaxed));
                    let body = json!({ "tree_id": flow, "ticket_number": ticket });
                    let sent =
                        request(node.address, "POST", "/api/v1/sessions", Some(&token), None, Some(&body));
                    let (status, session) = sent.unwrap();
                    assert_eq!(status, 201, "{session}");
                    acknowledged.lock().unwrap().push(session["id"].as_str().unwrap().to_owned());
                }
            });
        }
        while acknowledged.lock().unwrap().len() < enough {
            thread::sleep(Duration::from_millis(1));
        }
        let before = acknowledged.lock().unwrap().clone();
        let made = run(&path("data"), &["backup", file.to_str().unwrap()]);
        over.store(true, Ordering::Relaxed);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        before
    });
    let total = acknowledged.lock().unwrap().len();
    drop(node);
    let restored = run(&path("other"), &["restore", file.to_str().unwrap()]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    let other = Node::start(&path("other"));
    let token = other.sign_in();
    for id in &before {
        assert_eq!(other.get(&format!("/api/v1/sessions/{id}"), &token).0, 200, "{id} is not in the backup");
    }
    println!(
        "R16: {total} sessions by {writers} writers, {} acknowledged before the backup began, all restored",
        before.len()
    );
}
