//! Inside a body: 港区 hands rows to a department and signs off; its request for 決裁 waits.

use super::Office;
use super::answers;
use super::closed_edition::key;
use super::open_edition::KEY;
use super::people::TEAM;
use super::prng::Prng;
use crate::domain::place::Section;
use crate::domain::response::{SchemeInput, SchemesInput};
use crate::domain::scheme::SchemeId;
use crate::store::responses::ResponseRecord;
use crate::workflow::accounts::AccountError;
use crate::workflow::duties::{set_department, set_duties};
use crate::workflow::save_draft::{SectionInput, save_draft};
use crate::workflow::save_rows::save_rows;
use crate::workflow::{WorkflowError, WorkflowResult, sign_off};

/// What the department fills in.
const ROWS: [&str; 3] = ["rehabilitation", "developmental", "local_disability"];

/// The body divides its work, fills the form in and asks for 決裁: who signs can try it.
pub(super) async fn fill(office: &Office<'_>) -> WorkflowResult<()> {
    let edition = key(KEY)?;
    let missing = || WorkflowError::NotFound;
    let code = TEAM.parse().map_err(|_| missing())?;
    let writer = office.people.of(code)?;
    let mut department = office.people.colleague(TEAM, 3)?.clone();
    let label = "障害";

    let desk = office.at(40);
    set_department(&desk, writer, department.account_id, label)
        .await
        .map_err(|error| match error {
            AccountError::Workflow(error) => error,
            _ => missing(),
        })?;
    department.department = label.to_owned();
    let mut rows = Vec::new();
    for id in ROWS {
        let id: SchemeId = id.parse().map_err(|_| missing())?;
        rows.push((id, label.to_owned()));
    }
    set_duties(&desk, writer, code, 0, true, &rows).await?;
    let is_theirs = |id: &SchemeId| rows.iter().any(|(of, _)| of == id);

    let load = async || -> WorkflowResult<ResponseRecord> {
        let record = desk.store.response(&edition, code).await?;
        record.ok_or_else(missing)
    };
    let record = load().await?;
    let mut rng = Prng::new(&[TEAM, KEY]);
    let form = answers::applying_answer(&record.edition.definition, &record.class, &mut rng);
    for (section, percent) in [(Section::Contact, 60), (Section::Intent, 61)] {
        let input = SectionInput::of(&form, section);
        save_draft(&office.at(percent), writer, &edition, 0, input).await?;
    }
    // Each writes the rows that are theirs, over what the last answer left there.
    let base = load().await?.draft_or_prefill().input.schemes;
    let mut typed = form.schemes.clone();
    typed.rows.retain(|id, _| !is_theirs(id));
    save_rows(&office.at(62), writer, &edition, (&base, &typed), false).await?;
    let base = load().await?.draft_or_prefill().input.schemes;
    let typed = SchemesInput {
        rows: theirs(&base, &rows),
        ..base.clone()
    };
    let both = (&base, &typed);
    save_rows(&office.at(78), &department, &edition, both, true).await?;

    let version = load().await?.version;
    sign_off::ask(&office.at(90), writer, &edition, version, true).await
}

/// The rows with what the department types.
fn theirs(
    base: &SchemesInput,
    rows: &[(SchemeId, String)],
) -> std::collections::BTreeMap<SchemeId, SchemeInput> {
    let counts = ["1,240", "86", "3,105"];
    let mut all = base.rows.clone();
    for ((id, _), count) in rows.iter().zip(counts) {
        let row = SchemeInput {
            target: true,
            recipients: count.to_owned(),
        };
        all.insert(id.clone(), row);
    }
    all
}
