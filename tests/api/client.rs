//! Somebody with a browser: keeps a cookie, sends what a browser sends, sees pages and fills in forms.

use std::net::SocketAddr;
use std::sync::Mutex;

use base64::Engine;
use reqwest::header::{self, HeaderMap};
use reqwest::{Method, RequestBuilder};
use scraper::{ElementRef, Html, Selector};
use sha2::{Digest, Sha256};
use torimatome::domain::account::Actor;

/// A browser without JavaScript, signed in or not.
pub struct Client {
    address: SocketAddr,
    http: reqwest::Client,
    /// `name=value` of the session cookie.
    cookie: Mutex<Option<String>>,
    actor: Option<Actor>,
}

impl Client {
    pub fn new(address: SocketAddr, token: Option<&str>, actor: Option<Actor>) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(30))
            // While a test reads a long page, a kept connection would not notice that the server closed it.
            .pool_max_idle_per_host(0)
            .no_proxy()
            .build();
        Self {
            address,
            http: http.expect("a client can be built"),
            cookie: Mutex::new(token.map(|token| format!("torimatome={token}"))),
            actor,
        }
    }

    /// Who is signed in, as the verbs want to know it.
    pub fn actor(&self) -> &Actor {
        self.actor.as_ref().expect("somebody is signed in")
    }

    /// The same person in another tab or on another machine.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().expect("not poisoned").clone()
    }

    /// The CSRF token that the pages of this session carry in their forms.
    pub fn csrf(&self) -> String {
        let cookie = self.cookie().unwrap_or_default();
        let token = cookie.split_once('=').map_or("", |(_, token)| token);
        let digest = Sha256::digest(format!("csrf:{token}").as_bytes());
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest[..18])
    }

    /// A request with the cookie and nothing else.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .http
            .request(method, format!("http://{}{path}", self.address));
        match self.cookie() {
            Some(cookie) => request.header(header::COOKIE, cookie),
            None => request,
        }
    }

    /// A request as one of our own pages makes it.
    fn own(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path)
            .header("sec-fetch-site", "same-origin")
            .header(header::ORIGIN, format!("http://{}", self.address))
    }

    /// Sends a request; cookies are kept or forgotten as the answer says.
    pub async fn send(&self, request: RequestBuilder) -> Page {
        self.try_send(request).await.expect("the server answers")
    }

    /// The same for a server that may be killed meanwhile.
    pub async fn try_send(&self, request: RequestBuilder) -> Result<Page, reqwest::Error> {
        let response = request.send().await?;
        for value in response.headers().get_all(header::SET_COOKIE) {
            let value = value.to_str().expect("a cookie is ASCII");
            let pair = value.split(';').next().unwrap_or_default();
            let is_removal = pair.ends_with('=');
            *self.cookie.lock().expect("not poisoned") = (!is_removal).then(|| pair.to_owned());
        }
        let url = response.url().as_str();
        let path = url[url_path(url)..].to_owned();
        Ok(Page {
            path,
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await?,
        })
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(self.bare(Method::GET, path)).await
    }

    /// Posts fields as a form of this session's pages would, with its CSRF token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        let body = serde_urlencoded::to_string(all).expect("fields can be encoded");
        self.send(with_form(self.own(Method::POST, path), body))
            .await
    }

    /// Posts files as a form of this session's pages would.
    pub async fn upload(&self, path: &str, files: &[(&str, &[u8])]) -> Page {
        let body = multipart(&[("csrf", &self.csrf())], files);
        self.send(self.with_files(path, body)).await
    }

    /// The request that a browser sends for a form with files.
    pub fn with_files(&self, path: &str, body: Vec<u8>) -> RequestBuilder {
        self.own(Method::POST, path)
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(body)
    }

    /// A file to keep: status and bytes.
    pub async fn download(&self, path: &str) -> (u16, Vec<u8>) {
        let response = self.bare(Method::GET, path).send().await;
        let response = response.expect("the server answers");
        let status = response.status().as_u16();
        let bytes = response.bytes().await.expect("arrives whole");
        (status, bytes.to_vec())
    }

    /// Sends a form that was filled in on a page.
    pub async fn submit(&self, form: &Form) -> Page {
        self.send(self.filled_in(form)).await
    }

    /// The request that a browser sends for such a form.
    pub fn filled_in(&self, form: &Form) -> RequestBuilder {
        let body = serde_urlencoded::to_string(&form.fields).expect("fields can be encoded");
        with_form(self.own(Method::POST, &form.action), body)
    }

    /// Goes where a redirect leads.
    pub async fn follow(&self, page: Page) -> Page {
        self.get(&page.location()).await
    }

    /// Sends a form and goes where the answer leads, at last to a page; anything but a redirect at
    /// first fails the test.
    pub async fn submit_and_follow(&self, form: &Form) -> Page {
        let page = self.submit(form).await;
        let mut page = self.follow(page).await;
        for _ in 0..3 {
            if page.status == 303 {
                page = self.follow(page).await;
            }
        }
        page
    }
}

/// What stands between the parts of a form with files.
pub const BOUNDARY: &str = "----formBoundaryOfATest";

/// Fields, then files in the field `file`, as a browser writes them.
pub fn multipart(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    for (name, content) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// A request with a form as its body.
pub fn with_form(request: RequestBuilder, body: String) -> RequestBuilder {
    request
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
}

fn url_path(url: &str) -> usize {
    let authority = url.find("://").map_or(0, |at| at + 3);
    url[authority..]
        .find('/')
        .map_or(url.len(), |at| authority + at)
}

/// What the server answered.
#[derive(Debug)]
pub struct Page {
    /// Path and query that were asked for.
    pub path: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    /// A header's text; empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("a header is ASCII"))
    }

    /// Where a redirect leads; anything else fails the test.
    pub fn location(&self) -> String {
        assert_eq!(self.status, 303, "{}: {}", self.path, self.text());
        self.header("location").to_owned()
    }

    /// Where somebody without a session is sent.
    pub fn asks_to_sign_in(&self) -> bool {
        self.status == 303 && self.header("location").starts_with("/sign-in")
    }

    /// The page is the one that was asked for.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}: {}", self.path, self.text());
        self
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.path, self.text());
        self
    }

    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// What a reader sees: text without markup, spaces made one.
    pub fn text(&self) -> String {
        words(&self.html().root_element())
    }

    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(
            self.text().contains(text),
            "{} lacks 「{text}」: {}",
            self.path,
            self.text()
        );
        self
    }

    #[track_caller]
    pub fn hides(&self, text: &str) -> &Self {
        assert!(
            !self.text().contains(text),
            "{} shows 「{text}」",
            self.path
        );
        self
    }

    /// The texts of all elements a CSS selector finds.
    pub fn all(&self, css: &str) -> Vec<String> {
        let selector = Selector::parse(css).expect("a selector");
        self.html()
            .select(&selector)
            .map(|element| words(&element))
            .collect()
    }

    /// What stands in the control of this id: value, text, or `checked`.
    #[track_caller]
    pub fn value(&self, id: &str) -> String {
        let html = self.html();
        let selector = Selector::parse(&format!("[id=\"{id}\"]")).expect("a selector");
        let Some(element) = html.select(&selector).next() else {
            panic!("{} has no control {id}: {}", self.path, self.text());
        };
        let value = element.value();
        match (value.name(), value.attr("type")) {
            ("textarea", _) => typed_text(&element),
            (_, Some("checkbox" | "radio")) => {
                let checked = value.attr("checked").is_some();
                if checked { "checked" } else { "" }.to_owned()
            }
            _ => value.attr("value").unwrap_or_default().to_owned(),
        }
    }

    /// The form that has a button with this label, as if that button was pressed.
    #[track_caller]
    pub fn form(&self, button: &str) -> Form {
        let html = self.html();
        let (forms, buttons) = (
            Selector::parse("form").expect("a selector"),
            Selector::parse("button").expect("a selector"),
        );
        for form in html.select(&forms) {
            let pressed = form
                .select(&buttons)
                .find(|element| words(element) == button);
            if let Some(pressed) = pressed {
                return Form::of(&self.path, &form, &pressed);
            }
        }
        panic!("{} has no button 「{button}」: {}", self.path, self.text());
    }

    /// Whether there is a button with this label.
    pub fn has_button(&self, label: &str) -> bool {
        self.all("button").iter().any(|text| text == label)
    }
}

/// A form on a page, with what stands in its fields.
#[derive(Clone, Debug)]
pub struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Form {
    fn of(page: &str, form: &ElementRef<'_>, pressed: &ElementRef<'_>) -> Self {
        assert_eq!(form.value().attr("method"), Some("post"), "a form posts");
        let controls = Selector::parse("input, textarea, select").expect("a selector");
        let mut fields = Vec::new();
        for control in form.select(&controls) {
            let value = control.value();
            let Some(name) = value.attr("name") else {
                continue;
            };
            let text = match (value.name(), value.attr("type")) {
                // Browsers send line breaks as CRLF.
                ("textarea", _) => typed_text(&control).replace('\n', "\r\n"),
                ("select", _) => chosen(&control),
                (_, Some("checkbox" | "radio")) if value.attr("checked").is_none() => continue,
                (_, Some("checkbox" | "radio")) => value.attr("value").unwrap_or("on").to_owned(),
                _ => value.attr("value").unwrap_or_default().to_owned(),
            };
            fields.push((name.to_owned(), text));
        }
        let button = pressed.value();
        if let Some(name) = button.attr("name") {
            let value = button.attr("value").unwrap_or_default();
            fields.push((name.to_owned(), value.to_owned()));
        }
        Self {
            action: form.value().attr("action").unwrap_or(page).to_owned(),
            fields,
        }
    }

    /// Types into a field, over what stands there.
    #[must_use]
    pub fn fill(mut self, name: &str, text: &str) -> Self {
        let field = self.fields.iter_mut().find(|(known, _)| known == name);
        match field {
            Some((_, value)) => *value = text.to_owned(),
            None => panic!("the form has no field {name}: {:?}", self.fields),
        }
        self
    }

    /// Ticks a box.
    #[must_use]
    pub fn tick(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What stands in a field.
    pub fn value(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }
}

fn chosen(select: &ElementRef<'_>) -> String {
    let options = Selector::parse("option").expect("a selector");
    let mut all = select.select(&options);
    let marked = all.clone().find(|o| o.value().attr("selected").is_some());
    marked
        .or_else(|| all.next())
        .and_then(|option| option.value().attr("value"))
        .unwrap_or_default()
        .to_owned()
}

/// The text of a `textarea`, line breaks as LF.
fn typed_text(element: &ElementRef<'_>) -> String {
    element.text().collect()
}

fn words(element: &ElementRef<'_>) -> String {
    let text: Vec<_> = element
        .descendants()
        .filter(|node| {
            node.parent()
                .and_then(|parent| parent.value().as_element().map(|e| e.name().to_owned()))
                .is_none_or(|name| name != "script" && name != "style")
        })
        .filter_map(|node| node.value().as_text().map(|text| text.to_string()))
        .collect();
    text.concat()
        .split_ascii_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
