//! Form 2 (様式2 一般市区町村総括票): live from the board, its sending, and what was sent.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::board_rows::{general, waits};
use super::sheet::{SheetView, changes, sheet_view};
use super::{Door, EditionLink, State};
use crate::domain::japan_time;
use crate::domain::response_status::ResponseStatus;
use crate::domain::summary_sheet::SummarySheet;
use crate::store::boards::BoardRow;
use crate::store::summary_sheets::SentSheet;
use crate::web::error::WebResult;
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::state::AppState;
use crate::web::view::{Crumb, DiffRow, Page, Problem, StatusTag, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::send_summary_sheet::{build, send_summary_sheet};

#[derive(Template)]
#[template(path = "prefecture/form2.html")]
struct Form2Page {
    page: Page,
    problems: Vec<Problem>,
    form2_title: String,
    form2_path: String,
    body_code: String,
    board_path: String,
    is_own: bool,
    is_open: bool,
    sheet: SheetView,
    /// Answers nobody at the prefecture has accepted yet.
    unreviewed: Vec<Crumb>,
    sent_back: usize,
    own_form: OwnForm,
    sent: Vec<SentLine>,
    /// What is different from the newest sent sheet.
    changes: Vec<DiffRow>,
    changes_since: i32,
    /// Number the next sheet gets.
    expected: i32,
    /// What the sender confirms is still open; empty if nothing is.
    confirm: String,
    confirm_label: String,
    confirm_error: String,
    confirmed: bool,
    remark: TextField,
    others: Vec<EditionLink>,
}

/// The prefecture's own Form 1.
struct OwnForm {
    tag: StatusTag,
    owing: bool,
    href: String,
}

struct SentLine {
    number: i32,
    href: String,
    at: String,
    by: String,
    submitted: usize,
    total: usize,
    remark: String,
}

/// What a refused sending leaves on the page.
#[derive(Default)]
struct Typed {
    remark: String,
    confirmed: bool,
    confirm_error: String,
    remark_errors: Vec<String>,
}

#[derive(serde::Deserialize)]
pub struct Form2Query {
    pub notice: Option<String>,
    pub kept: Option<String>,
}

/// GET `/editions/{key}/form2`: the prefecture's own.
pub async fn own_form2(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<Form2Query>,
) -> WebResult {
    let door = Door::own(&state, &session, &key).await?;
    door.must_have_form2()?;
    let address = door.form2_path(door.edition.key.as_str());
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    // Whoever signed in again may be of another prefecture than whoever typed.
    let kept = kept.filter(|form| form.text("body_code") == body_code(&door));
    let typed = Typed {
        remark: kept.map_or_else(String::new, |form| form.text("remark").to_owned()),
        ..Typed::default()
    };
    show(&state, &session, &door, StatusCode::OK, typed).await
}

/// GET `/editions/{key}/prefectures/{pp}/form2`: the ministry looks.
pub async fn ministry_form2(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
) -> WebResult {
    let door = Door::ministry(&state, &session, &path.0, &path.1).await?;
    door.must_have_form2()?;
    show(&state, &session, &door, StatusCode::OK, Typed::default()).await
}

/// POST `/editions/{key}/form2`: 送付. What is still open must have been confirmed as it is now.
pub async fn send(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let door = Door::own(&state, &post.session, &key).await?;
    door.must_have_form2()?;
    let expected: i32 = post.form.value("expected")?;
    let form2 = door.form2_path(door.edition.key.as_str());
    let sent = state
        .desk
        .store
        .sent_sheets(door.edition.id, door.scope)
        .await?;
    // The same page sent twice leads to the sheet it made.
    if sent.first().is_some_and(|sheet| sheet.number >= expected) {
        return Ok(see_other(&format!("{form2}/{expected}?notice=sent")));
    }
    let board = state.desk.store.board(door.edition.id, door.scope).await?;
    let (wanted, _) = confirmation(&build(door.scope, &board), &board);
    let remark = post.form.text("remark").to_owned();
    let given = post.form.text("confirm");
    if given != wanted {
        let typed = Typed {
            remark,
            confirm_error: if given.is_empty() {
                "このまま送付してよければ、印を付けてください。".to_owned()
            } else {
                "画面を開いたあとに提出の状況が変わりました。内容を確かめて、もう一度印を付けてください。"
                    .to_owned()
            },
            ..Typed::default()
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show(&state, &post.session, &door, status, typed).await;
    }
    let actor = &post.session.actor;
    let key = &door.edition.key;
    match send_summary_sheet(&state.desk, actor, key, expected, &remark).await {
        Ok(number) => Ok(see_other(&format!("{form2}/{number}?notice=sent"))),
        Err(WorkflowError::Invalid(problems)) => {
            let typed = Typed {
                remark,
                confirmed: true,
                remark_errors: problems.into_iter().map(|p| p.message).collect(),
                ..Typed::default()
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&state, &post.session, &door, status, typed).await
        }
        Err(error) => Err(error.into()),
    }
}

fn body_code(door: &Door) -> String {
    door.scope.prefecture().organization_code().to_string()
}

/// What a sender confirms: a token that changes with the state of affairs, and its words.
/// Both are empty when everything is in and accepted.
fn confirmation(sheet: &SummarySheet, board: &[BoardRow]) -> (String, String) {
    let missing = sheet.missing().count();
    let unreviewed = general(board)
        .iter()
        .filter(|row| row.status.is_received() && row.status != ResponseStatus::Accepted)
        .count();
    let label = match (missing, unreviewed) {
        (0, 0) => return Default::default(),
        (0, _) => {
            format!("受け付けていない回答が{unreviewed}件ありますが、このまま送付します。")
        }
        (_, 0) => format!("未提出が{missing}団体ありますが、このまま送付します。"),
        _ => format!(
            "未提出が{missing}団体、受け付けていない回答が{unreviewed}件ありますが、このまま送付します。"
        ),
    };
    (format!("{missing}-{unreviewed}"), label)
}

async fn show(
    state: &AppState,
    session: &Session,
    door: &Door,
    status: StatusCode,
    typed: Typed,
) -> WebResult {
    let store = &state.desk.store;
    let board = store.board(door.edition.id, door.scope).await?;
    let sent = store.sent_sheets(door.edition.id, door.scope).await?;
    let key = door.edition.key.as_str();
    let live = build(door.scope, &board);
    let rows = general(&board);
    let form2_path = door.form2_path(key);
    let (confirm, confirm_label) = confirmation(&live, &board);
    let newest = sent.first();
    let changed = newest.map_or_else(Vec::new, |sheet| live.changes_since(&sheet.sheet));
    let problem = |field_id: &str, message: &String| Problem {
        field_id: field_id.to_owned(),
        message: message.clone(),
    };
    let problems: Vec<_> = typed
        .remark_errors
        .iter()
        .map(|message| problem("remark", message))
        .chain((!typed.confirm_error.is_empty()).then(|| problem("confirm", &typed.confirm_error)))
        .collect();
    let menu = if door.is_own { "/form2" } else { "/sheets" };
    let mut page = door.page(state, session, "様式2", menu, &[]);
    page.has_errors = !problems.is_empty();
    html_with(
        status,
        &Form2Page {
            page,
            problems,
            form2_title: door.edition.definition.form2_title.clone(),
            body_code: body_code(door),
            board_path: door.board_path(key),
            is_own: door.is_own,
            is_open: door.is_open(),
            unreviewed: rows
                .iter()
                .filter(|row| waits(row.status))
                .map(|row| Crumb {
                    label: row.name.clone(),
                    href: door.answer_path(row.code),
                })
                .collect(),
            sent_back: rows
                .iter()
                .filter(|row| row.status == ResponseStatus::SentBack)
                .count(),
            own_form: own_form(door, &board),
            changes: newest.map_or_else(Vec::new, |sheet| changes(&live, &sheet.sheet)),
            changes_since: newest.map_or(0, |sheet| sheet.number),
            expected: newest.map_or(0, |sheet| sheet.number) + 1,
            confirm,
            confirm_label,
            confirm_error: typed.confirm_error,
            confirmed: typed.confirmed,
            remark: TextField {
                id: "remark".to_owned(),
                name: "remark".to_owned(),
                label: "国への連絡事項".to_owned(),
                hint: "未提出の団体の見込みなど、伝えたいことがあれば入力してください。".to_owned(),
                value: typed.remark,
                errors: typed.remark_errors,
                width: "l",
                ..TextField::default()
            },
            sent: sent
                .iter()
                .map(|sheet| sent_line(sheet, &form2_path))
                .collect(),
            others: door.other_form2(),
            // The ministry reads what was sent, not what lies on the prefecture's desk.
            sheet: match newest {
                Some(sheet) if !door.is_own => sheet_view(&sheet.sheet, &changed),
                _ => sheet_view(&live, &changed),
            },
            form2_path,
        },
    )
}

fn own_form(door: &Door, board: &[BoardRow]) -> OwnForm {
    let code = door.scope.prefecture().organization_code();
    let status = board
        .iter()
        .find(|row| row.code == code)
        .map_or(ResponseStatus::NotStarted, |row| row.status);
    OwnForm {
        tag: status_tag(status),
        owing: status.is_owing(),
        href: if door.is_own {
            format!("/editions/{}/form1", door.edition.key)
        } else {
            door.answer_path(code)
        },
    }
}

fn sent_line(sheet: &SentSheet, form2_path: &str) -> SentLine {
    SentLine {
        number: sheet.number,
        href: format!("{form2_path}/{}", sheet.number),
        at: japan_time::datetime_label(sheet.sent_at),
        by: sheet.sent_by.clone(),
        submitted: sheet.sheet.submitted(),
        total: sheet.sheet.rows.len(),
        remark: sheet.remark.clone(),
    }
}
