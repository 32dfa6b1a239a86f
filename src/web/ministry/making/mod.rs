//! An edition in preparation, page by page: the list of its parts, each part, the check list, previews, trials.
//!
//! ```text
//! /making ─ parts (titles, intents, help, rows, questions, dates) ─> /making/opening: check list, open or plan
//!         └ /preview/{kind}: the form as a body sees it           └> /trial: chosen bodies try it
//! ```

use actix_web::web;

use super::State;
use super::part::Errors;
use crate::domain::access::CountryScope;
use crate::domain::edition_checks::Topic;
use crate::domain::edition_input::FieldProblem;
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::edition_key;
use crate::web::page;
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::WorkflowError;
use crate::workflow::edition_making::MakingError;

pub mod dates;
pub mod discard;
pub mod fields;
pub mod hub;
pub mod lists;
pub mod new;
pub mod opening;
pub mod parts;
pub mod preview;
pub mod trial;
pub mod typed;

/// Said where an edition can no longer be changed.
const FROZEN: &str =
    "この調査回は始まっているため、内容は変えられません。説明文と計画の前提は変えられます。";

/// The edition of the address, for the ministry; nobody else learns that it exists.
async fn load(state: &State, session: &Session, key: &str) -> WebResult<SurveyEdition> {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let key = edition_key(key)?;
    let edition = state.desk.store.edition(&key).await?;
    edition.ok_or(WebError::NotFound)
}

/// The address of a page about making an edition; the list itself for an empty name.
fn making_path(edition: &SurveyEdition, page: &str) -> String {
    let key = &edition.key;
    match page {
        "" => format!("/editions/{key}/making"),
        page => format!("/editions/{key}/making/{page}"),
    }
}

/// Where a topic of the check list is mended.
fn topic_path(edition: &SurveyEdition, topic: Topic) -> String {
    match (&edition.definition.required_amounts, topic) {
        (Some(rule), Topic::Amounts) => super::follow_up::path(&rule.source),
        (_, Topic::Holidays) => "/holidays".to_owned(),
        _ => making_path(edition, topic.key()),
    }
}

/// The frame of a page below the list of parts.
fn frame(state: &State, session: &Session, edition: &SurveyEdition, title: &str) -> Page {
    let list = format!("調査回の準備（{}）", edition.definition.short_title);
    let way = [
        ("調査回", "/editions".to_owned()),
        (list.as_str(), making_path(edition, "")),
    ];
    let way: Vec<(&str, &str)> = way
        .iter()
        .map(|(label, href)| (*label, href.as_str()))
        .collect();
    page::signed_in(state, session, title, &way).in_section("/editions")
}

fn is_preparing(edition: &SurveyEdition) -> bool {
    edition.state == EditionState::Preparing
}

/// What became of a form.
enum Sent {
    Done,
    Problems(Vec<FieldProblem>),
    /// Somebody else was first.
    Stale,
}

impl Sent {
    fn of(done: Result<(), MakingError>) -> WebResult<Self> {
        match done {
            Ok(()) => Ok(Self::Done),
            Err(MakingError::Problem(problem)) => Ok(Self::Problems(vec![problem])),
            Err(MakingError::Workflow(error)) => Self::failed(error),
        }
    }

    fn failed(error: WorkflowError) -> WebResult<Self> {
        match error {
            WorkflowError::Stale => Ok(Self::Stale),
            WorkflowError::Invalid(problems) => Ok(Self::Problems(
                problems
                    .into_iter()
                    .map(|problem| FieldProblem::new("deadline_on", problem.message))
                    .collect(),
            )),
            other => Err(other.into()),
        }
    }
}

/// No problems anywhere.
fn no_errors() -> Errors<'static> {
    Errors(&[])
}

/// Path of a part: edition and part.
type PartPath = web::Path<(String, String)>;
