//! Sums of a survey of required amounts, and the bodies behind each.
//!
//! ```text
//! AmountBody (class, Form1) … ─ tally ─> Figures: prefectures, schemes, all together
//!                             └ Behind::holds ─> the bodies behind a figure
//! ```
//! Prefectures and schemes add up to the same yen. A body counts once in its prefecture and once in each scheme
//! it marked, so bodies of schemes do not add up.

use std::ops::AddAssign;

use super::{Amounts, RequiredAmounts};
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::RespondentClass;
use crate::domain::response::Form1;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::EditionDefinition;

/// A body whose answer is received.
#[derive(Clone, Debug)]
pub struct AmountBody {
    /// As frozen in the edition.
    pub class: RespondentClass,
    pub name: String,
    pub form: Form1,
}

impl AmountBody {
    /// The key of the body.
    pub fn code(&self) -> LocalGovernmentCode {
        self.class.code
    }
}

/// Bodies and what they need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub bodies: u64,
    pub amounts: Amounts,
}

impl AddAssign<Amounts> for Line {
    fn add_assign(&mut self, amounts: Amounts) {
        self.bodies += 1;
        self.amounts += amounts;
    }
}

/// Every sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    pub all: Line,
    /// Prefectures with a body, in the order of their codes; designated and core cities are in theirs.
    pub prefectures: Vec<(PrefectureCode, Line)>,
    /// In the order of the edition.
    pub schemes: Vec<Line>,
}

/// Adds up.
pub fn tally(
    definition: &EditionDefinition,
    rule: &RequiredAmounts,
    bodies: &[AmountBody],
) -> Figures {
    let mut all = Line::default();
    let mut prefectures: Vec<(PrefectureCode, Line)> = Vec::new();
    let mut schemes = vec![Line::default(); definition.rows.len()];
    for body in bodies {
        let amounts = rule.of_form(&body.form);
        all += amounts;
        let prefecture = body.code().prefecture();
        match prefectures.iter_mut().find(|(code, _)| *code == prefecture) {
            Some((_, line)) => *line += amounts,
            None => {
                let mut line = Line::default();
                line += amounts;
                prefectures.push((prefecture, line));
            }
        }
        for (row, line) in definition.rows.iter().zip(&mut schemes) {
            if let Some(answer) = body.form.schemes.get(&row.scheme).filter(|row| row.target) {
                *line += rule.of_row(answer);
            }
        }
    }
    prefectures.sort_by_key(|(code, _)| *code);
    Figures {
        all,
        prefectures,
        schemes,
    }
}

/// Which bodies stand behind a figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Behind {
    pub prefecture: Option<PrefectureCode>,
    /// Those with ○ at this scheme.
    pub scheme: Option<SchemeId>,
    /// Those with ○ without an amount.
    pub unknown: bool,
}

impl Behind {
    /// What a body puts into the figure; `None` if it does not belong to it.
    pub fn of(&self, rule: &RequiredAmounts, body: &AmountBody) -> Option<Amounts> {
        if self
            .prefecture
            .is_some_and(|of| of != body.code().prefecture())
        {
            return None;
        }
        let amounts = match &self.scheme {
            Some(scheme) => {
                let answer = body.form.schemes.get(scheme).filter(|row| row.target)?;
                rule.of_row(answer)
            }
            None => rule.of_form(&body.form),
        };
        (!self.unknown || amounts.unknown > 0).then_some(amounts)
    }

    /// The bodies with what each puts in, in the order given.
    pub fn bodies<'b>(
        &self,
        rule: &RequiredAmounts,
        bodies: &'b [AmountBody],
    ) -> Vec<(&'b AmountBody, Amounts)> {
        bodies
            .iter()
            .filter_map(|body| Some((body, self.of(rule, body)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::domain::organization::OrganizationKind;
    use crate::domain::recipient_count::RecipientCount;
    use crate::domain::required_amounts::making::follow_up_of;
    use crate::domain::response::SchemeAnswer;

    fn edition() -> EditionDefinition {
        let text = include_str!("../../../migrations/data/editions/fy2025.toml");
        let rule = RequiredAmounts::usual("fy2025".parse().unwrap());
        follow_up_of(&toml::from_str(text).unwrap(), rule)
    }

    /// Row by row: no ○, ○ without an amount, ○ with one.
    fn body(edition: &EditionDefinition, code: &str, rows: &[Option<Option<u64>>]) -> AmountBody {
        let schemes = edition.rows.iter().zip(rows).filter_map(|(row, cost)| {
            let answer = SchemeAnswer {
                target: true,
                recipients: (*cost)?.map(|cost| RecipientCount::of_yen(cost).unwrap()),
                typed: None,
            };
            Some((row.scheme.clone(), answer))
        });
        AmountBody {
            class: RespondentClass {
                code: code.parse().unwrap(),
                kind: OrganizationKind::City,
                health_center_city: false,
                child_guidance_city: false,
            },
            name: code.to_owned(),
            form: Form1 {
                contact: serde_json::from_value(serde_json::json!({
                    "department": "福祉課", "email": "f@example.jp", "phone": "0138-00-0000"
                }))
                .unwrap(),
                intents: Default::default(),
                intent_text: String::new(),
                schemes: schemes.collect(),
                other_text: String::new(),
                extra: Default::default(),
                extra_typed: Default::default(),
            },
        }
    }

    const CODES: [&str; 4] = ["010006", "012025", "012033", "022021"];

    proptest! {
        #[test]
        fn prefectures_and_schemes_add_up_to_the_country(
            rows in proptest::collection::vec(
                proptest::collection::vec(proptest::option::of(proptest::option::of(0_u64..=999_999_999)), 18),
                0..=4,
            ),
        ) {
            let edition = edition();
            let rule = edition.required_amounts.clone().unwrap();
            let bodies: Vec<_> = CODES.iter().zip(&rows).map(|(code, rows)| body(&edition, code, rows)).collect();
            let figures = tally(&edition, &rule, &bodies);
            let (mut by_prefecture, mut by_scheme) = (Amounts::default(), Amounts::default());
            for (_, line) in &figures.prefectures {
                by_prefecture += line.amounts;
            }
            for line in &figures.schemes {
                by_scheme += line.amounts;
            }
            prop_assert_eq!(by_prefecture, figures.all.amounts);
            prop_assert_eq!(by_scheme, figures.all.amounts);
            let counted: u64 = figures.prefectures.iter().map(|(_, line)| line.bodies).sum();
            prop_assert_eq!(counted, bodies.len() as u64);
            // Each figure is what its bodies put in.
            for (code, line) in &figures.prefectures {
                let behind = Behind { prefecture: Some(*code), ..Behind::default() };
                let found = behind.bodies(&rule, &bodies);
                prop_assert_eq!(found.len() as u64, line.bodies);
                prop_assert_eq!(found.iter().map(|(_, amounts)| amounts.subsidy).sum::<u64>(), line.amounts.subsidy);
            }
            for (row, line) in edition.rows.iter().zip(&figures.schemes) {
                let behind = Behind { scheme: Some(row.scheme.clone()), ..Behind::default() };
                let found = behind.bodies(&rule, &bodies);
                prop_assert_eq!(found.len() as u64, line.bodies);
                prop_assert_eq!(found.iter().map(|(_, amounts)| amounts.cost).sum::<u64>(), line.amounts.cost);
            }
            let behind = Behind { unknown: true, ..Behind::default() };
            let found = behind.bodies(&rule, &bodies);
            prop_assert_eq!(found.iter().map(|(_, amounts)| amounts.unknown).sum::<u64>(), figures.all.amounts.unknown);
        }
    }
}
