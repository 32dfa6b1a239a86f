//! A medical subsidy scheme (医療費助成) and the bodies that run it.
//!
//! ```text
//! schemes.csv / database row ─> Scheme ─ usually_run_by(class of a body) ─> rows shown first, and a warning otherwise
//! ```
//! Which schemes exist is data. Here are only their shape and the words of the column `implementer_kinds`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::fiscal_year::FiscalYear;
use super::local_government_code::LocalGovernmentCode;
use super::organization::{OrganizationKind, RespondentClass};
use super::year_set::YearSet;

/// Stable English id: 1 to 64 of a–z, 0–9 and _. Copies share one text: a page of the form makes dozens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SchemeId(Arc<str>);

/// A text that is no id, implementer or group of a scheme.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("制度の設定に読み取れない値「{0}」があります。")]
pub struct SchemeProblem(pub String);

impl SchemeId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SchemeId {
    type Err = SchemeProblem;
    fn from_str(text: &str) -> Result<Self, SchemeProblem> {
        if is_id(text) {
            Ok(Self(text.into()))
        } else {
            Err(SchemeProblem(text.to_owned()))
        }
    }
}

impl TryFrom<String> for SchemeId {
    type Error = SchemeProblem;
    fn try_from(text: String) -> Result<Self, SchemeProblem> {
        text.parse()
    }
}

impl From<SchemeId> for String {
    fn from(id: SchemeId) -> String {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for SchemeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// Who runs a scheme: one word of the column `implementer_kinds`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ImplementerKind {
    Prefecture,
    DesignatedCity,
    CoreCity,
    SpecialWard,
    /// Any municipality or special ward, designated and core cities included.
    Municipality,
    /// 保健所設置市; special wards are named by `SpecialWard`.
    HealthCenterCity,
    /// 児相設置市 outside the designated cities, which are named by `DesignatedCity`.
    ChildGuidanceCity,
    /// One body: `code:341002`.
    Code(LocalGovernmentCode),
    /// Not a local government: `body:ssk`.
    Body(String),
}

impl ImplementerKind {
    /// Reads the whole column: words separated by spaces, none for a scheme nobody here runs.
    pub fn parse_list(column: &str) -> Result<Vec<Self>, SchemeProblem> {
        column.split_ascii_whitespace().map(str::parse).collect()
    }

    /// 都道府県, 保健所設置市 …; one body by its code, others as a group. Pages that know names ask
    /// [`super::implementers::label`].
    pub fn label(&self) -> String {
        match self {
            Self::Prefecture => "都道府県",
            Self::DesignatedCity => "指定都市",
            Self::CoreCity => "中核市",
            Self::SpecialWard => "特別区",
            Self::Municipality => "市区町村",
            Self::HealthCenterCity => "保健所設置市",
            Self::ChildGuidanceCity => "児童相談所設置市",
            Self::Code(code) => return format!("団体コード{code}"),
            Self::Body(_) => "自治体以外の機関",
        }
        .to_owned()
    }

    /// Whether a body of this class is meant.
    pub fn runs(&self, class: &RespondentClass) -> bool {
        match self {
            Self::Prefecture => class.kind == OrganizationKind::Prefecture,
            Self::DesignatedCity => class.kind == OrganizationKind::DesignatedCity,
            Self::CoreCity => class.kind == OrganizationKind::CoreCity,
            Self::SpecialWard => class.kind == OrganizationKind::SpecialWard,
            Self::Municipality => class.kind.is_municipality(),
            Self::HealthCenterCity => class.health_center_city,
            Self::ChildGuidanceCity => class.child_guidance_city,
            Self::Code(code) => class.code == *code,
            Self::Body(_) => false,
        }
    }
}

impl FromStr for ImplementerKind {
    type Err = SchemeProblem;
    fn from_str(word: &str) -> Result<Self, SchemeProblem> {
        let problem = || SchemeProblem(word.to_owned());
        Ok(match word {
            "prefecture" => Self::Prefecture,
            "designated_city" => Self::DesignatedCity,
            "core_city" => Self::CoreCity,
            "special_ward" => Self::SpecialWard,
            "municipality" => Self::Municipality,
            "health_center_city" => Self::HealthCenterCity,
            "child_guidance_city" => Self::ChildGuidanceCity,
            _ => match word.split_once(':') {
                Some(("code", code)) => Self::Code(code.parse().map_err(|_| problem())?),
                Some(("body", body)) if is_id(body) => Self::Body(body.to_owned()),
                _ => return Err(problem()),
            },
        })
    }
}

impl TryFrom<String> for ImplementerKind {
    type Error = SchemeProblem;
    fn try_from(word: String) -> Result<Self, SchemeProblem> {
        word.parse()
    }
}

impl From<ImplementerKind> for String {
    fn from(kind: ImplementerKind) -> String {
        kind.to_string()
    }
}

impl fmt::Display for ImplementerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prefecture => "prefecture",
            Self::DesignatedCity => "designated_city",
            Self::CoreCity => "core_city",
            Self::SpecialWard => "special_ward",
            Self::Municipality => "municipality",
            Self::HealthCenterCity => "health_center_city",
            Self::ChildGuidanceCity => "child_guidance_city",
            Self::Code(code) => return write!(f, "code:{code}"),
            Self::Body(body) => return write!(f, "body:{body}"),
        })
    }
}

/// National law or budget (公費負担医療), or a local decision (地方単独医療費助成).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemeGroup {
    National,
    Local,
}

impl SchemeGroup {
    /// Stable id.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::National => "national",
            Self::Local => "local",
        }
    }

    /// 公費負担医療 / 地方単独医療費助成.
    pub fn label(self) -> &'static str {
        match self {
            Self::National => "公費負担医療",
            Self::Local => "地方単独医療費助成",
        }
    }
}

impl FromStr for SchemeGroup {
    type Err = SchemeProblem;

    /// The stable id.
    fn from_str(text: &str) -> Result<Self, SchemeProblem> {
        [Self::National, Self::Local]
            .into_iter()
            .find(|group| group.as_str() == text)
            .ok_or_else(|| SchemeProblem(text.to_owned()))
    }
}

/// One row of the catalogue, a field a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    pub id: SchemeId,
    /// 法律名; none for local schemes.
    pub law: Option<String>,
    /// The name in the ministry's catalogue.
    pub name_catalogue: String,
    /// The name in Form 1 of January 2025, if it has a row there.
    pub name_form1: Option<String>,
    /// The short name in the status tables, if it has a column there.
    pub name_status_table: Option<String>,
    /// 実施主体 as printed.
    pub implementers: String,
    /// The same for machines.
    pub implementer_kinds: Vec<ImplementerKind>,
    /// The fiscal years whose subsidy covers it.
    pub subsidy: YearSet,
    /// The first and the last fiscal year in which it exists; none is open.
    pub valid_from: Option<FiscalYear>,
    pub valid_until: Option<FiscalYear>,
    /// The year the status tables mark 【R7～】, or R8 for the five new ones; none for older ones.
    pub first_year: Option<FiscalYear>,
    pub group: SchemeGroup,
    /// Row in Form 1 of January 2025, 1 to 19.
    pub form1_r6_order: Option<u8>,
    pub note: String,
    /// Grows with every change.
    pub version: i32,
}

impl Scheme {
    /// Whether bodies of this class run the scheme by the catalogue. A body may still say otherwise: that is
    /// asked about, never refused.
    pub fn usually_run_by(&self, class: &RespondentClass) -> bool {
        self.implementer_kinds.iter().any(|kind| kind.runs(class))
    }

    /// Whether the scheme exists in a fiscal year.
    pub fn is_valid_in(&self, year: FiscalYear) -> bool {
        self.valid_from.is_none_or(|first| first <= year)
            && self.valid_until.is_none_or(|last| year <= last)
    }

    /// Every name it bears.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = [
            Some(&self.name_catalogue),
            self.name_form1.as_ref(),
            self.name_status_table.as_ref(),
        ];
        let names = names.into_iter().flatten().map(String::as_str);
        names.filter(|name| !name.is_empty())
    }

    /// The short name in the status tables, or the catalogue's where they have no column yet.
    pub fn table_name(&self) -> &str {
        self.name_status_table
            .as_deref()
            .unwrap_or(&self.name_catalogue)
    }

    /// The name in Form 1, or the catalogue's where Form 1 had none yet.
    pub fn form_name(&self) -> &str {
        self.name_form1.as_deref().unwrap_or(&self.name_catalogue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SCHEMES: &str = include_str!("../../migrations/data/schemes.csv");

    fn class(
        code: &str,
        kind: OrganizationKind,
        health_center_city: bool,
        child_guidance_city: bool,
    ) -> RespondentClass {
        RespondentClass {
            code: code.parse().expect(code),
            kind,
            health_center_city,
            child_guidance_city,
        }
    }

    fn kinds(column: &str) -> Vec<ImplementerKind> {
        ImplementerKind::parse_list(column).expect(column)
    }

    fn runs(column: &str, class: &RespondentClass) -> bool {
        kinds(column).iter().any(|kind| kind.runs(class))
    }

    #[test]
    fn every_row_of_the_catalogue_can_be_typed() {
        let mut form1_rows = Vec::new();
        for row in SCHEMES.lines().skip(1) {
            let cells: Vec<&str> = row.split(',').collect();
            assert_eq!(cells.len(), 13, "{row}");
            assert!(cells[0].parse::<SchemeId>().is_ok(), "{row}");
            let words: Vec<String> = kinds(cells[6]).into_iter().map(String::from).collect();
            assert_eq!(words.join(" "), cells[6]);
            assert!(
                cells[9].is_empty() || cells[9].parse::<FiscalYear>().is_ok(),
                "{row}"
            );
            assert!(cells[10].parse::<SchemeGroup>().is_ok(), "{row}");
            form1_rows.extend(cells[11].parse::<u8>().ok());
        }
        form1_rows.sort_unstable();
        assert_eq!(form1_rows, (1..=19).collect::<Vec<_>>());
    }

    #[test]
    fn classes_run_what_the_catalogue_says() {
        use OrganizationKind::*;
        let hokkaido = class("010006", Prefecture, false, false);
        let sapporo = class("011002", DesignatedCity, true, false);
        let hakodate = class("012025", CoreCity, true, false);
        let otaru = class("012033", City, true, false);
        let minato = class("131032", SpecialWard, false, true);
        let hiroshima = class("341002", DesignatedCity, true, false);

        let who = |column: &str| {
            [&hokkaido, &sapporo, &hakodate, &otaru, &minato, &hiroshima]
                .map(|class| runs(column, class))
        };
        assert_eq!(who("municipality"), [false, true, true, true, true, true]);
        assert_eq!(
            who("prefecture designated_city"),
            [true, true, false, false, false, true]
        );
        assert_eq!(
            who("prefecture health_center_city special_ward"),
            [true, true, true, true, true, true]
        );
        assert_eq!(
            who("health_center_city"),
            [false, true, true, true, false, true]
        );
        assert_eq!(
            who("core_city child_guidance_city"),
            [false, false, true, false, true, false]
        );
        assert_eq!(
            who("prefecture code:341002 code:422011"),
            [true, false, false, false, false, true]
        );
        assert_eq!(who("body:ssk"), [false; 6]);
        assert_eq!(who(""), [false; 6]);
    }

    #[test]
    fn a_scheme_is_run_by_any_of_its_kinds() {
        let scheme = Scheme {
            id: "child_protection".parse().expect("an id"),
            law: Some("児童福祉法".into()),
            name_catalogue: "児童保護医療費".into(),
            name_form1: None,
            name_status_table: None,
            implementers: "都道府県、指定都市、児相設置市".into(),
            implementer_kinds: kinds("prefecture designated_city child_guidance_city"),
            subsidy: "R8-".parse().expect("years"),
            valid_from: "R8".parse().ok(),
            valid_until: None,
            first_year: "R8".parse().ok(),
            group: SchemeGroup::National,
            form1_r6_order: None,
            note: String::new(),
            version: 1,
        };
        assert!(scheme.usually_run_by(&class(
            "131032",
            OrganizationKind::SpecialWard,
            false,
            true
        )));
        assert!(!scheme.usually_run_by(&class(
            "131016",
            OrganizationKind::SpecialWard,
            false,
            false
        )));
        assert_eq!(scheme.form_name(), "児童保護医療費");
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_parses_prints_back(text in any::<String>(), near in "(code:|body:)?[a-z0-9_]{0,8}") {
            for text in [text, near] {
                if let Ok(kind) = text.parse::<ImplementerKind>() {
                    prop_assert_eq!(kind.to_string(), text.clone());
                }
                if let Ok(id) = text.parse::<SchemeId>() {
                    prop_assert_eq!(String::from(id), text.clone());
                }
                let _ = ImplementerKind::parse_list(&text);
            }
        }
    }
}
