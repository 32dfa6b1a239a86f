//! GET `/changes`: the notices that concern the visitor, newest first.

use actix_web::HttpRequest;
use askama::Template;

use super::{MENU, State, state_tag};
use crate::domain::access::NoticeScope;
use crate::domain::account::Role;
use crate::domain::intent_change::{ChangeState, ChangeSummary};
use crate::domain::japan_time;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::Route;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::{EditionDefinition, EditionState};
use crate::domain::text::with_commas;
use crate::store::intent_changes::{ChangeFilter, ChangeRecord};
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::ministry::participation::pager;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::{Page, Pager, StatusTag};
use crate::web::view_select::SelectField;

/// Notices on a page.
const LINES: u64 = 50;
/// What waits for each of those who act.
const WITH_PREFECTURE: &[ChangeState] = &[ChangeState::WithPrefecture];
const WITH_MINISTRY: &[ChangeState] = &[ChangeState::WithMinistry];

#[derive(Template)]
#[template(path = "changes/list.html")]
struct ListPage {
    page: Page,
    is_ministry: bool,
    is_body: bool,
    /// Notices that wait for the visitor.
    waiting: u64,
    edition: SelectField,
    prefecture: SelectField,
    state: SelectField,
    is_narrowed: bool,
    total: String,
    lines: Vec<Line>,
    /// One of them changes an answer to a question.
    has_answers: bool,
    pager: Option<Pager>,
}

struct Line {
    href: String,
    filed_at: String,
    code: String,
    name: String,
    prefecture: &'static str,
    edition: String,
    tag: StatusTag,
    /// It goes to the ministry at once.
    direct: bool,
    before: String,
    after: String,
    added: Vec<String>,
    dropped: Vec<String>,
    /// 「データの連携方法：#1 API→#4 RPA」
    answers: Vec<String>,
    changed_on: String,
}

/// What the address asks.
struct Query {
    state: Option<ChangeState>,
    prefecture: Option<PrefectureCode>,
    edition: String,
    page: u64,
}

impl Query {
    fn read(form: &FormData) -> Self {
        Self {
            state: ChangeState::from_stored(form.text("state")),
            prefecture: form.text("prefecture").parse().ok(),
            edition: form.text("edition").to_owned(),
            page: form.text("page").parse().unwrap_or(1),
        }
    }

    fn write(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        pairs.extend(self.state.map(|it| ("state", it.as_str().to_owned())));
        pairs.extend(self.prefecture.map(|it| ("prefecture", it.to_string())));
        if !self.edition.is_empty() {
            pairs.push(("edition", self.edition.clone()));
        }
        serde_urlencoded::to_string(pairs).unwrap_or_default()
    }
}

/// Each state alone, so that a filter can borrow it.
fn only(state: ChangeState) -> &'static [ChangeState] {
    let at = ChangeState::ALL.iter().position(|it| *it == state);
    at.map_or(&[][..], |at| {
        const ALL: &[ChangeState] = &ChangeState::ALL;
        &ALL[at..=at]
    })
}

/// GET `/changes`.
pub async fn list(request: HttpRequest, state: State, session: Session) -> WebResult {
    let scope = NoticeScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let mut query = Query::read(&FormData::parse(request.query_string())?);
    let store = &state.desk.store;
    let mut editions = store.editions().await?;
    editions
        .retain(|edition| edition.state != EditionState::Preparing && edition.is_intent_survey());
    let edition = editions.iter().find(|it| it.key.as_str() == query.edition);
    if edition.is_none() {
        query.edition.clear();
    }
    let filter = ChangeFilter {
        states: query.state.map(only),
        edition_id: edition.map(|edition| edition.id),
        prefecture: query.prefecture,
        ..ChangeFilter::default()
    };
    let total = store.count_intent_changes(&filter, scope).await?;
    let at = query.page.clamp(1, total.div_ceil(LINES).max(1));
    let range = ((at - 1) * LINES, LINES);
    let records = store.intent_changes(&filter, scope, range).await?;
    let waits_for = match session.actor.role {
        Role::Municipality => None,
        Role::Prefecture(_) => Some(WITH_PREFECTURE),
        Role::Ministry => Some(WITH_MINISTRY),
    };
    let waiting = match waits_for {
        Some(states) => {
            let filter = ChangeFilter {
                states: Some(states),
                ..ChangeFilter::default()
            };
            store.count_intent_changes(&filter, scope).await?
        }
        None => 0,
    };
    let lines: Vec<_> = records.iter().map(line).collect();
    let back = query.write();
    let prefecture = query.prefecture.map(|it| it.to_string());
    html(&ListPage {
        page: page::signed_in(&state, &session, "意向の変更", &[]).in_section(MENU),
        is_ministry: session.actor.role == Role::Ministry,
        is_body: session.actor.body.is_some(),
        waiting,
        edition: SelectField::filter(
            "edition",
            "調査回",
            editions
                .iter()
                .map(|it| (it.key.to_string(), it.definition.short_title.clone())),
            &query.edition,
        ),
        prefecture: SelectField::filter(
            "prefecture",
            "都道府県",
            PrefectureCode::all().map(|it| (it.to_string(), it.name())),
            &prefecture.unwrap_or_default(),
        ),
        state: SelectField::filter(
            "state",
            "状態",
            ChangeState::ALL.map(|it| (it.as_str(), it.label())),
            query.state.map_or("", ChangeState::as_str),
        ),
        is_narrowed: !back.is_empty(),
        total: with_commas(total),
        has_answers: lines.iter().any(|line| !line.answers.is_empty()),
        lines,
        pager: pager(
            "意向の変更の一覧",
            &format!("{MENU}?{back}"),
            at,
            total,
            LINES,
        ),
    })
}

/// The names of schemes as the edition prints them.
pub(super) fn scheme_names(definition: &EditionDefinition, ids: &[SchemeId]) -> Vec<String> {
    let name = |id: &SchemeId| {
        let row = definition.row(id);
        row.map_or_else(|| id.to_string(), |(_, row)| row.name.clone())
    };
    ids.iter().map(name).collect()
}

fn line(record: &ChangeRecord) -> Line {
    let definition = &record.edition.definition;
    let summary = ChangeSummary::of(definition, &record.base, &record.notice.form);
    let code = record.class.code;
    Line {
        href: format!("{MENU}/{}", record.id),
        filed_at: japan_time::datetime_label(record.notice.filed_at),
        code: code.to_string(),
        name: record.name.clone(),
        prefecture: code.prefecture().name(),
        edition: definition.short_title.clone(),
        tag: state_tag(record.state),
        direct: record.route == Route::ToMinistry,
        before: summary.intents.0,
        after: summary.intents.1,
        added: scheme_names(definition, &summary.added),
        dropped: scheme_names(definition, &summary.dropped),
        answers: summary.answers.iter().map(ToString::to_string).collect(),
        changed_on: japan_time::date_label(record.notice.changed_on),
    }
}
