//! Writes the status tables as a workbook that looks like the ministry's own: one sheet a table, with charts.
//!
//! ```text
//! StatusReport ─ figures, schemes, names, sources ─> sheets for people, each printable
//!              └ data ─> one flat sheet for machines (the rows of the CSV)
//! ```
//! New and continuing are told by a sign and by colour: red and blue, as the ministry prints them.

mod data;
mod figures;
mod names;
mod schemes;
mod sources;

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartDataLabelPosition, ChartFont, ChartLegendPosition, ChartLine,
    ChartMarker, ChartType, Color, Format, Workbook, Worksheet, XlsxError,
};

use super::SpreadsheetError;
use super::look::{self, A4, bold, boxed, boxed_words, head, number, plain};
use crate::domain::japan_time::{UnixMillis, date_label, datetime_label};
use crate::domain::status_report::{ParticipantStatus, StatusReport};

const RED: Color = Color::RGB(0xC0_00_00);
const BLUE: Color = Color::RGB(0x1F_4E_A3);
/// Bars of prefectures and of municipalities, apart also without colour: dark and light.
const DARK: Color = Color::RGB(0x1F_3A_5F);
const LIGHT: Color = Color::RGB(0x8F_B4_D9);

/// Writes the workbook. `made_at`, and up to when records count (`known_at`; `None` is all), are told on the sheet
/// of sources.
///
/// Errors only where Excel's own limits are passed.
pub fn write_status_report(
    report: &StatusReport<'_>,
    made_at: UnixMillis,
    known_at: Option<UnixMillis>,
) -> Result<Vec<u8>, SpreadsheetError> {
    let title = format!(
        "医療費助成のオンライン資格確認の先行実施の状況（{}・{}時点）",
        report.fiscal_year,
        date_label(report.as_of)
    );
    let mut workbook = look::new_workbook(&title)?;
    let mut book = Book {
        workbook: &mut workbook,
        title: &title,
    };
    figures::cumulative(&mut book, report)?;
    figures::by_year(&mut book, report)?;
    schemes::write(&mut book, report, true)?;
    names::prefectures(&mut book, report)?;
    schemes::write(&mut book, report, false)?;
    names::municipalities(&mut book, report)?;
    names::absent(&mut book, report)?;
    figures::classes(&mut book, report)?;
    let known = match known_at {
        Some(known_at) => format!("{}までに登録されたもの", date_label(known_at.japan_date())),
        None => "作成の時までに登録されたもの".to_owned(),
    };
    sources::write(&mut book, report, &known, &datetime_label(made_at))?;
    data::write(&mut workbook, report)?;
    Ok(workbook.save_to_buffer()?)
}

struct Book<'w> {
    workbook: &'w mut Workbook,
    title: &'w str,
}

/// A sheet written from top to bottom.
struct Page<'w> {
    sheet: &'w mut Worksheet,
    name: &'static str,
    row: u32,
    /// The rightmost column that is printed.
    last_column: u16,
    words: Format,
    figure: Format,
}

impl Book<'_> {
    /// A sheet with the title of the report and a heading of its own, so many columns wide.
    fn page(
        &mut self,
        name: &'static str,
        heading: &str,
        columns: u16,
    ) -> Result<Page<'_>, XlsxError> {
        let sheet = self.workbook.add_worksheet();
        sheet.set_name(name)?;
        sheet.set_row_height(0, 24)?;
        let big = plain().set_bold().set_font_size(14);
        sheet.write_string_with_format(0, 0, self.title, &big)?;
        sheet.set_row_height(2, 20)?;
        let large = bold().set_font_size(12);
        sheet.write_string_with_format(2, 0, heading, &large)?;
        sheet
            .set_paper_size(A4)
            .set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3)
            .set_footer("&C&P / &N");
        Ok(Page {
            sheet,
            name,
            row: 3,
            last_column: columns.saturating_sub(1),
            words: boxed_words(),
            figure: number(boxed()),
        })
    }
}

impl Page<'_> {
    fn widths(&mut self, widths: &[f64]) -> Result<(), XlsxError> {
        for (column, width) in (0..).zip(widths) {
            self.sheet.set_column_width(column, *width)?;
        }
        Ok(())
    }

    /// A row of figures, a little higher than its text.
    fn roomy(&mut self) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, 18)?;
        Ok(())
    }

    fn heads(&mut self, words: &[&str], height: f64) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, height)?;
        for (column, words) in (0..).zip(words) {
            self.sheet
                .write_string_with_format(self.row, column, *words, &head())?;
        }
        self.row += 1;
        Ok(())
    }

    fn word(&mut self, column: u16, words: &str) -> Result<(), XlsxError> {
        let words = look::fitting(words);
        self.sheet
            .write_string_with_format(self.row, column, words, &self.words)?;
        Ok(())
    }

    fn count(&mut self, column: u16, count: u32) -> Result<(), XlsxError> {
        self.sheet
            .write_number_with_format(self.row, column, count, &self.figure)?;
        Ok(())
    }

    fn note(&mut self, words: &str) -> Result<(), XlsxError> {
        self.sheet
            .write_string_with_format(self.row, 0, look::fitting(words), &plain())?;
        self.row += 1;
        Ok(())
    }

    /// A chart below what was written; it takes so many rows of the default height, 18 pixels.
    fn chart(&mut self, chart: &mut Chart, width: u32, rows: u32) -> Result<(), XlsxError> {
        self.row += 1;
        chart.set_width(width).set_height(rows * 18);
        self.sheet.insert_chart(self.row, 0, chart)?;
        self.row += rows;
        Ok(())
    }

    /// Sets what is printed: everything, one page wide.
    fn print(&mut self, landscape: bool) -> Result<(), XlsxError> {
        if landscape {
            self.sheet.set_landscape();
        } else {
            self.sheet.set_portrait();
        }
        let last = self.row.max(1) - 1;
        self.sheet
            .set_print_fit_to_pages(1, 0)
            .set_print_area(0, 0, last, self.last_column)?;
        Ok(())
    }
}

/// Where a series of a chart lies: first and last row and column.
#[derive(Clone, Copy)]
struct Area(u32, u16, u32, u16);

/// Columns over categories: one series with its figures, or stacked ones with the figures of `totals` above them.
fn columns(
    sheet: &str,
    title: &str,
    totals: Option<Area>,
    categories: Area,
    series: &[(&str, Area, Color)],
) -> Chart {
    let stacked = totals.is_some();
    let mut chart = Chart::new(if stacked {
        ChartType::ColumnStacked
    } else {
        ChartType::Column
    });
    chart
        .title()
        .set_name(title)
        .set_font(ChartFont::new().set_size(12));
    chart.y_axis().set_num_format("#,##0");
    for (name, area, color) in series {
        let one = chart.add_series();
        one.set_categories((
            sheet,
            categories.0,
            categories.1,
            categories.2,
            categories.3,
        ))
        .set_values((sheet, area.0, area.1, area.2, area.3))
        .set_name(*name)
        .set_format(rust_xlsxwriter::ChartSolidFill::new().set_color(*color))
        .set_gap(60);
        if !stacked {
            one.set_data_label(ChartDataLabel::new().show_value());
        }
    }
    if let Some(totals) = totals {
        chart.combine(&labels(sheet, categories, totals));
        // The line that bears the figures is no part of the legend.
        chart.legend().delete_entries(&[series.len()]);
    } else {
        chart.legend().set_hidden();
    }
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.set_alt_text(title);
    chart
}

/// An unseen line over the same categories whose figures stand above the columns.
fn labels(sheet: &str, categories: Area, totals: Area) -> Chart {
    let mut line = Chart::new(ChartType::Line);
    let mut label = ChartDataLabel::new();
    label
        .show_value()
        .set_position(ChartDataLabelPosition::Above)
        .set_num_format("#,##0");
    line.add_series()
        .set_categories((
            sheet,
            categories.0,
            categories.1,
            categories.2,
            categories.3,
        ))
        .set_values((sheet, totals.0, totals.1, totals.2, totals.3))
        .set_name("計")
        .set_format(ChartLine::new().set_hidden(true))
        .set_marker(ChartMarker::new().set_none())
        .set_data_label(&label);
    line
}

/// The colour of a status, as the ministry prints names.
fn painted(status: ParticipantStatus, format: Format) -> Format {
    match status {
        ParticipantStatus::New => format.set_font_color(RED).set_bold(),
        ParticipantStatus::Continuing => format.set_font_color(BLUE),
        ParticipantStatus::Earlier => format,
    }
}

/// What the signs and colours mean, with the figures of a table.
fn legend(report: &StatusReport<'_>, new: u32, continuing: u32, unit: &str) -> [String; 3] {
    let (this, last) = (
        report.fiscal_year.short(),
        report.fiscal_year.previous().short(),
    );
    [
        format!("※◎（赤字）：{this}年度から新規参加予定（{new}{unit}）"),
        format!(
            "※○（青字）：{last}年度から参加していて{this}年度もシステム改修等を実施予定（{continuing}{unit}）"
        ),
        format!("※・（黒字）：{last}年度までに参加し、{this}年度はシステム改修等の予定なし"),
    ]
}
