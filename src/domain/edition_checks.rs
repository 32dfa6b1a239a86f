//! 開始前の点検: what a machine can check before an edition opens. Errors block, warnings must be ticked.
//!
//! ```text
//! Preparation (definition, dates, catalogue, bodies) ─ check ─> findings, errors first ─ opens(ticked) ─> yes or what is left
//! ```

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::body_history::coming::ComingChange;
use super::organization::{Organization, OrganizationKind, Route};
use super::scheme_catalogue::Catalogue;
use super::survey_edition::{EditionDates, EditionDefinition, EditionKey, SurveyEdition};
use super::working_days::WorkingCalendar;

mod bodies;
mod dates;
mod rows;
mod wording;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The edition does not open.
    Error,
    /// It opens once somebody says that this is meant.
    Warning,
}

/// Where a finding is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Titles,
    Intents,
    Rows,
    Questions,
    Dates,
    /// Rate, ceiling and rounding of a survey of required amounts.
    Amounts,
    /// The calendar, which is no part of the edition.
    Holidays,
}

impl Topic {
    /// The topics of a survey of intents, in the order of the list.
    pub const ALL: [Self; 5] = [
        Self::Titles,
        Self::Intents,
        Self::Rows,
        Self::Questions,
        Self::Dates,
    ];

    /// The topics of an edition, in the order of the list.
    pub fn of(definition: &EditionDefinition) -> [Self; 5] {
        Self::ALL.map(|topic| match topic {
            Self::Intents if !definition.asks_intent() => Self::Amounts,
            other => other,
        })
    }

    /// Last part of the page's address.
    pub fn key(self) -> &'static str {
        [
            "titles",
            "intents",
            "rows",
            "questions",
            "dates",
            "amounts",
            "holidays",
        ][self as usize]
    }

    /// What the page is called.
    pub fn label(self) -> &'static str {
        [
            "名称・年度・問い合わせ先",
            "申請の意向の文言",
            "医療費助成の行",
            "追加の質問",
            "日付・対象の団体",
            "補助率・上限額・端数・予算額",
            "祝日",
        ][self as usize]
    }
}

/// Something that is wrong or unusual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable as long as the finding says the same; what was ticked is kept by it.
    pub id: String,
    pub severity: Severity,
    pub topic: Topic,
    pub message: String,
}

/// Everything the check looks at.
pub struct Preparation<'a> {
    pub key: &'a EditionKey,
    pub definition: &'a EditionDefinition,
    pub dates: &'a EditionDates,
    /// The day it opens.
    pub opens_on: Date,
    pub respondents_as_of: Option<Date>,
    pub catalogue: &'a Catalogue,
    /// Who would be asked.
    pub respondents: &'a [Organization],
    /// What bodies become once it has opened, and after the day whose classes it keeps.
    pub coming: &'a [ComingChange],
    /// How many bodies there are on the day it opens.
    pub bodies: usize,
    /// The survey of intents that a follow-up asks the bodies of, if there is one.
    pub source: Option<&'a SurveyEdition>,
    /// The working days reminders are counted in.
    pub calendar: &'a WorkingCalendar,
    /// All editions there are, this one among them.
    pub editions: &'a [SurveyEdition],
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, severity: Severity, topic: Topic, id: impl Into<String>, message: String) {
        self.0.push(Finding {
            id: id.into(),
            severity,
            topic,
            message,
        });
    }

    fn error(&mut self, topic: Topic, id: impl Into<String>, message: impl Into<String>) {
        self.add(Severity::Error, topic, id, message.into());
    }

    fn warning(&mut self, topic: Topic, id: impl Into<String>, message: impl Into<String>) {
        self.add(Severity::Warning, topic, id, message.into());
    }
}

/// All findings, errors first.
pub fn check(preparation: &Preparation<'_>) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    wording::titles(preparation, &mut findings);
    if preparation.definition.asks_intent() {
        wording::intents(preparation.definition, &mut findings);
    } else {
        bodies::source(preparation, &mut findings);
    }
    rows::rows(preparation, &mut findings);
    rows::questions(&preparation.definition.questions, &mut findings);
    dates::dates(preparation, &mut findings);
    bodies::respondents(preparation, &mut findings);
    bodies::coming(preparation, &mut findings);
    dates::open_editions(preparation, &mut findings);
    findings.0.sort_by_key(|finding| finding.severity);
    findings.0
}

/// What keeps an edition from opening although these warnings were ticked.
pub fn left_over<'a>(findings: &'a [Finding], ticked: &BTreeSet<String>) -> Vec<&'a Finding> {
    let open =
        |finding: &&Finding| finding.severity == Severity::Error || !ticked.contains(&finding.id);
    findings.iter().filter(open).collect()
}

/// How many bodies there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyCounts {
    /// By class, in the usual order.
    pub kinds: Vec<(OrganizationKind, usize)>,
    /// By the way of their answers.
    pub routes: Vec<(Route, usize)>,
}

/// Counts bodies.
pub fn counts(bodies: &[Organization]) -> BodyCounts {
    let of_kind = |kind| bodies.iter().filter(|body| body.kind == kind).count();
    let of_route = |route| {
        let on_it = bodies.iter().filter(|body| body.kind.route() == route);
        on_it.count()
    };
    BodyCounts {
        kinds: OrganizationKind::ALL
            .map(|kind| (kind, of_kind(kind)))
            .to_vec(),
        routes: [Route::ToMinistry, Route::ThroughPrefecture]
            .map(|route| (route, of_route(route)))
            .to_vec(),
    }
}

#[cfg(test)]
mod tests;
