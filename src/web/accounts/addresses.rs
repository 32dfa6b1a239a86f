//! The addresses duty belongs to: where mail for a body goes.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::super::error::WebResult;
use super::super::form::FormData;
use super::super::page::{self, html_with, see_other};
use super::super::public::kept_form;
use super::super::session::{Post, Session};
use super::super::state::AppState;
use super::super::view::{Page, Problem, TextField};
use super::{filled, home_label, problems_of, read_body, target_code};
use crate::domain::japan_time;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::store::accounts::Home;
use crate::store::duty_addresses::DutyAddress;
use crate::workflow::accounts::{self, Field, FieldProblem};

#[derive(Template)]
#[template(path = "accounts/addresses.html")]
struct AddressesPage {
    page: Page,
    problems: Vec<Problem>,
    body: String,
    /// Empty for the ministry.
    code: String,
    used: Vec<Line>,
    ended: Vec<Line>,
    email: TextField,
    label: TextField,
}

struct Line {
    id: i64,
    email: String,
    label: String,
    since: String,
    until: String,
}

/// `?code=` (one's own body if absent), `?notice=` and `?kept=`.
#[derive(serde::Deserialize)]
pub struct AddressQuery {
    code: Option<String>,
    notice: Option<String>,
    kept: Option<String>,
}

fn path_of(session: &Session, body: Option<LocalGovernmentCode>) -> String {
    match body {
        Some(code) if session.actor.code() != body => format!("/account/addresses?code={code}&"),
        _ => "/account/addresses?".to_owned(),
    }
}

/// GET `/account/addresses`.
pub async fn list(
    state: web::Data<AppState>,
    session: Session,
    query: web::Query<AddressQuery>,
) -> WebResult {
    let path = "/account/addresses";
    let kept = kept_form(&state, &session, path, query.kept.as_deref()).await?;
    let typed = kept.unwrap_or_default();
    let body = match (&query.code, typed.has("body")) {
        (Some(code), _) => read_body(code)?,
        (None, true) => read_body(typed.text("body"))?,
        (None, false) => session.actor.code(),
    };
    let home = accounts::duty_home(&state.desk, &session.actor, body).await?;
    let status = StatusCode::OK;
    let mut page = addresses_page(&state, &session, &home, &typed, Vec::new(), &[]).await?;
    page.page = page.page.with_notice(query.notice.as_deref());
    html_with(status, &page)
}

/// POST `/account/addresses`: adds one, or ends one.
pub async fn change(state: web::Data<AppState>, post: Post) -> WebResult {
    let Post { session, form } = post;
    let body = if form.has("body") {
        read_body(form.text("body"))?
    } else {
        session.actor.code()
    };
    let (desk, actor) = (&state.desk, &session.actor);
    let home = accounts::duty_home(desk, actor, body).await?;
    let (done, notice) = if form.text("do") == "end" {
        let (id, confirmed) = (form.value("id")?, form.has("confirmed"));
        let done = accounts::end_address(desk, actor, body, id, confirmed).await;
        (done, "address-ended")
    } else {
        let (email, label) = (form.text("new_address"), form.text("new_label"));
        let done = accounts::add_address(desk, actor, body, email, label).await;
        (done, "address-added")
    };
    match done {
        Ok(()) => Ok(see_other(&format!(
            "{}notice={notice}",
            path_of(&session, body)
        ))),
        Err(error) => {
            let (problems, of_fields) = problems_of(error)?;
            let page = addresses_page(&state, &session, &home, &form, problems, &of_fields).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn addresses_page(
    state: &AppState,
    session: &Session,
    home: &Home,
    typed: &FormData,
    problems: Vec<Problem>,
    of_fields: &[FieldProblem],
) -> WebResult<AddressesPage> {
    let body = target_code(home);
    let addresses = state.desk.store.duty_addresses(body).await?;
    let (used, ended): (Vec<_>, Vec<_>) = addresses
        .iter()
        .partition(|address| address.ended_at.is_none());
    let way = [("自分の設定", "/account")];
    Ok(AddressesPage {
        page: Page {
            has_errors: !problems.is_empty(),
            ..page::signed_in(state, session, "お知らせの宛先", &way).in_section("/account")
        },
        body: home_label(home),
        code: body.map(|code| code.to_string()).unwrap_or_default(),
        used: used.into_iter().map(line).collect(),
        ended: ended.into_iter().map(line).collect(),
        email: filled(Field::Address, typed.text("new_address"), of_fields),
        label: filled(Field::Department, typed.text("new_label"), of_fields),
        problems,
    })
}

fn line(address: &DutyAddress) -> Line {
    Line {
        id: address.id,
        email: address.email.clone(),
        label: address.label.clone(),
        since: japan_time::datetime_label(address.created_at),
        until: address
            .ended_at
            .map(japan_time::datetime_label)
            .unwrap_or_default(),
    }
}
