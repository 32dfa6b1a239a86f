//! Finds the columns of a table of bodies by their headings, whatever their order.
//!
//! ```text
//! rows of a sheet ─ find ─> BodySheet (style, which cell is what) ─ rows ─> BodyRow (borrowed cells) …
//! ```

use crate::domain::participation::sheet::FileRow;
use crate::domain::search_key::search_key;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Code,
    Prefecture,
    PrefectureCode,
    PrefectureKana,
    Name,
    Kana,
    Kind,
    HealthCenter,
    ChildGuidance,
    Since,
    Abolished,
    Successor,
}

const FIELDS: usize = 12;

/// How a column is headed and what it holds.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    field: Field,
    /// Compared by their search key, so that width and line breaks do not matter. Pages name the first one; those of
    /// programs are the last.
    headings: &'static [&'static str],
    /// In the words of the page.
    pub holds: &'static str,
}

impl Column {
    const fn new(field: Field, headings: &'static [&'static str], holds: &'static str) -> Self {
        Self {
            field,
            headings,
            holds,
        }
    }

    /// The heading to write.
    pub fn heading(&self) -> &'static str {
        self.headings[0]
    }

    /// What else is read as this column.
    pub fn other_headings(&self) -> &'static [&'static str] {
        &self.headings[1..]
    }
}

/// The columns that are read.
pub const COLUMNS: [Column; FIELDS] = [
    Column::new(
        Field::Code,
        &[
            "団体コード",
            "コード",
            "自治体コード",
            "全国地方公共団体コード",
            "code",
        ],
        "6桁の団体コード。必ず要ります",
    ),
    Column::new(
        Field::Prefecture,
        &["都道府県", "都道府県名", "都道府県名（漢字）", "prefecture"],
        "都道府県の名称。団体コードと合うかを確かめます",
    ),
    Column::new(
        Field::PrefectureCode,
        &["都道府県番号", "都道府県コード", "prefecture_code"],
        "都道府県の番号（2桁）か、都道府県の団体コード（6桁）。団体コードと合うかを確かめます",
    ),
    Column::new(
        Field::PrefectureKana,
        &["都道府県名（カナ）"],
        "総務省の表だけで使います",
    ),
    Column::new(
        Field::Name,
        &[
            "団体名",
            "名称",
            "自治体名",
            "市区町村",
            "市区町村名",
            "市区町村名（漢字）",
            "name",
        ],
        "団体の名称。団体が書くとおりに書きます",
    ),
    Column::new(
        Field::Kana,
        &[
            "カナ",
            "ふりがな",
            "フリガナ",
            "読み",
            "市区町村名（カナ）",
            "kana",
        ],
        "名称の読み。ひらがなでも、半角でもかまいません",
    ),
    Column::new(
        Field::Kind,
        &["区分", "団体区分", "団体の区分", "kind"],
        "都道府県、指定都市、中核市、特別区、市、町、村のどれか",
    ),
    Column::new(
        Field::HealthCenter,
        &["保健所設置市", "health_center_city"],
        "該当するときは1か○、しないときは0か×",
    ),
    Column::new(
        Field::ChildGuidance,
        &["児相設置市", "児童相談所設置市", "child_guidance_city"],
        "該当するときは1か○、しないときは0か×",
    ),
    Column::new(
        Field::Since,
        &[
            "いつから",
            "適用日",
            "施行日",
            "異動日",
            "異動年月日",
            "since",
            "effective_on",
        ],
        "その行の内容が始まる日。空欄のときは、画面で入力した日を使います",
    ),
    Column::new(
        Field::Abolished,
        &["廃止", "abolished"],
        "廃止される団体は1か○",
    ),
    Column::new(
        Field::Successor,
        &[
            "合併先",
            "合併先コード",
            "引継ぎ先",
            "引継ぎ先コード",
            "successor",
        ],
        "廃止された団体を引き継ぐ団体のコード",
    ),
];

/// The head stands in one of the first rows; above it may be a title.
const HEAD_WITHIN: usize = 10;

/// Whose table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableStyle {
    /// The code table of the Ministry of Internal Affairs: all bodies, by name and reading only.
    Ministry,
    /// A list with our own columns; it may be about some bodies only.
    Own,
}

/// A sheet with a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodySheet {
    /// Which file and sheet, for messages; empty if there is one only.
    pub name: String,
    pub style: TableStyle,
    at: [Option<usize>; FIELDS],
    rows: Vec<FileRow>,
}

/// A row; a cell or column that is not there is empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyRow<'a> {
    pub line: u32,
    pub code: &'a str,
    pub prefecture: &'a str,
    pub prefecture_code: &'a str,
    pub prefecture_kana: &'a str,
    pub name: &'a str,
    pub kana: &'a str,
    pub kind: &'a str,
    pub health_center: &'a str,
    pub child_guidance: &'a str,
    pub since: &'a str,
    pub abolished: &'a str,
    pub successor: &'a str,
}

/// The sheets with a head, of all sheets of a file. Others (notes, a legend) are left out.
pub fn find(sheets: Vec<(String, Vec<FileRow>)>) -> Vec<BodySheet> {
    let mut found: Vec<BodySheet> = sheets
        .into_iter()
        .filter_map(|(name, rows)| BodySheet::read(name, rows))
        .collect();
    if let [only] = &mut found[..] {
        only.name.clear();
    }
    found
}

impl BodySheet {
    fn read(name: String, mut rows: Vec<FileRow>) -> Option<Self> {
        let heads = rows.iter().take(HEAD_WITHIN).enumerate();
        let (head, at) = heads
            .filter_map(|(position, row)| Some((position, columns(&row.cells)?)))
            .next()?;
        rows.drain(..=head);
        let has = |field: Field| at[field as usize].is_some();
        let is_ministrys =
            has(Field::Prefecture) && has(Field::Name) && has(Field::Kana) && !has(Field::Kind);
        Some(Self {
            name,
            style: if is_ministrys {
                TableStyle::Ministry
            } else {
                TableStyle::Own
            },
            at,
            rows,
        })
    }

    /// The rows with something in them.
    pub(super) fn rows(&self) -> impl Iterator<Item = BodyRow<'_>> {
        self.rows.iter().filter_map(|row| {
            let cell = |field: Field| {
                let cell = self.at[field as usize].and_then(|at| row.cells.get(at));
                cell.map_or("", |cell| cell.trim())
            };
            let blank = self.at.iter().flatten().all(|at| {
                let cell = row.cells.get(*at);
                cell.is_none_or(|cell| cell.trim().is_empty())
            });
            (!blank).then(|| BodyRow {
                line: row.line,
                code: cell(Field::Code),
                prefecture: cell(Field::Prefecture),
                prefecture_code: cell(Field::PrefectureCode),
                prefecture_kana: cell(Field::PrefectureKana),
                name: cell(Field::Name),
                kana: cell(Field::Kana),
                kind: cell(Field::Kind),
                health_center: cell(Field::HealthCenter),
                child_guidance: cell(Field::ChildGuidance),
                since: cell(Field::Since),
                abolished: cell(Field::Abolished),
                successor: cell(Field::Successor),
            })
        })
    }
}

/// Which cell holds what, if a row is a head: it names the code and something about the body.
fn columns(cells: &[String]) -> Option<[Option<usize>; FIELDS]> {
    let mut at = [None; FIELDS];
    for (position, cell) in cells.iter().enumerate() {
        let key = search_key(cell);
        let is_headed = |column: &&Column| {
            let mut headings = column.headings.iter();
            headings.any(|heading| search_key(heading) == key)
        };
        if let Some(column) = COLUMNS.iter().find(is_headed) {
            // Of two columns with the same heading the first counts.
            at[column.field as usize].get_or_insert(position);
        }
    }
    let has = |field: Field| at[field as usize].is_some();
    let says = [
        Field::Name,
        Field::Kind,
        Field::HealthCenter,
        Field::ChildGuidance,
        Field::Abolished,
        Field::Successor,
    ];
    (has(Field::Code) && says.into_iter().any(has)).then_some(at)
}
