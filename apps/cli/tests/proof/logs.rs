//! I8: a log line is one line, and what strangers say in it stays inside. The same requests are made with harmless texts
//! and with hostile ones: as many lines, each of them one of ours, in both formats.

use std::{
    fs::{self, File},
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use serde_json::{Value, json};

use crate::node::{Node, SERVE, request, rf};

/// What somebody would like to stand at the beginning of a line.
const FORGED: &str = "2026-01-01T00:00:00Z  INFO forged";

/// Line ends of every alphabet, a terminal's commands, a bell, a backspace, and a NUL where it can be sent.
const HOSTILE: [&str; 10] = [
    "\r\n",
    "\n",
    "\r",
    "\u{1b}[2K\u{1b}[1A",
    "\u{7}",
    "\u{8}\u{8}\u{8}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{b}\u{c}",
];

/// Says one text in every place a request has, as somebody signed in and as nobody.
fn say(node: &Node, token: &str, flow: &str, text: &str) -> usize {
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let sent = [
        (
            "POST",
            "/api/v1/auth/login/json".to_owned(),
            json!({ "email": format!("{text}@b.example"), "password": text }),
        ),
        (
            "POST",
            "/api/v1/auth/register".to_owned(),
            json!({ "email": text, "password": text, "name": text, "account_name": text }),
        ),
        ("POST", "/api/v1/auth/password/forgot".to_owned(), json!({ "email": text })),
        ("PATCH", "/api/v1/auth/me".to_owned(), json!({ "name": format!("Eli {text}") })),
        (
            "POST",
            "/api/v1/trees".to_owned(),
            json!({ "name": format!("Flow {text}"), "tree_type": text, "tree_structure": {} }),
        ),
        ("POST", "/api/v1/trees".to_owned(), json!({ (format!("field {text}")): text })),
        (
            "POST",
            "/api/v1/sessions".to_owned(),
            json!({ "tree_id": flow, "ticket_number": text, "client_name": text }),
        ),
        ("POST", format!("/api/v1/sessions/{encoded}/export"), json!({ "format": text })),
        ("POST", format!("/{encoded}"), json!({})),
        ("GET", format!("/api/v1/trees?search={encoded}"), Value::Null),
        ("GET", format!("/{encoded}/{encoded}"), Value::Null),
    ];
    for (method, path, body) in &sent {
        let body = (!body.is_null()).then_some(body);
        for token in [Some(token), None] {
            let (status, answer) = request(node.address, method, path, token, None, body).unwrap();
            assert!(status < 500, "{method} {path}: {answer}");
        }
    }
    // Unencoded, as no browser sends it.
    let raw = text.replace(['\r', '\n', ' '], "");
    for (method, path) in [("GET", format!("/{raw}")), (&*format!("GET{raw}"), "/healthz".to_owned())] {
        // Whether it is answered is the HTTP library's affair.
        let _ = request(node.address, method, &path, None, None, None);
    }
    // In headers, where a line's end is the end of the header.
    let mut headers = 0;
    for name in [
        "user-agent",
        "x-request-id",
        "x-forwarded-for",
        "referer",
        "authorization",
        "idempotency-key",
        "cookie",
    ] {
        let value = text.replace(['\r', '\n'], "");
        let mut stream = TcpStream::connect(node.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let head = format!(
            "GET /api/v1/auth/me HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{name}: {value}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        headers += 1;
    }
    2 * sent.len() + 2 + headers
}

/// A server that logs in that format into a file.
fn server(data: &Path, format: &str, log: &Path) -> Node {
    Node::start_by(
        rf(data, &SERVE)
            .env("RESOLUTIONFLOW_LOG_FORMAT", format)
            .env("RESOLUTIONFLOW_LOG_FILTER", "debug,sqlx=warn,sea_orm=warn,sea_orm_migration=warn")
            .stderr(File::create(log).unwrap()),
    )
}

/// Its lines, of what begins behind `start`.
fn lines(log: &Path, start: usize) -> Vec<String> {
    let text = fs::read(log).unwrap();
    let text = String::from_utf8(text[start..].to_vec()).expect("UTF-8");
    text.lines().map(str::to_owned).collect()
}

/// Whether it begins as ours do.
fn is_ours(format: &str, line: &str) -> bool {
    match format {
        "json" => serde_json::from_str::<Value>(line).is_ok_and(|line| line["timestamp"].is_string()),
        _ => {
            let (at, rest) = line.split_at_checked(27).unwrap_or_default();
            at.ends_with('Z')
                && at.as_bytes()[10] == b'T'
                && ["  INFO ", " ERROR ", "  WARN ", " DEBUG "].iter().any(|level| rest.starts_with(level))
        }
    }
}

#[test]
fn a_log_line_is_one_line() {
    let (mut requests, mut looked_at, mut quoted) = (0, 0, 0);
    for format in ["text", "json"] {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        let mut node = server(dir.path(), format, &log);
        let token = node.sign_in();
        let flow = node.flow(&token);
        let mut counts = Vec::new();
        for hostile in [&["harmless"; HOSTILE.len()], &HOSTILE] {
            let start = usize::try_from(fs::metadata(&log).unwrap().len()).unwrap();
            for (number, text) in hostile.iter().enumerate() {
                // A number, so that none is refused for being there twice.
                requests += say(&node, &token, &flow, &format!("a{number}{text}{FORGED}"));
            }
            // Everything above is logged before the answer to this.
            node.get("/readyz", &token);
            let lines = lines(&log, start);
            for line in &lines {
                assert!(is_ours(format, line), "{format}: not a line of ours: {line:?}");
                let control = line.chars().find(|c| c.is_control() || ['\u{2028}', '\u{2029}'].contains(c));
                assert_eq!(control, None, "{format}: {line:?}");
            }
            looked_at += lines.len();
            quoted += lines.iter().filter(|line| line.contains("%66%6f%72%67%65%64")).count();
            counts.push(lines.len());
        }
        assert_eq!(counts[0], counts[1], "{format}: lines of harmless and of hostile texts");
        assert!(counts[0] > 100, "hardly anything is logged: {counts:?}");
        node.signal("TERM");
        node.wait();
    }
    assert!(quoted > 100, "no line holds anything of what was said: nothing is proved");
    println!(
        "I8: {requests} requests with {} sorts of line ends and control characters in every place, {looked_at} log lines in two \
         formats, {quoted} of them with what was said in them, 0 extra, 0 control characters",
        HOSTILE.len()
    );
}
