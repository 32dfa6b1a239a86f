//! `torimatome report`: the ministry's tables as files, for operators.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::{Subcommand, ValueEnum};
use jiff::civil::Date;

use super::{Finding, Place};
use crate::app::open_desk_to_read;
use crate::config::Settings;
use crate::domain::account::Actor;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::{SystemClock, end_of_day, parse_date};
use crate::domain::participation::{first_year, last_year};
use crate::workflow::Desk;
use crate::workflow::participation::{ReportFormat, ReportWish, status_report};
use crate::workflow::status_changes::{ChangesWish, write_changes};
use crate::workflow::status_tables::{ListFormat, Wanted};

/// What to write.
#[derive(Subcommand)]
pub enum ReportCommand {
    /// The status tables of a fiscal year (状況表). Exit status 1 if they break a rule.
    Status {
        /// R7, 令和7年度 or 2025.
        #[arg(long, value_name = "YEAR", value_parser = year)]
        fiscal_year: FiscalYear,
        /// What holds at the end of this day in Japan; default: today.
        #[arg(long, value_name = "DATE", value_parser = day)]
        as_of: Option<Date>,
        /// Only what had been recorded by the end of this day: the tables as they were printed then.
        #[arg(long, value_name = "DATE", value_parser = day)]
        known_on: Option<Date>,
        #[arg(long, value_enum)]
        format: Format,
        /// Where to write; - is standard output.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Who entered, left or changed schemes between two days, as CSV.
    Changes {
        /// R7, 令和7年度 or 2025: the tables up to this year.
        #[arg(long, value_name = "YEAR", value_parser = year)]
        fiscal_year: FiscalYear,
        /// The year of the older side, if it is another.
        #[arg(long, value_name = "YEAR", value_parser = year)]
        from_year: Option<FiscalYear>,
        /// The older day.
        #[arg(long, value_name = "DATE", value_parser = day)]
        from: Date,
        /// The newer day; default: today.
        #[arg(long, value_name = "DATE", value_parser = day)]
        to: Option<Date>,
        /// Where to write; - is standard output.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// The form of a report.
#[derive(Clone, Copy, ValueEnum)]
pub enum Format {
    Xlsx,
    Json,
    Csv,
}

fn year(typed: &str) -> Result<FiscalYear, String> {
    typed.parse().map_err(|problem| format!("{problem}"))
}

fn day(typed: &str) -> Result<Date, String> {
    parse_date(typed)
        .ok_or_else(|| "日付は「2025-10-31」「R7.10.31」のように入力してください。".to_owned())
}

/// Runs the command.
pub async fn run(place: &Place, command: ReportCommand) -> anyhow::Result<()> {
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    let settings = Settings::load(&place.data_dir, listen, place.settings.as_deref())?;
    let desk = open_desk_to_read(&settings, Arc::new(SystemClock)).await?;
    let done = act(&desk, command).await;
    desk.store.close().await?;
    done
}

async fn act(desk: &Desk, command: ReportCommand) -> anyhow::Result<()> {
    let actor = Actor::operator("cli");
    let today = desk.now().japan_date();
    match command {
        ReportCommand::Status {
            fiscal_year,
            as_of,
            known_on,
            format,
            out,
        } => {
            in_the_programme(fiscal_year, today)?;
            let wish = ReportWish {
                fiscal_year,
                as_of: as_of.unwrap_or(today),
                known_at: known_on.map(end_of_day),
                format: match format {
                    Format::Xlsx => ReportFormat::Xlsx,
                    Format::Json => ReportFormat::Json,
                    Format::Csv => ReportFormat::Csv,
                },
            };
            let report = status_report(desk, &actor, wish)
                .await
                .map_err(|error| anyhow!(error))?;
            write(&out, &report.bytes)?;
            if report.broken.is_empty() {
                return Ok(());
            }
            let mut text =
                "状況表に、数の合わないところがあります。ファイルは書き出しました。".to_owned();
            for line in &report.broken {
                text.push('\n');
                text.push_str(line);
            }
            Err(Finding(text).into())
        }
        ReportCommand::Changes {
            fiscal_year,
            from_year,
            from,
            to,
            out,
        } => {
            let older = from_year.unwrap_or(fiscal_year);
            in_the_programme(fiscal_year, today)?;
            in_the_programme(older, today)?;
            let side = |fiscal_year, as_of| Wanted {
                fiscal_year,
                as_of,
                known_on: None,
            };
            let wish = ChangesWish {
                before: side(older, from),
                after: side(fiscal_year, to.unwrap_or(today)),
            };
            let bytes = write_changes(desk, &actor, &wish, ListFormat::Csv)
                .await
                .map_err(|error| anyhow!(error))?;
            write(&out, &bytes)
        }
    }
}

fn in_the_programme(year: FiscalYear, today: Date) -> anyhow::Result<()> {
    let (first, last) = (first_year(), last_year(today));
    if !(first..=last).contains(&year) {
        bail!("{year}の状況表はありません。{first}から{last}までの年度を指定してください。");
    }
    Ok(())
}

/// Writes a file whole or not at all.
fn write(out: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if out == Path::new("-") {
        return std::io::stdout()
            .write_all(bytes)
            .context("cannot write to standard output");
    }
    let failed = || format!("cannot write the file {}", out.display());
    let mut beside = out.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, bytes)
        .and_then(|()| std::fs::rename(&beside, out))
        .with_context(failed)
}
