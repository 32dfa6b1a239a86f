//! 参加都道府県, 参加市区町村 and 未参加: bodies by name, new and continuing ones marked.

use std::borrow::Cow;

use rust_xlsxwriter::{Format, XlsxError};

use super::{Book, Page, legend, painted};
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::status_report::{Participant, ParticipantStatus, StatusReport};
use crate::domain::text::with_commas;
use crate::spreadsheet::look::{bold, boxed, boxed_words, centred, height, plain, text};

pub(super) fn prefectures(book: &mut Book<'_>, report: &StatusReport<'_>) -> Result<(), XlsxError> {
    let count = report.prefectures.len();
    let heading = format!("参加・参加予定都道府県（累計）【{count}都道府県】");
    let mut page = book.page("参加都道府県", &heading, 4)?;
    page.widths(&[6.0, 11.0, 22.0, 16.0])?;
    page.sheet.set_column_width(4, 40.0)?;
    let year = report.year();
    for line in legend(
        report,
        year.new.prefecture,
        year.continuing.prefecture,
        "都道府県",
    ) {
        page.note(&line)?;
    }
    page.heads(&["", "コード", "都道府県", "区分"], 20.0)?;
    page.sheet.set_repeat_rows(page.row - 1, page.row - 1)?;
    for participant in &report.prefectures {
        page.sheet.set_row_height(page.row, 16)?;
        let code = text(centred(boxed()));
        page.sheet.write_string_with_format(
            page.row,
            0,
            participant.status.sign().to_string(),
            &painted(participant.status, centred(boxed())),
        )?;
        page.sheet
            .write_string_with_format(page.row, 1, participant.body.code.as_str(), &code)?;
        let words = painted(participant.status, boxed_words());
        page.sheet
            .write_string_with_format(page.row, 2, participant.body.label(), &words)?;
        page.sheet
            .write_string_with_format(page.row, 3, participant.status.label(), &words)?;
        page.row += 1;
    }
    page.last_column = 4;
    page.print(false)
}

/// The width of the column with many names.
const NAMES: f64 = 92.0;

pub(super) fn municipalities(
    book: &mut Book<'_>,
    report: &StatusReport<'_>,
) -> Result<(), XlsxError> {
    let count = report.municipalities.len();
    let heading = format!("参加・参加予定市区町村（累計）【{count}市区町村】");
    let mut page = book.page("参加市区町村", &heading, 6)?;
    page.widths(&[11.0, 7.0, 7.0, 7.0, 9.0, NAMES])?;
    let year = report.year();
    for line in legend(
        report,
        year.new.municipality,
        year.continuing.municipality,
        "市区町村",
    ) {
        page.note(&line)?;
    }
    page.note("※（廃止）：参加したあと、時点の日までに廃止された市区町村")?;
    page.heads(
        &["都道府県", "計", "新規", "継続", "前年度まで", "市区町村"],
        34.0,
    )?;
    page.sheet.set_repeat_rows(page.row - 1, page.row - 1)?;
    let paints = ParticipantStatus::ALL.map(|status| painted(status, plain()));
    for prefecture in PrefectureCode::all() {
        let names = report.municipalities_in(prefecture);
        if names.is_empty() {
            continue;
        }
        page.word(0, prefecture.name())?;
        page.count(1, names.len() as u32)?;
        for (column, status) in (2..).zip(ParticipantStatus::ALL) {
            let count = names.iter().filter(|one| one.status == status).count();
            page.count(column, count as u32)?;
        }
        painted_names(&mut page, 5, names, &paints)?;
        page.row += 1;
    }
    page.print(true)
}

/// ◎函館市、○小樽市 … in one cell, each name in the colour of its status.
fn painted_names(
    page: &mut Page<'_>,
    column: u16,
    names: &[Participant<'_>],
    paints: &[Format; 3],
) -> Result<(), XlsxError> {
    let mut pieces: Vec<(ParticipantStatus, String)> = Vec::new();
    for (at, one) in names.iter().enumerate() {
        let comma = if at + 1 < names.len() { "、" } else { "" };
        let words = format!("{}{}{comma}", one.status.sign(), one.body.label());
        match pieces.last_mut() {
            Some((status, piece)) if *status == one.status => piece.push_str(&words),
            _ => pieces.push((one.status, words)),
        }
    }
    let all: String = pieces.iter().map(|(_, piece)| piece.as_str()).collect();
    page.sheet
        .set_row_height(page.row, height(&all, NAMES, 1))?;
    let paint = |status: ParticipantStatus| &paints[status as usize];
    match &pieces[..] {
        // One colour needs no rich text, and a rich text needs two pieces.
        [(status, piece)] => {
            let format = painted(*status, boxed_words());
            page.sheet
                .write_string_with_format(page.row, column, piece, &format)?;
        }
        pieces => {
            let rich: Vec<(&Format, &str)> = pieces
                .iter()
                .map(|(status, piece)| (paint(*status), piece.as_str()))
                .collect();
            let words = page.words.clone();
            page.sheet
                .write_rich_string_with_format(page.row, column, &rich, &words)?;
        }
    }
    Ok(())
}

pub(super) fn absent(book: &mut Book<'_>, report: &StatusReport<'_>) -> Result<(), XlsxError> {
    let count = with_commas(report.absent.len() as u64);
    let heading = format!("まだ参加していない自治体【{count}自治体】");
    let mut page = book.page("未参加", &heading, 4)?;
    page.widths(&[13.0, 11.0, 11.0, NAMES])?;
    page.heads(
        &[
            "都道府県",
            "都道府県の参加",
            "未参加の市区町村数",
            "未参加の市区町村",
        ],
        34.0,
    )?;
    page.sheet.set_repeat_rows(page.row - 1, page.row - 1)?;
    for prefecture in PrefectureCode::all() {
        let here = |code: crate::domain::local_government_code::LocalGovernmentCode| {
            code.prefecture() == prefecture
        };
        let absent = || report.absent.iter().filter(|body| here(body.code));
        let itself = absent().any(|body| body.code.is_prefecture());
        let has_withdrawn = absent().any(|body| body.code.is_prefecture() && body.has_withdrawn);
        let names: Vec<Cow<'_, str>> = absent()
            .filter(|body| !body.code.is_prefecture())
            .map(|body| body.label())
            .collect();
        page.word(0, prefecture.name())?;
        let format = centred(if itself { boxed().set_bold() } else { boxed() });
        let words = match (itself, has_withdrawn) {
            (true, true) => "×取下げ",
            (true, false) => "×未参加",
            (false, _) => "参加",
        };
        page.sheet
            .write_string_with_format(page.row, 1, words, &format)?;
        page.count(2, names.len() as u32)?;
        let names = names.join("、");
        page.word(3, &names)?;
        page.sheet
            .set_row_height(page.row, height(&names, NAMES, 1))?;
        page.row += 1;
    }
    let strong = bold();
    page.sheet.write_string_with_format(
        page.row,
        0,
        "参加・参加予定の記録が無い自治体です。取り下げた自治体を含み、名称のあとに（取下げ）と書いています。",
        &strong,
    )?;
    page.row += 1;
    page.print(true)
}
