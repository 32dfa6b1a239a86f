//! What a workbook is that is not 様式1 of this edition, said in a sentence.

use std::collections::BTreeSet;

use super::fields;
use super::view::View;
use super::vocabulary::{Form1Vocabulary, Label};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::form_words::{AMOUNTS, INTENT};
use crate::domain::form1_sheet::{FoundText, NotForm1, NotForm1Kind, SheetHead};
use crate::spreadsheet::intake::form1_reader::value::shown;
use crate::spreadsheet::intake::grid::Grid;

/// Another edition, and the cell that says so.
pub(super) struct OtherEdition {
    /// 令和7年度分.
    title: String,
    at: Option<FoundText>,
}

fn found(view: &View<'_>, position: usize) -> FoundText {
    let cell = view.cells[position];
    FoundText {
        at: cell.at,
        text: shown(cell).into_owned(),
    }
}

/// The edition a form is of, if it is not this one: by the year its words tell, else by its rows. A form that
/// tells this year and another is taken here and the contradiction is a finding.
pub(super) fn other_edition(view: &View<'_>, vocabulary: &Form1Vocabulary) -> Option<OtherEdition> {
    let own = vocabulary.edition.fiscal_year;
    let years = &view.spots.years;
    if years.iter().any(|(_, year)| *year == own) {
        return None;
    }
    if let Some((position, year)) = years.first() {
        return Some(OtherEdition {
            title: title_of(*year, vocabulary),
            at: Some(found(view, *position)),
        });
    }
    by_rows(view, vocabulary)
}

/// Without a year in its words, a form whose rows are exactly those of another edition is that edition's.
fn by_rows(view: &View<'_>, vocabulary: &Form1Vocabulary) -> Option<OtherEdition> {
    let own_rows = &vocabulary.edition.rows;
    let mut printed: BTreeSet<&str> = BTreeSet::new();
    for (_, row) in &view.spots.rows {
        printed.insert(own_rows[*row].scheme.as_str());
    }
    if printed.len() == own_rows.len() {
        return None;
    }
    for (_, row) in &view.spots.strangers {
        printed.insert(vocabulary.strangers[*row].0.as_str());
    }
    vocabulary
        .others
        .iter()
        .filter(|other| other.rows.len() != own_rows.len())
        .find(|other| {
            other.rows.len() == printed.len()
                && other
                    .rows
                    .iter()
                    .all(|row| printed.contains(row.scheme.as_str()))
        })
        .map(|other| OtherEdition {
            title: other.short_title.clone(),
            at: None,
        })
}

fn title_of(year: FiscalYear, vocabulary: &Form1Vocabulary) -> String {
    let known = vocabulary
        .others
        .iter()
        .find(|other| other.fiscal_year == year);
    known.map_or_else(|| format!("{year}分"), |other| other.short_title.clone())
}

/// 様式1 of another edition.
pub(super) fn old_form(
    view: &View<'_>,
    vocabulary: &Form1Vocabulary,
    other: &OtherEdition,
) -> Box<NotForm1> {
    let own = &vocabulary.edition.short_title;
    let form = vocabulary.edition.words().form;
    Box::new(NotForm1 {
        kind: NotForm1Kind::OtherEdition,
        message: format!(
            "これは{}の{form}です。{own}の{form}をダウンロードし、そちらに記入してください。",
            other.title
        ),
        head: fields::head_of(view),
        at: other.at.clone(),
    })
}

/// The form of another kind of survey: its numbers are of something else.
pub(super) fn other_kind(view: &View<'_>, vocabulary: &Form1Vocabulary) -> Box<NotForm1> {
    let own = vocabulary.edition.words();
    let other = if vocabulary.edition.asks_intent() {
        &AMOUNTS
    } else {
        &INTENT
    };
    let at = view.spots.other_kind.first();
    Box::new(NotForm1 {
        kind: NotForm1Kind::OtherEdition,
        message: format!(
            "これは{}の{}です。{}の{}をダウンロードし、そちらに記入してください。",
            other.survey, other.form, own.survey, own.form
        ),
        head: fields::head_of(view),
        at: at.map(|position| found(view, *position)),
    })
}

/// 様式1 with nothing in it.
pub(super) fn template(head: SheetHead, vocabulary: &Form1Vocabulary) -> Box<NotForm1> {
    let edition = &vocabulary.edition;
    let parts = if edition.asks_intent() {
        "連絡先・申請の意向・対象とする医療費助成"
    } else {
        "連絡先・申請の対象・事業費予定額"
    };
    Box::new(NotForm1 {
        kind: NotForm1Kind::Template,
        message: format!(
            "{}ですが、まだ何も記入されていません。{parts}を記入してからお送りください。",
            edition.words().form
        ),
        head,
        at: None,
    })
}

/// A workbook without any 様式1.
pub(super) fn other_workbook(
    grid: &Grid,
    views: &[View<'_>],
    vocabulary: &Form1Vocabulary,
) -> Box<NotForm1> {
    let words = vocabulary.edition.words();
    let form = words.form;
    let form2 = views
        .iter()
        .find_map(|view| Some((view, view.spots.form2.first()?)));
    let has_name = grid
        .names
        .iter()
        .any(|name| name.name.starts_with("form2_"));
    if form2.is_some() || has_name {
        let (head, at) = form2.map_or_else(Default::default, |(view, position)| {
            let head = SheetHead {
                sheet: view.sheet.name.clone(),
                ..SheetHead::default()
            };
            (head, Some(found(view, *position)))
        });
        return Box::new(NotForm1 {
            kind: NotForm1Kind::Form2,
            message: if vocabulary.edition.asks_intent() {
                "これは様式2（一般市区町村総括票）です。ここで取り込むのは様式1です。様式2は、様式1の提出状況からこの画面で作られますので、お送りいただく必要はありません。".to_owned()
            } else {
                format!("これは様式2（一般市区町村総括票）です。ここで取り込むのは{form}です。")
            },
            head,
            at,
        });
    }
    let empty = views.iter().all(|view| view.cells.is_empty());
    let something = views
        .iter()
        .flat_map(|view| view.tags.iter().flatten())
        .any(|tag| !matches!(tag.label, Label::Others | Label::Total | Label::Printed));
    let message = if empty {
        format!("シートに何も書かれていません。{form}に記入してからお送りください。")
    } else if something {
        format!(
            "{form}の項目の一部しか見つかりませんでした。{form}をダウンロードし直し、そちらに記入してください。"
        )
    } else {
        format!(
            "{form}が見つかりませんでした。{}の{form}のファイルかどうか、お確かめください。",
            words.survey
        )
    };
    Box::new(NotForm1 {
        kind: NotForm1Kind::Unknown,
        message,
        head: SheetHead::default(),
        at: None,
    })
}
