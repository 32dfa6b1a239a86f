//! 累計, 年度別 and 団体区分別: figures by fiscal year and by class of body.

use rust_xlsxwriter::XlsxError;

use super::{Area, Book, DARK, LIGHT, Page, columns};
use crate::domain::status_report::{Figures, Part, StatusReport, YearFigures};
use crate::spreadsheet::look::{boxed, number, put};

/// As wide as what is printed.
const CHART_WIDTH: u32 = 720;
const CHART_ROWS: u32 = 20;

/// Heads of the years, then a row for each part; gives the row of the heads.
fn year_table(
    page: &mut Page<'_>,
    report: &StatusReport<'_>,
    figures: fn(&YearFigures) -> Figures,
) -> Result<u32, XlsxError> {
    let mut heads = vec![String::new()];
    heads.extend(
        report
            .years
            .iter()
            .map(|year| format!("{}年度", year.year.short())),
    );
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let at = page.row;
    page.heads(&heads, 20.0)?;
    for part in Part::ALL {
        page.roomy()?;
        page.word(0, part.label())?;
        for (column, year) in (1..).zip(&report.years) {
            page.count(column, figures(year).of(part))?;
        }
        page.row += 1;
    }
    Ok(at)
}

fn widths(page: &mut Page<'_>, years: usize) -> Result<u16, XlsxError> {
    let mut widths = vec![22.0];
    widths.extend(vec![13.0; years.max(5)]);
    page.widths(&widths)?;
    Ok(years as u16)
}

pub(super) fn cumulative(book: &mut Book<'_>, report: &StatusReport<'_>) -> Result<(), XlsxError> {
    let heading = "◎先行実施に参加・参加予定の自治体（累計）";
    let mut page = book.page("累計", heading, 6.max(report.years.len() as u16 + 1))?;
    let last = widths(&mut page, report.years.len())?;
    let head = year_table(&mut page, report, |year| year.cumulative)?;
    let name = page.name;
    let mut chart = columns(
        name,
        "参加・参加予定の自治体（累計）",
        Some(Area(head + 1, 1, head + 1, last)),
        Area(head, 1, head, last),
        &[
            ("都道府県", Area(head + 2, 1, head + 2, last), DARK),
            ("市区町村", Area(head + 3, 1, head + 3, last), LIGHT),
        ],
    );
    page.chart(&mut chart, CHART_WIDTH, CHART_ROWS)?;
    page.print(false)
}

pub(super) fn by_year(book: &mut Book<'_>, report: &StatusReport<'_>) -> Result<(), XlsxError> {
    let heading = "◎システム改修等を実施・実施予定の自治体（年度別）";
    let width = 6.max(report.years.len() as u16 + 1);
    let mut page = book.page("年度別", heading, width)?;
    let last = widths(&mut page, report.years.len())?;
    let all = year_table(&mut page, report, |year| year.by_year)?;
    let (row, last_column) = (page.row, page.last_column);
    page.sheet.set_row_height(row, 34)?;
    let words = crate::spreadsheet::look::wrapped();
    put(
        page.sheet,
        (row, 0),
        (row, last_column),
        &report.sentence,
        &words,
    )?;
    page.row += 2;
    page.note("うち新規参加")?;
    let new = year_table(&mut page, report, |year| year.new)?;
    page.row += 1;
    page.note("うち継続（前年度までに参加していて、この年度もシステム改修等を実施）")?;
    let continuing = year_table(&mut page, report, |year| year.continuing)?;
    let name = page.name;
    let mut chart = columns(
        name,
        "システム改修等を実施・実施予定の自治体（年度別）",
        Some(Area(all + 1, 1, all + 1, last)),
        Area(new, 1, new, last),
        &[
            ("新規", Area(new + 1, 1, new + 1, last), DARK),
            ("継続", Area(continuing + 1, 1, continuing + 1, last), LIGHT),
        ],
    );
    page.chart(&mut chart, CHART_WIDTH, CHART_ROWS)?;
    page.print(false)
}

pub(super) fn classes(book: &mut Book<'_>, report: &StatusReport<'_>) -> Result<(), XlsxError> {
    let mut page = book.page("団体区分別", "◎団体区分別の参加割合と、年度ごとの増加", 7)?;
    page.widths(&[18.0, 13.0, 16.0, 13.0, 13.0, 13.0, 13.0])?;
    let percent = number(boxed()).set_num_format("0.0%");
    // Cut off to a tenth of a percent as on the page, so that one share has one figure.
    let share = |part: u32, whole: u32| {
        let thousandths = (u64::from(part) * 1000).checked_div(u64::from(whole))?;
        u32::try_from(thousandths)
            .ok()
            .map(|it| f64::from(it) / 1000.0)
    };
    page.heads(
        &["区分", "団体数", "参加・参加予定", "未参加", "割合"],
        20.0,
    )?;
    let head = page.row - 1;
    let sum = |of: fn(&crate::domain::status_report::ClassFigure) -> u32| -> u32 {
        report.classes.iter().map(of).sum()
    };
    let (bodies, participants) = (sum(|class| class.bodies), sum(|class| class.participants));
    let lines = report
        .classes
        .iter()
        .map(|class| (class.kind.label(), class.bodies, class.participants))
        .chain([("合計", bodies, participants)]);
    for (label, bodies, participants) in lines {
        page.roomy()?;
        page.word(0, label)?;
        page.count(1, bodies)?;
        page.count(2, participants)?;
        page.count(3, bodies - participants)?;
        if let Some(share) = share(participants, bodies) {
            page.sheet
                .write_number_with_format(page.row, 4, share, &percent)?;
        }
        page.row += 1;
    }
    page.row += 1;
    page.heads(
        &[
            "年度",
            "累計",
            "新たに参加",
            "全団体に対する割合",
            "前年度比",
        ],
        34.0,
    )?;
    let mut before = 0;
    for year in &report.years {
        page.roomy()?;
        page.word(0, &year.year.label())?;
        page.count(1, year.cumulative.total)?;
        page.count(2, year.new.total)?;
        if let Some(share) = share(year.cumulative.total, bodies) {
            page.sheet
                .write_number_with_format(page.row, 3, share, &percent)?;
        }
        match share(year.cumulative.total, before) {
            Some(growth) => {
                page.sheet
                    .write_number_with_format(page.row, 4, growth, &percent)?;
            }
            None => {
                page.sheet
                    .write_string_with_format(page.row, 4, "－", &percent)?;
            }
        }
        before = year.cumulative.total;
        page.row += 1;
    }
    let classes = report.classes.len() as u32;
    let name = page.name;
    let mut chart = columns(
        name,
        "団体区分別の参加・参加予定",
        Some(Area(head + 1, 1, head + classes, 1)),
        Area(head + 1, 0, head + classes, 0),
        &[
            ("参加・参加予定", Area(head + 1, 2, head + classes, 2), DARK),
            ("未参加", Area(head + 1, 3, head + classes, 3), LIGHT),
        ],
    );
    page.chart(&mut chart, CHART_WIDTH, CHART_ROWS)?;
    page.print(false)
}
