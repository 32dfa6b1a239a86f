//! One body's answer before its reviewer, and the decisions that need no more than a press.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::checklist::ChecksView;
use super::notes::notes;
use super::request_lines::with_requests;
use super::request_view::{RequestView, views};
use super::shown::{Shown, not_readable, shown};
use super::{Neighbours, Path, State, answer_path, frame, may, neighbours, open, parse};
use crate::domain::access::{Action, Relation, keeps_deadline, permits};
use crate::domain::account::Role;
use crate::domain::deadline_extension::is_extendable;
use crate::domain::japan_time;
use crate::domain::review_request::{Hindrance, ReviewRequest};
use crate::domain::survey_edition::EditionState;
use crate::web::answer_view::AnswerView;
use crate::web::deadline_history::DeadlineHistory;
use crate::web::download::attachment;
use crate::web::error::WebResult;
use crate::web::municipality::download::VersionQuery;
use crate::web::municipality::history::{EventLine, event_lines};
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::prefecture::board_rows::Entering;
use crate::web::prefecture::entering::entering;
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::source_view::Sources;
use crate::web::state::AppState;
use crate::web::view::{Crumb, Page, Pager, Problem, StatusTag, TextField};
use crate::workflow::pass_on::to_pass_on;
use crate::workflow::take_out::form1_workbook;
use crate::workflow::view_answer::Seen;
use crate::workflow::{WorkflowError, review};

#[derive(Template)]
#[template(path = "review/one.html")]
struct AnswerPage {
    page: Page,
    problems: Vec<Problem>,
    body_name: String,
    code: String,
    kind: &'static str,
    edition_title: String,
    tag: StatusTag,
    deadline: String,
    days_left: String,
    path: String,
    /// Why there is nothing to read; empty if there is.
    not_readable: &'static str,
    shown: Option<Shown>,
    answer: Option<AnswerView>,
    /// What its reviewer looked at last.
    checks: Option<ChecksView>,
    can_keep_checks: bool,
    requests: Vec<RequestView>,
    /// So many requests still wait for an answer.
    open_requests: usize,
    /// So many are answered to the reviewer and not settled.
    unsettled: usize,
    /// The body says that the entry made for it is wrong.
    disputed: bool,
    /// Why an acceptance was refused; empty if none was.
    refused: &'static str,
    /// The prefecture has requests of the ministry to hand on.
    can_pass_on: bool,
    pager: Pager,
    next_waiting: Option<Crumb>,
    can_start: bool,
    can_accept: bool,
    can_return: bool,
    can_correct: bool,
    can_send_back: bool,
    send_back: TextField,
    is_reader: bool,
    /// The answer may be entered for the body now.
    can_enter: bool,
    /// Somebody of the visitor's office has begun to.
    entering: Option<Entering>,
    /// The visitor may give this body more time.
    can_extend: bool,
    /// What was said to it about its deadline.
    deadlines: DeadlineHistory,
    /// The ministry may ask this body again by itself.
    can_reopen: bool,
    /// Until when the body may answer by itself, and why.
    reopened: Option<(String, String)>,
    /// A notice of a change of intent that somebody still has to act on; empty if there is none.
    waiting_href: String,
    /// The threads about this answer that the visitor may read, and where a new one begins; empty for who only reads
    /// along.
    inquiries: u64,
    inquiries_href: String,
    note_href: String,
    version: i32,
    events: Vec<EventLine>,
}

#[derive(Default, serde::Deserialize)]
pub struct AnswerQuery {
    pub notice: Option<String>,
    pub kept: Option<String>,
}

/// GET `/editions/{key}/answers/{code}`.
pub async fn answer(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    let seen = open(&state, &session.actor, &path).await?;
    if seen.relation == Relation::Own {
        let key = &seen.record.edition.key;
        return Ok(see_other(&format!("/editions/{key}/form1")));
    }
    let notice = query.notice.as_deref();
    let status = StatusCode::OK;
    show(&state, &session, &seen, status, notice, Typed::default()).await
}

/// What was typed or pressed, and why it was not done.
#[derive(Default)]
struct Typed {
    reason: String,
    errors: Vec<String>,
    /// Why an acceptance was refused.
    refused: &'static str,
}

/// GET of an address that only takes forms: somebody signed in again on the way.
pub async fn back(state: State, session: Session, path: Path) -> WebResult {
    let seen = open(&state, &session.actor, &path).await?;
    Ok(see_other(&answer_path(&seen)))
}

/// GET `/editions/{key}/answers/{code}/send-back`: the same, with the reason typed before.
pub async fn send_back_again(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    let seen = open(&state, &session.actor, &path).await?;
    let address = format!("{}/send-back", answer_path(&seen));
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let Some(kept) = kept else {
        return Ok(see_other(&answer_path(&seen)));
    };
    let typed = Typed {
        reason: kept.text("reason").to_owned(),
        ..Typed::default()
    };
    let notice = query.notice.as_deref();
    show(&state, &session, &seen, StatusCode::OK, notice, typed).await
}

/// POST `/editions/{key}/answers/{code}/start-review`.
pub async fn start_review(state: State, post: Post, path: Path) -> WebResult {
    let (key, code) = parse(&path)?;
    let version = post.form.value("version")?;
    review::start_review(&state.desk, &post.session.actor, &key, code, version).await?;
    Ok(see_other(&format!(
        "/editions/{key}/answers/{code}?notice=review-started"
    )))
}

/// POST `/editions/{key}/answers/{code}/accept`; `settle`: what was answered is settled with it.
pub async fn accept(state: State, post: Post, path: Path) -> WebResult {
    let (key, code) = parse(&path)?;
    let version = post.form.value("version")?;
    let actor = &post.session.actor;
    let done = if post.form.has("settle") {
        review::accept_settling(&state.desk, actor, &key, code, version).await
    } else {
        review::accept_response(&state.desk, actor, &key, code, version).await
    };
    match done {
        Ok(()) => Ok(see_other(&format!(
            "/editions/{key}/answers/{code}?notice=accepted"
        ))),
        Err(WorkflowError::Unsettled) => {
            let seen = open(&state, actor, &path).await?;
            let typed = Typed {
                refused: "確かめることが残っているため、まだ受け付けていません。",
                ..Typed::default()
            };
            let status = StatusCode::CONFLICT;
            show(&state, &post.session, &seen, status, None, typed).await
        }
        Err(error) => Err(error.into()),
    }
}

/// POST `/editions/{key}/answers/{code}/send-back`: the ministry, to the prefecture.
pub async fn send_back(state: State, post: Post, path: Path) -> WebResult {
    let (key, code) = parse(&path)?;
    let version = post.form.value("version")?;
    let reason = post.form.text("reason");
    let actor = &post.session.actor;
    let errors = match review::send_back(&state.desk, actor, &key, code, version, reason).await {
        Ok(()) => {
            return Ok(see_other(&format!(
                "/editions/{key}/answers/{code}?notice=sent-back"
            )));
        }
        Err(WorkflowError::Invalid(_)) if reason.trim().is_empty() => {
            vec!["都道府県に確かめてほしいことを入力してください。".to_owned()]
        }
        Err(WorkflowError::Invalid(problems)) => problems.into_iter().map(|p| p.message).collect(),
        Err(error) => return Err(error.into()),
    };
    let seen = open(&state, actor, &path).await?;
    // Whoever could never send it back learns nothing from a form with problems.
    if !may(&seen, Action::SendBack) {
        return Err(WorkflowError::Forbidden.into());
    }
    let typed = Typed {
        reason: reason.to_owned(),
        errors,
        ..Typed::default()
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    show(&state, &post.session, &seen, status, None, typed).await
}

async fn show(
    state: &AppState,
    session: &Session,
    seen: &Seen,
    status: StatusCode,
    notice: Option<&str>,
    typed: Typed,
) -> WebResult {
    let record = &seen.record;
    let definition = &record.edition.definition;
    let store = &state.desk.store;
    let Neighbours {
        pager,
        next_waiting,
    } = neighbours(state, session, seen).await?;
    let revisions = if seen.may_read {
        store.revisions(record.id).await?
    } else {
        Vec::new()
    };
    // A withdrawn answer is not shown; that there was one, and what was asked about it, is known to who read it.
    let was_sent = record.revision_number > 0;
    let entries = if was_sent {
        store.history(record.id).await?
    } else {
        Vec::new()
    };
    let sources = Sources::of(state, record.id, &revisions, &entries).await?;
    let notices = store.changes_of_answer(record.id).await?;
    let waiting = notices.iter().find(|head| head.state.is_open());
    let (inquiries, note) = notes(state, session, seen).await?;
    let newest = revisions.last();
    let shown = match newest {
        Some(newest) => {
            let known = (&entries[..], &sources);
            Some(shown(state, seen, &revisions, newest, known).await?)
        }
        None => None,
    };
    let disputed = shown
        .as_ref()
        .and_then(|shown| shown.proxy.as_ref())
        .is_some_and(|(_, words)| !words.is_empty());
    let requests = if was_sent {
        store.requests(record.id).await?
    } else {
        Vec::new()
    };
    let checks = if seen.may_read {
        store.newest_checks(record.id).await?
    } else {
        None
    };
    let hindered = |hindrance| {
        let by = |request: &&ReviewRequest| request.hindrance(record.route) == Some(hindrance);
        requests.iter().filter(by).count()
    };
    let can_enter = record.takes_answers(state.desk.now())
        && permits(seen.relation, record.status, Action::EnterByProxy);
    let begun = if can_enter {
        store.begun_proxy_entry(record.id, &session.actor).await?
    } else {
        None
    };
    let today = state.desk.now().japan_date();
    let history_path = format!("{}/history", answer_path(seen));
    let mut events = event_lines(definition, &entries, &sources, &history_path);
    if !seen.may_read {
        // Files and comparisons would show what was taken back.
        for line in &mut events {
            (line.file, line.link) = (None, None);
        }
        events = with_requests(state, record, seen.relation, events).await?;
    }
    let Typed {
        reason,
        errors,
        refused,
    } = typed;
    let mut page = frame(state, session, seen, "").with_notice(notice);
    page.has_errors = !errors.is_empty() || !refused.is_empty();
    html_with(
        status,
        &AnswerPage {
            page,
            problems: errors
                .iter()
                .map(|message| Problem {
                    field_id: "reason".to_owned(),
                    message: message.clone(),
                })
                .collect(),
            body_name: record.name.clone(),
            code: record.code().to_string(),
            kind: record.class.kind.label(),
            edition_title: definition.title.clone(),
            tag: status_tag(record.status),
            deadline: japan_time::deadline_label(record.deadline_on),
            days_left: if record.status.is_owing() && record.edition.state == EditionState::Open {
                japan_time::days_left_label(today, record.deadline_on)
            } else {
                String::new()
            },
            path: answer_path(seen),
            not_readable: not_readable(seen),
            answer: newest.map(|revision| AnswerView {
                note: note.clone(),
                ..AnswerView::new(definition, &record.class, &revision.form)
            }),
            inquiries,
            inquiries_href: format!(
                "/inquiries?edition={}&code={}",
                record.edition.key,
                record.code()
            ),
            note_href: note.trim_end_matches("&place=").to_owned(),
            shown,
            checks: checks.map(|checks| ChecksView::new(record, checks)),
            can_keep_checks: may(seen, Action::KeepChecks),
            open_requests: hindered(Hindrance::Open),
            unsettled: hindered(Hindrance::Unsettled),
            disputed,
            refused,
            can_pass_on: may(seen, Action::Return) && to_pass_on(&requests).next().is_some(),
            requests: views(record, seen.relation, &requests, today),
            pager,
            next_waiting,
            can_start: may(seen, Action::StartReview),
            can_accept: may(seen, Action::Accept),
            can_return: may(seen, Action::Return),
            can_correct: may(seen, Action::Correct),
            can_send_back: may(seen, Action::SendBack),
            send_back: TextField {
                id: "reason".to_owned(),
                name: "reason".to_owned(),
                label: "都道府県に確かめてほしいこと".to_owned(),
                hint: "この理由は、都道府県の画面に表示されます。".to_owned(),
                value: reason,
                required: true,
                errors,
                ..TextField::default()
            },
            is_reader: seen.relation == Relation::Reader,
            can_enter,
            entering: entering(&record.edition, begun.as_slice(), record.code()),
            can_extend: keeps_deadline(seen.relation)
                && record.edition.state == EditionState::Open
                && is_extendable(record.status),
            deadlines: DeadlineHistory::of(state, record, false).await?,
            can_reopen: session.actor.role == Role::Ministry
                && !record.edition.is_trial_over(state.desk.now()),
            reopened: record
                .reopened
                .as_ref()
                .map(|r| (japan_time::date_label(r.until), r.reason.clone())),
            waiting_href: waiting
                .map(|head| format!("/changes/{}", head.id))
                .unwrap_or_default(),
            version: record.version,
            events,
        },
    )
}

/// GET `/editions/{key}/answers/{code}/form1.xlsx`
pub async fn workbook(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<VersionQuery>,
) -> WebResult {
    let (key, code) = parse(&path)?;
    let version = query.version()?;
    let file = form1_workbook(&state.desk, &session.actor, &key, code, version).await?;
    Ok(attachment(file.bytes, &file.name))
}
