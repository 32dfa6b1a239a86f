//! Writes the ministry's counts: schemes by class of body, schemes by prefecture, intents and questions by both.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::SpreadsheetError;
use super::look::{self, A3, A4, bold, boxed, boxed_words, head, number, plain};
use crate::domain::form_words::FormWords;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::national_counts::{Breakdown, NationalCounts, SchemeCounts};
use crate::domain::organization::OrganizationKind;
use crate::domain::question_counts::QuestionCounts;
use crate::domain::survey_edition::EditionDefinition;

mod questions;

pub use questions::write_question_counts;

/// What a block of a sheet counts.
struct Figure {
    heading: fn(&FormWords) -> String,
    of: fn(&SchemeCounts) -> &Breakdown,
    /// A sum of bodies counts a body once per row: say so.
    sum_label: &'static str,
}

const FIGURES: [Figure; 3] = [
    Figure {
        heading: |_| "○を付けた自治体の数".to_owned(),
        of: |counts| &counts.targets,
        sum_label: "合計（延べ）",
    },
    Figure {
        heading: |words| {
            format!(
                "{}　○を付けた自治体が記入した数の合計。不明は含みません",
                words.number_head
            )
        },
        of: |counts| &counts.recipients,
        sum_label: "合計",
    },
    Figure {
        heading: |words| format!("○を付けたが{}が不明の自治体の数", words.number),
        of: |counts| &counts.unknown,
        sum_label: "合計（延べ）",
    },
];

/// Writes the three sheets, and a fourth where the edition has questions of its own. `as_of` says to which moment the
/// counts belong.
///
/// Errors only where Excel's own limits are passed.
pub fn write_counts(
    edition: &EditionDefinition,
    as_of: &str,
    counts: &NationalCounts,
    questions: &[QuestionCounts],
) -> Result<Vec<u8>, SpreadsheetError> {
    let title = format!(
        "{}　集計表（{}）",
        edition.words().survey,
        edition.short_title
    );
    let mut workbook = look::new_workbook(&title)?;
    let mut table = Table::new(&mut workbook, "医療費助成×区分", &title, as_of)?;
    by_kind(&mut table, edition, counts)?;
    table.landscape(A4)?;
    let mut table = Table::new(&mut workbook, "医療費助成×都道府県", &title, as_of)?;
    by_prefecture(&mut table, edition, counts)?;
    table.landscape(A3)?;
    table.sheet.set_freeze_panes(0, 1)?;
    if edition.asks_intent() {
        let mut table = Table::new(&mut workbook, "申請の意向", &title, as_of)?;
        intents(&mut table, edition, counts)?;
        table
            .sheet
            .set_paper_size(A4)
            .set_portrait()
            .set_print_fit_to_pages(1, 0);
    }
    if !questions.is_empty() {
        let mut table = Table::new(&mut workbook, "追加の質問", &title, as_of)?;
        questions::write(&mut table, edition, questions)?;
        table.landscape(A4)?;
    }
    Ok(workbook.save_to_buffer()?)
}

/// A sheet written from top to bottom.
struct Table<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    /// Rows before which a new page begins.
    breaks: Vec<u32>,
    head: Format,
    words: Format,
    figure: Format,
    sum: Format,
}

impl<'a> Table<'a> {
    fn new(
        workbook: &'a mut Workbook,
        name: &str,
        title: &str,
        as_of: &str,
    ) -> Result<Self, XlsxError> {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name)?;
        sheet.set_row_height(0, 24)?;
        sheet.write_string_with_format(0, 0, title, &plain().set_bold().set_font_size(14))?;
        sheet.write_string_with_format(1, 0, as_of, &plain())?;
        sheet
            .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
            .set_footer("&C&P / &N");
        Ok(Self {
            sheet,
            row: 3,
            breaks: Vec::new(),
            head: head(),
            words: boxed_words(),
            figure: number(boxed()),
            sum: number(boxed().set_bold()),
        })
    }

    /// One page wide, each block on a page of its own.
    fn landscape(&mut self, paper: u8) -> Result<(), XlsxError> {
        self.sheet
            .set_paper_size(paper)
            .set_landscape()
            .set_print_fit_to_pages(1, 0)
            .set_page_breaks(&self.breaks)?;
        Ok(())
    }

    fn new_page(&mut self) {
        self.row += 1;
        self.breaks.push(self.row);
    }

    fn heading(&mut self, words: &str) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, 18)?;
        self.sheet
            .write_string_with_format(self.row, 0, words, &bold())?;
        self.row += 1;
        Ok(())
    }

    fn header(&mut self, words: &[&str], height: f64) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, height)?;
        for (column, words) in (0_u16..).zip(words) {
            self.sheet
                .write_string_with_format(self.row, column, *words, &self.head)?;
        }
        self.row += 1;
        Ok(())
    }

    /// One row: labels, then figures, then their sum.
    fn figures(
        &mut self,
        labels: &[&str],
        figures: impl IntoIterator<Item = u64>,
        total: Option<u64>,
        format: &Format,
    ) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, 18)?;
        let mut column = 0;
        for label in labels {
            self.sheet
                .write_string_with_format(self.row, column, *label, &self.words)?;
            column += 1;
        }
        for figure in figures {
            // Far below 2^53, where every whole number is exact.
            self.sheet
                .write_number_with_format(self.row, column, figure as f64, format)?;
            column += 1;
        }
        if let Some(total) = total {
            self.sheet
                .write_number_with_format(self.row, column, total as f64, &self.sum)?;
        }
        self.row += 1;
        Ok(())
    }

    fn plain_row(
        &mut self,
        labels: &[&str],
        figures: impl IntoIterator<Item = u64>,
        total: Option<u64>,
    ) -> Result<(), XlsxError> {
        let format = self.figure.clone();
        self.figures(labels, figures, total, &format)
    }

    fn sum_row(
        &mut self,
        labels: &[&str],
        figures: impl IntoIterator<Item = u64>,
        total: Option<u64>,
    ) -> Result<(), XlsxError> {
        let format = self.sum.clone();
        self.figures(labels, figures, total, &format)
    }

    fn widths(&mut self, first: &[f64], others: f64, columns: usize) -> Result<(), XlsxError> {
        for column in 0..columns {
            let width = first.get(column).copied().unwrap_or(others);
            self.sheet.set_column_width(column as u16, width)?;
        }
        Ok(())
    }

    fn note(&mut self, words: &str) -> Result<(), XlsxError> {
        self.sheet
            .write_string_with_format(self.row, 0, words, &plain())?;
        self.row += 1;
        Ok(())
    }
}

const ANSWERED: &str = "回答した自治体の数";
const WITH_TARGET: &str = "1つ以上に○を付けた自治体の数";

fn kinds(figure: &Breakdown) -> impl Iterator<Item = u64> + '_ {
    OrganizationKind::ALL
        .into_iter()
        .map(|kind| figure.kind(kind))
}

/// The sums of a column over all schemes.
fn sums<T: Copy>(
    counts: &NationalCounts,
    of: fn(&SchemeCounts) -> &Breakdown,
    columns: impl IntoIterator<Item = T>,
    pick: impl Fn(&Breakdown, T) -> u64,
) -> Vec<u64> {
    let column = |at: T| counts.schemes.iter().map(|row| pick(of(row), at)).sum();
    columns.into_iter().map(column).collect()
}

fn grand_total(counts: &NationalCounts, of: fn(&SchemeCounts) -> &Breakdown) -> u64 {
    counts.schemes.iter().map(|row| of(row).total()).sum()
}

fn by_kind(
    table: &mut Table<'_>,
    edition: &EditionDefinition,
    counts: &NationalCounts,
) -> Result<(), XlsxError> {
    let mut header = vec!["区分", "法律・事業", "医療費助成"];
    header.extend(OrganizationKind::ALL.map(OrganizationKind::label));
    header.push("合計");
    table.widths(&[20.0, 20.0, 54.0], 12.0, header.len())?;
    for (at, figure) in FIGURES.iter().enumerate() {
        if at > 0 {
            table.new_page();
        }
        table.heading(&(figure.heading)(edition.words()))?;
        table.header(&header, 21.0)?;
        for (row, scheme) in edition.rows.iter().zip(&counts.schemes) {
            let value = (figure.of)(scheme);
            table.plain_row(
                &[&row.category, &row.law, &row.name],
                kinds(value),
                Some(value.total()),
            )?;
        }
        let columns = sums(counts, figure.of, OrganizationKind::ALL, Breakdown::kind);
        let total = grand_total(counts, figure.of);
        table.sum_row(&[figure.sum_label, "", ""], columns, Some(total))?;
    }
    table.row += 1;
    table.heading("参考")?;
    table.header(&header, 21.0)?;
    for (label, figure) in [
        (ANSWERED, &counts.answered),
        (WITH_TARGET, &counts.with_target),
    ] {
        table.plain_row(&["", "", label], kinds(figure), Some(figure.total()))?;
    }
    Ok(())
}

fn by_prefecture(
    table: &mut Table<'_>,
    edition: &EditionDefinition,
    counts: &NationalCounts,
) -> Result<(), XlsxError> {
    let mut header = vec!["都道府県"];
    header.extend(edition.rows.iter().map(|row| row.name.as_str()));
    header.push("合計（延べ）");
    let mut with_bodies = header.clone();
    with_bodies.extend([ANSWERED, WITH_TARGET]);
    table.widths(&[13.0], 12.5, with_bodies.len())?;
    for (figure, first) in FIGURES.iter().zip([true, false, false]) {
        if !first {
            table.new_page();
        }
        table.heading(&(figure.heading)(edition.words()))?;
        // Distinct bodies stand beside the first block, which counts bodies once per scheme.
        if first {
            table.header(&with_bodies, 78.0)?;
        } else {
            header.pop();
            header.push(figure.sum_label);
            table.header(&header, 78.0)?;
        }
        for prefecture in PrefectureCode::all() {
            let values = |scheme: &SchemeCounts| (figure.of)(scheme).prefecture(prefecture);
            let values: Vec<u64> = counts.schemes.iter().map(values).collect();
            let sum = values.iter().sum();
            let bodies = [&counts.answered, &counts.with_target];
            let bodies = bodies.map(|bodies| bodies.prefecture(prefecture));
            let extra = if first { &bodies[..] } else { &[] };
            let all = values.into_iter().chain([sum]).chain(extra.iter().copied());
            table.plain_row(&[prefecture.name()], all, None)?;
        }
        let mut all: Vec<u64> = counts
            .schemes
            .iter()
            .map(|scheme| (figure.of)(scheme).total())
            .collect();
        all.push(grand_total(counts, figure.of));
        if first {
            all.extend([counts.answered.total(), counts.with_target.total()]);
        }
        table.sum_row(&["合計"], all, None)?;
    }
    table.note("指定都市・中核市・一般市区町村の回答は、所在する都道府県に含めています。")
}

fn intents(
    table: &mut Table<'_>,
    edition: &EditionDefinition,
    counts: &NationalCounts,
) -> Result<(), XlsxError> {
    let labels: Vec<&str> = counts
        .intents
        .iter()
        .map(|(intent, _)| intent.short_label())
        .collect();
    table.widths(&[16.0], 13.0, 9)?;
    for (intent, _) in &counts.intents {
        table.note(&edition.intent_label(*intent))?;
    }
    table.note("2つ以上を選んだ自治体は、それぞれに数えています。")?;
    table.row += 1;

    let mut header = vec!["区分"];
    header.extend(&labels);
    header.extend(["合計（延べ）", ANSWERED]);
    let line = |value: &dyn Fn(&Breakdown) -> u64| -> Vec<u64> {
        let mut line: Vec<u64> = counts.intents.iter().map(|(_, b)| value(b)).collect();
        line.push(line.iter().sum());
        line.push(value(&counts.answered));
        line
    };
    table.heading("区分ごとの自治体の数")?;
    table.header(&header, 33.0)?;
    for kind in OrganizationKind::ALL {
        table.plain_row(&[kind.label()], line(&|figure| figure.kind(kind)), None)?;
    }
    table.sum_row(&["合計"], line(&Breakdown::total), None)?;
    table.row += 1;

    header[0] = "都道府県";
    table.heading("都道府県ごとの自治体の数")?;
    table.header(&header, 33.0)?;
    for prefecture in PrefectureCode::all() {
        let values = line(&|figure| figure.prefecture(prefecture));
        table.plain_row(&[prefecture.name()], values, None)?;
    }
    table.sum_row(&["合計"], line(&Breakdown::total), None)
}
