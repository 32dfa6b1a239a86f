//! 令和9年度分: opened five weeks before the first start, due three weeks after it, about 60 % in.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::closed_edition::{key, send_sheet};
use super::course::{self, Cast, Fate, Window, Wish};
use super::life::Life;
use super::office_hours::{OfficeHours, working_day, working_days_before};
use super::people::{People, TEAM};
use super::prng::Prng;
use crate::domain::japan_time::{UnixMillis, end_of_day};
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::Route;
use crate::domain::survey_edition::{EditionDates, EditionState, SurveyEdition};
use crate::store::Transaction;
use crate::store::respondents::NewRespondent;
use crate::workflow::editions::respondents;
use crate::workflow::{WorkflowError, WorkflowResult};

pub(super) const KEY: &str = "fy2027";
/// Who has the README's tour to herself.
pub(super) const NEWCOMER: &str = "012025";
/// The prefecture of the tour; all its states are chosen, see [`tour_fates`].
pub(super) const TOUR: u8 = 2;
/// A direct city that the ministry has returned.
pub(super) const RETURNED_CITY: &str = "012041";
/// Prefectures in which everything is accepted, and the one of them that has sent Form 2.
const COMPLETE: [u8; 3] = [16, 31, 41];
const SENT: u8 = 31;
/// Prefectures with an answer the ministry has given back.
const SENT_BACK: [u8; 3] = [20, 28, 46];
/// Answers that had to be confirmed, and submissions after a deadline that has passed: in a thousand.
const ODD: u64 = 70;
const LATE: u64 = 140;

/// How far a prefecture is: received in percent, accepted of these in percent, and its own deadline
/// (県内締切) if it set one: days after the first start, or working days before it. Two working days
/// leave at least one on which somebody can be late, whatever the weekday.
type Progress = (u64, u64, Option<i64>);

/// By number of the prefecture, from 1.
#[rustfmt::skip]
const PROGRESS: [Progress; 47] = [
    (58, 60, Some(7)),  ( 0,  0, Some(-2)), (80, 75, Some(4)),  (63, 55, None),     (85, 80, Some(-4)),
    (72, 70, Some(10)), (48, 50, None),     (66, 60, None),     (90, 85, Some(-4)), (55, 65, None),
    (60, 50, Some(14)), (52, 45, None),     (69, 70, Some(7)),  (74, 80, None),     (82, 75, Some(-3)),
    (100, 100, Some(-3)), (61, 60, None),   (88, 90, Some(5)),  (35, 40, None),     (62, 65, Some(11)),
    (57, 55, None),     (77, 70, None),     (71, 60, Some(14)), (45, 50, None),     (83, 80, None),
    (50, 30, None),     (64, 60, None),     (68, 75, Some(7)),  (22, 20, None),     (40, 50, None),
    (100, 100, Some(-4)), (78, 85, None),   (60, 60, None),     (86, 80, Some(3)),  (67, 70, None),
    (20, 25, Some(-1)), (94, 95, Some(-1)), (53, 60, None),     (28, 10, None),     (59, 55, Some(9)),
    (100, 100, None),   (46, 60, None),     (65, 65, Some(14)), (81, 75, None),     (56, 50, Some(5)),
    (43, 45, None),     (24, 30, None),
];
/// The same for those who answer to the ministry.
const DIRECT: Progress = (62, 55, None);

/// When the edition opened, seen from the first start.
pub(super) fn opened_at(now: UnixMillis) -> UnixMillis {
    let day = working_day(now.japan_date().saturating_add(-35.days()));
    UnixMillis::from_japan(day.at(10, 0, 0, 0))
}

/// Fills the edition and leaves it open.
pub(super) async fn fill(
    transaction: &Transaction,
    people: &People,
    now: UnixMillis,
) -> WorkflowResult<()> {
    let today = now.japan_date();
    let after = |days: i64| today.saturating_add(days.days());
    let dates = EditionDates {
        deadline_on: after(21),
        last_new_answer_on: after(21 + 28),
        last_change_on: after(21 + 28),
    };
    let opened = opened_at(now);
    let opened_on = opened.japan_date();
    let key = key(KEY)?;
    let missing = || WorkflowError::NotFound;
    let edition = transaction.edition(&key).await?.ok_or_else(missing)?;
    transaction.set_edition_dates(edition.id, dates).await?;
    transaction
        .set_edition_state(edition.id, EditionState::Open, opened)
        .await?;
    let edition = transaction.edition(&key).await?.ok_or_else(missing)?;
    let mut respondents = respondents(transaction, &edition, dates, opened_on).await?;

    let hours = OfficeHours::between(opened, now, &[]);
    let mut deadlines: HashMap<PrefectureCode, Date> = HashMap::new();
    for prefecture in PrefectureCode::all() {
        let Some(days) = progress(prefecture).2 else {
            continue;
        };
        let day = match u64::try_from(-days) {
            Ok(passed) => working_days_before(today, passed),
            Err(_) => working_day(after(days)),
        };
        let mut rng = Prng::new(&[&prefecture.to_string(), "deadline"]);
        let at = hours.at(rng.range(3_000, 60_000));
        let actor = people.of_prefecture(prefecture)?;
        let moved = (dates.deadline_on, day);
        transaction
            .move_prefecture_deadline(edition.id, prefecture, moved, actor, at)
            .await?;
        deadlines.insert(prefecture, day);
    }
    for respondent in &mut respondents {
        if respondent.class.kind.is_general_municipality()
            && let Some(day) = deadlines.get(&respondent.class.code.prefecture())
        {
            respondent.deadline_on = *day;
        }
    }

    let lives = live(&edition, people, respondents, &hours)?;
    super::write(transaction, &edition, &lives).await?;
    let prefecture = PrefectureCode::new(SENT).ok_or_else(missing)?;
    send_sheet(transaction, edition.id, people, prefecture, &lives, &hours).await
}

fn progress(prefecture: PrefectureCode) -> Progress {
    PROGRESS[usize::from(prefecture.number()) - 1]
}

fn live<'a>(
    edition: &'a SurveyEdition,
    people: &'a People,
    respondents: Vec<NewRespondent>,
    hours: &OfficeHours,
) -> WorkflowResult<Vec<Life<'a>>> {
    let fates = fates(&respondents);
    let mut lives = Vec::with_capacity(respondents.len());
    for respondent in respondents {
        let class = respondent.class;
        let code = class.code;
        let prefecture = code.prefecture();
        let mut rng = Prng::new(&[code.as_str(), KEY]);
        let reviewer = match class.kind.route() {
            Route::ToMinistry => &people.reviewer,
            Route::ThroughPrefecture => people.of_prefecture(prefecture)?,
        };
        let cast = Cast {
            own: people.of(code)?,
            reviewer,
            ministry: &people.coordinator,
        };
        let end = if COMPLETE.contains(&prefecture.number()) {
            hours.length() * 85 / 100
        } else {
            hours.length()
        };
        let window = Window {
            hours,
            in_time_until: hours.until(end_of_day(respondent.deadline_on)),
            end,
        };
        let (fate, wish) = fates
            .get(&code)
            .copied()
            .unwrap_or((Fate::NotStarted, None));
        let wish = wish.unwrap_or_else(|| Wish {
            odd: rng.chance(ODD),
            late: rng.chance(LATE),
            applies: false,
        });
        let mut life = Life::new(edition, respondent);
        course::run(&mut life, fate, wish, cast, window, &mut rng)?;
        lives.push(life);
    }
    Ok(lives)
}

/// A fate, and what is special about it if that is not left to chance.
type Choice = (Fate, Option<Wish>);

fn fates(respondents: &[NewRespondent]) -> HashMap<LocalGovernmentCode, Choice> {
    let mut fates = HashMap::new();
    let codes = |route: Route, prefecture: Option<PrefectureCode>| -> Vec<LocalGovernmentCode> {
        let classes = respondents.iter().map(|respondent| respondent.class);
        classes
            .filter(|class| class.kind.route() == route)
            .map(|class| class.code)
            .filter(|code| prefecture.is_none_or(|prefecture| code.prefecture() == prefecture))
            .collect()
    };
    for prefecture in PrefectureCode::all() {
        let mut members = codes(Route::ThroughPrefecture, Some(prefecture));
        let mut rng = Prng::new(&[&prefecture.to_string(), KEY]);
        rng.shuffle(&mut members);
        let choices = if prefecture.number() == TOUR {
            tour_fates(members.len())
        } else {
            let mut choices = spread(members.len() as u64, progress(prefecture), &mut rng);
            if SENT_BACK.contains(&prefecture.number())
                && let Some(first) = choices.iter_mut().find(|(fate, _)| *fate == Fate::Accepted)
            {
                first.0 = Fate::SentBack;
            }
            choices
        };
        fates.extend(members.into_iter().zip(choices));
    }
    for code in codes(Route::ThroughPrefecture, None) {
        if code.as_str() == TEAM {
            fates.insert(code, (Fate::NotStarted, None));
        }
    }
    let mut rng = Prng::new(&["direct", KEY]);
    let mut direct = codes(Route::ToMinistry, None);
    rng.shuffle(&mut direct);
    let choices = spread(direct.len() as u64, DIRECT, &mut rng);
    fates.extend(direct.iter().copied().zip(choices));
    for code in direct {
        let applies = Some(Wish {
            applies: true,
            ..Wish::default()
        });
        if COMPLETE.contains(&code.prefecture().number()) {
            fates.insert(code, (Fate::Accepted, None));
        } else if code.as_str() == NEWCOMER
            || (code.is_prefecture() && code.prefecture().number() == TOUR)
        {
            fates.insert(code, (Fate::NotStarted, None));
        } else if code.as_str() == RETURNED_CITY {
            fates.insert(code, (Fate::Returned, applies));
        }
    }
    fates
}

/// So many fates, in proportion: received first, then returned, drafts and those who have not begun.
fn spread(count: u64, (received, accepted, _): Progress, rng: &mut Prng) -> Vec<Choice> {
    let received = (count * received + 50) / 100;
    let accepted = (received * accepted + 50) / 100;
    let returned = ((count * 22 + rng.below(1000)) / 1000).min(count - received);
    let mut choices = Vec::new();
    for index in 0..count {
        let fate = if index < accepted {
            if rng.chance(70) {
                Fate::AcceptedAfterReturn
            } else {
                Fate::Accepted
            }
        } else if index < received {
            [Fate::Submitted, Fate::UnderReview, Fate::Resubmitted][rng.weighted(&[72, 22, 6])]
        } else if index < received + returned {
            Fate::Returned
        } else {
            [
                Fate::NotStarted,
                Fate::Draft,
                Fate::SpoiltDraft,
                Fate::Withdrawn,
            ][rng.weighted(&[52, 36, 9, 3])]
        };
        choices.push((fate, None));
    }
    choices
}

/// The prefecture of the tour: every state, and enough of each to try things out.
fn tour_fates(count: usize) -> Vec<Choice> {
    let quiet = Wish::default();
    let odd = Wish { odd: true, ..quiet };
    let late = Wish {
        late: true,
        ..quiet
    };
    let applies = Wish {
        applies: true,
        ..quiet
    };
    let chosen = [
        (5, Fate::Submitted, quiet),
        (2, Fate::Submitted, late),
        (2, Fate::Submitted, odd),
        (1, Fate::UnderReview, quiet),
        (1, Fate::UnderReview, odd),
        // Another one is returned by `hops`.
        (1, Fate::Returned, applies),
        (2, Fate::Draft, quiet),
        (1, Fate::SpoiltDraft, applies),
        (6, Fate::NotStarted, quiet),
        (1, Fate::SentBack, applies),
        (1, Fate::AcceptedAfterReturn, applies),
        (1, Fate::Resubmitted, applies),
    ];
    let mut choices: Vec<Choice> = chosen
        .into_iter()
        .flat_map(|(times, fate, wish)| std::iter::repeat_n((fate, Some(wish)), times))
        .collect();
    choices.resize(count.max(choices.len()), (Fate::Accepted, None));
    choices
}
