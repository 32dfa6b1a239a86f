//! 再受付の終了: takes answers that nobody mended back to where they stood, once the day of their reopening has passed.

use jiff::civil::Date;

use super::{Desk, WorkflowResult, write_down};
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::reopening::status_before;
use crate::domain::response_status::{ResponseEvent, ResponseStatus};
use crate::domain::survey_edition::EditionKey;
use crate::store::events::NewEvent;

/// Ends every reopening whose day is over, so that what was sent before counts again. Nothing else is touched: what
/// was typed and not sent stays in the draft. Safe to call from any number of nodes at any time.
pub async fn end_reopenings(desk: &Desk) -> WorkflowResult<()> {
    let today = desk.now().japan_date();
    for (key, code) in desk.store.unmended_reopenings(today).await? {
        end(desk, &key, code, today).await?;
    }
    Ok(())
}

async fn end(
    desk: &Desk,
    key: &EditionKey,
    code: LocalGovernmentCode,
    today: Date,
) -> WorkflowResult<()> {
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let record = transaction.response(key, code).await?;
    // Another node was first, or the ministry has moved the day.
    let is_over = |until: Date| until < today;
    let Some(record) = record.filter(|record| {
        let reopening = record.reopened.as_ref();
        record.status == ResponseStatus::Returned
            && reopening.is_some_and(|reopening| is_over(reopening.until))
    }) else {
        return Ok(transaction.rollback().await?);
    };
    let history = transaction.history(record.id).await?;
    let Some(status) = status_before(&history) else {
        // Returned by its reviewer: that return stands until it is answered.
        return Ok(transaction.rollback().await?);
    };
    transaction.end_reopening(&record, status, now).await?;
    let new = NewEvent {
        event: ResponseEvent::EndReopening,
        status_after: status,
        revision_number: Some(record.revision_number),
        at: now,
        reasons: &[],
        intake_file: None,
    };
    let mut writes = desk.store.writes();
    write_down(&mut writes, &the_calendar(), &record, &new)?;
    transaction.apply(writes).await?;
    Ok(transaction.commit().await?)
}

/// Nobody did it.
fn the_calendar() -> Actor {
    Actor {
        display_name: "自動（期限の経過）".to_owned(),
        ..Actor::operator("scheduled")
    }
}
