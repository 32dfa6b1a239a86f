//! 意向の変更 in the closed edition: one accepted, one that waits at its prefecture, one at the ministry.
//!
//! There are so few that the real verbs do it, each at its moment, inside the demo's transaction.

use std::sync::Arc;

use jiff::civil::date;

use super::life::Life;
use super::office_hours::OfficeHours;
use super::open_edition::{self, NEWCOMER, RETURNED_CITY, TOUR};
use super::people::People;
use crate::domain::account::Actor;
use crate::domain::application_intent::ApplicationIntent::{self, FirstRound, NoPlan, SecondRound};
use crate::domain::intent_change::ChangeEvent;
use crate::domain::japan_time::{ManualClock, UnixMillis};
use crate::domain::organization::Route;
use crate::domain::response::{Form1, IntentInput, SchemesInput};
use crate::store::Transaction;
use crate::workflow::intent_change::{
    ChangeError, Decision, NoticeBase, NoticeInput, decide_within, file_within,
};
use crate::workflow::{Desk, WorkflowError, WorkflowResult};

/// Files three notices about these answers and decides the first. The others are of the last days: whoever prepares
/// the next answer looks at the last one.
pub(super) async fn fill(
    desk: &Desk,
    transaction: &Transaction,
    people: &People,
    lives: &[Life<'_>],
) -> WorkflowResult<()> {
    let missing = || WorkflowError::NotFound;
    let office = Office {
        desk,
        transaction,
        people,
    };
    let mut towns = lives
        .iter()
        .filter(|life| applies(life) && is_of_tour(life));
    let (first, second) = (
        towns.next().ok_or_else(missing)?,
        towns.next().ok_or_else(missing)?,
    );
    let city = lives.iter().find(|life| applies(life) && is_city(life));
    let city = city.ok_or_else(missing)?;
    let april = |day: i8, hour: i8| UnixMillis::from_japan(date(2025, 4, day).at(hour, 20, 0, 0));
    let now = desk.now();
    let hours = OfficeHours::between(open_edition::opened_at(now), now, &[]);
    let lately = |percent: i64| hours.at(hours.length() * percent / 100);

    let given_up = NoticeInput {
        intent: intent(NoPlan),
        schemes: SchemesInput::default(),
        reason: "令和7年度の当初予算に計上できなかったため、令和7年度の申請は見送ります。"
            .to_owned(),
        ..NoticeInput::of(form_of(first)?)
    };
    let id = office.file(first, april(9, 10), given_up).await?;
    let prefecture = people.of_prefecture(first.code().prefecture())?;
    let forwarded = (ChangeEvent::Forward, "県でも事情を確かめました。");
    office
        .decide(prefecture, id, forwarded, april(10, 15))
        .await?;
    let accepted = (ChangeEvent::Accept, "");
    office
        .decide(&people.reviewer, id, accepted, april(14, 11))
        .await?;

    let later = NoticeInput {
        intent: intent(SecondRound),
        reason: "新しい調査の準備で前回の回答を確かめたところ、実際の申請は2次交付でした。実際に合わせます。"
            .to_owned(),
        ..NoticeInput::of(form_of(second)?)
    };
    office.file(second, lately(88), later).await?;

    let mut fewer = NoticeInput {
        reason:
            "対象としていた医療費助成のうち1つを、担当課と調整した結果、改修の対象から外したため。"
                .to_owned(),
        ..NoticeInput::of(form_of(city)?)
    };
    let last = fewer.schemes.rows.iter().rev().find(|(_, row)| row.target);
    let last = last.map(|(id, _)| id.clone()).ok_or_else(missing)?;
    fewer.schemes.rows.remove(&last);
    office.file(city, lately(94), fewer).await?;
    Ok(())
}

/// It applies in the first round, for several schemes, and nothing about it is odd.
fn applies(life: &Life<'_>) -> bool {
    let row = &life.row;
    row.intents == [FirstRound].into() && row.warnings == 0 && row.targets_mask.count_ones() > 1
}

fn is_of_tour(life: &Life<'_>) -> bool {
    let class = life.row.respondent.class;
    class.kind.route() == Route::ThroughPrefecture && class.code.prefecture().number() == TOUR
}

/// A city that answers to the ministry and has no part in the tour.
fn is_city(life: &Life<'_>) -> bool {
    let class = life.row.respondent.class;
    class.kind.route() == Route::ToMinistry
        && !class.code.is_prefecture()
        && ![NEWCOMER, RETURNED_CITY].contains(&class.code.as_str())
}

/// What the body submitted last.
fn form_of<'l>(life: &'l Life<'_>) -> WorkflowResult<&'l Form1> {
    let last = life.revisions.last();
    last.map(|revision| &revision.form)
        .ok_or(WorkflowError::NotFound)
}

fn intent(intent: ApplicationIntent) -> IntentInput {
    IntentInput {
        intents: [intent].into(),
        text: String::new(),
    }
}

/// The demo's own notices fit; if one did not, nothing could be done about it here.
fn unexpected(error: ChangeError) -> WorkflowError {
    match error {
        ChangeError::Workflow(error) => error,
        _ => WorkflowError::NotFound,
    }
}

/// Where the verbs run.
struct Office<'a> {
    desk: &'a Desk,
    transaction: &'a Transaction,
    people: &'a People,
}

impl Office<'_> {
    /// The desk at a moment of the past.
    fn desk_at(&self, at: UnixMillis) -> Desk {
        Desk {
            clock: Arc::new(ManualClock::new(at)),
            ..self.desk.clone()
        }
    }

    /// Files the first notice of a body; its intent changed on the same day.
    async fn file(
        &self,
        life: &Life<'_>,
        at: UnixMillis,
        mut input: NoticeInput,
    ) -> WorkflowResult<i64> {
        input.changed_on = at.japan_date().to_string();
        let base = NoticeBase {
            revision: life.row.revision_number,
            filed: 0,
        };
        let own = self.people.of(life.code())?;
        let (desk, key) = (self.desk_at(at), &life.edition().key);
        file_within(&desk, self.transaction, own, key, base, &input, true)
            .await
            .map_err(unexpected)
    }

    /// Moves a notice on.
    async fn decide(
        &self,
        actor: &Actor,
        id: i64,
        (event, remark): (ChangeEvent, &str),
        at: UnixMillis,
    ) -> WorkflowResult<()> {
        let change = self.transaction.intent_change(id).await?;
        let decision = Decision {
            event,
            version: change.ok_or(WorkflowError::NotFound)?.version,
            remark,
        };
        decide_within(&self.desk_at(at), self.transaction, actor, id, decision)
            .await
            .map_err(unexpected)
    }
}
