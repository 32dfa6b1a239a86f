//! Files that come in, in a browser: a body sends its own workbook, a prefecture takes in many. With and
//! without JavaScript, wide and at 320 px.

use std::io::Write;
use std::path::{Path, PathBuf};

use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::coordination_contact::ContactInput;
use torimatome::domain::local_government_code::LocalGovernmentCode;
use torimatome::domain::response::{Form1Input, IntentInput, SchemeInput, SchemesInput};
use torimatome::domain::response_status::ResponseStatus;
use torimatome::spreadsheet::{FormBody, write_form1_draft};

use crate::driver::{Browser, Driver, Script};
use crate::portal::{Portal, assert_quiet, look, sign_in};

/// Bodies of 北海道 that have not begun, and one that submitted itself.
const BEGINNERS: [&str; 2] = ["012033", "012068"];
const SUBMITTED: &str = "012050";

fn input(recipients: &str, is_target: bool) -> Form1Input {
    let row = SchemeInput {
        target: is_target,
        recipients: recipients.to_owned(),
    };
    Form1Input {
        contact: ContactInput {
            department: "福祉部 障害福祉課".to_owned(),
            email: "iryo@city.example".to_owned(),
            phone: "０１３８－００－００００".to_owned(),
        },
        intent: IntentInput {
            intents: [ApplicationIntent::FirstRound].into(),
            text: String::new(),
        },
        schemes: SchemesInput {
            rows: [("rehabilitation".parse().expect("an id"), row)].into(),
            other_text: String::new(),
        },
        ..Form1Input::default()
    }
}

/// The workbook of a body under its official name; bytes and name.
async fn workbook(portal: &Portal, code: &str, input: &Form1Input) -> (String, Vec<u8>) {
    let key = "fy2027".parse().expect("a key");
    let code: LocalGovernmentCode = code.parse().expect("a code");
    let record = portal.desk.store.response(&key, code).await;
    let record = record.expect("reads").expect("takes part");
    let body = FormBody {
        code,
        name: &record.name,
    };
    let bytes = write_form1_draft(&record.edition.definition, &body, input).expect("is written");
    (format!("【{code}{}】様式1.xlsx", record.name), bytes)
}

async fn status(portal: &Portal, code: &str) -> ResponseStatus {
    let key = "fy2027".parse().expect("a key");
    let code = code.parse().expect("a code");
    let record = portal.desk.store.response(&key, code).await;
    record.expect("reads").expect("takes part").status
}

fn keep(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("is written");
    path
}

async fn choose_file(browser: &Browser, css: &str, path: &Path) {
    let field = browser.element(css).await;
    let typed = field.send_keys(path.to_str().expect("a path")).await;
    typed.expect("chooses the file");
}

async fn send_own_workbook(script: Script, tag: &str) {
    let portal = Portal::start().await;
    let code = BEGINNERS[0];
    assert_eq!(status(&portal, code).await, ResponseStatus::NotStarted);
    let folder = tempfile::tempdir().expect("a folder");
    let (name, bytes) = workbook(&portal, code, &input("-5", true)).await;
    let bad = keep(folder.path(), "書きかけ.xlsx", &bytes);
    let (_, bytes) = workbook(&portal, code, &input("1200", false)).await;
    let good = keep(folder.path(), &name, &bytes);

    let driver = Driver::start().await;
    let browser = driver.open(&portal.origin, script).await;
    let picture = |page: &str| format!("file-{tag}-{page}");
    sign_in(&browser, code).await;
    browser.click("Excelで回答する").await;
    browser.see("送っただけでは、提出になりません。").await;
    look(&browser, script, &picture("01-upload")).await;
    browser.click("ファイルを送って内容を確かめる").await;
    browser.see("様式1のファイルがありません").await;
    look(&browser, script, &picture("02-no-file")).await;

    choose_file(&browser, "#file", &bad).await;
    if matches!(script, Script::On) {
        browser.see("選んだファイル：書きかけ.xlsx").await;
    }
    browser.click("ファイルを送って内容を確かめる").await;
    browser.see("直すところ（1か所）").await;
    browser.see("まだ提出していません。").await;
    look(&browser, script, &picture("03-problems")).await;
    browser.click("画面で直す").await;
    browser.see("3. 対象とする医療費助成").await;

    browser.goto("/editions/fy2027/upload").await;
    choose_file(&browser, "#file", &good).await;
    browser.click("ファイルを送って内容を確かめる").await;
    browser.see("いまの下書きとくらべて").await;
    browser.see("読み替えたところ").await;
    look(&browser, script, &picture("04-preview")).await;
    browser.click("提出する").await;
    browser.see("確認が必要です").await;
    look(&browser, script, &picture("05-unconfirmed")).await;
    browser.click_css("#confirmed").await;
    browser.click("提出する").await;
    browser.see("受付票").await;
    browser.see("Excelファイルから提出").await;
    browser.see(&name).await;
    look(&browser, script, &picture("06-receipt")).await;
    assert_eq!(status(&portal, code).await, ResponseStatus::Submitted);
    browser.goto("/editions/fy2027/form1").await;
    browser.see("Excelファイルから提出しました。").await;
    assert_quiet(&browser).await;
    drop(browser);
    portal.stop().await;
}

#[tokio::test]
async fn a_body_sends_its_workbook() {
    send_own_workbook(Script::On, "js").await;
}

#[tokio::test]
async fn a_body_sends_its_workbook_without_javascript() {
    send_own_workbook(Script::Off, "nojs").await;
}

async fn take_in_many(script: Script, tag: &str) {
    let portal = Portal::start().await;
    assert_eq!(status(&portal, SUBMITTED).await, ResponseStatus::Submitted);
    let folder = tempfile::tempdir().expect("a folder");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (code, recipients) in [
        (BEGINNERS[0], "1200"),
        (BEGINNERS[1], "12.5"),
        (SUBMITTED, "7"),
    ] {
        let (name, bytes) = workbook(&portal, code, &input(recipients, true)).await;
        zip.start_file(name, options).expect("a name");
        zip.write_all(&bytes).expect("is written");
    }
    let zip = zip.finish().expect("is closed").into_inner();
    let zip = keep(folder.path(), "2月分.zip", &zip);
    let note = keep(
        folder.path(),
        "送付状.txt",
        "よろしくお願いします。".as_bytes(),
    );

    let driver = Driver::start().await;
    let browser = driver.open(&portal.origin, script).await;
    let picture = |page: &str| format!("intake-{tag}-{page}");
    sign_in(&browser, "北海道").await;
    browser.click("Excelの取込み").await;
    browser.see("まだ取り込んだファイルはありません。").await;
    look(&browser, script, &picture("01-empty")).await;
    let both = format!("{}\n{}", zip.display(), note.display());
    choose_file(&browser, "#files", Path::new(&both)).await;
    if matches!(script, Script::On) {
        browser.see("選んだファイル：2ファイル").await;
    }
    browser.click("ファイルを送って取り込む").await;
    // With the script or without, the page comes to show the end by itself.
    browser.see("4件のうち1件を取り込みました。").await;
    look(&browser, script, &picture("02-batch")).await;
    let batch = browser.path().await;

    browser.click("【012068釧路市】様式1.xlsx").await;
    browser.see("直すところ（1か所）").await;
    look(&browser, script, &picture("03-problems")).await;
    browser.goto(&batch).await;
    browser.click("【012050室蘭市】様式1.xlsx").await;
    browser.see("どちらの回答を残しますか").await;
    look(&browser, script, &picture("04-asked")).await;
    browser.click("ファイルの内容で置きかえる").await;
    browser.see("ファイルの内容で置きかえました").await;
    browser.goto(&format!("{batch}?group=asking")).await;
    browser.see("条件に合うファイルはありません。").await;
    look(&browser, script, &picture("05-nothing-asked")).await;
    browser.goto("/intake").await;
    look(&browser, script, &picture("06-list")).await;
    browser.goto("/board").await;
    browser.see("代理入力").await;

    sign_in(&browser, BEGINNERS[0]).await;
    browser
        .see("北海道がファイルから代理で入力しました。")
        .await;
    look(&browser, script, &picture("07-told")).await;
    browser.click("入力された内容と受付票を見る").await;
    browser.see("代理入力").await;
    assert_quiet(&browser).await;
    drop(browser);
    portal.stop().await;
}

#[tokio::test]
async fn a_prefecture_takes_in_many_files() {
    Box::pin(take_in_many(Script::On, "js")).await;
}

#[tokio::test]
async fn a_prefecture_takes_in_many_files_without_javascript() {
    Box::pin(take_in_many(Script::Off, "nojs")).await;
}
