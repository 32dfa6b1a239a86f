//! 計画の目安: the plans of an edition as of now or of a day, as a page shows them and as files.
//!
//! ```text
//! answers (now, or as they stood) + basis (of the same moment) ─ PlanFigures ─> tables · bodies behind a figure
//! ```

use jiff::civil::Date;

use super::table_file::{TableFile, TableFormat, begun_edition, past_moment};
use super::take_out::{Workbook, on_a_blocking_thread};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::estimate::PlanBasis;
use crate::domain::japan_time::{UnixMillis, datetime_label};
use crate::domain::plan::{PlanAnswer, PlanFigure, PlanFigures, PlanForm, PlanTables};
use crate::domain::plan_history::basis_at;
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::spreadsheet::{self, PlanSheet, SpreadsheetError};
use crate::store::exports::CountryAnswer;

/// What plans are made of, all of one moment.
#[derive(Clone, Debug)]
pub struct PlanSource {
    pub answers: Vec<PlanAnswer>,
    pub basis: PlanBasis,
    pub moment: UnixMillis,
    /// The moment is the end of a past day, not now.
    pub is_past: bool,
}

impl PlanSource {
    /// All tables.
    pub fn tables(&self, edition: &SurveyEdition) -> PlanTables {
        let definition = &edition.definition;
        PlanFigures::tally(definition, &self.answers).tables(definition, &self.basis)
    }
}

/// Reads what the plans of an edition are made of: as it is, or as it stood at the end of a day in Japan.
pub async fn plan_source(
    desk: &Desk,
    edition: &SurveyEdition,
    scope: CountryScope,
    as_of: Option<Date>,
) -> WorkflowResult<PlanSource> {
    let store = &desk.store;
    let now = desk.now();
    let basis = &edition.definition.plan;
    let Some(moment) = past_moment(as_of, now) else {
        return Ok(PlanSource {
            answers: store.plan_answers(edition.id, scope).await?,
            basis: basis.clone(),
            moment: now,
            is_past: false,
        });
    };
    let answers = store.country_answers_at(edition, scope, moment).await?;
    let changes = store.plan_changes(edition.id).await?;
    Ok(PlanSource {
        answers: answers.into_iter().filter_map(plan_answer).collect(),
        basis: basis_at(&changes, basis, moment).clone(),
        moment,
        is_past: true,
    })
}

/// An answer that counts.
fn plan_answer(answer: CountryAnswer) -> Option<PlanAnswer> {
    let CountryAnswer { row, answer } = answer;
    let form = answer.filter(|_| row.status.is_received())?.form;
    Some(PlanAnswer {
        code: row.code,
        name: row.name,
        kind: row.kind,
        intents: row.intents,
        form: PlanForm {
            schemes: form.schemes,
            extra: form.extra,
        },
    })
}

/// What the ministry takes out.
#[derive(Clone, Debug)]
pub enum PlanTable {
    /// All tables.
    Tables,
    /// The bodies behind a figure.
    Bodies(PlanFigure),
}

impl PlanTable {
    /// What a file is called, and what the audit log calls it; none if the edition has no such figure.
    fn names(&self, edition: &SurveyEdition) -> Option<(String, String)> {
        Some(match self {
            Self::Tables => ("計画の目安".to_owned(), "plan".to_owned()),
            Self::Bodies(figure) => {
                let heading = figure.heading(&edition.definition)?;
                let title = format!("計画の目安の団体一覧_{heading}");
                (title, format!("plan bodies {figure}"))
            }
        })
    }
}

/// Writes the plans, or the bodies behind one of their figures, and who took them into the audit log.
pub async fn export_plan(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    table: PlanTable,
    format: TableFormat,
    as_of: Option<Date>,
) -> WorkflowResult<Workbook> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let edition = begun_edition(desk, key).await?;
    let (title, what) = table.names(&edition).ok_or(WorkflowError::NotFound)?;
    let source = plan_source(desk, &edition, scope, as_of).await?;
    let past = source.is_past.then_some(source.moment);
    let of = edition.clone();
    let bytes = on_a_blocking_thread(move || write(&of, &source, &table, format)).await?;
    let file = TableFile {
        title: &title,
        what: &what,
        format,
        past,
    };
    file.hand_over(desk, actor, &edition, bytes).await
}

fn write(
    edition: &SurveyEdition,
    source: &PlanSource,
    table: &PlanTable,
    format: TableFormat,
) -> Result<Vec<u8>, SpreadsheetError> {
    let as_of = format!("{}現在", datetime_label(source.moment));
    let (definition, basis) = (&edition.definition, &source.basis);
    match table {
        PlanTable::Tables => {
            let sheet = PlanSheet {
                edition: &definition.short_title,
                as_of: &as_of,
                basis,
                tables: &source.tables(edition),
            };
            match format {
                TableFormat::Workbook => spreadsheet::write_plan(&sheet),
                TableFormat::Csv => Ok(spreadsheet::write_plan_csv(&sheet)),
            }
        }
        PlanTable::Bodies(figure) => {
            let bodies = figure.behind(definition, &source.answers);
            let heading = figure.heading(definition).unwrap_or_default();
            let notes = [format!("{}　{as_of}", definition.short_title)];
            match format {
                TableFormat::Workbook => {
                    spreadsheet::write_plan_bodies_book(&heading, &notes, &bodies, basis)
                }
                TableFormat::Csv => Ok(spreadsheet::write_plan_bodies_csv(&bodies, basis)),
            }
        }
    }
}
