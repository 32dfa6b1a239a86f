//! What the page of every part of the form has around its own fields: the line of steps, the problems, the
//! reasons of a return.

use super::sign_off_view::{BY_SAVING, waits_for_sign_off};
use super::task_list::{Unsubmitted, unsubmitted};
use super::{State, form_path};
use crate::domain::japan_time;
use crate::domain::place::{Place, Section};
use crate::domain::response::{Draft, Form1Input, Problem, Reading};
use crate::domain::survey_edition::EditionDefinition;
use crate::store::responses::ResponseRecord;
use crate::web::error::WebResult;
use crate::web::inquiries::answered::Answered;
use crate::web::page;
use crate::web::session::Session;
use crate::web::view::{self, Crumb, Page};

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
    /// Where a question about this part begins, and what it is called there.
    pub ask: String,
    pub ask_words: &'static str,
    /// Questions about this part that were answered: the item's name and the thread; and all of them, for the rows.
    pub answers: Vec<Crumb>,
    pub answered: Answered,
    /// 「函館市（中核市）」: the ministry looks at the form as this body; empty on the body's own pages.
    pub preview: String,
    /// 代理入力: whose answer is entered, and how it was received; empty on the body's own pages.
    pub proxy: String,
    /// The visitor's department, which fills in its own rows only; empty is the liaison desk.
    pub department: String,
    /// The department said that its rows are filled in; empty if it has not.
    pub department_done: String,
    /// 決裁 was asked for, and a save makes the request void: told before; empty where none waits.
    pub sign_off_waits: String,
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

/// What a part is shown with: the answer, the draft with the text to show, and its reading.
pub struct Showing<'a> {
    pub record: &'a ResponseRecord,
    pub draft: &'a Draft,
    pub reading: &'a Reading,
    /// Problems are shown only where the visitor asked to go on, or once the part was saved.
    pub show_problems: bool,
    /// The visitor's department; empty is the liaison desk.
    pub department: &'a str,
    /// What is stored, where the draft shows text that is not saved; else the draft itself.
    pub base: Option<&'a Form1Input>,
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
        ask: format!("/inquiries/new?edition={key}&place={}", section.key()),
        ask_words: "質問する",
        answers: Vec::new(),
        answered: Answered::default(),
        preview: String::new(),
        proxy: String::new(),
        department: showing.department.to_owned(),
        department_done: draft
            .departments
            .get(showing.department)
            .map(|done| format!("{}に{}", japan_time::datetime_label(done.at), done.by))
            .unwrap_or_default(),
        sign_off_waits: waits_for_sign_off(record, Some(draft), showing.department, BY_SAVING),
    };
    (page, frame)
}

/// The same on the body's own pages, with the questions that were answered.
pub async fn own_frame(
    state: &State,
    session: &Session,
    showing: &Showing<'_>,
    section: Section,
    problems: Vec<Problem>,
) -> WebResult<(Page, Frame)> {
    let record = showing.record;
    let answered = Answered::of(state, &session.actor, record).await?;
    let (page, frame) = frame(state, session, showing, section, problems);
    let frame = Frame {
        answers: answered.of_part(&record.edition.definition, section),
        answered,
        ..frame
    };
    Ok((page, frame))
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

/// 「令和7年度分」 for `fy2025`.
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
