//! What was submitted and what happened: the revisions, the events, and the changes between any two.

use actix_web::web;
use askama::Template;

use super::{State, form_path};
use crate::domain::access::Relation;
use crate::domain::japan_time::{self, UnixMillis};
use crate::domain::place::{Place, Section};
use crate::domain::response_diff::changes;
use crate::domain::response_status::ResponseEvent;
use crate::domain::return_request::ReturnItem;
use crate::domain::revision::{HistoryEntry, Revision, correction_label};
use crate::domain::survey_edition::EditionDefinition;
use crate::store::responses::ResponseRecord;
use crate::web::answer_view::AnswerView;
use crate::web::deadline_history::DeadlineHistory;
use crate::web::error::{WebError, WebResult};
use crate::web::inquiries::answered::Answered;
use crate::web::page::{self, html};
use crate::web::review::request_lines::with_requests;
use crate::web::session::OwnResponse;
use crate::web::source_view::{SourceView, Sources};
use crate::web::view::{DiffRow, Page};
use crate::workflow::{object, response_subject, sign_off};

#[derive(Template)]
#[template(path = "municipality/history.html")]
struct HistoryPage {
    page: Page,
    revisions: Vec<RevisionLine>,
    events: Vec<EventLine>,
    from: i32,
    to: i32,
    differences: Vec<DiffRow>,
    compared: bool,
    answer: Option<AnswerView>,
    deadlines: DeadlineHistory,
}

/// One submission in the list.
pub struct RevisionLine {
    pub number: i32,
    pub receipt: String,
    pub at: String,
    pub by: String,
    /// 「遅延」 with the deadline it was judged by; empty if it came in time.
    pub late: String,
    /// The file or entry it came from; `None` if the body typed it on the page.
    pub source: Option<SourceView>,
    /// The notice of a change of intent it came from; empty for a submission.
    pub notice_href: String,
    /// 訂正 and whose, with the reason.
    pub correction: Option<(&'static str, String)>,
}

/// One event in the list.
pub struct EventLine {
    pub moment: UnixMillis,
    pub at: String,
    pub label: String,
    pub who: String,
    /// 「項目：理由」 of a return.
    pub reasons: Vec<String>,
    /// Name and address of the file it came from.
    pub file: Option<(String, String)>,
    /// Where more of it is to be seen: words and address.
    pub link: Option<(String, String)>,
}

/// Which two revisions to compare; default: the newest with the one before.
#[derive(serde::Deserialize)]
pub struct CompareQuery {
    pub from: Option<i32>,
    pub to: Option<i32>,
}

/// The submissions as lines, newest first.
pub fn revision_lines(revisions: &[Revision], sources: &Sources) -> Vec<RevisionLine> {
    let lines = revisions.iter().rev().map(|revision| {
        let source = SourceView::of(revision, sources);
        RevisionLine {
            number: revision.number,
            receipt: revision.receipt.clone(),
            at: japan_time::datetime_label(revision.submitted_at),
            by: match &source {
                Some(source) if source.by_proxy => source.sender.clone(),
                _ => revision.submitted_by_label(),
            },
            late: revision.lateness().label(),
            source,
            notice_href: revision
                .intent_change
                .map(|id| format!("/changes/{id}"))
                .unwrap_or_default(),
            correction: revision
                .correction
                .as_ref()
                .map(|it| (correction_label(it.by), it.reason.clone())),
        }
    });
    lines.collect()
}

/// The events as lines, newest first, with what the body said to proxy entries. `history_path`: the page on which two
/// revisions are compared.
pub fn event_lines(
    definition: &EditionDefinition,
    entries: &[HistoryEntry],
    sources: &Sources,
    history_path: &str,
) -> Vec<EventLine> {
    let lines = entries.iter().rev().map(|entry| EventLine {
        moment: entry.at,
        at: japan_time::datetime_label(entry.at),
        label: match entry.revision_number {
            Some(number) => format!("{}（第{number}版）", entry.event.label()),
            None => entry.event.label().to_owned(),
        },
        who: format!("{} {}", entry.actor_body, entry.actor_name),
        reasons: entry
            .reasons
            .iter()
            .map(|item| reason_line(definition, entry.event, item))
            .collect(),
        file: entry
            .intake_file
            .and_then(|id| sources.files.get(&id))
            .map(|file| (file.name.clone(), format!("/files/{}", file.id))),
        link: entry
            .revision_number
            .filter(|_| entry.event == ResponseEvent::Correct)
            .map(|number| {
                let compared = format!("{history_path}?from={}&to={number}", number - 1);
                ("訂正の前とくらべる".to_owned(), compared)
            }),
    });
    let mut lines: Vec<_> = lines.collect();
    for reply in &sources.replies {
        let after = lines.iter().position(|line| line.moment <= reply.at);
        let line = EventLine {
            moment: reply.at,
            at: japan_time::datetime_label(reply.at),
            label: format!("{}（第{}版）", reply.event.label(), reply.revision),
            who: format!("{} {}", reply.actor_body, reply.actor_name),
            reasons: Some(&reply.words)
                .filter(|words| !words.is_empty())
                .cloned()
                .into_iter()
                .collect(),
            file: None,
            link: None,
        };
        lines.insert(after.unwrap_or(lines.len()), line);
    }
    lines
}

/// 「項目：理由」; words about a whole answer stand at no place of the form.
pub fn reason_line(
    definition: &EditionDefinition,
    event: ResponseEvent,
    item: &ReturnItem,
) -> String {
    match event {
        ResponseEvent::Reopen => item.reason.clone(),
        // About the answer as a whole; see `workflow::ask`.
        ResponseEvent::SendBack if item.place == Place::Section(Section::Schemes) => {
            item.reason.clone()
        }
        _ => format!("{}：{}", definition.place_label(&item.place), item.reason),
    }
}

/// What only the audit log tells: 決裁 of this answer (who asked, took back, gave back and signed, the body's own
/// affair) and that somebody looked at a correction.
async fn sign_offs(state: &State, record: &ResponseRecord) -> WebResult<Vec<EventLine>> {
    let subject = response_subject(&record.edition.key, record.code());
    let rows = state.desk.store.audit_of(&subject).await?;
    let lines = rows.into_iter().rev().filter_map(|row| {
        let label = match row.action.as_str() {
            sign_off::ASKED => "決裁に回しました",
            sign_off::TAKEN_BACK => "決裁の依頼を取り消しました",
            sign_off::GIVEN_BACK => "決裁で戻しました",
            sign_off::VOID => "内容が保存され、決裁の依頼が無効になりました",
            sign_off::SIGNED => "決裁して提出しました",
            object::CONFIRMED => "訂正の内容を確認しました",
            _ => return None,
        };
        Some(EventLine {
            moment: row.at,
            at: japan_time::datetime_label(row.at),
            label: label.to_owned(),
            who: format!("{} {}", row.actor_body, row.actor_name),
            reasons: Vec::new(),
            file: None,
            link: None,
        })
    });
    Ok(lines.collect())
}

/// What changed between two revisions.
pub fn diff_rows(definition: &EditionDefinition, old: &Revision, new: &Revision) -> Vec<DiffRow> {
    changes(definition, &old.form, &new.form)
        .into_iter()
        .map(|change| DiffRow {
            label: change.label,
            before: change.before,
            after: change.after,
        })
        .collect()
}

/// GET `/editions/{key}/form1/history?from=1&to=2`.
pub async fn history(state: State, own: OwnResponse, query: web::Query<CompareQuery>) -> WebResult {
    let OwnResponse { session, record } = own;
    let key = record.edition.key.clone();
    let revisions = state.desk.store.revisions(record.id).await?;
    let mut entries = state.desk.store.history(record.id).await?;
    // What the ministry and the prefecture say to each other is theirs.
    entries.retain(|entry| entry.event != ResponseEvent::SendBack);
    let sources = Sources::of(&state, record.id, &revisions, &entries).await?;
    let definition = &record.edition.definition;
    let find = |number: i32| revisions.iter().find(|revision| revision.number == number);
    let to = query.to.unwrap_or(record.revision_number);
    let from = query.from.unwrap_or(to.saturating_sub(1));
    let differences = match (find(from), find(to)) {
        (Some(old), Some(new)) => Some(diff_rows(definition, old, new)),
        _ if query.from.is_some() || query.to.is_some() => return Err(WebError::NotFound),
        _ => None,
    };
    let events = event_lines(definition, &entries, &sources, &form_path(&key, "history"));
    let mut events = with_requests(&state, &record, Relation::Own, events).await?;
    events.extend(sign_offs(&state, &record).await?);
    events.sort_by_key(|line| std::cmp::Reverse(line.moment));
    let answered = Answered::of(&state, &session.actor, &record).await?;
    let way = format!("{}（{}）", definition.words().form, definition.short_title);
    html(&HistoryPage {
        page: page::signed_in(
            &state,
            &session,
            "提出と変更の履歴",
            &[(&way, &form_path(&key, ""))],
        )
        .in_section("/home"),
        revisions: revision_lines(&revisions, &sources),
        events,
        from,
        to,
        compared: differences.is_some(),
        differences: differences.unwrap_or_default(),
        deadlines: DeadlineHistory::of(&state, &record, true).await?,
        answer: find(to).map(|revision| {
            AnswerView::new(definition, &record.class, &revision.form).with_answered(&answered)
        }),
    })
}
