//! What the machine could do without us: a bare handler, bcrypt alone.

use std::{process::Stdio, time::Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Context;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{
    cpu::Account,
    load::{Measured, Request, load},
};

/// Serves one body of that size from memory; prints its address.
pub(crate) fn serve_bare(bytes: usize) -> anyhow::Result<()> {
    let body = web::Bytes::from(vec![b'x'; bytes]);
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            let body = body.clone();
            App::new().default_service(web::to(move || {
                let body = body.clone();
                async move { HttpResponse::Ok().content_type("application/json").body(body) }
            }))
        })
        .workers(2)
        .bind(("127.0.0.1", 0))?;
        println!("listening on http://{}", server.addrs()[0]);
        anyhow::Ok(server.run().await?)
    })
}

/// The bare handler with an answer as small as a health check's and one as large as a session's.
pub(crate) struct Bare {
    pub(crate) small: Measured,
    pub(crate) session: Measured,
}

/// Measures the bare handler.
pub(crate) async fn bare(seconds: u64) -> anyhow::Result<Bare> {
    Ok(Bare { small: bare_of(16, seconds).await?, session: bare_of(10_000, seconds).await? })
}

async fn bare_of(bytes: usize, seconds: u64) -> anyhow::Result<Measured> {
    let itself = std::env::current_exe()?;
    let child = Command::new(itself)
        .args(["bare", &bytes.to_string()])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (child, address) = announced(child).await?;
    let account = Account { pid: child.id().context("the bare server ended")?, with_postgres: false };
    let request = Request { method: "GET", url: address, token: None, body: None, may_be_refused: false };
    load(&request, 16, seconds, Some(account)).await
}

/// Waits for a server's first line, which names its address.
pub(crate) async fn announced(mut child: Child) -> anyhow::Result<(Child, String)> {
    let out = child.stdout.take().context("no standard output")?;
    let mut lines = BufReader::new(out).lines();
    let first = lines.next_line().await?.context("the server ended before it listened")?;
    let address = first.strip_prefix("listening on ").context("the server did not say where it listens")?;
    let address = address.to_owned();
    // Read to the end, or its writes would fail one day.
    #[expect(clippy::disallowed_methods, reason = "ends with the server")]
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, address))
}

/// Hashes of cost 12 a second on one core.
pub(crate) async fn bcrypt_alone() -> anyhow::Result<f64> {
    let rate = tokio::task::spawn_blocking(|| {
        let (started, mut runs) = (Instant::now(), 0.0);
        while started.elapsed().as_secs() < 3 {
            bcrypt::hash("a long enough password", 12)?;
            runs += 1.0;
        }
        anyhow::Ok(runs / started.elapsed().as_secs_f64())
    });
    rate.await?
}
