//! The ministry's pages: the country, the bodies that answer directly, Form 2, tables, editions.

use actix_web::{HttpResponse, web};

use super::error::{WebError, WebResult};
use super::municipality::edition_key;
use super::page::see_other;
use super::session::Session;
use super::state::AppState;
use super::view::StatusTag;
use crate::domain::access::CountryScope;
use crate::domain::form_words::FormWords;
use crate::domain::japan_time;
use crate::domain::participation::confirm::is_confirmable;
use crate::domain::survey_edition::{self, EditionState, SurveyEdition};

pub mod as_of;
mod behind;
pub mod count_bodies;
pub mod country;
pub mod direct;
pub mod downloads;
pub mod editions;
pub mod follow_up;
pub mod holidays;
pub mod mail;
pub mod making;
pub mod part;
pub mod participation;
pub mod plan;
pub mod plan_bodies;
pub mod questions;
pub mod reminder_plan;
pub mod respondents;
pub mod schemes;
pub mod settings;
pub mod sheets;

/// Shared state of handlers.
type State = web::Data<AppState>;

/// One entry of the switch between editions.
struct EditionLink {
    label: String,
    href: String,
    current: bool,
}

/// What the head of every page about an edition shows (`templates/ministry/head.html`).
struct Head {
    key: String,
    short_title: String,
    tag: StatusTag,
    deadline: String,
    days_left: String,
    /// 「令和8年11月21日（土）13時05分現在」.
    as_of: String,
    /// It asks for required amounts.
    is_follow_up: bool,
    words: &'static FormWords,
    links: Vec<EditionLink>,
}

/// An edition opened by the ministry for one of its pages.
struct Opened {
    edition: SurveyEdition,
    scope: CountryScope,
    head: Head,
}

fn state_tag(state: EditionState) -> StatusTag {
    StatusTag {
        label: state.label().to_owned(),
        css: match state {
            EditionState::Preparing => "todo",
            EditionState::Open => "submitted",
            EditionState::Closed => "done",
        },
    }
}

/// Every edition once: the one of the address and the links to its neighbours. An edition in
/// preparation has no such pages yet.
async fn open(state: &State, session: &Session, key: &str, page: &str) -> WebResult<Opened> {
    let scope = CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let key = edition_key(key)?;
    let mut editions = state.desk.store.editions().await?;
    editions.retain(|edition| edition.state != EditionState::Preparing);
    editions.retain(|edition| page != "participation" || is_confirmable(edition));
    // A survey of required amounts has no Form 2 and no plan.
    editions.retain(|edition| !matches!(page, "sheets" | "plan") || !edition.is_follow_up());
    editions.sort_by_key(|edition| (edition.is_trial(), edition.is_follow_up()));
    let links = editions
        .iter()
        .map(|edition| EditionLink {
            label: edition.definition.short_title.clone(),
            href: format!("/editions/{}/{page}", edition.key),
            current: edition.key == key,
        })
        .collect();
    let edition = editions
        .into_iter()
        .find(|edition| edition.key == key)
        .ok_or(WebError::NotFound)?;
    let now = state.desk.now();
    let deadline_on = edition.dates.deadline_on;
    let is_open = edition.state == EditionState::Open;
    let head = Head {
        key: key.to_string(),
        short_title: edition.definition.short_title.clone(),
        tag: state_tag(edition.state),
        deadline: japan_time::deadline_label(deadline_on),
        days_left: if is_open {
            japan_time::days_left_label(now.japan_date(), deadline_on)
        } else {
            String::new()
        },
        as_of: format!("{}現在", japan_time::datetime_label(now)),
        is_follow_up: edition.is_follow_up(),
        words: edition.definition.words(),
        links,
    };
    Ok(Opened {
        edition,
        scope,
        head,
    })
}

/// The menu leads to the newest open edition, else to the newest that is not in preparation, else to
/// the list of editions.
async fn to_newest(state: &State, session: &Session, page: &str) -> WebResult<HttpResponse> {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let editions = state.desk.store.editions().await?;
    Ok(match survey_edition::current(&editions) {
        Some(edition) => see_other(&format!("/editions/{}/{page}", edition.key)),
        None => see_other("/editions"),
    })
}
