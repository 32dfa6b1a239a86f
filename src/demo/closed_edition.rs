//! 令和7年度分, the survey of January 2025: closed, and everybody answered.

use jiff::civil::{Date, date};

use super::course::{self, Cast, Fate, Window, Wish};
use super::life::Life;
use super::notices;
use super::office_hours::OfficeHours;
use super::open_edition::NEWCOMER;
use super::people::People;
use super::prng::Prng;
use crate::domain::japan_time::{UnixMillis, end_of_day};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::Route;
use crate::domain::response_status::ResponseEvent;
use crate::domain::summary_sheet::{SummaryRow, SummarySheet};
use crate::domain::survey_edition::{EditionDates, EditionKey, EditionState};
use crate::store::Transaction;
use crate::store::summary_sheets::SentSheet;
use crate::workflow::editions::respondents;
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

const KEY: &str = "fy2025";
const OPENED: Date = date(2025, 1, 20);
const DATES: EditionDates = EditionDates {
    deadline_on: date(2025, 2, 28),
    last_new_answer_on: date(2025, 3, 31),
    last_change_on: date(2025, 3, 31),
};
const HOLIDAYS: [Date; 3] = [date(2025, 2, 11), date(2025, 2, 24), date(2025, 3, 20)];
/// Late bodies, and bodies whose answer was returned once: so many in a thousand.
const LATE: u64 = 5;
const RETURNED: u64 = 25;
/// Answers that had to be confirmed.
const ODD: u64 = 70;

/// The key of an edition the migrations have loaded.
pub(super) fn key(text: &str) -> WorkflowResult<EditionKey> {
    text.parse().map_err(|_| WorkflowError::NotFound)
}

/// Fills and closes the edition.
pub(super) async fn fill(
    desk: &Desk,
    transaction: &Transaction,
    people: &People,
) -> WorkflowResult<()> {
    let key = key(KEY)?;
    let edition = transaction
        .edition(&key)
        .await?
        .ok_or(WorkflowError::NotFound)?;
    let opened = UnixMillis::from_japan(OPENED.at(10, 0, 0, 0));
    let closed = UnixMillis::from_japan(date(2025, 4, 1).at(9, 0, 0, 0));
    transaction.set_edition_dates(edition.id, DATES).await?;
    for (state, at) in [(EditionState::Open, opened), (EditionState::Closed, closed)] {
        transaction.set_edition_state(edition.id, state, at).await?;
    }
    let edition = transaction
        .edition(&key)
        .await?
        .ok_or(WorkflowError::NotFound)?;

    let hours = OfficeHours::between(opened, end_of_day(date(2025, 3, 25)), &HOLIDAYS);
    let window = Window {
        hours: &hours,
        in_time_until: hours.until(end_of_day(DATES.deadline_on)),
        end: hours.length(),
    };
    let mut lives = Vec::new();
    for respondent in respondents(transaction, &edition, DATES, OPENED).await? {
        let class = respondent.class;
        let mut rng = Prng::new(&[class.code.as_str(), KEY]);
        let own = people.of(class.code)?;
        let reviewer = match class.kind.route() {
            Route::ToMinistry => &people.reviewer,
            Route::ThroughPrefecture => people.of_prefecture(class.code.prefecture())?,
        };
        let cast = Cast {
            own,
            reviewer,
            ministry: &people.coordinator,
        };
        let fate = if rng.chance(RETURNED) {
            Fate::AcceptedAfterReturn
        } else {
            Fate::Accepted
        };
        let wish = Wish {
            late: rng.chance(LATE),
            odd: rng.chance(ODD),
            // So that the tour meets a form filled in from the last one.
            applies: class.code.as_str() == NEWCOMER,
        };
        let mut life = Life::new(&edition, respondent);
        course::run(&mut life, fate, wish, cast, window, &mut rng)?;
        lives.push(life);
    }
    super::write(transaction, &edition, &lives).await?;
    for prefecture in PrefectureCode::all() {
        send_sheet(transaction, edition.id, people, prefecture, &lives, &hours).await?;
    }
    notices::fill(desk, transaction, people, &lives).await
}

/// Form 2, number 1, some time after the prefecture accepted its last municipality.
pub(super) async fn send_sheet(
    transaction: &Transaction,
    edition_id: i64,
    people: &People,
    prefecture: PrefectureCode,
    lives: &[Life<'_>],
    hours: &OfficeHours,
) -> WorkflowResult<()> {
    let gathered = || {
        lives.iter().filter(|life| {
            let class = life.row.respondent.class;
            class.code.prefecture() == prefecture && class.kind.is_general_municipality()
        })
    };
    let rows = gathered()
        .map(|life| SummaryRow {
            code: life.code(),
            name: life.row.respondent.name.clone(),
            status: life.row.status,
            revision: life
                .row
                .status
                .is_received()
                .then_some(life.row.revision_number),
        })
        .collect();
    let accepted = gathered().flat_map(|life| &life.steps);
    let accepted = accepted
        .filter(|step| step.event == ResponseEvent::Accept)
        .map(|step| step.at)
        .max()
        .ok_or(WorkflowError::NotFound)?;
    let mut rng = Prng::new(&[&prefecture.to_string(), "sheet"]);
    let ready = hours.until(accepted);
    let sent = ready
        + rng
            .range(1_800, 20_000)
            .min((hours.length() - ready) / 2)
            .max(1);
    let sender = people.of_prefecture(prefecture)?;
    let remark = if rng.chance(300) {
        "管内の一般市区町村すべてから提出がありました。"
    } else {
        ""
    };
    let sheet = SentSheet {
        number: 1,
        sheet: SummarySheet::new(
            prefecture.organization_code(),
            prefecture.name().to_owned(),
            rows,
        ),
        remark: remark.to_owned(),
        sent_at: hours.at(sent),
        sent_by: sender.display_name.clone(),
    };
    transaction
        .insert_sheet(edition_id, prefecture, &sheet, sender.account_id)
        .await?;
    Ok(())
}
