//! `torimatome organizations`: what bodies are there, for operators.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::{Args, Subcommand};

use super::{Finding, Place};
use crate::app::open_desk;
use crate::config::Settings;
use crate::domain::account::Actor;
use crate::domain::body_table::{Difference, DifferenceKind, Plan, TableWish};
use crate::domain::body_table::{LAST_DAY, read_day};
use crate::domain::japan_time::{SystemClock, date_label};
use crate::workflow::Desk;
use crate::workflow::bodies::{BodyError, BodyResult, TableFile, compare, import};

/// What to do.
#[derive(Subcommand)]
pub enum OrganizationsCommand {
    /// Take in the code table of the Ministry of Internal Affairs (.xlsx, .xls) or a list of our own (CSV, .xlsx).
    ///
    /// The difference is shown first. Every row or none; the same table twice changes nothing, and what a table
    /// does not say stays as it is. Exit status 1 if rows were refused.
    Import(ImportArguments),
}

/// Which table, and how to take it.
#[derive(Args)]
pub struct ImportArguments {
    /// A head names the columns; see migrations/data/organizations.csv for our own.
    file: PathBuf,
    /// From which day it holds, where a row does not say; default: today.
    #[arg(long, value_name = "DATE")]
    effective_on: Option<String>,
    /// Only show the difference.
    #[arg(long)]
    dry_run: bool,
    /// A second list, of what the code table does not know: kind, classes, successors of merged bodies.
    #[arg(long, value_name = "FILE")]
    class_list: Option<PathBuf>,
    /// Bodies that the table leaves out are abolished.
    #[arg(long)]
    abolish_missing: bool,
    /// Also take over where the code table only spells a name or a reading differently.
    #[arg(long)]
    take_spellings: bool,
}

/// Runs the command.
pub async fn run(place: &Place, command: OrganizationsCommand) -> anyhow::Result<()> {
    let OrganizationsCommand::Import(arguments) = command;
    let mut files = vec![read(&arguments.file)?];
    if let Some(list) = &arguments.class_list {
        files.push(read(list)?);
    }
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    let settings = Settings::load(&place.data_dir, listen, place.settings.as_deref())?;
    let desk = open_desk(&settings, Arc::new(SystemClock)).await?;
    let done = take_in(&desk, files, &arguments).await;
    desk.store.close().await?;
    done
}

fn read(path: &Path) -> anyhow::Result<TableFile> {
    let bytes =
        std::fs::read(path).with_context(|| format!("cannot read the file {}", path.display()))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(TableFile {
        name: name.into_owned(),
        bytes,
    })
}

async fn take_in(
    desk: &Desk,
    files: Vec<TableFile>,
    arguments: &ImportArguments,
) -> anyhow::Result<()> {
    let effective_on = match &arguments.effective_on {
        None => desk.now().japan_date(),
        Some(typed) => read_day(typed)
            .ok()
            .flatten()
            .ok_or_else(|| anyhow!("--effective-on {typed}: a day up to {LAST_DAY} is needed"))?,
    };
    let wish = TableWish {
        effective_on,
        abolish_missing: arguments.abolish_missing,
        take_spellings: arguments.take_spellings,
    };
    let actor = Actor::operator("cli");
    match done(desk, &actor, files, wish, arguments.dry_run).await {
        Ok((plan, is_recorded)) => {
            show(&plan);
            println!("{}", told(&plan, is_recorded));
            Ok(())
        }
        Err(BodyError::Rows(problems)) => {
            for problem in &problems {
                eprintln!("{problem}");
            }
            let text = format!(
                "{}か所が取り込めませんでした。団体の一覧は何も変わっていません。直してから、もう一度取り込んでください。",
                problems.len()
            );
            Err(Finding(text).into())
        }
        Err(BodyError::File(problem)) => {
            let text = format!("{problem}\n団体の一覧は何も変わっていません。");
            Err(Finding(text).into())
        }
        Err(error @ (BodyError::Entry(_) | BodyError::Changed)) => Err(anyhow!(error)),
        Err(BodyError::Workflow(error)) => Err(anyhow!(error)),
    }
}

/// The difference, and whether it was recorded.
async fn done(
    desk: &Desk,
    actor: &Actor,
    files: Vec<TableFile>,
    wish: TableWish,
    dry_run: bool,
) -> BodyResult<(Plan, bool)> {
    if dry_run {
        return Ok((compare(desk, actor, files, wish).await?.what, false));
    }
    let recorded = import(desk, actor, files, wish, None).await?;
    Ok((recorded.what, recorded.id.is_some()))
}

fn show(plan: &Plan) {
    for kind in DifferenceKind::ALL {
        let of_kind = plan.differences.iter();
        let of_kind: Vec<_> = of_kind.filter(|one| one.kinds().contains(&kind)).collect();
        if of_kind.is_empty() {
            continue;
        }
        println!("{} {}件", kind.label(), of_kind.len());
        for difference in of_kind {
            println!("  {}", line(difference));
        }
    }
    if plan.wards + plan.northern_villages > 0 {
        println!(
            "指定都市の区{}行と北方領土の村{}行は、調査の対象ではないため読みとばしました。",
            plan.wards, plan.northern_villages
        );
    }
    if !plan.left_out.is_empty() {
        println!(
            "一覧に書かれていない{}団体は、そのままです。",
            plan.left_out.len()
        );
    }
}

fn line(difference: &Difference) -> String {
    let items: Vec<String> = difference
        .items()
        .into_iter()
        .map(|(what, before, after)| match before.as_str() {
            "" => format!("{what}「{after}」"),
            _ => format!("{what}「{before}」→「{after}」"),
        })
        .collect();
    format!(
        "{} {} {}から {}",
        difference.code,
        difference.name(),
        date_label(difference.effective_on),
        items.join("、")
    )
}

fn told(plan: &Plan, is_recorded: bool) -> String {
    match (plan.changes().len(), is_recorded) {
        (0, _) => format!(
            "{}行は、すべて登録済みの内容でした。何も変わっていません。",
            plan.rows
        ),
        (count, true) => format!("{count}件を登録しました。"),
        (count, false) => {
            format!("{count}件の違いがあります。確かめただけで、何も変わっていません。")
        }
    }
}
