//! 県内締切: a prefecture's own deadline for its general municipalities. Those that still owe are told by mail.

use jiff::civil::Date;

use super::{Desk, WorkflowError, WorkflowResult, deadline_mail, locked_edition};
use crate::domain::access::PrefectureScope;
use crate::domain::account::{Actor, Role};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::place::{Place, Section};
use crate::domain::response::Problem;
use crate::domain::survey_edition::{EditionKey, EditionState, SurveyEdition};
use crate::store::Transaction;

/// Moves the deadline, not after the ministry's and not to a day that is over. The same day again changes nothing and
/// tells nobody.
pub async fn set_prefecture_deadline(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    deadline_on: Date,
) -> WorkflowResult<()> {
    let Role::Prefecture(prefecture) = actor.role else {
        return Err(WorkflowError::NotFound);
    };
    let scope = PrefectureScope::of(actor, prefecture).ok_or(WorkflowError::NotFound)?;
    let now = desk.now();
    let addresses = desk.store.address_book().await?;
    let transaction = desk.store.begin().await?;
    let edition = locked_edition(&transaction, key).await?;
    if edition.state != EditionState::Open {
        return Err(WorkflowError::Closed);
    }
    let before = current(&transaction, &edition, prefecture).await?;
    if before == deadline_on {
        return Ok(());
    }
    check(&edition, deadline_on, now)?;
    let rows = transaction.board(edition.id, scope).await?;
    let moved = (before, deadline_on);
    transaction
        .move_prefecture_deadline(edition.id, prefecture, moved, actor, now)
        .await?;
    transaction
        .set_deadlines(edition.id, Some(prefecture), deadline_on)
        .await?;
    transaction
        .keep_extensions(edition.id, edition.dates.last_new_answer_on)
        .await?;
    let changed = transaction.board(edition.id, scope).await?;
    let mails = deadline_mail::moved(&edition, actor, &rows, &changed, &addresses, now);
    transaction.mail_all(&mails, now).await?;
    let subject = format!("edition/{key}/prefecture/{prefecture}");
    let detail = format!("{before} to {deadline_on}");
    transaction
        .audit(actor, now, "set_prefecture_deadline", &subject, &detail)
        .await?;
    Ok(transaction.commit().await?)
}

/// The prefecture's own deadline, or the edition's if it set none.
async fn current(
    transaction: &Transaction,
    edition: &SurveyEdition,
    prefecture: PrefectureCode,
) -> WorkflowResult<Date> {
    let own = transaction.prefecture_deadlines(edition.id).await?;
    let own = own.into_iter().find(|(code, _)| *code == prefecture);
    Ok(own.map_or(edition.dates.deadline_on, |(_, day)| day))
}

fn check(edition: &SurveyEdition, deadline_on: Date, now: UnixMillis) -> WorkflowResult<()> {
    let problem = if deadline_on < now.japan_date() {
        "過ぎた日は県内締切にできません。今日以降の日付を入力してください。"
    } else if deadline_on > edition.dates.deadline_on {
        "県内締切は、国の提出期限と同じか、それより前の日にしてください。"
    } else {
        return Ok(());
    };
    let place = Place::Section(Section::Contact);
    Err(WorkflowError::Invalid(vec![Problem::new(place, problem)]))
}
