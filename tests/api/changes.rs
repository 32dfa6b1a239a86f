//! 意向の変更: from the notice of a body over its prefecture to the ministry, and the tables before and after.

use jiff::civil::{DateTime, date};
use torimatome::domain::access::CountryScope;
use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::intent_change::{ChangeEvent, ChangeState};
use torimatome::domain::place::Place;
use torimatome::domain::response::SchemeInput;
use torimatome::domain::response_status::{ResponseEvent, ResponseStatus};
use torimatome::store::boards::BoardRow;
use torimatome::workflow::WorkflowError;
use torimatome::workflow::intent_change::{
    ChangeError, Decision, NoticeBase, NoticeInput, decide_change, file_change,
};

use crate::app::{
    AOMORI, HAKODATE, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, complete_form, edition,
};
use crate::client::{Client, Page};

const NEW: &str = "/editions/fy2027/changes/new";

/// A week after the deadline.
fn later() -> DateTime {
    date(2027, 3, 5).at(10, 0, 0, 0)
}

/// The answer of [`complete_form`] with ② instead of ①, without リハビリ and with one scheme more.
fn notice() -> NoticeInput {
    let form = complete_form();
    let mut schemes = form.schemes;
    schemes
        .rows
        .remove(&"rehabilitation".parse().expect("an id"));
    let row = SchemeInput {
        target: true,
        recipients: "約５００人".to_owned(),
    };
    schemes
        .rows
        .insert("local_disability".parse().expect("an id"), row);
    NoticeInput {
        intent: torimatome::domain::response::IntentInput {
            intents: [ApplicationIntent::SecondRound].into(),
            text: String::new(),
        },
        schemes,
        extra: Default::default(),
        reason: "予算の成立が6月になったため。".to_owned(),
        changed_on: "R9.3.4".to_owned(),
    }
}

/// Files the usual notice of a body whose answer has one revision, and gives its id. Moves the clock for that.
pub async fn filed(app: &TestApp, code: &str) -> i64 {
    let before = app.desk.now();
    app.at(later());
    let actor = app.actor(Some(code), "医療助成担当", false).await;
    let base = NoticeBase {
        revision: app.answer(code).await.revision_number,
        filed: 0,
    };
    let id = file_change(&app.desk, &actor, &edition(OPEN), base, &notice(), true).await;
    app.clock.set(before);
    id.expect("is filed")
}

pub async fn decide(
    app: &TestApp,
    code: Option<&str>,
    id: i64,
    event: ChangeEvent,
) -> Result<(), ChangeError> {
    let actor = app.actor(code, "医療助成担当", false).await;
    let change = app.desk.store.intent_change(id).await.expect("reads");
    let decision = Decision {
        event,
        version: change.expect("is there").version,
        remark: "確かめました。",
    };
    decide_change(&app.desk, &actor, id, decision).await
}

async fn state(app: &TestApp, id: i64) -> ChangeState {
    let change = app.desk.store.intent_change(id).await.expect("reads");
    change.expect("is there").state
}

/// The answer's row as boards read it.
async fn board_row(app: &TestApp, code: &str) -> BoardRow {
    let ministry = app.actor(None, "医療費助成担当", true).await;
    let scope = CountryScope::of(&ministry).expect("the ministry");
    let edition = app.desk.store.edition(&edition(OPEN)).await.expect("reads");
    let id = edition.expect("is open").id;
    let rows = app
        .desk
        .store
        .country_board(id, scope)
        .await
        .expect("reads");
    let row = rows.into_iter().find(|row| row.code.as_str() == code);
    row.expect("is on the board")
}

/// A body's page after it pressed through to the notice that was filed.
async fn files_on_pages(client: &Client) -> Page {
    let page = client.get(NEW).await.ok();
    let form = page
        .form("変更の内容を確かめる")
        .fill("intent", "2")
        .fill("recipients-local_child", "３５，０００人")
        .fill("reason", "予算の成立が6月になったため。")
        .fill("changed_on", "R9.3.4");
    let check = client.submit(&form).await.ok();
    check.shows("まだ届け出ていません");
    assert_eq!(check.all("del"), ["①1次交付", "○ 34,000人"]);
    assert_eq!(check.all("ins"), ["②2次交付", "○ 35,000人"]);
    client.submit_and_follow(&check.form("届け出る")).await.ok()
}

#[tokio::test]
async fn a_notice_goes_through_the_prefecture_and_becomes_a_revision() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.accept(OTARU).await;
    app.at(later());
    let otaru = app.municipality(OTARU).await;
    let home = otaru.get("/home").await.ok();
    assert!(home.body.contains(NEW), "the body starts from its home");
    let filed = files_on_pages(&otaru).await;
    filed
        .shows("意向の変更を届け出ました")
        .shows("都道府県の確認待ち");
    let path = filed.path.split('?').next().expect("a path").to_owned();
    let answer = app.answer(OTARU).await;
    assert_eq!(
        (answer.revision_number, answer.status),
        (1, ResponseStatus::Accepted)
    );

    let hokkaido = app.prefecture("01").await;
    let board = hokkaido.get("/editions/fy2027/board").await.ok();
    board.shows("確認を待っている意向の変更の届出が1件");
    let list = hokkaido.get("/changes").await.ok();
    list.shows("小樽市").shows("①1次交付").shows("②2次交付");
    let page = hokkaido.get(&path).await.ok();
    assert!(!page.has_button("承認する"));
    let back = page.form("理由を付けて団体へ差し戻す");
    hokkaido
        .submit(&back)
        .await
        .is(422)
        .shows("理由を入力してください");
    let forward = page.form("国へ送る").fill("remark", "県も確認済みです。");
    hokkaido
        .submit_and_follow(&forward)
        .await
        .ok()
        .shows("国へ送りました");

    let ministry = app.ministry().await;
    ministry
        .get("/changes")
        .await
        .ok()
        .shows("国の判断を待っている届出が1件");
    let page = ministry.get(&path).await.ok();
    page.shows("県も確認済みです。")
        .shows("予算の成立が6月になったため。");
    let accepted = ministry
        .submit_and_follow(&page.form("承認する"))
        .await
        .ok();
    accepted
        .shows("承認しました")
        .shows("R9-012033-02（第2版）");

    let answer = app.answer(OTARU).await;
    assert_eq!(
        (answer.revision_number, answer.status),
        (2, ResponseStatus::Accepted)
    );
    let row = board_row(&app, OTARU).await;
    assert_eq!(row.intents, [ApplicationIntent::SecondRound].into());
    assert_eq!((row.recipients, row.is_late), (36_200, false));
    let history = app.desk.store.history(answer.id).await.expect("reads");
    let last = history.last().expect("an event");
    assert_eq!(
        (last.event, last.revision_number),
        (ResponseEvent::ChangeIntent, Some(2))
    );
    let audit = app.desk.store.audit_of("response/fy2027/012033").await;
    assert!(
        audit
            .expect("reads")
            .iter()
            .any(|row| row.action == "change_intent")
    );

    let receipt = otaru.get("/receipts/R9-012033-02").await.ok();
    receipt
        .shows("意向の変更が承認され")
        .shows("意向変更")
        .shows("承認された日時");
    let old = otaru.get("/receipts/R9-012033-01").await.ok();
    old.shows("この回答は、第2版に置きかわっています。");
    let own = otaru.get("/editions/fy2027/form1/history").await.ok();
    own.shows("意向変更（第2版）");
    otaru
        .get("/editions/fy2027/form1")
        .await
        .ok()
        .shows("意向の変更（第1号）");
    // What the body would mend, should the answer come back to it, is the new text.
    let draft = answer.draft.expect("has a draft").input;
    assert_eq!(
        draft.intent.intents,
        [ApplicationIntent::SecondRound].into()
    );
    // The new revision is what the next notice starts from.
    let again = otaru.get(NEW).await.ok();
    assert_eq!(again.value("intent-2"), "checked");
    assert_eq!(again.value("recipients-local_child"), "３５，０００人");
}

#[tokio::test]
async fn what_cannot_be_filed_is_told_and_nothing_typed_is_lost() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let otaru = app.municipality(OTARU).await;
    otaru.get(NEW).await.ok().shows("提出期限（令和9年2月26日");
    assert!(!otaru.get("/home").await.ok().body.contains(NEW));
    app.at(later());
    app.municipality(YUBARI)
        .await
        .get(NEW)
        .await
        .ok()
        .shows("提出された回答がない");

    let otaru = app.municipality(OTARU).await;
    let page = otaru.get(NEW).await.ok();
    let unchanged = page.form("変更の内容を確かめる");
    let told = otaru.submit(&unchanged).await.is(422);
    told.shows("いまの回答と同じ内容です")
        .shows("意向を変更する理由を入力してください。")
        .shows("意向が変わった日を、");
    let wrong = unchanged
        .clone()
        .fill("recipients-rehabilitation", "たくさん")
        .fill("reason", "理由")
        .fill("changed_on", "2027-12-01");
    let told = otaru.submit(&wrong).await.is(422);
    told.shows("きょうより先の日付になっています");
    assert_eq!(told.value("recipients-rehabilitation"), "たくさん");
    assert_eq!(told.value("reason"), "理由");

    // ③ with ○: a warning to confirm, never a refusal.
    let odd = wrong
        .fill("recipients-rehabilitation", "1200")
        .fill("intent", "3")
        .fill("changed_on", "2027-03-01");
    let check = otaru.submit(&odd).await.ok();
    check.shows("「③ 予定は無い」ですが、対象とする医療費助成に○が2件あります。");
    let unconfirmed = check.form("届け出る");
    otaru
        .submit(&unconfirmed)
        .await
        .is(422)
        .shows("まだ届け出ていません");
    let edit = otaru.submit(&check.form("戻って直す")).await.ok();
    assert_eq!(
        (
            edit.value("intent-3").as_str(),
            edit.value("reason").as_str()
        ),
        ("checked", "理由")
    );
    let confirmed = unconfirmed.tick("warnings_ok", "yes");
    let filed = otaru.submit_and_follow(&confirmed).await.ok();
    filed.shows("届け出た団体が確かめたこと");
    // The same page once more is the same notice; another page is told of the one that waits.
    let again = otaru.submit(&confirmed).await;
    assert_eq!(again.location(), "/changes/1?notice=change-filed");
    otaru
        .get(NEW)
        .await
        .ok()
        .shows("前に届け出た意向の変更が、まだ決まっていません");
    let other = confirmed.fill("reason", "別の理由");
    otaru.submit(&other).await.is(409);
    let all = app
        .desk
        .store
        .changes_of_answer(app.answer(OTARU).await.id)
        .await;
    assert_eq!(all.expect("reads").len(), 1);
}

#[tokio::test]
async fn a_notice_is_sent_back_taken_back_or_declined_and_the_answer_stays() {
    let app = TestApp::start().await;
    for code in [OTARU, YUBARI, HAKODATE] {
        app.submitted(code).await;
    }
    app.at(later());
    let (sent, taken, declined) = (
        filed(&app, OTARU).await,
        filed(&app, YUBARI).await,
        filed(&app, HAKODATE).await,
    );
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido.get(&format!("/changes/{sent}")).await.ok();
    let back = page
        .form("理由を付けて団体へ差し戻す")
        .fill("remark", "日付をお確かめください。");
    hokkaido.submit_and_follow(&back).await.ok();
    let otaru = app.municipality(OTARU).await;
    let page = otaru.get(&format!("/changes/{sent}")).await.ok();
    page.shows("差戻し")
        .shows("日付をお確かめください。")
        .shows("もう一度、意向の変更を届け出る");
    // After that the body files another one.
    files_on_pages(&otaru).await.shows("第2号");

    let yubari = app.municipality(YUBARI).await;
    let page = yubari.get(&format!("/changes/{taken}")).await.ok();
    yubari
        .submit_and_follow(&page.form("届出を取り下げる"))
        .await
        .ok()
        .shows("届出を取り下げました");

    // A core city's notice lies with the ministry at once; its prefecture reads it.
    assert_eq!(state(&app, declined).await, ChangeState::WithMinistry);
    let read = hokkaido.get(&format!("/changes/{declined}")).await.ok();
    read.shows("いま、することはありません。");
    let ministry = app.ministry().await;
    let page = ministry.get(&format!("/changes/{declined}")).await.ok();
    let empty = page.form("理由を付けて不承認とする");
    ministry
        .submit(&empty)
        .await
        .is(422)
        .shows("理由を入力してください");
    let no = empty.fill("remark", "1次交付の審査が終わっています。");
    ministry
        .submit_and_follow(&no)
        .await
        .ok()
        .shows("不承認としました");
    let hakodate = app.body(HAKODATE).await;
    hakodate
        .get(&format!("/changes/{declined}"))
        .await
        .ok()
        .shows("1次交付の審査が終わっています。");
    for code in [OTARU, YUBARI, HAKODATE] {
        assert_eq!(app.answer(code).await.revision_number, 1, "{code}");
    }
}

#[tokio::test]
async fn only_those_concerned_see_a_notice_and_each_does_its_own_part() {
    let app = TestApp::start().await;
    for code in [OTARU, HAKODATE, HOKKAIDO] {
        app.submitted(code).await;
    }
    let mut ids = Vec::new();
    for code in [OTARU, HAKODATE, HOKKAIDO] {
        ids.push(filed(&app, code).await);
    }
    app.at(later());
    use ChangeEvent::{Accept, Forward, TakeBack};
    let homes = [
        Some(OTARU),
        Some(YUBARI),
        Some(HAKODATE),
        Some(HOKKAIDO),
        Some(AOMORI),
        None,
    ];
    // Who sees which, and what each may do: o = own, p = pass, d = decide, r = read, - = nothing.
    for (id, may) in ids.iter().zip(["o--p-d", "--or-d", "---o-d"]) {
        for (home, may) in homes.into_iter().zip(may.chars()) {
            let client = app.person(home, "医療助成担当", false).await;
            let page = client.get(&format!("/changes/{id}")).await;
            assert_eq!(
                page.status,
                if may == '-' { 404 } else { 200 },
                "{id} {home:?}"
            );
            let listed = client.get("/changes").await.ok();
            let is_listed = listed.body.contains(&format!("/changes/{id}\""));
            assert_eq!(is_listed, may != '-', "{id} {home:?}");
            for (event, whose) in [(TakeBack, 'o'), (Forward, 'p'), (Accept, 'd')] {
                if may == whose {
                    continue;
                }
                let refused = decide(&app, home, *id, event)
                    .await
                    .expect_err("is refused");
                let expected_hidden = may == '-';
                match refused {
                    ChangeError::Workflow(WorkflowError::NotFound) => assert!(expected_hidden),
                    ChangeError::Workflow(WorkflowError::Forbidden) => assert!(!expected_hidden),
                    other => panic!("{id} {home:?} {event:?}: {other:?}"),
                }
            }
        }
    }
    // The ministry decides only what was forwarded to it.
    let early = decide(&app, None, ids[0], Accept).await;
    assert!(matches!(early, Err(ChangeError::Refused(_))), "{early:?}");
    app.ministry().await.get("/changes/999").await.is(404);
}

#[tokio::test]
async fn a_closed_edition_still_takes_a_change() {
    let app = TestApp::start().await;
    app.submitted(HAKODATE).await;
    app.accept(HAKODATE).await;
    app.at(date(2027, 4, 20).at(9, 0, 0, 0));
    app.close_edition().await;
    let hakodate = app.body(HAKODATE).await;
    hakodate.get("/home").await.ok().shows("意向を変更する");
    files_on_pages(&hakodate).await.shows("国の判断待ち");
    decide(&app, None, 1, ChangeEvent::Accept)
        .await
        .expect("is accepted");
    let answer = app.answer(HAKODATE).await;
    assert_eq!(
        (answer.revision_number, answer.status),
        (2, ResponseStatus::Accepted)
    );
    assert_eq!(board_row(&app, HAKODATE).await.recipients, 36_200);
}

#[tokio::test]
async fn an_answer_that_was_replaced_is_not_overwritten() {
    let app = TestApp::start().await;
    app.submitted(HAKODATE).await;
    app.at(later());
    let id = filed(&app, HAKODATE).await;
    let ministry = app.ministry().await;
    let page = ministry.get(&format!("/changes/{id}")).await.ok();
    app.return_with(HAKODATE, &[(Place::Phone, "お確かめください。")])
        .await;
    let told = ministry.submit(&page.form("承認する")).await.is(409);
    told.shows("もとの回答が変わりました");
    let hakodate = app.body(HAKODATE).await;
    app.submit(hakodate.actor()).await;
    let told = ministry.submit(&page.form("承認する")).await.is(409);
    told.shows("このままでは承認できません");
    assert_eq!(state(&app, id).await, ChangeState::WithMinistry);
    assert_eq!(app.answer(HAKODATE).await.revision_number, 2);
    decide(&app, None, id, ChangeEvent::Decline)
        .await
        .expect("is declined");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_decide_at_once_one_wins() {
    let app = TestApp::start().await;
    app.submitted(HAKODATE).await;
    app.at(later());
    for round in 0..3 {
        let own = app.actor(Some(HAKODATE), "医療助成担当", false).await;
        let ministry = app.actor(None, "医療費助成担当", true).await;
        let mut input = notice();
        // Each round changes something else.
        input.schemes.other_text.clear();
        input.schemes.rows.insert(
            "local_child".parse().expect("an id"),
            SchemeInput {
                target: true,
                recipients: format!("{}", 100 + round),
            },
        );
        let base = NoticeBase {
            revision: app.answer(HAKODATE).await.revision_number,
            filed: round,
        };
        let filing: Vec<_> = (0..6)
            .map(|_| {
                let (desk, own, input) = (app.desk.clone(), own.clone(), input.clone());
                tokio::spawn(async move {
                    file_change(&desk, &own, &edition(OPEN), base, &input, true).await
                })
            })
            .collect();
        let mut ids = Vec::new();
        for task in filing {
            ids.push(
                task.await
                    .expect("does not panic")
                    .expect("the same notice"),
            );
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "one page, one notice");
        let id = ids[0];
        let tasks: Vec<_> = (0..9)
            .map(|at| {
                let event = [
                    ChangeEvent::Accept,
                    ChangeEvent::Decline,
                    ChangeEvent::TakeBack,
                ][at % 3];
                let actor = if event == ChangeEvent::TakeBack {
                    &own
                } else {
                    &ministry
                };
                let (desk, actor) = (app.desk.clone(), actor.clone());
                tokio::spawn(async move {
                    let decision = Decision {
                        event,
                        version: 1,
                        remark: "確かめました。",
                    };
                    (event, decide_change(&desk, &actor, id, decision).await)
                })
            })
            .collect();
        let before = base.revision;
        let mut won = Vec::new();
        for task in tasks {
            match task.await.expect("does not panic") {
                (event, Ok(())) => won.push(event),
                (_, Err(ChangeError::Workflow(WorkflowError::Stale))) => {}
                (event, Err(other)) => panic!("{event:?}: {other:?}"),
            }
        }
        assert_eq!(won.len(), 1, "{won:?}");
        let accepted = won[0] == ChangeEvent::Accept;
        assert_eq!(
            app.answer(HAKODATE).await.revision_number,
            before + i32::from(accepted)
        );
        let history = app.desk.store.change_history(id).await.expect("reads");
        assert_eq!(history.len(), 2);
        assert_eq!(history[1].event, won[0]);
    }
}

#[tokio::test]
async fn the_tables_of_the_deadline_and_of_today_both_come_out() {
    let app = TestApp::start().await;
    for code in [OTARU, HAKODATE] {
        app.submitted(code).await;
    }
    app.at(later());
    let id = filed(&app, HAKODATE).await;
    // The decision is made after the deadline, and so counts from then on.
    decide(&app, None, id, ChangeEvent::Accept)
        .await
        .expect("is accepted");
    // Somebody else answers for the first time after the deadline.
    app.submitted(YUBARI).await;
    let ministry = app.ministry().await;
    let csv = |page: Page| page.body.lines().map(str::to_owned).collect::<Vec<_>>();
    let answers = "/editions/fy2027/answers.csv";
    let now = csv(ministry.get(answers).await.ok());
    let then = ministry
        .get(&format!("{answers}?as_of=2027-02-26"))
        .await
        .ok();
    assert!(then.header("content-disposition").contains("20270226"));
    let then = csv(then);
    let row = |lines: &[String], code: &str| {
        let line = lines.iter().find(|line| line.starts_with(code));
        line.unwrap_or_else(|| panic!("no row of {code}")).clone()
    };
    assert_eq!(row(&now, OTARU), row(&then, OTARU));
    assert!(row(&now, HAKODATE).contains("R9-012025-02"));
    assert!(row(&then, HAKODATE).contains("R9-012025-01"));
    assert!(row(&now, YUBARI).contains("R9-012092-01"));
    assert!(!row(&then, YUBARI).contains("R9-012092"));
    let before = csv(ministry
        .get(&format!("{answers}?as_of=2027-01-19"))
        .await
        .ok());
    assert!(!row(&before, OTARU).contains("R9-012033"));

    let page = ministry.get("/editions/fy2027/downloads").await.ok();
    page.shows("提出のあった3団体");
    assert!(
        page.body.contains("?as_of=2027-02-26"),
        "the deadline is one click away"
    );
    let page = ministry
        .get("/editions/fy2027/downloads?as_of=令和9年2月26日")
        .await
        .ok();
    page.shows("提出のあった2団体").shows("23時59分の時点");
    assert!(page.body.contains("answers.xlsx?as_of=2027-02-26"));
    let intents = page.all("table tbody tr");
    assert!(
        intents[0].starts_with("①") && intents[0].ends_with('2'),
        "{}",
        intents[0]
    );
    let page = ministry
        .get("/editions/fy2027/downloads?as_of=2027-03-05")
        .await
        .ok();
    let intents = page.all("table tbody tr");
    assert!(
        intents[1].starts_with("②") && intents[1].ends_with('1'),
        "{}",
        intents[1]
    );
    for bad in ["2027-12-31", "あした"] {
        let page = ministry
            .get(&format!("/editions/fy2027/downloads?as_of={bad}"))
            .await;
        page.is(422).shows("日付を直してください");
        ministry
            .get(&format!("{answers}?as_of={bad}"))
            .await
            .is(400);
    }
    let (status, book) = ministry
        .download("/editions/fy2027/counts.xlsx?as_of=2027-02-26")
        .await;
    assert!(status == 200 && book.starts_with(b"PK"));
}

#[tokio::test]
async fn changes_between_two_days_are_listed_for_others() {
    let app = TestApp::start().await;
    for code in [OTARU, HAKODATE] {
        app.submitted(code).await;
    }
    let waiting = filed(&app, OTARU).await;
    let accepted = filed(&app, HAKODATE).await;
    app.at(date(2027, 3, 8).at(9, 0, 0, 0));
    decide(&app, None, accepted, ChangeEvent::Accept)
        .await
        .expect("is accepted");
    let ministry = app.ministry().await;
    let page = ministry
        .get("/changes/report?from=R9.3.8&to=R9.3.8")
        .await
        .ok();
    page.shows("北海道 函館市")
        .shows("①1次交付")
        .shows("②2次交付");
    page.shows("予算の成立が6月になったため。").hides("小樽市");
    page.shows("対象の合計：35,200人→34,500人");
    ministry
        .get("/changes/report?from=R9.3.9&to=R9.3.9")
        .await
        .ok()
        .hides("函館市");
    ministry
        .get("/changes/report?from=R9.3.1&to=R9.3.7")
        .await
        .ok()
        .hides("函館市");
    let all = ministry
        .get("/changes/report?from=R9.3.5&to=R9.3.5&all=1")
        .await
        .ok();
    all.shows("小樽市").shows("都道府県の確認待ち");
    for bad in ["from=x", "from=R9.3.9&to=R9.3.1"] {
        ministry
            .get(&format!("/changes/report?{bad}"))
            .await
            .is(422);
        ministry
            .get(&format!("/changes/report.csv?{bad}"))
            .await
            .is(400);
    }
    let csv = ministry
        .get("/changes/report.csv?from=2027-03-08&to=2027-03-08")
        .await
        .ok();
    let lines: Vec<_> = csv.body.lines().collect();
    assert_eq!(lines.len(), 2, "{}", csv.body);
    assert!(lines[1].starts_with("012025,北海道,函館市,中核市,令和9年度分,①1次交付,②2次交付"));
    assert!(
        lines[1].contains("更生医療に係る自立支援医療費：1,200人→対象外"),
        "{}",
        lines[1]
    );
    let path = "/changes/report.xlsx?from=2027-03-01&to=2027-03-08&all=1";
    let (status, book) = ministry.download(path).await;
    assert!(status == 200 && book.starts_with(b"PK"));
    let audit = app
        .desk
        .store
        .audit_of("intent_change")
        .await
        .expect("reads");
    assert_eq!(audit.len(), 2);
    assert_eq!(state(&app, waiting).await, ChangeState::WithPrefecture);
}
