//! One account as its administrator sees it: change, stop, restart, link for a new password.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::super::error::WebResult;
use super::super::form::FormData;
use super::super::page::{self, html, html_with, see_other};
use super::super::public::kept_form;
use super::super::session::{Post, Session};
use super::super::state::AppState;
use super::super::view::{Page, Problem, StatusTag, TextField};
use super::invite::{HandOver, link_page};
use super::list::account_tag;
use super::{
    Outcome, WebError, body_path, filled, home_label, home_name, problems_of, target_code,
};
use crate::domain::japan_time;
use crate::store::accounts::AccountRecord;
use crate::workflow::accounts::{self, AccountError, Field, FieldProblem, RESET_HOURS, target};
use crate::workflow::duties::set_department;

#[derive(Template)]
#[template(path = "accounts/edit.html")]
struct EditPage {
    page: Page,
    problems: Vec<Problem>,
    id: i64,
    email: String,
    body: String,
    tag: StatusTag,
    is_active: bool,
    is_self: bool,
    created: String,
    signed_in: String,
    locked: String,
    /// When it ends because it was handed over; empty if it does not.
    ends: String,
    display_name: TextField,
    is_admin: bool,
    /// The department inside the body; `None` for the ministry.
    department: Option<TextField>,
    reset_hours: i64,
    back_href: String,
}

async fn account(state: &AppState, session: &Session, id: &str) -> WebResult<AccountRecord> {
    let id: i64 = id.parse().map_err(|_| WebError::NotFound)?;
    state
        .desk
        .store
        .account(id)
        .await?
        .filter(|account| session.actor.may_invite(target(&account.home)))
        .ok_or(WebError::NotFound)
}

fn edit_page(
    state: &AppState,
    session: &Session,
    account: &AccountRecord,
    typed: Option<&FormData>,
    problems: Vec<Problem>,
    of_fields: &[FieldProblem],
) -> EditPage {
    let now = state.desk.now();
    let own = session.actor.code();
    let back_href = body_path(own, target_code(&account.home));
    let body_title = format!("{}の利用者", home_name(&account.home));
    let mut way = vec![("利用者の管理", "/accounts")];
    if back_href != "/accounts" {
        way.push((body_title.as_str(), back_href.as_str()));
    }
    // The page has two forms: what one of them brought says nothing about the other.
    let profile = typed.filter(|form| form.has("display_name"));
    let department = typed.filter(|form| form.has("department"));
    let name = profile.map_or(account.display_name.as_str(), |form| {
        form.text("display_name")
    });
    EditPage {
        page: Page {
            has_errors: !problems.is_empty(),
            ..page::signed_in(state, session, &account.display_name, &way).in_section("/accounts")
        },
        problems,
        id: account.id,
        email: account.email.clone(),
        body: home_label(&account.home),
        tag: account_tag(account),
        is_active: account.is_active,
        is_self: account.id == session.actor.account_id,
        created: japan_time::datetime_label(account.created_at),
        signed_in: account
            .signed_in_at
            .map_or_else(|| "まだありません".to_owned(), japan_time::datetime_label),
        locked: if account.locked_until > now {
            japan_time::datetime_label(account.locked_until)
        } else {
            String::new()
        },
        ends: account
            .ends_at
            .map(japan_time::datetime_label)
            .unwrap_or_default(),
        display_name: filled(Field::DisplayName, name, of_fields),
        is_admin: profile.map_or(account.is_admin, |form| form.has("admin")),
        department: account.home.as_ref().map(|_| TextField {
            id: super::key(Field::Department).to_owned(),
            name: "department".to_owned(),
            label: "部署の名称".to_owned(),
            hint: "難病、障害、こども など。書くと、この利用者は「3. 対象とする医療費助成」の、その部署の行だけを入力します。空欄は、とりまとめの担当です。".to_owned(),
            value: department
                .map_or(account.department.as_str(), |form| form.text("department"))
                .to_owned(),
            errors: of_fields
                .iter()
                .filter(|problem| problem.field == Field::Department)
                .map(|problem| problem.message.clone())
                .collect(),
            width: "m",
            ..TextField::default()
        }),
        reset_hours: RESET_HOURS,
        back_href,
    }
}

/// GET `/accounts/{id}`.
pub async fn edit(
    state: web::Data<AppState>,
    session: Session,
    id: web::Path<String>,
    outcome: web::Query<Outcome>,
) -> WebResult {
    let account = account(&state, &session, &id).await?;
    let path = format!("/accounts/{}", account.id);
    let kept = kept_form(&state, &session, &path, outcome.kept.as_deref()).await?;
    let mut template = edit_page(&state, &session, &account, kept.as_ref(), Vec::new(), &[]);
    template.page = template.page.with_notice(outcome.notice.as_deref());
    html(&template)
}

/// GET of an address that takes POST alone: where somebody comes back to whose session had ended.
pub async fn resumed(
    state: web::Data<AppState>,
    session: Session,
    path: web::Path<(String, String)>,
    outcome: web::Query<Outcome>,
) -> WebResult {
    if !session.actor.is_admin {
        return Err(WebError::NotFound);
    }
    let id: i64 = path.0.parse().map_err(|_| WebError::NotFound)?;
    let address = format!("/accounts/{id}/{}", path.1);
    let kept = kept_form(&state, &session, &address, outcome.kept.as_deref()).await?;
    let Some(kept) = kept.filter(|_| path.1 == "department") else {
        return Ok(see_other(&format!("/accounts/{id}")));
    };
    let account = account(&state, &session, &path.0).await?;
    let mut template = edit_page(&state, &session, &account, Some(&kept), Vec::new(), &[]);
    template.page = template.page.with_notice(outcome.notice.as_deref());
    html(&template)
}

fn refused(
    state: &AppState,
    session: &Session,
    account: &AccountRecord,
    typed: Option<&FormData>,
    error: AccountError,
) -> WebResult {
    let (problems, of_fields) = problems_of(error)?;
    let template = edit_page(state, session, account, typed, problems, &of_fields);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
}

/// POST `/accounts/{id}`.
pub async fn save(state: web::Data<AppState>, post: Post, id: web::Path<String>) -> WebResult {
    let (session, form) = (&post.session, &post.form);
    let account = account(&state, session, &id).await?;
    let changed = accounts::change_account(
        &state.desk,
        &session.actor,
        account.id,
        form.text("display_name"),
        form.has("admin"),
    )
    .await;
    match changed {
        Ok(()) => Ok(see_other(&format!(
            "/accounts/{}?notice=account-changed",
            account.id
        ))),
        Err(error) => refused(&state, session, &account, Some(form), error),
    }
}

/// POST `/accounts/{id}/{what}`: stop, restart, reset.
pub async fn act(
    request: HttpRequest,
    state: web::Data<AppState>,
    post: Post,
    path: web::Path<(String, String)>,
) -> WebResult {
    let (id, what) = path.into_inner();
    let session = &post.session;
    let account = account(&state, session, &id).await?;
    let (desk, actor) = (&state.desk, &session.actor);
    let done = match what.as_str() {
        "stop" => accounts::stop_account(desk, actor, account.id)
            .await
            .map(|()| "account-stopped"),
        "restart" => accounts::restart_account(desk, actor, account.id)
            .await
            .map(|()| "account-restarted"),
        "department" => set_department(desk, actor, account.id, post.form.text("department"))
            .await
            .map(|()| "department-set"),
        "reset" => match accounts::reset_link(desk, actor, account.id).await {
            Ok(link) => {
                let what = HandOver {
                    title: "パスワードの再設定リンクができました",
                    lead: format!(
                        "{}の{}（{}）が、新しいパスワードを決めるためのリンクです。",
                        home_name(&account.home),
                        account.display_name,
                        account.email
                    ),
                    request: "次のリンクを開いて、新しいパスワードを決めてください。決めるまでは、いまのパスワードを使えます。",
                    email: &account.email,
                    home: &account.home,
                    back_href: format!("/accounts/{}", account.id),
                };
                return link_page(&state, &request, session, &link, what);
            }
            Err(error) => Err(error),
        },
        _ => return Err(WebError::NotFound),
    };
    match done {
        Ok(notice) => Ok(see_other(&format!(
            "/accounts/{}?notice={notice}",
            account.id
        ))),
        Err(error) => refused(&state, session, &account, Some(&post.form), error),
    }
}
