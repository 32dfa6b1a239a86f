//! What every request passes: request id, own-origin check for changes, security headers, error
//! pages in the layout, one line of access log.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, Uri};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, web};
use askama::Template;

use super::error::{WebError, words};
use super::page;
use super::state::AppState;
use super::view::Page;

/// Short random id of a request: shown on error pages, written to log and audit.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    heading: String,
    explanation: Vec<String>,
    request_id: String,
    back_href: String,
    back_label: String,
}

/// The middleware.
pub async fn guard(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let started = Instant::now();
    let id = new_id();
    request.extensions_mut().insert(RequestId(id.clone()));
    let state = request.app_data::<web::Data<AppState>>().cloned();
    let method = request.method().clone();
    if method == Method::HEAD {
        // Routed as GET; the server leaves the body out by what the browser asked.
        request.head_mut().method = Method::GET;
    }
    let is_static = request.path().starts_with("/static/");
    let foreign = !is_safe(&method)
        && !state
            .as_ref()
            .is_some_and(|state| is_own_origin(request.request(), state));

    let refused = if foreign {
        Some(WebError::ForeignForm)
    } else if has_nul(request.uri()) {
        Some(WebError::BadRequest)
    } else {
        None
    };

    let response = if let Some(error) = refused {
        let (request, _) = request.into_parts();
        ServiceResponse::new(request, error.into_response()).map_into_left_body()
    } else {
        let response = next.call(request).await?;
        response.map_into_right_body()
    };
    let status = response.status();
    let mut response =
        if status.is_client_error() || status.is_server_error() || is_sign_in(&response) {
            explain(response, state.as_ref(), &id)?.map_into_left_body()
        } else {
            response.map_into_right_body()
        };

    let secure = state.as_ref().is_some_and(|state| state.secure_cookies);
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::CACHE_CONTROL, "no-store");
    if secure {
        set(
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        );
    }
    if !is_static {
        // The pattern, not the path: no code of a body, no token of an invitation reaches the log.
        let route = response.request().match_pattern().unwrap_or_default();
        let millis = started.elapsed().as_secs_f64() * 1000.0;
        let status = response.status().as_u16();
        tracing::info!(request_id = id, %method, route, status, millis, "request");
    }
    Ok(response)
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// NUL stands in no address of ours, and PostgreSQL cannot even compare it with a text.
fn has_nul(uri: &Uri) -> bool {
    uri.path_and_query()
        .is_some_and(|address| address.as_str().contains("%00"))
}

fn is_sign_in<B>(response: &ServiceResponse<B>) -> bool {
    response
        .response()
        .error()
        .is_some_and(|error| matches!(error.as_error::<WebError>(), Some(WebError::SignIn { .. })))
}

/// The host the browser asked for.
pub fn own_host(request: &HttpRequest) -> &str {
    let host = request.headers().get(header::HOST);
    host.and_then(|host| host.to_str().ok()).unwrap_or_default()
}

/// A change must come from one of our own pages: the browser says so in `Sec-Fetch-Site`, older ones
/// in `Origin`. A request with neither does not come from a form of a current browser.
fn is_own_origin(request: &HttpRequest, state: &AppState) -> bool {
    let text = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    if let Some(site) = text("sec-fetch-site")
        && site != "same-origin"
    {
        return false;
    }
    match text("origin") {
        Some(origin) => match &state.base_url {
            Some(base) => origin == base,
            None => {
                let host = own_host(request);
                origin.split_once("://").is_some_and(|(_, of)| of == host)
            }
        },
        None => text("sec-fetch-site") == Some("same-origin"),
    }
}

fn new_id() -> String {
    let mut bytes = [0_u8; 6];
    // Without randomness the id is only less unique; the request is served all the same.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl WebError {
    /// The bare response; [`explain`] gives it a body.
    fn into_response(self) -> HttpResponse {
        HttpResponse::from_error(self)
    }
}

/// Gives an error response its page.
fn explain<B: MessageBody + 'static>(
    response: ServiceResponse<B>,
    state: Option<&web::Data<AppState>>,
    id: &str,
) -> Result<ServiceResponse, Error> {
    let (request, response) = response.into_parts();
    let status = response.status();
    let error = response
        .error()
        .and_then(|error| error.as_error::<WebError>());
    if status.is_server_error() {
        let cause = response
            .error()
            .map(|error| match error.as_error::<WebError>() {
                Some(WebError::Internal(cause)) => format!("{cause:#}"),
                _ => error.to_string(),
            });
        tracing::error!(
            request_id = id,
            cause = cause.unwrap_or_default(),
            "request failed"
        );
    }
    match error {
        Some(WebError::SignIn { next }) => {
            let location = super::public::sign_in_path(next);
            let response = HttpResponse::SeeOther()
                .insert_header((header::LOCATION, location))
                .finish();
            return Ok(ServiceResponse::new(request, response));
        }
        Some(WebError::SessionEnded { path, body }) => {
            if let Some(state) = state {
                let response = super::public::ended_page(state, path, body)
                    .unwrap_or_else(|_| HttpResponse::new(StatusCode::UNAUTHORIZED));
                return Ok(ServiceResponse::new(request, response));
            }
        }
        Some(WebError::UploadEnded { path }) => {
            if let Some(state) = state {
                let response = super::public::upload_ended_page(state, path)
                    .unwrap_or_else(|_| HttpResponse::new(StatusCode::UNAUTHORIZED));
                return Ok(ServiceResponse::new(request, response));
            }
        }
        _ => {}
    }
    // A handler's own page, such as a form with its errors, stays as it is.
    let has_body = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if has_body && response.error().is_none() {
        return Ok(ServiceResponse::new(
            request,
            response.map_into_boxed_body(),
        ));
    }
    let (heading, explanation) = words(status, error);
    let page = match state {
        Some(state) => page::public(state, heading),
        None => Page {
            title: heading.to_owned(),
            ..Page::default()
        },
    };
    let body = ErrorPage {
        page,
        heading: heading.to_owned(),
        explanation: explanation.into_iter().map(ToOwned::to_owned).collect(),
        request_id: id.to_owned(),
        back_href: "/".to_owned(),
        back_label: "ホームへ".to_owned(),
    }
    .render()
    .unwrap_or_else(|_| heading.to_owned());
    let mut page = HttpResponse::build(status);
    page.content_type("text/html; charset=utf-8");
    if let Some(allow) = response.headers().get(header::ALLOW) {
        page.insert_header((header::ALLOW, allow.clone()));
    }
    Ok(ServiceResponse::new(request, page.body(body)))
}
