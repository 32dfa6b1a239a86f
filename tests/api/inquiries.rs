//! 質問・連絡: questions over two hops, what reviewers write for each other, and answers published for all.

use jiff::civil::date;
use torimatome::domain::place::Place;
use torimatome::workflow::digests::digest_due;
use torimatome::workflow::inquiries::{EntryInput, Opening, begin_inquiry};
use torimatome::workflow::published_answers::{PublishInput, PublishedAbout, publish_answer};

use crate::app::{HAKODATE, HIROSAKI, HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, edition};
use crate::client::Client;

const ASK: &str = "/inquiries/new?edition=fy2027&place=schemes.rehabilitation";
const QUESTION: &str = "転入した人も数えますか。";
const ANSWER: &str = "基準日に受給している人をすべて数えます。";
const OFFICE: &str = "係長に確かめる。";
const CALL: &str = "急ぎとのこと。";
const ADDITION: &str = "県では判断できません。";

/// A question of a body about its whole form.
pub async fn asked(app: &TestApp, code: &str) -> i64 {
    let actor = app.actor(Some(code), "医療助成担当", false).await;
    let key = edition(OPEN);
    let opening = Opening {
        edition: Some(&key),
        about: None,
        place: None,
        once: "page",
    };
    let input = EntryInput {
        words: QUESTION.to_owned(),
        ..EntryInput::default()
    };
    let id = begin_inquiry(&app.desk, &actor, opening, &input).await;
    id.expect("is asked")
}

/// An answer the ministry published.
pub async fn published(app: &TestApp) -> i64 {
    let actor = app.actor(None, "医療費助成担当", true).await;
    let about = PublishedAbout {
        inquiry: None,
        edition: None,
        place: None,
        once: "page",
    };
    let input = PublishInput {
        question: QUESTION,
        answer: ANSWER,
    };
    let id = publish_answer(&app.desk, &actor, about, input).await;
    id.expect("is published")
}

/// The receivers of a kind's mails; none of them may carry a word of the thread.
async fn receivers(app: &TestApp, kind: &str) -> Vec<String> {
    let mails = app.mails(kind).await;
    for (_, facts) in &mails {
        for words in [QUESTION, ANSWER, OFFICE, CALL, ADDITION] {
            assert!(!facts.contains(words), "{kind}: {facts}");
        }
    }
    let receiver = |(key, _): &(String, String)| key.rsplit('/').next().map(str::to_owned);
    mails.iter().filter_map(receiver).collect()
}

/// Presses a button of a thread with these words, and gives its page.
async fn press(client: &Client, path: &str, button: &str, words: &str) -> crate::client::Page {
    let page = client.get(path).await.ok();
    let form = page.form(button).fill("words", words);
    client.submit_and_follow(&form).await.ok()
}

#[tokio::test]
async fn a_question_goes_over_the_prefecture_to_the_ministry_and_its_answer_to_the_body() {
    let app = TestApp::start().await;
    for (code, address) in [
        (Some(OTARU), "iryo@city.example"),
        (Some(HOKKAIDO), "iryo@pref.example"),
        (None, "iryo@ministry.example"),
    ] {
        app.keep_address(code, address).await;
    }
    digest_due(&app.desk).await.expect("is written");
    app.pass_minutes(5);
    let otaru = app.municipality(OTARU).await;
    let rows = otaru.get("/editions/fy2027/form1/schemes").await.ok();
    assert_eq!(rows.all(&format!("a[href='{ASK}']")).len(), 1);
    let part = otaru.get("/editions/fy2027/form1/contact").await.ok();
    let of_part = "a[href='/inquiries/new?edition=fy2027&place=contact']";
    assert_eq!(part.all(of_part).len(), 1);

    // Sent twice, it is one question.
    let label = {
        let definition = app.answer(OTARU).await.edition.definition;
        definition.place_label(&"schemes.rehabilitation".parse().expect("a place"))
    };
    let new = otaru.get(ASK).await.ok();
    new.shows(&label).shows("北海道に届きます");
    let form = new.form("質問を送る");
    otaru
        .submit(&form)
        .await
        .is(422)
        .shows("内容を入力してください");
    let form = form.fill("words", QUESTION);
    let path = otaru.submit(&form).await.location();
    assert_eq!(otaru.submit(&form).await.location(), path);
    let path = path.split('?').next().expect("a path").to_owned();
    assert_eq!(
        receivers(&app, "question_asked").await,
        ["iryo@pref.example"]
    );
    let (_, facts) = app.mails("question_asked").await.remove(0);
    assert!(facts.contains(&label) && facts.contains(&path), "{facts}");

    for stranger in [YUBARI, HAKODATE, HIROSAKI, "020001"] {
        let stranger = app.body(stranger).await;
        stranger.get(&path).await.is(404);
        stranger.get("/inquiries").await.ok().hides(QUESTION);
        let sent = stranger
            .post(&path, &[("do", "ask"), ("version", "1"), ("words", "x")])
            .await;
        sent.is(404);
    }

    // The prefecture notes, telephones and passes on.
    let hokkaido = app.prefecture("01").await;
    hokkaido
        .get("/home")
        .await
        .ok()
        .shows("質問・連絡に、あなたの対応");
    hokkaido.get("/inquiries").await.ok().shows(QUESTION);
    let stale = hokkaido.get(&path).await.ok().form("コメントを残す");
    let open = otaru.get(&path).await.ok().form("質問・返事を送る");
    let page = press(&hokkaido, &path, "コメントを残す", OFFICE).await;
    page.shows(OFFICE).shows("自分の所属だけ");
    hokkaido
        .submit(&stale.fill("words", "別のこと"))
        .await
        .is(409)
        .shows("まだ送っていません")
        .shows("別のこと");
    // The body's open page does not notice what was not written for it, and says its words once.
    let more = open.fill("words", "追加の事情です。");
    for _ in 0..2 {
        otaru.submit(&more).await.is(303);
    }
    let shown = otaru.get(&path).await.ok();
    assert_eq!(shown.text().matches("追加の事情です。").count(), 1);
    let page = hokkaido.get(&path).await.ok();
    let form = page
        .form("電話の記録を残す")
        .fill("words", CALL)
        .fill("visibility", "reviewers");
    hokkaido.submit(&form).await.is(422).shows("電話の相手を");
    let form = form
        .fill("call_with", "小樽市の担当")
        .fill("called_time", "14時30分");
    let page = hokkaido.submit_and_follow(&form).await.ok();
    page.shows("14:30")
        .shows("小樽市の担当")
        .shows("都道府県と国だけ");
    let form = page.form("国へ引き継ぐ").fill("words", ADDITION);
    let page = hokkaido.submit_and_follow(&form).await.ok();
    page.shows("国の回答待ち").shows(ADDITION);
    hokkaido.submit(&form).await.is(303);
    assert!(!page.has_button("回答する"), "the ministry answers now");
    assert_eq!(
        receivers(&app, "question_passed_on").await,
        ["iryo@ministry.example"]
    );

    // Nothing that reviewers wrote for each other reaches the body.
    let page = otaru.get(&path).await.ok();
    page.shows("国の回答待ち").shows("国へ引継ぎ");
    for hidden in [OFFICE, CALL, ADDITION, "14:30"] {
        page.hides(hidden);
    }
    let ministry = app.ministry().await;
    let country = ministry.get("/editions/fy2027/country").await.ok();
    country.shows("国の回答を待っている質問が1件");
    let page = ministry.get(&path).await.ok();
    page.shows(ADDITION).shows(CALL).hides(OFFICE);
    let page = press(&ministry, &path, "回答する", ANSWER).await;
    page.shows("回答済");
    assert_eq!(
        receivers(&app, "question_answered").await,
        ["iryo@city.example"]
    );

    // Asked again, whoever answered last is asked; then the body is content, and comes back.
    otaru
        .get("/home")
        .await
        .ok()
        .shows("質問・連絡に、あなたの対応");
    let page = press(&otaru, &path, "質問・返事を送る", "転出した人は。").await;
    page.shows(ANSWER).shows("国の回答待ち");
    assert_eq!(
        receivers(&app, "question_asked").await,
        // The question, what the body added to it, and the one asked again.
        [
            "iryo@pref.example",
            "iryo@pref.example",
            "iryo@ministry.example"
        ]
    );
    press(&otaru, &path, "解決したので終了する", "")
        .await
        .shows("終了");
    let page = otaru.get(&path).await.ok();
    let again = page.form("もう一度質問する");
    otaru.submit(&again).await.is(422);
    let page = otaru.submit_and_follow(&again.fill("words", "再度")).await;
    page.ok().shows("国の回答待ち");

    app.at(date(2027, 1, 21).at(9, 0, 0, 0));
    digest_due(&app.desk).await.expect("is written");
    let digests = app.mails("digest").await;
    let told = |address: &str, line: &str| {
        let mut of = digests.iter().filter(|(key, _)| key.ends_with(address));
        of.any(|(_, facts)| facts.contains(line))
    };
    assert!(
        told("iryo@pref.example", "新しく届いた質問：2件"),
        "{digests:?}"
    );
    assert!(told(
        "iryo@ministry.example",
        "いま回答を待っている質問：1件"
    ));
}

#[tokio::test]
async fn a_reviewer_begins_a_thread_about_an_answer_and_the_body_sees_what_is_shared() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    app.submitted(HAKODATE).await;
    let review = "/editions/fy2027/answers/012033";
    let new = "/inquiries/new?edition=fy2027&code=012033&place=contact";
    let hokkaido = app.prefecture("01").await;
    let page = hokkaido.get(review).await.ok();
    assert_eq!(page.all(&format!("a[href='{new}']")).len(), 1);
    page.hides("質問・連絡が");
    // A receipt is the body's own paper.
    let receipt = hokkaido.get("/receipts/R9-012033-01").await.ok();
    receipt.hides("コメント・電話の記録");
    let form = hokkaido.get(new).await.ok().form("コメントを残す");
    let form = form.fill("words", OFFICE);
    let path = hokkaido.submit(&form).await.location();
    let path = path.split('?').next().expect("a path").to_owned();
    hokkaido.get(review).await.ok().shows("質問・連絡が1件");
    let list = "/inquiries?edition=fy2027&code=012033";
    hokkaido.get(list).await.ok().shows("内部のコメント・記録");

    // For its own office alone: neither the ministry nor the body knows of it.
    let (otaru, ministry) = (app.municipality(OTARU).await, app.ministry().await);
    for other in [&otaru, &ministry] {
        other.get(&path).await.is(404);
        other.get("/inquiries").await.ok().shows("0件あります");
    }
    let page = hokkaido.get(&path).await.ok();
    let form = page.form("コメントを残す").fill("words", CALL);
    let form = form.fill("visibility", "shared");
    hokkaido.submit_and_follow(&form).await.ok();
    let page = otaru.get(&path).await.ok();
    page.shows(CALL).hides(OFFICE);
    ministry.get(&path).await.ok().shows(CALL).hides(OFFICE);
    otaru
        .get("/home")
        .await
        .ok()
        .shows("質問・連絡に、あなたの対応");
    let page = press(&otaru, &path, "質問・返事を送る", QUESTION).await;
    page.shows("都道府県の回答待ち");
    let page = press(&hokkaido, &path, "回答する", ANSWER).await;
    page.shows("回答済");

    // The prefecture of a core city reads its answer, nothing more.
    let reader = hokkaido.get("/editions/fy2027/answers/012025").await.ok();
    reader.hides("コメント・電話の記録");
    let of_city = "/inquiries/new?edition=fy2027&code=012025&place=contact";
    hokkaido.get(of_city).await.is(404);
    ministry.get(of_city).await.ok();
    otaru.get(of_city).await.is(404);
    let direct = asked(&app, HAKODATE).await;
    hokkaido.get(&format!("/inquiries/{direct}")).await.is(404);
    let page = ministry.get(&format!("/inquiries/{direct}")).await.ok();
    assert!(page.has_button("回答する") && !page.has_button("国へ引き継ぐ"));
}

#[tokio::test]
async fn an_answer_is_published_found_edited_and_withdrawn() {
    let app = TestApp::start().await;
    let (otaru, hirosaki) = (
        app.municipality(OTARU).await,
        app.municipality(HIROSAKI).await,
    );
    let form = otaru.get(ASK).await.ok().form("質問を送る");
    let path = otaru.submit(&form.fill("words", QUESTION)).await.location();
    let path = path.split('?').next().expect("a path").to_owned();
    let hokkaido = app.prefecture("01").await;
    press(&hokkaido, &path, "コメントを残す", OFFICE).await;
    let page = press(&hokkaido, &path, "回答する", ANSWER).await;
    assert_eq!(page.all("a[href^='/help/answers/new']").len(), 1);
    let id = path.rsplit('/').next().expect("an id");
    let publish = format!("/help/answers/new?inquiry={id}");
    otaru.get(&publish).await.is(404);
    hirosaki.get(&publish).await.is(404);
    app.prefecture("02").await.get(&publish).await.is(404);
    let page = hokkaido.get(&publish).await.ok();
    assert_eq!(page.value("question"), QUESTION);
    assert_eq!(page.value("answer"), ANSWER);
    let form = page.form("公開する");
    hokkaido
        .submit(&form.clone().fill("answer", " "))
        .await
        .is(422)
        .shows("回答を入力してください");
    let page = hokkaido.submit_and_follow(&form).await.ok();
    page.shows("公開しました").shows(QUESTION);
    hokkaido.submit(&form).await.is(303);
    hokkaido
        .get("/help/answers")
        .await
        .ok()
        .shows("1件あります");

    // For the bodies of the prefecture, without a name of the one that asked.
    let found = otaru.get("/help/answers?q=転入　すべて").await.ok();
    found.shows(ANSWER).shows("北海道").hides("小樽市の質問");
    otaru.get("/help/answers?q=転出").await.ok().hides(ANSWER);
    otaru
        .get("/help/answers?q=％&place=schemes.rehabilitation&edition=fy2027")
        .await
        .ok()
        .shows(ANSWER);
    otaru
        .get("/help/answers?place=contact")
        .await
        .ok()
        .hides(ANSWER);
    hirosaki.get("/help/answers").await.ok().hides(ANSWER);
    let yubari = app.municipality(YUBARI).await;
    let new = yubari.get(ASK).await.ok();
    new.shows("同じ項目への回答があります").shows(ANSWER);
    yubari.get("/help").await.ok().shows("よくある質問");
    app.anonymous()
        .get("/help")
        .await
        .ok()
        .hides("よくある質問");
    hirosaki.get(ASK).await.ok().hides("同じ項目への回答");

    // Only who published it changes it; the old words stay.
    let ministry = app.ministry().await;
    ministry.get("/help/answers/1").await.is(404);
    yubari.get("/help/answers/1").await.is(404);
    let page = hokkaido.get("/help/answers/1").await.ok();
    let form = page.form("直した文を公開する");
    let stale = form.clone().fill("answer", "古い画面から");
    let form = form.fill("answer", "3月31日の人数です。");
    hokkaido.submit(&form).await.is(303);
    hokkaido.submit(&form).await.is(303);
    hokkaido.submit(&stale).await.is(409);
    let page = hokkaido.get("/help/answers/1").await.ok();
    page.shows("第1版").shows("第2版").shows(ANSWER);
    otaru
        .get("/help/answers?q=3月31日")
        .await
        .ok()
        .shows("3月31日の人数です")
        .hides(ANSWER);
    published(&app).await;
    hirosaki.get("/help/answers").await.ok().shows(ANSWER);
    let withdraw = page.form("公開を取り下げる");
    hokkaido.submit_and_follow(&withdraw).await.ok();
    otaru
        .get("/help/answers")
        .await
        .ok()
        .hides("3月31日の人数です")
        .shows("1件あります");
    let audit = app.desk.store.audit_of("published_answer/1").await;
    let actions: Vec<_> = audit
        .expect("reads")
        .into_iter()
        .map(|row| row.action)
        .collect();
    assert_eq!(
        actions,
        ["publish_answer", "edit_published", "withdraw_published"]
    );
    // A place that is none of the edition's is no page.
    assert!("schemes.unknown_row".parse::<Place>().is_ok());
    let nowhere = "/inquiries/new?edition=fy2027&place=schemes.unknown_row";
    otaru.get(nowhere).await.is(404);
}

#[tokio::test]
async fn a_thread_is_published_once_until_it_is_withdrawn() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let form = otaru.get(ASK).await.ok().form("質問を送る");
    let path = otaru.submit(&form.fill("words", QUESTION)).await.location();
    let path = path.split('?').next().expect("a path").to_owned();
    let hokkaido = app.prefecture("01").await;
    press(&hokkaido, &path, "回答する", ANSWER).await;
    let id = path.rsplit('/').next().expect("an id");
    let publish = format!("/help/answers/new?inquiry={id}");
    // Three windows were open before anything was published.
    let first = hokkaido.get(&publish).await.ok().form("公開する");
    let same = hokkaido.get(&publish).await.ok().form("公開する");
    let other = hokkaido.get(&publish).await.ok().form("公開する");
    let other = other.fill("answer", "別の文です。");
    hokkaido.submit(&first).await.is(303);
    hokkaido.submit(&same).await.is(303);
    let refused = hokkaido.submit(&other).await.is(409);
    refused
        .shows("この質問は、すでに公開されています")
        .shows("いま送った文は公開していません");
    assert_eq!(refused.value("answer"), "別の文です。");
    assert_eq!(refused.all("a[href='/help/answers/1']").len(), 1);
    let list = hokkaido.get("/help/answers").await.ok();
    list.shows("1件あります").hides("別の文です");
    let thread = hokkaido.get(&path).await.ok();
    assert!(thread.all("a[href^='/help/answers/new']").is_empty());

    // Withdrawn, the other words may stand.
    let page = hokkaido.get("/help/answers/1").await.ok();
    let withdraw = page.form("公開を取り下げる");
    hokkaido.submit(&withdraw).await.is(303);
    let thread = hokkaido.get(&path).await.ok();
    assert_eq!(thread.all("a[href^='/help/answers/new']").len(), 1);
    hokkaido.submit(&other).await.is(303);
    let list = hokkaido.get("/help/answers").await.ok();
    list.shows("1件あります").shows("別の文です");
}

#[tokio::test]
async fn an_answer_leaves_a_link_at_the_line_where_it_was_asked() {
    const LINK: &str = "質問への回答があります";
    let app = TestApp::start().await;
    let (otaru, receipt) = app.submitted(OTARU).await;
    let hokkaido = app.prefecture("01").await;
    let mut threads = Vec::new();
    for place in ["schemes.rehabilitation", "contact"] {
        let ask = format!("/inquiries/new?edition=fy2027&place={place}");
        let form = otaru.get(&ask).await.ok().form("質問を送る");
        let sent = otaru.submit(&form.fill("words", QUESTION)).await.location();
        threads.push(sent.split('?').next().expect("a path").to_owned());
    }
    let receipt = format!("/receipts/{receipt}");
    let history = "/editions/fy2027/form1/history";
    for path in [receipt.as_str(), history] {
        otaru.get(path).await.ok().hides(LINK);
    }
    for thread in &threads {
        press(&hokkaido, thread, "回答する", ANSWER).await;
    }
    let leads = |page: &crate::client::Page, css: &str, thread: &str| {
        let links = page.all(&format!("{css} a[href='{thread}']"));
        assert_eq!(links.len(), 1, "{}: {}", page.path, page.text());
        assert!(links[0].contains(LINK));
    };
    // On the receipt and in the history, at the row and at the part.
    for path in [receipt.as_str(), history] {
        let page = otaru.get(path).await.ok();
        leads(&page, "tr th", &threads[0]);
        leads(&page, "p", &threads[1]);
    }
    // Others who read the answer have their own way to the thread.
    hokkaido.get(&receipt).await.ok().hides(LINK);
    // In the form while it is mended, each on its own page; also after the thread ended.
    app.return_with(OTARU, &[(Place::Phone, "お確かめください。")])
        .await;
    let thread = otaru.get(&threads[0]).await.ok();
    let form = thread.form("解決したので終了する");
    otaru.submit_and_follow(&form).await.ok();
    let page = otaru.get("/editions/fy2027/form1/schemes").await.ok();
    leads(&page, "tr th", &threads[0]);
    assert!(page.all(&format!("a[href='{}']", threads[1])).is_empty());
    let page = otaru.get("/editions/fy2027/form1/contact").await.ok();
    leads(&page, "li", &threads[1]);
    assert!(page.all(&format!("a[href='{}']", threads[0])).is_empty());
    // It is nobody else's.
    let yubari = app.drafted(YUBARI).await;
    yubari
        .get("/editions/fy2027/form1/schemes")
        .await
        .ok()
        .hides(LINK);
}
