//! 所要額の集計: the sums of a survey of required amounts, on pages and as files, and who took the files.

use super::table_file::{TableFormat, begun_edition};
use super::take_out::{Workbook, on_a_blocking_thread};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::ReadScope;
use crate::domain::account::Actor;
use crate::domain::japan_time::datetime_label;
use crate::domain::required_amounts::RequiredAmounts;
use crate::domain::required_amounts::figures::AmountBody;
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::spreadsheet::{write_amounts, write_amounts_csv};

/// A survey of required amounts with the answers received in a scope.
pub struct AmountSurvey {
    pub edition: SurveyEdition,
    pub rule: RequiredAmounts,
    /// In code order.
    pub bodies: Vec<AmountBody>,
}

/// Reads the answers of the actor's bodies; `None` where the edition does not ask for amounts.
pub async fn amount_survey(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
) -> WorkflowResult<Option<AmountSurvey>> {
    let scope = ReadScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let edition = begun_edition(desk, key).await?;
    let Some(rule) = edition.definition.required_amounts.clone() else {
        return Ok(None);
    };
    let bodies = desk.store.amount_bodies(edition.id, scope).await?;
    Ok(Some(AmountSurvey {
        edition,
        rule,
        bodies,
    }))
}

/// Writes the sums and the answers behind them from one consistent read.
pub async fn export_amounts(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    format: TableFormat,
) -> WorkflowResult<Option<Workbook>> {
    let Some(survey) = amount_survey(desk, actor, key).await? else {
        return Ok(None);
    };
    let now = desk.now();
    let place = match ReadScope::of(actor) {
        Some(ReadScope::Prefecture(scope)) => scope.prefecture().name(),
        _ => "全国",
    };
    let day = now.japan_date().strftime("%Y%m%d");
    let name = format!(
        "{}_{place}_集計_{day}.{}",
        survey.edition.definition.short_title,
        format.ending()
    );
    let name = survey.edition.file_name(name);
    let as_of = format!("{place}　{}現在", datetime_label(now));
    let definition = survey.edition.definition.clone();
    let bytes = on_a_blocking_thread(move || match format {
        TableFormat::Workbook => write_amounts(&definition, &survey.rule, &as_of, &survey.bodies),
        TableFormat::Csv => Ok(write_amounts_csv(&definition, &survey.rule, &survey.bodies)),
    })
    .await?;
    let transaction = desk.store.begin().await?;
    let detail = format!("amounts {} {place}", format.ending());
    let subject = format!("edition/{key}");
    transaction
        .audit(actor, now, "export", &subject, &detail)
        .await?;
    transaction.commit().await?;
    Ok(Some(Workbook { name, bytes }))
}
