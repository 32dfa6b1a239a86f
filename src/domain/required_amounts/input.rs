//! The settings of a follow-up as the ministry types them.

use super::{Rate, RequiredAmounts};
use crate::domain::edition_input::FieldProblem;
use crate::domain::recipient_count::Reading;
use crate::domain::survey_edition::EditionKey;
use crate::domain::text::{fold_width, with_commas};

use super::planned_cost::parse_planned_cost;

/// Everything as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleForm {
    pub rate: String,
    pub ceiling: String,
    pub rounding: String,
    pub budget: String,
}

impl RuleForm {
    /// What is set, as somebody would type it.
    pub fn of(rule: &RequiredAmounts) -> Self {
        Self {
            rate: rule.rate.to_string(),
            ceiling: with_commas(rule.ceiling_yen),
            rounding: with_commas(rule.rounding_yen),
            budget: with_commas(rule.budget_yen),
        }
    }

    /// Reads all of it, every problem at once.
    pub fn read(&self, source: &EditionKey) -> Result<RequiredAmounts, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let rate = read_rate(&self.rate);
        if rate.is_none() {
            let message = "補助率は、1/2 のように、分子と分母を「/」で区切って入力してください。1以下の割合にします。";
            problems.push(FieldProblem::new("rate", message));
        }
        let ceiling = read_yen(&self.ceiling).filter(|yen| *yen > 0);
        if ceiling.is_none() {
            let message = "1制度あたりの上限額は、1円から999,999,999円までの金額で入力してください（例：2500000）。";
            problems.push(FieldProblem::new("ceiling", message));
        }
        let rounding = read_yen(&self.rounding).filter(|yen| (1..=1_000_000).contains(yen));
        if rounding.is_none() {
            let message = "端数を切り捨てる単位は、1円から1,000,000円までの金額で入力してください（例：1000）。切り捨てないときは 1 とします。";
            problems.push(FieldProblem::new("rounding", message));
        }
        let budget = read_budget(&self.budget);
        if budget.is_none() {
            let message = "予算額は、円単位の数字で入力してください（例：4600000000）。";
            problems.push(FieldProblem::new("budget", message));
        }
        match (rate, ceiling, rounding, budget) {
            (Some(rate), Some(ceiling_yen), Some(rounding_yen), Some(budget_yen)) => {
                Ok(RequiredAmounts {
                    source: source.clone(),
                    rate,
                    ceiling_yen,
                    rounding_yen,
                    budget_yen,
                })
            }
            _ => Err(problems),
        }
    }
}

fn read_rate(typed: &str) -> Option<Rate> {
    let text = fold_width(typed).replace(['⁄', '÷'], "/");
    let text = text.trim();
    // 2分の1
    let turned = text
        .split_once("分の")
        .map(|(denominator, numerator)| format!("{numerator}/{denominator}"));
    turned.as_deref().unwrap_or(text).parse().ok()
}

fn read_yen(typed: &str) -> Option<u64> {
    match parse_planned_cost(typed) {
        Ok(Reading::Known { count, .. }) => Some(u64::from(count.get())),
        _ => None,
    }
}

/// A budget is larger than any cost: digits with commas, 億 and 円.
fn read_budget(typed: &str) -> Option<u64> {
    let text = fold_width(typed).replace([',', '、', ' '], "");
    let text = text.trim().trim_end_matches('円');
    let yen = match text.strip_suffix('億') {
        Some(number) => tenths(number)?.checked_mul(10_000_000)?,
        None => text.parse().ok()?,
    };
    // Every sum of money of ours is exact in a spreadsheet.
    (yen <= 9_000_000_000_000).then_some(yen)
}

/// 46 → 460, 4.6 → 46.
fn tenths(number: &str) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let fraction: u64 = fraction.parse().ok().filter(|_| fraction.len() == 1)?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(10)?
        .checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_read_back_and_are_read_generously() {
        let source: EditionKey = "fy2027".parse().expect("a key");
        let usual = RequiredAmounts::usual(source.clone());
        let form = RuleForm::of(&usual);
        assert_eq!(form.read(&source), Ok(usual.clone()));
        let typed = RuleForm {
            rate: "２分の１".to_owned(),
            ceiling: "250万円".to_owned(),
            rounding: "1千円".to_owned(),
            budget: "46億円".to_owned(),
        };
        assert_eq!(typed.read(&source), Ok(usual));
        let fields = |form: RuleForm| -> Vec<String> {
            let problems = form.read(&source).expect_err("has problems");
            problems.into_iter().map(|problem| problem.field).collect()
        };
        assert_eq!(
            fields(RuleForm::default()),
            ["rate", "ceiling", "rounding", "budget"]
        );
        let odd = RuleForm {
            rate: "3/2".to_owned(),
            rounding: "0".to_owned(),
            ..form
        };
        assert_eq!(fields(odd), ["rate", "rounding"]);
    }
}
