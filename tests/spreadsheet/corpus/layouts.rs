//! The same answer in every shape the sheet may come in.

use torimatome::spreadsheet::intake::CellValue;

use super::book::{Page, number, text};
use super::case::{Base, Case};

const GROUP: &str = "Layout";

fn case(name: &str, from: Base) -> Case {
    Case::new(GROUP, name, from)
}

/// The answer is where the form has it, in another dress.
pub fn cases() -> Vec<Case> {
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
        case("laws and categories merged over their rows", Base::Notice).bend(|book| {
            let (first, _) = book.field("target_psychiatric_outpatient");
            book.pages[0].merged = vec![
                ((first, 1), (first + 14, 1)),
                ((first, 2), (first + 3, 2)),
                ((3, 4), (3, 7)),
                ((7, 4), (7, 7)),
            ];
        }),
        case("one circle merged over two schemes", Base::Notice)
            .bend(|book| {
                let (row, column) = book.field("target_rehabilitation");
                book.clear("target_developmental");
                book.pages[0].merged = vec![((row, column), (row + 1, column))];
            })
            .error("○")
            .says(&["結合", "行ごと"]),
        case("one number merged over two schemes", Base::Notice)
            .bend(|book| {
                let (row, column) = book.field("recipients_rehabilitation");
                book.clear("recipients_developmental");
                book.pages[0].merged = vec![((row, column), (row + 1, column))];
            })
            .error("1234")
            .says(&["結合", "行ごと"]),
        case("empty answers merged over two schemes", Base::Notice).bend(|book| {
            let (row, column) = book.field("target_nursing_care");
            book.pages[0].merged = vec![((row, column), (row + 1, column))];
        }),
        case("one circle merged over two choices", Base::Notice)
            .bend(|book| {
                let (row, column) = book.field("intent_1");
                book.pages[0].merged = vec![((row, column), (row + 1, column))];
            })
            .error("○")
            .says(&["結合", "選択肢ごと"]),
        case("rows hidden that hold nothing", Base::Notice).bend(|book| {
            let (row, _) = book.field("target_nursing_care");
            book.pages[0].hidden_rows = vec![row];
        }),
        case("a hidden row with an answer", Base::Notice)
            .bend(|book| {
                let (row, _) = book.field("target_rehabilitation");
                book.pages[0].hidden_rows = vec![row];
            })
            .warning(""),
        case("a hidden column with answers", Base::Notice)
            .bend(|book| {
                let (_, column) = book.field("recipients_rehabilitation");
                book.pages[0].hidden_columns = vec![column];
            })
            .warning(""),
        case("a circle before the name of a scheme", Base::Notice)
            .bend(|book| {
                book.clear("target_rehabilitation");
                book.reword("更生医療に", "○更生医療に");
            })
            .change("○更生医療に係る自立支援医療費", "○"),
        case("bullets before all names", Base::Notice).bend(|book| {
            let edition = crate::support::edition("fy2025");
            for row in &edition.rows {
                let (at, _) = book.field(&format!("target_{}", row.scheme));
                let column = if row.law.is_empty() { 2 } else { 3 };
                if let Some((CellValue::Text(words), _)) =
                    book.pages[0].cells.get(&(at, column)).cloned()
                {
                    book.put((at, column), text(format!("●{words}")));
                }
            }
        }),
        case("a number behind the name of a scheme", Base::Notice)
            .bend(|book| {
                book.clear("recipients_rehabilitation");
                book.reword(
                    "更生医療に係る自立支援医療費",
                    "更生医療に係る自立支援医療費（1,234人）",
                );
            })
            .error("更生医療に係る自立支援医療費（1,234人）")
            .says(&["受給者数（人）"]),
        case("persons counted in thousands", Base::Notice)
            .bend(|book| {
                let (row, column) = book.field("recipients_psychiatric_outpatient");
                book.put((row - 1, column), text("受給者数(千人)"));
            })
            .error("受給者数(千人)")
            .says(&["単位"]),
        case("two columns of persons", Base::Notice)
            .bend(|book| {
                let (row, column) = book.field("recipients_psychiatric_outpatient");
                book.put((row - 1, column), text("受給者数（令和7年度）"));
                book.put((row - 1, column + 1), text("受給者数（令和6年度）"));
                book.put((row + 1, column + 1), number(999.0));
            })
            .error("999")
            .warning("999")
            .says(&["2つ以上"]),
        case("code and name on a cover sheet", Base::Notice)
            .bend(|book| {
                let mut cover = Page {
                    name: "表紙".to_owned(),
                    ..Page::default()
                };
                for row in [3, 4] {
                    for column in [1, 4] {
                        if let Some(cell) = book.pages[0].cells.remove(&(row, column)) {
                            cover.cells.insert((row, column), cell);
                        }
                    }
                }
                book.add(cover);
            })
            .file("様式1.xlsx")
            .warning(""),
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
