//! What the cells of 様式1 take: a circle from a list, whole numbers, the answers to questions.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Formula, XlsxError,
};

use super::form1_layout as layout;
use super::look::CIRCLE;
use crate::domain::extra_answer::NUMBER_MAX;
use crate::domain::extra_question::{ExtraQuestion, QuestionKind};
use crate::domain::recipient_count::RecipientCount;
use crate::domain::survey_edition::EditionDefinition;

/// Offers ○. Another sign is asked about but taken: it is read generously later.
pub(super) fn marks() -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_list_strings(&[CIRCLE])?
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title("○の入力")?
        .set_error_message("該当するときは「○」を選び、該当しないときは空欄にしてください。")
}

/// Whole numbers up to what a form takes: persons, or yen.
pub(super) fn number_rule(edition: &EditionDefinition) -> Result<DataValidation, XlsxError> {
    if edition.asks_intent() {
        persons_rule()
    } else {
        yen_rule()
    }
}

fn yen_rule() -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_whole_number(DataValidationRule::Between(
            0,
            i32::try_from(RecipientCount::MAX_YEN).unwrap_or(i32::MAX),
        ))
        .set_error_title("事業費予定額の入力")?
        .set_error_message(
            "金額を円単位の整数で入力してください（例：4800000）。まだ分からないときは空欄のままにしてください。",
        )
}

fn persons_rule() -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_whole_number(DataValidationRule::Between(
            0,
            RecipientCount::MAX.get() as i32,
        ))
        .set_error_title("受給者数の入力")?
        .set_error_message(
            "人数を整数で入力してください（例：1200）。概数で結構です。分からないときは空欄のままにしてください。",
        )
}

/// What the cell of a question takes; `None` if anything. What is typed otherwise is asked about but taken,
/// as people write 令和9年2月28日 and #1.
pub(super) fn question_rule(question: &ExtraQuestion) -> Result<Option<DataValidation>, XlsxError> {
    let rule = match &question.kind {
        QuestionKind::Choice { options } if layout::fits_list(question) => {
            let labels: Vec<&str> = options.iter().map(|option| option.label.as_str()).collect();
            DataValidation::new()
                .allow_list_strings(&labels)?
                .set_error_message("選択肢の中から1つ選んでください。")?
        }
        QuestionKind::Number { .. } => DataValidation::new()
            .allow_whole_number_formula(DataValidationRule::Between(
                Formula::new("0"),
                Formula::new(NUMBER_MAX.to_string()),
            ))
            .set_error_message("0以上の整数で入力してください（例：1200）。概数で結構です。")?,
        QuestionKind::Date => DataValidation::new()
            .allow_date(DataValidationRule::Between(
                ExcelDateTime::from_ymd(1950, 1, 1)?,
                ExcelDateTime::from_ymd(2150, 12, 31)?,
            ))
            .set_error_message("日付を入力してください（例：2027/2/28）。")?,
        _ => return Ok(None),
    };
    let style = DataValidationErrorStyle::Warning;
    let rule = rule
        .set_error_style(style)
        .set_error_title("追加の質問への回答")?;
    Ok(Some(rule))
}
