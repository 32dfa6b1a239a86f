//! `/editions/new`: an edition made from an earlier one.

use actix_web::{HttpRequest, web};

use super::{Sent, State};
use crate::domain::access::CountryScope;
use crate::domain::edition_input::FieldProblem;
use crate::domain::survey_edition::{EditionKey, SurveyEdition};
use crate::web::error::{WebError, WebResult};
use crate::web::ministry::part::{Errors, Fate, Group, PartView, show};
use crate::web::page::{self, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::workflow::edition_making::make_edition;

/// Which edition to begin from.
#[derive(serde::Deserialize)]
pub struct NewQuery {
    from: Option<String>,
    kept: Option<String>,
}

/// GET `/editions/new?from=fy2027`.
pub async fn form(
    state: State,
    session: Session,
    request: HttpRequest,
    query: web::Query<NewQuery>,
) -> WebResult {
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let editions = sources(&state).await?;
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let (from, key) = match &kept {
        Some(form) => (form.text("from").to_owned(), form.text("key").to_owned()),
        None => {
            let asked = editions
                .iter()
                .find(|edition| Some(edition.key.as_str()) == query.from.as_deref());
            let from = asked.or(editions.first());
            (
                from.map(|edition| edition.key.to_string())
                    .unwrap_or_default(),
                from.map(|edition| suggested(edition, &editions))
                    .unwrap_or_default(),
            )
        }
    };
    let view = view(&state, &session, &editions, &from, &key, Errors(&[]));
    show(view, Fate::default())
}

/// POST `/editions/new`.
pub async fn create(state: State, post: Post) -> WebResult {
    let Post { session, form } = post;
    CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let editions = sources(&state).await?;
    let (from, typed) = (form.text("from"), form.text("key").trim());
    let mut problems = Vec::new();
    let old = editions.iter().find(|edition| edition.key.as_str() == from);
    if old.is_none() {
        problems.push(FieldProblem::new(
            "from",
            "もとにする調査回を選んでください。",
        ));
    }
    let key = typed.parse::<EditionKey>().ok();
    // A dash stands before the second edition of a year, and trials are named by it.
    let key = key.filter(|key| key.as_str().len() <= 16 && !key.as_str().contains("trial"));
    if key.is_none() {
        problems.push(FieldProblem::new(
            "key",
            "調査回の記号は、fy2028 のように、fyのあとに数字を付けて16文字以内で入力してください。同じ年度の2回目は fy2028-2 のようにします。",
        ));
    }
    if let (Some(old), Some(key)) = (old, key) {
        let done = make_edition(&state.desk, &session.actor, &old.key, &key).await;
        match Sent::of(done)? {
            Sent::Done => {
                let href = format!("/editions/{key}/making?notice=edition-made");
                return Ok(see_other(&href));
            }
            Sent::Problems(found) => problems.extend(found),
            Sent::Stale => return Err(WebError::Conflict),
        }
    }
    let view = view(&state, &session, &editions, from, typed, Errors(&problems));
    let fate = Fate {
        problems: &problems,
        stored: None,
    };
    show(view, fate)
}

/// Editions that another can be made from, newest first.
async fn sources(state: &State) -> WebResult<Vec<SurveyEdition>> {
    let mut editions = state.desk.store.editions().await?;
    editions.retain(SurveyEdition::is_intent_survey);
    Ok(editions)
}

/// The key of the year after, unless it is taken.
fn suggested(from: &SurveyEdition, editions: &[SurveyEdition]) -> String {
    let key = from.definition.fiscal_year.next().key();
    if editions.iter().any(|edition| edition.key.as_str() == key) {
        String::new()
    } else {
        key
    }
}

fn view(
    state: &State,
    session: &Session,
    editions: &[SurveyEdition],
    from: &str,
    key: &str,
    errors: Errors<'_>,
) -> PartView {
    let options = editions.iter().map(|edition| {
        let label = format!(
            "{}（{}）",
            edition.definition.short_title,
            edition.state.label()
        );
        (edition.key.to_string(), label)
    });
    PartView {
        page: page::signed_in(state, session, "調査回を作る", &[("調査回", "/editions")])
            .in_section("/editions"),
        lead: "これまでの調査回をもとに、次の年度の調査回を準備します。文言の年度と月、日付は1年進めます。作ったあと、すべて直せます。".to_owned(),
        groups: Group::plain(vec![
            errors.choice("from", "もとにする調査回", "", false, options, |value| value == from),
            errors.short(
                "key",
                "新しい調査回の記号",
                "アドレスや受付番号に使います。あとから変えられません。例：fy2028",
                key,
                true,
            ),
        ]),
        base: String::new(),
        button: "調査回を作る",
        back: ("作らずに調査回の一覧へ戻る".to_owned(), "/editions".to_owned()),
        locked: "",
        history: Vec::new(),
    }
}
