//! The door for operators: each command calls one verb.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::spreadsheet::intake::process;

mod demo;
mod migrate;
mod organizations;
mod participation;
mod report;
mod responses;
mod serve;
mod user;

/// とりまとめ: the portal of the intent survey (意向等調査).
#[derive(Parser)]
#[command(version, about, long_about = None)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// Where data lies and where settings come from.
#[derive(Args, Clone)]
pub struct Place {
    /// Folder for the database; created if absent.
    #[arg(long, value_name = "DIR", default_value = "var", global = true)]
    pub data_dir: PathBuf,
    /// Settings file; default: torimatome.toml in the data folder, if it exists.
    #[arg(long, value_name = "FILE", global = true)]
    pub settings: Option<PathBuf>,
}

/// Where a server listens.
#[derive(Args, Clone)]
pub struct Listen {
    /// Address and port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
}

#[derive(Subcommand)]
enum Command {
    /// Start the practice environment: an invented country, no settings, no password.
    Demo {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        listen: Listen,
    },
    /// Start the portal.
    Serve {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        listen: Listen,
    },
    /// Bring the database up to date and stop.
    Migrate {
        #[command(flatten)]
        place: Place,
    },
    /// Read workbooks from standard input; started by the portal itself.
    #[command(name = process::SUBCOMMAND, hide = true)]
    ReadWorkbooks,
    /// Take in answers that came as files.
    Responses {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        command: responses::ResponsesCommand,
    },
    /// Keep the list of bodies: mergers, renames, promotions, by day.
    Organizations {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        command: organizations::OrganizationsCommand,
    },
    /// Take who takes part, with which scheme and in which fiscal year, into the ledger.
    Participation {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        command: participation::ParticipationCommand,
    },
    /// Write the ministry's tables to a file.
    Report {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        command: report::ReportCommand,
    },
    /// Invite, list and stop accounts.
    User {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        command: user::UserCommand,
    },
}

/// The command ran and found something wrong: exit status 1, where 2 means it could not run.
#[derive(Debug)]
pub struct Finding(pub String);

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Finding {}

impl Cli {
    /// Whether this process is to be a reader of workbooks: shut in, without runtime and logs.
    pub fn is_reader(&self) -> bool {
        matches!(self.command, Command::ReadWorkbooks)
    }

    /// Runs the command, unless the process is to be a reader.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Demo { place, listen } => demo::run(&place, &listen).await?,
            Command::Serve { place, listen } => serve::run(&place, &listen).await?,
            Command::Migrate { place } => migrate::run(&place).await?,
            Command::Responses { place, command } => return responses::run(&place, command).await,
            Command::Organizations { place, command } => {
                organizations::run(&place, command).await?
            }
            Command::Participation { place, command } => {
                participation::run(&place, command).await?
            }
            Command::Report { place, command } => report::run(&place, command).await?,
            Command::ReadWorkbooks => anyhow::bail!("a reader runs without the portal around it"),
            Command::User { place, command } => user::run(&place, command).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
