//! The day of which a table of an edition is wanted: read from the address, asked for on the page, carried in links.

use actix_web::http::StatusCode;
use jiff::civil::Date;

use crate::domain::japan_time::{self, UnixMillis, end_of_day, parse_date};
use crate::web::error::{WebError, WebResult};
use crate::web::view::{Problem, TextField};
use crate::workflow::table_file::past_moment;

/// What an address says of the day.
#[derive(Default, serde::Deserialize)]
pub struct AsOfQuery {
    #[serde(default)]
    pub as_of: String,
    pub notice: Option<String>,
}

/// The day asked for (`templates/ministry/as_of.html`).
pub struct AsOf {
    /// A day that is over; `None` for now, also where it could not be read.
    pub day: Option<Date>,
    pub field: TextField,
    pub problems: Vec<Problem>,
    /// 「令和9年2月26日（金）23時59分の時点」; empty for now.
    pub moment: String,
    /// The deadline's day as a query; empty while it has not passed.
    pub deadline_query: String,
}

impl AsOf {
    /// Reads what was typed.
    pub fn read(typed: &str, now: UnixMillis, deadline_on: Date) -> Self {
        let (day, error) = match read(typed, now.japan_date()) {
            Ok(day) => (day, None),
            Err(message) => (None, Some(message.to_owned())),
        };
        let past = past_moment(day, now);
        let day = past.map(UnixMillis::japan_date);
        let problem = error.iter().map(|message| Problem {
            field_id: "as_of".to_owned(),
            message: message.clone(),
        });
        Self {
            problems: problem.collect(),
            field: TextField {
                id: "as_of".to_owned(),
                name: "as_of".to_owned(),
                label: "いつの時点か（日付）".to_owned(),
                hint: "その日の終わりの状況で集計します。空欄のときは、いまの状況です。".to_owned(),
                value: day.map_or_else(|| typed.to_owned(), |day| day.to_string()),
                errors: error.into_iter().collect(),
                width: "m",
                ..TextField::default()
            },
            moment: past
                .map(|moment| format!("{}の時点", japan_time::datetime_label(moment)))
                .unwrap_or_default(),
            deadline_query: if now > end_of_day(deadline_on) {
                format!("?as_of={deadline_on}")
            } else {
                String::new()
            },
            day,
        }
    }

    /// The status of the page.
    pub fn status(&self) -> StatusCode {
        if self.problems.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }

    /// An address of the same day.
    pub fn href(&self, address: &str) -> String {
        match self.day {
            None => address.to_owned(),
            Some(day) => {
                let mark = if address.contains('?') { '&' } else { '?' };
                format!("{address}{mark}as_of={day}")
            }
        }
    }
}

/// The day of which a file is wanted. A file has no place to say what is wrong.
pub fn day_of_file(typed: &str, now: UnixMillis) -> WebResult<Option<Date>> {
    read(typed, now.japan_date()).map_err(|_| WebError::BadRequest)
}

/// The day of which the tables are wanted; `None` for now.
fn read(typed: &str, today: Date) -> Result<Option<Date>, &'static str> {
    match (typed.trim(), parse_date(typed)) {
        ("", _) => Ok(None),
        (_, Some(day)) if day > today => {
            Err("きょうより先の日の状況は、まだありません。きょうまでの日付を入力してください。")
        }
        (_, Some(day)) => Ok(Some(day)),
        (_, None) => Err(
            "日付を読み取れませんでした。「令和9年2月26日」や「2027-02-26」のように入力してください。",
        ),
    }
}
