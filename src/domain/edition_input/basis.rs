//! What plans are reckoned with, as typed.

use super::{FieldProblem, HELP_MAX, LABEL_MAX, Reader};
use crate::domain::estimate::{Budget, ConnectionGroup, PlanBasis, SubsidyRate};
use crate::domain::extra_question::QuestionId;
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::text::{char_len, clean_text, fold_width, with_commas};

/// Highest amounts that are believed, in yen: products with them stay exact.
const STANDARD_MAX: u64 = 10_000_000_000;
const BUDGET_MAX: u64 = 100_000_000_000_000;
const MONTHLY_MAX_SEN: u64 = 1_000_000;
/// Most groups of the connection work.
const GROUPS_MAX: usize = 12;

/// The basis as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BasisForm {
    pub standard_amount: String,
    pub rate: String,
    pub monthly_cost: String,
    pub running_from: String,
    pub budget_name: String,
    /// Empty: nothing is compared.
    pub budget_yen: String,
    pub budget_note: String,
    /// One a line: 「記号：名称」.
    pub groups: String,
}

impl BasisForm {
    /// As stored.
    pub fn of(basis: &PlanBasis) -> Self {
        let budget = basis.budget.as_ref();
        let text = |of: fn(&Budget) -> &String| budget.map(of).cloned().unwrap_or_default();
        let group = |group: &ConnectionGroup| format!("{}：{}", group.id, group.label);
        let groups: Vec<_> = basis.groups.iter().map(group).collect();
        Self {
            standard_amount: with_commas(basis.standard_amount),
            rate: basis.rate.to_string(),
            monthly_cost: basis.monthly_cost(),
            running_from: basis.running_from.label(),
            budget_name: text(|budget| &budget.name),
            budget_yen: budget.map(|it| with_commas(it.yen)).unwrap_or_default(),
            budget_note: text(|budget| &budget.note),
            groups: groups.join("\n"),
        }
    }

    /// Each field with its label, for histories and the audit log.
    pub fn labelled(&self) -> [(&'static str, &str); 8] {
        [
            ("1制度の基準額（円）", &self.standard_amount),
            ("補助率", &self.rate),
            ("運用費の単価（円/月・人）", &self.monthly_cost),
            ("運用費が始まる年度", &self.running_from),
            ("予算の名称", &self.budget_name),
            ("予算額（円）", &self.budget_yen),
            ("予算の説明", &self.budget_note),
            ("連携作業のグループ", &self.groups),
        ]
    }

    /// 「補助率：「1/2」→「2/3」」 of each field that is another in `new`.
    pub fn differences(&self, new: &Self) -> Vec<String> {
        let fields = self.labelled().into_iter().zip(new.labelled());
        fields
            .filter(|((_, before), (_, after))| before != after)
            .map(|((label, before), (_, after))| {
                let line = |text: &str| text.replace('\n', "、");
                format!("{label}：「{}」→「{}」", line(before), line(after))
            })
            .collect()
    }

    /// Reads it.
    pub fn read(&self) -> Result<PlanBasis, Vec<FieldProblem>> {
        let mut reader = Reader::default();
        let mut yen = |field: &str, label: &str, typed: &str, max: u64| {
            let read = read_yen(typed).filter(|yen| (1..=max).contains(yen));
            if read.is_none() {
                let max = with_commas(max);
                reader.problem(
                    field,
                    format!("{label}は、1円から{max}円までの金額で入力してください。例：5,000,000、500万円"),
                );
            }
            read
        };
        let standard_amount = yen(
            "standard_amount",
            "1制度の基準額",
            &self.standard_amount,
            STANDARD_MAX,
        );
        let budget_yen = match self.budget_yen.trim() {
            "" => None,
            typed => yen("budget_yen", "予算額", typed, BUDGET_MAX),
        };
        let rate = self.rate.parse::<SubsidyRate>();
        if let Err(problem) = &rate {
            reader.problem("rate", problem.to_string());
        }
        let monthly_cost_sen = read_sen(&self.monthly_cost).filter(|sen| *sen <= MONTHLY_MAX_SEN);
        if monthly_cost_sen.is_none() {
            reader.problem(
                "monthly_cost",
                "運用費の単価は、「2」「1.5」のように、10,000円までの金額（小数は2桁まで）で入力してください。",
            );
        }
        let running_from = self.running_from.parse::<FiscalYear>();
        if running_from.is_err() {
            reader.problem(
                "running_from",
                "運用費が始まる年度は「令和9年度」「R9」のように入力してください。",
            );
        }
        let name = reader.line("budget_name", "予算の名称", &self.budget_name, LABEL_MAX);
        let note = reader.text("budget_note", "予算の説明", &self.budget_note, HELP_MAX);
        if !self.budget_yen.trim().is_empty() {
            reader.required("budget_name", "予算の名称", &name);
        }
        let groups = read_groups(&mut reader, &self.groups);
        match (standard_amount, rate, monthly_cost_sen, running_from) {
            (Some(standard_amount), Ok(rate), Some(monthly_cost_sen), Ok(running_from)) => reader
                .done(PlanBasis {
                    standard_amount,
                    rate,
                    monthly_cost_sen,
                    running_from,
                    budget: budget_yen.map(|yen| Budget { name, yen, note }),
                    groups,
                }),
            _ => Err(reader.0),
        }
    }
}

/// An amount in yen: 5,000,000, 500万円, 46億円, 4億6000万.
fn read_yen(typed: &str) -> Option<u64> {
    let text: String = fold_width(typed)
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',')
        .collect();
    let mut rest = text.strip_suffix('円').unwrap_or(&text);
    let mut sum = 0_u64;
    for (unit, worth) in [
        ('兆', 1_000_000_000_000_u64),
        ('億', 100_000_000),
        ('万', 10_000),
    ] {
        if let Some((number, after)) = rest.split_once(unit) {
            sum = sum.checked_add(number.parse::<u64>().ok()?.checked_mul(worth)?)?;
            rest = after;
            if rest.is_empty() {
                return Some(sum);
            }
        }
    }
    sum.checked_add(rest.parse().ok()?)
}

/// An amount with up to two decimals in hundredths of a yen: 2, 1.5, 0.25円.
fn read_sen(typed: &str) -> Option<u64> {
    let text = fold_width(typed.trim());
    let text = text.strip_suffix('円').unwrap_or(&text).trim();
    let (yen, sen) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !(1..=2).contains(&sen.len()) || !digits(sen) {
        return None;
    }
    let yen: u64 = yen.replace(',', "").parse().ok()?;
    let sen = format!("{sen:0<2}").parse::<u64>().ok()?;
    yen.checked_mul(100)?.checked_add(sen)
}

/// One group a line. A line without a sign gets g and its number.
fn read_groups(reader: &mut Reader, typed: &str) -> Vec<ConnectionGroup> {
    let text = clean_text(typed);
    let mut groups: Vec<ConnectionGroup> = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim).filter(|line| !line.is_empty())) {
        let signed = line.split_once(['：', ':']).and_then(|(sign, label)| {
            let id = sign.trim().parse::<QuestionId>().ok()?;
            Some((id, label.trim().to_owned()))
        });
        let (id, label) = match (signed, format!("g{number}").parse()) {
            (Some(signed), _) => signed,
            (None, Ok(id)) => (id, line.to_owned()),
            (None, Err(_)) => continue,
        };
        if label.is_empty() || char_len(&label) > LABEL_MAX {
            let message =
                format!("グループの{number}行目は、1文字から{LABEL_MAX}文字で入力してください。");
            reader.problem("groups", message);
        }
        if groups.iter().any(|group| group.id == id) {
            reader.problem("groups", format!("グループの記号「{id}」が2回あります。"));
        }
        groups.push(ConnectionGroup { id, label });
    }
    if groups.len() > GROUPS_MAX {
        reader.problem("groups", format!("グループは{GROUPS_MAX}までです。"));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_stored_reads_back_as_it_was() {
        let usual = PlanBasis::default();
        assert_eq!(BasisForm::of(&usual).read(), Ok(usual.clone()));
        let other = PlanBasis {
            monthly_cost_sen: 25,
            budget: None,
            groups: Vec::new(),
            ..usual
        };
        assert_eq!(BasisForm::of(&other).read(), Ok(other));
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (typed, yen) in [
            ("5,000,000", Some(5_000_000)),
            ("５００万円", Some(5_000_000)),
            ("46億円", Some(4_600_000_000)),
            ("4億6000万", Some(460_000_000)),
            ("1兆", Some(1_000_000_000_000)),
            ("1万2千", None),
            ("-5", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(read_yen(typed), yen, "{typed}");
        }
        for (typed, sen) in [
            ("2", Some(200)),
            ("１．５円", Some(150)),
            ("0.25", Some(25)),
            ("2.", None),
            ("2.555", None),
            ("約2", None),
        ] {
            assert_eq!(read_sen(typed), sen, "{typed}");
        }
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let form = BasisForm {
            standard_amount: "0".to_owned(),
            rate: "3/2".to_owned(),
            monthly_cost: "x".to_owned(),
            running_from: "来年".to_owned(),
            budget_yen: "46".to_owned(),
            groups: "g1：一\ng1：二".to_owned(),
            ..BasisForm::default()
        };
        let problems = form.read().expect_err("nothing of this reads");
        let fields: Vec<_> = problems.iter().map(|it| it.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "standard_amount",
                "rate",
                "monthly_cost",
                "running_from",
                "budget_name",
                "groups"
            ]
        );
    }

    #[test]
    fn differences_name_what_changed() {
        let usual = BasisForm::of(&PlanBasis::default());
        let new = BasisForm {
            rate: "2/3".to_owned(),
            ..usual.clone()
        };
        assert_eq!(usual.differences(&new), ["補助率：「1/2」→「2/3」"]);
        assert!(usual.differences(&usual).is_empty());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), near in "[0-9０-９,.兆億万円 ]{0,12}") {
            for typed in [text, near] {
                let _ = (read_yen(&typed), read_sen(&typed));
                let form = BasisForm { groups: typed.clone(), budget_note: typed, ..BasisForm::default() };
                let _ = form.read();
            }
        }
    }
}
