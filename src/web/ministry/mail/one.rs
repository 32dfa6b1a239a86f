//! GET and POST `/mail/{mail}`: one mail as it was or will be sent.

use actix_web::web;
use askama::Template;

use super::{MENU, State, state_tag};
use crate::domain::japan_time;
use crate::domain::mail::MailState;
use crate::domain::mail_text::{MailText, without_secret_link};
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::FormQuery;
use crate::web::page::{self, html, see_other};
use crate::web::session::{Post, Session};
use crate::web::view::{Page, StatusTag};
use crate::workflow::mail_desk::{may_run_outbox, resend, stop};

#[derive(Template)]
#[template(path = "ministry/mail/one.html")]
struct OnePage {
    page: Page,
    id: i64,
    kind: &'static str,
    tag: StatusTag,
    to: String,
    about: String,
    created_at: String,
    /// When it is tried next, or since when it stands as it does.
    moment: (&'static str, String),
    attempts: i32,
    reply: String,
    /// Empty before the first attempt.
    message_id: String,
    subject: String,
    body: String,
    may_resend: bool,
    link_is_over: bool,
    may_stop: bool,
}

/// GET `/mail/{mail}`.
pub async fn one(
    state: State,
    session: Session,
    id: web::Path<i64>,
    query: web::Query<FormQuery>,
) -> WebResult {
    if !may_run_outbox(&session.actor) {
        return Err(WebError::NotFound);
    }
    let mail = state
        .desk
        .store
        .mail(*id)
        .await?
        .ok_or(WebError::NotFound)?;
    let (message_id, subject, body) = match &mail.text {
        Some(text) => (
            text.message_id.clone(),
            text.subject.clone(),
            text.body.clone(),
        ),
        None => {
            let newest = state.desk.store.mail_text(mail.kind).await?;
            let text = newest.map_or_else(|| MailText::shipped(mail.kind), |(_, text)| text);
            let base = state.base_url.as_deref().unwrap_or_default();
            let (subject, body) = text.fill(&mail.facts, base);
            (String::new(), subject, body)
        }
    };
    let is_ended = matches!(mail.state, MailState::Failed | MailState::Stopped);
    let body = match mail.kind.has_secret_link() {
        true => without_secret_link(&body),
        false => body,
    };
    let moment = match (mail.state, mail.settled_at) {
        (MailState::Waiting, _) | (_, None) => {
            ("次に送る時刻", japan_time::datetime_label(mail.due_at))
        }
        (_, Some(at)) => ("この状態になった時刻", japan_time::datetime_label(at)),
    };
    html(&OnePage {
        page: page::signed_in(&state, &session, "メール", &[("メールの送信", MENU)])
            .in_section(MENU)
            .with_notice(query.notice.as_deref()),
        id: mail.id,
        kind: mail.kind.label(),
        tag: state_tag(mail.state),
        to: mail.to.to_string(),
        about: mail.about.map(|code| code.to_string()).unwrap_or_default(),
        created_at: japan_time::datetime_label(mail.created_at),
        moment,
        attempts: mail.attempts,
        reply: mail.last_reply.unwrap_or_default(),
        message_id,
        subject,
        body,
        may_resend: is_ended && !mail.kind.has_secret_link(),
        link_is_over: is_ended && mail.kind.has_secret_link(),
        may_stop: matches!(mail.state, MailState::Waiting | MailState::Failed),
    })
}

/// POST `/mail/{mail}`.
pub async fn decide(state: State, post: Post, id: web::Path<i64>) -> WebResult {
    let actor = &post.session.actor;
    if !may_run_outbox(actor) {
        return Err(WebError::NotFound);
    }
    let done = match post.form.text("do") {
        "resend" => resend(&state.desk, actor, *id)
            .await?
            .then_some("mail-resent"),
        "stop" => stop(&state.desk, actor, *id)
            .await?
            .then_some("mail-stopped"),
        // A button of a page of another version: nothing is changed.
        _ => None,
    };
    let notice = done.unwrap_or("mail-moved-on");
    Ok(see_other(&format!("{MENU}/{id}?notice={notice}")))
}
