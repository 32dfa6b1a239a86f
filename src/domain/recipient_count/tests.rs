//! What clerks type, and what it must be read as.

use super::*;
use proptest::prelude::*;

fn known(typed: &str) -> u32 {
    match parse_recipient_count(typed) {
        Ok(Reading::Known { count, normalised }) => {
            assert_eq!(normalised, typed != count.get().to_string(), "{typed}");
            count.get()
        }
        other => panic!("{typed}: {other:?}"),
    }
}

#[test]
fn counts_are_read_as_meant() {
    for (typed, persons) in [
        ("1200", 1200),
        ("０", 0),
        ("00", 0),
        ("１２００", 1200),
        ("1,200", 1200),
        ("１，２００", 1200),
        ("1、200人", 1200),
        ("1､200", 1200),
        (" 約 1,200 人 ", 1200),
        ("およそ1200名", 1200),
        ("概ね1200件", 1200),
        ("推計1,200", 1200),
        ("ca. 1200", 1200),
        ("1200.0", 1200),
        ("1.2万人", 12_000),
        ("１．２５千", 1_250),
        ("3千", 3_000),
        ("1万2千人", 12_000),
        ("1万200", 10_200),
        ("1万2,000", 12_000),
        ("5百人", 500),
        ("1200人程度", 1200),
        ("1,200人ほど", 1200),
        ("約1200人（推計）", 1200),
        ("(約)1200", 1200),
        ("1200余り", 1200),
        ("受給者数：1,200人", 1200),
        ("なし", 0),
        ("該当なし", 0),
        ("０人", 0),
        ("99,999,999", 99_999_999),
        ("1\u{200B}200", 1200),
        ("0120", 120),
    ] {
        assert_eq!(known(typed), persons, "{typed}");
    }
}

#[test]
fn unknown_is_not_zero() {
    for typed in [
        "",
        " \u{3000}",
        "不明",
        "未定",
        "未把握",
        "確認中",
        "集計中",
        "－",
        "―",
        "-",
        "ーー",
        "N/A",
        "ｎ／ａ",
        "？",
        "不明（集計中）",
        "…",
    ] {
        assert_eq!(
            parse_recipient_count(typed),
            Ok(Reading::Unknown),
            "{typed}"
        );
    }
}

#[test]
fn what_cannot_be_known_is_asked_for() {
    use CountProblem::*;
    for (typed, problem) in [
        ("-5", Negative),
        ("－１，２００人", Negative),
        ("△300", Negative),
        ("▲300", Negative),
        ("約-5", Negative),
        ("12.5", Fraction),
        ("1.200", Fraction),
        ("1.000", Fraction),
        ("1.23456万", Fraction),
        ("０．５", Fraction),
        ("100～200", Range),
        ("100〜200人", Range),
        ("100-200", Range),
        ("１００ー２００", Range),
        ("100人から200人", Range),
        ("100人以上", Range),
        ("～200", Range),
        ("100000000", TooLarge),
        ("1万万", NotANumber),
        ("123456789012345678901234567890", TooLarge),
        ("99999999万", TooLarge),
        ("100 200", SeveralNumbers),
        ("100\t200", SeveralNumbers),
        ("100, 200", SeveralNumbers),
        ("1,20", SeveralNumbers),
        ("1,2345", SeveralNumbers),
        ("100・200", SeveralNumbers),
        ("2026/2/28", SeveralNumbers),
        ("2026-02-28", SeveralNumbers),
        ("100人（うち20人）", SeveralNumbers),
        ("たくさん", NotANumber),
        ("1OO", NotANumber),
        ("1万2", NotANumber),
        ("2千1万", NotANumber),
        ("○", NotANumber),
        ("人", NotANumber),
        ("千人", NotANumber),
        ("(1200)", NotANumber),
        ("数十人", NotANumber),
    ] {
        assert_eq!(parse_recipient_count(typed), Err(problem), "{typed}");
        assert!(problem.to_string().contains("入力してください"));
    }
}

#[test]
fn displayed_with_commas_and_bounded() {
    assert_eq!(RecipientCount(1200).to_string(), "1,200");
    assert_eq!(
        RecipientCount::try_from(100_000_000),
        Err(CountProblem::TooLarge)
    );
    assert_eq!(Reading::Unknown.count(), None);
}

proptest! {
    #[test]
    fn no_text_panics(typed in any::<String>(), near in "[0-9０-９,，、.．〜～ー\\-約人名万千百()（） 　なし不明]{0,12}") {
        let _ = parse_recipient_count(&typed);
        let _ = parse_recipient_count(&near);
    }

    #[test]
    fn a_printed_count_reads_back(persons in 0u32..=99_999_999) {
        let count = RecipientCount(persons);
        let wide: String = count.to_string().chars().map(|c| if c == ',' { '，' } else { char::from_u32(c as u32 + 0xFEE0).expect("full-width digit") }).collect();
        for typed in [count.to_string(), persons.to_string(), format!("約{count}人"), wide] {
            prop_assert_eq!(parse_recipient_count(&typed).map(Reading::count), Ok(Some(count)));
        }
    }
}
