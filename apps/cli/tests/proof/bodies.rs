//! I3: bodies are bounded. What a hostile body costs in processor time and memory, and what people notice of hundreds of
//! connections that never finish theirs.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    node::{Node, exchange, head},
    size,
};

/// The most a body may cost, beyond what an ordinary request does. The time is that of an optimised build: one for tests
/// takes some ten times as long, and gets three times as much.
const MOST_CPU: Duration = Duration::from_millis(if cfg!(debug_assertions) { 150 } else { 50 });
const MOST_MEMORY: usize = 8 * 1_024 * 1_024;

/// What a process has used: processor time, and the most memory since it was last asked.
struct Meter {
    pid: u32,
}

impl Meter {
    /// Of all its threads. The kernel counts in ticks of 10 ms, so it takes many requests to say something of one.
    fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap();
        // The name in brackets may hold spaces; behind it, fields 12 and 13 are user and system time.
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(ticks * 10)
    }

    fn memory(&self, what: &str) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1_024
    }

    fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.pid), "5").unwrap();
    }
}

/// What is sent, and the statuses that refuse it.
struct Bomb {
    what: &'static str,
    /// Headers beyond the usual ones, each with its line's end.
    headers: &'static str,
    path: &'static str,
    body: Vec<u8>,
    refused: &'static [u16],
}

/// As large as a body may be, or a little more, and made to be dear.
fn bombs() -> Vec<Bomb> {
    const LIMIT: usize = 1_024 * 1_024;
    let bomb =
        |what, path, body: String, refused| Bomb { what, headers: "", path, body: body.into(), refused };
    let keys = |count: usize| -> String { (0..count).map(|n| format!("\"k{n}\":1,")).collect() };
    let nested = |depth: usize| format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
    let aliases: String = (0..30)
        .map(|n| {
            let before = if n == 0 { "lol".to_owned() } else { vec![format!("*a{}", n - 1); 9].join(", ") };
            format!("a{n}: &a{n} [{before}]\n")
        })
        .collect();
    vec![
        bomb("limit + 1", "/api/v1/sessions", format!("{{\"a\":\"{}\"}}", "x".repeat(LIMIT)), &[413]),
        bomb("200 levels", "/api/v1/sessions", nested(200), &[400, 422]),
        bomb("500,000 levels", "/api/v1/sessions", nested(500_000), &[400, 422]),
        bomb("100,000 keys", "/api/v1/sessions", format!("{{{}\"z\":1}}", keys(100_000)), &[413, 422]),
        bomb(
            "80,000 variables",
            "/api/v1/sessions",
            format!("{{\"session_variables\":{{{}\"z\":1}}}}", keys(80_000)),
            &[422],
        ),
        bomb(
            "as many variables as are read",
            "/api/v1/sessions",
            format!("{{\"session_variables\":{{{}\"z\":1}}}}", keys(22_400)),
            &[422],
        ),
        bomb(
            "as many numbers as are read",
            "/api/v1/trees/lint",
            format!("{{\"tree_structure\":[{}1]}}", "1,".repeat(44_900)),
            &[422],
        ),
        bomb(
            "half a million numbers",
            "/api/v1/trees/lint",
            format!("{{\"tree_structure\":[{}1]}}", "1,".repeat(500_000)),
            &[422],
        ),
        bomb(
            "a million backslashes",
            "/api/v1/sessions",
            format!("{{\"a\":\"{}\"}}", "\\\\".repeat(500_000)),
            &[422],
        ),
        Bomb {
            what: "gzip",
            headers: "content-encoding: gzip\r\n",
            path: "/api/v1/sessions",
            body: gzip_bomb(),
            refused: &[415],
        },
        bomb("aliases of aliases", "/api/v1/trees/import", aliases, &[400, 415, 422]),
    ]
}

/// Some kilobytes that would be a gigabyte: stored as they come, nobody has to be able to unpack them here.
fn gzip_bomb() -> Vec<u8> {
    [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0xed; 100_000]].concat()
}

fn send(node: &Node, token: &str, bomb: &Bomb) -> u16 {
    let mut stream = TcpStream::connect(node.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = head("POST", bomb.path, Some(token), None, bomb.body.len());
    let head = head.replacen("\r\n\r\n", &format!("\r\n{}\r\n", bomb.headers), 1);
    let head = if bomb.path.ends_with("/import") {
        head.replace("application/json", "application/yaml")
    } else {
        head
    };
    // It may be refused, and the connection closed, before all of it is there.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bomb.body));
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[9..]).parse().unwrap()
}

#[test]
fn no_body_costs_more_than_it_may() {
    let times = u32::try_from(size("PROOF_BOMBS", 10)).unwrap();
    let small = Bomb {
        what: "nothing",
        headers: "",
        path: "/api/v1/sessions",
        body: b"{\"a\":1}".to_vec(),
        refused: &[422],
    };
    let bombs = bombs();
    let mut dear = Vec::new();
    for bomb in &bombs {
        // Each its own server: memory that was used once may be kept, and would hide what the next one takes.
        let dir = tempfile::tempdir().unwrap();
        let node = Node::start(dir.path());
        let token = node.sign_in();
        let meter = Meter { pid: node.child.id() };
        for _ in 0..50 {
            send(&node, &token, &small);
        }
        meter.forget_peak();
        let (cpu, memory) = (meter.cpu(), meter.memory("VmRSS:"));
        for _ in 0..times {
            let status = send(&node, &token, bomb);
            assert!(bomb.refused.contains(&status), "{}: {status}", bomb.what);
        }
        let (cpu, memory) = ((meter.cpu() - cpu) / times, meter.memory("VmHWM:").saturating_sub(memory));
        println!(
            "I3: {}, {} bytes, {times} times: {cpu:?} of processor each, {} kB more memory",
            bomb.what,
            bomb.body.len(),
            memory / 1_024
        );
        if cpu > MOST_CPU || memory > MOST_MEMORY {
            dear.push(bomb.what);
        }
    }
    assert!(dear.is_empty(), "more than {MOST_CPU:?} or {MOST_MEMORY} bytes: {dear:?}");
}

/// Two servers side by side, one of them with all the slow connections: what the machine does besides slows both alike.
#[test]
fn slow_connections_slow_nobody_else() {
    let slow = size("PROOF_SLOW_CONNECTIONS", 200);
    let samples = size("PROOF_SLOW_SAMPLES", 600);
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let nodes = [Node::start(dirs[0].path()), Node::start(dirs[1].path())];
    let tokens = [nodes[0].sign_in(), nodes[1].sign_in()];
    let body = json!({ "name": "x".repeat(1_000) }).to_string();
    let head = head("POST", "/api/v1/trees", Some(&tokens[1]), None, body.len());
    let mut open: Vec<TcpStream> = (0..slow)
        .map(|number| {
            let mut stream = TcpStream::connect(nodes[1].address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            // Half of them never even finish their head.
            let said = if number % 2 == 0 { head.as_str() } else { "POST /api/v1/trees HTTP/1.1\r\nhost: l" };
            stream.write_all(said.as_bytes()).unwrap();
            stream
        })
        .collect();
    let opened = Instant::now();
    let ask = |at: usize| -> Duration {
        let asked = Instant::now();
        let answer =
            exchange(nodes[at].address, "GET", "/api/v1/trees?limit=5", Some(&tokens[at]), None, None)
                .unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        asked.elapsed()
    };
    let mut waits = [Vec::new(), Vec::new()];
    let (mut sent, mut next) = (0, Instant::now());
    // As long as they are let: the server gives a body 15 s.
    while waits[0].len() < samples || opened.elapsed() < Duration::from_secs(12) {
        if Instant::now() >= next {
            // A byte a second to each that still takes one.
            next += Duration::from_secs(1);
            sent += open.iter_mut().map(|stream| usize::from(stream.write_all(b"x").is_ok())).sum::<usize>();
        }
        for at in [0, 1] {
            waits[at].push(ask(at));
        }
    }
    for waits in &mut waits {
        waits.sort();
    }
    let p99 = waits.each_ref().map(|waits| waits[waits.len() * 99 / 100]);
    // In the end each of them is told that it was too slow, or sees its connection closed.
    let (mut told, mut closed) = (0, 0);
    for stream in &mut open {
        let mut answer = [0; 12];
        match stream.read_exact(&mut answer) {
            Ok(()) => {
                assert_eq!(&answer[9..], b"408", "{}", String::from_utf8_lossy(&answer));
                told += 1;
            }
            Err(error) => {
                assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "still open after a minute");
                closed += 1;
            }
        }
    }
    let ended_after = opened.elapsed();
    assert!(told > slow / 4, "only {told} of {slow} were told");
    // A millisecond is what the clock of a busy machine is worth.
    assert!(p99[1] <= 2 * p99[0] + Duration::from_millis(1), "p99 {p99:?} without and with slow connections");
    println!(
        "I3: {slow} connections at a byte a second ({sent} bytes), {told} told 408, {closed} closed, all ended after \
         {ended_after:?}; others' p99 of {}: {:?} beside {:?} without",
        waits[0].len(),
        p99[1],
        p99[0]
    );
}
