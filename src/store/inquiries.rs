//! 質問・連絡: threads and what was said in them.
//!
//! Whoever adds to a thread holds its row first ([`Transaction::inquiry`]); the version guards what a page showed.

use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

mod answered;
mod asked;

use super::columns::{code, kind, route};
use super::editions::date;
use super::entities::{inquiry, inquiry_entry};
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::access::inquiries::InquiryScope;
use crate::domain::inquiry::{Addressee, Entry, EntryKind, InquiryState, PhoneCall, Visibility};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::{OrganizationKind, Route};
use crate::domain::place::Place;

pub use asked::AskedQuestion;

/// A thread without its entries.
#[derive(Clone, Debug)]
pub struct InquiryRecord {
    pub id: i64,
    pub edition_id: Option<i64>,
    /// The body it is from or about, as the edition froze it.
    pub code: LocalGovernmentCode,
    pub name: String,
    pub kind: OrganizationKind,
    pub route: Route,
    /// `None`: the whole.
    pub place: Option<Place>,
    /// Empty while nothing of it is for the body.
    pub title: String,
    pub state: InquiryState,
    pub version: i32,
    /// Who answers; `None` while the body never asked.
    pub addressee: Option<Addressee>,
    /// The widest circle an entry was written for.
    pub audience: Visibility,
    /// Code of the office that began it; empty for the ministry.
    pub office: String,
    pub asked_at: UnixMillis,
    pub changed_at: UnixMillis,
}

/// A thread that begins.
#[derive(Clone, Copy, Debug)]
pub struct NewInquiry<'a> {
    pub edition_id: Option<i64>,
    pub code: LocalGovernmentCode,
    pub name: &'a str,
    pub kind: OrganizationKind,
    pub route: Route,
    pub place: Option<&'a Place>,
    pub title: &'a str,
    pub state: InquiryState,
    pub addressee: Option<Addressee>,
    /// The page it was sent from.
    pub sent_key: &'a str,
}

/// What a step leaves on a thread's row.
#[derive(Clone, Copy, Debug)]
pub struct InquiryStep<'a> {
    pub state_after: InquiryState,
    pub addressee: Option<Addressee>,
    pub audience: Visibility,
    pub title: &'a str,
    pub at: UnixMillis,
}

/// Which threads are asked for; everything that is not set is not asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct InquiryFilter {
    pub state: Option<InquiryState>,
    pub edition_id: Option<i64>,
    pub prefecture: Option<PrefectureCode>,
    pub code: Option<LocalGovernmentCode>,
}

fn state(text: &str) -> StoreResult<InquiryState> {
    InquiryState::from_stored(text)
        .ok_or_else(|| StoreError::corrupt("state of an inquiry")(text.to_owned()))
}

fn visibility(text: &str) -> StoreResult<Visibility> {
    Visibility::from_stored(text).ok_or_else(|| StoreError::corrupt("visibility")(text.to_owned()))
}

pub(super) fn place(text: &str) -> StoreResult<Option<Place>> {
    if text.is_empty() {
        return Ok(None);
    }
    let place = text.parse().map(Some);
    place.map_err(|_| StoreError::corrupt("place")(text.to_owned()))
}

fn load(row: inquiry::Model) -> StoreResult<InquiryRecord> {
    let addressee = match row.addressee {
        Some(text) => Some(
            Addressee::from_stored(&text).ok_or_else(|| StoreError::corrupt("addressee")(text))?,
        ),
        None => None,
    };
    Ok(InquiryRecord {
        id: row.id,
        edition_id: row.edition_id,
        code: code(&row.code)?,
        name: row.name,
        kind: kind(&row.kind)?,
        route: route(&row.route)?,
        place: place(&row.place)?,
        title: row.title,
        state: state(&row.state)?,
        version: row.version,
        addressee,
        audience: visibility(&row.audience)?,
        office: row.office,
        asked_at: UnixMillis(row.asked_at),
        changed_at: UnixMillis(row.changed_at),
    })
}

fn load_entry(row: inquiry_entry::Model) -> StoreResult<Entry> {
    let call = match (row.call_with, row.called_on) {
        (Some(with), Some(on)) => Some(PhoneCall {
            with,
            on: date(&on)?,
            time: row.called_time.unwrap_or_default(),
        }),
        _ => None,
    };
    Ok(Entry {
        kind: EntryKind::from_stored(&row.kind)
            .ok_or_else(|| StoreError::corrupt("kind of entry")(row.kind))?,
        visibility: visibility(&row.visibility)?,
        state_after: state(&row.state_after)?,
        words: row.words,
        call,
        at: UnixMillis(row.at),
        account_id: row.account_id,
        by: row.actor_name,
        by_body: row.actor_body,
        office: row.office,
    })
}

/// What the body may know of.
fn of_body(code: LocalGovernmentCode) -> Condition {
    use inquiry::Column as I;
    Condition::all()
        .add(I::Code.eq(code.as_str()))
        .add(I::Audience.eq(Visibility::Shared.as_str()))
}

/// What is not for the other office alone.
fn of_office(office: &str) -> Condition {
    use inquiry::Column as I;
    Condition::any()
        .add(I::Audience.ne(Visibility::Office.as_str()))
        .add(I::Office.eq(office))
}

fn of_prefecture(prefecture: PrefectureCode) -> Condition {
    use inquiry::Column as I;
    Condition::all()
        .add(I::PrefectureCode.eq(prefecture.to_string()))
        .add(I::Route.eq(Route::ThroughPrefecture.as_str()))
        .add(of_office(prefecture.organization_code().as_str()))
}

/// What the scope may read; [`crate::domain::access::inquiries::sees`] says the same of one thread.
fn readable(scope: InquiryScope) -> Condition {
    match scope {
        InquiryScope::Own(own) => of_body(own.code()),
        InquiryScope::Prefecture(scope) => {
            let prefecture = scope.prefecture();
            Condition::any()
                .add(of_prefecture(prefecture))
                .add(of_body(prefecture.organization_code()))
        }
        InquiryScope::Country(_) => of_office(""),
    }
}

/// What waits for whoever has the scope: questions to answer, answers and comments to read.
fn waiting(scope: InquiryScope) -> Condition {
    use inquiry::Column as I;
    let in_state = |state: InquiryState| I::State.eq(state.as_str());
    let to_read = |code: LocalGovernmentCode| {
        let states = [InquiryState::Answered, InquiryState::Noted];
        of_body(code).add(I::State.is_in(states.map(InquiryState::as_str)))
    };
    match scope {
        InquiryScope::Own(own) => to_read(own.code()),
        InquiryScope::Prefecture(scope) => {
            let prefecture = scope.prefecture();
            Condition::any()
                .add(of_prefecture(prefecture).add(in_state(InquiryState::WithPrefecture)))
                .add(to_read(prefecture.organization_code()))
        }
        InquiryScope::Country(_) => Condition::all().add(in_state(InquiryState::WithMinistry)),
    }
}

fn condition(filter: &InquiryFilter, scope: InquiryScope) -> Condition {
    use inquiry::Column as I;
    Condition::all()
        .add(readable(scope))
        .add_option(filter.state.map(|state| I::State.eq(state.as_str())))
        .add_option(filter.edition_id.map(|id| I::EditionId.eq(id)))
        .add_option(filter.code.map(|code| I::Code.eq(code.as_str())))
        .add_option(
            filter
                .prefecture
                .map(|it| I::PrefectureCode.eq(it.to_string())),
        )
}

impl Store {
    /// One thread. The caller asks [`crate::domain::access::inquiries`] before it shows anything.
    pub async fn inquiry(&self, id: i64) -> StoreResult<Option<InquiryRecord>> {
        let row = inquiry::Entity::find_by_id(id).one(&self.read).await?;
        row.map(load).transpose()
    }

    /// What was said in a thread, oldest first; whose eyes each is for says the entry.
    pub async fn inquiry_entries(&self, id: i64) -> StoreResult<Vec<Entry>> {
        use inquiry_entry::Column as E;
        let rows = inquiry_entry::Entity::find()
            .filter(E::InquiryId.eq(id))
            .order_by_asc(E::Id)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load_entry).collect()
    }

    /// So many threads from the first but `skip` on: what waits for the reader first, then the newest.
    pub async fn inquiries(
        &self,
        filter: &InquiryFilter,
        scope: InquiryScope,
        (skip, most): (u64, u64),
    ) -> StoreResult<Vec<InquiryRecord>> {
        let waits_first: Expr = Expr::case(waiting(scope), 0).finally(1).into();
        let rows = inquiry::Entity::find()
            .filter(condition(filter, scope))
            .order_by(waits_first, Order::Asc)
            .order_by_desc(inquiry::Column::ChangedAt)
            .order_by_desc(inquiry::Column::Id)
            .offset(skip)
            .limit(most)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load).collect()
    }

    /// How many there are.
    pub async fn count_inquiries(
        &self,
        filter: &InquiryFilter,
        scope: InquiryScope,
    ) -> StoreResult<u64> {
        let query = inquiry::Entity::find().filter(condition(filter, scope));
        Ok(query.count(&self.read).await?)
    }

    /// How many wait for whoever has the scope.
    pub async fn count_waiting_inquiries(&self, scope: InquiryScope) -> StoreResult<u64> {
        let query = inquiry::Entity::find().filter(waiting(scope));
        Ok(query.count(&self.read).await?)
    }

    /// The thread that was sent from a page.
    pub async fn inquiry_sent(&self, sent_key: &str) -> StoreResult<Option<i64>> {
        Ok(inquiry::Entity::find()
            .select_only()
            .column(inquiry::Column::Id)
            .filter(inquiry::Column::SentKey.eq(sent_key))
            .into_tuple()
            .one(&self.read)
            .await?)
    }
}

impl Transaction {
    /// One thread, held for this transaction.
    pub async fn inquiry(&self, id: i64) -> StoreResult<Option<InquiryRecord>> {
        let row = inquiry::Entity::find_by_id(id)
            .lock(LockType::Update)
            .one(&self.inner)
            .await?;
        row.map(load).transpose()
    }

    /// The newest entry of a thread.
    pub async fn last_inquiry_entry(&self, id: i64) -> StoreResult<Option<Entry>> {
        use inquiry_entry::Column as E;
        let row = inquiry_entry::Entity::find()
            .filter(E::InquiryId.eq(id))
            .order_by_desc(E::Id)
            .one(&self.inner)
            .await?;
        row.map(load_entry).transpose()
    }

    /// How many entries of a thread its body sees.
    pub async fn shared_entries(&self, id: i64) -> StoreResult<u64> {
        use inquiry_entry::Column as E;
        Ok(inquiry_entry::Entity::find()
            .filter(E::InquiryId.eq(id))
            .filter(E::Visibility.eq(Visibility::Shared.as_str()))
            .count(&self.inner)
            .await?)
    }

    /// Keeps a thread that begins with this entry; gives its id.
    pub async fn insert_inquiry(&self, new: &NewInquiry<'_>, first: &Entry) -> StoreResult<i64> {
        let row = inquiry::ActiveModel {
            id: NotSet,
            edition_id: Set(new.edition_id),
            code: Set(new.code.to_string()),
            prefecture_code: Set(new.code.prefecture().to_string()),
            name: Set(new.name.to_owned()),
            kind: Set(new.kind.as_str().to_owned()),
            route: Set(new.route.as_str().to_owned()),
            place: Set(new.place.map(ToString::to_string).unwrap_or_default()),
            title: Set(new.title.to_owned()),
            state: Set(new.state.as_str().to_owned()),
            version: Set(1),
            addressee: Set(new.addressee.map(|it| it.as_str().to_owned())),
            audience: Set(first.visibility.as_str().to_owned()),
            office: Set(first.office.clone()),
            sent_key: Set(new.sent_key.to_owned()),
            asked_at: Set(first.at.0),
            asked_by: Set(first.account_id),
            changed_at: Set(first.at.0),
        };
        let inserted = inquiry::Entity::insert(row).exec(&self.inner).await?;
        self.insert_inquiry_entry(inserted.last_insert_id, first)
            .await?;
        Ok(inserted.last_insert_id)
    }

    /// Adds an entry.
    pub async fn insert_inquiry_entry(&self, id: i64, entry: &Entry) -> StoreResult<()> {
        let call = entry.call.as_ref();
        let row = inquiry_entry::ActiveModel {
            id: NotSet,
            inquiry_id: Set(id),
            kind: Set(entry.kind.as_str().to_owned()),
            visibility: Set(entry.visibility.as_str().to_owned()),
            state_after: Set(entry.state_after.as_str().to_owned()),
            words: Set(entry.words.clone()),
            call_with: Set(call.map(|call| call.with.clone())),
            called_on: Set(call.map(|call| call.on.to_string())),
            called_time: Set(call.map(|call| call.time.clone())),
            at: Set(entry.at.0),
            account_id: Set(entry.account_id),
            actor_name: Set(entry.by.clone()),
            actor_body: Set(entry.by_body.clone()),
            office: Set(entry.office.clone()),
        };
        inquiry_entry::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }

    /// Moves a thread on, if it still has the version that was read.
    pub async fn move_inquiry(
        &self,
        id: i64,
        version: i32,
        step: &InquiryStep<'_>,
    ) -> StoreResult<()> {
        use inquiry::Column as I;
        let updated = inquiry::Entity::update_many()
            .col_expr(I::State, Expr::value(step.state_after.as_str()))
            .col_expr(I::Version, Expr::value(version + 1))
            .col_expr(
                I::Addressee,
                Expr::value(step.addressee.map(Addressee::as_str)),
            )
            .col_expr(I::Audience, Expr::value(step.audience.as_str()))
            .col_expr(I::Title, Expr::value(step.title))
            .col_expr(I::ChangedAt, Expr::value(step.at.0))
            .filter(I::Id.eq(id))
            .filter(I::Version.eq(version))
            .exec(&self.inner)
            .await?;
        match updated.rows_affected {
            1 => Ok(()),
            _ => Err(StoreError::Stale),
        }
    }
}
