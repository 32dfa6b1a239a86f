//! Dates are judged by the moment the server receives something, in Japan time.

use jiff::civil::date;
use torimatome::domain::survey_edition::EditionDates;
use torimatome::workflow::WorkflowError;
use torimatome::workflow::editions::set_dates;
use torimatome::workflow::prefecture_deadline::set_prefecture_deadline;
use torimatome::workflow::submit_response::submit_response;

use crate::app::{DEADLINE, HAKODATE, HIROSAKI, LAST_DAY, OPEN, OTARU, TestApp, edition};

/// The last millisecond of a day in Japan.
fn last_of(day: jiff::civil::Date) -> jiff::civil::DateTime {
    day.at(23, 59, 59, 999_000_000)
}

#[tokio::test]
async fn the_last_millisecond_of_the_deadline_is_in_time_and_the_next_is_late() {
    let app = TestApp::start().await;
    let (otaru, hirosaki) = (app.drafted(OTARU).await, app.drafted(HIROSAKI).await);
    app.at(last_of(DEADLINE));
    app.submit(otaru.actor()).await;
    app.clock.advance(1);
    app.submit(hirosaki.actor()).await;
    assert!(!app.answer(OTARU).await.is_late);
    assert!(app.answer(HIROSAKI).await.is_late);

    let page = app
        .municipality(OTARU)
        .await
        .get("/receipts/R9-012033-01")
        .await;
    page.ok()
        .shows("令和9年2月26日（金）23時59分")
        .hides("遅延");
    let page = app
        .municipality(HIROSAKI)
        .await
        .get("/receipts/R9-022021-01")
        .await;
    page.ok().shows("令和9年2月27日（土）0時00分").shows("遅延");
    let home = app.municipality(HIROSAKI).await.get("/home").await.ok();
    home.shows("遅延");
}

#[tokio::test]
async fn after_the_deadline_one_may_still_answer_until_the_last_day() {
    let app = TestApp::start().await;
    let otaru = app.drafted(OTARU).await;
    app.drafted(HIROSAKI).await;
    app.at(date(2027, 2, 28).at(9, 0, 0, 0));
    let home = app.municipality(OTARU).await.get("/home").await.ok();
    home.shows("2日過ぎています").shows("まだ提出できます");

    app.at(last_of(LAST_DAY));
    app.submit(otaru.actor()).await;
    app.clock.advance(1);
    let hirosaki = app.municipality(HIROSAKI).await;
    let before = app.state_of(HIROSAKI).await;
    let version = app.answer(HIROSAKI).await.version;
    let refused = submit_response(&app.desk, hirosaki.actor(), &edition(OPEN), version, true).await;
    assert!(matches!(refused, Err(WorkflowError::Closed)));
    hirosaki
        .post(
            "/editions/fy2027/form1/contact",
            &[("base_version", "1"), ("department", "別の課")],
        )
        .await
        .is(409)
        .shows("受付期間は終わりました");
    assert_eq!(app.state_of(HIROSAKI).await, before);
    let list = hirosaki.get("/editions/fy2027/form1").await.ok();
    list.shows("受付は終わりました");
}

#[tokio::test]
async fn a_return_is_answered_in_time_if_the_first_answer_was() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    app.at(date(2027, 3, 1).at(9, 0, 0, 0));
    app.return_with(
        OTARU,
        &[(
            torimatome::domain::place::Place::Phone,
            "市外局番をお願いします。",
        )],
    )
    .await;
    app.submit(otaru.actor()).await;
    assert!(!app.answer(OTARU).await.is_late);

    // Taken back of one's own accord: the first answer is the next one.
    let (hirosaki, _) = app.submitted(HIROSAKI).await;
    assert!(app.answer(HIROSAKI).await.is_late, "submitted on 1 March");
    drop(hirosaki);
    let app = TestApp::start().await;
    let (hirosaki, _) = app.submitted(HIROSAKI).await;
    let version = app.answer(HIROSAKI).await.version;
    let done = torimatome::workflow::withdraw::withdraw(
        &app.desk,
        hirosaki.actor(),
        &edition(OPEN),
        version,
    )
    .await;
    done.expect("is withdrawn");
    app.at(date(2027, 3, 1).at(9, 0, 0, 0));
    app.submit(hirosaki.actor()).await;
    assert!(app.answer(HIROSAKI).await.is_late);
}

#[tokio::test]
async fn a_prefecture_sets_an_earlier_deadline_for_its_own_general_municipalities() {
    let app = TestApp::start().await;
    let hokkaido = app.prefecture("01").await;
    let key = edition(OPEN);
    let early = date(2027, 2, 12);
    let set = set_prefecture_deadline(&app.desk, hokkaido.actor(), &key, early).await;
    set.expect("is set");
    let of = async |code: &str| app.answer(code).await.deadline_on;
    assert_eq!(of(OTARU).await, early);
    assert_eq!(
        of(HAKODATE).await,
        DEADLINE,
        "a core city answers to the ministry"
    );
    assert_eq!(of(HIROSAKI).await, DEADLINE, "another prefecture's");
    assert_eq!(of(crate::app::HOKKAIDO).await, DEADLINE);
    let later = set_prefecture_deadline(
        &app.desk,
        hokkaido.actor(),
        &key,
        DEADLINE.tomorrow().expect("a day"),
    )
    .await;
    assert!(matches!(later, Err(WorkflowError::Invalid(_))));
    let yesterday = crate::app::beginning().date().yesterday().expect("a day");
    let past = set_prefecture_deadline(&app.desk, hokkaido.actor(), &key, yesterday).await;
    let Err(WorkflowError::Invalid(problems)) = past else {
        panic!("a day that is over is no deadline: {past:?}");
    };
    assert!(problems[0].message.contains("過ぎた日"));
    let today = crate::app::beginning().date();
    let set = set_prefecture_deadline(&app.desk, hokkaido.actor(), &key, today).await;
    set.expect("today is not over");
    let set = set_prefecture_deadline(&app.desk, hokkaido.actor(), &key, early).await;
    set.expect("is set again");

    // The ministry moves its own: earlier ones of prefectures stay, later ones follow.
    let ministry = app.ministry().await;
    let edition_id = app.answer(OTARU).await.edition.id;
    for (deadline_on, otaru) in [
        (date(2027, 3, 5), early),
        (date(2027, 2, 5), date(2027, 2, 5)),
        // What was cut is not stretched again: nobody in the prefecture was told of another day.
        (date(2027, 3, 5), date(2027, 2, 5)),
    ] {
        let dates = EditionDates {
            deadline_on,
            last_new_answer_on: LAST_DAY,
            last_change_on: LAST_DAY,
        };
        let set = set_dates(&app.desk, ministry.actor(), &key, dates).await;
        set.expect("is set");
        assert_eq!(of(OTARU).await, otaru);
        assert_eq!(of(HIROSAKI).await, deadline_on);
        let own = app.desk.store.prefecture_deadlines(edition_id).await;
        let hokkaido = "01".parse().expect("a prefecture");
        assert_eq!(own.expect("reads"), [(hokkaido, otaru)]);
    }
    for client in [&hokkaido, &app.municipality(OTARU).await] {
        let dates = EditionDates {
            deadline_on: DEADLINE,
            last_new_answer_on: LAST_DAY,
            last_change_on: LAST_DAY,
        };
        let refused = set_dates(&app.desk, client.actor(), &key, dates).await;
        assert!(matches!(refused, Err(WorkflowError::NotFound)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_prefectures_deadline_set_while_the_ministry_moves_its_own_never_lies_after_it() {
    let app = TestApp::start().await;
    let (hokkaido, ministry) = (app.prefecture("01").await, app.ministry().await);
    let key = edition(OPEN);
    let edition_id = app.answer(OTARU).await.edition.id;
    let (short, long) = (date(2027, 2, 1), date(2027, 2, 26));
    let dates = |deadline_on| EditionDates {
        deadline_on,
        last_new_answer_on: LAST_DAY,
        last_change_on: LAST_DAY,
    };
    for round in 0..8 {
        let reset = set_dates(&app.desk, ministry.actor(), &key, dates(long)).await;
        reset.expect("is set");
        let day = date(2027, 2, 10).saturating_add(jiff::Span::new().days(round));
        let (own, national) = tokio::join!(
            set_prefecture_deadline(&app.desk, hokkaido.actor(), &key, day),
            set_dates(&app.desk, ministry.actor(), &key, dates(short)),
        );
        national.expect("the ministry is never refused");
        assert!(own.is_ok() || matches!(own, Err(WorkflowError::Invalid(_))));
        let stored = app.desk.store.prefecture_deadlines(edition_id).await;
        let stored = stored.expect("reads");
        assert!(stored.iter().all(|(_, day)| *day <= short), "{stored:?}");
        assert_eq!(app.answer(OTARU).await.deadline_on, short, "round {round}");
    }
}
