//! GET and POST `/editions/{key}/form1/proxy`: what somebody entered for the body, and what the body says to it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::receipt::reviewer_name;
use super::{FormQuery, State, edition_key, form_path, own_response};
use crate::domain::japan_time;
use crate::domain::proxy_entry::{ProxyEvent, takes_replies};
use crate::domain::response_status::ResponseStatus;
use crate::domain::revision::{Revision, receipt_path};
use crate::store::proxy_entries::{ProxyReply, state_of};
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::municipality::frame::Theirs;
use crate::web::municipality::history::diff_rows;
use crate::web::municipality::typed_text::differences;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{OwnResponse, Post, Session};
use crate::web::source_view::{SourceView, Sources, proxy_tag};
use crate::web::view::{DiffRow, Page, Problem, StatusTag, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::proxy_entry::reply;

#[derive(Template)]
#[template(path = "municipality/proxy.html")]
struct ProxyPage {
    page: Page,
    problems: Vec<Problem>,
    form_path: String,
    form_name: &'static str,
    path: String,
    body_name: String,
    source: Option<SourceView>,
    at: String,
    receipt_href: String,
    receipt: String,
    tag: StatusTag,
    replies: Vec<ReplyLine>,
    /// The revision before; `None` if there is none.
    since: Option<(i32, Vec<DiffRow>)>,
    /// What the body had saved on its page and gave way: the entry's text as `mine`.
    replaced: Option<Vec<Theirs>>,
    takes_replies: bool,
    may_confirm: bool,
    may_dispute: bool,
    may_withdraw: bool,
    reviewer: &'static str,
    revision: i32,
    seen: usize,
    words: TextField,
}

struct ReplyLine {
    at: String,
    label: &'static str,
    who: String,
    words: String,
}

/// What was typed and could not be taken.
#[derive(Default)]
struct Typed {
    words: String,
    errors: Vec<String>,
    overtaken: bool,
}

/// GET `/editions/{key}/form1/proxy`.
pub async fn show(state: State, own: OwnResponse, query: web::Query<FormQuery>) -> WebResult {
    let OwnResponse { session, record } = own;
    let path = form_path(&record.edition.key, "proxy");
    let kept = kept_form(&state, &session, &path, query.kept.as_deref()).await?;
    let typed = Typed {
        words: kept.map_or_else(String::new, |form| form.text("words").to_owned()),
        ..Typed::default()
    };
    let notice = query.notice.as_deref();
    render(&state, &session, &record, StatusCode::OK, typed, notice).await
}

/// POST `/editions/{key}/form1/proxy`.
pub async fn say(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    let Post { session, form } = post;
    let event = ProxyEvent::from_stored(form.text("event")).unwrap_or(ProxyEvent::Dispute);
    let said = said(&form);
    let words = form.text("words");
    let done = reply(&state.desk, &session.actor, &key, said, event, words).await;
    let (status, typed) = match done {
        Ok(()) => {
            let notice = match event {
                ProxyEvent::Confirm => "proxy-confirmed",
                ProxyEvent::Dispute => "proxy-disputed",
            };
            let path = form_path(&key, "proxy");
            return Ok(see_other(&format!("{path}?notice={notice}")));
        }
        Err(WorkflowError::Invalid(problems)) => {
            let errors = problems.into_iter().map(|problem| problem.message);
            let typed = Typed {
                words: words.to_owned(),
                errors: errors.collect(),
                overtaken: false,
            };
            (StatusCode::UNPROCESSABLE_ENTITY, typed)
        }
        Err(WorkflowError::Stale) => {
            let typed = Typed {
                words: words.to_owned(),
                errors: Vec::new(),
                overtaken: true,
            };
            (StatusCode::CONFLICT, typed)
        }
        Err(error) => return Err(error.into()),
    };
    let record = own_response(&state, &session, &key).await?;
    render(&state, &session, &record, status, typed, None).await
}

/// The revision the page showed, and how many replies to it.
fn said(form: &FormData) -> (i32, usize) {
    let revision = form.text("revision").parse().unwrap_or(0);
    (revision, form.text("seen").parse().unwrap_or(0))
}

async fn render(
    state: &State,
    session: &Session,
    record: &ResponseRecord,
    status: StatusCode,
    typed: Typed,
    notice: Option<&str>,
) -> WebResult {
    let key = &record.edition.key;
    let number = record.revision_number;
    let revisions = state.desk.store.revisions(record.id).await?;
    let Some(newest) = revisions.last().filter(|newest| newest.by_proxy) else {
        // Nothing was entered for the body, or it submitted anew since.
        return if typed.overtaken {
            Err(WebError::Conflict)
        } else {
            Ok(see_other(&form_path(key, "")))
        };
    };
    let sources = Sources::of(state, record.id, &revisions, &[]).await?;
    let of_newest: Vec<&ProxyReply> = sources
        .replies
        .iter()
        .filter(|reply| reply.revision == number)
        .collect();
    let stands = state_of(&sources.replies, number);
    let open = takes_replies(record.status);
    let definition = &record.edition.definition;
    let mut page = page::signed_in(
        state,
        session,
        "代理で入力された内容",
        &[(
            &format!("{}（{}）", definition.words().form, definition.short_title),
            &form_path(key, ""),
        )],
    )
    .in_section("/home")
    .with_notice(notice);
    page.has_errors = status != StatusCode::OK;
    let overtaken = "画面を開いたあとに、同じ団体の人が返事をしたか、回答が変わりました。いまの内容を確かめてから、もう一度押してください。入力した内容は、下の欄に残っています。";
    let mut problems: Vec<_> = typed
        .errors
        .iter()
        .map(|message| Problem {
            field_id: "words".to_owned(),
            message: message.clone(),
        })
        .collect();
    if typed.overtaken {
        problems.push(Problem {
            field_id: String::new(),
            message: overtaken.to_owned(),
        });
    }
    html_with(
        status,
        &ProxyPage {
            page,
            problems,
            form_path: form_path(key, ""),
            form_name: definition.words().form,
            path: form_path(key, "proxy"),
            body_name: record.name.clone(),
            source: SourceView::of(newest, &sources),
            at: japan_time::datetime_label(newest.submitted_at),
            receipt_href: receipt_path(&newest.receipt),
            receipt: newest.receipt.clone(),
            tag: proxy_tag(stands),
            replies: of_newest.iter().map(|reply| line(reply)).collect(),
            since: since(record, &revisions, newest),
            replaced: replaced(record, &sources, newest),
            takes_replies: open,
            may_confirm: open && stands.after(ProxyEvent::Confirm).is_some(),
            may_dispute: open && stands.after(ProxyEvent::Dispute).is_some(),
            may_withdraw: record.status == ResponseStatus::Submitted
                && record.takes_answers(state.desk.now()),
            reviewer: reviewer_name(record),
            revision: number,
            seen: of_newest.len(),
            words: TextField {
                id: "words".to_owned(),
                name: "words".to_owned(),
                label: "違っているところと、正しい内容".to_owned(),
                hint: "代わりに入力した担当の画面に表示されます。".to_owned(),
                value: typed.words,
                errors: typed.errors,
                required: true,
                ..TextField::default()
            },
        },
    )
}

fn line(reply: &ProxyReply) -> ReplyLine {
    ReplyLine {
        at: japan_time::datetime_label(reply.at),
        label: reply.event.label(),
        who: format!("{} {}", reply.actor_body, reply.actor_name),
        words: reply.words.clone(),
    }
}

/// The revision before the newest, and what changed since.
fn since(
    record: &ResponseRecord,
    revisions: &[Revision],
    newest: &Revision,
) -> Option<(i32, Vec<DiffRow>)> {
    let previous = revisions.iter().rev().nth(1)?;
    let rows = diff_rows(&record.edition.definition, previous, newest);
    Some((previous.number, rows))
}

/// How the entry differs from what the body had saved itself.
fn replaced(record: &ResponseRecord, sources: &Sources, newest: &Revision) -> Option<Vec<Theirs>> {
    let mut entries = sources.entries.iter();
    let entry = entries.find(|entry| entry.revision == Some(newest.number))?;
    let draft = entry.replaced.as_ref()?;
    let definition = &record.edition.definition;
    let sections = definition.sections(&record.class).iter();
    let rows = sections
        .flat_map(|section| differences(definition, *section, draft, &entry.draft))
        .collect();
    Some(rows)
}
