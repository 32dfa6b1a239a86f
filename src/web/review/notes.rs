//! The threads about an answer, as links on its page.

use super::Seen;
use crate::domain::access::Relation;
use crate::domain::access::inquiries::InquiryScope;
use crate::store::inquiries::InquiryFilter;
use crate::web::error::WebResult;
use crate::web::session::Session;
use crate::web::state::AppState;

/// How many threads there are about an answer, and where a comment at a place begins; nothing for who only reads along.
pub async fn notes(state: &AppState, session: &Session, seen: &Seen) -> WebResult<(u64, String)> {
    let record = &seen.record;
    let scope = match InquiryScope::of(&session.actor) {
        Some(scope) if seen.relation != Relation::Reader => scope,
        _ => return Ok((0, String::new())),
    };
    let filter = InquiryFilter {
        edition_id: Some(record.edition.id),
        code: Some(record.code()),
        ..InquiryFilter::default()
    };
    let count = state.desk.store.count_inquiries(&filter, scope).await?;
    let (key, code) = (&record.edition.key, record.code());
    let path = format!("/inquiries/new?edition={key}&code={code}&place=");
    Ok((count, path))
}
