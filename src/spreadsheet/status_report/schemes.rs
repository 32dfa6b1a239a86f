//! 制度別: bodies by scheme, with the columns of the ministry's table, and a chart of them.

use rust_xlsxwriter::{FormatAlign, XlsxError};

use super::{Area, Book, DARK, columns};
use crate::domain::scheme::SchemeGroup;
use crate::domain::status_report::StatusReport;
use crate::spreadsheet::look::{boxed, head, number, put, runs};

const CHART_ROWS: u32 = 22;

pub(super) fn write(
    book: &mut Book<'_>,
    report: &StatusReport<'_>,
    prefectures: bool,
) -> Result<(), XlsxError> {
    let year = report.year();
    let (name, part, figures, total) = if prefectures {
        let figures = &report.prefecture_by_scheme;
        (
            "都道府県の制度別",
            "都道府県",
            figures,
            year.cumulative.prefecture,
        )
    } else {
        let figures = &report.municipality_by_scheme;
        (
            "市区町村の制度別",
            "市区町村",
            figures,
            year.cumulative.municipality,
        )
    };
    let heading = format!("◎{part}の参加・参加予定の状況（累計）【{total}{part}】");
    let columns_count = figures.len() as u16 + 1;
    let mut page = book.page(name, &heading, columns_count)?;
    let mut widths = vec![15.0];
    widths.extend(vec![10.5; figures.len()]);
    page.widths(&widths)?;

    let scheme = |at: usize| report.catalogue().get(figures[at].scheme);
    let group =
        |at: usize| scheme(at).map_or(SchemeGroup::National.label(), |scheme| scheme.group.label());
    let law = |at: usize| {
        scheme(at)
            .and_then(|scheme| scheme.law.as_deref())
            .unwrap_or("")
    };
    let first = page.row;
    for (offset, height) in [(0, 34.0), (1, 34.0), (2, 52.0)] {
        page.sheet.set_row_height(first + offset, height)?;
    }
    page.sheet
        .merge_range(first, 0, first + 2, 0, "種類", &head())?;
    let places: Vec<usize> = (0..figures.len()).collect();
    for (from, to) in runs(&places, |a, b| group(*a) == group(*b)) {
        let cells = ((first, from as u16 + 1), (first, to as u16 + 1));
        put(page.sheet, cells.0, cells.1, group(from), &head())?;
    }
    for (from, to) in runs(&places, |a, b| group(*a) == group(*b) && law(*a) == law(*b)) {
        let cells = ((first + 1, from as u16 + 1), (first + 1, to as u16 + 1));
        put(page.sheet, cells.0, cells.1, law(from), &head())?;
    }
    for (column, figure) in (1..).zip(figures) {
        // 【R7～】 below the name, as printed.
        let words = report.column_name(figure.scheme).replace('【', "\n【");
        page.sheet
            .write_string_with_format(first + 2, column, &words, &head())?;
    }
    page.row = first + 3;
    page.sheet.set_row_height(page.row, 34)?;
    page.word(0, &format!("参加・参加予定\n{part}数"))?;
    let centred = number(boxed()).set_align(FormatAlign::Center).set_indent(0);
    for (column, figure) in (1..).zip(figures) {
        page.sheet
            .write_number_with_format(page.row, column, figure.bodies, &centred)?;
    }
    page.row += 1;
    let has_other_local = figures.iter().any(|figure| {
        let scheme = report.catalogue().get(figure.scheme);
        scheme.is_some_and(|scheme| {
            scheme.group == SchemeGroup::Local && scheme.id.as_str() != "local_other"
        })
    });
    if prefectures && !has_other_local {
        page.note("※その他：こども医療費助成、障害者医療費助成、ひとり親家庭医療費助成以外の地方単独医療費助成")?;
    }
    page.note("※1つの自治体が複数の制度に参加する場合は、それぞれの制度で数えています。【R7～】などは、対象となった年度です。")?;
    if !figures.is_empty() {
        let row = first + 3;
        let mut chart = columns(
            name,
            &format!("制度別の参加・参加予定{part}数（累計）"),
            None,
            Area(first + 2, 1, first + 2, figures.len() as u16),
            &[(
                "参加・参加予定",
                Area(row, 1, row, figures.len() as u16),
                DARK,
            )],
        );
        let width = 120 + 84 * figures.len() as u32;
        page.chart(&mut chart, width, CHART_ROWS)?;
    }
    page.print(true)
}
