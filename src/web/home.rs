//! GET `/home`: the editions of a body, each with its state, its own deadline and one next step.

use std::collections::HashMap;

use actix_web::web;
use askama::Template;
use jiff::civil::Date;

use super::error::{WebError, WebResult};
use super::home_lines::{self, HomeLine};
use super::municipality::sign_off_view::sign_off_view;
use super::municipality::task_list::RETURN_TAKEN_BACK;
use super::page::{self, html, own_status_tag};
use super::session::Session;
use super::source_view::SourceView;
use super::state::AppState;
use super::view::{Page, StatusTag};
use crate::domain::account::{Actor, Role};
use crate::domain::body_history::BodyStanding;
use crate::domain::deadline_extension::Extension;
use crate::domain::intent_change::takes_changes;
use crate::domain::japan_time::{self, UnixMillis};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::proxy_entry::{ProxyState, takes_replies};
use crate::domain::reminder::Owing;
use crate::domain::response_status::ResponseStatus;
use crate::domain::revision::{receipt_number, receipt_path};
use crate::domain::survey_edition::EditionState;
use crate::store::own_editions::OwnEdition;
use crate::store::proxy_entries::state_of;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    page: Page,
    /// Questions and comments that wait for the visitor.
    inquiries_waiting: u64,
    home_lines: Vec<HomeLine>,
    body_name: String,
    is_prefecture: bool,
    /// The body was abolished: since when, and who carries on.
    ended: String,
    open: Vec<Card>,
    closed: Vec<Card>,
    /// Surveys in which a prefecture gathers and does not answer itself: label and address of the board.
    gathers: Vec<(String, String)>,
}

/// One edition as its card shows it.
struct Card {
    key: String,
    /// 意向等調査.
    survey: &'static str,
    short_title: String,
    title: String,
    tag: StatusTag,
    /// Nothing lies with the reviewer: 未提出 is shown, also on a draft.
    unsubmitted: bool,
    /// What 未提出 means here, in a sentence.
    unsubmitted_text: &'static str,
    /// Until when this body alone may answer, and why.
    reopened: Option<(String, String)>,
    /// It was given more time: from which day, and why.
    extended: Option<(String, String)>,
    deadline: String,
    days_left: String,
    is_overdue: bool,
    next_label: &'static str,
    next_href: String,
    /// Its answer may be given now, also as a file; never by a department.
    editable: bool,
    submitted_at: String,
    late: String,
    /// Somebody who gathers answers entered the newest one, and the body has not confirmed it.
    proxy: Option<SourceView>,
    /// 決裁: what waits for this person; empty if nothing.
    sign_off: String,
    /// The receipt of that entry.
    receipt_href: String,
    /// Where a change of intent is filed; empty where it cannot be.
    change_href: String,
}

/// GET `/home`.
pub async fn home(state: web::Data<AppState>, session: Session) -> WebResult {
    let code = session.actor.code().ok_or(WebError::NotFound)?;
    let now = state.desk.now();
    let today = now.japan_date();
    let editions = state.desk.store.own_editions(code).await?;
    let proxies = proxies(&state, &editions).await?;
    let waiting = waiting(&state, &session, &editions, today).await?;
    let extensions = state.desk.store.own_extensions(code).await?;
    let (open, closed): (Vec<_>, Vec<_>) = editions.iter().partition(|own| is_running(own, today));
    let ended = ended(&state, code, today).await?;
    let gathers = match session.actor.role {
        Role::Prefecture(_) => gathers(&state, &editions).await?,
        _ => Vec::new(),
    };
    html(&HomePage {
        ended,
        home_lines: home_lines::of_body(&state, &session.actor, code, &editions).await?,
        inquiries_waiting: super::inquiries::waiting(&state, &session.actor).await?,
        gathers,
        page: page::signed_in(&state, &session, "ホーム", &[])
            .as_home()
            .in_section("/home"),
        body_name: session.actor.body_name().to_owned(),
        is_prefecture: matches!(session.actor.role, Role::Prefecture(_)),
        open: open
            .into_iter()
            .map(|own| Card {
                extended: extensions
                    .get(&own.edition.id)
                    .and_then(|x| extended(own, x)),
                ..card(own, code, now, (&proxies, &waiting))
            })
            .map(|card| for_department(card, &session.actor))
            .collect(),
        closed: closed
            .into_iter()
            .map(|own| card(own, code, now, (&proxies, &waiting)))
            .map(|card| for_department(card, &session.actor))
            .collect(),
    })
}

/// A department fills in rows; to submit, or to file a change of intent, is the liaison desk's.
fn for_department(mut card: Card, actor: &Actor) -> Card {
    if !actor.department.is_empty() {
        card.change_href.clear();
        card.editable = false;
        if card.next_label == "続きを入力して提出する" {
            card.next_label = "担当する行を入力する";
        }
    }
    card
}

/// The running follow-ups a prefecture has no card for: it was not asked, its municipalities may be.
async fn gathers(state: &AppState, own: &[OwnEdition]) -> WebResult<Vec<(String, String)>> {
    let editions = state.desk.store.editions().await?;
    let others = editions.into_iter().filter(|edition| {
        edition.state == EditionState::Open
            && edition.is_follow_up()
            && !edition.is_trial()
            && !own.iter().any(|own| own.edition.id == edition.id)
    });
    Ok(others
        .map(|edition| {
            let label = format!("{}のとりまとめ", edition.definition.short_title);
            (label, format!("/editions/{}/board", edition.key))
        })
        .collect())
}

/// It takes answers, or this body was asked again by itself.
fn is_running(own: &OwnEdition, today: Date) -> bool {
    let until = own.reopened.as_ref().map(|reopening| reopening.until);
    own.edition.state == EditionState::Open || until.is_some_and(|until| today <= until)
}

/// The proxy entries that the body has not confirmed, by answer.
async fn proxies(state: &AppState, editions: &[OwnEdition]) -> WebResult<HashMap<i64, SourceView>> {
    let mut found = HashMap::new();
    let asked = |own: &&OwnEdition| own.by_proxy && takes_replies(own.status);
    for own in editions.iter().filter(asked) {
        let replies = state.desk.store.proxy_replies(own.response_id).await?;
        if state_of(&replies, own.revision_number) == ProxyState::Confirmed {
            continue;
        }
        let revision = (own.response_id, own.revision_number);
        let source = SourceView::find(state, revision, (own.proxy_file, true)).await?;
        found.extend(source.map(|source| (own.response_id, source)));
    }
    Ok(found)
}

/// Drafts that wait for 決裁 or were given back, by answer. Read only where the body uses it.
async fn waiting(
    state: &AppState,
    session: &Session,
    editions: &[OwnEdition],
    today: Date,
) -> WebResult<HashMap<i64, String>> {
    let mut found = HashMap::new();
    let asked = |own: &&OwnEdition| {
        own.duties.sign_off && own.status.is_editable() && is_running(own, today)
    };
    let Some(code) = session.actor.code() else {
        return Ok(found);
    };
    for own in editions.iter().filter(asked) {
        let Some(record) = state.desk.store.response(&own.edition.key, code).await? else {
            continue;
        };
        let view = sign_off_view(&record, &session.actor, String::new(), Vec::new());
        let text = view.filter(|view| view.can_sign || !view.words.is_empty());
        found.extend(text.map(|view| (own.response_id, view.text)));
    }
    Ok(found)
}

/// What somebody of a body that was abolished is told; else empty.
async fn ended(state: &AppState, code: LocalGovernmentCode, today: Date) -> WebResult<String> {
    let Some(end) = state.desk.store.end_of(code, today).await? else {
        return Ok(String::new());
    };
    let BodyStanding::Abolished { into } = end.standing else {
        return Ok(String::new());
    };
    let successor = match into {
        Some(into) => state.desk.store.organization(into).await?,
        None => None,
    };
    let day = japan_time::date_label(end.since);
    let name = &end.body.name;
    Ok(match successor {
        Some(into) => format!(
            "{name}は{day}に{}へ引き継がれました。これまでの回答は、ここで見られます。新しい調査には、{}として回答してください。",
            into.name, into.name
        ),
        None => format!(
            "{name}は{day}に廃止されました。これまでの回答は、ここで見られます。新しい調査はありません。"
        ),
    })
}

/// What the card says of an extension that holds.
fn extended(own: &OwnEdition, newest: &Extension) -> Option<(String, String)> {
    let holds = own.deadline_on > newest.deadline_before && own.revision_number == 0;
    let before = japan_time::date_label(newest.deadline_before);
    holds.then(|| (before, newest.reason.clone()))
}

fn card(
    own: &OwnEdition,
    code: LocalGovernmentCode,
    now: UnixMillis,
    (proxies, waiting): (&HashMap<i64, SourceView>, &HashMap<i64, String>),
) -> Card {
    let today = now.japan_date();
    let key = own.edition.key.to_string();
    let is_open = is_running(own, today);
    let form = format!("/editions/{key}/form1");
    let (next_label, next_href) = match own.status {
        _ if !is_open => ("回答を見る", format!("{form}/history")),
        ResponseStatus::NotStarted => ("回答を始める", form.clone()),
        ResponseStatus::Draft => ("続きを入力して提出する", form.clone()),
        ResponseStatus::Returned => ("差戻しの理由を見て直す", form.clone()),
        _ => ("提出の状況と内容を見る", form.clone()),
    };
    let reopened = own.reopened.as_ref().filter(|r| today <= r.until);
    let owing = Owing {
        status: own.status,
        deadline_on: own.deadline_on,
        last_change_on: own.edition.dates.last_change_on,
        reopened_until: reopened.map(|reopening| reopening.until),
        returned_on: own.returned_on,
    };
    let deadline_on = owing.asked_until(today);
    Card {
        extended: None,
        reopened: reopened.map(|r| (japan_time::deadline_label(r.until), r.reason.clone())),
        survey: own.edition.definition.words().survey,
        short_title: own.edition.definition.short_title.clone(),
        title: own.edition.definition.title.clone(),
        tag: own_status_tag(own.status),
        unsubmitted: is_open && own.status.is_owing(),
        unsubmitted_text: match own.status {
            ResponseStatus::Draft if own.returned_on.is_some() => RETURN_TAKEN_BACK,
            ResponseStatus::Draft => "入力した内容は保存されていますが、まだ提出されていません。",
            ResponseStatus::Returned => "差し戻されています。直して、もう一度提出してください。",
            _ => "まだ回答が始まっていません。",
        },
        deadline: japan_time::deadline_label(deadline_on),
        days_left: japan_time::days_left_label(today, deadline_on),
        is_overdue: is_open && own.status.is_owing() && today > deadline_on,
        next_label,
        next_href,
        editable: is_open && own.status.is_editable(),
        submitted_at: own
            .submitted_at
            .map(japan_time::datetime_label)
            .unwrap_or_default(),
        late: own.lateness.label(),
        proxy: proxies.get(&own.response_id).cloned(),
        sign_off: waiting.get(&own.response_id).cloned().unwrap_or_default(),
        receipt_href: receipt_path(&receipt_number(&own.edition, code, own.revision_number)),
        change_href: if takes_changes(&own.edition, own.status, now) {
            format!("/editions/{key}/changes/new")
        } else {
            String::new()
        },
        key,
    }
}
