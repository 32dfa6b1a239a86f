//! `cargo bench --bench portal`: how the portal compares with something run beside it, in the same
//! process on the same machine. It prints ratios and the figures behind them and judges nothing.
//!
//! Data: the demo's country (1,788 bodies, a closed and an open edition) and three more old editions
//! copied from the closed one. Everything runs on loopback, bounded in count and time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use torimatome::app::{Application, open_desk};
use torimatome::config::Settings;
use torimatome::domain::account::{Actor, ActorBody, Role};
use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::coordination_contact::ContactInput;
use torimatome::domain::japan_time::SystemClock;
use torimatome::domain::response::{IntentInput, SchemeInput, SchemesInput};
use torimatome::domain::response_status::ResponseStatus;
use torimatome::workflow::save_draft::{SectionInput, save_draft};
use torimatome::workflow::submit_response::submit_response;
use torimatome::workflow::{Desk, sessions};

const EDITION: &str = "fy2027";
const CONNECTIONS: usize = 16;
const WINDOW: Duration = Duration::from_secs(4);

#[derive(Clone)]
struct Target {
    address: std::net::SocketAddr,
    path: String,
    cookie: String,
}

impl Target {
    fn request(&self) -> String {
        format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
            self.path, self.address, self.cookie
        )
    }
}

/// Sends one request on an open connection and reads the answer; gives its status and body length.
async fn exchange(stream: &mut TcpStream, request: &str, buffer: &mut Vec<u8>) -> (u16, usize) {
    stream
        .write_all(request.as_bytes())
        .await
        .expect("loopback");
    buffer.clear();
    let head_end = loop {
        let read = stream.read_buf(buffer).await.expect("loopback");
        assert!(read > 0, "the server closed the connection");
        if let Some(end) = buffer.windows(4).position(|part| part == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).to_lowercase();
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|text| text.parse().ok())
        .expect("a status");
    let length: usize = head
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.split("\r\n").next())
        .and_then(|text| text.trim().parse().ok())
        .expect("a length");
    while buffer.len() < head_end + length {
        assert!(stream.read_buf(buffer).await.expect("loopback") > 0);
    }
    (status, length)
}

async fn fetch(target: &Target) -> Vec<u8> {
    let mut stream = TcpStream::connect(target.address).await.expect("loopback");
    let mut buffer = Vec::new();
    let (status, length) = exchange(&mut stream, &target.request(), &mut buffer).await;
    assert_eq!(status, 200, "{}", target.path);
    buffer.split_off(buffer.len() - length)
}

struct Load {
    per_second: f64,
    p50: Duration,
    p99: Duration,
}

/// Requests the same page over keep-alive connections for a while.
async fn load(target: &Target, connections: usize, window: Duration) -> Load {
    let until = Instant::now() + window;
    let mut tasks = Vec::new();
    for _ in 0..connections {
        let target = target.clone();
        tasks.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(target.address).await.expect("loopback");
            let request = target.request();
            let mut buffer = Vec::with_capacity(64 * 1024);
            let mut times = Vec::new();
            while Instant::now() < until {
                let start = Instant::now();
                let (status, _) = exchange(&mut stream, &request, &mut buffer).await;
                assert_eq!(status, 200);
                times.push(start.elapsed());
            }
            times
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a load task"));
    }
    summarize(times, window)
}

/// The run in the middle, by requests a second.
fn middle(mut runs: Vec<Load>) -> Load {
    runs.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
    let middle = runs.len() / 2;
    runs.swap_remove(middle)
}

fn summarize(mut times: Vec<Duration>, window: Duration) -> Load {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    Load {
        per_second: times.len() as f64 / window.as_secs_f64(),
        p50: at(0.5),
        p99: at(0.99),
    }
}

/// Resident memory of a process now and at its highest, in MB.
fn resident_mb(pid: u32) -> (f64, f64) {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let value = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let kb = line.and_then(|line| line.split_whitespace().nth(1));
        kb.and_then(|text| text.parse::<f64>().ok())
            .unwrap_or(f64::NAN)
            / 1024.0
    };
    (value("VmRSS:"), value("VmHWM:"))
}

/// The demo as a process of its own, so that its memory is its own.
struct Portal {
    child: std::process::Child,
    address: std::net::SocketAddr,
}

impl Portal {
    fn start(folder: &std::path::Path) -> Self {
        use std::io::BufRead;
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_torimatome"))
            .args(["demo", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(folder)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("starts");
        let stdout = child.stdout.take().expect("piped");
        let mut lines = std::io::BufReader::new(stdout)
            .lines()
            .map_while(Result::ok);
        let address = lines
            .find_map(|line| {
                let address = line.trim().strip_prefix("http://")?;
                address.trim_end_matches('/').parse().ok()
            })
            .expect("prints its address");
        // Whoever closes the other end of a pipe ends the one who writes into it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }

    /// Signs in with one click and gives the cookie.
    async fn sign_in(&self, who: &str) -> String {
        let body = serde_urlencoded::to_string([("who", who)]).expect("a form");
        let request = format!(
            "POST /demo/sign-in HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {1}\r\nConnection: close\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).await.expect("loopback");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("loopback");
        let mut answer = Vec::new();
        while !answer.windows(4).any(|part| part == b"\r\n\r\n") {
            let read = stream.read_buf(&mut answer).await.expect("loopback");
            assert!(read > 0, "the server closed the connection");
        }
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let cookie = answer
            .lines()
            .find(|line| line.to_lowercase().starts_with("set-cookie:"))
            .expect("a cookie");
        let value = cookie[11..].split(';').next().unwrap_or_default();
        value.trim().to_owned()
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn cookie(desk: &Desk, email: &str) -> (String, Actor) {
    let account = desk
        .store
        .account_by_email(email)
        .await
        .expect("store")
        .expect("a demo account");
    let token = sessions::start_session(desk, account.id, "bench")
        .await
        .expect("a session");
    let body = account
        .home
        .map(|(code, name, kind)| ActorBody { code, name, kind });
    let actor = Actor {
        account_id: account.id,
        display_name: account.display_name,
        email: account.email,
        is_admin: account.is_admin,
        role: Role::of(body.as_ref().map(|body| (body.code, body.kind))),
        body,
        department: String::new(),
        request_id: "bench".to_owned(),
    };
    (format!("torimatome={token}"), actor)
}

/// Copies the closed edition, answers and all, so many times.
async fn copy_old_editions(raw: &DatabaseConnection, from: u16, count: u16) {
    for copy in from..from + count {
        let key = format!("fy20{:02}", 10 + copy);
        let sql = [
            format!(
                "INSERT INTO survey_edition (key, fiscal_year, state, deadline_on, last_new_answer_on, last_change_on, definition, definition_version, opened_at, closed_at) SELECT '{key}', 20{:02}, state, deadline_on, last_new_answer_on, last_change_on, definition, definition_version, opened_at, closed_at FROM survey_edition WHERE key = 'fy2025'",
                10 + copy
            ),
            format!(
                "INSERT INTO response (edition_id, code, prefecture_code, name, kana, kind, route, health_center_city, child_guidance_city, deadline_on, status, version, draft, prefill, open_return, contact, revision_number, intents_mask, targets_mask, recipients, warnings, is_late, first_submitted_at, submitted_at, changed_at) SELECT (SELECT id FROM survey_edition WHERE key = '{key}'), code, prefecture_code, name, kana, kind, route, health_center_city, child_guidance_city, deadline_on, status, version, draft, prefill, open_return, contact, revision_number, intents_mask, targets_mask, recipients, warnings, is_late, first_submitted_at, submitted_at, changed_at FROM response WHERE edition_id = (SELECT id FROM survey_edition WHERE key = 'fy2025')"
            ),
            format!(
                "INSERT INTO revision (response_id, number, receipt, submission_key, form, confirmed_warnings, is_late, submitted_at, submitted_by, submitted_by_name) SELECT new.id, revision.number, '{key}-' || revision.receipt, '{key}-' || revision.submission_key, form, confirmed_warnings, revision.is_late, revision.submitted_at, submitted_by, submitted_by_name FROM revision JOIN response AS old ON old.id = revision.response_id AND old.edition_id = (SELECT id FROM survey_edition WHERE key = 'fy2025') JOIN response AS new ON new.code = old.code AND new.edition_id = (SELECT id FROM survey_edition WHERE key = '{key}')"
            ),
        ];
        for statement in sql {
            raw.execute_unprepared(&statement)
                .await
                .expect("copying an edition");
        }
    }
}

/// A handler that returns the same bytes from memory, behind nothing.
async fn memory_server(bytes: Vec<u8>) -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let bytes = web::Bytes::from(bytes);
    let server = HttpServer::new(move || {
        let bytes = bytes.clone();
        App::new().default_service(web::to(move || {
            let bytes = bytes.clone();
            async move {
                HttpResponse::Ok()
                    .content_type("text/html; charset=utf-8")
                    .body(bytes)
            }
        }))
    })
    .workers(2)
    .tcp_nodelay(true)
    .listen(listener)
    .expect("listens")
    .run();
    tokio::spawn(server);
    address
}

/// Fills every draft that can still be submitted; with each the version to submit.
async fn fill_drafts(desk: &Desk, actors: Vec<Actor>) -> Vec<(Actor, i32)> {
    let key: torimatome::domain::survey_edition::EditionKey = EDITION.parse().expect("a key");
    let mut ready = Vec::new();
    for actor in actors {
        let code = actor.code().expect("a body");
        let record = desk
            .store
            .response(&key, code)
            .await
            .expect("store")
            .expect("a respondent");
        // Where somebody else signs, a submission is two people's work.
        let is_open = matches!(
            record.status,
            ResponseStatus::NotStarted | ResponseStatus::Draft
        );
        if !is_open || record.duties.sign_off {
            continue;
        }
        let draft = record.draft_or_prefill();
        let rows = record.edition.definition.rows.iter().map(|row| {
            (
                row.scheme.clone(),
                SchemeInput {
                    target: true,
                    recipients: "1,234".to_owned(),
                },
            )
        });
        let inputs = [
            SectionInput::Contact(ContactInput {
                department: "福祉課".to_owned(),
                email: "fukushi@demo.example".to_owned(),
                phone: "03-0000-0000".to_owned(),
            }),
            SectionInput::Intent(IntentInput {
                intents: [ApplicationIntent::FirstRound].into(),
                text: String::new(),
            }),
            SectionInput::Schemes(SchemesInput {
                rows: rows.collect(),
                other_text: "高齢者の医療費助成".to_owned(),
            }),
        ];
        for input in inputs {
            let version = draft.version(input.section());
            save_draft(desk, &actor, &key, version, input)
                .await
                .expect("a saved draft");
        }
        let record = desk
            .store
            .response(&key, code)
            .await
            .expect("store")
            .expect("a respondent");
        ready.push((actor, record.version));
    }
    ready
}

/// Submits filled drafts, so many bodies at once.
async fn submissions(desk: &Desk, ready: Vec<(Actor, i32)>, at_once: usize) -> Load {
    let key: torimatome::domain::survey_edition::EditionKey = EDITION.parse().expect("a key");
    let queue = Arc::new(std::sync::Mutex::new(ready));
    let started = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..at_once {
        let (desk, key, queue) = (desk.clone(), key.clone(), Arc::clone(&queue));
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            loop {
                let next = queue.lock().expect("no panic").pop();
                let Some((actor, version)) = next else {
                    return times;
                };
                let start = Instant::now();
                let receipt = submit_response(&desk, &actor, &key, version, true).await;
                receipt.expect("a receipt");
                times.push(start.elapsed());
            }
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a submitting task"));
    }
    summarize(times, started.elapsed())
}

/// Mail for these bodies has somewhere to go from now on.
async fn keep_addresses(raw: &DatabaseConnection, of: &[(Actor, i32)]) {
    for (actor, _) in of {
        let code = actor.code().expect("a body");
        raw.execute_unprepared(&format!(
            "INSERT INTO duty_address (code, email, label, created_at) VALUES ('{code}', 'iryo@m{code}.example', '医療助成係', 0)"
        ))
        .await
        .expect("inserts");
    }
}

/// One row and a commit, again and again, on the same file and with the same settings.
async fn bare_commits(raw: &DatabaseConnection, count: u32) -> f64 {
    use sea_orm::TransactionTrait;
    raw.execute_unprepared("CREATE TABLE bare (id INTEGER PRIMARY KEY, form TEXT)")
        .await
        .expect("a table");
    let form = "x".repeat(2000);
    let statement = format!("INSERT INTO bare (form) VALUES ('{form}')");
    let started = Instant::now();
    for _ in 0..count {
        let transaction = raw.begin().await.expect("begins");
        transaction
            .execute_unprepared(&statement)
            .await
            .expect("inserts");
        transaction.commit().await.expect("commits");
    }
    let rate = f64::from(count) / started.elapsed().as_secs_f64();
    raw.execute_unprepared("DROP TABLE bare")
        .await
        .expect("drops");
    rate
}

/// Somebody signs in 30 times a second (1,788 a minute) while a page is read.
async fn page_beside_sign_ins(desk: &Desk, target: &Target) -> Load {
    let stop = Arc::new(AtomicU64::new(0));
    let signing = {
        let (desk, stop) = (desk.clone(), Arc::clone(&stop));
        tokio::spawn(async move {
            let mut count = 0_u32;
            let mut tick = tokio::time::interval(Duration::from_millis(33));
            while stop.load(Ordering::Relaxed) == 0 {
                tick.tick().await;
                let desk = desk.clone();
                tokio::spawn(async move {
                    let _ = desk.passwords.verify("みかん 電車 ゆうびん", None).await;
                });
                count += 1;
            }
            count
        })
    };
    let result = load(target, 1, WINDOW).await;
    stop.store(1, Ordering::Relaxed);
    let count = signing.await.expect("the signing task");
    println!("   ({count} sign-ins were hashed meanwhile)");
    result
}

fn row(what: &str, load: &Load) {
    println!(
        "   {what:<34} {:>9.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms",
        load.per_second,
        load.p50.as_secs_f64() * 1000.0,
        load.p99.as_secs_f64() * 1000.0
    );
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = Settings {
        listen: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        ..Settings::demo(
            folder.path(),
            std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
        )
    };
    let started = Instant::now();
    let desk = open_desk(&settings, Arc::new(SystemClock))
        .await
        .expect("opens");
    torimatome::demo::fill(&desk).await.expect("fills");
    println!(
        "first start of the demo: {:.2} s",
        started.elapsed().as_secs_f64()
    );

    let application = Application::build(&settings, desk.clone()).expect("builds");
    let address = application.address;
    tokio::spawn(application.run());
    let (town, _) = cookie(
        &desk,
        &torimatome::demo::account_email("012025".parse().expect("code")),
    )
    .await;
    let (hokkaido, _) = cookie(
        &desk,
        &torimatome::demo::account_email("010006".parse().expect("code")),
    )
    .await;
    let (ministry, _) = cookie(&desk, torimatome::demo::MINISTRY_EMAIL).await;
    let target = |path: &str, cookie: &str| Target {
        address,
        path: path.to_owned(),
        cookie: cookie.to_owned(),
    };

    println!("\n1. Form 1 page of 24 rows against the same bytes from memory (>= 0.15)");
    let form = target(&format!("/editions/{EDITION}/form1/schemes"), &town);
    let bytes = fetch(&form).await;
    println!("   {} bytes", bytes.len());
    let memory = Target {
        address: memory_server(bytes).await,
        ..form.clone()
    };
    // In turns, so that whatever else the machine does falls on both.
    let (mut of_memory, mut of_page) = (Vec::new(), Vec::new());
    for _ in 0..6 {
        of_memory.push(load(&memory, CONNECTIONS, WINDOW / 4).await);
        of_page.push(load(&form, CONNECTIONS, WINDOW / 4).await);
    }
    let (from_memory, page) = (middle(of_memory), middle(of_page));
    row("from memory", &from_memory);
    row("Form 1 page", &page);
    println!("   ratio {:.3}", page.per_second / from_memory.per_second);

    println!("\n2. Submitting against a bare insert-and-commit loop (>= 0.6, p99 < 60 ms)");
    let raw = Database::connect(&settings.database_url)
        .await
        .expect("connects");
    raw.execute_unprepared("PRAGMA synchronous = FULL")
        .await
        .expect("sets");
    let bodies = desk.store.organizations().await.expect("bodies");
    let mut actors = Vec::new();
    for body in &bodies {
        actors.push(
            cookie(&desk, &torimatome::demo::account_email(body.code))
                .await
                .1,
        );
    }
    let ready = fill_drafts(&desk, actors).await;
    // In turns here too.
    let (mut of_bare, mut of_submitting, mut of_mailing) = (Vec::new(), Vec::new(), Vec::new());
    for (turn, part) in ready.chunks(ready.len().div_ceil(6)).enumerate() {
        let (with_mail, without) = part.split_at(part.len() / 2);
        of_bare.push(bare_commits(&raw, 500).await);
        keep_addresses(&raw, with_mail).await;
        // Each goes first as often as the other: what the bare loop leaves to do falls on the first.
        if turn % 2 == 0 {
            of_submitting.push(submissions(&desk, without.to_vec(), 50).await);
            of_mailing.push(submissions(&desk, with_mail.to_vec(), 50).await);
        } else {
            of_mailing.push(submissions(&desk, with_mail.to_vec(), 50).await);
            of_submitting.push(submissions(&desk, without.to_vec(), 50).await);
        }
    }
    of_bare.sort_by(f64::total_cmp);
    let bare = of_bare[of_bare.len() / 2];
    let (submitted, mailing) = (middle(of_submitting), middle(of_mailing));
    println!("   bare loop                          {bare:>9.0}/s");
    row("submissions, 50 at once", &submitted);
    row("the same, a mail written for each", &mailing);
    println!(
        "   ratio {:.3}, with mail {:.3}: {:.2} of that without",
        submitted.per_second / bare,
        mailing.per_second / bare,
        mailing.per_second / submitted.per_second
    );

    println!("\n3. Boards: one visitor, with 2 and with 5 editions (< 15 ms, not growing)");
    let board = target(&format!("/editions/{EDITION}/board"), &hokkaido);
    let country = target(&format!("/editions/{EDITION}/country"), &ministry);
    let two = [
        load(&board, 1, WINDOW / 2).await,
        load(&country, 1, WINDOW / 2).await,
    ];
    copy_old_editions(&raw, 1, 3).await;
    let five = [
        load(&board, 1, WINDOW / 2).await,
        load(&country, 1, WINDOW / 2).await,
    ];
    for (name, two, five) in [
        ("board of Hokkaido", &two[0], &five[0]),
        ("the country", &two[1], &five[1]),
    ] {
        row(&format!("{name}, 2 editions"), two);
        row(&format!("{name}, 5 editions"), five);
        println!(
            "   ratio {:.2}",
            five.p50.as_secs_f64() / two.p50.as_secs_f64()
        );
    }

    println!("\n4. A page while 1,788 people a minute sign in");
    let home = target("/home", &town);
    let idle = load(&home, 1, WINDOW).await;
    let busy = page_beside_sign_ins(&desk, &home).await;
    row("idle", &idle);
    row("beside 30 sign-ins a second", &busy);
    println!(
        "   ratio of p99 {:.2}",
        busy.p99.as_secs_f64() / idle.p99.as_secs_f64()
    );

    println!("\n5. Resident memory of a server of its own after serving all that (< 80 MB)");
    let own = tempfile::tempdir().expect("a temporary folder");
    let portal = Portal::start(own.path());
    let town = portal.sign_in("012025").await;
    let hokkaido = portal.sign_in("010006").await;
    let ministry = portal.sign_in(torimatome::demo::MINISTRY_EMAIL).await;
    let pid = portal.child.id();
    println!("   at start {:.0} MB", resident_mb(pid).0);
    for (page, cookie, connections) in [
        ("form1/schemes", &town, CONNECTIONS),
        ("board", &hokkaido, 4),
        ("country", &ministry, 4),
        ("downloads", &ministry, 2),
    ] {
        let target = Target {
            address: portal.address,
            path: format!("/editions/{EDITION}/{page}"),
            cookie: cookie.clone(),
        };
        load(&target, connections, WINDOW / 2).await;
        println!("   after {page:<28} {:.0} MB", resident_mb(pid).0);
    }
    for _ in 0..5 {
        fetch(&Target {
            address: portal.address,
            path: format!("/editions/{EDITION}/answers.xlsx"),
            cookie: ministry.clone(),
        })
        .await;
    }
    let (now, highest) = resident_mb(pid);
    println!("   after five national lists    {now:.0} MB, at its highest {highest:.0} MB");
}
