//! `/editions/{key}/making/{part}`, a row and a question: one part each.

use actix_web::{HttpRequest, web};

use super::fields::groups;
use super::typed::{PartId, Typed};
use super::{FROZEN, Sent, State, frame, is_preparing, load, making_path, no_errors};
use crate::domain::edition_input::{BasisForm, FieldProblem};
use crate::domain::japan_time::datetime_label;
use crate::domain::plan_history::BasisChange;
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::ministry::part::{Errors, Fate, HistoryLine, PartView, show};
use crate::web::municipality::FormQuery;
use crate::web::page::see_other;
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::workflow::edition_making::change_edition;

/// Where the name of a question stands for one that is added.
const NEW: &str = "-";

fn part_of(name: &str) -> WebResult<PartId> {
    match name {
        "titles" => Ok(PartId::Titles),
        "intents" => Ok(PartId::Intents),
        "help" => Ok(PartId::Help),
        "plan" => Ok(PartId::Plan),
        _ => Err(WebError::NotFound),
    }
}

fn row_of(name: &str) -> WebResult<PartId> {
    let scheme = name.parse().map_err(|_| WebError::NotFound)?;
    Ok(PartId::Row(scheme))
}

fn question_of(name: &str) -> WebResult<PartId> {
    if name == NEW {
        return Ok(PartId::Question(None));
    }
    let id = name.parse().map_err(|_| WebError::NotFound)?;
    Ok(PartId::Question(Some(id)))
}

/// The edition and the part in an address.
fn asked(request: &HttpRequest) -> WebResult<(&str, PartId)> {
    let named = request.match_info();
    let id = match (named.get("scheme"), named.get("question")) {
        (Some(scheme), _) => row_of(scheme)?,
        (None, Some(question)) => question_of(question)?,
        (None, None) => part_of(named.get("part").unwrap_or_default())?,
    };
    Ok((named.get("key").unwrap_or_default(), id))
}

/// GET `/editions/{key}/making/{part}`, `…/rows/{scheme}` and `…/questions/{question}`.
pub async fn part(
    state: State,
    session: Session,
    request: HttpRequest,
    query: web::Query<FormQuery>,
) -> WebResult {
    let (key, id) = asked(&request)?;
    let edition = load(&state, &session, key).await?;
    if !is_preparing(&edition) && !matches!(id, PartId::Help | PartId::Plan) {
        return Ok(see_other(&format!("/editions/{}/settings", edition.key)));
    }
    must_exist(&edition, &id)?;
    let stored = Typed::stored(&edition.definition, &id).ok_or(WebError::NotFound)?;
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let base = kept.as_ref().map(|form| form.text("base").to_owned());
    let typed = match &kept {
        Some(form) => Typed::read(form, &edition.definition, &id),
        None => stored,
    };
    let typed = typed.named(&state.desk.store.body_names().await?);
    let mut view = view(&state, &session, &edition, &id, &typed, no_errors());
    if let Some(base) = base {
        view.base = base;
    }
    let notice = query
        .notice
        .as_deref()
        .filter(|notice| *notice != "kept" || kept.is_some());
    view.page = view.page.with_notice(notice);
    if id == PartId::Plan {
        view.history = history(&state, &edition).await?;
    }
    show(view, Fate::default())
}

/// A survey of required amounts has no intents to word and no plans to reckon.
fn must_exist(edition: &SurveyEdition, id: &PartId) -> WebResult<()> {
    let of_intents = matches!(id, PartId::Intents | PartId::Plan);
    if of_intents && !edition.definition.asks_intent() {
        return Err(WebError::NotFound);
    }
    Ok(())
}

/// How what plans are reckoned with changed, newest first.
async fn history(state: &State, edition: &SurveyEdition) -> WebResult<Vec<HistoryLine>> {
    let changes = state.desk.store.plan_changes(edition.id).await?;
    let line = |change: &BasisChange| HistoryLine {
        when: datetime_label(change.recorded_at),
        who: format!("{} {}", change.actor_body, change.actor_name),
        changes: BasisForm::of(&change.old).differences(&BasisForm::of(&change.new)),
    };
    Ok(changes.iter().rev().map(line).collect())
}

/// POST to the same addresses.
pub async fn save(state: State, request: HttpRequest, post: Post) -> WebResult {
    let (key, id) = asked(&request)?;
    let Post { session, form } = post;
    let edition = load(&state, &session, key).await?;
    must_exist(&edition, &id)?;
    let definition = &edition.definition;
    let base = form.text("base").to_owned();
    let names = state.desk.store.body_names().await?;
    let typed = Typed::read(&form, definition, &id).named(&names);
    let sent = match typed.change(definition, &id) {
        Err(problems) => Sent::Problems(problems),
        Ok(change) => {
            let done = change_edition(&state.desk, &session.actor, &edition.key, &base, change);
            Sent::of(done.await)?
        }
    };
    match sent {
        Sent::Done => Ok(see_other(&after(&edition, &id))),
        Sent::Problems(problems) => {
            refused(&state, &session, &edition, &id, &typed, &form, &problems)
        }
        Sent::Stale => {
            let now = load(&state, &session, key).await?;
            let stored = Typed::stored(&now.definition, &id).ok_or(WebError::Conflict)?;
            let stored = groups(&stored.named(&names), &now.definition, no_errors());
            let view = view(&state, &session, &now, &id, &typed, no_errors());
            let fate = Fate {
                problems: &[],
                stored: Some(stored),
            };
            show(view, fate)
        }
    }
}

fn refused(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    id: &PartId,
    typed: &Typed,
    form: &FormData,
    problems: &[FieldProblem],
) -> WebResult {
    let mut view = view(state, session, edition, id, typed, Errors(problems));
    // What a colleague saved since is still told when the form is sent again.
    view.base = form.text("base").to_owned();
    let fate = Fate {
        problems,
        stored: None,
    };
    show(view, fate)
}

/// Where one goes after saving.
fn after(edition: &SurveyEdition, id: &PartId) -> String {
    let list = match id {
        PartId::Row(_) => "rows",
        PartId::Question(_) => "questions",
        PartId::Plan if edition.state != EditionState::Preparing => {
            return format!("/editions/{}/plan?notice=edition-saved", edition.key);
        }
        PartId::Help if edition.state != EditionState::Preparing => {
            return format!("/editions/{}/settings?notice=edition-saved", edition.key);
        }
        _ => "",
    };
    format!("{}?notice=edition-saved", making_path(edition, list))
}

fn view(
    state: &State,
    session: &Session,
    edition: &SurveyEdition,
    id: &PartId,
    typed: &Typed,
    errors: Errors<'_>,
) -> PartView {
    let definition = &edition.definition;
    let (title, lead) = match id {
        PartId::Titles => ("名称・年度・問い合わせ先".to_owned(), ""),
        PartId::Intents => (
            "申請の意向の文言".to_owned(),
            "様式1の「2. 申請の意向」に並ぶ4つの選択肢です。①と②には、申請の時期の月も入力してください。",
        ),
        PartId::Help => (
            "説明文".to_owned(),
            "様式1の画面に表示する説明です。空欄にすると表示しません。説明文は、調査が始まったあとも変えられます。",
        ),
        PartId::Plan => (
            "計画の前提".to_owned(),
            "「計画の目安」の計算に使う、国の前提です。団体の回答は変わりません。調査が始まったあとも、終わったあとも変えられます。",
        ),
        PartId::Row(scheme) => {
            let name = definition
                .row(scheme)
                .map_or("", |(_, row)| row.name.as_str());
            (format!("医療費助成の行（{name}）"), "")
        }
        PartId::Question(None) => (
            "質問を加える".to_owned(),
            "様式1の「3. 対象とする医療費助成」のあとにたずねる質問です。",
        ),
        PartId::Question(Some(_)) => ("追加の質問".to_owned(), ""),
    };
    let back = match id {
        PartId::Row(_) => ("保存せずに行の一覧へ戻る", making_path(edition, "rows")),
        PartId::Question(_) => (
            "保存せずに質問の一覧へ戻る",
            making_path(edition, "questions"),
        ),
        PartId::Plan if !is_preparing(edition) => (
            "保存せずに計画の目安へ戻る",
            format!("/editions/{}/plan", edition.key),
        ),
        _ if !is_preparing(edition) => (
            "保存せずに調査回の設定へ戻る",
            format!("/editions/{}/settings", edition.key),
        ),
        _ => ("保存せずに準備の一覧へ戻る", making_path(edition, "")),
    };
    let may_change = match (edition.state, id) {
        (_, PartId::Plan) => true,
        (EditionState::Closed, _) => false,
        (EditionState::Open, id) => *id == PartId::Help,
        (EditionState::Preparing, _) => true,
    };
    PartView {
        page: frame(state, session, edition, &title),
        lead: lead.to_owned(),
        groups: groups(typed, definition, errors),
        base: definition.mark_of(&id.part()),
        button: "保存する",
        back: (back.0.to_owned(), back.1),
        locked: if may_change { "" } else { FROZEN },
        history: Vec::new(),
    }
}
