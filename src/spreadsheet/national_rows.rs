//! The ministry's list of all answers, one body a row: what its columns are and what stands in them.
//!
//! ```text
//! NationalRow ─ data_row ─> Cells of 「data」 | CSV        (for machines)
//!             └ list_row ─> Cells of 「回答一覧」            (for people)
//! ```

use std::borrow::Cow;

use super::look::CIRCLE;
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::extra_answer;
use crate::domain::extra_question::{ExtraAnswer, ExtraQuestion, QuestionKind};
use crate::domain::lateness::Lateness;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::{OrganizationKind, Route};
use crate::domain::response::{Form1, SchemeAnswer, Totals};
use crate::domain::response_status::ResponseStatus;
use crate::domain::survey_edition::EditionDefinition;

/// One body with its answer, if it has one the ministry may see.
#[derive(Clone, Copy, Debug)]
pub struct NationalRow<'a> {
    pub code: LocalGovernmentCode,
    pub prefecture: &'a str,
    pub name: &'a str,
    /// As frozen in the edition.
    pub kind: OrganizationKind,
    pub route: Route,
    pub status: ResponseStatus,
    /// The answer came after the deadline. Written only where there is an answer.
    pub lateness: Lateness,
    /// 代理入力: somebody who gathers the answer entered it. Written only where there is an answer.
    pub by_proxy: bool,
    /// 訂正 and whose, where a reviewer made the answer's newest revision in the body's place; else empty.
    pub corrected: &'a str,
    /// Number of the revision whose answer this is.
    pub revision: Option<i32>,
    pub receipt: Option<&'a str>,
    /// Japanese time, `2026-11-21 13:05`.
    pub submitted_at: Option<&'a str>,
    pub form: Option<&'a Form1>,
}

/// The keys in the head of the sheet 「data」, in order. Stable: other programs rely on them; new ones are
/// added at the end, rows of an edition in the edition's order.
pub fn national_columns(edition: &EditionDefinition) -> Vec<String> {
    let mut columns: Vec<String> = [
        "code",
        "prefecture",
        "name",
        "kind",
        "route",
        "status",
        "late",
        "revision",
        "receipt",
        "submitted_at",
    ]
    .map(str::to_owned)
    .into();
    if edition.asks_intent() {
        columns.extend(ApplicationIntent::ALL.map(|intent| format!("intent_{}", intent.number())));
        columns.push("intent_text".to_owned());
    }
    columns.extend(["department", "email", "phone"].map(str::to_owned));
    let number = edition.words().counted_key;
    let has_subsidy = edition.required_amounts.is_some();
    for row in &edition.rows {
        columns.push(format!("{}_target", row.scheme));
        columns.push(format!("{}_{number}", row.scheme));
        if has_subsidy {
            columns.push(format!("{}_subsidy", row.scheme));
        }
    }
    columns.extend(["other_text", "targets_total"].map(str::to_owned));
    columns.push(format!("{number}_total"));
    columns.push(format!("{number}_unknown"));
    if has_subsidy {
        columns.push("subsidy_total".to_owned());
    }
    columns.push("entered_by_proxy".to_owned());
    let questions = edition.questions.iter();
    columns.extend(questions.map(|question| format!("question_{}", question.id)));
    columns
}

/// Takes the cells of a row from left to right.
pub(super) trait Cells {
    /// An empty text leaves the cell blank.
    fn words(&mut self, words: &str);
    /// `None` leaves the cell blank.
    fn figure(&mut self, figure: Option<u64>);
}

/// Department, address, number.
fn contact(cells: &mut impl Cells, form: Option<&Form1>) {
    let contact = form.map(|form| &form.contact);
    cells.words(contact.map_or("", |contact| &contact.department));
    cells.words(contact.map_or("", |contact| contact.email.as_str()));
    let number = contact.map_or_else(String::new, |contact| contact.phone.to_string());
    cells.words(&number);
}

/// The known recipients of a row; unknown is blank and never 0.
fn persons(answer: Option<&SchemeAnswer>) -> Option<u64> {
    let count = answer?.recipients?;
    Some(u64::from(count.get()))
}

/// A revision number as a cell.
fn revision(row: &NationalRow<'_>) -> Option<u64> {
    row.revision.and_then(|number| u64::try_from(number).ok())
}

/// The figures at the end of a row, the subsidy only where one is worked out; blank where there is no answer.
fn totals(cells: &mut impl Cells, edition: &EditionDefinition, form: Option<&Form1>) {
    let totals: Option<Totals> = form.map(Form1::totals);
    cells.figure(totals.map(|totals| u64::from(totals.targets)));
    cells.figure(totals.map(|totals| edition.number_total(&totals)));
    cells.figure(totals.map(|totals| u64::from(totals.unknown)));
    if let Some(rule) = &edition.required_amounts {
        cells.figure(form.map(|form| rule.of_form(form).subsidy));
    }
}

/// The subsidy of a row, where one is worked out.
fn subsidy(cells: &mut impl Cells, edition: &EditionDefinition, answer: Option<&SchemeAnswer>) {
    if let Some(rule) = &edition.required_amounts {
        cells.figure(answer.and_then(|answer| rule.subsidy_of(answer)));
    }
}

/// The choices and the words of ④; `cell` writes one.
fn intents<C: Cells>(
    cells: &mut C,
    edition: &EditionDefinition,
    form: Option<&Form1>,
    cell: impl Fn(&mut C, Option<bool>),
) {
    if !edition.asks_intent() {
        return;
    }
    for intent in ApplicationIntent::ALL {
        cell(cells, form.map(|form| form.intents.contains(&intent)));
    }
    cells.words(form.map_or("", |form| &form.intent_text));
}

/// The answer to a question: a number as a figure, anything else as words; blank where there is none.
fn answer(
    cells: &mut impl Cells,
    question: &ExtraQuestion,
    form: Option<&Form1>,
    words: impl Fn(&ExtraQuestion, &ExtraAnswer) -> String,
) {
    let answer = form.and_then(|form| form.extra.get(&question.id));
    match question.kind {
        QuestionKind::Number { .. } => cells.figure(match answer {
            Some(ExtraAnswer::Number(number)) => Some(*number),
            _ => None,
        }),
        _ => cells.words(&answer.map_or_else(String::new, |answer| words(question, answer))),
    }
}

/// The cells under [`national_columns`].
pub(super) fn data_row(cells: &mut impl Cells, edition: &EditionDefinition, row: &NationalRow<'_>) {
    let form = row.form;
    cells.words(row.code.as_str());
    cells.words(row.prefecture);
    cells.words(row.name);
    cells.words(row.kind.as_str());
    cells.words(row.route.as_str());
    cells.words(row.status.as_str());
    cells.figure(form.map(|_| u64::from(row.lateness.is_late)));
    cells.figure(revision(row));
    cells.words(row.receipt.unwrap_or(""));
    cells.words(row.submitted_at.unwrap_or(""));
    intents(cells, edition, form, |cells, chosen| {
        cells.figure(chosen.map(u64::from));
    });
    contact(cells, form);
    for scheme in &edition.rows {
        let answer = form.map(|form| form.schemes.get(&scheme.scheme));
        cells.figure(answer.map(|row| u64::from(row.is_some_and(|row| row.target))));
        cells.figure(persons(answer.flatten()));
        subsidy(cells, edition, answer.flatten());
    }
    cells.words(form.map_or("", |form| &form.other_text));
    totals(cells, edition, form);
    cells.figure(form.map(|_| u64::from(row.by_proxy)));
    for question in &edition.questions {
        // The value of an option, 2027-02-28.
        answer(cells, question, form, |_, answer| {
            extra_answer::typed_form(answer)
        });
    }
}

/// Which of [`national_columns`] hold figures.
pub(super) fn data_figures(edition: &EditionDefinition) -> Vec<bool> {
    struct Kinds(Vec<bool>);
    impl Cells for Kinds {
        fn words(&mut self, _: &str) {
            self.0.push(false);
        }
        fn figure(&mut self, _: Option<u64>) {
            self.0.push(true);
        }
    }
    let nobody = NationalRow {
        code: PrefectureCode::all()
            .next()
            .expect("there are prefectures")
            .organization_code(),
        prefecture: "",
        name: "",
        kind: OrganizationKind::Prefecture,
        route: Route::ToMinistry,
        status: ResponseStatus::NotStarted,
        lateness: Lateness::default(),
        by_proxy: false,
        corrected: "",
        revision: None,
        receipt: None,
        submitted_at: None,
        form: None,
    };
    let mut kinds = Kinds(Vec::new());
    data_row(&mut kinds, edition, &nobody);
    kinds.0
}

/// 「期限後（2月19日締切）」: judged by the deadline of that body in that moment.
fn late(lateness: Lateness) -> String {
    match (lateness.is_late, lateness.judged_on) {
        (false, _) => String::new(),
        (true, None) => "期限後".to_owned(),
        (true, Some(day)) => format!("期限後（{}月{}日締切）", day.month(), day.day()),
    }
}

/// The cells under [`list_columns`].
pub(super) fn list_row(cells: &mut impl Cells, edition: &EditionDefinition, row: &NationalRow<'_>) {
    let mark = |yes: bool| if yes { CIRCLE } else { "" };
    let form = row.form;
    cells.words(row.code.as_str());
    cells.words(row.prefecture);
    cells.words(row.name);
    cells.words(row.kind.label());
    cells.words(row.route.label());
    if row.by_proxy && form.is_some() {
        cells.words(&format!("{}（代理入力）", row.status.label()));
    } else if !row.corrected.is_empty() && form.is_some() {
        cells.words(&format!("{}・{}", row.status.label(), row.corrected));
    } else {
        cells.words(row.status.label());
    }
    cells.words(&form.map_or_else(String::new, |_| late(row.lateness)));
    cells.figure(revision(row));
    cells.words(row.receipt.unwrap_or(""));
    cells.words(row.submitted_at.unwrap_or(""));
    intents(cells, edition, form, |cells, chosen| {
        cells.words(mark(chosen == Some(true)));
    });
    contact(cells, form);
    for scheme in &edition.rows {
        let answer = form.and_then(|form| form.schemes.get(&scheme.scheme));
        cells.words(mark(answer.is_some_and(|answer| answer.target)));
        cells.figure(persons(answer));
        subsidy(cells, edition, answer);
    }
    cells.words(form.map_or("", |form| &form.other_text));
    totals(cells, edition, form);
    for question in &edition.questions {
        answer(cells, question, form, |question, answer| match answer {
            ExtraAnswer::Date(day) => day.strftime("%Y/%m/%d").to_string(),
            _ => extra_answer::describe(question, answer),
        });
    }
}

/// How a column of 「回答一覧」 looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Words,
    /// Digits that are no number.
    Code,
    /// ○ and short words, centred.
    Mark,
    Figure,
}

/// One column of 「回答一覧」.
pub(super) struct ListColumn {
    /// The uppermost head, merged over neighbours with the same one.
    pub(super) group: String,
    /// The scheme's name, merged over its two columns, or a question; empty for other columns.
    pub(super) scheme: String,
    pub(super) label: Cow<'static, str>,
    pub(super) width: f64,
    pub(super) look: Look,
}

/// Group, label and width of the columns before and after those of the schemes.
const BEFORE: [(&str, &str, f64, Look); 18] = [
    ("自治体", "コード", 9.0, Look::Code),
    ("自治体", "都道府県", 10.0, Look::Words),
    ("自治体", "名称", 16.0, Look::Words),
    ("区分・提出先", "区分", 10.0, Look::Words),
    ("区分・提出先", "提出先", 16.0, Look::Words),
    ("提出の状況", "状況", 18.0, Look::Words),
    ("提出の状況", "期限後", 22.0, Look::Mark),
    ("提出の状況", "版", 6.0, Look::Figure),
    ("提出の状況", "受付番号", 20.0, Look::Words),
    ("提出の状況", "提出日時", 17.0, Look::Words),
    (INTENTS, "①1次交付", 8.0, Look::Mark),
    (INTENTS, "②2次交付", 8.0, Look::Mark),
    (INTENTS, "③予定なし", 8.0, Look::Mark),
    (INTENTS, "④その他", 8.0, Look::Mark),
    (INTENTS, "④の内容", 30.0, Look::Words),
    ("連絡調整担当部署・連絡先", "部署", 30.0, Look::Words),
    (
        "連絡調整担当部署・連絡先",
        "メールアドレス",
        28.0,
        Look::Words,
    ),
    ("連絡調整担当部署・連絡先", "電話番号", 18.0, Look::Code),
];
const AFTER: [(&str, &str, f64, Look); 4] = [
    (
        "その他の内容",
        "その他の地方単独医療費助成の内容",
        30.0,
        Look::Words,
    ),
    ("合計", "○の数", 8.0, Look::Figure),
    ("合計", "受給者数（人）", 13.0, Look::Figure),
    ("合計", "○で受給者数が不明", 12.0, Look::Figure),
];
/// The columns after those of the schemes where the edition asks for amounts.
const AFTER_AMOUNTS: [(&str, &str, f64, Look); 5] = [
    AFTER[0],
    AFTER[1],
    ("合計", "事業費予定額（円）", 16.0, Look::Figure),
    ("合計", "○で金額が未定", 12.0, Look::Figure),
    ("合計", "補助所要額（円）", 16.0, Look::Figure),
];
const INTENTS: &str = "申請の意向";

/// The columns of a scheme, in persons and in yen.
const PERSONS: [(&str, f64, Look); 2] = [
    ("対象", 7.0, Look::Mark),
    ("受給者数（人）", 12.0, Look::Figure),
];
const YEN: [(&str, f64, Look); 3] = [
    ("対象", 7.0, Look::Mark),
    ("事業費予定額（円）", 14.0, Look::Figure),
    ("補助所要額（円）", 14.0, Look::Figure),
];

/// The columns of 「回答一覧」.
pub(super) fn list_columns(edition: &EditionDefinition) -> Vec<ListColumn> {
    let asks_intent = edition.asks_intent();
    let column = |&(group, label, width, look): &(&str, &'static str, f64, Look)| ListColumn {
        group: group.to_owned(),
        scheme: String::new(),
        label: label.into(),
        width,
        look,
    };
    let schemes = edition.rows.iter().flat_map(|row| {
        let group = if row.law.is_empty() {
            &row.category
        } else {
            &row.law
        };
        let own: &[_] = if asks_intent { &PERSONS } else { &YEN };
        own.iter().map(move |&(label, width, look)| ListColumn {
            group: group.clone(),
            scheme: row.name.clone(),
            label: label.into(),
            width,
            look,
        })
    });
    let questions = edition.questions.iter().map(|question| {
        let (label, width, look) = match &question.kind {
            QuestionKind::Number { unit } if unit.is_empty() => ("回答".into(), 12.0, Look::Figure),
            QuestionKind::Number { unit } => (format!("回答（{unit}）").into(), 12.0, Look::Figure),
            QuestionKind::Date => ("回答".into(), 12.0, Look::Mark),
            QuestionKind::Choice { .. } | QuestionKind::Text => ("回答".into(), 30.0, Look::Words),
        };
        ListColumn {
            group: "追加の質問".to_owned(),
            scheme: question.label.clone(),
            label,
            width,
            look,
        }
    });
    let before = BEFORE
        .iter()
        .filter(|(group, ..)| asks_intent || *group != INTENTS);
    let after: &[_] = if asks_intent { &AFTER } else { &AFTER_AMOUNTS };
    before
        .map(column)
        .chain(schemes)
        .chain(after.iter().map(column))
        .chain(questions)
        .collect()
}
