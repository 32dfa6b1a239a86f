//! 参加の記録: the ledger of who takes part, as the ministry keeps it.
//!
//! ```text
//! /participation                    batches, a list to take in, a body to look up
//! /participation/batches/{number}   what one batch added
//! /participation/batches/{number}/take-back   taking a confirmed batch back
//! /participation/bodies/{code}      the history of one body, and how it stands
//! /participation/enter              one entry by hand
//! /editions/{key}/participation     answers to confirm
//! ```

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;
use std::io::Read;

use super::State;
use crate::domain::japan_time;
use crate::domain::participation::ParticipationState;
use crate::domain::participation::import::RowProblem;
use crate::domain::search_key::search_key;
use crate::domain::text::with_commas;
use crate::store::ledger_pages::BatchLine;
use crate::web::error::{WebError, WebResult};
use crate::web::page::{self, html_with, see_other};
use crate::web::session::Session;
use crate::web::upload::spool::Content;
use crate::web::upload::{Allowance, Upload};
use crate::web::view::{Crumb, Page, Pager, Problem, StatusTag};
use crate::workflow::participation::{ImportError, Imported, import};

pub mod batch;
pub mod body;
pub mod confirm;
mod confirm_check;
mod confirm_query;
pub mod enter;
pub mod take_back;

/// The menu entry of these pages.
pub(super) const MENU: &str = "/participation";
/// Batches on a page.
const BATCHES: u64 = 20;
/// Bodies that a search shows.
const FOUND: usize = 50;
/// Refused rows that are written out.
const ROWS: usize = 500;
const LIST_MB: u64 = 20;

/// A list of participation, from the ministry.
pub struct ParticipationList;

impl Allowance for ParticipationList {
    const TOTAL: u64 = LIST_MB * 1024 * 1024;
    const FILES: usize = 1;
    const PATIENCE: std::time::Duration = std::time::Duration::from_secs(300);

    fn admits(session: &Session) -> bool {
        session.must_be_ministry().is_ok()
    }
}

#[derive(Template)]
#[template(path = "ministry/participation/index.html")]
struct IndexPage {
    page: Page,
    problems: Vec<Problem>,
    /// Rows of a list that were refused.
    rows: Vec<RefusedRow>,
    refused: usize,
    /// What the last list did; empty if there was none.
    outcome: String,
    search: String,
    found: Vec<Crumb>,
    found_all: usize,
    found_label: String,
    batches: Vec<BatchView>,
    pager: Option<Pager>,
    most_mb: u64,
    most_bytes: u64,
}

struct RefusedRow {
    line: u32,
    field: &'static str,
    message: String,
}

/// A batch as a line of the list.
pub(super) struct BatchView {
    pub href: String,
    pub at: String,
    pub source: &'static str,
    pub who: String,
    pub file: String,
    pub note: String,
    /// The batch that took it back.
    pub taken_back: String,
    pub entries: String,
    pub bodies: String,
    /// 「参加 12件」 … for the states it has.
    pub states: Vec<String>,
}

impl BatchView {
    pub(super) fn new(line: &BatchLine) -> Self {
        let BatchLine { head, sums, .. } = line;
        let count = |count: usize| with_commas(count as u64);
        let states = ParticipationState::ALL.into_iter().zip(sums.states);
        Self {
            href: batch_href(head.id),
            at: japan_time::datetime_label(head.recorded_at),
            source: head.source.label(),
            who: format!("{} {}", head.actor_body, head.actor_name)
                .trim()
                .to_owned(),
            file: head.file_name.clone(),
            note: head.note.clone(),
            taken_back: line.taken_back_by.map_or_else(String::new, batch_href),
            entries: with_commas(u64::try_from(head.entries).unwrap_or(0)),
            bodies: count(sums.bodies),
            states: states
                .filter(|(_, number)| *number > 0)
                .map(|(state, number)| format!("{} {}件", state.label(), count(number)))
                .collect(),
        }
    }
}

/// The page of a batch.
pub(super) fn batch_href(id: i64) -> String {
    format!("{MENU}/batches/{id}")
}

/// The chip of a state.
pub(super) fn state_tag(state: ParticipationState) -> StatusTag {
    StatusTag {
        label: state.label().to_owned(),
        css: match state {
            ParticipationState::Planned => "submitted",
            ParticipationState::Running => "accepted",
            ParticipationState::Withdrawn => "withdrawn",
            ParticipationState::Annulled => "neutral",
        },
    }
}

#[derive(Default, serde::Deserialize)]
pub struct IndexQuery {
    page: Option<u64>,
    #[serde(default)]
    q: String,
    /// The batch a list became.
    batch: Option<i64>,
    /// Rows of it that said what was known.
    known: Option<u64>,
    /// The file had been taken in before.
    before: Option<u8>,
}

/// GET `/participation`.
pub async fn index(state: State, session: Session, query: web::Query<IndexQuery>) -> WebResult {
    session.must_be_ministry()?;
    let outcome = outcome(&state, &query).await?;
    show(
        &state,
        &session,
        StatusCode::OK,
        &query,
        outcome,
        Refused::default(),
    )
    .await
}

/// POST `/participation`: a list, every row or none.
pub async fn send(state: State, upload: Upload<ParticipationList>) -> WebResult {
    let Upload { session, files, .. } = upload;
    let done = match files.into_iter().next() {
        None => Err(ImportError::File(
            "リストのファイルがありません。「ファイルを選ぶ」から、CSVかExcel（.xlsx）を選んでください。"
                .to_owned(),
        )),
        Some(file) => {
            let bytes = read_all(file.content).await?;
            import(&state.desk, &session.actor, &file.name, bytes).await
        }
    };
    let refused = match done {
        Ok(Imported {
            known,
            before,
            batch,
            ..
        }) => {
            let mut query = vec![("known", known.to_string())];
            query.extend(batch.map(|batch| ("batch", batch.to_string())));
            query.extend(before.map(|_| ("before", "1".to_owned())));
            let query = serde_urlencoded::to_string(query).unwrap_or_default();
            return Ok(see_other(&format!("{MENU}?{query}")));
        }
        Err(ImportError::File(message)) => Refused {
            problems: vec![Problem {
                field_id: "file".to_owned(),
                message,
            }],
            rows: Vec::new(),
        },
        Err(ImportError::Rows(rows)) => Refused {
            problems: vec![Problem {
                field_id: "refused-rows".to_owned(),
                message: format!(
                    "{}行を登録できません。下の表の理由を見てリストを直し、もう一度送ってください。",
                    with_commas(rows.len() as u64)
                ),
            }],
            rows,
        },
        Err(ImportError::Workflow(error)) => return Err(error.into()),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let query = IndexQuery::default();
    show(&state, &session, status, &query, String::new(), refused).await
}

async fn read_all(mut content: Content) -> WebResult<Vec<u8>> {
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes).map(|_| bytes)
    });
    read.await
        .map_err(|error| WebError::Internal(error.into()))?
        .map_err(|error| WebError::Internal(error.into()))
}

/// Why a list was not taken.
#[derive(Default)]
struct Refused {
    problems: Vec<Problem>,
    rows: Vec<RowProblem>,
}

/// What a list did, told from the batch that is there and not from the address.
async fn outcome(state: &State, query: &IndexQuery) -> WebResult<String> {
    let known = query.known.unwrap_or(0);
    let batch = match query.batch {
        Some(id) => state.desk.store.participation_batch(id).await?,
        None => None,
    };
    Ok(match (batch, query.before) {
        (Some(batch), Some(_)) => format!(
            "このファイルは{}に取り込み済みです。何も変わっていません。",
            japan_time::datetime_label(batch.head.recorded_at)
        ),
        (Some(batch), None) if query.known.is_some() => {
            let view = BatchView::new(&batch);
            let also = match known {
                0 => String::new(),
                known => format!("ほかの{}行は登録済みの内容でした。", with_commas(known)),
            };
            format!(
                "{}件（{}団体）を登録しました。{}。{also}",
                view.entries,
                view.bodies,
                view.states.join("、")
            )
        }
        (None, _) if known > 0 => format!(
            "{}行は、すべて登録済みの内容でした。何も変わっていません。",
            with_commas(known)
        ),
        _ => String::new(),
    })
}

async fn show(
    state: &State,
    session: &Session,
    status: StatusCode,
    query: &IndexQuery,
    outcome: String,
    refused: Refused,
) -> WebResult {
    let store = &state.desk.store;
    let all = store.count_participation_batches().await?;
    let at = query
        .page
        .unwrap_or(1)
        .clamp(1, all.div_ceil(BATCHES).max(1));
    let batches = store
        .participation_batches((at - 1) * BATCHES, BATCHES)
        .await?;
    let search: String = query.q.trim().chars().take(100).collect();
    let mut found = Vec::new();
    if !search.is_empty() {
        let key = search_key(&search);
        let bodies = store.all_organizations().await?;
        let hits = bodies.iter().filter(|(body, _)| {
            search_key(&body.full_name()).contains(&key)
                || search_key(&body.kana).contains(&key)
                || body.code.as_str().contains(&key)
        });
        found = hits
            .map(|(body, name)| Crumb {
                label: format!("{name}（{}）", body.code),
                href: format!("{MENU}/bodies/{}", body.code),
            })
            .collect();
    }
    let found_all = found.len();
    found.truncate(FOUND);
    let mut page = page::signed_in(state, session, "参加の記録", &[]).in_section(MENU);
    page.has_errors = !refused.problems.is_empty();
    html_with(
        status,
        &IndexPage {
            page,
            problems: refused.problems,
            refused: refused.rows.len(),
            rows: refused
                .rows
                .into_iter()
                .take(ROWS)
                .map(|row| RefusedRow {
                    line: row.line,
                    field: row.field.label(),
                    message: row.message,
                })
                .collect(),
            outcome,
            search,
            found,
            found_all,
            found_label: with_commas(found_all as u64),
            batches: batches.iter().map(BatchView::new).collect(),
            pager: pager("登録のまとまり", MENU, at, all, BATCHES),
            most_mb: LIST_MB,
            most_bytes: ParticipationList::TOTAL,
        },
    )
}

/// Pages of a list by `?page=`; `None` if one page holds it all.
pub(in crate::web) fn pager(
    label: &str,
    path: &str,
    at: u64,
    all: u64,
    size: u64,
) -> Option<Pager> {
    let last = all.div_ceil(size);
    let mark = if path.contains('?') { '&' } else { '?' };
    let link = |page: u64| {
        (1..=last).contains(&page).then(|| Crumb {
            label: format!("{page}ページ目"),
            href: format!("{path}{mark}page={page}"),
        })
    };
    (last > 1).then(|| Pager {
        label: label.to_owned(),
        position: format!("{at} / {last}ページ（全{}件）", with_commas(all)),
        previous: link(at - 1),
        next: link(at + 1),
    })
}
