//! Contacts, choices and free words as people write them.

use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::spreadsheet::intake::CellValue;

use super::book::{number, text};
use super::case::{Base, Case};
use crate::support::answer;

pub fn cases() -> Vec<Case> {
    [contacts(), choices(), words()].concat()
}

fn contacts() -> Vec<Case> {
    let group = "Contact";
    let case = |name: &str| Case::new(group, name, Base::Notice);
    let phone = |case: Case, phone: &'static str| {
        case.stores(move |form| form.contact.phone = phone.parse().expect("a number"))
    };
    vec![
        case("department with spaces around")
            .with(
                "form1_department",
                text("\u{3000}福祉部 障害福祉課 医療助成係 "),
            )
            .change(
                "\u{3000}福祉部 障害福祉課 医療助成係 ",
                "福祉部 障害福祉課 医療助成係",
            ),
        case("department pasted from the web")
            .with(
                "form1_department",
                text("福祉部\u{A0}障害福祉課\u{200B} 医療助成係\r\n"),
            )
            .change(
                "福祉部\u{A0}障害福祉課\u{200B} 医療助成係\r\n",
                "福祉部\u{A0}障害福祉課 医療助成係",
            )
            .stores(|form| {
                form.contact.department = "福祉部\u{A0}障害福祉課 医療助成係".to_owned()
            }),
        case("department in three cells")
            .bend(|book| {
                for (column, words) in [(4, "福祉部"), (5, "障害福祉課"), (6, "医療助成係")]
                {
                    book.put((7, column), text(words));
                }
            })
            .change(
                "福祉部 / 障害福祉課 / 医療助成係",
                "福祉部 障害福祉課 医療助成係",
            ),
        case("label and answer in one cell")
            .bend(|book| {
                for (row, field, label) in [
                    (
                        7,
                        "form1_department",
                        "連絡調整担当部署の名称：福祉部 障害福祉課 医療助成係",
                    ),
                    (9, "form1_phone", "電話番号　0138-00-0000"),
                ] {
                    book.clear(field);
                    book.put((row, 1), text(label));
                }
            })
            .change(
                "連絡調整担当部署の名称：福祉部 障害福祉課 医療助成係",
                "福祉部 障害福祉課 医療助成係",
            )
            .change("電話番号　0138-00-0000", "0138-00-0000"),
        case("full-width mail address")
            .with(
                "form1_email",
                text("ｉｒｙｏ＠ｃｉｔｙ－ｈａｋｏｄａｔｅ．ｅｘａｍｐｌｅ"),
            )
            .change(
                "ｉｒｙｏ＠ｃｉｔｙ－ｈａｋｏｄａｔｅ．ｅｘａｍｐｌｅ",
                "iryo@city-hakodate.example",
            ),
        case("mailto link")
            .with("form1_email", text("mailto:iryo@city-hakodate.example"))
            .change(
                "mailto:iryo@city-hakodate.example",
                "iryo@city-hakodate.example",
            ),
        case("two mail addresses")
            .with(
                "form1_email",
                text("iryo@city-hakodate.example; fukushi@city-hakodate.example"),
            )
            .error("iryo@city-hakodate.example; fukushi@city-hakodate.example")
            .says(&["1件だけ"]),
        case("mail address without @")
            .with("form1_email", text("city-hakodate.example"))
            .error("city-hakodate.example"),
        case("no mail address")
            .bend(|book| {
                book.clear("form1_email");
            })
            .error(""),
        phone(
            case("telephone with extension")
                .with(
                    "form1_phone",
                    text("０１３８－００－００００（内線１２３）"),
                )
                .change(
                    "０１３８－００－００００（内線１２３）",
                    "0138-00-0000（内線123）",
                ),
            "0138-00-0000（内線123）",
        ),
        phone(
            case("extension in a cell beside")
                .bend(|book| {
                    book.put((9, 6), text("内線123"));
                })
                .change("0138-00-0000 / 内線123", "0138-00-0000（内線123）"),
            "0138-00-0000（内線123）",
        ),
        phone(
            case("telephone in three cells")
                .bend(|book| {
                    for (column, words) in [(4, "0138"), (5, "00"), (6, "0000")] {
                        book.put((9, column), text(words));
                    }
                })
                .change("0138 / 00 / 0000", "0138-00-0000"),
            "0138-00-0000",
        ),
        phone(
            case("telephone as a number that lost its zero")
                .with("form1_phone", number(138_000_000.0))
                .change("138000000", "0138000000"),
            "0138000000",
        ),
        phone(
            case("TEL before the number")
                .with("form1_phone", text("TEL 0138-00-0000"))
                .change("TEL 0138-00-0000", "0138-00-0000"),
            "0138-00-0000",
        ),
        case("telephone without area code")
            .with("form1_phone", text("00-0000"))
            .error("00-0000"),
        case("something in the cell beside the telephone")
            .bend(|book| {
                book.put((9, 6), text("平日のみ"));
            })
            .warning("平日のみ"),
    ]
}

fn choices() -> Vec<Case> {
    use ApplicationIntent::{FirstRound, NoPlan, Other, SecondRound};
    let group = "Choices";
    let case = |name: &str| Case::new(group, name, Base::Notice);
    let chosen = |case: Case, intents: &'static [ApplicationIntent]| {
        case.stores(move |form| form.intents = intents.iter().copied().collect())
    };
    let only = |case: Case, field: &'static str, words: &'static str| {
        case.bend(move |book| {
            book.clear("intent_1");
            book.set(field, text(words));
        })
    };
    vec![
        only(case("レ"), "intent_1", "レ").change("レ", "○"),
        chosen(
            only(case("the choice's own number"), "intent_2", "②").change("②", "○"),
            &[SecondRound],
        ),
        chosen(
            only(
                case("a number in the first cell for all four"),
                "intent_1",
                "2",
            )
            .change("2", "②"),
            &[SecondRound],
        ),
        chosen(
            only(case("② in the first cell for all four"), "intent_1", "②").change("②", "②"),
            &[SecondRound],
        ),
        chosen(
            only(case("①、② in one cell"), "intent_1", "①、②")
                .change("①、②", "①②")
                .warning("①、②"),
            &[FirstRound, SecondRound],
        ),
        chosen(
            case("both rounds").with("intent_2", text("○")).warning("○"),
            &[FirstRound, SecondRound],
        ),
        chosen(
            only(case("no plan, but rows marked"), "intent_3", "○").warning(""),
            &[NoPlan],
        ),
        only(case("nothing chosen"), "intent_1", "")
            .error("")
            .says(&["申請の意向"]),
        only(case("× at all but one"), "intent_1", "○")
            .with("intent_2", text("×"))
            .with("intent_3", text("×"))
            .with("intent_4", text("×"))
            .change("×", "○なし")
            .change("×", "○なし")
            .change("×", "○なし"),
        case("△ at the second")
            .with("intent_2", text("△"))
            .error("△")
            .says(&["②"]),
        chosen(
            only(case("④ with words"), "intent_4", "○")
                .with("form1_intent_text", text("議会の議決後に決める")),
            &[Other],
        )
        .stores(|form| form.intent_text = "議会の議決後に決める".to_owned()),
        only(case("④ without words"), "intent_4", "○")
            .error("")
            .says(&["④"]),
        chosen(
            only(
                case("words in ④'s cell"),
                "intent_4",
                "県と協議のうえ決定する",
            )
            .change(
                "県と協議のうえ決定する",
                "○（内容：県と協議のうえ決定する）",
            ),
            &[Other],
        )
        .stores(|form| form.intent_text = "県と協議のうえ決定する".to_owned()),
        chosen(
            only(case("○ and words in ④'s cell"), "intent_4", "○（検討中）")
                .change("○（検討中）", "○（内容：検討中）"),
            &[Other],
        )
        .stores(|form| form.intent_text = "検討中".to_owned()),
        case("words of ④ though ① is chosen")
            .with("form1_intent_text", text("参考：来年度も予定"))
            .stores(|form| form.intent_text = "参考：来年度も予定".to_owned())
            .warning("参考：来年度も予定"),
        case("○ in front of the label")
            .bend(|book| {
                book.clear("intent_1");
                let at = book.find("① 1次交付");
                book.put(
                    at,
                    text("○① 1次交付に係る申請(令和7年4月～5月予定)を行う予定である"),
                );
            })
            .change(
                "○① 1次交付に係る申請(令和7年4月～5月予定)を行う予定である",
                "○",
            ),
        case("check boxes in the labels")
            .bend(|book| {
                book.clear("intent_1");
                for (row, sign) in [(14, "☑"), (15, "☐"), (16, "☐"), (17, "☐")] {
                    if let (CellValue::Text(words), _) = book.pages[0].cells[&(row, 1)].clone() {
                        book.put((row, 1), text(format!("{sign} {words}")));
                    }
                }
            })
            .change(
                "☑ ① 1次交付に係る申請(令和7年4月～5月予定)を行う予定である",
                "○",
            ),
        case("○ left of the label").bend(|book| {
            book.clear("intent_1");
            book.put((14, 0), text("○"));
        }),
        case("a date among the choices")
            .with("intent_2", CellValue::Date(45717.0))
            .error("2025/3/1"),
        chosen(
            case("one cell for the number of the choice")
                .bend(|book| {
                    for row in 12..20 {
                        for column in 0..9 {
                            book.pages[0].cells.remove(&(row, column));
                        }
                    }
                    book.put((11, 7), text("①"));
                })
                .change("①", "①"),
            &[FirstRound],
        ),
        case("the row for the second round only")
            .with("target_specified_disease_research", text("○"))
            .stores(|form| {
                let id = "specified_disease_research".parse().expect("an id");
                form.schemes.insert(id, answer(true, None));
            })
            .warning("○")
            .warning("○"),
    ]
}

fn words() -> Vec<Case> {
    let group = "Words";
    let case = |name: &str| Case::new(group, name, Base::Notice);
    vec![
        case("words of その他 over three rows")
            .bend(|book| {
                let (row, column) = book.field("form1_other_text");
                for (down, words) in ["高齢者の医療費", "妊産婦の医療費", "（令和7年度から）"].into_iter().enumerate() {
                    book.put((row + down as u32, column), text(words));
                }
            })
            .change("高齢者の医療費 / 妊産婦の医療費 / （令和7年度から）", "高齢者の医療費\n妊産婦の医療費\n（令和7年度から）")
            .stores(|form| form.other_text = "高齢者の医療費\n妊産婦の医療費\n（令和7年度から）".to_owned()),
        case("words of その他 behind its note")
            .bend(|book| {
                book.clear("form1_other_text");
                let at = book.find("※「その他の地方単独");
                book.put(at, text("※「その他の地方単独医療費助成」を選択した場合は、具体的な医療費助成の内容を以下に記載してください。\n高齢者の医療費"));
            })
            .change(
                "※「その他の地方単独医療費助成」を選択した場合は、具体的な医療費助成の内容を以下に記載してください。\n高齢者の医療費",
                "高齢者の医療費",
            )
            .stores(|form| form.other_text = "高齢者の医療費".to_owned()),
        case("words of その他 in its label")
            .bend(|book| {
                book.clear("form1_other_text");
                let at = book.find("その他の地方単独医療費助成※");
                book.put(at, text("その他の地方単独医療費助成（高齢者医療）"));
            })
            .change("その他の地方単独医療費助成（高齢者医療）", "高齢者医療")
            .stores(|form| form.other_text = "高齢者医療".to_owned()),
        case("その他 without words").bend(|book| { book.clear("form1_other_text"); }).error(""),
        case("only brackets for the words")
            .with("form1_other_text", text("（　　　　　　）"))
            .error("（　　　　　　）"),
        case("words of その他 without ○")
            .bend(|book| {
                book.clear("target_local_other");
                book.clear("recipients_local_other");
            })
            .stores(|form| {
                form.schemes.remove(&"local_other".parse().expect("an id"));
            })
            .warning(""),
        case("a scheme's name as the words of その他")
            .with("form1_other_text", text("こども"))
            .stores(|form| form.other_text = "こども".to_owned()),
        case("a year in the words of ④")
            .bend(|book| {
                book.clear("intent_1");
                book.set("intent_4", text("○"));
                book.set("form1_intent_text", text("令和6年度分は見送り、令和8年度分での申請を検討する。受給者数は集計中。"));
            })
            .stores(|form| {
                form.intents = [ApplicationIntent::Other].into();
                form.intent_text = "令和6年度分は見送り、令和8年度分での申請を検討する。受給者数は集計中。".to_owned();
            }),
        case("short words of ④ that look like heads")
            .bend(|book| {
                book.clear("intent_1");
                book.set("intent_4", text("○"));
                book.set("form1_intent_text", text("受給者数は集計中"));
                let (row, column) = book.field("form1_intent_text");
                book.put((row + 1, column), text("2次交付に係る申請（令和8年7月）も検討"));
            })
            .stores(|form| {
                form.intents = [ApplicationIntent::Other].into();
                form.intent_text = "受給者数は集計中\n2次交付に係る申請（令和8年7月）も検討".to_owned();
            })
            .change(
                "受給者数は集計中 / 2次交付に係る申請（令和8年7月）も検討",
                "受給者数は集計中\n2次交付に係る申請（令和8年7月）も検討",
            ),
        case("（例年どおり） is no example")
            .bend(|book| {
                book.clear("intent_1");
                book.set("intent_4", text("○"));
                book.set("form1_intent_text", text("（例年どおり秋に決める）"));
            })
            .stores(|form| {
                form.intents = [ApplicationIntent::Other].into();
                form.intent_text = "（例年どおり秋に決める）".to_owned();
            }),
        case("a footnote below the box")
            .bend(|book| {
                let (row, column) = book.field("form1_other_text");
                book.put((row + 1, column), text("※欄が足りない場合は別紙としてください。"));
            }),
        case("a letter only one computer knows")
            .with("form1_department", text("\u{E000}福祉課"))
            .error("\u{E000}福祉課"),
        case("a formula-like text stays text")
            .with("form1_other_text", text("=1+1"))
            .stores(|form| form.other_text = "=1+1".to_owned()),
    ]
}
