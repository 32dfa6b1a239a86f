//! `/bodies/upload` and `/bodies/import`: a table of bodies; first the difference, then it is taken in.

use std::io::Read;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{DifferenceView, MENU, State};
use crate::domain::access::CountryScope;
use crate::domain::body_table::sheet::COLUMNS;
use crate::domain::body_table::{DifferenceKind, Plan, TableWish, read_day};
use crate::domain::japan_time::date_label;
use crate::domain::text::with_commas;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::FormQuery;
use crate::web::page::{self, html_with, see_other};
use crate::web::session::{Post, Session};
use crate::web::upload::{TABLE_MB, TableFiles, Upload, UploadedFile};
use crate::web::view::{Page, Problem};
use crate::workflow::bodies::{
    BodyError, BodyResult, Shown, TableFile, compare, import, keep_table, kept_table,
};

/// Problems and differences of a kind shown at once.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "bodies/upload.html")]
struct UploadPage {
    page: Page,
    /// At the fields of the form.
    problems: Vec<Problem>,
    /// What is wrong in the file, row by row.
    rows: Vec<String>,
    more_rows: usize,
    on: String,
    abolish_missing: bool,
    take_spellings: bool,
    most_mb: u64,
    most_bytes: u64,
    columns: Vec<ColumnView>,
}

/// A column that is read.
struct ColumnView {
    heading: &'static str,
    others: String,
    holds: &'static str,
}

#[derive(Template)]
#[template(path = "bodies/table.html")]
struct TablePage {
    page: Page,
    files: Vec<(String, String)>,
    names: String,
    on: String,
    on_label: String,
    abolish_missing: bool,
    take_spellings: bool,
    seen: i64,
    /// Somebody changed bodies since this was shown last.
    is_changed: bool,
    rows: String,
    same: String,
    wards: usize,
    northern_villages: usize,
    left_out: usize,
    changes: usize,
    changes_label: String,
    left_out_label: String,
    groups: Vec<Group>,
}

/// Differences of one kind.
struct Group {
    label: &'static str,
    count: String,
    lines: Vec<DifferenceView>,
    more: usize,
}

/// How the table is to be taken, as typed.
#[derive(Clone, Default)]
struct Wish {
    on: String,
    abolish_missing: bool,
    take_spellings: bool,
}

impl Wish {
    fn of(form: &FormData) -> Self {
        Self {
            on: form.text("on").trim().to_owned(),
            abolish_missing: form.has("abolish_missing"),
            take_spellings: form.has("take_spellings"),
        }
    }

    fn read(&self, state: &State) -> Result<TableWish, Problem> {
        let today = state.desk.now().japan_date();
        let day = read_day(&self.on).map_err(|message| Problem {
            field_id: "on".to_owned(),
            message,
        })?;
        Ok(TableWish {
            effective_on: day.unwrap_or(today),
            abolish_missing: self.abolish_missing,
            take_spellings: self.take_spellings,
        })
    }
}

/// GET `/bodies/upload`.
pub async fn form(state: State, session: Session, query: web::Query<FormQuery>) -> WebResult {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let notice = query.notice.as_deref();
    ask(&state, &session, &Wish::default(), Vec::new(), &[], notice)
}

/// GET `/bodies/import`: somebody signed in again here.
pub async fn back(session: Session) -> WebResult<HttpResponse> {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    Ok(see_other("/bodies/upload"))
}

/// POST `/bodies/upload`: reads the files, keeps them and shows what they would change.
pub async fn send(state: State, upload: Upload<TableFiles>) -> WebResult {
    let session = &upload.session;
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let typed = Wish::of(&upload.form);
    let wish = match typed.read(&state) {
        Ok(wish) => wish,
        Err(problem) => return ask(&state, session, &typed, vec![problem], &[], None),
    };
    if upload.files.is_empty() {
        let problem = at_file("ファイルを選んでください。");
        return ask(&state, session, &typed, vec![problem], &[], None);
    }
    let files = web::block(move || upload.files.into_iter().map(bytes_of).collect())
        .await
        .map_err(|error| WebError::Internal(error.into()))?;
    let files: Vec<TableFile> = files;
    let actor = &session.actor;
    let shown = match compare(&state.desk, actor, files.clone(), wish).await {
        Ok(shown) => shown,
        Err(error) => return refused(&state, session, &typed, error),
    };
    let mut kept = Vec::with_capacity(files.len());
    for file in &files {
        match keep_table(&state.desk, actor, file).await {
            Ok(sha256) => kept.push((file.name.clone(), sha256)),
            Err(error) => return refused(&state, session, &typed, error),
        }
    }
    show(&state, session, kept, &typed, wish, &shown, false)
}

/// POST `/bodies/import`: takes in what was shown.
pub async fn take_in(state: State, post: Post) -> WebResult {
    let Post { session, form } = post;
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let typed = Wish::of(&form);
    let kept: Vec<(String, String)> = form
        .all("file_name")
        .map(str::to_owned)
        .zip(form.all("sha256").map(str::to_owned))
        .collect();
    let wish = typed.read(&state).map_err(|_| WebError::BadRequest)?;
    let Some(files) = fetch(&state, &session, &kept).await? else {
        return Ok(see_other("/bodies/upload?notice=table-gone"));
    };
    let actor = &session.actor;
    let seen = Some(form.value("seen")?);
    match import(&state.desk, actor, files.clone(), wish, seen).await {
        Ok(recorded) => {
            let notice = recorded.id.map_or("body-known", |_| "bodies-imported");
            Ok(see_other(&format!("/bodies?notice={notice}")))
        }
        Err(BodyError::Changed) => match compare(&state.desk, actor, files, wish).await {
            Ok(shown) => show(&state, &session, kept, &typed, wish, &shown, true),
            Err(error) => refused(&state, &session, &typed, error),
        },
        Err(error) => refused(&state, &session, &typed, error),
    }
}

fn bytes_of(mut file: UploadedFile) -> TableFile {
    let mut bytes = Vec::new();
    // A file that breaks off is read as what it is: no table.
    let _ = file.content.read_to_end(&mut bytes);
    TableFile {
        name: file.name,
        bytes,
    }
}

/// The kept files; none if one of them is not there.
async fn fetch(
    state: &State,
    session: &Session,
    kept: &[(String, String)],
) -> WebResult<Option<Vec<TableFile>>> {
    let mut files = Vec::with_capacity(kept.len());
    for (name, sha256) in kept {
        let found: BodyResult<TableFile> =
            kept_table(&state.desk, &session.actor, name, sha256).await;
        match found {
            Ok(file) => files.push(file),
            Err(BodyError::Workflow(crate::workflow::WorkflowError::NotFound)) => return Ok(None),
            Err(BodyError::Workflow(error)) => return Err(error.into()),
            Err(_) => return Err(WebError::BadRequest),
        }
    }
    Ok((!files.is_empty()).then_some(files))
}

fn at_file(message: impl Into<String>) -> Problem {
    Problem {
        field_id: "file".to_owned(),
        message: message.into(),
    }
}

fn refused(state: &State, session: &Session, typed: &Wish, error: BodyError) -> WebResult {
    match error {
        BodyError::File(message) => ask(state, session, typed, vec![at_file(message)], &[], None),
        BodyError::Rows(problems) => {
            let summary = at_file(format!(
                "{}か所が取り込めません。下の理由を見てファイルを直し、もう一度送ってください。",
                problems.len()
            ));
            let rows: Vec<String> = problems.iter().map(ToString::to_string).collect();
            ask(state, session, typed, vec![summary], &rows, None)
        }
        BodyError::Workflow(error) => Err(error.into()),
        BodyError::Entry(_) | BodyError::Changed => Err(WebError::Conflict),
    }
}

fn ask(
    state: &State,
    session: &Session,
    typed: &Wish,
    problems: Vec<Problem>,
    rows: &[String],
    notice: Option<&str>,
) -> WebResult {
    let mut page = page::signed_in(state, session, "団体の表の取込み", &[("自治体", MENU)])
        .in_section(MENU)
        .with_notice(notice);
    page.has_errors = !problems.is_empty();
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    html_with(
        status,
        &UploadPage {
            page,
            problems,
            rows: rows.iter().take(SHOWN).cloned().collect(),
            more_rows: rows.len().saturating_sub(SHOWN),
            on: typed.on.clone(),
            abolish_missing: typed.abolish_missing,
            take_spellings: typed.take_spellings,
            most_mb: TABLE_MB,
            most_bytes: TABLE_MB * 1024 * 1024,
            columns: COLUMNS
                .map(|column| ColumnView {
                    heading: column.heading(),
                    others: column.other_headings().join("、"),
                    holds: column.holds,
                })
                .into(),
        },
    )
}

fn show(
    state: &State,
    session: &Session,
    kept: Vec<(String, String)>,
    typed: &Wish,
    wish: TableWish,
    shown: &Shown<Plan>,
    is_changed: bool,
) -> WebResult {
    let plan = &shown.what;
    let names: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
    let way = [("自治体", MENU), ("団体の表の取込み", "/bodies/upload")];
    let status = if is_changed {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    html_with(
        status,
        &TablePage {
            page: page::signed_in(state, session, "表との違い", &way).in_section(MENU),
            names: names.join("、"),
            files: kept,
            on: wish.effective_on.to_string(),
            on_label: date_label(wish.effective_on),
            abolish_missing: typed.abolish_missing,
            take_spellings: typed.take_spellings,
            seen: shown.newest_change,
            is_changed,
            rows: with_commas(plan.rows as u64),
            same: with_commas(plan.same as u64),
            wards: plan.wards,
            northern_villages: plan.northern_villages,
            left_out: plan.left_out.len(),
            changes: plan.changes().len(),
            changes_label: with_commas(plan.changes().len() as u64),
            left_out_label: with_commas(plan.left_out.len() as u64),
            groups: groups(plan),
        },
    )
}

fn groups(plan: &Plan) -> Vec<Group> {
    DifferenceKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let all = plan.differences.iter();
            let of_kind: Vec<_> = all.filter(|one| one.kinds().contains(&kind)).collect();
            (!of_kind.is_empty()).then(|| Group {
                label: kind.label(),
                count: with_commas(of_kind.len() as u64),
                more: of_kind.len().saturating_sub(SHOWN),
                lines: of_kind
                    .into_iter()
                    .take(SHOWN)
                    .map(DifferenceView::new)
                    .collect(),
            })
        })
        .collect()
}
