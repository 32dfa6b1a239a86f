//! What happens to an answer, and when: a fate becomes saves, submissions and reviews in office hours.

use super::answers;
use super::life::Life;
use super::office_hours::OfficeHours;
use super::prng::Prng;
use crate::domain::account::Actor;
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::place::Section;
use crate::domain::response::Form1Input;
use crate::workflow::save_draft::SectionInput;
use crate::workflow::{WorkflowError, WorkflowResult};

/// How far an answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    NotStarted,
    /// Some sections saved; which ones is left to chance.
    Draft,
    /// A draft with something that cannot be read.
    SpoiltDraft,
    /// Submitted and taken back.
    Withdrawn,
    Submitted,
    /// Returned once, and answered.
    Resubmitted,
    UnderReview,
    Returned,
    Accepted,
    /// Returned once, answered, accepted.
    AcceptedAfterReturn,
    /// Accepted by the prefecture, given back to it by the ministry.
    SentBack,
}

/// Who acts.
#[derive(Clone, Copy)]
pub(super) struct Cast<'a> {
    pub own: &'a Actor,
    pub reviewer: &'a Actor,
    pub ministry: &'a Actor,
}

/// The window in which it happens, in office seconds.
#[derive(Clone, Copy)]
pub(super) struct Window<'a> {
    pub hours: &'a OfficeHours,
    /// First submissions that are not late end here.
    pub in_time_until: i64,
    /// Everything ends here.
    pub end: i64,
}

/// What is special about one answer.
#[derive(Clone, Copy, Default)]
pub(super) struct Wish {
    /// Something in it is warned about.
    pub odd: bool,
    /// Submitted after the body's deadline, if that has passed.
    pub late: bool,
    /// Applies in the first round, and nothing is warned about.
    pub applies: bool,
}

/// Nobody submits in the first hours: the survey has to be read and passed on.
const EARLIEST: i64 = 9_000;

impl Fate {
    /// Office seconds that the steps after the first submission need at least.
    fn room(self) -> i64 {
        match self {
            Self::NotStarted | Self::Draft | Self::SpoiltDraft | Self::Submitted => 600,
            Self::Withdrawn | Self::UnderReview => 4_000,
            Self::Returned | Self::Accepted => 5_000,
            Self::SentBack => 60_000,
            Self::Resubmitted | Self::AcceptedAfterReturn => 120_000,
        }
    }
}

/// Lives an answer up to its fate.
pub(super) fn run<'a>(
    life: &mut Life<'a>,
    fate: Fate,
    wish: Wish,
    cast: Cast<'a>,
    window: Window<'_>,
    rng: &mut Prng,
) -> WorkflowResult<()> {
    let definition = &life.edition().definition;
    let class = life.row.respondent.class;
    let input = if wish.applies {
        answers::applying_answer(definition, &class, rng)
    } else {
        answers::answer(definition, &class, wish.odd, rng)
    };
    match fate {
        Fate::NotStarted => return Ok(()),
        Fate::Draft | Fate::SpoiltDraft => {
            return draft(life, input, fate == Fate::SpoiltDraft, cast, window, rng);
        }
        _ => {}
    }
    let hours = window.hours;
    let later = |rng: &mut Prng, from: i64| {
        from + rng.range(1_500, 52_000).min((window.end - from) / 2).max(1)
    };
    let soon = |rng: &mut Prng, from: i64| {
        from + rng.range(240, 3_000).min((window.end - from) / 2).max(1)
    };

    let last = window.end - fate.room();
    let first = if wish.late && window.in_time_until + 600 < last {
        rng.range(window.in_time_until + 600, last)
    } else {
        // The last office second of a day is the first of the next.
        let until = window.in_time_until.min(last) - 60;
        until - rng.low_range(0, until - EARLIEST)
    };
    type_all(life, input, cast, hours, first, rng)?;
    life.submit(cast.own, hours.at(first))?;
    if fate == Fate::Submitted {
        return Ok(());
    }
    if fate == Fate::Withdrawn {
        let at = soon(rng, first);
        return life.withdraw(cast.own, hours.at(at));
    }
    let mut at = later(rng, first);
    let returned = matches!(
        fate,
        Fate::Resubmitted | Fate::Returned | Fate::AcceptedAfterReturn
    );
    if fate == Fate::UnderReview || returned || rng.chance(400) {
        life.start_review(cast.reviewer, hours.at(at))?;
        at = soon(rng, at);
    }
    if fate == Fate::UnderReview {
        return Ok(());
    }
    if returned {
        let revision = life.revisions.last().ok_or(WorkflowError::NotFound)?;
        let items = answers::reasons(&revision.form, rng);
        life.give_back(cast.reviewer, hours.at(at), items.clone())?;
        if fate == Fate::Returned {
            return Ok(());
        }
        let mut mended = life.draft().input;
        let sections = answers::mend(&class, &mut mended, &items, rng);
        at = later(rng, at);
        for section in sections {
            let input = SectionInput::of(&mended, section);
            life.save(cast.own, hours.at(at), vec![input])?;
            at = soon(rng, at);
        }
        life.submit(cast.own, hours.at(at))?;
        if fate == Fate::Resubmitted {
            return Ok(());
        }
        at = later(rng, at);
    }
    life.accept(cast.reviewer, hours.at(at))?;
    if fate == Fate::SentBack {
        let at = later(rng, at);
        let reason =
            "国の集計で、人口に比べて受給者数が多いようです。市町村にご確認をお願いします。";
        life.send_back(cast.ministry, hours.at(at), reason)?;
    }
    Ok(())
}

/// Types the whole form before `submission`: section by section, or 予定なし in one go.
fn type_all(
    life: &mut Life<'_>,
    input: Form1Input,
    cast: Cast<'_>,
    hours: &OfficeHours,
    submission: i64,
    rng: &mut Prng,
) -> WorkflowResult<()> {
    let part = |section| SectionInput::of(&input, section);
    let only_no_plan = input.intent.intents == [ApplicationIntent::NoPlan].into();
    let groups = if only_no_plan && input.schemes == Default::default() {
        vec![
            vec![part(Section::Intent), part(Section::Schemes)],
            vec![part(Section::Contact)],
        ]
    } else {
        Section::OFFICIAL.map(|section| vec![part(section)]).into()
    };
    let mut at = submission - rng.range(1_200, 7_000);
    for group in groups {
        life.save(cast.own, hours.at(at), group)?;
        at += (submission - at) * rng.range(15, 50) / 100;
    }
    Ok(())
}

/// Types a part of the form.
fn draft(
    life: &mut Life<'_>,
    mut input: Form1Input,
    spoilt: bool,
    cast: Cast<'_>,
    window: Window<'_>,
    rng: &mut Prng,
) -> WorkflowResult<()> {
    use Section::{Contact, Intent, Schemes};
    let all: &[Section] = &Section::OFFICIAL;
    let sections = if spoilt {
        answers::spoil(&mut input, rng);
        all
    } else {
        answers::leave_gaps(&mut input, rng);
        let parts: [&[Section]; 5] = [
            &[Contact],
            &[Contact, Intent],
            &[Contact, Intent],
            &[Intent, Schemes],
            all,
        ];
        rng.pick(&parts)
    };
    let mut at = window.end - rng.low_range(600, window.end - EARLIEST);
    for section in sections {
        let input = SectionInput::of(&input, *section);
        life.save(cast.own, window.hours.at(at), vec![input])?;
        at += rng.range(60, 500).min((window.end - at) / 2);
    }
    Ok(())
}
