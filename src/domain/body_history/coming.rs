//! What is known of days to come: the class a body gets, and the day on which it ends.

use jiff::civil::Date;

use super::{BodyHistory, BodyStanding};
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{Organization, Route};

/// From a day to come on, a body is something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComingChange {
    pub code: LocalGovernmentCode,
    pub on: Date,
    pub what: Coming,
}

/// What it is then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coming {
    /// A body of another class; with its way to the ministry if that is another one too.
    Class {
        after: Organization,
        route: Option<Route>,
    },
    /// Abolished; another body may carry on.
    Ends { into: Option<LocalGovernmentCode> },
}

impl BodyHistory {
    /// The changes of class and the ends that are to come, of bodies there are today, by code and day.
    pub fn coming_changes(&self, today: Date) -> Vec<ComingChange> {
        let mut coming = Vec::new();
        for code in self.codes() {
            let Some(now) = self.state(code, today).filter(|now| now.is_in_force()) else {
                continue;
            };
            let mut before = now.body;
            let days = self.changes_of(code).iter().map(|it| it.effective_on);
            let mut days: Vec<Date> = days.filter(|day| *day > today).collect();
            days.dedup();
            for on in days {
                let Some(then) = self.state(code, on) else {
                    continue;
                };
                let after = then.body;
                if let BodyStanding::Abolished { into } = then.standing {
                    let what = Coming::Ends { into };
                    coming.push(ComingChange { code, on, what });
                    break;
                }
                if before.respondent_class() != after.respondent_class() {
                    let route = after.kind.route();
                    let route = (route != before.kind.route()).then_some(route);
                    let what = Coming::Class {
                        after: after.clone(),
                        route,
                    };
                    coming.push(ComingChange { code, on, what });
                }
                before = after;
            }
        }
        coming
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::body_history::{BEGINNING, BodyChange, Fate, Said};
    use crate::domain::organization::OrganizationKind;
    use jiff::civil::date;

    #[test]
    fn a_class_to_come_is_told_once_and_nothing_after_the_end() {
        let code: LocalGovernmentCode = "012033".parse().expect("a code");
        let change = |effective_on, said| BodyChange {
            code,
            effective_on,
            said,
        };
        let said = Said::default;
        let city = Organization {
            code,
            name: "小樽市".to_owned(),
            kana: "オタルシ".to_owned(),
            kind: OrganizationKind::City,
            health_center_city: false,
            child_guidance_city: false,
        };
        let core = Said {
            kind: Some(OrganizationKind::CoreCity),
            ..said()
        };
        let history = BodyHistory::new(vec![
            change(BEGINNING, Said::whole(&city)),
            change(
                date(2027, 2, 1),
                Said {
                    name: Some("新小樽市".to_owned()),
                    ..said()
                },
            ),
            change(date(2027, 4, 1), core),
            change(
                date(2028, 4, 1),
                Said {
                    fate: Some(Fate::Abolished { into: None }),
                    ..said()
                },
            ),
        ]);
        let told = history.coming_changes(date(2027, 1, 20));
        let days: Vec<_> = told.iter().map(|it| it.on).collect();
        assert_eq!(days, [date(2027, 4, 1), date(2028, 4, 1)], "no rename");
        let Coming::Class { after, route } = &told[0].what else {
            panic!("{told:?}");
        };
        assert_eq!(after.kind, OrganizationKind::CoreCity);
        assert_eq!(*route, Some(Route::ToMinistry));
        assert_eq!(told[1].what, Coming::Ends { into: None });
        assert_eq!(history.coming_changes(date(2027, 4, 1)).len(), 1);
        assert!(history.coming_changes(date(2028, 4, 1)).is_empty());
    }
}
