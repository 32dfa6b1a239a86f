//! The bodies a participation list can mean, by code and by name, and what they were in each fiscal year.
//!
//! ```text
//! history, (fiscal year, bodies of it)… ─> Bodies ─ of_year(year, code) ─> class of the body then
//!                                                 └ named(prefecture, name) ─> codes, for the caller to choose from
//! ```

use std::cell::OnceCell;
use std::collections::HashMap;

use jiff::civil::Date;

use crate::domain::body_history::BodyHistory;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{Organization, OrganizationKind};
use crate::domain::search_key::search_key;

/// The bodies of the fiscal years that a list names: what they were by class on the last day of each.
#[derive(Debug)]
pub struct Bodies<'a> {
    history: &'a BodyHistory,
    by_year: HashMap<FiscalYear, HashMap<LocalGovernmentCode, &'a Organization>>,
    /// Built when the first row is found by name.
    names: OnceCell<Names>,
    /// Of bodies that are in none of the years; built when a name is no other body's.
    other_names: OnceCell<Names>,
}

/// By search key.
type Names = HashMap<String, Vec<LocalGovernmentCode>>;

impl<'a> Bodies<'a> {
    /// From the bodies there were during each of [`super::import::years_named`].
    pub fn new(history: &'a BodyHistory, years: &'a [(FiscalYear, Vec<Organization>)]) -> Self {
        let of_year = |(year, bodies): &'a (FiscalYear, Vec<Organization>)| {
            (*year, bodies.iter().map(|body| (body.code, body)).collect())
        };
        Self {
            history,
            by_year: years.iter().map(of_year).collect(),
            names: OnceCell::new(),
            other_names: OnceCell::new(),
        }
    }

    /// The body with a code, by class on the last day of a fiscal year.
    pub(super) fn of_year(
        &self,
        year: FiscalYear,
        code: LocalGovernmentCode,
    ) -> Option<&'a Organization> {
        self.by_year.get(&year)?.get(&code).copied()
    }

    /// Why a body is not in a fiscal year, where it is known.
    pub(super) fn absence(&self, year: FiscalYear, code: LocalGovernmentCode) -> Option<String> {
        self.history.absence(code, year.last_day())
    }

    fn in_years(&self, code: LocalGovernmentCode) -> bool {
        self.by_year.values().any(|year| year.contains_key(&code))
    }

    /// Of the codes those of bodies in the years; where there are none, those of bodies that ever were or will be.
    pub(super) fn known(&self, mut codes: Vec<LocalGovernmentCode>) -> Vec<LocalGovernmentCode> {
        if codes.iter().any(|code| self.in_years(*code)) {
            codes.retain(|code| self.in_years(*code));
        } else {
            codes.retain(|code| !self.history.changes_of(*code).is_empty());
        }
        codes
    }

    /// Every name that a body had from the first of the years to the last.
    fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let years = || self.by_year.keys();
            let (Some(first), Some(last)) = (years().min(), years().max()) else {
                return Names::new();
            };
            let shapes = self.history.shapes(first.first_day(), last.last_day());
            by_name(shapes.into_iter())
        })
    }

    fn other_names(&self) -> &Names {
        self.other_names.get_or_init(|| {
            let shapes = self.history.shapes(Date::MIN, Date::MAX).into_iter();
            by_name(shapes.filter(|body| {
                body.kind == OrganizationKind::Prefecture || !self.in_years(body.code)
            }))
        })
    }

    /// The codes a name can mean, those of a prefecture if one is named too.
    pub(super) fn named(&self, prefecture: &str, name: &str) -> Vec<LocalGovernmentCode> {
        let codes = find(self.names(), prefecture, name);
        if codes.is_empty() {
            find(self.other_names(), prefecture, name)
        } else {
            codes
        }
    }
}

fn by_name(bodies: impl Iterator<Item = Organization>) -> Names {
    let mut names = Names::new();
    for body in bodies {
        for name in [&body.name, &body.full_name(), &body.kana] {
            let codes = names.entry(search_key(name)).or_default();
            if !codes.contains(&body.code) {
                codes.push(body.code);
            }
        }
    }
    for codes in names.values_mut() {
        codes.sort_unstable();
    }
    names
}

fn find(names: &Names, prefecture: &str, name: &str) -> Vec<LocalGovernmentCode> {
    let whole = names.get(&search_key(&format!("{prefecture}{name}")));
    let whole = whole.or_else(|| names.get(&search_key(name)));
    let mut codes = whole.cloned().unwrap_or_default();
    if !prefecture.is_empty() {
        let of = names.get(&search_key(prefecture));
        let of: Vec<_> = of.into_iter().flatten().map(|c| c.prefecture()).collect();
        codes.retain(|code| of.contains(&code.prefecture()));
    }
    codes
}
