//! The national list: every body with its newest answer, read in one statement and so from one moment.

use sea_orm::{EntityTrait, FromQueryResult, JoinType, QuerySelect};

use super::boards::{BoardLine, BoardRow, board_query, board_row};
use super::columns::document;
use super::entities::{response, revision};
use super::{Store, StoreResult};
use crate::domain::access::CountryScope;
use crate::domain::japan_time::UnixMillis;
use crate::domain::response::Form1;
use crate::domain::response_status::ResponseStatus;

/// A body of an edition with its newest answer.
#[derive(Clone, Debug)]
pub struct CountryAnswer {
    pub row: BoardRow,
    /// `None` where nothing was submitted, or it was withdrawn.
    pub answer: Option<FiledAnswer>,
}

/// The newest revision of an answer.
#[derive(Clone, Debug)]
pub struct FiledAnswer {
    pub receipt: String,
    pub submitted_at: UnixMillis,
    /// 代理入力
    pub by_proxy: bool,
    pub form: Form1,
}

#[derive(FromQueryResult)]
struct AnswerLine {
    #[sea_orm(nested)]
    row: BoardLine,
    form: Option<String>,
    receipt: Option<String>,
    filed_at: Option<i64>,
    entered_by_proxy: Option<bool>,
}

impl Store {
    /// Every body of an edition with its newest answer, in code order.
    pub async fn country_answers(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<CountryAnswer>> {
        let lines = board_query(edition_id)
            .column_as(revision::Column::Form, "form")
            .column_as(revision::Column::Receipt, "receipt")
            .column_as(revision::Column::SubmittedAt, "filed_at")
            .column(revision::Column::EnteredByProxy)
            .join(
                JoinType::LeftJoin,
                response::Entity::belongs_to(revision::Entity)
                    .from((response::Column::Id, response::Column::RevisionNumber))
                    .to((revision::Column::ResponseId, revision::Column::Number))
                    .into(),
            )
            .into_model::<AnswerLine>()
            .all(&self.read)
            .await?;
        lines.into_iter().map(load).collect()
    }
}

fn load(line: AnswerLine) -> StoreResult<CountryAnswer> {
    let row = board_row(line.row)?;
    // A withdrawn answer is not an answer.
    let is_filed = !matches!(
        row.status,
        ResponseStatus::NotStarted | ResponseStatus::Draft
    );
    let answer = match (line.form, line.receipt, line.filed_at) {
        (Some(form), Some(receipt), Some(filed_at)) if is_filed => Some(FiledAnswer {
            form: document("form", &form)?,
            receipt,
            submitted_at: UnixMillis(filed_at),
            by_proxy: line.entered_by_proxy.unwrap_or(false),
        }),
        _ => None,
    };
    Ok(CountryAnswer { row, answer })
}
