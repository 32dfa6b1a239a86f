//! GET `/participation/batches/{number}`: what one batch added.

use actix_web::web;
use askama::Template;

use super::body::{EntryLine, entry_lines};
use super::{BatchView, MENU, State, batch_href, pager};
use crate::domain::participation::ParticipationSource;
use crate::web::error::{WebError, WebResult};
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::{Page, Pager};

/// Entries on a page.
const ENTRIES: u64 = 200;

#[derive(Template)]
#[template(path = "ministry/participation/batch.html")]
struct BatchPage {
    page: Page,
    batch: BatchView,
    /// Where it is taken back; empty where it cannot be.
    take_back_href: String,
    /// The batch that this one takes back.
    takes_back: String,
    entries: Vec<EntryLine>,
    pager: Option<Pager>,
}

#[derive(serde::Deserialize)]
pub struct BatchQuery {
    page: Option<u64>,
    notice: Option<String>,
}

/// GET `/participation/batches/{number}`.
pub async fn batch(
    state: State,
    session: Session,
    id: web::Path<String>,
    query: web::Query<BatchQuery>,
) -> WebResult {
    session.must_be_ministry()?;
    let id: i64 = id.parse().map_err(|_| WebError::NotFound)?;
    let store = &state.desk.store;
    let line = store.participation_batch(id).await?;
    let line = line.ok_or(WebError::NotFound)?;
    let all = u64::try_from(line.head.entries).unwrap_or(0);
    let at = query
        .page
        .unwrap_or(1)
        .clamp(1, all.div_ceil(ENTRIES).max(1));
    let entries = store
        .participation_of_batch(id, (at - 1) * ENTRIES, ENTRIES)
        .await?;
    let path = batch_href(id);
    let is_confirmed = line.head.source == ParticipationSource::Confirmed;
    html(&BatchPage {
        page: page::signed_in(&state, &session, "登録の内容", &[("参加の記録", MENU)])
            .in_section(MENU)
            .with_notice(query.notice.as_deref()),
        batch: BatchView::new(&line),
        take_back_href: if is_confirmed && line.taken_back_by.is_none() {
            format!("{path}/take-back")
        } else {
            String::new()
        },
        takes_back: line.head.takes_back.map_or_else(String::new, batch_href),
        entries: entry_lines(&state, &entries).await?,
        pager: pager("登録した内容", &path, at, all, ENTRIES),
    })
}
