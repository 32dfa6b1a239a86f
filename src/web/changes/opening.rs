//! Whether a body can type a notice now: what it starts from, or why there is no page to type into.

use actix_web::http::StatusCode;
use askama::Template;

use super::{MENU, State};
use crate::domain::intent_change::takes_changes;
use crate::domain::japan_time;
use crate::domain::response::Form1;
use crate::domain::survey_edition::EditionState;
use crate::store::intent_changes::ChangeHead;
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::receipt::reviewer_name;
use crate::web::page::{self, html_with};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::intent_change::NoticeBase;

#[derive(Template)]
#[template(path = "changes/not_now.html")]
struct NotNowPage {
    page: Page,
    text: String,
    href: String,
    label: &'static str,
}

/// Everything a page of a notice is made from.
pub(super) struct Opened {
    pub record: ResponseRecord,
    pub base_form: Form1,
    pub base: NoticeBase,
}

/// Why there is no page to type into.
pub(super) enum Blocked {
    NotNow(Box<ResponseRecord>),
    Waiting(i64),
    /// The visitor speaks for a department, not for the body.
    Department(Box<ResponseRecord>),
}

impl Blocked {
    pub fn page(self, state: &State, session: &Session, status: StatusCode) -> WebResult {
        let (text, href, label) = match self {
            Self::Waiting(id) => (
                "前に届け出た意向の変更が、まだ決まっていません。内容を直すときは、前の届出を取り下げてから、もう一度届け出てください。"
                    .to_owned(),
                format!("{MENU}/{id}"),
                "前の届出を見る",
            ),
            Self::Department(record) => {
                let form = format!("/editions/{}/form1", record.edition.key);
                (
                    "意向の変更は、とりまとめの担当（部署に属さない担当）が、団体として届け出ます。変わったことは、とりまとめの担当にお伝えください。いまの回答は、そのまま残っています。"
                        .to_owned(),
                    form,
                    "様式1のページへ",
                )
            }
            Self::NotNow(record) => {
                let reviewer = reviewer_name(&record);
                let edition = &record.edition;
                let deadline = edition.dates.deadline_on;
                let text = if !record.status.is_received() {
                    "提出された回答がないため、意向の変更は届け出られません。".to_owned()
                } else if edition.state == EditionState::Open {
                    format!(
                        "意向の変更は、提出期限（{}）のあとに届け出られます。いまは、{reviewer}の担当に連絡して差し戻してもらうと、回答を直せます。",
                        japan_time::deadline_label(deadline)
                    )
                } else {
                    "この調査回では、意向の変更を届け出られません。".to_owned()
                };
                let form = format!("/editions/{}/form1", edition.key);
                (text, form, "様式1のページへ")
            }
        };
        let page = page::signed_in(state, session, "意向の変更の届出", &[]).in_section("/home");
        html_with(
            status,
            &NotNowPage {
                page,
                text,
                href,
                label,
            },
        )
    }
}

/// The answer and what a notice about it starts from, if one is taken now.
pub(super) async fn open(
    state: &State,
    session: &Session,
    record: ResponseRecord,
) -> WebResult<Result<Opened, Blocked>> {
    if !session.actor.department.is_empty() {
        return Ok(Err(Blocked::Department(Box::new(record))));
    }
    let store = &state.desk.store;
    let filed = store.changes_of_answer(record.id).await?;
    if let Some(waiting) = filed.iter().find(|head| head.state.is_open()) {
        return Ok(Err(Blocked::Waiting(waiting.id)));
    }
    if !takes_changes(&record.edition, record.status, state.desk.now()) {
        return Ok(Err(Blocked::NotNow(Box::new(record))));
    }
    let number = record.revision_number;
    let revision = store.revision(record.id, number).await?;
    let revision = revision.ok_or(WebError::NotFound)?;
    Ok(Ok(Opened {
        base: NoticeBase {
            revision: number,
            filed: filed.last().map_or(0, |head: &ChangeHead| head.number),
        },
        base_form: revision.form,
        record,
    }))
}
