//! R2: a stop is invisible. Readiness drops while requests are still taken, what was begun is finished, and the
//! process ends in time.

use std::{
    io::Write,
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    node::{Node, answer, head, request},
    size,
};

#[test]
fn a_stop_fails_no_request() {
    let open = size("PROOF_OPEN_REQUESTS", 200);
    let dir = tempfile::tempdir().unwrap();
    let mut node = Node::start(dir.path());
    let token = node.sign_in();
    let draft = json!({ "tree_type": "procedural", "tree_structure": { "sections": [] } }).to_string();
    let start = json!({ "tree_id": node.flow(&token), "ticket_number": "T" }).to_string();
    // One in ten writes; what more the disk would have to take at once is shed, which is another promise.
    let mut begun: Vec<(TcpStream, &str, u16)> = (0..open)
        .map(|number| {
            let (path, body, status) = match number % 10 {
                0 => ("/api/v1/sessions", &start, 201),
                _ => ("/api/v1/trees/lint", &draft, 200),
            };
            let mut stream = TcpStream::connect(node.address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            let (first, rest) = body.split_at(10);
            let head = head("POST", path, Some(&token), None, body.len());
            stream.write_all((head + first).as_bytes()).unwrap();
            (stream, rest, status)
        })
        .collect();
    // Answered by a worker: the connections before it were taken too.
    assert_eq!(node.get("/readyz", &token).0, 200);

    node.signal("TERM");
    let signalled = Instant::now();
    let mut asked = 0;
    loop {
        // A connection that is refused would be a request that failed.
        let (status, _) = request(node.address, "GET", "/readyz", None, None, None).expect("still taken");
        asked += 1;
        if status == 503 {
            break;
        }
        assert!(signalled.elapsed() < Duration::from_secs(1), "readiness never dropped");
    }
    let unready_after = signalled.elapsed();
    // Not ready, and yet whoever has not noticed is served.
    assert_eq!(node.get("/api/v1/auth/me", &token).0, 200);
    for (stream, rest, _) in &mut begun {
        stream.write_all(rest.as_bytes()).unwrap();
    }
    let mut finished = 0;
    for (stream, _, expected) in &mut begun {
        let (status, body) = answer(stream).expect("a whole answer");
        assert_eq!(status, *expected, "{body}");
        finished += 1;
    }
    let status = node.wait();
    let ended_after = signalled.elapsed();
    assert!(status.success(), "{status}");
    assert!(ended_after <= Duration::from_secs(5), "{ended_after:?}");
    println!(
        "R2: {finished} of {open} open requests finished, unready after {unready_after:?} ({asked} questions), ended \
         after {ended_after:?}"
    );
}
