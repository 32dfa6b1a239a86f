//! A body's own workbook: `/editions/{key}/upload` takes it, `/editions/{key}/uploads/{id}` shows what was
//! read and asks what to do with it.

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use actix_web::{FromRequest, HttpRequest, web};
use askama::Template;

use super::reading_view::{ReadingView, differences};
use super::{State, size_label};
use crate::domain::form_words::FormWords;
use crate::domain::intake::Severity;
use crate::domain::intake_batch::FileState;
use crate::domain::review_request::BodyReply;
use crate::domain::revision::{receipt_number, receipt_path};
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::municipality::receipt::reviewer_name;
use crate::web::municipality::replies::{self, ReplyFields};
use crate::web::municipality::sign_off_view::{BY_DRAFTING, waits_for_sign_off};
use crate::web::municipality::task_list::{Unsubmitted, unsubmitted};
use crate::web::page::{self, html, html_with, own_status_tag, see_other};
use crate::web::public::kept_form;
use crate::web::session::{OwnResponse, Post, Session};
use crate::web::state::AppState;
use crate::web::upload::{OWN_FILE_MB, OwnFile, Upload};
use crate::web::view::{Crumb, DiffRow, Page, Problem, StatusTag};
use crate::workflow::WorkflowError;
use crate::workflow::intake::{
    IntakeError, OwnDecision, OwnOutcome, OwnPreview, decide_with_replies, preview_own, send_own,
};

#[derive(Template)]
#[template(path = "intake/upload.html")]
struct UploadPage {
    page: Page,
    words: &'static FormWords,
    problems: Vec<Problem>,
    path: String,
    form_path: String,
    body_name: String,
    body_code: String,
    edition_title: String,
    unsubmitted: Option<Unsubmitted>,
    /// Why nothing can be sent now; empty if it can.
    why_not: &'static str,
    is_prefilled: bool,
    most_mb: u64,
    most_bytes: u64,
    /// A file that was sent and not decided; empty if there is none.
    waiting: String,
}

#[derive(Template)]
#[template(path = "intake/preview.html")]
struct PreviewPage {
    page: Page,
    id: i64,
    path: String,
    upload_path: String,
    form_path: String,
    file_name: String,
    size: String,
    has_original: bool,
    body_name: String,
    body_code: String,
    /// The form was understood as this body's.
    is_own: bool,
    /// As whose it was understood otherwise.
    other_body: String,
    edition_title: String,
    reading: ReadingView,
    compared: Option<Compared>,
    /// The file waits for a decision.
    waits: bool,
    /// The answer still owes a submission.
    owes: bool,
    /// Where the answer stands, if it was submitted and not with this file.
    submitted: Option<StatusTag>,
    /// The body may send files for its answer now.
    may_send: bool,
    /// It is of no use as it is: no form, or not this body's.
    is_rejected: bool,
    may_draft: bool,
    may_submit: bool,
    replaces_draft: bool,
    /// A draft from the file makes a request for sign-off void: told before; empty where none waits.
    sign_off_waits: String,
    why_not: &'static str,
    /// What it became, if it was decided.
    outcome: Option<Crumb>,
    /// Why the last press did nothing; empty if there was none.
    stale: &'static str,
    warnings_error: bool,
    /// What looks odd was ticked as looked at.
    confirmed: bool,
    /// What the body says to what it was asked, and what is to be mended there.
    replies: Vec<ReplyFields>,
    problems: Vec<Problem>,
    version: i32,
    reviewer: &'static str,
    fix_in_excel: String,
    fix_hint: &'static str,
}

/// The stored answer beside the file.
struct Compared {
    /// 「いまの下書き」, 「提出した回答（第1版）」.
    with: String,
    rows: Vec<DiffRow>,
}

#[derive(Default, serde::Deserialize)]
pub struct UploadQuery {
    notice: Option<String>,
    kept: Option<String>,
}

/// Edition key and id of the file, as the address has them.
type Path = web::Path<(String, String)>;

/// GET `/editions/{key}/upload`.
pub async fn form(state: State, own: OwnResponse, query: web::Query<UploadQuery>) -> WebResult {
    let OwnResponse { session, record } = own;
    let notice = query.notice.as_deref();
    show_form(&state, &session, &record, StatusCode::OK, None, notice).await
}

/// POST `/editions/{key}/upload`.
pub async fn send(
    state: State,
    request: HttpRequest,
    upload: Result<Upload<OwnFile>, WebError>,
    key: web::Path<String>,
) -> WebResult {
    if matches!(upload, Err(WebError::FileTooLarge)) {
        return too_large(&state, &request).await;
    }
    let Upload { session, files, .. } = upload?;
    let key = edition_key(&key)?;
    let sent = match files.into_iter().next() {
        None => Err(IntakeError::NotOne(0)),
        Some(file) => send_own(&state.desk, &session.actor, &key, &file.name, file.content).await,
    };
    let code = session.actor.code().ok_or(WebError::NotFound)?;
    let record = async || {
        let record = state.desk.store.response(&key, code).await?;
        record.ok_or(WebError::NotFound)
    };
    let (status, message, retry_after) = match sent {
        Ok(id) => return Ok(see_other(&format!("/editions/{key}/uploads/{id}"))),
        Err(IntakeError::NotOne(0)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "様式1のファイルがありません。「ファイルを選ぶ」から、記入した様式1のファイルを選んでください。",
            None,
        ),
        Err(IntakeError::NotOne(_)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "送ったZIPまたはメールに、様式1かもしれないファイルが2つ以上入っています。提出する様式1のファイルだけを取り出して、もう一度送ってください。",
            None,
        ),
        Err(IntakeError::TooMuch(reason)) => (
            StatusCode::TOO_MANY_REQUESTS,
            reason.message(),
            Some(reason.retry_after()),
        ),
        Err(IntakeError::Busy) => (
            StatusCode::TOO_MANY_REQUESTS,
            "いま、ほかの人のファイルを読み取っています。1分ほど待ってから、もう一度送ってください。",
            Some(60),
        ),
        // The page says whose work it is.
        Err(IntakeError::Workflow(WorkflowError::Forbidden)) => {
            let status = StatusCode::FORBIDDEN;
            return show_form(&state, &session, &record().await?, status, None, None).await;
        }
        Err(IntakeError::Workflow(error)) => return Err(error.into()),
    };
    let record = record().await?;
    let problem = Problem {
        field_id: "file".to_owned(),
        // The form goes by another name in other surveys.
        message: message.replace("様式1", record.edition.definition.words().form),
    };
    let mut response = show_form(&state, &session, &record, status, Some(problem), None).await?;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

/// The form again: what was too large has been read to its end and thrown away.
async fn too_large(state: &AppState, request: &HttpRequest) -> WebResult {
    let OwnResponse { session, record } = OwnResponse::extract(request).await?;
    let problem = Problem {
        field_id: "file".to_owned(),
        message: format!(
            "ファイルが大きすぎるか、2つ以上選ばれています。{}だけの{OWN_FILE_MB}MBまでのファイルを1つ選んで、もう一度送ってください。",
            record.edition.definition.words().form
        ),
    };
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    show_form(state, &session, &record, status, Some(problem), None).await
}

async fn show_form(
    state: &AppState,
    session: &Session,
    record: &ResponseRecord,
    status: StatusCode,
    problem: Option<Problem>,
    notice: Option<&str>,
) -> WebResult {
    let edition = &record.edition;
    let key = &edition.key;
    let now = state.desk.now();
    let is_open = record.takes_answers(now);
    let waiting = state
        .desk
        .store
        .last_own_preview(edition.id, record.code())
        .await?;
    let form_path = format!("/editions/{key}/form1");
    let mut page = frame(state, session, record, "Excelで回答する", &[]).with_notice(notice);
    page.has_errors = problem.is_some();
    html_with(
        status,
        &UploadPage {
            page,
            words: edition.definition.words(),
            problems: problem.into_iter().collect(),
            path: format!("/editions/{key}/upload"),
            form_path,
            body_name: record.name.clone(),
            body_code: record.code().to_string(),
            edition_title: edition.definition.title.clone(),
            unsubmitted: unsubmitted(record, now).filter(|_| is_open),
            why_not: if !session.actor.department.is_empty() {
                "Excelファイルでの回答は、とりまとめの担当（部署に属さない担当）が行います。あなたの部署の行は、画面で入力してください。ファイルの内容を使うときは、とりまとめの担当に渡してください。"
            } else if !is_open {
                "この調査の受付は終わりました。ファイルは送れません。"
            } else if !record.status.is_editable() {
                "回答はすでに提出されています。直すときは、取り下げるか、提出先の担当に連絡して差し戻してもらってから、ファイルを送ってください。"
            } else {
                ""
            },
            is_prefilled: record.prefill.is_some() && record.draft.is_none(),
            most_mb: OWN_FILE_MB,
            most_bytes: OWN_FILE_MB * 1024 * 1024,
            waiting: waiting.map_or_else(String::new, |id| format!("/editions/{key}/uploads/{id}")),
        },
    )
}

fn frame(
    state: &AppState,
    session: &Session,
    record: &ResponseRecord,
    title: &str,
    more: &[(&str, &str)],
) -> Page {
    let key = &record.edition.key;
    let definition = &record.edition.definition;
    let way = format!("{}（{}）", definition.words().form, definition.short_title);
    let form = format!("/editions/{key}/form1");
    let mut links = vec![(way.as_str(), form.as_str())];
    links.extend_from_slice(more);
    page::signed_in(state, session, title, &links).in_section("/home")
}

/// The preview of the address; of another edition it does not exist.
async fn open(state: &AppState, session: &Session, path: &Path) -> WebResult<OwnPreview> {
    let key = edition_key(&path.0)?;
    let id = path.1.parse().map_err(|_| WebError::NotFound)?;
    let preview = preview_own(&state.desk, &session.actor, id).await?;
    if preview.record.edition.key == key {
        Ok(preview)
    } else {
        Err(WebError::NotFound)
    }
}

/// GET `/editions/{key}/uploads/{id}`.
pub async fn preview(
    state: State,
    session: Session,
    request: HttpRequest,
    path: Path,
    query: web::Query<UploadQuery>,
) -> WebResult {
    let preview = open(&state, &session, &path).await?;
    // What was chosen before somebody had to sign in again.
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let pressed = kept.map_or_else(Pressed::default, |kept| Pressed {
        kept: true,
        confirmed: kept.has("confirmed"),
        replies: replies::read(&kept),
        ..Pressed::default()
    });
    html(&preview_page(&state, &session, &preview, pressed).await?)
}

/// What the last press came to, where it did not lead on.
#[derive(Default)]
struct Pressed {
    /// The answer was to be submitted.
    sent: bool,
    /// It was pressed before somebody had to sign in again.
    kept: bool,
    /// Why nothing was done; empty if something was.
    stale: &'static str,
    unconfirmed: bool,
    confirmed: bool,
    replies: Vec<BodyReply>,
}

/// POST `/editions/{key}/uploads/{id}`: `do` is `submit`, `draft`, `edit` or `discard`.
pub async fn decide(state: State, post: Post, path: Path) -> WebResult {
    let Post { session, form } = post;
    // Asked first: a file of another edition or another office does not exist here.
    let shown = open(&state, &session, &path).await?;
    let version = form.value("version")?;
    let what = form.text("do");
    let decision = match what {
        "submit" => OwnDecision::Submit {
            warnings_confirmed: form.has("confirmed"),
        },
        "draft" | "edit" => OwnDecision::Draft,
        "discard" => OwnDecision::Discard,
        _ => return Err(WebError::BadRequest),
    };
    let (id, key) = (shown.file.id, &shown.record.edition.key);
    let replies = replies::read(&form);
    let actor = &session.actor;
    let done = decide_with_replies(&state.desk, actor, id, version, decision, &replies).await;
    let (status, stale, unconfirmed) = match done {
        Ok(OwnOutcome::Submitted { receipt }) => {
            return Ok(see_other(&receipt_path(&receipt)));
        }
        Ok(OwnOutcome::Draft) => {
            let section = if what == "edit" {
                first_error(&shown)
            } else {
                ""
            };
            return Ok(see_other(&format!(
                "/editions/{key}/form1{section}?notice=file-drafted"
            )));
        }
        Ok(OwnOutcome::Discarded) => {
            return Ok(see_other(&format!(
                "/editions/{key}/upload?notice=file-discarded"
            )));
        }
        Err(WorkflowError::Unconfirmed(_)) => (StatusCode::UNPROCESSABLE_ENTITY, "", true),
        Err(WorkflowError::Invalid(_)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "直すところか、回答のない依頼が残っているため、提出していません。送ったファイルは消えていません。",
            false,
        ),
        Err(WorkflowError::Stale | WorkflowError::Refused(_)) => (
            StatusCode::CONFLICT,
            "この画面を開いたあとに、この団体の回答が変わりました。いまの回答とくらべ直したので、下の内容を確かめてから、もう一度押してください。",
            false,
        ),
        Err(error) => return Err(error.into()),
    };
    let preview = open(&state, &session, &path).await?;
    let pressed = Pressed {
        sent: what == "submit",
        stale: match status {
            // Nothing is left to press.
            StatusCode::CONFLICT if !preview.may_draft => {
                "この画面を開いたあとに、この団体の回答が変わりました。送ったファイルは消えていません。いまの回答は、そのまま残っています。"
            }
            _ => stale,
        },
        unconfirmed,
        confirmed: form.has("confirmed"),
        replies,
        kept: false,
    };
    let page = preview_page(&state, &session, &preview, pressed).await?;
    html_with(status, &page)
}

/// The part of the form where the first thing to mend stands, as the end of its address.
fn first_error(preview: &OwnPreview) -> &'static str {
    let reading = preview.file.reading.iter();
    let place = reading
        .flat_map(|reading| &reading.problems)
        .filter(|problem| problem.severity == Severity::Error)
        .find_map(|problem| problem.place.as_ref());
    use crate::domain::place::Section as S;
    match place.map(|place| place.section()) {
        None => "",
        Some(S::Contact) => "/contact",
        Some(S::Intent) => "/intent",
        Some(S::Schemes) => "/schemes",
        Some(S::Questions) => "/questions",
    }
}

async fn preview_page(
    state: &AppState,
    session: &Session,
    preview: &OwnPreview,
    pressed: Pressed,
) -> WebResult<PreviewPage> {
    let OwnPreview { file, record, .. } = preview;
    let definition = &record.edition.definition;
    let key = &record.edition.key;
    let reading = file.reading.clone();
    let reading = reading
        .unwrap_or_else(|| crate::domain::intake::FileReading::refused("読み取れませんでした。"));
    let view = ReadingView::new(definition, Some(&record.class), &reading);
    let upload_path = format!("/editions/{key}/upload");
    let mut page = frame(
        state,
        session,
        record,
        "ファイルの内容を確かめる",
        &[("Excelで回答する", &upload_path)],
    )
    .with_notice(pressed.kept.then_some("kept"));
    page.has_errors = pressed.unconfirmed || !pressed.stale.is_empty();
    let form = reading.form.as_ref().filter(|_| preview.may_submit);
    let replies = match form {
        Some(form) => {
            let waiting = replies::waiting(state, record, Some(form)).await?;
            waiting.fields(record, &pressed.replies, "", pressed.sent)
        }
        None => Vec::new(),
    };
    let is_own = reading.code == Some(record.code());
    let outcome = match (file.state, file.revision_number) {
        (FileState::Taken, Some(number)) => Some(Crumb {
            label: "受付票を見る".to_owned(),
            href: receipt_path(&receipt_number(&record.edition, record.code(), number)),
        }),
        (FileState::Taken, None) if record.status.is_received() => Some(Crumb {
            label: "提出した回答を見る".to_owned(),
            href: format!("/editions/{key}/form1"),
        }),
        (FileState::Taken, None) => Some(Crumb {
            label: "下書きの続きへ（まだ提出していません）".to_owned(),
            href: format!("/editions/{key}/form1"),
        }),
        _ => None,
    };
    let waits = file.state == FileState::Previewed;
    Ok(PreviewPage {
        page,
        id: file.id,
        path: format!("/editions/{key}/uploads/{}", file.id),
        form_path: format!("/editions/{key}/form1"),
        file_name: file.name.clone(),
        size: size_label(file.size),
        has_original: file.sha256.is_some(),
        body_name: record.name.clone(),
        body_code: record.code().to_string(),
        is_own,
        other_body: match reading.code {
            Some(code) => format!("別の団体（{code}）"),
            None => "わかりませんでした".to_owned(),
        },
        edition_title: definition.title.clone(),
        compared: compared(preview),
        reading: view,
        waits,
        owes: record.status.is_owing(),
        submitted: (record.status.is_received() && file.state != FileState::Taken)
            .then(|| own_status_tag(record.status)),
        may_send: record.status.is_editable()
            && record.takes_answers(state.desk.now())
            && session.actor.department.is_empty(),
        is_rejected: file.state == FileState::Rejected,
        may_draft: preview.may_draft,
        may_submit: preview.may_submit,
        replaces_draft: record.draft.is_some(),
        sign_off_waits: waits_for_sign_off(
            record,
            record.draft.as_ref(),
            &session.actor.department,
            BY_DRAFTING,
        ),
        why_not: preview.why_not,
        outcome,
        stale: pressed.stale,
        warnings_error: pressed.unconfirmed,
        confirmed: pressed.confirmed,
        problems: replies::problems(&replies),
        replies,
        version: record.version,
        reviewer: reviewer_name(record),
        fix_in_excel: if reading.input.is_some() {
            format!("/files/{}/annotated.xlsx", file.id)
        } else {
            format!("/editions/{key}/form1.xlsx")
        },
        fix_hint: if reading.input.is_some() {
            "送ったファイルに、直すところを書きそえたものを受け取れます。"
        } else {
            "記入のしかたがわかる様式を、あらためて受け取れます。"
        },
        upload_path,
    })
}

/// The stored answer beside the file. A draft is compared as it was typed, valid or not.
fn compared(preview: &OwnPreview) -> Option<Compared> {
    let record = &preview.record;
    let input = preview.file.reading.as_ref()?.input.as_ref()?;
    if let (Some(draft), true) = (&record.draft, record.status.is_editable()) {
        return Some(Compared {
            with: "いまの下書き".to_owned(),
            rows: differences(&record.edition.definition, &draft.input, input),
        });
    }
    let compared = preview.compared.as_ref()?;
    Some(Compared {
        with: match compared.revision {
            Some(number) => format!("提出した回答（第{number}版）"),
            None => "いまの下書き".to_owned(),
        },
        rows: compared
            .changes
            .iter()
            .map(|change| DiffRow {
                label: change.label.clone(),
                before: change.before.clone(),
                after: change.after.clone(),
            })
            .collect(),
    })
}
