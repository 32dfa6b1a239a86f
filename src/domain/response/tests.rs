use super::*;
use crate::domain::organization::OrganizationKind;
use crate::domain::recipient_count::{Reading as Count, parse_recipient_count};
use crate::domain::response_diff::changes;
use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;

use ApplicationIntent::{FirstRound, NoPlan, Other, SecondRound};

fn edition(key: &str) -> EditionDefinition {
    let (_, text) = migrations::data::EDITIONS
        .into_iter()
        .find(|(known, _)| *known == key)
        .expect("ships with the program");
    toml::from_str(text).expect("reads")
}

/// 小樽市: a general municipality without a health centre of the national law's kind.
fn city() -> RespondentClass {
    RespondentClass {
        code: "012033".parse().expect("a code"),
        kind: OrganizationKind::City,
        health_center_city: false,
        child_guidance_city: false,
    }
}

fn id(text: &str) -> SchemeId {
    text.parse().expect("an id")
}

/// A form with nothing to mend and nothing to doubt.
fn sound() -> Form1Input {
    Form1Input {
        contact: ContactInput {
            department: "福祉部 障害福祉課".to_owned(),
            email: "iryo@city.example".to_owned(),
            phone: "0134-00-0000".to_owned(),
        },
        intent: IntentInput {
            intents: [FirstRound].into(),
            text: String::new(),
        },
        schemes: SchemesInput {
            rows: [row("rehabilitation", true, "1200")].into(),
            other_text: String::new(),
        },
        ..Form1Input::default()
    }
}

fn row(scheme: &str, target: bool, recipients: &str) -> (SchemeId, SchemeInput) {
    let recipients = recipients.to_owned();
    (id(scheme), SchemeInput { target, recipients })
}

fn read_with(change: impl FnOnce(&mut Form1Input)) -> Reading {
    let mut input = sound();
    change(&mut input);
    read(&edition("fy2025"), &city(), &input)
}

#[test]
fn a_sound_form_has_neither_problems_nor_warnings() {
    let reading = read_with(|_| ());
    assert_eq!((reading.problems, reading.warnings), (vec![], vec![]));
    let form = reading.form.expect("reads");
    assert_eq!(
        form.scheme(&id("rehabilitation"))
            .recipients
            .map(|c| c.get()),
        Some(1200)
    );
    assert_eq!(form.scheme(&id("local_child")), SchemeAnswer::default());
}

type Change = fn(&mut Form1Input);

#[test]
fn each_problem_stands_at_its_place_alone() {
    let recipients = |scheme| Place::Recipients(id(scheme));
    let cases: Vec<(Change, Place, &str)> = vec![
        (
            |i| i.contact.department.clear(),
            Place::Department,
            "名称を入力してください",
        ),
        (
            |i| i.contact.department = " \u{3000}\t".into(),
            Place::Department,
            "名称を入力してください",
        ),
        (
            |i| i.contact.department = "課".repeat(101),
            Place::Department,
            "100文字以内",
        ),
        (
            |i| i.contact.department = "\u{E000}課".into(),
            Place::Department,
            "1文字目",
        ),
        (
            |i| i.contact.email.clear(),
            Place::Email,
            "メールアドレスを入力してください",
        ),
        (
            |i| i.contact.email = "iryo@city".into(),
            Place::Email,
            "「.」を含めて",
        ),
        (
            |i| i.contact.email = "a@b.example, c@d.example".into(),
            Place::Email,
            "1件だけ",
        ),
        (
            |i| i.contact.phone.clear(),
            Place::Phone,
            "電話番号を入力してください",
        ),
        (
            |i| i.contact.phone = "0134-00".into(),
            Place::Phone,
            "桁数が足りません",
        ),
        (
            |i| i.intent.intents.clear(),
            Place::Section(Section::Intent),
            "1つ選んでください",
        ),
        (
            |i| {
                i.intent.intents.insert(Other);
            },
            Place::IntentText,
            "具体的な内容を入力",
        ),
        (
            |i| {
                i.intent.intents.insert(Other);
                i.intent.text = "\u{200B} \n".into();
            },
            Place::IntentText,
            "具体的な内容を入力",
        ),
        (
            |i| {
                i.intent.intents.insert(Other);
                i.intent.text = "あ".repeat(1001);
            },
            Place::IntentText,
            "1000文字以内",
        ),
        (
            |i| {
                i.intent.intents.insert(Other);
                i.intent.text = "特になし".into();
            },
            Place::IntentText,
            "具体的な内容を入力",
        ),
        (
            |i| {
                i.schemes.rows.extend([row("local_other", true, "")]);
                i.schemes.other_text = "（　－　）".into();
            },
            Place::OtherText,
            "具体的な内容を入力",
        ),
        (
            |i| {
                i.schemes.rows.extend([row("local_other", true, "")]);
            },
            Place::OtherText,
            "具体的な内容を入力",
        ),
        (
            |i| i.schemes.other_text = "\u{F8FF}".into(),
            Place::OtherText,
            "外字",
        ),
        (
            |i| i.schemes.rows.extend([row("rehabilitation", true, "-1")]),
            recipients("rehabilitation"),
            "マイナス",
        ),
        (
            |i| i.schemes.rows.extend([row("rehabilitation", true, "12.5")]),
            recipients("rehabilitation"),
            "小数",
        ),
        (
            |i| {
                i.schemes
                    .rows
                    .extend([row("rehabilitation", true, "100～200")])
            },
            recipients("rehabilitation"),
            "範囲",
        ),
        (
            |i| {
                i.schemes
                    .rows
                    .extend([row("rehabilitation", true, "100000000")])
            },
            recipients("rehabilitation"),
            "大きすぎます",
        ),
        (
            |i| {
                i.schemes
                    .rows
                    .extend([row("rehabilitation", true, "10 20")])
            },
            recipients("rehabilitation"),
            "2つ以上",
        ),
        (
            |i| {
                i.schemes
                    .rows
                    .extend([row("rehabilitation", true, "たくさん")])
            },
            recipients("rehabilitation"),
            "読み取れません",
        ),
    ];
    for (change, place, words) in cases {
        let reading = read_with(change);
        assert!(reading.form.is_none(), "{place}: {words}");
        assert_eq!(reading.problems.len(), 1, "{place}: {:?}", reading.problems);
        let problem = &reading.problems[0];
        assert_eq!(problem.place, place);
        assert!(problem.message.contains(words), "{}", problem.message);
    }
}

#[test]
fn all_problems_come_at_once_in_the_order_of_the_form() {
    let reading = read(
        &edition("fy2025"),
        &city(),
        &Form1Input {
            schemes: SchemesInput {
                rows: [
                    row("local_other", true, "x"),
                    row("rehabilitation", false, "y"),
                    row("psychiatric_outpatient", true, "z"),
                ]
                .into(),
                other_text: String::new(),
            },
            ..Form1Input::default()
        },
    );
    let places: Vec<_> = reading
        .problems
        .iter()
        .map(|p| p.place.to_string())
        .collect();
    assert_eq!(
        places,
        [
            "contact.department",
            "contact.email",
            "contact.phone",
            "intent",
            "schemes.psychiatric_outpatient.recipients",
            "schemes.rehabilitation.recipients",
            "schemes.local_other.recipients",
            "other_text",
        ]
    );
    assert_eq!(reading.problems_of(Section::Contact).len(), 3);
}

#[test]
fn each_warning_stands_at_its_place_alone_and_forbids_nothing() {
    let intent = || Place::Section(Section::Intent);
    let schemes = || Place::Section(Section::Schemes);
    let at = |scheme| Place::Scheme(id(scheme));
    let cases: Vec<(Change, Place, &str)> = vec![
        (
            |i| {
                i.intent.intents.insert(SecondRound);
            },
            intent(),
            "2つ選ばれています",
        ),
        (
            |i| {
                i.intent.intents = [NoPlan, Other].into();
                i.intent.text = "検討中".into();
                i.schemes.rows.clear();
            },
            intent(),
            "ほかの選択肢の両方",
        ),
        (
            |i| i.intent.text = "検討中".into(),
            Place::IntentText,
            "「④ その他」を選んでいません",
        ),
        (
            |i| i.intent.intents = [NoPlan].into(),
            schemes(),
            "○が1件あります",
        ),
        (|i| i.schemes.rows.clear(), schemes(), "○がありません"),
        (
            |i| {
                i.intent.intents = [SecondRound].into();
                i.schemes.rows.clear();
            },
            schemes(),
            "○がありません",
        ),
        (
            |i| {
                i.schemes
                    .rows
                    .extend([row("hepatitis_treatment", true, "5")])
            },
            at("hepatitis_treatment"),
            "実施していない",
        ),
        (
            |i| i.schemes.rows.extend([row("local_child", false, "5")]),
            at("local_child"),
            "受給者数がありますが、○がありません",
        ),
        (
            |i| i.schemes.rows.extend([row("local_child", false, "0")]),
            at("local_child"),
            "受給者数がありますが、○がありません",
        ),
        (
            |i| i.schemes.other_text = "市独自".into(),
            Place::OtherText,
            "",
        ),
    ];
    for (change, place, words) in cases {
        let reading = read_with(change);
        if place == Place::OtherText {
            // A text for その他 without its mark is doubted at its row, where the edition lists it.
            let mut input = sound();
            change(&mut input);
            input
                .schemes
                .rows
                .extend([row("local_other", false, "不明")]);
            let reading = read(&edition("fy2025"), &city(), &input);
            assert_eq!(reading.warnings.len(), 1);
            assert_eq!(reading.warnings[0].place, at("local_other"));
            continue;
        }
        assert!(reading.form.is_some(), "{place}: {:?}", reading.problems);
        assert_eq!(reading.warnings.len(), 1, "{place}: {:?}", reading.warnings);
        let warning = &reading.warnings[0];
        assert_eq!(warning.place, place);
        assert!(warning.message.contains(words), "{}", warning.message);
    }
}

/// Row 15 of the notice: 「2次交付で追加予定」. For a prefecture, which runs it.
#[test]
fn a_row_of_the_second_round_is_doubted_with_the_first_round_alone() {
    let prefecture = RespondentClass {
        kind: OrganizationKind::Prefecture,
        code: "010006".parse().expect("a code"),
        ..city()
    };
    let mut input = sound();
    input.schemes.rows = [row("specified_disease_research", true, "5")].into();
    for (intents, expected) in [
        (vec![FirstRound], 1),
        (vec![SecondRound], 0),
        (vec![FirstRound, SecondRound], 0),
    ] {
        input.intent.intents = intents.into_iter().collect();
        let reading = read(&edition("fy2025"), &prefecture, &input);
        let doubts = reading.warnings.iter();
        let count = doubts.filter(|w| w.message.contains("2次交付だけ")).count();
        assert_eq!(count, expected, "{:?}", reading.warnings);
    }
}

#[test]
fn unknown_is_not_zero() {
    for (typed, expected, note) in [
        ("", None, None),
        ("不明", None, Some("不明")),
        ("―", None, Some("―")),
        ("0", Some(0), None),
        ("０", Some(0), Some("０")),
        ("なし", Some(0), Some("なし")),
        ("1200", Some(1200), None),
        ("1,200", Some(1200), Some("1,200")),
        ("約１，２００人", Some(1200), Some("約１，２００人")),
    ] {
        let reading =
            read_with(|input| input.schemes.rows = [row("rehabilitation", true, typed)].into());
        let unknown = reading.totals.unknown;
        let answer = reading.form.expect("reads").scheme(&id("rehabilitation"));
        assert_eq!(answer.recipients.map(|c| c.get()), expected, "{typed}");
        assert_eq!(answer.typed.as_deref(), note, "{typed}");
        assert_eq!(unknown, u32::from(expected.is_none()), "{typed}");
        let stored = serde_json::to_value(&answer).expect("a document");
        assert_eq!(stored.get("recipients").is_some(), expected.is_some());
        let back: SchemeAnswer = serde_json::from_value(stored).expect("reads back");
        assert_eq!(back, answer);
    }
}

#[test]
fn rows_of_other_editions_are_no_part_of_the_form() {
    let reading = read_with(|input| {
        input.schemes.rows.extend([
            row("hemophilia", true, "7"),
            row("no_such_scheme", true, "x"),
        ]);
    });
    let form = reading
        .form
        .expect("what the form does not have is not judged");
    assert_eq!(form.schemes.len(), 1);
    assert_eq!(reading.totals.targets, 1);
}

fn count_text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0_u32..200_000).prop_map(|number| number.to_string()),
        2 => (0_u32..200_000).prop_map(|number| format!("約{}人", crate::domain::text::with_commas(number.into()))),
        2 => prop::sample::select(vec!["", "不明", "なし", "０", "１２３", "1.2万", "―", " 12 ", "3千人"]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn form_input() -> impl Strategy<Value = Form1Input> {
    let words = || prop_oneof!["[あ-ん一-龠 \\n]{0,12}", any::<String>()];
    let ids: Vec<_> = edition("fy2027")
        .rows
        .into_iter()
        .map(|row| row.scheme)
        .collect();
    let email = prop_oneof![
        Just("iryo@city.example".to_owned()),
        Just(" ＩＲＹＯ＠City.Example ".to_owned()),
        any::<String>()
    ];
    let phone = prop_oneof![
        Just("0138-00-0000".to_owned()),
        Just("０１３８（００）００００　内線１２".to_owned()),
        any::<String>()
    ];
    let intents = btree_set(prop::sample::select(ApplicationIntent::ALL.to_vec()), 0..4);
    let row = (any::<bool>(), count_text())
        .prop_map(|(target, recipients)| SchemeInput { target, recipients });
    let rows = btree_map(prop::sample::select(ids), row, 0..24);
    (
        "[あ-ん一-龠 　]{1,12}",
        email,
        phone,
        intents,
        words(),
        rows,
        words(),
    )
        .prop_map(
            |(department, email, phone, intents, text, rows, other_text)| Form1Input {
                contact: ContactInput {
                    department,
                    email,
                    phone,
                },
                intent: IntentInput { intents, text },
                schemes: SchemesInput { rows, other_text },
                ..Form1Input::default()
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn reading_never_fails_and_gives_a_form_exactly_without_problems(input in form_input()) {
        let reading = read(&edition("fy2027"), &city(), &input);
        prop_assert_eq!(reading.form.is_some(), reading.problems.is_empty());
        for problem in &reading.problems {
            prop_assert!(!problem.message.is_empty());
            let stored: Place = problem.place.to_string().parse().expect("a place");
            prop_assert_eq!(&stored, &problem.place);
        }
    }

    #[test]
    fn what_was_understood_is_understood_again(input in form_input()) {
        let edition = edition("fy2027");
        let first = read(&edition, &city(), &input);
        let Some(form) = first.form else { return Ok(()) };
        let again = read(&edition, &city(), &form.to_input());
        prop_assert_eq!(again.problems, vec![]);
        prop_assert_eq!(again.warnings, first.warnings);
        prop_assert_eq!(again.totals, first.totals);
        let again = again.form.expect("reads");
        prop_assert_eq!(&again, &form);
        prop_assert_eq!(changes(&edition, &form, &again), vec![]);
        // And it survives the database.
        let text = serde_json::to_string(&form).expect("a document");
        let stored: Form1 = serde_json::from_str(&text).expect("reads back");
        prop_assert_eq!(stored, form);
    }

    #[test]
    fn totals_are_sums_and_the_mask_marks_the_rows(input in form_input()) {
        let edition = edition("fy2027");
        let reading = read(&edition, &city(), &input);
        let mut expected = Totals::default();
        for row in &edition.rows {
            let Some(typed) = input.schemes.rows.get(&row.scheme) else { continue };
            let count = parse_recipient_count(&typed.recipients).ok().and_then(Count::count);
            let count = count.map(|count| u64::from(count.get()));
            expected.recipients += count.unwrap_or(0);
            if typed.target {
                expected.targets += 1;
                expected.target_recipients += count.unwrap_or(0);
                expected.unknown += u32::from(count.is_none());
            }
        }
        prop_assert_eq!(reading.totals, expected);
        let Some(form) = reading.form else { return Ok(()) };
        prop_assert_eq!(form.totals(), expected);
        let mask = form.target_mask(&edition);
        prop_assert_eq!(mask.count_ones(), expected.targets);
        for (position, row) in edition.rows.iter().enumerate() {
            prop_assert_eq!(mask >> position & 1 == 1, form.scheme(&row.scheme).target);
        }
        prop_assert_eq!(mask >> edition.rows.len(), 0);
    }

    #[test]
    fn a_difference_is_found_at_its_row_alone(input in form_input(), position in 0_usize..24) {
        let edition = edition("fy2027");
        let Some(form) = read(&edition, &city(), &input).form else { return Ok(()) };
        let scheme = &edition.rows[position].scheme;
        let mut changed = form.clone();
        let answer = changed.schemes.entry(scheme.clone()).or_default();
        answer.target = !answer.target;
        let found = changes(&edition, &form, &changed);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(&found[0].place, &Place::Scheme(scheme.clone()));
        prop_assert_eq!(changes(&edition, &changed, &changed), vec![]);
    }
}
