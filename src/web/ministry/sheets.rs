//! GET `/editions/{key}/sheets`: which prefecture sent Form 2, and what changed since.

use actix_web::web;
use askama::Template;

use super::{Head, State, open, to_newest};
use crate::domain::japan_time;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::Route;
use crate::domain::progress::{Progress, Tally};
use crate::store::summary_sheets::SentSheetHead;
use crate::web::error::WebResult;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::Page;

#[derive(Template)]
#[template(path = "ministry/sheets.html")]
struct SheetsPage {
    page: Page,
    head: Head,
    sent: usize,
    waiting: Vec<&'static str>,
    rows: Vec<Row>,
}

struct Row {
    code: String,
    name: &'static str,
    href: String,
    /// Number and moment; empty if none was sent.
    number: String,
    sent_at: String,
    /// The sheet as a workbook; empty if none was sent.
    workbook: String,
    marks: String,
    now: String,
    /// More or fewer ○ than the sheet says.
    differs: bool,
}

/// GET `/sheets`.
pub async fn newest(state: State, session: Session) -> WebResult {
    to_newest(&state, &session, "sheets").await
}

/// GET `/editions/{key}/sheets`.
pub async fn sheets(state: State, session: Session, key: web::Path<String>) -> WebResult {
    let opened = open(&state, &session, &key, "sheets").await?;
    let (id, scope) = (opened.edition.id, opened.scope);
    let store = &state.desk.store;
    let (groups, sheets) = tokio::try_join!(
        store.progress(&opened.edition, scope),
        store.newest_sheets(id, scope)
    )?;
    // Form 2 lists the general municipalities only.
    let general = groups
        .iter()
        .filter(|group| group.route == Route::ThroughPrefecture);
    let progress = Progress::tally(general, state.desk.now().japan_date());
    let rows: Vec<Row> = progress
        .with_bodies()
        .map(|prefecture| {
            let sheet = sheets.iter().find(|sheet| sheet.prefecture == prefecture);
            row(
                prefecture,
                progress.prefecture(prefecture),
                sheet,
                &opened.head.key,
            )
        })
        .collect();
    html(&SheetsPage {
        page: page::signed_in(&state, &session, "様式2の送付状況", &[]).in_section("/sheets"),
        sent: rows.iter().filter(|row| !row.number.is_empty()).count(),
        waiting: rows
            .iter()
            .filter(|row| row.number.is_empty())
            .map(|row| row.name)
            .collect(),
        rows,
        head: opened.head,
    })
}

fn row(prefecture: PrefectureCode, now: &Tally, sheet: Option<&SentSheetHead>, key: &str) -> Row {
    let href = format!("/editions/{key}/prefectures/{prefecture}/form2");
    Row {
        code: prefecture.to_string(),
        name: prefecture.name(),
        number: sheet
            .map(|sheet| format!("第{}号", sheet.number))
            .unwrap_or_default(),
        sent_at: sheet
            .map(|sheet| japan_time::short_label(sheet.sent_at))
            .unwrap_or_default(),
        workbook: sheet
            .map(|sheet| format!("{href}/{}.xlsx", sheet.number))
            .unwrap_or_default(),
        marks: sheet
            .map(|sheet| format!("{} / {}", sheet.submitted, sheet.total))
            .unwrap_or_default(),
        now: format!("{} / {}", now.received(), now.bodies()),
        differs: sheet.is_some_and(|sheet| u64::try_from(sheet.submitted) != Ok(now.received())),
        href,
    }
}
