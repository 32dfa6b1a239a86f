//! The page behind a link: choose a name and a password. Opening it uses nothing up, so that mail
//! scanners may look; sending the form does.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::super::error::WebResult;
use super::super::page::{self, html, html_with};
use super::super::public::welcome;
use super::super::session::PublicPost;
use super::super::state::AppState;
use super::super::view::{Page, Problem, TextField};
use super::{blank, filled, home_label, problems_of};
use crate::domain::japan_time;
use crate::workflow::accounts::{
    self, AccountError, Field, FieldProblem, INVITATION_HOURS, OpenLink, RESET_HOURS, Typed,
};

#[derive(Template)]
#[template(path = "accounts/invitation.html")]
struct InvitationPage {
    page: Page,
    problems: Vec<Problem>,
    /// The form's own address.
    action: String,
    body: String,
    /// Sign-in name, if the link knows it; else the field.
    email: String,
    email_field: TextField,
    is_reset: bool,
    is_admin: bool,
    expires: String,
    display_name: TextField,
    password: TextField,
    again: TextField,
}

#[derive(Template)]
#[template(path = "accounts/gone.html")]
struct GonePage {
    page: Page,
    invitation_hours: i64,
    reset_hours: i64,
}

/// A link that does not work (any more): 404, and what to do.
fn gone(state: &AppState) -> WebResult {
    let template = GonePage {
        page: page::public(state, "このリンクは使えません"),
        invitation_hours: INVITATION_HOURS,
        reset_hours: RESET_HOURS,
    };
    html_with(StatusCode::NOT_FOUND, &template)
}

fn form_page(
    state: &AppState,
    token: &str,
    link: &OpenLink,
    typed: Typed<'_>,
    problems: Vec<Problem>,
    of_fields: &[FieldProblem],
) -> InvitationPage {
    let title = if link.is_reset {
        "新しいパスワードを決める"
    } else {
        "利用者の登録"
    };
    let password = |field: Field| {
        let mut text_field = filled(field, "", of_fields);
        if !link.is_reset {
            text_field.label = text_field.label.replace("新しい", "");
        }
        text_field
    };
    InvitationPage {
        page: Page {
            has_errors: !problems.is_empty(),
            ..page::public(state, title)
        },
        problems,
        action: format!("/invitation/{token}"),
        body: home_label(&link.home),
        email: link.email.clone().unwrap_or_default(),
        email_field: TextField {
            autocomplete: "username",
            ..filled(Field::Email, typed.email, of_fields)
        },
        is_reset: link.is_reset,
        is_admin: link.is_admin,
        expires: japan_time::datetime_label(link.expires_at),
        display_name: if link.is_reset {
            blank(Field::DisplayName)
        } else {
            filled(Field::DisplayName, typed.display_name, of_fields)
        },
        password: password(Field::Password),
        again: password(Field::PasswordAgain),
    }
}

/// GET `/invitation/{token}`.
pub async fn show(state: web::Data<AppState>, token: web::Path<String>) -> WebResult {
    match accounts::open_link(&state.desk, &token).await {
        Ok(link) => {
            let typed = Typed::default();
            html(&form_page(&state, &token, &link, typed, Vec::new(), &[]))
        }
        Err(AccountError::Gone) => gone(&state),
        Err(error) => Err(error.into()),
    }
}

/// POST `/invitation/{token}`.
pub async fn accept(
    state: web::Data<AppState>,
    token: web::Path<String>,
    post: PublicPost,
) -> WebResult {
    let typed = Typed {
        email: post.form.text("email"),
        display_name: post.form.text("display_name"),
        password: post.form.text("password"),
        password_again: post.form.text("password_again"),
    };
    let result = accounts::accept_invitation(&state.desk, &token, typed, &post.request_id).await;
    let error = match result {
        Ok(accepted) => {
            let next = if accepted.was_reset {
                "/account?notice=password-set"
            } else {
                "/account?notice=welcome"
            };
            return welcome(&state, accepted.token, &accepted.account, next, "").await;
        }
        Err(AccountError::Gone) => return gone(&state),
        Err(error) => error,
    };
    let (problems, of_fields) = problems_of(error)?;
    let link = match accounts::open_link(&state.desk, &token).await {
        Ok(link) => link,
        Err(AccountError::Gone) => return gone(&state),
        Err(error) => return Err(error.into()),
    };
    let template = form_page(&state, &token, &link, typed, problems, &of_fields);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
}
