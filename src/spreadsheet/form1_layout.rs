//! The words of 様式1 that no edition changes, and the defined names of its key cells.
//!
//! Whoever reads a filled-in form finds a cell by its name first, and by these words where a sanitizer
//! removed the names. Wording: notice of January 2025, 様式1.

use crate::domain::application_intent::ApplicationIntent;
use crate::domain::extra_question::{ExtraQuestion, QuestionId, QuestionKind};
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::{EditionDefinition, SchemeRow};

/// The sheet's name.
pub const SHEET: &str = "様式1";
/// Printed at the top left.
pub const MARK: &str = "（様式1）";

pub const CODE_LABEL: &str = "全国地方公共団体コード";
pub const NAME_LABEL: &str = "都道府県又は市区町村の名称";

pub const CONTACT_HEADING: &str = "1. 国又は都道府県との連絡調整担当部署・連絡先";
pub const DEPARTMENT_LABEL: &str = "連絡調整担当部署（部局・課・係など）の名称";
pub const EMAIL_LABEL: &str = "連絡調整担当部署のメールアドレス";
pub const PHONE_LABEL: &str = "連絡調整担当部署の電話番号";

pub const INTENT_HEADING: &str = "2. 自治体システム改修等補助金についての申請の意向";
pub const INTENT_INSTRUCTION: &str =
    "該当する選択肢の回答欄に「○」を付してください。なお、現時点の検討状況に基づく回答で結構です。";
pub const INTENT_HEADER: [&str; 2] = ["選択肢", "回答"];
pub const INTENT_NOTE: &str =
    "※④その他を選択した場合は、具体的な回答内容を以下に記載してください。";

pub const SCHEMES_HEADING: &str = "3. 自治体システム改修等補助金の対象とする医療費助成";
pub const SCHEMES_INSTRUCTION: &str = "自治体システム改修等補助金の対象とする予定の医療費助成について、「システム改修等の対象」欄に「○」を付すとともに、「受給者数（人）」欄に把握している直近の受給者数又は受給者数の概数を記入してください。なお、現時点の検討状況等に基づく回答で結構です。";
pub const SCHEMES_HEADER: [&str; 4] = [
    "区分",
    "医療費助成",
    "システム改修等の対象",
    "受給者数（人）",
];
pub const TOTAL_LABEL: &str = "合計";

pub const QUESTIONS_HEADING: &str = "4. 追加の質問";
pub const QUESTIONS_INSTRUCTION: &str = "次の質問に回答してください。選択肢のある質問は、回答欄を選ぶと選択肢が表示されます。なお、現時点の検討状況に基づく回答で結構です。";

/// Heads of the table and the column that is worked out, where the edition asks for amounts.
pub const AMOUNTS_HEADING: &str = "2. 1次交付で申請する医療費助成と事業費予定額";
pub const AMOUNTS_HEADER: [&str; 4] = ["区分", "医療費助成", "申請の対象", "事業費予定額（円）"];
pub const SUBSIDY_HEAD: &str = "補助所要額（円）";

/// Printed at the top left: （様式1）.
pub fn mark(edition: &EditionDefinition) -> String {
    format!("（{}）", edition.words().form)
}

/// The heading of the table.
pub fn schemes_heading(edition: &EditionDefinition) -> &'static str {
    if edition.asks_intent() {
        SCHEMES_HEADING
    } else {
        AMOUNTS_HEADING
    }
}

/// The heads of the table.
pub fn schemes_header(edition: &EditionDefinition) -> [&'static str; 4] {
    if edition.asks_intent() {
        SCHEMES_HEADER
    } else {
        AMOUNTS_HEADER
    }
}

/// What stands above the table.
pub fn schemes_instruction(edition: &EditionDefinition) -> String {
    match &edition.required_amounts {
        None => SCHEMES_INSTRUCTION.to_owned(),
        Some(rule) => format!(
            "1次交付で申請する医療費助成について、「申請の対象」欄に「○」を付すとともに、「事業費予定額（円）」欄に、システム改修等に必要な事業費の予定額を円単位で記入してください。補助所要額は自動で計算します（{}）。",
            rule.note()
        ),
    }
}

/// The heading of the questions, which follow the table.
pub fn questions_heading(edition: &EditionDefinition) -> &'static str {
    if edition.asks_intent() {
        QUESTIONS_HEADING
    } else {
        "3. 追加の質問"
    }
}

/// A question as printed: its words, whether it must be answered, the unit, whom it is asked of, the help.
/// Options that fit no drop-down list are printed, too.
pub fn question_label(question: &ExtraQuestion) -> String {
    let required = if question.required {
        "（必須）"
    } else {
        ""
    };
    let mut lines = vec![format!("{}{required}", question.label)];
    match &question.kind {
        QuestionKind::Number { unit } if !unit.is_empty() => {
            lines.push(format!("（単位：{unit}）"));
        }
        QuestionKind::Choice { options } if !fits_list(question) => {
            lines.extend(options.iter().map(|option| format!("・{}", option.label)));
        }
        _ => {}
    }
    if !question.asked_of.is_empty() {
        let kinds: Vec<_> = question.asked_of.iter().map(|kind| kind.label()).collect();
        lines.push(format!("※{}だけがお答えください。", kinds.join("・")));
    }
    if !question.help.is_empty() {
        lines.push(question.help.clone());
    }
    lines.join("\n")
}

/// Characters a drop-down list holds, commas between the options included.
const LIST_MAX: usize = 255;

/// Whether the options can be offered as a drop-down list: Excel parts them by commas.
pub fn fits_list(question: &ExtraQuestion) -> bool {
    let QuestionKind::Choice { options } = &question.kind else {
        return false;
    };
    let length: usize = options
        .iter()
        .map(|option| option.label.encode_utf16().count() + 1)
        .sum();
    let parted = options
        .iter()
        .any(|option| option.label.contains([',', '"', '\n']));
    length <= LIST_MAX && !parted && !options.is_empty()
}

/// The row's name as printed; ※ leads to the note below the table.
pub fn row_label(row: &SchemeRow) -> String {
    let sign = if row.needs_text { "※" } else { "" };
    format!("{}{sign}", row.name)
}

/// The note that asks for the words of a row (その他).
pub fn other_note(row: &SchemeRow) -> String {
    format!(
        "※「{}」を選択した場合は、具体的な医療費助成の内容を以下に記載してください。",
        row.name
    )
}

/// 令和9年度分, the edition's short title.
pub const EDITION: &str = "form1_edition";
pub const CODE: &str = "form1_code";
pub const NAME: &str = "form1_name";
pub const DEPARTMENT: &str = "form1_department";
pub const EMAIL: &str = "form1_email";
pub const PHONE: &str = "form1_phone";
pub const INTENT_TEXT: &str = "form1_intent_text";
pub const OTHER_TEXT: &str = "form1_other_text";
pub const TARGETS_TOTAL: &str = "form1_targets_total";
pub const RECIPIENTS_TOTAL: &str = "form1_recipients_total";
pub const SUBSIDY_TOTAL: &str = "form1_subsidy_total";

/// `intent_1` to `intent_4`: the mark cell of a choice.
pub fn intent_name(intent: ApplicationIntent) -> String {
    format!("intent_{}", intent.number())
}

/// `target_<scheme>`: the mark cell of a row.
pub fn target_name(scheme: &SchemeId) -> String {
    format!("target_{scheme}")
}

/// `recipients_<scheme>`: the number cell of a row.
pub fn recipients_name(scheme: &SchemeId) -> String {
    format!("recipients_{scheme}")
}

/// `cost_<scheme>`: the number cell of a row in yen. Not the name of a count of persons, so that neither is ever
/// taken for the other.
pub fn cost_name(scheme: &SchemeId) -> String {
    format!("cost_{scheme}")
}

/// The number cell of a row.
pub fn number_name(edition: &EditionDefinition, scheme: &SchemeId) -> String {
    if edition.asks_intent() {
        recipients_name(scheme)
    } else {
        cost_name(scheme)
    }
}

/// `subsidy_<scheme>`: what is worked out beside the amount; never read.
pub fn subsidy_name(scheme: &SchemeId) -> String {
    format!("subsidy_{scheme}")
}

/// `question_<id>`: the answer cell of a question.
pub fn question_name(id: &QuestionId) -> String {
    format!("question_{id}")
}
