//! Who is told by mail of a notice: whoever acts next, and whoever waits. A mail says how it stands, never what it says.

use crate::domain::account::Actor;
use crate::domain::intent_change::{ChangeEvent, ChangeState};
use crate::domain::mail::{MailFacts, MailKind, Party, Placeholder};
use crate::domain::organization::Route;
use crate::store::Transaction;
use crate::store::intent_changes::ChangeStep;
use crate::store::responses::ResponseRecord;
use crate::workflow::WorkflowResult;
use crate::workflow::mail::{Announcement, announce_within, by, reviewer_of};

/// Writes the mails of a step. `was`: where the notice stood before; `None` if it was just filed.
pub(super) async fn tell(
    transaction: &Transaction,
    actor: &Actor,
    record: &ResponseRecord,
    (id, was): (i64, Option<ChangeState>),
    step: &ChangeStep<'_>,
) -> WorkflowResult<()> {
    for (kind, to, state) in told(record, was, step) {
        let facts = MailFacts::default()
            .with(Placeholder::By, by(actor))
            .with(Placeholder::State, state)
            .with(Placeholder::Link, format!("/changes/{id}"));
        // An event happens to a notice once.
        let event = format!("change-{id}-{}", step.event.as_str());
        let announcement = Announcement::of_answer(kind, to, record, event, facts);
        announce_within(transaction, step.at, &announcement).await?;
    }
    Ok(())
}

/// The mails of a step: kind, to whom, and how the notice stands in words.
fn told(
    record: &ResponseRecord,
    was: Option<ChangeState>,
    step: &ChangeStep<'_>,
) -> Vec<(MailKind, Party, &'static str)> {
    let body = Party::Body(record.code());
    let next = match step.state_after {
        ChangeState::WithPrefecture => reviewer_of(record),
        _ => Party::Ministry,
    };
    // The prefecture between body and ministry wants to know how it ended.
    let between = (record.route == Route::ThroughPrefecture).then(|| reviewer_of(record));
    let act = |to| (MailKind::ChangeFiled, to, step.state_after.label());
    let wait = |to, words| (MailKind::ChangeMoved, to, words);
    match step.event {
        ChangeEvent::File => vec![act(next)],
        ChangeEvent::Forward => vec![
            act(next),
            wait(body, "都道府県が確かめて、国へ送りました（国の判断待ち）"),
        ],
        ChangeEvent::SendBack => vec![wait(body, "都道府県から差し戻されました")],
        ChangeEvent::TakeBack => {
            let words = "自治体が取り下げました。手続きは要りません";
            let ministry = (was == Some(ChangeState::WithMinistry)).then_some(Party::Ministry);
            let to = between.into_iter().chain(ministry);
            to.map(|to| wait(to, words)).collect()
        }
        ChangeEvent::Accept | ChangeEvent::Decline => {
            let words = match step.event {
                ChangeEvent::Accept => "国が承認しました。回答は、届出の内容に変わりました",
                _ => "国が承認しませんでした。回答は、もとのままです",
            };
            let to = std::iter::once(body).chain(between);
            to.map(|to| wait(to, words)).collect()
        }
    }
}
