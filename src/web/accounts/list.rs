//! Who has an account: one's own body, and the bodies one invites for.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::super::error::{WebError, WebResult};
use super::super::form::FormData;
use super::super::page::{self, html, html_with};
use super::super::session::Session;
use super::super::state::AppState;
use super::super::view::{Page, Problem, StatusTag, TextField};
use super::{Outcome, body_path, filled, home_label};
use crate::domain::account::{AccountScope, Actor};
use crate::domain::japan_time;
use crate::domain::local_government_code::{LocalGovernmentCode, read_code_generously};
use crate::domain::organization::{Organization, OrganizationKind};
use crate::domain::search_key::search_key;
use crate::domain::text::with_commas;
use crate::store::accounts::{AccountRecord, Home, InvitationRecord};
use crate::workflow::accounts::{Field, FieldProblem, INVITATION_HOURS, target};

/// The accounts of one body, with the form that invites another.
pub struct People {
    heading: String,
    /// Empty for the ministry.
    code: String,
    accounts: Vec<Line>,
    invitations: Vec<Guest>,
    email: TextField,
    admin_checked: bool,
    hours: i64,
}

struct Line {
    id: i64,
    name: String,
    email: String,
    is_admin: bool,
    is_self: bool,
    tag: StatusTag,
    signed_in: String,
}

struct Guest {
    email: String,
    is_admin: bool,
    expires: String,
}

/// The bodies one invites for besides one's own.
struct Bodies {
    heading: &'static str,
    total: String,
    shown: String,
    with: String,
    without: String,
    rows: Vec<Row>,
    search: String,
    show: &'static str,
}

struct Row {
    code: String,
    name: String,
    kind: &'static str,
    count: usize,
    tag: StatusTag,
    href: String,
}

#[derive(Template)]
#[template(path = "accounts/list.html")]
struct ListPage {
    page: Page,
    problems: Vec<Problem>,
    people: People,
    bodies: Option<Bodies>,
}

#[derive(Template)]
#[template(path = "accounts/body.html")]
struct BodyPage {
    page: Page,
    problems: Vec<Problem>,
    people: People,
}

/// What was typed into the form that invites.
#[derive(Default)]
pub struct Typed {
    pub email: String,
    /// None before anything was typed.
    pub is_admin: Option<bool>,
    pub problems: Vec<FieldProblem>,
    /// Typed into a session that had ended.
    pub was_kept: bool,
}

impl Typed {
    /// From a form.
    pub fn of(form: &FormData) -> Self {
        Self {
            email: form.text("email").to_owned(),
            is_admin: Some(form.has("admin")),
            ..Self::default()
        }
    }
}

/// The query of the list.
#[derive(Default, serde::Deserialize)]
pub struct ListQuery {
    q: Option<String>,
    show: Option<String>,
    notice: Option<String>,
}

/// A body this person administers; strangers are told there is none.
pub async fn home_within(
    state: &AppState,
    actor: &Actor,
    body: Option<LocalGovernmentCode>,
) -> WebResult<Home> {
    let home = match body {
        None => None,
        Some(code) => {
            let body = state.desk.store.organization(code).await?;
            let body = body.ok_or(WebError::NotFound)?;
            Some((body.code, body.name, body.kind))
        }
    };
    if actor.may_invite(target(&home)) {
        Ok(home)
    } else {
        Err(WebError::NotFound)
    }
}

/// GET `/accounts`.
pub async fn list(
    state: web::Data<AppState>,
    session: Session,
    query: web::Query<ListQuery>,
) -> WebResult {
    let scope = AccountScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let typed = Typed::default();
    let template = list_page(&state, &session, scope, &query, &typed, Vec::new()).await?;
    html(&template)
}

async fn list_page(
    state: &AppState,
    session: &Session,
    scope: AccountScope,
    query: &ListQuery,
    typed: &Typed,
    problems: Vec<Problem>,
) -> WebResult<ListPage> {
    let actor = &session.actor;
    let store = &state.desk.store;
    let accounts = store.accounts_within(scope).await?;
    let guests = store.open_invitations(scope, state.desk.now()).await?;
    let organizations = match scope {
        AccountScope::Prefecture(prefecture) => store.organizations_in(prefecture).await?,
        AccountScope::Direct | AccountScope::Everyone => store.organizations().await?,
        AccountScope::Body(_) => Vec::new(),
    };
    let own: Home = actor
        .body
        .as_ref()
        .map(|body| (body.code, body.name.clone(), body.kind));
    let others: Vec<_> = organizations
        .iter()
        .filter(|body| Some(body.code) != actor.code())
        .filter(|body| scope.covers(Some((body.code, body.kind))))
        .collect();
    let bodies = (!others.is_empty()).then(|| bodies(&others, &accounts, &guests, query, scope));
    Ok(ListPage {
        page: Page {
            has_errors: !problems.is_empty(),
            ..page::signed_in(state, session, "利用者の管理", &[])
                .in_section("/accounts")
                .with_notice(query.notice.as_deref())
        },
        problems,
        people: people(actor, &own, &accounts, &guests, typed),
        bodies,
    })
}

fn people(
    actor: &Actor,
    home: &Home,
    accounts: &[AccountRecord],
    guests: &[InvitationRecord],
    typed: &Typed,
) -> People {
    let body = super::target_code(home);
    let of_body: Vec<_> = accounts
        .iter()
        .filter(|account| super::target_code(&account.home) == body)
        .collect();
    // A body nobody administers yet needs somebody who does.
    let needs_admin = !of_body
        .iter()
        .any(|account| account.is_admin && account.is_active);
    People {
        heading: home_label(home),
        code: body.map(|code| code.to_string()).unwrap_or_default(),
        accounts: of_body.iter().map(|account| line(actor, account)).collect(),
        invitations: guests
            .iter()
            .filter(|guest| super::target_code(&guest.home) == body)
            .map(|guest| Guest {
                email: guest.email.clone().unwrap_or_default(),
                is_admin: guest.is_admin,
                expires: japan_time::datetime_label(guest.expires_at),
            })
            .collect(),
        email: filled(Field::Email, &typed.email, &typed.problems),
        admin_checked: typed.is_admin.unwrap_or(needs_admin),
        hours: INVITATION_HOURS,
    }
}

fn line(actor: &Actor, account: &AccountRecord) -> Line {
    Line {
        id: account.id,
        name: account.display_name.clone(),
        email: account.email.clone(),
        is_admin: account.is_admin,
        is_self: account.id == actor.account_id,
        tag: account_tag(account),
        signed_in: account
            .signed_in_at
            .map_or_else(|| "まだありません".to_owned(), japan_time::datetime_label),
    }
}

/// 利用中 or 停止中.
pub fn account_tag(account: &AccountRecord) -> StatusTag {
    let (label, css) = if account.is_active {
        ("利用中", "done")
    } else {
        ("停止中", "withdrawn")
    };
    StatusTag {
        label: label.to_owned(),
        css,
    }
}

fn bodies(
    others: &[&Organization],
    accounts: &[AccountRecord],
    guests: &[InvitationRecord],
    query: &ListQuery,
    scope: AccountScope,
) -> Bodies {
    let mut counts: HashMap<LocalGovernmentCode, usize> = HashMap::new();
    for account in accounts.iter().filter(|account| account.is_active) {
        if let Some(code) = super::target_code(&account.home) {
            *counts.entry(code).or_default() += 1;
        }
    }
    let count = |body: &Organization| counts.get(&body.code).copied().unwrap_or(0);
    let is_invited = |body: &Organization| {
        guests
            .iter()
            .any(|guest| super::target_code(&guest.home) == Some(body.code))
    };
    let search = query.q.clone().unwrap_or_default();
    let only_without = query.show.as_deref() == Some("without");
    let rows: Vec<Row> = others
        .iter()
        .filter(|body| !only_without || count(body) == 0)
        .filter(|body| is_meant(body, &search))
        .map(|body| {
            let count = count(body);
            let (label, css) = match count {
                0 if is_invited(body) => ("招待中", "submitted"),
                0 => ("利用者なし", "todo"),
                _ => ("登録済", "done"),
            };
            Row {
                code: body.code.to_string(),
                name: body.name.clone(),
                kind: body.kind.label(),
                count,
                tag: StatusTag {
                    label: label.to_owned(),
                    css,
                },
                href: body_path(None, Some(body.code)),
            }
        })
        .collect();
    let with = others.iter().filter(|body| count(body) > 0).count();
    Bodies {
        heading: match scope {
            AccountScope::Prefecture(_) => "管内の市区町村",
            _ => "都道府県・指定都市・中核市",
        },
        total: with_commas(others.len() as u64),
        shown: with_commas(rows.len() as u64),
        with: with_commas(with as u64),
        without: with_commas((others.len() - with) as u64),
        rows,
        search,
        show: if only_without { "without" } else { "all" },
    }
}

/// Whether a body is meant by a typed name, reading or code, or a part of one.
fn is_meant(body: &Organization, typed: &str) -> bool {
    let key = search_key(typed);
    if key.is_empty() {
        return true;
    }
    let names = match body.kind {
        OrganizationKind::Prefecture => vec![search_key(&body.name)],
        _ => vec![search_key(&body.full_name())],
    };
    names.iter().any(|name| name.contains(&key))
        || search_key(&body.kana).contains(&key)
        || body.code.as_str().starts_with(&key)
        || read_code_generously(typed).contains(&body.code)
}

/// GET `/accounts/bodies/{code}`.
pub async fn body(
    state: web::Data<AppState>,
    session: Session,
    code: web::Path<String>,
    outcome: web::Query<Outcome>,
) -> WebResult {
    let code = code.parse().map_err(|_| WebError::NotFound)?;
    let home = home_within(&state, &session.actor, Some(code)).await?;
    let typed = Typed::default();
    let mut template = body_page(&state, &session, &home, &typed, Vec::new()).await?;
    template.page = template.page.with_notice(outcome.notice.as_deref());
    html(&template)
}

async fn body_page(
    state: &AppState,
    session: &Session,
    home: &Home,
    typed: &Typed,
    problems: Vec<Problem>,
) -> WebResult<BodyPage> {
    let store = &state.desk.store;
    let title = format!("{}の利用者", super::home_name(home));
    let way = [("利用者の管理", "/accounts")];
    let (accounts, guests) = match super::target_code(home) {
        Some(code) => {
            let scope = AccountScope::Body(code);
            (
                store.accounts_within(scope).await?,
                store.open_invitations(scope, state.desk.now()).await?,
            )
        }
        None => (Vec::new(), Vec::new()),
    };
    Ok(BodyPage {
        page: Page {
            has_errors: !problems.is_empty(),
            ..page::signed_in(state, session, &title, &way).in_section("/accounts")
        },
        problems,
        people: people(&session.actor, home, &accounts, &guests, typed),
    })
}

/// The page on which a body's accounts are invited, with what was typed.
pub async fn invite_page(
    state: &AppState,
    session: &Session,
    status: StatusCode,
    home: &Home,
    typed: &Typed,
    problems: Vec<Problem>,
) -> WebResult {
    if super::target_code(home) == session.actor.code() {
        let scope = AccountScope::of(&session.actor).ok_or(WebError::NotFound)?;
        let query = ListQuery {
            notice: typed.was_kept.then(|| "kept".to_owned()),
            ..ListQuery::default()
        };
        let page = list_page(state, session, scope, &query, typed, problems).await?;
        return html_with(status, &page);
    }
    let mut template = body_page(state, session, home, typed, problems).await?;
    if typed.was_kept {
        template.page = template.page.with_notice(Some("kept"));
    }
    html_with(status, &template)
}
