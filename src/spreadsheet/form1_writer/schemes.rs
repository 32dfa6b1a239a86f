//! Section 3 of 様式1: the rows of the schemes under their categories and laws, and the total.

use rust_xlsxwriter::{Formula, XlsxError, utility};

use super::super::form1_answers::{Answers, Persons, Totals};
use super::super::form1_layout as layout;
use super::super::form1_rules::{marks, number_rule};
use super::super::look::{
    self, CIRCLE, bold, boxed, boxed_words, centred, head, number, put, wrapped,
};
use super::{A, B, C, D, E, F, Page, width};
use crate::domain::required_amounts::RequiredAmounts;
use crate::domain::survey_edition::{EditionDefinition, SchemeRow};

impl Page<'_> {
    pub(super) fn schemes(
        &mut self,
        edition: &EditionDefinition,
        answers: &Answers,
    ) -> Result<(), XlsxError> {
        self.gap(8.0)?;
        self.line(layout::schemes_heading(edition), &bold(), 1)?;
        self.line(&layout::schemes_instruction(edition), &wrapped(), 2)?;
        let [category, scheme, target, persons] = layout::schemes_header(edition);
        self.sheet.set_row_height(self.row, 33)?;
        put(self.sheet, (self.row, A), (self.row, A), category, &head())?;
        put(self.sheet, (self.row, B), (self.row, C), scheme, &head())?;
        put(self.sheet, (self.row, D), (self.row, D), target, &head())?;
        put(self.sheet, (self.row, E), (self.row, E), persons, &head())?;
        if edition.required_amounts.is_some() {
            let subsidy = layout::SUBSIDY_HEAD;
            put(self.sheet, (self.row, F), (self.row, F), subsidy, &head())?;
        }
        self.row += 1;
        let first = self.row;
        self.groups(edition)?;
        for (at, (row, (target, persons))) in edition.rows.iter().zip(&answers.rows).enumerate() {
            self.scheme(edition, row, *target, persons)?;
            if let Some(rule) = &edition.required_amounts {
                self.subsidy(rule, row, answers.subsidy(edition, at))?;
            }
            self.row += 1;
        }
        let totals = answers.totals(edition);
        if self.row > first {
            let last = self.row - 1;
            self.sheet
                .add_data_validation(first, D, last, D, &marks()?)?;
            self.sheet
                .add_data_validation(first, E, last, E, &number_rule(edition)?)?;
            self.total(edition, first, last, totals)?;
        }
        if let Some(row) = edition.rows.iter().find(|row| row.needs_text) {
            self.line(&layout::other_note(row), &wrapped(), 1)?;
            self.free_text(layout::OTHER_TEXT, &answers.other_text)?;
        }
        Ok(())
    }

    /// The category and law cells, merged over the rows they hold for.
    fn groups(&mut self, edition: &EditionDefinition) -> Result<(), XlsxError> {
        let rows = &edition.rows;
        let at = |index: usize| self.row + index as u32;
        for (from, to) in look::runs(rows, |a, b| a.category == b.category) {
            let words = &rows[from].category;
            put(
                self.sheet,
                (at(from), A),
                (at(to), A),
                words,
                &centred(boxed()),
            )?;
        }
        for (from, to) in look::runs(rows, |a, b| a.category == b.category && a.law == b.law) {
            if !rows[from].law.is_empty() {
                let words = &rows[from].law;
                put(
                    self.sheet,
                    (at(from), B),
                    (at(to), B),
                    words,
                    &centred(boxed()),
                )?;
            }
        }
        Ok(())
    }

    fn scheme(
        &mut self,
        edition: &EditionDefinition,
        row: &SchemeRow,
        target: bool,
        persons: &Persons,
    ) -> Result<(), XlsxError> {
        let label = layout::row_label(row);
        // A row without a law has the room of both columns, as printed.
        let from = if row.law.is_empty() { B } else { C };
        self.sheet
            .set_row_height(self.row, look::height(&label, width(from, C), 1))?;
        put(
            self.sheet,
            (self.row, from),
            (self.row, C),
            &label,
            &boxed_words(),
        )?;
        self.mark(D, target)?;
        self.name(layout::target_name(&row.scheme), D);
        let format = &self.fields.persons;
        match persons {
            Persons::Blank => self.sheet.write_blank(self.row, E, format)?,
            Persons::Known(count) => {
                self.sheet
                    .write_number_with_format(self.row, E, count.get(), format)?
            }
            Persons::Typed(words) => {
                self.sheet
                    .write_string_with_format(self.row, E, look::fitting(words), format)?
            }
        };
        self.name(layout::number_name(edition, &row.scheme), E);
        Ok(())
    }

    /// What is worked out beside an amount, as the server works it out; shown empty while it is nothing.
    fn subsidy(
        &mut self,
        rule: &RequiredAmounts,
        row: &SchemeRow,
        subsidy: u64,
    ) -> Result<(), XlsxError> {
        let [mark, cost] = [D, E].map(|column| utility::row_col_to_cell(self.row, column));
        let (numerator, denominator) = rule.rate.parts();
        let (ceiling, unit) = (rule.ceiling_yen, rule.rounding_yen.max(1));
        let formula = format!(
            "=IF(AND({mark}<>\"\",ISNUMBER({cost})),ROUNDDOWN(MIN({cost}*{numerator}/{denominator},{ceiling})/{unit},0)*{unit},0)"
        );
        let formula = Formula::new(formula).set_result(subsidy.to_string());
        let format = number(boxed()).set_num_format("#,##0;-#,##0;");
        self.sheet
            .write_formula_with_format(self.row, F, formula, &format)?;
        self.name(layout::subsidy_name(&row.scheme), F);
        Ok(())
    }

    fn total(
        &mut self,
        edition: &EditionDefinition,
        first: u32,
        last: u32,
        totals: Totals,
    ) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, 18)?;
        put(
            self.sheet,
            (self.row, A),
            (self.row, C),
            layout::TOTAL_LABEL,
            &head(),
        )?;
        let bold = boxed().set_bold();
        let figure = number(bold.clone());
        // The three circles an IME offers for まる; Excel counts each by itself.
        let range = utility::cell_range(first, D, last, D);
        let counts: Vec<String> = [CIRCLE, "〇", "◯"]
            .iter()
            .map(|circle| format!("COUNTIF({range},\"{circle}\")"))
            .collect();
        let count =
            Formula::new(format!("={}", counts.join("+"))).set_result(totals.targets.to_string());
        self.sheet.write_formula_with_format(
            self.row,
            D,
            count,
            &centred(bold).set_num_format("#,##0"),
        )?;
        self.name(layout::TARGETS_TOTAL, D);
        let marks = range;
        let range = utility::cell_range(first, E, last, E);
        let sum = if edition.asks_intent() {
            format!("=SUM({range})")
        } else {
            format!("=SUMIF({marks},\"<>\",{range})")
        };
        let total = Formula::new(sum).set_result(totals.sum.to_string());
        self.sheet
            .write_formula_with_format(self.row, E, total, &figure)?;
        self.name(layout::RECIPIENTS_TOTAL, E);
        if edition.required_amounts.is_some() {
            let range = utility::cell_range(first, F, last, F);
            let total = Formula::new(format!("=SUM({range})"));
            let total = total.set_result(totals.subsidy.to_string());
            self.sheet
                .write_formula_with_format(self.row, F, total, &figure)?;
            self.name(layout::SUBSIDY_TOTAL, F);
        }
        self.row += 1;
        Ok(())
    }
}
