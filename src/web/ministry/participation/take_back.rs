//! `/participation/batches/{number}/take-back`: a confirmed batch is taken back, after a look at what that does.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::body::name_of_schemes;
use super::{BatchView, MENU, State, batch_href, state_tag};
use crate::domain::japan_time::date_label;
use crate::domain::participation::{ParticipationEntry, ParticipationState};
use crate::domain::text::with_commas;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::FormQuery;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, StatusTag, TextField};
use crate::workflow::participation::take_back::{TakeBackError, look, take_back};

/// Entries that are written out; the counts have all of them.
const SHOWN: usize = 500;

#[derive(Template)]
#[template(path = "ministry/participation/take_back.html")]
struct TakeBackPage {
    page: Page,
    problems: Vec<Problem>,
    is_changed: bool,
    path: String,
    batch: BatchView,
    /// What is undone: counted by what the ledger says afterwards.
    undone: String,
    restored: Vec<String>,
    lines: Vec<Line>,
    is_cut: bool,
    staying: Vec<Line>,
    before: String,
    mark: String,
    reason: TextField,
}

/// An entry, and what is said in its place.
struct Line {
    body: String,
    href: String,
    scheme: String,
    year: String,
    day: String,
    tag: StatusTag,
}

/// What was typed, and how it fared.
#[derive(Default)]
struct Typed {
    reason: String,
    problem: Option<String>,
    is_changed: bool,
}

fn number(id: &str) -> WebResult<i64> {
    id.parse().map_err(|_| WebError::NotFound)
}

/// GET `/participation/batches/{number}/take-back`.
pub async fn form(
    state: State,
    session: Session,
    request: HttpRequest,
    id: web::Path<String>,
    query: web::Query<FormQuery>,
) -> WebResult {
    session.must_be_ministry()?;
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let typed = Typed {
        reason: kept.map_or_else(String::new, |form| form.text("reason").to_owned()),
        ..Typed::default()
    };
    show(&state, &session, number(&id)?, typed).await
}

/// POST to the same address.
pub async fn send(state: State, post: Post, id: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    session.must_be_ministry()?;
    let id = number(&id)?;
    let mut typed = Typed {
        reason: form.text("reason").to_owned(),
        ..Typed::default()
    };
    let mark = form.text("mark");
    match take_back(&state.desk, &session.actor, id, &typed.reason, mark).await {
        Ok(new) => {
            let page = batch_href(new);
            return Ok(see_other(&format!(
                "{page}?notice=participation-taken-back"
            )));
        }
        Err(TakeBackError::Reason(message)) => typed.problem = Some(message),
        Err(TakeBackError::Changed) => typed.is_changed = true,
        Err(TakeBackError::Workflow(error)) => return Err(error.into()),
    }
    show(&state, &session, id, typed).await
}

async fn show(state: &State, session: &Session, id: i64, typed: Typed) -> WebResult {
    let href = batch_href(id);
    let Some(look) = look(&state.desk, &session.actor, id).await? else {
        return Ok(see_other(&href));
    };
    let found = &look.found;
    let names = state.desk.store.body_names().await?;
    let catalogue = state.desk.store.catalogue().await?;
    let scheme = name_of_schemes(&catalogue);
    let line = |entry: &ParticipationEntry| Line {
        body: format!(
            "{} {}",
            entry.code,
            names.get(&entry.code).map_or("", String::as_str)
        ),
        href: format!("{MENU}/bodies/{}", entry.code),
        scheme: scheme(&entry.scheme),
        year: entry.fiscal_year.label(),
        day: date_label(entry.effective_on),
        tag: state_tag(entry.state),
    };
    let undoing = || found.undoing.iter().map(|undoing| &undoing.entry);
    let restored = ParticipationState::ALL.into_iter().filter_map(|state| {
        let number = undoing().filter(|entry| entry.state == state).count();
        let count = with_commas(number as u64);
        (number > 0).then(|| match state {
            ParticipationState::Annulled => format!("記録のない状態に戻る　{count}件"),
            state => format!("「{}」に戻る　{count}件", state.label()),
        })
    });
    let problems: Vec<Problem> = typed
        .problem
        .iter()
        .map(|message| Problem {
            field_id: "reason".to_owned(),
            message: message.clone(),
        })
        .collect();
    let status = match (typed.is_changed, problems.is_empty()) {
        (true, _) => StatusCode::CONFLICT,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
        (false, true) => StatusCode::OK,
    };
    let way = [("参加の記録", MENU), ("登録の内容", href.as_str())];
    let mut page = page::signed_in(state, session, "確定の取消し", &way).in_section(MENU);
    page.has_errors = status != StatusCode::OK;
    html_with(
        status,
        &TakeBackPage {
            page,
            is_changed: typed.is_changed,
            path: format!("{href}/take-back"),
            batch: BatchView::new(&look.batch),
            undone: with_commas(found.undoing.len() as u64),
            restored: restored.collect(),
            lines: undoing().take(SHOWN).map(line).collect(),
            is_cut: found.undoing.len() > SHOWN,
            staying: found.staying.iter().map(line).collect(),
            before: match found.undone {
                0 => String::new(),
                number => with_commas(number as u64),
            },
            mark: look.mark,
            reason: TextField {
                id: "reason".to_owned(),
                name: "reason".to_owned(),
                label: "取り消す理由".to_owned(),
                hint: "参加の記録に残ります。例：対象の調査回をまちがえて確定したため".to_owned(),
                value: typed.reason,
                required: true,
                errors: problems.iter().map(|it| it.message.clone()).collect(),
                width: "l",
                ..TextField::default()
            },
            problems,
        },
    )
}
