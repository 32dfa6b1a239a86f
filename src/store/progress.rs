//! How far an edition is: one statement that reads one index alone, and the few bodies that have a day of their own.

use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QuerySelect,
};

use super::columns::{kind, prefecture, route, status};
use super::editions::date;
use super::entities::response;
use super::reminders::returned_on;
use super::{Store, StoreResult};
use crate::domain::access::CountryScope;
use crate::domain::progress::ProgressGroup;
use crate::domain::reminder::Owing;
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::SurveyEdition;

#[derive(FromQueryResult)]
struct ProgressLine {
    prefecture_code: String,
    kind: String,
    route: String,
    status: String,
    is_late: bool,
    deadline_on: String,
    count: i64,
}

#[derive(FromQueryResult)]
struct OwnDayLine {
    prefecture_code: String,
    kind: String,
    route: String,
    status: String,
    is_late: bool,
    deadline_on: String,
    reopened_until: Option<String>,
    open_return: Option<String>,
}

const GROUPS: [response::Column; 6] = {
    use response::Column as R;
    [
        R::PrefectureCode,
        R::Kind,
        R::Route,
        R::Status,
        R::IsLate,
        R::DeadlineOn,
    ]
};

/// A group of answers of which no more is known than the index says.
fn group(line: &ProgressLine, last_change_on: Date) -> StoreResult<(Date, ProgressGroup)> {
    let deadline_on = date(&line.deadline_on)?;
    let owing = Owing {
        status: status(&line.status)?,
        deadline_on,
        last_change_on,
        reopened_until: None,
        returned_on: None,
    };
    let group = ProgressGroup {
        prefecture: prefecture(&line.prefecture_code)?,
        kind: kind(&line.kind)?,
        route: route(&line.route)?,
        status: owing.status,
        is_late: line.is_late,
        last_day: owing.last_day(),
        count: u32::try_from(line.count).unwrap_or(u32::MAX),
    };
    Ok((deadline_on, group))
}

impl Store {
    /// The counts of the national dashboard.
    pub async fn progress(
        &self,
        edition: &SurveyEdition,
        _scope: CountryScope,
    ) -> StoreResult<Vec<ProgressGroup>> {
        use response::Column as R;
        let last_change_on = edition.dates.last_change_on;
        let mut query = response::Entity::find()
            .select_only()
            .columns(GROUPS)
            .column_as(Expr::col(R::Id).count(), "count")
            .filter(R::EditionId.eq(edition.id));
        for column in GROUPS {
            query = query.group_by(column);
        }
        let lines = query.into_model::<ProgressLine>().all(&self.read).await?;
        let groups = lines.iter().map(|line| group(line, last_change_on));
        let mut groups: Vec<(Date, ProgressGroup)> = groups.collect::<StoreResult<_>>()?;
        for own in self.with_own_day(edition).await? {
            let alike = |(deadline_on, group): &&mut (Date, ProgressGroup)| {
                *deadline_on == own.0
                    && group.count > 0
                    && *group
                        == ProgressGroup {
                            last_day: group.last_day,
                            count: group.count,
                            ..own.1.clone()
                        }
            };
            // Who moved between the two statements stays where the first one found it.
            if let Some((_, group)) = groups.iter_mut().find(alike) {
                group.count -= 1;
                groups.push(own);
            }
        }
        groups.retain(|(_, group)| group.count > 0);
        Ok(groups.into_iter().map(|(_, group)| group).collect())
    }

    /// The bodies whose last day does not follow from what the index holds: asked again, or an answer to a return
    /// that was withdrawn.
    async fn with_own_day(
        &self,
        edition: &SurveyEdition,
    ) -> StoreResult<Vec<(Date, ProgressGroup)>> {
        use response::Column as R;
        let owing = ResponseStatus::ALL.into_iter().filter(|it| it.is_owing());
        let withdrawn = Condition::all()
            .add(R::Status.eq(ResponseStatus::Draft.as_str()))
            .add(R::OpenReturn.is_not_null());
        let lines = response::Entity::find()
            .select_only()
            .columns(GROUPS)
            .columns([R::ReopenedUntil, R::OpenReturn])
            .filter(R::EditionId.eq(edition.id))
            .filter(R::Status.is_in(owing.map(ResponseStatus::as_str)))
            .filter(
                Condition::any()
                    .add(R::ReopenedUntil.is_not_null())
                    .add(withdrawn),
            )
            .into_model::<OwnDayLine>()
            .all(&self.read)
            .await?;
        let groups = lines.into_iter().map(|line| {
            let owing = Owing {
                status: status(&line.status)?,
                deadline_on: date(&line.deadline_on)?,
                last_change_on: edition.dates.last_change_on,
                reopened_until: line.reopened_until.as_deref().map(date).transpose()?,
                returned_on: returned_on(line.open_return.as_deref())?,
            };
            let group = ProgressGroup {
                prefecture: prefecture(&line.prefecture_code)?,
                kind: kind(&line.kind)?,
                route: route(&line.route)?,
                status: owing.status,
                is_late: line.is_late,
                last_day: owing.last_day(),
                count: 1,
            };
            Ok((owing.deadline_on, group))
        });
        groups.collect()
    }
}
