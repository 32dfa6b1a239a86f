//! 追加の質問: the answers to each question by class of body, then by prefecture, each question on a page of its own.

use rust_xlsxwriter::XlsxError;

use super::{Table, kinds};
use crate::domain::extra_question::{ExtraQuestion, QuestionKind};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::national_counts::Breakdown;
use crate::domain::organization::OrganizationKind;
use crate::domain::question_counts::QuestionCounts;
use crate::domain::survey_edition::EditionDefinition;
use crate::spreadsheet::SpreadsheetError;
use crate::spreadsheet::look::{self, A4};
use crate::spreadsheet::question_csv::{COUNT_COLUMNS, count_rows};

/// A line of a question's table: what is counted, and whether it sums up.
struct Line<'a> {
    label: String,
    is_sum: bool,
    of: &'a Breakdown,
}

/// Writes the counts of the questions alone: the sheet that [`super::write_counts`] has, and one for programs with the rows of
/// [`crate::spreadsheet::write_question_counts_csv`].
///
/// Errors only where Excel's own limits are passed.
pub fn write_question_counts(
    edition: &EditionDefinition,
    as_of: &str,
    counts: &[QuestionCounts],
) -> Result<Vec<u8>, SpreadsheetError> {
    let title = format!(
        "{}　追加の質問の集計（{}）",
        edition.words().survey,
        edition.short_title
    );
    let mut workbook = look::new_workbook(&title)?;
    let mut table = Table::new(&mut workbook, "追加の質問", &title, as_of)?;
    write(&mut table, edition, counts)?;
    table.landscape(A4)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name("data")?;
    for (column, key) in (0_u16..).zip(COUNT_COLUMNS) {
        sheet.write_string(0, column, key)?;
    }
    for (row, (texts, figure)) in (1_u32..).zip(count_rows(edition, counts)) {
        for (column, text) in (0_u16..).zip(&texts) {
            sheet.write_string(row, column, look::fitting(text))?;
        }
        sheet.write_number(row, texts.len() as u16, figure as f64)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(workbook.save_to_buffer()?)
}

pub(super) fn write(
    table: &mut Table<'_>,
    edition: &EditionDefinition,
    questions: &[QuestionCounts],
) -> Result<(), XlsxError> {
    let most = questions.iter().map(|it| it.items.len() + 3).max();
    let columns = OrganizationKind::ALL.len() + 2;
    table.widths(&[42.0], 14.0, columns.max(most.unwrap_or(0)))?;
    table.note("提出済・受付済の回答を数えています。都道府県の行には、都道府県自身と、その区域の市区町村のすべてを数えています。")?;
    table.note("数の合計には、不明や回答なしの団体は入っていません（0とは区別します）。")?;
    for (at, (question, counts)) in edition.questions.iter().zip(questions).enumerate() {
        if at > 0 {
            table.new_page();
        } else {
            table.row += 1;
        }
        one(table, question, counts)?;
    }
    Ok(())
}

fn one(
    table: &mut Table<'_>,
    question: &ExtraQuestion,
    counts: &QuestionCounts,
) -> Result<(), XlsxError> {
    let lines = lines(question, counts);
    table.heading(&question.label)?;
    let mut header = vec!["回答"];
    header.extend(OrganizationKind::ALL.map(OrganizationKind::label));
    header.push("合計");
    table.header(&header, 21.0)?;
    for line in &lines {
        let total = Some(line.of.total());
        if line.is_sum {
            table.sum_row(&[&line.label], kinds(line.of), total)?;
        } else {
            table.plain_row(&[&line.label], kinds(line.of), total)?;
        }
    }
    table.row += 1;
    let labels = lines.iter().map(|line| line.label.as_str());
    let header: Vec<&str> = ["都道府県"].into_iter().chain(labels).collect();
    table.header(&header, 48.0)?;
    for prefecture in PrefectureCode::all() {
        let figures = lines.iter().map(|line| line.of.prefecture(prefecture));
        table.plain_row(&[prefecture.name()], figures, None)?;
    }
    let totals = lines.iter().map(|line| line.of.total());
    table.sum_row(&["全国"], totals, None)
}

fn lines<'a>(question: &ExtraQuestion, counts: &'a QuestionCounts) -> Vec<Line<'a>> {
    let items = counts.items.iter().map(|(item, of)| Line {
        label: item.label(question),
        is_sum: false,
        of,
    });
    let asked = Line {
        label: "質問した団体".to_owned(),
        is_sum: true,
        of: &counts.asked,
    };
    let sum = counts.sum.as_ref().map(|of| Line {
        label: match &question.kind {
            QuestionKind::Number { unit } if !unit.is_empty() => format!("数の合計（{unit}）"),
            _ => "数の合計".to_owned(),
        },
        is_sum: true,
        of,
    });
    items.chain([asked]).chain(sum).collect()
}
