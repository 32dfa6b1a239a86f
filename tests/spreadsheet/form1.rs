//! 様式1.

use calamine::Data;
use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::lateness::Lateness;
use torimatome::domain::response::{Form1Input, SchemeInput};
use torimatome::domain::text::fold_width;
use torimatome::spreadsheet::{
    FormBody, ReceiptLine, form1_layout as layout, write_form1, write_form1_draft,
};

use crate::support::{Book, code, edition, form, words};

const SHEET: &str = layout::SHEET;

/// Category or law (where a new one begins) and name of the 19 rows, as the notice of January 2025 prints them.
const NOTICE: [(&str, &str, &str); 19] = [
    (
        "公費負担医療",
        "障害者総合支援法",
        "精神通院医療に係る自立支援医療費",
    ),
    ("", "", "更生医療に係る自立支援医療費"),
    ("", "", "育成医療に係る自立支援医療費"),
    ("", "", "療養介護医療費"),
    ("", "難病法", "特定医療費"),
    ("", "児童福祉法", "小児慢性特定疾病医療費"),
    ("", "", "肢体不自由児通所医療費"),
    ("", "", "障害児入所医療費"),
    ("", "母子保健法", "養育医療"),
    ("", "感染症法", "結核患者の医療"),
    ("", "", "新型インフルエンザ等感染症外出自粛対象者の医療"),
    ("", "", "新感染症外出自粛対象者の医療"),
    ("", "予算事業", "肝炎治療特別促進事業による医療費助成"),
    ("", "", "肝がん・重度肝硬変治療研究促進事業による医療費助成"),
    (
        "",
        "",
        "特定疾患治療研究事業による医療費助成(2次交付で追加予定)",
    ),
    (
        "地方単独医療費助成",
        "",
        "こどもの医療費に係る地方単独医療費助成",
    ),
    ("", "", "障害者の医療費に係る地方単独医療費助成"),
    ("", "", "ひとり親家庭の医療費に係る地方単独医療費助成"),
    ("", "", "その他の地方単独医療費助成※"),
];

/// The lines around the tables, in the notice's order.
const LINES: [&str; 21] = [
    "地域診療情報連携推進費補助金(医療費助成のオンライン資格確認の先行実施のための自治体システム改修等事業) 意向等調査様式",
    "全国地方公共団体コード",
    "都道府県又は市区町村の名称",
    "1. 国又は都道府県との連絡調整担当部署・連絡先",
    "連絡調整担当部署(部局・課・係など)の名称",
    "連絡調整担当部署のメールアドレス",
    "連絡調整担当部署の電話番号",
    "2. 自治体システム改修等補助金についての申請の意向",
    "該当する選択肢の回答欄に「○」を付してください。なお、現時点の検討状況に基づく回答で結構です。",
    "選択肢",
    "① 1次交付に係る申請(令和7年4月～5月予定)を行う予定である",
    "② 2次交付に係る申請(令和7年7月～8月予定)を行う予定である",
    "③ ①・②の申請を行う予定は無い",
    "④ その他",
    "※④その他を選択した場合は、具体的な回答内容を以下に記載してください。",
    "3. 自治体システム改修等補助金の対象とする医療費助成",
    "自治体システム改修等補助金の対象とする予定の医療費助成について、「システム改修等の対象」欄に「○」を付すとともに、「受給者数(人)」欄に把握している直近の受給者数又は受給者数の概数を記入してください。なお、現時点の検討状況等に基づく回答で結構です。",
    "区分",
    "公費負担医療",
    "地方単独医療費助成",
    "合計",
];

fn hakodate() -> FormBody<'static> {
    FormBody {
        code: code("012025"),
        name: "函館市",
    }
}

fn blank() -> Book {
    let bytes = write_form1(&edition("fy2025"), &hakodate(), None, None).expect("a workbook");
    Book::read(bytes)
}

fn filled(form: &torimatome::domain::response::Form1) -> Book {
    let receipt = ReceiptLine {
        number: "R7-012025-01",
        submitted_at: "令和7年2月20日（木）13時05分",
        lateness: Lateness::default(),
    };
    let bytes = write_form1(&edition("fy2025"), &hakodate(), Some(form), Some(&receipt));
    Book::read(bytes.expect("a workbook"))
}

/// Brackets are full-width with us and half-width in the extracted notice; a title breaks where its page ends.
fn same(ours: &Data, notice: &str) -> bool {
    fold_width(&ours.to_string()).replace('\n', "") == fold_width(notice)
}

#[test]
fn the_nineteen_rows_are_those_of_the_notice() {
    let book = blank();
    let edition = edition("fy2025");
    let (first, _) = book.place("target_psychiatric_outpatient");
    for (index, (category, law, name)) in (0_u32..).zip(NOTICE) {
        let row = first + index;
        assert!(same(&book.value(SHEET, row, 0), category), "row {row}");
        let scheme = &edition.rows[index as usize];
        if scheme.law.is_empty() {
            assert!(same(&book.value(SHEET, row, 1), name), "row {row}");
        } else {
            assert!(same(&book.value(SHEET, row, 1), law), "row {row}");
            assert!(same(&book.value(SHEET, row, 2), name), "row {row}");
        }
        assert_eq!(
            book.place(&layout::target_name(&scheme.scheme)),
            (row, 3),
            "{name}"
        );
        assert_eq!(
            book.place(&layout::recipients_name(&scheme.scheme)),
            (row, 4),
            "{name}"
        );
    }
    assert_eq!(book.place(layout::TARGETS_TOTAL), (first + 19, 3));
}

#[test]
fn the_lines_stand_in_the_order_of_the_notice() {
    let book = blank();
    let first_column: Vec<Data> = (0..60).map(|row| book.value(SHEET, row, 0)).collect();
    let mut from = 0;
    for line in LINES {
        let at = first_column[from..]
            .iter()
            .position(|cell| same(cell, line));
        from += at.unwrap_or_else(|| panic!("{line}")) + 1;
    }
    assert!(
        first_column[from..]
            .iter()
            .any(|cell| same(cell, "※「その他の地方単独医療費助成」を選択した場合は、具体的な医療費助成の内容を以下に記載してください。"))
    );
    let (row, _) = book.place("target_psychiatric_outpatient");
    let heads: Vec<String> = (0..5)
        .map(|c| book.value(SHEET, row - 1, c).to_string())
        .collect();
    assert_eq!(
        heads,
        [
            "区分",
            "医療費助成",
            "",
            "システム改修等の対象",
            "受給者数（人）"
        ]
    );
}

#[test]
fn a_blank_form_has_its_code_as_text_and_empty_answers() {
    let book = blank();
    book.assert_clean();
    assert_eq!(book.sheet_names, [SHEET]);
    assert_eq!(book.named(SHEET, layout::CODE), words("012025"));
    assert_eq!(book.named(SHEET, layout::NAME), words("函館市"));
    assert_eq!(book.named(SHEET, layout::EDITION), words("令和7年度分"));
    for name in [
        layout::DEPARTMENT,
        layout::EMAIL,
        layout::PHONE,
        layout::INTENT_TEXT,
        layout::OTHER_TEXT,
    ] {
        assert_eq!(book.named(SHEET, name), Data::Empty, "{name}");
    }
    for intent in ApplicationIntent::ALL {
        assert_eq!(book.named(SHEET, &layout::intent_name(intent)), Data::Empty);
    }
    for row in &edition("fy2025").rows {
        assert_eq!(
            book.named(SHEET, &layout::target_name(&row.scheme)),
            Data::Empty
        );
        assert_eq!(
            book.named(SHEET, &layout::recipients_name(&row.scheme)),
            Data::Empty
        );
    }
    assert_eq!(book.named(SHEET, layout::TARGETS_TOTAL), Data::Float(0.0));
    assert_eq!(
        book.named(SHEET, layout::RECIPIENTS_TOTAL),
        Data::Float(0.0)
    );
}

#[test]
fn a_submitted_form_shows_its_answers_totals_and_receipt() {
    let form = form();
    let book = filled(&form);
    book.assert_clean();
    assert_eq!(
        book.value(SHEET, 0, 2),
        words("受付番号 R7-012025-01　令和7年2月20日（木）13時05分 提出")
    );
    assert_eq!(
        book.named(SHEET, layout::DEPARTMENT),
        words("福祉部 障害福祉課 医療助成係")
    );
    assert_eq!(
        book.named(SHEET, layout::EMAIL),
        words("iryo@city-hakodate.example")
    );
    assert_eq!(book.named(SHEET, layout::PHONE), words("0138-00-0000"));
    assert_eq!(book.named(SHEET, "intent_1"), words("○"));
    assert_eq!(book.named(SHEET, "intent_2"), Data::Empty);
    assert_eq!(
        book.named(SHEET, "recipients_rehabilitation"),
        Data::Float(1234.0)
    );
    assert_eq!(book.named(SHEET, "target_developmental"), words("○"));
    // Unknown is blank, zero is zero, a number without ○ stays.
    assert_eq!(book.named(SHEET, "recipients_developmental"), Data::Empty);
    assert_eq!(
        book.named(SHEET, "recipients_premature_infant"),
        Data::Float(0.0)
    );
    assert_eq!(book.named(SHEET, "target_local_child"), Data::Empty);
    assert_eq!(
        book.named(SHEET, "recipients_local_child"),
        Data::Float(28_000.0)
    );
    assert_eq!(
        book.named(SHEET, layout::OTHER_TEXT),
        words("高齢者の医療費に係る助成\n（70歳から74歳まで）")
    );

    let totals = form.totals();
    assert_eq!(
        book.named(SHEET, layout::TARGETS_TOTAL),
        Data::Float(f64::from(totals.targets))
    );
    assert_eq!(
        book.named(SHEET, layout::RECIPIENTS_TOTAL),
        Data::Float(totals.recipients as f64)
    );
    let (first, _) = book.place("target_psychiatric_outpatient");
    let (from, to) = (first + 1, first + 19);
    let formulas = book.formulas(SHEET);
    let (row, column) = book.place(layout::TARGETS_TOTAL);
    assert_eq!(
        formulas,
        [
            (
                row,
                column,
                format!(
                    "COUNTIF(D{from}:D{to},\"○\")+COUNTIF(D{from}:D{to},\"〇\")+COUNTIF(D{from}:D{to},\"◯\")"
                )
            ),
            (row, column + 1, format!("SUM(E{from}:E{to})")),
        ]
    );
}

#[test]
fn a_late_form_says_so() {
    let receipt = ReceiptLine {
        number: "R7-012025-01",
        submitted_at: "令和7年3月3日（月）9時00分",
        lateness: Lateness {
            is_late: true,
            judged_on: None,
        },
    };
    let bytes = write_form1(
        &edition("fy2025"),
        &hakodate(),
        Some(&form()),
        Some(&receipt),
    );
    let book = Book::read(bytes.expect("a workbook"));
    assert!(
        book.value(SHEET, 0, 2)
            .to_string()
            .ends_with("提出（期限後の提出）")
    );
}

#[test]
fn what_people_type_is_never_a_formula() {
    let mut form = form();
    form.contact.department = "=1+1".to_owned();
    form.intent_text = "=HYPERLINK(\"http://x.example\")\n+cmd|' /C calc'!A0".to_owned();
    form.other_text = "@SUM(1)_x0041_<b>&\u{1F600}".to_owned();
    let book = filled(&form);
    assert_eq!(book.named(SHEET, layout::DEPARTMENT), words("=1+1"));
    assert_eq!(
        book.named(SHEET, layout::INTENT_TEXT),
        words(&form.intent_text)
    );
    assert_eq!(
        book.named(SHEET, layout::OTHER_TEXT),
        words(&form.other_text)
    );
    assert_eq!(book.formulas(SHEET).len(), 2);
    let sheet = book.part("xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches("<f>").count(), 2);
    assert!(!sheet.contains("<hyperlink"));
}

#[test]
fn the_sheet_is_protected_fits_one_page_and_offers_a_circle() {
    let book = filled(&form());
    let sheet = book.part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<sheetProtection sheet=\"1\""), "protected");
    assert!(!sheet.contains("password="), "no password");
    assert!(sheet.contains("fitToPage=\"1\""));
    assert!(sheet.contains("paperSize=\"9\"") && sheet.contains("orientation=\"portrait\""));
    assert!(!sheet.contains("fitToHeight=\"0\""), "one page high");
    assert_eq!(sheet.matches("type=\"list\"").count(), 2);
    assert_eq!(sheet.matches("type=\"whole\"").count(), 1);
    assert!(sheet.contains("<formula1>0</formula1><formula2>99999999</formula2>"));
    let styles = book.part("xl/styles.xml");
    assert!(styles.contains("ＭＳ Ｐゴシック") && styles.contains("<protection locked=\"0\"/>"));
}

#[test]
fn all_answer_cells_are_unlocked_and_nothing_else() {
    let book = filled(&form());
    let styles = book.part("xl/styles.xml");
    let formats = styles.split("<cellXfs").nth(1).expect("formats");
    let formats = formats.split("</cellXfs>").next().expect("formats");
    let unlocked: Vec<bool> = formats
        .split("<xf ")
        .skip(1)
        .map(|xf| xf.contains("locked=\"0\""))
        .collect();
    let sheet = book.part("xl/worksheets/sheet1.xml");
    let is_unlocked = |name: &str| {
        let (row, column) = book.place(name);
        let cell = format!(
            "<c r=\"{}{}\" s=\"",
            char::from(b'A' + column as u8),
            row + 1
        );
        let rest = sheet.split(&cell).nth(1).expect(name);
        let style: usize = rest[..rest.find('"').expect("a style")]
            .parse()
            .expect("a number");
        unlocked[style]
    };
    for name in [
        layout::DEPARTMENT,
        layout::EMAIL,
        layout::PHONE,
        "intent_1",
        "intent_4",
        layout::INTENT_TEXT,
        layout::OTHER_TEXT,
        "target_tuberculosis",
        "recipients_tuberculosis",
    ] {
        assert!(is_unlocked(name), "{name}");
    }
    for name in [
        layout::EDITION,
        layout::CODE,
        layout::NAME,
        layout::TARGETS_TOTAL,
        layout::RECIPIENTS_TOTAL,
    ] {
        assert!(!is_unlocked(name), "{name}");
    }
}

#[test]
fn a_draft_says_that_it_is_one_and_keeps_what_could_not_be_read() {
    let mut input = Form1Input::default();
    input.contact.department = "健康課".to_owned();
    input.intent.intents.insert(ApplicationIntent::NoPlan);
    for (id, target, recipients) in [
        ("rehabilitation", true, "約1,200人"),
        ("developmental", true, "集計中"),
        ("nursing_care", false, "10～20人"),
    ] {
        let row = SchemeInput {
            target,
            recipients: recipients.to_owned(),
        };
        input.schemes.rows.insert(id.parse().expect("an id"), row);
    }
    let bytes = write_form1_draft(&edition("fy2025"), &hakodate(), &input).expect("a workbook");
    let book = Book::read(bytes);
    assert_eq!(
        book.value(SHEET, 0, 2),
        words("下書き（まだ提出していません）")
    );
    assert_eq!(book.named(SHEET, "intent_3"), words("○"));
    assert_eq!(
        book.named(SHEET, "recipients_rehabilitation"),
        Data::Float(1200.0)
    );
    assert_eq!(book.named(SHEET, "recipients_developmental"), Data::Empty);
    assert_eq!(
        book.named(SHEET, "recipients_nursing_care"),
        words("10～20人")
    );
    assert_eq!(
        book.named(SHEET, layout::RECIPIENTS_TOTAL),
        Data::Float(1200.0)
    );
}

#[test]
fn every_shipped_edition_has_all_its_rows() {
    for (key, _) in migrations::data::EDITIONS {
        let edition = edition(key);
        let bytes = write_form1(&edition, &hakodate(), None, None).expect("a workbook");
        let book = Book::read(bytes);
        for row in &edition.rows {
            let (at, _) = book.place(&layout::target_name(&row.scheme));
            let column = if row.law.is_empty() { 1 } else { 2 };
            assert_eq!(
                book.value(SHEET, at, column),
                words(&layout::row_label(row)),
                "{key}"
            );
            assert!(book.has_name(&layout::recipients_name(&row.scheme)));
        }
    }
}
