//! `torimatome responses import`: answers that came as files, in one go.

use std::collections::HashMap;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use jiff::civil::Date;

use super::Place;
use crate::app::open_desk;
use crate::config::Settings;
use crate::domain::account::Actor;
use crate::domain::intake::FileReport;
use crate::domain::japan_time::{SystemClock, datetime_label};
use crate::domain::survey_edition::{EditionDefinition, EditionKey};
use crate::spreadsheet::IntakeReportBook;
use crate::workflow::Desk;
use crate::workflow::intake::{
    ImportError, ImportOptions, ImportSummary, Progress, import_files, plan_import,
};

/// What to do.
#[derive(Subcommand)]
pub enum ResponsesCommand {
    /// Take in workbooks (様式1), folders, ZIPs and saved mails (.eml). Works on the portal's database
    /// (torimatome.db in the data folder, or DATABASE_URL), not on the demo's. Exit status: 0 all were taken,
    /// 1 something was not, 2 could not run.
    Import {
        /// Edition, such as fy2027. One that is over is filled and closed.
        #[arg(long, value_name = "KEY")]
        edition: String,
        /// Read and report only; change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Overwrite without asking what bodies typed or submitted on the page.
        #[arg(long)]
        replace: bool,
        /// Day on which the answers were received (YYYY-MM-DD); default: now.
        #[arg(long, value_name = "DATE")]
        received: Option<String>,
        /// Where to write what became of each file: .json or .xlsx.
        #[arg(long, value_name = "OUT")]
        report: Option<PathBuf>,
        /// Files, folders, ZIPs, mails.
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
}

/// Runs the command.
pub async fn run(place: &Place, command: ResponsesCommand) -> anyhow::Result<ExitCode> {
    let ResponsesCommand::Import {
        edition,
        dry_run,
        replace,
        received,
        report,
        paths,
    } = command;
    let key: EditionKey = edition.parse().map_err(|_| unknown(&edition))?;
    let received = received.as_deref().map(read_day).transpose()?;
    // Everything that can be found wrong is found before the database is touched.
    let report = report.as_deref().map(Report::open).transpose()?;
    for path in &paths {
        std::fs::metadata(path).map_err(|_| unreadable(path))?;
    }
    let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings::load(&place.data_dir, listen, place.settings.as_deref())?;
    let desk = open_desk(&settings, Arc::new(SystemClock)).await?;
    let options = ImportOptions {
        key,
        dry_run,
        replace,
        received,
        report: report.is_some(),
    };
    let done = import(&desk, options, &paths, report).await;
    desk.store.close().await?;
    let summary = done?;
    print_summary(&summary, dry_run);
    Ok(match summary.rejected {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    })
}

async fn import(
    desk: &Desk,
    options: ImportOptions,
    paths: &[PathBuf],
    report: Option<Report>,
) -> anyhow::Result<ImportSummary> {
    let key = options.key.to_string();
    let plan = plan_import(desk, options, paths)
        .await
        .map_err(|error| explain(error, &key))?;
    let definition = Arc::clone(&plan.edition().definition);
    let listed = plan.listed();
    let shows = std::io::stderr().is_terminal();
    let mut progress = |progress: Progress| {
        if shows {
            // Progress that cannot be shown does not matter.
            let _ = write!(
                std::io::stderr(),
                "\r読取り {}件　反映 {}件（{listed}個のファイル・フォルダーから）",
                progress.read,
                progress.settled
            );
        }
    };
    let actor = Actor::operator("cli");
    let explain = |error| explain(error, &key);
    let summary = match report {
        None => import_files(desk, &actor, plan, &mut progress, None)
            .await
            .map_err(explain)?,
        Some(mut report) => {
            let names = names(desk).await?;
            let at = datetime_label(desk.now());
            report.begin(&definition, &at)?;
            let mut sink = |text: &str| report.add(text, &names);
            let summary = import_files(desk, &actor, plan, &mut progress, Some(&mut sink))
                .await
                .map_err(explain)?;
            report.finish()?;
            summary
        }
    };
    if shows {
        eprintln!();
    }
    Ok(summary)
}

async fn names(desk: &Desk) -> anyhow::Result<HashMap<String, String>> {
    let bodies = desk.store.organizations().await?;
    Ok(bodies
        .into_iter()
        .map(|body| (body.code.to_string(), body.name))
        .collect())
}

fn unknown(key: &str) -> anyhow::Error {
    anyhow!("調査回「{key}」はありません。fy2027 のように指定してください。")
}

fn unreadable(path: &Path) -> anyhow::Error {
    anyhow!(
        "「{}」が見つからないか、読み取れません。場所と名前を確かめてください。何も取り込んでいません。",
        path.display()
    )
}

fn read_day(typed: &str) -> anyhow::Result<Date> {
    typed
        .parse()
        .map_err(|_| anyhow!("受領日「{typed}」は、2027-02-28 のように指定してください。"))
}

fn explain(error: ImportError, key: &str) -> anyhow::Error {
    match error {
        ImportError::UnknownEdition => unknown(key),
        ImportError::ToCome => anyhow!(
            "調査回「{key}」はまだ始まっていません。厚生労働省の画面で受付を始めてから取り込んでください。内容を確かめるだけなら --dry-run を付けてください。"
        ),
        ImportError::Closed => anyhow!(
            "調査回「{key}」は終了しているため、取り込めません。内容を確かめるだけなら --dry-run を付けてください。"
        ),
        ImportError::NoFiles => {
            anyhow!("指定した場所に、ファイルがありません。場所を確かめてください。")
        }
        ImportError::Unreadable(path) => unreadable(&path),
        ImportError::DayAhead => anyhow!("受領日は、今日か、過ぎた日を指定してください。"),
        ImportError::Spool(error) => {
            anyhow!("取込み結果を書き出せませんでした（{error}）。空き容量を確かめてください。")
        }
        ImportError::Workflow(error) => error.into(),
    }
}

fn print_summary(summary: &ImportSummary, dry_run: bool) {
    if dry_run {
        println!("内容を確かめただけで、何も取り込んでいません。");
    }
    for (path, why) in &summary.refused {
        println!("取込みなし　{path}");
        println!("　　　　　　{why}");
    }
    let named = summary.refused.len() as u64;
    if summary.rejected > named {
        println!(
            "ほか{}件は、--report で確かめられます。",
            summary.rejected - named
        );
    }
    if let Some(hint) = overwriting_hint(summary.asking, dry_run) {
        println!("{hint}");
    }
    println!("ファイル　　　　{:>6}件", summary.files());
    println!("取込み　　　　　{:>6}件", summary.accepted);
    println!("読替えて取込み　{:>6}件", summary.normalised);
    println!("取込みなし　　　{:>6}件", summary.rejected);
    if summary.unchanged > 0 {
        println!(
            "取り込んだうち{}件は、すでに同じ回答がありました。",
            summary.unchanged
        );
    }
    if summary.skipped > 0 {
        println!(
            "フォルダー・リンク・Thumbs.dbなど、様式1のファイルではない{}個は数えていません。",
            summary.skipped
        );
    }
}

/// What to do with files that would overwrite what bodies typed or submitted.
fn overwriting_hint(asking: u64, dry_run: bool) -> Option<String> {
    let page = if dry_run {
        ""
    } else {
        "1件ずつ決めるときは、厚生労働省の「Excel・メールの取込み」の画面を開いてください。"
    };
    (asking > 0).then(|| {
        format!(
            "{asking}件は、団体がすでに入力や提出をしているため、取り込んでいません。いまの回答は変わっていません。すべて上書きしてよいときは、--replace を付けて、もう一度実行してください。{page}"
        )
    })
}

/// What became of each file, on its way to a file of the operator's choice. The file appears when it is
/// complete.
struct Report {
    to: PathBuf,
    file: BufWriter<tempfile::NamedTempFile>,
    kind: Kind,
}

enum Kind {
    Json { files: u64 },
    Xlsx(Option<Box<IntakeReportBook>>),
}

impl Report {
    /// Makes sure that the report can be written there.
    fn open(to: &Path) -> anyhow::Result<Self> {
        let extension = to.extension().and_then(|e| e.to_str()).unwrap_or_default();
        let kind = match extension.to_ascii_lowercase().as_str() {
            "json" => Kind::Json { files: 0 },
            "xlsx" => Kind::Xlsx(None),
            _ => bail!("取込み結果の書出し先は、.json か .xlsx で終わる名前にしてください。"),
        };
        let folder = match to.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let not_writable = || {
            format!(
                "取込み結果を「{}」に書き出せません。場所を確かめてください。何も取り込んでいません。",
                to.display()
            )
        };
        if to.is_dir() {
            bail!(not_writable());
        }
        let file = tempfile::Builder::new()
            .prefix(".torimatome-")
            .tempfile_in(folder)
            .with_context(not_writable)?;
        Ok(Self {
            to: to.to_owned(),
            file: BufWriter::new(file),
            kind,
        })
    }

    fn begin(&mut self, definition: &EditionDefinition, at: &str) -> anyhow::Result<()> {
        match &mut self.kind {
            Kind::Json { .. } => self.file.write_all(b"{\"files\":[")?,
            Kind::Xlsx(book) => {
                let as_of = format!("{at}現在");
                *book = Some(Box::new(IntakeReportBook::new(definition, &as_of)?));
            }
        }
        Ok(())
    }

    fn add(&mut self, report: &str, names: &HashMap<String, String>) -> std::io::Result<()> {
        match &mut self.kind {
            Kind::Json { files } => {
                let between = if *files == 0 { "\n" } else { ",\n" };
                *files += 1;
                self.file.write_all(between.as_bytes())?;
                self.file.write_all(report.as_bytes())
            }
            Kind::Xlsx(book) => {
                let report: FileReport = serde_json::from_str(report)?;
                let code = report.code.map(|code| code.to_string());
                let name = code.and_then(|code| names.get(&code));
                match book {
                    Some(book) => book
                        .add(&report, name.map_or("", String::as_str))
                        .map_err(std::io::Error::other),
                    None => Ok(()),
                }
            }
        }
    }

    fn finish(mut self) -> anyhow::Result<()> {
        match self.kind {
            Kind::Json { .. } => self.file.write_all(b"\n]}\n")?,
            Kind::Xlsx(Some(book)) => self.file.write_all(&book.finish()?)?,
            Kind::Xlsx(None) => {}
        }
        let to = self.to;
        let file = self
            .file
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error);
        file.context("the report could not be written")?
            .persist(&to)
            .with_context(|| format!("取込み結果を「{}」に書き出せませんでした。", to.display()))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_overwrite_is_told_how() {
        assert_eq!(overwriting_hint(0, false), None);
        let hint = overwriting_hint(2, false).expect("there is something to say");
        assert!(hint.contains("--replace") && hint.contains("取込み」の画面"));
        // What was only read waits on no page.
        let dry = overwriting_hint(2, true).expect("there is something to say");
        assert!(dry.contains("--replace") && !dry.contains("画面"));
    }
}
