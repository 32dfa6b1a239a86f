use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::domain::extra_question::QuestionOption;

fn id(text: &str) -> QuestionId {
    text.parse().expect("an id")
}

fn question(kind: QuestionKind) -> ExtraQuestion {
    ExtraQuestion {
        id: id("q"),
        label: "質問".to_owned(),
        help: String::new(),
        kind,
        required: false,
        asked_of: Vec::new(),
        purpose: None,
    }
}

fn choice(options: &[(&str, &str)]) -> ExtraQuestion {
    let options = options.iter().map(|(value, label)| QuestionOption {
        value: id(value),
        label: (*label).to_owned(),
    });
    question(QuestionKind::Choice {
        options: options.collect(),
    })
}

fn delivery() -> ExtraQuestion {
    choice(&[
        ("api", "#1 API（自動）"),
        ("batch", "#2 APIバッチ"),
        ("manual", "#3 手動アップロード"),
        ("rpa", "#4 RPA"),
    ])
}

fn number(unit: &str) -> ExtraQuestion {
    question(QuestionKind::Number {
        unit: unit.to_owned(),
    })
}

fn value(question: &ExtraQuestion, typed: &str) -> Option<String> {
    let reading = read(question, typed).ok()?;
    Some(
        reading
            .answer
            .map_or_else(|| "―".to_owned(), |answer| typed_form(&answer)),
    )
}

#[test]
fn an_option_is_meant_by_its_value_its_label_its_sign_or_its_first_words() {
    let question = delivery();
    for (typed, meant) in [
        ("api", "api"),
        ("#1 API（自動）", "api"),
        ("＃１　ＡＰＩ(自動)", "api"),
        ("API（自動）", "api"),
        ("#2", "batch"),
        ("②", "batch"),
        ("２", "batch"),
        ("2番", "batch"),
        ("（3）", "manual"),
        ("No.3", "manual"),
        ("③手動", "manual"),
        ("手動", "manual"),
        ("#4 RPA", "rpa"),
        ("ｒｐａ", "rpa"),
        ("", "―"),
        (" \u{3000}", "―"),
        ("未定", "―"),
        ("－", "―"),
    ] {
        assert_eq!(value(&question, typed).as_deref(), Some(meant), "{typed}");
    }
    // Two options fit, the sign and the words differ, or nothing fits.
    for typed in [
        "API",
        "#1 手動",
        "#5",
        "0",
        "#1、#2",
        "#1・#3",
        "手",
        "郵送",
        "○",
    ] {
        let problems = read(&question, typed).expect_err(typed);
        assert_eq!(problems[0].place, Place::Question(id("q")));
        assert!(
            problems[0].message.contains("#3 手動アップロード"),
            "{typed}"
        );
    }
}

#[test]
fn options_without_numbers_are_counted_only_where_a_sign_says_so() {
    let question = choice(&[("yes", "希望する"), ("no", "希望しない"), ("later", "未定")]);
    for (typed, meant) in [
        ("②", "no"),
        ("#1", "yes"),
        ("3番", "later"),
        ("希望しない", "no"),
        ("希望する。", "yes"),
        // The beginning of one of them only if the other is its negation.
        ("希望", "yes"),
        // An option comes before 「nothing is known」.
        ("未定", "later"),
    ] {
        assert_eq!(value(&question, typed).as_deref(), Some(meant), "{typed}");
    }
    for typed in ["1", "2", "#4", "#0", "するかも"] {
        assert!(read(&question, typed).is_err(), "{typed}");
    }
    let only_no = choice(&[("no", "実施しない"), ("later", "検討する")]);
    assert!(read(&only_no, "実施").is_err());
    let groups = choice(&[("a", "第1グループ（4月）"), ("b", "第2グループ（8月）")]);
    assert_eq!(value(&groups, "第２").as_deref(), Some("b"));
    assert_eq!(value(&groups, "1").as_deref(), Some("a"));
}

#[test]
fn numbers_are_read_with_their_unit_and_words() {
    let question = number("台");
    for (typed, meant) in [
        ("1200", "1200"),
        ("約１，２００台", "1200"),
        ("1.2万台程度", "12000"),
        ("3億", "300000000"),
        ("なし", "0"),
        ("0", "0"),
        ("999,999,999,999", "999999999999"),
        ("不明", "―"),
        ("集計中", "―"),
    ] {
        assert_eq!(value(&question, typed).as_deref(), Some(meant), "{typed}");
    }
    for (typed, words) in [
        ("-5", "マイナス"),
        ("1.5", "小数"),
        ("10～20", "範囲"),
        ("1,000,000,000,000", "大きすぎ"),
        ("99999999999999999999億", "大きすぎ"),
        ("10 20", "2つ以上"),
        ("5人", "読み取れません"),
        ("たくさん", "読み取れません"),
    ] {
        let problems = read(&question, typed).expect_err(typed);
        assert!(problems[0].message.contains(words), "{typed}: {problems:?}");
        assert!(!problems[0].message.contains("受給者"), "{problems:?}");
    }
    // A unit that is a multiple itself is not one of another size.
    assert_eq!(value(&number("千円"), "5,000千円").as_deref(), Some("5000"));
    assert_eq!(value(&number("千円"), "5,000円"), None);
    assert_eq!(value(&number("円"), "5千円").as_deref(), Some("5000"));
}

#[test]
fn dates_are_read_in_every_usual_form() {
    let question = question(QuestionKind::Date);
    for typed in [
        "2027-02-28",
        "2027/2/28",
        "２０２７．２．２８",
        "令和9年2月28日",
        "R9.2.28",
        "令和９年２月２８日（日）",
        "令和9年2月28日頃",
        "20270228",
    ] {
        assert_eq!(
            value(&question, typed).as_deref(),
            Some("2027-02-28"),
            "{typed}"
        );
    }
    assert_eq!(value(&question, "未定").as_deref(), Some("―"));
    for typed in ["令和9年2月", "2027/2/30", "2月28日", "春ごろ", "46081"] {
        assert!(read(&question, typed).is_err(), "{typed}");
    }
}

#[test]
fn what_was_typed_is_kept_where_it_differs() {
    let typed = |question: &ExtraQuestion, words: &str| read(question, words).expect("reads").typed;
    assert_eq!(typed(&delivery(), "#1 API（自動）"), None);
    assert_eq!(typed(&delivery(), "api"), None);
    assert_eq!(typed(&delivery(), " ① "), Some("①".to_owned()));
    assert_eq!(
        typed(&number("台"), "約1,200台"),
        Some("約1,200台".to_owned())
    );
    assert_eq!(typed(&number("台"), "不明"), Some("不明".to_owned()));
    assert_eq!(typed(&question(QuestionKind::Date), "2027/2/28"), None);
    assert_eq!(
        typed(&question(QuestionKind::Date), "R9.2.28"),
        Some("R9.2.28".to_owned())
    );
    let text = read(&question(QuestionKind::Text), " 一行目\r\n二行目 ").expect("reads");
    assert_eq!(
        text.answer,
        Some(ExtraAnswer::Text("一行目\n二行目".to_owned()))
    );
    assert_eq!(text.typed, None);
}

#[test]
fn a_required_question_needs_an_answer_that_says_something() {
    for (mut question, words) in [
        (delivery(), "選んで"),
        (number("台"), "整数"),
        (question(QuestionKind::Date), "日付"),
        (question(QuestionKind::Text), "入力して"),
    ] {
        question.required = true;
        for typed in ["", "\u{3000}"] {
            let problems = read(&question, typed).expect_err("is required");
            assert!(problems[0].message.contains(words), "{problems:?}");
        }
        // What is not known yet is an answer in words only.
        let unknown = read(&question, "不明");
        assert_eq!(unknown.is_ok(), question.kind == QuestionKind::Text);
    }
    let long = "あ".repeat(FREE_TEXT_MAX + 1);
    for question in [delivery(), number("台"), question(QuestionKind::Text)] {
        assert!(read(&question, &long).is_err());
    }
    assert!(read(&question(QuestionKind::Text), "\u{E000}").is_err());
}

#[test]
fn answers_are_printed_as_people_read_them() {
    let api = ExtraAnswer::Choice(id("api"));
    assert_eq!(describe(&delivery(), &api), "#1 API（自動）");
    assert_eq!(
        describe(&delivery(), &ExtraAnswer::Choice(id("gone"))),
        "gone"
    );
    assert_eq!(
        describe(&number("台"), &ExtraAnswer::Number(1_200)),
        "1,200台"
    );
    let day = ExtraAnswer::Date(date(2027, 2, 28));
    assert_eq!(
        describe(&question(QuestionKind::Date), &day),
        "令和9年2月28日（日）"
    );
    assert_eq!(shown(&delivery(), "③"), "#3 手動アップロード");
    assert_eq!(shown(&delivery(), "郵送"), "郵送");
    assert_eq!(shown(&number("台"), ""), "");
}

#[test]
fn only_answers_to_the_same_question_are_carried_over() {
    let before = [
        choice(&[
            ("api", "#1 API"),
            ("manual", "#2 手動"),
            ("post", "#3 郵送"),
        ]),
        ExtraQuestion {
            id: id("devices"),
            ..number("台")
        },
        ExtraQuestion {
            id: id("cost"),
            ..number("円")
        },
        ExtraQuestion {
            id: id("start"),
            ..question(QuestionKind::Date)
        },
        ExtraQuestion {
            id: id("gone"),
            ..question(QuestionKind::Text)
        },
    ];
    let now = [
        // The signs have moved.
        choice(&[("manual", "#1 手動"), ("api", "#2 API")]),
        ExtraQuestion {
            id: id("devices"),
            ..number("台")
        },
        ExtraQuestion {
            id: id("cost"),
            ..number("千円")
        },
        ExtraQuestion {
            id: id("start"),
            ..question(QuestionKind::Text)
        },
    ];
    let input = |q: &str| -> ExtraInput {
        [
            ("q", q),
            ("devices", "約5台"),
            ("cost", "1000"),
            ("start", "R9.4.1"),
            ("gone", "x"),
        ]
        .map(|(name, typed)| (id(name), typed.to_owned()))
        .into()
    };
    let carried = |q: &str| {
        let carried = carried_over(&before, &now, input(q));
        let texts = carried
            .into_iter()
            .map(|(id, typed)| (id.to_string(), typed));
        texts.collect::<Vec<_>>()
    };
    let devices = ("devices".to_owned(), "約5台".to_owned());
    assert_eq!(
        carried("①"),
        [devices.clone(), ("q".to_owned(), "api".to_owned())]
    );
    assert_eq!(carried("#3"), [devices]);
}

fn any_question() -> impl Strategy<Value = ExtraQuestion> {
    prop_oneof![
        Just(delivery()),
        Just(choice(&[("yes", "はい"), ("no", "いいえ")])),
        prop::sample::select(vec!["", "台", "人", "千円", "GB"]).prop_map(number),
        Just(question(QuestionKind::Date)),
        Just(question(QuestionKind::Text)),
    ]
}

fn any_typed() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[#＃①②③(（第]?[0-9０-９,，.]{1,14}[台人番)）万千億円]{0,2}",
        "(約|およそ)?[0-9]{1,9}(台|人|程度)?",
        "(令和|R)?[0-9]{1,4}[年./-][0-9]{1,2}[月./-][0-9]{1,2}日?",
        prop::sample::select(vec!["api", "#1", "手動", "不明", "未定", "はい", "API", ""])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(800))]

    #[test]
    fn reading_what_was_written_gives_the_same_answer(
        question in any_question(),
        typed in any_typed(),
    ) {
        let Ok(first) = read(&question, &typed) else { return Ok(()) };
        let again = |text: &str| read(&question, text).expect("reads again");
        if let Some(typed) = &first.typed {
            prop_assert_eq!(&again(typed), &first, "the kept text says the same");
        }
        if let Some(answer) = &first.answer {
            let written = again(&typed_form(answer));
            prop_assert_eq!(written.answer.as_ref(), Some(answer));
            prop_assert_eq!(written.typed, None);
            // As a page prints it; 大正 and what was before is printed but not typed.
            let old = matches!(answer, ExtraAnswer::Date(day) if day.year() < 1927);
            if !old {
                let printed = again(&describe(&question, answer));
                prop_assert_eq!(printed.answer.as_ref(), Some(answer));
            }
            let stored = serde_json::to_string(answer).expect("a document");
            prop_assert_eq!(&serde_json::from_str::<ExtraAnswer>(&stored).expect("reads"), answer);
        }
    }

    #[test]
    fn a_problem_says_something_and_stands_at_the_question(
        question in any_question(),
        required: bool,
        typed in any_typed(),
    ) {
        let question = ExtraQuestion { required, ..question };
        if let Err(problems) = read(&question, &typed) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.message.ends_with(['。', '）']) || problem.message.contains('：'));
                prop_assert_eq!(&problem.place.to_string(), "questions.q");
                prop_assert_eq!(problem.place.to_string().parse::<Place>().ok(), Some(problem.place));
            }
        }
        shown(&question, &typed);
    }
}
