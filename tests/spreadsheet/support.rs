//! Editions, answers, and a workbook as a reader sees it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use calamine::{Data, Range, Reader, Xlsx};
use torimatome::domain::application_intent::ApplicationIntent;
use torimatome::domain::coordination_contact::CoordinationContact;
use torimatome::domain::local_government_code::LocalGovernmentCode;
use torimatome::domain::organization::Organization;
use torimatome::domain::recipient_count::RecipientCount;
use torimatome::domain::response::{Form1, SchemeAnswer};
use torimatome::domain::survey_edition::EditionDefinition;

/// A shipped edition by its key.
pub fn edition(key: &str) -> EditionDefinition {
    let (_, text) = migrations::data::EDITIONS
        .iter()
        .find(|(shipped, _)| *shipped == key)
        .expect("a shipped edition");
    toml::from_str(text).expect("a definition")
}

pub fn code(text: &str) -> LocalGovernmentCode {
    text.parse().expect("a code")
}

/// All 1,788 bodies.
pub fn organizations() -> Vec<Organization> {
    migrations::data::ORGANIZATIONS
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            Organization {
                code: code(cells[0]),
                name: cells[2].to_owned(),
                kana: cells[3].to_owned(),
                kind: cells[4].parse().expect("a kind"),
                health_center_city: cells[5] == "1",
                child_guidance_city: cells[6] == "1",
            }
        })
        .collect()
}

/// The general municipalities of a prefecture.
pub fn general_municipalities(prefecture: u8) -> Vec<Organization> {
    let mut all = organizations();
    all.retain(|body| {
        body.prefecture().number() == prefecture && body.kind.is_general_municipality()
    });
    all
}

pub fn answer(target: bool, persons: Option<u32>) -> SchemeAnswer {
    SchemeAnswer {
        target,
        recipients: persons.map(|n| RecipientCount::try_from(n).expect("in range")),
        typed: None,
    }
}

/// 函館市 answers ① with four rows; one number is unknown, one is zero, one has no ○.
pub fn form() -> Form1 {
    let rows = [
        ("rehabilitation", answer(true, Some(1_234))),
        ("developmental", answer(true, None)),
        ("premature_infant", answer(true, Some(0))),
        ("local_child", answer(false, Some(28_000))),
        ("local_other", answer(true, Some(45))),
    ];
    Form1 {
        contact: CoordinationContact {
            department: "福祉部 障害福祉課 医療助成係".to_owned(),
            email: "iryo@city-hakodate.example".parse().expect("an address"),
            phone: "0138-00-0000".parse().expect("a number"),
        },
        intents: [ApplicationIntent::FirstRound].into(),
        intent_text: String::new(),
        schemes: rows
            .into_iter()
            .map(|(id, row)| (id.parse().expect("an id"), row))
            .collect(),
        other_text: "高齢者の医療費に係る助成\n（70歳から74歳まで）".to_owned(),
        extra: Default::default(),
        extra_typed: Default::default(),
    }
}

/// A workbook read back.
pub struct Book {
    bytes: Vec<u8>,
    sheets: BTreeMap<String, (Range<Data>, Range<String>)>,
    pub sheet_names: Vec<String>,
    names: BTreeMap<String, String>,
}

impl Book {
    pub fn read(bytes: Vec<u8>) -> Self {
        let mut book = Xlsx::new(Cursor::new(bytes.clone())).expect("a workbook");
        let sheet_names = book.sheet_names();
        let mut sheets = BTreeMap::new();
        for name in &sheet_names {
            let values = book.worksheet_range(name).expect("a sheet");
            let formulas = book.worksheet_formula(name).expect("a sheet");
            sheets.insert(name.clone(), (values, formulas));
        }
        let names = book.defined_names().iter().cloned().collect();
        Self {
            bytes,
            sheets,
            sheet_names,
            names,
        }
    }

    pub fn values(&self, sheet: &str) -> &Range<Data> {
        &self.sheets[sheet].0
    }

    /// The value of a cell, row and column from 0.
    pub fn value(&self, sheet: &str, row: u32, column: u32) -> Data {
        let value = self.values(sheet).get_value((row, column));
        value.cloned().unwrap_or(Data::Empty)
    }

    /// All cells with a formula: (row, column, formula).
    pub fn formulas(&self, sheet: &str) -> Vec<(u32, u32, String)> {
        let range = &self.sheets[sheet].1;
        let (row, column) = range.start().unwrap_or((0, 0));
        range
            .used_cells()
            .map(|(r, c, formula)| (row + r as u32, column + c as u32, formula.clone()))
            .filter(|(.., formula)| !formula.is_empty())
            .collect()
    }

    pub fn has_name(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Where a defined name points: row and column from 0.
    pub fn place(&self, name: &str) -> (u32, u32) {
        let target = self.names.get(name).unwrap_or_else(|| panic!("{name}"));
        let (_, cell) = target.rsplit_once('!').expect("a sheet and a cell");
        let cell = cell.replace('$', "");
        let letters = cell.trim_end_matches(|c: char| c.is_ascii_digit());
        let column = letters
            .bytes()
            .fold(0, |n, b| n * 26 + u32::from(b - b'A') + 1);
        let row: u32 = cell[letters.len()..].parse().expect("a row");
        (row - 1, column - 1)
    }

    pub fn named(&self, sheet: &str, name: &str) -> Data {
        let (row, column) = self.place(name);
        self.value(sheet, row, column)
    }

    /// One part of the package as text.
    pub fn part(&self, name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).expect("an archive");
        let mut text = String::new();
        let mut part = archive.by_name(name).expect(name);
        part.read_to_string(&mut text).expect("text");
        text
    }

    /// What every workbook of ours must keep.
    pub fn assert_clean(&self) {
        let archive = zip::ZipArchive::new(Cursor::new(&self.bytes)).expect("an archive");
        for name in archive.file_names() {
            let name = name.expect("a name");
            let odd = ["vba", "externalLink", "embeddings", "activeX", "custom.xml"];
            assert!(!odd.iter().any(|odd| name.contains(odd)), "{name}");
        }
        let core = self.part("docProps/core.xml");
        assert!(core.contains("<dc:creator></dc:creator>"), "{core}");
        assert!(
            core.contains("<cp:lastModifiedBy></cp:lastModifiedBy>"),
            "{core}"
        );
        let app = self.part("docProps/app.xml");
        assert!(
            app.contains("<Company></Company>") && !app.contains("<Manager>"),
            "{app}"
        );
        let workbook = self.part("xl/workbook.xml");
        assert!(!workbook.contains("idden\""), "{workbook}");
    }
}

pub fn words(text: &str) -> Data {
    Data::String(text.to_owned())
}
