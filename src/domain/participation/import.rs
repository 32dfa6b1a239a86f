//! Reads a participation list against the catalogue, the bodies and the ledger: all of it, or what is wrong with it.
//!
//! ```text
//! SheetRow ─ body, scheme, year, state, day ─> resolved row ─ duplicates, contradictions ─> entries that are new
//! ```
//! A row that says what the ledger says for its day already gives no entry: the same list twice changes nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::{Date, date};

use super::bodies::Bodies;
use super::sheet::{Field, SheetRow};
use super::timeline::{EntryKey, Timeline};
use super::{ParticipationEntry, ParticipationState, day_number, first_year, last_year, usual_day};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time::parse_date;
use crate::domain::local_government_code::{LocalGovernmentCode, read_code_generously};
use crate::domain::scheme::Scheme;
use crate::domain::scheme_catalogue::{Catalogue, CatalogueConflict, SchemeNames, conflict};
use crate::domain::search_key::search_key;
use crate::domain::text::{char_len, clean_line, fold_width};

/// Why a row was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    /// The row as Excel counts.
    pub line: u32,
    /// Where in the row it stands.
    pub field: Field,
    /// For the person who sent it.
    pub message: String,
}

/// What a list gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportOutcome {
    /// New entries, in the order of the list.
    pub entries: Vec<ParticipationEntry>,
    /// Rows that say what is in the ledger already.
    pub known: usize,
}

/// What a list is read against.
pub struct Importer<'a> {
    catalogue: &'a Catalogue,
    schemes: SchemeNames,
    bodies: Bodies<'a>,
    timeline: &'a Timeline,
    today: Date,
}

/// The longest note that is kept, in characters.
const NOTE_MAX: usize = 1_000;
/// Days a list may name.
const DAYS: (Date, Date) = (date(2020, 1, 1), date(2099, 12, 31));

/// The fiscal years that rows name, of those a list may name; in order.
pub fn years_named<'r>(
    rows: impl Iterator<Item = SheetRow<'r>>,
    today: Date,
) -> BTreeSet<FiscalYear> {
    let texts: HashSet<&str> = rows.map(|row| row.year).collect();
    texts
        .into_iter()
        .filter_map(|text| text.parse().ok())
        .filter(|year| (first_year()..=last_year(today)).contains(year))
        .collect()
}

/// A row that reads.
struct Resolved<'a> {
    row: SheetRow<'a>,
    key: EntryKey,
    day: u16,
    entry: ParticipationEntry,
}

impl<'a> Importer<'a> {
    /// An importer for lists that arrive on a day.
    pub fn new(
        catalogue: &'a Catalogue,
        names: SchemeNames,
        bodies: Bodies<'a>,
        timeline: &'a Timeline,
        today: Date,
    ) -> Self {
        Self {
            catalogue,
            schemes: names,
            bodies,
            timeline,
            today,
        }
    }

    /// Reads the rows. Either every row reads, or all problems are told, in the order of the list.
    pub fn read<'r>(
        &self,
        rows: impl Iterator<Item = SheetRow<'r>>,
    ) -> Result<ImportOutcome, Vec<RowProblem>> {
        let mut problems = Vec::new();
        let mut resolved = Vec::new();
        let mut memory = Memory::default();
        for row in rows {
            match self.resolve(row, &mut memory) {
                Ok(row) => resolved.push(row),
                Err((field, message)) => problems.push(RowProblem {
                    line: row.line,
                    field,
                    message,
                }),
            }
        }
        let mut outcome = ImportOutcome::default();
        let is_new = self.compare(&resolved, &mut problems);
        if !problems.is_empty() {
            problems.sort_by_key(|problem| problem.line);
            return Err(problems);
        }
        for (row, is_new) in resolved.into_iter().zip(is_new) {
            if is_new {
                outcome.entries.push(row.entry);
            } else {
                outcome.known += 1;
            }
        }
        Ok(outcome)
    }

    /// Which rows say something new; and which contradict each other or what is known.
    fn compare(&self, rows: &[Resolved<'_>], problems: &mut Vec<RowProblem>) -> Vec<bool> {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|at| (rows[*at].key, rows[*at].day, rows[*at].row.line));
        let mut is_new = vec![true; rows.len()];
        let mut before: Option<&Resolved<'_>> = None;
        for at in order {
            let row = &rows[at];
            let previous = before.filter(|previous| previous.key == row.key);
            before = Some(row);
            let mut refuse = |message: String| {
                let (line, field) = (row.row.line, Field::State);
                problems.push(RowProblem {
                    line,
                    field,
                    message,
                });
            };
            if let Some(other) = previous.filter(|other| other.day == row.day) {
                let line = other.row.line;
                refuse(if other.entry.state == row.entry.state {
                    format!("{line}行目と同じ内容です。どちらか一方にしてください。")
                } else {
                    format!(
                        "{line}行目では「{}」となっていて、食い違っています。どちらか一方にするか、日付を分けてください。",
                        other.entry.state.label()
                    )
                });
                continue;
            }
            let known = self.timeline.at(row.key, row.day);
            let in_list = previous.map(|other| (other.day, other.entry.state));
            let holds = match (known, in_list) {
                (Some(known), Some(in_list)) if in_list.0 > known.0 => Some(in_list),
                (known, in_list) => known.or(in_list),
            };
            match holds {
                Some((_, state)) if state == row.entry.state => is_new[at] = false,
                None | Some((_, ParticipationState::Annulled)) if !row.entry.state.is_live() => refuse(
                    "取下げとなっていますが、この自治体・制度・年度で参加した記録がありません。コード、制度、年度、日付をお確かめください。"
                        .to_owned(),
                ),
                _ => {}
            }
        }
        is_new
    }

    fn resolve<'r>(
        &self,
        row: SheetRow<'r>,
        memory: &mut Memory<'r>,
    ) -> Result<Resolved<'r>, (Field, String)> {
        let at = |field| move |message| (field, message);
        let year = memory.years.get(row.year, || self.year(row.year));
        let fiscal_year = year.map_err(at(Field::Year))?;
        let scheme = memory.schemes.get(row.scheme, || self.scheme(row.scheme));
        let scheme = scheme.map_err(at(Field::Scheme))?;
        let state = memory.states.get(row.state, || read_state(row.state));
        let state = state.map_err(at(Field::State))?;
        let typed = (row.code, row.prefecture, row.name);
        let code = memory.bodies.get(typed, || self.body(&row));
        let code = code.map_err(at(Field::Code))?;
        let definition = &self.catalogue.schemes()[scheme];
        let key = EntryKey::new(code, fiscal_year, scheme);
        let effective_on = match row.date {
            "" => Ok(usual_day(state, fiscal_year, self.today)),
            typed => memory.dates.get(typed, || read_day(typed)),
        };
        // What stands can always be withdrawn, whatever became of the body or of its class.
        let stands = || {
            let day = effective_on.as_ref().ok().and_then(|day| day_number(*day));
            let held = day.and_then(|day| self.timeline.at(key, day));
            held.is_some_and(|(_, state)| state != ParticipationState::Annulled)
        };
        if state.is_live() || !stands() {
            self.fits(definition, fiscal_year, code)?;
        }
        let effective_on = effective_on.map_err(at(Field::Date))?;
        let day = day_number(effective_on).ok_or_else(|| (Field::Date, day_problem(row.date)))?;
        let note = clean_line(row.note);
        if char_len(&note) > NOTE_MAX {
            return Err((Field::Note, format!("備考は{NOTE_MAX}文字までです。")));
        }
        Ok(Resolved {
            row,
            key,
            day,
            entry: ParticipationEntry {
                code,
                scheme: definition.id.clone(),
                fiscal_year,
                state,
                effective_on,
                revision_id: None,
                note,
            },
        })
    }

    /// Whether there is such a body in the year, and the catalogue lets it run the scheme then.
    fn fits(
        &self,
        definition: &Scheme,
        fiscal_year: FiscalYear,
        code: LocalGovernmentCode,
    ) -> Result<(), (Field, String)> {
        let class = self.bodies.of_year(fiscal_year, code).ok_or_else(|| {
            let why = self.bodies.absence(fiscal_year, code).unwrap_or_default();
            let message = format!(
                "団体コード{code}の団体は、{fiscal_year}にはありません。{why}合併などの前後のコードをお確かめください。"
            );
            (Field::Code, message)
        })?;
        match conflict(definition, &class.respondent_class(), fiscal_year) {
            Some(CatalogueConflict::NotYet(first)) => Err((
                Field::Scheme,
                format!(
                    "制度「{}」は{first}からです。{fiscal_year}には登録できません。",
                    definition.table_name()
                ),
            )),
            Some(CatalogueConflict::NoLonger(last)) => Err((
                Field::Scheme,
                format!(
                    "制度「{}」は{last}までです。{fiscal_year}には登録できません。",
                    definition.table_name()
                ),
            )),
            Some(CatalogueConflict::NotRun) => Err((
                Field::Scheme,
                format!(
                    "{}は、制度「{}」の実施主体（{}）ではありません。制度一覧をお確かめください。",
                    class.full_name(),
                    definition.table_name(),
                    definition.implementers
                ),
            )),
            None => Ok(()),
        }
    }

    fn year(&self, typed: &str) -> Result<FiscalYear, String> {
        let year: FiscalYear = typed.parse().map_err(|_| {
            format!("年度「{typed}」が読み取れません。R7、令和7年度、2025のように書いてください。")
        })?;
        let (first, last) = (first_year(), last_year(self.today));
        if (first..=last).contains(&year) {
            Ok(year)
        } else {
            Err(format!(
                "{year}は登録できません。{first}から{last}までの年度にしてください。"
            ))
        }
    }

    fn scheme(&self, typed: &str) -> Result<usize, String> {
        match self.schemes.find(typed) {
            [one] => Ok(*one),
            [] if typed.is_empty() => Err("制度が書かれていません。".to_owned()),
            [] => Err(format!(
                "制度「{typed}」は一覧にありません。制度のID、または制度一覧・状況表・様式1の名称で書いてください。"
            )),
            several => {
                let schemes = several.iter().filter_map(|at| self.catalogue.get(*at));
                let ids: Vec<_> = schemes
                    .map(|scheme| format!("{}（{}）", scheme.id, scheme.table_name()))
                    .collect();
                Err(format!(
                    "制度「{typed}」は、いまの名称か前の名称として、{}に当てはまります。どれか分かるように、制度のIDで書いてください。",
                    ids.join("、")
                ))
            }
        }
    }

    /// The body of a row: by code, by name where there is no code, and both must agree.
    fn body(&self, row: &SheetRow<'_>) -> Result<LocalGovernmentCode, String> {
        let by_name = match (row.prefecture, row.name) {
            ("", "") => None,
            (prefecture, "") => Some((prefecture, self.bodies.named("", prefecture))),
            (prefecture, name) => Some((name, self.bodies.named(prefecture, name))),
        };
        if row.code.is_empty() {
            return match by_name {
                None => Err("団体コードも名称も書かれていません。".to_owned()),
                Some((name, codes)) => one_body(name, &codes),
            };
        }
        if !fold_width(row.code).contains(|c: char| c.is_ascii_digit()) {
            // Some lists have names in the column of the codes.
            return one_body(row.code, &self.bodies.named(row.prefecture, row.code));
        }
        let codes = self.bodies.known(read_code_generously(row.code));
        let unknown = || {
            format!(
                "団体コード「{}」は一覧にありません。6桁の全国地方公共団体コードをお確かめください。",
                row.code
            )
        };
        match (codes.as_slice(), by_name) {
            ([], _) => Err(unknown()),
            ([code], None) => Ok(*code),
            (_, None) => Err(format!(
                "団体コード「{}」は先頭の0が無くなっているようで、当てはまる団体が複数あります。6桁で書いてください。",
                row.code
            )),
            (_, Some((name, named))) => {
                let mut both = codes.iter().filter(|code| named.contains(code));
                both.next().copied().ok_or_else(|| {
                    format!(
                        "団体コード「{}」と名称「{name}」が別の団体になっています。どちらかをお直しください。",
                        row.code
                    )
                })
            }
        }
    }
}

fn one_body(name: &str, codes: &[LocalGovernmentCode]) -> Result<LocalGovernmentCode, String> {
    match codes {
        [one] => Ok(*one),
        [] => Err(format!("自治体「{name}」は一覧にありません。")),
        several => {
            let prefectures: Vec<_> = several
                .iter()
                .map(|code| code.prefecture().name())
                .collect();
            Err(format!(
                "「{name}」は{}にあります。団体コードか、都道府県名を付けた名称で書いてください。",
                prefectures.join("・")
            ))
        }
    }
}

/// A state as lists write it; empty is 参加.
fn read_state(typed: &str) -> Result<ParticipationState, String> {
    use ParticipationState::{Planned, Running, Withdrawn};
    let words: [(ParticipationState, &[&str]); 3] = [
        (Planned, &["planned", "予定", "参加予定", "実施予定"]),
        (
            Running,
            &[
                "",
                "running",
                "参加",
                "実施",
                "参加中",
                "実施中",
                "実施済",
                "実施済み",
                "○",
            ],
        ),
        (
            Withdrawn,
            &[
                "withdrawn",
                "取下げ",
                "取り下げ",
                "取下",
                "辞退",
                "中止",
                "撤回",
            ],
        ),
    ];
    let key = search_key(typed);
    words
        .into_iter()
        .find(|(_, words)| words.iter().any(|word| search_key(word) == key))
        .map(|(state, _)| state)
        .ok_or_else(|| {
            format!(
                "状況「{typed}」が読み取れません。参加、参加予定、取下げのいずれかにしてください。"
            )
        })
}

fn read_day(typed: &str) -> Result<Date, String> {
    parse_date(typed)
        .filter(|day| (DAYS.0..=DAYS.1).contains(day))
        .ok_or_else(|| day_problem(typed))
}

fn day_problem(typed: &str) -> String {
    format!("日付「{typed}」が読み取れません。2025-10-31、令和7年10月31日のように書いてください。")
}

/// What was read before: lists repeat the same few texts thousands of times.
#[derive(Default)]
struct Memory<'r> {
    years: Read<&'r str, FiscalYear>,
    schemes: Read<&'r str, usize>,
    states: Read<&'r str, ParticipationState>,
    dates: Read<&'r str, Date>,
    bodies: Read<(&'r str, &'r str, &'r str), LocalGovernmentCode>,
}

struct Read<K, V>(HashMap<K, Result<V, String>>);

impl<K, V> Default for Read<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: std::hash::Hash + Eq, V: Copy> Read<K, V> {
    fn get(&mut self, typed: K, read: impl FnOnce() -> Result<V, String>) -> Result<V, String> {
        self.0.entry(typed).or_insert_with(read).clone()
    }
}
