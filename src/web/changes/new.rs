//! `/editions/{key}/changes/new`: a body's notice. Typed on one page, checked on the next, filed from there.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::opening::{Blocked, Opened, open};
use super::{MENU, State};
use crate::domain::intent_change::NoticeField;
use crate::domain::japan_time;
use crate::domain::organization::Route;
use crate::domain::response::{Draft, SectionSave};
use crate::domain::response_diff::changes;
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::edition_key;
use crate::web::municipality::frame::{Showing, named};
use crate::web::municipality::intent_page::{self, IntentView};
use crate::web::municipality::questions_page::{self, QuestionView};
use crate::web::municipality::receipt::reviewer_name;
use crate::web::municipality::schemes_page::{self, SchemesView};
use crate::web::page::{self, html, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{OwnResponse, Post, Session};
use crate::web::view::{DiffRow, Page, Problem, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::intent_change::{
    ChangeError, NoticeBase, NoticeInput, NoticeReading, file_change, read_notice,
};

#[derive(Template)]
#[template(path = "changes/new.html")]
struct NewPage {
    page: Page,
    problems: Vec<Problem>,
    body_name: String,
    edition_title: String,
    path: String,
    form_path: String,
    receiver: &'static str,
    through_prefecture: bool,
    base: NoticeBase,
    intent: IntentView,
    schemes: SchemesView,
    /// What the edition asks this body beside the form; none if it asks nothing.
    questions: Vec<QuestionView>,
    reason: TextField,
    changed_on: TextField,
}

#[derive(Template)]
#[template(path = "changes/check.html")]
struct CheckPage {
    page: Page,
    body_name: String,
    path: String,
    receiver: &'static str,
    differences: Vec<DiffRow>,
    warnings: Vec<String>,
    /// The tick was missing.
    warnings_error: bool,
    reason: String,
    changed_on: String,
    /// Everything typed, as the next form carries it.
    carried: Vec<(String, String)>,
}

#[derive(Default, serde::Deserialize)]
pub struct NewQuery {
    kept: Option<String>,
    notice: Option<String>,
}

fn path(record: &ResponseRecord) -> String {
    format!("/editions/{}/changes/new", record.edition.key)
}

/// Reads what the page carries; only rows of the edition and questions to this body are asked for.
fn input(form: &FormData, record: &ResponseRecord) -> NoticeInput {
    NoticeInput {
        intent: intent_page::read(form),
        schemes: schemes_page::read(form, &record.edition.definition),
        extra: questions_page::read(form, record),
        reason: form.text("reason").to_owned(),
        changed_on: form.text("changed_on").to_owned(),
    }
}

/// GET `/editions/{key}/changes/new`.
pub async fn form(state: State, own: OwnResponse, query: web::Query<NewQuery>) -> WebResult {
    let OwnResponse { session, record } = own;
    let address = path(&record);
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let opened = match open(&state, &session, record).await? {
        Ok(opened) => opened,
        Err(blocked) => return blocked.page(&state, &session, StatusCode::OK),
    };
    // The answer as it stands, or what was typed before the session ended.
    let typed = kept.as_ref().map(|form| input(form, &opened.record));
    let typed = typed.unwrap_or_else(|| NoticeInput::of(&opened.base_form));
    let notice = query.notice.clone().filter(|_| kept.is_some());
    let reading = read_notice(&state.desk, &opened.record, &opened.base_form, &typed);
    show(
        &state,
        &session,
        StatusCode::OK,
        &opened,
        (&typed, &reading),
        notice,
    )
}

/// POST `/editions/{key}/changes/new`: `do` is `check`, `edit` or `file`.
pub async fn send(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let key = edition_key(&key)?;
    let code = session.actor.code().ok_or(WebError::NotFound)?;
    let store = &state.desk.store;
    let record = store
        .response(&key, code)
        .await?
        .ok_or(WebError::NotFound)?;
    let typed = input(&form, &record);
    let seen = NoticeBase {
        revision: form.value("base_revision")?,
        filed: form.value("filed")?,
    };
    let confirmed = form.has("warnings_ok");
    let mut told = StatusCode::OK;
    let mut warnings_error = false;
    // A department is told below, before anything it typed is judged.
    if form.text("do") == "file" && session.actor.department.is_empty() {
        let actor = &session.actor;
        match file_change(&state.desk, actor, &key, seen, &typed, confirmed).await {
            Ok(id) => return Ok(see_other(&format!("{MENU}/{id}?notice=change-filed"))),
            Err(ChangeError::Invalid(_)) => told = StatusCode::UNPROCESSABLE_ENTITY,
            Err(ChangeError::Unconfirmed(_)) => {
                told = StatusCode::UNPROCESSABLE_ENTITY;
                warnings_error = true;
            }
            Err(ChangeError::NotNow | ChangeError::Waiting(_)) => told = StatusCode::CONFLICT,
            Err(ChangeError::AnswerMoved | ChangeError::Refused(_) | ChangeError::Words(_)) => {
                return Err(WorkflowError::Stale.into());
            }
            Err(ChangeError::Workflow(error)) => return Err(error.into()),
        }
    }
    // Read again: what refused the notice may have changed the answer.
    let record = store
        .response(&key, code)
        .await?
        .ok_or(WebError::NotFound)?;
    let opened = match open(&state, &session, record).await? {
        Ok(opened) => opened,
        Err(blocked @ Blocked::Department(_)) => {
            return blocked.page(&state, &session, StatusCode::FORBIDDEN);
        }
        Err(blocked) => return blocked.page(&state, &session, StatusCode::CONFLICT),
    };
    if opened.base != seen {
        return Err(WebError::Conflict);
    }
    let reading = read_notice(&state.desk, &opened.record, &opened.base_form, &typed);
    if form.text("do") == "edit" {
        let both = (&typed, &reading);
        return show(&state, &session, StatusCode::OK, &opened, both, None);
    }
    if !reading.is_complete() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show(&state, &session, status, &opened, (&typed, &reading), None);
    }
    check(
        &state,
        &session,
        told,
        &opened,
        (&form, &reading),
        warnings_error,
    )
}

fn show(
    state: &State,
    session: &Session,
    status: StatusCode,
    opened: &Opened,
    (typed, reading): (&NoticeInput, &NoticeReading),
    notice: Option<String>,
) -> WebResult {
    let record = &opened.record;
    let definition = &record.edition.definition;
    let is_error = status == StatusCode::UNPROCESSABLE_ENTITY;
    let mut problems: Vec<Problem> = Vec::new();
    let mut words = (Vec::new(), Vec::new());
    if is_error {
        let of_form = reading.reading.problems.iter();
        problems.extend(of_form.map(|problem| Problem {
            field_id: problem.place.html_id(),
            message: named(definition, problem),
        }));
        if reading.is_unchanged {
            problems.push(Problem {
                field_id: "intent-1".to_owned(),
                message: "いまの回答と同じ内容です。変わったところを直してください。".to_owned(),
            });
        }
        for (field, message) in &reading.words {
            let (field_id, list) = match field {
                NoticeField::Reason => ("reason", &mut words.0),
                NoticeField::ChangedOn => ("changed_on", &mut words.1),
            };
            list.push(message.clone());
            problems.push(Problem {
                field_id: field_id.to_owned(),
                message: message.clone(),
            });
        }
    }
    // The parts of Form 1 show a draft: one that was saved, so that nothing is called prefilled.
    let draft = Draft {
        input: typed.whole(&opened.base_form),
        saves: definition
            .sections(&record.class)
            .iter()
            .map(|section| {
                let save = SectionSave {
                    version: 1,
                    ..SectionSave::default()
                };
                (*section, save)
            })
            .collect(),
        ..Draft::default()
    };
    let showing = Showing {
        record,
        draft: &draft,
        reading: &reading.reading,
        show_problems: is_error,
        department: "",
        base: None,
    };
    let form_path = format!("/editions/{}/form1", record.edition.key);
    let way = format!("様式1（{}）", definition.short_title);
    let mut page = page::signed_in(
        state,
        session,
        "意向の変更の届出",
        &[(way.as_str(), form_path.as_str())],
    )
    .in_section("/home")
    .with_notice(notice.as_deref());
    page.has_errors = is_error;
    html_with(
        status,
        &NewPage {
            page,
            problems,
            body_name: record.name.clone(),
            edition_title: definition.title.clone(),
            path: path(record),
            form_path,
            receiver: reviewer_name(record),
            through_prefecture: record.route == Route::ThroughPrefecture,
            base: opened.base,
            intent: intent_page::view(&showing),
            schemes: schemes_page::view(&showing),
            questions: questions_page::view(&showing),
            reason: TextField {
                id: "reason".to_owned(),
                name: "reason".to_owned(),
                label: "変更の理由".to_owned(),
                hint: "500文字まで。個人の名前は書かないでください。".to_owned(),
                value: typed.reason.clone(),
                required: true,
                errors: words.0,
                ..TextField::default()
            },
            changed_on: TextField {
                id: "changed_on".to_owned(),
                name: "changed_on".to_owned(),
                label: "意向が変わった日".to_owned(),
                hint: "庁内で決まった日を入力してください。例：令和9年3月5日、2027-03-05"
                    .to_owned(),
                value: typed.changed_on.clone(),
                required: true,
                errors: words.1,
                width: "m",
                ..TextField::default()
            },
        },
    )
}

/// The page before filing: old beside new, the warnings, reason and day.
fn check(
    state: &State,
    session: &Session,
    status: StatusCode,
    opened: &Opened,
    (form, reading): (&FormData, &NoticeReading),
    warnings_error: bool,
) -> WebResult {
    let record = &opened.record;
    let new = reading.reading.form.as_ref().ok_or(WebError::Conflict)?;
    let differences = changes(&record.edition.definition, &opened.base_form, new);
    let mut page = page::signed_in(state, session, "意向の変更の確認", &[]).in_section("/home");
    page.has_errors = warnings_error;
    let template = CheckPage {
        page,
        body_name: record.name.clone(),
        path: path(record),
        receiver: reviewer_name(record),
        differences: differences.into_iter().map(diff_row).collect(),
        warnings: reading
            .reading
            .warnings
            .iter()
            .map(|warning| warning.message.clone())
            .collect(),
        warnings_error,
        reason: form.text("reason").to_owned(),
        changed_on: japan_time::parse_date(form.text("changed_on"))
            .map(japan_time::date_label)
            .unwrap_or_default(),
        carried: carried(form),
    };
    if status == StatusCode::OK {
        html(&template)
    } else {
        html_with(status, &template)
    }
}

/// A difference as the table prints it.
pub(super) fn diff_row(change: crate::domain::response_diff::Change) -> DiffRow {
    DiffRow {
        label: change.label,
        before: change.before,
        after: change.after,
    }
}

/// What was typed and what the page was made from, without token and buttons.
fn carried(form: &FormData) -> Vec<(String, String)> {
    let own = ["csrf", "do", "warnings_ok"];
    form.with_prefix("")
        .filter(|(name, _)| !own.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
