//! A mark in a cell or a tick field: is this row meant or not?
//!
//! ```text
//! cell text ─ read_mark ─> Yes | No | Blank | Unclear (ask, and show the text)
//! ```
//! Choices worth knowing, because a wrong reading changes an answer silently:
//! - The digit 0 is No and the letter O is Yes: 1/0 is how spreadsheets say yes/no, O is how a circle is
//!   typed without an IME. 〇 (ideographic zero) is Yes: every IME offers it for まる.
//! - A hyphen, a slash and an empty box are No: somebody dealt with the row and put nothing in it. Nothing
//!   at all is Blank, so that a form not yet filled in differs from one that says no.
//! - Circled numbers (①), △, ☒ (ticked to one, crossed out to another), 未定 and any longer text are Unclear.

use super::text::{fold_width, is_hyphen_like, is_invisible};

/// What a mark means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    Yes,
    No,
    /// Nothing but spaces, or empty brackets.
    Blank,
    /// Something this portal must not guess at.
    Unclear,
}

const YES: &str = "\
    ○ 〇 ◯ ⭕ ◎ ● ◉ ◦ ⚪ ⚫ ⬤ ■ o ο о レ れ ㇾ レ点 要 ✓ ✔ ☑ ✅ 🗸 √ v 1 1.0 有 有り あり \
    はい 該当 該当する 対象 対象とする 実施 する まる マル 丸 yes y true";
const NO: &str = "\
    × ✕ ✖ ✗ ✘ ☓ ❌ ╳ ⨯ х x □ ☐ / 0 0.0 無 無し なし いいえ 対象外 不要 非該当 該当なし \
    該当無し 該当しない 対象としない 対象でない 実施なし 実施しない 未実施 しない ばつ バツ no \
    n false ノー";

/// Reads one mark. Width, case, spaces, emoji style and one pair of brackets do not matter.
pub fn read_mark(typed: &str) -> Mark {
    if typed
        .chars()
        .any(|c| matches!(c, '\u{2460}'..='\u{24FF}' | '\u{2776}'..='\u{2793}'))
    {
        return Mark::Unclear;
    }
    let unseen = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || is_invisible(c)
            || matches!(c, '\u{FE00}'..='\u{FE0F}')
    };
    let text: String = fold_width(typed)
        .to_lowercase()
        .chars()
        .filter(|c| !unseen(*c))
        .collect();
    let bare = [("(", ")"), ("[", "]"), ("「", "」"), ("【", "】")]
        .iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
        .unwrap_or(&text);
    if bare.is_empty() {
        Mark::Blank
    } else if among(YES, bare) {
        Mark::Yes
    } else if among(NO, bare) || bare.chars().all(is_hyphen_like) {
        Mark::No
    } else {
        Mark::Unclear
    }
}

fn among(list: &str, mark: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_are_read_as_meant() {
        for typed in [
            "○",
            "〇",
            "◯",
            "⭕",
            "⭕\u{FE0F}",
            "◎",
            "●",
            "O",
            "o",
            "Ｏ",
            "レ",
            "ﾚ",
            "✓",
            "✔\u{FE0F}",
            "☑",
            "1",
            "１",
            "有",
            "あり",
            "はい",
            "該当",
            "対象",
            " ○ ",
            "（○）",
            "￮",
            "Yes",
            "■",
        ] {
            assert_eq!(read_mark(typed), Mark::Yes, "{typed}");
        }
        for typed in [
            "×",
            "✕",
            "✖",
            "x",
            "Ｘ",
            "-",
            "－",
            "ー",
            "―",
            "無",
            "なし",
            "いいえ",
            "対象外",
            "0",
            "０",
            "／",
            "□",
            "No",
        ] {
            assert_eq!(read_mark(typed), Mark::No, "{typed}");
        }
        for typed in ["", " ", "\u{3000}", "\t\n", "（　）", "[ ]"] {
            assert_eq!(read_mark(typed), Mark::Blank, "{typed:?}");
        }
        for typed in [
            "△",
            "①",
            "②",
            "☒",
            "?",
            "未定",
            "○（予定）",
            "11",
            "2",
            "検討中",
            "○×",
        ] {
            assert_eq!(read_mark(typed), Mark::Unclear, "{typed}");
        }
    }

    #[test]
    fn no_mark_means_both() {
        for (list, meaning) in [(YES, Mark::Yes), (NO, Mark::No)] {
            assert!(
                list.split_ascii_whitespace()
                    .all(|mark| read_mark(mark) == meaning)
            );
        }
        assert!(YES.split_ascii_whitespace().all(|mark| !among(NO, mark)));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_spaces_do_not_matter(typed in any::<String>()) {
            prop_assert_eq!(read_mark(&typed), read_mark(&format!("\u{3000}{typed} ")));
        }
    }
}
