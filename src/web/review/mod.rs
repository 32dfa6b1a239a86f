//! Looking at one body's answer and deciding on it: for prefectures (their municipalities, and to
//! read along, their designated and core cities) and for the ministry.

use actix_web::web;

use super::error::{WebError, WebResult};
use super::municipality::edition_key;
use super::page;
use super::prefecture::board_rows::{general, waits};
use super::prefecture::cities::direct_cities;
use super::session::Session;
use super::state::AppState;
use super::view::{Crumb, Page, Pager};
use crate::domain::access::{Action, CountryScope, PrefectureScope, Relation, permits};
use crate::domain::account::{Actor, Role};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::survey_edition::EditionKey;
use crate::store::boards::BoardRow;
use crate::workflow::view_answer::{Seen, view_answer};

pub mod answer;
pub mod asking;
pub mod checklist;
pub mod correcting;
pub mod extending;
pub mod history;
mod notes;
pub mod passing_on;
pub mod proxy;
mod reason_sheet;
pub mod reopening;
pub mod request;
pub mod request_lines;
pub mod request_view;
pub mod returning;
mod shown;
mod wished_day;

/// Shared state of handlers.
type State = web::Data<AppState>;
/// Edition key and code of the body, as the address has them.
type Path = web::Path<(String, String)>;

fn parse(path: &Path) -> WebResult<(EditionKey, LocalGovernmentCode)> {
    let code = path.1.parse().map_err(|_| WebError::NotFound)?;
    Ok((edition_key(&path.0)?, code))
}

/// Opens the answer of the address; somebody else's is written down in the audit log.
async fn open(state: &AppState, actor: &Actor, path: &Path) -> WebResult<Seen> {
    let (key, code) = parse(path)?;
    Ok(view_answer(&state.desk, actor, &key, code).await?)
}

/// The same for whoever reviews it.
async fn open_as_reviewer(state: &AppState, actor: &Actor, path: &Path) -> WebResult<Seen> {
    let seen = open(state, actor, path).await?;
    if seen.relation == Relation::Reviewer {
        Ok(seen)
    } else {
        Err(WebError::Forbidden)
    }
}

/// The address of a body's answer.
fn answer_path(seen: &Seen) -> String {
    format!(
        "/editions/{}/answers/{}",
        seen.record.edition.key,
        seen.record.code()
    )
}

/// The visitor may do this now.
fn may(seen: &Seen, action: Action) -> bool {
    seen.record.is_decidable() && permits(seen.relation, seen.record.status, action)
}

/// The list this answer was opened from: its menu entry, its name and address.
struct Origin {
    menu: &'static str,
    label: String,
    href: String,
}

fn origin(session: &Session, seen: &Seen) -> Origin {
    let key = &seen.record.edition.key;
    let short = &seen.record.edition.definition.short_title;
    let prefecture = seen.record.code().prefecture();
    let is_ministry = session.actor.role == Role::Ministry;
    match seen.relation {
        Relation::Reader => Origin {
            menu: "/cities",
            label: format!("指定都市・中核市（{short}）"),
            href: format!("/editions/{key}/cities"),
        },
        Relation::Reviewer if is_ministry => Origin {
            menu: "/direct",
            label: format!("直接提出の団体（{short}）"),
            href: format!("/editions/{key}/direct"),
        },
        Relation::Overseer => Origin {
            menu: "/country",
            label: format!("{}のとりまとめ（{short}）", prefecture.name()),
            href: format!("/editions/{key}/prefectures/{prefecture}"),
        },
        _ => Origin {
            menu: "/board",
            label: format!("とりまとめ（{short}）"),
            href: format!("/editions/{key}/board"),
        },
    }
}

/// The frame of a page about this answer; `title` empty = the answer itself.
fn frame(state: &AppState, session: &Session, seen: &Seen, title: &str) -> Page {
    let origin = origin(session, seen);
    let name = format!("{}の回答", seen.record.name);
    let path = answer_path(seen);
    let mut way = vec![(origin.label.as_str(), origin.href.as_str())];
    if !title.is_empty() {
        way.push((name.as_str(), path.as_str()));
    }
    let title = if title.is_empty() { &name } else { title };
    page::signed_in(state, session, title, &way).in_section(origin.menu)
}

/// The answers before and after this one on the visitor's list, and the next one that waits.
struct Neighbours {
    pager: Pager,
    next_waiting: Option<Crumb>,
}

async fn neighbours(state: &AppState, session: &Session, seen: &Seen) -> WebResult<Neighbours> {
    let store = &state.desk.store;
    let edition = seen.record.edition.id;
    let code = seen.record.code();
    let board = match CountryScope::of(&session.actor) {
        Some(scope) if seen.relation == Relation::Reviewer => {
            store.direct_board(edition, scope).await?
        }
        _ => {
            let scope =
                PrefectureScope::of(&session.actor, code.prefecture()).ok_or(WebError::NotFound)?;
            store.board(edition, scope).await?
        }
    };
    let list: Vec<&BoardRow> = match (seen.relation, session.actor.role) {
        (Relation::Reviewer, Role::Ministry) => board.iter().collect(),
        (Relation::Reader, _) => direct_cities(&board),
        _ => general(&board),
    };
    Ok(around(
        &list,
        code,
        &seen.record.edition.key,
        seen.relation == Relation::Reviewer,
    ))
}

/// `list` is in code order; the search for one that waits begins behind `code` and goes round.
fn around(
    list: &[&BoardRow],
    code: LocalGovernmentCode,
    key: &EditionKey,
    reviews: bool,
) -> Neighbours {
    let link = |row: &BoardRow| Crumb {
        label: row.name.clone(),
        href: format!("/editions/{key}/answers/{}", row.code),
    };
    let Some(at) = list.iter().position(|row| row.code == code) else {
        return Neighbours {
            pager: Pager::default(),
            next_waiting: None,
        };
    };
    let next_waiting = list[at + 1..]
        .iter()
        .chain(&list[..at])
        .find(|row| reviews && waits(row.status))
        .map(|row| link(row));
    Neighbours {
        pager: Pager {
            label: "回答の移動".to_owned(),
            position: format!("{}件目（全{}件）", at + 1, list.len()),
            previous: at.checked_sub(1).map(|at| link(list[at])),
            next: list.get(at + 1).map(|row| link(row)),
        },
        next_waiting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::organization::OrganizationKind;
    use crate::domain::response_status::ResponseStatus;

    fn row(code: &str, status: ResponseStatus) -> BoardRow {
        BoardRow::sample(code, OrganizationKind::City, status)
    }

    #[test]
    fn the_next_waiting_answer_is_found_behind_and_then_from_the_start() {
        use ResponseStatus as S;
        let rows = [
            row("022047", S::Submitted),
            row("022055", S::Accepted),
            row("022063", S::SentBack),
        ];
        let list: Vec<_> = rows.iter().collect();
        let key = "fy2027".parse().expect("a key");
        let at = |code: &str, reviews| {
            let found = around(&list, code.parse().expect("a code"), &key, reviews);
            let label = |link: Option<Crumb>| link.map(|link| link.label).unwrap_or_default();
            (
                label(found.pager.previous),
                label(found.pager.next),
                label(found.next_waiting),
            )
        };
        let text = |texts: [&str; 3]| {
            let [a, b, c] = texts.map(ToOwned::to_owned);
            (a, b, c)
        };
        assert_eq!(at("022055", true), text(["022047", "022063", "022047"]));
        assert_eq!(at("022055", false), text(["022047", "022063", ""]));
        assert_eq!(at("022047", true), text(["", "022055", ""]));
        assert_eq!(at("022098", true), text(["", "", ""]));
    }
}
