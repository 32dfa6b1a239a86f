//! 開始前の点検: what a machine can check before an edition opens. Errors block, warnings must be ticked.
//!
//! ```text
//! Preparation (definition, dates, catalogue, bodies) ─ check ─> findings, errors first ─ opens(ticked) ─> yes or what is left
//! ```

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};

use super::application_intent::ApplicationIntent;
use super::edition_making::months_of;
use super::fiscal_year::FiscalYear;
use super::japan_time::{date_label, days_left};
use super::organization::{Organization, OrganizationKind, Route};
use super::scheme_catalogue::Catalogue;
use super::survey_edition::{
    EditionDates, EditionDefinition, EditionKey, EditionState, SurveyEdition,
};
use super::text::{fold_width, with_commas};
use super::working_days::WorkingCalendar;

mod rows;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The edition does not open.
    Error,
    /// It opens once somebody says that this is meant.
    Warning,
}

/// Where a finding is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Titles,
    Intents,
    Rows,
    Questions,
    Dates,
    /// Rate, ceiling and rounding of a survey of required amounts.
    Amounts,
    /// The calendar, which is no part of the edition.
    Holidays,
}

impl Topic {
    /// The topics of a survey of intents, in the order of the list.
    pub const ALL: [Self; 5] = [
        Self::Titles,
        Self::Intents,
        Self::Rows,
        Self::Questions,
        Self::Dates,
    ];

    /// The topics of an edition, in the order of the list.
    pub fn of(definition: &EditionDefinition) -> [Self; 5] {
        Self::ALL.map(|topic| match topic {
            Self::Intents if !definition.asks_intent() => Self::Amounts,
            other => other,
        })
    }

    /// Last part of the page's address.
    pub fn key(self) -> &'static str {
        [
            "titles",
            "intents",
            "rows",
            "questions",
            "dates",
            "amounts",
            "holidays",
        ][self as usize]
    }

    /// What the page is called.
    pub fn label(self) -> &'static str {
        [
            "名称・年度・問い合わせ先",
            "申請の意向の文言",
            "医療費助成の行",
            "追加の質問",
            "日付・対象の団体",
            "補助率・上限額・端数・予算額",
            "祝日",
        ][self as usize]
    }
}

/// Something that is wrong or unusual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable as long as the finding says the same; what was ticked is kept by it.
    pub id: String,
    pub severity: Severity,
    pub topic: Topic,
    pub message: String,
}

/// Everything the check looks at.
pub struct Preparation<'a> {
    pub key: &'a EditionKey,
    pub definition: &'a EditionDefinition,
    pub dates: &'a EditionDates,
    /// The day it opens.
    pub opens_on: Date,
    pub respondents_as_of: Option<Date>,
    pub catalogue: &'a Catalogue,
    /// Who would be asked.
    pub respondents: &'a [Organization],
    /// How many bodies there are on the day it opens.
    pub bodies: usize,
    /// The survey of intents that a follow-up asks the bodies of, if there is one.
    pub source: Option<&'a SurveyEdition>,
    /// The working days reminders are counted in.
    pub calendar: &'a WorkingCalendar,
    /// All editions there are, this one among them.
    pub editions: &'a [SurveyEdition],
}

struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, severity: Severity, topic: Topic, id: impl Into<String>, message: String) {
        self.0.push(Finding {
            id: id.into(),
            severity,
            topic,
            message,
        });
    }

    fn error(&mut self, topic: Topic, id: impl Into<String>, message: impl Into<String>) {
        self.add(Severity::Error, topic, id, message.into());
    }

    fn warning(&mut self, topic: Topic, id: impl Into<String>, message: impl Into<String>) {
        self.add(Severity::Warning, topic, id, message.into());
    }
}

/// All findings, errors first.
pub fn check(preparation: &Preparation<'_>) -> Vec<Finding> {
    let mut findings = Findings(Vec::new());
    titles(preparation, &mut findings);
    if preparation.definition.asks_intent() {
        intents(preparation.definition, &mut findings);
    } else {
        source(preparation, &mut findings);
    }
    rows::rows(preparation, &mut findings);
    rows::questions(&preparation.definition.questions, &mut findings);
    dates(preparation, &mut findings);
    open_editions(preparation, &mut findings);
    findings.0.sort_by_key(|finding| finding.severity);
    findings.0
}

/// What keeps an edition from opening although these warnings were ticked.
pub fn left_over<'a>(findings: &'a [Finding], ticked: &BTreeSet<String>) -> Vec<&'a Finding> {
    let open =
        |finding: &&Finding| finding.severity == Severity::Error || !ticked.contains(&finding.id);
    findings.iter().filter(open).collect()
}

/// How many bodies there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BodyCounts {
    /// By class, in the usual order.
    pub kinds: Vec<(OrganizationKind, usize)>,
    /// By the way of their answers.
    pub routes: Vec<(Route, usize)>,
}

/// Counts bodies.
pub fn counts(bodies: &[Organization]) -> BodyCounts {
    let of_kind = |kind| bodies.iter().filter(|body| body.kind == kind).count();
    let of_route = |route| {
        let on_it = bodies.iter().filter(|body| body.kind.route() == route);
        on_it.count()
    };
    BodyCounts {
        kinds: OrganizationKind::ALL
            .map(|kind| (kind, of_kind(kind)))
            .to_vec(),
        routes: [Route::ToMinistry, Route::ThroughPrefecture]
            .map(|route| (route, of_route(route)))
            .to_vec(),
    }
}

/// The fiscal years a text names as 令和N年度.
fn years_named(text: &str) -> Vec<FiscalYear> {
    let folded = fold_width(text);
    folded
        .match_indices("令和")
        .filter_map(|(at, _)| {
            let rest = &folded[at..];
            let end = rest.find("年度")?;
            rest[..end].parse().ok()
        })
        .collect()
}

fn titles(preparation: &Preparation<'_>, findings: &mut Findings) {
    let definition = preparation.definition;
    let topic = Topic::Titles;
    let year = definition.fiscal_year;
    for (id, label, text) in [
        ("short_title", "短い名称", &definition.short_title),
        ("title", "調査の名称", &definition.title),
        ("form1_title", "様式1の題名", &definition.form1_title),
        ("form2_title", "様式2の題名", &definition.form2_title),
        ("office", "問い合わせ先", &definition.office),
    ] {
        // A follow-up has no Form 2.
        if id == "form2_title" && !definition.asks_intent() {
            continue;
        }
        if text.trim().is_empty() {
            findings.error(
                topic,
                format!("{id}-empty"),
                format!("{label}がありません。"),
            );
        }
        let named = years_named(text);
        if let Some(other) = named.iter().find(|named| **named != year) {
            findings.error(
                topic,
                format!("{id}-year"),
                format!("{label}に、別の年度（{other}）が書かれています。この調査回は{year}です。"),
            );
        } else if named.is_empty() && ["short_title", "title"].contains(&id) {
            findings.warning(
                topic,
                format!("{id}-no-year"),
                format!("{label}に、年度（{year}）が書かれていません。"),
            );
        }
    }
    if !preparation.key.as_str().starts_with(&year.key()) {
        findings.warning(
            topic,
            "key-year",
            format!(
                "調査回の記号「{}」が、年度（{year}）の記号「{}」と異なります。",
                preparation.key,
                year.key()
            ),
        );
    }
}

fn intents(definition: &EditionDefinition, findings: &mut Findings) {
    let topic = Topic::Intents;
    let year = definition.fiscal_year;
    let mut first_until = None;
    for intent in ApplicationIntent::ALL {
        let (number, sign) = (intent.number(), intent.sign());
        let wordings: Vec<_> = definition
            .intents
            .iter()
            .filter(|w| w.intent == intent)
            .collect();
        let [wording] = wordings[..] else {
            findings.error(
                topic,
                format!("intent-{number}"),
                format!("{sign}の文言がありません。"),
            );
            continue;
        };
        if wording.label.trim().is_empty() {
            findings.error(
                topic,
                format!("intent-{number}"),
                format!("{sign}の文言がありません。"),
            );
        }
        if number > 2 {
            continue;
        }
        let Some(months) = months_of(wording) else {
            findings.warning(
                topic,
                format!("months-{number}"),
                format!("{sign}に、申請の時期（月）が書かれていません。"),
            );
            continue;
        };
        let label = months.label();
        if months.from.fiscal_year() != year || months.until.fiscal_year() != year {
            findings.error(
                topic,
                format!("months-{number}-year"),
                format!("{sign}の時期（{label}）が、{year}の外です。"),
            );
        }
        if months.until < months.from {
            findings.error(
                topic,
                format!("months-{number}-order"),
                format!("{sign}の時期（{label}）の最後が、最初より前です。"),
            );
        }
        let plain = |text: &str| fold_width(text).replace('〜', "~");
        if !plain(&wording.label).contains(&plain(&label)) {
            findings.warning(
                topic,
                format!("months-{number}-text-{label}"),
                format!("{sign}の文言に、入力された時期「{label}」がそのまま書かれていません。"),
            );
        }
        match first_until {
            Some(until) if months.from <= until => findings.warning(
                topic,
                "rounds-overlap",
                "②の時期が、①の時期と重なっています。",
            ),
            _ => first_until = Some(months.until),
        }
    }
}

/// The survey of intents behind a follow-up.
fn source(preparation: &Preparation<'_>, findings: &mut Findings) {
    let topic = Topic::Amounts;
    let Some(source) = preparation.source else {
        let message = "もとにする意向等調査がありません。調査回の一覧から、作り直してください。";
        findings.error(topic, "source-none", message);
        return;
    };
    if source.state == EditionState::Open {
        let message = format!(
            "もとにする意向等調査（{}）が、まだ受付中です。開始したあとに届いた回答の団体は、自動では対象に入りません。あとから「対象の団体の追加」で加えられます。",
            source.definition.short_title
        );
        findings.warning(topic, "source-open", message);
    }
}

fn dates(preparation: &Preparation<'_>, findings: &mut Findings) {
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
    let (asked, bodies) = (preparation.respondents.len(), preparation.bodies);
    if asked == 0 {
        let message = if preparation.definition.asks_intent() {
            "対象になる団体がありません。"
        } else {
            "対象になる団体がありません。もとにする意向等調査で、①（1次交付）の回答が提出済か受付済の団体が対象です。"
        };
        findings.error(topic, "respondents-none", message);
    } else if asked != bodies && preparation.definition.asks_intent() {
        let message = format!(
            "対象の団体は{}団体ですが、開始の日の団体一覧には{}団体あります。",
            with_commas(asked as u64),
            with_commas(bodies as u64)
        );
        findings.warning(topic, format!("respondents-{asked}-{bodies}"), message);
    }
    if let Some(as_of) = preparation.respondents_as_of
        && as_of > opens_on
    {
        let message = format!(
            "団体の区分を決める日（{}）が、開始の日より後です。",
            date_label(as_of)
        );
        findings.warning(topic, format!("as-of-{as_of}"), message);
    }
}

/// Bodies that answer two editions at a time take one for the other.
fn open_editions(preparation: &Preparation<'_>, findings: &mut Findings) {
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

#[cfg(test)]
mod tests;
