//! What is written to the log: enough to find a fault, nothing about people or answers.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use crate::app::{OTARU, TestApp};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("not poisoned")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_names_requests_and_routes_but_no_people_and_no_answers() {
    let lines = Lines::default();
    // For the whole process: the server answers on threads of its own.
    tracing_subscriber::fmt()
        .with_env_filter("info,torimatome=trace")
        .with_ansi(false)
        .with_writer(lines.clone())
        .try_init()
        .expect("no other test logs");

    let app = TestApp::start().await;
    let clerk = app.person(Some(OTARU), "ログに出ない担当", false).await;
    app.set_password(clerk.actor(), "ログに出ないパスワード")
        .await;
    let token = clerk.cookie().expect("signed in");
    let token = token.split_once('=').expect("a pair").1.to_owned();
    let contact = clerk.get("/editions/fy2027/form1/contact").await.ok();
    let form = contact
        .form("保存して次へ")
        .fill("department", "ログに出ない課")
        .fill("email", "log-denai@city.example");
    clerk.submit(&form).await.is(422);
    let browser = app.anonymous();
    for password in ["ログに出ないパスワード違い", "ログに出ないパスワード"]
    {
        let page = browser.get("/sign-in").await.ok();
        let form = page
            .form("ログインする")
            .fill("email", &clerk.actor().email)
            .fill("password", password);
        browser.submit(&form).await;
    }
    clerk
        .get("/receipts/R9-012033-77?secret=log-denai-query")
        .await
        .is(404);
    // A fault while reading: the cause is logged, the answer in it is not.
    let sql = format!(
        "update response set draft = {} where code = {}",
        app.bind(1),
        app.bind(2)
    );
    let damage = r#"{"input":{"contact":"ログに出ない回答"}}"#;
    app.damage(&sql, vec![damage.into(), OTARU.into()]).await;
    let page = clerk.get("/editions/fy2027/form1").await.is(500);
    let id = page.all(".request-id code").remove(0);

    let log = String::from_utf8(lines.0.lock().expect("not poisoned").clone()).expect("text");
    assert!(
        log.contains(&id),
        "the number on the page leads to the line"
    );
    assert!(log.contains("stored draft does not read"), "with its cause");
    assert!(log.contains("/editions/{key}/form1/{section}"));
    for secret in [
        "ログに出ない",
        "log-denai",
        clerk.actor().email.as_str(),
        token.as_str(),
        "R9-012033-77",
        "?secret",
    ] {
        let found = log.lines().find(|line| line.contains(secret));
        assert!(found.is_none(), "{secret}: {found:?}");
    }
}
