//! GET and POST `/mail`: what waits, failed and was sent.

use actix_web::HttpRequest;
use askama::Template;

use super::{MENU, State, state_tag};
use crate::domain::japan_time;
use crate::domain::mail::{MailKind, MailState};
use crate::domain::text::{clean_line, fold_width, with_commas};
use crate::store::deliveries::{MailRecord, OutboxFilter};
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::ministry::participation::pager;
use crate::web::page::{self, html, see_other};
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Pager, StatusTag};
use crate::web::view_select::SelectField;
use crate::workflow::mail_desk::{may_run_outbox, resend_failed};

/// Mails on a page.
const LINES: u64 = 50;

#[derive(Template)]
#[template(path = "ministry/mail/list.html")]
struct ListPage {
    page: Page,
    /// Mail leaves this portal.
    sends: bool,
    demo: bool,
    waiting: String,
    failed: u64,
    sent: String,
    stopped: String,
    /// Since when a mail waits that should have gone; empty if none does.
    waiting_since: String,
    state: SelectField,
    kind: SelectField,
    address: String,
    is_narrowed: bool,
    total: String,
    lines: Vec<Line>,
    pager: Option<Pager>,
}

struct Line {
    href: String,
    id: i64,
    at: String,
    kind: &'static str,
    about: String,
    to: String,
    tag: StatusTag,
    attempts: i32,
    reply: String,
    due: String,
}

/// GET `/mail`.
pub async fn list(request: HttpRequest, state: State, session: Session) -> WebResult {
    if !may_run_outbox(&session.actor) {
        return Err(WebError::NotFound);
    }
    let form = FormData::parse(request.query_string())?;
    let filter = OutboxFilter {
        state: MailState::from_stored(form.text("state")),
        kind: MailKind::from_stored(form.text("kind")),
        about: fold_width(form.text("code")).trim().parse().ok(),
        address: clean_line(&fold_width(form.text("address"))),
    };
    let store = &state.desk.store;
    let now = state.desk.now();
    let counts = store.outbox_counts(now).await?;
    let asked: u64 = form.text("page").parse().unwrap_or(1).max(1);
    let (records, total) = store.outbox(&filter, asked - 1, LINES).await?;
    let back = address(&filter);
    html(&ListPage {
        page: page::signed_in(&state, &session, "メールの送信", &[])
            .in_section(MENU)
            .with_notice(Some(form.text("notice"))),
        sends: state.sends_mail,
        demo: state.demo,
        waiting: with_commas(counts.waiting),
        failed: counts.failed,
        sent: with_commas(counts.sent),
        stopped: with_commas(counts.stopped),
        waiting_since: counts
            .waiting_since
            // A worker looks every few seconds; longer than this is worth a word.
            .filter(|since| now.0 - since.0 > 5 * 60_000)
            .map(japan_time::datetime_label)
            .unwrap_or_default(),
        state: SelectField::filter(
            "state",
            "状態",
            MailState::ALL.map(|state| (state.as_str(), state.label())),
            filter.state.map_or("", MailState::as_str),
        ),
        kind: SelectField::filter(
            "kind",
            "種類",
            MailKind::ALL.map(|kind| (kind.as_str(), kind.label())),
            filter.kind.map_or("", MailKind::as_str),
        ),
        address: filter.address.clone(),
        is_narrowed: !back.is_empty(),
        total: with_commas(total),
        lines: records.iter().map(line).collect(),
        pager: pager(
            "メールの一覧",
            &format!("{MENU}?{back}"),
            asked,
            total,
            LINES,
        ),
    })
}

fn address(filter: &OutboxFilter) -> String {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    pairs.extend(filter.state.map(|it| ("state", it.as_str().to_owned())));
    pairs.extend(filter.kind.map(|it| ("kind", it.as_str().to_owned())));
    pairs.extend(filter.about.map(|it| ("code", it.to_string())));
    if !filter.address.is_empty() {
        pairs.push(("address", filter.address.clone()));
    }
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

fn line(mail: &MailRecord) -> Line {
    Line {
        href: format!("{MENU}/{}", mail.id),
        id: mail.id,
        at: japan_time::short_label(mail.created_at),
        kind: mail.kind.label(),
        about: mail.about.map(|code| code.to_string()).unwrap_or_default(),
        to: mail.to.to_string(),
        tag: state_tag(mail.state),
        attempts: mail.attempts,
        reply: mail.last_reply.clone().unwrap_or_default(),
        due: match mail.state {
            MailState::Waiting => japan_time::short_label(mail.due_at),
            _ => mail
                .settled_at
                .map(japan_time::short_label)
                .unwrap_or_default(),
        },
    }
}

/// POST `/mail`: sends again what failed.
pub async fn send_failed_again(state: State, post: Post) -> WebResult {
    resend_failed(&state.desk, &post.session.actor).await?;
    Ok(see_other("/mail?notice=mail-resent"))
}
