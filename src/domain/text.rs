//! Text as it arrives from a form field or a cell.
//!
//! ```text
//! names, departments, free text:  typed ─ clean_line / clean_text ─> stored (and shown as written)
//! codes, numbers, mail, phone:    typed ─ fold_width ─> a parser of this folder ─> typed value
//! ```
//! The two ways never cross: NFKC would turn ① into 1 and ㈱ into (株), so `fold_width` must not touch anything
//! that is printed as its author wrote it.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// One line as typed: composed (NFC), without control and invisible characters, trimmed of every Unicode
/// space (U+3000 too). A line break or tab becomes one space together with the spaces around it; other
/// spaces stay as typed.
pub fn clean_line(typed: &str) -> String {
    let visible = visible(typed);
    let pieces: Vec<&str> = visible
        .split(['\n', '\t'])
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .collect();
    compose(&pieces.join(" "))
}

/// Several lines as typed: like [`clean_line`], but line breaks stay, each as one LF (CRLF, CR, NEL, U+2028,
/// U+2029 and page breaks count as one). Spaces at line ends and empty lines at both ends go.
pub fn clean_text(typed: &str) -> String {
    let visible = visible(typed).replace('\t', " ");
    let lines: Vec<&str> = visible.split('\n').map(str::trim_end).collect();
    compose(lines.join("\n").trim())
}

/// NFKC: full-width digits, letters and signs become ASCII, half-width kana become full-width.
/// Only for codes, numbers, mail addresses, telephone numbers and match keys; never for names or free text.
pub fn fold_width(typed: &str) -> String {
    typed.nfkc().collect()
}

/// The first note mark: a circled, bracketed or raised number such as ①, ⑴, ⒈ or ². [`fold_width`] would glue it
/// to the number beside it as one more digit. The ² of m² is a unit's.
pub fn first_note_mark(typed: &str) -> Option<char> {
    let mut before = ' ';
    typed.chars().find(|c| {
        let is_power = matches!(before, 'a'..='z' | 'A'..='Z' | 'ａ'..='ｚ' | 'Ａ'..='Ｚ');
        before = *c;
        !is_power && is_note_mark(*c)
    })
}

fn is_note_mark(c: char) -> bool {
    match c {
        // Black and double circles fold to nothing.
        '\u{24EA}'..='\u{24FF}' | '\u{2776}'..='\u{2793}' => true,
        // Digits of other widths and type faces are digits.
        '\0'..='\u{7F}' | '０'..='９' | '\u{1D7CE}'..='\u{1D7FF}' | '\u{1FBF0}'..='\u{1FBF9}' => {
            false
        }
        c => {
            let mut has_digit = false;
            let is_bare = std::iter::once(c).nfkc().all(|plain| {
                has_digit |= plain.is_ascii_digit();
                plain.is_ascii_digit() || matches!(plain, '(' | ')' | '.' | ',')
            });
            is_bare && has_digit
        }
    }
}

/// The first private-use character (外字: U+E000–F8FF and the two supplementary planes) and its place,
/// counted in characters from 1. Such a character shows as another one, or none, on every other machine.
pub fn first_private_use(text: &str) -> Option<(usize, char)> {
    text.chars()
        .enumerate()
        .find(|(_, c)| matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}'))
        .map(|(index, c)| (index + 1, c))
}

/// Length in characters (Unicode scalar values), the unit of every limit shown to users.
pub fn char_len(text: &str) -> usize {
    text.chars().count()
}

/// Everything an IME or Excel puts where a hyphen is meant: - ‐ ‑ ‒ – — ― − ー ｰ － ─ ━ ➖ and rarer ones.
/// The wave dash (〜 ～) is not among them: it means a range.
pub fn is_hyphen_like(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{AD}' | '\u{2D7}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{207B}'
                | '\u{208B}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{2501}'
                | '\u{2796}'
                | '\u{30FC}'
                | '\u{FE58}'
                | '\u{FE63}'
                | '\u{FF0D}'
                | '\u{FF70}'
    )
}

/// Characters that take no room and no one types on purpose: zero-width spaces, direction marks, soft
/// hyphen, byte-order mark, non-characters. Direction marks can make a line read differently from what it
/// is; U+FFFE and U+FFFF cannot stand in a workbook. Joiners and variation selectors stay: names use them.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{61C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{FDD0}'..='\u{FDEF}'
    ) || (c as u32) & 0xFFFE == 0xFFFE
}

/// `1234567` as `1,234,567`.
pub fn with_commas(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Line breaks of every kind as LF, tabs kept, all other control and invisible characters gone.
fn visible(typed: &str) -> String {
    let mut out = String::with_capacity(typed.len());
    let mut chars = typed.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\n' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push('\t'),
            c if c.is_control() || is_invisible(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// NFC, except that compatibility ideographs stay: even NFC would turn 塚 (U+FA10) into 塚 (U+585A) and
/// 神 (U+FA19) into 神, which are different letters to the bearer of the name.
fn compose(text: &str) -> String {
    // Nearly everything typed is composed already.
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.to_owned();
    }
    let kept = |c: char| matches!(c, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}');
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(kept) {
        match piece.chars().next_back().filter(|c| kept(*c)) {
            Some(ideograph) => {
                out.extend(piece[..piece.len() - ideograph.len_utf8()].nfc());
                out.push(ideograph);
            }
            None => out.extend(piece.nfc()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_trimmed_and_composed_but_keeps_its_letters() {
        assert_eq!(
            clean_line("\u{3000} 障害福祉課\u{3000}医療係\u{A0}\r\n"),
            "障害福祉課\u{3000}医療係"
        );
        assert_eq!(
            clean_line("福祉部\r\n  障害福祉課\t係"),
            "福祉部 障害福祉課 係"
        );
        assert_eq!(
            clean_line("か\u{3099}ん\u{0}対\u{200B}策\u{202E}課"),
            "がん対策課"
        );
        assert_eq!(clean_line("①㈱～℡Ａ"), "①㈱～℡Ａ");
        assert_eq!(clean_line("葛\u{E0100}城"), "葛\u{E0100}城");
        assert_eq!(clean_line("大\u{FA10}か\u{3099}"), "大\u{FA10}が");
        assert_eq!(clean_line(" \u{3000}\r\n\t"), "");
    }

    #[test]
    fn a_text_keeps_its_lines() {
        assert_eq!(
            clean_text("\r\n一行目 \r\n\r\n 二行目\u{7}\r三行目\u{2028}四\u{3000}\n\n"),
            "一行目\n\n 二行目\n三行目\n四"
        );
    }

    #[test]
    fn private_use_is_found_by_place() {
        assert_eq!(first_private_use("𠮷田\u{E001}"), Some((3, '\u{E001}')));
        assert_eq!(first_private_use("\u{F0000}"), Some((1, '\u{F0000}')));
        assert_eq!(first_private_use("髙橋﨑𠮷"), None);
    }

    #[test]
    fn note_marks_are_told_from_digits_and_units() {
        for c in "①⑳⑴⒈²³¹⁰⁴⁹₀₉⓪㉑㊿❶➀➊⓵🄁".chars() {
            for typed in [c.to_string(), format!("120{c}"), format!("{c}人")] {
                assert_eq!(first_note_mark(&typed), Some(c), "{typed}");
            }
        }
        for typed in [
            "",
            "120",
            "１２０",
            "𝟏𝟐",
            "120㎡",
            "120m²",
            "１２０ｋｍ²",
            "㈱",
            "½",
            "○",
        ] {
            assert_eq!(first_note_mark(typed), None, "{typed}");
        }
    }

    #[test]
    fn hyphens_widths_and_commas() {
        assert!("-－−ー‐‑–—―ｰ─".chars().all(is_hyphen_like));
        assert!(!"〜～~一_".chars().any(is_hyphen_like));
        assert_eq!(fold_width("０１２Ａ＠．－"), "012A@.-");
        assert_eq!(with_commas(0), "0");
        assert_eq!(with_commas(999), "999");
        assert_eq!(with_commas(1_000), "1,000");
        assert_eq!(with_commas(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(char_len("𠮷が"), 2);
    }

    proptest! {
        #[test]
        fn cleaning_is_stable_on_any_text(typed in any::<String>()) {
            let line = clean_line(&typed);
            prop_assert_eq!(clean_line(&line), line.clone());
            prop_assert!(!line.chars().any(char::is_control));
            let text = clean_text(&typed);
            prop_assert_eq!(clean_text(&text), text.clone());
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
            fold_width(&typed);
            first_private_use(&typed);
        }

        #[test]
        fn commas_only_add_commas(number: u64) {
            prop_assert_eq!(with_commas(number).replace(',', ""), number.to_string());
        }
    }
}
