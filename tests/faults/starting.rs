//! The first start, the second, and the start on the wrong database.

use std::time::Duration;

use sea_orm::{ConnectionTrait, Database};
use torimatome::config::sqlite_url;
use torimatome::demo::MINISTRY_EMAIL;

use crate::client::Client;
use crate::server::{Server, desk, program};

const PASSWORD: &str = "みかん 電車 ゆうびん 青空 たいこ";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_start_prints_a_set_up_link_that_works_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start("serve", folder.path(), None);
    let line = server.line_with("/invitation/");
    let path = &line[line.find("/invitation/").expect("a link")..];
    assert!(line.contains(&server.address.to_string()), "{line}");
    drop(server);

    // Another start replaces it.
    let server = Server::start("serve", folder.path(), None);
    let line = server.line_with("/invitation/");
    let newer = &line[line.find("/invitation/").expect("a link")..];
    let client = server.anonymous();
    client.get(path).await.is(404);

    // Looking at it, as a mail scanner does, does not use it up.
    client.get(newer).await.ok();
    let page = client.get(newer).await.ok();
    let button = page.all("main form button").remove(0);
    let form = page
        .form(&button)
        .fill("email", "admin@ministry.example")
        .fill("display_name", "医療費助成担当")
        .fill("password", PASSWORD)
        .fill("password_again", PASSWORD);
    client.submit(&form).await.is(303);
    client.get("/account").await.ok().shows("医療費助成担当");
    let other = server.anonymous();
    other.get(newer).await.is(404);
    other.submit(&form).await.is(404);
    drop(server);

    // And there is nobody's account but this one, and no link any more.
    let server = Server::start("serve", folder.path(), None);
    assert!(!server.says("/invitation/"));
    let desk = desk(&sqlite_url(&folder.path().join("torimatome.db"))).await;
    assert_eq!(desk.store.account_count().await.expect("reads"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_starts_quickly_again_and_serve_beside_it_has_nothing_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Server::start("demo", folder.path(), None));
    // The quickest of three: the machine has other work too.
    let took = (0..3).map(|_| Server::start("demo", folder.path(), None).took);
    let took = took.min().expect("three");
    assert!(took < Duration::from_secs(1), "{took:?}");
    let server = Server::start("demo", folder.path(), None);
    let client = server.anonymous();
    let signed_in = client.post("/demo/sign-in", &[("who", MINISTRY_EMAIL)]);
    signed_in.await.is(303);
    let cookie = client.cookie().expect("signed in");
    drop(server);

    let server = Server::start("serve", folder.path(), None);
    server.line_with("/invitation/");
    let token = cookie.split_once('=').map(|(_, token)| token);
    let client = Client::new(server.address, token, None);
    assert!(client.get("/home").await.asks_to_sign_in());
    let page = client.post("/demo/sign-in", &[("who", MINISTRY_EMAIL)]);
    page.await.is(404);
    let desk = desk(&sqlite_url(&folder.path().join("torimatome.db"))).await;
    assert_eq!(desk.store.account_count().await.expect("reads"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_a_newer_program_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let output = program(arguments, folder.path()).output();
        output.expect("the program runs")
    };
    assert!(run(&["migrate"]).status.success());
    let url = sqlite_url(&folder.path().join("torimatome.db"));
    let db = Database::connect(&url).await.expect("connects");
    let newer =
        "insert into seaql_migrations (version, applied_at) values ('m29990101_000001_later', 0)";
    db.execute_unprepared(newer).await.expect("is written");
    db.close().await.expect("closes");
    for arguments in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["migrate"],
        &["user", "list"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("newer than this program"), "{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_that_was_stopped_while_it_was_filled_is_not_gone_on_with() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(Server::start("demo", folder.path(), None));
    // Its last transaction did not happen.
    let url = sqlite_url(&folder.path().join("demo.db"));
    let db = Database::connect(&url).await.expect("connects");
    let undone = "delete from audit_log where action = 'demo_filled'";
    let undone = db.execute_unprepared(undone).await.expect("is undone");
    assert_eq!(undone.rows_affected(), 1);
    db.close().await.expect("closes");
    let output = program(&["demo", "--listen", "127.0.0.1:0"], folder.path()).output();
    let output = output.expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("途中で止まっています"), "{said}");
    assert!(said.contains("demo.db"), "{said}");
    // What it says helps.
    for file in std::fs::read_dir(folder.path()).expect("reads") {
        let file = file.expect("a file");
        if file.file_name().to_string_lossy().starts_with("demo.db") {
            std::fs::remove_file(file.path()).expect("is deleted");
        }
    }
    drop(Server::start("demo", folder.path(), None));
}
