//! 決裁と部署の分担: how a body divides its work. Whoever works there sees it, its administrators change it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::super::error::{WebError, WebResult};
use super::super::form::FormData;
use super::super::page::{self, html_with, see_other};
use super::super::public::kept_form;
use super::super::session::{Post, Session};
use super::super::state::AppState;
use super::super::view::{Page, Problem, TextField};
use super::{home_label, read_body, target_code};
use crate::domain::japan_time;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::place::Place;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::SchemeRow;
use crate::store::accounts::Home;
use crate::workflow::WorkflowError;
use crate::workflow::accounts::{duty_home, target};
use crate::workflow::duties::set_duties;

#[derive(Template)]
#[template(path = "accounts/duties.html")]
struct DutiesPage {
    page: Page,
    problems: Vec<Problem>,
    body: String,
    code: String,
    /// The visitor may change it.
    may_change: bool,
    /// Somebody else changed it meanwhile.
    overtaken: bool,
    version: i32,
    changed: String,
    sign_off: bool,
    /// Which edition the rows are of; empty if the body takes part in none.
    edition: String,
    rows: Vec<TextField>,
    people: Vec<Person>,
}

/// An account and its department.
struct Person {
    name: String,
    department: String,
    /// Where an administrator changes it; empty for others.
    href: String,
}

/// What was typed.
struct Typed {
    sign_off: bool,
    rows: Vec<(SchemeId, String)>,
}

/// `?code=` (one's own body if absent), `?notice=` and `?kept=`.
#[derive(serde::Deserialize)]
pub struct DutiesQuery {
    code: Option<String>,
    notice: Option<String>,
    kept: Option<String>,
}

/// The body of the page: the named one, or the visitor's own.
async fn home_of(
    state: &AppState,
    session: &Session,
    code: &str,
) -> WebResult<(LocalGovernmentCode, Home)> {
    let named = read_body(code)?;
    let body = named.or(session.actor.code());
    let body = body.ok_or(WebError::NotFound)?;
    let home = duty_home(&state.desk, &session.actor, Some(body)).await?;
    Ok((body, home))
}

/// The rows of the newest edition the body takes part in, with what the edition is called.
async fn rows_of(
    state: &AppState,
    body: LocalGovernmentCode,
) -> WebResult<(String, Vec<SchemeRow>)> {
    let editions = state.desk.store.own_editions(body).await?;
    Ok(editions.into_iter().next().map_or_else(
        || (String::new(), Vec::new()),
        |own| {
            let definition = &own.edition.definition;
            (definition.short_title.clone(), definition.rows.clone())
        },
    ))
}

fn field_id(scheme: &SchemeId) -> String {
    format!("department-{scheme}")
}

fn read(form: &FormData, rows: &[SchemeRow]) -> Typed {
    Typed {
        sign_off: form.has("sign_off"),
        rows: rows
            .iter()
            .map(|row| {
                let typed = form.text(&field_id(&row.scheme)).to_owned();
                (row.scheme.clone(), typed)
            })
            .collect(),
    }
}

/// GET `/account/duties`.
pub async fn form(
    state: web::Data<AppState>,
    session: Session,
    query: web::Query<DutiesQuery>,
) -> WebResult {
    let kept = kept_form(&state, &session, "/account/duties", query.kept.as_deref()).await?;
    let code = match (&query.code, &kept) {
        (Some(code), _) => code.as_str(),
        (None, Some(form)) => form.text("body"),
        (None, None) => "",
    };
    let (body, home) = home_of(&state, &session, code).await?;
    let (edition, rows) = rows_of(&state, body).await?;
    let typed = kept.as_ref().map(|form| read(form, &rows));
    let notice = query.notice.as_deref();
    let mut page = duties_page(&state, &session, &home, (edition, &rows), typed).await?;
    page.page = page.page.with_notice(notice);
    html_with(StatusCode::OK, &page)
}

/// POST `/account/duties`.
pub async fn save(state: web::Data<AppState>, post: Post) -> WebResult {
    let Post { session, form } = post;
    let (body, home) = home_of(&state, &session, form.text("body")).await?;
    let (edition, rows) = rows_of(&state, body).await?;
    let typed = read(&form, &rows);
    let version = form.value("version")?;
    let actor = &session.actor;
    let done = set_duties(
        &state.desk,
        actor,
        body,
        version,
        typed.sign_off,
        &typed.rows,
    )
    .await;
    let (status, problems, overtaken) = match done {
        Ok(()) => {
            let own = if actor.code() == Some(body) {
                String::new()
            } else {
                format!("code={body}&")
            };
            return Ok(see_other(&format!(
                "/account/duties?{own}notice=duties-set"
            )));
        }
        Err(WorkflowError::Invalid(found)) => {
            let problems = found.into_iter().map(|problem| Problem {
                field_id: match &problem.place {
                    Place::Scheme(scheme) => field_id(scheme),
                    _ => "sign_off".to_owned(),
                },
                message: problem.message,
            });
            let problems: Vec<Problem> = problems.collect();
            (StatusCode::UNPROCESSABLE_ENTITY, problems, false)
        }
        Err(WorkflowError::Stale) => (StatusCode::CONFLICT, Vec::new(), true),
        Err(error) => return Err(error.into()),
    };
    let mut page = duties_page(&state, &session, &home, (edition, &rows), Some(typed)).await?;
    page.page.has_errors = true;
    page.overtaken = overtaken;
    for row in &mut page.rows {
        let at = problems
            .iter()
            .filter(|problem: &&Problem| problem.field_id == row.id);
        row.errors = at.map(|problem| problem.message.clone()).collect();
    }
    page.problems = problems;
    html_with(status, &page)
}

async fn duties_page(
    state: &AppState,
    session: &Session,
    home: &Home,
    (edition, rows): (String, &[SchemeRow]),
    typed: Option<Typed>,
) -> WebResult<DutiesPage> {
    let body = target_code(home).ok_or(WebError::NotFound)?;
    let store = &state.desk.store;
    let stored = store.body_duties(body).await?;
    let people = store.accounts_of(Some(body)).await?;
    let now = state.desk.now();
    let may_change = session.actor.may_invite(target(home));
    let typed = typed.unwrap_or_else(|| Typed {
        sign_off: stored.duties.sign_off,
        rows: rows
            .iter()
            .map(|row| {
                let label = stored.duties.department_of(&row.scheme).to_owned();
                (row.scheme.clone(), label)
            })
            .collect(),
    });
    let fields = rows
        .iter()
        .zip(typed.rows)
        .map(|(row, (scheme, value))| TextField {
            id: field_id(&scheme),
            name: field_id(&scheme),
            label: row.name.clone(),
            value,
            width: "s",
            ..TextField::default()
        });
    let way = [("自分の設定", "/account")];
    Ok(DutiesPage {
        page: page::signed_in(state, session, "決裁と部署の分担", &way).in_section("/account"),
        problems: Vec::new(),
        body: home_label(home),
        code: body.to_string(),
        may_change,
        overtaken: false,
        version: stored.version,
        changed: stored.changed.map_or_else(String::new, |(at, by)| {
            format!("{}に{by}が変更しました。", japan_time::datetime_label(at))
        }),
        sign_off: typed.sign_off,
        edition,
        rows: fields.collect(),
        people: people
            .iter()
            .filter(|account| !account.is_over(now))
            .map(|account| Person {
                name: account.display_name.clone(),
                department: account.department.clone(),
                href: if may_change {
                    format!("/accounts/{}#department", account.id)
                } else {
                    String::new()
                },
            })
            .collect(),
    })
}
