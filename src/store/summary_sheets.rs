//! Form 2 as it was sent: numbered per prefecture and edition, frozen.

use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::columns::{document, to_document};
use super::entities::summary_sheet;
use super::{Store, StoreResult, Transaction};
use crate::domain::access::{CountryScope, PrefectureScope};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::summary_sheet::SummarySheet;

/// A sheet that was sent to the ministry.
#[derive(Clone, Debug)]
pub struct SentSheet {
    /// 1, 2, … within prefecture and edition.
    pub number: i32,
    pub sheet: SummarySheet,
    /// The prefecture's own words with it; may be empty.
    pub remark: String,
    pub sent_at: UnixMillis,
    pub sent_by: String,
}

/// That a prefecture sent a sheet: number, moment, rows with ○, rows.
#[derive(Clone, Copy, Debug)]
pub struct SentSheetHead {
    pub prefecture: PrefectureCode,
    pub number: i32,
    pub sent_at: UnixMillis,
    pub submitted: i32,
    pub total: i32,
}

fn load(row: summary_sheet::Model) -> StoreResult<SentSheet> {
    Ok(SentSheet {
        number: row.number,
        sheet: document("summary sheet", &row.sheet)?,
        remark: row.remark,
        sent_at: UnixMillis(row.sent_at),
        sent_by: row.sent_by_name,
    })
}

impl Store {
    /// The sheets a prefecture sent, newest first.
    pub async fn sent_sheets(
        &self,
        edition_id: i64,
        scope: PrefectureScope,
    ) -> StoreResult<Vec<SentSheet>> {
        let rows = summary_sheet::Entity::find()
            .filter(summary_sheet::Column::EditionId.eq(edition_id))
            .filter(summary_sheet::Column::PrefectureCode.eq(scope.prefecture().to_string()))
            .order_by_desc(summary_sheet::Column::Number)
            .all(&self.read)
            .await?;
        rows.into_iter().map(load).collect()
    }

    /// The newest sheet of every prefecture that sent one, in code order.
    pub async fn newest_sheets(
        &self,
        edition_id: i64,
        _scope: CountryScope,
    ) -> StoreResult<Vec<SentSheetHead>> {
        use sea_orm::{FromQueryResult, QuerySelect};
        #[derive(FromQueryResult)]
        struct Line {
            prefecture_code: String,
            number: i32,
            sent_at: i64,
            submitted: i32,
            total: i32,
        }
        use summary_sheet::Column as S;
        let lines = summary_sheet::Entity::find()
            .select_only()
            .columns([
                S::PrefectureCode,
                S::Number,
                S::SentAt,
                S::Submitted,
                S::Total,
            ])
            .filter(S::EditionId.eq(edition_id))
            .order_by_asc(S::PrefectureCode)
            .order_by_desc(S::Number)
            .into_model::<Line>()
            .all(&self.read)
            .await?;
        let mut heads: Vec<SentSheetHead> = Vec::new();
        for line in lines {
            let prefecture = super::columns::prefecture(&line.prefecture_code)?;
            if heads
                .last()
                .is_none_or(|head| head.prefecture != prefecture)
            {
                heads.push(SentSheetHead {
                    prefecture,
                    number: line.number,
                    sent_at: UnixMillis(line.sent_at),
                    submitted: line.submitted,
                    total: line.total,
                });
            }
        }
        Ok(heads)
    }
}

impl Transaction {
    /// Number of the newest sheet of a prefecture; 0 if it sent none.
    pub async fn last_sheet_number(
        &self,
        edition_id: i64,
        prefecture: PrefectureCode,
    ) -> StoreResult<i32> {
        let row = summary_sheet::Entity::find()
            .filter(summary_sheet::Column::EditionId.eq(edition_id))
            .filter(summary_sheet::Column::PrefectureCode.eq(prefecture.to_string()))
            .order_by_desc(summary_sheet::Column::Number)
            .one(&self.inner)
            .await?;
        Ok(row.map_or(0, |row| row.number))
    }

    /// Freezes a sheet.
    pub async fn insert_sheet(
        &self,
        edition_id: i64,
        prefecture: PrefectureCode,
        sent: &SentSheet,
        account_id: i64,
    ) -> StoreResult<()> {
        let row = summary_sheet::ActiveModel {
            id: sea_orm::ActiveValue::NotSet,
            edition_id: Set(edition_id),
            prefecture_code: Set(prefecture.to_string()),
            number: Set(sent.number),
            sheet: Set(to_document("summary sheet", &sent.sheet)?),
            submitted: Set(i32::try_from(sent.sheet.submitted()).unwrap_or(i32::MAX)),
            total: Set(i32::try_from(sent.sheet.rows.len()).unwrap_or(i32::MAX)),
            remark: Set(sent.remark.clone()),
            sent_at: Set(sent.sent_at.0),
            sent_by: Set(account_id),
            sent_by_name: Set(sent.sent_by.clone()),
        };
        summary_sheet::Entity::insert(row)
            .exec_without_returning(&self.inner)
            .await?;
        Ok(())
    }
}
