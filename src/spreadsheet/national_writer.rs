//! Writes the ministry's list of all answers, one body a row: 「回答一覧」 for reading and 「data」 for machines.
//!
//! Both sheets are written row by row to temporary files, so memory does not grow with the country.

use rust_xlsxwriter::{Format, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError};

use super::SpreadsheetError;
use super::look::{self, A3, CIRCLE, boxed, centred, head, number, plain, put, text};
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::local_government_code::LocalGovernmentCode;
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
    pub is_late: bool,
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
        "intent_1",
        "intent_2",
        "intent_3",
        "intent_4",
        "intent_text",
        "department",
        "email",
        "phone",
    ]
    .map(str::to_owned)
    .into();
    for row in &edition.rows {
        columns.push(format!("{}_target", row.scheme));
        columns.push(format!("{}_recipients", row.scheme));
    }
    columns.extend(
        [
            "other_text",
            "targets_total",
            "recipients_total",
            "recipients_unknown",
        ]
        .map(str::to_owned),
    );
    columns
}

/// Writes the list. `as_of` says to which moment the rows belong (令和8年11月21日（土）13時05分現在).
///
/// In 「data」 kind, route and status are the stable ids, yes is 1 and no is 0, and a body without an
/// answer has blank cells from `late` on. Errors if the temporary directory cannot be written.
pub fn write_national_list<'a>(
    edition: &EditionDefinition,
    as_of: &str,
    rows: impl IntoIterator<Item = NationalRow<'a>>,
) -> Result<Vec<u8>, SpreadsheetError> {
    let title = format!("意向等調査　回答一覧（{}）", edition.short_title);
    let mut workbook = look::new_workbook(&title)?;
    let mut list = List::new(&mut workbook, edition, &title, as_of)?;
    let mut data = Data::new(&mut workbook, edition)?;
    for row in rows {
        list.write(edition, &row)?;
        data.write(edition, &row)?;
    }
    let (list, data) = (list.finish()?, data.finish()?);
    workbook.push_worksheet(list);
    workbook.push_worksheet(data);
    Ok(workbook.save_to_buffer()?)
}

/// Writes one row of cells from left to right.
struct Cells<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    column: u16,
}

impl Cells<'_> {
    /// An empty text leaves the cell blank.
    fn words(&mut self, words: &str, format: &Format) -> Result<(), XlsxError> {
        self.sheet
            .write_string_with_format(self.row, self.column, look::fitting(words), format)?;
        self.column += 1;
        Ok(())
    }

    /// `None` leaves the cell blank.
    fn figure(&mut self, figure: Option<u64>, format: &Format) -> Result<(), XlsxError> {
        match figure {
            // Far below 2^53, where every whole number is exact.
            Some(figure) => {
                self.sheet
                    .write_number_with_format(self.row, self.column, figure as f64, format)?
            }
            None => self.sheet.write_blank(self.row, self.column, format)?,
        };
        self.column += 1;
        Ok(())
    }

    /// Department, address, number.
    fn contact(
        &mut self,
        form: Option<&Form1>,
        words: &Format,
        phone: &Format,
    ) -> Result<(), XlsxError> {
        let contact = form.map(|form| &form.contact);
        self.words(contact.map_or("", |contact| &contact.department), words)?;
        self.words(contact.map_or("", |contact| contact.email.as_str()), words)?;
        let number = contact.map_or_else(String::new, |contact| contact.phone.to_string());
        self.words(&number, phone)
    }
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

/// The three figures at the end of a row; blank where there is no answer.
fn totals(form: Option<&Form1>) -> [Option<u64>; 3] {
    let totals: Option<Totals> = form.map(Form1::totals);
    [
        totals.map(|totals| u64::from(totals.targets)),
        totals.map(|totals| totals.recipients),
        totals.map(|totals| u64::from(totals.unknown)),
    ]
}

/// One column of 「回答一覧」.
struct ListColumn {
    /// The uppermost head, merged over neighbours with the same one.
    group: String,
    /// The scheme's name, merged over its two columns; empty for other columns.
    scheme: String,
    label: &'static str,
    width: f64,
}

/// Group, label and width of the columns before and after those of the schemes.
const BEFORE: [(&str, &str, f64); 18] = [
    ("自治体", "コード", 9.0),
    ("自治体", "都道府県", 10.0),
    ("自治体", "名称", 16.0),
    ("区分・提出先", "区分", 10.0),
    ("区分・提出先", "提出先", 16.0),
    ("提出の状況", "状況", 11.0),
    ("提出の状況", "期限後", 8.0),
    ("提出の状況", "版", 6.0),
    ("提出の状況", "受付番号", 20.0),
    ("提出の状況", "提出日時", 17.0),
    ("申請の意向", "①1次交付", 8.0),
    ("申請の意向", "②2次交付", 8.0),
    ("申請の意向", "③予定なし", 8.0),
    ("申請の意向", "④その他", 8.0),
    ("申請の意向", "④の内容", 30.0),
    ("連絡調整担当部署・連絡先", "部署", 30.0),
    ("連絡調整担当部署・連絡先", "メールアドレス", 28.0),
    ("連絡調整担当部署・連絡先", "電話番号", 18.0),
];
const AFTER: [(&str, &str, f64); 4] = [
    ("その他の内容", "その他の地方単独医療費助成の内容", 30.0),
    ("合計", "○の数", 8.0),
    ("合計", "受給者数（人）", 13.0),
    ("合計", "○で受給者数が不明", 12.0),
];

fn list_columns(edition: &EditionDefinition) -> Vec<ListColumn> {
    let column = |&(group, label, width): &(&str, &'static str, f64)| ListColumn {
        group: group.to_owned(),
        scheme: String::new(),
        label,
        width,
    };
    let schemes = edition.rows.iter().flat_map(|row| {
        let group = if row.law.is_empty() {
            &row.category
        } else {
            &row.law
        };
        [("対象", 7.0), ("受給者数（人）", 12.0)].map(|(label, width)| ListColumn {
            group: group.clone(),
            scheme: row.name.clone(),
            label,
            width,
        })
    });
    let before = BEFORE.iter().map(column);
    before
        .chain(schemes)
        .chain(AFTER.iter().map(column))
        .collect()
}

/// The rows of the head: group, scheme, label. The last has the filter buttons.
const GROUPS: u32 = 2;
const SCHEMES: u32 = 3;
const LABELS: u32 = 4;
/// Code, prefecture and name stay in sight.
const FROZEN: u16 = 3;

/// The sheet for people.
struct List {
    sheet: Worksheet,
    row: u32,
    last_column: u16,
    words: Format,
    code: Format,
    middle: Format,
    figure: Format,
}

impl List {
    fn new(
        workbook: &mut Workbook,
        edition: &EditionDefinition,
        title: &str,
        as_of: &str,
    ) -> Result<Self, XlsxError> {
        let mut sheet = workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name("回答一覧")?;
        let columns = list_columns(edition);
        for (at, column) in (0_u16..).zip(&columns) {
            sheet.set_column_width(at, column.width)?;
        }
        sheet.set_row_height(0, 24)?;
        let big = plain().set_bold().set_font_size(14);
        sheet.write_string_with_format(0, 0, title, &big)?;
        let note = format!("{as_of}　　受給者数の空欄は「不明」です（0人ではありません）。");
        sheet.write_string_with_format(1, 0, note, &plain())?;

        let cell = |at: usize| at as u16;
        for (from, to) in look::runs(&columns, |a, b| a.group == b.group) {
            let words = &columns[from].group;
            put(
                &mut sheet,
                (GROUPS, cell(from)),
                (GROUPS, cell(to)),
                words,
                &head(),
            )?;
        }
        sheet.set_row_height(SCHEMES, 63)?;
        for (from, to) in look::runs(&columns, |a, b| a.scheme == b.scheme) {
            let words = &columns[from].scheme;
            if words.is_empty() {
                // Looks like one cell with the label below, which has the filter button.
                let open = head().set_border_bottom(FormatBorder::None);
                for at in from..=to {
                    sheet.write_blank(SCHEMES, cell(at), &open)?;
                }
            } else {
                put(
                    &mut sheet,
                    (SCHEMES, cell(from)),
                    (SCHEMES, cell(to)),
                    words,
                    &head(),
                )?;
            }
        }
        sheet.set_row_height(LABELS, 33)?;
        for (at, column) in (0_u16..).zip(&columns) {
            let format = if column.scheme.is_empty() {
                head().set_border_top(FormatBorder::None)
            } else {
                head()
            };
            sheet.write_string_with_format(LABELS, at, column.label, &format)?;
        }
        Ok(Self {
            sheet,
            row: LABELS + 1,
            last_column: cell(columns.len() - 1),
            // One line a body: long words are read in the cell, not spread over the list.
            words: plain().set_border(FormatBorder::Thin),
            code: text(plain().set_border(FormatBorder::Thin)),
            middle: centred(boxed()),
            figure: number(boxed()),
        })
    }

    fn write(
        &mut self,
        edition: &EditionDefinition,
        row: &NationalRow<'_>,
    ) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, 18)?;
        let mut cells = Cells {
            sheet: &mut self.sheet,
            row: self.row,
            column: 0,
        };
        let (words, middle) = (&self.words, &self.middle);
        let mark = |yes: bool| if yes { CIRCLE } else { "" };
        let form = row.form;
        cells.words(row.code.as_str(), &self.code)?;
        cells.words(row.prefecture, words)?;
        cells.words(row.name, words)?;
        cells.words(row.kind.label(), words)?;
        cells.words(row.route.label(), words)?;
        cells.words(row.status.label(), words)?;
        let late = row.is_late && form.is_some();
        cells.words(if late { "期限後" } else { "" }, middle)?;
        cells.figure(revision(row), &self.figure)?;
        cells.words(row.receipt.unwrap_or(""), words)?;
        cells.words(row.submitted_at.unwrap_or(""), words)?;
        for intent in ApplicationIntent::ALL {
            let chosen = form.is_some_and(|form| form.intents.contains(&intent));
            cells.words(mark(chosen), middle)?;
        }
        cells.words(form.map_or("", |form| &form.intent_text), words)?;
        cells.contact(form, words, &self.code)?;
        for scheme in &edition.rows {
            let answer = form.and_then(|form| form.schemes.get(&scheme.scheme));
            cells.words(mark(answer.is_some_and(|answer| answer.target)), middle)?;
            cells.figure(persons(answer), &self.figure)?;
        }
        cells.words(form.map_or("", |form| &form.other_text), words)?;
        for total in totals(form) {
            cells.figure(total, &self.figure)?;
        }
        self.row += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<Worksheet, XlsxError> {
        let last_row = (self.row - 1).max(LABELS);
        self.sheet
            .autofilter(LABELS, 0, last_row, self.last_column)?
            .ignore_error_range(
                LABELS,
                0,
                last_row,
                self.last_column,
                IgnoreError::NumberStoredAsText,
            )?
            .set_freeze_panes(LABELS + 1, FROZEN)?
            .set_paper_size(A3)
            .set_landscape()
            .set_repeat_rows(GROUPS, LABELS)?
            .set_repeat_columns(0, FROZEN - 1)?
            .set_footer("&C&P / &N");
        Ok(self.sheet)
    }
}

/// The sheet for machines.
struct Data {
    sheet: Worksheet,
    row: u32,
    last_column: u16,
    words: Format,
    figure: Format,
}

impl Data {
    fn new(workbook: &mut Workbook, edition: &EditionDefinition) -> Result<Self, XlsxError> {
        let mut sheet = workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name("data")?;
        let columns = national_columns(edition);
        let bold = plain().set_bold();
        for (at, key) in (0_u16..).zip(&columns) {
            sheet.set_column_width(at, key.len().clamp(9, 30) as f64)?;
            sheet.write_string_with_format(0, at, key, &bold)?;
        }
        Ok(Self {
            sheet,
            row: 1,
            last_column: columns.len() as u16 - 1,
            words: text(plain()),
            figure: plain().set_num_format("0"),
        })
    }

    fn write(
        &mut self,
        edition: &EditionDefinition,
        row: &NationalRow<'_>,
    ) -> Result<(), XlsxError> {
        let mut cells = Cells {
            sheet: &mut self.sheet,
            row: self.row,
            column: 0,
        };
        let (words, figure) = (&self.words, &self.figure);
        let form = row.form;
        cells.words(row.code.as_str(), words)?;
        cells.words(row.prefecture, words)?;
        cells.words(row.name, words)?;
        cells.words(row.kind.as_str(), words)?;
        cells.words(row.route.as_str(), words)?;
        cells.words(row.status.as_str(), words)?;
        cells.figure(form.map(|_| u64::from(row.is_late)), figure)?;
        cells.figure(revision(row), figure)?;
        cells.words(row.receipt.unwrap_or(""), words)?;
        cells.words(row.submitted_at.unwrap_or(""), words)?;
        for intent in ApplicationIntent::ALL {
            let chosen = form.map(|form| u64::from(form.intents.contains(&intent)));
            cells.figure(chosen, figure)?;
        }
        cells.words(form.map_or("", |form| &form.intent_text), words)?;
        cells.contact(form, words, words)?;
        for scheme in &edition.rows {
            let answer = form.map(|form| form.schemes.get(&scheme.scheme));
            let target = answer.map(|row| u64::from(row.is_some_and(|row| row.target)));
            cells.figure(target, figure)?;
            cells.figure(persons(answer.flatten()), figure)?;
        }
        cells.words(form.map_or("", |form| &form.other_text), words)?;
        for total in totals(form) {
            cells.figure(total, figure)?;
        }
        self.row += 1;
        Ok(())
    }

    fn finish(mut self) -> Result<Worksheet, XlsxError> {
        let last_row = self.row - 1;
        self.sheet
            .ignore_error_range(
                0,
                0,
                last_row,
                self.last_column,
                IgnoreError::NumberStoredAsText,
            )?
            .set_freeze_panes(1, 0)?;
        Ok(self.sheet)
    }
}
