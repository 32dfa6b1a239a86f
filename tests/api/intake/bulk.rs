//! In bulk: a prefecture and the ministry drop files, ZIPs and mails.

use std::io::Cursor;

use torimatome::domain::account::Actor;
use torimatome::domain::intake::Outcome;
use torimatome::domain::intake_batch::FileState;
use torimatome::domain::response_status::{ResponseEvent, ResponseStatus};
use torimatome::domain::settling::Reason;
use torimatome::workflow::WorkflowError;
use torimatome::workflow::intake::{
    AskedDecision, AskedFile, BATCHES_A_DAY, ImportOptions, IntakeError, TooMuch, add_upload,
    batches, close_batch, decide_asked, files_of_batch, import_files, open_batch, original,
    plan_import, view_batch, work_once,
};

use super::{done, files_of, form1, other_form, send, zip};
use crate::app::{
    AOMORI, HAKODATE, HIROSAKI, HOKKAIDO, LAST_DAY, OPEN, OTARU, TestApp, YUBARI, complete_form,
    edition,
};

#[tokio::test]
async fn a_prefecture_takes_in_what_its_municipalities_sent() {
    let app = TestApp::start().await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let otaru = form1(&app, OTARU, &complete_form()).await;
    let yubari = form1(&app, YUBARI, &complete_form()).await;
    let own = form1(&app, HOKKAIDO, &complete_form()).await;
    let core_city = form1(&app, HAKODATE, &complete_form()).await;
    let elsewhere = form1(&app, HIROSAKI, &complete_form()).await;
    let mut renamed = yubari.clone();
    renamed.0 = "様式1（最終版）.xlsx".to_owned();
    let files = [
        (
            "一式.zip".to_owned(),
            zip(&[
                otaru.clone(),
                renamed,
                ("Thumbs.db".to_owned(), b"x".to_vec()),
            ]),
        ),
        own,
        core_city,
        elsewhere,
        ("写真.xlsx".to_owned(), b"no workbook".to_vec()),
    ];
    let (batch, found) = send(&app, &hokkaido, &files, false).await;
    let states: Vec<_> = found
        .iter()
        .map(|file| (file.position, file.state))
        .collect();
    use FileState::{Rejected, Taken};
    assert_eq!(
        states,
        [
            (1, Taken),
            (2, Taken),
            (3, Taken),
            (4, Rejected),
            (5, Rejected),
            (6, Rejected)
        ]
    );
    assert_eq!(found[0].path(), format!("一式.zip/{}", otaru.0));
    for file in &found[3..] {
        let problems = &file.reading.as_ref().expect("was read").problems;
        let said = file.note.is_some() || !problems.is_empty();
        assert!(said, "{}", file.path());
    }
    let view = view_batch(&app.desk, &hokkaido, batch).await;
    let view = view.expect("is ours");
    assert_eq!(view.counts.taken(), 3);
    assert_eq!((view.counts.rejected, view.counts.open), (3, 0));
    assert_eq!(view.batch.skipped, 1);
    let listed = batches(&app.desk, &hokkaido, &edition(OPEN)).await;
    assert_eq!(listed.expect("lists").len(), 1);

    // A proxy entry says so everywhere; one's own is none.
    for (code, by_proxy) in [(OTARU, true), (YUBARI, true), (HOKKAIDO, false)] {
        let record = app.answer(code).await;
        assert_eq!(record.status, ResponseStatus::Submitted, "{code}");
        let revision = app.desk.store.revision(record.id, 1).await;
        let revision = revision.expect("reads").expect("was made");
        assert_eq!(revision.by_proxy, by_proxy, "{code}");
        assert!(revision.intake_file.is_some());
        let history = app.desk.store.history(record.id).await.expect("reads");
        let event = match by_proxy {
            true => ResponseEvent::EnterByProxy,
            false => ResponseEvent::Submit,
        };
        assert_eq!(history.len(), 1);
        assert_eq!(history[0].event, event);
        assert_eq!(history[0].intake_file, revision.intake_file);
        let subject = format!("response/{OPEN}/{code}");
        let audit = app.desk.store.audit_of(&subject).await.expect("reads");
        assert_eq!(audit.last().expect("a row").action, event.as_str());
    }
    for code in [HAKODATE, HIROSAKI] {
        assert_eq!(app.answer(code).await.status, ResponseStatus::NotStarted);
    }
}

#[tokio::test]
async fn the_same_files_again_change_nothing() {
    let app = TestApp::start().await;
    let ministry = app.actor(None, "医療費助成担当", false).await;
    let mut files = Vec::new();
    for code in [OTARU, HAKODATE, HIROSAKI, HOKKAIDO] {
        files.push(form1(&app, code, &complete_form()).await);
    }
    // The same content twice in one batch is one answer.
    let mut copy = files[0].clone();
    copy.0 = format!("写し {}", copy.0);
    files.push(copy);
    let (_, found) = send(&app, &ministry, &files, false).await;
    assert!(found.iter().all(|file| file.state == FileState::Taken));
    let unchanged: Vec<_> = found.iter().map(|file| file.unchanged).collect();
    assert_eq!(unchanged, [false, false, false, false, true]);
    let before = app.state_of(OTARU).await;
    let (batch, found) = send(&app, &ministry, &files, false).await;
    assert!(
        found
            .iter()
            .all(|file| file.state == FileState::Taken && file.unchanged)
    );
    assert!(found.iter().all(|file| file.revision_number == Some(1)));
    let view = view_batch(&app.desk, &ministry, batch).await.expect("ours");
    assert_eq!((view.counts.taken(), view.counts.unchanged), (5, 5));
    assert_eq!(app.state_of(OTARU).await, before);
    // A newer file of the same door replaces the older one without a question.
    let newer = [form1(&app, OTARU, &other_form("健康課")).await];
    let (_, found) = send(&app, &ministry, &newer, false).await;
    assert_eq!(found[0].revision_number, Some(2));
    // And the older one, sent once more by mistake, changes nothing.
    let (_, found) = send(&app, &ministry, &files[..1], false).await;
    assert!(found[0].unchanged);
    assert_eq!(app.answer(OTARU).await.revision_number, 2);
}

#[tokio::test]
async fn what_stands_on_the_page_is_asked_about() {
    let app = TestApp::start().await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    app.submitted(OTARU).await;
    app.drafted(YUBARI).await;
    let files = [
        form1(&app, OTARU, &other_form("健康課")).await,
        form1(&app, YUBARI, &other_form("健康課")).await,
    ];
    let before = (app.state_of(OTARU).await, app.state_of(YUBARI).await);
    let (batch, found) = send(&app, &hokkaido, &files, false).await;
    assert!(found.iter().all(|file| file.state == FileState::Asking));
    let reasons: Vec<_> = found
        .iter()
        .map(|file| file.note.as_ref().expect("says why").reason)
        .collect();
    assert_eq!(reasons, [Reason::SubmittedByBody, Reason::DraftOnPage]);
    assert_eq!(
        (app.state_of(OTARU).await, app.state_of(YUBARI).await),
        before
    );

    let mut shown = Vec::new();
    for (file, code) in found.iter().zip([OTARU, YUBARI]) {
        shown.push(AskedFile {
            id: file.id,
            shown: Some(app.answer(code).await.version),
        });
    }
    let decide = async |files: &[AskedFile], decision| {
        decide_asked(&app.desk, &hokkaido, batch, files, decision).await
    };
    // What nobody was shown is not overwritten.
    let blind = [AskedFile {
        shown: None,
        ..shown[0]
    }];
    let waits = decide(&blind, AskedDecision::Overwrite).await;
    assert_eq!(waits.expect("is asked again")[0].state, FileState::Asking);
    assert_eq!(app.state_of(OTARU).await, before.0);
    let left = decide(&shown[1..], AskedDecision::Leave)
        .await
        .expect("is left");
    assert_eq!(left[0].state, FileState::Left);
    let taken = decide(&shown, AskedDecision::Overwrite).await;
    let taken = taken.expect("is taken");
    assert_eq!(taken.len(), 1, "the other one was decided already");
    assert_eq!(taken[0].state, FileState::Taken);
    assert_eq!(app.answer(OTARU).await.revision_number, 2);
    assert_eq!(app.state_of(YUBARI).await, before.1);
    // Twice is once.
    let again = decide(&shown, AskedDecision::Overwrite)
        .await
        .expect("is fine");
    assert!(again.is_empty());
    assert_eq!(app.answer(OTARU).await.revision_number, 2);
    let view = view_batch(&app.desk, &hokkaido, batch).await.expect("ours");
    assert_eq!(
        (view.counts.taken(), view.counts.left, view.counts.asking),
        (1, 1, 0)
    );

    // Whoever says so beforehand is not asked.
    let files = [form1(&app, YUBARI, &other_form("総務課")).await];
    let (_, found) = send(&app, &hokkaido, &files, true).await;
    assert_eq!(found[0].state, FileState::Taken);
    assert_eq!(app.answer(YUBARI).await.status, ResponseStatus::Submitted);
}

#[tokio::test]
async fn two_files_that_say_different_things_are_both_left_and_named() {
    let app = TestApp::start().await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let first = form1(&app, OTARU, &complete_form()).await;
    let mut second = form1(&app, OTARU, &other_form("健康課")).await;
    second.0 = format!("修正 {}", second.0);
    let third = form1(&app, YUBARI, &complete_form()).await;
    let files = [first.clone(), third, second.clone()];
    let (_, found) = send(&app, &hokkaido, &files, false).await;
    let note = |at: usize| found[at].note.as_ref().expect("says why");
    assert_eq!(found[0].state, FileState::Rejected);
    assert_eq!(note(0).reason, Reason::Contradicted);
    assert_eq!(note(0).others, [second.0]);
    assert_eq!(found[1].state, FileState::Taken);
    assert_eq!(note(2).others, [first.0]);
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::NotStarted);
}

/// So many forms of one body, each saying something else.
async fn torn(app: &TestApp, files: usize) -> Vec<(String, Vec<u8>)> {
    let mut torn = Vec::with_capacity(files);
    for number in 1..=files {
        let (name, bytes) = form1(app, OTARU, &other_form(&format!("第{number}課"))).await;
        torn.push((format!("{number:02} {name}"), bytes));
    }
    torn
}

#[tokio::test]
async fn many_files_that_say_different_things_name_three_others() {
    let app = TestApp::start().await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let files = torn(&app, 12).await;
    let (_, found) = send(&app, &hokkaido, &files, false).await;
    for (at, file) in found.iter().enumerate() {
        assert_eq!(file.state, FileState::Rejected);
        let note = file.note.as_ref().expect("says why");
        assert_eq!(note.reason, Reason::Contradicted);
        let others: Vec<&str> = files
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| *name != file.name)
            .take(3)
            .collect();
        let message = note.message();
        let named = format!("内容の異なるファイル：{}、ほか8件", others.join("、"));
        assert!(message.ends_with(&named), "{at}: {message}");
    }

    // The command says the same, also of what it only looks at.
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in &files {
        std::fs::write(folder.path().join(name), bytes).expect("writes");
    }
    for dry_run in [true, false] {
        let options = ImportOptions {
            key: edition(OPEN),
            dry_run,
            replace: false,
            received: None,
            report: true,
        };
        let plan = plan_import(&app.desk, options, &[folder.path().to_owned()]).await;
        let actor = Actor::operator("operator");
        let mut reports = Vec::new();
        let mut keep = |report: &str| {
            reports.push(report.to_owned());
            Ok(())
        };
        let (plan, mut silent) = (plan.expect("a plan"), |_| {});
        let read = import_files(&app.desk, &actor, plan, &mut silent, Some(&mut keep));
        let summary = Box::pin(read).await.expect("runs");
        assert_eq!((summary.files(), summary.rejected), (12, 12), "{dry_run}");
        assert_eq!(summary.refused.len(), 12);
        for (path, why) in &summary.refused {
            assert!(why.ends_with("、ほか8件"), "{path}: {why}");
            assert!(!why.contains(path.as_str()), "{path}: {why}");
        }
        for report in &reports {
            // Twice: in the sentence and beside it.
            assert_eq!(report.matches("、ほか8件").count(), 2, "{report}");
        }
    }
}

#[tokio::test]
async fn strangers_see_no_batch_and_no_original() {
    let app = TestApp::start().await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let aomori = app.actor(Some(AOMORI), "医療助成担当", false).await;
    let otaru = app.actor(Some(OTARU), "医療助成担当", false).await;
    let hirosaki = app.actor(Some(HIROSAKI), "医療助成担当", false).await;
    let ministry = app.actor(None, "医療費助成担当", false).await;
    let key = edition(OPEN);
    let refused = open_batch(&app.desk, &otaru, &key, false).await;
    assert!(matches!(
        refused,
        Err(IntakeError::Workflow(WorkflowError::NotFound))
    ));

    let taken = form1(&app, OTARU, &complete_form()).await;
    let damaged = (
        "【012092夕張市】様式1.xlsx".to_owned(),
        b"PK broken".to_vec(),
    );
    let files = [taken.clone(), damaged];
    let (batch, found) = send(&app, &hokkaido, &files, false).await;
    for stranger in [&aomori, &otaru, &hirosaki, &ministry] {
        let seen = view_batch(&app.desk, stranger, batch).await;
        assert!(matches!(seen, Err(WorkflowError::NotFound)));
        let seen = files_of_batch(&app.desk, stranger, batch, Default::default(), 0, 10).await;
        assert!(matches!(seen, Err(WorkflowError::NotFound)));
        let files = [AskedFile {
            id: found[0].id,
            shown: None,
        }];
        let decided = decide_asked(&app.desk, stranger, batch, &files, AskedDecision::Leave).await;
        assert!(matches!(decided, Err(WorkflowError::NotFound)));
        let added = add_upload(&app.desk, stranger, batch, "a.xlsx", Cursor::new(vec![1])).await;
        assert!(matches!(
            added,
            Err(IntakeError::Workflow(WorkflowError::NotFound))
        ));
    }
    // Who may see the answer may have its original; nobody else, and nobody a file that was not taken.
    for (who, file, may) in [
        (&hokkaido, 0, true),
        (&otaru, 0, true),
        (&ministry, 0, true),
        (&aomori, 0, false),
        (&hirosaki, 0, false),
        (&hokkaido, 1, true),
        (&otaru, 1, false),
        (&ministry, 1, false),
    ] {
        let got = original(&app.desk, who, found[file].id).await;
        match got {
            Ok(sent) => {
                assert!(may, "{} {file}", who.body_name());
                assert_eq!((&sent.name, &sent.bytes), (&files[file].0, &files[file].1));
            }
            Err(WorkflowError::NotFound) => assert!(!may, "{} {file}", who.body_name()),
            Err(other) => panic!("{other}"),
        }
    }
    let subject = format!("response/{OPEN}/{OTARU}");
    let audit = app.desk.store.audit_of(&subject).await.expect("reads");
    let takers: Vec<_> = audit
        .iter()
        .filter(|row| row.action == "take_out_original")
        .map(|row| row.actor_body.as_str())
        .collect();
    assert_eq!(
        takers,
        ["北海道", "厚生労働省"],
        "one's own is nobody's business"
    );
}

#[tokio::test]
async fn there_is_an_end_to_what_one_office_may_send() {
    let app = TestApp::start().await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let key = edition(OPEN);
    let first = open_batch(&app.desk, &hokkaido, &key, false).await;
    let first = first.expect("may send");
    let empty = close_batch(&app.desk, &hokkaido, first).await;
    assert!(matches!(empty, Err(IntakeError::NotOne(0))));
    for _ in 0..2 {
        let opened = open_batch(&app.desk, &hokkaido, &key, false).await;
        opened.expect("may send");
    }
    let more = open_batch(&app.desk, &hokkaido, &key, false).await;
    let refused = matches!(more, Err(IntakeError::TooMuch(TooMuch::BatchesInWork)));
    assert!(refused, "{more:?}");
    let aomori = app.actor(Some(AOMORI), "医療助成担当", false).await;
    let opened = open_batch(&app.desk, &aomori, &key, false).await;
    let batch = opened.expect("another office may");
    let (name, bytes) = form1(&app, HIROSAKI, &complete_form()).await;
    let added = add_upload(&app.desk, &aomori, batch, &name, Cursor::new(bytes)).await;
    assert_eq!(added.expect("is kept").files, 1);
    // As if the file had been as large as a day allows.
    let values = vec![(1_i64 << 30).into()];
    let sql = format!("UPDATE intake_file SET size = {}", app.bind(1));
    app.damage(&sql, values).await;
    let more = add_upload(&app.desk, &aomori, batch, "b.xlsx", Cursor::new(vec![1])).await;
    let refused = matches!(more, Err(IntakeError::TooMuch(TooMuch::BytesToday)));
    assert!(refused, "{more:?}");
    app.pass_minutes(24 * 60 + 1);
    let more = add_upload(&app.desk, &aomori, batch, "b.xlsx", Cursor::new(vec![1])).await;
    more.expect("a day later");
}

#[tokio::test]
async fn an_account_sends_only_so_many_batches_a_day() {
    let app = TestApp::start().await;
    let key = edition(OPEN);
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    for _ in 0..BATCHES_A_DAY {
        let batch = open_batch(&app.desk, &hokkaido, &key, false).await;
        let batch = batch.expect("may send");
        let empty = close_batch(&app.desk, &hokkaido, batch).await;
        assert!(matches!(empty, Err(IntakeError::NotOne(0))));
    }
    let more = open_batch(&app.desk, &hokkaido, &key, false).await;
    let refused = matches!(more, Err(IntakeError::TooMuch(TooMuch::BatchesToday)));
    assert!(refused, "{more:?}");
    let aomori = app.actor(Some(AOMORI), "医療助成担当", false).await;
    let opened = open_batch(&app.desk, &aomori, &key, false).await;
    opened.expect("another account may");
    app.pass_minutes(24 * 60 + 1);
    let opened = open_batch(&app.desk, &hokkaido, &key, false).await;
    opened.expect("a day later");
}

#[tokio::test]
async fn dates_hold_for_files_too() {
    let app = TestApp::start().await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    app.at(crate::app::DEADLINE
        .tomorrow()
        .expect("a day")
        .at(9, 0, 0, 0));
    let late = [form1(&app, OTARU, &complete_form()).await];
    let (_, found) = send(&app, &hokkaido, &late, false).await;
    assert_eq!(found[0].state, FileState::Taken);
    assert!(app.answer(OTARU).await.is_late);
    app.at(LAST_DAY.tomorrow().expect("a day").at(0, 0, 0, 0));
    let over = [form1(&app, YUBARI, &complete_form()).await];
    let (_, found) = send(&app, &hokkaido, &over, false).await;
    assert_eq!(found[0].state, FileState::Rejected);
    assert_eq!(found[0].outcome, Some(Outcome::Accepted));
    assert_eq!(found[0].note.as_ref().expect("why").reason, Reason::Closed);
    // Sent while it was open, closed before the worker came.
    app.at(crate::app::beginning());
    let batch = open_batch(&app.desk, &hokkaido, &edition(OPEN), false).await;
    let batch = batch.expect("may send");
    let (name, bytes) = over[0].clone();
    let added = add_upload(&app.desk, &hokkaido, batch, &name, Cursor::new(bytes)).await;
    added.expect("is kept");
    app.close_edition().await;
    close_batch(&app.desk, &hokkaido, batch)
        .await
        .expect("closes");
    done(&app, &hokkaido, batch).await;
    let found = files_of(&app, &hokkaido, batch).await;
    assert_eq!(found[0].note.as_ref().expect("why").reason, Reason::Closed);
    assert_eq!(app.answer(YUBARI).await.status, ResponseStatus::NotStarted);
}

#[tokio::test]
async fn a_worker_that_died_is_followed_by_another_and_nothing_is_done_twice() {
    let app = TestApp::start().await;
    let ministry = app.actor(None, "医療費助成担当", false).await;
    let bodies = app.desk.store.organizations().await.expect("reads");
    let mut files = Vec::new();
    for body in bodies
        .iter()
        .filter(|body| body.code.as_str().starts_with("46"))
    {
        files.push(form1(&app, body.code.as_str(), &complete_form()).await);
    }
    let batch = open_batch(&app.desk, &ministry, &edition(OPEN), false).await;
    let batch = batch.expect("may send");
    let archive = Cursor::new(zip(&files));
    let added = add_upload(&app.desk, &ministry, batch, "鹿児島.zip", archive).await;
    assert_eq!(added.expect("is kept").files, files.len() as u64);
    done_receiving(&app, batch).await;
    // Somebody took some of them and never came back.
    let sql = format!(
        "UPDATE intake_file SET state = 'waiting', outcome = NULL, lease_by = 'gone', \
         lease_until = {} WHERE position <= 10 AND state <> 'taken'",
        app.bind(1)
    );
    app.damage(&sql, vec![(app.desk.now().0 + 30_000).into()])
        .await;
    close_batch(&app.desk, &ministry, batch)
        .await
        .expect("closes");
    app.pass_minutes(2);
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let desk = app.desk.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    torimatome::workflow::intake::work_once(&desk)
                        .await
                        .expect("works");
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("ends");
    }
    let counts = done(&app, &ministry, batch).await;
    assert_eq!(counts.taken(), files.len() as u64);
    assert_eq!(counts.unchanged, 0);
    for body in bodies
        .iter()
        .filter(|body| body.code.as_str().starts_with("46"))
    {
        let record = app.answer(body.code.as_str()).await;
        assert_eq!(record.revision_number, 1, "{}", body.name);
        let history = app.desk.store.history(record.id).await.expect("reads");
        assert_eq!(history.len(), 1);
    }
}

/// The worker has read what there is of a batch that still receives.
async fn done_receiving(app: &TestApp, batch: i64) {
    let ministry = app.actor(None, "医療費助成担当", false).await;
    for _ in 0..400 {
        torimatome::workflow::intake::work_once(&app.desk)
            .await
            .expect("works");
        let view = view_batch(&app.desk, &ministry, batch).await.expect("ours");
        if view.counts.waiting == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("files wait for ten seconds");
}

/// What a database cannot give out just now is no damaged file: it is read later.
#[tokio::test]
async fn a_database_that_fails_while_files_are_read_rejects_none() {
    let app = TestApp::start().await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let (name, bytes) = form1(&app, OTARU, &complete_form()).await;
    let batch = open_batch(&app.desk, &hokkaido, &edition(OPEN), false).await;
    let batch = batch.expect("may send");
    let added = add_upload(&app.desk, &hokkaido, batch, &name, Cursor::new(bytes)).await;
    added.expect("is kept");
    for sql in [
        "ALTER TABLE original_file RENAME TO gone",
        "DELETE FROM intake_reading",
        "UPDATE intake_file SET state = 'waiting', outcome = NULL, lease_until = NULL",
    ] {
        app.damage(sql, Vec::new()).await;
    }
    work_once(&app.desk).await.expect("goes on");
    let found = files_of(&app, &hokkaido, batch).await;
    assert_eq!(found[0].state, FileState::Waiting);
    app.damage("ALTER TABLE gone RENAME TO original_file", Vec::new())
        .await;
    app.pass_minutes(2);
    let closed = close_batch(&app.desk, &hokkaido, batch).await;
    closed.expect("closes");
    done(&app, &hokkaido, batch).await;
    let found = files_of(&app, &hokkaido, batch).await;
    assert_eq!(found[0].state, FileState::Taken);
}

/// More than may be in flight at once, of files that do not shrink: each must make room for the next, whether it is
/// kept while it is read, was kept before, or is only looked at.
#[tokio::test]
async fn many_long_files_make_room_for_each_other() {
    let app = TestApp::start().await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let mut state = 1_u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 56) as u8
    })
    .take(4 << 20)
    .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<(String, Vec<u8>)> = (0_u8..8)
        .map(|number| {
            let mut bytes = noise.clone();
            bytes[0] = number;
            let name = format!("{number}.xlsx");
            std::fs::write(folder.path().join(&name), &bytes).expect("writes");
            (name, bytes)
        })
        .collect();
    let long = std::time::Duration::from_secs(60);
    for dry_run in [true, false] {
        let options = ImportOptions {
            key: edition(OPEN),
            dry_run,
            replace: false,
            received: None,
            report: false,
        };
        let plan = plan_import(&app.desk, options, &[folder.path().to_owned()]).await;
        let actor = Actor::operator("operator");
        let (plan, mut silent) = (plan.expect("a plan"), |_| {});
        let read = import_files(&app.desk, &actor, plan, &mut silent, None);
        let read = tokio::time::timeout(long, Box::pin(read)).await;
        let summary = read.expect("does not wait for itself").expect("runs");
        assert_eq!((summary.files(), summary.rejected), (8, 8), "{dry_run}");
    }
    let sent = tokio::time::timeout(long, Box::pin(send(&app, &hokkaido, &files, false))).await;
    let (_, found) = sent.expect("does not wait for itself");
    assert_eq!(found.len(), 8);
    assert!(found.iter().all(|file| file.state == FileState::Rejected));
    assert_eq!(app.count("SELECT COUNT(*) FROM original_file").await, 8);
}
