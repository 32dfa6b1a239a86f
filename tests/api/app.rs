//! The application with a database of its own, a clock that the test moves, and people who use it.
//!
//! State is made by the verbs of the workflow, never by writing rows.

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::civil::{Date, DateTime, date};
use sea_orm::{ConnectionTrait, Database, Statement};
use torimatome::app::Application;
use torimatome::config::Settings;
use torimatome::domain::account::{Actor, ActorBody, Role};
use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::coordination_contact::ContactInput;
use torimatome::domain::japan_time::{ManualClock, UnixMillis};
use torimatome::domain::local_government_code::LocalGovernmentCode;
use torimatome::domain::place::Place;
use torimatome::domain::response::{Form1Input, IntentInput, SchemeInput, SchemesInput};
use torimatome::domain::return_request::ReturnItem;
use torimatome::domain::review_request::{BodyReply, ReplyKind, RequestEvent, ReviewRequest};
use torimatome::domain::survey_edition::{EditionDates, EditionKey};
use torimatome::spreadsheet::intake::process::PoolSettings;
use torimatome::store::Store;
use torimatome::store::accounts::NewAccount;
use torimatome::store::responses::ResponseRecord;
use torimatome::workflow::Desk;
use torimatome::workflow::editions::{close_edition, open_edition};
use torimatome::workflow::intake::IntakeRoom;
use torimatome::workflow::passwords::PasswordPool;
use torimatome::workflow::requests::move_request;
use torimatome::workflow::return_response::return_response;
use torimatome::workflow::review::{accept_settling, send_back, start_review};
use torimatome::workflow::save_draft::{SectionInput, save_draft};
use torimatome::workflow::sessions::start_session;
use torimatome::workflow::submit_response::{submit_response, submit_with_replies};

use crate::client::Client;
use crate::database::TestDatabase;

/// 函館市, a core city: answers to the ministry. It answered the last edition too.
pub const HAKODATE: &str = "012025";
/// 小樽市, a general municipality of 北海道.
pub const OTARU: &str = "012033";
/// 夕張市, its neighbour.
pub const YUBARI: &str = "012092";
/// 弘前市, a general municipality of 青森県.
pub const HIROSAKI: &str = "022021";
/// 北海道 and 青森県.
pub const HOKKAIDO: &str = "010006";
pub const AOMORI: &str = "020001";

/// The open edition, and the closed one before it.
pub const OPEN: &str = "fy2027";
pub const CLOSED: &str = "fy2025";

/// The open edition's deadline, and the last day on which anything is taken.
pub const DEADLINE: Date = date(2027, 2, 26);
pub const LAST_DAY: Date = date(2027, 3, 31);

/// When every test begins, in Japan.
pub fn beginning() -> DateTime {
    date(2027, 1, 20).at(10, 0, 0, 0)
}

/// A running portal that vanishes with this value.
pub struct TestApp {
    pub desk: Desk,
    pub clock: ManualClock,
    pub address: SocketAddr,
    handle: actix_web::dev::ServerHandle,
    database: TestDatabase,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The command is sent at once; nobody waits for the answer.
        drop(self.handle.stop(false));
    }
}

impl TestApp {
    /// A portal as `serve` starts it: one edition closed, one open, nobody else's accounts.
    pub async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    /// The same with other settings.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let database = TestDatabase::create(prepare).await;
        let mut settings = Settings {
            data_dir: database.directory().to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database_url: database.url().to_owned(),
            base_url: None,
            password_threads: 1,
            demo: false,
            mail: Default::default(),
        };
        change(&mut settings);
        let clock = ManualClock::new(UnixMillis::from_japan(beginning()));
        let store = Store::open(database.url()).await.expect("opens");
        let desk = desk(store, &clock);
        let application = Application::build(&settings, desk.clone()).expect("binds");
        let (address, handle) = (application.address, application.handle());
        tokio::spawn(async move {
            application.run().await.expect("the server stops cleanly");
        });
        Self {
            desk,
            clock,
            address,
            handle,
            database,
        }
    }

    /// What another node of the same portal would open.
    pub fn database_url(&self) -> &str {
        self.database.url()
    }

    pub fn is_postgres(&self) -> bool {
        self.database.is_postgres()
    }

    /// Moves the clock to a moment in Japan.
    pub fn at(&self, moment: DateTime) {
        self.clock.set(UnixMillis::from_japan(moment));
    }

    pub fn pass_minutes(&self, minutes: i64) {
        self.clock.advance(minutes * 60_000);
    }

    /// Somebody not signed in.
    pub fn anonymous(&self) -> Client {
        Client::new(self.address, None, None)
    }

    /// The desk of a municipality, prefecture or city, signed in just now.
    pub async fn body(&self, code: &str) -> Client {
        self.person(Some(code), "医療助成担当", false).await
    }

    /// The desk of a municipality.
    pub async fn municipality(&self, code: &str) -> Client {
        self.body(code).await
    }

    /// The desk of the prefecture with this two-digit code.
    pub async fn prefecture(&self, code: &str) -> Client {
        let prefecture: torimatome::domain::local_government_code::PrefectureCode =
            code.parse().expect("a prefecture's code");
        self.body(prefecture.organization_code().as_str()).await
    }

    /// The ministry, an administrator.
    pub async fn ministry(&self) -> Client {
        self.person(None, "医療費助成担当", true).await
    }

    /// Somebody with a function at a body (`None`: the ministry), signed in just now.
    pub async fn person(&self, code: Option<&str>, function: &str, is_admin: bool) -> Client {
        let actor = self.actor(code, function, is_admin).await;
        let token = start_session(&self.desk, actor.account_id, "test").await;
        let token = token.expect("a session starts");
        Client::new(self.address, Some(&token), Some(actor))
    }

    /// The account of such a person, made on first use.
    pub async fn actor(&self, code: Option<&str>, function: &str, is_admin: bool) -> Actor {
        actor(&self.desk, code, function, is_admin).await
    }

    /// One body's answer in the open edition, as stored.
    pub async fn answer(&self, code: &str) -> ResponseRecord {
        self.answer_in(OPEN, code).await
    }

    pub async fn answer_in(&self, key: &str, code: &str) -> ResponseRecord {
        let found = self.desk.store.response(&edition(key), body(code)).await;
        found.expect("reads").expect("the body takes part")
    }

    /// Everything of an answer that a refused request must not have changed.
    pub async fn state_of(&self, code: &str) -> String {
        let record = self.answer(code).await;
        let revisions = self.desk.store.revisions(record.id).await.expect("reads");
        let history = self.desk.store.history(record.id).await.expect("reads");
        format!(
            "{:?} v{} {:?} {} revisions {} events",
            record.status,
            record.version,
            record.draft,
            revisions.len(),
            history.len()
        )
    }

    /// A body that has saved every part.
    pub async fn drafted(&self, code: &str) -> Client {
        let client = self.body(code).await;
        save_all(&self.desk, client.actor(), OPEN, &complete_form()).await;
        client
    }

    /// A body that has submitted; gives its receipt number too.
    pub async fn submitted(&self, code: &str) -> (Client, String) {
        let client = self.drafted(code).await;
        let receipt = self.submit(client.actor()).await;
        (client, receipt)
    }

    /// Submits what an actor's body has drafted; it has mended whatever it was asked, or says what it said before.
    pub async fn submit(&self, actor: &Actor) -> String {
        let code = actor.code().expect("a body").to_string();
        let version = self.answer(&code).await.version;
        let asked = self.requests(&code).await;
        let said = asked
            .iter()
            .filter(|request| !request.kept_reply().is_decided())
            .map(|request| BodyReply {
                number: request.number,
                kind: Some(ReplyKind::Mended),
                words: String::new(),
            });
        let said: Vec<_> = said.collect();
        let key = edition(OPEN);
        let receipt = submit_with_replies(&self.desk, actor, &key, version, true, &said).await;
        receipt.expect("submits")
    }

    /// Whoever reviews a body's answer.
    pub async fn reviewer_of(&self, code: &str) -> Actor {
        let record = self.answer(code).await;
        match record.route {
            torimatome::domain::organization::Route::ToMinistry => {
                self.actor(None, "医療費助成担当", true).await
            }
            torimatome::domain::organization::Route::ThroughPrefecture => {
                let prefecture = body(code).prefecture().organization_code();
                let code = Some(prefecture.as_str());
                self.actor(code, "医療助成担当", false).await
            }
        }
    }

    pub async fn start_review(&self, code: &str) {
        let (actor, version) = (
            self.reviewer_of(code).await,
            self.answer(code).await.version,
        );
        let done = start_review(&self.desk, &actor, &edition(OPEN), body(code), version).await;
        done.expect("the review starts");
    }

    /// Accepts, and settles what the reviewer asked and has an answer to.
    pub async fn accept(&self, code: &str) {
        let (actor, version) = (
            self.reviewer_of(code).await,
            self.answer(code).await.version,
        );
        let done = accept_settling(&self.desk, &actor, &edition(OPEN), body(code), version).await;
        done.expect("is accepted");
    }

    pub async fn return_with(&self, code: &str, reasons: &[(Place, &str)]) {
        let (actor, version) = (
            self.reviewer_of(code).await,
            self.answer(code).await.version,
        );
        let items = items(reasons);
        let key = edition(OPEN);
        let done = return_response(&self.desk, &actor, &key, body(code), version, &items).await;
        done.expect("is returned");
    }

    pub async fn send_back(&self, code: &str, reason: &str) {
        let actor = self.actor(None, "医療費助成担当", true).await;
        let version = self.answer(code).await.version;
        let key = edition(OPEN);
        let done = send_back(&self.desk, &actor, &key, body(code), version, reason).await;
        done.expect("is sent back");
    }

    /// The reviewer answers a request of the ministry, or an objection, in words.
    pub async fn reply_to(&self, code: &str, number: i32, words: &str) {
        let actor = self.reviewer_of(code).await;
        let (key, event) = (edition(OPEN), RequestEvent::Reply);
        let done = move_request(&self.desk, &actor, &key, body(code), number, event, words).await;
        done.expect("is answered");
    }

    /// Everything that was asked about an answer, as stored.
    pub async fn requests(&self, code: &str) -> Vec<ReviewRequest> {
        let id = self.answer(code).await.id;
        self.desk.store.requests(id).await.expect("reads")
    }

    pub async fn close_edition(&self) {
        let actor = self.actor(None, "医療費助成担当", true).await;
        let done = close_edition(&self.desk, &actor, &edition(OPEN)).await;
        done.expect("closes");
    }

    /// Gives somebody a password.
    pub async fn set_password(&self, actor: &Actor, password: &str) {
        let hash = self.desk.passwords.hash(password).await.expect("hashes");
        let transaction = self.desk.store.begin().await.expect("begins");
        let set = transaction.set_password(actor.account_id, &hash).await;
        set.expect("writes");
        transaction.commit().await.expect("commits");
    }

    /// Runs a statement behind the application's back, for damage that no verb does.
    pub async fn damage(&self, sql: &str, values: Vec<sea_orm::Value>) {
        let db = Database::connect(self.database.url())
            .await
            .expect("connects");
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        db.execute_raw(statement).await.expect("runs");
        db.close().await.expect("closes");
    }

    /// The number that a statement gives, asked behind the application's back.
    pub async fn count(&self, sql: &str) -> i64 {
        let db = Database::connect(self.database.url())
            .await
            .expect("connects");
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.expect("reads");
        let count = row.expect("a row").try_get_by_index(0).expect("a number");
        db.close().await.expect("closes");
        count
    }

    /// Lets mail for a body (`None`: the ministry) go to an address of its duty.
    pub async fn keep_address(&self, code: Option<&str>, address: &str) {
        let places: Vec<String> = (1..=3).map(|number| self.bind(number)).collect();
        let sql = format!(
            "INSERT INTO duty_address (code, email, label, created_at) VALUES ({}, {}, {}, 0)",
            places[0], places[1], places[2]
        );
        let values = vec![
            code.map(str::to_owned).into(),
            address.into(),
            "医療助成係".into(),
        ];
        self.damage(&sql, values).await;
    }

    /// The mails of a kind that went into the outbox: their keys and what they are filled with, in order.
    pub async fn mails(&self, kind: &str) -> Vec<(String, String)> {
        let db = Database::connect(self.database.url())
            .await
            .expect("connects");
        let sql = format!(
            "SELECT key, facts FROM outbox WHERE kind = {} ORDER BY id",
            self.bind(1)
        );
        let statement =
            Statement::from_sql_and_values(db.get_database_backend(), sql, vec![kind.into()]);
        let rows = db.query_all_raw(statement).await.expect("reads");
        db.close().await.expect("closes");
        rows.iter()
            .map(|row| {
                let text = |column: &str| row.try_get::<String>("", column).expect("a text");
                (text("key"), text("facts"))
            })
            .collect()
    }

    /// How a bound value is written in [`TestApp::damage`].
    pub fn bind(&self, number: usize) -> String {
        if self.database.is_postgres() {
            format!("${number}")
        } else {
            "?".to_owned()
        }
    }
}

pub fn edition(key: &str) -> EditionKey {
    key.parse().expect("an edition's key")
}

pub fn body(code: &str) -> LocalGovernmentCode {
    code.parse().expect("a body's code")
}

pub fn items(reasons: &[(Place, &str)]) -> Vec<ReturnItem> {
    reasons
        .iter()
        .map(|(place, reason)| ReturnItem {
            place: place.clone(),
            reason: (*reason).to_owned(),
        })
        .collect()
}

/// A contact that reads without problems.
pub fn contact() -> ContactInput {
    ContactInput {
        department: "福祉部 障害福祉課 医療助成係".to_owned(),
        email: "iryo@city.example".to_owned(),
        phone: "0138-00-0000".to_owned(),
    }
}

/// A form that can be submitted: ①, two schemes every municipality runs, no warning.
pub fn complete_form() -> Form1Input {
    let row = |recipients: &str| SchemeInput {
        target: true,
        recipients: recipients.to_owned(),
    };
    Form1Input {
        contact: contact(),
        intent: IntentInput {
            intents: [ApplicationIntent::FirstRound].into(),
            text: String::new(),
        },
        schemes: SchemesInput {
            rows: [
                ("rehabilitation".parse().expect("an id"), row("1200")),
                ("local_child".parse().expect("an id"), row("34000")),
            ]
            .into(),
            other_text: String::new(),
        },
        ..Form1Input::default()
    }
}

/// Saves every section of an actor's own form, over whatever stands there.
pub async fn save_all(desk: &Desk, actor: &Actor, key: &str, form: &Form1Input) {
    let key = edition(key);
    let code = actor.code().expect("a body");
    let record = desk.store.response(&key, code).await.expect("reads");
    let record = record.expect("takes part");
    for section in record.edition.definition.sections(&record.class) {
        let record = desk.store.response(&key, code).await.expect("reads");
        let version = record
            .expect("takes part")
            .draft_or_prefill()
            .version(*section);
        let input = SectionInput::of(form, *section);
        let saved = save_draft(desk, actor, &key, version, input).await;
        saved.expect("saves");
    }
}

/// Reader processes of the real program: this one is not the portal.
pub fn intake_room() -> IntakeRoom {
    IntakeRoom::with(PoolSettings {
        executable: env!("CARGO_BIN_EXE_torimatome").into(),
        readers: 2,
        waiting: 16,
        time: std::time::Duration::from_secs(20),
    })
}

fn desk(store: Store, clock: &ManualClock) -> Desk {
    Desk {
        store,
        clock: Arc::new(clock.clone()),
        passwords: PasswordPool::new(1),
        intake: intake_room(),
    }
}

/// The account of somebody with a function at a body (`None`: the ministry), made on first use.
pub async fn actor(desk: &Desk, code: Option<&str>, function: &str, is_admin: bool) -> Actor {
    // One address for each function: a second call finds the account of the first.
    let function_key: u32 = function.chars().map(u32::from).sum();
    let name = code.unwrap_or("ministry");
    let email = format!("m{name}-{function_key}@office.example");
    let home = match code {
        Some(code) => {
            let organization = desk.store.organization(body(code)).await.expect("reads");
            Some(organization.expect("a body of the list"))
        }
        None => None,
    };
    let known = desk.store.account_by_email(&email).await.expect("reads");
    let account_id = match known {
        Some(account) => account.id,
        None => {
            let transaction = desk.store.begin().await.expect("begins");
            let new = NewAccount {
                email: email.clone(),
                display_name: function.to_owned(),
                body: home.as_ref().map(|home| home.code),
                is_admin,
                password_hash: None,
                created_at: desk.now(),
            };
            let id = transaction.insert_account(&new).await.expect("writes");
            transaction.commit().await.expect("commits");
            id
        }
    };
    Actor {
        account_id,
        display_name: function.to_owned(),
        email,
        is_admin,
        role: Role::of(home.as_ref().map(|home| (home.code, home.kind))),
        body: home.map(|home| ActorBody {
            code: home.code,
            name: home.name,
            kind: home.kind,
        }),
        department: String::new(),
        request_id: "test".to_owned(),
    }
}

/// What all tests start from: the edition of fiscal 2025 with one answer, closed, and the one of
/// fiscal 2027, open.
pub async fn prepare(url: &str) {
    let clock = ManualClock::new(UnixMillis::from_japan(date(2025, 1, 14).at(9, 0, 0, 0)));
    let store = Store::open(url).await.expect("opens");
    store.migrate().await.expect("migrates");
    let desk = desk(store, &clock);
    let ministry = actor(&desk, None, "医療費助成担当", true).await;
    let dates = |deadline_on, last| EditionDates {
        deadline_on,
        last_new_answer_on: last,
        last_change_on: last,
    };
    let old = dates(date(2025, 2, 28), date(2025, 3, 31));
    let opened = open_edition(&desk, &ministry, &edition(CLOSED), old).await;
    opened.expect("opens");
    let hakodate = actor(&desk, Some(HAKODATE), "医療助成担当", false).await;
    save_all(&desk, &hakodate, CLOSED, &complete_form()).await;
    let record = desk.store.response(&edition(CLOSED), body(HAKODATE)).await;
    let version = record.expect("reads").expect("takes part").version;
    let submitted = submit_response(&desk, &hakodate, &edition(CLOSED), version, true).await;
    submitted.expect("submits");
    let closed = close_edition(&desk, &ministry, &edition(CLOSED)).await;
    closed.expect("closes");

    clock.set(UnixMillis::from_japan(date(2027, 1, 12).at(9, 0, 0, 0)));
    let new = dates(DEADLINE, LAST_DAY);
    let opened = open_edition(&desk, &ministry, &edition(OPEN), new).await;
    opened.expect("opens");
    desk.store.close().await.expect("closes");
}
