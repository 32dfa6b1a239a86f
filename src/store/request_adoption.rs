//! Returns from before requests were rows become requests.
//!
//! Until then a return was one document on the answer's row, and the ministry's words to a prefecture stood in an
//! event alone. Taken over at the next start, and by the demo for its invented past; whoever has a request already is
//! left alone, so doing it again does nothing.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::columns::{document, route, status};
use super::entities::{response, response_event, review_request};
use super::requests::untouched;
use super::{StoreResult, Transaction};
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::return_request::{ReturnItem, ReturnRequest};
use crate::domain::review_request::{Addressee, Asker, RequestState};

impl Transaction {
    /// Makes requests of what still has to be answered or settled.
    pub(crate) async fn adopt_returns(&self) -> StoreResult<()> {
        use response::Column as R;
        let known = review_request::Entity::find()
            .select_only()
            .column(review_request::Column::ResponseId)
            .into_query();
        let rows = response::Entity::find()
            .filter(
                sea_orm::Condition::any()
                    .add(R::OpenReturn.is_not_null())
                    .add(R::Status.eq(ResponseStatus::SentBack.as_str())),
            )
            .filter(R::Id.not_in_subquery(known))
            .order_by_asc(R::Id)
            .all(&self.inner)
            .await?;
        let mut adopted = Vec::new();
        for row in &rows {
            let mut own = Vec::new();
            if let Some(text) = &row.open_return {
                own.extend(of_return(row, &document("return", text)?)?);
            }
            if status(&row.status)? == ResponseStatus::SentBack {
                own.extend(self.of_sent_back(row).await?);
            }
            for (number, request) in (1..).zip(own) {
                adopted.push(review_request::ActiveModel {
                    number: Set(number),
                    ..request
                });
            }
        }
        for part in adopted.chunks(400) {
            // Two nodes may start at once.
            let columns = [
                review_request::Column::ResponseId,
                review_request::Column::Number,
            ];
            review_request::Entity::insert_many(part.to_vec())
                .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
                .exec_without_returning(&self.inner)
                .await?;
        }
        Ok(())
    }

    /// What the ministry said last to the prefecture.
    async fn of_sent_back(
        &self,
        row: &response::Model,
    ) -> StoreResult<Vec<review_request::ActiveModel>> {
        use response_event::Column as E;
        let event = response_event::Entity::find()
            .filter(E::ResponseId.eq(row.id))
            .filter(E::Event.eq(ResponseEvent::SendBack.as_str()))
            .order_by_desc(E::Id)
            .one(&self.inner)
            .await?;
        let Some(event) = event else {
            return Ok(Vec::new());
        };
        let items: Vec<ReturnItem> = document("reasons", &event.detail)?;
        let requests = items.into_iter().map(|item| review_request::ActiveModel {
            asker: Set(Asker::Ministry.as_str().to_owned()),
            addressee: Set(Addressee::Reviewer.as_str().to_owned()),
            place: Set(None),
            words: Set(item.reason),
            state: Set(RequestState::WithReviewer.as_str().to_owned()),
            asked_at: Set(event.at),
            asked_by: Set(Some(event.account_id)),
            asked_by_name: Set(event.actor_name.clone()),
            asked_by_body: Set(event.actor_body.clone()),
            ..of_answer(row)
        });
        Ok(requests.collect())
    }
}

/// The reasons of a return: answered, if something was submitted since.
fn of_return(
    row: &response::Model,
    request: &ReturnRequest,
) -> StoreResult<Vec<review_request::ActiveModel>> {
    let asker = Asker::reviewer(route(&row.route)?);
    let is_answered = status(&row.status)?.is_received();
    let (state, answered_at) = if is_answered {
        (RequestState::Answered, row.submitted_at)
    } else {
        (RequestState::WithBody, None)
    };
    let requests = request
        .items
        .iter()
        .map(|item| review_request::ActiveModel {
            asker: Set(asker.as_str().to_owned()),
            addressee: Set(Addressee::Body.as_str().to_owned()),
            place: Set(Some(item.place.to_string())),
            words: Set(item.reason.clone()),
            state: Set(state.as_str().to_owned()),
            asked_at: Set(request.at.0),
            asked_by: Set(None),
            asked_by_name: Set(request.by.clone()),
            asked_by_body: Set(request.body.clone()),
            answered_at: Set(answered_at),
            answered_by_body: Set(answered_at.map(|_| row.name.clone())),
            answered_revision: Set(answered_at.map(|_| row.revision_number)),
            ..of_answer(row)
        });
    Ok(requests.collect())
}

fn of_answer(row: &response::Model) -> review_request::ActiveModel {
    review_request::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        response_id: Set(row.id),
        edition_id: Set(row.edition_id),
        prefecture_code: Set(row.prefecture_code.clone()),
        revision: Set(row.revision_number),
        due_on: Set(None),
        ..untouched()
    }
}
