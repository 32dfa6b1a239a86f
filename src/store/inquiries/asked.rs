//! The questions a day's digest counts: those that came, and those that wait.

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect};

use super::state;
use crate::domain::inquiry::{Addressee, EntryKind, InquiryState};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::PrefectureCode;
use crate::store::columns::prefecture;
use crate::store::entities::{inquiry, inquiry_entry};
use crate::store::{StoreResult, Transaction};

/// A question that came to whoever answers, or waits there.
#[derive(Clone, Copy, Debug)]
pub struct AskedQuestion {
    pub edition_id: Option<i64>,
    pub prefecture: PrefectureCode,
    pub addressee: Addressee,
}

#[derive(FromQueryResult)]
struct AskedLine {
    edition_id: Option<i64>,
    prefecture_code: String,
    state: String,
}

impl Transaction {
    /// The questions that came to whoever answers after one moment and up to another.
    pub async fn questions_asked(
        &self,
        after: UnixMillis,
        until: UnixMillis,
    ) -> StoreResult<Vec<AskedQuestion>> {
        use inquiry_entry::Column as E;
        let kinds = [
            EntryKind::Question,
            EntryKind::PassedOn,
            EntryKind::Reopened,
        ];
        let lines = inquiry_entry::Entity::find()
            .select_only()
            .columns([inquiry::Column::EditionId, inquiry::Column::PrefectureCode])
            .column_as(E::StateAfter, "state")
            .join(
                JoinType::InnerJoin,
                inquiry_entry::Entity::belongs_to(inquiry::Entity)
                    .from(E::InquiryId)
                    .to(inquiry::Column::Id)
                    .into(),
            )
            .filter(E::At.gt(after.0))
            .filter(E::At.lte(until.0))
            .filter(E::Kind.is_in(kinds.map(EntryKind::as_str)))
            .into_model::<AskedLine>()
            .all(&self.inner)
            .await?;
        asked(lines)
    }

    /// The questions that wait for an answer now.
    pub async fn questions_waiting(&self) -> StoreResult<Vec<AskedQuestion>> {
        use inquiry::Column as I;
        let states = [InquiryState::WithPrefecture, InquiryState::WithMinistry];
        let lines = inquiry::Entity::find()
            .select_only()
            .columns([I::EditionId, I::PrefectureCode, I::State])
            .filter(I::State.is_in(states.map(InquiryState::as_str)))
            .into_model::<AskedLine>()
            .all(&self.inner)
            .await?;
        asked(lines)
    }
}

/// The lines whose state waits for somebody.
fn asked(lines: Vec<AskedLine>) -> StoreResult<Vec<AskedQuestion>> {
    let mut found = Vec::with_capacity(lines.len());
    for line in lines {
        let addressee = match state(&line.state)? {
            InquiryState::WithPrefecture => Addressee::Prefecture,
            InquiryState::WithMinistry => Addressee::Ministry,
            _ => continue,
        };
        found.push(AskedQuestion {
            edition_id: line.edition_id,
            prefecture: prefecture(&line.prefecture_code)?,
            addressee,
        });
    }
    Ok(found)
}
