//! GET `/inquiries`: the threads that concern the visitor, what waits for the visitor first.

use actix_web::HttpRequest;
use askama::Template;

use super::{MENU, State, place_label, reviews, state_tag};
use crate::domain::access::inquiries::InquiryScope;
use crate::domain::account::Role;
use crate::domain::inquiry::InquiryState;
use crate::domain::japan_time;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::domain::text::with_commas;
use crate::store::inquiries::{InquiryFilter, InquiryRecord};
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::ministry::participation::pager;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::{Page, Pager, StatusTag};
use crate::web::view_select::SelectField;

/// Threads on a page.
const LINES: u64 = 50;

#[derive(Template)]
#[template(path = "inquiries/list.html")]
struct ListPage {
    page: Page,
    is_ministry: bool,
    /// The visitor has a body of its own that may ask.
    can_ask: bool,
    reviews: bool,
    waiting: u64,
    state: SelectField,
    edition: SelectField,
    prefecture: SelectField,
    /// Only the threads of this body; empty for all.
    code: String,
    is_narrowed: bool,
    total: String,
    lines: Vec<Line>,
    pager: Option<Pager>,
}

struct Line {
    href: String,
    title: String,
    place: String,
    edition: String,
    code: String,
    name: String,
    prefecture: &'static str,
    tag: StatusTag,
    changed_at: String,
}

/// GET `/inquiries`.
pub async fn list(request: HttpRequest, state: State, session: Session) -> WebResult {
    let scope = InquiryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let query = FormData::parse(request.query_string())?;
    let store = &state.desk.store;
    let mut editions = store.editions().await?;
    editions.retain(|edition| edition.state != EditionState::Preparing);
    let edition = editions
        .iter()
        .find(|edition| edition.key.as_str() == query.text("edition"));
    let code: Option<LocalGovernmentCode> = query.text("code").parse().ok();
    let prefecture: Option<PrefectureCode> = query.text("prefecture").parse().ok();
    let chosen = InquiryState::from_stored(query.text("state"));
    let filter = InquiryFilter {
        state: chosen,
        edition_id: edition.map(|edition| edition.id),
        prefecture,
        code,
    };
    let total = store.count_inquiries(&filter, scope).await?;
    let wanted: u64 = query.text("page").parse().unwrap_or(1);
    let at = wanted.clamp(1, total.div_ceil(LINES).max(1));
    let records = store
        .inquiries(&filter, scope, ((at - 1) * LINES, LINES))
        .await?;
    let mut pairs: Vec<(&str, String)> = Vec::new();
    pairs.extend(chosen.map(|it| ("state", it.as_str().to_owned())));
    pairs.extend(edition.map(|it| ("edition", it.key.to_string())));
    pairs.extend(prefecture.map(|it| ("prefecture", it.to_string())));
    pairs.extend(code.map(|it| ("code", it.to_string())));
    let back = serde_urlencoded::to_string(pairs).unwrap_or_default();
    let prefecture = prefecture.map(|it| it.to_string()).unwrap_or_default();
    html(&ListPage {
        page: page::signed_in(&state, &session, "質問・連絡", &[]).in_section(MENU),
        is_ministry: session.actor.role == Role::Ministry,
        can_ask: session.actor.body.is_some(),
        reviews: reviews(&session),
        waiting: store.count_waiting_inquiries(scope).await?,
        state: SelectField::filter(
            "state",
            "状態",
            InquiryState::ALL.map(|it| (it.as_str(), it.label())),
            chosen.map_or("", InquiryState::as_str),
        ),
        edition: SelectField::filter(
            "edition",
            "調査回",
            editions
                .iter()
                .map(|it| (it.key.to_string(), it.definition.short_title.clone())),
            edition.map_or("", |edition| edition.key.as_str()),
        ),
        prefecture: SelectField::filter(
            "prefecture",
            "都道府県",
            PrefectureCode::all().map(|it| (it.to_string(), it.name())),
            &prefecture,
        ),
        code: code.map(|it| it.to_string()).unwrap_or_default(),
        is_narrowed: !back.is_empty(),
        total: with_commas(total),
        lines: records
            .iter()
            .map(|record| line(record, &editions))
            .collect(),
        pager: pager(
            "質問・連絡の一覧",
            &format!("{MENU}?{back}"),
            at,
            total,
            LINES,
        ),
    })
}

fn line(record: &InquiryRecord, editions: &[SurveyEdition]) -> Line {
    let edition = editions
        .iter()
        .find(|edition| Some(edition.id) == record.edition_id);
    Line {
        href: format!("{MENU}/{}", record.id),
        title: if record.title.is_empty() {
            "内部のコメント・記録".to_owned()
        } else {
            record.title.clone()
        },
        place: place_label(edition, record.place.as_ref()),
        edition: edition
            .map(|edition| edition.definition.short_title.clone())
            .unwrap_or_default(),
        code: record.code.to_string(),
        name: record.name.clone(),
        prefecture: record.code.prefecture().name(),
        tag: state_tag(record.state),
        changed_at: japan_time::datetime_label(record.changed_at),
    }
}
