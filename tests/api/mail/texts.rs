//! The texts of mails as the ministry edits them, and the mail of the notice as a draft.

use torimatome::domain::mail_text::PREFIX;

use super::{MINUTE, deliver, portal, postman_of, put};
use crate::app::{HAKODATE, HOKKAIDO, OPEN};
use crate::smtp::MailServer;

#[tokio::test]
async fn texts_are_edited_with_known_placeholders_and_hold_from_the_next_mail() {
    let app = portal().await;
    let mut server = MailServer::start();
    let postman = postman_of(server.port, "");
    let ministry = app.ministry().await;
    put(&app, 0..1).await;
    server.will("451");
    deliver(&app, &postman).await;

    let path = "/mail/texts/digest";
    let page = ministry.get(path).await.ok();
    let form = page.form("保存する").fill("body", "{回答}\n{リンク}");
    let refused = ministry.submit(&form).await.is(422);
    refused.shows("「{回答}」という差し込みは、このメールでは使えません");
    assert!(refused.value("body").contains("{回答}"));
    let form = page
        .form("保存する")
        .fill("subject", &format!("{PREFIX}新しい件名{{日付}}"))
        .fill("body", "新しい本文です。\n{リンク}");
    ministry
        .submit_and_follow(&form)
        .await
        .ok()
        .shows("文面を保存しました");
    // Somebody else had the page open.
    let bare = page.form("保存する").fill("subject", "別の件名");
    ministry
        .submit(&bare)
        .await
        .is(422)
        .shows("で始めてください");
    let other = format!("{PREFIX}別の件名");
    let stale = page.form("保存する").fill("subject", &other);
    let stale = ministry.submit(&stale).await.is(409);
    stale.shows("新しい件名{日付}");
    assert_eq!(stale.value("subject"), other);

    put(&app, 1..2).await;
    app.clock.advance(2 * MINUTE);
    assert_eq!(deliver(&app, &postman).await.sent, 2);
    let mut subjects: Vec<_> = server
        .all_taken()
        .iter()
        .map(|message| (message.to[0].clone(), message.read().1))
        .collect();
    subjects.sort();
    subjects.dedup();
    // A mail that was tried before keeps its text.
    assert!(subjects[0].1.contains("1日のまとめ"), "{subjects:?}");
    assert_eq!(subjects[1].1, "【・意向等調査】新しい件名");

    let page = ministry.get(path).await.ok();
    let back = page.form("はじめの文面に戻す");
    ministry.submit_and_follow(&back).await.ok();
    ministry.get("/mail/texts").await.ok().hides("変更あり");
}

#[tokio::test]
async fn the_mail_of_the_notice_comes_as_a_draft_with_its_workbooks() {
    let app = portal().await;
    let (city, _) = app.submitted(HAKODATE).await;
    let (status, bytes) = city.download(&format!("/editions/{OPEN}/form1.eml")).await;
    assert_eq!(status, 200);
    let message = mail_parser::MessageParser::default()
        .parse(&bytes)
        .expect("a message");
    let subject = message.subject().expect("a subject");
    assert_eq!(subject, format!("【{HAKODATE}函館市・意向等調査】"));
    use mail_parser::MimeHeaders;
    let file = message.attachment(0).expect("a workbook");
    let name = file.attachment_name().expect("a name");
    assert!(
        name.starts_with(&format!("【{HAKODATE}函館市】様式1")),
        "{name}"
    );
    assert!(file.contents().starts_with(b"PK"));
    // Nothing submitted, nothing to mail.
    let hokkaido = app.body(HOKKAIDO).await;
    let page = hokkaido.get(&format!("/editions/{OPEN}/form1.eml")).await;
    assert!(page.location().ends_with("/form1"));
}
