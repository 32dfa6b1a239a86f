//! A book filled in from the pattern is the book the workbook crate writes, byte for byte of its sheet.

use proptest::prelude::*;

use super::*;
use crate::domain::recipient_count::RecipientCount;

fn edition(key: &str) -> EditionDefinition {
    let shipped = migrations::data::EDITIONS;
    let (_, text) = shipped
        .iter()
        .find(|(known, _)| *known == key)
        .expect("is shipped");
    toml::from_str(text).expect("a definition")
}

/// The sheet with every shared text in its place, as an inline text.
fn inlined(bytes: &[u8]) -> String {
    let package = Package::read(bytes).expect("a package");
    let xml = package.text(SHEET_PART).expect("a sheet");
    let shared = package.text("xl/sharedStrings.xml").expect("texts");
    let texts: Vec<&str> = shared
        .split("<si>")
        .skip(1)
        .map(|text| text.split("</si>").next().expect("an end"))
        .collect();
    let mut out = String::new();
    let mut rest = xml.as_str();
    while let Some((before, after)) = rest.split_once(" t=\"s\"><v>") {
        let (number, after) = after.split_once("</v>").expect("an end");
        let text = texts[number.parse::<usize>().expect("a number")];
        out.push_str(&format!("{before} t=\"inlineStr\"><is>{text}</is>"));
        rest = after;
    }
    out + rest
}

fn any_words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[ -~]{0,60}",
        "\\PC{0,40}",
        "[あ-ん漢字（）\\n 　]{0,200}",
        "(_x000D_|_x00|[&<>\"'=+@\t\r\u{1}\u{b}_ x0]){1,20}",
    ]
}

/// An edition with a question of each kind.
fn with_questions() -> EditionDefinition {
    let questions = r##"
        [[questions]]
        id = "delivery"
        label = "データの連携方法"
        kind = "choice"
        options = [{ value = "api", label = "#1 API（自動）" }, { value = "manual", label = "#3 手動" }]
        required = true
        [[questions]]
        id = "devices"
        label = "端末の台数"
        kind = "number"
        unit = "台"
        [[questions]]
        id = "start"
        label = "開始の予定日"
        help = "おおよその日で結構です。"
        kind = "date"
        [[questions]]
        id = "remarks"
        label = "ご意見"
        kind = "text"
        asked_of = ["prefecture"]
    "##;
    #[derive(serde::Deserialize)]
    struct Questions {
        questions: Vec<crate::domain::extra_question::ExtraQuestion>,
    }
    let Questions { questions } = toml::from_str(questions).expect("reads");
    EditionDefinition {
        questions,
        ..edition("fy2027")
    }
}

fn any_extra() -> impl Strategy<Value = ExtraCell> {
    prop_oneof![
        Just(ExtraCell::Blank),
        // What the crate takes for markup is compared below.
        any_words()
            .prop_filter("is no markup", |words| !words.starts_with("<r>"))
            .prop_map(ExtraCell::Words),
        (0..=999_999_999_999_u64).prop_map(ExtraCell::Number),
        (61..100_000_u64).prop_map(ExtraCell::Day),
    ]
}

prop_compose! {
    fn any_answers(rows: usize, questions: usize)(
        words in prop::collection::vec(any_words(), 8),
        intents in prop::collection::btree_set(
            prop::sample::select(ApplicationIntent::ALL.to_vec()),
            0..4,
        ),
        rows in prop::collection::vec(
            (any::<bool>(), prop_oneof![
                Just(Persons::Blank),
                (0..=99_999_999_u32)
                    .prop_map(|n| Persons::Known(RecipientCount::try_from(n).expect("in range"))),
                any_words().prop_map(Persons::Typed),
            ]),
            rows,
        ),
        extra in prop::collection::vec(any_extra(), questions),
    ) -> Answers {
        let [code, name, status, department, email, phone, intent_text, other_text] =
            <[String; 8]>::try_from(words).expect("eight");
        Answers { code, name, status, department, email, phone, intents, intent_text, rows, other_text, extra }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_filled_pattern_is_what_the_workbook_crate_writes(
        (edition, answers) in prop::sample::select(vec!["fy2025", "fy2026", "fy2027", "questions"])
            .prop_map(|key| if key == "questions" { with_questions() } else { edition(key) })
            .prop_flat_map(|edition| {
                let answers = any_answers(edition.rows.len(), edition.questions.len());
                (Just(edition), answers)
            }),
    ) {
        // What the crate takes for markup is compared below.
        let of = |words: &str| words.starts_with("<r>");
        prop_assume!(!of(&answers.department) && !of(&answers.other_text));
        let direct = compose(&edition, &answers).expect("a workbook").bytes;
        let mut books = Form1Books::new(&edition).expect("a pattern");
        // A second book keeps nothing of the first.
        for _ in 0..2 {
            let filled = books.write(&answers).expect("a workbook");
            prop_assert_eq!(inlined(&filled), inlined(&direct));
            for part in ["xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"] {
                let of = |bytes: &[u8]| Package::read(bytes).and_then(|package| package.text(part)).expect("a part");
                prop_assert_eq!(of(&filled), of(&direct));
            }
            books.write(&Answers::empty(&edition)).expect("a workbook");
        }
    }
}

#[test]
fn words_that_look_like_markup_of_the_workbook_crate_stay_words() {
    let edition = edition("fy2025");
    let text = "<r><t>あ</t></r></si><si><t>い</t></r>";
    let answers = Answers {
        department: text.to_owned(),
        ..Answers::empty(&edition)
    };
    let mut books = Form1Books::new(&edition).expect("a pattern");
    let bytes = books.write(&answers).expect("a workbook");
    let xml = inlined(&bytes);
    assert!(xml.contains("<is><t>&lt;r&gt;&lt;t&gt;あ"), "{xml}");
    assert!(!xml.contains("<r><t>"));
}
