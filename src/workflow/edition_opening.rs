//! Opening an edition: by hand or with the beginning of a day, after the check list.
//!
//! ```text
//! page ─ open_checked ────────────┐
//! page ─ schedule_opening ─ tick ─┴─> lock the edition ─> check ─> state, bodies, audit in one transaction
//! ```
//! Any number of nodes may tick: the edition's row is locked and whoever comes second finds it open.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::edition_making::edition_subject;
use super::editions::respondents;
use super::follow_up::retain_asked;
use super::part_mail::{self, Divided};
use super::{Desk, WorkflowError, WorkflowResult, locked_edition};
use crate::domain::access::{CountryScope, ReadScope};
use crate::domain::account::{Actor, Role};
use crate::domain::edition_checks::{Finding, Preparation, Severity, check, left_over};
use crate::domain::japan_time::{UnixMillis, deadline_label};
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::place::{Place, Section};
use crate::domain::response::Problem;
use crate::domain::survey_edition::{EditionDates, EditionKey, EditionState, SurveyEdition};
use crate::store::Transaction;
use crate::store::editions::making::PlannedOpening;
use crate::store::respondents::NewRespondent;
use crate::workflow::mail::Announcement;

/// Why an edition did not open, or no opening was planned. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpeningError {
    /// Errors, and warnings that were not ticked.
    #[error("the check list is not done")]
    Findings(Vec<Finding>),
    #[error(transparent)]
    Workflow(#[from] WorkflowError),
}

impl From<crate::store::StoreError> for OpeningError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Workflow(error.into())
    }
}

/// The check list of an edition in preparation, as if it opened on a day.
pub async fn findings(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    opens_on: Option<Date>,
) -> WorkflowResult<Vec<Finding>> {
    let scope = CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let store = &desk.store;
    let edition = store.edition(key).await?.ok_or(WorkflowError::NotFound)?;
    let opens_on = opens_on.unwrap_or(desk.now().japan_date());
    let plan = store.edition_plan(edition.id).await?;
    let history = store.body_history().await?;
    let as_of = plan.respondents_as_of.unwrap_or(opens_on);
    let mut asked = history.on(as_of);
    let source = match &edition.definition.required_amounts {
        Some(rule) => store.edition(&rule.source).await?,
        None => None,
    };
    if let Some(source) = &source {
        let scope = ReadScope::Country(scope);
        let forms = store.forms_with_status(source.id, scope).await?;
        retain_asked(&mut asked, &history, as_of, &forms);
    }
    Ok(check(&Preparation {
        key: &edition.key,
        definition: &edition.definition,
        dates: &edition.dates,
        opens_on,
        respondents_as_of: plan.respondents_as_of,
        catalogue: &store.catalogue().await?,
        respondents: &asked,
        coming: &history.coming_changes(as_of),
        bodies: history.on(opens_on).len(),
        source: source.as_ref(),
        calendar: &store.working_calendar().await?,
        editions: &store.editions().await?,
    }))
}

/// The same inside a transaction, with the dates the edition is to have.
async fn checked(
    transaction: &Transaction,
    edition: &SurveyEdition,
    dates: EditionDates,
    opens_on: Date,
) -> WorkflowResult<Vec<Finding>> {
    let plan = transaction.edition_plan(edition.id).await?;
    let history = transaction.body_history().await?;
    let as_of = plan.respondents_as_of.unwrap_or(opens_on);
    let mut asked = history.on(as_of);
    let source = match &edition.definition.required_amounts {
        Some(rule) => transaction.edition(&rule.source).await?,
        None => None,
    };
    if let Some(source) = &source {
        let forms = transaction.forms_with_status(source.id).await?;
        retain_asked(&mut asked, &history, as_of, &forms);
    }
    Ok(check(&Preparation {
        key: &edition.key,
        definition: &edition.definition,
        dates: &dates,
        opens_on,
        respondents_as_of: plan.respondents_as_of,
        catalogue: &transaction.catalogue().await?,
        respondents: &asked,
        coming: &history.coming_changes(as_of),
        bodies: history.on(opens_on).len(),
        source: source.as_ref(),
        calendar: &transaction.working_calendar().await?,
        editions: &transaction.editions().await?,
    }))
}

/// Opens an edition now, with the dates it has, if the check list has no error and every warning was ticked.
pub async fn open_checked(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    ticked: &BTreeSet<String>,
) -> Result<(), OpeningError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let today = desk.now().japan_date();
    let transaction = desk.store.begin().await?;
    let edition = preparing(&transaction, key).await?;
    let found = checked(&transaction, &edition, edition.dates, today).await?;
    let left = left_over(&found, ticked);
    if !left.is_empty() {
        return Err(OpeningError::Findings(left.into_iter().cloned().collect()));
    }
    let detail = edition.dates.deadline_on.to_string();
    open(
        desk,
        &transaction,
        actor,
        &edition,
        edition.dates,
        ("open_edition", &detail),
    )
    .await?;
    Ok(transaction.commit().await?)
}

/// Opens an edition with these dates; errors of the check list refuse it, warnings are not asked about. For
/// those who have seen the list, or who know what they do.
pub(super) async fn open_with_dates(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    dates: EditionDates,
) -> Result<(), OpeningError> {
    let today = desk.now().japan_date();
    let transaction = desk.store.begin().await?;
    let edition = preparing(&transaction, key).await?;
    let mut found = checked(&transaction, &edition, dates, today).await?;
    found.retain(|finding| finding.severity == Severity::Error);
    if !found.is_empty() {
        return Err(OpeningError::Findings(found));
    }
    let detail = dates.deadline_on.to_string();
    open(
        desk,
        &transaction,
        actor,
        &edition,
        dates,
        ("open_edition", &detail),
    )
    .await?;
    Ok(transaction.commit().await?)
}

/// Plans that an edition opens with the beginning of a day in Japan, after today. The same list is gone
/// through on that day once more.
pub async fn schedule_opening(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    on: Date,
    ticked: &BTreeSet<String>,
) -> Result<(), OpeningError> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    if on <= now.japan_date() {
        let place = Place::Section(Section::Contact);
        let message = "開始する日には、あした以降の日付を入力してください。";
        return Err(WorkflowError::Invalid(vec![Problem::new(place, message)]).into());
    }
    let transaction = desk.store.begin().await?;
    let edition = preparing(&transaction, key).await?;
    let found = checked(&transaction, &edition, edition.dates, on).await?;
    let left = left_over(&found, ticked);
    if !left.is_empty() {
        return Err(OpeningError::Findings(left.into_iter().cloned().collect()));
    }
    let ticked: Vec<String> = ticked.iter().cloned().collect();
    transaction
        .plan_opening(edition.id, Some((actor, on, &ticked)))
        .await?;
    let subject = edition_subject(key);
    transaction
        .audit(actor, now, "schedule_opening", &subject, &on.to_string())
        .await?;
    Ok(transaction.commit().await?)
}

/// Takes a planned opening back; also forgets why one did not take place.
pub async fn cancel_opening(desk: &Desk, actor: &Actor, key: &EditionKey) -> WorkflowResult<()> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let edition = preparing(&transaction, key).await?;
    transaction.plan_opening(edition.id, None).await?;
    transaction
        .audit(actor, now, "cancel_opening", &edition_subject(key), "")
        .await?;
    Ok(transaction.commit().await?)
}

/// Opens what was planned for today or earlier. Safe to call from any number of nodes at any time.
pub async fn open_due(desk: &Desk) -> WorkflowResult<()> {
    for key in desk.store.editions_due(desk.now().japan_date()).await? {
        open_planned(desk, &key).await?;
    }
    Ok(())
}

async fn open_planned(desk: &Desk, key: &EditionKey) -> WorkflowResult<()> {
    let now = desk.now();
    let today = now.japan_date();
    let transaction = desk.store.begin().await?;
    let Some(edition) = transaction.lock_edition(key).await? else {
        return Ok(());
    };
    let plan = transaction.edition_plan(edition.id).await?;
    // Another node was first, or somebody took the plan back.
    let planned = plan.opening.filter(|opening| opening.on <= today);
    let Some(planned) = planned.filter(|_| edition.state == EditionState::Preparing) else {
        return Ok(());
    };
    let actor = whoever_planned(&planned);
    let ticked: BTreeSet<String> = planned.ticked.iter().cloned().collect();
    let found = checked(&transaction, &edition, edition.dates, today).await?;
    let left = left_over(&found, &ticked);
    if left.is_empty() {
        let what = ("scheduled_opening", planned.on.to_string());
        open(
            desk,
            &transaction,
            &actor,
            &edition,
            edition.dates,
            (what.0, &what.1),
        )
        .await?;
    } else {
        let reasons: Vec<String> = left.iter().map(|finding| finding.message.clone()).collect();
        transaction.refuse_opening(edition.id, &reasons).await?;
        let subject = edition_subject(key);
        let detail = planned.on.to_string();
        transaction
            .audit(&actor, now, "scheduled_opening_refused", &subject, &detail)
            .await?;
    }
    Ok(transaction.commit().await?)
}

/// The opening is theirs, also if their account was stopped meanwhile.
fn whoever_planned(planned: &PlannedOpening) -> Actor {
    Actor {
        account_id: planned.set_by,
        display_name: planned.set_by_name.clone(),
        email: String::new(),
        is_admin: false,
        role: Role::Ministry,
        body: None,
        department: String::new(),
        request_id: "scheduled".to_owned(),
    }
}

async fn preparing(transaction: &Transaction, key: &EditionKey) -> WorkflowResult<SurveyEdition> {
    let edition = locked_edition(transaction, key).await?;
    if edition.state == EditionState::Preparing {
        Ok(edition)
    } else {
        Err(WorkflowError::Stale)
    }
}

/// Takes in every body with the class it has on the chosen day, and fills each draft from the body's newest
/// answer in an earlier edition.
async fn open(
    desk: &Desk,
    transaction: &Transaction,
    actor: &Actor,
    edition: &SurveyEdition,
    dates: EditionDates,
    (action, detail): (&str, &str),
) -> WorkflowResult<()> {
    let now = desk.now();
    let plan = transaction.edition_plan(edition.id).await?;
    let as_of = plan.respondents_as_of.unwrap_or(now.japan_date());
    transaction.set_edition_dates(edition.id, dates).await?;
    transaction.plan_opening(edition.id, None).await?;
    transaction
        .set_edition_state(edition.id, EditionState::Open, now)
        .await?;
    let mut respondents = respondents(transaction, edition, dates, as_of).await?;
    // An import into an edition that was over may have been killed before its end.
    let present = transaction.response_ids(edition.id).await?;
    respondents.retain(|respondent| !present.contains_key(&respondent.class.code));
    transaction
        .insert_respondents(edition.id, &respondents)
        .await?;
    tell_who_is_asked(desk, transaction, edition, &respondents).await?;
    tell_departments(transaction, actor, edition, &respondents, now).await?;
    let subject = edition_subject(&edition.key);
    transaction
        .audit(actor, now, action, &subject, detail)
        .await?;
    Ok(())
}

/// Writes to each body that the edition asks; a trial writes to nobody.
pub(super) async fn tell_who_is_asked(
    desk: &Desk,
    transaction: &Transaction,
    edition: &SurveyEdition,
    respondents: &[NewRespondent],
) -> WorkflowResult<()> {
    let addresses = desk.store.address_book().await?;
    let mut mails = Vec::new();
    for respondent in respondents {
        let code = respondent.class.code;
        let to = Party::Body(code);
        let facts = MailFacts::default()
            .with(
                Placeholder::Deadline,
                deadline_label(respondent.deadline_on),
            )
            .with(
                Placeholder::Link,
                format!("/editions/{}/form1", edition.key),
            );
        let opened = Announcement {
            kind: if edition.is_follow_up() {
                MailKind::FollowUpOpened
            } else {
                MailKind::EditionOpened
            },
            to,
            about: (code, &respondent.name),
            edition: Some(edition),
            event: format!("{}/{code}", edition.key),
            facts,
        };
        mails.extend(opened.mails(addresses.of(to)));
    }
    Ok(transaction.mail_all(&mails, desk.now()).await?)
}

/// Writes to the departments to which a body hands its rows from edition to edition.
pub(super) async fn tell_departments(
    transaction: &Transaction,
    actor: &Actor,
    edition: &SurveyEdition,
    respondents: &[NewRespondent],
    now: UnixMillis,
) -> WorkflowResult<()> {
    for (code, rows) in transaction.divided_bodies().await? {
        let Some(respondent) = respondents.iter().find(|it| it.class.code == code) else {
            continue;
        };
        let body = Divided {
            code,
            name: &respondent.name,
            rows: &rows,
            addresses: &transaction.department_addresses(code).await?,
        };
        let mails = part_mail::mails(actor, edition, respondent.deadline_on, &body, "opened");
        transaction.mail_all(&mails, now).await?;
    }
    Ok(())
}
