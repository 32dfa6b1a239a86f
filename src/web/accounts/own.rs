//! One's own settings: name of the function, password, sessions.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::super::error::WebResult;
use super::super::page::{self, html, html_with, see_other};
use super::super::public::kept_form;
use super::super::session::{Post, Session};
use super::super::state::AppState;
use super::super::view::{Page, Problem, TextField};
use super::digest::{self, DigestLine};
use super::{Outcome, WebError, filled, problems_of};
use crate::domain::japan_time;
use crate::workflow::accounts::{self, AccountError, Field, FieldProblem, PasswordChange};
use crate::workflow::sessions::{self, ABSOLUTE_HOURS, IDLE_MINUTES};

#[derive(Template)]
#[template(path = "accounts/own.html")]
struct OwnPage {
    page: Page,
    problems: Vec<Problem>,
    body: String,
    email: String,
    is_admin: bool,
    /// Not the ministry.
    has_body: bool,
    home_href: &'static str,
    display_name: TextField,
    /// False in the demo, whose accounts have none.
    has_password: bool,
    current: TextField,
    password: TextField,
    again: TextField,
    /// Empty for whoever gathers no answers.
    digests: Vec<DigestLine>,
    sessions: Vec<Line>,
    has_others: bool,
    idle_minutes: i64,
    absolute_hours: i64,
}

struct Line {
    started: String,
    seen: String,
    is_current: bool,
}

async fn own_page(
    state: &AppState,
    session: &Session,
    display_name: &str,
    problems: Vec<Problem>,
    of_fields: &[FieldProblem],
) -> WebResult<OwnPage> {
    let actor = &session.actor;
    let account = state.desk.store.account(actor.account_id).await?;
    let account = account.ok_or(WebError::NotFound)?;
    let sessions = sessions::own_sessions(&state.desk, actor, &session.token).await?;
    let body = match &actor.body {
        Some(body) => format!("{}（{}）", body.name, body.code),
        None => actor.body_name().to_owned(),
    };
    Ok(OwnPage {
        page: Page {
            has_errors: !problems.is_empty(),
            ..page::signed_in(state, session, "自分の設定", &[]).in_section("/account")
        },
        problems,
        body,
        email: account.email,
        is_admin: account.is_admin,
        has_body: account.home.is_some(),
        home_href: sessions::home_path(actor.role),
        display_name: filled(Field::DisplayName, display_name, of_fields),
        has_password: account.password_hash.is_some(),
        current: filled(Field::CurrentPassword, "", of_fields),
        password: filled(Field::Password, "", of_fields),
        again: filled(Field::PasswordAgain, "", of_fields),
        digests: digest::lines(state, session).await?,
        has_others: sessions.iter().any(|session| !session.is_current),
        sessions: sessions
            .iter()
            .map(|session| Line {
                started: japan_time::datetime_label(session.started_at),
                seen: japan_time::datetime_label(session.seen_at),
                is_current: session.is_current,
            })
            .collect(),
        idle_minutes: IDLE_MINUTES,
        absolute_hours: ABSOLUTE_HOURS,
    })
}

/// GET `/account`.
pub async fn own(
    state: web::Data<AppState>,
    session: Session,
    outcome: web::Query<Outcome>,
) -> WebResult {
    let kept = kept_form(&state, &session, "/account", outcome.kept.as_deref()).await?;
    let name = match &kept {
        Some(form) => form.text("display_name"),
        None => &session.actor.display_name,
    };
    let mut template = own_page(&state, &session, name, Vec::new(), &[]).await?;
    template.page = template.page.with_notice(outcome.notice.as_deref());
    html(&template)
}

/// GET of an address that takes POST alone: where somebody comes back to whose session had ended.
pub async fn resumed(_session: Session) -> WebResult {
    Ok(see_other("/account"))
}

async fn refused(
    state: &AppState,
    session: &Session,
    display_name: &str,
    error: AccountError,
) -> WebResult {
    let (problems, of_fields) = problems_of(error)?;
    let template = own_page(state, session, display_name, problems, &of_fields).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
}

/// POST `/account`: the name of the function.
pub async fn rename(state: web::Data<AppState>, post: Post) -> WebResult {
    let name = post.form.text("display_name");
    match accounts::change_own_name(&state.desk, &post.session.actor, name).await {
        Ok(()) => Ok(see_other("/account?notice=name-changed")),
        Err(error) => refused(&state, &post.session, name, error).await,
    }
}

/// POST `/account/password`.
pub async fn change_password(state: web::Data<AppState>, post: Post) -> WebResult {
    let (session, form) = (&post.session, &post.form);
    let typed = PasswordChange {
        current: form.text("password_current"),
        new: form.text("password"),
        again: form.text("password_again"),
    };
    let changed =
        accounts::change_own_password(&state.desk, &session.actor, &session.token, typed).await;
    match changed {
        Ok(()) => Ok(see_other("/account?notice=password-changed")),
        Err(error) => refused(&state, session, &session.actor.display_name, error).await,
    }
}

/// POST `/account/sessions/end`.
pub async fn end_others(state: web::Data<AppState>, post: Post) -> WebResult {
    let session = &post.session;
    sessions::end_other_sessions(&state.desk, &session.actor, &session.token).await?;
    Ok(see_other("/account?notice=sessions-ended"))
}
