//! Measures the server beside its physical limits, in one run on one machine: `scripts/bench`.
//!
//! What is counted is CPU time per request, the database's included, because it does not depend on what else the
//! machine does; rates and latencies are shown beside it. Every limit is the same work without us: the same SQL
//! through the bare driver, a bare actix handler that sends the same bytes, bcrypt alone.

mod cpu;
mod handing;
mod limits;
mod load;
mod pages;
mod psa;
mod raw;
mod scenario;
mod server;
mod table;

use std::path::PathBuf;

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::{server::Engine, table::Table};

/// Measures a release build of `rf`.
#[derive(Parser)]
struct Arguments {
    /// The binary to measure.
    #[arg(long)]
    rf: Option<PathBuf>,
    /// Where criterion keeps its estimates; pure code is left out without it.
    #[arg(long)]
    criterion: Option<PathBuf>,
    /// A Postgres database that may be filled; only SQLite is measured without it.
    #[arg(long)]
    postgres: Option<String>,
    /// Seconds each figure is measured for.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// A bare actix server that answers one body; started by the measuring itself.
    Bare {
        /// How many bytes it answers.
        bytes: usize,
    },
    /// Lists of sessions in an account that has very many, instead of everything else.
    Pages {
        /// How many sessions.
        #[arg(long, default_value_t = 2_000_000)]
        sessions: u64,
    },
    /// Handing over, instead of everything else: escalations, their events with readers, a race for one handoff. Needs as many
    /// open files as streams, here and in the server (`ulimit -n`).
    Handoff {
        /// Streams that are read at once.
        #[arg(long, default_value_t = 1_000)]
        streams: usize,
        /// Requests at once that want one handoff.
        #[arg(long, default_value_t = 1_000)]
        racers: usize,
    },
    /// Notes pushed into the simulated PSA, instead of everything else. Fails when memory grows with them.
    Psa {
        /// How many.
        #[arg(long, default_value_t = 5_000)]
        pushes: u64,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Some(Command::Bare { bytes }) = &arguments.command {
        return limits::serve_bare(*bytes);
    }
    let rf = arguments.rf.context("name the binary to measure with --rf")?;
    let mut table = Table::default();
    if let Some(folder) = &arguments.criterion {
        table.pure(folder)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let engines = [Some(Engine::Sqlite), arguments.postgres.map(Engine::Postgres)].into_iter().flatten();
    let is_flat = runtime.block_on(async {
        let mut is_flat = true;
        match arguments.command {
            Some(Command::Pages { sessions }) => {
                for engine in engines {
                    pages::run(&rf, &engine, sessions, arguments.seconds, &mut table).await?;
                }
            }
            Some(Command::Handoff { streams, racers }) => {
                for engine in engines {
                    handing::run(&rf, &engine, streams, racers, &mut table).await?;
                }
            }
            Some(Command::Psa { pushes }) => {
                for engine in engines {
                    is_flat &= psa::run(&rf, &engine, pushes, &mut table).await?;
                }
            }
            _ => {
                let bare = limits::bare(arguments.seconds).await?;
                let hash = limits::bcrypt_alone().await?;
                for engine in engines {
                    scenario::run(&rf, &engine, arguments.seconds, &bare, hash, &mut table).await?;
                }
            }
        }
        anyhow::Ok(is_flat)
    })?;
    table.print();
    anyhow::ensure!(is_flat, "memory grows with what is pushed");
    Ok(())
}
