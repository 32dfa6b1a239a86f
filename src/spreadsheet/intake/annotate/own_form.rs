//! Our own form with what was read from a file, and its problems beside it: for files that nothing can
//! be written into.

use super::super::super::form1_books::{Form1Books, FormBody};
use super::super::super::form1_layout as layout;
use super::super::grid::CellRef;
use super::{AnnotateError, annotate};
use crate::domain::application_intent::ApplicationIntent;
use crate::domain::intake::FileProblem;
use crate::domain::place::{Place, Section};
use crate::domain::response::Form1Input;
use crate::domain::survey_edition::EditionDefinition;

/// The cell's defined name of a place.
fn name_of(edition: &EditionDefinition, place: &Place) -> Option<String> {
    Some(match place {
        Place::Section(Section::Contact) | Place::Department => layout::DEPARTMENT.to_owned(),
        Place::Email => layout::EMAIL.to_owned(),
        Place::Phone => layout::PHONE.to_owned(),
        Place::Section(Section::Intent) => layout::intent_name(ApplicationIntent::ALL[0]),
        Place::IntentText => layout::INTENT_TEXT.to_owned(),
        Place::Section(Section::Schemes) => layout::target_name(&edition.rows.first()?.scheme),
        Place::Scheme(scheme) => layout::target_name(scheme),
        Place::Recipients(scheme) => layout::number_name(edition, scheme),
        Place::OtherText => layout::OTHER_TEXT.to_owned(),
        Place::Section(Section::Questions) => layout::question_name(&edition.questions.first()?.id),
        Place::Question(id) => layout::question_name(id),
    })
}

/// Writes 様式1 with `input` and every problem beside the row of its place; those without a place at
/// the top, with where they stood in the file.
pub fn annotate_form1(
    edition: &EditionDefinition,
    body: &FormBody<'_>,
    input: &Form1Input,
    problems: &[FileProblem],
) -> Result<Vec<u8>, AnnotateError> {
    let mut books = Form1Books::new(edition)?;
    let bytes = books.draft(body, input)?;
    let moved: Vec<FileProblem> = problems
        .iter()
        .map(|problem| {
            let name = problem
                .place
                .as_ref()
                .and_then(|place| name_of(edition, place));
            let cell = name.and_then(|name| books.place(&name));
            let Some((row, column)) = cell else {
                return problem.clone();
            };
            FileProblem {
                sheet: edition.words().form.to_owned(),
                cell: CellRef {
                    row,
                    column: u32::from(column),
                }
                .to_string(),
                ..problem.clone()
            }
        })
        .map(|problem| match problem.place {
            // A cell of their sheet is not the cell of ours.
            None if problem.sheet == edition.words().form => FileProblem {
                message: format!(
                    "（お送りいただいたファイルの{}）{}",
                    problem.cell, problem.message
                ),
                cell: String::new(),
                ..problem
            },
            _ => problem,
        })
        .collect();
    annotate(&bytes, &moved)
}
