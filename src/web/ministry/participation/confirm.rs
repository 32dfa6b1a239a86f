//! `/editions/{key}/participation`: answers of an edition, what each would add to the ledger, and confirming them
//! after a check page.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::confirm_check::{self, Asked};
use super::confirm_query::{ConfirmQuery, STANDINGS};
use super::{BatchView, MENU, State, pager};
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::OrganizationKind;
use crate::domain::participation::confirm::Standing;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::text::with_commas;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::ministry::{Head, open, to_newest};
use crate::web::municipality::edition_key;
use crate::web::page::{self, html_with, see_other, status_tag};
use crate::web::session::{Post, Session};
use crate::web::view::{Crumb, Page, Pager, Problem, StatusTag};
use crate::web::view_select::SelectField;
use crate::workflow::participation::confirm::{
    Candidate, ConfirmError, Seen, candidates, confirm as confirm_answers, preview,
};

/// Bodies on a page.
const LINES: usize = 200;

#[derive(Template)]
#[template(path = "ministry/participation/confirm.html")]
struct ConfirmPage {
    page: Page,
    problems: Vec<Problem>,
    head: Head,
    path: String,
    year: String,
    /// What the last press did.
    outcome: Outcome,
    filters: Filters,
    total: String,
    shown: String,
    lines: Vec<Line>,
    pager: Option<Pager>,
    /// Every answer of the filter that something would be done with, as [`token`]s.
    all: Vec<String>,
    all_label: String,
    sums: Sums,
    back: String,
}

#[derive(Default)]
struct Outcome {
    /// What was stored; `None` if there is nothing to tell.
    batch: Option<BatchView>,
    /// The ledger said it all.
    nothing: bool,
    /// Answers that changed between the page and the press.
    moved: Vec<Crumb>,
}

struct Filters {
    text: String,
    intents: Vec<(u8, &'static str, bool)>,
    accepted: bool,
    prefecture: SelectField,
    kind: SelectField,
    standing: SelectField,
}

/// What confirming everything shown would do.
#[derive(Default)]
struct Sums {
    bodies: String,
    added: String,
    dropping: String,
    dropped: String,
    has_dropped: bool,
}

struct Line {
    token: String,
    code: String,
    name: String,
    prefecture: &'static str,
    kind: &'static str,
    status: StatusTag,
    revision: i32,
    intents: Vec<&'static str>,
    tag: StatusTag,
    add: Vec<String>,
    dropped: Vec<String>,
    conflicting: Vec<String>,
    refused: String,
    may_confirm: bool,
    answer_href: String,
    body_href: String,
}

/// GET `/participation/confirm`: the newest edition's answers.
pub async fn newest(state: State, session: Session) -> WebResult {
    to_newest(&state, &session, "participation").await
}

/// GET `/editions/{key}/participation`.
pub async fn list(
    request: HttpRequest,
    state: State,
    session: Session,
    key: web::Path<String>,
) -> WebResult {
    let form = FormData::parse(request.query_string())?;
    let batch = match form.text("batch") {
        "" => None,
        id => {
            let id = id.parse().map_err(|_| WebError::NotFound)?;
            state.desk.store.participation_batch(id).await?
        }
    };
    let outcome = Outcome {
        batch: batch.as_ref().map(BatchView::new),
        nothing: form.has("nothing"),
        moved: Vec::new(),
    };
    show(
        &state,
        &session,
        &key,
        &form,
        StatusCode::OK,
        (Vec::new(), outcome),
    )
    .await
}

/// POST `/editions/{key}/participation`: first the check page, then, with `do=record`, the entries.
pub async fn confirm(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    session.must_be_ministry()?;
    let edition = edition_key(&key)?;
    let back = FormData::parse(form.text("back"))?;
    let name = if form.text("do") == "all" {
        "all"
    } else {
        "answer"
    };
    let seen: Vec<Seen> = form.all(name).map(seen).collect::<WebResult<_>>()?;
    if seen.is_empty() {
        let problem = Problem {
            field_id: "answers-table".to_owned(),
            message: "確定する団体が選ばれていません。表の左の欄に印を付けてから、もう一度押してください。"
                .to_owned(),
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let told = (vec![problem], Outcome::default());
        return show(&state, &session, &key, &back, status, told).await;
    }
    let (actor, with_dropped) = (&session.actor, form.has("drop"));
    let query = ConfirmQuery::read(&back).write();
    let mut asked = Asked {
        with_dropped,
        back: &query,
        is_changed: false,
    };
    if form.text("do") == "record" {
        let shown = Some(form.text("mark"));
        let desk = &state.desk;
        match confirm_answers(desk, actor, &edition, &seen, with_dropped, shown).await {
            Ok(done) => {
                let told = match done.batch {
                    Some(batch) => format!("batch={batch}"),
                    None => "nothing=1".to_owned(),
                };
                let list = to_list(&format!("/editions/{edition}/participation"), &query);
                return Ok(see_other(&format!("{list}&{told}")));
            }
            Err(ConfirmError::Changed) => asked.is_changed = true,
            Err(ConfirmError::Moved(codes)) => {
                return moved(&state, &session, &key, &back, &codes).await;
            }
            Err(ConfirmError::Workflow(error)) => return Err(error.into()),
        }
    }
    match preview(&state.desk, actor, &edition, &seen, with_dropped).await {
        Ok(found) => confirm_check::show(&state, &session, &found, &asked),
        Err(ConfirmError::Moved(codes)) => moved(&state, &session, &key, &back, &codes).await,
        Err(ConfirmError::Changed) => Err(WebError::Conflict),
        Err(ConfirmError::Workflow(error)) => Err(error.into()),
    }
}

/// The list once more, with the bodies whose answers changed meanwhile.
async fn moved(
    state: &State,
    session: &Session,
    key: &str,
    back: &FormData,
    codes: &[LocalGovernmentCode],
) -> WebResult {
    let moved = codes.iter().map(|code| Crumb {
        label: code.to_string(),
        href: format!("/editions/{key}/answers/{code}"),
    });
    let outcome = Outcome {
        moved: moved.collect(),
        ..Outcome::default()
    };
    let told = (Vec::new(), outcome);
    show(state, session, key, back, StatusCode::CONFLICT, told).await
}

/// The address of the list with its filters.
pub(super) fn to_list(path: &str, query: &str) -> String {
    format!("{path}?{query}")
}

/// Body and revision as the page carries them.
fn token(code: LocalGovernmentCode, revision_id: i64) -> String {
    format!("{code}.{revision_id}")
}

fn seen(token: &str) -> WebResult<Seen> {
    let (code, revision) = token.split_once('.').ok_or(WebError::BadRequest)?;
    Ok(Seen {
        code: code.parse().map_err(|_| WebError::BadRequest)?,
        revision_id: revision.parse().map_err(|_| WebError::BadRequest)?,
    })
}

async fn show(
    state: &State,
    session: &Session,
    key: &str,
    form: &FormData,
    status: StatusCode,
    (problems, mut outcome): (Vec<Problem>, Outcome),
) -> WebResult {
    let opened = open(state, session, key, "participation").await?;
    let edition_key = &opened.edition.key;
    let (edition, all) = candidates(&state.desk, &session.actor, edition_key).await?;
    let definition = &edition.definition;
    for crumb in &mut outcome.moved {
        let found = all
            .iter()
            .find(|it| it.line.class.code.as_str() == crumb.label);
        if let Some(candidate) = found {
            crumb.label = candidate.line.name.clone();
        }
    }
    let query = ConfirmQuery::read(form);
    let fitting: Vec<&Candidate> = all.iter().filter(|it| query.fits(it)).collect();
    let pages = fitting.len().div_ceil(LINES).max(1);
    let at = form.text("page").parse().unwrap_or(1).clamp(1, pages);
    let path = format!("/editions/{edition_key}/participation");
    let back = query.write();
    let tokens: Vec<String> = fitting.iter().filter_map(|it| open_token(it)).collect();
    let lines = fitting.iter().skip((at - 1) * LINES).take(LINES);
    let mut page = page::signed_in(
        state,
        session,
        "回答から参加を確定する",
        &[("参加の記録", MENU)],
    )
    .in_section(MENU);
    page.has_errors = !problems.is_empty();
    html_with(
        status,
        &ConfirmPage {
            page,
            problems,
            year: definition.fiscal_year.label(),
            outcome,
            filters: filters(&query),
            total: with_commas(all.len() as u64),
            shown: with_commas(fitting.len() as u64),
            lines: lines.map(|it| line(definition, &path, it)).collect(),
            pager: pager(
                "団体の一覧",
                &format!("{path}?{back}"),
                at as u64,
                fitting.len() as u64,
                LINES as u64,
            ),
            all_label: with_commas(tokens.len() as u64),
            all: tokens,
            sums: sums(&fitting),
            back,
            path,
            head: opened.head,
        },
    )
}

fn filters(query: &ConfirmQuery) -> Filters {
    let prefecture = query.prefecture.map(|it| it.to_string());
    let mut standings = STANDINGS.into_iter();
    let standing = standings.find(|(.., standing)| Some(*standing) == query.standing);
    Filters {
        text: query.text.clone(),
        intents: ApplicationIntent::ALL
            .map(|intent| {
                let is_asked = query.intents.contains(&intent);
                (intent.number(), intent.short_label(), is_asked)
            })
            .to_vec(),
        accepted: query.accepted_only,
        prefecture: SelectField::filter(
            "prefecture",
            "都道府県",
            PrefectureCode::all().map(|it| (it.to_string(), it.name())),
            &prefecture.unwrap_or_default(),
        ),
        kind: SelectField::filter(
            "kind",
            "区分",
            OrganizationKind::ALL.map(|kind| (kind.as_str(), kind.label())),
            query.kind.map_or("", OrganizationKind::as_str),
        ),
        standing: SelectField::filter(
            "standing",
            "確定の状況",
            STANDINGS.map(|(value, label, _)| (value, label)),
            standing.map_or("", |(value, ..)| value),
        ),
    }
}

/// The token of an answer that is there.
pub(super) fn standing_token(candidate: &Candidate) -> Option<String> {
    let answer = candidate.answer.as_ref()?;
    Some(token(answer.class.code, answer.revision_id))
}

/// The token of an answer that something would be done with.
fn open_token(candidate: &Candidate) -> Option<String> {
    let is_open = matches!(candidate.standing, Standing::Open | Standing::Changed);
    standing_token(candidate).filter(|_| is_open)
}

fn sums(candidates: &[&Candidate]) -> Sums {
    let plans = candidates.iter().map(|it| &it.plan);
    let count = |number: usize| with_commas(number as u64);
    let added = plans.clone().map(|plan| plan.add.len());
    let dropped = plans.map(|plan| plan.dropped.len());
    Sums {
        bodies: count(added.clone().filter(|number| *number > 0).count()),
        added: count(added.sum()),
        dropping: count(dropped.clone().filter(|number| *number > 0).count()),
        has_dropped: dropped.clone().any(|number| number > 0),
        dropped: count(dropped.sum()),
    }
}

fn line(definition: &EditionDefinition, path: &str, candidate: &Candidate) -> Line {
    let Candidate {
        line,
        plan,
        standing,
        refused,
        ..
    } = candidate;
    let code = line.class.code;
    let name = |id: &SchemeId| {
        let row = definition.row(id);
        row.map_or_else(|| id.to_string(), |(_, row)| row.name.clone())
    };
    let token = open_token(candidate);
    Line {
        code: code.to_string(),
        name: line.name.clone(),
        prefecture: code.prefecture().name(),
        kind: line.class.kind.label(),
        status: status_tag(line.status),
        revision: line.revision_number,
        intents: line.intents.iter().map(|it| it.short_label()).collect(),
        tag: if refused.is_empty() {
            standing_tag(*standing)
        } else {
            StatusTag {
                label: "登録できません".to_owned(),
                css: "warning",
            }
        },
        add: plan.add.iter().map(|it| name(&it.scheme)).collect(),
        dropped: plan.dropped.iter().map(|it| name(&it.scheme)).collect(),
        conflicting: plan.conflicting.iter().map(name).collect(),
        refused: refused.clone(),
        may_confirm: token.is_some(),
        token: token.unwrap_or_default(),
        answer_href: format!("{}/answers/{code}", path.trim_end_matches("/participation")),
        body_href: format!("{MENU}/bodies/{code}"),
    }
}

fn standing_tag(standing: Standing) -> StatusTag {
    let (label, css) = match standing {
        Standing::Nothing => ("確定する制度なし", "neutral"),
        Standing::Open => ("未確定", "todo"),
        Standing::Changed => ("確定後に変更", "warning"),
        Standing::Settled => ("確定済", "done"),
    };
    StatusTag {
        label: label.to_owned(),
        css,
    }
}
