//! Bodies that change: the command that takes tables in, and what participation and its tables make of it.

use serde_json::Value;

use crate::program::{Program, Ran, text};

const HEAD: &str = "code,name,kana,kind,since,abolished,successor\n";

fn organizations(program: &Program, name: &str, list: &str, more: &[&str]) -> Ran {
    let path = program.path(name);
    std::fs::write(&path, format!("{HEAD}{list}")).expect("is written");
    let mut arguments = vec!["organizations", "import", text(&path)];
    arguments.extend(more);
    program.run(&arguments)
}

fn figures(report: &Value, year: &str) -> [u64; 2] {
    ["cumulative", "by_year"].map(|table| report[table][year]["total"].as_u64().expect("a figure"))
}

/// Bodies of a class by the CSV of a report.
fn population(program: &Program, class: &str, day: &str) -> u32 {
    let csv = program.report("R8", "csv", &["--as-of", day]);
    let csv = String::from_utf8(csv).expect("UTF-8");
    let row = csv
        .lines()
        .find(|line| line.starts_with(&format!("class_population,R8,{class},")));
    let value = row.and_then(|row| row.rsplit(',').next());
    value.expect("a row").trim().parse().expect("a figure")
}

#[tokio::test]
async fn the_command_shows_takes_in_and_refuses() {
    let program = Program::new().await;
    let changes = async || {
        program
            .count("select count(*) from organization_change")
            .await
    };
    let list = "012033,小樽市,オタルシ,中核市,2026-10-01,,\n012092,,,,2026-10-01,,012033\n";
    let shown = organizations(&program, "list.csv", list, &["--dry-run"]);
    assert_eq!((shown.status, shown.err.as_str()), (0, ""));
    for word in [
        "区分の変更 1件",
        "「市」→「中核市」",
        "廃止 1件",
        "何も変わっていません",
    ] {
        assert!(shown.out.contains(word), "{word}: {}", shown.out);
    }
    assert_eq!(changes().await, 1);
    let done = organizations(&program, "list.csv", list, &[]);
    assert_eq!((done.status, done.err.as_str()), (0, ""));
    assert!(done.out.contains("2件を登録しました"), "{}", done.out);
    assert_eq!(changes().await, 2);
    let again = organizations(&program, "again.csv", list, &[]);
    assert_eq!(again.status, 0);
    assert!(again.out.contains("すべて登録済み"), "{}", again.out);
    assert_eq!(changes().await, 2);
    let audit = "select count(*) from audit_log where action = 'bodies_import'";
    assert_eq!(program.count(audit).await, 1);

    let wrong = "012034,小樽市,オタルシ,市,,,\n012173,新江別市,シンエベツシ,市,,,\n";
    let refused = organizations(&program, "wrong.csv", wrong, &[]);
    assert_eq!(refused.status, 1);
    assert!(
        refused.err.contains("2行目：団体コード「012034」"),
        "{}",
        refused.err
    );
    assert!(
        refused.err.contains("何も変わっていません"),
        "{}",
        refused.err
    );
    assert_eq!(changes().await, 2);
    let nothing = program.run(&["organizations", "import", "nowhere.csv"]);
    assert_eq!(nothing.status, 2);
    let no_day = organizations(&program, "list.csv", list, &["--effective-on", "someday"]);
    assert_eq!(no_day.status, 2);
}

#[tokio::test]
async fn participation_keeps_its_figures_through_a_merger() {
    let program = Program::new().await;
    let list = "code,scheme_id,fiscal_year\n012092,local_child,R6\n012033,local_child,R7\n012173,local_child,R8\n";
    assert_eq!(program.import("list.csv", list).status, 0);
    let before = program.json("R8", &["--as-of", "2026-10-31"]);
    let cities = population(&program, "city", "2026-10-31");
    let merger = "012092,,,,2026-10-01,,012033\n012033,小樽市,オタルシ,中核市,2026-10-01,,\n";
    assert_eq!(organizations(&program, "merger.csv", merger, &[]).status, 0);

    // Every figure of every year is what it was, and every rule holds (else the report would end with 1).
    let after = program.json("R8", &["--as-of", "2026-10-31"]);
    for year in ["R6", "R7", "R8"] {
        assert_eq!(figures(&before, year), figures(&after, year), "{year}");
    }
    assert_eq!(before["municipalities"], after["municipalities"]);
    assert!(
        after["invariants"]
            .as_array()
            .expect("rules")
            .iter()
            .all(|rule| rule["holds"] == true)
    );
    assert_eq!(population(&program, "city", "2026-10-31"), cities - 2);
    assert_eq!(population(&program, "city", "2026-09-30"), cities);
    assert_eq!(population(&program, "core_city", "2026-10-31"), 63);

    // It was there in R8, and is not in R9; a body to come is there in its first year.
    let more = "code,scheme_id,fiscal_year\n012092,local_other,R8\n";
    assert_eq!(program.import("r8.csv", more).status, 0);
    let late = program.import("r9.csv", more.replace("R8", "R9"));
    assert_eq!(late.status, 1);
    assert!(
        late.err.contains("令和9年度にはありません") || late.err.contains("一覧にありません"),
        "{}",
        late.err
    );
    let found = "012378,新市,シンシ,市,2027-04-01,,\n";
    assert_eq!(organizations(&program, "new.csv", found, &[]).status, 0);
    let early = program.import(
        "early.csv",
        "code,scheme_id,fiscal_year\n012378,local_child,R8\n",
    );
    assert_eq!(early.status, 1);
    let planned = program.import(
        "planned.csv",
        "code,scheme_id,fiscal_year\n012378,local_child,R9\n",
    );
    assert_eq!((planned.status, planned.err.as_str()), (0, ""));
    let report = program.json("R9", &["--as-of", "2026-12-01"]);
    assert_eq!(figures(&report, "R9"), [4, 1]);
}
