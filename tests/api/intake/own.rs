//! A body sends its own form, looks at it, and decides.

use std::io::{Cursor, Write};

use torimatome::domain::intake_batch::FileState;
use torimatome::domain::place::{Place, Section};
use torimatome::domain::response_status::ResponseStatus;
use torimatome::workflow::WorkflowError;
use torimatome::workflow::intake::{
    IntakeError, OWN_BYTES_A_DAY, OWN_FILES_A_DAY, OwnDecision, OwnOutcome, TooMuch, decide_own,
    original, preview_own, send_own,
};

use super::{form1, other_form, send, sent_again, zip};
use crate::app::{HOKKAIDO, OPEN, OTARU, TestApp, YUBARI, complete_form, edition};

const SUBMIT: OwnDecision = OwnDecision::Submit {
    warnings_confirmed: true,
};

#[tokio::test]
async fn a_file_becomes_a_draft_and_then_an_answer() {
    let app = TestApp::start().await;
    let otaru = app.actor(Some(OTARU), "医療助成担当", false).await;
    let (name, bytes) = form1(&app, OTARU, &complete_form()).await;
    let source = Cursor::new(bytes.clone());
    let file = send_own(&app.desk, &otaru, &edition(OPEN), &name, source).await;
    let file = file.expect("is read");
    assert_eq!(app.answer(OTARU).await.status, ResponseStatus::NotStarted);
    let preview = preview_own(&app.desk, &otaru, file).await.expect("is ours");
    assert!(
        preview.may_draft && preview.may_submit,
        "{}",
        preview.why_not
    );
    assert!(preview.compared.is_none(), "nothing is stored");
    let version = preview.record.version;
    let drafted = decide_own(&app.desk, &otaru, file, version, OwnDecision::Draft).await;
    assert_eq!(drafted.expect("is kept"), OwnOutcome::Draft);
    let record = app.answer(OTARU).await;
    assert_eq!(record.status, ResponseStatus::Draft);
    let draft = record.draft.expect("is saved");
    assert_eq!(draft.from_file, Some(file));
    assert_eq!(draft.input, complete_form());
    for section in Section::OFFICIAL {
        assert_eq!(draft.version(section), 1);
    }
    // The same button twice.
    let again = decide_own(&app.desk, &otaru, file, version, OwnDecision::Draft).await;
    assert_eq!(again.expect("is the same"), OwnOutcome::Draft);

    // A newer file, compared with the draft, is submitted at once.
    let (name, bytes) = form1(&app, OTARU, &other_form("健康課")).await;
    let archive = Cursor::new(zip(&[(name, bytes)]));
    let file = send_own(&app.desk, &otaru, &edition(OPEN), "送付.zip", archive).await;
    let file = file.expect("is read");
    let preview = preview_own(&app.desk, &otaru, file).await.expect("is ours");
    let compared = preview.compared.expect("there is a draft");
    assert_eq!(compared.revision, None);
    assert_eq!(compared.changes.len(), 1);
    assert_eq!(compared.changes[0].place, Place::Department);
    let version = preview.record.version;
    let stale = decide_own(&app.desk, &otaru, file, version - 1, SUBMIT).await;
    assert!(matches!(stale, Err(WorkflowError::Stale)));
    let done = decide_own(&app.desk, &otaru, file, version, SUBMIT).await;
    let OwnOutcome::Submitted { receipt } = done.expect("is submitted") else {
        panic!("not submitted");
    };
    assert_eq!(receipt, format!("R9-{OTARU}-01"));
    let again = decide_own(&app.desk, &otaru, file, version, SUBMIT).await;
    assert_eq!(
        again.expect("is the same"),
        OwnOutcome::Submitted { receipt }
    );
    let record = app.answer(OTARU).await;
    assert_eq!(
        (record.status, record.revision_number),
        (ResponseStatus::Submitted, 1)
    );
    let revision = app.desk.store.revision(record.id, 1).await;
    let revision = revision.expect("reads").expect("was made");
    assert!(!revision.by_proxy);
    assert_eq!(revision.intake_file, Some(file));
    assert_eq!(revision.form.contact.department, "健康課");
    // What lies with the reviewer is not overwritten, but can be looked at beside a file.
    let source = Cursor::new(bytes_of(&app).await);
    let file = send_own(&app.desk, &otaru, &edition(OPEN), "a.xlsx", source).await;
    let preview = preview_own(&app.desk, &otaru, file.expect("is read")).await;
    let preview = preview.expect("is ours");
    assert!(!preview.may_draft && !preview.why_not.is_empty());
    assert_eq!(preview.compared.expect("is stored").revision, Some(1));
}

async fn bytes_of(app: &TestApp) -> Vec<u8> {
    form1(app, OTARU, &other_form("総務課")).await.1
}

#[tokio::test]
async fn a_file_with_problems_may_be_mended_on_the_page_but_not_submitted() {
    let app = TestApp::start().await;
    let otaru = app.actor(Some(OTARU), "医療助成担当", false).await;
    let record = app.answer(OTARU).await;
    let mut broken = complete_form();
    broken.contact.email = "なし".to_owned();
    let named = torimatome::spreadsheet::FormBody {
        code: record.code(),
        name: &record.name,
    };
    let definition = &record.edition.definition;
    let bytes = torimatome::spreadsheet::write_form1_draft(definition, &named, &broken);
    let source = Cursor::new(bytes.expect("writes"));
    let file = send_own(&app.desk, &otaru, &edition(OPEN), "様式1.xlsx", source).await;
    let file = file.expect("is read");
    let preview = preview_own(&app.desk, &otaru, file).await.expect("is ours");
    assert!(preview.may_draft && !preview.may_submit);
    let reading = preview.file.reading.expect("was read");
    let places: Vec<_> = reading.problems.iter().map(|p| p.place.clone()).collect();
    assert!(places.contains(&Some(Place::Email)), "{places:?}");
    let refused = decide_own(&app.desk, &otaru, file, 0, SUBMIT).await;
    assert!(matches!(refused, Err(WorkflowError::Invalid(problems)) if !problems.is_empty()));
    let drafted = decide_own(&app.desk, &otaru, file, 0, OwnDecision::Draft).await;
    assert_eq!(drafted.expect("is kept"), OwnOutcome::Draft);
    let draft = app.answer(OTARU).await.draft.expect("is saved");
    assert_eq!(draft.input.contact.email, "なし");
    // Whoever saves something else on the page, the draft is no longer the file's.
    crate::app::save_all(&app.desk, &otaru, OPEN, &complete_form()).await;
    let draft = app.answer(OTARU).await.draft.expect("is saved");
    assert_eq!(draft.from_file, None);
}

#[tokio::test]
async fn only_the_body_itself_and_only_its_own_form() {
    let app = TestApp::start().await;
    let otaru = app.actor(Some(OTARU), "医療助成担当", false).await;
    let yubari = app.actor(Some(YUBARI), "医療助成担当", false).await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let ministry = app.actor(None, "医療費助成担当", false).await;
    let key = edition(OPEN);
    let (name, bytes) = form1(&app, YUBARI, &complete_form()).await;
    let source = Cursor::new(bytes.clone());
    let wrong = send_own(&app.desk, &otaru, &key, &name, source).await;
    let wrong = wrong.expect("is read");
    let preview = preview_own(&app.desk, &otaru, wrong)
        .await
        .expect("is ours");
    assert!(!preview.may_draft && !preview.may_submit);
    assert!(!preview.file.reading.expect("was read").problems.is_empty());
    assert_eq!(preview.file.state, FileState::Rejected);
    let refused = decide_own(&app.desk, &otaru, wrong, 0, OwnDecision::Draft).await;
    assert!(matches!(refused, Err(WorkflowError::Stale)));

    let source = Cursor::new(bytes.clone());
    let right = send_own(&app.desk, &yubari, &key, &name, source).await;
    let right = right.expect("is read");
    for stranger in [&otaru, &hokkaido, &ministry] {
        let seen = preview_own(&app.desk, stranger, right).await;
        assert!(matches!(seen, Err(WorkflowError::NotFound)));
        let done = decide_own(&app.desk, stranger, right, 0, SUBMIT).await;
        assert!(matches!(done, Err(WorkflowError::NotFound)));
        let got = original(&app.desk, stranger, right).await;
        assert!(matches!(got, Err(WorkflowError::NotFound)));
    }
    let discarded = decide_own(&app.desk, &yubari, right, 0, OwnDecision::Discard).await;
    assert_eq!(discarded.expect("is left"), OwnOutcome::Discarded);
    assert_eq!(app.answer(YUBARI).await.status, ResponseStatus::NotStarted);

    let none = send_own(
        &app.desk,
        &ministry,
        &key,
        &name,
        Cursor::new(bytes.clone()),
    )
    .await;
    assert!(matches!(
        none,
        Err(IntakeError::Workflow(WorkflowError::NotFound))
    ));
    let two = zip(&[(name.clone(), bytes.clone()), (format!("b{name}"), bytes)]);
    let many = send_own(&app.desk, &yubari, &key, "z.zip", Cursor::new(two)).await;
    assert!(matches!(many, Err(IntakeError::NotOne(2))));
}

/// A form with a long part that nobody looks into; it shrinks when it is packed.
fn long(form: &[u8], fill: u8) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_append(Cursor::new(form.to_vec())).expect("a package");
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer
        .start_file("xl/media/image1.bmp", stored)
        .expect("starts");
    for line in 0..4_000 {
        write!(writer, "{line:>5}").expect("writes");
        writer.write_all(&[fill; 95]).expect("writes");
    }
    writer.finish().expect("ends").into_inner()
}

#[tokio::test]
async fn a_long_file_takes_little_room_and_comes_back_as_it_was_sent() {
    let app = TestApp::start().await;
    let otaru = app.actor(Some(OTARU), "医療助成担当", false).await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let (name, form) = form1(&app, OTARU, &complete_form()).await;
    let bytes = long(&form, b'a');
    assert!(bytes.len() > 400_000);
    let source = Cursor::new(bytes.clone());
    let file = send_own(&app.desk, &otaru, &edition(OPEN), &name, source).await;
    let file = file.expect("is read");
    let preview = preview_own(&app.desk, &otaru, file).await.expect("is ours");
    assert!(preview.may_submit, "{}", preview.why_not);
    assert_eq!(preview.file.size, bytes.len() as u64);
    let sent = original(&app.desk, &otaru, file).await.expect("is kept");
    assert!(sent.bytes == bytes);

    // In bulk it is kept before it is read.
    let (yubari, form) = form1(&app, YUBARI, &complete_form()).await;
    let other = long(&form, b'b');
    let (_, found) = send(&app, &hokkaido, &[(yubari, other.clone())], false).await;
    assert_eq!(found[0].state, FileState::Taken);
    let sent = original(&app.desk, &hokkaido, found[0].id).await;
    assert!(sent.expect("is kept").bytes == other);
    let packed = "SELECT COUNT(*) FROM original_file \
                  WHERE packing = 'lz4' AND size > 400000 AND LENGTH(bytes) < 100000";
    let kept = app.count(packed).await;
    assert_eq!(kept, 2);

    // One that was kept before anything was packed.
    let as_it_came = format!(
        "UPDATE original_file SET packing = '', bytes = {} WHERE sha256 = '{}'",
        app.bind(1),
        found[0].sha256.as_deref().expect("is kept"),
    );
    app.damage(&as_it_came, vec![other.clone().into()]).await;
    let sent = original(&app.desk, &hokkaido, found[0].id).await;
    assert!(sent.expect("is kept").bytes == other);
}

#[tokio::test]
async fn an_original_that_is_no_longer_what_was_sent_is_not_given_out() {
    let app = TestApp::start().await;
    let otaru = app.actor(Some(OTARU), "医療助成担当", false).await;
    let hokkaido = app.actor(Some(HOKKAIDO), "医療助成担当", false).await;
    let client = app.municipality(OTARU).await;
    let (name, form) = form1(&app, OTARU, &complete_form()).await;
    let sent = async |bytes: &[u8]| {
        let source = Cursor::new(bytes.to_vec());
        let file = send_own(&app.desk, &otaru, &edition(OPEN), &name, source).await;
        let file = file.expect("is read");
        assert!(client.download(&format!("/files/{file}")).await.1 == bytes);
        let record = app.desk.store.intake_file(file).await.expect("reads");
        (file, record.and_then(|file| file.sha256).expect("is kept"))
    };
    for (bytes, other, damage) in [
        // Another file of the same size, as it came and as a block: only the hash tells.
        (
            b"PK\x03\x04a".to_vec(),
            b"PK\x03\x04b".to_vec(),
            "SET bytes = ",
        ),
        (long(&form, b'a'), long(&form, b'b'), "SET bytes = "),
        (form.clone(), long(&form, b'a'), "SET bytes = "),
        (long(&form, b'a'), Vec::new(), "SET size = size - 1"),
        (long(&form, b'a'), Vec::new(), "SET size = size + 1"),
        (long(&form, b'a'), Vec::new(), "SET size = 1000000000000"),
        (long(&form, b'a'), Vec::new(), "SET packing = ''"),
        (long(&form, b'a'), Vec::new(), "SET packing = 'other'"),
    ] {
        let (file, sha256) = sent(&bytes).await;
        let from = if other.is_empty() {
            String::new()
        } else {
            let (_, other) = sent(&other).await;
            format!("(SELECT bytes FROM original_file WHERE sha256 = '{other}')")
        };
        let damage = format!("UPDATE original_file {damage}{from} WHERE sha256 = '{sha256}'");
        app.damage(&damage, Vec::new()).await;
        let answer = client.download(&format!("/files/{file}")).await;
        assert_eq!(answer.0, 500, "{damage}");
        let words = String::from_utf8(answer.1).expect("a page");
        assert!(words.contains("処理の途中で問題が起きました"));
        // Sent in bulk it meets what is kept; saved anew it does not.
        let again = [(name.clone(), bytes)];
        let (_, found) = send(&app, &hokkaido, &again, false).await;
        assert_eq!(found[0].state, FileState::Rejected, "{damage}");
        app.damage("DELETE FROM original_file", Vec::new()).await;
    }
}

/// What was sent before is summed by the database: a list of it, however long, would be written into a
/// statement that is kept.
#[tokio::test]
async fn what_was_sent_before_is_never_listed() {
    let app = TestApp::start().await;
    let otaru = app.actor(Some(OTARU), "医療助成担当", false).await;
    let (name, bytes) = form1(&app, OTARU, &complete_form()).await;
    let size = bytes.len() as u64;
    let source = Cursor::new(bytes);
    let sent = send_own(&app.desk, &otaru, &edition(OPEN), &name, source).await;
    sent.expect("is read");
    // More than either engine binds in one statement.
    sent_again(&app, 70_000).await;
    let since = app.desk.now().plus_millis(-60_000);
    let usage = app.desk.store.intake_usage(otaru.account_id, since).await;
    let usage = usage.expect("is summed");
    assert_eq!((usage.files, usage.bytes), (70_001, 70_001 * size));
    let later = app.desk.now().plus_millis(1);
    let usage = app.desk.store.intake_usage(otaru.account_id, later).await;
    assert_eq!(usage.expect("is summed").files, 0);
}

#[tokio::test]
async fn a_body_sends_only_so_much_a_day() {
    let app = TestApp::start().await;
    let key = edition(OPEN);
    let otaru = app.actor(Some(OTARU), "医療助成担当", false).await;
    let (name, bytes) = form1(&app, OTARU, &complete_form()).await;
    let send = async |actor| {
        let source = Cursor::new(bytes.clone());
        send_own(&app.desk, actor, &key, &name, source).await
    };
    send(&otaru).await.expect("is read");
    let most = usize::try_from(OWN_FILES_A_DAY).expect("fits");
    sent_again(&app, most - 2).await;
    let last = send(&otaru).await.expect("the last of the day");
    let more = send(&otaru).await;
    let refused = matches!(more, Err(IntakeError::TooMuch(TooMuch::OwnFilesToday)));
    assert!(refused, "{more:?}");
    // Another person of the body is the same body; another body is not.
    let second = app.actor(Some(OTARU), "子育て支援担当", false).await;
    let more = send(&second).await;
    let refused = matches!(more, Err(IntakeError::TooMuch(TooMuch::OwnFilesToday)));
    assert!(refused, "{more:?}");
    let yubari = app.actor(Some(YUBARI), "医療助成担当", false).await;
    send(&yubari).await.expect("another body may");
    let client = app.municipality(OTARU).await;
    let page = client
        .upload("/editions/fy2027/upload", &[(&name, &bytes)])
        .await
        .is(429);
    page.shows("明日もう一度送るか、画面で入力してください。");
    assert_eq!(page.header("retry-after"), "86400");
    // Nothing is lost: what was sent is there, and is decided.
    let preview = preview_own(&app.desk, &otaru, last).await.expect("is ours");
    let version = preview.record.version;
    let drafted = decide_own(&app.desk, &otaru, last, version, OwnDecision::Draft).await;
    assert_eq!(drafted.expect("is kept"), OwnOutcome::Draft);
    app.pass_minutes(24 * 60 + 1);
    send(&otaru).await.expect("a day later");
    // As if that one file had been as large as a day allows.
    let sql = format!("UPDATE intake_file SET size = {}", app.bind(1));
    let values = vec![i64::try_from(OWN_BYTES_A_DAY).expect("fits").into()];
    app.damage(&sql, values).await;
    let more = send(&otaru).await;
    let refused = matches!(more, Err(IntakeError::TooMuch(TooMuch::OwnBytesToday)));
    assert!(refused, "{more:?}");
}
