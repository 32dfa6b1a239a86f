//! What a fresh database contains, and that starting again changes nothing.

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use torimatome::domain::organization::{OrganizationKind, Route};
use torimatome::domain::survey_edition::EditionState;
use torimatome::store::Store;

use crate::database::TestDatabase;

pub async fn fresh() -> TestDatabase {
    // What the other tests start from is thrown away: nothing but what `migrate` makes.
    let database = TestDatabase::create(crate::app::prepare).await;
    if database.is_postgres() {
        let db = Database::connect(database.url()).await.expect("connects");
        let sql = "drop schema public cascade; create schema public";
        db.execute_unprepared(sql).await.expect("empties");
        db.close().await.expect("closes");
    } else {
        std::fs::remove_file(database.file().expect("SQLite")).expect("is removed");
    }
    database
}

async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.expect(sql);
    rows.iter()
        .map(|row| {
            let text: Option<String> = row.try_get_by_index(0).expect("text");
            text.unwrap_or_default()
        })
        .collect()
}

/// Every row of every table as text, whatever tables there are.
async fn everything(url: &str) -> Vec<String> {
    let db = Database::connect(url).await.expect("connects");
    let is_postgres = db.get_database_backend() == DbBackend::Postgres;
    let tables = if is_postgres {
        "select tablename::text from pg_tables where schemaname = 'public' order by 1"
    } else {
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by 1"
    };
    let mut all = Vec::new();
    for table in rows(&db, tables).await {
        let sql = if is_postgres {
            format!("select t::text from {table} t order by 1")
        } else {
            let columns = rows(
                &db,
                &format!("select name from pragma_table_info('{table}')"),
            )
            .await;
            let line: Vec<_> = columns.iter().map(|c| format!("quote(\"{c}\")")).collect();
            format!(
                "select {} from \"{table}\" order by 1",
                line.join(" || '|' || ")
            )
        };
        let found = rows(&db, &sql).await;
        all.push(format!("{table}: {}", found.len()));
        all.extend(found);
    }
    db.close().await.expect("closes");
    all
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    let database = fresh().await;
    let migrate = async || {
        let store = Store::open(database.url()).await.expect("opens");
        store.migrate().await.expect("migrates");
        store.close().await.expect("closes");
        everything(database.url()).await
    };
    let first = migrate().await;
    assert!(first.contains(&"organization: 1788".to_owned()));
    assert!(first.contains(&"scheme: 29".to_owned()));
    assert!(first.contains(&"survey_edition: 3".to_owned()));
    for empty in ["account", "session", "response", "revision", "audit_log"] {
        assert!(first.contains(&format!("{empty}: 0")), "{empty} is empty");
    }
    assert_eq!(migrate().await, first);
}

/// What a database of the version before holds, and what it reads as afterwards.
#[tokio::test]
async fn schemes_editions_and_answers_of_the_version_before_keep_what_they_say() {
    use migrations::MigratorTrait;
    let database = fresh().await;
    let db = Database::connect(match database.file() {
        Some(file) => format!("sqlite:{}?mode=rwc", file.display()),
        None => database.url().to_owned(),
    })
    .await
    .expect("connects");
    // Up to the ledger of participation.
    migrations::Migrator::up(&db, Some(6))
        .await
        .expect("migrates");
    let schemes = [
        ("both", true, true, ""),
        ("once", true, false, "R7"),
        ("new", false, true, "R8"),
        ("never", false, false, ""),
    ];
    for (position, (id, r7, r8, first_year)) in schemes.into_iter().enumerate() {
        let sql = format!(
            "insert into scheme (id, position, law, name_catalogue, name_form1, name_status_table, \
             implementers, implementer_kinds, subsidy_r7, subsidy_r8, first_year, scheme_group, note) \
             values ('{id}', {position}, '', '{id}', '', '', '', 'prefecture', {r7}, {r8}, \
             '{first_year}', 'national', '')"
        );
        db.execute_unprepared(&sql).await.expect(&sql);
    }
    let (_, text) = migrations::data::EDITIONS[2];
    let shipped: torimatome::domain::survey_edition::EditionDefinition =
        toml::from_str(text).expect("reads");
    let definition = serde_json::to_string(&shipped)
        .expect("writes")
        .replace('\'', "''");
    for sql in [
        format!(
            "insert into survey_edition (id, key, fiscal_year, state, deadline_on, \
             last_new_answer_on, last_change_on, definition, definition_version) values \
             (7, 'fy2027', 2027, 'open', '2027-02-26', '2027-03-31', '2027-03-31', '{definition}', 3)"
        ),
        "insert into response (edition_id, code, prefecture_code, name, kana, kind, route, \
         health_center_city, child_guidance_city, deadline_on, status, version, contact, \
         revision_number, intents_mask, targets_mask, recipients, warnings, is_late) values \
         (7, '012033', '01', '小樽市', '', 'city', 'prefecture', true, false, '2027-02-26', \
         'draft', 4, '', 0, 0, 0, 0, 0, false)"
            .to_owned(),
    ] {
        db.execute_unprepared(&sql).await.expect(&sql);
    }
    db.close().await.expect("closes");

    let store = Store::open(database.url()).await.expect("opens");
    store.migrate().await.expect("migrates");
    let catalogue = store.catalogue().await.expect("reads");
    let read: Vec<_> = catalogue
        .schemes()
        .iter()
        .map(|scheme| {
            let valid_from = scheme.valid_from.map(|year| year.short());
            (
                scheme.id.as_str(),
                scheme.subsidy.to_string(),
                valid_from,
                scheme.version,
            )
        })
        .collect();
    let year = |text: &str| Some(text.to_owned());
    assert_eq!(
        read,
        [
            ("both", "2023-".to_owned(), None, 1),
            ("once", "2023-2025".to_owned(), year("R7"), 1),
            ("new", "2026-".to_owned(), year("R8"), 1),
            ("never", String::new(), None, 1),
        ]
    );
    // What stood there is the first version of each scheme: today is told from versions as from rows.
    let history = store.scheme_history(None).await.expect("reads");
    for day in [jiff::civil::date(2023, 4, 1), jiff::civil::date(2027, 1, 1)] {
        assert_eq!(history.on(day).schemes(), catalogue.schemes(), "{day}");
    }
    let key = "fy2027".parse().expect("a key");
    let code = "012033".parse().expect("a code");
    let record = store
        .response(&key, code)
        .await
        .expect("reads")
        .expect("is kept");
    assert_eq!((record.version, record.reopened), (4, None));
    assert_eq!(record.edition.definition_version, 3);
    assert!(!record.edition.is_trial());
    assert!(record.edition.definition.help.is_empty());
    let plan = store.edition_plan(7).await.expect("reads");
    assert!(plan.opening.is_none() && plan.respondents_as_of.is_none());
    store.close().await.expect("closes");
}

#[tokio::test]
async fn the_list_of_bodies_is_the_countrys() {
    let database = fresh().await;
    let store = Store::open(database.url()).await.expect("opens");
    store.migrate().await.expect("migrates");
    let bodies = store.organizations().await.expect("reads");
    assert_eq!(bodies.len(), 1788);
    let count = |kind| bodies.iter().filter(|body| body.kind == kind).count();
    use OrganizationKind as K;
    assert_eq!(
        [
            K::Prefecture,
            K::DesignatedCity,
            K::CoreCity,
            K::SpecialWard
        ]
        .map(count),
        [47, 20, 62, 23]
    );
    let general = bodies
        .iter()
        .filter(|b| b.kind.route() == Route::ThroughPrefecture);
    assert_eq!(general.count(), 1788 - 47 - 20 - 62);
    // Names as their bodies write them.
    for (code, name) in [
        ("142077", "茅ヶ崎市"),
        ("082082", "龍ケ崎市"),
        ("394050", "檮原町"),
    ] {
        let body = store.organization(code.parse().expect("a code")).await;
        assert_eq!(body.expect("reads").expect("is listed").name, name);
    }
    store.close().await.expect("closes");
}

/// 3. of the notice's Form 1, row by row: 区分, 法律等, 医療費助成.
const NOTICE: [(&str, &str, &str); 19] = [
    (
        "公費負担医療",
        "障害者総合支援法",
        "精神通院医療に係る自立支援医療費",
    ),
    (
        "公費負担医療",
        "障害者総合支援法",
        "更生医療に係る自立支援医療費",
    ),
    (
        "公費負担医療",
        "障害者総合支援法",
        "育成医療に係る自立支援医療費",
    ),
    ("公費負担医療", "障害者総合支援法", "療養介護医療費"),
    ("公費負担医療", "難病法", "特定医療費"),
    ("公費負担医療", "児童福祉法", "小児慢性特定疾病医療費"),
    ("公費負担医療", "児童福祉法", "肢体不自由児通所医療費"),
    ("公費負担医療", "児童福祉法", "障害児入所医療費"),
    ("公費負担医療", "母子保健法", "養育医療"),
    ("公費負担医療", "感染症法", "結核患者の医療"),
    (
        "公費負担医療",
        "感染症法",
        "新型インフルエンザ等感染症外出自粛対象者の医療",
    ),
    ("公費負担医療", "感染症法", "新感染症外出自粛対象者の医療"),
    (
        "公費負担医療",
        "予算事業",
        "肝炎治療特別促進事業による医療費助成",
    ),
    (
        "公費負担医療",
        "予算事業",
        "肝がん・重度肝硬変治療研究促進事業による医療費助成",
    ),
    (
        "公費負担医療",
        "予算事業",
        "特定疾患治療研究事業による医療費助成（2次交付で追加予定）",
    ),
    (
        "地方単独医療費助成",
        "",
        "こどもの医療費に係る地方単独医療費助成",
    ),
    (
        "地方単独医療費助成",
        "",
        "障害者の医療費に係る地方単独医療費助成",
    ),
    (
        "地方単独医療費助成",
        "",
        "ひとり親家庭の医療費に係る地方単独医療費助成",
    ),
    ("地方単独医療費助成", "", "その他の地方単独医療費助成"),
];

#[tokio::test]
async fn the_editions_say_what_the_notice_says() {
    let database = fresh().await;
    let store = Store::open(database.url()).await.expect("opens");
    store.migrate().await.expect("migrates");
    let editions = store.editions().await.expect("reads");
    let shape: Vec<_> = editions
        .iter()
        .map(|e| (e.key.as_str(), e.definition.rows.len(), e.state))
        .collect();
    let preparing = EditionState::Preparing;
    assert_eq!(
        shape,
        [
            ("fy2027", 24, preparing),
            ("fy2026", 24, preparing),
            ("fy2025", 19, preparing)
        ]
    );
    let old = &editions[2].definition;
    let rows: Vec<_> = old
        .rows
        .iter()
        .map(|row| (row.category.as_str(), row.law.as_str(), row.name.as_str()))
        .collect();
    assert_eq!(rows, NOTICE);
    let intents: Vec<_> = old
        .intents
        .iter()
        .map(|i| old.intent_label(i.intent))
        .collect();
    assert_eq!(
        intents,
        [
            "① 1次交付に係る申請（令和7年4月～5月予定）を行う予定である",
            "② 2次交付に係る申請（令和7年7月～8月予定）を行う予定である",
            "③ ①・②の申請を行う予定は無い",
            "④ その他",
        ]
    );
    let marked = |of: fn(&torimatome::domain::survey_edition::SchemeRow) -> bool| -> Vec<usize> {
        let rows = old.rows.iter().enumerate().filter(|(_, row)| of(row));
        rows.map(|(position, _)| position + 1).collect()
    };
    assert_eq!(marked(|row| row.second_round_only), [15]);
    assert_eq!(marked(|row| row.needs_text), [19]);
    assert_eq!(
        editions[2].dates.deadline_on,
        jiff::civil::date(2025, 2, 28)
    );
    // A scheme stands once on a form, and every later form has all rows of the first.
    for edition in &editions {
        let rows = &edition.definition.rows;
        let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.scheme).collect();
        assert_eq!(ids.len(), rows.len());
        assert!(old.rows.iter().all(|row| ids.contains(&row.scheme)));
    }
    store.close().await.expect("closes");
}
