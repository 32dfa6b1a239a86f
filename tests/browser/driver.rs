//! A real Chromium for the browser tests: chromedriver, sessions, and what a test wants to do and to know.
//!
//! One [`Driver`] per test; it holds the machine's only browser turn, so plain `cargo test` is as sound as
//! `--test-threads=1`. Every [`Browser`] is a person with an empty profile of their own. Helpers panic with what stood on
//! the page: they are only for tests.
//!
//! `TORIMATOME_SCREENSHOTS=DIR` keeps pictures: those a test takes, and one of every page a helper failed on.
#![allow(dead_code)] // each test uses a part of it

use base64::Engine as _;
use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, MutexGuard};

/// How long a helper looks for something before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Chromium's switches: no sandbox (the pages are our own, and the tests may run as root), nothing in the background.
const SWITCHES: [&str; 14] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--hide-scrollbars",
    "--lang=ja",
    "--window-size=1280,900",
];

/// The accessibility rules a page has to keep: WCAG 2.2 A and AA.
const AXE_TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/// The browser turn of this process: two Chromiums on two cores only make each other late.
static TURN: Mutex<()> = Mutex::const_new(());

/// Whether the pages may run JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    On,
    Off,
}

/// A running chromedriver. Dropping it ends it and every Chromium it started.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    port: u16,
    profiles: tempfile::TempDir,
    sessions: RefCell<Vec<String>>,
    _turn: MutexGuard<'static, ()>,
}

impl Driver {
    /// Waits for the browser turn and starts chromedriver on a free port.
    pub async fn start() -> Self {
        let turn = TURN.lock().await;
        let profiles = tempfile::tempdir().expect("a temporary directory can be made");
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            // Whatever Chromium leaves lying about goes with the profiles, and nothing of this user's gets in.
            .env("TMPDIR", profiles.path())
            .env("HOME", profiles.path())
            .env("XDG_CONFIG_HOME", profiles.path().join("config"))
            .env("XDG_CACHE_HOME", profiles.path().join("cache"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("chromedriver does not start ({error}): `bash tests/run` installs it")
            });
        let output = child.stdout.take().expect("its output was asked for");
        let Some(port) = port_in(BufReader::new(output)) else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("chromedriver ended without naming its port");
        };
        Self {
            child,
            port,
            profiles,
            sessions: RefCell::default(),
            _turn: turn,
        }
    }

    /// Opens a browser with an empty profile at `origin`, such as `http://127.0.0.1:8080`.
    pub async fn open(&self, origin: &str, script: Script) -> Browser {
        let profile = self
            .profiles
            .path()
            .join(self.sessions.borrow().len().to_string());
        let mut switches: Vec<String> = SWITCHES.map(str::to_owned).to_vec();
        switches.push(format!("--user-data-dir={}", profile.display()));
        let mut options = json!({ "args": switches });
        if script == Script::Off {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let capabilities: Capabilities = serde_json::from_value(json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": { "performance": "ALL", "browser": "ALL" },
            "timeouts": { "script": 30_000, "pageLoad": 30_000, "implicit": 0 },
        }))
        .expect("an object is a set of capabilities");
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .unwrap_or_else(|error| panic!("Chromium does not start: {error}"));
        let id = client
            .session_id()
            .await
            .ok()
            .flatten()
            .expect("a new session has an id");
        self.sessions.borrow_mut().push(id);
        let origin = origin.trim_end_matches('/').to_owned();
        let browser = Browser {
            client,
            origin,
            script,
            requests: RefCell::default(),
            console: RefCell::default(),
        };
        // Chromium starts on a page of its own; what that asked for is not ours.
        browser.goto("about:blank").await;
        browser.log("performance").await;
        browser.log("browser").await;
        browser
    }

    /// `DELETE /session/{id}` by hand: `drop` cannot wait for a future. Chromium then ends by itself.
    fn quit(&self, session: &str) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )?;
        stream.read_exact(&mut [0; 1])?; // the answer begins when Chromium has ended
        Ok(())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        for session in self.sessions.borrow().iter() {
            let _ = self.quit(session);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A Chromium that hung is told apart from anybody else's by the profile we made for it.
        for pid in processes_naming(&self.profiles.path().display().to_string()) {
            let _ = Command::new("kill")
                .args(["-KILL", &pid.to_string()])
                .status();
        }
    }
}

/// The port in "ChromeDriver was started successfully on port N."; an earlier line names port 0. The rest of the output is
/// read and thrown away, or chromedriver would one day block on a full pipe.
fn port_in(mut output: impl BufRead + Send + 'static) -> Option<u16> {
    let mut line = String::new();
    loop {
        line.clear();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let Some((_, rest)) = line.split_once("successfully on port ") else {
            continue;
        };
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let port = digits.parse().ok()?;
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        return Some(port);
    }
}

/// The processes whose command line holds `text`.
fn processes_naming(text: &str) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid: &u32| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(text)
    })
    .collect()
}

/// A chromedriver command that the WebDriver standard lacks.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(
        &self,
        base: &Url,
        session: Option<&str>,
    ) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Something axe found: a broken rule, or a contrast it could not measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The axe rule, such as `label`.
    pub rule: String,
    /// What the rule asks for, in words.
    pub help: String,
    /// The elements, each as its selector and what axe says about it.
    pub elements: Vec<String>,
    /// axe could not decide: a person or a clearer style must.
    pub undecided: bool,
}

/// One person's browser. It closes with its [`Driver`].
#[derive(Debug)]
pub struct Browser {
    /// The WebDriver session, for what no helper covers.
    pub client: Client,
    origin: String,
    script: Script,
    requests: RefCell<Vec<String>>,
    console: RefCell<Vec<String>>,
}

impl Browser {
    /// Opens a path of the origin, such as `/sign-in`, or a whole address.
    pub async fn goto(&self, path: &str) {
        let url = if path.starts_with('/') {
            format!("{}{path}", self.origin)
        } else {
            path.to_owned()
        };
        let gone = self.client.goto(&url).await;
        self.must(gone, &format!("open {url}")).await;
    }

    pub async fn reload(&self) {
        let done = self.client.refresh().await;
        self.must(done, "reload the page").await;
    }

    pub async fn back(&self) {
        let done = self.client.back().await;
        self.must(done, "go back").await;
    }

    /// Path and query of the page shown, such as `/answers?year=9`.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await;
        let url = self.must(url, "ask for the address").await;
        url.as_str()
            .strip_prefix(&self.origin)
            .unwrap_or(url.as_str())
            .to_owned()
    }

    pub async fn title(&self) -> String {
        let title = self.client.title().await;
        self.must(title, "ask for the title").await
    }

    /// Clicks the link, button or 開閉 (`summary`) that says `text`; the whole text wins over a part of it. Panics when
    /// nothing visible says it, or when several things do.
    pub async fn click(&self, text: &str) {
        let what = format!("click 「{text}」");
        let candidates = |test: &str| {
            format!(
                "//a[{test}] | //button[{test}] | //summary[{test}] | //*[@role='button'][{test}]"
            )
        };
        let quoted = xpath_text(text);
        let value = format!("//input[(@type='submit' or @type='button') and @value={quoted}]");
        let whole = format!(
            "{} | {value}",
            candidates(&format!("normalize-space(.)={quoted}"))
        );
        let part = candidates(&format!("contains(normalize-space(.), {quoted})"));
        let element = self.visible(&[whole, part], &what).await;
        let clicked = element.click().await;
        self.must(clicked, &what).await;
    }

    /// Clicks what a CSS selector finds first.
    pub async fn click_css(&self, css: &str) {
        let element = self.element(css).await;
        let clicked = element.click().await;
        self.must(clicked, &format!("click {css}")).await;
    }

    /// Writes `value` into the field of this label: types over what stood there, or picks the option of that text. A
    /// label may go on after `label` (as in 「電話番号 ※必須」); one that says exactly this wins.
    pub async fn fill(&self, label: &str, value: &str) {
        let field = self.field(label).await;
        self.write(field, value, &format!("fill 「{label}」")).await;
    }

    /// Like [`Browser::fill`], for the field that a CSS selector finds first.
    pub async fn fill_css(&self, css: &str, value: &str) {
        let field = self.element(css).await;
        self.write(field, value, &format!("fill {css}")).await;
    }

    async fn write(&self, field: Element, value: &str, what: &str) {
        let tag = field.tag_name().await;
        if self.must(tag, what).await.eq_ignore_ascii_case("select") {
            let chosen = field.select_by_label(value).await;
            self.must(chosen, what).await;
        } else {
            let cleared = field.clear().await;
            self.must(cleared, what).await;
            let typed = field.send_keys(value).await;
            self.must(typed, what).await;
        }
    }

    /// Ticks the checkbox or picks the radio button of this label; does nothing if it is chosen already.
    pub async fn choose(&self, label: &str) {
        let what = format!("choose 「{label}」");
        let field = self.field(label).await;
        let chosen = field.is_selected().await;
        if !self.must(chosen, &what).await {
            let clicked = field.click().await;
            self.must(clicked, &what).await;
        }
    }

    /// What stands in the field of this label; for a choice, its `value`.
    pub async fn value(&self, label: &str) -> String {
        let value = self.field(label).await.prop("value").await;
        self.must(value, &format!("read 「{label}」"))
            .await
            .unwrap_or_default()
    }

    /// The control of a label: by `for`, or inside it.
    async fn field(&self, label: &str) -> Element {
        let quoted = xpath_text(label);
        let control = |test: &str| {
            format!(
                "//*[@id = //label[{test}]/@for] | //label[{test}]//*[self::input or self::select or self::textarea]"
            )
        };
        let whole = control(&format!("normalize-space(.)={quoted}"));
        let start = control(&format!("starts-with(normalize-space(.), {quoted})"));
        let what = format!("find the field 「{label}」");
        // Our radio buttons may be drawn by their label, so a field need not be visible itself.
        self.one(&[whole, start], false, &what).await
    }

    async fn visible(&self, xpaths: &[String], what: &str) -> Element {
        self.one(xpaths, true, what).await
    }

    /// The only element of the first path that finds any.
    async fn one(&self, xpaths: &[String], visible: bool, what: &str) -> Element {
        let start = Instant::now();
        loop {
            for xpath in xpaths {
                let found = self.client.find_all(Locator::XPath(xpath)).await;
                let mut elements = Vec::new();
                for element in self.must(found, what).await {
                    // An element of a page that was just left counts as hidden.
                    if !visible || element.is_displayed().await.unwrap_or(false) {
                        elements.push(element);
                    }
                }
                if elements.len() > 1 {
                    let problem = format!("{} elements match", elements.len());
                    self.fail(what, &problem).await;
                }
                if let Some(element) = elements.pop() {
                    return element;
                }
            }
            if start.elapsed() > PATIENCE {
                self.fail(what, "nothing on the page matches").await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The first element of a CSS selector; waits for it.
    pub async fn element(&self, css: &str) -> Element {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .for_element(Locator::Css(css))
            .await;
        self.must(found, &format!("find {css}")).await
    }

    /// How many elements a CSS selector finds now.
    pub async fn count(&self, css: &str) -> usize {
        let found = self.client.find_all(Locator::Css(css)).await;
        self.must(found, &format!("count {css}")).await.len()
    }

    /// The visible text of the first element of a CSS selector.
    pub async fn text(&self, css: &str) -> String {
        let text = self.element(css).await.text().await;
        self.must(text, &format!("read {css}")).await
    }

    /// Waits until the visible text of the page holds `text`.
    pub async fn see(&self, text: &str) {
        let start = Instant::now();
        while !self.page_text().await.contains(text) {
            if start.elapsed() > PATIENCE {
                self.fail(&format!("see 「{text}」"), "the page does not say it")
                    .await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The visible text of the whole page; empty while there is none.
    pub async fn page_text(&self) -> String {
        match self.client.find(Locator::Css("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Types keys into whatever has the focus, such as Tab or Enter from `fantoccini::key::Key`.
    pub async fn press(&self, keys: &str) {
        let focus = self.client.active_element().await;
        let focus = self.must(focus, "find the focus").await;
        let typed = focus.send_keys(keys).await;
        self.must(typed, "press keys").await;
    }

    /// Runs a script in the page and returns its result; our CSP and [`Script::Off`] do not bind it.
    pub async fn execute(&self, script: &str) -> Value {
        let result = self.client.execute(script, Vec::new()).await;
        self.must(result, "run a script").await
    }

    /// A DevTools command, such as `Page.printToPDF`.
    pub async fn devtools(&self, command: &str, params: Value) -> Value {
        let body = json!({ "cmd": command, "params": params });
        let result = self
            .client
            .issue_cmd(Vendor {
                path: "goog/cdp/execute",
                body,
            })
            .await;
        self.must(result, command).await
    }

    /// Makes the viewport this many CSS pixels wide and high; a window cannot get narrower than about 500. `(320, 640)` is
    /// what WCAG's reflow asks for, `(640, 450)` is a desktop at 200 %.
    pub async fn resize(&self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Shows the page as `media` (`"print"`, or `""` for the screen) and with media features such as
    /// `[("forced-colors", "active")]`.
    pub async fn emulate(&self, media: &str, features: &[(&str, &str)]) {
        let features: Vec<Value> = features
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let params = json!({ "media": media, "features": features });
        self.devtools("Emulation.setEmulatedMedia", params).await;
    }

    /// Panics when the page must be scrolled sideways, and names what sticks out.
    pub async fn assert_no_overflow(&self) {
        let overflow = self.overflow().await;
        if !overflow.is_empty() {
            self.fail(
                "fit the page into the window",
                &format!("wider: {overflow:#?}"),
            )
            .await;
        }
    }

    /// The elements that make the page wider than its window, at most ten; empty when it fits. Elements inside a scrolling
    /// wrapper (wide tables) do not count.
    pub async fn overflow(&self) -> Vec<String> {
        let found = self.execute(OVERFLOW).await;
        let found = found.as_array().cloned().unwrap_or_default();
        found
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }

    /// Every address the browser asked for since it was opened, those that a policy blocked included.
    pub async fn requests(&self) -> Vec<String> {
        for entry in self.log("performance").await {
            let Some(message) = entry["message"].as_str() else {
                continue;
            };
            let message: Value = serde_json::from_str(message).unwrap_or_default();
            let event = &message["message"];
            let url = match event["method"].as_str() {
                Some("Network.requestWillBeSent") => &event["params"]["request"]["url"],
                Some("Network.webSocketCreated") => &event["params"]["url"],
                _ => continue,
            };
            self.requests
                .borrow_mut()
                .extend(url.as_str().map(str::to_owned));
        }
        self.requests.borrow().clone()
    }

    /// Those of [`Browser::requests`] that left the origin. Panics when nothing was asked for at all: then nobody watched.
    pub async fn outside_requests(&self) -> Vec<String> {
        let mut requests = self.requests().await;
        let inside = format!("{}/", self.origin);
        if !requests.iter().any(|url| url.starts_with(&inside)) {
            self.fail("watch the requests", "none was seen").await;
        }
        let own = [inside.as_str(), "data:", "blob:", "about:", "chrome:"];
        requests.retain(|url| !own.iter().any(|own| url.starts_with(own)));
        requests
    }

    /// Panics when the browser ever asked for anything outside the origin.
    pub async fn assert_same_origin(&self) {
        let outside = self.outside_requests().await;
        if !outside.is_empty() {
            self.fail("stay within the origin", &format!("asked for {outside:#?}"))
                .await;
        }
    }

    /// What the console said as an error since the browser was opened: broken scripts, missing files, broken policy.
    pub async fn console_errors(&self) -> Vec<String> {
        for entry in self.log("browser").await {
            if entry["level"] == "SEVERE" {
                self.console
                    .borrow_mut()
                    .extend(entry["message"].as_str().map(str::to_owned));
            }
        }
        self.console.borrow().clone()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let command = Vendor {
            path: "se/log",
            body: json!({ "type": kind }),
        };
        let entries = self.client.issue_cmd(command).await;
        let entries = self.must(entries, &format!("read the {kind} log")).await;
        entries.as_array().cloned().unwrap_or_default()
    }

    /// What axe-core finds against WCAG 2.2 A and AA: broken rules, and contrasts it could not measure. It needs
    /// [`Script::On`]: it waits for timers of the page.
    pub async fn axe(&self) -> Vec<Violation> {
        assert_eq!(
            self.script,
            Script::On,
            "axe-core cannot run in a browser without scripts"
        );
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/browser/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&file).unwrap_or_else(|error| {
            panic!("axe-core cannot be read ({error}): `bash tests/run` installs it")
        });
        let loaded = self.client.execute(&axe, Vec::new()).await;
        self.must(loaded, "load axe-core").await;
        let found = self.client.execute_async(AXE, vec![json!(AXE_TAGS)]).await;
        let found = self.must(found, "run axe-core").await;
        if let Some(problem) = found["problem"].as_str() {
            self.fail("run axe-core", problem).await;
        }
        let violations = serde_violations(&found["violations"], false);
        let mut undecided = serde_violations(&found["incomplete"], true);
        for violation in &mut undecided {
            // A lone ○ has a text beside it that only screen readers get. What lies behind a text in SVG axe cannot
            // tell: charts write on the page's own ground, a pair of `web::view`'s test.
            let is_known = |element: &String| {
                let (place, _) = element.split_once(": ").unwrap_or((element, ""));
                let of_chart = place.rsplit("> ").next().unwrap_or(place);
                element.contains("only non-text characters") || of_chart.starts_with("text[")
            };
            violation.elements.retain(|element| !is_known(element));
        }
        undecided.retain(|violation| !violation.elements.is_empty());
        violations.into_iter().chain(undecided).collect()
    }

    /// Panics with everything [`Browser::axe`] finds.
    pub async fn assert_accessible(&self) {
        let violations = self.axe().await;
        if !violations.is_empty() {
            self.fail("be accessible", &format!("{violations:#?}"))
                .await;
        }
    }

    /// Keeps a picture of the whole page as `NAME.png` when `TORIMATOME_SCREENSHOTS` names a directory.
    pub async fn screenshot(&self, name: &str) {
        if let Err(problem) = self.picture(name).await {
            panic!("no screenshot {name}: {problem}");
        }
    }

    async fn picture(&self, name: &str) -> Result<(), String> {
        let Some(directory) = std::env::var_os("TORIMATOME_SCREENSHOTS").map(PathBuf::from) else {
            return Ok(());
        };
        let issue = async |command: &str, params: Value| {
            let body = json!({ "cmd": command, "params": params });
            let answer = self
                .client
                .issue_cmd(Vendor {
                    path: "goog/cdp/execute",
                    body,
                })
                .await;
            answer.map_err(|error| error.to_string())
        };
        let mut clip = issue("Page.getLayoutMetrics", json!({})).await?["cssContentSize"].take();
        clip["scale"] = json!(1);
        let params = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let answer = issue("Page.captureScreenshot", params).await?;
        let data = answer["data"].as_str().unwrap_or_default();
        let png = base64::prelude::BASE64_STANDARD
            .decode(data)
            .map_err(|e| e.to_string())?;
        std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        std::fs::write(directory.join(format!("{name}.png")), png).map_err(|e| e.to_string())
    }

    async fn must<T, E: std::fmt::Display>(&self, result: Result<T, E>, what: &str) -> T {
        match result {
            Ok(value) => value,
            Err(error) => self.fail(what, &error.to_string()).await,
        }
    }

    /// Ends the test with what a person would have seen.
    async fn fail(&self, what: &str, problem: &str) -> ! {
        let url = self
            .client
            .current_url()
            .await
            .map(String::from)
            .unwrap_or_default();
        let title = self.client.title().await.unwrap_or_default();
        let text: String = self.page_text().await.chars().take(2000).collect();
        let name: String = what
            .chars()
            .filter(|c| c.is_alphanumeric())
            .take(40)
            .collect();
        let _ = self.picture(&format!("failed-{name}")).await;
        panic!("could not {what}: {problem}\n{url} 「{title}」\n{text}")
    }
}

fn serde_violations(found: &Value, undecided: bool) -> Vec<Violation> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let violation = |item: Value| Violation {
        rule: text(&item["rule"]),
        help: text(&item["help"]),
        elements: list(&item["elements"]).iter().map(text).collect(),
        undecided,
    };
    list(found).into_iter().map(violation).collect()
}

/// An XPath string literal; XPath has no escapes, so a text with both kinds of quotes is put together.
fn xpath_text(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    let parts: Vec<String> = text.split('\'').map(|part| format!("'{part}'")).collect();
    format!("concat({})", parts.join(", \"'\", "))
}

const OVERFLOW: &str = "
const room = window.innerWidth;
if (document.documentElement.scrollWidth <= room) return [];
const scrolls = e => e && e !== document.body && e !== document.documentElement
  && (getComputedStyle(e).overflowX !== 'visible' || scrolls(e.parentElement));
const wide = [...document.body.querySelectorAll('*')]
  .filter(e => e.getBoundingClientRect().right > room + 0.5 && !scrolls(e.parentElement))
  .slice(0, 10)
  .map(e => e.outerHTML.slice(0, 120) + ' ends at ' + Math.ceil(e.getBoundingClientRect().right));
return wide.length ? wide : ['the document is ' + document.documentElement.scrollWidth];
";

const AXE: &str = "
const [tags, done] = arguments;
const brief = results => results.map(result => ({
  rule: result.id,
  help: result.help,
  elements: result.nodes.map(node => node.target.join(' ') + ': '
    + [...node.any, ...node.all, ...node.none].map(check => check.message).join('; ')),
}));
axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations', 'incomplete'] })
  .then(found => done({
    violations: brief(found.violations),
    incomplete: brief(found.incomplete.filter(result => result.id === 'color-contrast')),
  }))
  .catch(error => done({ problem: String(error) }));
";
