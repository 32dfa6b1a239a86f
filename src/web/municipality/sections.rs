//! The parts of the form: shown, saved as typed, problems all at once.
//!
//! GET shows the draft. POST saves it whatever it says; with problems the page comes back (422) and
//! says both that the text is kept and what to mend. If somebody else saved the part meanwhile, the
//! page comes back (409) with both texts and nothing is overwritten.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::intent_page::{self, IntentView};
use super::not_saved::{Reason, not_saved};
use super::questions_page::{self, QuestionView};
use super::schemes_page::{self, SchemesView};
use super::task_list::{Unsubmitted, unsubmitted};
use super::{FormQuery, State, edition_key, form_path, own_response};
use crate::domain::application_intent;
use crate::domain::coordination_contact::{self, ContactInput};
use crate::domain::extra_answer;
use crate::domain::japan_time;
use crate::domain::place::{Place, Section};
use crate::domain::response::{self, Draft, Problem, Reading};
use crate::domain::survey_edition::EditionDefinition;
use crate::store::responses::ResponseRecord;
use crate::web::error::{WebError, WebResult};
use crate::web::form::FormData;
use crate::web::page::{self, html_with, see_other};
use crate::web::public::kept_form;
use crate::web::session::{OwnResponse, Post, Session};
use crate::web::view::{self, Page, TextField};
use crate::workflow::WorkflowError;
use crate::workflow::save_draft::{SectionInput, save_draft};

/// What the page of every part needs beside its own fields.
pub struct Frame {
    pub form_path: String,
    pub steps: Vec<Step>,
    pub unsubmitted: Option<Unsubmitted>,
    pub problems: Vec<view::Problem>,
    /// Version of the section this page was made from.
    pub base_version: u32,
    pub saved: String,
    /// Where the prefilled values come from; empty if nothing is prefilled.
    pub prefilled_from: String,
    /// The reason of a return that stands at the whole part.
    pub reviewer_note: String,
    /// What somebody else saved meanwhile; empty if nobody did.
    pub theirs: Vec<Theirs>,
    pub theirs_by: String,
    pub body_code: String,
    /// `check` if the page goes back to the check page.
    pub back: String,
    /// The edition's help for this part; empty if it has none.
    pub help: String,
    /// 「函館市（中核市）」: the ministry looks at the form as this body; empty on the body's own pages.
    pub preview: String,
}

/// One part in the line of steps.
pub struct Step {
    pub label: &'static str,
    pub href: String,
    /// `done`, `fix`, `current` or empty.
    pub state: &'static str,
}

/// A difference between the typed text and what somebody else saved.
pub struct Theirs {
    pub label: String,
    pub mine: String,
    pub theirs: String,
}

#[derive(Template)]
#[template(path = "municipality/contact.html")]
struct ContactPage {
    page: Page,
    frame: Frame,
    department: TextField,
    email: TextField,
    phone: TextField,
}

#[derive(Template)]
#[template(path = "municipality/intent.html")]
struct IntentPage {
    page: Page,
    frame: Frame,
    intent: IntentView,
}

#[derive(Template)]
#[template(path = "municipality/schemes.html")]
struct SchemesPage {
    page: Page,
    frame: Frame,
    schemes: SchemesView,
}

#[derive(Template)]
#[template(path = "municipality/questions.html")]
struct QuestionsPage {
    page: Page,
    frame: Frame,
    questions: Vec<QuestionView>,
}

/// What a part is shown with: the answer, the draft with the text to show, and its reading.
pub struct Showing<'a> {
    pub record: &'a ResponseRecord,
    pub draft: &'a Draft,
    pub reading: &'a Reading,
    /// Problems are shown only where the visitor asked to go on, or once the part was saved.
    pub show_problems: bool,
}

impl Showing<'_> {
    /// The texts of the problems at a place.
    pub fn errors_at(&self, place: &Place) -> Vec<String> {
        if !self.show_problems || self.reading.problems.is_empty() {
            return Vec::new();
        }
        let at = self
            .reading
            .problems
            .iter()
            .filter(|problem| &problem.place == place);
        at.map(|problem| problem.message.clone()).collect()
    }

    /// The reason of the return standing at a place; empty if none.
    pub fn note_at(&self, place: &Place) -> String {
        let waiting = self.record.status.is_editable();
        let request = self.record.open_return.as_ref().filter(|_| waiting);
        request
            .map(|request| request.reason_at(place))
            .unwrap_or_default()
    }
}

/// The part in an address; one this body does not fill in is a page that does not exist.
fn section_of(text: &str, record: &ResponseRecord) -> WebResult<Section> {
    let own = record.edition.definition.sections(&record.class);
    Section::from_key(text)
        .filter(|section| own.contains(section))
        .ok_or(WebError::NotFound)
}

/// The part of a form as the browser sent it.
fn read_input(section: Section, form: &FormData, record: &ResponseRecord) -> SectionInput {
    match section {
        Section::Contact => SectionInput::Contact(ContactInput {
            department: form.text("department").to_owned(),
            email: form.text("email").to_owned(),
            phone: form.text("phone").to_owned(),
        }),
        Section::Intent => SectionInput::Intent(intent_page::read(form)),
        Section::Schemes => {
            SectionInput::Schemes(schemes_page::read(form, &record.edition.definition))
        }
        Section::Questions => SectionInput::Questions(questions_page::read(form, record)),
    }
}

/// GET `/editions/{key}/form1/{section}`.
pub async fn show(
    state: State,
    own: OwnResponse,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    query: web::Query<FormQuery>,
) -> WebResult {
    let OwnResponse {
        session,
        mut record,
    } = own;
    let section = section_of(&path.1, &record)?;
    let key = record.edition.key.clone();
    let kept = kept_form(&state, &session, request.path(), query.kept.as_deref()).await?;
    // Kept text of another body that used the same browser is not shown here.
    let kept = kept.filter(|form| form.text("body_code") == record.code().as_str());
    let open = record.takes_answers(state.desk.now());
    if !open || !record.status.is_editable() {
        let reason = if open {
            Reason::Submitted
        } else {
            Reason::Closed
        };
        return match kept {
            Some(form) => {
                let input = read_input(section, &form, &record);
                not_saved(&state, &session, &record, &input, reason)
            }
            None => Ok(see_other(&form_path(&key, ""))),
        };
    }
    let mut draft = record.take_draft();
    let was_kept = kept.is_some();
    // The version the kept text was typed on: what a colleague saved since is shown, not overwritten.
    let kept_version = kept
        .as_ref()
        .and_then(|form| form.value("base_version").ok());
    if let Some(form) = kept {
        read_input(section, &form, &record).put_into(&mut draft.input);
    }
    let reading = response::read(&record.edition.definition, &record.class, &draft.input);
    let show_problems = draft.version(section) > 0 && !was_kept;
    let showing = Showing {
        record: &record,
        draft: &draft,
        reading: &reading,
        show_problems,
    };
    let (page, mut frame) = frame(&state, &session, &showing, section, Vec::new());
    if let Some(version) = kept_version {
        frame.base_version = version;
    }
    frame.back = query
        .back
        .clone()
        .filter(|back| back == "check")
        .unwrap_or_default();
    let notice = query
        .notice
        .as_deref()
        .filter(|notice| *notice != "kept" || was_kept);
    render(
        StatusCode::OK,
        section,
        page.with_notice(notice),
        frame,
        &showing,
    )
}

/// POST `/editions/{key}/form1/{section}`.
pub async fn save(state: State, post: Post, path: web::Path<(String, String)>) -> WebResult {
    let key = edition_key(&path.0)?;
    let Post { session, form } = post;
    let record = own_response(&state, &session, &key).await?;
    let section = section_of(&path.1, &record)?;
    let input = read_input(section, &form, &record);
    let base_version = form.value("base_version")?;
    let go_on = form.text("do") != "save";
    match save_draft(
        &state.desk,
        &session.actor,
        &key,
        base_version,
        input.clone(),
    )
    .await
    {
        Ok(draft) => {
            let reading = response::read(&record.edition.definition, &record.class, &draft.input);
            let problems = reading.problems_of(section);
            if !go_on {
                return Ok(see_other(&format!("{}?notice=saved", form_path(&key, ""))));
            }
            if problems.is_empty() {
                let next = if form.text("back") == "check" {
                    "check"
                } else {
                    next_page(&record, section)
                };
                return Ok(see_other(&form_path(&key, next)));
            }
            let showing = Showing {
                record: &record,
                draft: &draft,
                reading: &reading,
                show_problems: true,
            };
            let (page, mut frame) = frame(&state, &session, &showing, section, problems);
            frame.back = form.text("back").to_owned();
            render(
                StatusCode::UNPROCESSABLE_ENTITY,
                section,
                page,
                frame,
                &showing,
            )
        }
        Err(WorkflowError::Conflict(conflict)) => {
            let mut draft = conflict.stored.clone();
            input.put_into(&mut draft.input);
            let definition = &record.edition.definition;
            let reading = response::read(definition, &record.class, &draft.input);
            let showing = Showing {
                record: &record,
                draft: &draft,
                reading: &reading,
                show_problems: false,
            };
            let (mut page, mut frame) = frame(&state, &session, &showing, section, Vec::new());
            frame.theirs = differences(definition, section, &draft, &conflict.stored);
            frame.theirs_by = conflict
                .stored
                .saves
                .get(&section)
                .map(|save| save.by.clone())
                .unwrap_or_default();
            page.has_errors = true;
            render(StatusCode::CONFLICT, section, page, frame, &showing)
        }
        Err(error) => {
            let reason = match &error {
                WorkflowError::Closed => Reason::Closed,
                WorkflowError::Refused(_) | WorkflowError::Forbidden => Reason::Submitted,
                WorkflowError::Stale => Reason::Overtaken,
                _ => return Err(error.into()),
            };
            not_saved(&state, &session, &record, &input, reason)
        }
    }
}

/// The page after a part.
fn next_page(record: &ResponseRecord, section: Section) -> &'static str {
    let sections = record.edition.definition.sections(&record.class);
    let mut rest = sections.iter().skip_while(|other| **other != section);
    rest.nth(1).map_or("check", |next| next.key())
}

/// What differs between my text and theirs, in one section.
fn differences(
    definition: &EditionDefinition,
    section: Section,
    mine: &Draft,
    theirs: &Draft,
) -> Vec<Theirs> {
    let of = |draft: &Draft| shown(definition, &SectionInput::of(&draft.input, section));
    of(mine)
        .into_iter()
        .zip(of(theirs))
        .filter(|(mine, theirs)| mine.1 != theirs.1)
        .map(|((label, mine), (_, theirs))| Theirs {
            label,
            mine,
            theirs,
        })
        .collect()
}

/// A part as text: label and typed value of each of its places, always the same places.
pub(super) fn shown(definition: &EditionDefinition, input: &SectionInput) -> Vec<(String, String)> {
    let at = |place: Place, text: &str| (definition.place_label(&place), text.to_owned());
    match input {
        SectionInput::Contact(contact) => vec![
            at(Place::Department, &contact.department),
            at(Place::Email, &contact.email),
            at(Place::Phone, &contact.phone),
        ],
        SectionInput::Intent(intent) => vec![
            (
                Section::Intent.label().to_owned(),
                application_intent::labels(&intent.intents),
            ),
            at(Place::IntentText, &intent.text),
        ],
        SectionInput::Schemes(schemes) => {
            let mut rows: Vec<_> = definition
                .rows
                .iter()
                .map(|row| {
                    let typed = schemes.rows.get(&row.scheme).cloned().unwrap_or_default();
                    let mark = if typed.target { "○" } else { "―" };
                    (row.name.clone(), format!("{mark} {}", typed.recipients))
                })
                .collect();
            rows.push(at(Place::OtherText, &schemes.other_text));
            rows
        }
        SectionInput::Questions(extra) => {
            let questions = definition.questions.iter().map(|question| {
                let typed = extra.get(&question.id).map_or("", String::as_str);
                let text = extra_answer::shown(question, typed);
                (question.label.clone(), text)
            });
            questions.collect()
        }
    }
}

/// The frame of a part's page; problems are listed at its top.
pub fn frame(
    state: &State,
    session: &Session,
    showing: &Showing<'_>,
    section: Section,
    problems: Vec<Problem>,
) -> (Page, Frame) {
    let Showing {
        record,
        draft,
        reading,
        ..
    } = showing;
    let key = &record.edition.key;
    let definition = &record.edition.definition;
    let home = form_path(key, "");
    let way = format!("{}（{}）", definition.words().form, definition.short_title);
    let number = definition.number_of(section, &record.class);
    let title = format!("{number}. {}", section.label());
    let mut page = page::signed_in(state, session, &title, &[(way.as_str(), home.as_str())])
        .in_section("/home");
    page.has_errors = !problems.is_empty();
    let open_return = record.open_return.as_ref();
    let unanswered = |other: Section| {
        let save = draft.saves.get(&other).map(|save| save.at);
        open_return
            .zip(save)
            .is_some_and(|(request, at)| request.awaits(other, at))
    };
    let step = |other: Section| Step {
        label: other.label(),
        href: form_path(key, other.key()),
        state: if other == section {
            "current"
        } else if draft.version(other) == 0 {
            ""
        } else if reading.problems_of(other).is_empty() && !unanswered(other) {
            "done"
        } else {
            "fix"
        },
    };
    let sections = record.edition.definition.sections(&record.class);
    let mut steps: Vec<_> = sections.iter().copied().map(step).collect();
    steps.push(Step {
        label: "確認して提出",
        href: form_path(key, "check"),
        state: "",
    });
    let saved = draft.saves.get(&section).map(|save| {
        format!(
            "{}に{}が保存しました。",
            japan_time::datetime_label(save.at),
            save.by
        )
    });
    let frame = Frame {
        form_path: home,
        steps,
        unsubmitted: unsubmitted(record, state.desk.now()),
        problems: problems
            .into_iter()
            .map(|problem| view::Problem {
                field_id: problem.place.html_id(),
                message: named(&record.edition.definition, &problem),
            })
            .collect(),
        base_version: draft.version(section),
        saved: saved.unwrap_or_default(),
        prefilled_from: if draft.is_prefilled(section) {
            draft
                .prefilled_from
                .as_ref()
                .map(|key| prefill_label(definition, key.as_str()))
                .unwrap_or_default()
        } else {
            String::new()
        },
        reviewer_note: showing.note_at(&Place::Section(section)),
        theirs: Vec::new(),
        theirs_by: String::new(),
        body_code: record.code().to_string(),
        back: String::new(),
        help: record.edition.definition.help.of(section).to_owned(),
        preview: String::new(),
    };
    (page, frame)
}

/// The message for a list: rows of the table share their wordings, as questions do, so they are named.
pub fn named(definition: &EditionDefinition, problem: &Problem) -> String {
    match &problem.place {
        Place::Recipients(id) => {
            let row = definition.place_label(&Place::Scheme(id.clone()));
            format!("{row}：{}", problem.message)
        }
        place @ Place::Question(_) => {
            format!("{}：{}", definition.place_label(place), problem.message)
        }
        _ => problem.message.clone(),
    }
}

/// 「令和7年度分」 for `fy2025`; a follow-up begins with the survey of intents.
fn prefill_label(definition: &EditionDefinition, key: &str) -> String {
    let label = year_label(key);
    if definition.asks_intent() {
        label
    } else {
        format!("意向等調査（{label}）")
    }
}

fn year_label(key: &str) -> String {
    key.parse::<crate::domain::fiscal_year::FiscalYear>()
        .map_or_else(|_| "前回".to_owned(), |year| format!("{}分", year.label()))
}

/// The page of a part.
pub fn render(
    status: StatusCode,
    section: Section,
    page: Page,
    frame: Frame,
    showing: &Showing<'_>,
) -> WebResult {
    match section {
        Section::Contact => {
            let field = |place: Place, label: &str, hint: &str, value: &str| TextField {
                id: place.html_id(),
                name: place.html_id(),
                label: label.to_owned(),
                hint: hint.to_owned(),
                value: value.to_owned(),
                required: true,
                errors: showing.errors_at(&place),
                width: "l",
                prefilled: showing.draft.is_prefilled(Section::Contact),
                reviewer_note: showing.note_at(&place),
                ..TextField::default()
            };
            let input = &showing.draft.input.contact;
            // What was understood is shown where it differs from what was typed.
            let read = coordination_contact::read(input).ok();
            let understood = |value: Option<String>, typed: &str| {
                value.filter(|value| value != typed).unwrap_or_default()
            };
            let email = read.as_ref().map(|contact| contact.email.to_string());
            let phone = read.as_ref().map(|contact| contact.phone.to_string());
            let template = ContactPage {
                department: field(
                    Place::Department,
                    "連絡調整担当部署（部局・課・係など）の名称",
                    "例：福祉部 障害福祉課 医療助成係",
                    &input.department,
                ),
                email: TextField {
                    input_type: "email",
                    autocomplete: "email",
                    understood: understood(email, &input.email),
                    ..field(
                        Place::Email,
                        "連絡調整担当部署のメールアドレス",
                        "部署で共有しているアドレスをおすすめします。1件だけ入力してください。",
                        &input.email,
                    )
                },
                phone: TextField {
                    input_type: "tel",
                    autocomplete: "tel",
                    understood: understood(phone, &input.phone),
                    width: "m",
                    ..field(
                        Place::Phone,
                        "連絡調整担当部署の電話番号",
                        "内線があれば続けて入力してください。例：0138-00-0000 内線123",
                        &input.phone,
                    )
                },
                page,
                frame,
            };
            html_with(status, &template)
        }
        Section::Intent => html_with(
            status,
            &IntentPage {
                intent: intent_page::view(showing),
                page,
                frame,
            },
        ),
        Section::Schemes => html_with(
            status,
            &SchemesPage {
                schemes: schemes_page::view(showing),
                page,
                frame,
            },
        ),
        Section::Questions => html_with(
            status,
            &QuestionsPage {
                questions: questions_page::view(showing),
                page,
                frame,
            },
        ),
    }
}
