//! 状況表の画面と取り出し: the report of a year and day, and the bodies behind its figures.
//!
//! ```text
//! Ledger (one snapshot, its batches) ─ StatusReport ─> page · bodies_behind(figure) ─> list, CSV, workbook
//! take_out_*: the same as files, each written down in the audit log
//! ```

use jiff::civil::Date;

use super::participation::{ReportFormat, ReportWish, snapshot, standing_problem, status_report};
use super::take_out::{Workbook, on_a_blocking_thread};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::{UnixMillis, date_label, datetime_label, end_of_day};
use crate::domain::participation::ParticipationSource;
use crate::domain::status_report::{Figure, Snapshot, StatusReport, Trace};
use crate::spreadsheet::{self, BodyRow};
use crate::store::ledger_sources::Receipts;
use crate::store::participation::BatchHead;

/// Which report: the tables of a year, as of a day, as they were known at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub fiscal_year: FiscalYear,
    /// As of the end of this day in Japan.
    pub as_of: Date,
    /// What was recorded up to the end of this day; `None` is everything.
    pub known_on: Option<Date>,
}

impl Wanted {
    /// The moment up to which records count.
    pub fn known_at(&self) -> Option<UnixMillis> {
        self.known_on.map(end_of_day)
    }

    /// The tables of this report, from what was read.
    pub fn report<'a>(&self, snapshot: &'a Snapshot) -> WorkflowResult<StatusReport<'a>> {
        StatusReport::build(snapshot, self.fiscal_year, self.as_of).map_err(standing_problem)
    }

    /// Which snapshot it is, a line each, for pages and files.
    pub fn notes(&self, made_at: UnixMillis) -> Vec<String> {
        let known = match self.known_on {
            Some(day) => format!("記録：{}までに登録されたもの", date_label(day)),
            None => "記録：作成の時までに登録されたもの".to_owned(),
        };
        vec![
            format!("対象年度：{}", self.fiscal_year),
            format!("時点：{}", date_label(self.as_of)),
            known,
            format!("作成：{}", datetime_label(made_at)),
        ]
    }

    /// R7_20251031時点, for names of files.
    fn file_part(&self) -> String {
        let day = |day: Date| day.strftime("%Y%m%d").to_string();
        let known = self
            .known_on
            .map(|known| format!("_{}までの記録", day(known)));
        format!(
            "{}_{}時点{}",
            self.fiscal_year.short(),
            day(self.as_of),
            known.unwrap_or_default()
        )
    }

    fn audit_detail(&self, what: &str) -> String {
        let known = self.known_on.map(|day| format!(" known_on {day}"));
        format!("{what} as_of {}{}", self.as_of, known.unwrap_or_default())
    }
}

/// A body behind a figure, with what its entries came from.
#[derive(Clone, Debug)]
pub struct BehindBody {
    pub row: BodyRow,
    pub sources: Vec<SourceLine>,
}

/// A batch that an entry came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// ファイルから取り込み（R6.csv）, 回答から確定（R9-012025-01）, 画面で入力.
    pub what: String,
    /// 令和7年10月1日（水）10時00分　厚生労働省 総括担当.
    pub who: String,
}

/// The bodies behind a figure.
#[derive(Clone, Debug)]
pub struct Behind {
    pub heading: String,
    pub bodies: Vec<BehindBody>,
    pub made_at: UnixMillis,
}

/// The bodies behind a figure, by its key. An unknown key is a page that does not exist.
pub async fn bodies_behind(
    desk: &Desk,
    actor: &Actor,
    wanted: &Wanted,
    key: &str,
) -> WorkflowResult<Behind> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let snapshot = snapshot(desk, actor, Some(wanted.as_of), wanted.known_at()).await?;
    // As in the snapshot; one recorded since then follows those.
    let batches = desk.store.batches_known(wanted.known_at(), scope).await?;
    let made_at = desk.now();
    let report = wanted.report(&snapshot)?;
    let figure = Figure::read(key, &snapshot.catalogue).ok_or(WorkflowError::NotFound)?;
    let traces = report.traces(&snapshot, figure).map_err(standing_problem)?;
    let mut confirmed: Vec<i64> = traces
        .iter()
        .flat_map(|trace| &trace.batches)
        .filter_map(|at| batches.get(*at))
        .filter(|batch| batch.source == ParticipationSource::Confirmed)
        .map(|batch| batch.id)
        .collect();
    confirmed.sort_unstable();
    confirmed.dedup();
    let receipts = desk.store.receipts_of_batches(&confirmed, scope).await?;
    let bodies = traces
        .iter()
        .map(|trace| behind_body(trace, &report, &batches, &receipts));
    Ok(Behind {
        heading: report.heading(figure),
        bodies: bodies.collect(),
        made_at,
    })
}

fn behind_body(
    trace: &Trace<'_>,
    report: &StatusReport<'_>,
    batches: &[BatchHead],
    receipts: &Receipts,
) -> BehindBody {
    let body = &trace.body;
    let places = (0..64).filter(|at| trace.schemes >> at & 1 == 1);
    let names = places.map(|at| match report.catalogue().get(at) {
        Some(scheme) => scheme.table_name().to_owned(),
        None => report.column_name(at),
    });
    let names: Vec<String> = names.collect();
    let sources: Vec<SourceLine> = trace
        .batches
        .iter()
        .filter_map(|at| batches.get(*at))
        .map(|batch| source_line(batch, receipts.get(&(batch.id, body.code))))
        .collect();
    let written: Vec<String> = sources
        .iter()
        .map(|source| format!("{}　{}", source.what, source.who))
        .collect();
    BehindBody {
        row: BodyRow {
            code: body.code.to_string(),
            prefecture: body.code.prefecture().name(),
            name: body.label().into_owned(),
            class: body.kind.map_or("一覧に無い団体", |kind| kind.label()),
            status: match trace.status {
                Some(status) => status.label(),
                None if trace.has_withdrawn => "取下げ",
                None => "未参加",
            },
            schemes: names.join("、"),
            scheme_ids: report.catalogue().ids(trace.schemes).join(" "),
            first_year: trace.first_year.map_or_else(String::new, FiscalYear::short),
            since: trace.since.map_or_else(String::new, |day| day.to_string()),
            sources: written.join("／"),
        },
        sources,
    }
}

fn source_line(batch: &BatchHead, receipts: Option<&Vec<String>>) -> SourceLine {
    let label = batch.source.label();
    let from = match receipts {
        Some(receipts) => receipts.join("、"),
        None => batch.file_name.clone(),
    };
    SourceLine {
        what: if from.is_empty() {
            label.to_owned()
        } else {
            format!("{label}（{from}）")
        },
        who: format!(
            "{}　{} {}",
            datetime_label(batch.recorded_at),
            batch.actor_body,
            batch.actor_name
        )
        .trim_end()
        .to_owned(),
    }
}

/// As what a list of bodies is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    Csv,
    Workbook,
}

/// The list of the bodies behind a figure as a file.
pub async fn take_out_bodies(
    desk: &Desk,
    actor: &Actor,
    wanted: &Wanted,
    key: &str,
    format: ListFormat,
) -> WorkflowResult<Workbook> {
    let Behind {
        heading,
        bodies,
        made_at,
    } = bodies_behind(desk, actor, wanted, key).await?;
    let notes = wanted.notes(made_at);
    let rows: Vec<BodyRow> = bodies.into_iter().map(|body| body.row).collect();
    let name = format!("状況表の団体一覧_{heading}_{}", wanted.file_part());
    let (ending, bytes) = match format {
        ListFormat::Csv => ("csv", spreadsheet::write_bodies_csv(&rows)),
        ListFormat::Workbook => {
            let write = move || spreadsheet::write_bodies_book(&heading, &notes, &rows);
            ("xlsx", on_a_blocking_thread(write).await?)
        }
    };
    let detail = wanted.audit_detail(&format!("bodies {key} {ending}"));
    write_down(desk, actor, wanted.fiscal_year, &detail).await?;
    Ok(Workbook {
        name: format!("{name}.{ending}"),
        bytes,
    })
}

/// The tables as a file.
pub async fn take_out_report(
    desk: &Desk,
    actor: &Actor,
    wanted: &Wanted,
    format: ReportFormat,
) -> WorkflowResult<Workbook> {
    let wish = ReportWish {
        fiscal_year: wanted.fiscal_year,
        as_of: wanted.as_of,
        known_at: wanted.known_at(),
        format,
    };
    let report = status_report(desk, actor, wish).await?;
    let ending = match format {
        ReportFormat::Json => "json",
        ReportFormat::Csv => "csv",
        ReportFormat::Xlsx => "xlsx",
    };
    let detail = wanted.audit_detail(&format!("tables {ending}"));
    write_down(desk, actor, wanted.fiscal_year, &detail).await?;
    Ok(Workbook {
        name: format!("状況表_{}.{ending}", wanted.file_part()),
        bytes: report.bytes,
    })
}

/// The tables name every body that takes part: who took them out is written down.
pub(super) async fn write_down(
    desk: &Desk,
    actor: &Actor,
    year: FiscalYear,
    detail: &str,
) -> WorkflowResult<()> {
    let transaction = desk.store.begin().await?;
    let subject = format!("status/{}", year.short());
    transaction
        .audit(actor, desk.now(), "export", &subject, detail)
        .await?;
    transaction.commit().await?;
    Ok(())
}
