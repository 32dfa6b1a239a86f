//! A Form 1 to read: on receipts, in a review and in a history.

use crate::domain::application_intent::ApplicationIntent;
use crate::domain::estimate::PlanBasis;
use crate::domain::extra_answer;
use crate::domain::organization::RespondentClass;
use crate::domain::response::{Form1, Totals};
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::text::with_commas;

/// The whole answer, ready to print (`templates/answer.html`).
pub struct AnswerView {
    pub contact: Vec<Item>,
    /// Every choice of the form, with those ticked.
    pub intents: Vec<IntentLine>,
    pub intent_text: String,
    /// Rows with a mark, a number or a typed text, under their headings.
    pub groups: Vec<AnswerGroup>,
    /// Names of the rows nobody filled in.
    pub unanswered: Vec<String>,
    pub other_text: String,
    pub totals: TotalsView,
    /// Every question this body was asked; empty where the edition asks it nothing.
    pub questions: Vec<QuestionLine>,
}

/// A question and its answer.
pub struct QuestionLine {
    pub label: String,
    /// Empty if it was not answered.
    pub value: String,
    /// What was typed where it differs from the value; empty if it does not.
    pub typed: String,
}

/// A label and its value.
pub struct Item {
    pub label: &'static str,
    pub value: String,
}

/// One choice of section 2.
pub struct IntentLine {
    pub label: String,
    pub ticked: bool,
}

/// Rows under one law or category.
pub struct AnswerGroup {
    pub heading: String,
    pub rows: Vec<AnswerRow>,
}

/// One row of section 3.
pub struct AnswerRow {
    pub id: String,
    pub name: String,
    pub target: bool,
    /// 「1,200人」 or 「不明」.
    pub recipients: String,
    /// What was typed where it differs from the value; empty if it does not.
    pub typed: String,
    /// This class of body does not usually run the scheme.
    pub unusual: bool,
}

impl AnswerView {
    /// The form as the edition prints it.
    pub fn new(definition: &EditionDefinition, class: &RespondentClass, form: &Form1) -> Self {
        let mut groups: Vec<AnswerGroup> = Vec::new();
        let mut unanswered = Vec::new();
        for row in &definition.rows {
            let Some(answer) = form.schemes.get(&row.scheme) else {
                unanswered.push(row.name.clone());
                continue;
            };
            let shown = AnswerRow {
                id: row.scheme.to_string(),
                name: row.name.clone(),
                target: answer.target,
                recipients: answer
                    .recipients
                    .map_or_else(|| "不明".to_owned(), |count| format!("{count}人")),
                typed: answer.typed.clone().unwrap_or_default(),
                unusual: !row.usually_run_by(class),
            };
            let heading = if row.law.is_empty() {
                &row.category
            } else {
                &row.law
            };
            match groups.last_mut() {
                Some(group) if &group.heading == heading => group.rows.push(shown),
                _ => groups.push(AnswerGroup {
                    heading: heading.clone(),
                    rows: vec![shown],
                }),
            }
        }
        let item = |label, value: String| Item { label, value };
        let questions = definition.questions_for(class).map(|question| {
            let answer = form.extra.get(&question.id);
            QuestionLine {
                label: question.label.clone(),
                value: answer.map_or_else(String::new, |answer| {
                    extra_answer::describe(question, answer)
                }),
                typed: form
                    .extra_typed
                    .get(&question.id)
                    .cloned()
                    .unwrap_or_default(),
            }
        });
        Self {
            contact: vec![
                item("担当部署の名称", form.contact.department.clone()),
                item("メールアドレス", form.contact.email.to_string()),
                item("電話番号", form.contact.phone.to_string()),
            ],
            intents: ApplicationIntent::ALL
                .into_iter()
                .map(|intent| IntentLine {
                    label: definition.intent_label(intent),
                    ticked: form.intents.contains(&intent),
                })
                .collect(),
            intent_text: form.intent_text.clone(),
            groups,
            unanswered,
            other_text: form.other_text.clone(),
            totals: TotalsView::new(form.totals(), &definition.plan),
            questions: questions.collect(),
        }
    }
}

/// The total row and the estimates, as texts with units; the script writes the same.
pub struct TotalsView {
    pub targets: String,
    pub recipients: String,
    /// Targets whose count is not known, 「2件」; the sums leave them out.
    pub unknown: String,
    pub has_unknown: bool,
    pub subsidy: String,
    pub running_cost: String,
    /// How both are reckoned, in words.
    pub basis: String,
    /// Yen per scheme, and hundredths of a yen per recipient and month, for the script.
    pub ceiling: u64,
    pub monthly_cost_sen: u64,
}

impl TotalsView {
    /// With what the edition reckons with.
    pub fn new(totals: Totals, basis: &PlanBasis) -> Self {
        let estimate = totals.estimate(basis);
        // A sum of nothing but unknown counts is not zero.
        let none_known = totals.targets > 0 && totals.unknown == totals.targets;
        let about = if estimate.running_cost > 0 { "約" } else { "" };
        Self {
            targets: format!("{}件", totals.targets),
            recipients: if none_known && totals.recipients == 0 {
                "不明".to_owned()
            } else {
                format!("{}人", with_commas(totals.recipients))
            },
            unknown: format!("{}件", totals.unknown),
            has_unknown: totals.unknown > 0,
            basis: basis.words(),
            ceiling: basis.ceiling(),
            monthly_cost_sen: basis.monthly_cost_sen,
            subsidy: format!("{}円", with_commas(estimate.subsidy_ceiling)),
            running_cost: if none_known {
                "不明".to_owned()
            } else {
                format!("{about}{}円", with_commas(estimate.running_cost))
            },
        }
    }
}
