//! 一時保存 of part 3 where rows are handed to departments: row by row, so that two who save at once do not overwrite
//! each other.

use super::save_draft::change_draft;
use super::{Conflict, Desk, WorkflowError, WorkflowResult};
use crate::domain::account::Actor;
use crate::domain::duties::{DepartmentDone, merge};
use crate::domain::place::{Place, Section};
use crate::domain::response::{self, Draft, SchemesInput};
use crate::domain::survey_edition::EditionKey;
use crate::store::responses::ResponseRecord;

/// Saves the rows that the actor fills in. `base` is what the page was made from: a row that somebody else changed
/// since, differently, is left, and [`WorkflowError::Conflict`] brings the stored draft. `done`: the department says
/// 「入力しました」, which counts if its rows read.
pub async fn save_rows(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    (base, typed): (&SchemesInput, &SchemesInput),
    done: bool,
) -> WorkflowResult<Draft> {
    let department = actor.department.as_str();
    let now = desk.now();
    let action = if done { "part_done" } else { "save_draft" };
    change_draft(desk, actor, key, action, |record, draft| {
        let definition = &record.edition.definition;
        let stored = &draft.input.schemes;
        let merged = merge(
            definition,
            &record.duties,
            department,
            (base, typed, stored),
        );
        if !merged.clashes.is_empty() || merged.words_clash {
            return Err(WorkflowError::Conflict(Box::new(Conflict {
                stored: draft.clone(),
                section: Section::Schemes,
            })));
        }
        draft.input.schemes = merged.input;
        if !department.is_empty() {
            draft.departments.remove(department);
            if done && own_rows_read(record, draft, department) {
                let said = DepartmentDone {
                    at: now,
                    by: actor.display_name.clone(),
                };
                draft.departments.insert(department.to_owned(), said);
            }
        }
        Ok(vec![Section::Schemes])
    })
    .await
}

/// Nothing in the rows of this department is to be mended.
fn own_rows_read(record: &ResponseRecord, draft: &Draft, department: &str) -> bool {
    let definition = &record.edition.definition;
    let reading = response::read(definition, &record.class, &draft.input);
    !reading
        .problems
        .iter()
        .any(|problem| is_own(record, &problem.place, department))
}

/// Whether a place belongs to the rows of a department; everything does to the liaison desk.
pub fn is_own(record: &ResponseRecord, place: &Place, department: &str) -> bool {
    let scheme = match place {
        Place::Scheme(scheme) | Place::Recipients(scheme) => scheme,
        Place::OtherText => {
            let rows = &record.edition.definition.rows;
            return rows
                .iter()
                .any(|row| row.needs_text && record.duties.fills_in(department, &row.scheme));
        }
        _ => return department.is_empty(),
    };
    record.duties.fills_in(department, scheme)
}
