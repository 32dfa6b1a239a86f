//! Proves the harness on pages made for it: what it reports as sound must be sound, and what is wrong must be seen.

use crate::driver::{Browser, Driver, Script};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const FORM: &str = r#"<!doctype html><html lang="ja"><meta charset="utf-8"><title>回答</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css"><script src="/script.js" defer></script>
<main><h1>回答</h1><form method="post" action="/send">
<p><label for="name">担当者名 ※必須</label> <input id="name" name="name" value="前の人"></p>
<p><label for="area">都道府県</label> <select id="area" name="area"><option>青森県<option>北海道</select></p>
<p><label>備考 <textarea name="note"></textarea></label></p>
<fieldset><legend>申請の予定</legend>
<p><input type="radio" name="plan" id="yes" value="yes"> <label for="yes">ある</label></p>
<p><input type="radio" name="plan" id="no" value="no"> <label for="no">ない</label></p></fieldset>
<p id="script">スクリプトなし</p>
<p><button>送信する</button></p></form></main></html>"#;

const FLAWED: &str = r#"<!doctype html><html lang="ja"><meta charset="utf-8"><title>欠点</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">
<main><h1>欠点</h1><p class="pale">薄い文字</p><input name="unlabelled"><div class="wide">幅の広い行</div>
<p class="drawn">模様の上の文字</p>
<div class="wrapper"><div class="wide">はみ出さない表</div></div><a href="/">最初へ</a> <a href="/">最初へ</a></main></html>"#;

const STYLE: &str = ".pale{color:#ccc}.wide{width:900px}.wrapper{overflow-x:auto}
.drawn{background:repeating-linear-gradient(#fff,#000 4px)} a{padding:8px}";

const SCRIPT: &str = "document.getElementById('script').textContent = 'スクリプトあり';";

/// A server of two pages on loopback, and what was posted to it.
struct Pages {
    origin: String,
    posted: Arc<Mutex<Vec<String>>>,
    ended: Arc<AtomicBool>,
}

impl Pages {
    /// `extra` paths are served beside the fixed ones.
    fn serve(extra: HashMap<&'static str, String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("a bound port"));
        let (posted, ended) = (
            Arc::<Mutex<Vec<String>>>::default(),
            Arc::<AtomicBool>::default(),
        );
        let (inbox, stop) = (posted.clone(), ended.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let (inbox, extra) = (inbox.clone(), extra.clone());
                std::thread::spawn(move || answer(stream, &inbox, &extra));
            }
        });
        Self {
            origin,
            posted,
            ended,
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.origin.trim_start_matches("http://"));
    }
}

fn answer(
    stream: TcpStream,
    inbox: &Mutex<Vec<String>>,
    extra: &HashMap<&'static str, String>,
) -> Option<()> {
    let mut input = BufReader::new(stream.try_clone().ok()?);
    let (mut request, mut length) = (String::new(), 0);
    input.read_line(&mut request).ok()?;
    loop {
        let mut header = String::new();
        if input.read_line(&mut header).ok()? <= 2 {
            break;
        }
        let (name, value) = header.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).ok()?;
    let path = request.split(' ').nth(1)?;
    let (status, kind, text) = match path {
        "/" => ("200 OK", "text/html", FORM),
        "/flawed" => ("200 OK", "text/html", FLAWED),
        "/style.css" => ("200 OK", "text/css", STYLE),
        "/script.js" => ("200 OK", "text/javascript", SCRIPT),
        "/thanks" => (
            "200 OK",
            "text/html",
            "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><h1>受け付けました</h1>",
        ),
        "/send" => {
            inbox
                .lock()
                .expect("no writer panics")
                .push(String::from_utf8(body).ok()?);
            ("303 See Other\r\nLocation: /thanks", "text/plain", "")
        }
        _ => match extra.get(path) {
            Some(page) => ("200 OK", "text/html", page.as_str()),
            None => ("404 Not Found", "text/plain", "no such page"),
        },
    };
    let policy = "default-src 'self'; img-src * data:";
    write!(
        &stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\n\
         Content-Security-Policy: {policy}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
    .ok()
}

async fn send_the_form(browser: &Browser) {
    browser.fill("担当者名", "医療助成担当 '係' \"1\"").await;
    browser.fill("都道府県", "北海道").await;
    browser.fill("備考", "なし").await;
    browser.choose("ない").await;
    browser.choose("ない").await;
    assert_eq!(browser.value("担当者名").await, "医療助成担当 '係' \"1\"");
    browser.click("送信する").await;
    browser.see("受け付けました").await;
    assert_eq!(browser.path().await, "/thanks");
}

#[tokio::test]
async fn a_form_is_filled_and_sent_by_what_a_person_reads() {
    let pages = Pages::serve(HashMap::new());
    let driver = Driver::start().await;
    let browser = driver.open(&pages.origin, Script::On).await;
    browser.goto("/").await;
    assert_eq!(browser.title().await, "回答");
    browser.see("スクリプトあり").await;
    send_the_form(&browser).await;
    let sent = pages.posted.lock().expect("no writer panics").clone();
    assert_eq!(sent.len(), 1);
    let fields: HashMap<String, String> = serde_urlencoded::from_str(&sent[0]).expect("a form");
    assert_eq!(fields["name"], "医療助成担当 '係' \"1\"");
    assert_eq!(
        (&*fields["area"], &*fields["note"], &*fields["plan"]),
        ("北海道", "なし", "no")
    );
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
    browser.assert_same_origin().await;
    browser.back().await;
    assert_eq!(browser.path().await, "/");
}

#[tokio::test]
async fn without_scripts_the_page_runs_none_and_every_helper_still_works() {
    let pages = Pages::serve(HashMap::new());
    let driver = Driver::start().await;
    let browser = driver.open(&pages.origin, Script::Off).await;
    browser.goto("/").await;
    assert_eq!(browser.text("#script").await, "スクリプトなし");
    browser.resize(320, 640).await;
    browser.assert_no_overflow().await;
    send_the_form(&browser).await;
    browser.assert_same_origin().await;
    // A second person at the same time shares nothing with the first.
    let other = driver.open(&pages.origin, Script::On).await;
    other.goto("/").await;
    other.see("スクリプトあり").await;
    assert_eq!(browser.path().await, "/thanks");
}

#[tokio::test]
async fn a_page_too_wide_for_a_phone_is_seen_and_a_scrolling_table_is_not() {
    let pages = Pages::serve(HashMap::new());
    let driver = Driver::start().await;
    let browser = driver.open(&pages.origin, Script::On).await;
    browser.goto("/flawed").await;
    assert_eq!(browser.execute("return window.innerWidth").await, 1280);
    assert_eq!(browser.overflow().await, Vec::<String>::new());
    browser.resize(320, 640).await;
    assert_eq!(browser.execute("return window.innerWidth").await, 320);
    let wide = browser.overflow().await;
    assert!(
        wide.iter().any(|element| element.contains("幅の広い行")),
        "{wide:?}"
    );
    assert!(
        !wide
            .iter()
            .any(|element| element.contains("はみ出さない表")),
        "{wide:?}"
    );
    browser.goto("/").await;
    assert_eq!(
        browser.execute("return window.innerWidth").await,
        320,
        "it outlives a navigation"
    );
    browser.assert_no_overflow().await;
}

#[tokio::test]
async fn what_is_inaccessible_is_found_and_a_sound_page_has_nothing() {
    let pages = Pages::serve(HashMap::new());
    let driver = Driver::start().await;
    let browser = driver.open(&pages.origin, Script::On).await;
    browser.goto("/flawed").await;
    let found = browser.axe().await;
    let rules = |undecided: bool| -> Vec<&str> {
        found
            .iter()
            .filter(|v| v.undecided == undecided)
            .map(|v| v.rule.as_str())
            .collect()
    };
    assert!(rules(false).contains(&"label"), "{found:#?}");
    assert!(rules(false).contains(&"color-contrast"), "{found:#?}");
    assert_eq!(rules(true), ["color-contrast"], "{found:#?}");
    assert!(
        found.iter().all(|violation| !violation.elements.is_empty()),
        "{found:#?}"
    );
    browser.goto("/").await;
    assert_eq!(browser.axe().await, []);
}

#[tokio::test]
async fn a_request_to_another_origin_and_a_broken_policy_are_seen() {
    let other = Pages::serve(HashMap::new());
    let leak = format!(
        r#"<!doctype html><meta charset=utf-8><title>x</title><img src="{0}/pixel.png" alt="">
        <link rel=stylesheet href="{0}/blocked.css"><p>画像</p>"#,
        other.origin
    );
    let pages = Pages::serve(HashMap::from([("/leak", leak)]));
    let driver = Driver::start().await;
    let browser = driver.open(&pages.origin, Script::On).await;
    browser.goto("/leak").await;
    // What the policy let through and what it blocked: both were wanted, both are reported.
    let mut outside = browser.outside_requests().await;
    outside.sort();
    assert_eq!(
        outside,
        ["blocked.css", "pixel.png"].map(|name| format!("{}/{name}", other.origin))
    );
    let errors = browser.console_errors().await;
    assert!(
        errors
            .iter()
            .any(|error| error.contains("Content Security Policy")),
        "{errors:?}"
    );
}

#[tokio::test]
async fn print_forced_colours_and_the_keyboard_can_be_tried() {
    let pages = Pages::serve(HashMap::new());
    let driver = Driver::start().await;
    let browser = driver.open(&pages.origin, Script::On).await;
    browser.goto("/").await;
    browser.screenshot("harness").await;
    let is = async |query: &str| {
        browser
            .execute(&format!("return matchMedia('{query}').matches"))
            .await
            == true
    };
    assert!(!is("print").await);
    browser
        .emulate("print", &[("forced-colors", "active")])
        .await;
    assert!(is("print").await && is("(forced-colors: active)").await);
    browser.emulate("", &[]).await;
    assert!(is("screen").await);
    browser
        .press(&char::from(fantoccini::key::Key::Tab).to_string())
        .await;
    assert_eq!(
        browser.execute("return document.activeElement.id").await,
        "name"
    );
}
