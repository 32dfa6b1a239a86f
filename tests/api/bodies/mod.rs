//! Bodies change by date: the history and the table of today, editions that keep what held, pages and tables.

use jiff::civil::{Date, date};
use rust_xlsxwriter::Workbook;
use torimatome::domain::body_entry::BodyEntry;
use torimatome::domain::local_government_code::LocalGovernmentCode;
use torimatome::domain::organization::{Organization, OrganizationKind};
use torimatome::domain::survey_edition::EditionDates;
use torimatome::store::responses::ResponseRecord;
use torimatome::workflow::bodies::record;
use torimatome::workflow::editions::open_edition;
use unicode_normalization::UnicodeNormalization;

use crate::app::{TestApp, body, edition};

mod editions;
mod history;
mod pages;
mod tables;

/// An edition that is still in preparation when a test begins.
const NEXT: &str = "fy2026";

/// Enters a change as the ministry does.
pub async fn enter(app: &TestApp, entry: BodyEntry, day: Date) -> bool {
    let ministry = app.actor(None, "医療費助成担当", true).await;
    let recorded = record(&app.desk, &ministry, &entry, day, "告示", None).await;
    recorded.expect("is recorded").id.is_some()
}

pub fn promotion(code: &str) -> BodyEntry {
    BodyEntry::Classes {
        code: body(code),
        kind: OrganizationKind::CoreCity,
        health_center_city: true,
        child_guidance_city: false,
    }
}

pub fn merger(code: &str, into: &str) -> BodyEntry {
    BodyEntry::End {
        code: body(code),
        into: Some(body(into)),
    }
}

pub fn rename(code: &str, name: &str, kana: &str) -> BodyEntry {
    BodyEntry::Rename {
        code: body(code),
        name: name.to_owned(),
        kana: kana.to_owned(),
    }
}

/// Opens the next edition today.
async fn open_next(app: &TestApp) {
    let ministry = app.actor(None, "医療費助成担当", true).await;
    let day = date(2027, 12, 31);
    let dates = EditionDates {
        deadline_on: day,
        last_new_answer_on: day,
        last_change_on: day,
    };
    let opened = open_edition(&app.desk, &ministry, &edition(NEXT), dates).await;
    opened.expect("opens");
}

async fn in_next(app: &TestApp, code: &str) -> Option<ResponseRecord> {
    let found = app.desk.store.response(&edition(NEXT), body(code)).await;
    found.expect("reads")
}

async fn today(app: &TestApp, code: &str) -> Organization {
    let found = app.desk.store.organization(body(code)).await;
    found.expect("reads").expect("is listed")
}

fn codes(bodies: &[Organization]) -> Vec<LocalGovernmentCode> {
    bodies.iter().map(|body| body.code).collect()
}

/// ﾊｺﾀﾞﾃｼ, as the code table writes readings.
fn half_width(kana: &str) -> String {
    let half = |full: char| match full {
        '\u{3099}' => 'ﾞ',
        '\u{309A}' => 'ﾟ',
        full => ('\u{FF66}'..='\u{FF9D}')
            .find(|half| half.nfkc().eq(std::iter::once(full)))
            .unwrap_or(full),
    };
    kana.nfd().map(half).collect()
}

/// The workbook of the Ministry of Internal Affairs: all bodies and the northern villages, and a sheet with the
/// designated cities and their wards.
fn code_table(bodies: &[Organization]) -> Vec<u8> {
    const HEAD: [&str; 5] = [
        "団体コード",
        "都道府県名\n（漢字）",
        "市区町村名\n（漢字）",
        "都道府県名\n（カナ）",
        "市区町村名\n（カナ）",
    ];
    let mut book = Workbook::new();
    let mut write = |name: &str, rows: Vec<[String; 5]>| {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (column, head) in (0..).zip(HEAD) {
            sheet.write(0, column, head).expect("writes");
        }
        for (line, row) in (1..).zip(rows) {
            for (column, cell) in (0..).zip(row).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write(line, column, cell).expect("writes");
            }
        }
    };
    let row = |body: &Organization| {
        let prefecture = body.prefecture().name().to_owned();
        let (name, kana) = match body.kind {
            OrganizationKind::Prefecture => (String::new(), String::new()),
            _ => (body.name.clone(), half_width(&body.kana)),
        };
        let of = bodies.iter().find(|other| {
            other.kind == OrganizationKind::Prefecture && other.prefecture() == body.prefecture()
        });
        let of = of.map_or_else(String::new, |of| half_width(&of.kana));
        [body.code.to_string(), prefecture, name, of, kana]
    };
    let text = |cells: [&str; 5]| cells.map(str::to_owned);
    let mut rows: Vec<_> = bodies.iter().map(row).collect();
    rows.push(text(["016951", "北海道", "色丹村", "ﾎｯｶｲﾄﾞｳ", "ｼｺﾀﾝﾑﾗ"]));
    write("R8.1.1現在の団体", rows);
    let cities = bodies
        .iter()
        .filter(|body| body.kind == OrganizationKind::DesignatedCity);
    let mut rows: Vec<_> = cities.map(row).collect();
    rows.push(text([
        "011011",
        "北海道",
        "札幌市中央区",
        "ﾎｯｶｲﾄﾞｳ",
        "ｻｯﾎﾟﾛｼﾁｭｳｵｳｸ",
    ]));
    write("R8.1.1政令指定都市", rows);
    book.save_to_buffer().expect("a workbook")
}
