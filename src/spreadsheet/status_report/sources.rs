//! 出典・確認: what the figures come from, what they count, and whether they agree with each other.

use rust_xlsxwriter::XlsxError;

use super::{Book, RED};
use crate::domain::japan_time::date_label;
use crate::domain::status_report::StatusReport;
use crate::spreadsheet::look::{bold, boxed_words, height, wrapped};

const WIDTHS: [f64; 3] = [52.0, 12.0, 50.0];

/// What the figures count, word for word as the pages say it.
const RULES: [&str; 7] = [
    "自治体は、制度がいくつあっても1つと数えます（実数）。市区町村には指定都市、中核市、特別区を含みます。",
    "累計：その年度までに参加・参加予定の自治体。取り下げた自治体は含みません。",
    "年度別：その年度にシステム改修等を実施・実施予定の自治体。新規はその年度に初めて参加する自治体、継続は前年度までにも参加している自治体です。",
    "制度別：その年度までに、その制度で参加・参加予定の自治体。",
    "時点：表の日付（日本時間）の終わりに有効だった記録で数えます。後から登録された訂正も、その日から有効であれば反映します。",
    "制度の名称・印・並びは、時点の日に使われていたものです。",
    "すべての表と文章は、同じ時点の同じ記録から作っています。",
];

pub(super) fn write(
    book: &mut Book<'_>,
    report: &StatusReport<'_>,
    known: &str,
    made_at: &str,
) -> Result<(), XlsxError> {
    let mut page = book.page("出典・確認", "出典と、数の確認", WIDTHS.len() as u16)?;
    page.widths(&WIDTHS)?;
    page.note("出典：とりまとめの参加台帳（厚生労働省が確定・登録した記録）")?;
    page.note(&format!("対象年度：{}", report.fiscal_year))?;
    page.note(&format!("時点：{}", date_label(report.as_of)))?;
    page.note(&format!("記録：{known}"))?;
    page.note(&format!("作成：{made_at}"))?;
    page.row += 1;
    let words = wrapped();
    for rule in RULES {
        let row = page.row;
        let width = WIDTHS.iter().sum();
        page.sheet.set_row_height(row, height(rule, width, 1))?;
        page.sheet.merge_range(row, 0, row, 2, rule, &words)?;
        page.row += 1;
    }
    page.row += 1;
    if !report.is_sound() {
        let red = bold().set_font_color(RED);
        page.sheet.write_string_with_format(
            page.row,
            0,
            "数の合わないところがあります。配布の前に、下の団体の記録を確かめてください。",
            &red,
        )?;
        page.row += 1;
    }
    page.heads(&["確認したこと", "結果", "合わない団体"], 20.0)?;
    for invariant in &report.invariants {
        let bodies: Vec<String> = invariant
            .broken_by
            .iter()
            .map(|(code, name)| format!("{code} {name}"))
            .collect();
        let bodies = bodies.join("、");
        page.sheet
            .set_row_height(page.row, height(&bodies, WIDTHS[2], 1))?;
        page.word(0, invariant.label)?;
        let (result, format) = if invariant.holds {
            ("○ 合う", boxed_words())
        } else {
            ("× 合わない", boxed_words().set_bold().set_font_color(RED))
        };
        page.sheet
            .write_string_with_format(page.row, 1, result, &format)?;
        page.word(2, &bodies)?;
        page.row += 1;
    }
    page.print(true)
}
