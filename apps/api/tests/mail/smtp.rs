//! R6: what becomes of mails, and of the people who cause them, when the mail server has a bad day. The server is
//! aiosmtpd, in a process of its own.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use rf_jobs::{Job, JobState};
use rf_kernel::Page;
use rf_mail_smtp::SmtpMailer;
use rf_notifications::MailState;
use rf_store::Access;
use rf_usecases::{RandomIds, job_handlers};
use rf_worker::{Worker, WorkerSettings};
use serde_json::{Value, json};
use tokio::{sync::mpsc, task::LocalSet, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{invite, mails};
use crate::support::{Database, World};

/// Takes mails as it is told: `accept`, `refuse` (for now), `drop` (the connection, in the midst of the mail) or `hang`.
/// Says what it did with each, a line of JSON at a time.
const SERVER: &str = r#"
import asyncio, email, json, sys
from aiosmtpd.smtp import SMTP

mode = 'accept'

def say(what, message):
    parts = {part.get_content_type(): part.get_payload(decode=True).decode() for part in message.walk() if not part.is_multipart()}
    print(json.dumps({'what': what, 'id': message['Message-ID'], 'to': message['To'], 'subject': message['Subject'], 'parts': parts}), flush=True)

class Handler:
    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content)
        say(mode, message)
        if mode == 'refuse':
            return '451 4.3.0 try again later'
        if mode == 'drop':
            server.transport.abort()
            return '250 never heard'
        if mode == 'hang':
            await asyncio.Event().wait()
        return '250 2.0.0 taken'

async def main():
    global mode
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname='mail.example'), '127.0.0.1', 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        mode = line.decode().strip()
        print(json.dumps({'what': 'now', 'mode': mode}), flush=True)

asyncio.run(main())
"#;

struct SmtpServer {
    child: Child,
    control: ChildStdin,
    port: u16,
    events: mpsc::UnboundedReceiver<Value>,
}

impl SmtpServer {
    fn start(port: Option<u16>) -> Self {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let found =
            Command::new(format!("{root}/scripts/lib/python")).arg("aiosmtpd==1.4.6").output().unwrap();
        assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
        let python = String::from_utf8(found.stdout).unwrap();
        let script = match port {
            Some(port) => {
                SERVER.replace("'127.0.0.1', 0)", &format!("'127.0.0.1', {port}, reuse_address=True)"))
            }
            None => SERVER.to_owned(),
        };
        let mut child = Command::new(python.trim())
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let control = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap().parse().unwrap();
        let (tell, events) = mpsc::unbounded_channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                tell.send(serde_json::from_str(&line).unwrap()).ok();
            }
        });
        Self { child, control, port, events }
    }

    /// The next event of that kind.
    async fn next(&mut self, what: &str) -> Value {
        loop {
            let event = self.events.recv().await.expect("the mail server runs");
            if event["what"] == what {
                return event;
            }
        }
    }

    async fn be(&mut self, mode: &str) {
        writeln!(self.control, "{mode}").unwrap();
        self.next("now").await;
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn mailer(port: u16) -> Arc<SmtpMailer> {
    let url = format!("smtp://127.0.0.1:{port}");
    Arc::new(SmtpMailer::new(&url.as_str().into(), "ResolutionFlow <rf@desk.example>", None).unwrap())
}

/// A worker that looks once an hour: all it does in a test, it does because it was woken.
struct Running {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    fn start(w: &World) -> Self {
        let settings = WorkerSettings { look_every: Duration::from_secs(3_600), ..WorkerSettings::default() };
        let store = Arc::clone(&w.database.store);
        let worker = Worker::new(store, Arc::new(RandomIds), job_handlers(&w.test.app), settings)
            .woken_by(w.test.app.work_added());
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::task::spawn_local(async move { worker.run(stopped).await });
        Self { stop, task }
    }

    async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

async fn unfinished(w: &World) -> Vec<Job> {
    let mut unit = w.store().begin(Access::system_read()).await.unwrap();
    let jobs = unit.list_jobs(None, Page { skip: 0, limit: Page::MAX_LIMIT }).await.unwrap();
    jobs.into_iter().filter(|job| job.state != JobState::Done).collect()
}

/// The next attempt at each unfinished job, without waiting for its time.
async fn attempt_all(w: &World) -> usize {
    let handlers = job_handlers(&w.test.app);
    let jobs = unfinished(w).await;
    for job in &jobs {
        let handler = handlers.iter().find(|handler| handler.kind() == job.kind).unwrap();
        handler.run(job).await.unwrap();
    }
    jobs.len()
}

/// One of a hundred waits longer than that.
fn p99(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[(times.len() * 99).div_ceil(100) - 1]
}

async fn mails_outlive_a_bad_day(database: Database) {
    let mut server = SmtpServer::start(None);
    let port = server.port;
    let w = World::with_mailer(database, mailer(port)).await;
    assert_eq!(w.anonymous().get("/meta").await.expect(200)["mail_enabled"], true);
    let running = Running::start(&w);

    // A good day: what is asked for arrives at once, because the worker is woken.
    invite(&w.owner(), "first@north.example", "viewer").await;
    let taken = server.next("accept").await;
    assert_eq!(
        (&taken["to"], &taken["subject"]),
        (&json!("first@north.example"), &json!("Olivia invites you to North"))
    );
    for kind in ["text/plain", "text/html"] {
        let text = taken["parts"][kind].as_str().unwrap();
        assert!(text.contains("https://desk.example/invite/"), "{text}");
    }

    let mut slowest = Vec::new();
    let mut tried = BTreeSet::new();
    let mut count = 0;
    for mode in ["refuse", "drop", "hang"] {
        server.be(mode).await;
        let mut times = Vec::new();
        for _ in 0..30 {
            count += 1;
            let begun = Instant::now();
            invite(&w.owner(), &format!("p{count}@north.example"), "viewer").await;
            times.push(begun.elapsed());
        }
        let event = server.next(mode).await;
        tried.insert(event["id"].as_str().unwrap().to_owned());
        let p99 = p99(&mut times);
        // The promise is 300 ms; a machine that tests many things at once is given more. The server takes minutes.
        assert!(p99 < Duration::from_secs(3), "{mode}: {p99:?}");
        slowest.push(format!("{mode} {} ms", p99.as_millis()));
    }
    // Down altogether, with four deliveries under way.
    drop(server);
    invite(&w.owner(), "last@north.example", "viewer").await;
    running.end().await;
    assert!(mails(&w).await.iter().filter(|mail| mail.state == MailState::Sent).count() < count);

    let mut server = SmtpServer::start(Some(port));
    let attempted = attempt_all(&w).await;
    assert!(attempted > 0);
    let all = mails(&w).await;
    assert_eq!(all.len(), count + 2);
    assert!(all.iter().all(|mail| mail.state == MailState::Sent), "{all:?}");
    let mut arrived = BTreeSet::new();
    for _ in 0..attempted {
        let event = server.next("accept").await;
        assert!(arrived.insert(event["id"].as_str().unwrap().to_owned()), "twice: {event}");
    }
    // Whatever was tried before came again under the id it had.
    assert!(tried.is_subset(&arrived), "{tried:?}");
    let expected: BTreeSet<_> = all.iter().map(|mail| format!("<{}@desk.example>", mail.id)).collect();
    assert!(arrived.is_subset(&expected));
    assert_eq!(arrived.len(), attempted);
    println!(
        "R6 on {}: p99 of requests while the mail server fails: {}; {} mails, all delivered, {} tried again under \
         their Message-ID",
        w.store().kind(),
        slowest.join(", "),
        all.len(),
        attempted,
    );
}

#[tokio::test]
async fn mails_outlive_a_bad_day_memory() {
    LocalSet::new().run_until(async { mails_outlive_a_bad_day(Database::memory().await).await }).await;
}

#[tokio::test]
async fn mails_outlive_a_bad_day_sqlite() {
    LocalSet::new().run_until(async { mails_outlive_a_bad_day(Database::sqlite().await).await }).await;
}

#[tokio::test]
async fn mails_outlive_a_bad_day_postgres() {
    LocalSet::new().run_until(async { mails_outlive_a_bad_day(Database::postgres().await).await }).await;
}
