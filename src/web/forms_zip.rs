//! 様式1 of many bodies as one ZIP: of a prefecture's bodies, or of the country.

use actix_web::{HttpResponse, web};

use super::download::streamed;
use super::error::{WebError, WebResult};
use super::municipality::edition_key;
use super::page::see_other;
use super::session::Session;
use super::state::AppState;
use crate::domain::access::{PrefectureScope, ReadScope};
use crate::domain::account::Role;
use crate::domain::local_government_code::PrefectureCode;
use crate::workflow::take_out_all::{FormsChoice, forms_zip};

type State = web::Data<AppState>;

/// What the forms hold; without it, what there is: submitted, else last year's, else nothing.
#[derive(serde::Deserialize)]
pub struct FormsQuery {
    pub what: Option<String>,
}

/// GET `/editions/{key}/forms.zip?what=submitted|all|blank`: a prefecture its own bodies, the ministry
/// the country.
pub async fn own(
    state: State,
    session: Session,
    key: web::Path<String>,
    query: web::Query<FormsQuery>,
) -> WebResult {
    let scope = ReadScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let page = match session.actor.role {
        Role::Ministry => "downloads",
        _ => "board",
    };
    let empty = format!("/editions/{}/{page}", edition_key(&key)?);
    send(&state, &session, &key, scope, &query, &empty).await
}

/// GET `/editions/{key}/prefectures/{pp}/forms.zip`: the ministry takes one prefecture's.
pub async fn of_prefecture(
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
    query: web::Query<FormsQuery>,
) -> WebResult {
    session.must_be_ministry()?;
    let (key, prefecture) = path.into_inner();
    let prefecture: PrefectureCode = prefecture.parse().map_err(|_| WebError::NotFound)?;
    let scope = PrefectureScope::of(&session.actor, prefecture).ok_or(WebError::NotFound)?;
    let empty = format!("/editions/{}/prefectures/{prefecture}", edition_key(&key)?);
    let scope = ReadScope::Prefecture(scope);
    send(&state, &session, &key, scope, &query, &empty).await
}

async fn send(
    state: &State,
    session: &Session,
    key: &str,
    scope: ReadScope,
    query: &FormsQuery,
    empty: &str,
) -> WebResult<HttpResponse> {
    let choice = match &query.what {
        Some(word) => FormsChoice::parse(word).ok_or(WebError::BadRequest)?,
        None => FormsChoice::All,
    };
    let key = edition_key(key)?;
    let file = forms_zip(&state.desk, &session.actor, &key, scope, choice).await?;
    if let Some(file) = file {
        return Ok(streamed(file));
    }
    let edition = state.desk.store.edition(&key).await?;
    let notice = match edition {
        Some(edition) if edition.is_follow_up() => "no-amount-forms",
        _ => "no-forms",
    };
    Ok(see_other(&format!("{empty}?notice={notice}")))
}
