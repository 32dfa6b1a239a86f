//! The check page, 提出, 取下げ and 予定なし.
//!
//! The check page carries the answer's version. Submitting it twice, from a double click, a reload or
//! the back button, gives the same receipt ([`crate::workflow::submit_response`]).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::frame::named;
use super::questions_page;
use super::replies::{self, ReplyFields};
use super::sign_off_view::{SignOffView, refusal, sign_off_view};
use super::task_list::{Unsubmitted, unsubmitted};
use super::{FormQuery, State, edition_key, form_path, own_response};
use crate::domain::place::{Place, Section};
use crate::domain::response::{self, Draft, Reading};
use crate::domain::revision::receipt_path;
use crate::store::responses::ResponseRecord;
use crate::web::answer_view::TotalsView;
use crate::web::error::WebResult;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{OwnResponse, Post, Session};
use crate::web::view::{Page, Problem};
use crate::workflow::WorkflowError;
use crate::workflow::requests::BodyReply;
use crate::workflow::save_draft::declare_no_plan;
use crate::workflow::submit_response::submit_with_replies;
use crate::workflow::withdraw::withdraw;

#[derive(Template)]
#[template(path = "municipality/check.html")]
struct CheckPage {
    page: Page,
    form_path: String,
    body_name: String,
    body_code: String,
    unsubmitted: Option<Unsubmitted>,
    checked: Checked,
    warnings_error: bool,
    /// What the body says to what it was asked.
    replies: Vec<ReplyFields>,
    version: i32,
    /// 決裁; `None` where the body does not use it.
    sign_off: Option<SignOffView>,
    /// The body uses 決裁; this person may ask for it now, or sign.
    signs: bool,
    can_ask: bool,
    can_sign: bool,
    /// Why the last press did nothing; empty if it did.
    refused: &'static str,
}

/// What the last press came to, where it did not lead on.
#[derive(Default)]
pub(super) struct Attempt {
    pub warnings_error: bool,
    pub refused: &'static str,
    /// What was typed to what the body was asked.
    pub replies: Vec<BodyReply>,
    /// Words with which the draft was to be given back, and what is wrong with them.
    pub words: String,
    pub words_errors: Vec<String>,
}

/// A form before it is submitted: what it says, and what is to be mended or confirmed.
pub(in crate::web) struct Checked {
    pub problems: Vec<Problem>,
    pub warnings: Vec<String>,
    pub sections: Vec<CheckSection>,
    pub totals: TotalsView,
    /// Every part is saved and nothing needs mending.
    pub ready: bool,
}

/// A part of the form.
pub(in crate::web) struct CheckSection {
    /// The id of the link to the part is `part-{key}`.
    pub key: &'static str,
    pub label: &'static str,
    pub href: String,
    pub rows: Vec<CheckRow>,
}

/// What one field will be submitted as.
pub(in crate::web) struct CheckRow {
    pub label: String,
    pub value: String,
    /// What was typed, where it was understood as something else in form.
    pub typed: String,
    pub empty: bool,
    pub href: String,
}

/// GET `/editions/{key}/form1/check`.
pub async fn check(state: State, own: OwnResponse) -> WebResult {
    let OwnResponse { session, record } = own;
    let key = record.edition.key.clone();
    let open = record.takes_answers(state.desk.now());
    if !open || !record.status.is_editable() || !session.actor.department.is_empty() {
        return Ok(see_other(&form_path(&key, "")));
    }
    let attempt = Attempt::default();
    render(&state, &session, &record, StatusCode::OK, attempt).await
}

/// GET `/editions/{key}/form1/submit`: the check page with the replies typed before somebody had to sign in again.
pub async fn submit_again(
    state: State,
    own: OwnResponse,
    request: HttpRequest,
    query: web::Query<FormQuery>,
) -> WebResult {
    let OwnResponse { session, record } = own;
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    let editable = record.takes_answers(state.desk.now()) && record.status.is_editable();
    match kept {
        Some(form) if editable && session.actor.department.is_empty() => {
            let attempt = Attempt {
                replies: replies::read(&form),
                ..Attempt::default()
            };
            render(&state, &session, &record, StatusCode::OK, attempt).await
        }
        _ => Ok(see_other(&form_path(&record.edition.key, ""))),
    }
}

/// POST `/editions/{key}/form1/submit`.
pub async fn submit(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    let Post { session, form } = post;
    let version = form.value("version")?;
    let confirmed = form.has("confirmed");
    let replies = replies::read(&form);
    let actor = &session.actor;
    match submit_with_replies(&state.desk, actor, &key, version, confirmed, &replies).await {
        Ok(receipt) => Ok(see_other(&receipt_path(&receipt))),
        Err(
            error @ (WorkflowError::Invalid(_)
            | WorkflowError::Unfinished(_)
            | WorkflowError::Unconfirmed(_)),
        ) => {
            let record = own_response(&state, &session, &key).await?;
            let attempt = Attempt {
                replies,
                warnings_error: matches!(error, WorkflowError::Unconfirmed(_)),
                ..Attempt::default()
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            render(&state, &session, &record, status, attempt).await
        }
        Err(WorkflowError::NeedsSignOff(stands)) => {
            let record = own_response(&state, &session, &key).await?;
            let attempt = Attempt {
                replies,
                refused: refusal(stands),
                ..Attempt::default()
            };
            render(&state, &session, &record, StatusCode::CONFLICT, attempt).await
        }
        Err(error) => Err(error.into()),
    }
}

/// POST `/editions/{key}/form1/withdraw`.
pub async fn take_back(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    withdraw(
        &state.desk,
        &post.session.actor,
        &key,
        post.form.value("version")?,
    )
    .await?;
    Ok(see_other(&format!(
        "{}?notice=withdrawn",
        form_path(&key, "")
    )))
}

/// POST `/editions/{key}/form1/no-plan`: ③ for the whole form, in one click.
pub async fn no_plan(state: State, post: Post, key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    let draft = declare_no_plan(&state.desk, &post.session.actor, &key).await?;
    let next = if draft.version(Section::Contact) > 0 {
        "check"
    } else {
        "contact?back=check"
    };
    Ok(see_other(&form_path(&key, next)))
}

/// The check page.
pub(super) async fn render(
    state: &State,
    session: &Session,
    record: &ResponseRecord,
    status: StatusCode,
    attempt: Attempt,
) -> WebResult {
    let requests = replies::waiting(state, record).await?;
    let replies = replies::fields(record, &requests, &attempt.replies);
    let key = &record.edition.key;
    let definition = &record.edition.definition;
    let mut page = page::signed_in(
        state,
        session,
        "確認して提出",
        &[(
            &format!("{}（{}）", definition.words().form, definition.short_title),
            &form_path(key, ""),
        )],
    )
    .in_section("/home");
    page.has_errors = status != StatusCode::OK;
    let mut checked = checked(record, &record.draft_or_prefill(), &form_path(key, ""));
    // They are mended on this very page, so the answer is no less ready for them.
    checked.problems.extend(replies::problems(&replies));
    let sign_off = sign_off_view(record, &session.actor, attempt.words, attempt.words_errors);
    let template = CheckPage {
        page,
        form_path: form_path(key, ""),
        body_name: record.name.clone(),
        body_code: record.code().to_string(),
        unsubmitted: unsubmitted(record, state.desk.now()),
        checked,
        replies,
        warnings_error: attempt.warnings_error,
        version: record.version,
        signs: sign_off.is_some(),
        can_ask: sign_off.as_ref().is_some_and(|view| view.can_ask),
        can_sign: sign_off.as_ref().is_some_and(|view| view.can_sign),
        sign_off,
        refused: attempt.refused,
    };
    html_with(status, &template)
}

/// A draft of this body as its check page shows it; `base` is the address under which its parts stand.
pub(in crate::web) fn checked(record: &ResponseRecord, draft: &Draft, base: &str) -> Checked {
    let definition = &record.edition.definition;
    let reading = response::read(definition, &record.class, &draft.input);
    let sections = definition.sections(&record.class);
    let mut problems: Vec<_> = sections
        .iter()
        .copied()
        .filter(|section| draft.version(*section) == 0)
        .map(|section| {
            let text = if draft.is_prefilled(section) {
                format!(
                    "に{}が入っています。開いて確かめ、保存してください。",
                    definition.words().earlier
                )
            } else {
                "がまだ入力されていません。開いて入力してください。".to_owned()
            };
            (section, format!("「{}」{text}", section.label()))
        })
        .collect();
    for problem in &reading.problems {
        let section = problem.place.section();
        if draft.version(section) > 0 {
            let message = named(definition, problem);
            let message = match &problem.place {
                Place::Recipients(_) | Place::Question(_) => message,
                _ => format!("{}：{message}", section.label()),
            };
            problems.push((section, message));
        }
    }
    let problems: Vec<_> = problems
        .into_iter()
        .map(|(section, message)| Problem {
            field_id: format!("part-{}", section.key()),
            message,
        })
        .collect();
    Checked {
        ready: problems.is_empty() && reading.form.is_some(),
        problems,
        warnings: reading
            .warnings
            .iter()
            .chain(&record.duties.doubts(definition, &draft.departments))
            .map(|warning| warning.message.clone())
            .collect(),
        sections: sections
            .iter()
            .copied()
            .map(|section| check_section(record, draft, &reading, (section, base)))
            .collect(),
        totals: TotalsView::new(definition, reading.totals, reading.amounts),
    }
}

fn check_section(
    record: &ResponseRecord,
    draft: &Draft,
    reading: &Reading,
    (section, base): (Section, &str),
) -> CheckSection {
    let definition = &record.edition.definition;
    let href = format!("{base}/{}?back=check", section.key());
    let row = |place: Place, value: String, typed: String| CheckRow {
        label: definition.place_label(&place),
        empty: value.is_empty(),
        typed: if typed == value { String::new() } else { typed },
        value,
        href: format!("{href}#{}", place.html_id()),
    };
    let input = &draft.input;
    let contact = crate::domain::coordination_contact::read(&input.contact).ok();
    let rows = match section {
        Section::Contact => {
            let typed = &input.contact;
            let read =
                |value: Option<String>, typed: &str| value.unwrap_or_else(|| typed.to_owned());
            let department = contact.as_ref().map(|c| c.department.clone());
            let email = contact.as_ref().map(|c| c.email.to_string());
            let phone = contact.as_ref().map(|c| c.phone.to_string());
            vec![
                row(
                    Place::Department,
                    read(department, &typed.department),
                    typed.department.clone(),
                ),
                row(Place::Email, read(email, &typed.email), typed.email.clone()),
                row(Place::Phone, read(phone, &typed.phone), typed.phone.clone()),
            ]
        }
        Section::Intent => {
            let labels: Vec<_> = input
                .intent
                .intents
                .iter()
                .map(|intent| definition.intent_label(*intent))
                .collect();
            let mut rows = vec![row(
                Place::Section(section),
                labels.join("、"),
                labels.join("、"),
            )];
            if !input.intent.text.trim().is_empty() {
                let text = input.intent.text.trim().to_owned();
                rows.push(row(Place::IntentText, text.clone(), text));
            }
            rows
        }
        Section::Schemes => scheme_rows(record, draft, reading, row),
        Section::Questions => questions_page::check_rows(record, draft)
            .map(|(place, value, typed)| CheckRow {
                typed,
                ..row(place, value, String::new())
            })
            .collect(),
    };
    CheckSection {
        key: section.key(),
        label: section.label(),
        href,
        rows,
    }
}

fn scheme_rows(
    record: &ResponseRecord,
    draft: &Draft,
    reading: &Reading,
    row: impl Fn(Place, String, String) -> CheckRow,
) -> Vec<CheckRow> {
    use crate::domain::recipient_count::Reading as CountReading;
    let definition = &record.edition.definition;
    let words = definition.words();
    let input = &draft.input.schemes;
    let mut rows = Vec::new();
    for scheme in definition.rows.iter().map(|row| &row.scheme) {
        let Some(typed) = input.rows.get(scheme) else {
            continue;
        };
        let mark = if typed.target { "○" } else { "―" };
        let plain = typed.recipients.trim();
        let (count, shown) = match definition.parse_number(&typed.recipients) {
            Ok(CountReading::Known { count, normalised }) => (
                format!("{count}{}", words.unit),
                if normalised { plain } else { "" },
            ),
            Ok(CountReading::Unknown) if typed.target || !plain.is_empty() => {
                (format!("{}は不明", words.number), plain)
            }
            Ok(CountReading::Unknown) => continue,
            Err(_) => (plain.to_owned(), ""),
        };
        let value = format!("{mark} {count}");
        let mut line = row(Place::Scheme(scheme.clone()), value, String::new());
        line.typed = shown.to_owned();
        rows.push(line);
    }
    if !input.other_text.trim().is_empty() {
        let text = input.other_text.trim().to_owned();
        rows.push(row(Place::OtherText, text.clone(), text));
    }
    if rows.is_empty() && reading.totals.targets == 0 {
        let none = "○はありません".to_owned();
        rows.push(row(Place::Section(Section::Schemes), none.clone(), none));
    }
    rows
}

/// GET of an address that only takes a POST: where somebody lands who signed in again on the way.
pub async fn back(key: web::Path<String>) -> WebResult {
    let key = edition_key(&key)?;
    Ok(see_other(&form_path(&key, "")))
}
