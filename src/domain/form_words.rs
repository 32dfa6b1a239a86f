//! What the form of an edition and its number column are called: the words in which the kinds of survey differ.
//!
//! ```text
//! EditionDefinition::words() ─> INTENT (意向等調査, 様式1, 受給者数 in persons) | AMOUNTS (所要額調査, in yen)
//! ```
//! Pages, files and messages take them from here, so that none of them asks of which kind an edition is.

/// The words of a kind of survey.
#[derive(Debug, PartialEq, Eq)]
pub struct FormWords {
    /// The survey: 意向等調査.
    pub survey: &'static str,
    /// The form, also in file names: 様式1.
    pub form: &'static str,
    /// What the number of a row is: 受給者数.
    pub number: &'static str,
    /// Its unit: 人.
    pub unit: &'static str,
    /// Head of the column: 受給者数（人）.
    pub number_head: &'static str,
    /// Rows with ○ whose number is not known.
    pub unknown_rows: &'static str,
    /// Said above the table of schemes.
    pub schemes_lead: &'static str,
    pub schemes_hint: &'static str,
    /// What a person calls the mark: システム改修等の対象.
    pub target_head: &'static str,
    /// What a form begins with: 前回の回答.
    pub earlier: &'static str,
    /// What programs call the number in the national lists and counts.
    pub counted_key: &'static str,
}

/// The survey of intents, Form 1 of the notice.
pub static INTENT: FormWords = FormWords {
    survey: "意向等調査",
    form: "様式1",
    number: "受給者数",
    unit: "人",
    number_head: "受給者数（人）",
    unknown_rows: "人数が不明な対象",
    schemes_lead: "システム改修等の対象とする予定の医療費助成に印を付け、受給者数（直近の人数か、おおよその人数）を入力してください。現時点の検討状況で結構です。",
    schemes_hint: "人数がわからないときは空欄のままで結構です（「0人」とは区別します）。「約1,200人」のように入力してもかまいません。",
    target_head: "システム改修等の対象",
    earlier: "前回の回答",
    counted_key: "recipients",
};

/// The survey of required amounts.
pub static AMOUNTS: FormWords = FormWords {
    survey: "所要額調査",
    form: "所要額調査票",
    number: "事業費予定額",
    unit: "円",
    number_head: "事業費予定額（円）",
    unknown_rows: "金額が未定の対象",
    schemes_lead: "1次交付で申請する医療費助成に印を付け、システム改修等に必要な事業費の予定額（総額）を、医療費助成ごとに円単位で入力してください。印は、意向等調査の回答から入れてあります。変わったときは直してください。",
    schemes_hint: "補助所要額は、入力した金額から計算します。金額がまだ決まらないときは、いまの見込みを入力してください。分からないときは空欄にできますが、提出する前に確認します（「0円」とは区別します）。「4,800千円」「480万円」のように入力してもかまいません。",
    target_head: "申請の対象",
    earlier: "意向等調査の回答",
    counted_key: "cost",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_the_column_says_number_and_unit() {
        for words in [&INTENT, &AMOUNTS] {
            assert_eq!(
                words.number_head,
                format!("{}（{}）", words.number, words.unit)
            );
        }
    }
}
