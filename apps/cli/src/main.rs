//! The `rf` command: serve, migrate, work on flow files, run a flow in the terminal, find faults.

mod commands;
mod output;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory, Parser, Subcommand};
use rf_bootstrap::{Config, Overrides};
use rf_kernel::AccountId;
use rf_psa::PsaVendor;

use crate::output::Output;

const EXIT_CODES: &str =
    "Exit codes: 0 done; 1 it could not be done, or what was checked has faults; 2 wrong use.";

/// ResolutionFlow: guided troubleshooting that writes its own ticket notes.
#[derive(Parser)]
#[command(name = "rf", version, about, disable_help_subcommand = true, after_help = EXIT_CODES)]
struct Cli {
    /// Print the result as one JSON document, and errors as one line of JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    settings: SettingsArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct SettingsArgs {
    /// Configuration file; resolutionflow.toml in this folder when there is one.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// Where the SQLite file and generated keys are kept.
    #[arg(long, global = true)]
    data_dir: Option<PathBuf>,
    /// sqlite://… or postgres://…
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Postgres: the owning role, when the other URL is the limited one.
    #[arg(long, global = true, env = "ADMIN_DATABASE_URL", hide_env_values = true)]
    admin_database_url: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server: migrates the database, loads the starter flows, serves the API and the web app.
    Serve {
        /// Where to listen; port 0 takes a free one.
        #[arg(long)]
        listen: Option<SocketAddr>,
        /// Load the demo account, with its published password.
        #[arg(long)]
        demo: bool,
        /// Run a simulated ConnectWise beside it and connect the demo account; 127.0.0.1:8025 when no address is given.
        #[arg(long, requires = "demo", value_name = "ADDRESS", num_args = 0..=1,
            default_missing_value = "127.0.0.1:8025")]
        simulate_psa: Option<SocketAddr>,
        /// Likewise a simulated HaloPSA; 127.0.0.1:8026 when no address is given.
        #[arg(long, requires = "demo", conflicts_with = "simulate_psa", value_name = "ADDRESS", num_args = 0..=1,
            default_missing_value = "127.0.0.1:8026")]
        simulate_halo: Option<SocketAddr>,
        /// Be ahead of the machine's clock by the seconds in this file. For tests: a release does not know it.
        #[cfg(debug_assertions)]
        #[arg(long, requires = "demo", value_name = "FILE", hide = true)]
        clock_ahead: Option<PathBuf>,
    },
    /// Bring the database's schema up to date, and nothing else.
    Migrate,
    /// Work on flows and flow files.
    #[command(subcommand)]
    Flow(FlowCommand),
    /// Take the whole library out of an account, or bring one in.
    #[command(subcommand)]
    Library(LibraryCommand),
    /// Run the installation.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Check the audit log, or take away what accounts do not want kept any longer.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Work with the payment provider.
    #[command(subcommand)]
    Billing(BillingCommand),
    /// Try a connection to ConnectWise PSA or HaloPSA, or run a simulated one.
    #[command(subcommand)]
    Psa(PsaCommand),
    /// Run simulated webhooks of Slack and Teams.
    #[command(subcommand)]
    Channels(ChannelsCommand),
    /// Play recorded conversations again with the copilot, and score what comes of it.
    Eval {
        /// Folder of the recordings.
        recordings: PathBuf,
        /// What has to be kept; exit code 1 when it is not.
        #[arg(long, value_name = "FILE")]
        thresholds: Option<PathBuf>,
    },
    /// Copy the database, while the server writes if it likes. Postgres by its own pg_dump, as the role that owns the tables.
    Backup {
        /// Where to; a manifest is written beside it.
        file: PathBuf,
    },
    /// Put a backup in the place of a database that does not exist yet; of Postgres, into an empty one.
    Restore {
        /// The backup; its manifest lies beside it.
        file: PathBuf,
    },
    /// Print the OpenAPI document.
    Openapi,
    /// Look for the faults that keep the server from starting. Changes nothing.
    Doctor,
    /// Print the completion script of a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man {
        /// Write a page for each command into this folder instead.
        #[arg(long, value_name = "FOLDER")]
        all: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum LibraryCommand {
    /// Write the account's own flows and their shared folders as a zip archive of flow files.
    Export {
        /// Where to.
        file: PathBuf,
        /// E-mail of a person of the account.
        #[arg(long = "as")]
        person: String,
    },
    /// Keep the flows of an archive; published ones are published again. Fails when a file is refused, the others
    /// are kept.
    Import {
        /// The archive.
        file: PathBuf,
        /// E-mail of the person they are kept for.
        #[arg(long = "as")]
        person: String,
    },
}

#[derive(Subcommand)]
enum AdminCommand {
    /// Make somebody a site admin; somebody new gets an account and no password. Safe to run again.
    CreateSiteAdmin {
        /// Their e-mail.
        #[arg(long)]
        email: String,
        /// Make nobody new.
        #[arg(long)]
        promote_only: bool,
        /// Mail them a link to choose a password with; where that fails, print it.
        #[arg(long, conflicts_with = "print_reset")]
        send_reset: bool,
        /// Print a link to choose a password with.
        #[arg(long)]
        print_reset: bool,
    },
    /// Seal all credentials at rest under the first of credential_keys; the other keys can be taken away afterwards.
    /// Safe to interrupt and to run again.
    Rewrap,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Check every entry against the chain it is part of; fails when one was changed, added or taken away.
    Verify {
        /// The account's id; all accounts when not given.
        #[arg(long)]
        account: Option<AccountId>,
    },
    /// Take away entries that are older than their accounts keep them. The server does this by itself every day.
    Prune,
}

#[derive(Subcommand)]
enum BillingCommand {
    /// Look up what the provider calls our prices (lookup keys resolutionflow_pro_month and _year) and keep it.
    SyncPlans,
}

#[derive(Subcommand)]
enum ChannelsCommand {
    /// Run webhooks of Slack and Teams that keep what they are told until they are stopped. A server talks to them when
    /// its setting channel_simulator names their address.
    Sim {
        /// Where on this machine to listen; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
    },
}

#[derive(Subcommand)]
enum PsaCommand {
    /// Run a simulated PSA with demonstration tickets until it is stopped.
    Sim {
        /// Whose.
        #[arg(long, default_value = "connectwise", value_parser = ["connectwise", "halo"])]
        vendor: String,
        /// Where on this machine to listen; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        /// Speak TLS there, with a certificate made now; the authority to trust is written to this file as PEM.
        #[arg(long, value_name = "FILE")]
        tls: Option<PathBuf>,
    },
    /// Check site, company and keys, and say what is wrong with them.
    Test {
        #[command(flatten)]
        site: SiteArgs,
    },
    /// List tickets, those changed last first.
    Tickets {
        #[command(flatten)]
        site: SiteArgs,
        /// A part of the summary, or a ticket's number.
        #[arg(long)]
        search: Option<String>,
        /// Closed ones too.
        #[arg(long)]
        all: bool,
        /// At most so many, 1 to 100.
        #[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u32).range(1..=100))]
        limit: u32,
    },
    /// Write a note into a ticket, once: the same text is not written into the same ticket again.
    Push {
        #[command(flatten)]
        site: SiteArgs,
        /// The ticket's number.
        #[arg(long)]
        ticket: String,
        /// Where it is shown.
        #[arg(long, default_value = "internal", value_parser = ["internal", "discussion", "resolution"])]
        kind: String,
        /// The text; `-` reads it from the standard input.
        file: PathBuf,
    },
}

#[derive(Args)]
#[command(
    after_help = "Without a file the keys are taken from CONNECTWISE_COMPANY, CONNECTWISE_PUBLIC_KEY, \
                        CONNECTWISE_PRIVATE_KEY and CONNECTWISE_CLIENT_ID; of a Halo from HALO_CLIENT_ID, \
                        HALO_CLIENT_SECRET and, for a site that has several, HALO_TENANT."
)]
struct SiteArgs {
    /// Whose PSA it is.
    #[arg(long, default_value = "connectwise", value_parser = ["connectwise", "halo"])]
    vendor: String,
    /// Where your team signs in, such as eu.myconnectwise.net.
    #[arg(long)]
    site: String,
    /// TOML file with company, public_key, private_key and client_id, or client_id, client_secret and tenant; the
    /// environment when not given.
    #[arg(long)]
    keys_file: Option<PathBuf>,
    /// The site is the simulator on this machine.
    #[arg(long)]
    simulator: bool,
}

impl From<SiteArgs> for commands::Site {
    fn from(SiteArgs { vendor, site, keys_file, simulator }: SiteArgs) -> Self {
        Self { vendor: vendor_of(&vendor), site, keys_file, simulator }
    }
}

/// Of the names an argument takes.
fn vendor_of(name: &str) -> PsaVendor {
    name.parse().unwrap_or(PsaVendor::ConnectWise)
}

#[derive(Subcommand)]
enum FlowCommand {
    /// Check flow files.
    Lint {
        /// The files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Find the flows a ticket may need: of the starter flows, or of the flow files in a folder.
    Match {
        /// The ticket, as text; standard input when not given.
        file: Option<PathBuf>,
        /// Look among the flow files of this folder instead.
        #[arg(long, value_name = "FOLDER")]
        flows: Option<PathBuf>,
        /// Tell at most so many.
        #[arg(long, default_value_t = 5)]
        most: usize,
    },
    /// Keep the flow of a file in the library, as a draft.
    Import {
        /// The file.
        file: PathBuf,
        /// E-mail of the person it is kept for.
        #[arg(long = "as")]
        person: String,
        /// Publish it at once.
        #[arg(long)]
        publish: bool,
    },
    /// Write a flow of the library as a file.
    Export {
        /// Its id, or a part of its name that only it has.
        flow: String,
        /// E-mail of a person who can see it.
        #[arg(long = "as")]
        person: String,
        /// Where to; standard output when not given.
        #[arg(long = "output", short = 'o', value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Work through a flow in the terminal; ends with the ticket note on standard output.
    Run {
        /// A flow file, or the id or part of the name of a flow in the library.
        flow: String,
        /// E-mail of the person who works; needed for a flow of the library.
        #[arg(long = "as")]
        person: Option<String>,
        /// The PSA ticket.
        #[arg(long)]
        ticket: Option<String>,
        /// The client.
        #[arg(long)]
        client: Option<String>,
        /// A value of the flow's variables, name=value.
        #[arg(long = "var", value_parser = commands::name_and_value)]
        variables: Vec<(String, String)>,
        /// In what form the note is printed.
        #[arg(long, default_value = "psa", value_parser = ["text", "markdown", "html", "psa"])]
        format: String,
        /// A text to mask in the note wherever it stands.
        #[arg(long = "mask", value_name = "TEXT")]
        mask: Vec<String>,
        /// Something more to mask than what the account has masked.
        #[arg(long, value_delimiter = ',', value_parser = ["hostnames", "unc-paths", "guids"])]
        also_mask: Vec<String>,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = if cli.json { Output::Json } else { Output::People };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(output, &error.into()),
    };
    match runtime.block_on(run(cli, output)) {
        Ok(code) => code,
        Err(error) => fail(output, &error),
    }
}

fn fail(output: Output, error: &anyhow::Error) -> ExitCode {
    output.tell_error(error);
    ExitCode::FAILURE
}

async fn run(cli: Cli, output: Output) -> anyhow::Result<ExitCode> {
    let mut overrides = Overrides {
        config_file: cli.settings.config,
        data_dir: cli.settings.data_dir,
        database_url: cli.settings.database_url,
        admin_database_url: cli.settings.admin_database_url,
        ..Overrides::default()
    };
    let load = |overrides: &Overrides| Config::load(overrides);
    match cli.command {
        Command::Serve {
            listen,
            demo,
            simulate_psa,
            simulate_halo,
            #[cfg(debug_assertions)]
            clock_ahead,
        } => {
            overrides.listen = listen;
            overrides.demo = demo;
            let clock: commands::ServerClock = std::sync::Arc::new(rf_usecases::SystemClock);
            #[cfg(debug_assertions)]
            let clock = clock_ahead.map_or(clock, |file| {
                std::sync::Arc::new(rf_bootstrap::ClockAhead::of(file)) as commands::ServerClock
            });
            let connectwise = simulate_psa.map(|address| (PsaVendor::ConnectWise, address));
            let simulate = connectwise.or_else(|| simulate_halo.map(|address| (PsaVendor::Halo, address)));
            commands::serve(load(&overrides)?, simulate, clock).await
        }
        Command::Migrate => commands::migrate(&load(&overrides)?, output).await,
        Command::Admin(AdminCommand::CreateSiteAdmin { email, promote_only, send_reset, print_reset }) => {
            let reset = match (send_reset, print_reset) {
                (true, _) => commands::Reset::Send,
                (false, true) => commands::Reset::Print,
                (false, false) => commands::Reset::No,
            };
            commands::create_site_admin(&load(&overrides)?, &email, promote_only, reset, output).await
        }
        Command::Admin(AdminCommand::Rewrap) => commands::rewrap(&load(&overrides)?, output).await,
        Command::Audit(AuditCommand::Verify { account }) => {
            commands::verify_audit(&load(&overrides)?, account, output).await
        }
        Command::Audit(AuditCommand::Prune) => commands::prune_audit(&load(&overrides)?, output).await,
        Command::Billing(BillingCommand::SyncPlans) => commands::sync_plans(&load(&overrides)?, output).await,
        Command::Psa(PsaCommand::Sim { vendor, listen, tls }) => {
            commands::run_psa_simulator(vendor_of(&vendor), listen, tls.as_deref(), output).await
        }
        Command::Channels(ChannelsCommand::Sim { listen }) => {
            commands::run_channel_simulator(listen, output).await
        }
        Command::Psa(PsaCommand::Test { site }) => commands::test_psa(site.into(), output).await,
        Command::Psa(PsaCommand::Tickets { site, search, all, limit }) => {
            commands::search_psa_tickets(site.into(), search, all, limit, output).await
        }
        Command::Psa(PsaCommand::Push { site, ticket, kind, file }) => {
            commands::push_psa_note(site.into(), &ticket, &kind, &file, output).await
        }
        Command::Eval { recordings, thresholds } => {
            commands::evaluate_recordings(&recordings, thresholds.as_deref(), output)
        }
        Command::Backup { file } => commands::backup(&load(&overrides)?, &file, output).await,
        Command::Restore { file } => commands::restore(&load(&overrides)?, &file, output).await,
        Command::Openapi => commands::openapi(),
        Command::Doctor => commands::doctor(&overrides, output).await,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "rf", &mut script);
            output::print(String::from_utf8(script)?.trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Man { all: Some(folder) } => {
            std::fs::create_dir_all(&folder)?;
            clap_mangen::generate_to(Cli::command(), &folder)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Man { all: None } => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            output::print(String::from_utf8(page)?.trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Flow(FlowCommand::Lint { files }) => commands::lint_files(&files, output),
        Command::Flow(FlowCommand::Match { file, flows, most }) => {
            commands::match_ticket(file.as_deref(), flows.as_deref(), most, output)
        }
        Command::Library(LibraryCommand::Export { file, person }) => {
            commands::export_library(&load(&overrides)?, &file, &person, output).await
        }
        Command::Library(LibraryCommand::Import { file, person }) => {
            commands::import_library(&load(&overrides)?, &file, &person, output).await
        }
        Command::Flow(FlowCommand::Import { file, person, publish }) => {
            commands::import(&load(&overrides)?, &file, &person, publish, output).await
        }
        Command::Flow(FlowCommand::Export { flow, person, file }) => {
            commands::export(&load(&overrides)?, &flow, &person, file.as_deref(), output).await
        }
        Command::Flow(FlowCommand::Run {
            flow,
            person,
            ticket,
            client,
            variables,
            format,
            mask,
            also_mask,
        }) => {
            let run = commands::Run { flow, person, ticket, client, variables, format, mask, also_mask };
            commands::run_flow(&load(&overrides)?, run, output).await
        }
    }
}
