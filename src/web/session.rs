//! Who is behind a request: the session cookie, and the extractors that handlers ask for.
//!
//! A GET handler takes a [`Session`]; without one the visitor is sent to sign in and back. A POST
//! handler takes a [`Post`]: session, CSRF token and form in one; without a session the typed text is
//! carried through the sign-in page, so that nothing is lost.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::error::{WebError, WebResult};
use super::form::FormData;
use super::guard::RequestId;
use super::state::AppState;
use crate::domain::account::{Actor, Role};
use crate::store::responses::ResponseRecord;
use crate::store::visits::SessionRecord;
use crate::workflow::sessions;

/// Largest form, in bytes; Form 1 with every text at its longest stays far below.
pub const FORM_LIMIT: usize = 128 * 1024;

/// A form that has not arrived after so long is given up, and its connection closed.
const BODY_PATIENCE: Duration = Duration::from_secs(30);

/// A signed-in visitor.
#[derive(Clone, Debug)]
pub struct Session {
    pub actor: Actor,
    /// The cookie's secret; only signing out and ending other sessions need it.
    pub token: String,
    /// What every form of this session carries.
    pub csrf: String,
}

/// A signed-in visitor before their own answer in the edition `{key}` of the address; both in one read.
pub struct OwnResponse {
    pub session: Session,
    pub record: ResponseRecord,
}

/// A signed-in visitor's form, its CSRF token checked.
pub struct Post {
    pub session: Session,
    pub form: FormData,
}

/// A form of somebody not signed in (sign-in, invitation); its origin was checked by the guard.
pub struct PublicPost {
    pub form: FormData,
    pub request_id: String,
}

/// The CSRF token that belongs to a session's secret.
fn csrf_of(token: &str) -> String {
    use base64::Engine;
    let digest = Sha256::new()
        .chain_update(b"csrf:")
        .chain_update(token.as_bytes())
        .finalize();
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest[..18])
}

/// The cookie that carries a session's secret; it lives as long as the browser.
pub fn cookie(state: &AppState, token: String) -> Cookie<'static> {
    Cookie::build(state.cookie_name(), token)
        .path("/")
        .http_only(true)
        .secure(state.secure_cookies)
        .same_site(SameSite::Lax)
        .finish()
}

/// The cookie that makes a browser forget the session.
pub fn removal(state: &AppState) -> Cookie<'static> {
    let mut cookie = cookie(state, String::new());
    cookie.make_removal();
    cookie
}

/// The id the guard gave the request.
pub fn request_id(request: &HttpRequest) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}

/// The session of a request, if it has one that still runs.
pub async fn resume(request: &HttpRequest) -> WebResult<Option<Session>> {
    let Some((state, token)) = token_of(request) else {
        return Ok(None);
    };
    let record = sessions::resume(&state.desk, &token).await?;
    Ok(record.map(|record| session(request, token, record)))
}

/// The browser still carries a session that does not run any more: its time was up, or somebody ended it.
pub async fn has_ended(request: &HttpRequest) -> WebResult<bool> {
    match token_of(request) {
        Some((_, token)) if !token.is_empty() => Ok(resume(request).await?.is_none()),
        _ => Ok(false),
    }
}

/// The token in a request's cookie.
fn token_of(request: &HttpRequest) -> Option<(&web::Data<AppState>, String)> {
    let state = request.app_data::<web::Data<AppState>>()?;
    let cookie = request.cookie(state.cookie_name())?;
    Some((state, cookie.value().to_owned()))
}

fn session(request: &HttpRequest, token: String, record: SessionRecord) -> Session {
    let actor = Actor {
        request_id: request_id(request),
        ..record.actor
    };
    Session {
        actor,
        csrf: csrf_of(&token),
        token,
    }
}

/// Where somebody comes back to after signing in.
fn way_back(request: &HttpRequest) -> String {
    let path = request.uri().path_and_query();
    path.map_or("/", |path| path.as_str()).to_owned()
}

impl Session {
    /// Somebody of the ministry; nobody else learns that the page exists.
    pub fn must_be_ministry(&self) -> WebResult<()> {
        if self.actor.role == Role::Ministry {
            Ok(())
        } else {
            Err(WebError::NotFound)
        }
    }
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, WebError>>>>;

impl FromRequest for Session {
    type Error = WebError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let next = way_back(&request);
            resume(&request).await?.ok_or(WebError::SignIn { next })
        })
    }
}

impl FromRequest for OwnResponse {
    type Error = WebError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let next = way_back(&request);
            let key = request.match_info().query("key").parse();
            let (Some((state, token)), Ok(key)) = (token_of(&request), key) else {
                // A bad address is no secret, but who is not signed in is asked to sign in first.
                return Err(match resume(&request).await? {
                    Some(_) => WebError::NotFound,
                    None => WebError::SignIn { next },
                });
            };
            let found = sessions::resume_with_response(&state.desk, &token, &key).await?;
            let (record, response) = found.ok_or(WebError::SignIn { next })?;
            Ok(Self {
                record: response.ok_or(WebError::NotFound)?,
                session: session(&request, token, record),
            })
        })
    }
}

async fn read_body(
    body: impl Future<Output = Result<String, actix_web::Error>>,
    patience: Duration,
) -> WebResult<String> {
    tokio::time::timeout(patience, body)
        .await
        .map_err(|_| WebError::TooSlow)?
        .map_err(|error| match error.as_response_error().status_code() {
            StatusCode::PAYLOAD_TOO_LARGE => WebError::TooLarge,
            _ => WebError::BadRequest,
        })
}

/// A form without its passwords and its token: what may be kept while somebody signs in again.
fn without_secrets(body: &str) -> String {
    let Ok(fields) = serde_urlencoded::from_str::<Vec<(String, String)>>(body) else {
        return String::new();
    };
    let kept: Vec<_> = fields
        .into_iter()
        .filter(|(name, _)| !name.starts_with("password") && name != "csrf")
        .collect();
    serde_urlencoded::to_string(kept).unwrap_or_default()
}

impl FromRequest for Post {
    type Error = WebError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let body = String::from_request(&request, payload);
        Box::pin(async move {
            let body = read_body(body, BODY_PATIENCE).await?;
            let Some(session) = resume(&request).await? else {
                return Err(WebError::SessionEnded {
                    path: request.path().to_owned(),
                    body: without_secrets(&body),
                });
            };
            let form = FormData::parse(&body)?;
            let sent = form.text("csrf");
            if !bool::from(sent.as_bytes().ct_eq(session.csrf.as_bytes())) {
                return Err(WebError::ForeignForm);
            }
            Ok(Self { session, form })
        })
    }
}

impl FromRequest for PublicPost {
    type Error = WebError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request_id = request_id(request);
        let body = String::from_request(request, payload);
        Box::pin(async move {
            let body = read_body(body, BODY_PATIENCE).await?;
            Ok(Self {
                form: FormData::parse(&body)?,
                request_id,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_text_has_no_secrets() {
        let body = "csrf=abc&password=secret&name=%E5%87%BD%E9%A4%A8&password_again=secret&name=2";
        assert_eq!(without_secrets(body), "name=%E5%87%BD%E9%A4%A8&name=2");
        assert_eq!(without_secrets("csrf=abc"), "");
    }

    #[actix_web::test]
    async fn a_body_that_trickles_is_given_up() {
        let never = std::future::pending();
        let read = read_body(never, Duration::from_millis(10)).await;
        assert!(matches!(read, Err(WebError::TooSlow)));
        let whole = async { Ok("a=b".to_owned()) };
        let read = read_body(whole, Duration::from_millis(10)).await;
        assert_eq!(read.expect("arrives"), "a=b");
    }
}
