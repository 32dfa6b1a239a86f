//! Killed or asked to stop in the middle of work.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::app::{OPEN, OTARU};
use crate::load::{Load, Receipts, clerks, is_whole};
use crate::server::Office;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_being_killed_and_nothing_is_half_done() {
    let office = Office::new().await;
    let clerks = clerks(&office).await;
    let seen = Receipts::default();
    for millis in [0, 310, 43, 7, 129] {
        let before = count(&seen);
        let server = office.serve();
        let load = Load::start(&server, &clerks, &seen);
        let work = async {
            while count(&seen) < before + 8 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let busy = tokio::time::timeout(Duration::from_secs(20), work).await;
        busy.expect("everybody submits");
        tokio::time::sleep(Duration::from_millis(millis)).await;
        server.kill();
        load.end().await;
        let receipts = seen.lock().expect("not poisoned").clone();
        is_whole(&office.desk.store, &receipts).await;
    }
    // Also through the door: everybody is still signed in, and finds every receipt.
    let server = office.serve();
    for clerk in &clerks {
        let client = clerk.at(&server);
        let code = clerk.actor.code().expect("a body").to_string();
        client.get("/home").await.ok();
        let receipts = seen.lock().expect("not poisoned").clone();
        let own = receipts.iter().filter(|receipt| receipt.contains(&code));
        for receipt in own.rev().take(3) {
            let page = client.get(&format!("/receipts/{receipt}")).await.ok();
            page.shows(receipt);
        }
    }
}

fn count(seen: &Receipts) -> usize {
    seen.lock().expect("not poisoned").len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_it_finishes_open_requests_and_sessions_live_on() {
    let office = Office::new().await;
    let clerk = office.clerk(OTARU).await;
    let mut server = office.serve();
    let client = clerk.at(&server);
    let path = format!("/editions/{OPEN}/form1/contact");
    let page = client.get(&path).await.ok();
    let form = page
        .form("保存して次へ")
        .fill("department", "とめる直前の課");
    let request = client.filled_in(&form).build().expect("a request");
    drop(client);
    // Both workers have been busy: what the one that stops at once leaves behind must not hurt the other.
    let visits = (0..12).map(|_| {
        let visitor = clerk.at(&server);
        tokio::spawn(async move {
            for _ in 0..3 {
                visitor.get("/home").await.ok();
            }
        })
    });
    for visit in visits.collect::<Vec<_>>() {
        visit.await.expect("is served");
    }

    // Half of the request arrives, then the signal, then the rest.
    let body = request.body().and_then(|body| body.as_bytes());
    let body = body.expect("a form").to_vec();
    let mut head = format!("POST {path} HTTP/1.1\r\nhost: {}\r\n", server.address);
    for (name, value) in request.headers() {
        head += &format!("{name}: {}\r\n", value.to_str().expect("ASCII"));
    }
    head += &format!(
        "content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(server.address).expect("connects");
    let patience = Some(Duration::from_secs(8));
    stream.set_read_timeout(patience).expect("can be set");
    stream.write_all(head.as_bytes()).expect("is sent");
    stream.write_all(&body[..20]).expect("is sent");
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.terminate();
    tokio::time::sleep(Duration::from_millis(300)).await;
    stream.write_all(&body[20..]).expect("is taken");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("is answered");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let status = server.ended(Duration::from_secs(12));
    assert!(status.success(), "{status}");
    assert!(TcpStream::connect(server.address).is_err());

    let server = office.serve();
    let page = clerk.at(&server).get(&path).await.ok();
    assert_eq!(page.value("department"), "とめる直前の課");
}
