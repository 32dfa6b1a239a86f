//! 試行: an edition in preparation tried out by chosen bodies. Its answers never count, fill in nothing and
//! stand in no figure of the real one.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::edition_making::{MakingError, edition_subject};
use super::editions::respondents;
use super::{Desk, WorkflowError, locked_edition};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::edition_input::FieldProblem;
use crate::domain::edition_making::{as_trial, trial_key};
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::RespondentClass;
use crate::domain::survey_edition::{EditionDates, EditionKey, EditionState};

/// Who tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialBodies {
    All,
    /// Every body of a prefecture, and itself.
    Prefecture(PrefectureCode),
    /// These, and the prefectures that gather their answers.
    Chosen(BTreeSet<LocalGovernmentCode>),
}

/// Starts a trial of an edition in preparation: an edition of its own, marked 【試行】, open at once for the
/// chosen bodies until the end of a day. Gives its key.
pub async fn start_trial(
    desk: &Desk,
    actor: &Actor,
    of: &EditionKey,
    until: Date,
    bodies: &TrialBodies,
) -> Result<EditionKey, MakingError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let today = now.japan_date();
    if until < today {
        let message = "過ぎた日は試行の最終日にできません。今日以降の日付を入力してください。";
        return Err(MakingError::Problem(FieldProblem::new("until", message)));
    }
    let transaction = desk.store.begin().await?;
    let edition = locked_edition(&transaction, of).await?;
    if edition.state != EditionState::Preparing || edition.is_trial() {
        return Err(WorkflowError::Closed.into());
    }
    let all = transaction.editions().await?;
    let earlier: Vec<_> = all
        .iter()
        .filter(|other| other.trial_of.as_ref() == Some(of))
        .collect();
    if earlier
        .iter()
        .any(|trial| trial.state == EditionState::Open)
    {
        let message =
            "この調査回の試行は、いま行われています。終えてから、次の試行を始めてください。";
        return Err(MakingError::Problem(FieldProblem::new("until", message)));
    }
    let key = trial_key(of, earlier.len()).ok_or_else(|| {
        let message = "調査回の記号が長すぎるため、試行の記号を作れません。";
        MakingError::Problem(FieldProblem::new("until", message))
    })?;
    let dates = EditionDates {
        deadline_on: until,
        last_new_answer_on: until,
        last_change_on: until,
    };
    let definition = as_trial(&edition.definition);
    let plan = transaction.edition_plan(edition.id).await?;
    let as_of = plan.respondents_as_of.unwrap_or(today);
    let mut chosen = respondents(&transaction, &edition, dates, as_of).await?;
    if let TrialBodies::Chosen(codes) = bodies {
        let known: BTreeSet<_> = chosen.iter().map(|body| body.class.code).collect();
        if let Some(unknown) = codes.difference(&known).next() {
            let history = transaction.body_history().await?;
            let why = history.absence(*unknown, as_of).unwrap_or_default();
            let message = format!(
                "団体コード{unknown}の団体は、この調査回の対象にありません。{why}コードをお確かめください。試行はまだ始まっていません。"
            );
            return Err(MakingError::Problem(FieldProblem::new("codes", message)));
        }
    }
    let classes: Vec<_> = chosen.iter().map(|body| body.class).collect();
    chosen.retain(|body| bodies.include(body.class.code, &classes));
    if chosen.is_empty() {
        let message = "試行に参加する団体を1つ以上選んでください。";
        return Err(MakingError::Problem(FieldProblem::new("codes", message)));
    }
    let id = transaction
        .insert_trial(&key, of, dates, &definition)
        .await?;
    transaction
        .set_edition_state(id, EditionState::Open, now)
        .await?;
    transaction.insert_respondents(id, &chosen).await?;
    let detail = format!("of {of}, {} bodies, until {until}", chosen.len());
    transaction
        .audit(actor, now, "start_trial", &edition_subject(&key), &detail)
        .await?;
    transaction.commit().await?;
    Ok(key)
}

impl TrialBodies {
    fn include(&self, code: LocalGovernmentCode, all: &[RespondentClass]) -> bool {
        match self {
            Self::All => true,
            Self::Prefecture(prefecture) => code.prefecture() == *prefecture,
            // A general municipality needs whoever gathers its answer.
            Self::Chosen(codes) => {
                let gathers = |class: &RespondentClass| {
                    class.kind.is_general_municipality()
                        && codes.contains(&class.code)
                        && class.code.prefecture().organization_code() == code
                };
                codes.contains(&code) || all.iter().any(gathers)
            }
        }
    }
}
