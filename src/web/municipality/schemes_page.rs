//! Part 3: 対象とする医療費助成. The rows this class of body usually runs come first, the others stand
//! behind a fold; nothing is lost by folding, and a row with text is never folded away.

use super::frame::Showing;
use crate::domain::form_words::FormWords;
use crate::domain::place::Place;
use crate::domain::recipient_count::{Reading as CountReading, RecipientCount};
use crate::domain::response::{SchemeInput, SchemesInput};
use crate::domain::survey_edition::{EditionDefinition, SchemeRow};
use crate::domain::text::with_commas;
use crate::web::answer_view::TotalsView;
use crate::web::form::FormData;
use crate::web::inquiries::answered::Answered;
use crate::web::view::TextField;

/// The table, its totals and the words of その他.
pub struct SchemesView {
    pub usual: Vec<Group>,
    pub others: Vec<Group>,
    /// The fold is open because a row in it has a problem or a reason, or is a department's.
    pub others_open: bool,
    pub totals: TotalsView,
    pub words: &'static FormWords,
    /// The rule of the subsidy that stands beside each number, for the script; `None` where none does.
    pub rule: Option<RuleView>,
    pub other_text: TextField,
    /// The address at which a question about a row begins, without the row; empty where none can be asked.
    pub ask: String,
    /// What that is called.
    pub ask_words: &'static str,
    /// Rows are put together one by one.
    pub row_by_row: bool,
    /// The words of その他 are the visitor's to fill in; if not, they are only shown.
    pub words_editable: bool,
    pub base_other_text: String,
}

/// The rule of the subsidy in plain figures.
pub struct RuleView {
    pub numerator: u32,
    pub denominator: u32,
    pub ceiling: u64,
    pub rounding: u64,
    pub most: u64,
}

/// Rows under one heading: the law, or the category where there is no law.
pub struct Group {
    pub heading: String,
    pub rows: Vec<Row>,
}

/// One row.
pub struct Row {
    pub id: String,
    pub name: String,
    /// The edition's help for this row; empty if it has none.
    pub help: String,
    /// The question about this row that was answered; empty if there is none.
    pub answered: String,
    pub second_round_only: bool,
    pub target: bool,
    pub recipients: String,
    /// What was understood where it differs from the typed text; 「不明」 for unknown.
    pub understood: String,
    /// 「2,400,000円」; empty without ○ or an amount.
    pub subsidy: String,
    pub errors: Vec<String>,
    pub note: String,
    pub prefilled: bool,
    /// The department that fills it in; empty for the liaison desk.
    pub owner: String,
    /// The visitor fills it in.
    pub editable: bool,
    /// What the page is made from, where rows are put together one by one; else empty.
    pub base: String,
}

impl Row {
    /// The ids that describe the number field.
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        for (present, suffix) in [
            (!self.errors.is_empty(), "error"),
            (!self.note.is_empty(), "note"),
            (!self.understood.is_empty(), "understood"),
        ] {
            if present {
                ids.push(format!("recipients-{}-{suffix}", self.id));
            }
        }
        ids.join(" ")
    }
}

/// Reads the part from a form; only rows of the edition are asked for.
pub fn read(form: &FormData, definition: &EditionDefinition) -> SchemesInput {
    let rows = definition.rows.iter().filter_map(|row| {
        let typed = SchemeInput {
            target: form.has(&format!("target-{}", row.scheme)),
            recipients: form.text(&format!("recipients-{}", row.scheme)).to_owned(),
        };
        (typed != SchemeInput::default()).then(|| (row.scheme.clone(), typed))
    });
    SchemesInput {
        rows: rows.collect(),
        other_text: form.text("other_text").to_owned(),
    }
}

/// What a page was made from, if its rows are put together one by one: the hidden fields beside them.
pub fn read_base(form: &FormData, definition: &EditionDefinition) -> Option<SchemesInput> {
    if !form.has("row_by_row") {
        return None;
    }
    let rows = definition.rows.iter().filter_map(|row| {
        let base = form.text(&format!("base-{}", row.scheme));
        let typed = SchemeInput {
            target: base.starts_with('1'),
            recipients: base.get(1..).unwrap_or_default().to_owned(),
        };
        (typed != SchemeInput::default()).then(|| (row.scheme.clone(), typed))
    });
    Some(SchemesInput {
        rows: rows.collect(),
        other_text: form.text("base_other_text").to_owned(),
    })
}

/// One row as a hidden field says it.
fn base_of(typed: &SchemeInput) -> String {
    format!("{}{}", u8::from(typed.target), typed.recipients)
}

/// The part as the page shows it.
pub fn view(showing: &Showing<'_>) -> SchemesView {
    let definition = &showing.record.edition.definition;
    let input = &showing.draft.input.schemes;
    let class = &showing.record.class;
    let mut usual = Vec::new();
    let mut others = Vec::new();
    for row in &definition.rows {
        let shown = view_row(showing, row, input.rows.get(&row.scheme));
        let touched = shown.target || !shown.recipients.is_empty();
        let groups = if touched || row.usually_run_by(class) {
            &mut usual
        } else {
            &mut others
        };
        let heading = if row.law.is_empty() {
            &row.category
        } else {
            &row.law
        };
        match groups.last_mut() {
            Some(Group {
                heading: last,
                rows,
            }) if last == heading => rows.push(shown),
            _ => groups.push(Group {
                heading: heading.clone(),
                rows: vec![shown],
            }),
        }
    }
    let duties = &showing.record.duties;
    let words_editable = showing.department.is_empty()
        || definition
            .rows
            .iter()
            .any(|row| row.needs_text && duties.fills_in(showing.department, &row.scheme));
    // A department's own rows are never hidden from it, nor what was handed out from the liaison desk.
    let is_theirs = |row: &Row| match showing.department {
        "" => !row.owner.is_empty(),
        _ => row.editable,
    };
    let others_open = others
        .iter()
        .flat_map(|group| &group.rows)
        .any(|row| !row.errors.is_empty() || !row.note.is_empty() || is_theirs(row));
    SchemesView {
        usual,
        others,
        others_open,
        ask: String::new(),
        ask_words: "",
        totals: TotalsView::new(definition, showing.reading.totals, showing.reading.amounts),
        words: definition.words(),
        rule: definition.required_amounts.as_ref().map(|rule| {
            let (numerator, denominator) = rule.rate.parts();
            RuleView {
                numerator,
                denominator,
                ceiling: rule.ceiling_yen,
                rounding: rule.rounding_yen.max(1),
                most: RecipientCount::MAX_YEN,
            }
        }),
        row_by_row: is_row_by_row(showing),
        words_editable,
        base_other_text: showing
            .base
            .map_or(input, |base| &base.schemes)
            .other_text
            .clone(),
        other_text: TextField {
            id: "other_text".to_owned(),
            name: "other_text".to_owned(),
            label: "「その他の地方単独医療費助成」の具体的な内容".to_owned(),
            hint: "その他に○を付けたときだけ入力してください。".to_owned(),
            required_when: "その他に○を付けた場合は必須",
            value: input.other_text.clone(),
            errors: showing.errors_at(&Place::OtherText),
            reviewer_note: showing.note_at(&Place::OtherText),
            ..TextField::default()
        },
    }
}

impl SchemesView {
    /// Notes at each row the question that was answered there.
    pub fn mark_answered(&mut self, answered: &Answered) {
        let groups = self.usual.iter_mut().chain(&mut self.others);
        for row in groups.flat_map(|group| &mut group.rows) {
            if let Ok(id) = row.id.parse() {
                row.answered = answered.href(&Place::Scheme(id));
            }
        }
    }
}

/// Rows are handed to departments, or the visitor belongs to one.
fn is_row_by_row(showing: &Showing<'_>) -> bool {
    showing.record.duties.is_divided() || !showing.department.is_empty()
}

fn view_row(showing: &Showing<'_>, row: &SchemeRow, typed: Option<&SchemeInput>) -> Row {
    let typed = typed.cloned().unwrap_or_default();
    let definition = &showing.record.edition.definition;
    let number = definition.parse_number(&typed.recipients);
    let subsidy = match (&definition.required_amounts, &number) {
        (Some(rule), Ok(CountReading::Known { count, .. })) if typed.target => {
            format!("{}円", with_commas(rule.subsidy(u64::from(count.get()))))
        }
        _ => String::new(),
    };
    let understood = match number {
        Ok(CountReading::Known {
            count,
            normalised: true,
        }) => format!("{count}{}", definition.words().unit),
        Ok(CountReading::Unknown) if !typed.recipients.trim().is_empty() => "不明".to_owned(),
        _ => String::new(),
    };
    let place = Place::Recipients(row.scheme.clone());
    let notes = [
        showing.note_at(&Place::Scheme(row.scheme.clone())),
        showing.note_at(&place),
    ];
    let duties = &showing.record.duties;
    let base = showing.base.unwrap_or(&showing.draft.input);
    Row {
        owner: duties.department_of(&row.scheme).to_owned(),
        editable: duties.fills_in(showing.department, &row.scheme),
        base: if is_row_by_row(showing) {
            base_of(
                &base
                    .schemes
                    .rows
                    .get(&row.scheme)
                    .cloned()
                    .unwrap_or_default(),
            )
        } else {
            String::new()
        },
        id: row.scheme.as_str().to_owned(),
        name: row.name.clone(),
        help: row.help.clone(),
        answered: String::new(),
        second_round_only: row.second_round_only,
        target: typed.target,
        understood,
        subsidy,
        errors: showing.errors_at(&place),
        note: notes
            .into_iter()
            .filter(|note| !note.is_empty())
            .collect::<Vec<_>>()
            .join("\n"),
        prefilled: showing
            .draft
            .is_prefilled(crate::domain::place::Section::Schemes)
            && typed != SchemeInput::default(),
        recipients: typed.recipients,
    }
}
