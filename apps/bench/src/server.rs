//! The server that is measured, and a client that prepares it.

use std::{net::SocketAddr, path::Path, process::Stdio, time::Instant};

use anyhow::{Context, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::{cpu::Account, limits::announced, load::Request};

/// Which database is behind it.
#[derive(Clone, Debug)]
pub(crate) enum Engine {
    /// A file in a folder of its own.
    Sqlite,
    /// A database that may be filled.
    Postgres(String),
}

impl Engine {
    /// For the table.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "Postgres",
        }
    }
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    address: String,
    engine: Engine,
    client: reqwest::Client,
}

impl Server {
    /// Starts the binary over that folder and waits until it is healthy. Answers how long that took, ms, too.
    pub(crate) async fn start(
        rf: &Path,
        engine: &Engine,
        data: &Path,
        demo: bool,
    ) -> anyhow::Result<(Self, f64)> {
        Self::spawn(rf, engine, data, demo, None).await
    }

    /// The same beside a simulated PSA that it may talk to.
    pub(crate) async fn start_beside(
        rf: &Path,
        engine: &Engine,
        data: &Path,
        demo: bool,
        psa: SocketAddr,
    ) -> anyhow::Result<Self> {
        Ok(Self::spawn(rf, engine, data, demo, Some(psa)).await?.0)
    }

    async fn spawn(
        rf: &Path,
        engine: &Engine,
        data: &Path,
        demo: bool,
        psa: Option<SocketAddr>,
    ) -> anyhow::Result<(Self, f64)> {
        let mut command = Command::new(rf);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
        if demo {
            command.arg("--demo");
        }
        command.env_remove("DATABASE_URL");
        if let Engine::Postgres(url) = engine {
            command.env("DATABASE_URL", url);
        }
        if let Some(psa) = psa {
            command.env("RESOLUTIONFLOW_PSA_SIMULATOR", psa.to_string());
        }
        // The limits on attempts are not what is measured.
        command.env("RESOLUTIONFLOW_SIGN_IN_PER_MINUTE", "1000000");
        command.env("RESOLUTIONFLOW_REFRESH_PER_MINUTE", "10000000");
        command.env("RESOLUTIONFLOW_GUESSES_PER_PERSON", "1000000");
        command.env("RESOLUTIONFLOW_GUESSES_IN_ALL", "1000000");
        command.env("RESOLUTIONFLOW_LOG_FILTER", "warn");
        // A flood is shed, and each refusal logged.
        command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let started = Instant::now();
        let (child, address) = announced(command.spawn()?).await?;
        let server = Self { child, address, engine: engine.clone(), client: reqwest::Client::new() };
        let health = server.client.get(server.url("/healthz")).send().await?;
        ensure!(health.status().is_success(), "the server is not healthy: {}", health.status());
        Ok((server, started.elapsed().as_secs_f64() * 1_000.0))
    }

    pub(crate) fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("the server ended")
    }

    /// Whose CPU time a request costs.
    pub(crate) fn account(&self) -> anyhow::Result<Account> {
        Ok(Account { pid: self.pid()?, with_postgres: matches!(self.engine, Engine::Postgres(_)) })
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// A request to measure.
    pub(crate) fn request(
        &self,
        method: &'static str,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> Request {
        Request {
            method,
            url: self.url(path),
            token: Some(token.to_owned()),
            body: body.map(|body| body.to_string()),
            may_be_refused: false,
        }
    }

    /// Reads a resource.
    pub(crate) async fn get(&self, path: &str, token: &str) -> anyhow::Result<Value> {
        let answer = self.client.get(self.url(path)).bearer_auth(token).send().await?.error_for_status()?;
        Ok(serde_json::from_str(&answer.text().await?)?)
    }

    /// Where the page after this one begins.
    pub(crate) async fn next_cursor(&self, path: &str, token: &str) -> anyhow::Result<Option<String>> {
        let answer = self.client.get(self.url(path)).bearer_auth(token).send().await?.error_for_status()?;
        let cursor = answer.headers().get("x-next-cursor").map(|cursor| cursor.to_str().map(str::to_owned));
        Ok(cursor.transpose()?)
    }

    /// Posts a body and answers what comes back.
    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> anyhow::Result<Value> {
        self.send(Method::POST, path, token, body).await
    }

    /// Sends a body and answers what comes back.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: &Value,
    ) -> anyhow::Result<Value> {
        let mut request = self.client.request(method.clone(), self.url(path)).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{method} {path} answered {status}: {text}");
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    /// Signs a demo person in; the whole answer.
    pub(crate) async fn sign_in(&self, email: &str) -> anyhow::Result<Value> {
        self.post(
            "/api/v1/auth/login/json",
            None,
            &json!({ "email": email, "password": "resolutionflow-demo" }),
        )
        .await
    }

    /// Ends it and waits for its end.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}
