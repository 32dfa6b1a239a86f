//! Killed between a change and the mail that reports it, and between the mail server's taking and our note.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use torimatome::domain::mail::MailState;
use torimatome::store::deliveries::{MailRecord, OutboxFilter};

use crate::app::{OPEN, OTARU};
use crate::load::{CODES, Load, Receipts, clerks, is_whole};
use crate::server::{Clerk, Office, Server};
use crate::smtp::MailServer;

/// Long enough for the worker to look twice.
const A_LOOK: Duration = Duration::from_secs(5);

/// A mail server that takes connections and never says a word; tells when somebody comes.
fn silent_server() -> (u16, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    let port = listener.local_addr().expect("is bound").port();
    let (send, came) = mpsc::channel();
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        for stream in listener.incoming() {
            kept.push(stream);
            if send.send(()).is_err() {
                return;
            }
        }
    });
    (port, came)
}

async fn keep_address(office: &Office, code: &str) {
    let sql = format!(
        "INSERT INTO duty_address (code, email, label, created_at) \
         VALUES ('{code}', 'iryo@m{code}.example', '医療助成係', 0)"
    );
    office.damage(&sql).await;
}

/// What a node that was killed had taken is free again: ten minutes, in a moment.
async fn leases_run_out(office: &Office) {
    office.damage("UPDATE outbox SET lease_until = 0").await;
}

async fn outbox(office: &Office) -> Vec<MailRecord> {
    let filter = OutboxFilter::default();
    let all = office.desk.store.outbox(&filter, 0, 10_000).await;
    all.expect("reads").0
}

async fn all_settled(office: &Office) -> Vec<MailRecord> {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let mails = outbox(office).await;
        if mails.iter().all(|mail| mail.state == MailState::Sent) {
            return mails;
        }
        assert!(Instant::now() < until, "mails wait: {mails:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Submits through the pages; gives the receipt that was shown.
async fn submit(clerk: &Clerk, server: &Server) -> String {
    let client = clerk.at(server);
    let page = client.get(&format!("/editions/{OPEN}/form1/check")).await;
    let sent = client.submit(&page.ok().form("提出する")).await;
    let location = sent.location();
    let mut parts = location.split(['/', '?']);
    let receipt = parts.find(|part| part.starts_with("R9-"));
    receipt.expect("a receipt number").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_commit_and_send_nothing_is_lost_and_nothing_is_sent_twice() {
    let office = Office::new().await;
    let clerk = office.clerk(OTARU).await;
    keep_address(&office, OTARU).await;

    // The mail server takes no word; the submission does not wait for it.
    let (port, came) = silent_server();
    let server = office.serve_with_mail(port);
    let receipt = submit(&clerk, &server).await;
    let looked = came.recv_timeout(Duration::from_secs(20));
    looked.expect("the worker looks whether somebody is there");
    server.kill();
    let waiting = outbox(&office).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].state, MailState::Waiting);

    let mail = MailServer::start();
    let server = office.serve_with_mail(mail.port);
    all_settled(&office).await;
    tokio::time::sleep(A_LOOK).await;
    server.kill();
    let taken = mail.all_taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to, [format!("iryo@m{OTARU}.example")]);
    let (_, _, text) = taken[0].read();
    assert!(text.contains(&receipt), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_the_data_the_mail_comes_once_more_with_its_message_id() {
    let office = Office::new().await;
    let clerk = office.clerk(OTARU).await;
    keep_address(&office, OTARU).await;
    let mut mail = MailServer::start();
    // Claimed, and killed before the letter was handed over.
    mail.will("stall,hang");
    let server = office.serve_with_mail(mail.port);
    let receipt = submit(&clerk, &server).await;
    assert!(mail.next_taken().raw.is_empty());
    server.kill();

    // The lease holds: whoever comes next does not know that the other is dead.
    let server = office.serve_with_mail(mail.port);
    tokio::time::sleep(A_LOOK).await;
    assert!(mail.all_taken().is_empty());
    leases_run_out(&office).await;
    // Handed over, and killed before it was noted.
    let first = mail.next_taken();
    server.kill();
    let unnoted = outbox(&office).await;
    assert_eq!((unnoted.len(), unnoted[0].state), (1, MailState::Waiting));

    leases_run_out(&office).await;
    let server = office.serve_with_mail(mail.port);
    let second = mail.next_taken();
    let sent = all_settled(&office).await;
    tokio::time::sleep(A_LOOK).await;
    server.kill();
    assert!(mail.all_taken().is_empty(), "one copy more, no third");
    assert_eq!(first.raw, second.raw);
    let (id, _, text) = second.read();
    assert_eq!(
        sent[0].text.as_ref().map(|text| &text.message_id),
        Some(&id)
    );
    assert!(text.contains(&receipt), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_every_receipt_that_was_shown_is_reported() {
    let office = Office::new().await;
    let clerks = clerks(&office).await;
    for code in CODES {
        keep_address(&office, code).await;
    }
    let mail = MailServer::start();
    let seen = Receipts::default();
    // The worker looks every two seconds: some of these are in the middle of a letter.
    let kills = [2_000, 2_310, 2_043];
    for millis in kills {
        let server = office.serve_with_mail(mail.port);
        let load = Load::start(&server, &clerks, &seen);
        tokio::time::sleep(Duration::from_millis(millis)).await;
        server.kill();
        load.end().await;
        leases_run_out(&office).await;
    }
    let receipts = seen.lock().expect("not poisoned").clone();
    assert!(receipts.len() >= kills.len(), "{receipts:?}");
    is_whole(&office.desk.store, &receipts).await;

    let server = office.serve_with_mail(mail.port);
    let sent = all_settled(&office).await;
    server.kill();
    let taken = mail.all_taken();
    let mut copies: BTreeMap<String, BTreeSet<Vec<u8>>> = BTreeMap::new();
    let mut texts = String::new();
    for message in &taken {
        let (id, _, text) = message.read();
        texts += &text;
        copies.entry(id).or_default().insert(message.raw.clone());
    }
    // One mail a row, every copy the same to the byte, at most one copy more for each time it was killed.
    assert_eq!(copies.len(), sent.len());
    assert!(copies.values().all(|of| of.len() == 1));
    assert!(taken.len() <= sent.len() + kills.len(), "{}", taken.len());
    for receipt in &receipts {
        assert!(
            texts.contains(receipt),
            "{receipt} was shown and not reported"
        );
    }
}
