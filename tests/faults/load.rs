//! Clerks who submit and withdraw as fast as they can, and what must hold of what they did.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use torimatome::domain::response_status::{ResponseEvent, ResponseStatus};
use torimatome::store::Store;

use crate::app::{HIROSAKI, OPEN, OTARU, YUBARI, body, edition};
use crate::client::{Client, Page};
use crate::server::{Clerk, Office, Server};

/// Who takes part.
pub const CODES: [&str; 4] = [OTARU, YUBARI, HIROSAKI, "022039"];

/// Receipt numbers that somebody saw on the screen.
pub type Receipts = Arc<Mutex<Vec<String>>>;

/// Clerks at work.
pub struct Load {
    stop: Arc<AtomicBool>,
    clerks: Vec<tokio::task::JoinHandle<()>>,
}

pub async fn clerks(office: &Office) -> Vec<Clerk> {
    let mut clerks = Vec::new();
    for code in CODES {
        clerks.push(office.clerk(code).await);
    }
    clerks
}

impl Load {
    /// Each clerk submits, withdraws, submits again, until it ends or the server is gone.
    pub fn start(server: &Server, clerks: &[Clerk], seen: &Receipts) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let clerks = clerks.iter().map(|clerk| {
            let (client, stop, seen) = (clerk.at(server), Arc::clone(&stop), Arc::clone(seen));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    // Somebody whose connection breaks has been told nothing.
                    if submit_and_withdraw(&client, &seen).await.is_err() {
                        return;
                    }
                }
            })
        });
        Self {
            clerks: clerks.collect(),
            stop,
        }
    }

    /// Everybody finishes what they do.
    pub async fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        for clerk in self.clerks {
            clerk.await.expect("a clerk meets nothing unexpected");
        }
    }
}

async fn try_get(client: &Client, path: &str) -> Result<Page, reqwest::Error> {
    client
        .try_send(client.bare(reqwest::Method::GET, path))
        .await
}

async fn submit_and_withdraw(client: &Client, seen: &Receipts) -> Result<(), reqwest::Error> {
    let home = format!("/editions/{OPEN}/form1");
    let page = try_get(client, &home).await?.ok();
    if page.has_button("取り下げる") {
        let form = page.form("取り下げる");
        client.try_send(client.filled_in(&form)).await?.is(303);
    }
    let page = try_get(client, &format!("{home}/check")).await?.ok();
    let form = page.form("提出する");
    let page = client.try_send(client.filled_in(&form)).await?;
    let location = page.location();
    let receipt = location
        .split(['/', '?'])
        .find(|part| part.starts_with("R9-"))
        .expect("a receipt number");
    seen.lock().expect("not poisoned").push(receipt.to_owned());
    Ok(())
}

/// Every receipt that was shown is stored once, and answer, revisions, history and audit agree.
pub async fn is_whole(store: &Store, seen: &[String]) {
    let mut stored = Vec::new();
    for code in CODES {
        let record = store.response(&edition(OPEN), body(code)).await;
        let record = record.expect("reads").expect("takes part");
        let revisions = store.revisions(record.id).await.expect("reads");
        let numbers: Vec<i32> = revisions.iter().map(|revision| revision.number).collect();
        let expected: Vec<i32> = (1..=record.revision_number).collect();
        assert_eq!(numbers, expected, "{code}");
        stored.extend(revisions.into_iter().map(|revision| revision.receipt));

        let history = store.history(record.id).await.expect("reads");
        let last = history
            .last()
            .map_or(ResponseStatus::Draft, |e| e.status_after);
        assert_eq!(last, record.status, "{code}");
        let of = |event: ResponseEvent| history.iter().filter(|e| e.event == event).count();
        assert_eq!(of(ResponseEvent::Submit), numbers.len(), "{code}");
        let open = usize::from(record.status == ResponseStatus::Submitted);
        let withdrawn = of(ResponseEvent::Withdraw);
        assert_eq!(withdrawn + open, numbers.len(), "{code}");
        let audit = store.audit_of(&format!("response/{OPEN}/{code}")).await;
        let audit = audit.expect("reads");
        for event in [ResponseEvent::Submit, ResponseEvent::Withdraw] {
            let rows = audit.iter().filter(|row| row.action == event.as_str());
            assert_eq!(rows.count(), of(event), "{code} {event:?}");
        }
    }
    for receipt in seen {
        let found = stored.iter().filter(|of| *of == receipt).count();
        assert_eq!(found, 1, "{receipt} was shown");
    }
}
