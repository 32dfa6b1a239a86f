//! A Form 1 to read: on receipts, in a review and in a history.

use crate::domain::application_intent::ApplicationIntent;
use crate::domain::extra_answer;
use crate::domain::extra_question::QuestionId;
use crate::domain::form_words::FormWords;
use crate::domain::organization::RespondentClass;
use crate::domain::place::{Place, Section};
use crate::domain::required_amounts::Amounts;
use crate::domain::response::{Form1, Totals};
use crate::domain::survey_edition::EditionDefinition;
use crate::domain::text::with_commas;
use crate::web::inquiries::answered::Answered;

/// The whole answer, ready to print (`templates/answer.html`).
pub struct AnswerView {
    pub contact: Vec<Item>,
    /// The form asks for an intent.
    pub has_intent: bool,
    /// A subsidy stands beside each number.
    pub has_subsidy: bool,
    /// The numbers of the table and of the questions.
    pub schemes_number: usize,
    pub questions_number: usize,
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
    /// The address at which a comment about a place begins, without the place; empty where none can be made.
    pub note: String,
    /// The questions of the body that were answered about a whole part; empty where there is none, or for others.
    pub contact_answered: String,
    pub intent_answered: String,
    pub schemes_answered: String,
}

/// A question and its answer.
pub struct QuestionLine {
    id: QuestionId,
    /// What the body asked about it and was answered; empty if nothing.
    pub answered: String,
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
    /// 「2,400,000円」; empty where none is worked out.
    pub subsidy: String,
    /// What was typed where it differs from the value; empty if it does not.
    pub typed: String,
    /// This class of body does not usually run the scheme.
    pub unusual: bool,
    /// What the body asked about the row and was answered; empty if nothing.
    pub answered: String,
}

impl AnswerView {
    /// The form as the edition prints it.
    pub fn new(definition: &EditionDefinition, class: &RespondentClass, form: &Form1) -> Self {
        let rule = definition.required_amounts.as_ref();
        let unit = definition.words().unit;
        let number_of = |section| definition.number_of(section, class);
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
                    .map_or_else(|| "不明".to_owned(), |count| format!("{count}{unit}")),
                subsidy: rule
                    .and_then(|rule| rule.subsidy_of(answer))
                    .map(|yen| format!("{}円", with_commas(yen)))
                    .unwrap_or_default(),
                typed: answer.typed.clone().unwrap_or_default(),
                unusual: !row.usually_run_by(class),
                answered: String::new(),
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
                id: question.id.clone(),
                answered: String::new(),
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
            note: String::new(),
            contact_answered: String::new(),
            intent_answered: String::new(),
            schemes_answered: String::new(),
            contact: vec![
                item("担当部署の名称", form.contact.department.clone()),
                item("メールアドレス", form.contact.email.to_string()),
                item("電話番号", form.contact.phone.to_string()),
            ],
            has_intent: definition.asks_intent(),
            has_subsidy: rule.is_some(),
            schemes_number: number_of(Section::Schemes),
            questions_number: number_of(Section::Questions),
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
            totals: TotalsView::of_form(definition, form),
            questions: questions.collect(),
        }
    }

    /// The same with the questions that were answered, each at its line.
    #[must_use]
    pub fn with_answered(mut self, answered: &Answered) -> Self {
        let of_part = |section| answered.href(&Place::Section(section));
        self.contact_answered = of_part(Section::Contact);
        self.intent_answered = of_part(Section::Intent);
        self.schemes_answered = of_part(Section::Schemes);
        for row in self.groups.iter_mut().flat_map(|group| &mut group.rows) {
            if let Ok(id) = row.id.parse() {
                row.answered = answered.href(&Place::Scheme(id));
            }
        }
        for question in &mut self.questions {
            question.answered = answered.href(&Place::Question(question.id.clone()));
        }
        self
    }
}

/// The total row and what follows from it, as texts with units; the script writes the same.
pub struct TotalsView {
    pub words: &'static FormWords,
    pub targets: String,
    pub recipients: String,
    /// Targets whose number is not known, 「2件」; the sums leave them out.
    pub unknown: String,
    pub has_unknown: bool,
    /// 補助金の上限（見込み） or 補助所要額.
    pub subsidy_label: &'static str,
    pub subsidy: String,
    /// Empty where the edition asks for amounts.
    pub running_cost: String,
    /// How it was worked out.
    pub note: String,
    /// How the estimates of a survey of intents are reckoned, in words.
    pub basis: String,
    /// Yen per scheme, and hundredths of a yen per recipient and month, for the script.
    pub ceiling: u64,
    pub monthly_cost_sen: u64,
}

impl TotalsView {
    /// The total row of a form; `amounts` where its edition asks for them.
    pub fn new(definition: &EditionDefinition, totals: Totals, amounts: Option<Amounts>) -> Self {
        let words = definition.words();
        let number = definition.number_total(&totals);
        // A sum of nothing but unknown numbers is not zero.
        let none_known = totals.targets > 0 && totals.unknown == totals.targets;
        let shared = Self {
            words,
            targets: format!("{}件", totals.targets),
            recipients: if none_known && number == 0 {
                "不明".to_owned()
            } else {
                format!("{}{}", with_commas(number), words.unit)
            },
            unknown: format!("{}件", totals.unknown),
            has_unknown: totals.unknown > 0,
            subsidy_label: "補助金の上限（見込み）",
            subsidy: String::new(),
            running_cost: String::new(),
            note: format!(
                "見込みの計算：{}人数が不明な対象は、受給者数と運用費に含みません。",
                definition.plan.words()
            ),
            basis: definition.plan.words(),
            ceiling: definition.plan.ceiling(),
            monthly_cost_sen: definition.plan.monthly_cost_sen,
        };
        match (&definition.required_amounts, amounts) {
            (Some(rule), Some(amounts)) => Self {
                subsidy_label: "補助所要額の合計",
                subsidy: if none_known {
                    "不明".to_owned()
                } else {
                    format!("{}円", with_commas(amounts.subsidy))
                },
                note: format!(
                    "補助所要額の計算：{}。合計は、○を付けた医療費助成の分です。金額が未定の対象は、合計に含みません。",
                    rule.note()
                ),
                ..shared
            },
            _ => {
                let estimate = totals.estimate(&definition.plan);
                let about = if estimate.running_cost > 0 { "約" } else { "" };
                Self {
                    subsidy: format!("{}円", with_commas(estimate.subsidy_ceiling)),
                    running_cost: if none_known {
                        "不明".to_owned()
                    } else {
                        format!("{about}{}円", with_commas(estimate.running_cost))
                    },
                    ..shared
                }
            }
        }
    }

    /// Of a form as it was understood.
    pub fn of_form(definition: &EditionDefinition, form: &Form1) -> Self {
        let rule = definition.required_amounts.as_ref();
        let amounts = rule.map(|rule| rule.of_form(form));
        Self::new(definition, form.totals(), amounts)
    }
}
