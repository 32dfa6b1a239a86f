//! 受付票: proof of a submission, at an address of its own.

use actix_web::web;
use askama::Template;
use jiff::civil::Date;

use super::State;
use crate::domain::access::{self, Action, Relation};
use crate::domain::intent_change::takes_changes;
use crate::domain::japan_time;
use crate::domain::organization::Route;
use crate::domain::response_status::ResponseStatus;
use crate::domain::revision::{Revision, correction_label};
use crate::store::responses::ResponseRecord;
use crate::web::answer_view::AnswerView;
use crate::web::error::{WebError, WebResult};
use crate::web::inquiries::answered::Answered;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::source_view::SourceView;
use crate::web::view::Page;
use crate::workflow::relation_to;

#[derive(Template)]
#[template(path = "municipality/receipt.html")]
struct ReceiptPage {
    page: Page,
    number: String,
    /// What the form is called.
    form_word: &'static str,
    edition_title: String,
    body_name: String,
    body_code: String,
    revision: i32,
    submitted_at: String,
    submitted_by: String,
    late: String,
    deadline: String,
    /// Who reviews it: the prefecture or the ministry.
    reviewer: String,
    office: String,
    /// What became of it since; empty while it is the newest and waits.
    state_note: String,
    what_next: String,
    form_path: String,
    is_own: bool,
    /// The file or entry it came from; `None` if the body typed it on the page.
    source: Option<SourceView>,
    by_proxy: bool,
    /// The accepted notice of a change of intent it came from; empty for a submission.
    notice_href: String,
    /// What it is called and why, if a reviewer made it in the body's place.
    correction: Option<(&'static str, String)>,
    /// Where the body sees old and new; empty for others and for older revisions.
    objection_href: String,
    /// Where the body files such a notice; empty where it cannot.
    change_href: String,
    answer: AnswerView,
    warnings: Vec<String>,
}

/// Who reviews the answer, as its body calls them.
pub fn reviewer_name(record: &ResponseRecord) -> &'static str {
    match record.route {
        Route::ThroughPrefecture => record.code().prefecture().name(),
        Route::ToMinistry => "厚生労働省",
    }
}

/// What happens to a submitted answer now, and what its body can do. `open`: a return would be answered;
/// `changes`: a notice of a change of intent is taken.
pub fn what_next(record: &ResponseRecord, open: bool, changes: bool) -> String {
    use ResponseStatus as S;
    let reviewer = reviewer_name(record);
    let file = "意向が変わったときは、「意向を変更する」から届け出てください。";
    let definition = &record.edition.definition;
    let form = definition.words().form;
    let why = if definition.asks_intent() {
        "内容を直したいときや意向が変わったときは"
    } else {
        "内容を直したいときは"
    };
    let mend = if changes {
        format!(
            "内容を直したいときは、{reviewer}の担当に連絡し、差し戻してもらってください。{file}"
        )
    } else {
        format!("{why}、{reviewer}の担当に連絡し、差し戻してもらってください。")
    };
    match record.status {
        _ if !open && changes => format!("回答の修正の受付は終わりました。{file}"),
        _ if !open => "この調査は終わりました。することはありません。".to_owned(),
        S::Submitted => format!(
            "{reviewer}が内容を確かめます。直してほしいところがあれば、理由を付けて差し戻します。確認が始まるまでは、取り下げて直すことができます。"
        ),
        S::UnderReview | S::SentBack => format!(
            "{reviewer}が内容を確かめています。直してほしいところがあれば、理由を付けて差し戻します。{mend}"
        ),
        S::Accepted => format!("{reviewer}が受け付けました。いま、することはありません。{mend}"),
        S::Returned => {
            format!(
                "{form}を開き、差戻しの理由を確かめて直し、もう一度提出してください。提出するまでは「未提出」です。"
            )
        }
        S::Draft | S::NotStarted => {
            format!("{form}を開いて直し、もう一度提出してください。提出するまでは「未提出」です。")
        }
    }
}

/// The deadline it was measured by, and the one of today where it has moved since.
fn deadline_of(revision: &Revision, today: Date) -> String {
    let now = japan_time::deadline_label(today);
    match revision.lateness().judged_on {
        Some(day) if day != today => {
            let then = japan_time::deadline_label(day);
            format!("{then}（最初に提出したときの締切。いまの締切は{now}）")
        }
        _ => now,
    }
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
    let came_from = (revision.intake_file, revision.by_proxy);
    let source = SourceView::find(&state, (record.id, revision.number), came_from).await?;
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
    let reviewer = reviewer_name(&record);
    let now = state.desk.now();
    let open = record.takes_answers(now);
    let changes = takes_changes(&record.edition, record.status, now);
    let what_next = if newest {
        what_next(&record, open, changes)
    } else {
        format!(
            "いまの回答は第{}版です。{}の画面から、新しい受付票を開いてください。",
            record.revision_number,
            definition.words().form
        )
    };
    html(&ReceiptPage {
        page: page::signed_in(&state, &session, "受付票", &[]),
        number: revision.receipt.clone(),
        form_word: definition.words().form,
        edition_title: definition.title.clone(),
        body_name: record.name.clone(),
        body_code: code.to_string(),
        revision: revision.number,
        submitted_at: japan_time::datetime_label(revision.submitted_at),
        submitted_by: revision.submitted_by_label(),
        late: revision.lateness().label(),
        deadline: deadline_of(&revision, record.deadline_on),
        reviewer: reviewer.to_owned(),
        office: definition.office.clone(),
        state_note,
        what_next,
        form_path: format!("/editions/{key}/form1"),
        is_own: relation == Relation::Own,
        source,
        by_proxy: revision.by_proxy,
        objection_href: if revision.correction.is_some() && newest && relation == Relation::Own {
            format!("/editions/{key}/form1/objection")
        } else {
            String::new()
        },
        correction: revision
            .correction
            .as_ref()
            .map(|it| (correction_label(it.by), it.reason.clone())),
        notice_href: revision
            .intent_change
            .map(|id| format!("/changes/{id}"))
            .unwrap_or_default(),
        change_href: if changes
            && newest
            && relation == Relation::Own
            && session.actor.department.is_empty()
        {
            format!("/editions/{key}/changes/new")
        } else {
            String::new()
        },
        answer: AnswerView::new(definition, &record.class, &revision.form)
            .with_answered(&Answered::of(&state, &session.actor, &record).await?),
        warnings: revision
            .confirmed_warnings
            .iter()
            .map(|w| w.message.clone())
            .collect(),
    })
}
