use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::date;
use sea_orm::{Database, DatabaseConnection, EntityTrait, QueryOrder};

use super::life::Life;
use super::people::TEAM;
use super::*;
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::coordination_contact::ContactInput;
use crate::domain::japan_time::{ManualClock, UnixMillis};
use crate::domain::place::Place;
use crate::domain::response::{
    self, Draft, Form1, IntentInput, SchemeInput, SchemesInput, Warning,
};
use crate::domain::response_status::{ResponseEvent, ResponseStatus as S};
use crate::domain::return_request::{ReturnItem, ReturnRequest};
use crate::domain::review_request::{BodyReply, ReplyKind};
use crate::domain::summary_sheet::SummarySheet;
use crate::domain::survey_edition::{EditionDates, EditionKey};
use crate::store::Store;
use crate::store::entities::{
    account, audit_log, intent_change, intent_change_event, organization_change,
    organization_version, prefecture_deadline, response as response_table, response_event,
    revision, summary_sheet,
};
use crate::workflow::passwords::PasswordPool;
use crate::workflow::save_draft::{SectionInput, declare_no_plan, save_draft};
use crate::workflow::{editions, return_response, review, submit_response, withdraw};

mod changes;
mod verbs;

/// A Thursday afternoon.
fn first_start() -> UnixMillis {
    UnixMillis::from_japan(date(2026, 11, 26).at(14, 30, 0, 0))
}

struct Country {
    desk: Desk,
    clock: ManualClock,
    raw: DatabaseConnection,
    _directory: tempfile::TempDir,
}

async fn empty(now: UnixMillis) -> Country {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("demo.db").display());
    let store = Store::open(&url).await.unwrap();
    store.migrate().await.unwrap();
    let clock = ManualClock::new(now);
    let desk = Desk {
        store,
        clock: Arc::new(clock.clone()),
        passwords: PasswordPool::new(1),
        intake: Default::default(),
    };
    let raw = Database::connect(&url).await.unwrap();
    Country {
        desk,
        clock,
        raw,
        _directory: directory,
    }
}

async fn filled(now: UnixMillis) -> Country {
    let country = empty(now).await;
    fill(&country.desk).await.unwrap();
    country
}

/// Every row the demo wrote.
#[derive(Debug, PartialEq)]
struct Dump {
    accounts: Vec<account::Model>,
    responses: Vec<response_table::Model>,
    revisions: Vec<revision::Model>,
    events: Vec<response_event::Model>,
    sheets: Vec<summary_sheet::Model>,
    deadlines: Vec<prefecture_deadline::Model>,
    notices: Vec<intent_change::Model>,
    notice_events: Vec<intent_change_event::Model>,
    body_changes: Vec<organization_change::Model>,
    body_versions: Vec<organization_version::Model>,
    audit: Vec<audit_log::Model>,
}

impl Country {
    async fn dump(&self) -> Dump {
        let db = &self.raw;
        Dump {
            accounts: by_id(account::Entity::find(), account::Column::Id)
                .all(db)
                .await
                .unwrap(),
            responses: by_id(response_table::Entity::find(), response_table::Column::Id)
                .all(db)
                .await
                .unwrap(),
            revisions: by_id(revision::Entity::find(), revision::Column::Id)
                .all(db)
                .await
                .unwrap(),
            events: by_id(response_event::Entity::find(), response_event::Column::Id)
                .all(db)
                .await
                .unwrap(),
            sheets: by_id(summary_sheet::Entity::find(), summary_sheet::Column::Id)
                .all(db)
                .await
                .unwrap(),
            deadlines: by_id(
                prefecture_deadline::Entity::find(),
                prefecture_deadline::Column::PrefectureCode,
            )
            .all(db)
            .await
            .unwrap(),
            notices: by_id(intent_change::Entity::find(), intent_change::Column::Id)
                .all(db)
                .await
                .unwrap(),
            notice_events: by_id(
                intent_change_event::Entity::find(),
                intent_change_event::Column::Id,
            )
            .all(db)
            .await
            .unwrap(),
            body_changes: by_id(
                organization_change::Entity::find(),
                organization_change::Column::Id,
            )
            .all(db)
            .await
            .unwrap(),
            body_versions: by_id(
                organization_version::Entity::find(),
                organization_version::Column::Id,
            )
            .all(db)
            .await
            .unwrap(),
            audit: by_id(audit_log::Entity::find(), audit_log::Column::Id)
                .all(db)
                .await
                .unwrap(),
        }
    }

    async fn edition(&self, key: &str) -> SurveyEdition {
        let key: EditionKey = key.parse().unwrap();
        self.desk.store.edition(&key).await.unwrap().unwrap()
    }
}

fn by_id<E: EntityTrait>(
    query: sea_orm::Select<E>,
    column: impl sea_orm::ColumnTrait,
) -> sea_orm::Select<E> {
    query.order_by_asc(column)
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

fn status(row: &response_table::Model) -> S {
    S::from_stored(&row.status).unwrap()
}

#[tokio::test]
async fn the_same_start_gives_the_same_country_and_only_once() {
    let (one, two) = (filled(first_start()).await, filled(first_start()).await);
    let dump = one.dump().await;
    assert_eq!(dump, two.dump().await);
    one.clock.advance(86_400_000);
    fill(&one.desk).await.unwrap();
    assert_eq!(dump, one.dump().await);
    // Notices, talks and what goes on inside a body are made by the real verbs, which write down what they do.
    let mut actions: Vec<_> = dump.audit.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(actions.pop(), Some("demo_filled"));
    let notices = actions.iter().take_while(|it| it.starts_with("change_"));
    assert!(notices.count() > 0);
    for verb in [
        "set_duties",
        "set_department",
        "sign_off_asked",
        "part_done",
    ] {
        assert!(actions.contains(&verb), "{verb}");
    }
}

#[tokio::test]
async fn nobody_has_a_password_and_every_body_has_an_account() {
    let country = filled(first_start()).await;
    let accounts = country.dump().await.accounts;
    assert_eq!(accounts.len(), 2 + 1788 + COLLEAGUES.len());
    assert!(
        accounts
            .iter()
            .all(|account| account.password_hash.is_none())
    );
    assert!(
        accounts
            .iter()
            .all(|account| account.email.ends_with("@demo.example"))
    );
    let store = &country.desk.store;
    let ministry = store
        .account_by_email(MINISTRY_EMAIL)
        .await
        .unwrap()
        .unwrap();
    assert!(ministry.is_admin && ministry.home.is_none());
    for body in store.organizations().await.unwrap() {
        let account = accounts
            .iter()
            .find(|account| account.email == account_email(body.code));
        let account = account.unwrap_or_else(|| panic!("{} has no account", body.name));
        assert!(account.is_admin && account.code.as_deref() == Some(body.code.as_str()));
    }
    let colleagues = store.accounts_of("012025".parse().ok()).await.unwrap();
    assert_eq!(colleagues.len(), 2);
}

/// On any day of the week, in and out of office hours, the promises of the tour hold.
#[tokio::test]
async fn what_is_promised_is_there() {
    let starts = [
        first_start(),
        // A Monday before anybody works, and a Sunday night.
        UnixMillis::from_japan(date(2026, 12, 7).at(6, 0, 0, 0)),
        UnixMillis::from_japan(date(2027, 1, 3).at(23, 59, 0, 0)),
    ];
    for start in starts {
        promises(&filled(start).await, start).await;
    }
}

async fn promises(country: &Country, now: UnixMillis) {
    let today = now.japan_date();
    let dump = country.dump().await;
    let (closed, open) = (
        country.edition("fy2025").await,
        country.edition("fy2027").await,
    );
    assert_eq!(closed.state.as_str(), "closed");
    assert_eq!(country.edition("fy2026").await.state.as_str(), "preparing");
    assert_eq!(open.state.as_str(), "open");
    assert_eq!(open.dates.deadline_on, today + 21.days());
    assert_eq!(open.dates.last_new_answer_on, today + 49.days());

    let of = |edition: &SurveyEdition| -> Vec<_> {
        let rows = dump.responses.iter();
        rows.filter(|row| row.edition_id == edition.id).collect()
    };
    let (old, new) = (of(&closed), of(&open));
    assert_eq!((old.len(), new.len()), (1788, 1788));
    assert!(old.iter().all(|row| status(row) == S::Accepted));
    let again = old.iter().filter(|row| row.revision_number == 2).count();
    let late = old.iter().filter(|row| row.is_late).count();
    assert!(
        (20..=80).contains(&again) && (3..=25).contains(&late),
        "{again} {late}"
    );
    let mut intents: BTreeMap<i32, usize> = BTreeMap::new();
    for row in &old {
        *intents.entry(row.intents_mask).or_default() += 1;
    }
    for (mask, percent) in [(1, 25), (2, 20), (4, 45), (8, 10)] {
        let share = intents[&mask] * 100 / 1788;
        assert!(share.abs_diff(percent) <= 4, "{mask}: {share} %");
    }
    assert!(intents[&3] >= 5);

    let received = new.iter().filter(|row| status(row).is_received()).count();
    assert!(
        (55..=65).contains(&(received * 100 / 1788)),
        "{received} received"
    );
    for wanted in S::ALL {
        assert!(new.iter().any(|row| status(row) == wanted), "{wanted:?}");
    }
    let returned = new.iter().filter(|row| status(row) == S::Returned).count();
    assert!((18..=54).contains(&returned), "{returned} returned");
    assert!(new.iter().filter(|row| row.is_late).count() >= 5);
    let overdue = |row: &&&response_table::Model| {
        status(row).is_owing() && row.deadline_on < today.to_string()
    };
    assert!(new.iter().filter(overdue).count() >= 20);
    // The team's answer was begun by the verbs: its draft has taken the place of what it began with.
    let begun = |row: &&&response_table::Model| row.code == TEAM && row.draft.is_some();
    let begins = |row: &&response_table::Model| row.prefill.is_some() || begun(&row);
    assert!(new.iter().all(begins));
    assert!(new.iter().filter(|row| row.warnings > 0).count() >= 30);

    let find = |code: &str| *new.iter().find(|row| row.code == code).unwrap();
    assert_eq!(status(find("012025")), S::NotStarted);
    assert_eq!(status(find("020001")), S::NotStarted);
    assert_eq!(status(find("012041")), S::Returned);
    let request: ReturnRequest = read(find("012041").open_return.as_ref().unwrap());
    assert!(!request.items.is_empty() && request.body == "厚生労働省");

    let aomori: Vec<_> = new
        .iter()
        .filter(|row| row.prefecture_code == "02" && row.route == "prefecture")
        .collect();
    let count = |wanted: S| aomori.iter().filter(|row| status(row) == wanted).count();
    let submitted = |quiet: bool| {
        let rows = aomori.iter();
        rows.filter(|row| status(row) == S::Submitted && (row.warnings == 0) == quiet)
            .count()
    };
    assert!(submitted(true) >= 5 && submitted(false) >= 2);
    assert_eq!(
        (count(S::Returned), count(S::Draft), count(S::NotStarted)),
        (2, 3, 6)
    );
    assert!(S::ALL.into_iter().all(|wanted| count(wanted) > 0));

    let mut complete = 0;
    for prefecture in crate::domain::local_government_code::PrefectureCode::all() {
        let number = prefecture.to_string();
        let mut general = new
            .iter()
            .filter(|row| row.prefecture_code == number && row.route == "prefecture");
        if general.all(|row| status(row) == S::Accepted) {
            complete += 1;
        }
    }
    assert_eq!(complete, 3);
    let waiting =
        |row: &&&response_table::Model| row.route == "ministry" && status(row) == S::Submitted;
    assert!(new.iter().filter(waiting).count() >= 5);

    let sent: Vec<_> = dump
        .sheets
        .iter()
        .filter(|sheet| sheet.edition_id == open.id)
        .collect();
    assert_eq!(sent.len(), 1);
    assert_eq!(
        (sent[0].prefecture_code.as_str(), sent[0].number),
        ("31", 1)
    );
    assert_eq!(dump.sheets.len(), 48);
    for sheet in &dump.sheets {
        let rows: SummarySheet = read(&sheet.sheet);
        assert_eq!(sheet.submitted, sheet.total);
        assert_eq!(usize::try_from(sheet.total).unwrap(), rows.rows.len());
        assert_eq!(rows.submitted(), rows.rows.len());
        assert!(sheet.sent_at <= now.0);
    }
    assert!((18..=24).contains(&dump.deadlines.len()));
    let past = |row: &&prefecture_deadline::Model| row.deadline_on < today.to_string();
    assert!(dump.deadlines.iter().filter(past).count() >= 5);

    changes::notices(country, &dump, now).await;
    changes::bodies(country, &dump, now).await;
}

/// Every row is what the rules make of it.
#[tokio::test]
async fn every_row_keeps_the_rules() {
    let country = filled(first_start()).await;
    let dump = country.dump().await;
    let (closed, open) = (
        country.edition("fy2025").await,
        country.edition("fy2027").await,
    );
    let accounts: HashMap<i64, &account::Model> = dump
        .accounts
        .iter()
        .map(|account| (account.id, account))
        .collect();

    let mut last_at: HashMap<i64, i64> = HashMap::new();
    let mut statuses: HashMap<i64, S> = HashMap::new();
    let mut last_event: HashMap<i64, &response_event::Model> = HashMap::new();
    for event in &dump.events {
        let before = last_at
            .insert(event.edition_id, event.at)
            .unwrap_or(i64::MIN);
        assert!(before <= event.at, "events stand in the order of time");
        assert!(event.at <= first_start().0);
        let what = ResponseEvent::from_stored(&event.event).unwrap();
        // A submission stands on a draft that leaves no event.
        let from = match statuses.get(&event.response_id).copied() {
            None => S::Draft,
            Some(status) => status,
        };
        let after = from.after(what).unwrap();
        assert_eq!(after.as_str(), event.status_after);
        statuses.insert(event.response_id, after);
        last_event.insert(event.response_id, event);
        let actor = accounts[&event.account_id];
        assert_eq!(actor.display_name, event.actor_name);
        let reasons: Vec<ReturnItem> = read(&event.detail);
        let asks = matches!(what, ResponseEvent::Return | ResponseEvent::SendBack);
        assert_eq!(asks, !reasons.is_empty());
    }

    let follow_up = country.edition("fy2025-amounts").await;
    let mut revisions: HashMap<i64, Vec<&revision::Model>> = HashMap::new();
    for row in &dump.revisions {
        revisions.entry(row.response_id).or_default().push(row);
    }
    let mut spoilt = 0;
    for row in &dump.responses {
        let edition = [&closed, &open, &follow_up]
            .into_iter()
            .find(|edition| edition.id == row.edition_id)
            .unwrap();
        let class = crate::domain::organization::RespondentClass {
            code: row.code.parse().unwrap(),
            kind: row.kind.parse().unwrap(),
            health_center_city: row.health_center_city,
            child_guidance_city: row.child_guidance_city,
        };
        match last_event.get(&row.id) {
            Some(event) => {
                assert_eq!(event.status_after, row.status, "{}", row.code);
                assert!(row.changed_at >= Some(event.at));
            }
            None => assert!(matches!(status(row), S::NotStarted | S::Draft)),
        }
        assert_eq!(status(row) == S::NotStarted, row.version == 0);
        assert_eq!(status(row) == S::NotStarted, row.draft.is_none());
        assert_eq!(
            status(row) == S::Returned,
            row.open_return.is_some() && status(row).is_owing()
        );
        let draft: Option<Draft> = row.draft.as_deref().map(read);
        if let Some(draft) = &draft {
            assert!(!draft.saves.is_empty());
            let reading = response::read(&edition.definition, &class, &draft.input);
            if status(row) == S::Draft && draft.saves.len() == 3 && reading.form.is_none() {
                spoilt += 1;
            }
            if status(row) == S::Returned || status(row).is_received() {
                assert!(
                    reading.form.is_some(),
                    "{}: {:?}",
                    row.code,
                    reading.problems
                );
            }
        }
        if let Some(prefill) = row.prefill.as_deref().map(read::<Draft>) {
            assert_eq!(prefill.prefilled_from.as_ref(), Some(&closed.key));
            assert!(prefill.saves.is_empty());
        }
        let own = revisions.remove(&row.id).unwrap_or_default();
        assert_eq!(own.len(), usize::try_from(row.revision_number).unwrap());
        for (number, revision) in (1..).zip(&own) {
            assert_eq!(revision.number, number);
            let code = row.code.parse().unwrap();
            assert_eq!(revision.receipt, receipt_number(edition, code, number));
            let form: Form1 = read(&revision.form);
            let again = response::read(&edition.definition, &class, &form.to_input());
            assert_eq!(again.form.as_ref().map(Form1::totals), Some(form.totals()));
            let warnings: Vec<Warning> = read(&revision.confirmed_warnings);
            assert_eq!(again.warnings, warnings, "{}", row.code);
            if number == row.revision_number {
                assert_eq!(row.targets_mask, form.target_mask(&edition.definition));
                assert_eq!(
                    u64::try_from(row.recipients).unwrap(),
                    form.totals().recipients
                );
                assert_eq!(usize::try_from(row.warnings).unwrap(), warnings.len());
                assert_eq!(row.submitted_at, Some(revision.submitted_at));
                assert_eq!(row.is_late, revision.is_late);
            }
        }
    }
    assert!(spoilt >= 10, "{spoilt} drafts with problems");
    assert!(
        dump.revisions
            .iter()
            .any(|row| row.receipt == "R7-012025-01")
    );
}

fn contact() -> SectionInput {
    SectionInput::Contact(ContactInput {
        department: "福祉課".to_owned(),
        email: "fukushi@town.example".to_owned(),
        phone: "０１７－０００－１２３４".to_owned(),
    })
}

fn intent(intent: ApplicationIntent) -> SectionInput {
    SectionInput::Intent(IntentInput {
        intents: [intent].into(),
        text: String::new(),
    })
}

fn schemes(recipients: &str) -> SectionInput {
    let row = |target, recipients: &str| SchemeInput {
        target,
        recipients: recipients.to_owned(),
    };
    SectionInput::Schemes(SchemesInput {
        rows: [
            ("local_child".parse().unwrap(), row(true, recipients)),
            ("premature_infant".parse().unwrap(), row(false, "3")),
        ]
        .into(),
        other_text: String::new(),
    })
}

fn reason() -> Vec<ReturnItem> {
    vec![ReturnItem {
        place: Place::Recipients("local_child".parse().unwrap()),
        reason: "人数をご確認ください。".to_owned(),
    }]
}

/// The verbs in memory leave the same row, revisions and events as the real ones.
#[tokio::test]
async fn a_life_in_memory_is_a_life_in_the_database() {
    let start = first_start();
    let country = empty(start).await;
    let bodies = {
        let transaction = country.desk.store.begin().await.unwrap();
        let bodies = transaction
            .organizations_on(start.japan_date())
            .await
            .unwrap();
        people::settle(&transaction, &bodies).await.unwrap();
        transaction.commit().await.unwrap();
        bodies
    };
    let key: EditionKey = "fy2027".parse().unwrap();
    // The same ids and names as the accounts in the database.
    let actors = accounts(&country, &bodies).await;
    let [ministry, prefecture, town] = &actors;
    let deadline_on = start.japan_date() + 1.days();
    let dates = EditionDates {
        deadline_on,
        last_new_answer_on: deadline_on + 30.days(),
        last_change_on: deadline_on + 30.days(),
    };
    let desk = &country.desk;
    editions::open_edition(desk, ministry, &key, dates)
        .await
        .unwrap();
    let code = town.code().unwrap();
    let edition = country.edition("fy2027").await;
    let respondent = {
        let transaction = desk.store.begin().await.unwrap();
        let mut all = editions::respondents(&transaction, &edition, dates, start.japan_date())
            .await
            .unwrap();
        transaction.rollback().await.unwrap();
        all.swap_remove(all.iter().position(|new| new.class.code == code).unwrap())
    };
    let mut life = Life::new(&edition, respondent);

    let mut hour = 0;
    // Each real verb has its twin in memory, at the same moment.
    macro_rules! both {
        ($at:ident, $version:ident, $twin:expr, $real:expr) => {{
            hour += 20;
            country.clock.set(start.plus_millis(hour * 3_600_000));
            let ($at, $version) = (country.clock.now(), life.row.version);
            $twin.unwrap();
            let _ = $version;
            $real.await.unwrap();
        }};
    }
    use crate::domain::japan_time::Clock;
    both!(
        at,
        v,
        life.save(town, at, vec![contact()]),
        save_draft(desk, town, &key, 0, contact())
    );
    both!(
        at,
        v,
        life.save(
            town,
            at,
            vec![
                intent(ApplicationIntent::NoPlan),
                SectionInput::Schemes(SchemesInput::default())
            ]
        ),
        declare_no_plan(desk, town, &key)
    );
    both!(
        at,
        v,
        life.submit(town, at),
        submit_response::submit_response(desk, town, &key, v, true)
    );
    both!(
        at,
        v,
        life.withdraw(town, at),
        withdraw::withdraw(desk, town, &key, v)
    );
    both!(
        at,
        v,
        life.save(town, at, vec![intent(ApplicationIntent::FirstRound)]),
        save_draft(desk, town, &key, 1, intent(ApplicationIntent::FirstRound))
    );
    both!(
        at,
        v,
        life.save(town, at, vec![schemes("約1,200人")]),
        save_draft(desk, town, &key, 1, schemes("約1,200人"))
    );
    both!(
        at,
        v,
        life.submit(town, at),
        submit_response::submit_response(desk, town, &key, v, true)
    );
    both!(
        at,
        v,
        life.start_review(prefecture, at),
        review::start_review(desk, prefecture, &key, code, v)
    );
    both!(
        at,
        v,
        life.give_back(prefecture, at, reason()),
        return_response::return_response(desk, prefecture, &key, code, v, &reason())
    );
    let said = [BodyReply {
        number: 1,
        kind: Some(ReplyKind::Mended),
        words: String::new(),
    }];
    compare(&country, &life).await;
    both!(
        at,
        v,
        life.save(town, at, vec![schemes("不明")]),
        save_draft(desk, town, &key, 3, schemes("不明"))
    );
    both!(
        at,
        v,
        life.submit(town, at),
        submit_response::submit_with_replies(desk, town, &key, v, true, &said)
    );
    both!(
        at,
        v,
        life.accept(prefecture, at),
        review::accept_settling(desk, prefecture, &key, code, v)
    );
    both!(
        at,
        v,
        life.send_back(ministry, at, "ご確認ください。"),
        review::send_back(desk, ministry, &key, code, v, "ご確認ください。")
    );
    compare(&country, &life).await;
}

/// The ministry's administrator, 青森県 and one of its towns.
async fn accounts(
    country: &Country,
    bodies: &[crate::domain::organization::Organization],
) -> [crate::domain::account::Actor; 3] {
    use crate::domain::account::{Actor, ActorBody, Role};
    let town = bodies
        .iter()
        .find(|body| body.code.as_str().starts_with("02") && body.name.ends_with('町'))
        .unwrap();
    let prefecture: LocalGovernmentCode = "020001".parse().unwrap();
    let mut actors = Vec::new();
    for email in [
        MINISTRY_EMAIL.to_owned(),
        account_email(prefecture),
        account_email(town.code),
    ] {
        let account = country
            .desk
            .store
            .account_by_email(&email)
            .await
            .unwrap()
            .unwrap();
        let home = account.home.clone();
        actors.push(Actor {
            account_id: account.id,
            display_name: account.display_name,
            email,
            is_admin: account.is_admin,
            role: Role::of(home.as_ref().map(|(code, _, kind)| (*code, *kind))),
            body: home.map(|(code, name, kind)| ActorBody { code, name, kind }),
            department: String::new(),
            request_id: String::new(),
        });
    }
    actors.try_into().unwrap()
}

/// Writes the life into another database and compares what lies in both.
async fn compare(country: &Country, life: &Life<'_>) {
    let real = country.dump().await;
    let row = real
        .responses
        .iter()
        .find(|row| row.code == life.code().as_str())
        .unwrap();
    let copy = empty(first_start()).await;
    {
        let transaction = copy.desk.store.begin().await.unwrap();
        let bodies = transaction
            .organizations_on(first_start().japan_date())
            .await
            .unwrap();
        people::settle(&transaction, &bodies).await.unwrap();
        write(&transaction, life.edition(), std::slice::from_ref(life))
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }
    let written = copy.dump().await;
    let twin = &written.responses[0];
    assert_eq!(
        *row,
        response_table::Model {
            id: row.id,
            ..twin.clone()
        }
    );
    let of_row = |id: i64| move |revision: &&revision::Model| revision.response_id == id;
    let real_revisions: Vec<_> = real.revisions.iter().filter(of_row(row.id)).collect();
    let pairs = real_revisions.iter().zip(&written.revisions);
    assert_eq!(real_revisions.len(), written.revisions.len());
    for (real, copy) in pairs {
        let version = copy.submission_key.split_once('-').unwrap().1;
        assert_eq!(real.submission_key, format!("{}-{version}", row.id));
        assert_eq!(
            **real,
            revision::Model {
                id: real.id,
                response_id: row.id,
                submission_key: real.submission_key.clone(),
                ..copy.clone()
            }
        );
    }
    assert_eq!(real.events.len(), written.events.len());
    for (real, copy) in real.events.iter().zip(&written.events) {
        assert_eq!(
            *real,
            response_event::Model {
                id: real.id,
                response_id: row.id,
                ..copy.clone()
            }
        );
    }
}
