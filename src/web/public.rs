//! Pages before signing in: sign-in with text carried over, one-click sign-in of the demo, sign-out.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use super::error::{WebError, WebResult};
use super::form::FormData;
use super::page::{self, html, html_with, see_other};
use super::session::{self, Post, PublicPost, Session};
use super::state::AppState;
use super::view::{Notice, Page, Problem, TextField};
use crate::demo::Colleague;
use crate::domain::account::Role;
use crate::domain::local_government_code::{LocalGovernmentCode, read_code_generously};
use crate::domain::organization::OrganizationKind;
use crate::domain::search_key::search_key;
use crate::store::accounts::AccountRecord;
use crate::store::sessions::KeptInput;
use crate::workflow::sessions::{self, SignIn, home_path};

/// Most text that is carried through the sign-in page, in bytes.
const KEPT_LIMIT: usize = session::FORM_LIMIT;

#[derive(Template)]
#[template(path = "public/sign_in.html")]
struct SignInPage {
    page: Page,
    problems: Vec<Problem>,
    email: TextField,
    password: TextField,
    next: String,
    /// The form that was typed into an ended session, urlencoded; empty if none.
    kept: String,
    demo: Option<DemoChoices>,
}

/// The one-click roles of the demo.
struct DemoChoices {
    ministry: String,
    tour: Vec<DemoChoice>,
    /// People who share the work of one body.
    teams: Vec<DemoChoice>,
    prefectures: Vec<DemoChoice>,
}

struct DemoChoice {
    label: String,
    hint: String,
    code: String,
}

/// An own path to come back to; anything else becomes the home page.
fn own_path(next: &str) -> &str {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if own { next } else { "/" }
}

/// Where somebody signs in and comes back to `next`.
pub fn sign_in_path(next: &str) -> String {
    match serde_urlencoded::to_string([("next", own_path(next))]) {
        Ok(query) if next != "/" => format!("/sign-in?{query}"),
        _ => "/sign-in".to_owned(),
    }
}

fn sign_in_page(
    state: &AppState,
    typed_email: &str,
    next: &str,
    kept: &str,
    problem: Option<String>,
) -> SignInPage {
    let problems: Vec<_> = problem
        .into_iter()
        .map(|message| Problem {
            field_id: "email".to_owned(),
            message,
        })
        .collect();
    SignInPage {
        page: Page {
            has_errors: !problems.is_empty(),
            ..page::public(state, "ログイン")
        },
        email: TextField {
            id: "email".to_owned(),
            name: "email".to_owned(),
            label: "メールアドレス".to_owned(),
            value: typed_email.to_owned(),
            required: true,
            input_type: "email",
            autocomplete: "username",
            width: "l",
            ..TextField::default()
        },
        password: TextField {
            id: "password".to_owned(),
            name: "password".to_owned(),
            label: "パスワード".to_owned(),
            required: true,
            input_type: "password",
            autocomplete: "current-password",
            width: "l",
            ..TextField::default()
        },
        problems,
        next: own_path(next).to_owned(),
        kept: kept.to_owned(),
        demo: state.demo.then(demo_choices),
    }
}

fn demo_choices() -> DemoChoices {
    let choice = |label: &str, hint: &str, code: &str| DemoChoice {
        label: label.to_owned(),
        hint: hint.to_owned(),
        code: code.to_owned(),
    };
    DemoChoices {
        ministry: crate::demo::MINISTRY_EMAIL.to_owned(),
        tour: vec![
            choice("函館市", "様式1にこれから回答する中核市", "012025"),
            choice("青森県", "管内市町村をとりまとめる都道府県", "020001"),
            choice("旭川市", "回答が差し戻された中核市", "012041"),
        ],
        teams: std::iter::once(choice(
            "港区　入力する担当",
            "入力を終えて決裁に回した担当で、団体の管理者",
            "131032",
        ))
        .chain(
            crate::demo::COLLEAGUES
                .iter()
                .map(|it| choice(it.label, it.hint, &it.email())),
        )
        .collect(),
        prefectures: crate::domain::local_government_code::PrefectureCode::all()
            .map(|prefecture| {
                choice(
                    prefecture.name(),
                    "",
                    prefecture.organization_code().as_str(),
                )
            })
            .collect(),
    }
}

/// The answer to a form sent after its session had ended: sign in again, the typed text is carried.
pub fn ended_page(state: &AppState, path: &str, body: &str) -> WebResult {
    let kept = if body.len() <= KEPT_LIMIT { body } else { "" };
    let text = "時間がたったか、利用者の権限が変わったため、ログアウトしていました。入力した内容はお預かりしています。ログインすると続きから入力できます。";
    signed_out(state, path, kept, text)
}

/// The same for a form with files: a browser does not hand them over a second time.
pub fn upload_ended_page(state: &AppState, path: &str) -> WebResult {
    let text = "時間がたったか、利用者の権限が変わったため、ログアウトしていました。ファイルは受け取っていません。ログインしてから、もう一度ファイルを選んで送ってください。これまでに保存した内容は、消えていません。";
    signed_out(state, path, "", text)
}

fn signed_out(state: &AppState, path: &str, kept: &str, text: &str) -> WebResult {
    let mut template = sign_in_page(state, "", path, kept, None);
    template.page.notice = Some(warning(text));
    html_with(StatusCode::UNAUTHORIZED, &template)
}

fn warning(text: &str) -> Notice {
    Notice {
        tone: "warning",
        text: text.to_owned(),
    }
}

/// Why somebody who was signed in meets the sign-in page: nobody is to wonder about it.
const ENDED: &str = "ログアウトしています。時間がたったか、担当の引継ぎや管理者の設定で、利用者の権限が変わったためです。もう一度ログインしてください。保存した内容は、消えていません。";

#[derive(serde::Deserialize)]
pub struct SignInQuery {
    next: Option<String>,
    notice: Option<String>,
}

/// GET `/`: home of whoever is signed in.
pub async fn index(request: HttpRequest) -> WebResult {
    Ok(match session::resume(&request).await? {
        Some(session) => see_other(home_path(session.actor.role)),
        None => see_other("/sign-in"),
    })
}

/// GET `/sign-in`.
pub async fn sign_in_form(
    request: HttpRequest,
    state: web::Data<AppState>,
    query: web::Query<SignInQuery>,
) -> WebResult {
    let next = query.next.as_deref().unwrap_or("/");
    let mut template = sign_in_page(&state, "", next, "", None);
    template.page = template.page.with_notice(query.notice.as_deref());
    if template.page.notice.is_none() && session::has_ended(&request).await? {
        template.page.notice = Some(warning(ENDED));
    }
    html(&template)
}

/// POST `/sign-in`.
pub async fn sign_in(state: web::Data<AppState>, post: PublicPost) -> WebResult {
    let (email, next, kept) = (
        post.form.text("email"),
        post.form.text("next"),
        post.form.text("kept"),
    );
    let outcome = sessions::sign_in(
        &state.desk,
        email,
        post.form.text("password"),
        &post.request_id,
    )
    .await?;
    let problem = match outcome {
        SignIn::Welcome { token, account } => {
            return welcome(&state, token, &account, next, kept).await;
        }
        SignIn::Refused => {
            "ログインできませんでした。メールアドレスかパスワードが違うか、失敗が続いたため、しばらく止めています。入力を確かめて、もう一度お試しください。5回続けて失敗したあとは、正しいパスワードでもしばらくログインできません。15分待ってからお試しください。パスワードを忘れたときは、利用者を管理している担当にご連絡ください。".to_owned()
        }
        SignIn::Busy => return Err(WebError::Busy),
    };
    let template = sign_in_page(&state, email, next, kept, Some(problem));
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)
}

/// Sets the cookie and goes on: to the form whose text was carried, to `next`, or home.
pub async fn welcome(
    state: &AppState,
    token: String,
    account: &AccountRecord,
    next: &str,
    kept: &str,
) -> WebResult {
    let role = Role::of(account.home.as_ref().map(|(code, _, kind)| (*code, *kind)));
    let next = own_path(next);
    let mut location = if next == "/" {
        home_path(role).to_owned()
    } else {
        next.to_owned()
    };
    if !kept.is_empty() && kept.len() <= KEPT_LIMIT && next != "/" {
        let input = KeptInput {
            path: next.to_owned(),
            body: kept.to_owned(),
        };
        let id = sessions::keep_input(&state.desk, account.id, &input).await?;
        location = format!(
            "{}?notice=kept&kept={id}",
            next.split('?').next().unwrap_or(next)
        );
    }
    let mut response = see_other(&location);
    response
        .add_cookie(&session::cookie(state, token))
        .map_err(|error| WebError::Internal(anyhow::anyhow!("cookie: {error}")))?;
    Ok(response)
}

/// POST `/demo/sign-in`: one click in the practice environment; elsewhere the route does not exist.
pub async fn demo_sign_in(state: web::Data<AppState>, post: PublicPost) -> WebResult {
    if !state.demo {
        return Err(WebError::NotFound);
    }
    let typed = post.form.text("who");
    let email = match find_demo_account(&state, typed).await? {
        Ok(email) => email,
        Err(message) => {
            let template = sign_in_page(
                &state,
                "",
                post.form.text("next"),
                post.form.text("kept"),
                Some(message),
            );
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
        }
    };
    let account = state
        .desk
        .store
        .account_by_email(&email)
        .await?
        .ok_or(WebError::NotFound)?;
    if account.is_over(state.desk.now()) {
        let message = format!(
            "「{}」の利用は、担当の引継ぎなどで終わりました。後任の方か、ほかの利用者を選んでください。",
            account.display_name
        );
        let (next, kept) = (post.form.text("next"), post.form.text("kept"));
        let template = sign_in_page(&state, "", next, kept, Some(message));
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &template);
    }
    let token = sessions::start_session(&state.desk, account.id, &post.request_id).await?;
    welcome(
        &state,
        token,
        &account,
        post.form.text("next"),
        post.form.text("kept"),
    )
    .await
}

/// The demo account meant by 「函館市」, 「012025」, 「1202」 or the ministry's address.
async fn find_demo_account(state: &AppState, typed: &str) -> WebResult<Result<String, String>> {
    let mut colleagues = crate::demo::COLLEAGUES.iter().map(Colleague::email);
    let known = [crate::demo::MINISTRY_EMAIL, crate::demo::REVIEWER_EMAIL];
    if known.contains(&typed) || colleagues.any(|email| email == typed) {
        return Ok(Ok(typed.to_owned()));
    }
    let bodies = state.desk.store.organizations().await?;
    let codes = read_code_generously(typed);
    let key = search_key(typed);
    let found: Vec<_> = bodies
        .iter()
        .filter(|body| {
            codes.contains(&body.code)
                || (!key.is_empty()
                    && (search_key(&body.name) == key
                        || search_key(&body.full_name()) == key
                        || search_key(&body.kana) == key))
        })
        .collect();
    Ok(match found.as_slice() {
        [body] => Ok(first_in_force(state, body.code).await?),
        [] => Err(format!(
            "「{typed}」に当てはまる自治体が見つかりません。正式な名称か、6桁の全国地方公共団体コードを入力してください。"
        )),
        several => {
            let names: Vec<_> = several
                .iter()
                .map(|body| match body.kind {
                    OrganizationKind::Prefecture => format!("{}（{}）", body.name, body.code),
                    _ => format!("{}（{}）", body.full_name(), body.code),
                })
                .collect();
            Err(format!(
                "同じ名称の自治体があります。コードで選んでください：{}",
                names.join("、")
            ))
        }
    })
}

/// The first account of a body that was not handed over; its first one where none is left.
async fn first_in_force(state: &AppState, code: LocalGovernmentCode) -> WebResult<String> {
    let now = state.desk.now();
    let accounts = state.desk.store.accounts_of(Some(code)).await?;
    let found = accounts.into_iter().find(|account| !account.is_over(now));
    Ok(found.map_or_else(|| crate::demo::account_email(code), |account| account.email))
}

/// POST `/sign-out`.
pub async fn sign_out(state: web::Data<AppState>, post: Post) -> WebResult {
    sessions::sign_out(&state.desk, &post.session.actor, &post.session.token).await?;
    let mut response = see_other("/sign-in?notice=signed-out");
    response
        .add_cookie(&session::removal(&state))
        .map_err(|error| WebError::Internal(anyhow::anyhow!("cookie: {error}")))?;
    Ok(response)
}

/// GET `/session/extend`: the script asks for it; any use of a session extends it.
pub async fn extend(_session: Session) -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// GET `/healthz`: the process answers and so does its database.
pub async fn health(state: web::Data<AppState>) -> WebResult {
    state.desk.store.ping().await?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n"))
}

/// The typed text that was kept for this page, if the address names one of this account's.
pub async fn kept_form(
    state: &AppState,
    session: &Session,
    path: &str,
    id: Option<&str>,
) -> WebResult<Option<FormData>> {
    let Some(id) = id else { return Ok(None) };
    let kept = state
        .desk
        .store
        .kept_input(id, session.actor.account_id)
        .await?;
    Ok(match kept {
        Some(kept) if kept.path == path => Some(FormData::parse(&kept.body)?),
        _ => None,
    })
}
