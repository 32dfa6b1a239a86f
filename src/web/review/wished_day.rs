//! The field for the day by which an answer is wished.

use jiff::civil::Date;

use crate::domain::japan_time;
use crate::web::view::TextField;

/// Reads it; nothing typed is no wish. After the day `last` whoever is asked can no longer answer.
pub(super) fn read(typed: &str, today: Date, last: Option<Date>) -> Result<Option<Date>, String> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    match japan_time::parse_date(typed) {
        None => Err(
            "日付を読み取れませんでした。「令和9年2月19日」や「2027-02-19」のように入力してください。"
                .to_owned(),
        ),
        Some(day) if day < today => {
            Err("過ぎた日になっています。今日以降の日付を入力してください。".to_owned())
        }
        Some(day) => match last.filter(|last| day > *last) {
            Some(last) => Err(format!(
                "その日には、自治体はもう回答を直せません。修正の最終受付日（{}）までの日付を入力してください。",
                japan_time::date_label(last)
            )),
            None => Ok(Some(day)),
        },
    }
}

/// The field with what was typed.
pub(super) fn field(value: &str, error: Option<&String>) -> TextField {
    TextField {
        id: "due_on".to_owned(),
        name: "due_on".to_owned(),
        label: "回答がほしい日".to_owned(),
        hint: "決めなくてもかまいません。例：令和9年2月19日、2027-02-19".to_owned(),
        value: value.to_owned(),
        errors: error.into_iter().cloned().collect(),
        width: "m",
        ..TextField::default()
    }
}
