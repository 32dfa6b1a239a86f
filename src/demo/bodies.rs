//! What bodies will be in the next fiscal year, as the ministry would have entered it. All of it is invented, and
//! its note says so.

use super::office_hours::working_days_before;
use super::people::People;
use crate::domain::body_entry::BodyEntry;
use crate::domain::body_history::BodyHistory;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::UnixMillis;
use crate::domain::organization::OrganizationKind;
use crate::store::Transaction;
use crate::store::bodies::{BodySource, NewBodyChange};
use crate::workflow::{WorkflowError, WorkflowResult};

/// A city of the tour's prefecture that becomes a core city. The open edition keeps it among those the prefecture
/// gathers.
pub(super) const PROMOTED: &str = "022021";
/// A core city beside it that opens a child-guidance centre.
pub(super) const GUIDING: &str = "022012";
/// Nobody shall take it for news.
pub(super) const NOTE: &str = "練習用の架空の例です。実際の予定ではありません。";

/// Records both, two weeks ago, from the first day of the next fiscal year on.
pub(super) async fn fill(
    transaction: &Transaction,
    people: &People,
    history: &BodyHistory,
    now: UnixMillis,
) -> WorkflowResult<()> {
    let today = now.japan_date();
    let day = FiscalYear::of(today).next().first_day();
    let recorded_at = UnixMillis::from_japan(working_days_before(today, 10).at(10, 30, 0, 0));
    transaction.hold_bodies().await?;
    for (code, guides) in [(PROMOTED, false), (GUIDING, true)] {
        let entry = BodyEntry::Classes {
            code: code.parse().map_err(|_| WorkflowError::NotFound)?,
            kind: OrganizationKind::CoreCity,
            health_center_city: true,
            child_guidance_city: guides,
        };
        let changes = entry.changes(history, day);
        let changes = changes.map_err(|_| WorkflowError::NotFound)?;
        let new = NewBodyChange {
            source: BodySource::Entered,
            recorded_at,
            actor: Some(&people.coordinator),
            file: None,
            note: NOTE,
        };
        // The table of today stays as it is: the day has not come.
        transaction.insert_body_change(new, &changes).await?;
    }
    Ok(())
}
