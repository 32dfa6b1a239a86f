//! One row of a table: whom it is about and what it says.
//!
//! ```text
//! BodyRow ─ read ─> Read::Body(code, day, Said) | a ward | a northern village | why it does not read
//! ```

use jiff::civil::{Date, date};

use super::sheet::{BodyRow, TableStyle};
use crate::domain::body_history::{BEGINNING, BodyHistory, Fate, Said};
use crate::domain::japan_time::parse_date;
use crate::domain::local_government_code::{LocalGovernmentCode, read_code_generously};
use crate::domain::organization::OrganizationKind;
use crate::domain::search_key::search_key;
use crate::domain::text::{char_len, clean_line, first_private_use, fold_width};

/// The six villages of the Northern Territories: they have codes, and nobody there to ask.
const NORTHERN_VILLAGES: [&str; 6] = ["016951", "016969", "016977", "016985", "016993", "017001"];

/// The longest name or reading, in characters; official ones have ten at most.
pub const NAME_MAX: usize = 30;
/// The last day that a change may name.
pub const LAST_DAY: Date = date(2099, 12, 31);

/// What a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read {
    Body(RowSays),
    /// A ward of a designated city.
    Ward,
    NorthernVillage,
}

/// What a row says about a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowSays {
    pub code: LocalGovernmentCode,
    /// None where the row does not say.
    pub since: Option<Date>,
    pub said: Said,
    /// The name in the row, also of a body it abolishes; may be empty.
    pub name: String,
}

/// Reads a row; the history only tells bodies from wards.
pub(super) fn read(
    row: &BodyRow<'_>,
    style: TableStyle,
    history: &BodyHistory,
) -> Result<Read, String> {
    let code = code(row)?;
    if NORTHERN_VILLAGES.contains(&code.as_str()) {
        return Ok(Read::NorthernVillage);
    }
    if is_ward(code, row.name) && history.changes_of(code).is_empty() {
        return Ok(Read::Ward);
    }
    let prefecture = code.prefecture();
    let elsewhere =
        !row.prefecture.is_empty() && search_key(row.prefecture) != search_key(prefecture.name());
    if elsewhere {
        return Err(format!(
            "団体コード{code}は{}のコードですが、都道府県名が「{}」になっています。",
            prefecture.name(),
            row.prefecture
        ));
    }
    if !row.prefecture_code.is_empty() && !means_prefecture_of(row.prefecture_code, code) {
        return Err(format!(
            "団体コード{code}と都道府県の番号「{}」が合いません。",
            row.prefecture_code
        ));
    }
    // The ministry's table has a prefecture's own name in the prefecture's column.
    let (typed_name, typed_kana) = match style {
        TableStyle::Ministry if row.name.is_empty() => (row.prefecture, row.prefecture_kana),
        _ => (row.name, row.kana),
    };
    if style == TableStyle::Ministry && code.is_prefecture() != row.name.is_empty() {
        return Err(format!(
            "団体コード{code}の行の市区町村名をお確かめください。都道府県の行では空欄、市区町村の行では市区町村名が入ります。"
        ));
    }
    let name = read_name(typed_name)?;
    let since = read_day(row.since)?;
    let successor = match row.successor {
        "" => None,
        typed => Some(successor(typed)?),
    };
    let abolished = flag("廃止", row.abolished)?.unwrap_or(false) || successor.is_some();
    if abolished {
        let fate = Some(Fate::Abolished { into: successor });
        return Ok(Read::Body(RowSays {
            code,
            since,
            said: Said {
                fate,
                ..Said::default()
            },
            name,
        }));
    }
    let kind = match (style, row.kind) {
        (TableStyle::Ministry, _) => kind_of_name(code, &name),
        (TableStyle::Own, "") => None,
        (TableStyle::Own, typed) => Some(kind(typed)?),
    };
    let said = Said {
        name: (!name.is_empty()).then(|| name.clone()),
        kana: read_kana(typed_kana)?,
        kind,
        health_center_city: flag("保健所設置市", row.health_center)?,
        child_guidance_city: flag("児相設置市", row.child_guidance)?,
        fate: Some(Fate::InForce),
    };
    Ok(Read::Body(RowSays {
        code,
        since,
        said,
        name,
    }))
}

fn code(row: &BodyRow<'_>) -> Result<LocalGovernmentCode, String> {
    if row.code.is_empty() {
        return Err("団体コードがありません。".to_owned());
    }
    let mut codes = read_code_generously(row.code);
    if codes.len() > 1 && !row.prefecture.is_empty() {
        let key = search_key(row.prefecture);
        codes.retain(|code| search_key(code.prefecture().name()) == key);
    }
    match codes.as_slice() {
        [code] => Ok(*code),
        [] => Err(match row.code.parse::<LocalGovernmentCode>() {
            Err(problem) => format!("団体コード「{}」が正しくありません。{problem}", row.code),
            Ok(code) => format!("団体コード{code}をお確かめください。"),
        }),
        _ => Err(format!(
            "団体コード「{}」は先頭の0が無くなっているようで、当てはまる団体が複数あります。6桁で書いてください。",
            row.code
        )),
    }
}

/// Tables number the prefecture with two digits, or give its own code.
fn means_prefecture_of(typed: &str, code: LocalGovernmentCode) -> bool {
    let prefecture = code.prefecture();
    format!("{:0>2}", fold_width(typed)) == code.as_str()[..2]
        || read_code_generously(typed)
            .iter()
            .any(|it| it.is_prefecture() && it.prefecture() == prefecture)
}

fn successor(typed: &str) -> Result<LocalGovernmentCode, String> {
    match read_code_generously(typed).as_slice() {
        [code] => Ok(*code),
        _ => Err(format!(
            "引き継ぐ団体のコード「{typed}」が読み取れません。6桁の団体コードで書いてください。"
        )),
    }
}

/// Codes of wards stand behind their city's and have a 1 as their third digit; Tokyo's wards are bodies.
fn is_ward(code: LocalGovernmentCode, name: &str) -> bool {
    name.ends_with('区')
        && code.as_str().as_bytes()[2] == b'1'
        && code.prefecture().name() != "東京都"
}

/// The kind as far as a name tells it: every city is 市 there.
fn kind_of_name(code: LocalGovernmentCode, name: &str) -> Option<OrganizationKind> {
    if code.is_prefecture() {
        return Some(OrganizationKind::Prefecture);
    }
    match name.chars().next_back()? {
        '市' => Some(OrganizationKind::City),
        '町' => Some(OrganizationKind::Town),
        '村' => Some(OrganizationKind::Village),
        '区' => Some(OrganizationKind::SpecialWard),
        _ => None,
    }
}

fn kind(typed: &str) -> Result<OrganizationKind, String> {
    clean_line(typed)
        .parse()
        .map_err(|problem| format!("区分「{typed}」が読み取れません。{problem}"))
}

/// A name as a body writes it; empty stays empty.
pub fn read_name(typed: &str) -> Result<String, String> {
    let name = clean_line(typed);
    if char_len(&name) > NAME_MAX || name.contains(char::is_whitespace) {
        return Err(format!(
            "名称「{typed}」をお確かめください。空白を入れずに、{NAME_MAX}文字までで書いてください。"
        ));
    }
    if let Some((position, _)) = first_private_use(&name) {
        return Err(format!(
            "名称の{position}文字目に、ほかのパソコンでは表示できない文字（外字）があります。別の文字に置きかえてください。"
        ));
    }
    Ok(name)
}

/// A reading in full-width katakana, from half-width or hiragana; None if it is empty.
pub fn read_kana(typed: &str) -> Result<Option<String>, String> {
    let kana: String = fold_width(typed)
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
            c => c,
        })
        .collect();
    if kana.is_empty() {
        return Ok(None);
    }
    let is_kana = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー' | '・');
    if char_len(&kana) > NAME_MAX || !kana.chars().all(is_kana) {
        return Err(format!(
            "カナ「{typed}」をお確かめください。カタカナで、{NAME_MAX}文字までで書いてください。"
        ));
    }
    Ok(Some(kana))
}

/// A day, or a month whose first day is meant; None if it is empty.
pub fn read_day(typed: &str) -> Result<Option<Date>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let month = || parse_date(&format!("{}-1", fold_width(typed)));
    parse_date(typed)
        .or_else(month)
        .filter(|day| (BEGINNING..=LAST_DAY).contains(day))
        .map(Some)
        .ok_or_else(|| {
            format!(
                "日付「{typed}」が読み取れません。2027-04-01、令和9年4月1日のように書いてください。"
            )
        })
}

fn flag(what: &str, typed: &str) -> Result<Option<bool>, String> {
    match search_key(typed).as_str() {
        "" => Ok(None),
        "1" | "○" | "〇" | "◯" | "有" | "該当" | "true" | "はい" => Ok(Some(true)),
        "0" | "×" | "無" | "非該当" | "false" | "ー" | "いいえ" => Ok(Some(false)),
        _ => Err(format!(
            "「{what}」の列の「{typed}」が読み取れません。該当するときは1、しないときは0と書いてください。"
        )),
    }
}
