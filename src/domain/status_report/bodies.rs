//! The bodies of the country in one text: a report names all 1,788 and must not make a text for each.
//!
//! ```text
//! "010006\tprefecture\t北海道\n…" (one value from the database) ─ BodyList::read ─> code, kind, name by position
//! ```

use thiserror::Error;

use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{Organization, OrganizationKind};

/// A line of the text that names no body; for logs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a body does not read: {0}")]
pub struct BodyProblem(String);

/// Bodies in code order.
#[derive(Debug, Clone, Default)]
pub struct BodyList {
    text: String,
    rows: Vec<(LocalGovernmentCode, OrganizationKind, std::ops::Range<u32>)>,
}

/// A body as a table names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedBody<'a> {
    pub code: LocalGovernmentCode,
    /// None for a body of the ledger that the list does not have.
    pub kind: Option<OrganizationKind>,
    pub name: &'a str,
}

impl BodyList {
    /// Reads lines of code, stable id of the kind and name, separated by tabs, in code order.
    pub fn read(text: String) -> Result<Self, BodyProblem> {
        let mut rows = Vec::with_capacity(text.len() / 28);
        let mut start = 0;
        for line in text.split('\n').filter(|line| !line.is_empty()) {
            let problem = || BodyProblem(line.to_owned());
            let mut cells = line.splitn(3, '\t');
            let (code, kind, name) = cells
                .next()
                .zip(cells.next())
                .zip(cells.next())
                .map(|((code, kind), name)| (code, kind, name))
                .ok_or_else(problem)?;
            let end = start + line.len();
            // A list of bodies is far below 4 GB.
            let range = (end - name.len()) as u32..end as u32;
            rows.push((
                code.parse().map_err(|_| problem())?,
                kind.parse().map_err(|_| problem())?,
                range,
            ));
            start = end + 1;
        }
        if rows.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
            return Err(BodyProblem("not in code order".to_owned()));
        }
        Ok(Self { text, rows })
    }

    /// The same from a list of bodies, in any order.
    pub fn of(bodies: &[Organization]) -> Result<Self, BodyProblem> {
        let mut lines: Vec<String> = bodies
            .iter()
            .map(|body| format!("{}\t{}\t{}", body.code, body.kind.as_str(), body.name))
            .collect();
        lines.sort_unstable();
        Self::read(lines.join("\n"))
    }

    /// How many bodies there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The body at a position.
    pub fn get(&self, position: usize) -> Option<ListedBody<'_>> {
        let (code, kind, name) = self.rows.get(position)?;
        Some(ListedBody {
            code: *code,
            kind: Some(*kind),
            name: &self.text[name.start as usize..name.end as usize],
        })
    }

    /// The bodies in code order.
    pub fn iter(&self) -> impl Iterator<Item = ListedBody<'_>> {
        (0..self.len()).filter_map(|position| self.get(position))
    }
}
