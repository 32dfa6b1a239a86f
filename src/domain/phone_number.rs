//! A telephone number in Japan with an optional extension (内線).
//!
//! ```text
//! typed ─ PhoneNumber::parse ─> 03-1234-5678（内線7427） | PhoneProblem (says what to write)
//! ```
//! Hyphens stay where they were typed; where none were typed none are put in, because area codes have two to
//! five digits and a wrong split reads worse than none.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::{first_note_mark, fold_width, is_hyphen_like, is_invisible};

/// Ten or eleven digits beginning with 0, hyphens between groups or none, and perhaps an extension.
/// Stored as it is displayed: `03-1234-5678（内線7427）`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber {
    number: String,
    extension: Option<String>,
}

/// Why a text is not one telephone number; the message says what to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhoneProblem {
    #[error("電話番号を入力してください（例：03-1234-5678）。")]
    Empty,
    #[error("電話番号は1件だけ入力してください（例：03-1234-5678）。")]
    Several,
    #[error("電話番号は、0で始まる市外局番から入力してください（例：03-1234-5678）。")]
    AreaCode,
    #[error(
        "電話番号の桁数が足りません。市外局番から10桁または11桁で入力してください（例：03-1234-5678）。"
    )]
    TooShort,
    #[error(
        "電話番号の桁数が多すぎます。10桁または11桁で入力してください。内線は「03-1234-5678 内線1234」のように入力してください。"
    )]
    TooLong,
    #[error(
        "電話番号の欄に、メールアドレスが書かれているようです。電話番号だけを入力してください（例：03-1234-5678）。"
    )]
    Mail,
    #[error(
        "電話番号の欄に、FAX番号も書かれているようです。電話番号を1件だけ入力してください（例：03-1234-5678）。"
    )]
    Fax,
    #[error("内線番号は、数字で1つだけ入力してください（例：03-1234-5678 内線1234）。")]
    Extension,
    #[error(
        "電話番号に「{0}」は使えません。数字とハイフンで入力してください（例：03-1234-5678）。"
    )]
    Character(char),
}

/// Words that introduce an extension, longer ones first; matched after folding, in lower case.
const EXTENSION: [&str; 10] = [
    "内線番号",
    "内線",
    "(内)",
    "内)",
    "内:",
    "内",
    "extension",
    "ext",
    "x",
    "#",
];
/// Words for a number nobody can be called at, in lower case.
const FAX: [&str; 4] = ["fax", "ファックス", "ファクス", "ファクシミリ"];
/// Words around a number that say nothing about its digits.
const AROUND: [&str; 16] = [
    "電話番号",
    "電話",
    "でんわ",
    "telephone",
    "phone",
    "tel",
    "(代表)",
    "(代)",
    "(直通)",
    "(直)",
    "代表",
    "直通",
    "☎",
    "☏",
    "📞",
    ":",
];

impl PhoneNumber {
    /// Reads a typed number: any width, any hyphen, brackets, dots and spaces between groups, `+81`,
    /// 電話・TEL・(代) around it, 内線・(内)・ext. before the extension.
    pub fn parse(typed: &str) -> Result<Self, PhoneProblem> {
        // No number with all its words is that long; NFKC of a long text costs time.
        if typed.len() > 1024 {
            return Err(PhoneProblem::TooLong);
        }
        if let Some(mark) = first_note_mark(typed) {
            return Err(PhoneProblem::Character(mark));
        }
        let folded: String = fold_width(typed)
            .to_lowercase()
            .chars()
            .filter(|c| !is_invisible(*c))
            .collect();
        let text = folded.trim();
        if text.is_empty() {
            return Err(PhoneProblem::Empty);
        }
        // Their letters would be taken for the x of an extension.
        if text.contains('@') {
            return Err(PhoneProblem::Mail);
        }
        if FAX.iter().any(|word| text.contains(word)) {
            return Err(PhoneProblem::Fax);
        }
        let mark = EXTENSION
            .iter()
            .filter_map(|word| text.find(word).map(|at| (at, word.len())))
            .min_by_key(|(at, len)| (*at, usize::MAX - len));
        let (number, extension) = match mark {
            Some((at, len)) => (&text[..at], Some(read_extension(&text[at + len..])?)),
            None => (text, None),
        };
        Ok(Self {
            number: read_number(number)?,
            extension,
        })
    }

    /// Digits, with hyphens where they were typed.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Digits of the extension, if there is one.
    pub fn extension(&self) -> Option<&str> {
        self.extension.as_deref()
    }
}

fn read_extension(text: &str) -> Result<String, PhoneProblem> {
    let edge = |c: char| {
        c.is_whitespace()
            || is_hyphen_like(c)
            || matches!(c, '.' | ':' | '(' | ')' | '番' | '=' | '、' | ',')
    };
    let mut digits = String::new();
    for c in text.trim_matches(edge).chars() {
        match c {
            '0'..='9' => digits.push(c),
            c if is_hyphen_like(c) => digits.push('-'),
            // 「1234 1235」 is two, and so is anything between digits that is no hyphen.
            _ => return Err(PhoneProblem::Extension),
        }
    }
    if (1..=8).contains(&digits.len()) {
        Ok(digits)
    } else {
        Err(PhoneProblem::Extension)
    }
}

fn read_number(text: &str) -> Result<String, PhoneProblem> {
    let mut text = text.to_owned();
    for word in AROUND {
        text = text.replace(word, " ");
    }
    // What is left of 「…（内線1234）」 and of a list with one entry.
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | ';'));
    let text = text.trim_end_matches(['(', ' ']);
    let (text, abroad) = match text.trim_start_matches(['(', ' ']).strip_prefix("+81") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let mut groups: Vec<String> = Vec::new();
    let mut gap = true;
    for c in text.chars() {
        match c {
            '0'..='9' => {
                if gap {
                    groups.push(String::new());
                }
                if let Some(group) = groups.last_mut() {
                    group.push(c);
                }
                gap = false;
            }
            c if c.is_control() && c != '\t' => return Err(PhoneProblem::Several),
            c if c.is_whitespace() || is_hyphen_like(c) || matches!(c, '(' | ')' | '.') => {
                gap = true
            }
            ',' | '、' | '/' | ';' | '・' | '~' | '〜' | '又' | 'ま' => {
                return Err(PhoneProblem::Several);
            }
            c => return Err(PhoneProblem::Character(c)),
        }
    }
    if abroad && let Some(first) = groups.first_mut() {
        // +81 3, +81-(0)3
        if first == "0" {
            groups.remove(0);
        }
        if let Some(area) = groups.first_mut()
            && !area.starts_with('0')
        {
            area.insert(0, '0');
        }
    }
    let digits = groups.concat();
    match digits.len() {
        0 if text.is_empty() || !abroad => return Err(PhoneProblem::AreaCode),
        20.. => return Err(PhoneProblem::Several),
        12.. => return Err(PhoneProblem::TooLong),
        _ if !digits.starts_with('0') => return Err(PhoneProblem::AreaCode),
        10 | 11 => {}
        _ => return Err(PhoneProblem::TooShort),
    }
    let plausible = matches!(&groups[..], [area, office, line]
        if (2..=5).contains(&area.len()) && (1..=4).contains(&office.len()) && (3..=4).contains(&line.len()));
    Ok(if plausible { groups.join("-") } else { digits })
}

impl FromStr for PhoneNumber {
    type Err = PhoneProblem;
    fn from_str(typed: &str) -> Result<Self, PhoneProblem> {
        Self::parse(typed)
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = PhoneProblem;
    fn try_from(typed: String) -> Result<Self, PhoneProblem> {
        Self::parse(&typed)
    }
}

impl From<PhoneNumber> for String {
    fn from(phone: PhoneNumber) -> String {
        phone.to_string()
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.extension {
            Some(extension) => write!(f, "{}（内線{extension}）", self.number),
            None => f.write_str(&self.number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn typed_numbers_are_read() {
        for (typed, shown) in [
            ("03-1234-5678", "03-1234-5678"),
            ("０３－１２３４－５６７８", "03-1234-5678"),
            ("03ー1234−5678", "03-1234-5678"),
            ("(03)1234-5678", "03-1234-5678"),
            ("03（1234）5678", "03-1234-5678"),
            ("03 1234 5678", "03-1234-5678"),
            ("03.1234.5678", "03-1234-5678"),
            ("TEL：03-1234-5678（代表）", "03-1234-5678"),
            ("℡ 03-1234-5678", "03-1234-5678"),
            ("+81-3-1234-5678", "03-1234-5678"),
            ("＋81 (0)3 1234 5678", "03-1234-5678"),
            ("0312345678", "0312345678"),
            ("09012345678", "09012345678"),
            ("090-1234-5678", "090-1234-5678"),
            ("0120-123-456", "0120-123-456"),
            ("01234-5-6789", "01234-5-6789"),
            ("0-3-1234-5678", "0312345678"),
            ("03-12345678", "0312345678"),
            ("+81312345678", "0312345678"),
            ("03-1234-5678 内線 7427", "03-1234-5678（内線7427）"),
            ("03-1234-5678（内線７４２７）", "03-1234-5678（内線7427）"),
            ("03-1234-5678(内)7427", "03-1234-5678（内線7427）"),
            ("03-1234-5678 (内:7427)", "03-1234-5678（内線7427）"),
            ("0312345678 ext.7427", "0312345678（内線7427）"),
            ("03-1234-5678、内線7427", "03-1234-5678（内線7427）"),
            ("03-1234-5678x7427", "03-1234-5678（内線7427）"),
            (
                "03-1234-5678（内線番号：7427番）",
                "03-1234-5678（内線7427）",
            ),
            (
                "電話 03-1234-5678 (代) 内線 12-34",
                "03-1234-5678（内線12-34）",
            ),
        ] {
            assert_eq!(
                PhoneNumber::parse(typed).map(|phone| phone.to_string()),
                Ok(shown.to_owned()),
                "{typed}"
            );
        }
        let phone = PhoneNumber::parse("03-1234-5678 内線7427").expect("a number");
        assert_eq!(
            (phone.number(), phone.extension()),
            ("03-1234-5678", Some("7427"))
        );
    }

    #[test]
    fn problems_say_what_to_write() {
        use PhoneProblem::*;
        for (typed, problem) in [
            ("", Empty),
            ("\u{3000}", Empty),
            ("1234-5678", AreaCode),
            ("内線7427", AreaCode),
            ("TEL", AreaCode),
            ("3-1234-5678", AreaCode),
            ("03-1234-567", TooShort),
            ("+81", AreaCode),
            ("03-1234-5678 7427", TooLong),
            ("03-1234-5678、03-1234-5679", Several),
            ("03-1234-5678\n03-1234-5679", Several),
            ("03-1234-5678 03-1234-5679", Several),
            ("03-1234-5678～9", Several),
            ("03-1234-5678 内線1234,1235", Extension),
            ("03-1234-5678 内線1234・1235", Extension),
            ("03-1234-5678 内線", Extension),
            ("03-1234-5678 内線123456789", Extension),
            ("03-1234-567O", Character('o')),
            ("03-1234-5678①", Character('①')),
            ("03-1234-5678²", Character('²')),
            ("fukushi@shihoro.example.jp", Mail),
            ("ｆｕｋｕｓｈｉ＠shihoro.example.jp", Mail),
            ("01564-5-5188 fukushi@shihoro.example.jp", Mail),
            ("01564-5-5188 FAX 01564-5-4304", Fax),
            ("TEL 01564-5-5188／ＦＡＸ 01564-5-4304", Fax),
            ("01564-5-5188\n（ﾌｧｯｸｽ 01564-5-4304）", Fax),
            ("℻01564-5-4304", Fax),
            ("なし", Character('な')),
        ] {
            assert_eq!(PhoneNumber::parse(typed), Err(problem), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_parses_reads_back(typed in any::<String>(), near in "[+(]?0[0-9０-９]{1,4}[-ー()（） .]{0,2}[0-9]{3,4}[- ]?[0-9]{3,4}[ （(]{0,1}(内線|内|ext)?[0-9]{0,5}") {
            for text in [typed, near] {
                if let Ok(phone) = PhoneNumber::parse(&text) {
                    prop_assert_eq!(PhoneNumber::parse(&phone.to_string()), Ok(phone));
                }
            }
        }
    }
}
