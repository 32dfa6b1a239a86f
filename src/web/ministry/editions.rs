//! GET `/editions`: every edition with its state, dates and counts.

use std::collections::{HashMap, HashSet};

use actix_web::web;
use askama::Template;

use super::{State, state_tag};
use crate::domain::access::CountryScope;
use crate::domain::japan_time::date_label;
use crate::domain::required_amounts::making::follow_up_key;
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::domain::text::with_commas;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::FormQuery;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::{Page, StatusTag};

#[derive(Template)]
#[template(path = "ministry/editions.html")]
struct EditionsPage {
    page: Page,
    none_open: bool,
    rows: Vec<Row>,
}

struct Row {
    short_title: String,
    tag: StatusTag,
    is_preparing: bool,
    country_href: String,
    settings_href: String,
    settings_label: &'static str,
    /// Where the next one is made from this one; empty for a trial.
    new_href: String,
    /// Where its survey of required amounts is made or seen: label and address; `None` where there is none to make.
    follow_up: Option<(&'static str, String)>,
    deadline: String,
    last_new_answer: String,
    last_change: String,
    /// 「1,073 / 1,788」; empty before the edition opened.
    received: String,
}

/// The way to the survey of required amounts: of a survey of intents that was opened, to make it; of one itself, to
/// its sums.
fn follow_up(edition: &SurveyEdition, keys: &HashSet<String>) -> Option<(&'static str, String)> {
    if edition.state == EditionState::Preparing || edition.is_trial() {
        return None;
    }
    let key = &edition.key;
    if edition.is_follow_up() {
        return Some(("所要額の集計", format!("/editions/{key}/amounts")));
    }
    let made = follow_up_key(key).is_some_and(|made| keys.contains(made.as_str()));
    let label = if made {
        "所要額調査の設定"
    } else {
        "所要額調査をつくる"
    };
    Some((label, super::follow_up::path(key)))
}

/// GET `/editions`.
pub async fn editions(state: State, session: Session, query: web::Query<FormQuery>) -> WebResult {
    let scope = CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let store = &state.desk.store;
    let (editions, counts) = tokio::try_join!(store.editions(), store.edition_counts(scope))?;
    let mut sums: HashMap<i64, (u64, u64)> = HashMap::new();
    for (edition, status, count) in counts {
        let (bodies, received) = sums.entry(edition).or_default();
        *bodies += count;
        *received += if status.is_received() { count } else { 0 };
    }
    let mut editions = editions;
    editions.sort_by_key(|edition| edition.is_trial());
    let keys: HashSet<String> = editions
        .iter()
        .map(|edition| edition.key.to_string())
        .collect();
    let rows = editions.into_iter().map(|edition| {
        let received = sums
            .get(&edition.id)
            .map(|(bodies, received)| {
                format!("{} / {}", with_commas(*received), with_commas(*bodies))
            })
            .unwrap_or_default();
        Row {
            short_title: edition.definition.short_title.clone(),
            tag: state_tag(edition.state),
            is_preparing: edition.state == EditionState::Preparing,
            country_href: format!("/editions/{}/country", edition.key),
            settings_href: if edition.state == EditionState::Preparing {
                format!("/editions/{}/making", edition.key)
            } else {
                format!("/editions/{}/settings", edition.key)
            },
            follow_up: follow_up(&edition, &keys),
            new_href: if edition.is_intent_survey() {
                format!("/editions/new?from={}", edition.key)
            } else {
                String::new()
            },
            settings_label: match edition.state {
                EditionState::Preparing => "内容を準備して開始する",
                EditionState::Open => "日付の変更・終了",
                EditionState::Closed => "内容を見る",
            },
            deadline: date_label(edition.dates.deadline_on),
            last_new_answer: date_label(edition.dates.last_new_answer_on),
            last_change: date_label(edition.dates.last_change_on),
            received,
        }
    });
    let rows: Vec<Row> = rows.collect();
    html(&EditionsPage {
        page: page::signed_in(&state, &session, "調査回", &[])
            .in_section("/editions")
            .with_notice(query.notice.as_deref()),
        none_open: rows.iter().all(|row| row.is_preparing),
        rows,
    })
}
