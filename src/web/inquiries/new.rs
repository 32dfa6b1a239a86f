//! `/inquiries/new`: a body's question at a place of its form, or a reviewer's comment or call about an answer.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::{MENU, State, Typed, place_label, read_entry};
use crate::domain::inquiry::{InquiryEvent, item_of};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::Route;
use crate::domain::place::Place;
use crate::domain::published_answer::Readership;
use crate::domain::survey_edition::EditionKey;
use crate::store::published_answers::PublishedFilter;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, TextField};
use crate::web::view_select::SelectField;
use crate::workflow::inquiries::{InquiryError, Opening, Target, begin_inquiry, target};

/// Published answers shown before a question is sent.
const SUGGESTIONS: u64 = 5;

#[derive(Template)]
#[template(path = "inquiries/new.html")]
struct NewPage {
    page: Page,
    problems: Vec<Problem>,
    /// The visitor asks for its own body; else it notes something about another's answer.
    asks: bool,
    receiver: &'static str,
    through_prefecture: bool,
    body_name: String,
    edition_title: String,
    place_label: String,
    edition: String,
    place: String,
    /// Code of the body a reviewer writes about; empty for one's own.
    body: String,
    once: String,
    suggestions: Vec<Suggestion>,
    words: TextField,
    visibility: SelectField,
    call_fields: [TextField; 3],
    call_open: bool,
}

/// A published answer.
pub struct Suggestion {
    pub question: String,
    pub answer: String,
}

/// What the address or the form says the thread is about.
struct About {
    edition: Option<EditionKey>,
    place: Option<Place>,
    body: Option<LocalGovernmentCode>,
    once: String,
}

impl About {
    /// `body`: the name under which the code of another's body comes.
    fn read(form: &FormData, body: &str, once: String) -> WebResult<Self> {
        fn given<T: std::str::FromStr>(text: &str) -> WebResult<Option<T>> {
            match text {
                "" => Ok(None),
                text => text.parse().map(Some).map_err(|_| WebError::NotFound),
            }
        }
        Ok(Self {
            edition: given(form.text("edition"))?,
            place: given(form.text("place"))?,
            body: given(form.text(body))?,
            once,
        })
    }
}

/// GET `/inquiries/new?edition=…&place=…`; with `code=…` about another's answer.
pub async fn form(request: HttpRequest, state: State, session: Session) -> WebResult {
    let query = FormData::parse(request.query_string())?;
    let path = format!("{MENU}/new");
    let kept = Some(query.text("kept")).filter(|id| !id.is_empty());
    let kept = kept_form(&state, &session, &path, kept).await?;
    let (about, typed) = match &kept {
        Some(form) => {
            let once = form.text("once").to_owned();
            let input = read_entry(form, form.text("do") == "call");
            let typed = Typed {
                input,
                ..Typed::default()
            };
            (About::read(form, "body", once)?, typed)
        }
        None => {
            let once = session.actor.request_id.clone();
            (About::read(&query, "code", once)?, Typed::default())
        }
    };
    show(&state, &session, StatusCode::OK, &about, &typed).await
}

/// POST `/inquiries/new`: `do` is `call` where a telephone call is recorded.
pub async fn send(state: State, post: Post) -> WebResult {
    let Post { session, form } = post;
    let once = form.text("once");
    if once.len() > 100 {
        return Err(WebError::BadRequest);
    }
    let about = About::read(&form, "body", once.to_owned())?;
    let input = read_entry(&form, form.text("do") == "call");
    let opening = Opening {
        edition: about.edition.as_ref(),
        about: about.body,
        place: about.place.as_ref(),
        once: &about.once,
    };
    let problems = match begin_inquiry(&state.desk, &session.actor, opening, &input).await {
        Ok(id) => return Ok(see_other(&format!("{MENU}/{id}?notice=inquiry-sent"))),
        Err(InquiryError::Invalid(problems)) => problems,
        Err(InquiryError::Refused(_)) => return Err(WebError::Conflict),
        Err(InquiryError::Workflow(error)) => return Err(error.into()),
    };
    let typed = Typed {
        input,
        problems,
        is_note: false,
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    show(&state, &session, status, &about, &typed).await
}

async fn show(
    state: &web::Data<crate::web::state::AppState>,
    session: &Session,
    status: StatusCode,
    about: &About,
    typed: &Typed,
) -> WebResult {
    let edition = about.edition.as_ref();
    let target = target(&state.desk, &session.actor, edition, about.body).await?;
    if target.place_label(about.place.as_ref()).is_none() {
        return Err(WebError::NotFound);
    }
    let asks = target.opening() == InquiryEvent::Ask;
    let title = if asks {
        "質問する"
    } else {
        "コメント・電話の記録"
    };
    let mut page = page::signed_in(state, session, title, &[("質問・連絡", MENU)]).in_section(MENU);
    page.has_errors = !typed.problems.is_empty();
    let through_prefecture = target.route == Route::ThroughPrefecture;
    let today = state.desk.now().japan_date().to_string();
    html_with(
        status,
        &NewPage {
            page,
            problems: typed.list(),
            asks,
            receiver: if through_prefecture {
                target.code.prefecture().name()
            } else {
                "厚生労働省"
            },
            through_prefecture,
            place_label: place_label(target.edition.as_ref(), about.place.as_ref()),
            edition_title: target
                .edition
                .as_ref()
                .map(|edition| edition.definition.title.clone())
                .unwrap_or_default(),
            edition: about
                .edition
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            place: about
                .place
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            body: about.body.map(|code| code.to_string()).unwrap_or_default(),
            once: about.once.clone(),
            suggestions: suggestions(state, session, &target, about).await?,
            words: if asks {
                typed.words(
                    "質問",
                    "2,000文字まで入力できます。個人の名前や受給者の情報は書かないでください。",
                )
            } else {
                typed.words("内容", "2,000文字まで入力できます。")
            },
            visibility: typed.visibility(),
            call_fields: typed.call(&today),
            call_open: typed.input.call.is_some(),
            body_name: target.name,
        },
    )
}

/// Published answers about the same item.
async fn suggestions(
    state: &web::Data<crate::web::state::AppState>,
    session: &Session,
    target: &Target,
    about: &About,
) -> WebResult<Vec<Suggestion>> {
    let Some(item) = about.place.as_ref().map(item_of) else {
        return Ok(Vec::new());
    };
    let filter = PublishedFilter {
        place: Some(&item),
        edition_id: target.edition.as_ref().map(|edition| edition.id),
        ..PublishedFilter::default()
    };
    let readers = Readership::of(&session.actor);
    let store = &state.desk.store;
    let found = store
        .published_answers(&filter, readers, (0, SUGGESTIONS))
        .await?;
    let suggestion = |record: crate::store::published_answers::PublishedRecord| Suggestion {
        question: record.words.question,
        answer: record.words.answer,
    };
    Ok(found.into_iter().map(suggestion).collect())
}
