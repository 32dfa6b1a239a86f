//! The bodies behind a figure of the plans, as a list to take away.

use rust_xlsxwriter::XlsxError;

use super::SpreadsheetError;
use super::look::{
    self, A4, boxed, boxed_words, centred, fitting, head, height, number, put, text,
};
use super::national_csv::Rows;
use super::national_rows::Cells;
use crate::domain::application_intent;
use crate::domain::estimate::PlanBasis;
use crate::domain::plan::Behind;

/// The heads of the columns, the same in both files: seven of words, five of figures.
const COLUMNS: [&str; 12] = [
    "コード",
    "都道府県",
    "名称",
    "区分",
    "申請の意向",
    "数えた医療費助成",
    "制度ID",
    "制度（○の数）",
    "補助の上限額（円・概算）",
    "受給者数（人）",
    "受給者数が不明の○",
    "運用費（円/年・概算）",
];
const WIDTHS: [f64; 12] = [
    9.0, 10.0, 16.0, 10.0, 14.0, 44.0, 30.0, 10.0, 16.0, 12.0, 12.0, 14.0,
];
/// Columns of words.
const WORDS: usize = 7;

fn words(body: &Behind<'_>) -> [String; WORDS] {
    let answer = body.answer;
    let names: Vec<&str> = body.rows.iter().map(|row| row.name.as_str()).collect();
    let ids: Vec<&str> = body.rows.iter().map(|row| row.scheme.as_str()).collect();
    [
        answer.code.to_string(),
        answer.code.prefecture().name().to_owned(),
        answer.name.clone(),
        answer.kind.label().to_owned(),
        application_intent::labels(&answer.intents),
        names.join("、"),
        ids.join(" "),
    ]
}

fn figures(body: &Behind<'_>, basis: &PlanBasis) -> [u64; 5] {
    let amount = &body.amount;
    let estimate = amount.estimate(basis);
    [
        amount.schemes,
        estimate.subsidy_ceiling,
        amount.recipients,
        amount.unknown,
        estimate.running_cost,
    ]
}

/// Writes the list as CSV, a body a row.
pub fn write_plan_bodies_csv(bodies: &[Behind<'_>], basis: &PlanBasis) -> Vec<u8> {
    let mut csv = Rows::new();
    for column in COLUMNS {
        csv.field(column);
    }
    csv.end();
    for body in bodies {
        for text in words(body) {
            csv.words(&text);
        }
        for figure in figures(body, basis) {
            csv.figure(Some(figure));
        }
        csv.end();
    }
    csv.finish()
}

/// Writes the list as a workbook. `heading`: what the figure counts; `notes`: which answers, a line each.
///
/// Errors only where Excel's own limits are passed.
pub fn write_plan_bodies_book(
    heading: &str,
    notes: &[String],
    bodies: &[Behind<'_>],
    basis: &PlanBasis,
) -> Result<Vec<u8>, SpreadsheetError> {
    Ok(book(heading, notes, bodies, basis)?)
}

fn book(
    heading: &str,
    notes: &[String],
    bodies: &[Behind<'_>],
    basis: &PlanBasis,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = look::new_workbook(heading)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name("団体の一覧")?;
    for (column, width) in (0_u16..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let title = format!("{heading}【{}団体】", bodies.len());
    let large = look::bold().set_font_size(12);
    put(sheet, (0, 0), (0, 0), &title, &large)?;
    let mut at = 1;
    for note in notes {
        put(sheet, (at, 0), (at, 0), note, &look::plain())?;
        at += 1;
    }
    let first = at;
    for (column, words) in (0_u16..).zip(COLUMNS) {
        sheet.write_string_with_format(first, column, words, &head())?;
    }
    let (wide, middle) = (text(boxed_words()), centred(text(boxed())));
    let count = number(boxed());
    for body in bodies {
        at += 1;
        let texts = words(body);
        let tallest = texts
            .iter()
            .zip(WIDTHS)
            .map(|(text, width)| height(text, width, 1))
            .fold(0.0, f64::max);
        sheet.set_row_height(at, tallest)?;
        for (column, text) in (0_u16..).zip(&texts) {
            let format = if matches!(column, 0 | 3 | 4) {
                &middle
            } else {
                &wide
            };
            sheet.write_string_with_format(at, column, fitting(text), format)?;
        }
        for (column, figure) in (WORDS as u16..).zip(figures(body, basis)) {
            sheet.write_number_with_format(at, column, figure as f64, &count)?;
        }
    }
    let last = COLUMNS.len() as u16 - 1;
    sheet
        .set_paper_size(A4)
        .set_landscape()
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer("&C&P / &N")
        .set_print_fit_to_pages(1, 0)
        .set_repeat_rows(first, first)?
        .set_print_area(0, 0, at, last)?;
    sheet.set_freeze_panes(first + 1, 0)?;
    if at > first {
        sheet.autofilter(first, 0, at, last)?;
    }
    workbook.save_to_buffer()
}
