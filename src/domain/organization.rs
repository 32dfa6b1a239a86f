//! A body that answers the survey, its kind, and the way its answer takes.
//!
//! ```text
//! organizations.csv / database row ─> Organization ─ respondent_class() ─> what an edition freezes
//! OrganizationKind ─ route() ─> straight to the ministry, or through the prefecture
//! ```

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::local_government_code::{LocalGovernmentCode, PrefectureCode};

/// The seven kinds of respondents. A city has one: `City` is every city that is neither designated nor core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationKind {
    Prefecture,
    DesignatedCity,
    CoreCity,
    SpecialWard,
    City,
    Town,
    Village,
}

/// A text that names no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("自治体の区分は、都道府県・指定都市・中核市・特別区・市・町・村のいずれかです。")]
pub struct KindProblem;

impl OrganizationKind {
    /// All kinds in the order tables list them.
    pub const ALL: [Self; 7] = [
        Self::Prefecture,
        Self::DesignatedCity,
        Self::CoreCity,
        Self::SpecialWard,
        Self::City,
        Self::Town,
        Self::Village,
    ];

    /// Stable id for the database and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prefecture => "prefecture",
            Self::DesignatedCity => "designated_city",
            Self::CoreCity => "core_city",
            Self::SpecialWard => "special_ward",
            Self::City => "city",
            Self::Town => "town",
            Self::Village => "village",
        }
    }

    /// As printed: 都道府県, 指定都市, 中核市, 特別区, 市, 町, 村.
    pub fn label(self) -> &'static str {
        match self {
            Self::Prefecture => "都道府県",
            Self::DesignatedCity => "指定都市",
            Self::CoreCity => "中核市",
            Self::SpecialWard => "特別区",
            Self::City => "市",
            Self::Town => "町",
            Self::Village => "村",
        }
    }

    /// Whom a body of this kind answers to.
    pub fn route(self) -> Route {
        match self {
            Self::Prefecture | Self::DesignatedCity | Self::CoreCity => Route::ToMinistry,
            Self::SpecialWard | Self::City | Self::Town | Self::Village => Route::ThroughPrefecture,
        }
    }

    /// 市区町村: everything but a prefecture, designated and core cities included.
    pub fn is_municipality(self) -> bool {
        self != Self::Prefecture
    }

    /// 一般市区町村: neither designated nor core city; what a prefecture gathers.
    pub fn is_general_municipality(self) -> bool {
        self.route() == Route::ThroughPrefecture
    }
}

impl FromStr for OrganizationKind {
    type Err = KindProblem;

    /// The printed label or the stable id.
    fn from_str(text: &str) -> Result<Self, KindProblem> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.label() == text || kind.as_str() == text)
            .ok_or(KindProblem)
    }
}

impl fmt::Display for OrganizationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// The way an answer takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Route {
    /// Prefectures, designated and core cities.
    #[serde(rename = "ministry")]
    ToMinistry,
    /// General municipalities: gathered and checked by the prefecture first.
    #[serde(rename = "prefecture")]
    ThroughPrefecture,
}

/// A text that names no route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("提出経路は、ministryまたはprefectureのいずれかです。")]
pub struct RouteProblem;

impl Route {
    /// Stable id for the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ToMinistry => "ministry",
            Self::ThroughPrefecture => "prefecture",
        }
    }

    /// 国へ直接提出 / 都道府県を経由.
    pub fn label(self) -> &'static str {
        match self {
            Self::ToMinistry => "国へ直接提出",
            Self::ThroughPrefecture => "都道府県を経由",
        }
    }
}

impl FromStr for Route {
    type Err = RouteProblem;

    /// The stable id.
    fn from_str(text: &str) -> Result<Self, RouteProblem> {
        [Self::ToMinistry, Self::ThroughPrefecture]
            .into_iter()
            .find(|route| route.as_str() == text)
            .ok_or(RouteProblem)
    }
}

/// What decides which schemes a body runs. It changes by date, so an edition keeps the one that held when it opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RespondentClass {
    pub code: LocalGovernmentCode,
    pub kind: OrganizationKind,
    /// 保健所設置市; false for special wards, which schemes name separately.
    pub health_center_city: bool,
    /// 児相設置市 outside the designated cities (core cities and special wards).
    pub child_guidance_city: bool,
}

/// One of the 1,788 bodies, as its name is officially written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    pub code: LocalGovernmentCode,
    /// Without prefecture and county; not unique in the country (池田町 occurs four times).
    pub name: String,
    /// Full-width katakana.
    pub kana: String,
    pub kind: OrganizationKind,
    pub health_center_city: bool,
    pub child_guidance_city: bool,
}

impl Organization {
    /// The prefecture it is or lies in.
    pub fn prefecture(&self) -> PrefectureCode {
        self.code.prefecture()
    }

    /// What an edition freezes.
    pub fn respondent_class(&self) -> RespondentClass {
        RespondentClass {
            code: self.code,
            kind: self.kind,
            health_center_city: self.health_center_city,
            child_guidance_city: self.child_guidance_city,
        }
    }

    /// 中核市、児相設置市: the kind, and what else decides which schemes it runs.
    pub fn class_label(&self) -> String {
        let mut label = self.kind.label().to_owned();
        // 指定都市 and 中核市 are health-centre cities all.
        if self.health_center_city && self.kind.is_general_municipality() {
            label.push_str("、保健所設置市");
        }
        if self.child_guidance_city {
            label.push_str("、児相設置市");
        }
        label
    }

    /// 北海道函館市, unique in the country; a prefecture stays as it is.
    pub fn full_name(&self) -> String {
        match self.kind {
            OrganizationKind::Prefecture => self.name.clone(),
            _ => format!("{}{}", self.prefecture().name(), self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_labels_read_back() {
        for kind in OrganizationKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(kind.label().parse(), Ok(kind));
            assert_eq!(
                kind.is_general_municipality(),
                kind.is_municipality() && kind.route() != Route::ToMinistry
            );
            assert_eq!(kind.route().as_str().parse(), Ok(kind.route()));
        }
        assert_eq!("区".parse::<OrganizationKind>(), Err(KindProblem));
        assert_eq!("".parse::<Route>(), Err(RouteProblem));
    }

    #[test]
    fn the_serialized_form_is_the_id() {
        use serde::de::IntoDeserializer;
        use serde::de::value::{Error, StrDeserializer};
        for kind in OrganizationKind::ALL {
            let id: StrDeserializer<'_, Error> = kind.as_str().into_deserializer();
            assert_eq!(OrganizationKind::deserialize(id), Ok(kind));
            let id: StrDeserializer<'_, Error> = kind.route().as_str().into_deserializer();
            assert_eq!(Route::deserialize(id), Ok(kind.route()));
        }
    }

    #[test]
    fn special_wards_answer_through_tokyo() {
        let ward = Organization {
            code: "131032".parse().expect("a code"),
            name: "港区".into(),
            kana: "ミナトク".into(),
            kind: OrganizationKind::SpecialWard,
            health_center_city: false,
            child_guidance_city: true,
        };
        assert_eq!(ward.kind.route(), Route::ThroughPrefecture);
        assert_eq!(ward.full_name(), "東京都港区");
        assert!(ward.respondent_class().child_guidance_city);
    }
}
