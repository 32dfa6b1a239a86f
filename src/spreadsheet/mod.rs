//! The official forms and the ministry's tables as workbooks (`.xlsx`).
//!
//! ```text
//! EditionDefinition + Form1 | SummarySheet | NationalRow … | NationalCounts ─ a writer ─> bytes of a workbook
//! EditionDefinition + many Form1 ─ Form1Zip ─> a ZIP, chunk by chunk;  NationalRow …, NationalCounts ─> CSV
//! ```
//! Rules every writer keeps: no macro, no hidden sheet, no author; text somebody typed goes in as a string
//! and never as a formula; codes are text, numbers are numbers, and what is unknown stays blank.

mod amounts_writer;
mod change_list;
mod column_guide;
mod counts_writer;
mod form1_answers;
mod form1_books;
pub mod form1_layout;
mod form1_rules;
mod form1_writer;
mod form1_zip;
mod form2_writer;
pub mod intake;
mod intake_report_writer;
mod list_sheet;
mod look;
mod national_csv;
mod national_rows;
mod national_writer;
mod package;
mod plan_bodies;
mod plan_writer;
mod question_csv;
mod sheet_xml;
mod status_bodies;
mod status_changes;
mod status_csv;
mod status_report;
mod table_reader;
mod zip_writer;

pub use amounts_writer::{write_amounts, write_amounts_csv};
pub use change_list::{write_change_list, write_change_list_csv};
pub use column_guide::{ColumnGuide, Meanings, column_guides, shared_values};
pub use counts_writer::{write_counts, write_question_counts};
pub use form1_books::{
    Form1Books, FormBody, FormContent, ReceiptLine, write_form1, write_form1_draft,
    write_form1_prefilled,
};
pub use form1_zip::Form1Zip;
pub use form2_writer::{SentLine, write_form2};
pub use intake_report_writer::IntakeReportBook;
pub use national_csv::{write_counts_csv, write_national_csv};
pub use national_rows::{NationalRow, national_columns};
pub use national_writer::write_national_list;
pub use plan_bodies::{write_plan_bodies_book, write_plan_bodies_csv};
pub use plan_writer::{PlanSheet, write_plan, write_plan_csv};
pub use question_csv::{
    write_question_answers_book, write_question_answers_csv, write_question_counts_csv,
};
pub use status_bodies::{BODY_COLUMNS, BodyRow, write_bodies_book};
pub use status_changes::{ChangeRow, write_changes_book};
pub use status_csv::{write_bodies_csv, write_changes_csv, write_status_csv};
pub use status_report::write_status_report;
pub use table_reader::{TableProblem, read_table, read_tables};

use rust_xlsxwriter::XlsxError;
use thiserror::Error;

use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::text::is_invisible;

/// Why a workbook could not be written. For logs, not for users.
#[derive(Debug, Error)]
pub enum SpreadsheetError {
    /// A limit of Excel.
    #[error("a workbook could not be written: {0}")]
    Xlsx(#[from] XlsxError),
    /// More than a ZIP holds.
    #[error("a ZIP would be too large")]
    TooLarge,
    /// A workbook of ours that serves as a pattern lacks something.
    #[error("the pattern of a workbook lacks {0}")]
    Pattern(&'static str),
}

/// 【012025函館市】様式1.xlsx, the name the notice asks for.
pub fn form1_file_name(code: LocalGovernmentCode, name: &str) -> String {
    official_file_name(code, name, "様式1")
}

/// The same for the form of an edition: 【012025函館市】所要額調査票.xlsx where it asks for amounts.
pub fn form_file_name(
    edition: &EditionDefinition,
    code: LocalGovernmentCode,
    name: &str,
) -> String {
    official_file_name(code, name, edition.words().form)
}

/// 【020001青森県】様式2.xlsx, the name the notice asks for.
pub fn form2_file_name(code: LocalGovernmentCode, name: &str) -> String {
    official_file_name(code, name, "様式2")
}

fn official_file_name(code: LocalGovernmentCode, name: &str, form: &str) -> String {
    // What Windows forbids in a file name, and what would make one read differently from what it is.
    let forbidden = |c: char| {
        matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
            || c.is_control()
            || is_invisible(c)
    };
    let name: String = name.chars().filter(|c| !forbidden(*c)).collect();
    format!("【{code}{}】{form}.xlsx", name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_those_of_the_notice() {
        let code = |text: &str| text.parse().expect("a code");
        assert_eq!(
            form1_file_name(code("012025"), "函館市"),
            "【012025函館市】様式1.xlsx"
        );
        assert_eq!(
            form2_file_name(code("020001"), "青森県"),
            "【020001青森県】様式2.xlsx"
        );
        assert_eq!(
            form1_file_name(code("012025"), " ../函\u{202E}館\r\n:市*?\"<>|\\ "),
            "【012025..函館市】様式1.xlsx"
        );
    }
}
