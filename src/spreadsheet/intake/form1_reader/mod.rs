//! Finds 様式1 in a workbook and reads what was filled in.
//!
//! ```text
//! Grid ─ View (every cell tagged by Form1Vocabulary) ─ choose the sheet ─> fields · choices · table ─> Form1Sheet
//!                                                                      └─> NotForm1 (what it is instead)
//! ```
//! The form is found by its words and, where those are gone, by the names of its cells; never by addresses. A
//! value that is not plain is a finding with its cell, and nothing is filled in for it.

mod choices;
mod columns;
mod fields;
mod guess;
mod label_key;
mod lines;
mod questions;
mod reader;
mod scheme_names;
mod stranger;
mod table;
mod value;
mod view;
mod vocabulary;
mod words;

use reader::Reader;
pub use scheme_names::EarlierNames;
use view::View;
pub use vocabulary::Form1Vocabulary;
use vocabulary::Label;

use super::grid::{Grid, Shape};
use crate::domain::cell_ref::CellRef;
use crate::domain::form1_sheet::{Finding, Form1Sheet, NotForm1, NotForm1Kind, SheetHead};
use crate::domain::intake::Severity;
use crate::domain::response::Form1Input;
use crate::domain::text::fold_width;

/// Words in the name of a sheet that only shows how to fill in the form.
const EXAMPLES: [&str; 18] = [
    "記入例",
    "記載例",
    "入力例",
    "回答例",
    "作成例",
    "（例",
    "(例",
    "例）",
    "例)",
    "見本",
    "手本",
    "サンプル",
    "ひな形",
    "ひな型",
    "雛形",
    "要領",
    "記入方法",
    "記載方法",
];

/// Hidden rows that are named one by one.
const HIDDEN_SHOWN: usize = 5;

/// Reads the one filled-in 様式1 of a workbook, or says what the workbook is instead.
pub fn read_form1(grid: &Grid, vocabulary: &Form1Vocabulary) -> Result<Form1Sheet, Box<NotForm1>> {
    let views: Vec<View<'_>> = grid
        .sheets
        .iter()
        .map(|sheet| View::new(grid, sheet, vocabulary))
        .collect();
    let forms: Vec<&View<'_>> = views.iter().filter(|view| view.is_form1()).collect();
    if forms.is_empty() {
        return Err(stranger::other_workbook(grid, &views, vocabulary));
    }
    let (others, forms): (Vec<_>, Vec<_>) =
        forms.into_iter().partition(|view| view.is_other_kind());
    if let (Some(other), true) = (others.first(), forms.is_empty()) {
        return Err(stranger::other_kind(other, vocabulary));
    }
    let (ours, older): (Vec<_>, Vec<_>) = forms
        .into_iter()
        .map(|view| (view, stranger::other_edition(view, vocabulary)))
        .partition(|(_, other)| other.is_none());
    let read: Vec<(&View<'_>, Form1Sheet)> = ours
        .into_iter()
        .map(|(view, _)| (view, Reader::new(view, vocabulary).read()))
        .collect();
    let Some((view, mut sheet)) = choose(read)? else {
        let (view, other) = older
            .into_iter()
            .find_map(|(view, other)| Some((view, other?)))
            .ok_or_else(|| stranger::other_workbook(grid, &views, vocabulary))?;
        return Err(stranger::old_form(view, vocabulary, &other));
    };
    if sheet.input == Form1Input::default() && !sheet.findings.iter().any(is_about_an_answer) {
        return Err(stranger::template(sheet.head, vocabulary));
    }
    for other in others {
        let message = format!(
            "「{}」のシートは別の調査の様式のため、読み取っていません。",
            other.sheet.name
        );
        sheet.findings.push(remark(message));
    }
    for (other, _) in older {
        let message = format!(
            "「{}」のシートは別の年度の様式のため、読み取っていません。",
            other.sheet.name
        );
        sheet.findings.push(remark(message));
    }
    if sheet.head.code.is_none() && sheet.head.name.is_none() {
        head_of_a_cover(&mut sheet, view, &views);
    } else if let Some(cover) = covers(view, &views).find(|head| other_code(head, &sheet.head)) {
        sheet.findings.push(remark(format!(
            "「{}」のシートの団体コードは、様式1の団体コードと違います。様式1の団体の回答として読み取りました。",
            cover.sheet
        )));
    }
    sheet.findings.extend(drawn(view));
    for message in hidden_answers(view) {
        sheet.findings.push(remark(message));
    }
    if view.sheet.hidden {
        sheet.findings.push(remark(
            "非表示のシートにある様式1を読み取りました。".to_owned(),
        ));
    }
    // A sheet formatted down to its last row is cut, too; what matters is whether the form is there.
    if view.cut && !view.is_whole(vocabulary) {
        sheet.findings.push(remark(
            "シートが大きいため、下のほうは読み取っていません。".to_owned(),
        ));
    }
    Ok(sheet)
}

/// The heads of other sheets that could be covers.
fn covers<'v>(form: &'v View<'_>, views: &'v [View<'_>]) -> impl Iterator<Item = SheetHead> {
    let is_cover = move |view: &&View<'_>| {
        let spots = &view.spots;
        !std::ptr::eq(*view, form)
            && !view.sheet.hidden
            && !view.is_form1()
            && spots.form2.is_empty()
            && spots.code.len() <= 1
            && spots.name.len() <= 1
    };
    views
        .iter()
        .filter(is_cover)
        .map(fields::head_of)
        .filter(|head| head.code.is_some() || head.name.is_some())
}

/// Code and name may stand on a sheet of their own before the form: taken if only one sheet has them.
fn head_of_a_cover(sheet: &mut Form1Sheet, form: &View<'_>, views: &[View<'_>]) {
    let mut heads = covers(form, views);
    if let (Some(head), None) = (heads.next(), heads.next()) {
        sheet.findings.push(remark(format!(
            "団体コードと団体名は、「{}」のシートから読み取りました。",
            head.sheet
        )));
        sheet.head = head;
    }
}

/// Shapes cannot be read: a circle drawn in a row of the form is an answer nobody takes, anything else may be one.
fn drawn(view: &View<'_>) -> Vec<Finding> {
    let about = |severity, at, message: String| Finding {
        severity,
        at: Some(at),
        found: String::new(),
        message,
        place: None,
    };
    let asks = |row: u32| {
        view.row(row)
            .any(|position| matches!(view.label(position), Some(Label::Intent(_) | Label::Row(_))))
    };
    let (circles, others): (Vec<Shape>, Vec<Shape>) = view
        .sheet
        .shapes
        .iter()
        .partition(|shape| shape.round && asks(shape.at.row));
    let mut found: Vec<Finding> = circles
        .iter()
        .map(|circle| {
            let message = "図形で描かれた「○」は読み取れません。図形を消して、回答欄のセルに「○」を文字で入力してください。";
            about(Severity::Error, circle.at, message.to_owned())
        })
        .collect();
    if let Some(first) = others.first() {
        let message = format!(
            "図形や文字枠（テキストボックス）が{}個あります。図形に書かれた内容は読み取っていません。必要な内容は、セルに入力してください。",
            others.len()
        );
        found.push(about(Severity::Warning, first.at, message));
    }
    found
}

/// Answers in rows and columns nobody sees are answers all the same; that they were read is said.
fn hidden_answers(view: &View<'_>) -> Vec<String> {
    let is_answer =
        |position: &usize| !view.is_printed(*position) && !view.cells[*position].formula;
    let positions = || (0..view.cells.len()).filter(is_answer);
    let rows: Vec<String> = view
        .sheet
        .hidden_rows
        .iter()
        .filter(|row| positions().any(|position| view.cells[position].at.row == **row))
        .map(|row| (row + 1).to_string())
        .collect();
    let columns: Vec<String> = view
        .sheet
        .hidden_columns
        .iter()
        .filter(|column| positions().any(|position| view.cells[position].at.column == **column))
        .map(|column| {
            let cell = CellRef {
                row: 0,
                column: *column,
            }
            .to_string();
            cell.trim_end_matches('1').to_owned()
        })
        .collect();
    let say = |what: &str, which: Vec<String>, unit: &str| {
        let more = if which.len() > HIDDEN_SHOWN {
            "ほか"
        } else {
            ""
        };
        let shown = which[..which.len().min(HIDDEN_SHOWN)].join("、");
        (!which.is_empty()).then(|| {
            format!("非表示の{what}（{shown}{unit}{more}）に書かれている内容も読み取りました。")
        })
    };
    say("行", rows, "行目")
        .into_iter()
        .chain(say("列", columns, "列"))
        .collect()
}

fn remark(message: String) -> Finding {
    Finding {
        severity: Severity::Warning,
        at: None,
        found: String::new(),
        message,
        place: None,
    }
}

/// Something was written that could not be read: the form is not empty.
fn is_about_an_answer(finding: &Finding) -> bool {
    finding.severity == Severity::Error && finding.at.is_some()
}

fn is_example(view: &View<'_>) -> bool {
    let name = view.sheet.name.trim();
    name == "例" || EXAMPLES.iter().any(|word| name.contains(word))
}

/// The sheet to take: the one that is filled in. Hidden ones and examples stand back behind others.
fn choose<'v, 'a>(
    read: Vec<(&'v View<'a>, Form1Sheet)>,
) -> Result<Option<(&'v View<'a>, Form1Sheet)>, Box<NotForm1>> {
    let stands_back = |view: &View<'_>| view.sheet.hidden || is_example(view);
    let is_filled = |sheet: &Form1Sheet| {
        sheet.input != Form1Input::default() || sheet.findings.iter().any(is_about_an_answer)
    };
    let (mut filled, blank): (Vec<_>, Vec<_>) =
        read.into_iter().partition(|(_, sheet)| is_filled(sheet));
    let mut passed = Vec::new();
    if filled.iter().any(|(view, _)| !stands_back(view))
        || blank.iter().any(|(view, _)| !stands_back(view))
    {
        let back;
        (back, filled) = filled.into_iter().partition(|(view, _)| stands_back(view));
        passed.extend(back.into_iter().map(|(view, _)| view.sheet.name.clone()));
    }
    let same = filled
        .windows(2)
        .all(|pair| pair[0].1.input == pair[1].1.input && same_head(&pair[0].1, &pair[1].1));
    if filled.len() > 1 && !same {
        let names: Vec<&str> = filled
            .iter()
            .map(|(view, _)| view.sheet.name.as_str())
            .collect();
        return Err(Box::new(NotForm1 {
            kind: NotForm1Kind::SeveralForms,
            message: format!(
                "記入された様式1のシートが{}枚あります（「{}」）。提出する1枚だけを残して、もう一度お送りください。",
                names.len(),
                names.join("」「")
            ),
            head: SheetHead::default(),
            at: None,
        }));
    }
    let strange: Option<String> = filled.first().and_then(|(_, own)| {
        let mut blank = blank.iter().filter(|(view, _)| !stands_back(view));
        let other = blank.find(|(_, sheet)| other_code(&own.head, &sheet.head));
        other.map(|(view, _)| view.sheet.name.clone())
    });
    passed.extend(
        filled
            .iter()
            .skip(1)
            .map(|(view, _)| view.sheet.name.clone()),
    );
    let taken = filled
        .into_iter()
        .next()
        .or_else(|| blank.into_iter().next());
    Ok(taken.map(|(view, mut sheet)| {
        if let Some(name) = strange {
            sheet.findings.push(remark(format!(
                "「{name}」のシートは、団体コードが違い、記入もないため、読み取っていません。記入したシートの団体コードをお確かめください。"
            )));
        }
        for name in passed {
            sheet
                .findings
                .push(remark(format!("「{name}」のシートは読み取っていません。")));
        }
        (view, sheet)
    }))
}

/// Both have a code, and not the same.
fn other_code(one: &SheetHead, other: &SheetHead) -> bool {
    let digits = |head: &SheetHead| -> Option<String> {
        let code = fold_width(&head.code.as_ref()?.text);
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        (digits.len() == 6).then_some(digits)
    };
    matches!((digits(one), digits(other)), (Some(one), Some(other)) if one != other)
}

fn same_head(one: &Form1Sheet, other: &Form1Sheet) -> bool {
    let texts = |sheet: &Form1Sheet| {
        let text = |found: &Option<crate::domain::form1_sheet::FoundText>| {
            found.as_ref().map(|found| found.text.clone())
        };
        (text(&sheet.head.code), text(&sheet.head.name))
    };
    texts(one) == texts(other)
}
