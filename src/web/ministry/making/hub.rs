//! GET `/editions/{key}/making`: what an edition in preparation consists of, and how far each part is.

use actix_web::web;
use askama::Template;

use super::{State, is_preparing, load, making_path, topic_path};
use crate::domain::edition_checks::{Finding, Severity, Topic};
use crate::domain::japan_time::date_label;
use crate::domain::required_amounts::RequiredAmounts;
use crate::domain::survey_edition::SurveyEdition;
use crate::web::error::WebResult;
use crate::web::municipality::FormQuery;
use crate::web::page::{self, html, see_other};
use crate::web::session::Session;
use crate::web::view::{Page, StatusTag};
use crate::workflow::edition_opening::findings;

#[derive(Template)]
#[template(path = "ministry/making/hub.html")]
struct HubPage {
    page: Page,
    /// It asks for required amounts.
    is_follow_up: bool,
    key: String,
    path: String,
    tasks: Vec<Task>,
    errors: usize,
    warnings: usize,
    /// 「令和10年1月14日（金）」; empty if it is opened by hand.
    opens_on: String,
    opens_by: String,
    /// Why the planned opening did not take place.
    refused: Vec<String>,
    trials: Vec<Trial>,
}

struct Task {
    label: String,
    href: String,
    hint: String,
    tag: StatusTag,
}

struct Trial {
    label: String,
    href: String,
    state: &'static str,
}

/// GET `/editions/{key}/making`.
pub async fn hub(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    let edition = load(&state, &session, &key).await?;
    if !is_preparing(&edition) {
        return Ok(see_other(&format!("/editions/{}/settings", edition.key)));
    }
    let store = &state.desk.store;
    let plan = store.edition_plan(edition.id).await?;
    let opens_on = plan.opening.as_ref().map(|opening| opening.on);
    let found = findings(&state.desk, &session.actor, &edition.key, opens_on).await?;
    let count = |severity| {
        found
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let trials = store.editions().await?;
    let trials = trials
        .into_iter()
        .filter(|trial| trial.trial_of.as_ref() == Some(&edition.key))
        .map(|trial| Trial {
            label: trial.definition.short_title.clone(),
            href: format!("/editions/{}/country", trial.key),
            state: trial.state.label(),
        });
    let title = format!("調査回の準備（{}）", edition.definition.short_title);
    let page = page::signed_in(&state, &session, &title, &[("調査回", "/editions")])
        .in_section("/editions")
        .with_notice(query.notice.as_deref());
    html(&HubPage {
        page,
        is_follow_up: edition.is_follow_up(),
        key: edition.key.to_string(),
        path: making_path(&edition, ""),
        tasks: tasks(&edition, &found),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        opens_on: opens_on.map(date_label).unwrap_or_default(),
        opens_by: plan
            .opening
            .map(|opening| opening.set_by_name)
            .unwrap_or_default(),
        refused: plan.refused,
        trials: trials.collect(),
    })
}

fn tasks(edition: &SurveyEdition, found: &[Finding]) -> Vec<Task> {
    let definition = &edition.definition;
    let hint = |topic| match topic {
        Topic::Titles => definition.title.clone(),
        Topic::Intents => "4つの選択肢".to_owned(),
        Topic::Amounts => definition
            .required_amounts
            .as_ref()
            .map(RequiredAmounts::note)
            .unwrap_or_default(),
        Topic::Rows => format!("{}行", definition.rows.len()),
        Topic::Questions => match definition.questions.len() {
            0 => "ありません".to_owned(),
            count => format!("{count}問"),
        },
        Topic::Dates => format!("提出期限 {}", date_label(edition.dates.deadline_on)),
        // No part of an edition, so no line of its own.
        Topic::Holidays => String::new(),
    };
    let mut tasks: Vec<_> = Topic::of(definition)
        .into_iter()
        .map(|topic| Task {
            label: topic.label().to_owned(),
            href: topic_path(edition, topic),
            hint: hint(topic),
            tag: tag(found, topic),
        })
        .collect();
    let help = Task {
        label: "説明文".to_owned(),
        href: making_path(edition, "help"),
        hint: "調査が始まったあとも変えられます".to_owned(),
        tag: StatusTag {
            label: "任意".to_owned(),
            css: "neutral",
        },
    };
    tasks.insert(4, help);
    if definition.asks_intent() {
        tasks.push(Task {
            label: "計画の前提".to_owned(),
            href: making_path(edition, "plan"),
            hint: "予算、基準額、補助率、運用費の単価、連携作業のグループ".to_owned(),
            tag: StatusTag {
                label: "任意".to_owned(),
                css: "neutral",
            },
        });
    }
    tasks
}

fn tag(found: &[Finding], topic: Topic) -> StatusTag {
    let count = |severity| {
        // The calendar counts with the dates, which are reckoned in it.
        let of = |finding: &&Finding| {
            let of_topic = match finding.topic {
                Topic::Holidays => Topic::Dates,
                own => own,
            };
            of_topic == topic && finding.severity == severity
        };
        found.iter().filter(of).count()
    };
    let (label, css) = match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => ("点検済".to_owned(), "done"),
        (0, warnings) => (format!("要確認 {warnings}件"), "warning"),
        (errors, _) => (format!("要修正 {errors}件"), "fix"),
    };
    StatusTag { label, css }
}
