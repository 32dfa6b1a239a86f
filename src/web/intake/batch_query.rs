//! Which files of a batch a page shows: the filter, the search and the page of its address.

use crate::domain::intake::Outcome;
use crate::domain::intake_batch::{Counts, FileState};
use crate::domain::text::fold_width;
use crate::store::intake::LineQuery;
use crate::web::form::FormData;

/// Files on one page of the table.
pub const PAGE: u64 = 100;

/// What the address asks for.
#[derive(Debug)]
pub struct Asked {
    pub group: &'static str,
    pub text: String,
    pub page: u64,
}

/// Keys, labels and counts of the filters.
pub const GROUPS: [(&str, &str); 7] = [
    ("", "すべて"),
    ("asking", "確認待ち"),
    ("rejected", "取込みなし"),
    ("normalised", "読替えて取込み"),
    ("accepted", "取込み"),
    ("left", "取り込まない"),
    ("open", "読取り待ち"),
];

impl Asked {
    /// Reads an address; what it does not know is ignored.
    pub fn read(form: &FormData) -> Self {
        let group = GROUPS.iter().find(|(key, _)| *key == form.text("group"));
        Self {
            group: group.map_or("", |(key, _)| key),
            text: form.text("q").trim().chars().take(100).collect(),
            page: form.text("page").parse().unwrap_or(1).clamp(1, 100_000),
        }
    }

    /// The same as an address's query for another page, without `?`.
    pub fn write(&self, page: u64) -> String {
        let mut pairs = Vec::new();
        if !self.group.is_empty() {
            pairs.push(("group", self.group.to_owned()));
        }
        if !self.text.is_empty() {
            pairs.push(("q", self.text.clone()));
        }
        if page > 1 {
            pairs.push(("page", page.to_string()));
        }
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }

    /// The files to read.
    pub fn query(&self) -> LineQuery {
        use FileState as S;
        let (states, outcome) = match self.group {
            "asking" => (vec![S::Asking], None),
            "rejected" => (vec![S::Rejected], None),
            "normalised" => (vec![S::Taken], Some(Outcome::Normalised)),
            "accepted" => (vec![S::Taken], Some(Outcome::Accepted)),
            "left" => (vec![S::Left], None),
            "open" => (vec![S::Waiting, S::Read], None),
            _ => (Vec::new(), None),
        };
        LineQuery {
            states,
            outcome,
            text: fold_width(&self.text),
            offset: (self.page - 1) * PAGE,
            limit: PAGE,
        }
    }
}

/// How many files of a batch a filter finds.
pub fn count_of(group: &str, counts: &Counts) -> u64 {
    match group {
        "asking" => counts.asking,
        "rejected" => counts.rejected,
        "normalised" => counts.normalised,
        "accepted" => counts.accepted,
        "left" => counts.left,
        "open" => counts.open,
        _ => counts.files,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_brings_back_the_same_page_and_no_other() {
        let read = |query: &str| Asked::read(&FormData::parse(query).expect("parses"));
        let asked = read("group=rejected&q=%E5%B0%8F%E6%A8%BD&page=3&other=1");
        assert_eq!(asked.write(3), "group=rejected&q=%E5%B0%8F%E6%A8%BD&page=3");
        let query = asked.query();
        assert_eq!((query.offset, query.limit), (200, 100));
        assert_eq!(query.states, [FileState::Rejected]);
        for odd in ["group=everything&page=-1", "page=zz", ""] {
            assert_eq!(read(odd).write(1), "");
            assert_eq!(read(odd).query().offset, 0);
        }
        assert_eq!(read("q=１２０３３").query().text, "12033");
    }
}
