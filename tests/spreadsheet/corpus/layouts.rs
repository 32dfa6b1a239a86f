//! The same answer in every shape the sheet may come in.

use torimatome::spreadsheet::form1_layout as layout;
use torimatome::spreadsheet::intake::CellValue;

use super::book::{Page, number, text};
use super::case::{Base, Case};

const GROUP: &str = "Layout";

fn case(name: &str, from: Base) -> Case {
    Case::new(GROUP, name, from)
}

pub fn cases() -> Vec<Case> {
    let mut cases = same_answer();
    cases.extend(sheets());
    cases.extend(rows_and_columns());
    cases.extend(broken());
    cases
}

/// The answer is where the form has it, in another dress.
fn same_answer() -> Vec<Case> {
    vec![
        case("our form as given out", Base::Ours),
        case("our form re-saved without names", Base::Bare),
        case("the ministry's form as mailed", Base::Notice),
        case("our form of fiscal 2026", Base::Ours).edition("fy2026", Base::Ours),
        case("our form of fiscal 2027, no names", Base::Bare).edition("fy2027", Base::Bare),
        case("the ministry's layout, fiscal 2026", Base::Notice).edition("fy2026", Base::Notice),
        case("a receipt line at the top", Base::Ours).bend(|book| {
            book.put(
                (0, 2),
                text("受付番号 R7-012025-01　令和7年2月20日（木）13時05分 提出"),
            );
        }),
        case("blank but formatted cells", Base::Notice).bend(|book| {
            for field in [
                "target_nursing_care",
                "recipients_nursing_care",
                "intent_2",
                "form1_intent_text",
            ] {
                book.set(field, text(""));
            }
        }),
        case("spaces in empty cells", Base::Bare).bend(|book| {
            for field in [
                "target_nursing_care",
                "recipients_tuberculosis",
                "intent_3",
                "form1_intent_text",
            ] {
                book.set(field, text(" \u{3000}"));
            }
        }),
        case("law and name in one cell", Base::Notice).bend(|book| {
            let edition = crate::support::edition("fy2025");
            for row in &edition.rows {
                let (at, _) = book.field(&format!("target_{}", row.scheme));
                if !row.law.is_empty() {
                    book.pages[0].cells.remove(&(at, 2));
                    book.put((at, 3), text(format!("{}　{}", row.law, row.name)));
                }
            }
        }),
        case("law in brackets behind the name", Base::Notice).bend(|book| {
            let edition = crate::support::edition("fy2025");
            for row in edition.rows.iter().filter(|row| !row.law.is_empty()) {
                let (at, _) = book.field(&format!("target_{}", row.scheme));
                book.put((at, 3), text(format!("{}（{}）", row.name, row.law)));
            }
        }),
        case("category and law repeated in every row", Base::Notice).bend(|book| {
            let edition = crate::support::edition("fy2025");
            for row in &edition.rows {
                let (at, _) = book.field(&format!("target_{}", row.scheme));
                book.put((at, 1), text(&row.category));
                if !row.law.is_empty() {
                    book.put((at, 2), text(&row.law));
                }
            }
        }),
        case("names of the catalogue", Base::Notice).bend(|book| {
            for (printed, short) in [
                ("精神通院医療に係る自立支援医療費", "精神通院医療"),
                ("更生医療に係る自立支援医療費", "更生医療"),
                ("育成医療に係る自立支援医療費", "育成医療"),
                ("療養介護医療費", "療養介護医療"),
                ("障害児入所医療費", "障害児入所医療"),
                (
                    "肝炎治療特別促進事業による医療費助成",
                    "肝炎治療特別促進事業",
                ),
            ] {
                book.reword(printed, short);
            }
        }),
        case("names of the status tables", Base::Notice).bend(|book| {
            for (printed, short) in [
                ("特定医療費", "難病"),
                ("小児慢性特定疾病医療費", "小児慢性"),
                ("養育医療", "未熟児養育医療"),
                ("結核患者の医療", "結核"),
                (
                    "新型インフルエンザ等感染症外出自粛対象者の医療",
                    "新型インフル",
                ),
                ("新感染症外出自粛対象者の医療", "新感染症"),
                ("こどもの医療費に係る地方単独医療費助成", "こども"),
                ("障害者の医療費に係る地方単独医療費助成", "障害者"),
                ("ひとり親家庭の医療費に係る地方単独医療費助成", "ひとり親"),
                ("その他の地方単独医療費助成※", "その他"),
            ] {
                book.reword(printed, short);
            }
        }),
        case("子ども and 障がい者", Base::Bare).bend(|book| {
            book.reword("こどもの医療費", "子どもの医療費");
            book.reword("障害者の医療費", "障がい者の医療費");
        }),
        case("numbered rows and headings in full width", Base::Notice).bend(|book| {
            for (number, printed) in [
                ("１．", "精神通院医療"),
                ("（２）", "更生医療に"),
                ("③", "育成医療に"),
                ("⑯ ", "こどもの"),
            ] {
                book.reword(printed, &format!("{number}{printed}"));
            }
            book.reword("1. 国又は", "１．国又は");
            book.reword("2. 自治体", "２　自治体");
        }),
        case("line breaks and spaces in labels", Base::Bare).bend(|book| {
            book.reword("システム改修等の対象", "システム\n改修等の\n対象");
            book.reword("受給者数（人）", "受 給 者 数\n（ 人 ）");
            book.reword(
                "連絡調整担当部署のメールアドレス",
                "連絡調整担当部署の\nメールアドレス",
            );
        }),
        case("half-width kana in labels", Base::Notice).bend(|book| {
            book.reword("システム改修等の対象", "ｼｽﾃﾑ改修等の対象");
            book.reword(
                "連絡調整担当部署のメールアドレス",
                "連絡調整担当部署のﾒｰﾙｱﾄﾞﾚｽ",
            );
            book.reword("新型インフルエンザ等", "新型ｲﾝﾌﾙｴﾝｻﾞ等");
        }),
        case("shortened heads of the columns", Base::Notice).bend(|book| {
            let (row, column) = book.field("target_psychiatric_outpatient");
            book.put((row - 1, column), text("対象"));
            book.put((row - 1, column + 1), text("受給者数"));
        }),
        case("heads with an explanation", Base::Notice).bend(|book| {
            let (row, column) = book.field("target_psychiatric_outpatient");
            book.put((row - 1, column), text("システム改修等の対象（○を付す）"));
            book.put((row - 1, column + 1), text("受給者数（人）※概数でも可"));
        }),
        case("no heads over the columns", Base::Notice).bend(|book| {
            let (row, column) = book.field("target_psychiatric_outpatient");
            book.pages[0].cells.remove(&(row - 1, column));
            book.pages[0].cells.remove(&(row - 1, column + 1));
        }),
        case("shortened labels of the contact", Base::Notice).bend(|book| {
            book.put((3, 1), text("団体コード"));
            book.put((4, 1), text("団体名"));
            book.put((7, 1), text("担当部署名"));
            book.put((8, 1), text("E-mail"));
            book.put((9, 1), text("TEL"));
        }),
        case("shortened choices", Base::Notice).bend(|book| {
            for (row, words) in [
                (14, "①１次交付"),
                (15, "②２次交付"),
                (16, "③予定なし"),
                (17, "④その他"),
            ] {
                book.put((row, 1), text(words));
            }
        }),
        case(
            "numbers of the choices in a column of their own",
            Base::Notice,
        )
        .bend(|book| {
            let edition = crate::support::edition("fy2025");
            for (index, wording) in edition.intents.iter().enumerate() {
                let row = 14 + index as u32;
                book.put((row, 1), text(["①", "②", "③", "④"][index]));
                book.put((row, 2), text(&wording.label));
            }
        }),
        case("unit in a cell beside the number", Base::Notice).bend(|book| {
            for scheme in ["rehabilitation", "premature_infant", "local_child"] {
                let (row, column) = book.field(&format!("recipients_{scheme}"));
                book.put((row, column + 1), text("人"));
            }
        }),
        case("an example beside the contact", Base::Notice).bend(|book| {
            book.put((7, 6), text("（例）福祉部 障害福祉課"));
            book.put((9, 6), text("※内線も記入"));
        }),
        case("answers below their labels", Base::Notice).bend(|book| {
            for row in 7..10 {
                book.pages[0].cells.remove(&(row, 1));
            }
            for (field, row, words) in [
                ("form1_department", 7, "担当部署名"),
                ("form1_email", 8, "メールアドレス"),
                ("form1_phone", 9, "電話番号"),
            ] {
                let at = book.field(field);
                let cell = book.pages[0].cells.remove(&at).expect("an answer");
                let column = 1 + (row - 7) * 2;
                book.put((7, column), text(words));
                book.put((8, column), cell.0);
            }
        }),
        case("digits of the code in six boxes", Base::Notice).bend(|book| {
            for (index, digit) in "012025".chars().enumerate() {
                book.put((3, 4 + index as u32), text(digit.to_string()));
            }
        }),
        case("prefecture and city in two cells", Base::Notice).bend(|book| {
            book.put((4, 4), text("北海道"));
            book.put((4, 5), text("函館市"));
        }),
        case("prefecture in a field of its own", Base::Notice).bend(|book| {
            book.put((4, 1), text("都道府県名"));
            book.put((4, 2), text("北海道"));
            book.put((4, 3), text("市区町村名"));
        }),
        case("printed instructions reworded", Base::Notice).bend(|book| {
            book.put((12, 1), text("いずれか1つに○をつけてください"));
            book.put(
                (22, 1),
                text("対象とする医療費助成に○をつけ、受給者数を記入してください"),
            );
            book.put((1, 1), text("意向等調査 回答様式"));
        }),
        case("heads merged over two columns each", Base::Notice).bend(|book| {
            book.shift(|(row, column)| {
                let column = match column {
                    6 if row == 23 => 6,
                    7 if row == 23 => 8,
                    6 if row > 23 => 7,
                    7 if row > 23 => 9,
                    column => column,
                };
                Some((row, column))
            });
        }),
        case("subtotals within the table", Base::Notice).bend(|book| {
            let (row, _) = book.field("target_local_child");
            book.insert_rows(row, 1);
            book.put((row, 1), text("小計"));
            book.put((row, 6), number(3.0));
            book.put((row, 7), number(1234.0));
        }),
        case("a scheme named in a line above the table", Base::Notice).bend(|book| {
            book.insert_rows(0, 2);
            book.put((0, 1), text("難病"));
        }),
        case("a prefecture's note above the form", Base::Notice).bend(|book| {
            book.insert_rows(0, 4);
            book.put(
                (0, 1),
                text("【北海道からのお願い】県内締切は2月14日です。"),
            );
            book.put(
                (1, 1),
                text("ご不明な点は 医療助成担当（電話 011-000-0000）まで"),
            );
        }),
    ]
}

fn sheets() -> Vec<Case> {
    let blank = || {
        let mut blank = super::case::base(Base::Notice, "fy2025");
        let answers: Vec<_> = blank.fields.values().copied().collect();
        for at in answers {
            blank.pages[0].cells.remove(&at);
        }
        blank.pages.remove(0)
    };
    vec![
        case("renamed sheet", Base::Ours).bend(|book| {
            book.rename("Sheet1 (2)");
        }),
        case("a list and notes on other sheets", Base::Notice).bend(|book| {
            book.add(Page {
                name: "メモ".to_owned(),
                cells: [
                    ((0, 0), (text("難病 120人、更生医療 1234人"), false)),
                    ((3, 1), (number(5.0), false)),
                ]
                .into(),
                ..Page::default()
            });
            book.pages.swap(0, 1);
            book.pages.swap(0, 1);
        }),
        case("a hidden list of choices", Base::Notice).bend(|book| {
            book.add(Page {
                name: "リスト".to_owned(),
                hidden: true,
                cells: [((0, 0), (text("○"), false)), ((1, 0), (text("×"), false))].into(),
            });
        }),
        case("a blank copy of the form behind it", Base::Notice).bend(|book| {
            let mut page = blank();
            page.name = "様式1 (2)".to_owned();
            book.add(page);
        }),
        case("a filled-in example", Base::Notice)
            .bend(|book| {
                let mut page = book.pages[0].clone();
                page.name = "記入例".to_owned();
                page.cells.insert((7, 4), (text("○○部 ○○課"), false));
                book.add(page);
            })
            .warning(""),
        case("a hidden copy with other answers", Base::Notice)
            .bend(|book| {
                let mut page = book.pages[0].clone();
                page.name = "前回".to_owned();
                page.hidden = true;
                page.cells.insert((7, 4), (text("旧 福祉課"), false));
                book.add(page);
            })
            .warning(""),
        case("the only form is hidden", Base::Notice)
            .bend(|book| {
                book.pages[0].hidden = true;
                book.add(Page {
                    name: "表紙".to_owned(),
                    cells: [((0, 0), (text("送付します"), false))].into(),
                    ..Page::default()
                });
            })
            .warning(""),
        case("the same form on two sheets", Base::Notice)
            .bend(|book| {
                let mut page = book.pages[0].clone();
                page.name = "様式1 (控え)".to_owned();
                book.add(page);
            })
            .warning(""),
        case("three forms filled in differently", Base::Notice)
            .bend(|book| {
                for (name, department) in [("難病", "保健所"), ("こども", "こども課")] {
                    let mut page = book.pages[0].clone();
                    page.name = name.to_owned();
                    page.cells.insert((7, 4), (text(department), false));
                    book.add(page);
                }
            })
            .error("")
            .says(&["3枚", "「様式1」「難病」「こども」"]),
        case("last year's form left on a second sheet", Base::Bare)
            .edition("fy2026", Base::Bare)
            .bend(|book| {
                let mut page = super::case::base(Base::Notice, "fy2025").pages.remove(0);
                page.name = "R7".to_owned();
                book.add(page);
            })
            .warning(""),
        case("Form 2 on a second sheet", Base::Notice).bend(|book| {
            book.add(Page {
                name: "様式2".to_owned(),
                cells: [
                    ((0, 0), (text("（様式2）"), false)),
                    ((3, 0), (text("都道府県名"), false)),
                ]
                .into(),
                ..Page::default()
            });
        }),
    ]
}

fn rows_and_columns() -> Vec<Case> {
    vec![
        case("three rows inserted at the top", Base::Ours).bend(|book| {
            book.insert_rows(0, 3);
        }),
        case("a column inserted at the left", Base::Bare).bend(|book| {
            book.insert_columns(0, 1);
        }),
        case("two columns inserted before the marks", Base::Bare).bend(|book| {
            book.insert_columns(3, 2);
        }),
        case("an empty row between any two", Base::Notice).bend(|book| {
            book.shift(|(row, column)| Some((row * 2, column)));
        }),
        case("an empty column between any two", Base::Notice).bend(|book| {
            book.shift(|(row, column)| Some((row, column * 2)));
        }),
        case("instruction rows deleted", Base::Notice).bend(|book| {
            book.delete_row(22);
            book.delete_row(12);
        }),
        case("the title deleted", Base::Notice).bend(|book| {
            book.delete_row(1);
            book.delete_row(0);
        }),
        case("rows in another order", Base::Ours).bend(|book| {
            let (row, _) = book.field("target_local_child");
            let (top, _) = book.field("target_rehabilitation");
            book.move_row(row, top);
        }),
        case("rows sorted, the names left behind", Base::Ours).bend(|book| {
            // A sort moves contents, not names.
            let (a, _) = book.field("target_rehabilitation");
            let (b, _) = book.field("target_premature_infant");
            let names = book.names.clone();
            book.shift(|(row, column)| {
                let row = if row == a {
                    b
                } else if row == b {
                    a
                } else {
                    row
                };
                Some((row, column))
            });
            book.names = names;
        }),
        case("number before the mark", Base::Notice).bend(|book| {
            book.shift(|(row, column)| {
                let column = match column {
                    6 if row >= 23 => 7,
                    7 if row >= 23 => 6,
                    column => column,
                };
                Some((row, column))
            });
        }),
        case("answers left of the names", Base::Notice).bend(|book| {
            let first = book.field("target_psychiatric_outpatient").0 - 1;
            let last = book.find("合計").0;
            book.shift(move |(row, column)| {
                let inside = (first..=last).contains(&row);
                let column = match column {
                    6 | 7 if inside => column - 6,
                    column if inside => column + 4,
                    column => column,
                };
                Some((row, column))
            });
        }),
        case("local schemes beside the national ones", Base::Notice).bend(|book| {
            let first = book.field("target_psychiatric_outpatient").0;
            let local = book.field("target_local_child").0;
            let last = book.field("target_local_other").0;
            book.shift(move |(row, column)| {
                if (local..=last).contains(&row) {
                    Some((row - local + first, column + 8))
                } else {
                    Some((row, column))
                }
            });
            book.put((first - 1, 14), text("システム改修等の対象"));
            book.put((first - 1, 15), text("受給者数(人)"));
        }),
        case("answers in the row below each name", Base::Notice).bend(|book| {
            let first = book.field("target_psychiatric_outpatient").0;
            let last = book.field("target_local_other").0;
            book.shift(move |(row, column)| {
                let row = match row {
                    row if row > last => row + (last - first + 1),
                    row if row >= first => row + (row - first) + u32::from(column >= 6),
                    row => row,
                };
                Some((row, column))
            });
        }),
        case("the table above the choices", Base::Notice).bend(|book| {
            book.shift(|(row, column)| {
                let row = match row {
                    11..=20 => row + 200,
                    row => row,
                };
                Some((row, column))
            });
        }),
        case("choices side by side, marks below", Base::Notice).bend(|book| {
            let edition = crate::support::edition("fy2025");
            for index in 0..4_u32 {
                book.pages[0].cells.remove(&(14 + index, 1));
                book.pages[0].cells.remove(&(14 + index, 7));
            }
            for (index, intent) in
                (0..).zip(torimatome::domain::application_intent::ApplicationIntent::ALL)
            {
                book.put((14, 1 + 2 * index), text(edition.intent_label(intent)));
            }
            book.pages[0].cells.remove(&(13, 7));
            book.put((15, 1), text("○"));
        }),
    ]
}

/// Something of the form is gone.
fn broken() -> Vec<Case> {
    vec![
        case("a row of no concern deleted", Base::Notice)
            .bend(|book| {
                let (row, _) = book.field("target_hepatitis_treatment");
                book.delete_row(row);
            })
            .warning("")
            .says(&["肝炎治療特別促進事業"]),
        case("a label erased, the name still there", Base::Ours)
            .bend(|book| {
                let (row, _) = book.field("target_rehabilitation");
                book.pages[0].cells.remove(&(row, 2));
            })
            .warning("○"),
        case("a label erased and no name", Base::Notice)
            .bend(|book| {
                let (row, _) = book.field("target_rehabilitation");
                book.pages[0].cells.remove(&(row, 3));
            })
            .error("○")
            .warning(""),
        case("a row of its own with an answer", Base::Notice)
            .bend(|book| {
                let (row, _) = book.field("target_local_other");
                book.insert_rows(row, 1);
                book.put((row, 2), text("高齢者の医療費に係る地方単独医療費助成"));
                book.put((row, 6), text("○"));
                book.put((row, 7), number(300.0));
            })
            .error("○")
            .says(&["高齢者の医療費", "ない行"]),
        case("a row of its own without an answer", Base::Notice).bend(|book| {
            let (row, _) = book.field("target_local_other");
            book.insert_rows(row, 1);
            book.put((row, 2), text("高齢者の医療費に係る地方単独医療費助成"));
        }),
        case("a row twice, answered once", Base::Notice).bend(|book| {
            let (row, _) = book.field("target_local_other");
            book.insert_rows(row, 1);
            book.put((row, 3), text("更生医療に係る自立支援医療費"));
        }),
        case("a row twice, answered differently", Base::Notice)
            .bend(|book| {
                let (row, _) = book.field("target_local_other");
                book.insert_rows(row, 1);
                book.put((row, 3), text("更生医療に係る自立支援医療費"));
                book.put((row, 6), text("○"));
                book.put((row, 7), number(99.0));
            })
            .error("○")
            .says(&["2つ"]),
        case("the e-mail row deleted", Base::Notice)
            .bend(|book| {
                book.delete_row(8);
            })
            .error("")
            .says(&["メールアドレス", "見つかりません"]),
        case("the choices deleted", Base::Notice)
            .bend(|book| {
                for _ in 0..9 {
                    book.delete_row(11);
                }
            })
            .error("")
            .says(&["申請の意向"]),
        case("the table cut off", Base::Notice)
            .bend(|book| {
                book.shift(|at| (at.0 < 23).then_some(at));
            })
            .error(""),
        case("a column for remarks", Base::Notice)
            .bend(|book| {
                let (row, column) = book.field("recipients_rehabilitation");
                book.put((row, column + 3), text("令和6年12月末"));
                book.put((row + 1, column + 3), text("集計中"));
            })
            .warning("令和6年12月末"),
        case("a remark right of a blank number", Base::Notice)
            .bend(|book| {
                let (row, column) = book.field("recipients_developmental");
                book.put((row, column + 1), text("50"));
            })
            .warning("50"),
        case("a row erased with a filled-in one below", Base::Notice)
            .bend(|book| {
                // The label of an unanswered row: nothing of 更生医療 may move up to 精神通院.
                let (row, _) = book.field("target_psychiatric_outpatient");
                book.pages[0].cells.remove(&(row, 3));
            })
            .warning(""),
        case("totals typed over, and right", Base::Notice).bend(|book| {
            let (row, _) = book.find(layout::TOTAL_LABEL);
            book.put((row, 6), number(5.0));
            book.put((row, 7), text("29279"));
        }),
        case("totals typed over, and wrong", Base::Notice)
            .bend(|book| {
                let (row, _) = book.find(layout::TOTAL_LABEL);
                book.put((row, 6), number(4.0));
                book.put((row, 7), number(30_000.0));
            })
            .warning("4")
            .warning("30000")
            .says(&["4件", "5件"]),
        case("a total whose formula was never calculated", Base::Notice).bend(|book| {
            let (row, _) = book.find(layout::TOTAL_LABEL);
            book.pages[0]
                .cells
                .insert((row, 7), (CellValue::Number(0.0), true));
        }),
    ]
}
