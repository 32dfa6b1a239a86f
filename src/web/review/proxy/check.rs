//! The check page of an entry: what will be submitted, and what it would take the place of.

use actix_web::http::StatusCode;
use askama::Template;

use super::{banner, desktop, page_of, proxy_path};
use crate::domain::duties::Duties;
use crate::domain::response;
use crate::domain::settling::Reason;
use crate::store::proxy_entries::ProxyEntry;
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::check_view::{Checked, checked};
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::review::{Path, State, parse};
use crate::web::session::{Post, Session};
use crate::web::view::{Page, StatusTag};
use crate::workflow::WorkflowError;
use crate::workflow::proxy_entry::{
    Desktop, ProxySubmission, SubmitOutcome, standing_reason, submit_entry,
};

#[derive(Template)]
#[template(path = "review/proxy_check.html")]
struct ProxyCheckPage {
    page: Page,
    path: String,
    body_name: String,
    body_code: String,
    banner: String,
    tag: StatusTag,
    checked: Checked,
    /// What the entry would take the place of; empty if nothing.
    replaces: &'static str,
    /// A box was not ticked.
    unconfirmed: bool,
    /// The answer or the entry changed since the page was made.
    overtaken: bool,
    /// The very answer is there already.
    unchanged: bool,
    version: i32,
    entry_version: i32,
}

/// What the last attempt came to.
#[derive(Clone, Copy, Default)]
struct Attempt {
    unconfirmed: bool,
    overtaken: bool,
    unchanged: bool,
}

/// GET `/editions/{key}/answers/{code}/proxy/check`.
pub async fn check(state: State, session: Session, path: Path) -> WebResult {
    let found = desktop(&state, &session, &path).await?;
    let status = StatusCode::OK;
    show(&state, &session, found, status, Attempt::default()).await
}

/// GET of an address that only takes a POST.
pub async fn back(state: State, session: Session, path: Path) -> WebResult {
    let found = desktop(&state, &session, &path).await?;
    Ok(see_other(&proxy_path(&found.record)))
}

/// POST `/editions/{key}/answers/{code}/proxy/submit`.
pub async fn submit(state: State, post: Post, path: Path) -> WebResult {
    let Post { session, form } = post;
    let (key, code) = parse(&path)?;
    let sent = ProxySubmission {
        version: form.value("version")?,
        // Absent on no page of ours; whoever sends none is told to look again.
        entry_version: form.value("entry_version").unwrap_or(0),
        warnings_confirmed: form.has("confirmed"),
        replace: form.has("replace"),
    };
    let attempt = match submit_entry(&state.desk, &session.actor, &key, code, sent).await {
        Ok(SubmitOutcome::Submitted { .. }) => {
            let answer = format!("/editions/{key}/answers/{code}");
            return Ok(see_other(&format!("{answer}?notice=proxy-submitted")));
        }
        Ok(SubmitOutcome::Unchanged) => Attempt {
            unchanged: true,
            ..Attempt::default()
        },
        Ok(SubmitOutcome::Asks(_)) | Err(WorkflowError::Unconfirmed(_)) => Attempt {
            unconfirmed: true,
            ..Attempt::default()
        },
        Err(WorkflowError::Stale) => Attempt {
            overtaken: true,
            ..Attempt::default()
        },
        Err(WorkflowError::Invalid(_) | WorkflowError::Unfinished(_)) => Attempt::default(),
        Err(error) => return Err(error.into()),
    };
    let status = if attempt.overtaken {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let found = desktop(&state, &session, &path).await?;
    if found.entry.is_none() {
        // Submitted by a colleague, or given up.
        return Err(WebError::Conflict);
    }
    show(&state, &session, found, status, attempt).await
}

async fn show(
    state: &State,
    session: &Session,
    found: Desktop,
    status: StatusCode,
    attempt: Attempt,
) -> WebResult {
    let mut record = found.record;
    // How the body divides its own work does not concern whoever enters for it.
    record.duties = Duties::default();
    let record = &record;
    let path = proxy_path(record);
    let Some(entry) = &found.entry else {
        return Ok(see_other(&path));
    };
    let mut page = page_of(state, session, record, "確認して提出（代理入力）");
    page.has_errors = status != StatusCode::OK;
    html_with(
        status,
        &ProxyCheckPage {
            page,
            body_name: record.name.clone(),
            body_code: record.code().to_string(),
            banner: banner(record, entry),
            tag: status_tag(record.status),
            checked: checked(record, &entry.draft, &path),
            replaces: replaces(state, session, record, entry).await?,
            unconfirmed: attempt.unconfirmed,
            overtaken: attempt.overtaken,
            unchanged: attempt.unchanged,
            version: record.version,
            entry_version: entry.version,
            path,
        },
    )
}

/// What stands in the way of the entry, in words.
async fn replaces(
    state: &State,
    session: &Session,
    record: &ResponseRecord,
    entry: &ProxyEntry,
) -> WebResult<&'static str> {
    let definition = &record.edition.definition;
    let reading = response::read(definition, &record.class, &entry.draft.input);
    let Some(form) = reading.form else {
        return Ok("");
    };
    let reason = standing_reason(&state.desk, &session.actor, record, &form).await?;
    Ok(reason.map_or("", words))
}

/// Why somebody has to say that the entry may take the place of what is there.
fn words(reason: Reason) -> &'static str {
    match reason {
        Reason::DraftOnPage => {
            "この団体は、画面で回答を入力中です。代理入力を提出すると、入力中の内容に置きかわります。置きかわる前の内容は、団体の画面で見られます。"
        }
        Reason::Withdrawn => {
            "この団体は、提出した回答を取り下げています。代理入力を提出すると、もう一度提出されたことになります。"
        }
        Reason::SubmittedByBody => {
            "この団体は、すでに自分で回答を提出しています。代理入力を提出すると、新しい版として置きかわります。前の版は履歴に残ります。"
        }
        Reason::Accepted => {
            "この団体の回答は受付済みです。代理入力を提出すると、新しい版に置きかわり、「提出済」に戻ります。"
        }
        Reason::SameAsReturned => {
            "差し戻した回答と同じ内容です。このまま提出すると、差戻しに答えたことになります。"
        }
        Reason::AnsweringReturn => {
            "この団体は、差戻しを受けて画面で直しているところです。代理入力を提出すると、直している内容に置きかわります。置きかわる前の内容は、団体の画面で見られます。"
        }
        other => other.message(),
    }
}
