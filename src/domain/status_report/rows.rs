//! The report as flat rows: what the CSV and the machine's sheet have in common.
//!
//! ```text
//! StatusReport ─ rows ─> one figure, name or invariant a row, under CSV_COLUMNS
//! ```

use super::{Cell, Figures, Part, StatusReport};

/// The keys of the columns. Stable: other programs rely on them; new ones are added at the end.
pub const CSV_COLUMNS: [&str; 9] = [
    "table",
    "fiscal_year",
    "part",
    "scheme_id",
    "label",
    "code",
    "prefecture_code",
    "status",
    "value",
];

/// One row. What a table does not have is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportRow<'r> {
    /// `cumulative`, `by_year`, `new`, `continuing`, `scheme`, `class`, `class_population`, `participant`,
    /// `absent`, `former`, `sentence`, `invariant`.
    pub table: &'static str,
    /// R7, where the figure is of one year.
    pub year: &'r str,
    /// `total`, `prefecture` or `municipality`; the kind of body for the tables of classes.
    pub part: &'static str,
    pub scheme: &'r str,
    pub label: &'r str,
    pub code: &'r str,
    pub prefecture: &'r str,
    /// `new`, `continuing`, `earlier`; `withdrawn` or `abolished` for former ones, who are among the others too;
    /// `true` or `false` for an invariant.
    pub status: &'static str,
    pub value: Option<u32>,
}

const EMPTY: ReportRow<'static> = ReportRow {
    table: "",
    year: "",
    part: "",
    scheme: "",
    label: "",
    code: "",
    prefecture: "",
    status: "",
    value: None,
};

impl StatusReport<'_> {
    /// Gives every row of the report, table by table.
    pub fn rows<E>(&self, mut row: impl FnMut(ReportRow<'_>) -> Result<(), E>) -> Result<(), E> {
        for year in &self.years {
            let short = year.year.short();
            let tables: [(&'static str, Figures); 4] = [
                ("cumulative", year.cumulative),
                ("by_year", year.by_year),
                ("new", year.new),
                ("continuing", year.continuing),
            ];
            for (table, figures) in tables {
                for part in Part::ALL {
                    row(ReportRow {
                        table,
                        year: &short,
                        part: part.as_str(),
                        label: part.label(),
                        value: Some(figures.of(part)),
                        ..EMPTY
                    })?;
                }
            }
        }
        let short = self.fiscal_year.short();
        let own = ReportRow {
            year: &short,
            ..EMPTY
        };
        for (part, figures) in [
            (Part::Prefectures, &self.prefecture_by_scheme),
            (Part::Municipalities, &self.municipality_by_scheme),
        ] {
            for figure in figures {
                let id = self.catalogue().get(figure.scheme);
                row(ReportRow {
                    table: "scheme",
                    part: part.as_str(),
                    scheme: id.map_or("", |scheme| scheme.id.as_str()),
                    label: &self.column_name(figure.scheme),
                    value: Some(figure.bodies),
                    ..own
                })?;
            }
        }
        for class in &self.classes {
            for (table, value) in [
                ("class", class.participants),
                ("class_population", class.bodies),
            ] {
                row(ReportRow {
                    table,
                    part: class.kind.as_str(),
                    label: class.kind.label(),
                    value: Some(value),
                    ..own
                })?;
            }
        }
        for participant in self.prefectures.iter().chain(&self.municipalities) {
            row(ReportRow {
                table: "participant",
                part: part_of(participant.body.code.is_prefecture()),
                label: participant.body.name,
                code: participant.body.code.as_str(),
                prefecture: &participant.body.code.as_str()[..2],
                status: participant.status.as_str(),
                ..own
            })?;
        }
        for body in self.members(Cell::Absent(Part::All)) {
            row(ReportRow {
                table: "absent",
                part: part_of(body.code.is_prefecture()),
                label: body.name,
                code: body.code.as_str(),
                prefecture: &body.code.as_str()[..2],
                ..own
            })?;
        }
        for (body, former) in self.former() {
            row(ReportRow {
                table: "former",
                part: part_of(body.code.is_prefecture()),
                label: body.name,
                code: body.code.as_str(),
                prefecture: &body.code.as_str()[..2],
                status: former.as_str(),
                ..own
            })?;
        }
        row(ReportRow {
            table: "sentence",
            label: &self.sentence,
            ..own
        })?;
        for invariant in &self.invariants {
            row(ReportRow {
                table: "invariant",
                part: invariant.name,
                label: invariant.label,
                status: if invariant.holds { "true" } else { "false" },
                ..own
            })?;
        }
        Ok(())
    }
}

fn part_of(is_prefecture: bool) -> &'static str {
    if is_prefecture {
        Part::Prefectures.as_str()
    } else {
        Part::Municipalities.as_str()
    }
}

impl<'r> ReportRow<'r> {
    /// The texts under [`CSV_COLUMNS`] without the value.
    pub fn texts(&self) -> [&'r str; 8] {
        [
            self.table,
            self.year,
            self.part,
            self.scheme,
            self.label,
            self.code,
            self.prefecture,
            self.status,
        ]
    }
}
