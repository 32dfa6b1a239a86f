//! The program as a process, and a database it is started on.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use jiff::ToSpan;
use sea_orm::{ConnectionTrait, Database};
use torimatome::config::sqlite_url;
use torimatome::domain::account::Actor;
use torimatome::domain::japan_time::{Clock, SystemClock};
use torimatome::domain::survey_edition::EditionDates;
use torimatome::store::Store;
use torimatome::workflow::Desk;
use torimatome::workflow::editions::set_dates;
use torimatome::workflow::passwords::PasswordPool;
use torimatome::workflow::sessions::start_session;

use crate::app::{OPEN, actor, complete_form, edition, prepare, save_all};
use crate::client::Client;
use crate::database::TestDatabase;

/// A running program; killed when this value goes.
pub struct Server {
    pub address: SocketAddr,
    /// From the start of the process until it said its address.
    pub took: Duration,
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program with these arguments and nothing of this process's settings.
pub fn program(arguments: &[&str], data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_torimatome"));
    command.args(arguments).arg("--data-dir").arg(data_dir);
    command.env_remove("DATABASE_URL").env("RUST_LOG", "error");
    for name in [
        "BASE_URL",
        "PASSWORD_THREADS",
        "LOG",
        "SMTP_URL",
        "MAIL_FROM",
    ] {
        command.env_remove(format!("TORIMATOME_{name}"));
    }
    command
}

impl Server {
    /// Starts `serve` or `demo` on a free port and waits until it says where it listens.
    pub fn start(what: &str, data_dir: &Path, database_url: Option<&str>) -> Self {
        let mut command = program(&[what, "--listen", "127.0.0.1:0"], data_dir);
        if let Some(url) = database_url {
            command.env("DATABASE_URL", url);
        }
        Self::run(command)
    }

    fn run(mut command: Command) -> Self {
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let (send, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        let mut server = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            took: Duration::ZERO,
            child,
            lines,
        };
        let line = server.line_with("http://");
        let address = line.split_once("http://").map_or("", |(_, rest)| rest);
        server.address = address
            .trim_end_matches('/')
            .parse()
            .expect("an address to connect to");
        server.took = started.elapsed();
        server
    }

    /// The next line of output with these words.
    pub fn line_with(&self, words: &str) -> String {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("the program does not say 「{words}」"));
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Whether it says these words within a moment.
    pub fn says(&self, words: &str) -> bool {
        let until = Instant::now() + Duration::from_millis(300);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.contains(words) => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }

    /// As a power cut: no handler runs.
    pub fn kill(mut self) {
        self.child.kill().expect("can be killed");
        self.child.wait().expect("has ended");
    }

    /// As the operator's service manager stops it.
    pub fn terminate(&self) {
        let kill = format!("kill -TERM {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.expect("a shell").success());
    }

    /// Waits for the end.
    pub fn ended(&mut self, within: Duration) -> ExitStatus {
        let until = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().expect("can be asked") {
                return status;
            }
            assert!(Instant::now() < until, "still runs after {within:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn anonymous(&self) -> Client {
        Client::new(self.address, None, None)
    }
}

/// A database with an open edition, to start the program on, and a desk beside it.
pub struct Office {
    pub desk: Desk,
    url: String,
    folder: tempfile::TempDir,
    /// Only one on the engine of the run; dropped with this value.
    _database: Option<TestDatabase>,
}

/// A clerk who may come back after a restart.
pub struct Clerk {
    pub actor: Actor,
    token: String,
}

impl Clerk {
    /// The same browser at a server that was started again.
    pub fn at(&self, server: &Server) -> Client {
        Client::new(server.address, Some(&self.token), Some(self.actor.clone()))
    }
}

impl Office {
    /// On the engine of this run.
    pub async fn new() -> Self {
        let database = TestDatabase::create(prepare).await;
        Self::on(database.url().to_owned(), folder(), Some(database)).await
    }

    /// On SQLite, whatever the run is for.
    pub async fn on_sqlite() -> Self {
        let folder = folder();
        let url = sqlite_url(&folder.path().join("torimatome.db"));
        prepare(&url).await;
        Self::on(url, folder, None).await
    }

    async fn on(url: String, folder: tempfile::TempDir, database: Option<TestDatabase>) -> Self {
        let desk = desk(&url).await;
        // The program goes by the real clock.
        let today = SystemClock.now().japan_date();
        let after = |days: i32| today.saturating_add(days.days());
        let dates = EditionDates {
            deadline_on: after(30),
            last_new_answer_on: after(60),
            last_change_on: after(60),
        };
        let ministry = actor(&desk, None, "医療費助成担当", true).await;
        let set = set_dates(&desk, &ministry, &edition(OPEN), dates).await;
        set.expect("is set");
        Self {
            desk,
            url,
            folder,
            _database: database,
        }
    }

    /// Somebody of a body that has saved every part, signed in.
    pub async fn clerk(&self, code: &str) -> Clerk {
        let actor = actor(&self.desk, Some(code), "医療助成担当", false).await;
        save_all(&self.desk, &actor, OPEN, &complete_form()).await;
        let token = start_session(&self.desk, actor.account_id, "test").await;
        let token = token.expect("a session starts");
        Clerk { actor, token }
    }

    pub fn serve(&self) -> Server {
        Server::start("serve", self.folder.path(), Some(&self.url))
    }

    /// The same with a mail server on this port.
    pub fn serve_with_mail(&self, smtp_port: u16) -> Server {
        // Links in mails begin with an address that has to be known before.
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
        let listen = free.local_addr().expect("is bound").to_string();
        drop(free);
        let mut command = program(&["serve", "--listen", &listen], self.folder.path());
        command
            .env("DATABASE_URL", &self.url)
            .env("TORIMATOME_BASE_URL", format!("http://{listen}"))
            .env(
                "TORIMATOME_SMTP_URL",
                format!("smtp://127.0.0.1:{smtp_port}"),
            )
            .env(
                "TORIMATOME_MAIL_FROM",
                "とりまとめ <no-reply@portal.example>",
            );
        Server::run(command)
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Runs a statement behind the program's back.
    pub async fn damage(&self, sql: &str) {
        let db = Database::connect(&self.url).await.expect("connects");
        db.execute_unprepared(sql).await.expect("runs");
        db.close().await.expect("closes");
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// A desk with the real clock on a database.
pub async fn desk(url: &str) -> Desk {
    Desk {
        store: Store::open(url).await.expect("opens"),
        clock: std::sync::Arc::new(SystemClock),
        passwords: PasswordPool::new(1),
        intake: crate::app::intake_room(),
    }
}
