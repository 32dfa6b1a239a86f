//! One sheet of Form 2: as it was sent, as it is printed, as a workbook.

use actix_web::web;
use askama::Template;

use super::form2::Form2Query;
use super::{Door, State};
use crate::domain::japan_time;
use crate::domain::summary_sheet::{SummaryChange, SummaryRow, SummarySheet};
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::page::{html, status_tag};
use crate::web::session::Session;
use crate::web::state::AppState;
use crate::web::view::{DiffRow, Page, StatusTag};
use crate::workflow::saved_mail::sheet_message;
use crate::workflow::send_summary_sheet::build;
use crate::workflow::take_out::form2_workbook;

#[derive(Template)]
#[template(path = "prefecture/sheet.html")]
struct SheetPage {
    page: Page,
    edition_title: String,
    form2_title: String,
    form2_path: String,
    is_own: bool,
    number: i32,
    newest: i32,
    sent_at: String,
    sent_by: String,
    remark: String,
    sheet: SheetView,
    changes: Vec<DiffRow>,
}

/// Form 2 as it is printed.
pub(super) struct SheetView {
    pub(super) prefecture: String,
    pub(super) rows: Vec<SheetRow>,
    pub(super) submitted: usize,
    pub(super) missing: Vec<String>,
}

pub(super) struct SheetRow {
    pub(super) number: usize,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) submitted: bool,
    pub(super) tag: StatusTag,
    /// Different from, or since, the sheet that was sent.
    pub(super) changed: bool,
}

/// GET `/editions/{key}/form2/{number}`: a sheet as it was sent.
pub async fn own_sheet(
    state: State,
    session: Session,
    path: web::Path<(String, i32)>,
    query: web::Query<Form2Query>,
) -> WebResult {
    let door = Door::own(&state, &session, &path.0).await?;
    door.must_have_form2()?;
    show_sheet(&state, &session, &door, path.1, query.notice.as_deref()).await
}

/// GET `/editions/{key}/prefectures/{pp}/form2/{number}`: the ministry reads a sheet.
pub async fn ministry_sheet(
    state: State,
    session: Session,
    path: web::Path<(String, String, i32)>,
) -> WebResult {
    let door = Door::ministry(&state, &session, &path.0, &path.1).await?;
    door.must_have_form2()?;
    show_sheet(&state, &session, &door, path.2, None).await
}

async fn show_sheet(
    state: &AppState,
    session: &Session,
    door: &Door,
    number: i32,
    notice: Option<&str>,
) -> WebResult {
    let store = &state.desk.store;
    let sent = store.sent_sheets(door.edition.id, door.scope).await?;
    let sheet = sent
        .iter()
        .find(|sheet| sheet.number == number)
        .ok_or(WebError::NotFound)?;
    let board = store.board(door.edition.id, door.scope).await?;
    let live = build(door.scope, &board);
    let key = door.edition.key.as_str();
    let form2_path = door.form2_path(key);
    let menu = if door.is_own { "/form2" } else { "/sheets" };
    let what = format!("様式2 第{number}号");
    let way = format!("様式2（{}）", door.edition.definition.short_title);
    html(&SheetPage {
        page: door
            .page(state, session, &what, menu, &[(&way, &form2_path)])
            .with_notice(notice),
        edition_title: door.edition.definition.title.clone(),
        form2_title: door.edition.definition.form2_title.clone(),
        is_own: door.is_own,
        number,
        newest: sent.first().map_or(number, |sheet| sheet.number),
        sent_at: japan_time::datetime_label(sheet.sent_at),
        sent_by: sheet.sent_by.clone(),
        remark: sheet.remark.clone(),
        changes: changes(&live, &sheet.sheet),
        sheet: sheet_view(&sheet.sheet, &live.changes_since(&sheet.sheet)),
        form2_path,
    })
}

/// A sheet as it is printed, with a mark at what changed since one was sent.
pub(super) fn sheet_view(sheet: &SummarySheet, changes: &[SummaryChange]) -> SheetView {
    let row = |(index, row): (usize, &SummaryRow)| SheetRow {
        number: index + 1,
        code: row.code.to_string(),
        name: row.name.clone(),
        submitted: row.is_submitted(),
        tag: status_tag(row.status),
        changed: changes.iter().any(|change| change.code == row.code),
    };
    SheetView {
        prefecture: sheet.prefecture_name.clone(),
        rows: sheet.rows.iter().enumerate().map(row).collect(),
        submitted: sheet.submitted(),
        missing: sheet.missing().map(|row| row.name.clone()).collect(),
    }
}

/// How a prefecture's answers differ from a sheet sent earlier.
pub(super) fn changes(live: &SummarySheet, earlier: &SummarySheet) -> Vec<DiffRow> {
    live.changes_since(earlier)
        .into_iter()
        .map(|change| DiffRow {
            label: change.name,
            before: change.before,
            after: change.after,
        })
        .collect()
}

/// GET `/editions/{key}/form2.xlsx`: as it stands now.
pub async fn own_workbook(state: State, session: Session, key: web::Path<String>) -> WebResult {
    let door = Door::own(&state, &session, &key).await?;
    door.must_have_form2()?;
    workbook(&state, &door, None).await
}

/// GET `/editions/{key}/form2/{number}.xlsx`: a sheet that was sent.
pub async fn own_sent_workbook(
    state: State,
    session: Session,
    path: web::Path<(String, i32)>,
) -> WebResult {
    let door = Door::own(&state, &session, &path.0).await?;
    door.must_have_form2()?;
    workbook(&state, &door, Some(path.1)).await
}

/// GET `/editions/{key}/form2/{number}.eml`: a sheet that was sent, as a mail ready to be sent.
pub async fn own_message(
    state: State,
    session: Session,
    path: web::Path<(String, i32)>,
) -> WebResult {
    let door = Door::own(&state, &session, &path.0).await?;
    let key = &door.edition.key;
    let file = sheet_message(&state.desk, &session.actor, key, path.1).await?;
    Ok(attachment(file.bytes, &file.name))
}

/// GET `/editions/{key}/prefectures/{prefecture}/form2.xlsx`
pub async fn ministry_workbook(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
) -> WebResult {
    let door = Door::ministry(&state, &session, &path.0, &path.1).await?;
    door.must_have_form2()?;
    workbook(&state, &door, None).await
}

/// GET `/editions/{key}/prefectures/{prefecture}/form2/{number}.xlsx`
pub async fn ministry_sent_workbook(
    state: State,
    session: Session,
    path: web::Path<(String, String, i32)>,
) -> WebResult {
    let door = Door::ministry(&state, &session, &path.0, &path.1).await?;
    door.must_have_form2()?;
    workbook(&state, &door, Some(path.2)).await
}

async fn workbook(state: &AppState, door: &Door, number: Option<i32>) -> WebResult {
    let file = form2_workbook(&state.desk, &door.edition.key, door.scope, number).await?;
    Ok(attachment(file.bytes, &file.name))
}
