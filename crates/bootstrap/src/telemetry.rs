//! Log lines, to standard error; in colour where that is a terminal and `NO_COLOR` does not ask for none.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt};

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
    let lines =
        fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(in_colour).with_target(false);
    let started = match config.log_format {
        LogFormat::Text => lines.compact().try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    // A second start in one process keeps the first's logging.
    started.or(Ok(()))
}
