//! 確認の依頼: what was asked about answers, and what happened to it.
//!
//! The words of a request never change; its row holds what follows from its events, which are only added. Every step
//! is also a change of the answer's row, so whoever looks at an answer that moved is told, and no two steps meet.

use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QueryTrait, UpdateMany,
};

use super::editions::date;
use super::entities::{review_request, review_request_event};
use super::responses::ResponseRecord;
use super::writes::Writes;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::japan_time::UnixMillis;
use crate::domain::place::Place;
use crate::domain::review_request::{
    Addressee, Asker, BodyReply, PassedOn, Reply, ReplyKind, RequestEvent, RequestState,
    ReviewRequest, TakenBack,
};

/// A request about to be written.
#[derive(Clone, Debug)]
pub struct NewRequest<'a> {
    pub asker: Asker,
    pub addressee: Addressee,
    /// `None`: the answer as a whole.
    pub place: Option<&'a Place>,
    pub words: &'a str,
    pub due_on: Option<Date>,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
pub struct RequestStep<'a> {
    pub event: RequestEvent,
    pub state_after: RequestState,
    pub at: UnixMillis,
    /// An addition or a reply; empty for the others.
    pub words: &'a str,
    pub kind: Option<ReplyKind>,
    /// The submission that answers it, or that was taken back.
    pub revision: Option<i32>,
    /// The day wished for the hop that begins.
    pub due_on: Option<Date>,
}

impl RequestStep<'static> {
    /// A step without words.
    pub fn plain(event: RequestEvent, state_after: RequestState, at: UnixMillis) -> Self {
        Self {
            event,
            state_after,
            at,
            words: "",
            kind: None,
            revision: None,
            due_on: None,
        }
    }
}

pub(super) fn state(text: &str) -> StoreResult<RequestState> {
    RequestState::from_stored(text)
        .ok_or_else(|| StoreError::corrupt("state of a request")(text.to_owned()))
}

pub(super) fn asker(text: &str) -> StoreResult<Asker> {
    Asker::from_stored(text).ok_or_else(|| StoreError::corrupt("asker")(text.to_owned()))
}

pub(super) fn addressee(text: &str) -> StoreResult<Addressee> {
    Addressee::from_stored(text).ok_or_else(|| StoreError::corrupt("addressee")(text.to_owned()))
}

pub(super) fn kind(text: Option<&str>) -> StoreResult<Option<ReplyKind>> {
    text.map(|text| {
        ReplyKind::from_stored(text)
            .ok_or_else(|| StoreError::corrupt("kind of reply")(text.to_owned()))
    })
    .transpose()
}

fn day(text: Option<&str>) -> StoreResult<Option<Date>> {
    text.map(date).transpose()
}

fn load(row: review_request::Model) -> StoreResult<ReviewRequest> {
    let passed_on = match row.passed_on_at {
        Some(at) => Some(PassedOn {
            at: UnixMillis(at),
            by: row.passed_on_by.unwrap_or_default(),
            body: row.passed_on_by_body.unwrap_or_default(),
            addition: row.addition,
            due_on: day(row.passed_due_on.as_deref())?,
        }),
        None => None,
    };
    let (by, body) = (row.answered_by, row.answered_by_body.unwrap_or_default());
    let (kind, words) = (kind(row.reply_kind.as_deref())?, row.reply);
    let (reply, taken_back) = match (row.answered_at, by) {
        (Some(at), by) => {
            let reply = Reply {
                at: UnixMillis(at),
                by: by.unwrap_or_default(),
                body,
                revision: row.answered_revision,
                kind,
                words,
            };
            (Some(reply), None)
        }
        // A step back leaves who answered and what.
        (None, Some(by)) => {
            let kept = TakenBack {
                by,
                body,
                kind,
                words,
            };
            (None, Some(kept))
        }
        (None, None) => (None, None),
    };
    let place = row.place.as_deref().map(str::parse::<Place>).transpose();
    Ok(ReviewRequest {
        id: row.id,
        number: row.number,
        asker: asker(&row.asker)?,
        addressee: addressee(&row.addressee)?,
        place: place.map_err(|error| StoreError::corrupt("place")(error.to_string()))?,
        words: row.words,
        revision: row.revision,
        state: state(&row.state)?,
        asked_at: UnixMillis(row.asked_at),
        asked_by: row.asked_by_name,
        asked_by_body: row.asked_by_body,
        due_on: day(row.due_on.as_deref())?,
        passed_on,
        reply,
        taken_back,
        closed: row
            .closed_at
            .map(|at| (UnixMillis(at), row.closed_by.unwrap_or_default())),
    })
}

async fn of_answer(
    connection: &impl ConnectionTrait,
    response_id: i64,
) -> StoreResult<Vec<ReviewRequest>> {
    let rows = review_request::Entity::find()
        .filter(review_request::Column::ResponseId.eq(response_id))
        .order_by_asc(review_request::Column::Number)
        .all(connection)
        .await?;
    rows.into_iter().map(load).collect()
}

/// What a step leaves on the request's row, if it still stands where it was read.
fn moved(
    request: &ReviewRequest,
    actor: &Actor,
    step: &RequestStep<'_>,
) -> UpdateMany<review_request::Entity> {
    use review_request::Column as C;
    let (name, body) = (actor.display_name.clone(), actor.body_name().to_owned());
    let due_on = step.due_on.map(|day| day.to_string());
    let update = review_request::Entity::update_many()
        .col_expr(C::State, Expr::value(step.state_after.as_str()));
    let update = match step.event {
        RequestEvent::PassOn => update
            .col_expr(C::PassedOnAt, Expr::value(step.at.0))
            .col_expr(C::PassedOnBy, Expr::value(name))
            .col_expr(C::PassedOnByBody, Expr::value(body))
            .col_expr(C::Addition, Expr::value(step.words))
            .col_expr(C::PassedDueOn, Expr::value(due_on)),
        RequestEvent::Reply => update
            .col_expr(C::AnsweredAt, Expr::value(step.at.0))
            .col_expr(C::AnsweredBy, Expr::value(name))
            .col_expr(C::AnsweredByBody, Expr::value(body))
            .col_expr(C::AnsweredRevision, Expr::value(step.revision))
            .col_expr(
                C::ReplyKind,
                Expr::value(step.kind.map(ReplyKind::as_str).map(str::to_owned)),
            )
            .col_expr(C::Reply, Expr::value(step.words)),
        // What was answered stays in its event, and here for whoever answers again.
        RequestEvent::TakeBack => update
            .col_expr(C::AnsweredAt, Expr::value(None::<i64>))
            .col_expr(C::AnsweredRevision, Expr::value(None::<i32>)),
        RequestEvent::Settle | RequestEvent::Withdraw => update
            .col_expr(C::ClosedAt, Expr::value(step.at.0))
            .col_expr(C::ClosedBy, Expr::value(name)),
    };
    update
        .filter(C::Id.eq(request.id))
        .filter(C::State.eq(request.state.as_str()))
}

fn event_row(
    request_id: i64,
    actor: &Actor,
    step: &RequestStep<'_>,
) -> review_request_event::ActiveModel {
    review_request_event::ActiveModel {
        id: sea_orm::ActiveValue::NotSet,
        request_id: Set(request_id),
        event: Set(step.event.as_str().to_owned()),
        state_after: Set(step.state_after.as_str().to_owned()),
        at: Set(step.at.0),
        account_id: Set(actor.account_id),
        actor_name: Set(actor.display_name.clone()),
        actor_body: Set(actor.body_name().to_owned()),
        words: Set(step.words.to_owned()),
        reply_kind: Set(step.kind.map(|kind| kind.as_str().to_owned())),
        revision_number: Set(step.revision),
    }
}

impl Store {
    /// Everything that was asked about an answer, oldest first. The caller asks [`crate::domain::access`] before it
    /// shows anything.
    pub async fn requests(&self, response_id: i64) -> StoreResult<Vec<ReviewRequest>> {
        of_answer(&self.read, response_id).await
    }
}

impl Transaction {
    /// Everything that was asked about an answer, oldest first. The caller holds the answer's row.
    pub async fn requests(&self, response_id: i64) -> StoreResult<Vec<ReviewRequest>> {
        of_answer(&self.inner, response_id).await
    }

    /// Asks, in this order. The caller has changed the answer's row.
    pub async fn insert_requests(
        &self,
        actor: &Actor,
        record: &ResponseRecord,
        at: UnixMillis,
        new: &[NewRequest<'_>],
    ) -> StoreResult<()> {
        let before = self.requests(record.id).await?;
        let last = before.last().map_or(0, |request| request.number);
        let rows = (last + 1..).zip(new).map(|(number, new)| {
            let state = RequestState::asked(new.asker, new.addressee, record.route);
            review_request::ActiveModel {
                id: sea_orm::ActiveValue::NotSet,
                response_id: Set(record.id),
                edition_id: Set(record.edition.id),
                prefecture_code: Set(record.code().prefecture().to_string()),
                number: Set(number),
                asker: Set(new.asker.as_str().to_owned()),
                addressee: Set(new.addressee.as_str().to_owned()),
                place: Set(new.place.map(ToString::to_string)),
                words: Set(new.words.to_owned()),
                revision: Set(record.revision_number),
                state: Set(state.as_str().to_owned()),
                asked_at: Set(at.0),
                asked_by: Set(Some(actor.account_id)),
                asked_by_name: Set(actor.display_name.clone()),
                asked_by_body: Set(actor.body_name().to_owned()),
                due_on: Set(new.due_on.map(|day| day.to_string())),
                ..untouched()
            }
        });
        review_request::Entity::insert_many(rows)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Moves a request on, if it still stands where it was read. The caller has changed the answer's row.
    pub async fn move_request(
        &self,
        actor: &Actor,
        request: &ReviewRequest,
        step: &RequestStep<'_>,
    ) -> StoreResult<()> {
        let updated = moved(request, actor, step).exec(&self.inner).await?;
        if updated.rows_affected != 1 {
            return Err(StoreError::Stale);
        }
        review_request_event::Entity::insert(event_row(request.id, actor, step))
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Submissions that came as files answer what lies with their bodies: `answered` is answers, their new revisions
    /// and what was said with them; in bulk nothing is.
    pub(in crate::store) async fn reply_by_files(
        &self,
        actor: &Actor,
        at: UnixMillis,
        answered: &[(i64, i32, &[BodyReply])],
    ) -> StoreResult<()> {
        use review_request::Column as C;
        let ids = answered.iter().map(|(id, ..)| *id);
        let rows = review_request::Entity::find()
            .filter(C::ResponseId.is_in(ids))
            .filter(C::State.eq(RequestState::WithBody.as_str()))
            .order_by_asc(C::Id)
            .all(&self.inner)
            .await?;
        for row in rows {
            let by = answered.iter().find(|(id, ..)| *id == row.response_id);
            let request = load(row)?;
            let said = by.and_then(|(_, _, replies)| {
                let mut replies = replies.iter();
                replies.find(|reply| reply.number == request.number)
            });
            let plain = RequestStep::plain(RequestEvent::Reply, RequestState::Answered, at);
            let step = RequestStep {
                words: said.map_or("", |reply| reply.words.as_str()),
                kind: said.and_then(|reply| reply.kind),
                revision: by.map(|(_, number, _)| *number),
                ..plain
            };
            self.move_request(actor, &request, &step).await?;
        }
        Ok(())
    }
}

/// Nothing happened to it yet.
pub(super) fn untouched() -> review_request::ActiveModel {
    review_request::ActiveModel {
        passed_on_at: Set(None),
        passed_on_by: Set(None),
        passed_on_by_body: Set(None),
        addition: Set(String::new()),
        passed_due_on: Set(None),
        answered_at: Set(None),
        answered_by: Set(None),
        answered_by_body: Set(None),
        answered_revision: Set(None),
        reply_kind: Set(None),
        reply: Set(String::new()),
        closed_at: Set(None),
        closed_by: Set(None),
        ..Default::default()
    }
}

impl Writes {
    /// A step of a request that was read before the transaction; the version of the answer's row guards it.
    pub fn request_step(&mut self, actor: &Actor, request: &ReviewRequest, step: &RequestStep<'_>) {
        self.update(moved(request, actor, step));
        let insert = review_request_event::Entity::insert(event_row(request.id, actor, step));
        self.push(&insert.into_query());
    }
}
