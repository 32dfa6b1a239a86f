//! Words that are typed into a field because something must stand there.

use crate::domain::text::{fold_width, is_hyphen_like};

/// Said where there is nothing to say.
const NOTHING: [&str; 14] = [
    "なし",
    "無し",
    "無",
    "該当なし",
    "該当無し",
    "該当はなし",
    "該当するものなし",
    "特になし",
    "特に無し",
    "とくになし",
    "特段なし",
    "特にありません",
    "ありません",
    "内容なし",
];

/// （　　）, － or 特になし: the field is filled and says nothing.
pub(super) fn says_nothing(text: &str) -> bool {
    let said: String = fold_width(text)
        .chars()
        .filter(|c| c.is_alphanumeric() && !is_hyphen_like(*c))
        .collect();
    said.is_empty() || NOTHING.contains(&said.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_told_from_words() {
        for text in [
            "",
            " \u{3000}\n",
            "（　　　）",
            "－",
            "ー",
            "―――",
            "…",
            "該当なし",
            "（該当なし）",
            "なし。",
            "特に なし",
            "特になし",
            "無",
        ] {
            assert!(says_nothing(text), "{text}");
        }
        for text in [
            "検討中",
            "なしの方向で検討",
            "高齢者",
            "無料化",
            "A",
            "1",
            "①",
        ] {
            assert!(!says_nothing(text), "{text}");
        }
    }
}
