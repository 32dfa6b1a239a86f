//! The board of a prefecture's general municipalities: who owes, who waits, who is done.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::board_deadline::DeadlineView;
use super::board_filters::{Filters, Header, bar, filters, headers};
use super::board_query::BoardQuery;
use super::board_rows::{Judged, Line, days_late, general, line};
use super::deadline_marks::DeadlineMarks;
use super::entering::entering;
use super::request_tags::{check_tag, undelivered_tag};
use super::sent_back::{SentBack, sent_back};
use super::{Door, EditionLink, State};
use crate::domain::access::{NoticeScope, ReadScope};
use crate::domain::form_words::FormWords;
use crate::domain::intent_change::ChangeState;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response_status::ResponseStatus;
use crate::store::boards::BoardRow;
use crate::store::intent_changes::ChangeFilter;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::home_lines::coming_tag;
use crate::web::page::{html_with, see_other};
use crate::web::session::{Post, Session};
use crate::web::source_view::proxy_tag;
use crate::web::state::AppState;
use crate::web::view::{Crumb, Page, Problem, StackedBar};
use crate::workflow::review;

#[derive(Template)]
#[template(path = "prefecture/board.html")]
struct BoardPage {
    page: Page,
    problems: Vec<Problem>,
    is_own: bool,
    is_open: bool,
    board_path: String,
    form2_path: String,
    /// The sums of a survey of required amounts; empty where there are none to see.
    amounts_path: String,
    words: &'static FormWords,
    shows_intent: bool,
    forms_path: String,
    /// Where owing bodies are reminded; empty where that is not done.
    reminders_path: String,
    bar: StackedBar,
    /// Owing bodies past their deadline.
    overdue: usize,
    deadline: DeadlineView,
    sent_back: Vec<SentBack>,
    /// Notices of a change of intent that wait for the prefecture.
    changes_waiting: u64,
    /// Answers that are in, and those of them whose newest revision has a check list.
    received: usize,
    checked: usize,
    accepted: usize,
    accepted_shown: bool,
    skipped: Vec<Crumb>,
    others: Vec<EditionLink>,
    filters: Filters,
    headers: Vec<Header>,
    lines: Vec<Line>,
    total: usize,
    may_accept: bool,
    back: String,
}

/// What a form on the board did.
#[derive(Default)]
pub(super) struct Outcome {
    pub problems: Vec<Problem>,
    /// What was typed as the deadline and why it was not taken.
    pub deadline: Option<(String, String)>,
}

/// GET `/editions/{key}/board`: the prefecture's own.
pub async fn own_board(
    request: HttpRequest,
    state: State,
    session: Session,
    key: web::Path<String>,
) -> WebResult {
    let door = Door::own(&state, &session, &key).await?;
    let query = FormData::parse(request.query_string())?;
    show(
        &state,
        &session,
        &door,
        &query,
        StatusCode::OK,
        Outcome::default(),
    )
    .await
}

/// GET `/editions/{key}/prefectures/{pp}`: the ministry looks at a prefecture's board.
pub async fn ministry_board(
    request: HttpRequest,
    state: State,
    session: Session,
    path: web::Path<(String, String)>,
) -> WebResult {
    let door = Door::ministry(&state, &session, &path.0, &path.1).await?;
    let query = FormData::parse(request.query_string())?;
    show(
        &state,
        &session,
        &door,
        &query,
        StatusCode::OK,
        Outcome::default(),
    )
    .await
}

/// GET of an address that only takes forms: somebody signed in again on the way.
pub async fn back(state: State, session: Session, key: web::Path<String>) -> WebResult {
    let door = Door::own(&state, &session, &key).await?;
    Ok(see_other(&door.board_path(door.edition.key.as_str())))
}

/// POST `/editions/{key}/board/accept`: takes many answers at once.
pub async fn accept(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let door = Door::own(&state, &post.session, &key).await?;
    let back = FormData::parse(post.form.text("back"))?;
    let mut codes: Vec<LocalGovernmentCode> = post
        .form
        .all("code")
        .map(|code| code.parse().map_err(|_| WebError::BadRequest))
        .collect::<WebResult<_>>()?;
    codes.sort_unstable();
    codes.dedup();
    if codes.is_empty() {
        let outcome = Outcome {
            problems: vec![Problem {
                field_id: "board-table".to_owned(),
                message: "受け付ける団体が選ばれていません。表の左の欄に印を付けてから、もう一度押してください。"
                    .to_owned(),
            }],
            deadline: None,
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return show(&state, &post.session, &door, &back, status, outcome).await;
    }
    let actor = &post.session.actor;
    let key = &door.edition.key;
    let done = review::accept_many(&state.desk, actor, key, door.scope, &codes).await?;
    let list = |codes: &[LocalGovernmentCode]| {
        let texts: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
        texts.join("-")
    };
    let mut query = BoardQuery::read(&back).write();
    if !query.is_empty() {
        query.push('&');
    }
    Ok(see_other(&format!(
        "{}?{query}accepted={}&skipped={}",
        door.board_path(key.as_str()),
        list(&done.accepted),
        list(&done.skipped),
    )))
}

pub(super) async fn show(
    state: &AppState,
    session: &Session,
    door: &Door,
    form: &FormData,
    status: StatusCode,
    outcome: Outcome,
) -> WebResult {
    let board = state.desk.store.board(door.edition.id, door.scope).await?;
    let store = &state.desk.store;
    let proxies = store.proxy_entries(door.edition.id, door.scope).await?;
    let requests = store.request_marks(door.edition.id, door.scope).await?;
    let checks = store.check_marks(door.edition.id, door.scope).await?;
    let filter = ChangeFilter {
        states: Some(&[ChangeState::WithPrefecture]),
        edition_id: Some(door.edition.id),
        ..ChangeFilter::default()
    };
    let scope = NoticeScope::Read(ReadScope::Prefecture(door.scope));
    let changes_waiting = store.count_intent_changes(&filter, scope).await?;
    let marks = DeadlineMarks::of(store, door.edition.id, &board).await?;
    let undelivered = store.undelivered(door.scope).await?;
    let coming = store
        .coming_changes_in(door.scope, state.desk.now().japan_date())
        .await?;
    let rows = general(&board);
    let key = door.edition.key.as_str();
    let query = BoardQuery::read(form);
    let today = state.desk.now().japan_date();
    let judged = Judged::of(&door.edition, today);
    let entries = store.open_proxy_entries(door.edition.id, &session.actor);
    let entries = if door.is_open() {
        entries.await?
    } else {
        Vec::new()
    };
    let may_accept = door.is_own && door.is_open();
    let lines: Vec<Line> = query
        .apply(&rows, judged)
        .into_iter()
        .map(|row| {
            let asked = requests.get(&row.code).map_or(&[][..], Vec::as_slice);
            let line = line(row, judged, door.answer_path(row.code), may_accept);
            let mut line = line.with_requests(asked, row, today);
            if let Some(mark) = checks.get(&row.code).filter(|_| row.status.is_received()) {
                line.requests.push(check_tag(mark));
            }
            if let Some(count) = undelivered.get(&row.code) {
                line.requests.push(undelivered_tag(*count));
            }
            let coming = coming.iter().filter(|change| change.code == row.code);
            line.requests.extend(coming.map(coming_tag));
            let proxy = proxies.get(&row.code).copied().map(proxy_tag);
            let entering = entering(&door.edition, &entries, row.code);
            let line = Line {
                proxy,
                entering,
                ..line
            };
            marks.mark(row, line)
        })
        .collect();
    let menu = if door.is_own { "/board" } else { "/country" };
    let mut page = door
        .page(state, session, "とりまとめ", menu, &[])
        .with_notice(Some(form.text("notice")));
    page.has_errors = !outcome.problems.is_empty();

    let deadline = DeadlineView::of(state, door, &rows, today, outcome.deadline).await?;
    let (accepted, skipped) = bulk_outcome(door, &rows, form);
    let back = query.write();
    html_with(
        status,
        &BoardPage {
            is_own: door.is_own,
            is_open: door.is_open(),
            board_path: door.board_path(key),
            form2_path: door.form2_path(key),
            amounts_path: if door.edition.is_follow_up() {
                format!("/editions/{key}/amounts")
            } else {
                String::new()
            },
            words: door.edition.definition.words(),
            shows_intent: door.edition.definition.asks_intent(),
            forms_path: door.forms_path(),
            reminders_path: if door.is_own && door.is_open() && !door.edition.is_trial() {
                format!("/editions/{key}/reminders")
            } else {
                String::new()
            },
            bar: bar("管内の提出状況", &rows),
            overdue: rows.iter().filter(|row| days_late(row, judged) > 0).count(),
            deadline,
            sent_back: sent_back(&rows, &requests, door.is_own, |row| body_link(door, row)),
            changes_waiting,
            received: rows.iter().filter(|row| row.status.is_received()).count(),
            checked: rows
                .iter()
                .filter(|row| row.status.is_received())
                .filter(|row| checks.get(&row.code).is_some_and(|mark| mark.is_current))
                .count(),
            accepted_shown: form.has("accepted"),
            accepted,
            skipped,
            others: door.other_editions(|key| door.board_path(key)),
            filters: filters(&rows, &query, judged),
            headers: headers(
                &query,
                &door.board_path(key),
                door.edition.definition.asks_intent(),
            ),
            total: rows.len(),
            may_accept: lines.iter().any(|line| line.may_accept),
            lines,
            back,
            problems: outcome.problems,
            page,
        },
    )
}

fn body_link(door: &Door, row: &BoardRow) -> Crumb {
    Crumb {
        label: row.name.clone(),
        href: door.answer_path(row.code),
    }
}

/// What a bulk acceptance did, as the board says it now; an address can only name bodies of it.
fn bulk_outcome(door: &Door, rows: &[&BoardRow], form: &FormData) -> (usize, Vec<Crumb>) {
    let named = |name: &str| {
        let codes: Vec<&str> = form.text(name).split('-').collect();
        rows.iter()
            .copied()
            .filter(|row| codes.contains(&row.code.as_str()))
            .collect::<Vec<_>>()
    };
    let accepted = named("accepted")
        .into_iter()
        .filter(|row| row.status == ResponseStatus::Accepted)
        .count();
    let skipped = named("skipped")
        .into_iter()
        .map(|row| body_link(door, row))
        .collect();
    (accepted, skipped)
}
