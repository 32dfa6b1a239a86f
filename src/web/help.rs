//! Help and the accessibility statement: public, with the visitor's own menu when signed in.

use actix_web::{HttpRequest, web};
use askama::Template;

use super::error::{WebError, WebResult};
use super::page::{self, html};
use super::published::AnswerCard;
use super::session::{self, Session};
use super::state::AppState;
use super::view::Page;
use crate::domain::account::Role;
use crate::domain::published_answer::Readership;
use crate::spreadsheet::{ColumnGuide, column_guides, shared_values};
use crate::store::published_answers::PublishedFilter;
use crate::workflow::accounts::{INVITATION_HOURS, RESET_HOURS};
use crate::workflow::sessions::{ABSOLUTE_HOURS, IDLE_MINUTES};

/// Published answers on the page of help.
const ANSWERS: u64 = 5;

#[derive(Template)]
#[template(path = "help/index.html")]
struct IndexPage {
    page: Page,
    /// The visitor's own page, if signed in.
    own_href: &'static str,
    /// The newest published answers, if signed in.
    answers: Vec<AnswerCard>,
}

#[derive(Template)]
#[template(path = "help/municipality.html")]
struct MunicipalityPage {
    page: Page,
    idle_minutes: i64,
    absolute_hours: i64,
}

#[derive(Template)]
#[template(path = "help/prefecture.html")]
struct PrefecturePage {
    page: Page,
}

#[derive(Template)]
#[template(path = "help/ministry.html")]
struct MinistryPage {
    page: Page,
}

#[derive(Template)]
#[template(path = "help/accounts.html")]
struct AccountsPage {
    page: Page,
    invitation_hours: i64,
    reset_hours: i64,
}

#[derive(Template)]
#[template(path = "help/columns.html")]
struct ColumnsPage {
    page: Page,
    guides: [ColumnGuide; 8],
    /// Heading, and word with its meaning.
    values: Vec<(&'static str, Vec<(&'static str, &'static str)>)>,
}

#[derive(Template)]
#[template(path = "help/accessibility.html")]
struct AccessibilityPage {
    page: Page,
}

fn frame(state: &AppState, session: Option<&Session>, title: &str, way: &[(&str, &str)]) -> Page {
    match session {
        Some(session) => page::signed_in(state, session, title, way).in_section("/help"),
        None => page::public(state, title),
    }
}

/// GET `/help`.
pub async fn index(request: HttpRequest, state: web::Data<AppState>) -> WebResult {
    let session = session::resume(&request).await?;
    let answers = match &session {
        Some(session) => newest(&state, session).await?,
        None => Vec::new(),
    };
    html(&IndexPage {
        answers,
        page: frame(&state, session.as_ref(), "使い方", &[]),
        own_href: match session.map(|session| session.actor.role) {
            None => "",
            Some(Role::Municipality) => "/help/municipality",
            Some(Role::Prefecture(_)) => "/help/prefecture",
            Some(Role::Ministry) => "/help/ministry",
        },
    })
}

/// よくある質問: the newest published answers the visitor may read.
async fn newest(state: &AppState, session: &Session) -> WebResult<Vec<AnswerCard>> {
    let store = &state.desk.store;
    let readers = Readership::of(&session.actor);
    let filter = PublishedFilter::default();
    let records = store
        .published_answers(&filter, readers, (0, ANSWERS))
        .await?;
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let editions = store.editions().await?;
    let card = |record| AnswerCard::of(record, &editions, false);
    Ok(records.into_iter().map(card).collect())
}

/// GET `/help/{topic}`.
pub async fn topic(
    request: HttpRequest,
    state: web::Data<AppState>,
    topic: web::Path<String>,
) -> WebResult {
    let session = session::resume(&request).await?;
    let page = |title| frame(&state, session.as_ref(), title, &[("使い方", "/help")]);
    match topic.as_str() {
        "municipality" => html(&MunicipalityPage {
            page: page("回答する方（市区町村・都道府県）の使い方"),
            idle_minutes: IDLE_MINUTES,
            absolute_hours: ABSOLUTE_HOURS,
        }),
        "prefecture" => html(&PrefecturePage {
            page: page("とりまとめる方（都道府県）の使い方"),
        }),
        "ministry" => html(&MinistryPage {
            page: page("厚生労働省の担当の方の使い方"),
        }),
        "accounts" => html(&AccountsPage {
            page: page("利用者・パスワード・引き継ぎ"),
            invitation_hours: INVITATION_HOURS,
            reset_hours: RESET_HOURS,
        }),
        "columns" => html(&ColumnsPage {
            page: page("CSVの列の説明"),
            guides: column_guides(),
            values: shared_values(),
        }),
        _ => Err(WebError::NotFound),
    }
}

/// GET `/accessibility`.
pub async fn accessibility(request: HttpRequest, state: web::Data<AppState>) -> WebResult {
    let session = session::resume(&request).await?;
    html(&AccessibilityPage {
        page: frame(&state, session.as_ref(), "アクセシビリティ", &[]),
    })
}
