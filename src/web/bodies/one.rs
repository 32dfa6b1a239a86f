//! GET `/bodies/{code}`: what a body was and will be, since when and by whose word; its editions.

use actix_web::web;
use askama::Template;
use jiff::civil::Date;

use super::{DifferenceView, MENU, State, body_path, standing_label};
use crate::domain::access::CountryScope;
use crate::domain::body_history::{BEGINNING, BodyHistory, BodyStanding, BodyState, Fate};
use crate::domain::body_table::step;
use crate::domain::japan_time::{date_label, datetime_label};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::store::bodies::{BodySource, RecordedChange};
use crate::store::organizations::BodyInEdition;
use crate::web::error::{WebError, WebResult};
use crate::web::home_lines::coming_text;
use crate::web::municipality::FormQuery;
use crate::web::page::{self, html, status_tag};
use crate::web::session::Session;
use crate::web::view::{Crumb, Page, StatusTag};

#[derive(Template)]
#[template(path = "bodies/one.html")]
struct OnePage {
    page: Page,
    code: String,
    full_name: String,
    kana: String,
    class: String,
    route: &'static str,
    /// Empty if it is simply there.
    standing: String,
    is_abolished: bool,
    /// What it will be, in sentences.
    coming: Vec<String>,
    /// It is abolished, or will be.
    ends: bool,
    /// The body that carries on.
    successor: Option<Crumb>,
    /// Bodies that were or will be merged into this one, with their days.
    predecessors: Vec<(Crumb, String)>,
    versions: Vec<Version>,
    editions: Vec<EditionLine>,
}

/// What one day brought.
struct Version {
    view: DifferenceView,
    /// 「登録のはじめから」 for what ships with the program.
    since: String,
    is_coming: bool,
    sources: Vec<String>,
}

struct EditionLine {
    title: String,
    href: String,
    name: String,
    kind: &'static str,
    route: &'static str,
    tag: StatusTag,
}

/// GET `/bodies/{code}`.
pub async fn one(
    state: State,
    session: Session,
    code: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    let scope = CountryScope::of(&session.actor).ok_or(WebError::NotFound)?;
    let code: LocalGovernmentCode = code.parse().map_err(|_| WebError::NotFound)?;
    let store = &state.desk.store;
    let today = state.desk.now().japan_date();
    let history = store.body_history().await?;
    let now = history.state(code, today).ok_or(WebError::NotFound)?;
    let recorded = store.body_changes_of(code).await?;
    let editions = store.editions_of(code, scope).await?;
    let title = format!("{}（{code}）", now.body.full_name());
    let mut coming = Vec::new();
    for change in history.coming_changes(today) {
        if change.code == code {
            coming.push(coming_text(&state, &change).await?);
        }
    }
    let is_abolished = matches!(now.standing, BodyStanding::Abolished { .. });
    html(&OnePage {
        page: page::signed_in(&state, &session, &title, &[("自治体", MENU)])
            .in_section(MENU)
            .with_notice(query.notice.as_deref()),
        code: code.to_string(),
        full_name: now.body.full_name(),
        kana: now.body.kana.clone(),
        class: now.body.class_label(),
        route: now.body.kind.route().label(),
        standing: standing_label(&now),
        is_abolished,
        coming,
        ends: history
            .state(code, Date::MAX)
            .is_some_and(|last| matches!(last.standing, BodyStanding::Abolished { .. })),
        successor: successor(&history, &now),
        predecessors: predecessors(&history, code),
        versions: versions(&history, code, &recorded, today),
        editions: editions.iter().map(|one| edition_line(one, code)).collect(),
    })
}

fn link(state: &BodyState) -> Crumb {
    Crumb {
        label: format!("{}（{}）", state.body.full_name(), state.body.code),
        href: body_path(state.body.code.as_str()),
    }
}

/// Whoever carries on, also where that is still to come.
fn successor(history: &BodyHistory, now: &BodyState) -> Option<Crumb> {
    let changes = history.changes_of(now.body.code);
    let last = changes.iter().rev().find_map(|change| change.said.fate)?;
    let Fate::Abolished { into: Some(into) } = last else {
        return None;
    };
    let day = changes.last()?.effective_on;
    history.state(into, day).map(|state| link(&state))
}

fn predecessors(history: &BodyHistory, code: LocalGovernmentCode) -> Vec<(Crumb, String)> {
    // Also what is known of days to come.
    let all = history.predecessors(code, Date::MAX);
    all.iter()
        .map(|state| (link(state), date_label(state.since)))
        .collect()
}

fn versions(
    history: &BodyHistory,
    code: LocalGovernmentCode,
    recorded: &[RecordedChange],
    today: Date,
) -> Vec<Version> {
    let mut days: Vec<_> = recorded.iter().map(|one| one.change.effective_on).collect();
    days.dedup();
    days.into_iter()
        .map(|day| {
            let of_day = recorded.iter().filter(|one| one.change.effective_on == day);
            let mut view = DifferenceView::new(&step(history, code, day));
            if day == BEGINNING {
                // It was there before the list began.
                view.kinds.clear();
            }
            Version {
                view,
                since: if day == BEGINNING {
                    "登録のはじめから".to_owned()
                } else {
                    format!("{}から", date_label(day))
                },
                is_coming: day > today,
                sources: of_day.map(source).collect(),
            }
        })
        .collect()
}

/// 「画面で入力　医療費助成担当　令和9年1月20日…（備考）」.
fn source(recorded: &RecordedChange) -> String {
    let head = &recorded.head;
    let mut text = head.source.label().to_owned();
    if head.source != BodySource::Shipped {
        text.push_str(&format!(
            "　{}　{}",
            head.actor_name,
            datetime_label(head.recorded_at)
        ));
    }
    if !head.file_name.is_empty() {
        text.push_str(&format!("　{}", head.file_name));
    }
    if !head.note.is_empty() {
        text.push_str(&format!("（{}）", head.note));
    }
    text
}

fn edition_line(one: &BodyInEdition, code: LocalGovernmentCode) -> EditionLine {
    EditionLine {
        title: one.edition.definition.short_title.clone(),
        href: format!("/editions/{}/answers/{code}", one.edition.key),
        name: one.name.clone(),
        kind: one.kind.label(),
        route: one.route.label(),
        tag: status_tag(one.status),
    }
}
