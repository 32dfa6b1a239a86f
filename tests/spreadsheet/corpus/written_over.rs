//! Answers that use the form's own words, and sheets beside the form.

use torimatome::domain::application_intent::ApplicationIntent::{Other, SecondRound};

use torimatome::spreadsheet::intake::Look;

use super::book::text;
use super::case::{Base, Case, base};

pub fn cases() -> Vec<Case> {
    [labels(), added(), units(), looks(), beside()].concat()
}

fn both(group: &'static str, name: &str, bend: impl Fn(Case) -> Case) -> Vec<Case> {
    let case = |name: String, from| bend(Case::new(group, name, from));
    vec![
        case(format!("{name}, our form"), Base::Ours),
        case(format!("{name}, the ministry's"), Base::Notice),
    ]
}

/// Words of labels where an answer belongs.
fn labels() -> Vec<Case> {
    let group = "Form's words as answers";
    let alone = |case: Case, field: &'static str, words: &'static str| {
        case.bend(move |book| {
            book.clear("intent_1");
            book.set(field, text(words));
        })
    };
    [
        both(group, "words of ② beside ②", |case| {
            case.with("intent_2", text("2次交付も検討"))
                .error("2次交付も検討")
                .says(&["②"])
        }),
        both(group, "the name of ② beside ②", |case| {
            case.with("intent_2", text("2次交付"))
                .error("2次交付")
                .says(&["②"])
        }),
        both(group, "the name of ② alone beside ②", |case| {
            alone(case, "intent_2", "2次交付")
                .change("2次交付", "②")
                .stores(|form| form.intents = [SecondRound].into())
        }),
        both(group, "the number of ① beside ③", |case| {
            alone(case, "intent_3", "1").error("1").says(&["③"])
        }),
        both(group, "① beside ③", |case| {
            alone(case, "intent_3", "①").error("①").says(&["③"])
        }),
        both(group, "words of ③ beside ③", |case| {
            case.with("intent_3", text("予定なし"))
                .error("予定なし")
                .says(&["③"])
        }),
        both(group, "a scheme's name in the column of marks", |case| {
            case.with("target_premature_infant", text("養育医療"))
                .error("養育医療")
                .says(&["○か空欄か"])
        }),
        both(group, "a scheme's name in the column of persons", |case| {
            case.with("target_premature_infant", text("○"))
                .with("recipients_premature_infant", text("養育医療"))
                .error("養育医療")
        }),
        both(group, "words of ③ as the words of ④", |case| {
            alone(case, "intent_4", "○")
                .with("form1_intent_text", text("予定なし"))
                .stores(|form| {
                    form.intents = [Other].into();
                    form.intent_text = "予定なし".to_owned();
                })
        }),
    ]
    .concat()
}

/// Labels with an addition.
fn added() -> Vec<Case> {
    let group = "Labels with an addition";
    let case = |name: &str| Case::new(group, name, Base::Notice);
    vec![
        case("additions in brackets").bend(|book| {
            book.reword("連絡調整担当部署の電話番号", "電話番号（代表）");
            book.reword(
                "連絡調整担当部署のメールアドレス",
                "メールアドレス（課の共有）",
            );
            book.reword("合計", "合計（人）");
        }),
        case("the department and who is in charge").bend(|book| {
            book.reword(
                "連絡調整担当部署(部局・課・係など)の名称",
                "連絡調整担当部署（部局・課・係など）の名称及び担当者名",
            );
        }),
        case("a scheme with an addition").bend(|book| {
            book.reword("更生医療に係る自立支援医療費", "更生医療（18歳以上）");
        }),
        case("a scheme in brackets").bend(|book| {
            book.reword("更生医療に係る自立支援医療費", "自立支援医療（更生医療）");
        }),
        case("names that municipalities use").bend(|book| {
            book.reword("療養介護医療費", "療養介護");
            book.reword("こどもの医療費に係る地方単独医療費助成", "子ども医療費助成");
            book.reword(
                "ひとり親家庭の医療費に係る地方単独医療費助成",
                "ひとり親家庭等医療費助成",
            );
        }),
    ]
}

/// Persons in other units than persons.
fn units() -> Vec<Case> {
    let group = "Units";
    let case = |name: &str| Case::new(group, name, Base::Notice);
    vec![
        case("a unit above the table")
            .bend(|book| {
                book.put((22, 8), text("（単位：千人）"));
            })
            .error("（単位：千人）")
            .says(&["単位"]),
        case("thousands in the cell beside")
            .bend(|book| {
                let (row, column) = book.field("recipients_local_child");
                book.put((row, column + 1), text("千人"));
            })
            .error("千人")
            .says(&["単位"]),
        case("households in the head")
            .bend(|book| {
                book.put((23, 7), text("受給者数（世帯）"));
            })
            .error("受給者数（世帯）")
            .says(&["単位"]),
        case("words about households, and persons above the table")
            .bend(|book| {
                book.clear("intent_1");
                book.set("intent_4", text("○"));
                book.set(
                    "form1_intent_text",
                    text("所得判定を世帯単位で行うため検討中"),
                );
                book.put((22, 8), text("所得は世帯単位で見る（単位：人）"));
            })
            .stores(|form| {
                form.intents = [Other].into();
                form.intent_text = "所得判定を世帯単位で行うため検討中".to_owned();
            }),
        case("persons above the table").bend(|book| {
            book.put((22, 8), text("（単位：人）"));
        }),
    ]
}

/// Corrections and notes that only show in how a cell looks.
fn looks() -> Vec<Case> {
    let group = "Looks";
    let case = |name: &str| Case::new(group, name, Base::Notice);
    let struck = Look {
        struck: true,
        ..Look::default()
    };
    let scaled = Look {
        scaled: true,
        ..Look::default()
    };
    vec![
        case("a number struck through")
            .bend(|book| {
                book.dress("recipients_rehabilitation", struck);
            })
            .error("1234")
            .says(&["取り消し線"]),
        case("a circle struck through")
            .bend(|book| {
                book.set("intent_2", text("○")).dress("intent_1", struck);
            })
            .error("○")
            .says(&["取り消し線"]),
        case("a department struck through in part")
            .bend(|book| {
                book.dress("form1_department", struck);
            })
            .error("福祉部 障害福祉課 医療助成係")
            .says(&["取り消し線"]),
        case("a number whose format says thousands")
            .bend(|book| {
                book.dress("recipients_local_child", scaled);
            })
            .error("28000")
            .says(&["表示形式"]),
        case("a number with a raised sign")
            .bend(|book| {
                let raised = Look {
                    raised: true,
                    ..Look::default()
                };
                book.set("recipients_local_child", text("280001"))
                    .dress("recipients_local_child", raised);
            })
            .error("280001")
            .says(&["注の番号"]),
        case("words that look so in a format for thousands").bend(|book| {
            book.dress("form1_other_text", scaled);
        }),
    ]
}

/// Other sheets, and lines that are not taken.
fn beside() -> Vec<Case> {
    let group = "Beside the answer";
    let case = |name: &str| Case::new(group, name, Base::Ours);
    let example = |name: &'static str| {
        case(&format!("an example of another body on a sheet 「{name}」"))
            .bend(move |book| {
                let mut page = base(Base::Bare, "fy2025").pages.remove(0);
                page.name = name.to_owned();
                let code = book.field("form1_code");
                page.cells.insert(code, (text("010006"), false));
                book.add(page);
            })
            .warning("")
    };
    let mut cases: Vec<Case> = [
        "回答例",
        "例",
        "様式1 (例)",
        "記入要領",
        "記入方法",
        "ひな形",
    ]
    .into_iter()
    .map(example)
    .collect();
    cases.extend([
        case("a blank form of the own code and a filled one of another")
            .bend(|book| {
                let mut page = base(Base::Bare, "fy2025").pages.remove(0);
                page.name = "Sheet2".to_owned();
                page.cells
                    .insert(book.field("form1_code"), (text("012033"), false));
                page.cells
                    .insert(book.field("form1_name"), (text("小樽市"), false));
                let fields: Vec<(u32, u32)> = book
                    .fields
                    .iter()
                    .filter(|(name, _)| !matches!(name.as_str(), "form1_code" | "form1_name"))
                    .map(|(_, at)| *at)
                    .collect();
                for at in fields {
                    book.pages[0].cells.remove(&at);
                }
                book.add(page);
            })
            .no_code()
            .error("【012025函館市】様式1.xlsx")
            .warning(""),
        case("a cover sheet of another body")
            .bend(|book| {
                let mut page = super::book::Page {
                    name: "表紙".to_owned(),
                    ..Default::default()
                };
                page.cells.insert((1, 1), (text("団体コード"), false));
                page.cells.insert((1, 2), (text("012033"), false));
                book.add(page);
            })
            .warning(""),
        case("a remark about another row")
            .bend(|book| {
                for (field, words) in [
                    ("target_developmental", "更生医療（18歳以上）と同じ"),
                    ("target_local_child", "難病（指定難病）と共通"),
                    ("target_local_other", "県補助（こども）"),
                ] {
                    let (row, _) = book.field(field);
                    book.put((row, 6), text(words));
                }
            })
            .warning("更生医療（18歳以上）と同じ"),
        case("a second line that begins with ※")
            .bend(|book| {
                book.clear("intent_1");
                book.set("intent_4", text("○"));
                book.set("form1_intent_text", text("検討中"));
                let (row, column) = book.field("form1_intent_text");
                book.put((row + 1, column), text("※議会の議決を要する"));
            })
            .stores(|form| {
                form.intents = [Other].into();
                form.intent_text = "検討中".to_owned();
            })
            .warning("※議会の議決を要する"),
    ]);
    cases
}
