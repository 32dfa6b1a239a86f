//! What the buttons of 決裁 on the check page do.

use actix_web::http::StatusCode;
use actix_web::web;

use super::check::{Attempt, render};
use super::sign_off_view::refusal;
use super::{State, edition_key, form_path, own_response};
use crate::web::error::WebResult;
use crate::web::page::see_other;
use crate::web::session::Post;
use crate::workflow::{WorkflowError, sign_off};

/// POST `/editions/{key}/form1/sign-off`: asks for 決裁, takes the request back, or gives the draft back.
pub async fn sign(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    let Post { session, form } = post;
    let version = form.value("version")?;
    let (desk, actor) = (&state.desk, &session.actor);
    let words = form.text("words");
    let (done, notice) = match form.text("do") {
        "take-back" => (
            sign_off::take_back(desk, actor, &key, version).await,
            "sign-off-taken-back",
        ),
        "give-back" => (
            sign_off::give_back(desk, actor, &key, version, words).await,
            "sign-off-given-back",
        ),
        _ => {
            let confirmed = form.has("confirmed");
            let asked = sign_off::ask(desk, actor, &key, version, confirmed).await;
            (asked, "sign-off-asked")
        }
    };
    let mut attempt = Attempt::default();
    let status = match done {
        Ok(()) => {
            return Ok(see_other(&format!(
                "{}?notice={notice}",
                form_path(&key, "")
            )));
        }
        Err(WorkflowError::Unconfirmed(_)) => {
            attempt.warnings_error = true;
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(WorkflowError::Invalid(problems)) => {
            if form.text("do") == "give-back" {
                words.clone_into(&mut attempt.words);
                attempt.words_errors = problems.into_iter().map(|it| it.message).collect();
            }
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(WorkflowError::Unfinished(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        Err(WorkflowError::NeedsSignOff(stands)) => {
            attempt.refused = refusal(stands);
            StatusCode::CONFLICT
        }
        Err(error) => return Err(error.into()),
    };
    let record = own_response(&state, &session, &key).await?;
    render(&state, &session, &record, status, attempt).await
}
