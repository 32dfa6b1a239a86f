//! Many people at once: one wins, the others are told, and the history agrees.

use std::sync::Arc;

use torimatome::domain::place::Place;
use torimatome::domain::response;
use torimatome::domain::response_status::{ResponseEvent, ResponseStatus};
use torimatome::store::StoreError;
use torimatome::store::commits::Change;
use torimatome::store::response_changes::{StatusChange, SubmittedFacts};
use torimatome::store::responses::ResponseRecord;
use torimatome::store::revisions::NewRevision;
use torimatome::workflow::WorkflowError;
use torimatome::workflow::return_response::return_response;
use torimatome::workflow::review::{accept_response, accept_settling, start_review};
use torimatome::workflow::save_draft::{SectionInput, save_draft};
use torimatome::workflow::send_summary_sheet::send_summary_sheet;
use torimatome::workflow::submit_response::submit_response;
use torimatome::workflow::withdraw::withdraw;

use crate::app::{OPEN, OTARU, TestApp, body, contact, edition, items};

async fn events(app: &TestApp, code: &str) -> Vec<ResponseEvent> {
    let record = app.answer(code).await;
    let history = app.desk.store.history(record.id).await.expect("reads");
    let last = history.last().map(|entry| entry.status_after);
    assert_eq!(
        last,
        Some(record.status),
        "the history ends where the answer stands"
    );
    let audit = app
        .desk
        .store
        .audit_of(&format!("response/{OPEN}/{code}"))
        .await
        .expect("reads");
    for entry in &history {
        assert!(audit.iter().any(|row| row.action == entry.event.as_str()));
    }
    history.into_iter().map(|entry| entry.event).collect()
}

fn is_refusal(error: &WorkflowError) -> bool {
    matches!(
        error,
        WorkflowError::Stale | WorkflowError::Refused(_) | WorkflowError::Forbidden
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_submissions_of_one_draft_are_one_revision() {
    let app = TestApp::start().await;
    let otaru = app.drafted(OTARU).await;
    let actor = Arc::new(otaru.actor().clone());
    let version = app.answer(OTARU).await.version;
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (desk, actor) = (app.desk.clone(), Arc::clone(&actor));
            tokio::spawn(async move {
                submit_response(&desk, &actor, &edition(OPEN), version, false).await
            })
        })
        .collect();
    for task in tasks {
        let receipt = task.await.expect("does not panic").expect("has a receipt");
        assert_eq!(receipt, "R9-012033-01");
    }
    let record = app.answer(OTARU).await;
    let revisions = app.desk.store.revisions(record.id).await.expect("reads");
    assert_eq!((revisions.len(), record.revision_number), (1, 1));
    assert_eq!(events(&app, OTARU).await, [ResponseEvent::Submit]);
}

/// What a submission by hand changes and writes, with a submission key of the test's choosing.
fn change(app: &TestApp, record: &ResponseRecord, key: &str) -> Change {
    let reading = response::read(
        &record.edition.definition,
        &record.class,
        &record.draft_or_prefill().input,
    );
    let form = reading.form.expect("a whole draft");
    let (store, at) = (&app.desk.store, app.desk.now());
    let facts = SubmittedFacts {
        number: 1,
        intents: &form.intents,
        targets_mask: 0,
        recipients: 0,
        warnings: 0,
        lateness: Default::default(),
        contact: &form.contact,
        first_submitted_at: at,
        submitted_at: at,
        at,
    };
    let submitted = store.submitted(record, &facts, ResponseStatus::Submitted);
    let mut writes = store.writes();
    let revision = NewRevision {
        response_id: record.id,
        number: 1,
        receipt: key,
        submission_key: key,
        form: &form,
        confirmed_warnings: &[],
        lateness: Default::default(),
        submitted_at: at,
        submitted_by: 1,
        submitted_by_name: "医療助成担当",
        by_proxy: false,
        intake_file: None,
    };
    writes.revision(&revision).expect("builds");
    Change {
        reopened: false,
        edition_id: record.edition.id,
        update: submitted.expect("builds"),
        writes,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_changes_committed_together_each_stands_or_falls_alone() {
    let app = TestApp::start().await;
    let codes = ["012033", "012041", "012050", "012068", "012076", "012084"];
    let mut changes = Vec::new();
    for (number, code) in codes.iter().enumerate() {
        app.drafted(code).await;
        let record = app.answer(code).await;
        // The fifth brings the key of the first: a row the database refuses.
        let key = if number == 4 { 0 } else { number };
        changes.push(change(&app, &record, &format!("key-{key}")));
    }
    // The third was changed meanwhile.
    let third = app.answer(codes[2]).await;
    let transaction = app.desk.store.begin().await.expect("begins");
    let touched = transaction
        .set_status(&third, third.status, &StatusChange::Plain, app.desk.now())
        .await;
    touched.expect("writes");
    transaction.commit().await.expect("commits");

    let tasks: Vec<_> = changes
        .into_iter()
        .map(|change| {
            let store = app.desk.store.clone();
            tokio::spawn(async move { store.commit(change).await })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("does not panic"));
    }
    let made: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert!(made[1] && made[3] && made[5], "{results:?}");
    assert!(matches!(results[2], Err(StoreError::Stale)), "{results:?}");
    assert!(made[0] != made[4], "one key, one submission: {results:?}");
    for (code, made) in codes.iter().zip(made) {
        let record = app.answer(code).await;
        let revisions = app.desk.store.revisions(record.id).await.expect("reads");
        assert_eq!(record.revision_number, i32::from(made), "{code}");
        assert_eq!(revisions.len(), usize::from(made), "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_acceptance_and_withdrawal_exactly_one_happens() {
    let app = TestApp::start().await;
    let (otaru, _) = app.submitted(OTARU).await;
    let reviewer = app.reviewer_of(OTARU).await;
    let mut outcomes = std::collections::BTreeSet::new();
    for round in 0..12 {
        let version = app.answer(OTARU).await.version;
        let (key, before) = (edition(OPEN), events(&app, OTARU).await.len());
        let accept = accept_settling(&app.desk, &reviewer, &key, body(OTARU), version);
        let take_back = withdraw(&app.desk, otaru.actor(), &key, version);
        // Who is polled first changes, so that either may win.
        let (accepted, withdrawn) = if round % 2 == 0 {
            tokio::join!(accept, take_back)
        } else {
            let (withdrawn, accepted) = tokio::join!(take_back, accept);
            (accepted, withdrawn)
        };
        let record = app.answer(OTARU).await;
        let history = events(&app, OTARU).await;
        assert_eq!(history.len(), before + 1);
        match (accepted, withdrawn) {
            (Ok(()), Err(error)) => {
                assert!(is_refusal(&error), "{error}");
                assert_eq!(record.status, ResponseStatus::Accepted);
                outcomes.insert("accepted");
                app.return_with(OTARU, &[(Place::Phone, "もう一度お願いします。")])
                    .await;
            }
            (Err(error), Ok(())) => {
                assert!(is_refusal(&error), "{error}");
                assert_eq!(record.status, ResponseStatus::Draft);
                outcomes.insert("withdrawn");
            }
            (a, w) => panic!("exactly one wins: {a:?} {w:?}"),
        }
        app.submit(otaru.actor()).await;
    }
    assert!(!outcomes.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_reviewers_the_first_decides() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let one = app.reviewer_of(OTARU).await;
    let other = app.actor(Some("010006"), "難病医療担当", false).await;
    let version = app.answer(OTARU).await.version;
    let (key, reasons) = (edition(OPEN), items(&[(Place::Phone, "つながりません。")]));
    let (accepted, returned) = tokio::join!(
        accept_response(&app.desk, &one, &key, body(OTARU), version),
        return_response(&app.desk, &other, &key, body(OTARU), version, &reasons),
    );
    assert!(
        accepted.is_ok() != returned.is_ok(),
        "{accepted:?} {returned:?}"
    );
    let lost = accepted.err().or(returned.err()).expect("one lost");
    assert!(is_refusal(&lost), "{lost:?}");
    assert_eq!(events(&app, OTARU).await.len(), 2);

    // Twenty click 確認開始 on the same page.
    let app = Arc::new(TestApp::start().await);
    app.submitted(OTARU).await;
    let version = app.answer(OTARU).await.version;
    let reviewer = Arc::new(app.reviewer_of(OTARU).await);
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (desk, reviewer) = (app.desk.clone(), Arc::clone(&reviewer));
            tokio::spawn(async move {
                start_review(&desk, &reviewer, &edition(OPEN), body(OTARU), version).await
            })
        })
        .collect();
    let mut started = 0;
    for task in tasks {
        match task.await.expect("does not panic") {
            Ok(()) => started += 1,
            Err(error) => assert!(is_refusal(&error), "{error:?}"),
        }
    }
    assert_eq!(started, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_twenty_savers_of_one_part_one_wins_and_the_others_see_its_text() {
    let app = TestApp::start().await;
    let otaru = app.municipality(OTARU).await;
    let actor = Arc::new(otaru.actor().clone());
    let tasks: Vec<_> = (0..20)
        .map(|number| {
            let (desk, actor) = (app.desk.clone(), Arc::clone(&actor));
            tokio::spawn(async move {
                let mut input = contact();
                input.department = format!("第{number}課");
                let input = SectionInput::Contact(input);
                save_draft(&desk, &actor, &edition(OPEN), 0, input).await
            })
        })
        .collect();
    let mut winner = None;
    let mut losers = Vec::new();
    for task in tasks {
        match task.await.expect("does not panic") {
            Ok(draft) => assert!(winner.replace(draft).is_none(), "only one saves"),
            Err(WorkflowError::Conflict(conflict)) => losers.push(conflict.stored),
            Err(error) => panic!("{error:?}"),
        }
    }
    let winner = winner.expect("one saves");
    assert_eq!(losers.len(), 19);
    assert!(losers.iter().all(|stored| *stored == winner));
    assert_eq!(app.answer(OTARU).await.draft, Some(winner));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_from_before_a_return_does_not_overwrite_what_was_returned() {
    let app = TestApp::start().await;
    let otaru = app.drafted(OTARU).await;
    let page = otaru.get("/editions/fy2027/form1/contact").await.ok();
    app.submit(otaru.actor()).await;
    let form = page.form("保存して次へ").fill("department", "古い画面の課");
    // Submitted: nothing can be typed into it.
    let before = app.state_of(OTARU).await;
    otaru.submit(&form).await.is(409).shows("消えていません");
    assert_eq!(app.state_of(OTARU).await, before);
    // Returned: the draft is the submitted text, and the old page is older than that.
    app.return_with(OTARU, &[(Place::Phone, "つながりません。")])
        .await;
    let conflict = otaru.submit(&form).await.is(409);
    conflict
        .shows("古い画面の課")
        .shows("福祉部 障害福祉課 医療助成係");
    let draft = app.answer(OTARU).await.draft.expect("kept");
    assert_eq!(
        draft.input.contact.department,
        "福祉部 障害福祉課 医療助成係"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn saving_while_it_is_submitted_never_mixes_two_texts() {
    let app = TestApp::start().await;
    let otaru = app.drafted(OTARU).await;
    let key = edition(OPEN);
    for round in 0..10 {
        let record = app.answer(OTARU).await;
        let base = record.draft.as_ref().map_or(0, |draft| {
            draft.version(torimatome::domain::place::Section::Contact)
        });
        let mut input = contact();
        input.department = format!("第{round}課");
        let (saved, submitted) = tokio::join!(
            save_draft(
                &app.desk,
                otaru.actor(),
                &key,
                base,
                SectionInput::Contact(input)
            ),
            submit_response(&app.desk, otaru.actor(), &key, record.version, true),
        );
        assert!(
            saved.is_ok() != submitted.is_ok(),
            "{saved:?} {submitted:?}"
        );
        let record = app.answer(OTARU).await;
        if submitted.is_ok() {
            let number = record.revision_number;
            let revision = app.desk.store.revision(record.id, number).await;
            let form = revision.expect("reads").expect("is there").form;
            let draft = record.draft.expect("kept").input;
            assert_eq!(form.contact.department, draft.contact.department);
            assert_eq!(record.status, ResponseStatus::Submitted);
            let back = withdraw(&app.desk, otaru.actor(), &key, record.version).await;
            back.expect("is withdrawn");
        } else {
            assert_eq!(record.status, ResponseStatus::Draft);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn form2_sent_ten_times_from_one_page_is_one_sheet() {
    let app = TestApp::start().await;
    app.submitted(OTARU).await;
    let hokkaido = app.prefecture("01").await;
    let actor = Arc::new(hokkaido.actor().clone());
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (desk, actor) = (app.desk.clone(), Arc::clone(&actor));
            tokio::spawn(
                async move { send_summary_sheet(&desk, &actor, &edition(OPEN), 1, "").await },
            )
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("does not panic").expect("is sent"), 1);
    }
    let next = send_summary_sheet(&app.desk, &actor, &edition(OPEN), 2, "訂正").await;
    assert_eq!(next.expect("is sent"), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn administrators_who_stop_each_other_leave_one() {
    use torimatome::workflow::accounts::{restart_account, stop_account};
    let app = TestApp::start().await;
    let first = app.actor(None, "医療費助成担当", true).await;
    let second = app.actor(None, "管理の担当", true).await;
    for round in 0..12 {
        let (one, other) = tokio::join!(
            stop_account(&app.desk, &first, second.account_id),
            stop_account(&app.desk, &second, first.account_id),
        );
        let stopped = usize::from(one.is_ok()) + usize::from(other.is_ok());
        assert_eq!(stopped, 1, "round {round}: {one:?} {other:?}");
        for actor in [&first, &second] {
            let account = app.desk.store.account(actor.account_id).await;
            if !account.expect("reads").expect("is there").is_active {
                let by = if actor.account_id == first.account_id {
                    &second
                } else {
                    &first
                };
                let again = restart_account(&app.desk, by, actor.account_id).await;
                again.expect("is let in again");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wrong_passwords_at_the_same_moment_are_all_counted() {
    use torimatome::workflow::sessions::sign_in;
    let app = TestApp::start().await;
    let actor = app.actor(Some(OTARU), "医療助成担当", false).await;
    app.set_password(&actor, "みかん 電車 ゆうびん 青空").await;
    let email = actor.email.as_str();
    let attempt = || sign_in(&app.desk, email, "ちがう", "test");
    let tried = tokio::join!(attempt(), attempt(), attempt(), attempt());
    for tried in [tried.0, tried.1, tried.2, tried.3] {
        tried.expect("answers");
    }
    let account = app.desk.store.account(actor.account_id).await;
    assert_eq!(account.expect("reads").expect("is there").failures, 4);
}
