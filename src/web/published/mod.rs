//! Answers published for all: everybody searches them, whoever published edits and withdraws them.

use actix_web::web;

use super::inquiries::place_label;
use super::state::AppState;
use crate::domain::japan_time;
use crate::domain::survey_edition::SurveyEdition;
use crate::store::published_answers::PublishedRecord;

pub mod edit;
pub mod list;

/// Shared state of handlers.
type State = web::Data<AppState>;

/// The address of the list.
const PATH: &str = "/help/answers";

/// A published answer as lists show it.
pub struct AnswerCard {
    pub id: i64,
    pub question: String,
    pub answer: String,
    pub place: String,
    /// 「令和9年度分」; empty if it holds for every edition.
    pub edition: String,
    /// 「全国」 or the prefecture it is for.
    pub audience: &'static str,
    pub changed_at: String,
    /// The visitor published it.
    pub is_own: bool,
}

impl AnswerCard {
    /// `editions`: those whose words name the places; one without an edition is named by the newest.
    pub fn of(record: PublishedRecord, editions: &[SurveyEdition], is_own: bool) -> Self {
        let own = editions
            .iter()
            .find(|edition| Some(edition.id) == record.edition_id);
        let named = own.or(editions.first());
        Self {
            id: record.id,
            place: place_label(named, record.place.as_ref()),
            edition: own
                .map(|edition| edition.definition.short_title.clone())
                .unwrap_or_default(),
            audience: record.audience.label(),
            changed_at: japan_time::datetime_label(record.changed_at),
            is_own,
            question: record.words.question,
            answer: record.words.answer,
        }
    }
}
