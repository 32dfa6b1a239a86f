//! Pages and files tell the same, also of days that are over; who takes one is written down.

use super::*;
use jiff::civil::date;

use crate::demo;
use crate::domain::account::Role;
use crate::domain::japan_time::ManualClock;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::progress::Progress;
use crate::domain::target_counts::TargetCounts;
use crate::store::Store;
use crate::store::boards::BoardRow;
use crate::workflow::passwords::PasswordPool;

fn actor(role: Role) -> Actor {
    Actor {
        account_id: 1,
        display_name: "総括担当".to_owned(),
        email: "ministry@demo.example".to_owned(),
        is_admin: false,
        role,
        body: None,
        department: String::new(),
        request_id: "test".to_owned(),
    }
}

async fn country(directory: &tempfile::TempDir) -> Desk {
    let url = format!("sqlite:{}", directory.path().join("demo.db").display());
    let store = Store::open(&url).await.expect("opens");
    store.migrate().await.expect("migrates");
    let now = UnixMillis::from_japan(date(2026, 11, 26).at(14, 30, 0, 0));
    let desk = Desk {
        store,
        clock: Arc::new(ManualClock::new(now)),
        passwords: PasswordPool::new(1),
        intake: Default::default(),
    };
    demo::fill(&desk).await.expect("a country");
    desk
}

#[test]
fn moments_are_written_in_japanese_time() {
    let at = UnixMillis::from_japan(date(2026, 11, 21).at(9, 5, 59, 0));
    assert_eq!(minute(at), "2026-11-21 09:05");
}

#[tokio::test]
async fn pages_and_workbooks_count_the_same_answers() {
    let directory = tempfile::tempdir().expect("a folder");
    let desk = country(&directory).await;
    let ministry = actor(Role::Ministry);
    let scope = CountryScope::of(&ministry).expect("the ministry");
    let key: EditionKey = "fy2027".parse().expect("a key");
    let edition = desk.store.edition(&key).await.expect("reads");
    let edition = edition.expect("open in the demo");
    let definition = &edition.definition;

    let answers = desk.store.country_answers(edition.id, scope).await;
    let answers = answers.expect("reads");
    let groups = desk.store.progress(&edition, scope).await.expect("reads");
    let progress = Progress::tally(&groups, desk.now().japan_date());
    let board = desk.store.country_board(edition.id, scope).await;
    let board = board.expect("reads");
    let by_mask = TargetCounts::tally(definition.rows.len(), board.iter().map(BoardRow::marks));
    let kept = desk.store.national_counts(&edition, scope).await;
    assert_eq!(kept.expect("reads"), by_mask);
    let forms = answers
        .iter()
        .filter(|answer| answer.row.status.is_received())
        .map(|answer| {
            let filed = answer.answer.as_ref().expect("what is received is filed");
            (answer.row.code, answer.row.kind, &filed.form)
        });
    let by_form = NationalCounts::tally(definition, forms);

    assert_eq!(answers.len(), 1_788);
    assert!(
        answers
            .windows(2)
            .all(|pair| pair[0].row.code < pair[1].row.code)
    );
    assert!(progress.all().received() > 0 && progress.all().owing() > 0);
    for kind in OrganizationKind::ALL {
        assert_eq!(by_mask.answered.kind(kind), progress.kind(kind).received());
        assert_eq!(by_mask.answered.kind(kind), by_form.answered.kind(kind));
        assert_eq!(
            by_mask.with_target.kind(kind),
            by_form.with_target.kind(kind)
        );
        for (mask, form) in by_mask.schemes.iter().zip(&by_form.schemes) {
            assert_eq!(
                mask.kind(kind),
                form.targets.kind(kind),
                "{:?}",
                form.scheme
            );
            for prefecture in PrefectureCode::all() {
                assert_eq!(
                    mask.prefecture(prefecture),
                    form.targets.prefecture(prefecture)
                );
            }
        }
        for ((intent, mask), (same, form)) in by_mask.intents.iter().zip(&by_form.intents) {
            assert_eq!(intent, same);
            assert_eq!(mask.kind(kind), form.kind(kind), "{intent:?}");
        }
    }
    // A draft, also one whose answer was withdrawn, is nobody's answer yet.
    for answer in &answers {
        let is_filed = answer.row.status.is_received()
            || answer.row.status == crate::domain::response_status::ResponseStatus::Returned;
        assert_eq!(answer.answer.is_some(), is_filed, "{}", answer.row.code);
    }
}

/// Today, told from revisions and events alone, is what the answers' rows say: for each body, value by value.
#[tokio::test]
async fn the_past_is_told_like_the_present() {
    let directory = tempfile::tempdir().expect("a folder");
    let desk = country(&directory).await;
    let scope = CountryScope::of(&actor(Role::Ministry)).expect("the ministry");
    for key in ["fy2027", "fy2025"] {
        let key: EditionKey = key.parse().expect("a key");
        let edition = desk.store.edition(&key).await.expect("reads");
        let edition = edition.expect("is there");
        let today = desk.store.country_answers(edition.id, scope).await;
        let told = desk
            .store
            .country_answers_at(&edition, scope, desk.now())
            .await;
        let (today, told) = (today.expect("reads"), told.expect("reads"));
        assert_eq!(today.len(), told.len());
        for (today, told) in today.iter().zip(&told) {
            let (row, past) = (&today.row, &told.row);
            let code = row.code;
            assert_eq!(
                row.status.is_received(),
                past.status.is_received(),
                "{code}"
            );
            let forms = [today, told].map(|it| it.answer.as_ref().map(|filed| &filed.form));
            assert_eq!(forms[0], forms[1], "{code}");
            if today.answer.is_some() {
                assert_eq!(row.status, past.status, "{code}");
                assert_eq!(row.revision_number, past.revision_number, "{code}");
                assert_eq!(
                    (&row.intents, row.targets_mask, row.recipients, row.is_late),
                    (
                        &past.intents,
                        past.targets_mask,
                        past.recipients,
                        past.is_late
                    ),
                    "{code}"
                );
            }
        }
        let long_ago = UnixMillis::from_japan(date(2020, 1, 1).at(0, 0, 0, 0));
        let before = desk
            .store
            .country_answers_at(&edition, scope, long_ago)
            .await;
        assert!(before.expect("reads").iter().all(|it| it.answer.is_none()));
    }
}

#[tokio::test]
async fn only_the_ministry_takes_the_tables_and_that_is_written_down() {
    let directory = tempfile::tempdir().expect("a folder");
    let desk = country(&directory).await;
    let key: EditionKey = "fy2027".parse().expect("a key");
    let hokkaido = PrefectureCode::new(1).expect("1");
    for role in [Role::Prefecture(hokkaido), Role::Municipality] {
        let refused = export_national(
            &desk,
            &actor(role),
            &key,
            NationalTable::Counts,
            TableFormat::Csv,
            None,
        )
        .await;
        assert!(matches!(refused, Err(WorkflowError::NotFound)), "{role:?}");
    }
    let ministry = actor(Role::Ministry);
    let closed: EditionKey = "fy2025".parse().expect("a key");
    let (answers, counts) = (NationalTable::Answers, NationalTable::Counts);
    let (xlsx, csv) = (TableFormat::Workbook, TableFormat::Csv);
    for (key, table, format, name) in [
        (&key, answers, xlsx, "令和9年度分_回答一覧_20261126.xlsx"),
        (&key, answers, csv, "令和9年度分_回答一覧_20261126.csv"),
        (&closed, counts, xlsx, "令和7年度分_集計表_20261126.xlsx"),
        (&closed, counts, csv, "令和7年度分_集計表_20261126.csv"),
    ] {
        let file = export_national(&desk, &ministry, key, table, format, None).await;
        let file = file.expect("a workbook");
        assert_eq!(file.name, format!("意向等調査_{name}"));
        let start: &[u8] = match format {
            TableFormat::Workbook => b"PK",
            TableFormat::Csv => "\u{FEFF}".as_bytes(),
        };
        assert!(file.bytes.starts_with(start));
        let audit = desk.store.audit_of(&format!("edition/{key}")).await;
        let audit = audit.expect("reads");
        let row = audit.last().expect("a row");
        assert_eq!(
            (row.action.as_str(), row.detail.as_str()),
            (
                "export",
                format!("{} {}", table.as_str(), format.ending()).as_str()
            )
        );
        assert_eq!(row.actor_name, "総括担当");
    }
    let preparing: EditionKey = "fy2026".parse().expect("a key");
    let none = export_national(&desk, &ministry, &preparing, answers, xlsx, None).await;
    assert!(matches!(none, Err(WorkflowError::NotFound)));
}
