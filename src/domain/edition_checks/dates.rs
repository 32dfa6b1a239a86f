//! The edition's days: their order, days off, holidays that are not known, and other editions at the same time.

use jiff::civil::Weekday;

use super::{Findings, Preparation, Topic};
use crate::domain::japan_time::{date_label, days_left};
use crate::domain::survey_edition::EditionState;

/// The days follow each other, and none is a day off.
pub(super) fn dates(preparation: &Preparation<'_>, findings: &mut Findings) {
    let topic = Topic::Dates;
    let dates = preparation.dates;
    let opens_on = preparation.opens_on;
    let year = preparation.definition.fiscal_year;
    let deadline_on = dates.deadline_on;
    if deadline_on > dates.last_new_answer_on || dates.last_new_answer_on > dates.last_change_on {
        findings.error(
            topic,
            "dates-order",
            "日付が、提出期限、新しい回答の最終受付日、修正の最終受付日の順になっていません。",
        );
    }
    let label = date_label(deadline_on);
    if deadline_on < opens_on {
        let message = format!(
            "提出期限（{label}）が、開始の日（{}）より前です。",
            date_label(opens_on)
        );
        findings.error(topic, "deadline-past", message);
    } else if days_left(opens_on, deadline_on) > 180 {
        let message = format!("提出期限（{label}）が、開始の日から半年以上あとです。");
        findings.warning(topic, format!("deadline-far-{deadline_on}"), message);
    }
    let usual = year.previous().first_day()..=year.last_day();
    if !usual.contains(&deadline_on) {
        let message = format!("提出期限（{label}）が、{year}とその前の年度の外です。");
        findings.warning(topic, format!("deadline-year-{deadline_on}"), message);
    }
    for (id, name, day) in [
        ("deadline", "提出期限", deadline_on),
        (
            "last_new_answer",
            "新しい回答の最終受付日",
            dates.last_new_answer_on,
        ),
        ("last_change", "修正の最終受付日", dates.last_change_on),
    ] {
        if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            let message = format!("{name}が、休みの日（{}）です。", date_label(day));
            findings.warning(topic, format!("{id}-weekend-{day}"), message);
        }
    }
    for year in preparation
        .calendar
        .unknown_years(opens_on, dates.last_change_on)
    {
        let message = format!(
            "{year}年の祝日が登録されていません。督促の日は、土曜・日曜と年末年始だけを除いて数えます（未確定）。「祝日」の画面で登録してください。"
        );
        findings.warning(Topic::Holidays, format!("holidays-{year}"), message);
    }
}

/// Bodies that answer two editions at a time take one for the other.
pub(super) fn open_editions(preparation: &Preparation<'_>, findings: &mut Findings) {
    let others = preparation.editions.iter().filter(|other| {
        other.key != *preparation.key && other.state == EditionState::Open && !other.is_trial()
    });
    for other in others {
        let name = &other.definition.short_title;
        let last = other.dates.last_change_on;
        let message = if last < preparation.opens_on {
            format!(
                "別の調査回（{name}）が、最終受付日（{}）を過ぎても終了していません。",
                date_label(last)
            )
        } else {
            format!(
                "別の調査回（{name}）が、{}まで回答を受け付けています。2つの調査回が同時に受付中になります。",
                date_label(last)
            )
        };
        findings.warning(Topic::Dates, format!("open-{}", other.key), message);
    }
}
