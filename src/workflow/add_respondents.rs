//! 対象の団体の追加: bodies whose ① came after the survey of required amounts opened (docs/adr/024).
//!
//! ```text
//! received answer with ①, not asked yet ─ add ─> a row as the opening would have made it + audit + mail, one transaction
//! ```

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::edition_making::{MakingError, edition_subject};
use super::edition_opening::{tell_departments, tell_who_is_asked};
use super::editions::take_in;
use super::follow_up::{drafts, first_drafts};
use super::{Desk, WorkflowError, WorkflowResult, response_subject};
use crate::domain::access::{CountryScope, ReadScope};
use crate::domain::account::Actor;
use crate::domain::body_history::BodyHistory;
use crate::domain::edition_input::FieldProblem;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::Route;
use crate::domain::response::Draft;
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};
use crate::store::StoreError;
use crate::store::audit_log::AuditRow;
use crate::store::extensions::NewExtension;
use crate::store::respondents::NewRespondent;

/// Why a body that comes after the deadline has more time.
const REASON: &str = "提出期限のあとに、調査の対象に加わったため";

/// The field with the bodies.
pub const FIELD: &str = "bodies";

/// A survey of required amounts that runs, and who could be added to it.
#[derive(Clone, Debug)]
pub struct Addable {
    pub edition: SurveyEdition,
    /// With the deadline each would get, in code order.
    pub bodies: Vec<NewRespondent>,
    /// Who was added before, oldest first: the detail names the body.
    pub added: Vec<AuditRow>,
    /// The last day for new answers is over.
    pub is_over: bool,
}

fn added_subject(key: &EditionKey) -> String {
    format!("{}/respondents", edition_subject(key))
}

/// Who could be added; `None` for everything but a survey of required amounts that was opened.
pub async fn addable(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
) -> WorkflowResult<Option<Addable>> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let store = &desk.store;
    let edition = store.edition(key).await?.ok_or(WorkflowError::NotFound)?;
    if !was_opened(&edition) {
        return Ok(None);
    }
    let today = desk.now().japan_date();
    let is_over = is_over(&edition, today);
    let mut bodies = Vec::new();
    let source = match &edition.definition.required_amounts {
        Some(rule) if !is_over => store.edition(&rule.source).await?,
        _ => None,
    };
    if let Some(source) = source {
        let scope = ReadScope::Country(scope);
        let forms = store.forms_with_status(source.id, scope).await?;
        let plan = store.edition_plan(edition.id).await?;
        let present = store.respondent_bodies(edition.id).await?.into_iter();
        bodies = candidates(
            &edition,
            &store.body_history().await?,
            drafts(&source, &edition, forms),
            &present.map(|body| body.code).collect(),
            &store.prefecture_deadlines(edition.id).await?,
            plan.respondents_as_of.unwrap_or(today),
        );
    }
    Ok(Some(Addable {
        bodies,
        added: store.audit_of(&added_subject(key)).await?,
        is_over,
        edition,
    }))
}

/// It asks for required amounts and has begun.
fn was_opened(edition: &SurveyEdition) -> bool {
    edition.is_follow_up() && edition.state != EditionState::Preparing
}

fn is_over(edition: &SurveyEdition, today: Date) -> bool {
    edition.state == EditionState::Closed || edition.dates.last_new_answer_on < today
}

/// Bodies with a received ① that the edition does not have, as its opening would take them in.
fn candidates(
    edition: &SurveyEdition,
    history: &BodyHistory,
    drafts: HashMap<LocalGovernmentCode, Draft>,
    present: &HashSet<LocalGovernmentCode>,
    own_deadlines: &[(PrefectureCode, Date)],
    as_of: Date,
) -> Vec<NewRespondent> {
    let general = edition.dates.deadline_on;
    let mut bodies = take_in(history, edition, drafts, general, as_of);
    bodies.retain(|body| !present.contains(&body.class.code));
    for body in &mut bodies {
        if body.class.kind.route() == Route::ThroughPrefecture {
            let prefecture = body.class.code.prefecture();
            let own = own_deadlines.iter().find(|(code, _)| *code == prefecture);
            body.deadline_on = own.map_or(general, |(_, day)| *day);
        }
    }
    bodies
}

/// Until when a body that is added today may answer: the deadline of everybody, or the last day for new answers.
pub fn deadline_of(body: &NewRespondent, edition: &SurveyEdition, today: Date) -> Date {
    if body.deadline_on < today {
        edition.dates.last_new_answer_on
    } else {
        body.deadline_on
    }
}

/// Adds bodies to a survey of required amounts that is open, and writes to them. Bodies that were added already stay
/// as they are: the same page sent twice adds nobody twice. Gives how many were added.
pub async fn add_respondents(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    chosen: &[LocalGovernmentCode],
) -> Result<usize, MakingError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    if chosen.is_empty() {
        let message = "追加する団体を選んでください。";
        return Err(MakingError::Problem(FieldProblem::new(FIELD, message)));
    }
    let now = desk.now();
    let today = now.japan_date();
    let transaction = desk.store.begin().await?;
    let edition = transaction.lock_edition(key).await?;
    let edition = edition.filter(was_opened).ok_or(WorkflowError::NotFound)?;
    if is_over(&edition, today) {
        return Err(WorkflowError::Closed.into());
    }
    let present = transaction.response_ids(edition.id).await?;
    let present: HashSet<_> = present.into_keys().collect();
    let drafts = match &edition.definition.required_amounts {
        Some(rule) => first_drafts(&transaction, &edition, rule).await?,
        None => HashMap::new(),
    };
    let plan = transaction.edition_plan(edition.id).await?;
    let mut bodies = candidates(
        &edition,
        &transaction.body_history().await?,
        drafts,
        &present,
        &transaction.prefecture_deadlines(edition.id).await?,
        plan.respondents_as_of.unwrap_or(today),
    );
    bodies.retain(|body| chosen.contains(&body.class.code));
    let known = |code: &LocalGovernmentCode| {
        present.contains(code) || bodies.iter().any(|body| body.class.code == *code)
    };
    let gone: Vec<_> = chosen.iter().filter(|code| !known(code)).collect();
    if !gone.is_empty() {
        let codes: Vec<_> = gone.iter().map(|code| code.to_string()).collect();
        let message = format!(
            "選んだ団体のうち{}は、もとの調査回の回答が差戻しや取下げになったため、追加できません。印を外してから、もう一度追加してください。まだどの団体も追加していません。",
            codes.join("、")
        );
        return Err(MakingError::Problem(FieldProblem::new(FIELD, message)));
    }
    transaction.insert_respondents(edition.id, &bodies).await?;
    for body in &mut bodies {
        let code = body.class.code;
        let until = deadline_of(body, &edition, today);
        if until != body.deadline_on {
            // In the history of deadlines, and kept when those of everybody move.
            let record = transaction.response(key, code).await?;
            let record =
                record.ok_or_else(|| StoreError::corrupt("respondent")(code.to_string()))?;
            let extension = NewExtension {
                deadline_on: until,
                reason: REASON,
                at: now,
            };
            transaction.extend(&record, actor, &extension).await?;
            body.deadline_on = until;
        }
        let (action, day) = ("add_respondent", until.to_string());
        let subject = response_subject(key, code);
        transaction
            .audit(actor, now, action, &subject, &day)
            .await?;
        let named = format!("{code} {}", body.name);
        transaction
            .audit(actor, now, action, &added_subject(key), &named)
            .await?;
    }
    tell_who_is_asked(desk, &transaction, &edition, &bodies).await?;
    tell_departments(&transaction, actor, &edition, &bodies, now).await?;
    transaction.commit().await?;
    Ok(bodies.len())
}
