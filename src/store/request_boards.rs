//! What is still open about the answers of a board: one read beside the board's own.

use std::collections::HashMap;

use jiff::civil::Date;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::columns::code;
use super::editions::date;
use super::entities::{response, review_request};
use super::requests::{addressee, asker, state};
use super::{Store, StoreResult};
use crate::domain::access::{CountryScope, PrefectureScope};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::Route;
use crate::domain::review_request::{Addressee, Asker, RequestState};

/// A request that is not over, as a board needs it.
#[derive(Clone, Copy, Debug)]
pub struct RequestMark {
    pub asker: Asker,
    pub addressee: Addressee,
    pub state: RequestState,
    /// When the hop began on which it is.
    pub since: UnixMillis,
    /// The first of the days by which somebody wishes an answer: that of its hop, and whose it was to ask.
    pub due_on: Option<Date>,
}

/// The requests of each body that has some.
pub type RequestMarks = HashMap<LocalGovernmentCode, Vec<RequestMark>>;

#[derive(FromQueryResult)]
struct MarkLine {
    code: String,
    asker: String,
    addressee: String,
    state: String,
    asked_at: i64,
    due_on: Option<String>,
    passed_on_at: Option<i64>,
    passed_due_on: Option<String>,
}

fn unfinished(edition_id: i64) -> Select<review_request::Entity> {
    use review_request::Column as C;
    let over = [RequestState::Settled, RequestState::Withdrawn];
    review_request::Entity::find()
        .select_only()
        .column(response::Column::Code)
        .columns([
            C::Asker,
            C::Addressee,
            C::State,
            C::AskedAt,
            C::DueOn,
            C::PassedOnAt,
            C::PassedDueOn,
        ])
        .join(
            JoinType::InnerJoin,
            review_request::Entity::belongs_to(response::Entity)
                .from(C::ResponseId)
                .to(response::Column::Id)
                .into(),
        )
        .filter(C::EditionId.eq(edition_id))
        .filter(C::State.is_not_in(over.map(RequestState::as_str)))
        .order_by_asc(C::Id)
}

fn mark(line: &MarkLine) -> StoreResult<(LocalGovernmentCode, RequestMark)> {
    // The text of a day is in the order of its days.
    let days = [&line.due_on, &line.passed_due_on];
    let due_on = days.into_iter().filter_map(Option::as_deref).min();
    let mark = RequestMark {
        asker: asker(&line.asker)?,
        addressee: addressee(&line.addressee)?,
        state: state(&line.state)?,
        since: UnixMillis(line.passed_on_at.unwrap_or(line.asked_at)),
        due_on: due_on.map(date).transpose()?,
    };
    Ok((code(&line.code)?, mark))
}

impl Store {
    /// The unfinished requests of a prefecture's municipalities.
    pub async fn request_marks(
        &self,
        edition_id: i64,
        scope: PrefectureScope,
    ) -> StoreResult<RequestMarks> {
        let query = unfinished(edition_id)
            .filter(review_request::Column::PrefectureCode.eq(scope.prefecture().to_string()))
            .filter(response::Column::Route.eq(Route::ThroughPrefecture.as_str()));
        self.marks(query).await
    }

    /// The unfinished requests of the bodies that answer to the ministry.
    pub async fn direct_request_marks(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<RequestMarks> {
        let query =
            unfinished(edition_id).filter(response::Column::Route.eq(Route::ToMinistry.as_str()));
        self.marks(query).await
    }

    async fn marks(&self, query: Select<review_request::Entity>) -> StoreResult<RequestMarks> {
        let lines = query.into_model::<MarkLine>().all(&self.read).await?;
        let mut marks = RequestMarks::new();
        for line in &lines {
            let (code, mark) = mark(line)?;
            marks.entry(code).or_default().push(mark);
        }
        Ok(marks)
    }
}
