//! Reminders by plan and by hand, pauses, the calendar they are counted in, and the digest.

use jiff::civil::date;
use torimatome::domain::place::Place;
use torimatome::domain::reminder::{Outcome, Step};
use torimatome::workflow::digests::digest_due;
use torimatome::workflow::reminders::remind_due;

use crate::app::{HAKODATE, HIROSAKI, HOKKAIDO, OTARU, TestApp, YUBARI};
use crate::bodies::{enter, promotion};
use crate::edition_making::HOLIDAYS_2028;

const REMINDERS: &str = "/editions/fy2027/reminders";

/// A portal in which these bodies have an address each.
async fn start(codes: &[&str]) -> TestApp {
    let app = TestApp::start().await;
    for code in codes {
        let address = format!("iryo@m{code}.example");
        app.keep_address(Some(code), &address).await;
    }
    app
}

/// The decision of a moment in Japan; whether the server's own tick came first makes no difference.
async fn decide(app: &TestApp, month: i8, day: i8, hour: i8) {
    app.at(date(2027, month, day).at(hour, 0, 0, 0));
    remind_due(&app.desk).await.expect("is decided");
}

/// Step and code of every reminder in the outbox, such as `012033 before-10`.
async fn reminded(app: &TestApp) -> Vec<String> {
    let mails = app.mails("reminder").await;
    mails
        .iter()
        .map(|(key, _)| {
            // reminder/fy2027-012033-before-10-2027-02-26/address
            let event = key.split('/').nth(1).expect("an event");
            let mut parts = event.split('-').skip(1);
            let code = parts.next().expect("a code");
            let step: Vec<&str> = parts.take(2).collect();
            format!("{code} {}", step.join("-"))
        })
        .collect()
}

async fn outcomes(app: &TestApp, code: &str) -> Vec<(Step, Outcome)> {
    let id = app.answer(code).await.id;
    let rows = app.desk.store.reminders_of(id).await.expect("reads");
    rows.iter().map(|row| (row.step, row.outcome)).collect()
}

#[tokio::test]
async fn who_owes_is_reminded_once_on_each_day_of_the_plan_and_never_later() {
    let app = start(&[OTARU, HIROSAKI, HAKODATE]).await;
    app.drafted(OTARU).await;
    app.submitted(HIROSAKI).await;
    decide(&app, 2, 10, 8).await;
    assert_eq!(reminded(&app).await, Vec::<String>::new());
    // Two nodes at the same moment.
    app.at(date(2027, 2, 10).at(9, 0, 0, 0));
    let (one, other) = tokio::join!(remind_due(&app.desk), remind_due(&app.desk));
    let decided = [one, other].map(|tally| tally.expect("is decided"));
    assert!(decided.iter().flatten().count() <= 1, "{decided:?}");
    let first = ["012025 before-10", "012033 before-10"];
    assert_eq!(reminded(&app).await, first);
    let mails = app.mails("reminder").await;
    assert!(mails[0].1.contains("未着手"), "{mails:?}");
    assert!(mails[1].1.contains("入力中・未提出"), "{mails:?}");
    assert!(mails[1].1.contains("あと16日") && mails[1].1.contains("令和9年2月26日"));
    assert_eq!(
        outcomes(&app, YUBARI).await,
        [(Step::Before(10), Outcome::NoAddress)]
    );

    // The clock steps back and forth, and the same moment comes again.
    decide(&app, 2, 9, 10).await;
    decide(&app, 2, 10, 10).await;
    // A holiday, and the day after it.
    decide(&app, 2, 11, 10).await;
    decide(&app, 2, 12, 10).await;
    assert_eq!(reminded(&app).await, first);

    // Its class changes in the middle of the edition: the one that was frozen goes on to be asked.
    enter(&app, promotion(OTARU), date(2027, 2, 15)).await;
    decide(&app, 2, 22, 9).await;
    let mut all = first.to_vec();
    all.extend(["012025 before-3", "012033 before-3"]);
    assert_eq!(reminded(&app).await, all);

    // No node runs on 25 February: that day is written down, and only the next step is sent.
    decide(&app, 3, 1, 15).await;
    all.extend(["012025 after-1", "012033 after-1"]);
    assert_eq!(reminded(&app).await, all);
    let expected = [
        (Step::Before(10), Outcome::Sent),
        (Step::Before(3), Outcome::Sent),
        (Step::Before(1), Outcome::Missed),
        (Step::After(1), Outcome::Sent),
    ];
    assert_eq!(outcomes(&app, OTARU).await, expected);

    let hokkaido = app.prefecture("01").await;
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    board.shows("最後のお知らせ").shows("3/1 15:00");
    let page = hokkaido.get("/editions/fy2027/answers/012033").await.ok();
    page.shows("締切の10営業日前")
        .shows("システムが動いていなかった");
    let own = app.municipality(OTARU).await;
    let history = own.get("/editions/fy2027/form1/history").await.ok();
    history
        .shows("締切の1営業日後")
        .hides("システムが動いていなかった");

    // Returned: counted from the return. Whoever submitted hears nothing more.
    app.submit(own.actor()).await;
    app.at(date(2027, 3, 2).at(10, 0, 0, 0));
    let reason = "市外局番をお願いします。";
    app.return_with(HIROSAKI, &[(Place::Phone, reason)]).await;
    decide(&app, 3, 3, 9).await;
    decide(&app, 3, 5, 9).await;
    all.extend(["012025 after-3", "022021 return-3"]);
    assert_eq!(reminded(&app).await, all);
    let mails = app.mails("reminder").await;
    let last = &mails[mails.len() - 1].1;
    assert!(
        last.contains("差戻しへの回答待ち") && !last.contains(reason),
        "{last}"
    );

    // After the last day nobody can answer, so nobody is asked to.
    decide(&app, 4, 1, 9).await;
    decide(&app, 4, 5, 9).await;
    assert_eq!(reminded(&app).await, all);
}

#[tokio::test]
async fn a_prefecture_pauses_reminders_and_sends_them_by_hand() {
    let app = start(&[OTARU, HIROSAKI, HAKODATE, HOKKAIDO]).await;
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido.get(REMINDERS).await.ok();
    page.shows("小樽市").hides("函館市").hides("弘前市");
    let pause = page.form("すべての団体を止める").fill("until_all", "昨日");
    hokkaido.submit(&pause).await.is(422).shows("R9.3.5");
    let pause = pause.fill("until_all", "R9.2.12");
    let page = hokkaido.submit_and_follow(&pause).await.ok();
    page.shows("令和9年2月12日（金）まで、すべての団体への予定のお知らせを止めています");
    decide(&app, 2, 10, 9).await;
    assert_eq!(
        reminded(&app).await,
        ["010006 before-10", "012025 before-10", "022021 before-10"],
        "the ministry's bodies are not the prefecture's to pause"
    );
    assert_eq!(
        outcomes(&app, OTARU).await,
        [(Step::Before(10), Outcome::Paused)]
    );
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido.get(REMINDERS).await.ok();
    let page = hokkaido
        .submit_and_follow(&page.form("すべての団体で再開する"))
        .await;
    page.ok().hides("止めています");
    decide(&app, 2, 22, 9).await;
    assert_eq!(reminded(&app).await.len(), 7);
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido.get(REMINDERS).await.ok();
    let some = page.form("印を付けた団体を止める").fill("until", "R9.3.31");
    hokkaido
        .submit(&some)
        .await
        .is(422)
        .shows("団体が選ばれていません");
    let some = some.tick("code", OTARU);
    let page = hokkaido.submit_and_follow(&some).await.ok();
    page.shows("令和9年3月31日（水）まで停止");

    // By hand, to a selection; what belongs to others is left out.
    let words = "2月26日は庁内の締切もあります。\r\nよろしくお願いします。";
    let form = page.form("送る内容を確かめる").tick("code", OTARU);
    hokkaido.submit(&form).await.is(422).shows("文を入力");
    let form = form
        .fill("words", words)
        .tick("code", YUBARI)
        .tick("code", HIROSAKI);
    let preview = hokkaido.submit(&form).await.ok();
    preview
        .shows("まだ送っていません")
        .shows("庁内の締切")
        .shows("夕張市")
        .shows("宛先なし")
        .hides("弘前市");
    assert_eq!(app.mails("reminder_by_hand").await.len(), 0);
    let send = preview.form("送る");
    let done = hokkaido.submit_and_follow(&send).await.ok();
    done.shows("1団体にお知らせを送ります")
        .shows("宛先が登録されていない");
    // The same page sent twice sends nothing twice.
    hokkaido.submit(&send).await.is(303);
    let mails = app.mails("reminder_by_hand").await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].1.contains("庁内の締切") && mails[0].1.contains("北海道"));
    let page = hokkaido.get("/editions/fy2027/answers/012033").await.ok();
    page.shows("手動").shows("庁内の締切");
    app.municipality(OTARU).await.get(REMINDERS).await.is(404);

    // The ministry does the same for the bodies that answer to it.
    let ministry = app.ministry().await;
    let page = ministry.get(REMINDERS).await.ok();
    page.shows("函館市").hides("小樽市");
    let direct = ministry.get("/editions/fy2027/direct").await.ok();
    direct.shows("2/22 09:00");
}

#[tokio::test]
async fn the_ministry_sets_the_plan_and_the_holidays() {
    let app = start(&[OTARU]).await;
    let ministry = app.ministry().await;
    let path = "/editions/fy2027/settings/reminders";
    let page = ministry.get(path).await.ok();
    page.shows("令和9年2月10日（水）").hides("未確定");
    let wrong = page.form("予定を保存する").fill("before", "十日");
    ministry
        .submit(&wrong)
        .await
        .is(422)
        .shows("「十」は読み取れませんでした");
    let form = page
        .form("予定を保存する")
        .fill("before", "５、2")
        .fill("after", "");
    let shown = ministry.submit_and_follow(&form).await.ok();
    shown.shows("令和9年2月18日（木）").hides("令和9年2月10日");
    // Somebody else's page of before.
    let told = ministry.submit(&form).await.is(409);
    told.shows("まだ保存していません").shows("5, 2");
    decide(&app, 2, 10, 9).await;
    assert_eq!(reminded(&app).await, Vec::<String>::new());
    decide(&app, 2, 18, 9).await;
    assert_eq!(reminded(&app).await, ["012033 before-5"]);

    let ministry = app.ministry().await;
    // A day more to rest, a year that is not known, and one that is pasted.
    let list = ministry.get("/holidays").await.ok();
    let add = list
        .form("1日を加える")
        .fill("day", "R9.2.24")
        .fill("name", "臨時の休日");
    ministry
        .submit_and_follow(&add)
        .await
        .ok()
        .shows("臨時の休日");
    ministry.get(path).await.ok().shows("令和9年2月22日（月）");
    let unknown = add.fill("day", "2028-01-10");
    ministry.submit(&unknown).await.is(422).shows("先に1年分");
    app.at(date(2027, 12, 1).at(9, 0, 0, 0));
    let ministry = app.ministry().await;
    let list = ministry.get("/holidays").await.ok();
    list.shows("2028年の祝日が登録されていません");
    let half = list.form("まとめて登録する").fill("table", "2028/1/1,元日");
    ministry.submit(&half).await.is(422).shows("1年分");
    let whole = half.fill("table", HOLIDAYS_2028);
    let list = ministry.submit_and_follow(&whole).await.ok();
    list.shows("2028年（16日）")
        .hides("2028年の祝日が登録されていません");
    let list = ministry
        .submit_and_follow(&list.form("2028年の登録を取り除く"))
        .await;
    list.ok().shows("2028年の祝日が登録されていません");
    let log = crate::edition_making::audit(&app, "holidays/2028").await;
    assert_eq!(log.len(), 2, "{log:?}");
    app.prefecture("01").await.get("/holidays").await.is(404);
}

#[tokio::test]
async fn a_digest_says_what_happened_to_whoever_wants_it() {
    let app = start(&[]).await;
    app.keep_address(Some(HOKKAIDO), "iryo@pref.example").await;
    app.keep_address(None, "iryo@ministry.example").await;
    let digest = async |month: i8, day: i8, hour: i8| {
        app.at(date(2027, month, day).at(hour, 0, 0, 0));
        digest_due(&app.desk).await.expect("is written");
        app.mails("digest").await
    };
    digest(1, 20, 10).await;
    app.pass_minutes(60);
    app.submitted(OTARU).await;
    app.submitted(HAKODATE).await;
    app.submitted(YUBARI).await;
    assert_eq!(digest(1, 20, 15).await.len(), 0, "once a day");
    assert_eq!(digest(1, 21, 7).await.len(), 0, "not before its hour");
    let mails = digest(1, 21, 8).await;
    assert_eq!(mails.len(), 2, "{mails:?}");
    let of = |address: &str| {
        let found = mails.iter().find(|(key, _)| key.ends_with(address));
        found.map(|(_, facts)| facts.clone()).unwrap_or_default()
    };
    assert!(of("iryo@pref.example").contains("新しく届いた回答：2件"));
    assert!(of("iryo@ministry.example").contains("新しく届いた回答：1件"));
    // Nothing happened: no mail, over the weekend too.
    assert_eq!(digest(1, 22, 8).await.len(), 2);
    assert_eq!(digest(1, 23, 8).await.len(), 2);
    assert_eq!(digest(1, 25, 8).await.len(), 2);

    // Each address chooses.
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido.get("/account").await.ok();
    page.shows("1日のまとめのメール");
    hokkaido.post("/account/digest", &[]).await.is(303);
    let page = hokkaido.get("/account?notice=digest-chosen").await.ok();
    page.shows("受け取り方を保存しました");
    app.municipality(OTARU)
        .await
        .get("/account")
        .await
        .ok()
        .hides("1日のまとめ");
    app.at(date(2027, 1, 25).at(10, 0, 0, 0));
    app.return_with(OTARU, &[(Place::Phone, "お確かめください。")])
        .await;
    app.submit(app.municipality(OTARU).await.actor()).await;
    assert_eq!(digest(1, 26, 8).await.len(), 2);

    // The ministry's bodies pass their deadline.
    let mails = digest(3, 1, 8).await;
    let last = &mails[mails.len() - 1];
    assert!(last.0.ends_with("iryo@ministry.example"), "{last:?}");
    assert!(last.1.contains("新たに締切を過ぎた団体"), "{last:?}");
}
