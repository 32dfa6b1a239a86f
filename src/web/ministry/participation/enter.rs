//! `/participation/enter`: one entry by hand. A correction is a new entry; nothing is overwritten.

use actix_web::http::StatusCode;
use actix_web::web;
use askama::Template;

use super::{MENU, State};
use crate::domain::participation::sheet::Field;
use crate::domain::participation::{ParticipationState, first_year, last_year};
use crate::web::error::WebResult;
use crate::web::form::FormData;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{Post, Session};
use crate::web::view::{Page, Problem, TextField};
use crate::web::view_select::{SelectField, options};
use crate::workflow::participation::ImportError;
use crate::workflow::participation::enter::{TypedEntry, body_of_batch, enter as enter_entry};

#[derive(Template)]
#[template(path = "ministry/participation/enter.html")]
struct EnterPage {
    page: Page,
    problems: Vec<Problem>,
    /// The ledger said the same already.
    is_known: bool,
    body: TextField,
    scheme: SelectField,
    year: SelectField,
    state: SelectField,
    date: TextField,
    note: TextField,
}

#[derive(Default, serde::Deserialize)]
pub struct EnterQuery {
    #[serde(default)]
    body: String,
    kept: Option<String>,
    notice: Option<String>,
}

/// What the page shows beside the typed text.
#[derive(Default)]
struct Outcome {
    problems: Vec<(Field, String)>,
    is_known: bool,
    notice: Option<String>,
}

fn typed(form: &FormData) -> TypedEntry {
    let text = |name: &str| form.text(name).to_owned();
    TypedEntry {
        body: text("body"),
        scheme: text("scheme"),
        year: text("year"),
        state: text("state"),
        date: text("date"),
        note: text("note"),
    }
}

/// GET `/participation/enter`.
pub async fn form(state: State, session: Session, query: web::Query<EnterQuery>) -> WebResult {
    session.must_be_ministry()?;
    let kept = query.kept.as_deref();
    let kept = kept_form(&state, &session, "/participation/enter", kept).await?;
    let outcome = Outcome {
        notice: kept.as_ref().and(query.notice.clone()),
        ..Outcome::default()
    };
    let entry = kept.map_or_else(
        || TypedEntry {
            body: query.body.chars().take(100).collect(),
            ..TypedEntry::default()
        },
        |form| typed(&form),
    );
    show(&state, &session, StatusCode::OK, &entry, outcome).await
}

/// POST `/participation/enter`.
pub async fn enter(state: State, post: Post) -> WebResult {
    let entry = typed(&post.form);
    let outcome = match enter_entry(&state.desk, &post.session.actor, &entry).await {
        Ok(done) => match body_of_batch(&state.desk, done.batch).await? {
            Some(code) => {
                return Ok(see_other(&format!(
                    "{MENU}/bodies/{code}?notice=participation-entered"
                )));
            }
            None => Outcome {
                is_known: true,
                ..Outcome::default()
            },
        },
        Err(ImportError::Rows(problems)) => Outcome {
            problems: problems
                .into_iter()
                .map(|problem| (problem.field, problem.message))
                .collect(),
            ..Outcome::default()
        },
        Err(ImportError::File(message)) => Outcome {
            problems: vec![(Field::Code, message)],
            ..Outcome::default()
        },
        Err(ImportError::Workflow(error)) => return Err(error.into()),
    };
    let status = if outcome.problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    show(&state, &post.session, status, &entry, outcome).await
}

async fn show(
    state: &State,
    session: &Session,
    status: StatusCode,
    entry: &TypedEntry,
    outcome: Outcome,
) -> WebResult {
    let catalogue = state.desk.store.catalogue().await?;
    let schemes = catalogue.form_order().into_iter().filter_map(|at| {
        let scheme = catalogue.get(at)?;
        Some((scheme.id.to_string(), scheme.table_name().to_owned()))
    });
    let last = last_year(state.desk.now().japan_date());
    let years = std::iter::successors(Some(first_year()), |year| Some(year.next()));
    let years = years.take_while(|year| *year <= last);
    let states = ParticipationState::CHOICES.map(|state| (state.as_str(), state.label()));
    let errors = |field: Field| -> Vec<String> {
        let of_field = outcome.problems.iter().filter(|(at, _)| *at == field);
        of_field.map(|(_, message)| message.clone()).collect()
    };
    let text = |id: &str, label: &str, hint: &str, value: &str, field: Field| TextField {
        id: id.to_owned(),
        name: id.to_owned(),
        label: label.to_owned(),
        hint: hint.to_owned(),
        value: value.to_owned(),
        errors: errors(field),
        width: "l",
        ..TextField::default()
    };
    let select = |id, label, hint, options, field| SelectField {
        id,
        label,
        hint,
        marked: true,
        required: true,
        options,
        errors: errors(field),
    };
    let mut page = page::signed_in(
        state,
        session,
        "1件ずつ登録・訂正する",
        &[("参加の記録", MENU)],
    )
    .in_section(MENU)
    .with_notice(outcome.notice.as_deref());
    page.has_errors = !outcome.problems.is_empty();
    html_with(
        status,
        &EnterPage {
            page,
            problems: outcome
                .problems
                .iter()
                .map(|(field, message)| Problem {
                    field_id: field_id(*field).to_owned(),
                    message: message.clone(),
                })
                .collect(),
            is_known: outcome.is_known,
            body: TextField {
                required: true,
                ..text(
                    "body",
                    "自治体",
                    "団体コード（6桁）か名称で入力してください。同じ名称の自治体があるときは、コードにしてください。",
                    &entry.body,
                    Field::Code,
                )
            },
            scheme: select(
                "scheme",
                "制度",
                "",
                options("選んでください", schemes, &entry.scheme),
                Field::Scheme,
            ),
            year: select(
                "year",
                "年度",
                "",
                options(
                    "選んでください",
                    years.map(|year| (year.short(), year.label())),
                    &entry.year,
                ),
                Field::Year,
            ),
            state: select(
                "state",
                "状況",
                "登録をまちがえたときは、同じ日付で正しい状況を登録してください。あとから登録したほうが有効になります。",
                options("選んでください", states, &entry.state),
                Field::State,
            ),
            date: TextField {
                width: "m",
                ..text(
                    "date",
                    "いつから（日付）",
                    "空欄のとき、参加と参加予定は年度の始まりから（年度の始まりがまだ先のときはきょうから）、取下げはきょうからとします。例：令和7年10月31日、2025-10-31",
                    &entry.date,
                    Field::Date,
                )
            },
            note: text("note", "備考", "", &entry.note, Field::Note),
        },
    )
}

/// The control of a field.
fn field_id(field: Field) -> &'static str {
    match field {
        Field::Code | Field::Name | Field::Prefecture => "body",
        Field::Scheme => "scheme",
        Field::Year => "year",
        Field::State => "state",
        Field::Date => "date",
        Field::Note => "note",
    }
}
