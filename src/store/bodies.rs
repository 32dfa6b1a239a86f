//! What bodies were and will be: changes of bodies, only ever added to, and the table of today beside them.
//!
//! ```text
//! insert_body_change: changes ─> one row who and when + a row each ─> body_history ─> domain::body_history
//! refresh_organizations: the history on a day ─> table `organization`, which accounts and answers refer to
//! ```
//! Changes are recorded one after the other, so that the order of their ids is the order of recording.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::columns::{code, kind};
use super::entities::{organization, organization_change, organization_version};
use super::rows::Rows;
use super::{Store, StoreError, StoreResult, Transaction};
use crate::domain::account::Actor;
use crate::domain::body_history::{BodyChange, BodyHistory, BodyState, Fate, Said};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::LocalGovernmentCode;

/// How a change of bodies came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodySource {
    /// The list that ships with the program.
    Shipped,
    /// From a table.
    Imported,
    /// Typed by the ministry.
    Entered,
}

impl BodySource {
    /// Stable id for the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shipped => "shipped",
            Self::Imported => "imported",
            Self::Entered => "entered",
        }
    }

    /// はじめからの一覧 / ファイルから取り込み / 画面で入力.
    pub fn label(self) -> &'static str {
        match self {
            Self::Shipped => "はじめからの一覧",
            Self::Imported => "ファイルから取り込み",
            Self::Entered => "画面で入力",
        }
    }

    fn from_stored(text: &str) -> Option<Self> {
        [Self::Shipped, Self::Imported, Self::Entered]
            .into_iter()
            .find(|source| source.as_str() == text)
    }
}

/// A change of bodies to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewBodyChange<'a> {
    pub source: BodySource,
    pub recorded_at: UnixMillis,
    /// None for what ships with the program.
    pub actor: Option<&'a Actor>,
    /// Name and SHA-256 of the file, if there is one.
    pub file: Option<(&'a str, &'a str)>,
    pub note: &'a str,
}

/// A recorded change without what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyChangeHead {
    pub id: i64,
    pub source: BodySource,
    pub recorded_at: UnixMillis,
    pub actor_name: String,
    pub actor_body: String,
    pub file_name: String,
    pub note: String,
    pub entries: i32,
}

/// A recorded change of one body.
#[derive(Clone, Debug)]
pub struct RecordedChange {
    pub change: BodyChange,
    pub head: BodyChangeHead,
}

impl organization_version::Model {
    pub(super) fn load(self) -> StoreResult<BodyChange> {
        let fate = match self.in_force {
            None => None,
            Some(true) => Some(Fate::InForce),
            Some(false) => Some(Fate::Abolished {
                into: self.successor_code.as_deref().map(code).transpose()?,
            }),
        };
        Ok(BodyChange {
            code: code(&self.code)?,
            effective_on: self
                .effective_on
                .parse()
                .map_err(|_| StoreError::corrupt("day")(self.effective_on))?,
            said: Said {
                name: self.name,
                kana: self.kana,
                kind: self.kind.as_deref().map(kind).transpose()?,
                health_center_city: self.health_center_city,
                child_guidance_city: self.child_guidance_city,
                fate,
            },
        })
    }
}

#[derive(FromQueryResult)]
struct HeadLine {
    head_id: i64,
    source: String,
    recorded_at: i64,
    actor_name: String,
    actor_body: String,
    file_name: String,
    note: String,
    entries: i32,
}

impl HeadLine {
    fn load(self) -> StoreResult<BodyChangeHead> {
        Ok(BodyChangeHead {
            id: self.head_id,
            source: BodySource::from_stored(&self.source)
                .ok_or_else(|| StoreError::corrupt("source")(self.source))?,
            recorded_at: UnixMillis(self.recorded_at),
            actor_name: self.actor_name,
            actor_body: self.actor_body,
            file_name: self.file_name,
            note: self.note,
            entries: self.entries,
        })
    }
}

/// The columns of a [`HeadLine`].
fn select_head<Q: QuerySelect>(query: Q) -> Q {
    use organization_change::Column as C;
    query
        .column_as(C::Id, "head_id")
        .column_as(C::Source, "source")
        .column_as(C::RecordedAt, "recorded_at")
        .column_as(C::ActorName, "actor_name")
        .column_as(C::ActorBody, "actor_body")
        .column_as(C::FileName, "file_name")
        .column_as(C::Note, "note")
        .column_as(C::Entries, "entries")
}

async fn body_history(connection: &impl ConnectionTrait) -> StoreResult<BodyHistory> {
    let rows = organization_version::Entity::find()
        .order_by_asc(organization_version::Column::Id)
        .all(connection)
        .await?;
    let changes: StoreResult<Vec<_>> = rows.into_iter().map(|row| row.load()).collect();
    Ok(BodyHistory::new(changes?))
}

async fn newest_body_change(connection: &impl ConnectionTrait) -> StoreResult<i64> {
    let newest: Option<Option<i64>> = organization_change::Entity::find()
        .select_only()
        .expr(Expr::col(organization_change::Column::Id).max())
        .into_tuple()
        .one(connection)
        .await?;
    Ok(newest.flatten().unwrap_or(0))
}

impl Store {
    /// Every change of every body.
    pub async fn body_history(&self) -> StoreResult<BodyHistory> {
        body_history(&self.read).await
    }

    /// The number of the newest change: whoever decides by a history says which one it was.
    pub async fn newest_body_change(&self) -> StoreResult<i64> {
        newest_body_change(&self.read).await
    }

    /// The newest changes, newest first.
    pub async fn body_changes(&self, most: u64) -> StoreResult<Vec<BodyChangeHead>> {
        let query = organization_change::Entity::find()
            .select_only()
            .order_by_desc(organization_change::Column::Id)
            .limit(most);
        let lines = select_head(query)
            .into_model::<HeadLine>()
            .all(&self.read)
            .await?;
        lines.into_iter().map(HeadLine::load).collect()
    }

    /// The changes of one body with who recorded them, by day and order of recording.
    pub async fn body_changes_of(
        &self,
        body: LocalGovernmentCode,
    ) -> StoreResult<Vec<RecordedChange>> {
        use organization_version::Column as V;
        let rows = organization_version::Entity::find()
            .filter(V::Code.eq(body.as_str()))
            .order_by_asc(V::EffectiveOn)
            .order_by_asc(V::Id)
            .all(&self.read)
            .await?;
        let query = organization_change::Entity::find()
            .select_only()
            .join(
                JoinType::InnerJoin,
                organization_change::Entity::belongs_to(organization_version::Entity)
                    .from(organization_change::Column::Id)
                    .to(V::ChangeId)
                    .into(),
            )
            .filter(V::Code.eq(body.as_str()))
            .distinct();
        let lines = select_head(query)
            .into_model::<HeadLine>()
            .all(&self.read)
            .await?;
        let mut heads = HashMap::new();
        for line in lines {
            heads.insert(line.head_id, line.load()?);
        }
        rows.into_iter()
            .map(|row| {
                let head = heads.get(&row.change_id).cloned();
                Ok(RecordedChange {
                    head: head.ok_or_else(|| StoreError::corrupt("change")(row.code.clone()))?,
                    change: row.load()?,
                })
            })
            .collect()
    }
}

impl Transaction {
    /// Waits until nobody else changes bodies. What is read of them afterwards stays true until the commit.
    pub async fn hold_bodies(&self) -> StoreResult<()> {
        self.hold_table("LOCK TABLE organization_change IN SHARE ROW EXCLUSIVE MODE")
            .await
    }

    /// Every change of every body.
    pub async fn body_history(&self) -> StoreResult<BodyHistory> {
        body_history(&self.inner).await
    }

    /// The number of the newest change.
    pub async fn newest_body_change(&self) -> StoreResult<i64> {
        newest_body_change(&self.inner).await
    }

    /// Records what changes; bodies must be held and have their rows in `organization`. Gives its number.
    pub async fn insert_body_change(
        &self,
        new: NewBodyChange<'_>,
        changes: &[BodyChange],
    ) -> StoreResult<i64> {
        let row = organization_change::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            source: Set(new.source.as_str().to_owned()),
            recorded_at: Set(new.recorded_at.0),
            account_id: Set(new.actor.map_or(0, |actor| actor.account_id)),
            actor_name: Set(new
                .actor
                .map_or_else(String::new, |a| a.display_name.clone())),
            actor_body: Set(new
                .actor
                .map_or_else(String::new, |a| a.body_name().to_owned())),
            file_name: Set(new.file.map_or("", |(name, _)| name).to_owned()),
            file_sha256: Set(new.file.map(|(_, sha256)| sha256.to_owned())),
            note: Set(new.note.to_owned()),
            entries: Set(i32::try_from(changes.len()).unwrap_or(i32::MAX)),
        };
        let id = organization_change::Entity::insert(row)
            .exec(&self.inner)
            .await?
            .last_insert_id;
        let mut rows = Rows::with_columns(10, changes.len());
        for change in changes {
            let said = &change.said;
            let (in_force, successor) = match said.fate {
                None => (None, None),
                Some(Fate::InForce) => (Some(true), None),
                Some(Fate::Abolished { into }) => (Some(false), into),
            };
            rows.push([
                id.into(),
                change.code.as_str().into(),
                change.effective_on.to_string().into(),
                said.name.as_deref().into(),
                said.kana.as_deref().into(),
                said.kind.map(|kind| kind.as_str()).into(),
                said.health_center_city.into(),
                said.child_guidance_city.into(),
                in_force.into(),
                successor.map(|code| code.to_string()).into(),
            ]);
        }
        self.write_rows(
            rows,
            "INSERT INTO organization_version (change_id, code, effective_on, name, kana, kind, health_center_city, child_guidance_city, in_force, successor_code) VALUES ",
            "",
        )
        .await?;
        Ok(id)
    }

    /// Brings the table of today up to these states of all bodies; bodies must be held. Gives how many rows
    /// changed: none if it was so already.
    pub async fn refresh_organizations(
        &self,
        states: impl Iterator<Item = BodyState>,
    ) -> StoreResult<usize> {
        let rows = organization::Entity::find().all(&self.inner).await?;
        let known: HashMap<String, organization::Model> = rows
            .into_iter()
            .map(|row| (row.code.clone(), row))
            .collect();
        let mut changed = Rows::with_columns(8, 8);
        let mut count = 0;
        for state in states {
            let body = &state.body;
            let is_so = known.get(body.code.as_str()).is_some_and(|row| {
                row.name == body.name
                    && row.kana == body.kana
                    && row.kind == body.kind.as_str()
                    && row.health_center_city == body.health_center_city
                    && row.child_guidance_city == body.child_guidance_city
                    && row.standing == state.standing.as_str()
            });
            if !is_so {
                count += 1;
                changed.push([
                    body.code.as_str().into(),
                    body.prefecture().to_string().into(),
                    body.name.as_str().into(),
                    body.kana.as_str().into(),
                    body.kind.as_str().into(),
                    body.health_center_city.into(),
                    body.child_guidance_city.into(),
                    state.standing.as_str().into(),
                ]);
            }
        }
        self.write_rows(
            changed,
            "INSERT INTO organization (code, prefecture_code, name, kana, kind, health_center_city, child_guidance_city, standing) VALUES ",
            " ON CONFLICT (code) DO UPDATE SET name = excluded.name, kana = excluded.kana, kind = excluded.kind, \
             health_center_city = excluded.health_center_city, child_guidance_city = excluded.child_guidance_city, \
             standing = excluded.standing",
        )
        .await?;
        Ok(count)
    }
}
