//! 所要額調査 of 令和7年度分, March 2025: closed; most of those with ① answered.

use jiff::civil::{Date, date};

use super::closed_edition::key;
use super::life::Life;
use super::office_hours::OfficeHours;
use super::people::People;
use super::prng::Prng;
use crate::domain::japan_time::{UnixMillis, end_of_day};
use crate::domain::organization::Route;
use crate::domain::place::Section;
use crate::domain::required_amounts::RequiredAmounts;
use crate::domain::required_amounts::making::{follow_up_key, follow_up_of};
use crate::domain::response::Form1Input;
use crate::domain::survey_edition::{EditionDates, EditionState};
use crate::domain::text::with_commas;
use crate::store::Transaction;
use crate::workflow::editions::respondents;
use crate::workflow::save_draft::SectionInput;
use crate::workflow::{WorkflowError, WorkflowResult};

const SOURCE: &str = "fy2025";
const OPENED: Date = date(2025, 3, 10);
const DATES: EditionDates = EditionDates {
    deadline_on: date(2025, 3, 28),
    last_new_answer_on: date(2025, 4, 11),
    last_change_on: date(2025, 4, 11),
};
const HOLIDAYS: [Date; 1] = [date(2025, 3, 20)];
/// Bodies that never answered, and answers nobody accepted: so many in a thousand.
const SILENT: u64 = 60;
const WAITING: u64 = 25;

/// Makes, fills and closes the follow-up of the closed edition.
pub(super) async fn fill(transaction: &Transaction, people: &People) -> WorkflowResult<()> {
    let source = transaction.edition(&key(SOURCE)?).await?;
    let source = source.ok_or(WorkflowError::NotFound)?;
    let rule = RequiredAmounts::usual(source.key.clone());
    let definition = follow_up_of(&source.definition, rule);
    let key = follow_up_key(&source.key).ok_or(WorkflowError::NotFound)?;
    let id = transaction.insert_edition(&key, DATES, &definition).await?;
    let opened = UnixMillis::from_japan(OPENED.at(10, 0, 0, 0));
    let closed = UnixMillis::from_japan(date(2025, 4, 14).at(9, 0, 0, 0));
    for (state, at) in [(EditionState::Open, opened), (EditionState::Closed, closed)] {
        transaction.set_edition_state(id, state, at).await?;
    }
    let edition = transaction.edition(&key).await?;
    let edition = edition.ok_or(WorkflowError::NotFound)?;
    let hours = OfficeHours::between(opened, end_of_day(DATES.deadline_on), &HOLIDAYS);
    let mut lives = Vec::new();
    for respondent in respondents(transaction, &edition, DATES, OPENED).await? {
        let class = respondent.class;
        let mut rng = Prng::new(&[class.code.as_str(), key.as_str()]);
        let own = people.of(class.code)?;
        let reviewer = match class.kind.route() {
            Route::ToMinistry => &people.reviewer,
            Route::ThroughPrefecture => people.of_prefecture(class.code.prefecture())?,
        };
        let mut life = Life::new(&edition, respondent);
        if !rng.chance(SILENT) {
            let input = amounts(life.draft().input, &mut rng);
            let first = rng.range(9_000, hours.length() / 2);
            let later = first + rng.range(1_200, 7_000);
            for (section, at) in [(Section::Contact, first), (Section::Schemes, first + 600)] {
                let part = SectionInput::of(&input, section);
                life.save(own, hours.at(at), vec![part])?;
            }
            life.submit(own, hours.at(later))?;
            if !rng.chance(WAITING) {
                let accepted = later + rng.range(1_500, (hours.length() - later) / 2);
                life.accept(reviewer, hours.at(accepted))?;
            }
        }
        lives.push(life);
    }
    super::write(transaction, &edition, &lives).await
}

/// A planned cost for every ○, as people type it: some below the ceiling's double, some above.
fn amounts(mut input: Form1Input, rng: &mut Prng) -> Form1Input {
    for row in input.schemes.rows.values_mut() {
        let thousands = 1_200 + rng.below(5_800);
        row.recipients = match rng.below(10) {
            0 => format!("{}千円", with_commas(thousands)),
            1..=3 => with_commas(thousands * 1_000),
            4 => format!("{}円", with_commas(thousands * 1_000)),
            _ => (thousands * 1_000).to_string(),
        };
    }
    input
}
