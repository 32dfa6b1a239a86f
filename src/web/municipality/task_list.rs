//! GET `/editions/{key}/form1`: the parts of the form and how far each is.

use actix_web::web;
use askama::Template;
use jiff::civil::Date;

use super::receipt::what_next;
use super::sign_off_view::{SignOffView, with_people};
use super::{FormQuery, State, form_path};
use crate::domain::access::Relation;
use crate::domain::form_words::FormWords;
use crate::domain::intent_change::takes_changes;
use crate::domain::japan_time;
use crate::domain::place::Section;
use crate::domain::reminder::Owing;
use crate::domain::response::{self, Draft, Reading};
use crate::domain::response_status::ResponseStatus;
use crate::domain::return_request::ReturnRequest;
use crate::domain::revision::{correction_label, receipt_number, receipt_path};
use crate::store::intent_changes::ChangeHead;
use crate::store::responses::ResponseRecord;
use crate::web::changes::state_tag;
use crate::web::error::WebResult;
use crate::web::page::{self, html, own_status_tag};
use crate::web::review::request_view::{RequestView, views};
use crate::web::session::OwnResponse;
use crate::web::source_view::SourceView;
use crate::web::view::{Page, StatusTag};

#[derive(Template)]
#[template(path = "municipality/task_list.html")]
struct TaskListPage {
    page: Page,
    words: &'static FormWords,
    /// How many parts there are to fill in: 3つ.
    parts: &'static str,
    body_name: String,
    edition_title: String,
    form_path: String,
    tag: StatusTag,
    unsubmitted: Option<Unsubmitted>,
    tasks: Vec<Task>,
    /// 決裁; `None` where the body does not use it.
    sign_off: Option<SignOffView>,
    /// Departments with rows, and whether they said they are done: for the liaison desk.
    departments: Vec<Department>,
    /// The visitor's department; empty for the liaison desk.
    department: String,
    /// All parts are complete; the check page leads to submission.
    is_complete: bool,
    editable: bool,
    can_submit_no_plan: bool,
    can_withdraw: bool,
    version: i32,
    reasons: Vec<Reason>,
    /// The newest revision is a reviewer's correction: what it is called, and why.
    correction: Option<(&'static str, String)>,
    /// What was asked of the body, and what it said against a correction.
    requests: Vec<RequestView>,
    returned_by: String,
    receipt: Option<Submitted>,
    /// What happens next with a submitted answer; empty while it owes.
    what_next: String,
    closed: bool,
    /// Until when this body alone may answer, and why.
    reopened: Option<(String, String)>,
    has_history: bool,
    /// Where the newest submission came from, if not from the page.
    source: Option<SourceView>,
    /// The file the draft was taken from: name and address.
    draft_file: Option<(String, String)>,
    upload_path: String,
    files: Vec<FormFile>,
    /// Where a change of intent is filed; empty where it cannot be.
    change_href: String,
    /// The notices filed before, newest first.
    notices: Vec<NoticeLine>,
}

/// A notice of a change of intent.
struct NoticeLine {
    href: String,
    label: String,
    tag: StatusTag,
}

/// A form that can be taken out as a workbook.
struct FormFile {
    what: &'static str,
    label: &'static str,
    hint: &'static str,
}

/// The banner that a draft is not a submission.
pub struct Unsubmitted {
    pub text: &'static str,
    pub deadline: String,
    pub days_left: String,
    pub is_overdue: bool,
}

struct Task {
    label: &'static str,
    href: String,
    hint: String,
    tag: StatusTag,
}

/// A department with rows of part 3.
struct Department {
    label: String,
    rows: String,
    tag: StatusTag,
    said: String,
}

struct Reason {
    label: String,
    href: String,
    reason: String,
}

struct Submitted {
    number: String,
    at: String,
    href: String,
}

/// How far a part is: its chip and a word about it.
pub fn section_tag(
    draft: &Draft,
    reading: &Reading,
    open_return: Option<&ReturnRequest>,
    section: Section,
    words: &FormWords,
) -> (StatusTag, String) {
    let tag = |label: &str, css| StatusTag {
        label: label.to_owned(),
        css,
    };
    if draft.is_prefilled(section) {
        return (
            tag("確認してください", "todo"),
            format!("{}が入っています", words.earlier),
        );
    }
    let Some(save) = draft.saves.get(&section) else {
        return (tag("未着手", "not-started"), String::new());
    };
    let saved = format!("{} {}が保存", japan_time::short_label(save.at), save.by);
    let unanswered = open_return.is_some_and(|request| request.awaits(section, save.at));
    match reading.problems_of(section).len() {
        0 if unanswered => (
            tag("要修正", "fix"),
            "差戻しの理由があります。直すか、確かめて保存してください。".to_owned(),
        ),
        0 => (done_tag(), saved),
        count => (
            tag("要修正", "fix"),
            format!("直すところが{count}か所あります。{saved}"),
        ),
    }
}

fn done_tag() -> StatusTag {
    StatusTag {
        label: "完了".to_owned(),
        css: "done",
    }
}

/// What an answer to a return that was withdrawn is told.
pub const RETURN_TAKEN_BACK: &str = "差戻しに答えた提出を取り下げています。直したあと、もう一度提出してください。依頼への回答は、下書きとして残っています。";

/// The banner for an answer that is not submitted; `None` once it is.
pub fn unsubmitted(record: &ResponseRecord, now: japan_time::UnixMillis) -> Option<Unsubmitted> {
    let today = now.japan_date();
    record.status.is_owing().then(|| Unsubmitted {
        text: match record.status {
            ResponseStatus::Returned => {
                "差し戻された回答です。直したあと、もう一度提出してください。"
            }
            ResponseStatus::Draft if record.open_return.is_some() => RETURN_TAKEN_BACK,
            _ => "この回答は、まだ提出されていません。",
        },
        deadline: japan_time::deadline_label(own_deadline(record, today)),
        days_left: japan_time::days_left_label(today, own_deadline(record, today)),
        is_overdue: today > own_deadline(record, today),
    })
}

/// The day the body is told: once its deadline has passed, that of its 再受付 or the last one for changes.
fn own_deadline(record: &ResponseRecord, today: Date) -> Date {
    let owing = Owing {
        status: record.status,
        deadline_on: record.deadline_on,
        last_change_on: record.edition.dates.last_change_on,
        reopened_until: record.reopened.as_ref().map(|reopening| reopening.until),
        returned_on: record.open_return.as_ref().map(|it| it.at.japan_date()),
    };
    owing.asked_until(today)
}

/// GET `/editions/{key}/form1`.
pub async fn task_list(state: State, own: OwnResponse, query: web::Query<FormQuery>) -> WebResult {
    let OwnResponse { session, record } = own;
    let key = record.edition.key.clone();
    let now = state.desk.now();
    let draft = record.draft_or_prefill();
    let reading = response::read(&record.edition.definition, &record.class, &draft.input);
    let open = record.takes_answers(now);
    let editable = open && record.status.is_editable();
    let may_change =
        takes_changes(&record.edition, record.status, now) && session.actor.department.is_empty();
    let waiting = matches!(
        record.status,
        ResponseStatus::Returned | ResponseStatus::Draft
    );
    let open_return = record.open_return.as_ref().filter(|_| waiting);
    let words = record.edition.definition.words();
    let sections = record.edition.definition.sections(&record.class);
    let tasks = sections
        .iter()
        .copied()
        .map(|section| {
            let (mut tag, mut hint) = section_tag(&draft, &reading, open_return, section, words);
            if record.status.is_received() && tag.css == "fix" {
                // What was sent was whole; this was typed in a reopening and not sent in time.
                tag = done_tag();
                hint = "期限までに提出しなかった変更が、下書きに残っています".to_owned();
            }
            let own = session.actor.department.is_empty() || section == Section::Schemes;
            let href = if editable && own {
                form_path(&key, section.key())
            } else {
                String::new()
            };
            Task {
                label: section.label(),
                href,
                hint,
                tag,
            }
        })
        .collect();
    let department = session.actor.department.clone();
    let in_department = !department.is_empty();
    let departments = departments(&record, &draft);
    let actor = &session.actor;
    let sign_off = with_people(&state, &record, actor, String::new(), Vec::new()).await?;
    let all_saved = sections.iter().all(|section| draft.version(*section) > 0);
    let definition = &record.edition.definition;
    let reasons = open_return
        .map_or(&[][..], |request| &request.items)
        .iter()
        .map(|item| Reason {
            label: definition.place_label(&item.place),
            href: format!(
                "{}#{}",
                form_path(&key, item.place.section().key()),
                item.place.html_id()
            ),
            reason: item.reason.clone(),
        });
    let receipt = record
        .submitted_at
        .filter(|_| record.status.is_received())
        .map(|at| {
            let (edition, code) = (&record.edition, record.code());
            let number = receipt_number(edition, code, record.revision_number);
            Submitted {
                href: receipt_path(&number),
                number,
                at: japan_time::datetime_label(at),
            }
        });
    let store = &state.desk.store;
    let source = match &receipt {
        Some(_) => {
            let newest = (record.id, record.revision_number);
            let came_from = store.revision_source(newest.0, newest.1).await?;
            SourceView::find(&state, newest, came_from).await?
        }
        None => None,
    };
    let draft_file = match draft.from_file.filter(|_| receipt.is_none()) {
        Some(id) => store.file_source(Some(id)).await?,
        None => None,
    };
    let notices = match record.revision_number {
        0 => Vec::new(),
        _ => store.changes_of_answer(record.id).await?,
    };
    let correction = match &receipt {
        Some(_) => {
            let found = store.correction_of(record.id, record.revision_number);
            found.await?
        }
        None => None,
    };
    let requests = match record.revision_number {
        0 => Vec::new(),
        _ => store.requests(record.id).await?,
    };
    let requests = views(&record, Relation::Own, &requests, now.japan_date());
    let has_requests = requests
        .iter()
        .any(|request| !request.field_href.is_empty());
    let title = format!("{}（{}）", words.form, definition.short_title);
    html(&TaskListPage {
        words,
        parts: ["0つ", "1つ", "2つ", "3つ", "4つ"]
            .get(sections.len())
            .copied()
            .unwrap_or("すべて"),
        page: page::signed_in(&state, &session, &title, &[])
            .in_section("/home")
            .with_notice(query.notice.as_deref()),
        body_name: record.name.clone(),
        edition_title: definition.title.clone(),
        form_path: form_path(&key, ""),
        tag: own_status_tag(record.status),
        unsubmitted: unsubmitted(&record, now).filter(|_| open),
        tasks,
        sign_off: sign_off.filter(|_| open),
        departments,
        is_complete: all_saved && reading.form.is_some(),
        editable,
        can_submit_no_plan: editable
            && draft.saves.is_empty()
            && !in_department
            && definition.asks_intent(),
        can_withdraw: open && record.status == ResponseStatus::Submitted && !in_department,
        department,
        version: record.version,
        // The requests say more.
        reasons: if has_requests {
            Vec::new()
        } else {
            reasons.collect()
        },
        requests,
        correction: correction.map(|it| (correction_label(it.by), it.reason)),
        returned_by: open_return
            .map(|request| request.body.clone())
            .unwrap_or_default(),
        what_next: if receipt.is_some() {
            what_next(&record, open, may_change)
        } else {
            String::new()
        },
        receipt,
        source,
        draft_file: draft_file.map(|file| (file.name, format!("/files/{}", file.id))),
        upload_path: format!("/editions/{key}/upload"),
        closed: !open,
        reopened: record
            .reopened
            .as_ref()
            .map(|r| (japan_time::deadline_label(r.until), r.reason.clone())),
        has_history: record.revision_number > 0,
        files: files(&record, &draft, editable),
        change_href: if may_change {
            format!("/editions/{key}/changes/new")
        } else {
            String::new()
        },
        notices: notices.iter().rev().map(notice_line).collect(),
    })
}

/// Who has rows to fill in, and who said that they are.
fn departments(record: &ResponseRecord, draft: &Draft) -> Vec<Department> {
    let definition = &record.edition.definition;
    let parts = record.duties.parts(definition, &draft.departments);
    let lines = parts.into_iter().map(|part| {
        let (label, css) = match part.done {
            Some(_) => ("入力済", "done"),
            None => ("未", "todo"),
        };
        Department {
            label: part.label,
            rows: part.rows.join("、"),
            tag: StatusTag {
                label: label.to_owned(),
                css,
            },
            said: part.done.map_or_else(String::new, |done| {
                format!("{} {}", japan_time::short_label(done.at), done.by)
            }),
        }
    });
    lines.collect()
}

fn notice_line(head: &ChangeHead) -> NoticeLine {
    let filed_at = japan_time::datetime_label(head.filed_at);
    NoticeLine {
        href: format!("/changes/{}", head.id),
        label: format!("意向の変更（第{}号）　{filed_at}", head.number),
        tag: state_tag(head.state),
    }
}

/// The workbooks there are of this answer, the likeliest first.
fn files(record: &ResponseRecord, draft: &Draft, editable: bool) -> Vec<FormFile> {
    let withdrawn = matches!(
        record.status,
        ResponseStatus::NotStarted | ResponseStatus::Draft
    );
    let is_intent = record.edition.definition.asks_intent();
    let mut files = Vec::new();
    let mut offer = |there: bool, what, label, hint| {
        if there {
            files.push(FormFile { what, label, hint });
        }
    };
    offer(
        !withdrawn,
        "submitted",
        "提出した内容",
        "受付番号が入ります。",
    );
    offer(
        editable && record.draft.is_some(),
        "draft",
        "いまの下書き",
        "画面で保存したところまで入ります。",
    );
    offer(
        draft.prefilled_from.is_some(),
        "prefilled",
        if is_intent {
            "前回の回答入り"
        } else {
            "意向等調査の回答入り"
        },
        if is_intent {
            "連絡先と医療費助成に、前回の回答が入ります。意向は空欄です。"
        } else {
            "連絡先と、意向等調査で○を付けた医療費助成が入ります。金額は空欄です。"
        },
    );
    offer(true, "blank", "空欄の様式", "コードと名称だけ入ります。");
    files
}
