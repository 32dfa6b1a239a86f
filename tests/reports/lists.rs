//! Lists as they come from the field: any column order, encoding and spelling; the same list twice; corrections.

use encoding_rs::SHIFT_JIS;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::Value;

use crate::program::{Program, text};

/// 函館市 and 北海道 in R7, and 函館市 in R6.
const LIST: &str = "code,scheme_id,fiscal_year\n012025,local_child,R7\n010006,psychiatric_outpatient,R7\n012025,local_child,R6\n";

fn total(report: &Value, year: &str) -> [u64; 3] {
    ["total", "prefecture", "municipality"]
        .map(|part| report["cumulative"][year][part].as_u64().expect("a figure"))
}

#[tokio::test]
async fn columns_come_in_any_order_language_and_encoding() {
    let japanese = "先行実施への参加\n\n年度,備考,医療費助成,名称,団体コード\n令和7年度,,こども,函館市,12025\n２０２５,市の独自,精神通院医療,北海道,\nR6,,local_child,,函館市\n";
    let names = "都道府県名\t市区町村名\t制度\t年度\n北海道\t函館市\tこども\tR7\n北海道\t\t精神通院\tR7\n\t北海道函館市\tこどもの医療費に係る地方単独医療費助成\t令和６年度\n";
    let (shift_jis, _, _) = SHIFT_JIS.encode(japanese);
    let marked = format!("\u{FEFF}{LIST}");
    for (name, bytes) in [
        ("plain.csv", LIST.as_bytes()),
        ("marked.csv", marked.as_bytes()),
        ("japanese.csv", japanese.as_bytes()),
        ("shift_jis.csv", &shift_jis),
        ("names.tsv", names.as_bytes()),
    ] {
        let program = Program::new().await;
        let ran = program.import(name, bytes);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{name}");
        assert!(ran.out.contains("3件を登録しました"), "{name}: {}", ran.out);
        let report = program.json("R7", &[]);
        assert_eq!(total(&report, "R6"), [1, 0, 1], "{name}");
        assert_eq!(total(&report, "R7"), [2, 1, 1], "{name}");
        assert_eq!(report["municipalities"][0]["status"], "continuing");
    }
}

#[tokio::test]
async fn a_workbook_is_a_list_too() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("表紙").expect("a name");
    let sheet = book.add_worksheet();
    sheet.write(0, 1, "参加の一覧").expect("writes");
    let date = Format::new().set_num_format("yyyy/m/d");
    for (column, head) in (0..).zip(["年度", "コード", "制度", "状況", "日付"]) {
        sheet.write(2, column, head).expect("writes");
    }
    // Excel made numbers of the year and of the code.
    sheet.write(3, 0, 2025).expect("writes");
    sheet.write(3, 1, 12025).expect("writes");
    sheet.write(3, 2, "こども").expect("writes");
    sheet.write(3, 3, "参加予定").expect("writes");
    let day = ExcelDateTime::from_ymd(2025, 6, 1).expect("a day");
    sheet.write_with_format(3, 4, &day, &date).expect("writes");
    let program = Program::new().await;
    let ran = program.import("list.xlsx", book.save_to_buffer().expect("a workbook"));
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    for (day, expected) in [("2025-05-31", 0), ("2025-06-01", 1)] {
        let report = program.json("R7", &["--as-of", day]);
        assert_eq!(total(&report, "R7"), [expected, 0, expected], "{day}");
    }
    let planned = "select count(*) from participation_entry where state = 'planned' and effective_on = '2025-06-01'";
    assert_eq!(program.count(planned).await, 1);
}

#[tokio::test]
async fn the_same_list_again_changes_nothing() {
    let program = Program::new().await;
    assert_eq!(program.import("list.csv", LIST).status, 0);
    let before = (program.ledger().await, program.json("R7", &[]));
    let again = program.import("other-name.csv", LIST);
    assert_eq!(again.status, 0);
    assert!(again.out.contains("取り込み済みです"), "{}", again.out);
    // Saved anew, in another order, with one more line.
    let saved = "fiscal_year,scheme_id,code\nR6,local_child,012025\nR7,local_child,012025\nR7,psychiatric_outpatient,010006\n";
    let known = program.import("saved.csv", saved);
    assert_eq!(known.status, 0);
    assert!(known.out.contains("何も変わっていません"), "{}", known.out);
    assert_eq!(before, (program.ledger().await, program.json("R7", &[])));
    let more = program.import("more.csv", format!("{saved}R7,local_other,012033\n"));
    assert!(
        more.out
            .contains("1件を登録しました。ほかの3行は登録済みの内容でした。")
    );
    assert_eq!(program.ledger().await, [4, 2, 2]);
}

/// A withdrawal is appended: tables before its day stay what they were, and the list of changes names the body.
#[tokio::test]
async fn corrections_append() {
    let program = Program::new().await;
    assert_eq!(program.import("list.csv", LIST).status, 0);
    let withdrawal = "code,scheme_id,fiscal_year,state,date,note\n012025,local_child,R7,取下げ,2025-12-01,延期\n012025,local_child,R6,withdrawn,2026-02-01,\n012033,local_child,R7,,2026-01-10,\n010006,intractable_disease,R7,,2026-01-10,\n";
    let ran = program.import("change.csv", withdrawal);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    for (day, expected) in [
        ("2025-11-30", ([2, 1, 1], Some("continuing"))),
        ("2025-12-01", ([2, 1, 1], Some("earlier"))),
        ("2026-01-10", ([3, 1, 2], Some("earlier"))),
        ("2026-02-01", ([2, 1, 1], None)),
    ] {
        let report = program.json("R7", &["--as-of", day]);
        let of = report["municipalities"].as_array().expect("a list");
        let hakodate = of.iter().find(|body| body["code"] == "012025");
        let status = hakodate.and_then(|body| body["status"].as_str());
        assert_eq!((total(&report, "R7"), status), expected, "{day}");
        // Whoever took part and withdrew is named beside those who take part.
        let former = &report["former"][0];
        let former = [&former["code"], &former["former"]].map(serde_json::Value::as_str);
        let withdrawn = match status {
            None => [Some("012025"), Some("withdrawn")],
            Some(_) => [None, None],
        };
        assert_eq!(former, withdrawn, "{day}");
    }
    let path = program.path("changes.csv");
    let ran = program.run(&[
        "report",
        "changes",
        "--fiscal-year",
        "R7",
        "--from",
        "2025-11-30",
        "--to",
        "2026-02-01",
        "--out",
        text(&path),
    ]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let changes = std::fs::read_to_string(path).expect("was written");
    assert_eq!(
        changes,
        "\u{FEFF}code,name,prefecture_code,change,added,dropped\r\n\
         010006,北海道,01,changed,intractable_disease,\r\n\
         012025,函館市,01,left,,local_child\r\n\
         012033,小樽市,01,entered,local_child,\r\n"
    );
}

/// A body of the ledger that the list of bodies does not have: the report is written, says so and names it.
#[tokio::test]
async fn a_report_that_does_not_add_up_says_so() {
    let program = Program::new().await;
    assert_eq!(program.import("list.csv", LIST).status, 0);
    // 函館市 (01202) becomes a ward of 札幌市 (01101), which nobody lists.
    program
        .change_packed(|packed| {
            let at = packed
                .windows(2)
                .position(|pair| pair == 1202_u16.to_le_bytes());
            let at = at.expect("is packed");
            packed[at..at + 2].copy_from_slice(&1101_u16.to_le_bytes());
        })
        .await;
    let path = program.path("report.json");
    let mut arguments = vec!["report", "status", "--fiscal-year", "R7"];
    arguments.extend(["--format", "json", "--out", text(&path)]);
    let ran = program.run(&arguments);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(
        ran.err.contains("数の合わないところがあります"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("011011"), "{}", ran.err);
    let report: Value =
        serde_json::from_slice(&std::fs::read(path).expect("was written")).expect("JSON");
    let rules = report["invariants"].as_array().expect("rules");
    let broken: Vec<_> = rules.iter().filter(|rule| rule["holds"] == false).collect();
    assert_eq!(broken.len(), 1);
    assert_eq!(broken[0]["name"], "bodies_are_listed");
}
