//! The designated and core cities of a prefecture: they answer to the ministry, their prefecture
//! reads along once they have submitted.

use std::collections::HashMap;

use actix_web::web;
use askama::Template;

use super::{Door, EditionLink, State};
use crate::domain::access::{Action, Relation, permits};
use crate::domain::application_intent;
use crate::domain::japan_time;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{OrganizationKind, Route};
use crate::domain::proxy_entry::ProxyState;
use crate::store::boards::BoardRow;
use crate::web::error::WebResult;
use crate::web::page::{html, status_tag};
use crate::web::session::Session;
use crate::web::view::{Page, StatusTag};

#[derive(Template)]
#[template(path = "prefecture/cities.html")]
struct CitiesPage {
    page: Page,
    shows_intent: bool,
    deadline: String,
    cities: Vec<City>,
    others: Vec<EditionLink>,
}

struct City {
    code: String,
    name: String,
    kind: &'static str,
    tag: StatusTag,
    late: String,
    by_proxy: bool,
    changed: String,
    intents: String,
    targets: String,
    /// Empty before the first submission.
    href: String,
}

/// GET `/editions/{key}/cities`.
pub async fn cities(state: State, session: Session, key: web::Path<String>) -> WebResult {
    let door = Door::own(&state, &session, &key).await?;
    let board = state.desk.store.board(door.edition.id, door.scope).await?;
    let store = &state.desk.store;
    let proxies = store.proxy_entries(door.edition.id, door.scope).await?;
    html(&CitiesPage {
        page: door.page(&state, &session, "指定都市・中核市", "/cities", &[]),
        shows_intent: door.edition.definition.asks_intent(),
        deadline: japan_time::deadline_label(door.edition.dates.deadline_on),
        cities: direct_cities(&board)
            .into_iter()
            .map(|row| city(&door, row, &proxies))
            .collect(),
        others: door.other_editions(|key| format!("/editions/{key}/cities")),
    })
}

/// The cities of a prefecture's board that answer to the ministry.
pub fn direct_cities(board: &[BoardRow]) -> Vec<&BoardRow> {
    board
        .iter()
        .filter(|row| row.route == Route::ToMinistry && row.kind != OrganizationKind::Prefecture)
        .collect()
}

fn city(door: &Door, row: &BoardRow, proxies: &HashMap<LocalGovernmentCode, ProxyState>) -> City {
    let readable = permits(Relation::Reader, row.status, Action::ViewAnswer);
    let once = |text: String| if readable { text } else { String::new() };
    City {
        code: row.code.to_string(),
        name: row.name.clone(),
        kind: row.kind.label(),
        tag: status_tag(row.status),
        late: if readable {
            row.lateness().label()
        } else {
            String::new()
        },
        by_proxy: readable && proxies.contains_key(&row.code),
        changed: row
            .changed_at
            .map(japan_time::short_label)
            .unwrap_or_default(),
        intents: once(application_intent::labels(&row.intents)),
        targets: once(row.targets_mask.count_ones().to_string()),
        href: once(door.answer_path(row.code)),
    }
}
