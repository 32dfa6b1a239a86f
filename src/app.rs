//! The one seam that builds the application: settings in, running server out.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, HttpServer, web};
use anyhow::{Context, bail};
use jiff::civil::Date;

use crate::config::Settings;
use crate::domain::japan_time::Clock;
use crate::mail::Postman;
use crate::store::Store;
use crate::web::state::AppState;
use crate::workflow::Desk;
use crate::workflow::bodies::bring_up_to_date;
use crate::workflow::deliver_mail;
use crate::workflow::digests::digest_due;
use crate::workflow::edition_opening::open_due;
use crate::workflow::passwords::PasswordPool;
use crate::workflow::reminders::remind_due;
use crate::workflow::reopening_end::end_reopenings;
use crate::workflow::sessions::sweep;

const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);
const LOOK_FOR_OPENINGS_EVERY: Duration = Duration::from_secs(30);
const LOOK_FOR_REMINDERS_EVERY: Duration = Duration::from_secs(60);
const SWEEP_AT_MOST: Duration = Duration::from_secs(60);
const LOOK_AT_THE_DAY_EVERY: Duration = Duration::from_secs(60);

/// A server that has its address and can be run.
pub struct Application {
    /// Where it listens; the port is the real one also if 0 was asked for.
    pub address: SocketAddr,
    /// The same desk the server's handlers use.
    pub desk: Desk,
    server: Server,
    /// Who hands mail over, and what links in mails begin with.
    post: Option<(Postman, String)>,
}

/// Opens the database and brings it up to date.
pub async fn open_desk(settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Desk> {
    if settings.database_url.starts_with("sqlite:") {
        std::fs::create_dir_all(&settings.data_dir).with_context(|| {
            format!(
                "cannot create the data folder {}",
                settings.data_dir.display()
            )
        })?;
    }
    let store = Store::open(&settings.database_url)
        .await
        .context("cannot open the database")?;
    store
        .migrate()
        .await
        .context("cannot bring the database up to date")?;
    let desk = Desk {
        store,
        clock,
        passwords: PasswordPool::new(settings.password_threads),
        intake: Default::default(),
    };
    bring_up_to_date(&desk)
        .await
        .context("cannot bring the list of bodies up to date")?;
    Ok(desk)
}

/// As [`open_desk`], for commands that only read: a database that is not there is not made.
pub async fn open_desk_to_read(settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Desk> {
    if !Store::is_there(&settings.database_url) {
        bail!(
            "データベースがありません（{}）。--data-dir（または DATABASE_URL）に、ポータルのデータのある場所を指定してください。何も作成していません。",
            settings.database_url
        );
    }
    open_desk(settings, clock).await
}

/// Brings the list of bodies up to each day, and ends the reopenings whose last day was the one before, soon after it
/// began in Japan. Every node does so; the second one finds it done.
async fn follow_the_days(desk: Desk) {
    let mut minutes = tokio::time::interval(LOOK_AT_THE_DAY_EVERY);
    minutes.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut done: Option<Date> = None;
    loop {
        minutes.tick().await;
        let today = desk.now().japan_date();
        if done == Some(today) {
            continue;
        }
        let all = async {
            let bodies = bring_up_to_date(&desk).await;
            // One does not wait for the other to be mended.
            end_reopenings(&desk).await?;
            bodies
        };
        match tokio::time::timeout(SWEEP_AT_MOST, all).await {
            Ok(Ok(_)) => done = Some(today),
            Ok(Err(error)) => {
                tracing::warn!(cause = %error, "list of bodies or answers not brought up to date")
            }
            Err(_) => tracing::warn!("bringing bodies and answers up to date took too long"),
        }
    }
}

/// Deletes what has run out, at the start and every hour. A sweep that fails or hangs is given up and
/// tried again an hour later.
async fn sweep_hourly(desk: Desk) {
    let mut hours = tokio::time::interval(SWEEP_EVERY);
    hours.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        hours.tick().await;
        let all = async {
            sweep(&desk).await?;
            crate::workflow::intake::sweep(&desk).await
        };
        match tokio::time::timeout(SWEEP_AT_MOST, all).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(cause = %error, "sweep failed"),
            Err(_) => tracing::warn!("sweep took too long"),
        }
    }
}

/// Opens editions that were planned for a day, soon after that day has begun. What fails is tried again.
async fn open_planned_editions(desk: Desk) {
    let mut minutes = tokio::time::interval(LOOK_FOR_OPENINGS_EVERY);
    minutes.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        if let Err(error) = open_due(&desk).await {
            tracing::warn!(cause = %error, "a planned opening failed");
        }
    }
}

/// Writes the digests and reminders of each working day, soon after their hours. Every node looks; whichever comes
/// first takes the day, and the others find it done. What fails is tried again a minute later, the same day only.
async fn write_daily_mails(desk: Desk) {
    let mut minutes = tokio::time::interval(LOOK_FOR_REMINDERS_EVERY);
    minutes.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        minutes.tick().await;
        if let Err(error) = digest_due(&desk).await {
            tracing::warn!(cause = %error, "the digests of the day were not written");
        }
        match remind_due(&desk).await {
            Ok(Some(tally)) => tracing::info!(?tally, "reminders decided"),
            Ok(None) => {}
            Err(error) => tracing::warn!(cause = %error, "reminders were not decided"),
        }
    }
}

impl Application {
    /// Binds the address and builds the server.
    pub fn build(settings: &Settings, desk: Desk) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(settings.listen)
            .with_context(|| format!("cannot listen on {}", settings.listen))?;
        let address = listener.local_addr()?;
        let state = web::Data::new(AppState::new(settings, desk.clone()));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(state.clone())
                .wrap(actix_web::middleware::from_fn(crate::web::guard::guard))
                .wrap(actix_web::middleware::Compress::default())
                .configure(crate::web::routes::routes)
        })
        // Two workers serve two cores; a small pool keeps memory low.
        .workers(std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8)))
        .tcp_nodelay(true)
        .client_request_timeout(Duration::from_secs(15))
        .shutdown_timeout(10)
        .listen(listener)?
        .run();
        let base = settings.address_for_links(address);
        Ok(Self {
            address,
            desk,
            server,
            post: settings.postman()?.map(|postman| (postman, base)),
        })
    }

    /// Serves until a signal asks to stop; open requests are finished first.
    pub async fn run(self) -> anyhow::Result<()> {
        let sweeping = tokio::spawn(sweep_hourly(self.desk.clone()));
        let opening = tokio::spawn(open_planned_editions(self.desk.clone()));
        let following = tokio::spawn(follow_the_days(self.desk.clone()));
        let reminding = tokio::spawn(write_daily_mails(self.desk.clone()));
        let taking_in = tokio::spawn(crate::workflow::intake::work(self.desk.clone()));
        let sending = self.post.map(|(postman, base)| {
            tokio::spawn(deliver_mail::work(self.desk.clone(), postman, base))
        });
        let served = self.server.await;
        // What it was at is undone, and taken up again at the next start.
        taking_in.abort();
        let _ = taking_in.await;
        if let Some(sending) = sending {
            // A letter on its way is tried again when its lease is over, with the same Message-ID.
            sending.abort();
            let _ = sending.await;
        }
        // An opening is one transaction too.
        opening.abort();
        let _ = opening.await;
        // So is a day's decision.
        reminding.abort();
        let _ = reminding.await;
        following.abort();
        let _ = following.await;
        sweeping.abort();
        // Whether it was swept to the end or cut short does not matter: a sweep is one transaction.
        let _ = sweeping.await;
        self.desk.store.close().await?;
        Ok(served?)
    }

    /// A handle that stops the server, for tests.
    pub fn handle(&self) -> actix_web::dev::ServerHandle {
        self.server.handle()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    async fn fault() -> actix_web::HttpResponse {
        panic!("a fault in a handler");
    }

    fn ask(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).expect("connects");
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("is sent");
        let mut answer = String::new();
        // A broken connection is an answer too.
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    #[actix_web::test]
    async fn a_panic_ends_its_own_request_only() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let address = listener.local_addr().expect("has an address");
        let server = HttpServer::new(|| {
            App::new()
                .wrap(actix_web::middleware::from_fn(crate::web::guard::guard))
                .route("/fault", web::get().to(fault))
                .route("/fine", web::get().to(|| async { "fine" }))
        })
        .workers(1)
        .listen(listener)
        .expect("listens")
        .run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        let answers = web::block(move || {
            let broken: Vec<_> = (0..3).map(|_| ask(address, "/fault")).collect();
            (broken, ask(address, "/fine"))
        });
        let (broken, fine) = answers.await.expect("asks");
        handle.stop(false).await;
        assert!(broken.iter().all(|answer| !answer.contains(" 200 ")));
        assert!(broken.iter().all(|answer| !answer.contains("a fault")));
        assert!(fine.ends_with("fine"), "{fine}");
    }
}
