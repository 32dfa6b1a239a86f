//! What two spellings of one printed label have in common.
//!
//! ```text
//! ※「１．受給者数（人）」 ─ label_key ─> 受給者数人
//! ```
//! Width, spaces, line breaks, brackets, punctuation, ※, circled numbers and a leading number make no
//! difference. A key is compared and thrown away.

use unicode_normalization::UnicodeNormalization;

/// The key of a text that may be a label; empty if it has no letter.
pub(super) fn label_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Nearly all of a form: nothing to look up.
            '\u{4E00}'..='\u{9FFF}' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '々' => key.push(c),
            '0'..='9' | 'a'..='z' => key.push(c),
            'A'..='Z' => key.push(c.to_ascii_lowercase()),
            '\u{FF01}'..='\u{FF5E}' => {
                let narrow = char::from_u32(c as u32 - 0xFEE0).unwrap_or(c);
                if narrow.is_ascii_alphanumeric() {
                    key.push(narrow.to_ascii_lowercase());
                }
            }
            c if is_skipped(c) => {}
            _ => return finish(folded(text)),
        }
    }
    finish(key)
}

/// The long way, for half-width kana, composed and rare characters.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|c| !is_circled(*c))
        .nfkc()
        .filter(|c| c.is_alphanumeric() && !is_skipped(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// ASCII signs, spaces, CJK punctuation, prolonged sound marks (メ-ル is メール), circled numbers.
fn is_skipped(c: char) -> bool {
    (c.is_ascii() && !c.is_ascii_alphanumeric())
        || matches!(c, '\u{3000}'..='\u{3004}' | '\u{3007}'..='\u{3020}' | '・' | 'ー' | '※' | '○' | '●')
        || is_circled(c)
}

/// ① to ⓿ and ❶ to ➓.
pub(super) fn is_circled(c: char) -> bool {
    matches!(c, '\u{2460}'..='\u{24FF}' | '\u{2776}'..='\u{2793}')
}

/// Without the number of a heading or row, and with one spelling of words people write in two.
fn finish(key: String) -> String {
    let bare = key.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered =
        bare.len() < key.len() && !bare.is_empty() && !bare.starts_with(['次', '年', '月', '日']);
    let key = if numbered { bare.to_owned() } else { key };
    if key.contains(['子', '障', '無']) {
        key.replace("子ども", "こども")
            .replace("子供", "こども")
            .replace("障がい", "障害")
            .replace("障碍", "障害")
            .replace("無い", "ない")
            .replace("無し", "なし")
    } else {
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_label_meet() {
        for (written, printed) in [
            ("受給者数(人)", "受給者数（人）"),
            ("受 給 者 数\n（人）", "受給者数（人）"),
            ("ｼｽﾃﾑ改修等の対象", "システム改修等の対象"),
            (
                "１．国又は都道府県との連絡調整担当部署・連絡先",
                "1. 国又は都道府県との連絡調整担当部署・連絡先",
            ),
            (
                "連絡調整担当部署のメ－ルアドレス",
                "連絡調整担当部署のメールアドレス",
            ),
            (
                "① １次交付に係る申請(令和7年4月～5月予定)を行う予定である",
                "1次交付に係る申請（令和7年4月〜5月予定）を行う予定である",
            ),
            (
                "③　①・②の申請を行う予定はない",
                "①・②の申請を行う予定は無い",
            ),
            (
                "（16）子どもの医療費に係る地方単独医療費助成",
                "こどもの医療費に係る地方単独医療費助成",
            ),
            ("肝がん･重度肝硬変", "肝がん・重度肝硬変"),
            ("その他の地方単独医療費助成※", "その他の地方単独医療費助成"),
            (
                "全国地方公共団体コ\u{30FC}\u{30C8}\u{3099}",
                "全国地方公共団体コード",
            ),
        ] {
            assert_eq!(label_key(written), label_key(printed), "{written}");
        }
        assert_eq!(label_key("※①（　）"), "");
        assert_ne!(label_key("1次交付"), label_key("2次交付"));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_spaces_do_not_matter(text in any::<String>()) {
            let key = label_key(&text);
            prop_assert_eq!(label_key(&format!(" {text}\u{3000}")), key);
        }
    }
}
