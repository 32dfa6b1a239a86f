//! Finds the columns of a participation list, whatever their order and language.
//!
//! ```text
//! rows of a file ─ find ─> Head (which cell is what) ─ rows ─> SheetRow (borrowed cells), a row of the list each
//! ```

use crate::domain::search_key::search_key;

/// A row of a file: its number as Excel counts (from 1) and its cells from left to right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    pub line: u32,
    pub cells: Vec<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Code,
    Name,
    Prefecture,
    Scheme,
    Year,
    State,
    Date,
    Note,
}

impl Field {
    /// What a person calls the column.
    pub fn label(self) -> &'static str {
        match self {
            Self::Code => "団体コード・名称",
            Self::Name => "名称",
            Self::Prefecture => "都道府県",
            Self::Scheme => "制度",
            Self::Year => "年度",
            Self::State => "状況",
            Self::Date => "日付",
            Self::Note => "備考",
        }
    }
}

const FIELDS: usize = 8;

/// The headings of each field; compared by their search key.
const HEADINGS: [(Field, &[&str]); FIELDS] = [
    (
        Field::Code,
        &[
            "code",
            "コード",
            "団体コード",
            "自治体コード",
            "地方公共団体コード",
            "全国地方公共団体コード",
            "市区町村コード",
            "都道府県コード又は市区町村コード",
        ],
    ),
    (
        Field::Name,
        &[
            "name",
            "名称",
            "自治体",
            "自治体名",
            "自治体名称",
            "団体名",
            "市区町村",
            "市区町村名",
            "市町村名",
        ],
    ),
    (Field::Prefecture, &["prefecture", "都道府県", "都道府県名"]),
    (
        Field::Scheme,
        &[
            "scheme_id",
            "scheme",
            "制度",
            "制度名",
            "制度id",
            "対象制度",
            "医療費助成",
            "医療費助成の種類",
            "種類",
        ],
    ),
    (
        Field::Year,
        &[
            "fiscal_year",
            "year",
            "年度",
            "会計年度",
            "参加年度",
            "実施年度",
            "対象年度",
        ],
    ),
    (
        Field::State,
        &[
            "state",
            "status",
            "状態",
            "状況",
            "参加状況",
            "参加・参加予定",
        ],
    ),
    (
        Field::Date,
        &[
            "date",
            "effective_on",
            "日付",
            "年月日",
            "基準日",
            "決定日",
            "適用日",
            "参加日",
        ],
    ),
    (Field::Note, &["note", "備考", "理由", "メモ"]),
];

/// The head stands in one of the first rows; above it may be a title.
const HEAD_WITHIN: usize = 10;

/// Which cell holds what.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Columns {
    at: [Option<usize>; FIELDS],
}

/// A row of the list; a cell or column that is not there is empty.
#[derive(Debug, Clone, Copy)]
pub struct SheetRow<'a> {
    pub line: u32,
    pub code: &'a str,
    pub name: &'a str,
    pub prefecture: &'a str,
    pub scheme: &'a str,
    pub year: &'a str,
    pub state: &'a str,
    pub date: &'a str,
    pub note: &'a str,
}

/// A list's head: which cell holds what, and where the list begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    columns: Columns,
    first: usize,
}

/// The head of a list; none where no row is one.
pub fn find(rows: &[FileRow]) -> Option<Head> {
    let heads = rows.iter().take(HEAD_WITHIN).enumerate();
    heads
        .filter_map(|(at, row)| Some((at, Columns::read(&row.cells)?)))
        .next()
        .map(|(at, columns)| Head {
            columns,
            first: at + 1,
        })
}

impl Head {
    /// The rows of the list, in the file that the head was found in. Rows without any text are left out.
    pub fn rows<'a>(&'a self, rows: &'a [FileRow]) -> impl Iterator<Item = SheetRow<'a>> {
        let list = rows.get(self.first..).unwrap_or_default();
        list.iter()
            .map(|row| self.columns.row(row))
            .filter(|row| !row.is_blank())
    }
}

impl Columns {
    /// A head names the year, the scheme, and the body by code or name.
    fn read(cells: &[String]) -> Option<Self> {
        let mut at = [None; FIELDS];
        for (position, cell) in cells.iter().enumerate() {
            let key = search_key(cell);
            let field = HEADINGS.iter().position(|(_, headings)| {
                headings.iter().any(|heading| search_key(heading) == key)
            });
            if let Some(field) = field {
                // Of two columns with the same heading the first counts.
                at[field].get_or_insert(position);
            }
        }
        let columns = Self { at };
        let named = columns.has(Field::Code) || columns.has(Field::Name);
        (named && columns.has(Field::Scheme) && columns.has(Field::Year)).then_some(columns)
    }

    fn has(&self, field: Field) -> bool {
        self.position(field).is_some()
    }

    fn position(&self, field: Field) -> Option<usize> {
        let row = HEADINGS.iter().position(|(known, _)| *known == field)?;
        self.at[row]
    }

    fn row<'a>(&self, row: &'a FileRow) -> SheetRow<'a> {
        let cell = |field| -> &'a str {
            let cell = self.position(field).and_then(|at| row.cells.get(at));
            cell.map_or("", |cell| cell.trim())
        };
        SheetRow {
            line: row.line,
            code: cell(Field::Code),
            name: cell(Field::Name),
            prefecture: cell(Field::Prefecture),
            scheme: cell(Field::Scheme),
            year: cell(Field::Year),
            state: cell(Field::State),
            date: cell(Field::Date),
            note: cell(Field::Note),
        }
    }
}

impl SheetRow<'_> {
    fn is_blank(&self) -> bool {
        let body = [self.code, self.name, self.prefecture];
        let rest = [self.scheme, self.year, self.state, self.date, self.note];
        body.iter().chain(&rest).all(|cell| cell.is_empty())
    }
}
