//! 様式2の送付: freezes Form 2 as it is and numbers it.

use super::mail::{Announcement, announce_within};
use super::{Desk, WorkflowError, WorkflowResult};
use crate::domain::access::PrefectureScope;
use crate::domain::account::{Actor, Role};
use crate::domain::coordination_contact::check_text;
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::organization::Route;
use crate::domain::place::{Place, Section};
use crate::domain::summary_sheet::{SummaryRow, SummarySheet};
use crate::domain::survey_edition::{EditionKey, EditionState};
use crate::domain::text;
use crate::store::boards::BoardRow;
use crate::store::summary_sheets::SentSheet;

/// Longest remark, in characters.
const REMARK_MAX: usize = 1000;

/// Form 2 as a prefecture's board gives it now.
pub fn build(scope: PrefectureScope, board: &[BoardRow]) -> SummarySheet {
    let prefecture = scope.prefecture();
    let rows = board
        .iter()
        .filter(|row| row.route == Route::ThroughPrefecture)
        .map(|row| SummaryRow {
            code: row.code,
            name: row.name.clone(),
            status: row.status,
            revision: row.status.is_received().then_some(row.revision_number),
        })
        .collect();
    SummarySheet::new(
        prefecture.organization_code(),
        prefecture.name().to_owned(),
        rows,
    )
}

/// Sends Form 2 to the ministry and gives its number. `expected` is the number the page showed as
/// the next one: the same page sent twice gives one sheet.
pub async fn send_summary_sheet(
    desk: &Desk,
    actor: &Actor,
    key: &EditionKey,
    expected: i32,
    remark: &str,
) -> WorkflowResult<i32> {
    let Role::Prefecture(prefecture) = actor.role else {
        return Err(WorkflowError::NotFound);
    };
    let scope = PrefectureScope::of(actor, prefecture).ok_or(WorkflowError::NotFound)?;
    let remark = text::clean_text(remark);
    let mut problems = Vec::new();
    check_text(
        &remark,
        REMARK_MAX,
        Place::Section(Section::Contact),
        &mut problems,
    );
    if !problems.is_empty() {
        return Err(WorkflowError::Invalid(problems));
    }
    let now = desk.now();
    let transaction = desk.store.begin().await?;
    let edition = transaction
        .edition(key)
        .await?
        // A follow-up has no Form 2.
        .filter(|edition| !edition.is_follow_up())
        .ok_or(WorkflowError::NotFound)?;
    if edition.state != EditionState::Open {
        return Err(WorkflowError::Closed);
    }
    let last = transaction
        .last_sheet_number(edition.id, prefecture)
        .await?;
    if last >= expected {
        return Ok(last);
    }
    let board = transaction.board(edition.id, scope).await?;
    let sent = SentSheet {
        number: last + 1,
        sheet: build(scope, &board),
        remark,
        sent_at: now,
        sent_by: actor.display_name.clone(),
    };
    match transaction
        .insert_sheet(edition.id, prefecture, &sent, actor.account_id)
        .await
    {
        // Another node was faster with the same page.
        Err(error) if error.is_duplicate() => return Ok(expected),
        other => other?,
    }
    let subject = format!("summary_sheet/{key}/{prefecture}");
    let detail = format!("number {}", sent.number);
    transaction
        .audit(actor, now, "send_summary_sheet", &subject, &detail)
        .await?;
    let facts = MailFacts::default()
        .with(Placeholder::By, actor.display_name.as_str())
        .with(
            Placeholder::State,
            format!(
                "第{}号　提出{}団体／全{}団体",
                sent.number,
                sent.sheet.submitted(),
                sent.sheet.rows.len()
            ),
        )
        .with(
            Placeholder::Link,
            format!(
                "/editions/{key}/prefectures/{prefecture}/form2/{}",
                sent.number
            ),
        );
    let arrived = Announcement {
        kind: MailKind::SummarySent,
        to: Party::Ministry,
        about: (prefecture.organization_code(), prefecture.name()),
        edition: Some(&edition),
        event: format!("{key}/{prefecture}/{}", sent.number),
        facts,
    };
    announce_within(&transaction, now, &arrived).await?;
    transaction.commit().await?;
    Ok(sent.number)
}
