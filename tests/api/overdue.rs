//! 締切超過: boards, the digest, the list of reminders and the country's page count by one rule.

use jiff::civil::date;
use torimatome::domain::place::Place;
use torimatome::domain::reminder::Need;
use torimatome::domain::response_status::ResponseStatus as Status;
use torimatome::workflow::digests::digest_due;
use torimatome::workflow::prefecture_deadline::set_prefecture_deadline;
use torimatome::workflow::reminders::by_hand::owing;
use torimatome::workflow::withdraw::withdraw;

use crate::app::{HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, edition};
use crate::client::Page;

const BOARD: &str = "/editions/fy2027/board";
const OBIHIRO: &str = "012076";

/// The number behind a label on a page.
fn number(page: &Page, label: &str) -> usize {
    let text = page.text();
    let after = text.split_once(label).unwrap_or_else(|| panic!("{text}")).1;
    let digits: String = after
        .trim_start()
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(char::is_ascii_digit)
        .collect();
    digits
        .parse()
        .unwrap_or_else(|_| panic!("{label}: {after:.40}"))
}

#[tokio::test]
async fn the_board_the_digest_the_reminders_and_the_country_agree() {
    let app = TestApp::start().await;
    app.keep_address(Some(HOKKAIDO), "iryo@hokkaido.example")
        .await;
    let key = edition(OPEN);
    let hokkaido = app.prefecture("01").await;
    let set = set_prefecture_deadline(&app.desk, hokkaido.actor(), &key, date(2027, 2, 12)).await;
    set.expect("is set");
    // One is returned, one answered its return and withdrew that, one gives no answer at all, as the others.
    let (returned, again) = (OTARU, YUBARI);
    for code in [returned, again] {
        app.submitted(code).await;
        app.return_with(code, &[(Place::Phone, "お確かめください。")])
            .await;
    }
    let yubari = app.municipality(again).await;
    app.submit(yubari.actor()).await;
    let version = app.answer(again).await.version;
    let done = withdraw(&app.desk, yubari.actor(), &key, version).await;
    done.expect("nobody has begun to review it");
    assert_eq!(app.answer(again).await.status, Status::Draft);
    app.drafted(OBIHIRO).await;

    app.at(date(2027, 2, 15).at(9, 30, 0, 0));
    let hokkaido = app.prefecture("01").await;
    let board = hokkaido.get(BOARD).await.ok();
    let on_board = number(&board, "締切を過ぎて未提出");
    assert!(on_board > 100, "{on_board}");

    digest_due(&app.desk).await.expect("is written");
    let mails = app.mails("digest").await;
    let told = &mails.last().expect("is written").1;
    assert!(
        told.contains(&format!("いま締切を過ぎて未提出の団体：{on_board}団体")),
        "{on_board}: {told}"
    );
    assert!(
        told.contains("いま差戻しへの回答を待っている団体：2団体"),
        "{told}"
    );

    let stored = app.desk.store.edition(&key).await.expect("reads");
    let stored = stored.expect("is there");
    let bodies = owing(&app.desk, hokkaido.actor(), &stored).await;
    let bodies = bodies.expect("reads");
    let today = date(2027, 2, 15);
    let overdue = bodies.iter().filter(|body| body.owing.is_overdue(today));
    assert_eq!(overdue.count(), on_board);
    let answers: Vec<_> = bodies
        .iter()
        .filter(|body| body.owing.need() == Some(Need::AnswerReturn))
        .map(|body| body.code.to_string())
        .collect();
    let mut expected = [again, returned].map(str::to_owned);
    expected.sort();
    assert_eq!(answers, expected);
    let list = hokkaido
        .get(&format!("/editions/{OPEN}/reminders?overdue=1"))
        .await
        .ok();
    assert_eq!(list.all("input[name=code]").len(), on_board);

    // The country's page: of 北海道 the prefecture itself and its cities have more time.
    let ministry = app.ministry().await;
    let country = ministry
        .get(&format!("/editions/{OPEN}/country"))
        .await
        .ok();
    assert_eq!(number(&country, "締切超過"), on_board, "{}", country.text());

    // Neither of the two is among the late ones, and the board names the day up to which they are asked.
    let late = hokkaido.get(&format!("{BOARD}?late=1")).await.ok();
    late.hides("小樽市").hides("夕張市").shows("帯広市");
    let board = hokkaido.get(&format!("{BOARD}?status=returned")).await.ok();
    board
        .shows("小樽市")
        .shows("差戻しへの回答")
        .hides("日超過");
}
