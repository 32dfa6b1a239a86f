//! One entry typed by the ministry: read by the rules of a list, and added as a correction is: by a new entry.

use super::{ImportError, Imported, Origin, take_in};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::participation::ParticipationSource;
use crate::domain::participation::import::RowProblem;
use crate::domain::participation::sheet::{Field, SheetRow};
use crate::workflow::{Desk, WorkflowError};

/// An entry as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypedEntry {
    /// Code or name.
    pub body: String,
    /// Id or name.
    pub scheme: String,
    pub year: String,
    pub state: String,
    /// Empty is the usual day.
    pub date: String,
    pub note: String,
}

/// Enters it; what the ledger says already adds nothing. A list may leave the state out, a person may not.
pub async fn enter(
    desk: &Desk,
    actor: &Actor,
    typed: &TypedEntry,
) -> Result<Imported, ImportError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let row = SheetRow {
        line: 1,
        code: typed.body.trim(),
        name: "",
        prefecture: "",
        scheme: typed.scheme.trim(),
        year: typed.year.trim(),
        state: typed.state.trim(),
        date: typed.date.trim(),
        note: typed.note.trim(),
    };
    let missing = [
        (
            row.code,
            Field::Code,
            "自治体のコードか名称を入力してください。",
        ),
        (row.scheme, Field::Scheme, "制度を選んでください。"),
        (row.year, Field::Year, "年度を選んでください。"),
        (row.state, Field::State, "状況を選んでください。"),
    ];
    let problems: Vec<RowProblem> = missing
        .into_iter()
        .filter(|(text, ..)| text.is_empty())
        .map(|(_, field, message)| RowProblem {
            line: 1,
            field,
            message: message.to_owned(),
        })
        .collect();
    if !problems.is_empty() {
        return Err(ImportError::Rows(problems));
    }
    let transaction = desk.store.begin().await?;
    transaction.hold_ledger().await?;
    let origin = Origin {
        source: ParticipationSource::Entered,
        file: None,
        action: "participation_enter",
    };
    take_in(desk, transaction, actor, || std::iter::once(row), origin).await
}

/// The body an entry was typed for, where it can be told: the page of its history comes next.
pub async fn body_of_batch(
    desk: &Desk,
    batch: Option<i64>,
) -> Result<Option<LocalGovernmentCode>, WorkflowError> {
    let Some(batch) = batch else { return Ok(None) };
    let entries = desk.store.participation_of_batch(batch, 0, 1).await?;
    Ok(entries.first().map(|row| row.entry.code))
}
