//! One cell's value as a person sees it, and what may not stand in an answer.

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::date;
use jiff::{Span, civil::Date};

use crate::domain::mark::{Mark, read_mark};
use crate::spreadsheet::intake::grid::{Cell, CellValue};

/// Serial numbers of the days a person could have meant: 2010 to 2050.
const DAYS: Range<f64> = 40_179.0..54_789.0;

/// What an answer is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Words,
    Persons,
    Yen,
    Mark,
    /// A number of anything.
    Number,
    /// The one kind of answer that is meant to be a date.
    Day,
}

/// What the cell shows: `1200` for 1200.0, `2025/3/1` for a date.
pub(super) fn shown(cell: &Cell) -> Cow<'_, str> {
    match &cell.value {
        CellValue::Text(text) | CellValue::Error(text) => Cow::Borrowed(text),
        CellValue::Number(number) | CellValue::Unclear(number) => Cow::Owned(number_text(*number)),
        CellValue::Bool(true) => Cow::Borrowed("TRUE"),
        CellValue::Bool(false) => Cow::Borrowed("FALSE"),
        CellValue::Date(serial) => Cow::Owned(date_text(*serial)),
    }
}

/// Nothing a person would see.
pub(super) fn is_blank(cell: &Cell) -> bool {
    matches!(&cell.value, CellValue::Text(text)
        if text.chars().all(|c| c.is_whitespace() || c == '\u{200B}' || c == '\u{FEFF}'))
}

fn number_text(number: f64) -> String {
    if number == 0.0 {
        "0".to_owned()
    } else if number.abs() < 1e15 {
        format!("{number}")
    } else {
        format!("{number:e}")
    }
}

/// Excel counts days from 1899-12-31 and believes in 29 February 1900.
fn date_text(serial: f64) -> String {
    let days = serial.floor();
    if !(0.0..2_958_466.0).contains(&serial) {
        return number_text(serial);
    }
    let minutes = ((serial - days) * 1440.0).round() as i64;
    let clock = format!("{}:{:02}", minutes / 60, minutes % 60);
    let day: Option<Date> = if days < 1.0 {
        None
    } else {
        let first = if days < 60.0 {
            date(1899, 12, 31)
        } else {
            date(1899, 12, 30)
        };
        first.checked_add(Span::new().days(days as i64)).ok()
    };
    match day {
        None => clock,
        Some(day) => {
            let day = format!("{}/{}/{}", day.year(), day.month(), day.day());
            if minutes == 0 {
                day
            } else {
                format!("{day} {clock}")
            }
        }
    }
}

/// Why a cell cannot be taken as an answer; says what to write.
pub(super) fn objection(cell: &Cell, kind: Kind) -> Option<String> {
    let instead = match kind {
        Kind::Words => "文字を直接入力してください",
        Kind::Persons => {
            "人数を数字で直接入力してください（例：1200）。分からないときは空欄で構いません"
        }
        Kind::Yen => {
            "金額を円単位の数字で直接入力してください（例：4800000）。まだ分からないときは空欄にできます"
        }
        Kind::Number => "数字を直接入力してください（例：1200）",
        Kind::Day => "日付を直接入力してください（例：2027/2/28）",
        Kind::Mark => "該当するときは「○」を直接入力し、該当しないときは空欄にしてください",
    };
    let is_number = matches!(kind, Kind::Persons | Kind::Yen | Kind::Number);
    match &cell.value {
        _ if cell.look.struck => Some(
            "取り消し線の引かれた文字があります。取り消した文字を消して、正しい内容だけを残してください。"
                .to_owned(),
        ),
        _ if cell.look.raised && is_number => Some(format!(
            "小さく書かれた文字（注の番号など）があり、数とつながって読めます。その文字を消して、{instead}。"
        )),
        CellValue::Number(_) | CellValue::Unclear(_) if cell.look.scaled && is_number => {
            Some(format!(
                "セルの表示形式で、数が別の単位（千人、％など）で表示されています。表示形式を「標準」に戻して、{instead}。"
            ))
        }
        CellValue::Error(code) => Some(format!("エラー「{code}」になっています。{instead}。")),
        _ if cell.formula => Some(format!("数式が入っています。数式ではなく、{instead}。")),
        CellValue::Date(_) if kind != Kind::Day => {
            Some(format!("日付または時刻になっています。{instead}。"))
        }
        CellValue::Unclear(number) if kind != Kind::Day && DAYS.contains(number) => Some(
            "このファイルは書式が非常に多いため、この欄が数か日付かを確かめられませんでした。画面で入力するか、新しくダウンロードした様式に書き写してください。"
                .to_owned(),
        ),
        _ => None,
    }
}

/// The meaning of a mark cell.
pub(super) fn mark_of(cell: &Cell) -> Mark {
    match cell.value {
        CellValue::Bool(true) => Mark::Yes,
        CellValue::Bool(false) => Mark::No,
        CellValue::Text(ref text) if text == "○" => Mark::Yes,
        _ => read_mark(&shown(cell)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_and_dates_look_as_in_the_sheet() {
        for (number, text) in [
            (1200.0, "1200"),
            (-0.0, "0"),
            (-5.0, "-5"),
            (-10.0, "-10"),
            (0.5, "0.5"),
            (12345678.25, "12345678.25"),
            (1e20, "1e20"),
        ] {
            assert_eq!(number_text(number), text);
        }
        for (serial, text) in [
            (45717.0, "2025/3/1"),
            (1.0, "1900/1/1"),
            (61.0, "1900/3/1"),
            (0.5, "12:00"),
            (45717.75, "2025/3/1 18:00"),
            (-1.0, "-1"),
        ] {
            assert_eq!(date_text(serial), text);
        }
    }

    #[test]
    fn a_number_without_a_known_format_is_asked_about_only_where_it_could_be_a_day() {
        let asked = |n: f64, kind: Kind| {
            let cell = Cell {
                at: Default::default(),
                value: CellValue::Unclear(n),
                formula: false,
                look: Default::default(),
            };
            objection(&cell, kind).is_some()
        };
        assert!(asked(45_717.0, Kind::Persons) && asked(45_717.5, Kind::Words));
        assert!(!asked(1_234.0, Kind::Persons) && !asked(123_456.0, Kind::Yen));
        assert!(!asked(45_717.0, Kind::Day), "the answer is a day");
    }

    proptest! {
        #[test]
        fn no_number_panics(number in any::<f64>()) {
            number_text(number);
            date_text(number);
        }
    }
}
