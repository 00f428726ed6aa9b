//! R12: a full disk is an honest no. The data lie on a file system of a few megabytes, mounted for the server alone,
//! and somebody else fills it while people write.

use std::{
    fs::{self, File},
    io::Write,
    os::fd::AsRawFd,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use crate::{
    node::{Node, SERVE, rf},
    size,
    writers::{Ending, Load, missing, until},
};

/// The server on a file system of so many megabytes. It is the server's alone: mounted in a name space of its own, it
/// is gone with the last who holds it, and needs no rights beyond those to make one.
fn on_a_small_disk(data: &Path, megabytes: usize) -> (Node, File) {
    let plain = rf(data, &SERVE);
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c"]);
    command.arg(format!("mount -t tmpfs -o size={megabytes}M tmpfs \"$0\" && exec \"$@\"")).arg(data);
    command.arg(plain.get_program()).args(plain.get_args()).stderr(Stdio::null());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let node = Node::start_by(&mut command);
    let seen = format!("/proc/{}/root{}", node.child.id(), data.display());
    let disk = File::open(&seen).unwrap_or_else(|error| panic!("{seen}: {error}"));
    (node, disk)
}

/// A path on the disk, for as long as we hold it, whether the server lives or not.
fn at(disk: &File, name: &str) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}/{name}", disk.as_raw_fd()))
}

/// Takes all there is left. Whatever the server frees meanwhile is taken as well.
fn fill(ballast: &mut File) -> usize {
    let (block, mut taken) = ([0; 4_096], 0);
    while ballast.write_all(&block).is_ok() {
        taken += block.len();
    }
    taken
}

#[test]
#[ignore = "takes its time: scripts/nightly runs it"]
fn a_full_disk_is_an_honest_no() {
    let (rounds, writers, megabytes) =
        (size("PROOF_FULL_DISKS", 2), size("PROOF_WRITERS", 8), size("PROOF_DISK_MEGABYTES", 48));
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    fs::create_dir(&data).unwrap();
    let (mut node, disk) = on_a_small_disk(&data, megabytes);
    let token = node.sign_in();
    let flow = node.flow(&token);
    let load = Load::new(node.address, &token, &flow);
    let (mut filled, mut reads, mut resumed) = (0, 0, 0);
    thread::scope(|scope| {
        let ending = Ending(&load);
        for _ in 0..writers {
            scope.spawn(|| load.write());
        }
        for _ in 0..rounds {
            let before = load.acknowledged();
            until("writing on a disk with room", || load.acknowledged() > before + 20);
            let mut ballast = File::create(at(&disk, "ballast")).unwrap();
            let refused = load.refused();
            until("refusal on a full disk", || {
                filled += fill(&mut ballast);
                load.refused() > refused + writers
            });
            // Full, refused, and yet: who reads is served, and whoever asks is told.
            for path in ["/api/v1/trees", "/api/v1/sessions", "/api/v1/auth/me", "/healthz"] {
                let (status, body) = node.get(path, &token);
                assert_eq!(status, 200, "{path} on a full disk: {body}");
                reads += 1;
            }
            until("red health on a full disk", || {
                filled += fill(&mut ballast);
                node.get("/readyz", &token).0 == 503
            });
            drop(ballast);
            fs::remove_file(at(&disk, "ballast")).unwrap();
            let before = load.acknowledged();
            until("writing once there is room again, without a restart", || {
                load.acknowledged() > before + 20 && node.get("/readyz", &token).0 == 200
            });
            resumed += 1;
        }
        drop(ending);
    });
    let ledger = load.ledger();
    assert_eq!(ledger.unanswered, 0, "a refusal is an answer");
    for (id, ticket) in &ledger.acknowledged {
        let (status, session) = node.get(&format!("/api/v1/sessions/{id}"), &token);
        assert_eq!((status, session["ticket_number"].as_str()), (200, Some(ticket.as_str())), "{id} is lost");
    }
    node.signal("KILL");
    node.wait();
    for name in ["resolutionflow.sqlite", "resolutionflow.sqlite-wal"] {
        fs::copy(at(&disk, name), dir.path().join(name)).unwrap();
    }
    let (integrity, missing) = missing(&dir.path().join("resolutionflow.sqlite"), &ledger.acknowledged);
    assert_eq!((integrity.as_str(), missing), ("ok", Vec::new()));
    println!(
        "R12: a disk of {megabytes} MB filled {rounds} times ({filled} bytes) under {writers} writers, {} acknowledged, 0 \
         of them false, {} told to come back, {reads} of {reads} reads served meanwhile, writing again {resumed} times \
         without a restart, integrity {integrity}",
        ledger.acknowledged.len(),
        ledger.refused,
    );
}
