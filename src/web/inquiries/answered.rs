//! That a question was answered, at the line of the form where it was asked: on the body's own pages.

use std::collections::BTreeMap;

use crate::domain::access::inquiries::InquiryScope;
use crate::domain::account::Actor;
use crate::domain::inquiry::item_of;
use crate::domain::place::{Place, Section};
use crate::domain::survey_edition::EditionDefinition;
use crate::store::inquiries::InquiryFilter;
use crate::store::responses::ResponseRecord;
use crate::web::error::WebResult;
use crate::web::state::AppState;
use crate::web::view::Crumb;

/// The thread answered last at each item of the form.
#[derive(Clone, Debug, Default)]
pub struct Answered(BTreeMap<Place, i64>);

impl Answered {
    /// Of the visitor's own answer.
    pub async fn of(state: &AppState, actor: &Actor, record: &ResponseRecord) -> WebResult<Self> {
        let scope = match InquiryScope::of(actor) {
            Some(scope) if actor.code() == Some(record.code()) => scope,
            _ => return Ok(Self::default()),
        };
        let filter = InquiryFilter {
            edition_id: Some(record.edition.id),
            code: Some(record.code()),
            ..InquiryFilter::default()
        };
        let found = state.desk.store.answered_inquiries(&filter, scope).await?;
        let items = found.into_iter().map(|(place, id)| (item_of(&place), id));
        Ok(Self(items.collect()))
    }

    /// The address of the thread at an item; empty if there is none.
    pub fn href(&self, item: &Place) -> String {
        let thread = self.0.get(item);
        thread.map_or_else(String::new, |id| format!("/inquiries/{id}"))
    }

    /// The threads about a part of the form that stand at no row of its table, each with the item's name.
    pub fn of_part(&self, definition: &EditionDefinition, section: Section) -> Vec<Crumb> {
        let of_part = self
            .0
            .keys()
            .filter(|item| item.section() == section && !matches!(item, Place::Scheme(_)));
        of_part
            .map(|item| Crumb {
                label: definition.place_label(item),
                href: self.href(item),
            })
            .collect()
    }
}
