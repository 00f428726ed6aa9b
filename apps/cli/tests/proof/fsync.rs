//! R13: what the disk did not take is never acknowledged. A library put before the C library lets fsync fail, and
//! keeps beside the server what a power cut would leave: each file as it was when it was last synced.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use crate::{
    node::{Node, SERVE, rf},
    size,
    writers::{Ending, Ledger, Load, missing, until},
};

/// A disk whose syncs can be made to fail or to lie.
struct Disk {
    dir: tempfile::TempDir,
    library: PathBuf,
}

impl Disk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let library = dir.path().join("fsync.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proof/fsync.c");
        let made = Command::new("cc")
            .args(["-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-O1", "-o"])
            .arg(&library)
            .arg(source)
            .arg("-ldl")
            .output()
            .expect("cc, a C compiler");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        for name in ["data", "kept"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        Self { dir, library }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn server(&self) -> Node {
        Node::start_by(
            rf(&self.path("data"), &SERVE)
                .env("LD_PRELOAD", &self.library)
                .env("RF_DISK_FAILS", self.path("fails"))
                .env("RF_DISK_LIES", self.path("lies"))
                .env("RF_DISK_KEPT", self.path("kept"))
                .stderr(Stdio::null()),
        )
    }

    /// From now on, until it is taken back.
    fn set(&self, what: &str) {
        fs::write(self.path(what), "").unwrap();
    }

    fn take_back(&self, what: &str) {
        fs::remove_file(self.path(what)).unwrap();
    }

    /// What is missing after a power cut, of what was acknowledged before it.
    fn lost(&self, ledger: &Ledger) -> usize {
        let (integrity, missing) =
            missing(&self.path("kept").join("resolutionflow.sqlite"), &ledger.acknowledged);
        assert_eq!(integrity, "ok");
        missing.len()
    }
}

#[test]
#[ignore = "takes its time: scripts/nightly runs it"]
fn a_failed_fsync_is_never_an_acknowledgement() {
    let (rounds, writers) = (size("PROOF_FAILED_SYNCS", 2), size("PROOF_WRITERS", 8));
    let disk = Disk::new();
    let mut node = disk.server();
    let token = node.sign_in();
    let flow = node.flow(&token);
    let load = Load::new(node.address, &token, &flow);
    let mut reads = 0;
    thread::scope(|scope| {
        let ending = Ending(&load);
        for _ in 0..writers {
            scope.spawn(|| load.write());
        }
        for round in 0..rounds {
            let before = load.acknowledged();
            until("writing, with health as it should be", || {
                load.acknowledged() > before + 20 && node.get("/readyz", &token).0 == 200
            });
            let refused = load.refused();
            disk.set("fails");
            until("refusal while fsync fails", || load.refused() > refused + 3 * writers);
            until("red health while fsync fails", || node.get("/readyz", &token).0 == 503);
            for path in ["/api/v1/trees", "/api/v1/sessions", "/api/v1/auth/me", "/healthz"] {
                let (status, body) = node.get(path, &token);
                assert_eq!(status, 200, "{path} while fsync fails: {body}");
                reads += 1;
            }
            // The last time the power goes while it fails.
            if round + 1 < rounds {
                disk.take_back("fails");
            }
        }
        drop(ending);
    });
    node.signal("KILL");
    node.wait();
    let ledger = load.ledger();
    assert_eq!(ledger.unanswered, 0, "a refusal is an answer");
    assert_eq!(disk.lost(&ledger), 0, "acknowledged and not on the disk");

    // What was left is a database to go on with.
    fs::copy(disk.path("data").join("token.key"), disk.path("kept").join("token.key")).unwrap();
    let after = Node::start(&disk.path("kept"));
    let token = after.sign_in();
    for (id, ticket) in &ledger.acknowledged {
        let (status, session) = after.get(&format!("/api/v1/sessions/{id}"), &token);
        assert_eq!((status, session["ticket_number"].as_str()), (200, Some(ticket.as_str())), "{id}");
    }
    println!(
        "R13: fsync failing {rounds} times under {writers} writers, {} acknowledged, 0 lost in the power cut after it, {} told \
         to come back, red health and {reads} of {reads} reads each time, integrity ok",
        ledger.acknowledged.len(),
        ledger.refused,
    );
}

/// The proof above can fail: where fsync says yes and does nothing, the same books show what is lost.
#[test]
#[ignore = "takes its time: scripts/nightly runs it"]
fn a_disk_that_lies_is_noticed() {
    let disk = Disk::new();
    let mut node = disk.server();
    let token = node.sign_in();
    let load = Load::new(node.address, &token, &node.flow(&token));
    thread::scope(|scope| {
        let ending = Ending(&load);
        scope.spawn(|| load.write());
        until("writing", || load.acknowledged() > 10);
        disk.set("lies");
        until("writing on a disk that lies", || load.acknowledged() > 30);
        drop(ending);
    });
    node.signal("KILL");
    node.wait();
    let ledger = load.ledger();
    let lost = disk.lost(&ledger);
    assert!(lost > 10, "{lost} lost");
    println!(
        "R13: on a disk that lies, {lost} of {} acknowledged are found missing",
        ledger.acknowledged.len()
    );
}
