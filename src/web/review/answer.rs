//! One body's answer before its reviewer, and the decisions that need no more than a press.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{Neighbours, Path, State, answer_path, frame, may, neighbours, open, parse};
use crate::domain::access::{Action, Relation, keeps_deadline, permits};
use crate::domain::account::Role;
use crate::domain::deadline_extension::is_extendable;
use crate::domain::japan_time;
use crate::domain::place::Place;
use crate::domain::proxy_entry::ProxyState;
use crate::domain::response_diff::changes;
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::revision::{HistoryEntry, Revision};
use crate::domain::survey_edition::{EditionDefinition, EditionState};
use crate::store::proxy_entries::state_of;
use crate::web::answer_view::AnswerView;
use crate::web::deadline_history::DeadlineHistory;
use crate::web::download::attachment;
use crate::web::error::WebResult;
use crate::web::municipality::download::VersionQuery;
use crate::web::municipality::history::{EventLine, diff_rows, event_lines, reason_line};
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::source_view::{SourceView, Sources, proxy_tag};
use crate::web::state::AppState;
use crate::web::view::{Crumb, DiffRow, Page, Pager, Problem, StatusTag, TextField};
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
    /// Who asked for a change, with the reasons; empty if nobody did.
    asked_by: String,
    reasons: Vec<String>,
    pager: Pager,
    next_waiting: Option<Crumb>,
    can_start: bool,
    can_accept: bool,
    can_return: bool,
    can_send_back: bool,
    send_back: TextField,
    is_reader: bool,
    /// The answer may be entered for the body now.
    can_enter: bool,
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
    version: i32,
    events: Vec<EventLine>,
}

/// The newest revision and what it is compared with.
struct Shown {
    number: i32,
    receipt: String,
    submitted_at: String,
    submitted_by: String,
    /// The file or entry it came from; `None` if the body typed it on the page.
    source: Option<SourceView>,
    by_proxy: bool,
    /// What the body said to the proxy entry that this is, and its newest words; `None` if it is none.
    proxy: Option<(StatusTag, String)>,
    late: bool,
    /// The notice of a change of intent it came from; empty for a submission.
    notice_href: String,
    warnings: Vec<String>,
    /// Number of the revision before; 0 = there is none.
    previous: i32,
    since_previous: Vec<DiffRow>,
    /// 「令和7年度分」; empty if the body gave no earlier answer.
    last_edition: String,
    since_last: Vec<DiffRow>,
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
    show(&state, &session, &seen, StatusCode::OK, notice, None).await
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
    let typed = (kept.text("reason").to_owned(), Vec::new());
    let notice = query.notice.as_deref();
    show(&state, &session, &seen, StatusCode::OK, notice, Some(typed)).await
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

/// POST `/editions/{key}/answers/{code}/accept`.
pub async fn accept(state: State, post: Post, path: Path) -> WebResult {
    let (key, code) = parse(&path)?;
    let version = post.form.value("version")?;
    review::accept_response(&state.desk, &post.session.actor, &key, code, version).await?;
    Ok(see_other(&format!(
        "/editions/{key}/answers/{code}?notice=accepted"
    )))
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
    let typed = Some((reason.to_owned(), errors));
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    show(&state, &post.session, &seen, status, None, typed).await
}

async fn show(
    state: &AppState,
    session: &Session,
    seen: &Seen,
    status: StatusCode,
    notice: Option<&str>,
    typed: Option<(String, Vec<String>)>,
) -> WebResult {
    let record = &seen.record;
    let definition = &record.edition.definition;
    let store = &state.desk.store;
    let Neighbours {
        pager,
        next_waiting,
    } = neighbours(state, session, seen).await?;
    let (revisions, entries) = if seen.may_read {
        (
            store.revisions(record.id).await?,
            store.history(record.id).await?,
        )
    } else {
        Default::default()
    };
    let sources = Sources::of(state, record.id, &revisions, &entries).await?;
    let notices = store.changes_of_answer(record.id).await?;
    let waiting = notices.iter().find(|head| head.state.is_open());
    let newest = revisions.last();
    let shown = match newest {
        Some(newest) => Some(shown(state, seen, &revisions, newest, &sources).await?),
        None => None,
    };
    let (asked_by, reasons) = open_reasons(seen, &entries);
    let today = state.desk.now().japan_date();
    let (value, errors) = typed.unwrap_or_default();
    let mut page = frame(state, session, seen, "").with_notice(notice);
    page.has_errors = !errors.is_empty();
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
            answer: newest
                .map(|revision| AnswerView::new(definition, &record.class, &revision.form)),
            shown,
            asked_by,
            reasons,
            pager,
            next_waiting,
            can_start: may(seen, Action::StartReview),
            can_accept: may(seen, Action::Accept),
            can_return: may(seen, Action::Return),
            can_send_back: may(seen, Action::SendBack),
            send_back: TextField {
                id: "reason".to_owned(),
                name: "reason".to_owned(),
                label: "都道府県に確かめてほしいこと".to_owned(),
                hint: "この理由は、都道府県の画面に表示されます。".to_owned(),
                value,
                required: true,
                errors,
                ..TextField::default()
            },
            is_reader: seen.relation == Relation::Reader,
            can_enter: record.takes_answers(state.desk.now())
                && permits(seen.relation, record.status, Action::EnterByProxy),
            can_extend: keeps_deadline(seen.relation)
                && record.edition.state == EditionState::Open
                && is_extendable(record.status),
            deadlines: DeadlineHistory::of(state, record.id, false).await?,
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
            events: event_lines(definition, &entries, &sources),
        },
    )
}

/// What the body said to a proxy entry, and in which words at last.
fn proxy_words(sources: &Sources, revision: i32) -> (StatusTag, String) {
    let state = state_of(&sources.replies, revision);
    let mut said = sources.replies.iter().rev();
    let words = said
        .find(|reply| reply.revision == revision && state == ProxyState::Disputed)
        .map(|reply| reply.words.clone());
    (proxy_tag(state), words.unwrap_or_default())
}

/// An extra question that the earlier edition did not have was not left empty.
fn was_asked(earlier: &EditionDefinition, place: &Place) -> bool {
    match place {
        Place::Question(id) => earlier.questions.iter().any(|it| it.id == *id),
        _ => true,
    }
}

async fn shown(
    state: &AppState,
    seen: &Seen,
    revisions: &[Revision],
    newest: &Revision,
    sources: &Sources,
) -> WebResult<Shown> {
    let definition = &seen.record.edition.definition;
    let previous = revisions.iter().rev().nth(1);
    let last = state
        .desk
        .store
        .earlier_answer(&seen.record.edition, seen.record.code())
        .await?;
    Ok(Shown {
        number: newest.number,
        receipt: newest.receipt.clone(),
        submitted_at: japan_time::datetime_label(newest.submitted_at),
        submitted_by: newest.submitted_by_label(),
        by_proxy: newest.by_proxy,
        proxy: newest.by_proxy.then(|| proxy_words(sources, newest.number)),
        source: SourceView::of(newest, sources),
        late: newest.is_late,
        notice_href: newest
            .intent_change
            .map(|id| format!("/changes/{id}"))
            .unwrap_or_default(),
        warnings: newest
            .confirmed_warnings
            .iter()
            .map(|warning| warning.message.clone())
            .collect(),
        previous: previous.map_or(0, |revision| revision.number),
        since_previous: previous
            .map_or_else(Vec::new, |previous| diff_rows(definition, previous, newest)),
        since_last: last.as_ref().map_or_else(Vec::new, |(earlier, form)| {
            changes(definition, form, &newest.form)
                .into_iter()
                .map(|change| DiffRow {
                    before: if was_asked(&earlier.definition, &change.place) {
                        change.before
                    } else {
                        "（この質問はありませんでした）".to_owned()
                    },
                    label: change.label,
                    after: change.after,
                })
                .collect()
        }),
        last_edition: last
            .map(|(edition, _)| edition.definition.short_title.clone())
            .unwrap_or_default(),
    })
}

/// Who asked for something nobody has answered yet, with the reasons: the ministry of the prefecture,
/// or the reviewer of the body.
fn open_reasons(seen: &Seen, entries: &[HistoryEntry]) -> (String, Vec<String>) {
    let record = &seen.record;
    let (event, body, items) = match record.status {
        ResponseStatus::SentBack => {
            let event = ResponseEvent::SendBack;
            match entries.iter().rev().find(|entry| entry.event == event) {
                Some(entry) => (event, &entry.actor_body, &entry.reasons),
                None => return Default::default(),
            }
        }
        _ => match &record.open_return {
            Some(request) if seen.may_read => {
                (ResponseEvent::Return, &request.body, &request.items)
            }
            _ => return Default::default(),
        },
    };
    let lines = items
        .iter()
        .map(|item| reason_line(&record.edition.definition, event, item));
    (body.clone(), lines.collect())
}

fn not_readable(seen: &Seen) -> &'static str {
    match seen.record.status {
        _ if seen.may_read => "",
        ResponseStatus::NotStarted => "まだ回答が始まっていません。",
        ResponseStatus::Draft if seen.record.revision_number > 0 => {
            "提出が取り下げられ、いまは未提出です。もう一度提出されると、内容を見られます。"
        }
        _ => "入力中で、まだ提出されていません。提出されると、内容を見られます。",
    }
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
