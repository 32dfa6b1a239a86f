//! The national counts are true to the last commit, on whichever node they are asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use torimatome::domain::access::CountryScope;
use torimatome::domain::organization::OrganizationKind;
use torimatome::domain::place::Place;
use torimatome::domain::review_request::{BodyReply, ReplyKind};
use torimatome::domain::survey_edition::SurveyEdition;
use torimatome::domain::target_counts::TargetCounts;
use torimatome::store::Store;
use torimatome::store::boards::BoardRow;
use torimatome::workflow::Desk;
use torimatome::workflow::return_response::return_response;
use torimatome::workflow::review::{accept_settling, start_review};
use torimatome::workflow::submit_response::submit_with_replies;
use torimatome::workflow::withdraw::withdraw;

use crate::app::{OPEN, TestApp, body, edition, items};

/// 小樽市, 弘前市, 宮古市, 石巻市, 能代市, 米沢市: each in a prefecture of its own, so that a cell tells of one body.
const CITIES: [&str; 6] = ["012033", "022021", "032026", "042021", "052027", "062022"];

async fn open_edition(store: &Store) -> SurveyEdition {
    let found = store.edition(&edition(OPEN)).await.expect("reads");
    found.expect("is open")
}

async fn recount(store: &Store, scope: CountryScope) -> TargetCounts {
    let edition = open_edition(store).await;
    let board = store.country_board(edition.id, scope).await.expect("reads");
    let rows = edition.definition.rows.len();
    TargetCounts::tally(rows, board.iter().map(BoardRow::marks))
}

/// What a city may be put through, over and over: each leaves it received (true) or not.
async fn go_through(
    desk: Desk,
    nodes: [Store; 2],
    code: &'static str,
    actors: [torimatome::domain::account::Actor; 3],
) {
    let [city, reviewer, ministry] = actors;
    let scope = CountryScope::of(&ministry).expect("the ministry");
    let (key, code) = (edition(OPEN), body(code));
    let of = open_edition(&nodes[0]).await;
    for step in 0..12 {
        let record = desk.store.response(&key, code).await.expect("reads");
        let version = record.expect("takes part").version;
        let is_received = match step % 6 {
            0 | 2 => {
                let said = [BodyReply {
                    number: 1,
                    kind: Some(ReplyKind::Mended),
                    words: String::new(),
                }];
                let done = submit_with_replies(&desk, &city, &key, version, true, &said).await;
                done.expect("submits");
                true
            }
            1 => {
                let done = withdraw(&desk, &city, &key, version).await;
                done.expect("withdraws");
                false
            }
            3 => {
                let done = start_review(&desk, &reviewer, &key, code, version).await;
                done.expect("begins");
                true
            }
            4 => {
                let done = accept_settling(&desk, &reviewer, &key, code, version).await;
                done.expect("accepts");
                true
            }
            _ => {
                let reasons = items(&[(Place::Phone, "お確かめください。")]);
                let done = return_response(&desk, &reviewer, &key, code, version, &reasons).await;
                done.expect("returns");
                false
            }
        };
        for store in &nodes {
            let counts = store.national_counts(&of, scope).await.expect("counts");
            let seen = |cells: &torimatome::domain::target_counts::Cells| {
                cells.cell(OrganizationKind::City, code.prefecture())
            };
            let expected = u64::from(is_received);
            assert_eq!(seen(&counts.answered), expected, "{code} after step {step}");
            assert_eq!(
                seen(&counts.with_target),
                expected,
                "{code} after step {step}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_count_every_change_as_soon_as_it_is_answered() {
    let app = TestApp::start().await;
    let ministry = app.actor(None, "医療費助成担当", true).await;
    let scope = CountryScope::of(&ministry).expect("the ministry");
    let other = Store::open(app.database_url()).await.expect("opens");
    let nodes = [app.desk.store.clone(), other.clone()];
    // Asked before anything happened: what comes is told by events alone.
    for store in &nodes {
        let counts = store
            .national_counts(&open_edition(store).await, scope)
            .await;
        let counts = counts.expect("counts");
        assert_eq!(counts, recount(store, scope).await);
        assert_eq!(counts.bodies.total(), 1_788);
        assert_eq!(counts.answered.total(), 0);
    }
    let mut tasks = Vec::new();
    for code in CITIES {
        let city = app.drafted(code).await;
        let reviewer = app.reviewer_of(code).await;
        let actors = [city.actor().clone(), reviewer, ministry.clone()];
        tasks.push(go_through(app.desk.clone(), nodes.clone(), code, actors));
    }
    // A transaction that writes and stays open: nothing is passed over because of it. SQLite has one writer.
    let mut held = None;
    if app.is_postgres() {
        let transaction = app.desk.store.begin().await.expect("begins");
        let (at, nothing) = (app.desk.now(), "");
        let written = transaction.audit(&ministry, at, "hold", nothing, nothing);
        written.await.expect("writes");
        held = Some(transaction);
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let reading = {
        let (is_over, store) = (Arc::clone(&is_over), other.clone());
        tokio::spawn(async move {
            while !is_over.load(Ordering::Relaxed) {
                let of = open_edition(&store).await;
                store.national_counts(&of, scope).await.expect("counts");
            }
        })
    };
    let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    for task in tasks {
        task.await.expect("every change was counted");
    }
    is_over.store(true, Ordering::Relaxed);
    reading.await.expect("reads");
    if let Some(transaction) = held {
        transaction.rollback().await.expect("is forgotten");
    }
    for store in &nodes {
        let counts = store
            .national_counts(&open_edition(store).await, scope)
            .await;
        assert_eq!(counts.expect("counts"), recount(store, scope).await);
    }
    other.close().await.expect("closes");
}

#[tokio::test]
async fn the_page_shows_a_change_at_once_for_the_country_and_a_prefecture() {
    let app = TestApp::start().await;
    let ministry = app.ministry().await;
    let path = "/editions/fy2027/downloads";
    ministry.get(path).await.ok().shows("提出のあった0団体");
    app.submitted("012033").await;
    app.submitted("022021").await;
    ministry
        .get(path)
        .await
        .ok()
        .shows("全国で提出のあった2団体");
    ministry
        .get(&format!("{path}?prefecture=01"))
        .await
        .ok()
        .shows("北海道で提出のあった1団体")
        .shows("全1,788団体");
    app.return_with("012033", &[(Place::Phone, "お確かめください。")])
        .await;
    ministry
        .get(path)
        .await
        .ok()
        .shows("全国で提出のあった1団体");
}
