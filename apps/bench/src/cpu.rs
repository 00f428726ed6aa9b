//! CPU time of processes, as Linux accounts for it.

use std::{fs, time::Duration};

/// Linux reports CPU time in ticks of 10 ms (`USER_HZ`, 100 on every architecture since 2.6).
const TICK: Duration = Duration::from_millis(10);

/// Whose time is counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account {
    /// The server.
    pub(crate) pid: u32,
    /// Whether the backends of a local Postgres count too.
    pub(crate) with_postgres: bool,
}

impl Account {
    /// CPU time spent so far.
    pub(crate) fn spent(self) -> Duration {
        let database = if self.with_postgres { postgres() } else { Duration::ZERO };
        of(&self.pid.to_string()).unwrap_or_default() + database
    }
}

/// This process's own time.
pub(crate) fn own() -> Duration {
    of("self").unwrap_or_default()
}

/// The time of every Postgres process of the machine.
pub(crate) fn postgres() -> Duration {
    let Ok(processes) = fs::read_dir("/proc") else { return Duration::ZERO };
    processes
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|pid| fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm == "postgres\n"))
        .filter_map(|pid| of(&pid))
        .sum()
}

/// Resident memory of a process, MB.
pub(crate) fn memory_mb(pid: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    kilobytes.trim().trim_end_matches(" kB").parse::<f64>().ok().map(|kb| kb / 1024.0)
}

fn of(pid: &str) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold spaces; user and system time are fields 14 and 15.
    let after_name = stat.rsplit_once(") ")?.1;
    let mut fields = after_name.split(' ').skip(11);
    let ticks = fields.next()?.parse::<u32>().ok()? + fields.next()?.parse::<u32>().ok()?;
    Some(TICK * ticks)
}
