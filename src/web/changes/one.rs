//! `/changes/{change}`: one notice, old beside new, what happened to it, and what can be done with it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::new::diff_row;
use super::{MENU, State, state_tag};
use crate::domain::access::Relation;
use crate::domain::intent_change::{ChangeEvent, ChangeHistory};
use crate::domain::japan_time;
use crate::domain::response_diff::changes;
use crate::domain::revision::{receipt_number, receipt_path};
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::history::EventLine;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Crumb, DiffRow, Page, Problem, StatusTag, TextField};
use crate::workflow::intent_change::{
    ChangeError, Decision, SeenChange, decide_change, view_change,
};

#[derive(Template)]
#[template(path = "changes/one.html")]
struct ChangePage {
    page: Page,
    problems: Vec<Problem>,
    path: String,
    body_name: String,
    code: String,
    kind: &'static str,
    edition_title: String,
    tag: StatusTag,
    number: i32,
    filed_at: String,
    filed_by: String,
    changed_on: String,
    reason: String,
    differences: Vec<DiffRow>,
    warnings: Vec<String>,
    base: Crumb,
    /// The revision it became.
    result: Option<Crumb>,
    /// The answer was replaced since: it can only be declined or taken back.
    moved: bool,
    events: Vec<EventLine>,
    version: i32,
    can_take_back: bool,
    can_pass: bool,
    can_decide: bool,
    /// A new notice can be typed: this one was sent back or declined.
    again_href: String,
    remark: TextField,
}

#[derive(Default, serde::Deserialize)]
pub struct ChangeQuery {
    notice: Option<String>,
    kept: Option<String>,
}

/// What the last press did not do: the words, and why.
#[derive(Default)]
struct Typed {
    remark: String,
    errors: Vec<String>,
    /// Said above the page where no field is to blame.
    general: Vec<String>,
}

fn id_of(text: &str) -> WebResult<i64> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// The event a button stands for.
fn event_of(text: &str) -> WebResult<(ChangeEvent, &'static str)> {
    Ok(match text {
        "take-back" => (ChangeEvent::TakeBack, "change-taken-back"),
        "forward" => (ChangeEvent::Forward, "change-forwarded"),
        "send-back" => (ChangeEvent::SendBack, "change-sent-back"),
        "accept" => (ChangeEvent::Accept, "change-accepted"),
        "decline" => (ChangeEvent::Decline, "change-declined"),
        _ => return Err(WebError::BadRequest),
    })
}

/// GET `/changes/{change}`.
pub async fn change(
    state: State,
    session: Session,
    id: web::Path<String>,
    query: web::Query<ChangeQuery>,
) -> WebResult {
    let id = id_of(&id)?;
    let seen = view_change(&state.desk, &session.actor, id).await?;
    let kept = kept_form(
        &state,
        &session,
        &format!("{MENU}/{id}"),
        query.kept.as_deref(),
    )
    .await?;
    let typed = Typed {
        remark: kept.map_or_else(String::new, |form| form.text("remark").to_owned()),
        ..Typed::default()
    };
    let notice = query.notice.as_deref();
    show(&state, &session, StatusCode::OK, &seen, typed, notice).await
}

/// POST `/changes/{change}`.
pub async fn decide(state: State, post: Post, id: web::Path<String>) -> WebResult {
    let id = id_of(&id)?;
    let (event, notice) = event_of(post.form.text("do"))?;
    let decision = Decision {
        event,
        version: post.form.value("version")?,
        remark: post.form.text("remark"),
    };
    let actor = &post.session.actor;
    let (status, errors, general) = match decide_change(&state.desk, actor, id, decision).await {
        Ok(()) => return Ok(see_other(&format!("{MENU}/{id}?notice={notice}"))),
        Err(ChangeError::Words(message)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, vec![message], Vec::new())
        }
        Err(ChangeError::AnswerMoved) => (
            StatusCode::CONFLICT,
            Vec::new(),
            vec![
                "この届出のあとに、もとの回答が変わりました。このまま承認すると新しい回答が失われるため、承認していません。不承認とし、いまの回答をもとに、もう一度届け出てもらってください。"
                    .to_owned(),
            ],
        ),
        Err(ChangeError::Workflow(error)) => return Err(error.into()),
        Err(_) => return Err(WebError::Conflict),
    };
    let seen = view_change(&state.desk, actor, id).await?;
    let typed = Typed {
        remark: decision.remark.to_owned(),
        errors,
        general,
    };
    show(&state, &post.session, status, &seen, typed, None).await
}

async fn show(
    state: &State,
    session: &Session,
    status: StatusCode,
    seen: &SeenChange,
    typed: Typed,
    notice: Option<&str>,
) -> WebResult {
    let change = &seen.change;
    let filed = &change.notice;
    let definition = &change.edition.definition;
    let history = state.desk.store.change_history(change.id).await?;
    let code = change.class.code;
    let receipt = |number: i32| {
        let receipt = receipt_number(&change.edition, code, number);
        Crumb {
            href: receipt_path(&receipt),
            label: format!("{receipt}（第{number}版）"),
        }
    };
    let problem = |field_id: &str, message: &String| Problem {
        field_id: field_id.to_owned(),
        message: message.clone(),
    };
    let on_fields = typed.errors.iter().map(|it| problem("remark", it));
    let general = typed.general.iter().map(|it| problem("", it));
    let is_own = seen.relation == Relation::Own;
    let can_decide = seen.may(ChangeEvent::Accept);
    let title = format!("{}の意向の変更（第{}号）", change.name, change.number);
    let way = [("意向の変更", MENU)];
    let mut page = page::signed_in(state, session, &title, &way)
        .in_section(MENU)
        .with_notice(notice);
    page.has_errors = !typed.errors.is_empty() || !typed.general.is_empty();
    html_with(
        status,
        &ChangePage {
            page,
            problems: general.chain(on_fields).collect(),
            path: format!("{MENU}/{}", change.id),
            body_name: change.name.clone(),
            code: code.to_string(),
            kind: change.class.kind.label(),
            edition_title: definition.title.clone(),
            tag: state_tag(change.state),
            number: change.number,
            filed_at: japan_time::datetime_label(filed.filed_at),
            filed_by: filed.filed_by_name.clone(),
            changed_on: japan_time::date_label(filed.changed_on),
            reason: filed.reason.clone(),
            differences: changes(definition, &change.base, &filed.form)
                .into_iter()
                .map(diff_row)
                .collect(),
            warnings: filed
                .confirmed_warnings
                .iter()
                .map(|warning| warning.message.clone())
                .collect(),
            base: receipt(filed.base_revision),
            result: change.result_revision.map(receipt),
            moved: change.state.is_open()
                && (change.revision_number != filed.base_revision || !change.status.is_received()),
            events: history.iter().rev().map(event_line).collect(),
            version: change.version,
            can_take_back: seen.may(ChangeEvent::TakeBack),
            can_pass: seen.may(ChangeEvent::Forward),
            can_decide,
            again_href: if is_own && !change.state.is_open() {
                format!("/editions/{}/changes/new", change.edition.key)
            } else {
                String::new()
            },
            remark: TextField {
                id: "remark".to_owned(),
                name: "remark".to_owned(),
                label: "理由・意見".to_owned(),
                hint: if can_decide {
                    "不承認のときは必ず入力してください。団体と都道府県の画面に表示されます。"
                } else {
                    "差し戻すときは必ず入力してください。団体と国の画面に表示されます。"
                }
                .to_owned(),
                value: typed.remark,
                errors: typed.errors,
                ..TextField::default()
            },
        },
    )
}

fn event_line(entry: &ChangeHistory) -> EventLine {
    EventLine {
        moment: entry.at,
        at: japan_time::datetime_label(entry.at),
        label: entry.event.label().to_owned(),
        who: format!("{} {}", entry.actor_body, entry.actor_name),
        reasons: if entry.remark.is_empty() {
            Vec::new()
        } else {
            vec![entry.remark.clone()]
        },
        file: None,
        link: None,
    }
}
