//! What a command prints: lines for people, or with `--json` one document for programs. Results go to standard
//! output, everything else to standard error. Colour only on a terminal, and not where `NO_COLOR` is set.

use std::{
    fmt::Display,
    io::{self, Write},
    time::Duration,
};

use anstyle::{AnsiColor, Style};
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use tokio::task::JoinSet;

/// For what is wrong.
pub(crate) const FAULT: Style = AnsiColor::Red.on_default().bold();
/// For what should be looked at.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default();
/// For what is as it should be.
pub(crate) const FINE: Style = AnsiColor::Green.on_default();

/// How often the progress is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// In which form results are printed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Output {
    /// Lines.
    People,
    /// One JSON document.
    Json,
}

impl Output {
    /// Prints a result.
    pub(crate) fn tell(self, document: &Value, lines: &str) -> anyhow::Result<()> {
        let told = match self {
            Self::People => print(lines),
            Self::Json => print(&format!("{document:#}")),
        };
        match told {
            // Whoever read our output has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            told => told.context("standard output cannot be written"),
        }
    }

    /// Says why it could not be done.
    pub(crate) fn tell_error(self, error: &anyhow::Error) {
        let line = match self {
            Self::People => format!("rf: {error:#}"),
            Self::Json => serde_json::json!({ "error": format!("{error:#}") }).to_string(),
        };
        // There is nowhere left to say that this could not be said.
        let _ = writeln!(anstream::stderr().lock(), "{line}");
    }
}

/// Prints `text` and the end of its line, and waits until it is out.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// `text` in a style.
pub(crate) fn styled(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Does the work and shows meanwhile on the terminal how many of `total` bytes are done. Where standard error is no
/// terminal, nothing is shown.
pub(crate) async fn with_progress<T>(
    what: &'static str,
    total: u64,
    done: impl Fn() -> u64 + Send + 'static,
    work: impl Future<Output = T>,
) -> T {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    // On another thread: the work may be one long call. Ends when it is dropped.
    let mut looker = JoinSet::new();
    looker.spawn({
        let bar = bar.clone();
        async move {
            let mut look = tokio::time::interval(LOOK_EVERY);
            loop {
                look.tick().await;
                bar.set_position(done().min(total));
            }
        }
    });
    let result = work.await;
    drop(looker);
    bar.finish_and_clear();
    result
}
