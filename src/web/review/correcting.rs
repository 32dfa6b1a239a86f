//! 訂正: the page on which a reviewer mends an obvious slip in the body's place.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{Path, State, answer_path, frame, may, open, open_as_reviewer, parse};
use crate::domain::access::Action;
use crate::domain::coordination_contact::ContactInput;
use crate::domain::duties::Duties;
use crate::domain::place::Place;
use crate::domain::response::{Draft, Form1, Form1Input, SectionSave};
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::EditionDefinition;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::frame::{Showing, named};
use crate::web::municipality::intent_page::{self, IntentView};
use crate::web::municipality::schemes_page::{self, SchemesView};
use crate::web::page::{html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::Post;
use crate::web::session::Session;
use crate::web::view::{Page, Problem, TextField};
use crate::workflow::correct_response::{
    CorrectionError, CorrectionInput, CorrectionReading, correct_response, read_correction,
};
use crate::workflow::view_answer::Seen;

const TITLE: &str = "回答の訂正";

#[derive(Template)]
#[template(path = "review/correct.html")]
struct CorrectPage {
    page: Page,
    problems: Vec<Problem>,
    body_name: String,
    path: String,
    version: i32,
    /// The notice of a change of intent that stands in the way; empty if there is none.
    notice_href: String,
    /// The review begins with the correction.
    begins_review: bool,
    contact: Vec<TextField>,
    intent: IntentView,
    schemes: SchemesView,
    reason: TextField,
}

/// Reads what the page carries; only rows of the edition are asked for.
fn input(form: &FormData, definition: &EditionDefinition) -> CorrectionInput {
    CorrectionInput {
        contact: ContactInput {
            department: form.text("department").to_owned(),
            email: form.text("email").to_owned(),
            phone: form.text("phone").to_owned(),
        },
        intent: intent_page::read(form),
        schemes: schemes_page::read(form, definition),
        reason: form.text("reason").to_owned(),
    }
}

/// The newest revision's form.
async fn base(state: &State, seen: &Seen) -> WebResult<Form1> {
    let record = &seen.record;
    let revision = state
        .desk
        .store
        .revision(record.id, record.revision_number)
        .await?;
    Ok(revision.ok_or(WebError::NotFound)?.form)
}

/// A form as the page shows it.
fn as_typed(form: &Form1, reason: String) -> CorrectionInput {
    let whole = form.to_input();
    CorrectionInput {
        contact: whole.contact,
        intent: whole.intent,
        schemes: whole.schemes,
        reason,
    }
}

/// What the answer said before its newest revision, where that is the correction to take back, and the reason then.
async fn before_correction(
    state: &State,
    seen: &Seen,
    undo: Option<i32>,
) -> WebResult<Option<(Form1, String)>> {
    let record = &seen.record;
    let Some(number) = undo.filter(|number| *number == record.revision_number) else {
        return Ok(None);
    };
    let store = &state.desk.store;
    if store.correction_of(record.id, number).await?.is_none() {
        return Ok(None);
    }
    let before = store.revision(record.id, number - 1).await?;
    let reason = format!("団体の申し出により、訂正（第{number}版）を取り消します。");
    Ok(before.map(|revision| (revision.form, reason)))
}

#[derive(serde::Deserialize)]
pub struct CorrectQuery {
    notice: Option<String>,
    kept: Option<String>,
    /// The number of the correction that is to be taken back: the page begins with what was before it.
    undo: Option<i32>,
}

/// GET `/editions/{key}/answers/{code}/correct`.
pub async fn form(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<CorrectQuery>,
) -> WebResult {
    let seen = open_as_reviewer(&state, &session.actor, &path).await?;
    if !may(&seen, Action::Correct) {
        return Ok(see_other(&answer_path(&seen)));
    }
    let address = format!("{}/correct", answer_path(&seen));
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let base = base(&state, &seen).await?;
    let typed = match (kept, before_correction(&state, &seen, query.undo).await?) {
        (Some(kept), _) => input(&kept, &seen.record.edition.definition),
        (None, Some((before, reason))) => as_typed(&before, reason),
        (None, None) => as_typed(&base, String::new()),
    };
    let page = frame(&state, &session, &seen, TITLE).with_notice(query.notice.as_deref());
    let show = Show {
        reading: &read_correction(&seen.record, &base, &typed),
        typed: &typed,
        base: &base,
        is_error: false,
        notice: None,
    };
    render(page, &seen, &show, StatusCode::OK)
}

/// POST `/editions/{key}/answers/{code}/correct`.
pub async fn send(state: State, post: Post, path: Path) -> WebResult {
    let (key, code) = parse(&path)?;
    let version = post.form.value("version")?;
    let actor = &post.session.actor;
    let edition = state
        .desk
        .store
        .edition(&key)
        .await?
        .ok_or(WebError::NotFound)?;
    let typed = input(&post.form, &edition.definition);
    let done = correct_response(&state.desk, actor, &key, code, version, &typed).await;
    let (reading, notice) = match done {
        Ok(began_review) => {
            let notice = if began_review {
                "corrected-review"
            } else {
                "corrected"
            };
            return Ok(see_other(&format!(
                "/editions/{key}/answers/{code}?notice={notice}"
            )));
        }
        Err(CorrectionError::Invalid(reading)) => (Some(reading), None),
        Err(CorrectionError::NoticeWaits(id)) => (None, Some(id)),
        Err(CorrectionError::Workflow(error)) => return Err(error.into()),
    };
    let seen = open(&state, actor, &path).await?;
    let base = base(&state, &seen).await?;
    let reading = match reading {
        Some(reading) => *reading,
        None => read_correction(&seen.record, &base, &typed),
    };
    let mut page = frame(&state, &post.session, &seen, TITLE);
    page.has_errors = true;
    let show = Show {
        typed: &typed,
        reading: &reading,
        base: &base,
        is_error: notice.is_none(),
        notice,
    };
    let status = match notice {
        Some(_) => StatusCode::CONFLICT,
        None => StatusCode::UNPROCESSABLE_ENTITY,
    };
    render(page, &seen, &show, status)
}

/// What the page is made from.
struct Show<'a> {
    typed: &'a CorrectionInput,
    reading: &'a CorrectionReading,
    base: &'a Form1,
    /// Problems are shown once somebody pressed the button.
    is_error: bool,
    notice: Option<i64>,
}

impl Show<'_> {
    fn problems(&self, definition: &EditionDefinition) -> Vec<Problem> {
        if !self.is_error {
            return Vec::new();
        }
        let of_form = self.reading.reading.problems.iter().map(|problem| Problem {
            field_id: problem.place.html_id(),
            message: named(definition, problem),
        });
        let unchanged = self.reading.is_unchanged.then(|| Problem {
            field_id: "department".to_owned(),
            message: "いまの回答と同じ内容です。まちがっているところを直してください。".to_owned(),
        });
        let of_reason = self.reading.reason_problems.iter().map(|message| Problem {
            field_id: "reason".to_owned(),
            message: message.clone(),
        });
        of_form.chain(unchanged).chain(of_reason).collect()
    }

    fn contact(&self, showing: &Showing<'_>) -> Vec<TextField> {
        let typed = &self.typed.contact;
        let fields = [
            (Place::Department, "department", "", &typed.department),
            (Place::Email, "email", "email", &typed.email),
            (Place::Phone, "phone", "tel", &typed.phone),
        ];
        let definition = &showing.record.edition.definition;
        fields
            .into_iter()
            .map(|(place, name, input_type, value)| TextField {
                id: name.to_owned(),
                name: name.to_owned(),
                label: definition.place_label(&place),
                value: value.clone(),
                required: true,
                errors: showing.errors_at(&place),
                input_type,
                width: "l",
                ..TextField::default()
            })
            .collect()
    }
}

fn render(page: Page, seen: &Seen, show: &Show<'_>, status: StatusCode) -> WebResult {
    let mut record = seen.record.clone();
    // How the body divides its own work does not concern whoever corrects it.
    record.duties = Duties::default();
    let record = &record;
    let definition = &record.edition.definition;
    // The parts of Form 1 show a draft: one that was saved, so that nothing is called prefilled.
    let saved = SectionSave {
        version: 1,
        ..SectionSave::default()
    };
    let sections = definition.sections(&record.class).iter();
    let draft = Draft {
        input: Form1Input {
            contact: show.typed.contact.clone(),
            intent: show.typed.intent.clone(),
            schemes: show.typed.schemes.clone(),
            ..show.base.to_input()
        },
        saves: sections.map(|section| (*section, saved.clone())).collect(),
        ..Draft::default()
    };
    let showing = Showing {
        record,
        draft: &draft,
        reading: &show.reading.reading,
        show_problems: show.is_error,
        department: "",
        base: None,
    };
    let reason_errors = if show.is_error {
        show.reading.reason_problems.clone()
    } else {
        Vec::new()
    };
    html_with(
        status,
        &CorrectPage {
            page,
            problems: show.problems(definition),
            body_name: record.name.clone(),
            path: answer_path(seen),
            version: record.version,
            notice_href: show
                .notice
                .map(|id| format!("/changes/{id}"))
                .unwrap_or_default(),
            begins_review: record.status == ResponseStatus::Submitted,
            contact: show.contact(&showing),
            intent: intent_page::view(&showing),
            schemes: schemes_page::view(&showing),
            reason: TextField {
                id: "reason".to_owned(),
                name: "reason".to_owned(),
                label: "訂正の理由".to_owned(),
                hint: "団体の画面に、訂正の前と後の内容といっしょに表示されます。".to_owned(),
                value: show.typed.reason.clone(),
                required: true,
                errors: reason_errors,
                ..TextField::default()
            },
        },
    )
}
