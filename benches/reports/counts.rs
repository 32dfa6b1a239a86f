//! The national counts of an edition of 200,000 bodies, true to the last commit, against a page of Form 1.
//!
//! The demo's open edition is copied over and over within itself; a change of one answer is committed before every
//! second reading. At the end the counts are compared with a count of every row.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement, TransactionTrait};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use torimatome::app::{Application, open_desk};
use torimatome::config::Settings;
use torimatome::domain::access::CountryScope;
use torimatome::domain::account::Actor;
use torimatome::domain::japan_time::SystemClock;
use torimatome::domain::survey_edition::SurveyEdition;
use torimatome::store::Store;
use torimatome::workflow::{Desk, sessions};

use super::median;

const EDITION: &str = "fy2027";
/// 1,788 bodies and so many copies of each: 200,256.
const COPIES: u32 = 111;
const ROUNDS: usize = 301;

/// Everything of a row but its documents, as the bodies' own rows have it; `n.i` makes the code another one.
const COPY: &str = "INSERT INTO response (edition_id, code, prefecture_code, name, kana, kind, route, \
    health_center_city, child_guidance_city, deadline_on, status, version, contact, revision_number, \
    intents_mask, targets_mask, recipients, warnings, is_late, first_submitted_at, submitted_at, changed_at) \
    SELECT edition_id, code || '-' || n.i, prefecture_code, name, kana, kind, route, health_center_city, \
    child_guidance_city, deadline_on, status, version, contact, revision_number, intents_mask, targets_mask, \
    recipients, warnings, is_late, first_submitted_at, submitted_at, changed_at FROM response, n";

/// One body marks a row or takes the mark back, as a submission would.
const CHANGE: [&str; 2] = [
    "UPDATE response SET version = version + 1, status = 'submitted', \
     targets_mask = CASE targets_mask WHEN 1 THEN 3 ELSE 1 END",
    "INSERT INTO response_event (response_id, edition_id, prefecture_code, event, status_after, at, account_id, \
     actor_name, actor_body, detail) SELECT id, edition_id, prefecture_code, 'submit', 'submitted', 0, 0, '', '', \
     '[]' FROM response",
];

struct Site {
    address: std::net::SocketAddr,
    raw: DatabaseConnection,
    store: Store,
    edition: SurveyEdition,
    scope: CountryScope,
}

async fn sign_in(desk: &Desk, email: &str) -> String {
    let account = desk.store.account_by_email(email).await.expect("reads");
    let id = account.expect("an account of the demo").id;
    let token = sessions::start_session(desk, id, "bench").await;
    format!("torimatome={}", token.expect("a session"))
}

/// A page, over a connection that stays open; how long it took and how large it is.
async fn page(stream: &mut TcpStream, path: &str, cookie: &str) -> (Duration, usize) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n");
    let start = Instant::now();
    stream
        .write_all(request.as_bytes())
        .await
        .expect("loopback");
    let mut answer = Vec::with_capacity(128 * 1024);
    let head = loop {
        assert!(stream.read_buf(&mut answer).await.expect("loopback") > 0);
        if let Some(end) = answer.windows(4).position(|part| part == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&answer[..head]).to_lowercase();
    assert!(text.starts_with("http/1.1 200"), "{path}: {text}");
    let length = text.split("content-length: ").nth(1);
    let length = length.and_then(|rest| rest.split("\r\n").next());
    let length: usize = length
        .and_then(|it| it.trim().parse().ok())
        .expect("a length");
    while answer.len() < head + length {
        assert!(stream.read_buf(&mut answer).await.expect("loopback") > 0);
    }
    (start.elapsed(), length)
}

impl Site {
    async fn run(&self, sql: &str) {
        self.raw.execute_unprepared(sql).await.expect("runs");
    }

    async fn change(&self) {
        let one = format!(
            " WHERE edition_id = {} AND code = '012025-1'",
            self.edition.id
        );
        let transaction = self.raw.begin().await.expect("begins");
        for part in CHANGE {
            let done = transaction
                .execute_unprepared(&format!("{part}{one}"))
                .await;
            done.expect("runs");
        }
        transaction.commit().await.expect("commits");
    }

    /// Median time of reading the counts at the store.
    async fn counts(&self, changed_before: bool) -> f64 {
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            if changed_before {
                self.change().await;
            }
            let start = Instant::now();
            let counts = self.store.national_counts(&self.edition, self.scope).await;
            times.push(start.elapsed());
            counts.expect("counts");
        }
        median(times)
    }

    async fn number(&self, sql: &str) -> i64 {
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        let row = self.raw.query_one_raw(statement).await.expect("runs");
        let row = row.expect("a row");
        row.try_get_by_index(0).expect("a number")
    }
}

async fn open(url: &str, folder: &Path) -> Site {
    let any_port = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings {
        database_url: url.to_owned(),
        ..Settings::demo(folder, any_port)
    };
    let desk = open_desk(&settings, Arc::new(SystemClock))
        .await
        .expect("opens");
    torimatome::demo::fill(&desk).await.expect("fills");
    let store = desk.store.clone();
    let key = EDITION.parse().expect("a key");
    let edition = store.edition(&key).await.expect("reads").expect("is open");
    let application = Application::build(&settings, desk).expect("builds");
    let address = application.address;
    tokio::spawn(application.run());
    let ministry = Actor::operator("bench");
    Site {
        address,
        raw: Database::connect(url).await.expect("connects"),
        store,
        edition,
        scope: CountryScope::of(&ministry).expect("the ministry"),
    }
}

/// Measures on an empty database.
pub async fn measure(engine: &str, url: &str, folder: &Path) {
    let site = open(url, folder).await;
    let id = site.edition.id;
    site.run(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {COPIES}) {COPY} WHERE edition_id = {id}"
    ))
    .await;
    let desk = Desk {
        store: site.store.clone(),
        clock: Arc::new(SystemClock),
        passwords: torimatome::workflow::passwords::PasswordPool::new(1),
        intake: Default::default(),
    };
    let hakodate = torimatome::demo::account_email("012025".parse().expect("a code"));
    let town = sign_in(&desk, &hakodate).await;
    let ministry = sign_in(&desk, torimatome::demo::MINISTRY_EMAIL).await;

    let start = Instant::now();
    let counts = site.store.national_counts(&site.edition, site.scope).await;
    let first = start.elapsed();
    let bodies = counts.expect("counts").bodies.total();
    let still = site.counts(false).await;
    let changed = site.counts(true).await;

    let mut stream = TcpStream::connect(site.address).await.expect("loopback");
    let (mut form, mut table, mut table_changed) = (vec![], vec![], vec![]);
    let (form_path, table_path) = (
        format!("/editions/{EDITION}/form1/schemes"),
        format!("/editions/{EDITION}/downloads"),
    );
    let mut sizes = (0, 0);
    // In turns, so that whatever else the machine does falls on all.
    for _ in 0..ROUNDS {
        let (time, size) = page(&mut stream, &form_path, &town).await;
        form.push(time);
        sizes.0 = size;
        let (time, size) = page(&mut stream, &table_path, &ministry).await;
        table.push(time);
        sizes.1 = size;
        site.change().await;
        table_changed.push(page(&mut stream, &table_path, &ministry).await.0);
    }
    let (form, table, table_changed) = (median(form), median(table), median(table_changed));
    println!(
        "{engine}: national counts of {bodies} bodies, row x class x prefecture: {still:.3} ms, after a commit \
         {changed:.3} ms; the first time {:.0} ms",
        first.as_secs_f64() * 1_000.0
    );
    println!(
        "{engine}: page of Form 1 {form:.3} ms ({} bytes), page of the counts {table:.3} ms ({} bytes), after a commit \
         {table_changed:.3} ms: {:.2} and {:.2} times as long; the counts alone {:.2} and {:.2} (<= 3)",
        sizes.0,
        sizes.1,
        table / form,
        table_changed / form,
        still / form,
        changed / form
    );

    let counts = site.store.national_counts(&site.edition, site.scope).await;
    let counts = counts.expect("counts");
    let received = format!(
        "FROM response WHERE edition_id = {id} AND status IN ('submitted', 'under_review', 'accepted', 'sent_back')"
    );
    let start = Instant::now();
    let answered = site.number(&format!("SELECT count(*) {received}")).await;
    for (row, cells) in counts.schemes.iter().enumerate() {
        let with_mark = format!(
            "SELECT count(*) {received} AND targets_mask & {} <> 0",
            1_i64 << row
        );
        assert_eq!(
            site.number(&with_mark).await,
            cells.total() as i64,
            "row {row}"
        );
    }
    assert_eq!(answered, counts.answered.total() as i64);
    println!(
        "{engine}: the same by counting rows, a statement a row: {:.0} ms",
        start.elapsed().as_secs_f64() * 1_000.0
    );
    site.raw.close().await.expect("closes");
}
