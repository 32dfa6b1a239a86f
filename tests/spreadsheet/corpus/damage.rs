//! More sheets than one, rows and columns moved, and parts of the form gone.

use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::spreadsheet::form1_layout as layout;
use torimatome::spreadsheet::intake::CellValue;

use super::book::{Page, number, text};
use super::case::{Base, Case};

const GROUP: &str = "Sheets, rows and columns";

fn case(name: &str, from: Base) -> Case {
    Case::new(GROUP, name, from)
}

pub fn cases() -> Vec<Case> {
    [sheets(), rows_and_columns(), broken()].concat()
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
                ..Page::default()
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
            for (index, intent) in (0..).zip(ApplicationIntent::ALL) {
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
