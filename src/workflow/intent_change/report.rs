//! 意向の変更の一覧 between two days: on the page, as a workbook and as CSV.

use jiff::civil::Date;

use crate::domain::access::{CountryScope, NoticeScope, ReadScope};
use crate::domain::account::Actor;
use crate::domain::intent_change::report::{ReportBody, ReportRow};
use crate::domain::intent_change::{ChangeState, ChangeSummary};
use crate::domain::japan_time::{date_label, datetime_label, end_of_day, start_of_day};
use crate::spreadsheet;
use crate::store::intent_changes::{ChangeFilter, ChangeRecord};
use crate::workflow::table_file::TableFormat;
use crate::workflow::take_out::{Workbook, on_a_blocking_thread};
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

/// Which changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportWish {
    /// First and last day in Japan.
    pub from: Date,
    pub to: Date,
    /// Also those that wait, were declined, sent back or taken back: filed or settled in this time. Otherwise the
    /// accepted ones, by the day of the decision.
    pub all: bool,
}

/// The longest list; a survey has 1,788 bodies.
const MOST: u64 = 20_000;

/// The changes between two days, oldest first.
pub async fn change_report(
    desk: &Desk,
    actor: &Actor,
    wish: ReportWish,
) -> WorkflowResult<Vec<ReportRow>> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let scope = NoticeScope::Read(ReadScope::Country(scope));
    let time = (start_of_day(wish.from), end_of_day(wish.to));
    let filter = if wish.all {
        ChangeFilter {
            touched: Some(time),
            ..ChangeFilter::default()
        }
    } else {
        ChangeFilter {
            states: Some(&[ChangeState::Accepted]),
            settled: Some(time),
            ..ChangeFilter::default()
        }
    };
    let mut records = desk.store.intent_changes(&filter, scope, (0, MOST)).await?;
    records.sort_by_key(|record| {
        (
            record.settled_at.unwrap_or(record.notice.filed_at),
            record.id,
        )
    });
    let ids = records.iter().map(|record| record.id).collect();
    let mut remarks = desk.store.settling_remarks(ids).await?;
    let row = |record: &ChangeRecord| {
        let definition = &record.edition.definition;
        let body = ReportBody {
            code: record.class.code,
            name: &record.name,
            kind: record.class.kind,
        };
        let summary = ChangeSummary::of(definition, &record.base, &record.notice.form);
        let remark = remarks.remove(&record.id).unwrap_or_default();
        let settled = (record.state, record.settled_at, remark);
        ReportRow::new(body, definition, summary, &record.notice, settled)
    };
    Ok(records.iter().map(row).collect())
}

/// The same as a file; the audit log says who took it.
pub async fn export_changes(
    desk: &Desk,
    actor: &Actor,
    wish: ReportWish,
    format: TableFormat,
) -> WorkflowResult<Workbook> {
    let rows = change_report(desk, actor, wish).await?;
    let now = desk.now();
    let period = format!(
        "{}から{}まで（{}）　{}現在",
        date_label(wish.from),
        date_label(wish.to),
        if wish.all {
            "すべての届出"
        } else {
            "承認された変更"
        },
        datetime_label(now)
    );
    let bytes = on_a_blocking_thread(move || match format {
        TableFormat::Workbook => spreadsheet::write_change_list(&period, &rows),
        TableFormat::Csv => Ok(spreadsheet::write_change_list_csv(&rows)),
    })
    .await?;
    let (from, to) = (wish.from.strftime("%Y%m%d"), wish.to.strftime("%Y%m%d"));
    let transaction = desk.store.begin().await?;
    let detail = format!("changes {from}-{to} {}", format.ending());
    transaction
        .audit(actor, now, "export", "intent_change", &detail)
        .await?;
    transaction.commit().await?;
    Ok(Workbook {
        name: format!("意向等調査_意向の変更_{from}-{to}.{}", format.ending()),
        bytes,
    })
}
