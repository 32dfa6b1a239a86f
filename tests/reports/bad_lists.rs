//! Lists that cannot be taken: every row with its reason, and nothing stored.

use crate::program::Program;

const HEAD: &str = "code,scheme_id,fiscal_year,state,date,name\n";
/// A row that is right, before and after the wrong one.
const RIGHT: &str = "012033,local_child,R7,,,\n";
const ALSO_RIGHT: &str = "010006,psychiatric_outpatient,R7,,,\n";

async fn refused(program: &Program, bytes: impl AsRef<[u8]>, reasons: &[&str]) {
    let ran = program.import("bad.csv", bytes);
    assert_eq!(ran.status, 1, "{ran:?}");
    for reason in reasons {
        assert!(ran.err.contains(reason), "{reason}: {}", ran.err);
    }
    assert!(
        ran.err.contains("台帳は何も変わっていません"),
        "{}",
        ran.err
    );
    assert_eq!(program.ledger().await, [0, 0, 0]);
}

/// Each wrong row of a list and what is said about it, without the row's number.
fn wrong_rows() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "999999,local_child,R7,,,",
            "団体コード「999999」は一覧にありません",
        ),
        (
            "012026,local_child,R7,,,",
            "団体コード「012026」は一覧にありません",
        ),
        // A ward of 札幌市, and a village of the Northern Territories: real codes of nobody here.
        (
            "011011,local_child,R7,,,",
            "団体コード「011011」は一覧にありません",
        ),
        (
            "016951,local_child,R7,,,",
            "団体コード「016951」は一覧にありません",
        ),
        (",local_child,R7,,,", "団体コードも名称も書かれていません"),
        (
            ",local_child,R7,,,存在しない市",
            "自治体「存在しない市」は一覧にありません",
        ),
        (
            ",local_child,R7,,,府中市",
            "「府中市」は東京都・広島県にあります",
        ),
        ("12203,local_child,R7,,,", "当てはまる団体が複数あります"),
        ("012025,local_child,R7,,,小樽市", "別の団体になっています"),
        ("012025,nursing,R7,,,", "制度「nursing」は一覧にありません"),
        ("012025,,R7,,,", "制度が書かれていません"),
        ("012025,医療費,R7,,,", "制度「医療費」"),
        (
            "012025,local_child,平成の頃,,,",
            "年度「平成の頃」が読み取れません",
        ),
        ("012025,local_child,,,,", "年度「」が読み取れません"),
        ("012025,local_child,R4,,,", "令和4年度は登録できません"),
        ("012025,local_child,R40,,,", "令和40年度は登録できません"),
        (
            "012025,psychiatric_outpatient,R7,,,",
            "北海道函館市は、制度「精神通院」の実施主体",
        ),
        ("010006,rehabilitation,R7,,,", "制度「更生医療」の実施主体"),
        ("010006,hepatitis_b_checkup,R7,,,", "実施主体"),
        (
            "012025,nursing_care,R6,,,",
            "制度「療養介護医療」は令和7年度からです",
        ),
        ("010006,child_protection,R7,,,", "令和8年度からです"),
        // 豊中市 has a child-guidance centre since April 2025.
        (
            "272035,disabled_child_outpatient,R6,,,",
            "令和7年度からです",
        ),
        (
            "282022,disabled_child_facility,R7,,,",
            "兵庫県尼崎市は、制度「障害児入所」の実施主体",
        ),
        (
            "012025,local_child,R7,未定,,",
            "状況「未定」が読み取れません",
        ),
        (
            "012025,local_child,R7,,2025-02-30,",
            "日付「2025-02-30」が読み取れません",
        ),
        ("012025,local_child,R7,取下げ,,", "参加した記録がありません"),
        ("012033,local_child,R7,,,", "2行目と同じ内容です"),
        (
            "012033,local_child,R7,参加予定,,",
            "では「参加」となっていて、食い違っています",
        ),
    ]
}

#[tokio::test]
async fn every_wrong_row_is_told_and_nothing_is_stored() {
    let program = Program::new().await;
    let rows = wrong_rows();
    let mut list = format!("{HEAD}{RIGHT}");
    for (row, _) in &rows {
        list.push_str(row);
        list.push('\n');
    }
    list.push_str(ALSO_RIGHT);
    let ran = program.import("bad.csv", list);
    assert_eq!(ran.status, 1, "{ran:?}");
    let told: Vec<&str> = ran.err.lines().collect();
    for ((line, (row, reason)), told) in (3..).zip(&rows).zip(&told) {
        let expected = format!("{line}行目：");
        assert!(
            told.starts_with(&expected) && told.contains(reason),
            "{row}: {told}"
        );
    }
    let count = rows.len();
    assert_eq!(told.len(), count + 1, "{}", ran.err);
    assert!(told[count].starts_with(&format!("{count}行を取り込めませんでした")));
    assert_eq!(program.ledger().await, [0, 0, 0]);
}

#[tokio::test]
async fn one_wrong_row_is_enough() {
    let program = Program::new().await;
    for at in [0, 9, 16, 20, 27] {
        let (row, reason) = wrong_rows()[at];
        let list = format!("{HEAD}{RIGHT}{row}\n{ALSO_RIGHT}");
        refused(
            &program,
            list,
            &["3行目：", reason, "1行を取り込めませんでした"],
        )
        .await;
    }
}

#[tokio::test]
async fn a_file_that_is_no_list_is_told() {
    let program = Program::new().await;
    for (bytes, reason) in [
        (&b""[..], "何も書かれていません"),
        (
            "団体,金額\n012025,100\n".as_bytes(),
            "見出しの行が見つかりません",
        ),
        (b"PK\x03\x04broken", "Excelのファイルとして読み取れません"),
        (b"\xD0\xCF\x11\xE0locked", "パスワード"),
        (b"code,\x81\xFF\xFF\n", "文字が読み取れません"),
    ] {
        refused(&program, bytes, &[reason]).await;
    }
    // A head and no row is a list that says nothing.
    let ran = program.import("empty.csv", HEAD);
    assert_eq!(ran.status, 0);
    assert_eq!(program.ledger().await, [0, 0, 0]);
}

#[tokio::test]
async fn what_cannot_run_ends_with_2() {
    let program = Program::new().await;
    let missing = program.run(&["participation", "import", "no-such-file.csv"]);
    assert_eq!(missing.status, 2, "{missing:?}");
    for arguments in [
        &[
            "report",
            "status",
            "--fiscal-year",
            "R4",
            "--format",
            "json",
            "--out",
            "-",
        ][..],
        &[
            "report",
            "status",
            "--fiscal-year",
            "X7",
            "--format",
            "json",
            "--out",
            "-",
        ],
        &[
            "report",
            "status",
            "--fiscal-year",
            "R7",
            "--format",
            "pdf",
            "--out",
            "-",
        ],
        &[
            "report",
            "status",
            "--fiscal-year",
            "R7",
            "--as-of",
            "昨日",
            "--format",
            "json",
            "--out",
            "-",
        ],
        &[
            "report",
            "status",
            "--fiscal-year",
            "R7",
            "--format",
            "json",
            "--out",
            "/dev/null/x",
        ],
    ] {
        let ran = program.run(arguments);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(!ran.err.is_empty());
    }
}

#[tokio::test]
async fn reports_make_no_database() {
    let program = Program::new().await;
    let folder = program.path("elsewhere");
    let out = program.path("none.csv");
    let database = format!("sqlite:{}", folder.join("torimatome.db").display());
    let status = "report status --fiscal-year R7 --format csv";
    let changes = "report changes --fiscal-year R7 --from 2025-10-01";
    for arguments in [status, changes, "user list"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_torimatome"));
        command.args(arguments.split(' '));
        if arguments.starts_with("report") {
            command.arg("--out").arg(&out);
        }
        command.arg("--data-dir").arg(&folder);
        let ran = command.env("DATABASE_URL", &database).output();
        let ran = ran.expect("the program starts");
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!(!ran.status.success());
        assert!(told.contains("データベースがありません"), "{told}");
        assert!(!folder.exists() && !out.exists(), "{arguments}");
    }
}
