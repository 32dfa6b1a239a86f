//! The check page of an entry: what will be submitted, and what it would take the place of.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{banner, desktop, page_of, proxy_path};
use crate::domain::duties::Duties;
use crate::domain::response::{self, Form1};
use crate::domain::review_request::BodyReply;
use crate::domain::settling::Reason;
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::check_view::{Checked, checked};
use crate::web::municipality::replies::{self, ReplyFields};
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::public::kept_form;
use crate::web::review::answer::AnswerQuery;
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
    /// Boxes that were ticked.
    confirmed: bool,
    replace: bool,
    /// What the body said to what it was asked.
    replies: Vec<ReplyFields>,
    version: i32,
    entry_version: i32,
}

/// What the last attempt came to.
#[derive(Default)]
struct Attempt {
    /// The entry was to be submitted.
    sent: bool,
    /// It was pressed before somebody had to sign in again.
    kept: bool,
    unconfirmed: bool,
    overtaken: bool,
    unchanged: bool,
    confirmed: bool,
    replace: bool,
    replies: Vec<BodyReply>,
}

/// GET `/editions/{key}/answers/{code}/proxy/check`.
pub async fn check(state: State, session: Session, path: Path) -> WebResult {
    let found = desktop(&state, &session, &path).await?;
    let status = StatusCode::OK;
    show(&state, &session, found, status, Attempt::default()).await
}

/// GET `/editions/{key}/answers/{code}/proxy/submit`: the check page with what was chosen before somebody had to sign in
/// again.
pub async fn submit_again(
    state: State,
    session: Session,
    path: Path,
    query: web::Query<AnswerQuery>,
) -> WebResult {
    let found = desktop(&state, &session, &path).await?;
    let base = proxy_path(&found.record);
    let address = format!("{base}/submit");
    let kept = kept_form(&state, &session, &address, query.kept.as_deref()).await?;
    let Some(kept) = kept else {
        return Ok(see_other(&base));
    };
    // What was ticked is about what stood there then.
    let entry_version = found.entry.as_ref().map(|entry| entry.version);
    let is_current = kept.value("version").ok() == Some(found.record.version)
        && kept.value("entry_version").ok() == entry_version;
    let attempt = Attempt {
        kept: true,
        confirmed: is_current && kept.has("confirmed"),
        replace: is_current && kept.has("replace"),
        replies: replies::read(&kept),
        ..Attempt::default()
    };
    show(&state, &session, found, StatusCode::OK, attempt).await
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
    let typed = Attempt {
        sent: true,
        confirmed: sent.warnings_confirmed,
        replace: sent.replace,
        replies: replies::read(&form),
        ..Attempt::default()
    };
    let actor = &session.actor;
    let done = submit_entry(&state.desk, actor, &key, code, sent, &typed.replies).await;
    let attempt = match done {
        Ok(SubmitOutcome::Submitted { .. }) => {
            let answer = format!("/editions/{key}/answers/{code}");
            return Ok(see_other(&format!("{answer}?notice=proxy-submitted")));
        }
        Ok(SubmitOutcome::Unchanged) => Attempt {
            unchanged: true,
            ..typed
        },
        Ok(SubmitOutcome::Asks(_)) | Err(WorkflowError::Unconfirmed(_)) => Attempt {
            unconfirmed: true,
            ..typed
        },
        // Nobody ticked what stands there now.
        Err(WorkflowError::Stale) => Attempt {
            overtaken: true,
            confirmed: false,
            replace: false,
            ..typed
        },
        Err(WorkflowError::Invalid(_) | WorkflowError::Unfinished(_)) => typed,
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
    let mut page = page_of(state, session, record, "確認して提出（代理入力）")
        .with_notice(attempt.kept.then_some("kept"));
    page.has_errors = status != StatusCode::OK;
    let reading = response::read(
        &record.edition.definition,
        &record.class,
        &entry.draft.input,
    );
    let waiting = replies::waiting(state, record, reading.form.as_ref()).await?;
    let replies = waiting.fields(record, &attempt.replies, &path, attempt.sent);
    let mut checked = checked(record, &entry.draft, &path);
    // They are mended on this very page, so the entry is no less ready for them.
    checked.problems.extend(replies::problems(&replies));
    html_with(
        status,
        &ProxyCheckPage {
            page,
            body_name: record.name.clone(),
            body_code: record.code().to_string(),
            banner: banner(record, entry),
            tag: status_tag(record.status),
            checked,
            replaces: match &reading.form {
                Some(form) => replaces(state, session, record, form).await?,
                None => "",
            },
            confirmed: attempt.confirmed,
            replace: attempt.replace,
            replies,
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
    form: &Form1,
) -> WebResult<&'static str> {
    let reason = standing_reason(&state.desk, &session.actor, record, form).await?;
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
