//! 担当の引継ぎ: who takes over, what moves, when the old account ends; and what was handed over before.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use jiff::ToSpan;

use super::super::error::{WebError, WebResult};
use super::super::form::FormData;
use super::super::page::{self, html_with};
use super::super::public::kept_form;
use super::super::session::{self, Post, Session};
use super::super::state::AppState;
use super::super::view::{Page, Problem, TextField};
use super::{filled, full_link, home_label, problems_of, target_code};
use crate::domain::japan_time;
use crate::store::accounts::AccountRecord;
use crate::store::handovers::HandoverRecord;
use crate::workflow::accounts::{
    self, Ends, Field, FieldProblem, HandOver, HandedOver, INVITATION_HOURS, Successor,
    WAITING_DAYS,
};

#[derive(Template)]
#[template(path = "accounts/handover.html")]
struct HandoverPage {
    page: Page,
    problems: Vec<Problem>,
    body: String,
    account: i64,
    name: String,
    email: String,
    is_own: bool,
    is_admin: bool,
    /// When it ends already; empty if it was not handed over.
    ends: String,
    /// It waits for its successor.
    waits: bool,
    /// The last day it would wait.
    latest: String,
    /// Whoever does it has a password to be asked for.
    asks_password: bool,
    colleagues: Vec<Choice>,
    successor: String,
    successor_errors: Vec<String>,
    invited: TextField,
    hours: i64,
    /// `arrival`, `now` or `later`.
    ending: &'static str,
    ends_on: TextField,
    addresses: Vec<Choice>,
    new_address: TextField,
    new_label: TextField,
    remark: TextField,
    current: TextField,
    before: Vec<Line>,
}

/// One account or address to choose.
struct Choice {
    id: i64,
    label: String,
    hint: String,
    checked: bool,
}

/// A hand-over of before.
struct Line {
    at: String,
    from: String,
    to: String,
    ends: String,
    by: String,
    remark: String,
}

#[derive(Template)]
#[template(path = "accounts/handed_over.html")]
struct HandedOverPage {
    page: Page,
    from: String,
    to: String,
    ends: String,
    waits: bool,
    /// The successor was signed out and signs in again.
    signed_out: bool,
    is_mailed: bool,
    link: String,
    expires: String,
    is_signed_out: bool,
}

/// `?account=` (one's own if absent), `?notice=` and `?kept=`.
#[derive(serde::Deserialize)]
pub struct HandoverQuery {
    account: Option<i64>,
    notice: Option<String>,
    kept: Option<String>,
}

/// GET `/account/handover`.
pub async fn form(
    state: web::Data<AppState>,
    session: Session,
    query: web::Query<HandoverQuery>,
) -> WebResult {
    let path = "/account/handover";
    let kept = kept_form(&state, &session, path, query.kept.as_deref()).await?;
    let typed = kept.unwrap_or_default();
    let account = query
        .account
        .or_else(|| typed.value("account").ok())
        .unwrap_or(session.actor.account_id);
    let account = accounts::account_to_hand_over(&state.desk, &session.actor, account).await?;
    let notice = query.notice.as_deref();
    let mut template = handover_page(&state, &session, &account, &typed, Vec::new(), &[]).await?;
    template.page = template.page.with_notice(notice);
    html_with(StatusCode::OK, &template)
}

/// POST `/account/handover`.
pub async fn send(request: HttpRequest, state: web::Data<AppState>, post: Post) -> WebResult {
    let Post { session, form } = post;
    let account = form.value("account").unwrap_or(session.actor.account_id);
    let account = accounts::account_to_hand_over(&state.desk, &session.actor, account).await?;
    let typed = HandOver {
        account: account.id,
        successor: successor(&form),
        ends: ends(&form),
        addresses_end: form
            .all("end_address")
            .map(|id| id.parse().map_err(|_| WebError::BadRequest))
            .collect::<WebResult<_>>()?,
        new_address: (form.text("new_address"), form.text("new_label")),
        remark: form.text("remark"),
        password: form.text("password_current"),
    };
    match accounts::hand_over(&state.desk, &session.actor, &typed).await {
        Ok(done) => handed_over(&state, &request, &session, &done),
        Err(error) => {
            let (problems, of_fields) = problems_of(error)?;
            let template =
                handover_page(&state, &session, &account, &form, problems, &of_fields).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
        }
    }
}

fn successor(form: &FormData) -> Successor<'_> {
    match form.text("successor") {
        "invite" => Successor::Invited(form.text("email")),
        id => id.parse().map_or(Successor::Nobody, Successor::Existing),
    }
}

fn ends(form: &FormData) -> Ends {
    match ending(form) {
        "now" => Ends::Now,
        "later" => japan_time::parse_date(form.text("ends_on")).map_or(Ends::Unreadable, Ends::On),
        _ => Ends::OnArrival,
    }
}

/// The choice of the form; at first the one that leaves nobody without.
fn ending(form: &FormData) -> &'static str {
    ["now", "later"]
        .into_iter()
        .find(|known| *known == form.text("ends"))
        .unwrap_or("arrival")
}

async fn handover_page(
    state: &AppState,
    session: &Session,
    account: &AccountRecord,
    typed: &FormData,
    problems: Vec<Problem>,
    of_fields: &[FieldProblem],
) -> WebResult<HandoverPage> {
    let now = state.desk.now();
    let store = &state.desk.store;
    let body = target_code(&account.home);
    let colleagues = store.accounts_of(body).await?;
    let addresses = store.duty_addresses(body).await?;
    let before = store.handovers(body).await?;
    let field = |field: Field, name: &str| filled(field, typed.text(name), of_fields);
    let optional = |field: TextField| TextField {
        required: false,
        ..field
    };
    let is_own = account.id == session.actor.account_id;
    let ended: Vec<&str> = typed.all("end_address").collect();
    let way: &[(&str, &str)] = if is_own {
        &[("自分の設定", "/account")]
    } else {
        &[("利用者の管理", "/accounts")]
    };
    Ok(HandoverPage {
        page: Page {
            has_errors: !problems.is_empty(),
            ..page::signed_in(state, session, "担当の引継ぎ", way).in_section(if is_own {
                "/account"
            } else {
                "/accounts"
            })
        },
        body: home_label(&account.home),
        account: account.id,
        name: account.display_name.clone(),
        email: account.email.clone(),
        is_own,
        is_admin: account.is_admin,
        ends: account
            .ends_at
            .map(japan_time::datetime_label)
            .unwrap_or_default(),
        waits: before
            .iter()
            .find(|record| record.from_account == account.id)
            .is_some_and(|record| record.ends_on_arrival),
        latest: japan_time::date_label(now.japan_date().saturating_add(WAITING_DAYS.days())),
        // Only the demo lets people in who have none.
        asks_password: colleagues
            .iter()
            .find(|other| other.id == session.actor.account_id)
            .is_none_or(|own| own.password_hash.is_some()),
        colleagues: colleagues
            .iter()
            .filter(|other| other.id != account.id && !other.is_over(now))
            .map(|other| Choice {
                id: other.id,
                label: other.display_name.clone(),
                hint: match other.password_hash {
                    Some(_) if account.is_admin && !other.is_admin => format!(
                        "{}　管理者になるため、手続きをすると、この方はいったんログアウトされます。同じパスワードですぐにログインでき、保存した内容は消えません。先にお伝えください。",
                        other.email
                    ),
                    Some(_) => other.email.clone(),
                    None => format!(
                        "{}　まだパスワードがありません。手続きをすると、パスワードを決めるリンクがこの方へメールで届きます。",
                        other.email
                    ),
                },
                checked: typed.text("successor") == other.id.to_string(),
            })
            .collect(),
        successor: typed.text("successor").to_owned(),
        successor_errors: of_fields
            .iter()
            .filter(|problem| problem.field == Field::Successor)
            .map(|problem| problem.message.clone())
            .collect(),
        invited: optional(field(Field::Email, "email")),
        hours: INVITATION_HOURS,
        ending: ending(typed),
        ends_on: optional(field(Field::EndsOn, "ends_on")),
        addresses: addresses
            .iter()
            .filter(|address| address.ended_at.is_none())
            .map(|address| Choice {
                id: address.id,
                label: address.email.clone(),
                hint: address.label.clone(),
                checked: ended.contains(&address.id.to_string().as_str()),
            })
            .collect(),
        new_address: optional(field(Field::Address, "new_address")),
        new_label: optional(field(Field::Department, "new_label")),
        remark: optional(field(Field::Remark, "remark")),
        current: filled(Field::CurrentPassword, "", of_fields),
        before: before.iter().map(line).collect(),
        problems,
    })
}

fn line(record: &HandoverRecord) -> Line {
    let waits = if record.to_account.is_none() {
        "（登録待ち）"
    } else {
        ""
    };
    Line {
        at: japan_time::datetime_label(record.at),
        from: record.from_name.clone(),
        to: format!("{}{waits}", record.to_email),
        ends: match record.ends_on_arrival {
            true => format!(
                "後任の方が使い始めたとき（遅くとも{}）",
                japan_time::datetime_label(record.ends_at)
            ),
            false => japan_time::datetime_label(record.ends_at),
        },
        by: format!("{}　{}", record.actor_body, record.actor_name),
        remark: record.remark.clone(),
    }
}

/// What happened, with the link for a successor who is invited; shown once.
fn handed_over(
    state: &AppState,
    request: &HttpRequest,
    session: &Session,
    done: &HandedOver,
) -> WebResult {
    let title = "担当を引き継ぎました";
    let page = if done.is_signed_out {
        page::public(state, title)
    } else {
        page::signed_in(state, session, title, &[])
    };
    let link = done.link.as_ref();
    let mut response = html_with(
        StatusCode::OK,
        &HandedOverPage {
            page,
            from: done.from_name.clone(),
            to: done.to_email.clone(),
            ends: japan_time::datetime_label(done.ends_at),
            waits: done.ends_on_arrival,
            signed_out: done.successor_signed_out,
            is_mailed: done.is_mailed,
            link: link
                .map(|link| full_link(state, request, link))
                .unwrap_or_default(),
            expires: link
                .map(|link| japan_time::datetime_label(link.expires_at))
                .unwrap_or_default(),
            is_signed_out: done.is_signed_out,
        },
    )?;
    if done.is_signed_out {
        response
            .add_cookie(&session::removal(state))
            .map_err(|error| WebError::Internal(anyhow::anyhow!("cookie: {error}")))?;
    }
    Ok(response)
}
