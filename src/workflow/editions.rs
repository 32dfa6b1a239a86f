//! Opening and closing an edition, and its dates. Only the ministry does this; a prefecture sets its own earlier
//! deadline ([`super::prefecture_deadline`]).

use std::collections::HashMap;

use jiff::civil::Date;

use super::edition_opening::{OpeningError, open_with_dates};
use super::follow_up::first_drafts;
use super::{Desk, WorkflowError, WorkflowResult, deadline_mail, locked_edition};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::body_history::BodyHistory;
use crate::domain::extra_answer::carried_over;
use crate::domain::extra_question::QuestionId;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::RespondentClass;
use crate::domain::place::{Place, Section};
use crate::domain::response::{Draft, Form1Input, Problem};
use crate::domain::survey_edition::{EditionDates, EditionKey, EditionState, SurveyEdition};
use crate::store::Transaction;
use crate::store::respondents::NewRespondent;

/// Opens an edition: sets its dates, takes in every body with the class of the chosen day (today if none was
/// chosen), and fills each draft from the body's newest answer in an earlier edition. An error of the check
/// list refuses it.
pub async fn open_edition(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    dates: EditionDates,
) -> WorkflowResult<()> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    check_dates(&dates)?;
    let place = Place::Section(Section::Contact);
    match open_with_dates(desk, actor, key, dates).await {
        Ok(()) => Ok(()),
        Err(OpeningError::Workflow(error)) => Err(error),
        Err(OpeningError::Findings(findings)) => Err(WorkflowError::Invalid(
            findings
                .into_iter()
                .map(|finding| Problem::new(place.clone(), finding.message))
                .collect(),
        )),
    }
}

/// Changes the dates of an edition that is not closed. Bodies whose prefecture set a deadline keep that one, unless
/// it would lie after the new one. While it is open, bodies that owe and whose deadline moved are told by mail.
pub async fn set_dates(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    dates: EditionDates,
) -> WorkflowResult<()> {
    let country = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    check_dates(&dates)?;
    let now = desk.now();
    let addresses = desk.store.address_book().await?;
    let transaction = desk.store.begin().await?;
    let edition = locked_edition(&transaction, key).await?;
    if edition.state == EditionState::Closed {
        return Err(WorkflowError::Closed);
    }
    let tells = edition.state == EditionState::Open
        && !edition.is_trial()
        && edition.dates.deadline_on != dates.deadline_on;
    let before = if tells {
        transaction.country_board(edition.id, country).await?
    } else {
        Vec::new()
    };
    transaction.set_edition_dates(edition.id, dates).await?;
    transaction
        .set_deadlines(edition.id, None, dates.deadline_on)
        .await?;
    for (prefecture, own) in transaction.prefecture_deadlines(edition.id).await? {
        let deadline_on = own.min(dates.deadline_on);
        if deadline_on != own {
            let moved = (own, deadline_on);
            transaction
                .move_prefecture_deadline(edition.id, prefecture, moved, actor, now)
                .await?;
        }
        transaction
            .set_deadlines(edition.id, Some(prefecture), deadline_on)
            .await?;
    }
    transaction
        .keep_extensions(edition.id, dates.last_new_answer_on)
        .await?;
    if tells {
        let after = transaction.country_board(edition.id, country).await?;
        let mails = deadline_mail::moved(&edition, actor, &before, &after, &addresses, now);
        transaction.mail_all(&mails, now).await?;
    }
    let subject = format!("edition/{key}");
    transaction
        .audit(
            actor,
            now,
            "set_dates",
            &subject,
            &dates.deadline_on.to_string(),
        )
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Closes an open edition: nothing in it changes any more.
pub async fn close_edition(desk: &Desk, actor: &Actor, key: &EditionKey) -> WorkflowResult<()> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let edition = locked_edition(&transaction, key).await?;
    if edition.state != EditionState::Open {
        return Err(WorkflowError::Stale);
    }
    transaction
        .set_edition_state(edition.id, EditionState::Closed, now)
        .await?;
    transaction
        .audit(actor, now, "close_edition", &format!("edition/{key}"), "")
        .await?;
    transaction.commit().await?;
    Ok(())
}

pub(super) fn check_dates(dates: &EditionDates) -> WorkflowResult<()> {
    if dates.deadline_on <= dates.last_new_answer_on
        && dates.last_new_answer_on <= dates.last_change_on
    {
        return Ok(());
    }
    Err(WorkflowError::Invalid(vec![Problem::new(
        Place::Section(Section::Contact),
        "日付は、提出期限、回答の最終受付日、修正の最終受付日の順に、同じ日かあとの日になるようにしてください。",
    )]))
}

/// Every body as of a day, with its newest earlier answer as a draft nobody has saved; in a follow-up those that are
/// asked, with what they marked. A body that took over from
/// one other alone, as a town that became a city under a new code, starts from that one's.
pub(crate) async fn respondents(
    transaction: &Transaction,
    edition: &SurveyEdition,
    dates: EditionDates,
    as_of: Date,
) -> WorkflowResult<Vec<NewRespondent>> {
    let earlier = match &edition.definition.required_amounts {
        Some(rule) => first_drafts(transaction, edition, rule).await?,
        None => earlier_answers(transaction, edition).await?,
    };
    let history = transaction.body_history().await?;
    Ok(take_in(
        &history,
        edition,
        earlier,
        dates.deadline_on,
        as_of,
    ))
}

/// The same from what was read before: `earlier` is where bodies start from.
pub(super) fn take_in(
    history: &BodyHistory,
    edition: &SurveyEdition,
    mut earlier: HashMap<LocalGovernmentCode, Draft>,
    deadline_on: Date,
    as_of: Date,
) -> Vec<NewRespondent> {
    let asks = |class: &RespondentClass, id: &QuestionId| {
        let question = edition.definition.question(id);
        question.is_some_and(|question| question.is_asked_of(class))
    };
    let mut earlier_of = |code: LocalGovernmentCode| {
        let from = origin(history, code, as_of, |code| earlier.contains_key(&code))?;
        earlier.remove(&from)
    };
    let mut all: Vec<_> = history
        .on(as_of)
        .into_iter()
        .map(|body| {
            let class = body.respondent_class();
            let mut prefill = earlier_of(body.code);
            if let Some(draft) = &mut prefill {
                draft.input.extra.retain(|id, _| asks(&class, id));
            }
            NewRespondent {
                class,
                prefill,
                name: body.name,
                kana: body.kana,
                deadline_on,
            }
        })
        .collect();
    if edition.is_follow_up() {
        all.retain(|respondent| respondent.prefill.is_some());
    }
    all
}

/// Whose answer a body starts from, of the bodies that have one: its own, or that of the one other it took over from
/// alone.
pub(super) fn origin(
    history: &BodyHistory,
    code: LocalGovernmentCode,
    as_of: Date,
    has_answer: impl Fn(LocalGovernmentCode) -> bool,
) -> Option<LocalGovernmentCode> {
    if has_answer(code) {
        return Some(code);
    }
    let before = history.predecessors(code, as_of);
    let [only] = before.as_slice() else {
        return None;
    };
    // Whoever was merged into a body that went on is not where that body starts from.
    let began = history.state(code, only.since.yesterday().ok()?)?;
    Some(only.body.code).filter(|from| !began.is_in_force() && has_answer(*from))
}

/// What each body answered last in an earlier edition.
async fn earlier_answers(
    transaction: &Transaction,
    edition: &SurveyEdition,
) -> WorkflowResult<HashMap<LocalGovernmentCode, Draft>> {
    let mut earlier: HashMap<LocalGovernmentCode, Draft> = HashMap::new();
    for old in transaction.editions().await? {
        // Neither a trial nor a follow-up fills anything in.
        if !old.is_intent_survey() || old.definition.fiscal_year >= edition.definition.fiscal_year {
            continue;
        }
        for (code, form) in transaction.newest_forms(old.id).await? {
            earlier
                .entry(code)
                .or_insert_with(|| prefill(&old, edition, form.to_input()));
        }
    }
    Ok(earlier)
}

/// An earlier answer as a start: the contact, the schemes and the questions both editions ask, not the
/// intent, which is new each year.
pub(super) fn prefill(
    old: &SurveyEdition,
    edition: &SurveyEdition,
    mut input: Form1Input,
) -> Draft {
    input.intent = Default::default();
    input
        .schemes
        .rows
        .retain(|scheme, _| edition.definition.row(scheme).is_some());
    input.extra = carried_over(
        &old.definition.questions,
        &edition.definition.questions,
        input.extra,
    );
    Draft {
        input,
        prefilled_from: Some(old.key.clone()),
        ..Draft::default()
    }
}
