//! `/inquiries/{inquiry}`: one thread, and what can be done with it.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{MENU, State, Typed, place_label, read_entry, reviews, state_tag};
use crate::domain::inquiry::{Entry, EntryField, InquiryEvent, Visibility};
use crate::domain::japan_time;
use crate::web::error::{WebError, WebResult};
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, StatusTag, TextField};
use crate::web::view_select::SelectField;
use crate::workflow::WorkflowError;
use crate::workflow::inquiries::{InquiryError, SeenInquiry, Step, step_inquiry, view_inquiry};

/// Said where somebody else wrote first.
const OVERTAKEN: &str = "画面を開いたあとに、ほかの人の書き込みがあったため、まだ送っていません。入力した文は残っています。やりとりを確かめて、よければもう一度押してください。";

#[derive(Template)]
#[template(path = "inquiries/one.html")]
struct InquiryPage {
    page: Page,
    problems: Vec<Problem>,
    path: String,
    version: i32,
    body_name: String,
    code: String,
    edition_title: String,
    place_label: String,
    tag: StatusTag,
    /// The body's answer, for a reviewer; else empty.
    answer_href: String,
    entries: Vec<EntryView>,
    /// The form that answers, asks or takes up again; its button is one of these.
    can_ask: bool,
    can_answer: bool,
    can_pass_on: bool,
    can_note: bool,
    can_close: bool,
    can_reopen: bool,
    /// Taking the thread up again is a question.
    is_own: bool,
    reviews: bool,
    words: TextField,
    note_words: TextField,
    visibility: SelectField,
    call_fields: [TextField; 3],
    /// A comment or a call was typed and has to be mended.
    note_open: bool,
    publish_href: String,
    published: Vec<(String, bool)>,
    /// None of them stands.
    can_publish_again: bool,
}

struct EntryView {
    at: String,
    label: &'static str,
    who: String,
    words: String,
    /// 「都道府県と国だけ」; empty where the body reads it too.
    only_for: &'static str,
    /// 「令和9年2月1日（月） 14:30　福祉課の担当」; empty if it is no call.
    call: String,
}

#[derive(Default, serde::Deserialize)]
pub struct InquiryQuery {
    notice: Option<String>,
    kept: Option<String>,
}

fn id_of(text: &str) -> WebResult<i64> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// The event a button stands for, and what is said afterwards.
fn event_of(text: &str) -> WebResult<(InquiryEvent, &'static str)> {
    Ok(match text {
        "ask" => (InquiryEvent::Ask, "inquiry-sent"),
        "answer" => (InquiryEvent::Answer, "inquiry-answered"),
        "pass-on" => (InquiryEvent::PassOn, "inquiry-passed-on"),
        "comment" | "call" => (InquiryEvent::Note, "inquiry-noted"),
        "close" => (InquiryEvent::Close, "inquiry-closed"),
        "reopen" => (InquiryEvent::Reopen, "inquiry-reopened"),
        _ => return Err(WebError::BadRequest),
    })
}

/// GET `/inquiries/{inquiry}`.
pub async fn inquiry(
    state: State,
    session: Session,
    id: web::Path<String>,
    query: web::Query<InquiryQuery>,
) -> WebResult {
    let id = id_of(&id)?;
    let seen = view_inquiry(&state.desk, &session.actor, id).await?;
    let path = format!("{MENU}/{id}");
    let kept = kept_form(&state, &session, &path, query.kept.as_deref()).await?;
    let typed = kept.map_or_else(Typed::default, |form| Typed {
        input: read_entry(&form, form.text("do") == "call"),
        is_note: matches!(form.text("do"), "comment" | "call"),
        ..Typed::default()
    });
    let notice = query.notice.as_deref();
    show(&state, &session, StatusCode::OK, &seen, (&typed, notice)).await
}

/// POST `/inquiries/{inquiry}`.
pub async fn step(state: State, post: Post, id: web::Path<String>) -> WebResult {
    let Post { session, form } = post;
    let id = id_of(&id)?;
    let (event, notice) = event_of(form.text("do"))?;
    let input = read_entry(&form, form.text("do") == "call");
    let step = Step {
        event,
        version: form.value("version")?,
        shown: form.text("shown").parse().unwrap_or(0),
        input: &input,
    };
    let (status, problems) = match step_inquiry(&state.desk, &session.actor, id, step).await {
        Ok(()) => return Ok(see_other(&format!("{MENU}/{id}?notice={notice}"))),
        Err(InquiryError::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        // What was typed stays, beside what was written meanwhile.
        Err(InquiryError::Refused(_) | InquiryError::Workflow(WorkflowError::Stale)) => {
            let problem = (EntryField::Words, OVERTAKEN.to_owned());
            (StatusCode::CONFLICT, vec![problem])
        }
        Err(InquiryError::Workflow(error)) => return Err(error.into()),
    };
    let seen = view_inquiry(&state.desk, &session.actor, id).await?;
    let typed = Typed {
        input,
        problems,
        is_note: event == InquiryEvent::Note,
    };
    show(&state, &session, status, &seen, (&typed, None)).await
}

async fn show(
    state: &State,
    session: &Session,
    status: StatusCode,
    seen: &SeenInquiry,
    (typed, notice): (&Typed, Option<&str>),
) -> WebResult {
    let inquiry = &seen.inquiry;
    let edition = seen.edition.as_ref();
    let label = place_label(edition, inquiry.place.as_ref());
    let is_own = seen.relation == crate::domain::access::Relation::Own;
    let can_answer = seen.may(InquiryEvent::Answer);
    let can_publish = reviews(session) && !is_own && inquiry.audience == Visibility::Shared;
    let published: Vec<(String, bool)> = if can_publish {
        let records = state.desk.store.published_of_inquiry(inquiry.id).await?;
        let audience = crate::domain::published_answer::Audience::of_publisher(&session.actor);
        let own = records.into_iter();
        own.filter(|record| Some(record.audience) == audience)
            .map(|record| {
                let href = format!("/help/answers/{}", record.id);
                (href, record.withdrawn_at.is_some())
            })
            .collect()
    } else {
        Vec::new()
    };
    let (words, note_words) = if can_answer {
        typed.both_words(
            "回答",
            "団体の画面に表示されます。国へ引き継ぐときは、国への補足を書けます（補足は団体に表示されません）。",
        )
    } else {
        typed.both_words(
            "質問・返事",
            "個人の名前や受給者の情報は書かないでください。",
        )
    };
    let title = format!("{}の質問・連絡（{label}）", inquiry.name);
    let mut page = page::signed_in(state, session, &title, &[("質問・連絡", MENU)])
        .in_section(MENU)
        .with_notice(notice);
    page.has_errors = !typed.problems.is_empty();
    let today = state.desk.now().japan_date().to_string();
    html_with(
        status,
        &InquiryPage {
            page,
            problems: typed.list(),
            path: format!("{MENU}/{}", inquiry.id),
            version: inquiry.version,
            body_name: inquiry.name.clone(),
            code: inquiry.code.to_string(),
            edition_title: edition
                .map(|edition| edition.definition.title.clone())
                .unwrap_or_default(),
            place_label: label,
            tag: state_tag(inquiry.state),
            answer_href: match edition {
                Some(edition) if !is_own => {
                    format!("/editions/{}/answers/{}", edition.key, inquiry.code)
                }
                _ => String::new(),
            },
            entries: seen.entries.iter().map(view).collect(),
            can_ask: seen.may(InquiryEvent::Ask),
            can_answer,
            can_pass_on: seen.may(InquiryEvent::PassOn),
            can_note: seen.may(InquiryEvent::Note),
            can_close: seen.may(InquiryEvent::Close),
            can_reopen: seen.may(InquiryEvent::Reopen),
            is_own,
            reviews: reviews(session) && !is_own,
            words,
            note_words,
            visibility: typed.visibility(),
            call_fields: typed.call(&today),
            note_open: typed.is_note,
            // Withdrawn, it may be published again.
            can_publish_again: published.iter().all(|(_, withdrawn)| *withdrawn),
            publish_href: if can_publish {
                format!("/help/answers/new?inquiry={}", inquiry.id)
            } else {
                String::new()
            },
            published,
        },
    )
}

fn view(entry: &Entry) -> EntryView {
    EntryView {
        at: japan_time::datetime_label(entry.at),
        label: entry.kind.label(),
        who: format!("{} {}", entry.by_body, entry.by),
        words: entry.words.clone(),
        only_for: match entry.visibility {
            Visibility::Shared => "",
            narrow => narrow.label(),
        },
        call: entry.call.as_ref().map_or_else(String::new, |call| {
            let day = japan_time::date_label(call.on);
            format!("{day} {}　{}", call.time, call.with)
        }),
    }
}
