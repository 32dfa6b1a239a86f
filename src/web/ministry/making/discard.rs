//! `/editions/{key}/making/discard`: an edition in preparation is thrown away, after a look at what goes with it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{State, frame, is_preparing, load, making_path};
use crate::domain::text::with_commas;
use crate::web::error::WebResult;
use crate::web::page::{html_with, see_other};
use crate::web::session::{Post, Session};
use crate::web::view::Page;
use crate::workflow::WorkflowError;
use crate::workflow::edition_discarding::{discard, look};

#[derive(Template)]
#[template(path = "ministry/making/discard.html")]
struct DiscardPage {
    page: Page,
    is_changed: bool,
    path: String,
    title: String,
    opens: bool,
    trials: Vec<TrialLine>,
    held_by: Vec<String>,
    mark: String,
}

struct TrialLine {
    label: String,
    href: String,
    state: &'static str,
    bodies: String,
    submitted: String,
}

/// GET `/editions/{key}/making/discard`.
pub async fn form(state: State, session: Session, key: web::Path<String>) -> WebResult {
    show(&state, &session, &key, false).await
}

/// POST to the same address.
pub async fn send(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let edition = load(&state, &session, &key).await?;
    let mark = form.text("mark");
    match discard(&state.desk, &session.actor, &edition.key, mark).await {
        Ok(()) => Ok(see_other("/editions?notice=edition-discarded")),
        Err(WorkflowError::Stale) => show(&state, &session, &key, true).await,
        Err(error) => Err(error.into()),
    }
}

async fn show(state: &State, session: &Session, key: &str, is_changed: bool) -> WebResult {
    let edition = load(state, session, key).await?;
    if !is_preparing(&edition) {
        return Ok(see_other(&format!("/editions/{}/settings", edition.key)));
    }
    let found = look(&state.desk, &session.actor, &edition.key).await?;
    let plan = state.desk.store.edition_plan(edition.id).await?;
    let trials = found.trials.iter().map(|(trial, sums)| TrialLine {
        label: trial.definition.short_title.clone(),
        href: format!("/editions/{}/country", trial.key),
        state: trial.state.label(),
        bodies: with_commas(sums.bodies),
        submitted: with_commas(sums.submitted),
    });
    let mut page = frame(state, session, &edition, "準備中の調査回の破棄");
    page.has_errors = is_changed;
    let status = if is_changed {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    html_with(
        status,
        &DiscardPage {
            page,
            is_changed,
            path: making_path(&edition, ""),
            title: edition.definition.title.clone(),
            opens: plan.opening.is_some(),
            trials: trials.collect(),
            held_by: found.held_by,
            mark: found.mark,
        },
    )
}
