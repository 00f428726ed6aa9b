//! A server process, and the least of an HTTP client: one request, one connection, no retries.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// `rf` with nothing of our environment but what it needs.
pub(crate) fn rf(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rf"));
    command.arg("--data-dir").arg(data).args(arguments).current_dir(data);
    for name in ["DATABASE_URL", "ADMIN_DATABASE_URL"] {
        command.env_remove(name);
    }
    // As cheap as it gets: what is hashed here is not what is proved here.
    command.env("RESOLUTIONFLOW_BCRYPT_COST", "4").env("RESOLUTIONFLOW_SIGN_IN_PER_MINUTE", "100000");
    command.env("RESOLUTIONFLOW_REFRESH_PER_MINUTE", "100000");
    command.env("RESOLUTIONFLOW_GUESSES_PER_PERSON", "100000").env("RESOLUTIONFLOW_GUESSES_IN_ALL", "100000");
    command
}

/// Runs it to its end.
pub(crate) fn run(data: &Path, arguments: &[&str]) -> Output {
    rf(data, arguments).output().unwrap()
}

/// What makes it a server with demo data, on a free port.
pub(crate) const SERVE: [&str; 4] = ["serve", "--demo", "--listen", "127.0.0.1:0"];

/// A running server; killed when dropped.
pub(crate) struct Node {
    pub(crate) address: SocketAddr,
    pub(crate) child: Child,
    /// From the start of the process to its first "ready".
    pub(crate) ready_after: Duration,
}

impl Node {
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_by(rf(data, &SERVE).stderr(Stdio::null()))
    }

    /// By a command that ends up as the server.
    pub(crate) fn start_by(command: &mut Command) -> Self {
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once('/').unwrap_or_else(|| panic!("no address in {line:?}")).1;
        let address = address.parse().unwrap();
        let ready = request(address, "GET", "/readyz", None, None, None).expect("it listens");
        assert_eq!(ready.0, 200, "{ready:?}");
        Self { address, child, ready_after: started.elapsed() }
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// The access token of the demo engineer.
    pub(crate) fn sign_in(&self) -> String {
        self.sign_in_as("eli@northwind.example")
    }

    /// The access token of one of the demo people.
    pub(crate) fn sign_in_as(&self, email: &str) -> String {
        let body = json!({ "email": email, "password": "resolutionflow-demo" });
        let (status, answer) = self.post("/api/v1/auth/login/json", None, None, &body).unwrap();
        assert_eq!(status, 200, "{answer}");
        answer["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn get(&self, path: &str, token: &str) -> (u16, Value) {
        request(self.address, "GET", path, Some(token), None, None).expect("an answer")
    }

    pub(crate) fn post(
        &self,
        path: &str,
        token: Option<&str>,
        key: Option<&str>,
        body: &Value,
    ) -> io::Result<(u16, Value)> {
        request(self.address, "POST", path, token, key, Some(body))
    }

    /// The id of a flow that can be run.
    pub(crate) fn flow(&self, token: &str) -> String {
        let (status, trees) = self.get("/api/v1/trees?limit=1", token);
        assert_eq!(status, 200, "{trees}");
        trees["items"][0]["id"].as_str().unwrap_or_else(|| panic!("no flow in {trees}")).to_owned()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended already, and then there is nobody to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The words of a request up to its body.
pub(crate) fn head(
    method: &str,
    path: &str,
    token: Option<&str>,
    key: Option<&str>,
    length: usize,
) -> String {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    if let Some(token) = token {
        head.push_str(&format!("authorization: Bearer {token}\r\n"));
    }
    if let Some(key) = key {
        head.push_str(&format!("idempotency-key: {key}\r\n"));
    }
    head + &format!("content-type: application/json\r\ncontent-length: {length}\r\n\r\n")
}

/// An answer read to its end. An answer cut short is an error: nobody was told anything.
pub(crate) fn answer(stream: &mut TcpStream) -> io::Result<(u16, Value)> {
    let Answer { status, body, .. } = whole_answer(stream)?;
    Ok((status, body))
}

/// An answer with what stands above its body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The status line and the headers, lower case.
    pub(crate) head: String,
    /// Null where it is no JSON.
    pub(crate) body: Value,
}

/// [`answer`], with its headers.
pub(crate) fn whole_answer(stream: &mut TcpStream) -> io::Result<Answer> {
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    let cut = || io::Error::new(io::ErrorKind::UnexpectedEof, "an answer cut short");
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(cut)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(cut)?;
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if length.is_some_and(|length: usize| length != body.len()) {
        return Err(cut());
    }
    Ok(Answer { status, head: head.to_lowercase(), body: serde_json::from_str(body).unwrap_or(Value::Null) })
}

pub(crate) fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    key: Option<&str>,
    body: Option<&Value>,
) -> io::Result<(u16, Value)> {
    let Answer { status, body, .. } = exchange(address, method, path, token, key, body)?;
    Ok((status, body))
}

/// [`request`], with the headers of the answer.
pub(crate) fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    key: Option<&str>,
    body: Option<&Value>,
) -> io::Result<Answer> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.write_all((head(method, path, token, key, body.len()) + &body).as_bytes())?;
    whole_answer(&mut stream)
}
