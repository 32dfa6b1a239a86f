//! The key of a body: 全国地方公共団体コード, six digits of which the last is a check digit.
//!
//! ```text
//! stored or exact text ─ FromStr ─> LocalGovernmentCode ─ prefecture() ─> PrefectureCode ─ name(), tile()
//! what people type ─ read_code_generously ─> candidates, for the caller to match against the list of bodies
//! ```
//! Only the arithmetic is known here. Which codes exist, and which of two candidates is meant, is decided
//! where the list of organizations is at hand.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::{fold_width, is_hyphen_like, is_invisible};

/// Six ASCII digits with a right check digit and a prefecture number of 01 to 47.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalGovernmentCode([u8; 6]);

/// Why a text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeProblem {
    /// Not six characters long.
    #[error(
        "自治体コードは、検査数字を含む6桁の数字で入力してください（例：012025）。入力されたのは{found}文字です。"
    )]
    Length { found: usize },
    /// Something else than 0–9.
    #[error("自治体コードは、数字だけで入力してください（例：012025）。")]
    NotDigits,
    /// The first two digits are not 01–47.
    #[error(
        "自治体コードの先頭の2桁が都道府県の番号（01～47）になっていません。もう一度お確かめください。"
    )]
    Prefecture,
    /// The sixth digit does not fit the first five.
    #[error(
        "自治体コードの6桁目が合いません（先頭の5桁からは「{expected}」になります）。もう一度お確かめください。"
    )]
    CheckDigit { expected: u8 },
}

impl LocalGovernmentCode {
    /// The six digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("six ASCII digits by construction")
    }

    /// The prefecture this body is or lies in.
    pub fn prefecture(&self) -> PrefectureCode {
        PrefectureCode((self.0[0] - b'0') * 10 + self.0[1] - b'0')
    }

    /// True for a prefecture itself (digits 3 to 5 are 000).
    pub fn is_prefecture(&self) -> bool {
        &self.0[2..5] == b"000"
    }

    /// The first five digits as a number: 012025 is 1202. With the check digit they give the code again.
    pub fn number(&self) -> u16 {
        self.0[..5]
            .iter()
            .fold(0, |number, digit| number * 10 + u16::from(digit - b'0'))
    }

    /// The code whose first five digits are this number; none outside the prefectures 01 to 47.
    pub fn from_number(number: u16) -> Option<Self> {
        let digit = |divisor: u16| (number / divisor % 10) as u8;
        Self::from_first_five([10_000, 1_000, 100, 10, 1].map(digit)).ok()
    }

    fn from_first_five(five: [u8; 5]) -> Result<Self, CodeProblem> {
        let expected = check_digit(five);
        let [a, b, c, d, e] = five.map(|digit| digit + b'0');
        Self::from_ascii([a, b, c, d, e, expected + b'0'])
    }

    fn from_ascii(ascii: [u8; 6]) -> Result<Self, CodeProblem> {
        if !ascii.iter().all(u8::is_ascii_digit) {
            return Err(CodeProblem::NotDigits);
        }
        let [a, b, c, d, e, last] = ascii.map(|digit| digit - b'0');
        if !(1..=47).contains(&(a * 10 + b)) {
            return Err(CodeProblem::Prefecture);
        }
        let expected = check_digit([a, b, c, d, e]);
        if last != expected {
            return Err(CodeProblem::CheckDigit { expected });
        }
        Ok(Self(ascii))
    }
}

/// The sixth digit for the first five (each 0–9): weights 6, 5, 4, 3, 2; the last digit of 11 − (sum mod 11).
pub fn check_digit(first_five: [u8; 5]) -> u8 {
    let sum: u32 = first_five
        .iter()
        .zip([6, 5, 4, 3, 2])
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    ((11 - sum % 11) % 10) as u8
}

impl FromStr for LocalGovernmentCode {
    type Err = CodeProblem;

    /// Strict: exactly six ASCII digits. For typed text see [`read_code_generously`].
    fn from_str(text: &str) -> Result<Self, CodeProblem> {
        let length = || CodeProblem::Length {
            found: text.chars().count(),
        };
        if text.chars().count() != 6 {
            return Err(length());
        }
        // Six characters that are not six bytes include a non-ASCII one.
        let ascii: [u8; 6] = text
            .as_bytes()
            .try_into()
            .map_err(|_| CodeProblem::NotDigits)?;
        Self::from_ascii(ascii)
    }
}

impl TryFrom<String> for LocalGovernmentCode {
    type Error = CodeProblem;
    fn try_from(text: String) -> Result<Self, CodeProblem> {
        text.parse()
    }
}

impl From<LocalGovernmentCode> for String {
    fn from(code: LocalGovernmentCode) -> String {
        code.as_str().to_owned()
    }
}

impl fmt::Display for LocalGovernmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for LocalGovernmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalGovernmentCode({})", self.as_str())
    }
}

/// Every code a typed text can mean, lowest first; empty if none.
///
/// Full-width digits, spaces, quotes, hyphens, brackets and the `.0` of a spreadsheet number are read over.
/// Six digits mean themselves. Five mean a code that lost its leading zero, or one without its check digit;
/// in twelve pairs of real bodies both hold (12203: 012203 and 122033), and only the name tells. Four mean
/// both losses at once.
pub fn read_code_generously(typed: &str) -> Vec<LocalGovernmentCode> {
    let mut digits: Vec<u8> = Vec::with_capacity(6);
    let folded = fold_width(typed.trim());
    for c in folded.strip_suffix(".0").unwrap_or(&folded).chars() {
        match c {
            '0'..='9' if digits.len() == 6 => return Vec::new(),
            '0'..='9' => digits.push(c as u8 - b'0'),
            '\'' | '"' | '`' | '´' | '‘' | '’' | '“' | '”' | '(' | ')' | '[' | ']' | '【'
            | '】' | '「' | '」' | '\u{301}' => {}
            c if c.is_whitespace() || is_hyphen_like(c) || is_invisible(c) => {}
            _ => return Vec::new(),
        }
    }
    let readings = match digits[..] {
        [a, b, c, d, e, f] => vec![LocalGovernmentCode::from_ascii(
            [a, b, c, d, e, f].map(|digit| digit + b'0'),
        )],
        [a, b, c, d, e] => vec![
            LocalGovernmentCode::from_ascii([0, a, b, c, d, e].map(|digit| digit + b'0')),
            LocalGovernmentCode::from_first_five([a, b, c, d, e]),
        ],
        [a, b, c, d] => vec![LocalGovernmentCode::from_first_five([0, a, b, c, d])],
        _ => Vec::new(),
    };
    readings.into_iter().flatten().collect()
}

/// Number of a prefecture, 1 (北海道) to 47 (沖縄県); written `01` to `47`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PrefectureCode(u8);

/// A text that is not one of `01` to `47`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("都道府県の番号は、01から47までの2桁の数字です。")]
pub struct PrefectureProblem;

/// Name, and place on the tile map (column, row).
const PREFECTURES: [(&str, (u8, u8)); 47] = [
    ("北海道", (13, 1)),
    ("青森県", (12, 2)),
    ("岩手県", (13, 3)),
    ("宮城県", (13, 4)),
    ("秋田県", (12, 3)),
    ("山形県", (12, 4)),
    ("福島県", (12, 5)),
    ("茨城県", (13, 6)),
    ("栃木県", (12, 6)),
    ("群馬県", (11, 6)),
    ("埼玉県", (11, 7)),
    ("千葉県", (13, 7)),
    ("東京都", (12, 7)),
    ("神奈川県", (12, 8)),
    ("新潟県", (11, 5)),
    ("富山県", (10, 5)),
    ("石川県", (9, 5)),
    ("福井県", (9, 6)),
    ("山梨県", (10, 7)),
    ("長野県", (10, 6)),
    ("岐阜県", (9, 7)),
    ("静岡県", (11, 8)),
    ("愛知県", (10, 8)),
    ("三重県", (9, 8)),
    ("滋賀県", (8, 7)),
    ("京都府", (7, 7)),
    ("大阪府", (7, 8)),
    ("兵庫県", (6, 7)),
    ("奈良県", (8, 8)),
    ("和歌山県", (8, 9)),
    ("鳥取県", (5, 7)),
    ("島根県", (4, 7)),
    ("岡山県", (5, 8)),
    ("広島県", (4, 8)),
    ("山口県", (3, 8)),
    ("徳島県", (6, 10)),
    ("香川県", (6, 9)),
    ("愛媛県", (5, 9)),
    ("高知県", (5, 10)),
    ("福岡県", (2, 9)),
    ("佐賀県", (1, 9)),
    ("長崎県", (1, 10)),
    ("熊本県", (2, 10)),
    ("大分県", (3, 9)),
    ("宮崎県", (3, 10)),
    ("鹿児島県", (2, 11)),
    ("沖縄県", (1, 12)),
];

impl PrefectureCode {
    /// Columns and rows of the tile map of [`PrefectureCode::tile`].
    pub const MAP_SIZE: (u8, u8) = (13, 12);

    /// The prefecture of a number; none outside 1 to 47.
    pub fn new(number: u8) -> Option<Self> {
        (1..=47).contains(&number).then_some(Self(number))
    }

    /// All 47, in code order.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        (1..48).map(Self)
    }

    /// 1 to 47.
    pub fn number(self) -> u8 {
        self.0
    }

    /// 北海道, 青森県 … as printed.
    pub fn name(self) -> &'static str {
        PREFECTURES[usize::from(self.0) - 1].0
    }

    /// The name without 都, 府 or 県 (北海道 stays whole), for tiles and table heads.
    pub fn short_name(self) -> &'static str {
        self.name()
            .strip_suffix(['都', '府', '県'])
            .unwrap_or(self.name())
    }

    /// Column and row, from 1, on a tile map of Japan: Hokkaido top right, Okinawa bottom left, neighbours
    /// side by side where a square grid allows.
    pub fn tile(self) -> (u8, u8) {
        PREFECTURES[usize::from(self.0) - 1].1
    }

    /// The code of the prefecture as a body, e.g. 010006.
    pub fn organization_code(self) -> LocalGovernmentCode {
        LocalGovernmentCode::from_first_five([self.0 / 10, self.0 % 10, 0, 0, 0])
            .expect("1 to 47 by construction")
    }
}

impl FromStr for PrefectureCode {
    type Err = PrefectureProblem;

    /// Strict: two ASCII digits.
    fn from_str(text: &str) -> Result<Self, PrefectureProblem> {
        match text.as_bytes() {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                Self::new((tens - b'0') * 10 + ones - b'0').ok_or(PrefectureProblem)
            }
            _ => Err(PrefectureProblem),
        }
    }
}

impl TryFrom<String> for PrefectureCode {
    type Error = PrefectureProblem;
    fn try_from(text: String) -> Result<Self, PrefectureProblem> {
        text.parse()
    }
}

impl From<PrefectureCode> for String {
    fn from(code: PrefectureCode) -> String {
        code.to_string()
    }
}

impl fmt::Display for PrefectureCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    const ORGANIZATIONS: &str = include_str!("../../migrations/data/organizations.csv");

    fn read(typed: &str) -> Vec<String> {
        read_code_generously(typed)
            .into_iter()
            .map(String::from)
            .collect()
    }

    #[test]
    fn every_known_body_has_a_code_and_its_prefecture_a_name() {
        for row in ORGANIZATIONS.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            let code: LocalGovernmentCode = cells[0].parse().expect(row);
            assert_eq!(code.as_str(), cells[0]);
            assert_eq!(code.prefecture().to_string(), cells[1]);
            assert_eq!(code.is_prefecture(), cells[4] == "都道府県");
            assert_eq!(LocalGovernmentCode::from_number(code.number()), Some(code));
            if code.is_prefecture() {
                assert_eq!(code.prefecture().name(), cells[2]);
                assert_eq!(code.prefecture().organization_code(), code);
            }
            assert!(read(cells[0].trim_start_matches('0')).contains(&cells[0].to_owned()));
            assert!(read(&cells[0][..5]).contains(&cells[0].to_owned()));
        }
    }

    #[test]
    fn strict_reading_says_what_is_wrong() {
        let problem = |text: &str| text.parse::<LocalGovernmentCode>().expect_err(text);
        assert_eq!(problem(""), CodeProblem::Length { found: 0 });
        assert_eq!(problem("12025"), CodeProblem::Length { found: 5 });
        assert_eq!(problem("０１２０２５"), CodeProblem::NotDigits);
        assert_eq!(problem("01202a"), CodeProblem::NotDigits);
        assert_eq!(problem("002020"), CodeProblem::Prefecture);
        assert_eq!(problem("480002"), CodeProblem::Prefecture);
        assert_eq!(problem("012026"), CodeProblem::CheckDigit { expected: 5 });
    }

    #[test]
    fn typed_codes_are_read_in_every_usual_form() {
        for typed in [
            "012025",
            "０１２０２５",
            " 01202-5 ",
            "'012025",
            "12025",
            "1202",
            "01202",
            "12025.0",
            "【012025】",
            "01ー2025",
        ] {
            assert!(read(typed).contains(&"012025".to_owned()), "{typed}");
        }
        assert_eq!(read("12203"), ["012203", "122033"]);
        assert_eq!(read("23230"), ["023230", "232301"]);
        for typed in ["", "012026", "0120255", "函館市", "1", "12.5", "99999"] {
            assert_eq!(read(typed), Vec::<String>::new(), "{typed}");
        }
    }

    #[test]
    fn the_tile_map_has_a_cell_for_each() {
        let cells: HashSet<_> = PrefectureCode::all().map(PrefectureCode::tile).collect();
        assert_eq!(cells.len(), 47);
        let (columns, rows) = PrefectureCode::MAP_SIZE;
        assert!(
            cells
                .iter()
                .all(|(column, row)| (1..=columns).contains(column) && (1..=rows).contains(row))
        );
        assert_eq!(PrefectureCode(1).tile(), (columns, 1));
        assert_eq!(PrefectureCode(47).tile(), (1, rows));
        let shorts: Vec<_> = [1, 13, 26, 27, 14]
            .map(|number| PrefectureCode(number).short_name())
            .into();
        assert_eq!(shorts, ["北海道", "東京", "京都", "大阪", "神奈川"]);
    }

    #[test]
    fn stored_as_text() {
        let value = serde::de::value::StringDeserializer::<serde::de::value::Error>::new(
            "012026".to_owned(),
        );
        assert!(LocalGovernmentCode::deserialize(value).is_err());
        assert_eq!("47".parse(), Ok(PrefectureCode(47)));
        assert!(
            ["0", "1", "00", "48", "１３", "+1"]
                .iter()
                .all(|text| text.parse::<PrefectureCode>().is_err())
        );
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_parses_prints_back(text in any::<String>()) {
            if let Ok(code) = text.parse::<LocalGovernmentCode>() {
                prop_assert_eq!(code.to_string(), text.clone());
            }
            read_code_generously(&text);
        }

        #[test]
        fn exactly_one_check_digit_fits(first_five in 1000u32..48000) {
            let fits = (0..10).filter(|last| format!("{first_five:05}{last}").parse::<LocalGovernmentCode>().is_ok()).count();
            prop_assert_eq!(fits, 1);
        }
    }
}
