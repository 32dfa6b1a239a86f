//! The revisions of a body's answer, for its reviewer: what changed between any two.

use actix_web::web;
use askama::Template;

use super::request_lines::with_requests;
use super::{Path, State, answer_path, frame, open};
use crate::domain::revision::compared_with;
use crate::web::answer_view::AnswerView;
use crate::web::deadline_history::DeadlineHistory;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::history::{
    CompareQuery, EventLine, RevisionLine, diff_rows, event_lines, revision_lines,
};
use crate::web::page::html;
use crate::web::session::Session;
use crate::web::source_view::Sources;
use crate::web::view::{DiffRow, Page};

#[derive(Template)]
#[template(path = "review/history.html")]
struct HistoryPage {
    page: Page,
    body_name: String,
    revisions: Vec<RevisionLine>,
    events: Vec<EventLine>,
    from: i32,
    to: i32,
    differences: Vec<DiffRow>,
    compared: bool,
    answer: Option<AnswerView>,
    deadlines: DeadlineHistory,
}

/// GET `/editions/{key}/answers/{code}/history?from=1&to=2`; default: the newest two.
pub async fn history(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<CompareQuery>,
) -> WebResult {
    let seen = open(&state, &session.actor, &path).await?;
    if !seen.may_read {
        return Err(WebError::NotFound);
    }
    let record = &seen.record;
    let definition = &record.edition.definition;
    let revisions = state.desk.store.revisions(record.id).await?;
    let entries = state.desk.store.history(record.id).await?;
    let sources = Sources::of(&state, record.id, &revisions, &entries).await?;
    let find = |number: i32| revisions.iter().find(|revision| revision.number == number);
    let to = query.to.unwrap_or(record.revision_number);
    let from = query.from.or_else(|| compared_with(&entries, to));
    let from = from.unwrap_or(0);
    let differences = match (find(from), find(to)) {
        (Some(old), Some(new)) => Some(diff_rows(definition, old, new)),
        _ if query.from.is_some() || query.to.is_some() => return Err(WebError::NotFound),
        _ => None,
    };
    let path = format!("{}/history", answer_path(&seen));
    let events = event_lines(definition, &entries, &sources, &path);
    let events = with_requests(&state, record, seen.relation, events).await?;
    html(&HistoryPage {
        page: frame(&state, &session, &seen, "提出と変更の履歴"),
        body_name: record.name.clone(),
        revisions: revision_lines(&revisions, &sources),
        events,
        from,
        to,
        compared: differences.is_some(),
        differences: differences.unwrap_or_default(),
        deadlines: DeadlineHistory::of(&state, record, false).await?,
        answer: find(to).map(|revision| AnswerView::new(definition, &record.class, &revision.form)),
    })
}
