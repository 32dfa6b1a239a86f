//! 受付票: proof of a submission, at an address of its own.

use actix_web::web;
use askama::Template;

use super::State;
use crate::domain::access::{self, Action, Relation};
use crate::domain::japan_time;
use crate::domain::organization::Route;
use crate::domain::response_status::ResponseStatus;
use crate::web::answer_view::AnswerView;
use crate::web::error::{WebError, WebResult};
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::relation_to;

#[derive(Template)]
#[template(path = "municipality/receipt.html")]
struct ReceiptPage {
    page: Page,
    number: String,
    edition_title: String,
    body_name: String,
    body_code: String,
    revision: i32,
    submitted_at: String,
    submitted_by: String,
    is_late: bool,
    deadline: String,
    /// Who reviews it: the prefecture or the ministry.
    reviewer: String,
    office: String,
    /// What became of it since; empty while it is the newest and waits.
    state_note: String,
    what_next: &'static str,
    form_path: String,
    is_own: bool,
    answer: AnswerView,
    warnings: Vec<String>,
}

/// GET `/receipts/{number}`.
pub async fn receipt(state: State, session: Session, number: web::Path<String>) -> WebResult {
    let store = &state.desk.store;
    let (key, code, revision) = store
        .find_receipt(&number)
        .await?
        .ok_or(WebError::NotFound)?;
    let record = store
        .response(&key, code)
        .await?
        .ok_or(WebError::NotFound)?;
    let relation = relation_to(&session.actor, &record);
    if !access::permits(relation, record.status, Action::ViewAnswer) {
        return Err(WebError::NotFound);
    }
    let revision = store
        .revision(record.id, revision)
        .await?
        .ok_or(WebError::NotFound)?;
    let definition = &record.edition.definition;
    let newest = revision.number == record.revision_number;
    let state_note = match record.status {
        _ if !newest => format!(
            "この回答は、第{}版に置きかわっています。",
            record.revision_number
        ),
        ResponseStatus::Draft => "この回答は取り下げられています。いまは未提出です。".to_owned(),
        ResponseStatus::Returned => {
            "この回答は差し戻されています。直して、もう一度提出してください。".to_owned()
        }
        ResponseStatus::Accepted => "この回答は受け付けられました。".to_owned(),
        _ => String::new(),
    };
    let (reviewer, what_next) = match record.route {
        Route::ThroughPrefecture => (
            code.prefecture().name().to_owned(),
            "都道府県が内容を確かめます。直してほしいところがあれば、理由を付けて差し戻します。確認が始まるまでは、取り下げて直すことができます。",
        ),
        Route::ToMinistry => (
            "厚生労働省".to_owned(),
            "厚生労働省が内容を確かめます。直してほしいところがあれば、理由を付けて差し戻します。確認が始まるまでは、取り下げて直すことができます。",
        ),
    };
    html(&ReceiptPage {
        page: page::signed_in(&state, &session, "受付票", &[]),
        number: revision.receipt.clone(),
        edition_title: definition.title.clone(),
        body_name: record.name.clone(),
        body_code: code.to_string(),
        revision: revision.number,
        submitted_at: japan_time::datetime_label(revision.submitted_at),
        submitted_by: revision.submitted_by.clone(),
        is_late: revision.is_late,
        deadline: japan_time::deadline_label(record.deadline_on),
        reviewer,
        office: definition.office.clone(),
        state_note,
        what_next,
        form_path: format!("/editions/{key}/form1"),
        is_own: relation == Relation::Own,
        answer: AnswerView::new(definition, &record.class, &revision.form),
        warnings: revision
            .confirmed_warnings
            .iter()
            .map(|w| w.message.clone())
            .collect(),
    })
}
