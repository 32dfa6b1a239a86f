//! `cargo bench --bench mail`: draining the outbox to a mail server on the same machine, beside a bare loop over one
//! connection to it, and what pages feel of it.
//!
//! The server is a sink of a few lines: it says yes to everything. Loopback only, bounded in count.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use torimatome::app::{Application, open_desk};
use torimatome::config::Settings;
use torimatome::domain::japan_time::SystemClock;
use torimatome::domain::mail::{MailFacts, MailKind, NewMail, Placeholder};
use torimatome::mail::{PostSettings, Postman};
use torimatome::workflow::Desk;
use torimatome::workflow::deliver_mail::deliver_due;

const MAILS: usize = 3_000;
const PAGES: usize = 600;

/// A mail server that takes everything; gives its port and counts messages.
async fn sink() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let port = listener.local_addr().expect("has an address").port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let count = Arc::clone(&counted);
            tokio::spawn(serve(stream, count));
        }
    });
    (port, count)
}

async fn serve(stream: TcpStream, count: Arc<AtomicUsize>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sink\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let reply: &[u8] = match line.get(..4).unwrap_or_default() {
            "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                }
                count.fetch_add(1, Ordering::Relaxed);
                b"250 taken\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        write.write_all(reply).await?;
    }
    Ok(())
}

/// The same conversation with nothing behind it.
async fn bare(port: u16) -> f64 {
    let stream = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("connects");
    stream.set_nodelay(true).expect("sets");
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut next = async || lines.next_line().await.expect("reads").expect("a reply");
    next().await;
    write.write_all(b"EHLO bench\r\n").await.expect("writes");
    next().await;
    next().await;
    let started = Instant::now();
    let message = format!("Subject: x\r\n\r\n{}\r\n.\r\n", "a".repeat(1_500));
    for _ in 0..MAILS {
        for line in [
            "MAIL FROM:<a@b.example>\r\n",
            "RCPT TO:<c@d.example>\r\n",
            "DATA\r\n",
            message.as_str(),
        ] {
            write.write_all(line.as_bytes()).await.expect("writes");
            next().await;
        }
    }
    MAILS as f64 / started.elapsed().as_secs_f64()
}

async fn fill(desk: &Desk, from: usize) {
    let mails: Vec<_> = (from..from + MAILS)
        .map(|number| NewMail {
            key: format!("bench/{number}"),
            kind: MailKind::Reminder,
            edition_id: None,
            about: None,
            to: format!("m{number}@city.example")
                .parse()
                .expect("an address"),
            facts: MailFacts::default()
                .with(Placeholder::Body, "函館市")
                .with(Placeholder::Link, "/home"),
        })
        .collect();
    let transaction = desk.store.begin().await.expect("begins");
    transaction
        .mail_all(&mails, desk.now())
        .await
        .expect("writes");
    transaction.commit().await.expect("commits");
}

/// One page after the other with a pause between, as people do; gives the time of the slowest of a hundred.
async fn pages(address: SocketAddr) -> Duration {
    let request = format!("GET /sign-in HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut took = Vec::with_capacity(PAGES);
    for _ in 0..PAGES {
        let started = Instant::now();
        let mut stream = TcpStream::connect(address).await.expect("connects");
        stream.write_all(request.as_bytes()).await.expect("writes");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("reads");
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        took.push(started.elapsed());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    took.sort();
    took[PAGES * 99 / 100]
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let settings = Settings::load(folder.path(), listen, None).expect("settings");
    let desk = open_desk(&settings, Arc::new(SystemClock))
        .await
        .expect("opens");
    let application = Application::build(&settings, desk.clone()).expect("builds");
    let address = application.address;
    tokio::spawn(application.run());
    let (port, count) = sink().await;
    let post = PostSettings {
        smtp_url: Some(format!("smtp://127.0.0.1:{port}")),
        from: "とりまとめ <no-reply@portal.example>".to_owned(),
        ..PostSettings::default()
    };
    let postman = Postman::open(&post).expect("opens").expect("a server");
    let base = "https://portal.example";

    println!("1. Draining {MAILS} mails (at least 300/s) beside a bare loop over one connection");
    let bare = bare(port).await;
    count.store(0, Ordering::Relaxed);
    fill(&desk, 0).await;
    let started = Instant::now();
    let done = deliver_due(&desk, &postman, base).await.expect("delivers");
    let rate = done.sent as f64 / started.elapsed().as_secs_f64();
    assert_eq!((done.sent, count.load(Ordering::Relaxed)), (MAILS, MAILS));
    println!(
        "   bare loop {bare:.0}/s, outbox {rate:.0}/s, ratio {:.2}",
        rate / bare
    );

    println!("2. Pages beside it: p99 at most 2 x idle");
    let mut idle = pages(address).await;
    fill(&desk, MAILS).await;
    let draining = {
        let (desk, postman) = (desk.clone(), postman.clone());
        tokio::spawn(async move { deliver_due(&desk, &postman, base).await })
    };
    let beside = pages(address).await;
    let still = !draining.is_finished();
    draining.await.expect("runs").expect("delivers");
    idle = idle.min(pages(address).await);
    println!(
        "   p99 idle {:.2} ms, while draining {:.2} ms, ratio {:.2}{}",
        idle.as_secs_f64() * 1e3,
        beside.as_secs_f64() * 1e3,
        beside.as_secs_f64() / idle.as_secs_f64(),
        if still {
            ""
        } else {
            " (drained before the pages ended)"
        },
    );
}
