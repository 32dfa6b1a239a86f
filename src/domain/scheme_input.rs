//! A scheme as the ministry types it on its page: read into a [`Scheme`] with all problems at once.

use jiff::civil::Date;

use super::edition_input::FieldProblem;
use super::fiscal_year::FiscalYear;
use super::implementers::{self, BodyNames};
use super::japan_time::{date_label, parse_date};
use super::scheme::{ImplementerKind, Scheme, SchemeGroup, SchemeId};
use super::scheme_fields::SchemeField;
use super::text::{char_len, clean_line, clean_text};

/// Longest name, in characters.
const NAME_MAX: usize = 80;
/// Longest note.
const NOTE_MAX: usize = 1000;
/// What the page calls the place of a scheme in the catalogue, which is no field of the scheme.
pub const POSITION: &str = "制度一覧での順番";
/// Ids that addresses use for something else.
const RESERVED: [&str; 1] = ["new"];

/// The fields of the page, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemeForm {
    pub id: String,
    pub law: String,
    pub name_catalogue: String,
    pub name_form1: String,
    pub name_status_table: String,
    pub group: String,
    /// 実施主体 as printed.
    pub implementers: String,
    /// Words of [`ImplementerKind`], separated by spaces.
    pub implementer_kinds: String,
    pub valid_from: String,
    pub valid_until: String,
    pub subsidy: String,
    pub first_year: String,
    pub form1_order: String,
    /// From 1, in the catalogue.
    pub position: String,
    pub note: String,
    /// The day from which tables print the change; empty for today.
    pub effective_on: String,
    /// What becomes of later days for which something else was said: an id of [`super::scheme_correction::Later`], empty while nobody asked.
    pub later: String,
}

impl SchemeForm {
    /// The fields of a stored scheme at its position (from 1).
    pub fn of(scheme: &Scheme, position: usize) -> Self {
        let kinds: Vec<_> = scheme
            .implementer_kinds
            .iter()
            .map(|k| k.to_string())
            .collect();
        let year = |year: Option<FiscalYear>| year.map(FiscalYear::short).unwrap_or_default();
        Self {
            id: scheme.id.to_string(),
            law: scheme.law.clone().unwrap_or_default(),
            name_catalogue: scheme.name_catalogue.clone(),
            name_form1: scheme.name_form1.clone().unwrap_or_default(),
            name_status_table: scheme.name_status_table.clone().unwrap_or_default(),
            group: scheme.group.as_str().to_owned(),
            implementers: scheme.implementers.clone(),
            implementer_kinds: kinds.join(" "),
            valid_from: year(scheme.valid_from),
            valid_until: year(scheme.valid_until),
            subsidy: scheme.subsidy.label(),
            first_year: year(scheme.first_year),
            form1_order: scheme
                .form1_r6_order
                .map(|row| row.to_string())
                .unwrap_or_default(),
            position: position.to_string(),
            note: scheme.note.clone(),
            effective_on: String::new(),
            later: String::new(),
        }
    }

    /// A field as people read it.
    pub fn shown(&self, field: SchemeField, names: &BodyNames) -> String {
        use SchemeField as F;
        let text: &str = match field {
            F::Law => &self.law,
            F::NameCatalogue => &self.name_catalogue,
            F::NameForm1 => &self.name_form1,
            F::NameStatusTable => &self.name_status_table,
            F::Group => self.group.parse().map_or("", SchemeGroup::label),
            F::Implementers => &self.implementers,
            F::ImplementerKinds => {
                return implementers::labels_of_words(&self.implementer_kinds, names);
            }
            F::ValidFrom => &self.valid_from,
            F::ValidUntil => &self.valid_until,
            F::Subsidy => &self.subsidy,
            F::FirstYear => &self.first_year,
            F::Form1Order => &self.form1_order,
            F::Note => &self.note,
        };
        text.to_owned()
    }

    /// Each field with its label, for lists of differences and the audit log.
    fn labelled(&self, names: &BodyNames) -> Vec<(&'static str, String)> {
        let of = |field: SchemeField| (field.label(), self.shown(field, names));
        let mut fields = vec![("制度の記号", self.id.clone())];
        fields.extend(SchemeField::ALL.map(of));
        fields.push((POSITION, self.position.clone()));
        fields
    }

    /// 「名称：「旧」→「新」」 of each field that is another in `new`.
    pub fn differences(&self, new: &Self, names: &BodyNames) -> Vec<String> {
        let fields = self.labelled(names).into_iter().zip(new.labelled(names));
        fields
            .filter(|((_, before), (_, after))| before != after)
            .map(|((label, before), (_, after))| format!("{label}：「{before}」→「{after}」"))
            .collect()
    }

    /// The day from which tables print the change: a correction reaches back, nothing is promised for a day to come.
    pub fn effective_on(&self, today: Date) -> Result<Date, FieldProblem> {
        let typed = self.effective_on.trim();
        let day = match typed {
            "" => Some(today),
            typed => parse_date(typed),
        };
        match day {
            Some(day) if day <= today => Ok(day),
            Some(_) => Err(FieldProblem::new(
                "effective_on",
                format!(
                    "状況表で使い始める日は、きょう（{}）までの日付を入力してください。",
                    date_label(today)
                ),
            )),
            None => Err(FieldProblem::new(
                "effective_on",
                "状況表で使い始める日は、2026-04-01、令和8年4月1日、R8.4.1 のように入力してください。",
            )),
        }
    }

    /// Reads the scheme and its position (0-based, at most `last`). `version` is the one the page was made from.
    pub fn read(&self, version: i32, last: usize) -> Result<(Scheme, usize), Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut at = |field: &'static str, message: String| {
            problems.push(FieldProblem::new(field, message));
        };
        let id = self.id.trim().parse::<SchemeId>();
        if id.is_err() || RESERVED.contains(&self.id.trim()) {
            at(
                "id",
                "制度の記号は、英小文字、数字、_ の64文字以内で入力してください（newは使えません）。".to_owned(),
            );
        }
        let mut line = |field, label: &str, typed: &str| {
            let text = clean_line(typed);
            if char_len(&text) > NAME_MAX {
                at(
                    field,
                    format!("{label}は{NAME_MAX}文字以内で入力してください。"),
                );
            }
            text
        };
        let law = line("law", "法律名", &self.law);
        let name_catalogue = line("name_catalogue", "制度一覧での名称", &self.name_catalogue);
        let name_form1 = line("name_form1", "様式1での名称", &self.name_form1);
        let name_status_table = line(
            "name_status_table",
            "状況表での名称",
            &self.name_status_table,
        );
        let implementers = line("implementers", "実施主体の書き方", &self.implementers);
        // Local schemes have no name in the catalogue, new ones none on the form yet.
        if name_catalogue.is_empty() && name_form1.is_empty() {
            let message = "制度一覧での名称か、様式1での名称を入力してください。";
            at("name_catalogue", message.to_owned());
        } else if name_catalogue.is_empty() && name_status_table.is_empty() {
            let message = "制度一覧での名称がないときは、状況表での名称を入力してください。";
            at("name_status_table", message.to_owned());
        }
        let group = self.group.parse::<SchemeGroup>();
        if group.is_err() {
            at("group", "区分を選んでください。".to_owned());
        }
        let kinds = ImplementerKind::parse_list(&self.implementer_kinds);
        if let Err(problem) = &kinds {
            at(
                "other_kinds",
                format!(
                    "特定の団体・機関の「{}」が読み取れません。団体コード（6桁）で入力してください。",
                    problem.0
                ),
            );
        }
        let mut year = |field, label: &str, typed: &str| match typed.trim() {
            "" => None,
            text => {
                let year = text.parse::<FiscalYear>();
                if year.is_err() {
                    at(
                        field,
                        format!("{label}は「R9」「令和9年度」のように入力してください。"),
                    );
                }
                year.ok()
            }
        };
        let valid_from = year("valid_from", "有効な最初の年度", &self.valid_from);
        let valid_until = year("valid_until", "有効な最後の年度", &self.valid_until);
        let first_year = year("first_year", "状況表の年度の印", &self.first_year);
        if let (Some(first), Some(last)) = (valid_from, valid_until)
            && last < first
        {
            at(
                "valid_until",
                "有効な最後の年度は、最初の年度と同じか、あとの年度にしてください。".to_owned(),
            );
        }
        let subsidy = self.subsidy.parse();
        if let Err(problem) = &subsidy {
            let problem: &super::year_set::YearSetProblem = problem;
            at("subsidy", problem.to_string());
        }
        let order = number(&self.form1_order, 1, usize::from(u8::MAX));
        if order.is_none() && !self.form1_order.trim().is_empty() {
            at(
                "form1_order",
                "様式1の行は、1から255までの数字で入力してください。".to_owned(),
            );
        }
        let position = number(&self.position, 1, last.max(1));
        if position.is_none() {
            at(
                "position",
                format!("順番は、1から{}までの数字で入力してください。", last.max(1)),
            );
        }
        let note = clean_text(&self.note);
        if char_len(&note) > NOTE_MAX {
            at(
                "note",
                format!("備考は{NOTE_MAX}文字以内で入力してください。"),
            );
        }
        let some = |text: String| (!text.is_empty()).then_some(text);
        match (id, group, kinds, subsidy, position) {
            (Ok(id), Ok(group), Ok(implementer_kinds), Ok(subsidy), Some(position))
                if problems.is_empty() =>
            {
                let scheme = Scheme {
                    id,
                    law: some(law),
                    name_catalogue,
                    name_form1: some(name_form1),
                    name_status_table: some(name_status_table),
                    implementers,
                    implementer_kinds,
                    subsidy,
                    valid_from,
                    valid_until,
                    first_year,
                    group,
                    form1_r6_order: order.and_then(|order| u8::try_from(order).ok()),
                    note,
                    version,
                };
                Ok((scheme, position - 1))
            }
            _ => Err(problems),
        }
    }
}

fn number(typed: &str, from: usize, to: usize) -> Option<usize> {
    let text = super::text::fold_width(typed.trim());
    text.parse()
        .ok()
        .filter(|number| (from..=to).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_reads_back_as_it_was() {
        let catalogue = crate::domain::scheme_catalogue::tests::shipped();
        let last = catalogue.schemes().len();
        for (at, scheme) in catalogue.schemes().iter().enumerate() {
            let form = SchemeForm::of(scheme, at + 1);
            let read = form.read(scheme.version, last);
            assert_eq!(read, Ok((scheme.clone(), at)), "{}", scheme.id);
        }
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let form = SchemeForm {
            id: "new".to_owned(),
            group: "x".to_owned(),
            implementer_kinds: "town".to_owned(),
            valid_from: "R9".to_owned(),
            valid_until: "R8".to_owned(),
            subsidy: "来年".to_owned(),
            first_year: "？".to_owned(),
            position: "31".to_owned(),
            ..SchemeForm::default()
        };
        let problems = form.read(1, 30).expect_err("nothing of this reads");
        let fields: Vec<_> = problems.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "id",
                "name_catalogue",
                "group",
                "other_kinds",
                "first_year",
                "valid_until",
                "subsidy",
                "position"
            ]
        );
    }
}
