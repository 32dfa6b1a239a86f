//! 差戻し: the page on which a reviewer writes a reason at each place the body should look at again.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::answer::AnswerQuery;
use super::{Path, State, answer_path, frame, may, open, parse};
use crate::domain::access::{Action, Relation};
use crate::domain::application_intent;
use crate::domain::extra_answer;
use crate::domain::organization::RespondentClass;
use crate::domain::place::{Place, Section};
use crate::domain::response::{Form1, Problem};
use crate::domain::response_diff::describe;
use crate::domain::return_request::ReturnItem;
use crate::domain::survey_edition::EditionDefinition;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::state::AppState;
use crate::web::view::{self, Page, StatusTag, TextField};
use crate::workflow::return_response::return_response;
use crate::workflow::view_answer::Seen;
use crate::workflow::{Desk, WorkflowError};

#[derive(Template)]
#[template(path = "review/return.html")]
struct ReturnPage {
    page: Page,
    problems: Vec<view::Problem>,
    body_name: String,
    tag: StatusTag,
    path: String,
    version: i32,
    /// Somebody else acted first; the reasons are still here.
    overtaken: bool,
    can_return: bool,
    parts: Vec<Part>,
}

/// One section of the form with its reasons.
struct Part {
    id: &'static str,
    heading: String,
    /// What section 2 says; the others speak in their rows.
    summary: String,
    whole: TextField,
    rows: Vec<Row>,
    /// Rows the body left empty, behind a fold.
    empty_rows: Vec<Row>,
    fold_open: bool,
}

/// A field or row, what the body answered there, and the reason.
struct Row {
    id: String,
    name: String,
    label: String,
    value: String,
    reason: String,
    errors: Vec<String>,
}

/// Reasons as typed, by place.
type Reasons = BTreeMap<Place, String>;

/// The id of the field for a place's reason.
fn field_id(place: &Place) -> String {
    format!("reason-{}", place.to_string().replace('.', "-"))
}

/// Reads the reasons; places this edition does not have are ignored.
fn read(form: &FormData, definition: &EditionDefinition) -> Reasons {
    form.with_prefix("reason.")
        .filter_map(|(place, reason)| Some((place.parse::<Place>().ok()?, reason)))
        .filter(|(place, _)| match place {
            Place::Scheme(id) | Place::Recipients(id) => definition.row(id).is_some(),
            Place::Question(id) => definition.question(id).is_some(),
            Place::Section(Section::Questions) => !definition.questions.is_empty(),
            _ => true,
        })
        .map(|(place, reason)| (place, reason.to_owned()))
        .collect()
}

/// GET `/editions/{key}/answers/{code}/return`.
pub async fn form(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    let seen = open(&state, &session.actor, &path).await?;
    if seen.relation != Relation::Reviewer {
        return Err(WebError::Forbidden);
    }
    if !may(&seen, Action::Return) {
        return Ok(see_other(&answer_path(&seen)));
    }
    let address = format!("{}/return", answer_path(&seen));
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let reasons = kept
        .map(|kept| read(&kept, &seen.record.edition.definition))
        .unwrap_or_default();
    let page = frame(&state, &session, &seen, "差戻し").with_notice(query.notice.as_deref());
    render(&state.desk, page, &seen, &reasons, &[], StatusCode::OK).await
}

/// POST `/editions/{key}/answers/{code}/return`.
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
    let reasons = read(&post.form, &edition.definition);
    let items: Vec<_> = reasons
        .iter()
        .map(|(place, reason)| ReturnItem {
            place: place.clone(),
            reason: reason.clone(),
        })
        .collect();
    let (problems, status) = match return_response(&state.desk, actor, &key, code, version, &items)
        .await
    {
        Ok(()) => {
            return Ok(see_other(&format!(
                "/editions/{key}/answers/{code}?notice=returned"
            )));
        }
        Err(WorkflowError::Invalid(problems)) => (problems, StatusCode::UNPROCESSABLE_ENTITY),
        Err(WorkflowError::Stale | WorkflowError::Refused(_)) => (Vec::new(), StatusCode::CONFLICT),
        Err(error) => return Err(error.into()),
    };
    let seen = reopen(&state, &post.session, &path).await?;
    let mut page = frame(&state, &post.session, &seen, "差戻し");
    page.has_errors = true;
    render(&state.desk, page, &seen, &reasons, &problems, status).await
}

/// The answer as it is now, for a form that did not go through.
async fn reopen(state: &AppState, session: &Session, path: &Path) -> WebResult<Seen> {
    let seen = open(state, &session.actor, path).await?;
    if seen.relation == Relation::Reviewer {
        Ok(seen)
    } else {
        Err(WebError::Forbidden)
    }
}

async fn render(
    desk: &Desk,
    page: Page,
    seen: &Seen,
    reasons: &Reasons,
    problems: &[Problem],
    status: StatusCode,
) -> WebResult {
    let record = &seen.record;
    let definition = &record.edition.definition;
    // A withdrawn answer is not shown; the typed reasons still are.
    let form = if seen.may_read {
        desk.store
            .revision(record.id, record.revision_number)
            .await?
            .map(|revision| revision.form)
    } else {
        None
    };
    let sheet = Sheet {
        definition,
        class: &record.class,
        form: form.as_ref(),
        reasons,
        problems,
    };
    html_with(
        status,
        &ReturnPage {
            page,
            problems: problems
                .iter()
                .map(|problem| view::Problem {
                    field_id: field_id(&problem.place),
                    message: problem.message.clone(),
                })
                .collect(),
            body_name: record.name.clone(),
            tag: status_tag(record.status),
            path: answer_path(seen),
            version: record.version,
            overtaken: status == StatusCode::CONFLICT,
            can_return: may(seen, Action::Return),
            parts: definition
                .sections(&record.class)
                .iter()
                .map(|section| sheet.part(*section))
                .collect(),
        },
    )
}

/// What the parts of the page are made from.
struct Sheet<'a> {
    definition: &'a EditionDefinition,
    class: &'a RespondentClass,
    form: Option<&'a Form1>,
    reasons: &'a Reasons,
    problems: &'a [Problem],
}

impl Sheet<'_> {
    fn typed(&self, place: &Place) -> String {
        self.reasons.get(place).cloned().unwrap_or_default()
    }

    fn errors(&self, place: &Place) -> Vec<String> {
        self.problems
            .iter()
            .filter(|problem| &problem.place == place)
            .map(|problem| problem.message.clone())
            .collect()
    }

    fn row(&self, place: Place, value: String) -> Row {
        Row {
            id: field_id(&place),
            name: format!("reason.{place}"),
            label: self.definition.place_label(&place),
            value,
            reason: self.typed(&place),
            errors: self.errors(&place),
        }
    }

    /// Every field or row of a section and what the body answered there; `None` = nothing.
    fn answers(&self, section: Section) -> Vec<(Place, Option<String>)> {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let form = self.form;
        match section {
            Section::Contact => vec![
                (
                    Place::Department,
                    Some(form.map_or_else(String::new, |f| f.contact.department.clone())),
                ),
                (
                    Place::Email,
                    Some(form.map_or_else(String::new, |f| f.contact.email.to_string())),
                ),
                (
                    Place::Phone,
                    Some(form.map_or_else(String::new, |f| f.contact.phone.to_string())),
                ),
            ],
            Section::Intent => vec![(
                Place::IntentText,
                form.and_then(|form| text(&form.intent_text)),
            )],
            Section::Schemes => {
                let rows = self.definition.rows.iter().map(|row| {
                    let answer = form.and_then(|form| form.schemes.get(&row.scheme));
                    let value = answer.map(|answer| match &answer.typed {
                        Some(typed) => format!("{}（入力：{typed}）", describe(answer)),
                        None => describe(answer),
                    });
                    (Place::Scheme(row.scheme.clone()), value)
                });
                let other = (
                    Place::OtherText,
                    form.and_then(|form| text(&form.other_text)),
                );
                rows.chain([other]).collect()
            }
            Section::Questions => {
                let questions = self.definition.questions_for(self.class).map(|question| {
                    let form = form.map(|form| {
                        let id = &question.id;
                        (form.extra.get(id), form.extra_typed.get(id))
                    });
                    let (answer, typed) = form.unwrap_or_default();
                    let answer = answer.map(|answer| extra_answer::describe(question, answer));
                    let value = match (answer, typed) {
                        (Some(answer), Some(typed)) => Some(format!("{answer}（入力：{typed}）")),
                        (None, Some(typed)) => Some(format!("回答なし（入力：{typed}）")),
                        (answer, None) => answer,
                    };
                    (Place::Question(question.id.clone()), value)
                });
                questions.collect()
            }
        }
    }

    fn part(&self, section: Section) -> Part {
        let whole = Place::Section(section);
        let mut rows = Vec::new();
        let mut empty_rows = Vec::new();
        for (place, value) in self.answers(section) {
            match value {
                Some(value) => rows.push(self.row(place, value)),
                None => empty_rows.push(self.row(place, String::new())),
            }
        }
        let summary = match (section, self.form) {
            (Section::Intent, Some(form)) => application_intent::labels(&form.intents),
            _ => String::new(),
        };
        Part {
            id: section.key(),
            heading: format!("{}. {}", section as usize + 1, section.label()),
            summary,
            fold_open: empty_rows
                .iter()
                .any(|row| !row.reason.is_empty() || !row.errors.is_empty()),
            whole: TextField {
                id: field_id(&whole),
                name: format!("reason.{whole}"),
                label: format!("「{}」全体への理由", section.label()),
                value: self.typed(&whole),
                errors: self.errors(&whole),
                ..TextField::default()
            },
            rows,
            empty_rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_read_by_place_and_foreign_places_ignored() {
        let definition = EditionDefinition {
            short_title: String::new(),
            title: String::new(),
            form1_title: String::new(),
            form2_title: String::new(),
            fiscal_year: "fy2027".parse().expect("a year"),
            office: String::new(),
            intents: Vec::new(),
            rows: Vec::new(),
            questions: Vec::new(),
            help: Default::default(),
            plan: Default::default(),
        };
        let form = FormData::parse(
            "reason.contact=a&reason.contact.email=b&reason.schemes.nowhere=c&reason.nonsense=d&other=e",
        )
        .expect("a form");
        let reasons = read(&form, &definition);
        assert_eq!(reasons.len(), 2);
        assert_eq!(reasons[&Place::Section(Section::Contact)], "a");
        assert_eq!(reasons[&Place::Email], "b");
        assert_eq!(field_id(&Place::Email), "reason-contact-email");
    }
}
