//! The tables of figures: by year, by scheme, by class, by prefecture, and the rules they keep.

use super::charts::{self, Chart, Column};
use super::{Links, Number, share};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::scheme::SchemeGroup;
use crate::domain::status_report::{
    Cell, ClassPart, Figure, Figures, Part, SchemeFigure, StatusReport, YearFigures,
};
use crate::web::view::{Tile, shade_of};

/// Rows of parts under heads of years.
pub(super) struct YearTable {
    pub id: &'static str,
    pub caption: String,
    pub years: Vec<String>,
    pub rows: Vec<YearRow>,
}

pub(super) struct YearRow {
    pub label: &'static str,
    pub numbers: Vec<Number>,
}

/// 制度別 of prefectures or of municipalities.
pub(super) struct SchemeTable {
    pub id: &'static str,
    /// 都道府県 or 市区町村.
    pub part: &'static str,
    pub total: Number,
    pub groups: Vec<SchemeLines>,
    /// Only その他 of the local schemes has a column.
    pub has_only_other_local: bool,
    pub chart: Chart,
}

pub(super) struct SchemeLines {
    pub label: &'static str,
    pub lines: Vec<SchemeLine>,
}

pub(super) struct SchemeLine {
    pub law: String,
    pub name: String,
    pub number: Number,
}

/// A class of bodies, or a prefecture.
pub(super) struct ShareLine {
    pub label: &'static str,
    pub bodies: Number,
    pub participants: Number,
    pub absent: Number,
    pub share: String,
}

pub(super) struct GrowthLine {
    pub year: String,
    pub cumulative: Number,
    pub new: Number,
    /// Of all bodies.
    pub share: String,
    /// Compared with the year before.
    pub growth: String,
}

pub(super) struct RuleLine {
    pub label: &'static str,
    pub holds: bool,
    /// 012025 函館市, …
    pub bodies: String,
}

/// A part of the sentence; its two figures lead to their bodies.
pub(super) struct Piece {
    pub text: String,
    /// Empty for words.
    pub href: String,
}

/// The sentence with its figures as links. The words stay those of the report.
pub(super) fn sentence(report: &StatusReport<'_>, links: &Links<'_>) -> Vec<Piece> {
    let year = report.year();
    let figures = [
        (year.new.total, Cell::New(year.year, Part::All)),
        (
            year.continuing.total,
            Cell::Continuing(year.year, Part::All),
        ),
    ];
    let words = |text: &str| Piece {
        text: text.to_owned(),
        href: String::new(),
    };
    let mut pieces = Vec::new();
    let mut rest = report.sentence.as_str();
    for (count, cell) in figures {
        let text = count.to_string();
        let Some(at) = rest.find(&format!("、{text}自治体")) else {
            continue;
        };
        let (before, after) = rest.split_at(at + "、".len());
        pieces.push(words(before));
        rest = &after[text.len()..];
        pieces.push(Piece {
            text,
            href: links.href(cell),
        });
    }
    pieces.push(words(rest));
    pieces
}

type CellOf = fn(FiscalYear, Part) -> Cell;

pub(super) fn by_year(
    report: &StatusReport<'_>,
    links: &Links<'_>,
    (id, caption): (&'static str, &str),
    figures: fn(&YearFigures) -> Figures,
    cell: CellOf,
) -> YearTable {
    let row = |part: Part| YearRow {
        label: part.label(),
        numbers: report
            .years
            .iter()
            .map(|year| links.number(figures(year).of(part), cell(year.year, part)))
            .collect(),
    };
    YearTable {
        id,
        caption: caption.to_owned(),
        years: report
            .years
            .iter()
            .map(|year| format!("{}年度", year.year.short()))
            .collect(),
        rows: Part::ALL.map(row).into(),
    }
}

pub(super) fn cumulative_chart(report: &StatusReport<'_>) -> Chart {
    let columns: Vec<Column> = year_columns(report, |year| {
        [year.cumulative.prefecture, year.cumulative.municipality]
    });
    let title = "参加・参加予定の自治体（累計）".to_owned();
    charts::columns(
        "chart-cumulative",
        title,
        &columns,
        ["都道府県", "市区町村"],
    )
}

pub(super) fn by_year_chart(report: &StatusReport<'_>) -> Chart {
    let columns = year_columns(report, |year| [year.new.total, year.continuing.total]);
    let title = "システム改修等を実施・実施予定の自治体（年度別）".to_owned();
    charts::columns("chart-by-year", title, &columns, ["新規", "継続"])
}

fn year_columns(
    report: &StatusReport<'_>,
    parts: impl Fn(&YearFigures) -> [u32; 2],
) -> Vec<Column> {
    let column = |year: &YearFigures| Column {
        label: format!("{}年度", year.year.short()),
        parts: parts(year),
    };
    report.years.iter().map(column).collect()
}

pub(super) fn by_scheme(report: &StatusReport<'_>, links: &Links<'_>, part: Part) -> SchemeTable {
    let figures = match part {
        Part::Prefectures => &report.prefecture_by_scheme,
        _ => &report.municipality_by_scheme,
    };
    let scheme = |figure: &SchemeFigure| report.catalogue().get(figure.scheme);
    let group =
        |figure: &SchemeFigure| scheme(figure).map_or(SchemeGroup::National, |scheme| scheme.group);
    let line = |figure: &SchemeFigure| SchemeLine {
        law: scheme(figure)
            .and_then(|scheme| scheme.law.clone())
            .unwrap_or_default(),
        name: report.column_name(figure.scheme),
        number: links.number(figure.bodies, Cell::Scheme(figure.scheme, part)),
    };
    let groups = figures
        .chunk_by(|one, other| group(one) == group(other))
        .map(|lines| SchemeLines {
            label: lines.first().map_or("", |first| group(first).label()),
            lines: lines.iter().map(line).collect(),
        });
    let bars: Vec<(String, u32)> = figures
        .iter()
        .map(|figure| (report.column_name(figure.scheme), figure.bodies))
        .collect();
    let local = figures
        .iter()
        .filter(|figure| group(figure) == SchemeGroup::Local)
        .count();
    let total = report.year().cumulative.of(part);
    let (id, chart) = match part {
        Part::Prefectures => ("prefecture-schemes", "chart-prefecture-schemes"),
        _ => ("municipality-schemes", "chart-municipality-schemes"),
    };
    SchemeTable {
        id,
        part: part.label(),
        total: links.number(total, Cell::Cumulative(report.fiscal_year, part)),
        groups: groups.collect(),
        has_only_other_local: local == 1,
        chart: charts::bars(
            chart,
            format!("制度別の参加・参加予定{}（累計）", part.label()),
            &bars,
        ),
    }
}

/// Classes in the order of tables, then all together.
pub(super) fn classes(report: &StatusReport<'_>, links: &Links<'_>) -> (Vec<ShareLine>, ShareLine) {
    let line = |kind, label, bodies: u32, participants: u32| {
        let number = |count: u32, part| links.number(count, Cell::Class(part, kind));
        ShareLine {
            label,
            bodies: number(bodies, ClassPart::Bodies),
            participants: number(participants, ClassPart::Participants),
            absent: number(bodies - participants, ClassPart::Absent),
            share: share(participants.into(), bodies.into()),
        }
    };
    let lines = report.classes.iter().map(|class| {
        let kind = Some(class.kind);
        line(kind, class.kind.label(), class.bodies, class.participants)
    });
    let lines = lines.collect();
    let bodies = report.classes.iter().map(|class| class.bodies).sum();
    let participants = report.classes.iter().map(|class| class.participants).sum();
    (lines, line(None, "合計", bodies, participants))
}

pub(super) fn growth(report: &StatusReport<'_>, links: &Links<'_>) -> Vec<GrowthLine> {
    let bodies: u64 = report
        .classes
        .iter()
        .map(|class| u64::from(class.bodies))
        .sum();
    let mut before = 0;
    let mut lines = Vec::new();
    for year in &report.years {
        let total = u64::from(year.cumulative.total);
        lines.push(GrowthLine {
            year: year.year.label(),
            cumulative: links.number(total, Cell::Cumulative(year.year, Part::All)),
            new: links.number(year.new.total, Cell::New(year.year, Part::All)),
            share: share(total, bodies),
            growth: match before {
                0 => "－".to_owned(),
                before => share(total, before),
            },
        });
        before = total;
    }
    lines
}

/// A tile and a line for each prefecture: itself and the bodies in it.
pub(super) fn prefectures(
    report: &StatusReport<'_>,
    links: &Links<'_>,
) -> (Vec<Tile>, Vec<ShareLine>) {
    let count = |class| {
        let mut counts = [0_u64; 48];
        for body in report.members(Cell::Class(class, None)) {
            counts[usize::from(body.code.prefecture().number())] += 1;
        }
        counts
    };
    let (bodies, participants) = (count(ClassPart::Bodies), count(ClassPart::Participants));
    let mut tiles = Vec::new();
    let mut lines = Vec::new();
    for prefecture in PrefectureCode::all() {
        let at = usize::from(prefecture.number());
        let (all, part) = (bodies[at], participants[at]);
        let figure = |class| Figure::within(Cell::Class(class, None), prefecture);
        let participants = links.number(part, figure(ClassPart::Participants));
        tiles.push(Tile {
            code: prefecture.to_string(),
            name: prefecture.short_name().to_owned(),
            figure: format!("{}%", part * 100 / all.max(1)),
            detail: format!("{all}団体中{part}団体が参加・参加予定"),
            shade: shade_of(part, all),
            href: participants.href.clone(),
        });
        lines.push(ShareLine {
            label: prefecture.name(),
            bodies: links.number(all, figure(ClassPart::Bodies)),
            participants,
            absent: links.number(all - part, figure(ClassPart::Absent)),
            share: share(part, all),
        });
    }
    (tiles, lines)
}

pub(super) fn rules(report: &StatusReport<'_>) -> Vec<RuleLine> {
    let line = |rule: &crate::domain::status_report::Invariant| {
        let bodies: Vec<String> = rule
            .broken_by
            .iter()
            .map(|(code, name)| format!("{code} {name}"))
            .collect();
        RuleLine {
            label: rule.label,
            holds: rule.holds,
            bodies: bodies.join("、"),
        }
    };
    report.invariants.iter().map(line).collect()
}
