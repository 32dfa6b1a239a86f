//! 確認票: what a reviewer looked at in an answer, and what was checked by machine, for the ministry to see.

use serde::{Deserialize, Serialize};

use super::application_intent::ApplicationIntent;
use super::japan_time::UnixMillis;
use super::organization::RespondentClass;
use super::response::{Form1, Warning};
use super::survey_edition::EditionDefinition;

/// Something a person looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckItem {
    /// Stable key for the database and forms.
    pub key: &'static str,
    pub label: &'static str,
}

/// What is looked at in every edition.
const ITEMS: [CheckItem; 5] = [
    CheckItem {
        key: "contact_reached",
        label: "連絡先に、電話かメールがつながることを確かめた",
    },
    CheckItem {
        key: "contact_of_office",
        label: "連絡先が、個人ではなく部署のものであることを確かめた",
    },
    CheckItem {
        key: "intent_agreed",
        label: "申請の意向が、団体の財政担当と話し合われていることを確かめた",
    },
    CheckItem {
        key: "numbers_plausible",
        label: "受給者数が、人口や前回の回答から見て、おかしくないことを確かめた",
    },
    CheckItem {
        key: "schemes_complete",
        label: "○を付けた医療費助成に、抜けやまちがいがないことを確かめた",
    },
];

/// What is looked at besides where the edition asks questions of its own.
const QUESTIONS: CheckItem = CheckItem {
    key: "questions_answered",
    label: "追加の質問の回答が、質問に合っていることを確かめた",
};

/// What a person looks at in an answer of this edition by this body.
pub fn items(edition: &EditionDefinition, class: &RespondentClass) -> Vec<CheckItem> {
    let asked = edition.questions_for(class).next().is_some();
    ITEMS
        .into_iter()
        .chain(asked.then_some(QUESTIONS))
        .collect()
}

/// One thing that was checked by machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MachineCheck {
    pub label: String,
    /// What was found, in a sentence.
    pub finding: String,
    /// Nothing to look at.
    pub is_fine: bool,
}

/// A check list as it was kept; a later one stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckList {
    /// 1, 2, … of the answer.
    pub number: i32,
    /// The revision that was looked at.
    pub revision: i32,
    pub at: UnixMillis,
    /// Function of the person.
    pub by: String,
    pub body: String,
    pub account_id: i64,
    /// Keys of what was looked at.
    pub looked_at: Vec<String>,
    pub machine: Vec<MachineCheck>,
    pub note: String,
}

/// By how many percent recipients may differ from the last edition before somebody should look.
const USUAL_CHANGE: u64 = 50;

/// Checks an answer by machine. `earlier`: what the body answered last, if it did.
pub fn machine_checks(
    edition: &EditionDefinition,
    class: &RespondentClass,
    form: &Form1,
    warnings: &[Warning],
    earlier: Option<&Form1>,
) -> Vec<MachineCheck> {
    vec![
        of_warnings(warnings),
        of_totals(form),
        of_earlier(form, earlier),
        of_class(edition, class, form),
        of_rounds(edition, form),
    ]
}

fn check(label: &str, is_fine: bool, finding: String) -> MachineCheck {
    MachineCheck {
        label: label.to_owned(),
        finding,
        is_fine,
    }
}

fn of_warnings(warnings: &[Warning]) -> MachineCheck {
    let messages: Vec<_> = warnings
        .iter()
        .map(|warning| warning.message.as_str())
        .collect();
    let finding = match warnings.len() {
        0 => "ありません。".to_owned(),
        count => format!("{count}件：{}", messages.join("")),
    };
    check("要確認の点", warnings.is_empty(), finding)
}

fn of_totals(form: &Form1) -> MachineCheck {
    let totals = form.totals();
    let unknown = match totals.unknown {
        0 => String::new(),
        count => format!("、○で受給者数が不明{count}件"),
    };
    let finding = format!(
        "○{}件、受給者数{}人{unknown}。",
        totals.targets, totals.target_recipients
    );
    check("合計", totals.unknown == 0, finding)
}

fn of_earlier(form: &Form1, earlier: Option<&Form1>) -> MachineCheck {
    let label = "前回の回答との差";
    let Some(earlier) = earlier else {
        return check(label, true, "前回の回答はありません。".to_owned());
    };
    let (old, new) = (earlier.totals(), form.totals());
    let (before, after) = (old.target_recipients, new.target_recipients);
    // A body that had none before has nothing to be measured against.
    let is_usual = before == 0 || before.abs_diff(after) * 100 <= before * USUAL_CHANGE;
    let finding = format!(
        "○は{}件から{}件、受給者数は{before}人から{after}人。",
        old.targets, new.targets
    );
    check(label, is_usual, finding)
}

fn of_class(edition: &EditionDefinition, class: &RespondentClass, form: &Form1) -> MachineCheck {
    let unusual: Vec<_> = edition
        .rows
        .iter()
        .filter(|row| form.scheme(&row.scheme).target && !row.usually_run_by(class))
        .map(|row| row.name.as_str())
        .collect();
    let finding = if unusual.is_empty() {
        "合っています。".to_owned()
    } else {
        format!("ふつうは実施していないもの：{}。", unusual.join("、"))
    };
    check("区分と医療費助成", unusual.is_empty(), finding)
}

fn of_rounds(edition: &EditionDefinition, form: &Form1) -> MachineCheck {
    let label = "意向と医療費助成";
    let intents = &form.intents;
    let first = intents.contains(&ApplicationIntent::FirstRound);
    let second = intents.contains(&ApplicationIntent::SecondRound);
    let targets = form.totals().targets;
    let late_rows = edition
        .rows
        .iter()
        .filter(|row| row.second_round_only && form.scheme(&row.scheme).target)
        .count();
    let (is_fine, finding) = match (first || second, targets) {
        (true, 0) => (false, "申請の予定がありますが、○がありません。"),
        (false, 1..) => (false, "申請の予定がありませんが、○があります。"),
        _ if first && !second && late_rows > 0 => (
            false,
            "1次交付だけの予定ですが、2次交付だけのものに○があります。",
        ),
        _ => (true, "合っています。"),
    };
    check(label, is_fine, finding.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::application_intent::Intents;
    use crate::domain::coordination_contact::{self, ContactInput};
    use crate::domain::response::SchemeAnswer;

    fn form(intents: Intents, recipients: &[u32]) -> Form1 {
        let contact = coordination_contact::read(&ContactInput {
            department: "障害福祉課".to_owned(),
            email: "iryo@city.example".to_owned(),
            phone: "0138-00-0000".to_owned(),
        });
        let schemes = recipients.iter().enumerate().map(|(index, count)| {
            let answer = SchemeAnswer {
                target: true,
                recipients: (*count).try_into().ok(),
                typed: None,
            };
            let id = format!("scheme_{index}").parse().expect("an id");
            (id, answer)
        });
        Form1 {
            contact: contact.expect("reads"),
            intents,
            intent_text: String::new(),
            schemes: schemes.collect(),
            other_text: String::new(),
            extra: Default::default(),
            extra_typed: Default::default(),
        }
    }

    #[test]
    fn a_large_change_since_the_last_edition_is_shown() {
        let first = || [ApplicationIntent::FirstRound].into();
        let fine = |before: &[u32], after: &[u32]| {
            let earlier = form(first(), before);
            of_earlier(&form(first(), after), Some(&earlier)).is_fine
        };
        assert!(fine(&[1000], &[1500]));
        assert!(!fine(&[1000], &[1501]));
        assert!(!fine(&[1000], &[499]));
        assert!(fine(&[], &[5000]));
        assert!(of_earlier(&form(first(), &[1]), None).is_fine);
    }

    #[test]
    fn warnings_and_unknown_numbers_are_told() {
        assert!(of_warnings(&[]).is_fine);
        let warning = Warning {
            place: crate::domain::place::Place::Phone,
            message: "お確かめください。".to_owned(),
        };
        let told = of_warnings(&[warning]);
        assert!(!told.is_fine && told.finding.contains("お確かめください。"));
        let mut unknown = form([ApplicationIntent::FirstRound].into(), &[10]);
        for answer in unknown.schemes.values_mut() {
            answer.recipients = None;
        }
        assert!(!of_totals(&unknown).is_fine);
    }
}
