//! `/editions/{key}/preview`: Form 1 as a body of each kind sees it, to read and to take out.
//!
//! The pages are the form's own ([`sections`]), filled with an empty draft of a real body of that kind; there
//! is nothing to press and nothing is stored.

use actix_web::web;
use askama::Template;
use jiff::civil::Date;

use super::{PartPath, State, load, making_path};
use crate::domain::japan_time::deadline_label;
use crate::domain::organization::{Organization, OrganizationKind};
use crate::domain::place::Section;
use crate::domain::response::{self, Draft};
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::{EditionState, SurveyEdition};
use crate::store::responses::ResponseRecord;
use crate::web::download::attachment;
use crate::web::error::{WebError, WebResult};
use crate::web::municipality::frame::{Showing, Step, frame};
use crate::web::municipality::section_pages;
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::Page;
use crate::workflow::take_out::preview_workbook;

#[derive(Template)]
#[template(path = "ministry/making/preview.html")]
struct PreviewPage {
    page: Page,
    kinds: Vec<KindLine>,
    deadline: String,
    back: (&'static str, String),
}

struct KindLine {
    label: &'static str,
    body: String,
    /// Rows shown at once, and those behind the fold.
    usual: usize,
    others: usize,
    questions: usize,
    href: String,
    workbook: String,
}

/// GET `/editions/{key}/preview`.
pub async fn kinds(state: State, session: Session, key: web::Path<String>) -> WebResult {
    let edition = load(&state, &session, &key).await?;
    let day = day_of(&state, &edition).await?;
    let bodies = state.desk.store.organizations_on(day).await?;
    let kinds = OrganizationKind::ALL.into_iter().filter_map(|kind| {
        let body = bodies.iter().find(|body| body.kind == kind)?;
        let class = body.respondent_class();
        let definition = &edition.definition;
        let usual = definition
            .rows
            .iter()
            .filter(|row| row.usually_run_by(&class))
            .count();
        let href = format!("/editions/{}/preview/{}", edition.key, kind.as_str());
        Some(KindLine {
            label: kind.label(),
            body: body.full_name(),
            usual,
            others: definition.rows.len() - usual,
            questions: definition
                .questions
                .iter()
                .filter(|q| q.is_asked_of(&class))
                .count(),
            workbook: format!("{href}.xlsx"),
            href: format!("{href}/{}", Section::Contact.key()),
        })
    });
    let title = format!("団体から見た画面（{}）", edition.definition.short_title);
    let way = [("調査回", "/editions")];
    html(&PreviewPage {
        page: page::signed_in(&state, &session, &title, &way).in_section("/editions"),
        kinds: kinds.collect(),
        deadline: deadline_label(edition.dates.deadline_on),
        back: if edition.state == EditionState::Preparing {
            ("準備の一覧へ戻る", making_path(&edition, ""))
        } else {
            (
                "調査回の設定へ戻る",
                format!("/editions/{}/settings", edition.key),
            )
        },
    })
}

/// GET `/editions/{key}/preview/{kind}/{section}`.
pub async fn section(
    state: State,
    session: Session,
    path: web::Path<(String, String, String)>,
) -> WebResult {
    let edition = load(&state, &session, &path.0).await?;
    let section = Section::from_key(&path.2)
        .filter(|section| *section != Section::Intent || edition.definition.asks_intent())
        .ok_or(WebError::NotFound)?;
    let body = sample(&state, &edition, &path.1).await?;
    let record = record(&edition, &body);
    let draft = Draft::default();
    let reading = response::read(&edition.definition, &record.class, &draft.input);
    let showing = Showing {
        record: &record,
        draft: &draft,
        reading: &reading,
        show_problems: false,
        department: "",
        base: None,
    };
    let (_, mut frame) = frame(&state, &session, &showing, section, Vec::new());
    let base = format!("/editions/{}/preview", edition.key);
    frame.steps = edition
        .definition
        .sections(&record.class)
        .iter()
        .copied()
        .map(|other| Step {
            label: other.label(),
            href: format!("{base}/{}/{}", path.1, other.key()),
            state: if other == section { "current" } else { "" },
        })
        .collect();
    frame.unsubmitted = None;
    frame.preview = format!("{}（{}）", body.full_name(), body.kind.label());
    let number = edition.definition.number_of(section, &record.class);
    let title = format!("{number}. {}", section.label());
    let way_label = format!("団体から見た画面（{}）", edition.definition.short_title);
    let way = [("調査回", "/editions"), (way_label.as_str(), base.as_str())];
    let page = page::signed_in(&state, &session, &title, &way).in_section("/editions");
    section_pages::render(
        actix_web::http::StatusCode::OK,
        section,
        page,
        frame,
        &showing,
    )
}

/// GET `/editions/{key}/preview/{kind}.xlsx`.
pub async fn workbook(state: State, session: Session, path: PartPath) -> WebResult {
    let edition = load(&state, &session, &path.0).await?;
    let body = sample(&state, &edition, &path.1).await?;
    let file = preview_workbook(&edition, body.code, &body.name).await?;
    Ok(attachment(file.bytes, &file.name))
}

/// The day whose classes the edition takes.
async fn day_of(state: &State, edition: &SurveyEdition) -> WebResult<Date> {
    let plan = state.desk.store.edition_plan(edition.id).await?;
    Ok(plan
        .respondents_as_of
        .unwrap_or(state.desk.now().japan_date()))
}

/// The first body of a kind.
async fn sample(state: &State, edition: &SurveyEdition, kind: &str) -> WebResult<Organization> {
    let kind = OrganizationKind::ALL
        .into_iter()
        .find(|known| known.as_str() == kind)
        .ok_or(WebError::NotFound)?;
    let day = day_of(state, edition).await?;
    let bodies = state.desk.store.organizations_on(day).await?;
    let mut of_kind = bodies.into_iter().filter(|body| body.kind == kind);
    of_kind.next().ok_or(WebError::NotFound)
}

/// An answer nobody has begun, which is stored nowhere.
fn record(edition: &SurveyEdition, body: &Organization) -> ResponseRecord {
    ResponseRecord {
        id: 0,
        edition: edition.clone(),
        class: body.respondent_class(),
        name: body.name.clone(),
        route: body.kind.route(),
        deadline_on: edition.dates.deadline_on,
        status: ResponseStatus::NotStarted,
        version: 0,
        draft: None,
        prefill: None,
        open_return: None,
        revision_number: 0,
        is_late: false,
        judged_on: None,
        first_submitted_at: None,
        submitted_at: None,
        changed_at: None,
        reopened: None,
        duties: Default::default(),
    }
}
