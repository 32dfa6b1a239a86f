//! `/mail/texts`: the text of each kind of mail, with a preview.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::{MENU, State};
use crate::domain::japan_time;
use crate::domain::mail::{MailFacts, MailKind};
use crate::domain::mail_text::{MailText, TextProblem};
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::FormQuery;
use crate::web::page::{self, html, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::mail_desk::{TextError, change_text, may_run_outbox};

#[derive(Template)]
#[template(path = "ministry/mail/texts.html")]
struct TextsPage {
    page: Page,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    label: &'static str,
    subject: String,
    changed: bool,
}

/// GET `/mail/texts`.
pub async fn texts(state: State, session: Session) -> WebResult {
    if !may_run_outbox(&session.actor) {
        return Err(WebError::NotFound);
    }
    let mut rows = Vec::new();
    for kind in MailKind::ALL {
        let newest = state
            .desk
            .store
            .mail_text(kind)
            .await?
            .map(|(_, text)| text);
        let shipped = MailText::shipped(kind);
        let text = newest.unwrap_or_else(|| shipped.clone());
        rows.push(Row {
            href: format!("{MENU}/texts/{}", kind.as_str()),
            label: kind.label(),
            changed: text != shipped,
            subject: text.subject,
        });
    }
    html(&TextsPage {
        page: page::signed_in(&state, &session, "メールの文面", &[("メールの送信", MENU)])
            .in_section(MENU),
        rows,
    })
}

#[derive(Template)]
#[template(path = "ministry/mail/text.html")]
struct TextPage {
    page: Page,
    problems: Vec<Problem>,
    /// Somebody else changed the text meanwhile: theirs.
    other: Option<MailText>,
    path: String,
    seen: i32,
    subject: TextField,
    body: TextField,
    placeholders: Vec<(&'static str, &'static str)>,
    /// Filled with examples; empty while the text does not read.
    preview: Option<(String, String)>,
    shipped: MailText,
    is_shipped: bool,
    history: Vec<(String, String)>,
}

/// What is typed.
struct Typed {
    seen: i32,
    subject: String,
    body: String,
}

/// The kind of the address.
fn kind_of(name: &str) -> WebResult<MailKind> {
    MailKind::from_stored(name).ok_or(WebError::NotFound)
}

/// GET `/mail/texts/{kind}`.
pub async fn text(
    state: State,
    session: Session,
    request: HttpRequest,
    kind: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    if !may_run_outbox(&session.actor) {
        return Err(WebError::NotFound);
    }
    let kind = kind_of(&kind)?;
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let typed = match kept {
        Some(form) => Typed {
            seen: form.text("seen").parse().unwrap_or(0),
            subject: form.text("subject").to_owned(),
            body: form.text("body").to_owned(),
        },
        None => standing(&state, kind).await?,
    };
    let page = view(&state, &session, kind, typed, Vec::new(), None).await?;
    html(&TextPage {
        page: page.page.with_notice(query.notice.as_deref()),
        ..page
    })
}

async fn standing(state: &State, kind: MailKind) -> WebResult<Typed> {
    let newest = state.desk.store.mail_text(kind).await?;
    let (seen, text) = newest.map_or_else(
        || (0, MailText::shipped(kind)),
        |(number, text)| (number, text),
    );
    Ok(Typed {
        seen,
        subject: text.subject,
        body: text.body,
    })
}

/// POST `/mail/texts/{kind}`: shows how it would look, or keeps it.
pub async fn save(state: State, post: Post, kind: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    if !may_run_outbox(&session.actor) {
        return Err(WebError::NotFound);
    }
    let kind = kind_of(&kind)?;
    let shipped = MailText::shipped(kind);
    let mut typed = Typed {
        // Without a number nobody has seen the page: no text has this one.
        seen: form.text("seen").parse().unwrap_or(-1),
        subject: form.text("subject").to_owned(),
        body: form.text("body").to_owned(),
    };
    match form.text("do") {
        "preview" => {
            let read = MailText::parse(kind, &typed.subject, &typed.body);
            let problems = read.err().unwrap_or_default();
            let status = if problems.is_empty() {
                StatusCode::OK
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            let page = view(&state, &session, kind, typed, problems, None).await?;
            return html_with(status, &page);
        }
        "shipped" => (typed.subject, typed.body) = (shipped.subject, shipped.body),
        _ => {}
    }
    let actor = &session.actor;
    let done = change_text(
        &state.desk,
        actor,
        kind,
        typed.seen,
        &typed.subject,
        &typed.body,
    );
    match done.await {
        Ok(()) => Ok(see_other(&format!(
            "{MENU}/texts/{}?notice=mail-text-saved",
            kind.as_str()
        ))),
        Err(TextError::Problems(problems)) => {
            let page = view(&state, &session, kind, typed, problems, None).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(TextError::Workflow(WorkflowError::Stale)) => {
            let now = standing(&state, kind).await?;
            typed.seen = now.seen;
            let other = MailText {
                subject: now.subject,
                body: now.body,
            };
            let page = view(&state, &session, kind, typed, Vec::new(), Some(other)).await?;
            html_with(StatusCode::CONFLICT, &page)
        }
        Err(TextError::Workflow(error)) => Err(error.into()),
    }
}

async fn view(
    state: &State,
    session: &Session,
    kind: MailKind,
    typed: Typed,
    problems: Vec<TextProblem>,
    other: Option<MailText>,
) -> WebResult<TextPage> {
    let history = state.desk.store.mail_text_history(kind).await?;
    let shipped = MailText::shipped(kind);
    let base = state
        .base_url
        .clone()
        .unwrap_or_else(|| "https://portal.example".to_owned());
    let preview = MailText::parse(kind, &typed.subject, &typed.body)
        .ok()
        .map(|text| text.fill(&MailFacts::examples(), &base));
    let about_subject = |problem: &TextProblem| {
        matches!(
            problem,
            TextProblem::NoSubject | TextProblem::NoPrefix | TextProblem::LongSubject
        )
    };
    let (of_subject, of_body): (Vec<_>, Vec<_>) =
        problems.iter().partition(|problem| about_subject(problem));
    let words = |problems: &[&TextProblem]| problems.iter().map(ToString::to_string).collect();
    let summary = problems.iter().map(|problem| Problem {
        field_id: if about_subject(problem) {
            "subject".to_owned()
        } else {
            "body".to_owned()
        },
        message: problem.to_string(),
    });
    let is_shipped = typed.subject == shipped.subject && typed.body == shipped.body;
    Ok(TextPage {
        page: page::signed_in(
            state,
            session,
            kind.label(),
            &[("メールの送信", MENU), ("メールの文面", "/mail/texts")],
        )
        .in_section(MENU),
        path: format!("{MENU}/texts/{}", kind.as_str()),
        problems: summary.collect(),
        other,
        seen: typed.seen,
        subject: TextField {
            id: "subject".to_owned(),
            name: "subject".to_owned(),
            label: "件名".to_owned(),
            value: typed.subject,
            required: true,
            errors: words(&of_subject),
            width: "full",
            ..TextField::default()
        },
        body: TextField {
            id: "body".to_owned(),
            name: "body".to_owned(),
            label: "本文".to_owned(),
            hint: "{リンク} は、1行に単独で入れてください。中身が空の差し込みだけの行は、送るときに省かれます。".to_owned(),
            value: typed.body,
            required: true,
            errors: words(&of_body),
            width: "full",
            ..TextField::default()
        },
        placeholders: MailText::placeholders(kind)
            .into_iter()
            .map(|place| (place.name(), place.example()))
            .collect(),
        preview,
        is_shipped,
        shipped,
        history: history
            .into_iter()
            .map(|(number, at, by, _)| {
                (format!("第{number}版　{by}"), japan_time::datetime_label(at))
            })
            .collect(),
    })
}
