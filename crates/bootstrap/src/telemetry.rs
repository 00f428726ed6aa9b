//! Log lines, to standard error; in colour where that is a terminal and `NO_COLOR` does not ask for none.

use std::io::{self, IsTerminal, Write};

use tracing::Subscriber;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter, util::SubscriberInitExt};

use crate::{Config, ConfigError, LogFormat};

/// Starts logging; once in a process.
///
/// # Errors
/// When the filter cannot be read.
pub fn init_telemetry(config: &Config) -> Result<(), ConfigError> {
    let filter = EnvFilter::try_new(&config.log_filter)
        .map_err(|error| ConfigError::Refused { setting: "log_filter", reason: error.to_string() })?;
    let in_colour =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|asked| asked.is_empty());
    let standard_error = move || OneLine { out: io::stderr(), in_colour };
    let started = lines(filter, config.log_format, in_colour, standard_error).try_init();
    // A second start in one process keeps the first's logging.
    started.or(Ok(()))
}

/// What writes the lines.
fn lines(
    filter: EnvFilter,
    format: LogFormat,
    in_colour: bool,
    writer: impl for<'a> MakeWriter<'a> + Send + Sync + 'static,
) -> Box<dyn Subscriber + Send + Sync> {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(in_colour)
        .with_target(false);
    match format {
        LogFormat::Text => Box::new(lines.compact().finish()),
        LogFormat::Json => Box::new(lines.json().flatten_event(true).finish()),
    }
}

/// Keeps an event one line, whatever texts of strangers stand in it: what would end a line, ring or move the cursor is
/// written as an escape. It is given one whole event at a time.
struct OneLine<W> {
    out: W,
    in_colour: bool,
}

impl<W> OneLine<W> {
    /// Whether a character does more to a terminal or a reader of lines than to stand there. Colours are ours.
    fn acts(&self, c: char) -> bool {
        c.is_control() && !(self.in_colour && c == '\u{1b}') || matches!(c, '\u{2028}' | '\u{2029}')
    }
}

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        if line.contains(|c| self.acts(c)) {
            let escaped = line.chars().fold(String::with_capacity(line.len()), |mut line, c| {
                if self.acts(c) {
                    line.extend(c.escape_default());
                } else {
                    line.push(c);
                }
                line
            });
            self.out.write_all(escaped.as_bytes())?;
            self.out.write_all(b"\n")?;
        } else {
            self.out.write_all(event)?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What three events become that hold the text in every place an event has.
    fn logged(format: LogFormat, text: &str) -> String {
        let written = Written::default();
        let out = written.clone();
        let writer = move || OneLine { out: out.clone(), in_colour: false };
        tracing::subscriber::with_default(lines(EnvFilter::new("info"), format, false, writer), || {
            let span = tracing::info_span!("request", path = text, name = %text, seen = ?text);
            span.in_scope(|| {
                tracing::info!(plain = text, "answered");
                tracing::warn!(shown = %text, debug = ?text, "{text}");
            });
            tracing::error!("{text}");
        });
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    /// I8: as many lines as events, whatever is in them.
    #[test]
    fn an_event_is_one_line_whatever_is_said_in_it() {
        let hostile = [
            "\r\n",
            "\n",
            "\r",
            "\u{1b}[2K\u{1b}[1A",
            "\u{7}",
            "\u{8}",
            "\u{b}\u{c}",
            "\0",
            "\u{7f}",
            "\u{85}",
            "\u{9b}2K",
            "\u{2028}",
            "\u{2029}",
        ];
        let mut events = 0;
        for format in [LogFormat::Text, LogFormat::Json] {
            for text in hostile {
                let log = logged(format, &format!("before{text}2026-01-01T00:00:00Z  INFO forged"));
                assert_eq!(log.matches('\n').count(), 3, "{format:?} {text:?}: {log:?}");
                assert!(log.ends_with('\n'));
                let inside = log.replace('\n', "");
                let acts = inside.chars().find(|c| c.is_control() || ['\u{2028}', '\u{2029}'].contains(c));
                assert_eq!(acts, None, "{format:?} {text:?}: {log:?}");
                assert!(log.matches("forged").count() >= 5, "the text is there: {log:?}");
                events += 3;
            }
        }
        println!(
            "I8: {events} events with {} sorts of line ends and control characters in them, 0 extra lines",
            hostile.len()
        );
    }
}
