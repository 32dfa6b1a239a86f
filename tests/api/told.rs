//! Who is told: by a mail written with the change, and by a line on the home page.

use jiff::civil::date;
use torimatome::domain::inquiry::{InquiryEvent, Visibility};
use torimatome::domain::intent_change::ChangeEvent;
use torimatome::domain::mail::{MailKind, MailState};
use torimatome::domain::mail_text::MailText;
use torimatome::domain::scheme::SchemeId;
use torimatome::store::deliveries::{MailRecord, OutboxFilter};
use torimatome::workflow::inquiries::{EntryInput, Opening, Step, begin_inquiry, step_inquiry};

use crate::app::{AOMORI, HAKODATE, HIROSAKI, HOKKAIDO, OPEN, OTARU, TestApp, body, edition};
use crate::bodies::{enter, merger, promotion};
use crate::changes::{decide, filed};
use crate::client::Client;
use crate::corrections::corrected;
use crate::departments::divided;
use crate::required_amounts;

const BASE: &str = "https://portal.example";
const CITY: &str = "iryo@city.example";
const PREFECTURE: &str = "iryo@pref.example";
const MINISTRY: &str = "iryo@ministry.example";

/// A portal in which 小樽市, its prefecture and the ministry have addresses, and nothing was written yet.
async fn portal() -> TestApp {
    let app = TestApp::start().await;
    for (code, address) in [
        (Some(OTARU), CITY),
        (Some(HOKKAIDO), PREFECTURE),
        (None, MINISTRY),
    ] {
        app.keep_address(code, address).await;
    }
    app.damage("DELETE FROM outbox", Vec::new()).await;
    app
}

async fn mails(app: &TestApp, kind: MailKind) -> Vec<MailRecord> {
    let filter = OutboxFilter {
        kind: Some(kind),
        ..OutboxFilter::default()
    };
    let found = app.desk.store.outbox(&filter, 0, 100).await;
    let mut mails = found.expect("reads").0;
    mails.reverse();
    mails
}

/// The mails of a kind as they would be sent: to whom, subject and text. Each has its link on a line of its own, and
/// no hole.
async fn letters(app: &TestApp, kind: MailKind) -> Vec<(String, String, String)> {
    let mails = mails(app, kind).await;
    let letter = |mail: &MailRecord| {
        let (subject, text) = MailText::shipped(kind).fill(&mail.facts, BASE);
        assert!(!text.contains('{') && !subject.contains('{'), "{text}");
        let links = text.lines().filter(|line| line.starts_with(BASE));
        assert_eq!(links.count(), 1, "{text}");
        assert!(!text.contains("：\n\n"), "{text}");
        (mail.to.to_string(), subject, text)
    };
    mails.iter().map(letter).collect()
}

fn receivers(letters: &[(String, String, String)]) -> Vec<&str> {
    letters.iter().map(|(to, ..)| to.as_str()).collect()
}

/// The lines at the top of a home page.
async fn lines(client: &Client) -> String {
    let path = match client.actor().code() {
        Some(_) => "/home",
        None => "/editions/fy2027/country",
    };
    client.get(path).await.ok().all(".banner").concat()
}

#[tokio::test]
async fn a_body_is_told_that_its_objection_was_answered_until_it_confirms() {
    let app = portal().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let hokkaido = app.prefecture("01").await;
    corrected(&hokkaido, OTARU).await;
    let page = otaru.get("/editions/fy2027/form1/objection").await.ok();
    let form = page
        .form("訂正が違うと申し出る")
        .fill("words", "1,200人が正しいです。");
    otaru.submit_and_follow(&form).await.ok();
    assert!(letters(&app, MailKind::ObjectionAnswered).await.is_empty());
    assert!(!lines(&otaru).await.contains("回答がありました"));

    app.reply_to(OTARU, 1, "もとに戻しました。").await;
    let told = letters(&app, MailKind::ObjectionAnswered).await;
    assert_eq!(receivers(&told), [CITY]);
    let (_, subject, text) = &told[0];
    assert!(
        subject.starts_with("【012033小樽市・意向等調査】"),
        "{subject}"
    );
    assert!(!text.contains("もとに戻しました"), "{text}");
    let request = format!("/editions/{OPEN}/answers/{OTARU}/requests/1");
    assert!(text.lines().any(|line| line == format!("{BASE}{request}")));
    assert!(lines(&otaru).await.contains("回答がありました"));
    let home = otaru.get("/home").await.ok();
    assert_eq!(home.all(&format!(".banner a[href='{request}']")).len(), 1);
    // Nobody else's business.
    let hirosaki = app.municipality(HIROSAKI).await;
    assert!(!lines(&hirosaki).await.contains("回答がありました"));

    let page = otaru.get(&request).await.ok();
    otaru
        .submit_and_follow(&page.form("確認済みにする"))
        .await
        .ok();
    assert!(!lines(&otaru).await.contains("回答がありました"));
}

#[tokio::test]
async fn each_step_of_a_notice_is_told_to_whoever_acts_and_whoever_waits() {
    let app = portal().await;
    let (otaru, _) = app.submitted(OTARU).await;
    app.accept(OTARU).await;
    let (hokkaido, ministry) = (app.prefecture("01").await, app.ministry().await);
    assert!(!lines(&hokkaido).await.contains("意向の変更"));
    let id = filed(&app, OTARU).await;

    let acts = letters(&app, MailKind::ChangeFiled).await;
    assert_eq!(receivers(&acts), [PREFECTURE]);
    assert!(acts[0].2.contains("都道府県の確認待ち"), "{}", acts[0].2);
    assert!(
        acts[0]
            .2
            .lines()
            .any(|line| line == format!("{BASE}/changes/{id}"))
    );
    assert!(letters(&app, MailKind::ChangeMoved).await.is_empty());
    let line = lines(&hokkaido).await;
    assert!(
        line.contains("確認を待っている意向の変更の届出が1件"),
        "{line}"
    );
    assert!(lines(&otaru).await.contains("都道府県の確認待ちです"));
    assert!(!lines(&ministry).await.contains("意向の変更"));

    let (pref, office) = (Some(HOKKAIDO), None);
    decide(&app, pref, id, ChangeEvent::Forward)
        .await
        .expect("forwards");
    let acts = letters(&app, MailKind::ChangeFiled).await;
    assert_eq!(receivers(&acts), [PREFECTURE, MINISTRY]);
    let waits = letters(&app, MailKind::ChangeMoved).await;
    assert_eq!(receivers(&waits), [CITY]);
    assert!(waits[0].2.contains("国の判断待ち"), "{}", waits[0].2);
    let line = lines(&ministry).await;
    assert!(
        line.contains("国の判断を待っている意向の変更の届出が1件"),
        "{line}"
    );
    let page = ministry.get("/editions/fy2027/country").await.ok();
    let link = page.all(".banner a[href='/changes?state=with_ministry']");
    assert_eq!(link.len(), 1);
    assert!(!lines(&hokkaido).await.contains("意向の変更"));
    assert!(lines(&otaru).await.contains("国の判断待ちです"));

    decide(&app, office, id, ChangeEvent::Decline)
        .await
        .expect("declines");
    let waits = letters(&app, MailKind::ChangeMoved).await;
    let mut to = receivers(&waits[1..]);
    to.sort_unstable();
    assert_eq!(to, [CITY, PREFECTURE], "also who stands between");
    assert!(waits[1].2.contains("承認しませんでした"), "{}", waits[1].2);
    for (_, subject, text) in acts.iter().chain(&waits) {
        assert!(subject.starts_with("【012033小樽市・意向等調査】"));
        for words in ["予算の成立", "確かめました", "2次交付"] {
            assert!(!text.contains(words), "{text}");
        }
    }
    assert!(!lines(&ministry).await.contains("意向の変更"));
    assert!(lines(&otaru).await.contains("承認しませんでした"));
    // It is news for a while.
    app.at(date(2027, 3, 25).at(9, 0, 0, 0));
    let otaru = app.municipality(OTARU).await;
    assert!(!lines(&otaru).await.contains("承認しませんでした"));
}

#[tokio::test]
async fn a_notice_of_a_direct_body_and_one_sent_back_are_told_too() {
    let app = portal().await;
    app.keep_address(Some(HAKODATE), "iryo@core.example").await;
    app.submitted(HAKODATE).await;
    app.accept(HAKODATE).await;
    let id = filed(&app, HAKODATE).await;
    let acts = letters(&app, MailKind::ChangeFiled).await;
    assert_eq!(receivers(&acts), [MINISTRY]);
    decide(&app, None, id, ChangeEvent::Accept)
        .await
        .expect("accepts");
    let waits = letters(&app, MailKind::ChangeMoved).await;
    assert_eq!(receivers(&waits), ["iryo@core.example"], "no prefecture");
    assert!(waits[0].2.contains("国が承認しました"));

    let (otaru, _) = app.submitted(OTARU).await;
    app.accept(OTARU).await;
    let id = filed(&app, OTARU).await;
    decide(&app, Some(HOKKAIDO), id, ChangeEvent::SendBack)
        .await
        .expect("sends back");
    let waits = letters(&app, MailKind::ChangeMoved).await;
    assert_eq!(receivers(&waits[1..]), [CITY]);
    let line = lines(&otaru).await;
    assert!(line.contains("都道府県から差し戻されました"), "{line}");
}

#[tokio::test]
async fn a_mail_that_failed_is_seen_by_whoever_can_do_something() {
    let app = portal().await;
    let (_, receipt) = app.submitted(OTARU).await;
    let reviewer = app.person(None, "審査担当", false).await;
    let (ministry, hokkaido) = (app.ministry().await, app.prefecture("01").await);
    let board = "/editions/fy2027/board";
    assert!(!lines(&ministry).await.contains("送信できなかった"));
    hokkaido.get(board).await.ok().hides("メール不達");

    app.damage("UPDATE outbox SET state = 'failed'", Vec::new())
        .await;
    assert!(
        lines(&ministry)
            .await
            .contains("送信できなかったメールが1通")
    );
    let page = ministry.get("/editions/fy2027/country").await.ok();
    assert_eq!(page.all(".banner a[href='/mail?state=failed']").len(), 1);
    assert!(!lines(&reviewer).await.contains("送信できなかった"));
    hokkaido.get(board).await.ok().shows("メール不達 1通");
    let line = lines(&hokkaido).await;
    assert!(line.contains("届けられませんでした：小樽市"), "{line}");
    assert!(!line.contains(&receipt), "nothing of the mail itself");
    hokkaido.get("/mail").await.is(404);
    // Whoever administers accounts there is led to the address.
    let admin = app.person(Some(HOKKAIDO), "管理担当", true).await;
    let page = admin.get("/home").await.ok();
    let link = "/account/addresses?code=012033";
    assert_eq!(page.all(&format!(".banner a[href='{link}']")).len(), 1);
    admin.get(link).await.ok().shows(CITY);
    let aomori = app.body(AOMORI).await;
    assert!(!lines(&aomori).await.contains("届けられませんでした"));
    aomori.get(board).await.ok().hides("メール不達");

    // A mail about the body that its prefecture did not get is not the body's.
    let sql = format!("UPDATE outbox SET recipient = {}", app.bind(1));
    app.damage(&sql, vec![PREFECTURE.into()]).await;
    hokkaido.get(board).await.ok().hides("メール不達");
    let sql = format!("UPDATE outbox SET recipient = {}", app.bind(1));
    app.damage(&sql, vec![CITY.into()]).await;
    hokkaido.get(board).await.ok().shows("メール不達 1通");
    // A later mail reached it there.
    let otaru = app.municipality(OTARU).await;
    let page = otaru.get("/editions/fy2027/form1").await.ok();
    otaru.submit_and_follow(&page.form("取り下げる")).await.ok();
    app.submit(otaru.actor()).await;
    let later = "UPDATE outbox SET state = 'sent' WHERE state = 'waiting'";
    app.damage(later, Vec::new()).await;
    hokkaido.get(board).await.ok().hides("メール不達");
    let again = "UPDATE outbox SET state = 'failed'";
    app.damage(again, Vec::new()).await;
    hokkaido.get(board).await.ok().shows("メール不達 2通");
    // The body took the address out of use.
    let sql = format!(
        "UPDATE duty_address SET ended_at = 1 WHERE email = {}",
        app.bind(1)
    );
    app.damage(&sql, vec![CITY.into()]).await;
    hokkaido.get(board).await.ok().hides("メール不達");
    assert!(
        lines(&ministry)
            .await
            .contains("送信できなかったメールが2通")
    );
}

#[tokio::test]
async fn departments_are_told_of_the_rows_they_are_handed() {
    let app = portal().await;
    let disabled = app.person(Some(OTARU), "障害福祉担当", false).await;
    app.set_password(disabled.actor(), "a long pass phrase 1")
        .await;
    // Rows are handed out first; the department is told when somebody joins it.
    let (desk, ..) = divided(&app).await;
    let record = app.answer(OTARU).await;
    let name = |id: &str| {
        let id: SchemeId = id.parse().expect("an id");
        let row = record.edition.definition.row(&id).expect("a row");
        row.1.name.clone()
    };
    let (first, second) = (name("rehabilitation"), name("local_child"));
    let told = letters(&app, MailKind::PartAsked).await;
    let own = disabled.actor().email.as_str();
    assert_eq!(receivers(&told), [own], "whoever has no password gets none");
    let (_, subject, text) = &told[0];
    assert!(subject.starts_with("【012033小樽市・意向等調査】"));
    assert!(text.contains(&first) && !text.contains(&second), "{text}");
    assert!(text.contains("令和9年2月26日（金）23時59分"), "{text}");
    let link = format!("{BASE}/editions/{OPEN}/form1/schemes");
    assert!(text.lines().any(|line| line == link));

    // One row more: only that is told.
    let page = desk.get("/account/duties").await.ok();
    let form = page
        .form("設定を保存する")
        .fill("department-local_child", "障害");
    desk.submit_and_follow(&form).await.ok();
    desk.submit(&form).await;
    let told = letters(&app, MailKind::PartAsked).await;
    assert_eq!(told.len(), 2);
    assert!(told[1].2.contains(&second) && !told[1].2.contains(&first));

    // The rows stay handed out when the next edition opens.
    required_amounts::opened(&app).await;
    let told = letters(&app, MailKind::PartAsked).await;
    assert_eq!(told.len(), 3);
    assert_eq!(told[2].0, own);
    assert!(told[2].1.contains("・所要額調査】"), "{}", told[2].1);
    assert!(told[2].2.contains(&first) && told[2].2.contains(&second));
}

async fn comments(app: &TestApp, code: Option<&str>, id: i64, words: &str, for_all: bool) {
    let actor = app.actor(code, "医療助成担当", false).await;
    let inquiry = app.desk.store.inquiry(id).await.expect("reads");
    let input = note(words, for_all);
    let step = Step {
        event: InquiryEvent::Note,
        version: inquiry.expect("is there").version,
        shown: 0,
        input: &input,
    };
    let done = step_inquiry(&app.desk, &actor, id, step).await;
    done.expect("is noted");
}

fn note(words: &str, for_all: bool) -> EntryInput {
    EntryInput {
        words: words.to_owned(),
        visibility: Some(if for_all {
            Visibility::Shared
        } else {
            Visibility::Reviewers
        }),
        call: None,
    }
}

#[tokio::test]
async fn a_burst_of_comments_is_one_mail() {
    let app = portal().await;
    app.submitted(OTARU).await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let key = edition(OPEN);
    let opening = Opening {
        edition: Some(&key),
        about: Some(body(OTARU)),
        place: None,
        once: "page",
    };
    let first = begin_inquiry(&app.desk, &hokkaido, opening, &note("一つめ", true)).await;
    let id = first.expect("is noted");
    for words in ["二つめ", "三つめ"] {
        app.pass_minutes(1);
        comments(&app, Some(HOKKAIDO), id, words, true).await;
    }
    let told = letters(&app, MailKind::Commented).await;
    assert_eq!(receivers(&told), [CITY], "one for three");
    assert!(!told[0].2.contains("一つめ"), "{}", told[0].2);
    let waiting = &mails(&app, MailKind::Commented).await[0];
    assert_eq!(waiting.due_at.0 - waiting.created_at.0, 15 * 60_000);

    // The ministry's comment is news for the prefecture; the body's mail still waits.
    comments(&app, None, id, "国から", true).await;
    let told = letters(&app, MailKind::Commented).await;
    assert_eq!(receivers(&told), [CITY, PREFECTURE]);
    // Once it is sent, the next one is written.
    app.damage("UPDATE outbox SET state = 'sent'", Vec::new())
        .await;
    assert_eq!(
        mails(&app, MailKind::Commented).await[0].state,
        MailState::Sent
    );
    comments(&app, Some(HOKKAIDO), id, "内部", false).await;
    assert_eq!(letters(&app, MailKind::Commented).await.len(), 2);
    comments(&app, Some(HOKKAIDO), id, "四つめ", true).await;
    let told = letters(&app, MailKind::Commented).await;
    assert_eq!(receivers(&told[2..]), [CITY]);
}

#[tokio::test]
async fn a_class_to_come_is_said_where_it_matters() {
    let app = portal().await;
    let (otaru, hokkaido) = (app.municipality(OTARU).await, app.prefecture("01").await);
    let board = "/editions/fy2027/board";
    assert!(!lines(&otaru).await.contains("区分が"));
    hokkaido.get(board).await.ok().hides("から中核市");
    enter(&app, promotion(OTARU), date(2027, 4, 1)).await;

    let line = lines(&otaru).await;
    assert!(
        line.contains("令和9年4月1日（木）から、区分が「中核市」に変わります"),
        "{line}"
    );
    assert!(
        line.contains("提出先が「国へ直接提出」になります"),
        "{line}"
    );
    hokkaido
        .get(board)
        .await
        .ok()
        .shows("令和9年4月1日（木）から中核市");
    let ministry = app.ministry().await;
    let page = ministry.get("/bodies/012033").await.ok();
    assert!(page.all(".banner").concat().contains("区分が「中核市」に"));
    let hirosaki = app.municipality(HIROSAKI).await;
    assert!(!lines(&hirosaki).await.contains("区分が"));
    let aomori = app.body(AOMORI).await;
    aomori.get(board).await.ok().hides("から中核市");
    // A merger to come, too.
    enter(&app, merger(HIROSAKI, "022039"), date(2027, 4, 1)).await;
    let line = lines(&hirosaki).await;
    assert!(line.contains("八戸市へ引き継がれます"), "{line}");

    app.at(date(2027, 4, 1).at(9, 0, 0, 0));
    let otaru = app.municipality(OTARU).await;
    assert!(!lines(&otaru).await.contains("区分が"), "it is so now");
}
