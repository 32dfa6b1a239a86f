//! The tables of names: who takes part, new and continuing apart by sign and word, and who does not yet.

use std::borrow::Cow;

use super::{Links, Number};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::status_report::{
    Cell, Figure, Part, Participant, ParticipantStatus, StatusReport,
};

/// Names of one status.
pub(super) struct Named {
    pub sign: char,
    pub word: &'static str,
    /// Becomes the class `status-…`.
    pub css: &'static str,
    /// 北海道、青森県、…
    pub names: String,
}

/// The prefectures of one status.
pub(super) struct StatusLine {
    pub number: Number,
    pub named: Named,
}

/// The participants of a prefecture.
pub(super) struct PlaceLine {
    pub prefecture: &'static str,
    pub total: Number,
    /// New, continuing, earlier.
    pub numbers: Vec<Number>,
    /// Statuses that somebody has.
    pub named: Vec<Named>,
}

/// Who does not take part in a prefecture.
pub(super) struct AbsentLine {
    pub prefecture: &'static str,
    /// ×未参加 or ×取下げ of the prefecture itself; empty if it takes part.
    pub own: &'static str,
    pub number: Number,
    pub names: String,
}

/// What a status means in the year of the report, with its figure.
pub(super) struct Meaning {
    pub sign: char,
    pub word: &'static str,
    pub css: &'static str,
    pub text: String,
    pub number: Number,
}

fn css(status: ParticipantStatus) -> &'static str {
    status.as_str()
}

fn cell(report: &StatusReport<'_>, status: ParticipantStatus, part: Part) -> Cell {
    let year = report.fiscal_year;
    match status {
        ParticipantStatus::New => Cell::New(year, part),
        ParticipantStatus::Continuing => Cell::Continuing(year, part),
        ParticipantStatus::Earlier => Cell::Earlier(year, part),
    }
}

fn named(list: &[Participant<'_>], status: ParticipantStatus) -> (u32, Named) {
    let names: Vec<Cow<'_, str>> = list
        .iter()
        .filter(|one| one.status == status)
        .map(|one| one.body.label())
        .collect();
    let named = Named {
        sign: status.sign(),
        word: status.label(),
        css: css(status),
        names: names.join("、"),
    };
    (u32::try_from(names.len()).unwrap_or(u32::MAX), named)
}

pub(super) fn meanings(report: &StatusReport<'_>, links: &Links<'_>) -> Vec<Meaning> {
    let (this, last) = (
        report.fiscal_year.short(),
        report.fiscal_year.previous().short(),
    );
    let year = report.year();
    let earlier = year.cumulative.total - year.by_year.total;
    let lines = [
        (
            ParticipantStatus::New,
            format!("{this}年度から新規参加予定"),
            year.new.total,
        ),
        (
            ParticipantStatus::Continuing,
            format!("{last}年度までに参加していて、{this}年度もシステム改修等を実施予定"),
            year.continuing.total,
        ),
        (
            ParticipantStatus::Earlier,
            format!("{last}年度までに参加し、{this}年度はシステム改修等の予定なし"),
            earlier,
        ),
    ];
    lines
        .map(|(status, text, count)| Meaning {
            sign: status.sign(),
            word: status.label(),
            css: css(status),
            text,
            number: links.number(count, cell(report, status, Part::All)),
        })
        .into()
}

pub(super) fn prefectures(report: &StatusReport<'_>, links: &Links<'_>) -> Vec<StatusLine> {
    let line = |status| {
        let (count, named) = named(&report.prefectures, status);
        StatusLine {
            number: links.number(count, cell(report, status, Part::Prefectures)),
            named,
        }
    };
    ParticipantStatus::ALL.map(line).into()
}

/// Prefectures in which somebody takes part.
pub(super) fn municipalities(report: &StatusReport<'_>, links: &Links<'_>) -> Vec<PlaceLine> {
    let mut lines = Vec::new();
    for prefecture in PrefectureCode::all() {
        let list = report.municipalities_in(prefecture);
        if list.is_empty() {
            continue;
        }
        let of = |cell| Figure::within(cell, prefecture);
        let mut numbers = Vec::new();
        let mut shown = Vec::new();
        for status in ParticipantStatus::ALL {
            let (count, named) = named(list, status);
            let cell = cell(report, status, Part::Municipalities);
            numbers.push(links.number(count, of(cell)));
            if count > 0 {
                shown.push(named);
            }
        }
        let all = Cell::Cumulative(report.fiscal_year, Part::Municipalities);
        lines.push(PlaceLine {
            prefecture: prefecture.name(),
            total: links.number(list.len() as u64, of(all)),
            numbers,
            named: shown,
        });
    }
    lines
}

/// Every prefecture that has somebody to call.
pub(super) fn absent(report: &StatusReport<'_>, links: &Links<'_>) -> Vec<AbsentLine> {
    let mut lines = Vec::new();
    for prefecture in PrefectureCode::all() {
        let here = || {
            let here = report.absent.iter();
            here.filter(|body| body.code.prefecture() == prefecture)
        };
        let names: Vec<Cow<'_, str>> = here()
            .filter(|body| !body.code.is_prefecture())
            .map(|body| body.label())
            .collect();
        let itself = here().find(|body| body.code.is_prefecture());
        if names.is_empty() && itself.is_none() {
            continue;
        }
        let figure = Figure::within(Cell::Absent(Part::Municipalities), prefecture);
        lines.push(AbsentLine {
            prefecture: prefecture.name(),
            own: match itself {
                Some(body) if body.has_withdrawn => "×取下げ",
                Some(_) => "×未参加",
                None => "",
            },
            number: links.number(names.len() as u64, figure),
            names: names.join("、"),
        });
    }
    lines
}
