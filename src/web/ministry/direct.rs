//! GET `/editions/{key}/direct`: the bodies that answer directly to the ministry, as a board.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::{Head, State, open, to_newest};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::OrganizationKind;
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::EditionState;
use crate::store::boards::BoardRow;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{self, html_with, see_other};
use crate::web::prefecture::board_filters::{Filters, Header, bar, filters, headers};
use crate::web::prefecture::board_query::BoardQuery;
use crate::web::prefecture::board_rows::{Judged, Line, line};
use crate::web::prefecture::deadline_marks::DeadlineMarks;
use crate::web::prefecture::entering::entering;
use crate::web::session::{Post, Session};
use crate::web::source_view::proxy_tag;
use crate::web::view::{Crumb, Page, Problem, StackedBar};
use crate::workflow::review;

/// The classes that answer directly.
const KINDS: [OrganizationKind; 3] = [
    OrganizationKind::Prefecture,
    OrganizationKind::DesignatedCity,
    OrganizationKind::CoreCity,
];

#[derive(Template)]
#[template(path = "ministry/direct.html")]
struct DirectPage {
    page: Page,
    problems: Vec<Problem>,
    head: Head,
    path: String,
    /// Where owing bodies are reminded; empty where that is not done.
    reminders_path: String,
    bar: StackedBar,
    filters: Filters,
    kinds: Vec<KindChoice>,
    is_narrowed: bool,
    headers: Vec<Header>,
    total: usize,
    rows: Vec<Row>,
    may_accept: bool,
    /// The query of this page, so that a form comes back to the same rows.
    back: String,
    accepted_shown: bool,
    accepted: usize,
    skipped: Vec<Crumb>,
}

struct KindChoice {
    value: &'static str,
    label: &'static str,
    selected: bool,
}

struct Row {
    kind: &'static str,
    line: Line,
}

/// What the address asks: as of a prefecture's board, and one class.
struct Query {
    board: BoardQuery,
    kind: Option<OrganizationKind>,
}

impl Query {
    fn read(form: &FormData) -> Self {
        Self {
            board: BoardQuery::read(form),
            kind: KINDS
                .into_iter()
                .find(|kind| kind.as_str() == form.text("kind")),
        }
    }

    fn write(&self) -> String {
        with_kind(self.board.write(), self.kind)
    }

    fn apply<'a>(&self, rows: &[&'a BoardRow], judged: Option<Judged>) -> Vec<&'a BoardRow> {
        let of_kind: Vec<&BoardRow> = rows
            .iter()
            .copied()
            .filter(|row| self.kind.is_none_or(|kind| row.kind == kind))
            .collect();
        self.board.apply(&of_kind, judged)
    }
}

fn with_kind(mut query: String, kind: Option<OrganizationKind>) -> String {
    if let Some(kind) = kind {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str("kind=");
        query.push_str(kind.as_str());
    }
    query
}

/// GET `/direct`.
pub async fn newest(state: State, session: Session) -> WebResult {
    to_newest(&state, &session, "direct").await
}

/// GET `/editions/{key}/direct`.
pub async fn direct(
    request: HttpRequest,
    state: State,
    session: Session,
    key: web::Path<String>,
) -> WebResult {
    let form = FormData::parse(request.query_string())?;
    show(&state, &session, &key, &form, StatusCode::OK, Vec::new()).await
}

/// GET `/editions/{key}/direct/accept`, which only takes forms: somebody signed in again on the way.
pub async fn back(state: State, session: Session, key: web::Path<String>) -> WebResult {
    let opened = open(&state, &session, &key, "direct").await?;
    Ok(see_other(&format!("/editions/{}/direct", opened.head.key)))
}

/// POST `/editions/{key}/direct/accept`: takes many answers at once.
pub async fn accept(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let opened = open(&state, &session, &key, "direct").await?;
    let back = FormData::parse(form.text("back"))?;
    let mut codes: Vec<LocalGovernmentCode> = form
        .all("code")
        .map(|code| code.parse().map_err(|_| WebError::BadRequest))
        .collect::<WebResult<_>>()?;
    codes.sort_unstable();
    codes.dedup();
    if codes.is_empty() {
        let problem = Problem {
            field_id: "board-table".to_owned(),
            message: "受け付ける団体が選ばれていません。表の左の欄に印を付けてから、もう一度押してください。"
                .to_owned(),
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show(&state, &session, &key, &back, status, vec![problem]).await;
    }
    let edition = &opened.edition;
    let actor = &session.actor;
    let done =
        review::accept_many_direct(&state.desk, actor, &edition.key, opened.scope, &codes).await?;
    let list = |codes: &[LocalGovernmentCode]| {
        let texts: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
        texts.join("-")
    };
    let mut query = Query::read(&back).write();
    if !query.is_empty() {
        query.push('&');
    }
    Ok(see_other(&format!(
        "/editions/{}/direct?{query}accepted={}&skipped={}",
        edition.key,
        list(&done.accepted),
        list(&done.skipped),
    )))
}

async fn show(
    state: &State,
    session: &Session,
    key: &str,
    form: &FormData,
    status: StatusCode,
    problems: Vec<Problem>,
) -> WebResult {
    let opened = open(state, session, key, "direct").await?;
    let edition = &opened.edition;
    let board = state
        .desk
        .store
        .direct_board(edition.id, opened.scope)
        .await?;
    let proxies = state
        .desk
        .store
        .direct_proxy_entries(edition.id, opened.scope)
        .await?;
    let store = &state.desk.store;
    let requests = store.direct_request_marks(edition.id, opened.scope).await?;
    let today = state.desk.now().japan_date();
    let marks = DeadlineMarks::of(&state.desk.store, edition.id, &board).await?;
    let rows: Vec<&BoardRow> = board.iter().collect();
    let is_open = edition.state == EditionState::Open;
    let judged = Judged::of(edition, today);
    let entries = store.open_proxy_entries(edition.id, &session.actor);
    let entries = if is_open { entries.await? } else { Vec::new() };
    let path = format!("/editions/{}/direct", edition.key);
    let answer = |row: &BoardRow| format!("/editions/{}/answers/{}", edition.key, row.code);
    let query = Query::read(form);
    let lines: Vec<Row> = query
        .apply(&rows, judged)
        .into_iter()
        .map(|row| {
            let asked = requests.get(&row.code).map_or(&[][..], Vec::as_slice);
            let line = line(row, judged, answer(row), is_open);
            let line = line.with_requests(asked, row, today);
            let proxy = proxies.get(&row.code).copied().map(proxy_tag);
            Row {
                kind: row.kind.label(),
                line: marks.mark(
                    row,
                    Line {
                        proxy,
                        entering: entering(edition, &entries, row.code),
                        ..line
                    },
                ),
            }
        })
        .collect();
    // An address can only name bodies of the board.
    let named = |name: &str| {
        let codes: Vec<&str> = form.text(name).split('-').collect();
        rows.iter()
            .copied()
            .filter(|row| codes.contains(&row.code.as_str()))
            .collect::<Vec<_>>()
    };
    let mut page = page::signed_in(state, session, "直接提出の団体", &[])
        .in_section("/direct")
        .with_notice(Some(form.text("notice")));
    page.has_errors = !problems.is_empty();
    html_with(
        status,
        &DirectPage {
            page,
            problems,
            reminders_path: if is_open && !edition.is_trial() {
                format!("/editions/{}/reminders", edition.key)
            } else {
                String::new()
            },
            bar: bar("直接提出の団体の状況", &rows),
            filters: filters(&rows, &query.board, judged),
            kinds: KINDS
                .into_iter()
                .map(|kind| KindChoice {
                    value: kind.as_str(),
                    label: kind.label(),
                    selected: query.kind == Some(kind),
                })
                .collect(),
            is_narrowed: query.board.is_narrowed() || query.kind.is_some(),
            headers: heads(&query, &path, !opened.head.is_follow_up),
            total: rows.len(),
            may_accept: lines.iter().any(|row| row.line.may_accept),
            rows: lines,
            back: query.write(),
            accepted_shown: form.has("accepted"),
            accepted: named("accepted")
                .into_iter()
                .filter(|row| row.status == ResponseStatus::Accepted)
                .count(),
            skipped: named("skipped")
                .into_iter()
                .map(|row| Crumb {
                    label: row.name.clone(),
                    href: answer(row),
                })
                .collect(),
            path,
            head: opened.head,
        },
    )
}

/// The heads of a prefecture's board; ordering keeps the class.
fn heads(query: &Query, path: &str, shows_intent: bool) -> Vec<Header> {
    let mut heads = headers(&query.board, path, shows_intent);
    for head in heads.iter_mut().filter(|head| !head.href.is_empty()) {
        let href = std::mem::take(&mut head.href);
        let (path, order) = href.split_once('?').unwrap_or((&href, ""));
        head.href = format!("{path}?{}", with_kind(order.to_owned(), query.kind));
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, kind: OrganizationKind, name: &str, status: ResponseStatus) -> BoardRow {
        BoardRow {
            name: name.to_owned(),
            deadline_on: jiff::civil::date(2027, 2, 26),
            ..BoardRow::sample(code, kind, status)
        }
    }

    #[test]
    fn a_class_narrows_the_board_and_stays_when_it_is_ordered() {
        let rows = [
            row(
                "010006",
                OrganizationKind::Prefecture,
                "北海道",
                ResponseStatus::Accepted,
            ),
            row(
                "011002",
                OrganizationKind::DesignatedCity,
                "札幌市",
                ResponseStatus::Draft,
            ),
            row(
                "012025",
                OrganizationKind::CoreCity,
                "函館市",
                ResponseStatus::Draft,
            ),
        ];
        let rows: Vec<&BoardRow> = rows.iter().collect();
        let found = |query: &str| {
            let query = Query::read(&FormData::parse(query).expect("a query"));
            let found = query.apply(&rows, None);
            found
                .into_iter()
                .map(|row| row.name.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("kind=core_city"), ["函館市"]);
        assert_eq!(found("status=draft"), ["札幌市", "函館市"]);
        assert!(found("kind=prefecture&status=draft").is_empty());
        assert_eq!(found("kind=town").len(), 3, "no such class here");

        let form = FormData::parse("kind=core_city&status=draft").expect("a query");
        let query = Query::read(&form);
        assert_eq!(query.write(), "status=draft&kind=core_city");
        let by_name = &heads(&query, "/direct", true)[1].href;
        assert_eq!(
            by_name,
            "/direct?status=draft&sort=name&dir=asc&kind=core_city"
        );
    }
}
