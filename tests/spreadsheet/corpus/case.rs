//! One file of the corpus: a book bent from a good one, and what must be read from it.

use std::sync::LazyLock;

use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::identify::Scope;
use torimatome::domain::intake::Outcome;
use torimatome::domain::response::Form1;
use torimatome::domain::survey_edition::EditionDefinition;
use torimatome::spreadsheet::intake::{CellValue, read_workbook};
use torimatome::spreadsheet::{FormBody, write_form1};

use super::book::{Book, Page, number, text};
use crate::support::{answer, code, edition, form};

/// What a reading must be. Texts are what stood in the cell; that the cell is the right one is checked for
/// every file alike.
#[derive(Clone, Debug)]
pub struct Expected {
    pub outcome: Outcome,
    pub code: Option<&'static str>,
    /// Found, read as.
    pub changes: Vec<(String, String)>,
    /// What stood in the cells with errors; empty where none or the whole sheet is meant.
    pub errors: Vec<String>,
    pub warnings: Vec<String>,
    /// `None` where nothing may be stored.
    pub form: Option<Form1>,
    /// Words that must occur in the first problem.
    pub says: &'static [&'static str],
}

/// One file.
#[derive(Clone, Debug)]
pub struct Case {
    pub group: &'static str,
    pub name: String,
    pub edition: &'static str,
    pub file_name: String,
    pub subject: Option<String>,
    pub folder: Option<String>,
    pub scope: Scope,
    pub book: Book,
    pub expected: Expected,
}

/// An answer of 函館市 that nothing can be said against.
pub fn plain() -> Form1 {
    let mut plain = form();
    let child = "local_child".parse().expect("an id");
    plain.schemes.insert(child, answer(true, Some(28_000)));
    plain
}

/// Which sheet a case starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// As the portal gives it out.
    Ours,
    /// The same after a sanitizer took the names.
    Bare,
    /// As the ministry mailed it: other columns, half-width brackets, no names.
    Notice,
}

static OURS: LazyLock<Vec<(&str, Book)>> = LazyLock::new(|| {
    let body = FormBody {
        code: code("012025"),
        name: "函館市",
    };
    ["fy2025", "fy2026", "fy2027"]
        .into_iter()
        .map(|key| {
            let bytes = write_form1(&edition(key), &body, Some(&plain()), None);
            let bytes = bytes.expect("a workbook");
            (key, Book::of(read_workbook(&bytes).expect("a workbook")))
        })
        .collect()
});

pub fn base(base: Base, key: &str) -> Book {
    let (_, ours) = OURS
        .iter()
        .find(|(known, _)| *known == key)
        .expect("an edition");
    match base {
        Base::Ours => ours.clone(),
        Base::Bare => {
            let mut book = ours.clone();
            book.names.clear();
            book
        }
        Base::Notice => notice(&edition(key), ours),
    }
}

/// The form as the notice of January 2025 lays it out, with the answers of `filled`.
fn notice(edition: &EditionDefinition, filled: &Book) -> Book {
    let narrow = |words: &str| text(words.replace('（', "(").replace('）', ")"));
    let mut book = Book {
        pages: vec![Page {
            name: "様式1".to_owned(),
            ..Page::default()
        }],
        ..Book::default()
    };
    let mut fields: Vec<(String, (u32, u32))> = Vec::new();
    book.put((0, 7), text("(様式1)"));
    book.put((1, 1), narrow(&edition.form1_title));
    for (row, label, field) in [
        (3, "全国地方公共団体コード", "form1_code"),
        (4, "都道府県又は市区町村の名称", "form1_name"),
        (
            7,
            "連絡調整担当部署(部局・課・係など)の名称",
            "form1_department",
        ),
        (8, "連絡調整担当部署のメールアドレス", "form1_email"),
        (9, "連絡調整担当部署の電話番号", "form1_phone"),
    ] {
        book.put((row, 1), text(label));
        fields.push((field.to_owned(), (row, 4)));
    }
    book.put(
        (6, 1),
        text("1. 国又は都道府県との連絡調整担当部署・連絡先"),
    );
    book.put(
        (11, 1),
        text("2. 自治体システム改修等補助金についての申請の意向"),
    );
    book.put((12, 1), text("該当する選択肢の回答欄に「○」を付してください。なお、現時点の検討状況に基づく回答で結構です。"));
    book.put((13, 1), text("選択肢"));
    book.put((13, 7), text("回答"));
    for (row, intent) in (14..).zip(ApplicationIntent::ALL) {
        book.put((row, 1), narrow(&edition.intent_label(intent)));
        fields.push((format!("intent_{}", intent.number()), (row, 7)));
    }
    book.put(
        (18, 1),
        text("※④その他を選択した場合は、具体的な回答内容を以下に記載してください。"),
    );
    fields.push(("form1_intent_text".to_owned(), (19, 1)));
    book.put(
        (21, 1),
        text("3. 自治体システム改修等補助金の対象とする医療費助成"),
    );
    book.put((22, 1), narrow("自治体システム改修等補助金の対象とする予定の医療費助成について、「システム改修等の対象」欄に「○」を付すとともに、「受給者数（人）」欄に把握している直近の受給者数又は受給者数の概数を記入してください。なお、現時点の検討状況等に基づく回答で結構です。"));
    for (column, words) in [
        (1, "区分"),
        (2, "医療費助成"),
        (6, "システム改修等の対象"),
        (7, "受給者数(人)"),
    ] {
        book.put((23, column), text(words));
    }
    let mut row = 24;
    let mut before = ("", "");
    for scheme in &edition.rows {
        if before.0 != scheme.category {
            book.put((row, 1), text(&scheme.category));
        }
        if before != (&scheme.category, &scheme.law) && !scheme.law.is_empty() {
            book.put((row, 2), text(&scheme.law));
        }
        before = (&scheme.category, &scheme.law);
        let column = if scheme.law.is_empty() { 2 } else { 3 };
        let mark = if scheme.needs_text { "※" } else { "" };
        book.put((row, column), narrow(&format!("{}{mark}", scheme.name)));
        fields.push((format!("target_{}", scheme.scheme), (row, 6)));
        fields.push((format!("recipients_{}", scheme.scheme), (row, 7)));
        row += 1;
    }
    book.put((row, 1), text("合計"));
    for (column, total) in [(6, 5.0), (7, 29_279.0)] {
        book.pages[0]
            .cells
            .insert((row, column), (number(total), true));
    }
    book.put((row + 1, 1), text("※「その他の地方単独医療費助成」を選択した場合は、具体的な医療費助成の内容を以下に記載してください。"));
    fields.push(("form1_other_text".to_owned(), (row + 2, 1)));
    for (field, at) in fields {
        if let Some(cell) = filled.pages[0].cells.get(&filled.field(&field)) {
            book.pages[0].cells.insert(at, cell.clone());
        }
        book.fields.insert(field, at);
    }
    book
}

impl Case {
    /// A file of 函館市 in the edition fy2025 that is taken as it stands.
    pub fn new(group: &'static str, name: impl Into<String>, from: Base) -> Self {
        Self {
            group,
            name: name.into(),
            edition: "fy2025",
            file_name: "【012025函館市】様式1.xlsx".to_owned(),
            subject: None,
            folder: None,
            scope: Scope::Country,
            book: base(from, "fy2025"),
            expected: Expected {
                outcome: Outcome::Accepted,
                code: Some("012025"),
                changes: Vec::new(),
                errors: Vec::new(),
                warnings: Vec::new(),
                form: Some(plain()),
                says: &[],
            },
        }
    }

    pub fn bend(mut self, bend: impl FnOnce(&mut Book)) -> Self {
        bend(&mut self.book);
        self
    }

    pub fn edition(mut self, key: &'static str, from: Base) -> Self {
        self.edition = key;
        self.book = base(from, key);
        self
    }

    pub fn file(mut self, name: impl Into<String>) -> Self {
        self.file_name = name.into();
        self
    }

    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    pub fn folder(mut self, folder: impl Into<String>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Code and name at the top of the sheet; an empty text empties the cell.
    pub fn head(self, code: &str, name: &str) -> Self {
        self.bend(|book| {
            for (field, words) in [("form1_code", code), ("form1_name", name)] {
                if words.is_empty() {
                    book.clear(field);
                } else {
                    book.set(field, text(words));
                }
            }
        })
    }

    /// One field holds something else.
    pub fn with(self, field: &str, value: CellValue) -> Self {
        self.bend(|book| {
            book.set(field, value);
        })
    }

    /// A value is read as another: taken, with a change.
    pub fn change(mut self, found: impl Into<String>, read_as: impl Into<String>) -> Self {
        if self.expected.outcome == Outcome::Accepted {
            self.expected.outcome = Outcome::Normalised;
        }
        self.expected.changes.push((found.into(), read_as.into()));
        self
    }

    /// A cell with an error; nothing is stored.
    pub fn error(mut self, found: impl Into<String>) -> Self {
        self.expected.outcome = Outcome::Rejected;
        self.expected.form = None;
        self.expected.errors.push(found.into());
        self
    }

    pub fn warning(mut self, found: impl Into<String>) -> Self {
        self.expected.warnings.push(found.into());
        self
    }

    /// What is stored differs from the plain answer.
    pub fn stores(mut self, change: impl FnOnce(&mut Form1)) -> Self {
        if let Some(form) = &mut self.expected.form {
            change(form);
        }
        self
    }

    pub fn code(mut self, code: &'static str) -> Self {
        self.expected.code = Some(code);
        self
    }

    pub fn no_code(mut self) -> Self {
        self.expected.code = None;
        self
    }

    pub fn says(mut self, words: &'static [&'static str]) -> Self {
        self.expected.says = words;
        self
    }
}
