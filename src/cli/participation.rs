//! `torimatome participation`: the ledger of who takes part, for operators.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::Subcommand;

use super::{Finding, Place};
use crate::app::open_desk;
use crate::config::Settings;
use crate::domain::account::Actor;
use crate::domain::japan_time::{SystemClock, datetime_label};
use crate::workflow::Desk;
use crate::workflow::participation::{ImportError, Imported, import};

/// What to do.
#[derive(Subcommand)]
pub enum ParticipationCommand {
    /// Take in a list (CSV or .xlsx): code or name, scheme, fiscal year; state, date and note if they are there.
    ///
    /// Every row or none. The same list twice changes nothing. Exit status 1 if rows were refused.
    Import {
        /// UTF-8 or Shift_JIS, with a head; columns in any order, named in English or Japanese.
        file: PathBuf,
    },
}

/// Runs the command.
pub async fn run(place: &Place, command: ParticipationCommand) -> anyhow::Result<()> {
    let ParticipationCommand::Import { file } = command;
    let bytes =
        std::fs::read(&file).with_context(|| format!("cannot read the file {}", file.display()))?;
    let name = file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    let settings = Settings::load(&place.data_dir, listen, place.settings.as_deref())?;
    let desk = open_desk(&settings, Arc::new(SystemClock)).await?;
    let done = take_in(&desk, &name, bytes).await;
    desk.store.close().await?;
    done
}

async fn take_in(desk: &Desk, name: &str, bytes: Vec<u8>) -> anyhow::Result<()> {
    match import(desk, &Actor::operator("cli"), name, bytes).await {
        Ok(imported) => {
            println!("{}", told(&imported));
            Ok(())
        }
        Err(ImportError::Rows(problems)) => {
            for problem in &problems {
                eprintln!("{}行目：{}", problem.line, problem.message);
            }
            let text = format!(
                "{}行を取り込めませんでした。台帳は何も変わっていません。直してから、もう一度取り込んでください。",
                problems.len()
            );
            Err(Finding(text).into())
        }
        Err(ImportError::File(problem)) => {
            let text = format!("{problem}\n台帳は何も変わっていません。");
            Err(Finding(text).into())
        }
        Err(ImportError::Workflow(error)) => Err(anyhow!(error)),
    }
}

fn told(imported: &Imported) -> String {
    match imported {
        Imported {
            before: Some(before),
            ..
        } => format!(
            "このファイルは{}に取り込み済みです。何も変わっていません。",
            datetime_label(*before)
        ),
        Imported {
            added: 0, known, ..
        } => format!("{known}行は、すべて登録済みの内容でした。何も変わっていません。"),
        Imported {
            added, known: 0, ..
        } => format!("{added}件を登録しました。"),
        Imported { added, known, .. } => {
            format!("{added}件を登録しました。ほかの{known}行は登録済みの内容でした。")
        }
    }
}
