//! 再受付: the ministry asks one body again by itself, with a reason and until a day, also in a closed edition
//! or after the last dates.

use jiff::civil::Date;

use super::mail::{Announcement, announce_within};
use super::return_response::draft_to_mend;
use super::{Desk, WorkflowError, WorkflowResult, must_be_version, next_status, write_down};
use crate::domain::access::CountryScope;
use crate::domain::account::Actor;
use crate::domain::coordination_contact::check_text;
use crate::domain::japan_time::{UnixMillis, deadline_label};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::place::{Place, Section};
use crate::domain::response::Problem;
use crate::domain::response_status::ResponseEvent;
use crate::domain::return_request::{REASON_MAX, ReturnItem};
use crate::domain::survey_edition::{EditionKey, EditionState};
use crate::domain::text;
use crate::store::events::NewEvent;
use crate::store::reopening::Reopening;

/// Lets a body answer until the end of a day in Japan. An answer that was sent becomes one to be mended, with
/// the reason; a body that sent nothing goes on where it was. Reopening again moves the day. A trial that is over
/// stays over.
pub async fn reopen(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    code: LocalGovernmentCode,
    version: i32,
    until: Date,
    reason: &str,
) -> WorkflowResult<()> {
    CountryScope::of(actor).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let reopening = Reopening {
        until,
        reason: text::clean_text(reason),
    };
    check(&reopening, now)?;
    let transaction = desk.store.begin().await?;
    let record = transaction
        .response(key, code)
        .await?
        .filter(|record| record.edition.state != EditionState::Preparing)
        .ok_or(WorkflowError::NotFound)?;
    if record.edition.is_trial_over(now) {
        return Err(WorkflowError::Closed);
    }
    must_be_version(&record, version)?;
    let event = ResponseEvent::Reopen;
    let status = next_status(&record, event)?;
    // It concerns the whole form; lists print the reason without a place.
    let items = [ReturnItem {
        place: Place::Section(Section::Contact),
        reason: reopening.reason.clone(),
    }];
    let history = transaction.history(record.id).await?;
    // What was typed in an earlier reopening and not sent in time goes on.
    let goes_on = history
        .last()
        .is_some_and(|last| last.event == ResponseEvent::EndReopening);
    let draft = if record.status.is_received() && !goes_on {
        let revision = transaction.revision(record.id, record.revision_number);
        let revision = revision.await?.ok_or(WorkflowError::NotFound)?;
        Some(draft_to_mend(&record, &revision))
    } else {
        None
    };
    transaction
        .reopen(&record, status, &reopening, draft.as_ref(), now)
        .await?;
    let new = NewEvent {
        event,
        status_after: status,
        revision_number: (record.revision_number > 0).then_some(record.revision_number),
        at: now,
        reasons: &items,
        intake_file: None,
    };
    let mut writes = desk.store.writes();
    write_down(&mut writes, actor, &record, &new)?;
    let subject = super::response_subject(key, code);
    let detail = format!("until {until}");
    writes.audit(actor, now, "reopen_until", &subject, &detail);
    let facts = MailFacts::default()
        .with(Placeholder::Deadline, deadline_label(until))
        .with(Placeholder::By, actor.body_name())
        .with(Placeholder::Link, format!("/editions/{key}/form1"));
    let asked = format!("{key}/{code}/{}", record.version);
    let to = Party::Body(code);
    let again = Announcement::of_answer(MailKind::Reopened, to, &record, asked, facts);
    transaction.apply(writes).await?;
    announce_within(&transaction, now, &again).await?;
    Ok(transaction.commit().await?)
}

/// The reason stands at the contact, the day at the intent: places of the page's own two fields.
fn check(reopening: &Reopening, now: UnixMillis) -> WorkflowResult<()> {
    let reason = Place::Section(Section::Contact);
    let mut problems = Vec::new();
    if reopening.reason.is_empty() {
        let message = "再受付の理由を入力してください。";
        problems.push(Problem::new(reason.clone(), message));
    }
    check_text(&reopening.reason, REASON_MAX, reason, &mut problems);
    if reopening.until < now.japan_date() {
        problems.push(Problem::new(
            Place::Section(Section::Intent),
            "過ぎた日は再受付の期限にできません。今日以降の日付を入力してください。",
        ));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(WorkflowError::Invalid(problems))
    }
}
