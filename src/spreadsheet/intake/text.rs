//! Text, numbers and places as the formats write them.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, date};

use super::grid::CellRef;

/// `AB12` as a place; `None` beyond what Excel has.
pub(super) fn cell_ref(text: &str) -> Option<CellRef> {
    let bytes = text.as_bytes();
    let mut column = 0u32;
    let mut at = 0;
    while let Some(letter) = bytes.get(at).filter(|byte| byte.is_ascii_alphabetic()) {
        column = column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        at += 1;
        if column > 16_384 {
            return None;
        }
    }
    let row = row_number(&text[at..])?;
    Some(CellRef {
        row,
        column: column.checked_sub(1)?,
    })
}

/// A row's number, counted from 1 in the text and from 0 here.
pub(super) fn row_number(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 7 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let row = text.parse::<u32>().ok()?.checked_sub(1)?;
    (row < 1_048_576).then_some(row)
}

/// A number as the formats write it; nothing that is none (`NaN`, `inf`).
pub(super) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'));
    let number = text.parse::<f64>().ok()?;
    (digits && number.is_finite()).then_some(number)
}

/// Where a name points: `'様式1'!$D$5` or, in ODS, `$'様式1'.$D$5`; of an area the first cell.
pub(super) fn target(text: &str, between: char) -> Option<(String, CellRef)> {
    let text = text.trim().trim_start_matches('$');
    let (sheet, rest) = if let Some(quoted) = text.strip_prefix('\'') {
        let mut sheet = String::new();
        let mut chars = quoted.char_indices();
        loop {
            let (at, c) = chars.next()?;
            if c != '\'' {
                sheet.push(c);
            } else if quoted[at + 1..].starts_with('\'') {
                sheet.push('\'');
                chars.next();
            } else {
                break (sheet, &quoted[at + 1..]);
            }
        }
    } else {
        let end = text.find(between)?;
        (text[..end].to_owned(), &text[end..])
    };
    let rest = rest.strip_prefix(between)?;
    let end = rest.find([':', ',', ' ']).unwrap_or(rest.len());
    let cell: String = rest[..end].chars().filter(|c| *c != '$').collect();
    Some((sheet, cell_ref(&cell)?))
}

/// `_x000D_` and the like as the characters they stand for.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let code = rest
            .get(2..7)
            .and_then(|code| code.strip_suffix('_'))
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        match code {
            Some(c) => {
                out.push(c);
                rest = &rest[7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

const DAY_SECONDS: f64 = 86_400.0;

/// `2025-02-28` or `2025-02-28T12:30:00` as Excel's serial number.
pub(super) fn serial_of_date(text: &str) -> Option<f64> {
    const DAY_ZERO: Date = date(1899, 12, 30);
    let text = text.trim().trim_end_matches('Z');
    let time = text.parse::<DateTime>().ok().filter(|_| text.len() >= 10)?;
    let days = DAY_ZERO.duration_until(time.date()).as_secs_f64() / DAY_SECONDS;
    let seconds = time
        .date()
        .to_datetime(jiff::civil::Time::midnight())
        .duration_until(time)
        .as_secs_f64();
    Some(days + seconds / DAY_SECONDS)
}

/// `PT12H30M00S` as a part of a day.
pub(super) fn serial_of_duration(text: &str) -> Option<f64> {
    let duration = text.trim().parse::<SignedDuration>().ok()?;
    Some(duration.as_secs_f64() / DAY_SECONDS)
}

/// Whether a format for numbers shows a date or a time.
pub(super) fn is_date_format(code: &str) -> bool {
    let mut chars = code.chars().peekable();
    let mut seen = String::new();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                // [h]:mm counts hours; [Red] and [$-411] do not.
                let inside = inside.to_ascii_lowercase();
                if !inside.is_empty() && inside.chars().all(|c| matches!(c, 'h' | 'm' | 's')) {
                    return true;
                }
            }
            // 1.0E+00
            'E' | 'e' if chars.peek().is_some_and(|c| matches!(c, '+' | '-')) => {}
            // The first part is for ordinary numbers.
            ';' => break,
            c => seen.push(c.to_ascii_lowercase()),
        }
    }
    let seen = seen.replace("general", "").replace("g/標準", "");
    seen.contains(['y', 'm', 'd', 'h', 's', 'e', 'g', 'r']) || seen.contains("aaa")
}

/// Whether a format shows a number in another unit than it is written in: `0%`, `0"千人"`, `#,##0,`.
pub(super) fn is_scaled_format(code: &str) -> bool {
    let first = code.split(';').next().unwrap_or_default();
    let mut quoted = false;
    let mut chars = first.chars().peekable();
    let mut digits = false;
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '千' | '百' | '万' | '億' => return true,
            _ if quoted => {}
            '\\' | '_' | '*' => {
                if matches!(chars.next(), Some('千' | '百' | '万' | '億')) {
                    return true;
                }
            }
            '[' => while chars.next().is_some_and(|c| c != ']') {},
            '%' => return true,
            '0' | '#' | '?' => digits = true,
            // Between digits it parts thousands; behind them it leaves them out.
            ',' if digits && !matches!(chars.peek(), Some('0' | '#' | '?')) => return true,
            _ => {}
        }
    }
    false
}

/// The same of the numbered formats: the two for per cent.
pub(super) fn is_scaled_number(id: u32) -> bool {
    matches!(id, 9 | 10)
}

/// Whether one of the numbered formats, which need not be spelt out, shows a date or a time.
pub(super) fn is_date_number(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether a formula asks another program for data (`program|topic!item`).
pub(super) fn asks_a_program(formula: &str) -> bool {
    let mut quoted = None;
    for c in formula.chars() {
        match (quoted, c) {
            (None, '"' | '\'') => quoted = Some(c),
            (Some(open), c) if c == open => quoted = None,
            (None, '|') => return true,
            _ => {}
        }
    }
    let formula = formula.trim_start_matches(['=', ' ']);
    let formula = formula.strip_prefix("of:=").unwrap_or(formula);
    formula
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("dde("))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_that_show_another_number_are_known() {
        for code in [
            "0%",
            "0\"千人\"",
            "0\\千",
            "#,##0,",
            "#,##0,\"人\"",
            "0.0,,",
            "[Red]0\"万\"",
            "0 %;-0 %",
        ] {
            assert!(is_scaled_format(code), "{code}");
        }
        for code in [
            "General",
            "0",
            "#,##0",
            "#,##0_ ;[Red]\\-#,##0\\ ",
            "#,##0\"人\"",
            "0\"人, 約\"",
            "_(* #,##0_);_(* \"-\"_)",
            "\"%\"0",
            "yyyy/m/d",
            "@",
        ] {
            assert!(!is_scaled_format(code), "{code}");
        }
    }

    #[test]
    fn places_are_read_as_they_are_shown() {
        for text in ["A1", "D12", "Z1", "AA1", "XFD1048576"] {
            let place = cell_ref(text).expect("a place");
            assert_eq!(place.to_string(), text);
        }
        for text in [
            "",
            "A",
            "1",
            "A0",
            "XFE1",
            "A1048577",
            "A1B",
            "ZZZZZZZZZZ1",
            "A+1",
            "A 1",
            "A99999999",
        ] {
            assert_eq!(cell_ref(text), None, "{text}");
        }
    }

    #[test]
    fn names_point_at_their_first_cell() {
        for (text, between, sheet, cell) in [
            ("Sheet1!$D$5", '!', "Sheet1", "D5"),
            ("'様式 1'!$D$5:$E$9", '!', "様式 1", "D5"),
            ("'it''s'!A1,'b'!B2", '!', "it's", "A1"),
            ("$様式1.$D$5", '.', "様式1", "D5"),
            (
                "$'様式1 (2)'.$D$5:$'様式1 (2)'.$E$6",
                '.',
                "様式1 (2)",
                "D5",
            ),
        ] {
            let (found, at) = target(text, between).expect(text);
            assert_eq!((found.as_str(), at.to_string().as_str()), (sheet, cell));
        }
        for text in ["#REF!$A$1", "Sheet1!#REF!", "'open!A1", "", "A1", "!A1:B"] {
            let found = target(text, '!');
            assert!(
                found
                    .as_ref()
                    .is_none_or(|(sheet, _)| sheet.starts_with('#') || sheet.is_empty()),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn numbers_are_numbers() {
        for (text, n) in [("1", 1.0), (" -1.5E+3 ", -1500.0), ("0", 0.0), (".5", 0.5)] {
            assert_eq!(number(text), Some(n));
        }
        for text in ["", "NaN", "inf", "-infinity", "1e999", "1,2", "0x1", "一"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn escapes_are_resolved_once() {
        for (text, plain) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_x_x00_ _xZZZZ_ _x12", "_x_x00_ _xZZZZ_ _x12"),
            ("_xあい_", "_xあい_"),
            ("_xD800_", "_xD800_"),
        ] {
            assert_eq!(unescape(text), plain);
        }
    }

    #[test]
    fn dates_have_excels_numbers() {
        for (text, serial) in [
            ("2025-02-28", 45_716.0),
            ("1900-03-01", 61.0),
            ("2025-02-28T12:00:00", 45_716.5),
            ("2025-02-28T06:00:00Z", 45_716.25),
        ] {
            assert_eq!(serial_of_date(text), Some(serial), "{text}");
        }
        assert_eq!(serial_of_duration("PT12H30M00S"), Some(12.5 / 24.0));
        for text in ["", "2025", "28.2.2025", "2025-02-30", "99999-01-01"] {
            assert_eq!(serial_of_date(text), None, "{text}");
        }
    }

    #[test]
    fn formats_of_dates_are_told_from_those_of_numbers() {
        for code in [
            "yyyy/m/d",
            "m\"月\"d\"日\"",
            "[$-411]ggge\"年\"m\"月\"d\"日\"",
            "[h]:mm",
            "h:mm AM/PM",
            "aaa",
            "mm:ss.0",
            "[Red]yyyy",
        ] {
            assert!(is_date_format(code), "{code}");
        }
        for code in [
            "General",
            "G/標準",
            "G/標準\"人\"",
            "#,##0",
            "0.00E+00",
            "\"d\"0",
            "\\d0",
            "[Red]-0",
            "0_d",
            "@",
            "",
            "#,##0;[Red]-#,##0",
            "0;yyyy",
            "[$¥-411]#,##0",
            "\"open",
        ] {
            assert!(!is_date_format(code), "{code}");
        }
    }

    #[test]
    fn formulas_that_ask_programs_are_known() {
        for formula in [
            "cmd|'/C calc'!A0",
            "of:=DDE(\"soffice\";\"a\";\"b\")",
            "dde(\"a\")",
        ] {
            assert!(asks_a_program(formula), "{formula}");
        }
        for formula in [
            "SUM(A1:A3)",
            "'a|b'!A1",
            "A1&\"|\"&B1",
            "of:=SUM([.A1])",
            "",
        ] {
            assert!(!asks_a_program(formula), "{formula}");
        }
    }
}
