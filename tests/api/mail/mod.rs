//! Mail: written with the change it reports, sent once, by a server that does not always want it.

mod outage;
mod texts;

use std::collections::BTreeSet;
use std::time::Duration;

use torimatome::domain::mail::{MailFacts, MailKind, MailState, NewMail, Placeholder};
use torimatome::mail::{PostSettings, Postman};
use torimatome::store::deliveries::{Attempt, FixedText, MailRecord, OutboxFilter};
use torimatome::store::intake::Lease;
use torimatome::workflow::deliver_mail::{Delivery, deliver_due};

use crate::app::{HAKODATE, TestApp};
use crate::smtp::MailServer;

const BASE: &str = "https://portal.example";
const MINUTE: i64 = 60_000;

pub fn postman_of(port: u16, tls: &str) -> Postman {
    let settings = PostSettings {
        smtp_url: Some(format!("smtp://127.0.0.1:{port}{tls}")),
        from: "とりまとめ <no-reply@portal.example>".to_owned(),
        patience: Some(Duration::from_secs(1)),
        ..PostSettings::default()
    };
    Postman::open(&settings).expect("opens").expect("a server")
}

pub async fn deliver(app: &TestApp, postman: &Postman) -> Delivery {
    let done = deliver_due(&app.desk, postman, BASE).await;
    done.expect("the database answers")
}

/// A portal whose outbox is empty: what all tests start from has reported a submission.
async fn portal() -> TestApp {
    let app = TestApp::start().await;
    app.damage("DELETE FROM outbox", Vec::new()).await;
    app
}

async fn outbox(app: &TestApp) -> Vec<MailRecord> {
    let filter = OutboxFilter::default();
    let all = app.desk.store.outbox(&filter, 0, 10_000).await;
    let mut mails = all.expect("reads").0;
    mails.reverse();
    mails
}

fn mail(number: usize) -> NewMail {
    NewMail {
        key: format!("test/{number}"),
        kind: MailKind::Digest,
        edition_id: None,
        about: None,
        to: format!("m{number:05}@office.example")
            .parse()
            .expect("an address"),
        facts: MailFacts::default().with(Placeholder::Link, format!("/home?{number}")),
    }
}

async fn put(app: &TestApp, numbers: std::ops::Range<usize>) {
    let mails: Vec<_> = numbers.map(mail).collect();
    let transaction = app.desk.store.begin().await.expect("begins");
    let now = app.desk.now();
    transaction.mail_all(&mails, now).await.expect("writes");
    transaction.commit().await.expect("commits");
}

#[tokio::test]
async fn a_submission_is_reported_once_to_each_and_says_no_answer() {
    let app = portal().await;
    let server = MailServer::start();
    let postman = postman_of(server.port, "");
    // Two addresses of one duty: two mails, neither of which names the other.
    for address in ["iryo@hakodate.example", "kodomo@hakodate.example"] {
        app.keep_address(Some(HAKODATE), address).await;
    }
    let (client, receipt) = app.submitted(HAKODATE).await;
    let waiting = outbox(&app).await;
    assert_eq!(waiting.len(), 2);
    assert!(waiting.iter().all(|mail| mail.kind == MailKind::Submitted));

    assert_eq!(deliver(&app, &postman).await.sent, 2);
    assert_eq!(deliver(&app, &postman).await, Delivery::default());
    let taken = server.all_taken();
    assert_eq!(taken.len(), 2);
    let mut ids = BTreeSet::new();
    for message in &taken {
        assert_eq!(message.to.len(), 1);
        let raw = String::from_utf8(message.raw.clone()).expect("ASCII");
        assert!(raw.contains("Auto-Submitted: auto-generated"), "{raw}");
        for other in &taken {
            assert_eq!(raw.contains(&other.to[0]), other.to == message.to);
        }
        let (id, subject, text) = message.read();
        ids.insert(id);
        assert!(
            subject.starts_with(&format!("【{HAKODATE}函館市・意向等調査】")),
            "{subject}"
        );
        assert!(text.contains(&receipt), "{text}");
        let link = format!("{BASE}/receipts/{receipt}");
        assert_eq!(text.lines().filter(|line| *line == link).count(), 1);
        // What was answered stays in the portal.
        for answer in ["0138", "1,234", "福祉部"] {
            assert!(!text.contains(answer), "{text}");
        }
    }
    assert_eq!(ids.len(), 2);
    // The link leads to what the mail reports.
    client.get(&format!("/receipts/{receipt}")).await.ok();
}

#[tokio::test]
async fn a_server_that_refuses_for_now_is_asked_again_with_the_same_message() {
    let app = portal().await;
    let mut server = MailServer::start();
    let postman = postman_of(server.port, "");
    put(&app, 0..1).await;
    server.will("451,451,ok");
    assert_eq!(deliver(&app, &postman).await.later, 1);
    // Not before its time.
    assert_eq!(deliver(&app, &postman).await, Delivery::default());
    app.clock.advance(2 * MINUTE);
    assert_eq!(deliver(&app, &postman).await.later, 1);
    app.clock.advance(3 * MINUTE);
    assert_eq!(deliver(&app, &postman).await.sent, 1);
    let taken = server.all_taken();
    assert_eq!(taken.len(), 3);
    assert!(taken.windows(2).all(|pair| pair[0].raw == pair[1].raw));
    let mails = outbox(&app).await;
    assert_eq!((mails[0].state, mails[0].attempts), (MailState::Sent, 3));

    // Greylisting is the same at another word.
    put(&app, 1..4).await;
    server.will("greylist");
    assert_eq!(deliver(&app, &postman).await.later, 3);
    app.clock.advance(2 * MINUTE);
    assert_eq!(deliver(&app, &postman).await.sent, 3);

    // Three days of it, and a person has to look.
    put(&app, 9..10).await;
    assert_eq!(deliver(&app, &postman).await.later, 1);
    server.will("451,451");
    app.clock.advance(3 * 24 * 60 * MINUTE);
    assert_eq!(deliver(&app, &postman).await.failed, 1);
}

#[tokio::test]
async fn a_refusal_for_good_waits_for_a_person() {
    let app = portal().await;
    let mut server = MailServer::start();
    let postman = postman_of(server.port, "");
    put(&app, 0..3).await;
    server.will("550,ok,ok");
    let done = deliver(&app, &postman).await;
    assert_eq!((done.sent, done.failed), (2, 1));
    app.clock.advance(60 * MINUTE);
    assert_eq!(deliver(&app, &postman).await, Delivery::default());

    let ministry = app.ministry().await;
    let page = ministry.get("/mail?state=failed").await.ok();
    page.shows("送信できませんでした").shows("no such mailbox");
    let failed = outbox(&app).await.remove(0);
    let page = ministry.get(&format!("/mail/{}", failed.id)).await.ok();
    let page = ministry.submit_and_follow(&page.form("送り直す")).await;
    page.ok().shows("送信待ちに戻しました");
    assert_eq!(deliver(&app, &postman).await.sent, 1);
    // The button of the page as it was changes nothing any more.
    let again = ministry
        .post(&format!("/mail/{}", failed.id), &[("do", "resend")])
        .await;
    assert!(again.location().ends_with("mail-moved-on"));
    assert_eq!(deliver(&app, &postman).await, Delivery::default());
    let ids: BTreeSet<_> = server.all_taken().iter().map(|it| it.read().0).collect();
    assert_eq!(ids.len(), 3);

    // All failures at once; and one that is not wanted any more.
    put(&app, 5..8).await;
    server.will("550,550,550");
    assert_eq!(deliver(&app, &postman).await.failed, 3);
    let unwanted = outbox(&app).await.pop().expect("a mail").id;
    let page = ministry.get(&format!("/mail/{unwanted}")).await.ok();
    ministry.submit(&page.form("送信を取りやめる")).await;
    let page = ministry.get("/mail").await.ok();
    ministry.submit(&page.form("2件をまとめて送り直す")).await;
    assert_eq!(deliver(&app, &postman).await.sent, 2);
    ministry
        .get("/mail?state=stopped")
        .await
        .ok()
        .shows("送信を取りやめました");
    let audit = app.desk.store.audit_of("mail").await.expect("reads");
    assert_eq!(audit.len(), 1);
}

#[tokio::test]
async fn a_server_that_falls_silent_gets_at_most_one_copy_more_with_the_same_id() {
    let app = portal().await;
    let mut server = MailServer::start();
    let postman = postman_of(server.port, "");
    for word in ["hang", "drop"] {
        let number = if word == "hang" { 20 } else { 30 };
        put(&app, number..number + 1).await;
        server.will(word);
        let first = deliver(&app, &postman).await;
        assert_eq!(first.later, 1, "{word}: {first:?}");
        // A connection that died may cost a look more; the worker takes one every few seconds.
        for _ in 0..3 {
            app.clock.advance(2 * MINUTE);
            deliver(&app, &postman).await;
        }
        let to = format!("m{number:05}@office.example");
        let copies: Vec<_> = server
            .all_taken()
            .into_iter()
            .filter(|it| it.to[0] == to)
            .collect();
        assert!((1..=2).contains(&copies.len()), "{word}: {}", copies.len());
        assert!(copies.windows(2).all(|pair| pair[0].raw == pair[1].raw));
    }
    let mails = outbox(&app).await;
    assert!(
        mails.iter().all(|mail| mail.state == MailState::Sent),
        "{mails:?}"
    );
}

#[tokio::test]
async fn a_node_that_died_between_claim_and_note_leaves_its_mails_to_the_next() {
    let app = portal().await;
    let server = MailServer::start();
    let postman = postman_of(server.port, "");
    put(&app, 0..5).await;
    // What a killed node leaves behind: a lease, and one letter the server has and nobody noted.
    let transaction = app.desk.store.begin().await.expect("begins");
    let now = app.desk.now();
    let lease = Lease {
        by: "a node that died",
        now,
        until: now.plus_millis(10 * MINUTE),
    };
    let claimed = transaction.claim_mails(lease, 3).await.expect("claims");
    assert_eq!(claimed.len(), 3);
    let text = FixedText {
        message_id: "1.known@portal.example".to_owned(),
        subject: "件名".to_owned(),
        body: "本文\n".to_owned(),
    };
    transaction
        .fix_mail_text(claimed[0].id, &text)
        .await
        .expect("writes");
    transaction.commit().await.expect("commits");

    assert_eq!(deliver(&app, &postman).await.sent, 2);
    app.clock.advance(9 * MINUTE);
    assert_eq!(deliver(&app, &postman).await, Delivery::default());
    app.clock.advance(2 * MINUTE);
    assert_eq!(deliver(&app, &postman).await.sent, 3);
    // The letter that may be there already comes with the same Message-ID.
    let ids: Vec<_> = server.all_taken().iter().map(|it| it.read().0).collect();
    assert_eq!(ids.len(), 5);
    assert!(ids.contains(&text.message_id), "{ids:?}");
    // The one that died comes back to life and cannot undo what the other noted.
    let transaction = app.desk.store.begin().await.expect("begins");
    let late = transaction.note_attempt(claimed[0].id, lease.by, &Attempt::Failed, "?", now);
    assert!(!late.await.expect("writes"));
    transaction.commit().await.expect("commits");
    assert!(
        outbox(&app)
            .await
            .iter()
            .all(|it| it.state == MailState::Sent)
    );
}

#[tokio::test]
async fn clocks_that_step_send_nothing_twice() {
    let app = portal().await;
    let mut server = MailServer::start();
    let postman = postman_of(server.port, "");
    put(&app, 0..2).await;
    app.clock.advance(-90 * MINUTE);
    // Written in what is now the future: they wait, and leave when it comes.
    assert_eq!(deliver(&app, &postman).await, Delivery::default());
    app.clock.advance(90 * MINUTE);
    server.will("ok,451");
    let done = deliver(&app, &postman).await;
    assert_eq!((done.sent, done.later), (1, 1));
    app.clock.advance(-60 * MINUTE);
    assert_eq!(deliver(&app, &postman).await, Delivery::default());
    app.clock.advance(24 * 60 * MINUTE);
    assert_eq!(deliver(&app, &postman).await.sent, 1);
    app.clock.advance(-24 * 60 * MINUTE);
    assert_eq!(deliver(&app, &postman).await, Delivery::default());
    assert_eq!(server.all_taken().len(), 3);
}
