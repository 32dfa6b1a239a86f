//! GET `/help/answers`: the published answers, searched by words, item and edition.

use actix_web::HttpRequest;
use askama::Template;

use super::{AnswerCard, PATH, State};
use crate::domain::place::{Place, Section};
use crate::domain::published_answer::{Audience, Readership, search_words};
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::domain::text::with_commas;
use crate::store::published_answers::PublishedFilter;
use crate::web::error::WebResult;
use crate::web::form::FormData;
use crate::web::ministry::participation::pager;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::{Page, Pager};
use crate::web::view_select::SelectField;

/// Answers on a page.
const LINES: u64 = 20;

#[derive(Template)]
#[template(path = "help/answers.html")]
struct ListPage {
    page: Page,
    words: String,
    edition: SelectField,
    place: SelectField,
    is_narrowed: bool,
    total: String,
    answers: Vec<AnswerCard>,
    pager: Option<Pager>,
    can_publish: bool,
}

/// The parts of the form and the rows of an edition, as choices.
pub(super) fn places(edition: Option<&SurveyEdition>) -> Vec<(String, String)> {
    let parts = Section::ALL.map(Place::Section).into_iter();
    let rows = edition
        .into_iter()
        .flat_map(|edition| &edition.definition.rows);
    let rows = rows.map(|row| {
        (
            Place::Scheme(row.scheme.clone()).to_string(),
            row.name.clone(),
        )
    });
    parts
        .map(|part| (part.to_string(), part.section().label().to_owned()))
        .chain(rows)
        .collect()
}

/// GET `/help/answers`.
pub async fn list(request: HttpRequest, state: State, session: Session) -> WebResult {
    let query = FormData::parse(request.query_string())?;
    let store = &state.desk.store;
    let mut editions = store.editions().await?;
    editions.retain(|edition| edition.state != EditionState::Preparing && !edition.is_trial());
    let edition = editions
        .iter()
        .find(|edition| edition.key.as_str() == query.text("edition"));
    let place: Option<Place> = query.text("place").parse().ok();
    let words = search_words(query.text("q"));
    let filter = PublishedFilter {
        words: &words,
        edition_id: edition.map(|edition| edition.id),
        place: place.as_ref(),
    };
    let readers = Readership::of(&session.actor);
    let total = store.count_published_answers(&filter, readers).await?;
    let wanted: u64 = query.text("page").parse().unwrap_or(1);
    let at = wanted.clamp(1, total.div_ceil(LINES).max(1));
    let range = ((at - 1) * LINES, LINES);
    let records = store.published_answers(&filter, readers, range).await?;
    let mut pairs: Vec<(&str, String)> = Vec::new();
    if !words.is_empty() {
        pairs.push(("q", query.text("q").to_owned()));
    }
    pairs.extend(edition.map(|it| ("edition", it.key.to_string())));
    pairs.extend(place.as_ref().map(|it| ("place", it.to_string())));
    let back = serde_urlencoded::to_string(pairs).unwrap_or_default();
    let own = Audience::of_publisher(&session.actor);
    let way = [("使い方", "/help")];
    html(&ListPage {
        page: page::signed_in(&state, &session, "公開されている回答", &way)
            .in_section("/help")
            .with_notice(Some(query.text("notice"))),
        words: query.text("q").to_owned(),
        edition: SelectField::filter(
            "edition",
            "調査回",
            editions
                .iter()
                .map(|it| (it.key.to_string(), it.definition.short_title.clone())),
            edition.map_or("", |edition| edition.key.as_str()),
        ),
        place: SelectField::filter(
            "place",
            "項目",
            places(edition.or(editions.first())),
            &place.as_ref().map(ToString::to_string).unwrap_or_default(),
        ),
        is_narrowed: !back.is_empty(),
        total: with_commas(total),
        answers: records
            .into_iter()
            .map(|record| {
                let is_own = Some(record.audience) == own;
                AnswerCard::of(record, &editions, is_own)
            })
            .collect(),
        pager: pager(
            "公開されている回答",
            &format!("{PATH}?{back}"),
            at,
            total,
            LINES,
        ),
        can_publish: own.is_some(),
    })
}
