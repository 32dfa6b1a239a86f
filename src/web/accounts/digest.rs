//! POST `/account/digest`: whether one's own address and those of one's duty get the digest of the day.

use actix_web::web;

use super::super::error::WebResult;
use super::super::page::see_other;
use super::super::session::{Post, Session};
use super::super::state::AppState;
use crate::domain::account::Role;
use crate::workflow::digests;

/// One address and its choice.
pub struct DigestLine {
    pub address: String,
    pub wants: bool,
}

/// The choices of whoever gathers answers; empty for everybody else.
pub async fn lines(state: &AppState, session: &Session) -> WebResult<Vec<DigestLine>> {
    if session.actor.role == Role::Municipality {
        return Ok(Vec::new());
    }
    let choices = digests::own_choices(&state.desk, &session.actor).await?;
    Ok(choices
        .into_iter()
        .map(|(address, wants)| DigestLine { address, wants })
        .collect())
}

/// POST `/account/digest`: the addresses that are ticked get it.
pub async fn choose(state: web::Data<AppState>, post: Post) -> WebResult {
    let ticked: Vec<&str> = post.form.all("address").collect();
    digests::choose(&state.desk, &post.session.actor, &ticked).await?;
    Ok(see_other("/account?notice=digest-chosen"))
}
