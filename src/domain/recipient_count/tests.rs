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
fn words_in_brackets_alone_are_not_unknown() {
    for typed in [
        "（多数）",
        "（数千）",
        "（十）",
        "（対象外）",
        "（こども医療に含む）",
    ] {
        assert!(parse_recipient_count(typed).is_err(), "{typed}");
    }
    let long = format!("{}120人", "約".repeat(30_000));
    assert_eq!(parse_recipient_count(&long), Err(CountProblem::NotANumber));
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
        ("120人（令和8年3月末）", 120),
        ("1200人(R6.3.31時点)", 1200),
        ("令和5年度 1,200人", 1200),
        ("令和５年度末時点の受給者数：1,200人", 1200),
        ("令和元年度　1,200", 1200),
        ("R5年度 1200", 1200),
        ("2025年度実績 1200人", 1200),
        ("3月末現在 1200人", 1200),
        ("1200（10/31）", 1200),
        ("1200（令和7年10月1日現在）", 1200),
        ("1,200人（年度末）", 1200),
        ("1,200人（直近）", 1200),
        ("（R8.3.31現在）1,200人", 1200),
        ("1200（令和5年度実績、概数）", 1200),
        ("約1,200人（推計）（2026/3）", 1200),
        ("1200（概算）", 1200),
        ("概算1200", 1200),
        ("≒1200", 1200),
        ("1200※", 1200),
        ("1,200人※", 1200),
        ("0（該当者なし）", 0),
        ("0（なし）", 0),
        ("０人（該当なし）", 0),
        ("なし（0人）", 0),
        ("実績なし", 0),
        ("百二十人", 120),
        ("千二百", 1200),
        ("二百", 200),
        ("一、二〇〇", 1200),
        ("一万二千三百四十五人", 12_345),
        ("約二百人（概数）", 200),
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
        "不明（道で把握）",
        "－（県が把握）",
        "県に確認中",
        "県に照会中",
        "三重県へ照会中",
        "道で集計中",
        "把握していません",
        "把握しておりません。",
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
        ("120①", NoteMark),
        ("①1200", NoteMark),
        ("約1200②", NoteMark),
        ("1200²", NoteMark),
        ("1200₂", NoteMark),
        ("1200⑴", NoteMark),
        ("1200⒈", NoteMark),
        ("①", NoteMark),
        ("1200※1", NoteMark),
        ("1200（注1）", NoteMark),
        ("1200*", NoteMark),
        ("120人（18歳未満）", WordsBeside),
        ("18歳未満120人", WordsBeside),
        ("120人（1級・2級）", WordsBeside),
        ("120（道の数字から）", WordsBeside),
        ("120人（世帯主のみ）", WordsBeside),
        ("120人（以上）", Range),
        ("120人（100～200）", SeveralNumbers),
        ("120人（令和5年度は130人）", SeveralNumbers),
        ("1200（31）", SeveralNumbers),
        ("1200（1/2）", SeveralNumbers),
        ("1200（2024）", SeveralNumbers),
        ("1200（99月）", WordsBeside),
        ("R6.3.31 1200", SeveralNumbers),
        ("10/31 1200", SeveralNumbers),
        ("令和5年12", SeveralNumbers),
        ("令和8年3月31日", SeveralNumbers),
        ("令和5年度100人令和6年度120人", SeveralNumbers),
        ("不明（100人くらい）", NotANumber),
        ("不明（該当なし）", NotANumber),
        ("二百人で確認中", NotANumber),
        ("5（該当なし）", WordsBeside),
        ("二三人", NotANumber),
        ("二、三人", SeveralNumbers),
        ("二、三百人", NotANumber),
        ("五六十人", NotANumber),
        ("十数人", NotANumber),
        ("百万", NotANumber),
        ("〇〇人", NotANumber),
        ("一", NotANumber),
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

/// 12345 as 一万二千三百四十五.
fn in_kanji(number: u32) -> String {
    let signs: Vec<char> = "〇一二三四五六七八九".chars().collect();
    let below = |number: u32| -> String {
        let place = |(unit, sign): (u32, &str)| match (number / unit % 10) as usize {
            0 => String::new(),
            1 if unit > 1 => sign.to_owned(),
            digit => format!("{}{sign}", signs[digit]),
        };
        [(1_000, "千"), (100, "百"), (10, "十"), (1, "")]
            .map(place)
            .concat()
    };
    match (number / 10_000, number % 10_000) {
        (0, low) => below(low),
        (high, low) => format!("{}万{}", below(high), below(low)),
    }
}

proptest! {
    #[test]
    fn no_text_panics(typed in any::<String>(), near in "[0-9０-９,，、.．〜～ー\\-約人名万千百()（） 　なし不明]{0,12}") {
        let _ = parse_recipient_count(&typed);
        let _ = parse_recipient_count(&near);
    }

    #[test]
    fn a_note_mark_is_no_digit(persons in 0u32..=99_999_999, mark in "[①-⑳⑴-⒇⒈-⒛¹²³⁰⁴-⁹₀-₉]", unit in "[人名]?", about in "約?") {
        for typed in [format!("{about}{persons}{unit}{mark}"), format!("{mark}{about}{persons}{unit}"), format!("{persons}{mark}{unit}")] {
            prop_assert_eq!(parse_recipient_count(&typed), Err(CountProblem::NoteMark), "{}", typed);
        }
    }

    #[test]
    fn the_day_of_a_count_changes_nothing(persons in 0u32..=99_999_999, year in 1u8..=31, month in 1u8..=12, day in 11u8..=28, tail in "(末|時点|現在|実績)?", unit in "人?") {
        let count = Ok(Some(RecipientCount(persons)));
        for time in [format!("令和{year}年{month}月{day}日"), format!("令和{year}年{month}月"), format!("R{year}.{month}.{day}"), format!("R{year}"), format!("{}/{month}/{day}", 2018 + u16::from(year)), format!("令和{year}年度")] {
            for typed in [format!("{persons}{unit}（{time}{tail}）"), format!("（{time}{tail}）{persons}{unit}")] {
                prop_assert_eq!(parse_recipient_count(&typed).map(Reading::count), count, "{}", typed);
            }
        }
        let typed = format!("令和{year}年度{tail} {persons}{unit}");
        prop_assert_eq!(parse_recipient_count(&typed).map(Reading::count), count, "{}", typed);
    }

    #[test]
    fn two_numbers_stay_a_question(one in 1u32..=99_999_999, other in 32u32..=99_999_999, note in "(うち|令和5年度は|前年|約)?") {
        for typed in [format!("{one}人（{note}{other}人）"), format!("{one} {other}"), format!("{one}人と{other}人"), format!("{one}（{other}）")] {
            prop_assert!(parse_recipient_count(&typed).is_err(), "{}", typed);
        }
    }

    #[test]
    fn a_count_in_kanji_reads_back(persons in 1u32..=99_999_999) {
        let kanji = in_kanji(persons);
        let reading = parse_recipient_count(&kanji);
        let may_be_a_unit = kanji.chars().count() == 1 || !kanji.contains(|c| "一二三四五六七八九".contains(c));
        let expected = if may_be_a_unit { Err(CountProblem::NotANumber) } else { Ok(Some(RecipientCount(persons))) };
        prop_assert_eq!(reading.map(Reading::count), expected, "{}", kanji);
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
