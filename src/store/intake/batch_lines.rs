//! One page of a batch's files: filtered, searched, what needs somebody first; one statement.

use sea_orm::sea_query::{CaseStatement, Expr, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, JoinType, Order, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::super::columns::document;
use super::super::entities::{intake_file, intake_reading, response};
use super::super::{Store, StoreResult};
use super::load_file;
use crate::domain::intake::{FileReading, Outcome};
use crate::domain::intake_batch::{FileRecord, FileState};

/// Which files of a batch, and which page of them.
#[derive(Clone, Debug, Default)]
pub struct LineQuery {
    /// Empty: every state.
    pub states: Vec<FileState>,
    pub outcome: Option<Outcome>,
    /// Part of a file's name, of a body's name or of its code; empty: all.
    pub text: String,
    pub offset: u64,
    pub limit: u64,
}

/// A file of a batch as a list shows it.
#[derive(Clone, Debug)]
pub struct FileLine {
    /// With its reading.
    pub file: FileRecord,
    /// Official name of the body; `None` if nobody knows whose it is.
    pub body_name: Option<String>,
}

#[derive(FromQueryResult)]
struct Line {
    #[sea_orm(nested)]
    file: intake_file::Model,
    body_name: Option<String>,
    reading: Option<String>,
    total: i64,
}

impl Store {
    /// The files of a batch that a query asks for, and how many there are on all its pages.
    pub async fn batch_lines(
        &self,
        batch_id: i64,
        query: &LineQuery,
    ) -> StoreResult<(Vec<FileLine>, u64)> {
        use intake_file::Column as F;
        let rank = |state: FileState, rank: i32| (F::State.eq(state.as_str()), rank);
        let (asking, first) = rank(FileState::Asking, 0);
        let (rejected, second) = rank(FileState::Rejected, 1);
        let order = CaseStatement::new()
            .case(asking, Expr::value(first))
            .case(rejected, Expr::value(second))
            .finally(Expr::value(2));
        let mut select = intake_file::Entity::find()
            .column_as(response::Column::Name, "body_name")
            .column_as(intake_reading::Column::Reading, "reading")
            .expr_as(Expr::cust("COUNT(*) OVER ()"), "total")
            .join(
                JoinType::LeftJoin,
                intake_file::Entity::belongs_to(response::Entity)
                    .from((F::EditionId, F::Code))
                    .to((response::Column::EditionId, response::Column::Code))
                    .into(),
            )
            .join(
                JoinType::LeftJoin,
                intake_file::Entity::belongs_to(intake_reading::Entity)
                    .from(F::Id)
                    .to(intake_reading::Column::FileId)
                    .into(),
            )
            .filter(F::BatchId.eq(batch_id))
            .order_by(Expr::Case(Box::new(order)), Order::Asc)
            .order_by_asc(F::Position)
            .limit(query.limit)
            .offset(query.offset);
        if !query.states.is_empty() {
            let states = query.states.iter().map(|state| state.as_str());
            select = select.filter(F::State.is_in(states));
        }
        if let Some(outcome) = query.outcome {
            select = select.filter(F::Outcome.eq(outcome.as_str()));
        }
        if !query.text.is_empty() {
            let like = || LikeExpr::new(pattern(&query.text)).escape('\\');
            let at = |column: F| Expr::col((intake_file::Entity, column)).like(like());
            let body = Expr::col((response::Entity, response::Column::Name)).like(like());
            select = select.filter(
                Condition::any()
                    .add(at(F::Name))
                    .add(at(F::Folder))
                    .add(at(F::Code))
                    .add(body),
            );
        }
        let lines = select.into_model::<Line>().all(&self.read).await?;
        let total = lines.first().map_or(0, |line| line.total);
        let lines = lines.into_iter().map(|line| {
            let mut file = load_file(line.file)?;
            let reading = line.reading.as_deref();
            file.reading = reading
                .map(|text| document::<FileReading>("reading", text))
                .transpose()?;
            Ok(FileLine {
                file,
                body_name: line.body_name,
            })
        });
        let lines = lines.collect::<StoreResult<Vec<_>>>()?;
        Ok((lines, u64::try_from(total).unwrap_or(0)))
    }
}

/// `%text%`, the signs of the pattern language taken as they are.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_finds_what_was_typed_and_no_pattern() {
        assert_eq!(pattern("様式1_100%"), "%様式1\\_100\\%%");
        assert_eq!(pattern("\\"), "%\\\\%");
    }
}
