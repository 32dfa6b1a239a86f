//! `/help/answers/new` and `/help/answers/{answer}`: publishing, editing and withdrawing an answer.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::list::places;
use super::{PATH, State};
use crate::domain::inquiry::{EntryKind, Visibility, item_of};
use crate::domain::japan_time;
use crate::domain::place::Place;
use crate::domain::published_answer::{Audience, PublishedField};
use crate::domain::survey_edition::{EditionKey, EditionState};
use crate::store::published_answers::PublishedRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, TextField};
use crate::web::view_select::{SelectField, options};
use crate::workflow::inquiries::view_inquiry;
use crate::workflow::published_answers::{
    PublishError, PublishInput, PublishedAbout, edit_published, own_published, publish_answer,
    withdraw_published,
};

#[derive(Template)]
#[template(path = "help/answer_edit.html")]
struct EditPage {
    page: Page,
    problems: Vec<Problem>,
    path: String,
    /// Who will read it.
    audience: &'static str,
    is_new: bool,
    withdrawn: bool,
    /// The thread was published before: where that answer is edited; empty if it was not.
    already: String,
    inquiry: String,
    once: String,
    version: i32,
    edition: SelectField,
    place: SelectField,
    question: TextField,
    answer: TextField,
    versions: Vec<VersionView>,
}

struct VersionView {
    number: i32,
    at: String,
    by: String,
    question: String,
    answer: String,
}

/// What the form carries.
#[derive(Default)]
struct Typed {
    inquiry: String,
    once: String,
    edition: String,
    place: String,
    question: String,
    answer: String,
    problems: Vec<(PublishedField, String)>,
    /// The answer that stands for the thread already.
    already: Option<i64>,
}

impl Typed {
    fn read(form: &FormData) -> Self {
        Self {
            inquiry: form.text("inquiry").to_owned(),
            once: form.text("once").to_owned(),
            edition: form.text("edition").to_owned(),
            place: form.text("place").to_owned(),
            question: form.text("question").to_owned(),
            answer: form.text("answer").to_owned(),
            problems: Vec::new(),
            already: None,
        }
    }

    fn input(&self) -> PublishInput<'_> {
        PublishInput {
            question: &self.question,
            answer: &self.answer,
        }
    }

    fn field(&self, at: PublishedField, label: &str, hint: &str) -> TextField {
        let value = match at {
            PublishedField::Question => &self.question,
            PublishedField::Answer => &self.answer,
        };
        let errors = self.problems.iter().filter(|(field, _)| *field == at);
        TextField {
            id: id_of(at).to_owned(),
            name: id_of(at).to_owned(),
            label: label.to_owned(),
            hint: hint.to_owned(),
            value: value.clone(),
            required: true,
            errors: errors.map(|(_, message)| message.clone()).collect(),
            ..TextField::default()
        }
    }
}

fn id_of(field: PublishedField) -> &'static str {
    match field {
        PublishedField::Question => "question",
        PublishedField::Answer => "answer",
    }
}

/// An optional value of our own form.
fn given<T: std::str::FromStr>(text: &str) -> WebResult<Option<T>> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| WebError::BadRequest),
    }
}

/// GET `/help/answers/new`; with `inquiry=…` filled in from a thread.
pub async fn new(request: HttpRequest, state: State, session: Session) -> WebResult {
    Audience::of_publisher(&session.actor).ok_or(WebError::NotFound)?;
    let query = FormData::parse(request.query_string())?;
    let kept = Some(query.text("kept")).filter(|id| !id.is_empty());
    let path = format!("{PATH}/new");
    if let Some(form) = kept_form(&state, &session, &path, kept).await? {
        let typed = Typed::read(&form);
        return show(&state, &session, StatusCode::OK, &typed, None).await;
    }
    let mut typed = Typed {
        once: session.actor.request_id.clone(),
        ..Typed::default()
    };
    if let Some(id) = given(query.text("inquiry")).map_err(|_| WebError::NotFound)? {
        let seen = view_inquiry(&state.desk, &session.actor, id).await?;
        let words = |kind: EntryKind| {
            let of_kind = seen.entries.iter().filter(|entry| entry.kind == kind);
            let shared = of_kind.filter(|entry| entry.visibility == Visibility::Shared);
            let words: Vec<&str> = shared.map(|entry| entry.words.as_str()).collect();
            words.join("\n")
        };
        typed.inquiry = id.to_string();
        typed.question = words(EntryKind::Question);
        typed.answer = words(EntryKind::Answer);
        typed.place = seen
            .inquiry
            .place
            .as_ref()
            .map(|place| item_of(place).to_string())
            .unwrap_or_default();
        typed.edition = seen
            .edition
            .map(|edition| edition.key.to_string())
            .unwrap_or_default();
    }
    show(&state, &session, StatusCode::OK, &typed, None).await
}

/// POST `/help/answers/new`.
pub async fn publish(state: State, post: Post) -> WebResult {
    let Post { session, form } = post;
    Audience::of_publisher(&session.actor).ok_or(WebError::NotFound)?;
    let mut typed = Typed::read(&form);
    if typed.once.len() > 100 {
        return Err(WebError::BadRequest);
    }
    let edition: Option<EditionKey> = given(&typed.edition)?;
    let place: Option<Place> = given(&typed.place)?;
    let about = PublishedAbout {
        inquiry: given(&typed.inquiry)?,
        edition: edition.as_ref(),
        place: place.as_ref(),
        once: &typed.once,
    };
    match publish_answer(&state.desk, &session.actor, about, typed.input()).await {
        Ok(_) => Ok(see_other(&format!("{PATH}?notice=answer-published"))),
        Err(PublishError::Invalid(problems)) => {
            typed.problems = problems;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&state, &session, status, &typed, None).await
        }
        Err(PublishError::Already(id)) => {
            typed.already = Some(id);
            show(&state, &session, StatusCode::CONFLICT, &typed, None).await
        }
        Err(PublishError::Workflow(error)) => Err(error.into()),
    }
}

/// GET `/help/answers/{answer}`, for whoever published it.
pub async fn one(
    request: HttpRequest,
    state: State,
    session: Session,
    id: web::Path<String>,
) -> WebResult {
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let record = own_published(&state.desk, &session.actor, id).await?;
    let query = FormData::parse(request.query_string())?;
    let kept = Some(query.text("kept")).filter(|id| !id.is_empty());
    let path = format!("{PATH}/{id}");
    let typed = match kept_form(&state, &session, &path, kept).await? {
        Some(form) => Typed::read(&form),
        None => Typed {
            question: record.words.question.clone(),
            answer: record.words.answer.clone(),
            ..Typed::default()
        },
    };
    show(&state, &session, StatusCode::OK, &typed, Some(&record)).await
}

/// POST `/help/answers/{answer}`: `do` is `withdraw`, or the words are saved.
pub async fn change(state: State, post: Post, id: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let actor = &session.actor;
    let id = id.parse().map_err(|_| WebError::NotFound)?;
    let version = form.value("version")?;
    if form.text("do") == "withdraw" {
        withdraw_published(&state.desk, actor, id, version).await?;
        return Ok(see_other(&format!("{PATH}?notice=answer-withdrawn")));
    }
    let mut typed = Typed::read(&form);
    match edit_published(&state.desk, actor, id, version, typed.input()).await {
        Ok(()) => Ok(see_other(&format!("{PATH}?notice=answer-edited"))),
        Err(PublishError::Invalid(problems)) => {
            typed.problems = problems;
            let record = own_published(&state.desk, actor, id).await?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            show(&state, &session, status, &typed, Some(&record)).await
        }
        // Only a new answer can be there already.
        Err(PublishError::Already(_)) => Err(WebError::Conflict),
        Err(PublishError::Workflow(error)) => Err(error.into()),
    }
}

async fn show(
    state: &State,
    session: &Session,
    status: StatusCode,
    typed: &Typed,
    record: Option<&PublishedRecord>,
) -> WebResult {
    let audience = Audience::of_publisher(&session.actor).ok_or(WebError::NotFound)?;
    let store = &state.desk.store;
    let mut editions = store.editions().await?;
    editions.retain(|edition| edition.state != EditionState::Preparing && !edition.is_trial());
    let versions = match record {
        Some(record) => store.published_versions(record.id).await?,
        None => Vec::new(),
    };
    let title = if record.is_some() {
        "公開した回答を直す"
    } else {
        "質問と回答を公開する"
    };
    let way = [("使い方", "/help"), ("公開されている回答", PATH)];
    let mut page = page::signed_in(state, session, title, &way).in_section("/help");
    page.has_errors = !typed.problems.is_empty() || typed.already.is_some();
    let problem = |(field, message): &(PublishedField, String)| Problem {
        field_id: id_of(*field).to_owned(),
        message: message.clone(),
    };
    let hint = "団体の名前、個人の名前が残っていないか、確かめてください。";
    let edition = editions
        .iter()
        .find(|edition| edition.key.as_str() == typed.edition);
    let keys = editions
        .iter()
        .map(|it| (it.key.to_string(), it.definition.short_title.clone()));
    html_with(
        status,
        &EditPage {
            page,
            problems: typed.problems.iter().map(problem).collect(),
            path: match record {
                Some(record) => format!("{PATH}/{}", record.id),
                None => format!("{PATH}/new"),
            },
            audience: match audience {
                Audience::Country => "すべての利用者",
                Audience::Prefecture(code) => code.name(),
            },
            is_new: record.is_none(),
            withdrawn: record.is_some_and(|record| record.withdrawn_at.is_some()),
            already: typed
                .already
                .map(|id| format!("{PATH}/{id}"))
                .unwrap_or_default(),
            inquiry: typed.inquiry.clone(),
            once: typed.once.clone(),
            version: record.map_or(0, |record| record.version),
            edition: SelectField {
                id: "edition",
                label: "調査回",
                options: options("どの調査回にも共通", keys, &typed.edition),
                ..SelectField::default()
            },
            place: SelectField {
                id: "place",
                label: "項目",
                options: options(
                    "調査全体",
                    places(edition.or(editions.first())),
                    &typed.place,
                ),
                ..SelectField::default()
            },
            question: typed.field(PublishedField::Question, "質問", hint),
            answer: typed.field(PublishedField::Answer, "回答", hint),
            versions: versions
                .into_iter()
                .map(|version| VersionView {
                    number: version.number,
                    at: japan_time::datetime_label(version.at),
                    by: version.by,
                    question: version.words.question,
                    answer: version.words.answer,
                })
                .collect(),
        },
    )
}
