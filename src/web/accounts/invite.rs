//! Inviting: the form's POST, and the page that shows a link once.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::super::error::WebResult;
use super::super::page::{self, html, see_other};
use super::super::public::kept_form;
use super::super::session::{Post, Session};
use super::super::state::AppState;
use super::super::view::{Page, TextField};
use super::list::{Typed, home_within, invite_page};
use super::{Outcome, body_path, full_link, home_label, problems_of, read_body};
use crate::domain::japan_time;
use crate::store::accounts::Home;
use crate::workflow::accounts::{self, Invitation, Link};

#[derive(Template)]
#[template(path = "accounts/link.html")]
struct LinkPage {
    page: Page,
    lead: String,
    expires: String,
    link: TextField,
    message: TextField,
    back_href: String,
}

/// What a link to hand over is for.
pub struct HandOver<'a> {
    pub title: &'a str,
    pub lead: String,
    /// What the person is asked to do, for the text that goes with the link.
    pub request: &'a str,
    pub email: &'a str,
    pub home: &'a Home,
    pub back_href: String,
}

/// The page that shows a link, once.
pub fn link_page(
    state: &AppState,
    request: &HttpRequest,
    session: &Session,
    link: &Link,
    what: HandOver<'_>,
) -> WebResult {
    let address = full_link(state, request, link);
    let expires = japan_time::datetime_label(link.expires_at);
    let message = format!(
        "医療費助成の意向等調査のシステム「とりまとめ」の利用者の方へ\n\n{}\n\n{address}\n\n対象の団体：{}\nログインに使うメールアドレス：{}\n有効期限：{expires}（一度だけ使えます）\n期限が切れたときは、このリンクをお渡しした担当へご連絡ください。\n心当たりがないときは、リンクを開かずに破棄してください。",
        what.request,
        home_label(what.home),
        what.email,
    );
    let field = |id: &str, label: &str, value: String| TextField {
        id: id.to_owned(),
        label: label.to_owned(),
        value,
        ..TextField::default()
    };
    html(&LinkPage {
        page: page::signed_in(state, session, what.title, &[("利用者の管理", "/accounts")])
            .in_section("/accounts"),
        lead: what.lead,
        expires,
        link: field("link", "リンク", address),
        message: field("message", "メールなどで渡すときの文面", message),
        back_href: what.back_href,
    })
}

/// POST `/accounts/invite`.
pub async fn invite(request: HttpRequest, state: web::Data<AppState>, post: Post) -> WebResult {
    let (session, form) = (&post.session, &post.form);
    let body = read_body(form.text("code"))?;
    let home = home_within(&state, &session.actor, body).await?;
    let new = Invitation {
        email: form.text("email"),
        body,
        is_admin: form.has("admin"),
    };
    let email = crate::domain::text::clean_line(form.text("email"));
    match accounts::invite(&state.desk, &session.actor, new).await {
        Ok(link) => {
            let what = HandOver {
                title: "招待リンクができました",
                lead: format!(
                    "{}の利用者として、{email} の方を招待します。",
                    home_label(&home)
                ),
                request: "次のリンクを開いて、担当の名称とパスワードを決めてください。すぐに使い始められます。",
                email: &email,
                home: &home,
                back_href: body_path(session.actor.code(), body),
            };
            link_page(&state, &request, session, &link, what)
        }
        Err(error) => {
            let (problems, of_fields) = problems_of(error)?;
            let typed = Typed {
                problems: of_fields,
                ..Typed::of(form)
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            invite_page(&state, session, status, &home, &typed, problems).await
        }
    }
}

/// GET `/accounts/invite`: where somebody comes back to whose session ended while typing.
pub async fn resumed(
    state: web::Data<AppState>,
    session: Session,
    outcome: web::Query<Outcome>,
) -> WebResult {
    let kept = outcome.kept.as_deref();
    let Some(form) = kept_form(&state, &session, "/accounts/invite", kept).await? else {
        return Ok(see_other("/accounts"));
    };
    let home = home_within(&state, &session.actor, read_body(form.text("code"))?).await?;
    let typed = Typed {
        was_kept: true,
        ..Typed::of(&form)
    };
    invite_page(&state, &session, StatusCode::OK, &home, &typed, Vec::new()).await
}

/// POST `/accounts/invite/cancel`.
pub async fn cancel(state: web::Data<AppState>, post: Post) -> WebResult {
    let actor = &post.session.actor;
    let body = read_body(post.form.text("code"))?;
    accounts::cancel_invitation(&state.desk, actor, post.form.text("email"), body).await?;
    let path = body_path(actor.code(), body);
    Ok(see_other(&format!("{path}?notice=invitation-cancelled")))
}
