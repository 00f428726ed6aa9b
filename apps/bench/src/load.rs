//! Load by wrk, and what it says.

use std::{fmt::Write, path::Path, time::Duration};

use anyhow::{Context, bail};
use tokio::process::Command;

use crate::cpu::Account;

/// One kind of request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) token: Option<String>,
    pub(crate) body: Option<String>,
    /// Whether refusals are expected: a flood is shed.
    pub(crate) may_be_refused: bool,
}

/// What a load found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// Requests a second.
    pub(crate) rate: f64,
    /// CPU time of each, ms; zero where nobody's was counted.
    pub(crate) cpu_ms: f64,
    /// 99 of 100 took no longer, ms.
    pub(crate) p99_ms: f64,
}

/// Sends the request over and over from that many connections.
pub(crate) async fn load(
    request: &Request,
    connections: usize,
    seconds: u64,
    account: Option<Account>,
) -> anyhow::Result<Measured> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("request.lua");
    std::fs::write(&script, lua(request))?;
    let before = account.map(Account::spent);
    let output = wrk(&script, &request.url, connections, seconds).await?;
    let spent = account.zip(before).map(|(account, before)| account.spent() - before);
    let rate = number_after(&output, "Requests/sec:").context("wrk said no rate")?;
    let total = output
        .lines()
        .find_map(|line| line.trim().split_once(" requests in "))
        .and_then(|(count, _)| count.parse::<f64>().ok())
        .context("wrk said no count")?;
    let failed = |line: &&str| line.contains("Non-2xx") || line.contains("Socket errors");
    if let Some(line) = output.lines().find(failed).filter(|_| !request.may_be_refused) {
        bail!("{} {}: {}", request.method, request.url, line.trim());
    }
    let p99 =
        output.lines().find_map(|line| line.trim().strip_prefix("99%")).context("wrk said no latency")?;
    let cpu_ms = spent.map_or(0.0, |spent| spent.as_secs_f64() * 1_000.0 / total);
    Ok(Measured { rate, cpu_ms, p99_ms: milliseconds(p99.trim()).context("a latency")? })
}

async fn wrk(script: &Path, url: &str, connections: usize, seconds: u64) -> anyhow::Result<String> {
    let output = Command::new("wrk")
        .args(["-t1", "--latency", "--timeout", "30s"])
        .arg(format!("-c{connections}"))
        .arg(format!("-d{seconds}s"))
        .arg("-s")
        .arg(script)
        .arg(url)
        .output()
        .await
        .context("wrk is missing: install the package wrk")?;
    if !output.status.success() {
        bail!("wrk failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn lua(request: &Request) -> String {
    let mut script = format!("wrk.method = {:?}\n", request.method);
    if let Some(token) = &request.token {
        let _ = writeln!(script, "wrk.headers[\"Authorization\"] = \"Bearer {token}\"");
    }
    if let Some(body) = &request.body {
        script.push_str("wrk.headers[\"Content-Type\"] = \"application/json\"\n");
        let _ = writeln!(script, "wrk.body = [==[{body}]==]");
    }
    script
}

fn number_after(text: &str, label: &str) -> Option<f64> {
    text.lines().find_map(|line| line.trim().strip_prefix(label))?.trim().parse().ok()
}

/// Reads what wrk writes, such as `1.20ms`, `850.00us` or `1.02s`.
fn milliseconds(text: &str) -> Option<f64> {
    let (number, scale) = if let Some(number) = text.strip_suffix("us") {
        (number, 0.001)
    } else if let Some(number) = text.strip_suffix("ms") {
        (number, 1.0)
    } else {
        (text.strip_suffix('s')?, 1_000.0)
    };
    number.parse::<f64>().ok().map(|number| number * scale)
}

/// The same for a piece of work that is no request: how often a second, and what each cost.
pub(crate) fn measured(runs: u64, elapsed: Duration, spent: Duration) -> Measured {
    #[expect(clippy::cast_precision_loss, reason = "a count of runs within seconds")]
    let runs = runs as f64;
    Measured { rate: runs / elapsed.as_secs_f64(), cpu_ms: spent.as_secs_f64() * 1_000.0 / runs, p99_ms: 0.0 }
}
