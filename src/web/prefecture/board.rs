//! The board of a prefecture's general municipalities: who owes, who waits, who is done.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;
use jiff::civil::Date;

use super::board_rows::{
    BoardQuery, GROUPS, Line, Sort, days_late, general, group_of, is_late, line, warnings,
};
use super::deadline_marks::DeadlineMarks;
use super::request_tags::{check_tag, undelivered_tag};
use super::{Door, EditionLink, State};
use crate::domain::access::{NoticeScope, ReadScope};
use crate::domain::form_words::FormWords;
use crate::domain::intent_change::ChangeState;
use crate::domain::japan_time;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response_status::ResponseStatus;
use crate::store::boards::BoardRow;
use crate::store::intent_changes::ChangeFilter;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::home_lines::coming_tag;
use crate::web::page::{html_with, see_other, status_tag};
use crate::web::session::{Post, Session};
use crate::web::source_view::proxy_tag;
use crate::web::state::AppState;
use crate::web::view::{Crumb, Page, Problem, StackedBar, TextField};
use crate::workflow::{WorkflowError, editions, review};

/// Head of the column of intents.
const INTENT: &str = "申請の意向";

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
    deadline: String,
    days_left: String,
    national_deadline: String,
    deadline_is_own: bool,
    deadline_field: TextField,
    deadline_open: bool,
    sent_back: Vec<Crumb>,
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

/// The filter bar as it was used.
pub(in crate::web) struct Filters {
    pub text: String,
    pub statuses: Vec<Check>,
    pub late: Check,
    pub warned: Check,
    pub sorts: Vec<SortChoice>,
    pub is_narrowed: bool,
}

/// One choice of the filter bar, and how many bodies it stands for.
pub(in crate::web) struct Check {
    pub value: &'static str,
    pub label: String,
    pub count: usize,
    pub checked: bool,
}

/// One order of the table.
pub(in crate::web) struct SortChoice {
    pub key: &'static str,
    pub label: &'static str,
    pub selected: bool,
}

/// A column's head; `href` empty if the table cannot be ordered by it.
pub(in crate::web) struct Header {
    pub label: &'static str,
    pub href: String,
    /// `ascending`, `descending`, or empty.
    pub aria_sort: &'static str,
    pub is_num: bool,
}

/// What a form on the board did.
#[derive(Default)]
struct Outcome {
    problems: Vec<Problem>,
    /// What was typed as the deadline and why it was not taken.
    deadline: Option<(String, String)>,
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

/// POST `/editions/{key}/board/deadline`: 県内締切.
pub async fn set_deadline(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let door = Door::own(&state, &post.session, &key).await?;
    let typed = post.form.text("deadline");
    let problem = match japan_time::parse_date(typed) {
        None => "日付を読み取れませんでした。「令和9年2月19日」や「2027-02-19」のように入力してください。"
            .to_owned(),
        Some(day) => {
            let key = &door.edition.key;
            let actor = &post.session.actor;
            match editions::set_prefecture_deadline(&state.desk, actor, key, day).await {
                Ok(()) => {
                    let board = door.board_path(key.as_str());
                    return Ok(see_other(&format!("{board}?notice=deadline-set")));
                }
                Err(WorkflowError::Invalid(problems)) => problems
                    .into_iter()
                    .map(|problem| problem.message)
                    .collect::<Vec<_>>()
                    .join(""),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let outcome = Outcome {
        problems: vec![Problem {
            field_id: "deadline".to_owned(),
            message: problem.clone(),
        }],
        deadline: Some((typed.to_owned(), problem)),
    };
    let query = FormData::parse(post.form.text("back"))?;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    show(&state, &post.session, &door, &query, status, outcome).await
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

async fn show(
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
    // In a closed edition nobody gets later from day to day.
    let judged_on = door.is_open().then_some(today);
    let may_accept = door.is_own && door.is_open();
    let lines: Vec<Line> = query
        .apply(&rows, judged_on)
        .into_iter()
        .map(|row| {
            let asked = requests.get(&row.code).map_or(&[][..], Vec::as_slice);
            let line = line(row, judged_on, door.answer_path(row.code), may_accept);
            let mut line = line.with_requests(asked, row.route, today);
            if let Some(mark) = checks.get(&row.code).filter(|_| row.status.is_received()) {
                line.requests.push(check_tag(mark));
            }
            if let Some(count) = undelivered.get(&row.code) {
                line.requests.push(undelivered_tag(*count));
            }
            let coming = coming.iter().filter(|change| change.code == row.code);
            line.requests.extend(coming.map(coming_tag));
            let proxy = proxies.get(&row.code).copied().map(proxy_tag);
            marks.mark(row, Line { proxy, ..line })
        })
        .collect();
    let menu = if door.is_own { "/board" } else { "/country" };
    let mut page = door
        .page(state, session, "とりまとめ", menu, &[])
        .with_notice(Some(form.text("notice")));
    page.has_errors = !outcome.problems.is_empty();

    let national = door.edition.dates.deadline_on;
    let own = store.prefecture_deadlines(door.edition.id).await?;
    let own = own
        .into_iter()
        .find(|(code, _)| *code == door.scope.prefecture());
    let deadline_on = own.map_or(national, |(_, day)| day);
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
            overdue: rows
                .iter()
                .filter(|row| days_late(row, judged_on) > 0)
                .count(),
            deadline: japan_time::deadline_label(deadline_on),
            days_left: if door.is_open() {
                japan_time::days_left_label(today, deadline_on)
            } else {
                String::new()
            },
            national_deadline: japan_time::deadline_label(national),
            deadline_is_own: deadline_on != national,
            deadline_open: outcome.deadline.is_some(),
            deadline_field: deadline_field(deadline_on, outcome.deadline),
            sent_back: rows
                .iter()
                .filter(|row| row.status == ResponseStatus::SentBack)
                .map(|row| body_link(door, row))
                .collect(),
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
            filters: filters(&rows, &query, judged_on),
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

/// The bar of where answers stand.
pub(in crate::web) fn bar(label: &str, rows: &[&BoardRow]) -> StackedBar {
    let order = [
        ResponseStatus::Accepted,
        ResponseStatus::Submitted,
        ResponseStatus::Returned,
        ResponseStatus::Draft,
        ResponseStatus::NotStarted,
    ];
    let parts = order
        .into_iter()
        .map(|group| {
            let count = rows
                .iter()
                .filter(|row| group_of(row.status) == group)
                .count();
            (
                group.label().to_owned(),
                status_tag(group).css,
                u64::try_from(count).unwrap_or(u64::MAX),
            )
        })
        .collect();
    StackedBar::new(label, parts)
}

fn deadline_field(current: Date, outcome: Option<(String, String)>) -> TextField {
    let (value, errors) = match outcome {
        Some((typed, error)) => (typed, vec![error]),
        None => (current.to_string(), Vec::new()),
    };
    TextField {
        id: "deadline".to_owned(),
        name: "deadline".to_owned(),
        label: "県内締切の日付".to_owned(),
        hint: "その日の23時59分までになります。例：令和9年2月19日、2027-02-19".to_owned(),
        value,
        required: true,
        errors,
        width: "m",
        ..TextField::default()
    }
}

/// The filter bar over these bodies.
pub(in crate::web) fn filters(
    rows: &[&BoardRow],
    query: &BoardQuery,
    today: Option<Date>,
) -> Filters {
    let count = |test: &dyn Fn(&BoardRow) -> bool| rows.iter().filter(|row| test(row)).count();
    Filters {
        text: query.text.clone(),
        statuses: GROUPS
            .into_iter()
            .map(|group| Check {
                value: group.as_str(),
                label: group.label().to_owned(),
                count: count(&|row| group_of(row.status) == group),
                checked: query.groups.contains(&group),
            })
            .collect(),
        late: Check {
            value: "1",
            label: "締切に遅れたもの".to_owned(),
            count: count(&|row| is_late(row, today)),
            checked: query.late_only,
        },
        warned: Check {
            value: "1",
            label: "要確認があるもの".to_owned(),
            count: count(&|row| warnings(row) > 0),
            checked: query.warned_only,
        },
        sorts: Sort::ALL
            .into_iter()
            .map(|sort| SortChoice {
                key: sort.key(),
                label: sort.label(),
                selected: sort == query.sort,
            })
            .collect(),
        is_narrowed: query.is_narrowed(),
    }
}

/// The heads of the table's columns, with links that order it; without the intent where none is asked.
pub(in crate::web) fn headers(query: &BoardQuery, path: &str, shows_intent: bool) -> Vec<Header> {
    let columns: [(&'static str, Option<Sort>, bool); 10] = [
        ("コード", Some(Sort::Code), false),
        ("団体名", Some(Sort::Name), false),
        ("状態", Some(Sort::Status), false),
        ("締切", Some(Sort::Late), false),
        ("最終更新", Some(Sort::Changed), false),
        (INTENT, None, false),
        ("○の数", None, true),
        ("要確認", None, true),
        ("連絡先", None, false),
        ("最後のお知らせ", None, false),
    ];
    columns
        .into_iter()
        .filter(|(label, ..)| shows_intent || *label != INTENT)
        .map(|(label, sort, is_num)| Header {
            label,
            href: sort.map_or_else(String::new, |sort| {
                format!("{path}?{}", query.sorted_by(sort).write())
            }),
            aria_sort: match sort {
                Some(sort) if sort == query.sort && query.descending => "descending",
                Some(sort) if sort == query.sort => "ascending",
                _ => "",
            },
            is_num,
        })
        .collect()
}
