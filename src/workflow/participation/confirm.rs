//! 参加の確定: takes answers of an edition into the ledger, many at once and as one batch.
//!
//! ```text
//! page (answers with what each would add) ─ bodies and the revisions seen ─> preview (what would be written, a mark)
//!   ─ the same and the mark ─> confirm ─> one batch
//!   one of the revisions is no longer the newest ─> nothing is stored, and the bodies are named
//!   something else would be written than was shown ─> nothing is stored, and it is shown anew
//! ```

use std::collections::HashMap;

use super::{Origin, add, entry_mark};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::body_history::BodyHistory;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{Organization, RespondentClass};
use crate::domain::participation::confirm::{
    AnswerToConfirm, Plan, Standing, YearEntry, is_confirmable,
};
use crate::domain::participation::{ParticipationEntry, ParticipationSource, ParticipationState};
use crate::domain::scheme_catalogue::Catalogue;
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::store::StoreError;
use crate::store::ledger_pages::AnswerLine;
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

/// A body of the edition with what confirming its answer would do.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub line: AnswerLine,
    /// `None` where there is no answer that could be confirmed.
    pub answer: Option<AnswerToConfirm>,
    pub plan: Plan,
    pub standing: Standing,
    /// Why nothing can be registered for the body in this year; empty if it can.
    pub refused: String,
}

/// An answer as the ministry saw it when it decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub code: LocalGovernmentCode,
    pub revision_id: i64,
}

/// What was confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Confirmed {
    /// `None` if the ledger said it all.
    pub batch: Option<i64>,
    /// 参加予定
    pub planned: usize,
    /// 取下げ
    pub withdrawn: usize,
}

/// Why nothing was confirmed.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmError {
    /// These answers are no longer as they were seen.
    #[error("answers changed")]
    Moved(Vec<LocalGovernmentCode>),
    /// The ledger or the catalogue changed: something else would be written than was shown.
    #[error("what would be written changed")]
    Changed,
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<StoreError> for ConfirmError {
    fn from(error: StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// Every body of an edition with what confirming its answer would do, in code order.
pub async fn candidates(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
) -> WorkflowResult<(SurveyEdition, Vec<Candidate>)> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let edition = desk.store.edition(key).await?;
    let edition = edition.filter(is_confirmable);
    let edition = edition.ok_or(WorkflowError::NotFound)?;
    let year = edition.definition.fiscal_year;
    let catalogue = desk.store.catalogue().await?;
    let ledger = desk.store.participation_of_year(year).await?;
    let history = desk.store.body_history().await?;
    let lines = desk.store.answers_to_confirm(edition.id, scope).await?;
    let comparison = Comparison {
        edition: &edition,
        catalogue: &catalogue,
        ledger: &ledger,
        history: &history,
        classes: classes_of(&history, year),
        today: desk.now().japan_date(),
    };
    let candidates = lines.into_iter().map(|line| comparison.of(line)).collect();
    Ok((edition, candidates))
}

/// What confirming would write, before it does.
#[derive(Clone, Debug)]
pub struct Preview {
    pub edition: SurveyEdition,
    /// The answers seen, each body once, in the order in which they came.
    pub chosen: Vec<Candidate>,
    pub entries: Vec<ParticipationEntry>,
    /// Of the entries.
    pub mark: String,
    pub catalogue: Catalogue,
}

/// What [`confirm`] would do with the answers seen.
pub async fn preview(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    seen: &[Seen],
    with_dropped: bool,
) -> Result<Preview, ConfirmError> {
    let (edition, all) = candidates(desk, actor, key).await?;
    let all = all.into_iter().map(|it| (it.line.class.code, it)).collect();
    let year = edition.definition.fiscal_year;
    let chosen = choose(all, seen, |candidate| candidate).map_err(ConfirmError::Moved)?;
    let entries = entries_of(&chosen, year, with_dropped);
    Ok(Preview {
        mark: entry_mark(&entries),
        catalogue: desk.store.catalogue().await?,
        edition,
        chosen,
        entries,
    })
}

/// The candidates of the answers seen, a body named twice once; or the bodies whose answers are no longer as seen.
fn choose<T>(
    mut all: HashMap<LocalGovernmentCode, T>,
    seen: &[Seen],
    compare: impl Fn(T) -> Candidate,
) -> Result<Vec<Candidate>, Vec<LocalGovernmentCode>> {
    let mut moved = Vec::new();
    let mut chosen = Vec::new();
    for seen in seen {
        let Some(candidate) = all.remove(&seen.code).map(&compare) else {
            continue;
        };
        match &candidate.answer {
            Some(answer) if answer.revision_id == seen.revision_id => chosen.push(candidate),
            _ => moved.push(seen.code),
        }
    }
    if moved.is_empty() {
        Ok(chosen)
    } else {
        Err(moved)
    }
}

fn entries_of(
    chosen: &[Candidate],
    year: FiscalYear,
    with_dropped: bool,
) -> Vec<ParticipationEntry> {
    let entries = chosen.iter().filter_map(|candidate| {
        let answer = candidate.answer.as_ref()?;
        Some(candidate.plan.entries(answer, year, with_dropped))
    });
    entries.flatten().collect()
}

/// Confirms the answers seen, 参加予定 for every scheme the ledger does not have; with `with_dropped` also 取下げ
/// for those that a newer revision has dropped. Everything or, if an answer was replaced meanwhile, nothing. A body
/// that is not in the year adds nothing. `shown` is the mark of a [`Preview`]; what the ledger says by now may be
/// everything that was shown, and then there is nothing to write.
pub async fn confirm(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    seen: &[Seen],
    with_dropped: bool,
    shown: Option<&str>,
) -> Result<Confirmed, ConfirmError> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let transaction = desk.store.begin().await?;
    transaction.hold_ledger().await?;
    let edition = transaction.edition(key).await?.filter(is_confirmable);
    let edition = edition.ok_or(WorkflowError::NotFound)?;
    let year = edition.definition.fiscal_year;
    let catalogue = transaction.catalogue().await?;
    let ledger = transaction.participation_of_year(year).await?;
    let history = transaction.body_history().await?;
    let comparison = Comparison {
        edition: &edition,
        catalogue: &catalogue,
        ledger: &ledger,
        history: &history,
        classes: classes_of(&history, year),
        today: desk.now().japan_date(),
    };
    let lines = transaction.answers_to_confirm(edition.id, scope).await?;
    let lines = lines.into_iter().map(|line| (line.class.code, line));
    let chosen = match choose(lines.collect(), seen, |line| comparison.of(line)) {
        Ok(chosen) => chosen,
        Err(moved) => {
            transaction.rollback().await?;
            return Err(ConfirmError::Moved(moved));
        }
    };
    let entries = entries_of(&chosen, year, with_dropped);
    let is_other = shown.is_some_and(|shown| entry_mark(&entries) != shown);
    if is_other && !entries.is_empty() {
        transaction.rollback().await?;
        return Err(ConfirmError::Changed);
    }
    let planned = entries
        .iter()
        .filter(|entry| entry.state == ParticipationState::Planned)
        .count();
    let withdrawn = entries.len() - planned;
    let origin = Origin {
        source: ParticipationSource::Confirmed,
        file: None,
        action: "participation_confirm",
    };
    let note = format!("{}の回答", edition.definition.short_title);
    let batch = add(desk, transaction, actor, origin, &note, &entries).await?;
    Ok(Confirmed {
        batch,
        planned,
        withdrawn,
    })
}

/// The bodies of a fiscal year by class on its last day, as lists judge them; one that ended within it, as it was last.
fn classes_of(
    history: &BodyHistory,
    year: FiscalYear,
) -> HashMap<LocalGovernmentCode, RespondentClass> {
    let bodies = history.during(year.first_day(), year.last_day());
    let classes = bodies.iter().map(Organization::respondent_class);
    classes.map(|class| (class.code, class)).collect()
}

/// What answers are compared with.
struct Comparison<'a> {
    edition: &'a SurveyEdition,
    catalogue: &'a Catalogue,
    ledger: &'a HashMap<LocalGovernmentCode, Vec<YearEntry>>,
    history: &'a BodyHistory,
    classes: HashMap<LocalGovernmentCode, RespondentClass>,
    today: jiff::civil::Date,
}

impl Comparison<'_> {
    fn of(&self, line: AnswerLine) -> Candidate {
        let definition = &self.edition.definition;
        let (code, year) = (line.class.code, definition.fiscal_year);
        let class = self.classes.get(&code);
        let refused = match class {
            Some(_) => String::new(),
            None => {
                let why = self.history.absence(code, year.last_day());
                format!(
                    "{year}にはない団体のため、登録できません。{}",
                    why.unwrap_or_default()
                )
            }
        };
        let received = line.revision.filter(|_| line.status.is_received());
        let answer = received.map(|(revision_id, submitted_at)| AnswerToConfirm {
            class: class.copied().unwrap_or(line.class),
            edition_id: self.edition.id,
            revision_id,
            submitted_at,
            targets: definition
                .rows
                .iter()
                .enumerate()
                .filter(|(position, _)| line.targets_mask >> position & 1 == 1)
                .map(|(_, row)| row.scheme.clone())
                .collect(),
        });
        let (plan, standing) = match &answer {
            Some(answer) if class.is_some() => {
                let ledger = self.ledger.get(&code);
                let ledger = ledger.map_or(&[][..], Vec::as_slice);
                let plan = Plan::of(answer, ledger, self.catalogue, year, self.today);
                let standing = plan.standing(answer);
                (plan, standing)
            }
            _ => (Plan::default(), Standing::Nothing),
        };
        Candidate {
            line,
            answer,
            plan,
            standing,
            refused,
        }
    }
}
