//! The bodies a participation list can mean, by code and by name, and what they were in each fiscal year.
//!
//! ```text
//! (fiscal year, bodies on its last day)… ─> Bodies ─ of_year(year, code) ─> class of the body then
//!                                                  └ named(prefecture, name) ─> codes, for the caller to choose from
//! ```

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::domain::fiscal_year::FiscalYear;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::Organization;
use crate::domain::search_key::search_key;

/// The bodies of the fiscal years that a list names: what they were by class on the last day of each.
#[derive(Debug)]
pub struct Bodies<'a> {
    years: &'a [(FiscalYear, Vec<Organization>)],
    by_year: HashMap<FiscalYear, HashMap<LocalGovernmentCode, &'a Organization>>,
    /// Built when the first row is found by name.
    names: OnceCell<HashMap<String, Vec<LocalGovernmentCode>>>,
}

impl<'a> Bodies<'a> {
    /// From the list of bodies as of the last day of each of [`super::import::years_named`].
    pub fn new(years: &'a [(FiscalYear, Vec<Organization>)]) -> Self {
        let of_year = |(year, bodies): &'a (FiscalYear, Vec<Organization>)| {
            (*year, bodies.iter().map(|body| (body.code, body)).collect())
        };
        Self {
            years,
            by_year: years.iter().map(of_year).collect(),
            names: OnceCell::new(),
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

    /// Whether the code is a body's in any of the years.
    pub(super) fn exists(&self, code: LocalGovernmentCode) -> bool {
        self.by_year.values().any(|year| year.contains_key(&code))
    }

    fn names(&self) -> &HashMap<String, Vec<LocalGovernmentCode>> {
        self.names.get_or_init(|| {
            let mut names: HashMap<String, Vec<LocalGovernmentCode>> = HashMap::new();
            let mut seen = HashSet::new();
            for body in self.years.iter().flat_map(|(_, bodies)| bodies) {
                if !seen.insert((body.code, &body.name)) {
                    continue;
                }
                for name in [&body.name, &body.full_name(), &body.kana] {
                    let codes = names.entry(search_key(name)).or_default();
                    if !codes.contains(&body.code) {
                        codes.push(body.code);
                    }
                }
            }
            names
        })
    }

    /// The codes a name can mean, those of a prefecture if one is named too.
    pub(super) fn named(&self, prefecture: &str, name: &str) -> Vec<LocalGovernmentCode> {
        let names = self.names();
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
}
