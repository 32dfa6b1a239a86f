//! `/editions/{key}/intake/{batch}/files/{id}`: what was read from one file, and the decision on it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::batch::{Decided, decided, path_of, why_it_waits};
use super::reading_view::{ReadingView, differences};
use super::{MENU, State, batch_of, file_tag, size_label};
use crate::domain::access::{Action, permits};
use crate::domain::intake_batch::FileState;
use crate::domain::japan_time;
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::EditionState;
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::page::{self, html, html_with, see_other, status_tag};
use crate::web::session::{Post, Session};
use crate::web::state::AppState;
use crate::web::view::{DiffRow, Page, StatusTag};
use crate::workflow::intake::{AskedFile, BatchView, asked_now};
use crate::workflow::relation_to;

#[derive(Template)]
#[template(path = "intake/file.html")]
struct FilePage {
    page: Page,
    path: String,
    id: i64,
    batch_path: String,
    name: String,
    lay_in: String,
    subject: String,
    size: String,
    has_original: bool,
    /// It can be taken out with its problems beside the rows.
    has_notes: bool,
    tag: StatusTag,
    note: String,
    decided: String,
    /// The body the file was understood as.
    body: Option<Body>,
    edition_title: String,
    reading: Option<ReadingView>,
    stored: Stored,
    may_decide: bool,
    /// Of the answer that is shown; empty if none is.
    version: String,
    /// The last press did nothing: another answer was shown than there is.
    stale: bool,
}

struct Body {
    name: String,
    code: String,
    kind: &'static str,
    tag: StatusTag,
    /// Its answer; empty where the visitor cannot open it.
    href: String,
}

/// The answer that is there now, beside the file.
enum Stored {
    /// Nobody knows whose file it is, or it was taken as it is.
    NotCompared,
    /// Nothing was submitted yet.
    Nothing,
    /// It is being typed; nobody but the body sees it.
    Hidden { saved: String },
    Answer {
        number: i32,
        receipt: String,
        submitted_at: String,
        submitted_by: String,
        by_proxy: bool,
        differences: Vec<DiffRow>,
    },
}

/// Edition key, id of the batch and id of the file, as the address has them.
type Path = web::Path<(String, String, String)>;

#[derive(serde::Deserialize)]
pub struct FileQuery {
    notice: Option<String>,
}

/// GET `/editions/{key}/intake/{batch}/files/{id}`.
pub async fn file(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<FileQuery>,
) -> WebResult {
    let view = batch_of(&state, &session, &path.0, &path.1).await?;
    let id: i64 = path.2.parse().map_err(|_| WebError::NotFound)?;
    let page = file_page(&state, &session, &view, id).await?;
    html(&FilePage {
        page: page.page.with_notice(query.notice.as_deref()),
        ..page
    })
}

async fn file_page(
    state: &AppState,
    session: &Session,
    view: &BatchView,
    id: i64,
) -> WebResult<FilePage> {
    let found = state.desk.store.intake_file(id).await?;
    let file = found
        .filter(|file| file.batch_id == view.batch.id)
        .ok_or(WebError::NotFound)?;
    let edition = &view.edition;
    let definition = &edition.definition;
    let record = match file.code {
        Some(code) => state.desk.store.response(&edition.key, code).await?,
        None => None,
    };
    // A stranger's answer is not looked at, whatever the file says.
    let record = record.filter(|record| {
        let relation = relation_to(&session.actor, record);
        permits(relation, record.status, Action::ViewState)
    });
    let class = record.as_ref().map(|record| &record.class);
    let reading = file
        .reading
        .as_ref()
        .map(|reading| ReadingView::new(definition, class, reading));
    let stored = match (&record, &file.reading) {
        (Some(record), Some(reading)) if file.state != FileState::Taken => {
            stored(state, session, record, reading.input.as_ref()).await?
        }
        _ => Stored::NotCompared,
    };
    let batch_path = path_of(view);
    let may_decide = file.state == FileState::Asking && edition.state == EditionState::Open;
    let now = if may_decide {
        let all = asked_now(&state.desk, &session.actor, edition, [&file]).await?;
        all.get(&id).copied()
    } else {
        None
    };
    Ok(FilePage {
        page: frame(state, session, view, &file.name),
        path: format!("{batch_path}/files/{id}"),
        id,
        batch_path,
        tag: file_tag(&file),
        note: match (&now, &file.note) {
            (Some(now), _) => why_it_waits(now).to_owned(),
            (None, Some(note)) => note.message(),
            (None, None) => String::new(),
        },
        decided: match (&file.decided_by, file.decided_at) {
            (Some(by), Some(at)) => format!("{}（{by}）", japan_time::datetime_label(at)),
            _ => String::new(),
        },
        size: size_label(file.size),
        has_original: file.sha256.is_some(),
        has_notes: file.sha256.is_some()
            && file
                .reading
                .as_ref()
                .is_some_and(|reading| reading.input.is_some() && !reading.problems.is_empty()),
        lay_in: file.folder,
        subject: file.subject,
        name: file.name,
        body: record.as_ref().map(|record| Body {
            name: record.name.clone(),
            code: record.code().to_string(),
            kind: record.class.kind.label(),
            tag: status_tag(record.status),
            href: format!("/editions/{}/answers/{}", edition.key, record.code()),
        }),
        edition_title: definition.title.clone(),
        reading,
        stored,
        may_decide,
        // Read before everything that is shown of it.
        version: record.map_or_else(String::new, |record| record.version.to_string()),
        stale: false,
    })
}

/// POST `/editions/{key}/intake/{batch}/files/{id}`: `do` is `overwrite` or `leave`.
pub async fn decide(state: State, post: Post, path: Path) -> WebResult {
    let Post { session, form } = post;
    let view = batch_of(&state, &session, &path.0, &path.1).await?;
    let id: i64 = path.2.parse().map_err(|_| WebError::NotFound)?;
    let shown = form.text("version").parse().ok();
    let files = [AskedFile { id, shown }];
    let Decided {
        notice, changed, ..
    } = decided(&state, &session, &view, &files, form.text("do")).await?;
    if changed > 0 {
        let mut page = file_page(&state, &session, &view, id).await?;
        page.page.has_errors = true;
        page.stale = true;
        return html_with(StatusCode::CONFLICT, &page);
    }
    let batch = path_of(&view);
    Ok(see_other(&format!("{batch}/files/{id}?notice={notice}")))
}

fn frame(state: &AppState, session: &Session, view: &BatchView, name: &str) -> Page {
    let list = format!("/editions/{}/intake", view.edition.key);
    let short = &view.edition.definition.short_title;
    let list_title = format!("Excel・メールの取込み（{short}）");
    let at = japan_time::datetime_label(view.batch.created_at);
    let batch_title = format!("{at}の取込み");
    let batch = path_of(view);
    let way = [
        (list_title.as_str(), list.as_str()),
        (batch_title.as_str(), batch.as_str()),
    ];
    page::signed_in(state, session, name, &way).in_section(MENU)
}

/// What is there now, as far as the visitor may see it.
async fn stored(
    state: &AppState,
    session: &Session,
    record: &ResponseRecord,
    input: Option<&crate::domain::response::Form1Input>,
) -> WebResult<Stored> {
    let relation = relation_to(&session.actor, record);
    let may_read = permits(relation, record.status, Action::ViewAnswer);
    let is_typed = matches!(
        record.status,
        ResponseStatus::NotStarted | ResponseStatus::Draft
    );
    if is_typed || !may_read || record.revision_number == 0 {
        let saves = record.draft.iter().flat_map(|draft| draft.saves.values());
        let last = saves.map(|save| save.at).max();
        return Ok(match last {
            Some(at) => Stored::Hidden {
                saved: japan_time::datetime_label(at),
            },
            None => Stored::Nothing,
        });
    }
    let store = &state.desk.store;
    let revision = store.revision(record.id, record.revision_number).await?;
    let revision = revision.ok_or(WebError::NotFound)?;
    let Some(input) = input else {
        return Ok(Stored::NotCompared);
    };
    let definition = &record.edition.definition;
    Ok(Stored::Answer {
        number: revision.number,
        submitted_at: japan_time::datetime_label(revision.submitted_at),
        differences: differences(definition, &revision.form.to_input(), input),
        receipt: revision.receipt,
        submitted_by: revision.submitted_by,
        by_proxy: revision.by_proxy,
    })
}
