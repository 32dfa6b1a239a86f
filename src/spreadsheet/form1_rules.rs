//! What the cells of 様式1 take: a circle from a list, whole numbers.

use rust_xlsxwriter::{DataValidation, DataValidationErrorStyle, DataValidationRule, XlsxError};

use super::look::CIRCLE;
use crate::domain::recipient_count::RecipientCount;

/// Offers ○. Another sign is asked about but taken: it is read generously later.
pub(super) fn marks() -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_list_strings(&[CIRCLE])?
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title("○の入力")?
        .set_error_message("該当するときは「○」を選び、該当しないときは空欄にしてください。")
}

/// Whole numbers up to what a form takes.
pub(super) fn persons_rule() -> Result<DataValidation, XlsxError> {
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
