//! What a history of bodies must keep, whoever changes it: a page, a command or a table.
//!
//! ```text
//! BodyHistory as it would be + codes that changed ─ broken ─> each broken rule in words, with its body
//! ```

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::body_history::{BodyHistory, BodyStanding, Fate};
use super::japan_time::date_label;
use super::local_government_code::LocalGovernmentCode;
use super::organization::{Organization, OrganizationKind};

/// A rule that a change breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRule {
    pub code: LocalGovernmentCode,
    pub effective_on: Date,
    /// For the person who made the change.
    pub message: String,
}

/// The rules that the bodies with these codes break, in code order; each body's by day.
pub fn broken(
    history: &BodyHistory,
    codes: impl IntoIterator<Item = LocalGovernmentCode>,
) -> Vec<BrokenRule> {
    let mut codes: BTreeSet<LocalGovernmentCode> = codes.into_iter().collect();
    // What was abolished into a body that changes must still find it there.
    let into_changed = history
        .changes()
        .iter()
        .filter_map(|change| match change.said.fate {
            Some(Fate::Abolished { into: Some(into) }) if codes.contains(&into) => {
                Some(change.code)
            }
            _ => None,
        });
    let into_changed: Vec<_> = into_changed.collect();
    codes.extend(into_changed);
    codes
        .into_iter()
        .flat_map(|code| broken_by(history, code))
        .collect()
}

fn broken_by(history: &BodyHistory, code: LocalGovernmentCode) -> Vec<BrokenRule> {
    let days: BTreeSet<Date> = history
        .changes_of(code)
        .iter()
        .map(|change| change.effective_on)
        .collect();
    days.into_iter()
        .filter_map(|effective_on| {
            let message = wrong_on(history, code, effective_on)?;
            Some(BrokenRule {
                code,
                effective_on,
                message,
            })
        })
        .collect()
}

fn wrong_on(history: &BodyHistory, code: LocalGovernmentCode, day: Date) -> Option<String> {
    let Some(state) = history.state(code, day) else {
        return Some(format!(
            "{}の時点では、団体コード{code}の団体の名称・カナ・区分が分かりません。新しい団体には、そのすべてが必要です。",
            date_label(day)
        ));
    };
    match state.standing {
        BodyStanding::Abolished { into } => {
            let name = &state.body.name;
            if code.is_prefecture() {
                return Some(format!("{name}は都道府県のため、廃止にはできません。"));
            }
            if state.since < day {
                return Some(format!(
                    "{name}は{}に廃止されています。そのあとの日からの変更は登録できません。",
                    date_label(state.since)
                ));
            }
            let into = into?;
            let there = history
                .state(into, day)
                .is_some_and(|other| other.is_in_force());
            (into == code || !there).then(|| {
                format!(
                    "{name}を引き継ぐ団体（コード{into}）が、{}の時点でありません。引き継ぐ団体のコードと日付をお確かめください。",
                    date_label(day)
                )
            })
        }
        BodyStanding::InForce | BodyStanding::Coming => misfit(&state.body),
    }
}

/// Why code, name, kind and classes of a body do not go together. None if they do.
pub fn misfit(body: &Organization) -> Option<String> {
    use OrganizationKind as K;
    let (name, kind) = (&body.name, body.kind);
    let ends = |suffix: char| name.ends_with(suffix);
    let fits = match kind {
        K::Prefecture => body.code.is_prefecture(),
        _ if body.code.is_prefecture() => false,
        K::DesignatedCity | K::CoreCity | K::City => ends('市'),
        K::SpecialWard => ends('区') && body.prefecture().name() == "東京都",
        K::Town => ends('町'),
        K::Village => ends('村'),
    };
    if !fits {
        return Some(format!(
            "「{name}」（コード{}）の区分を「{kind}」にはできません。名称と区分をお確かめください。",
            body.code
        ));
    }
    let is_city = matches!(kind, K::DesignatedCity | K::CoreCity | K::City);
    let must = matches!(kind, K::DesignatedCity | K::CoreCity);
    if must && !body.health_center_city {
        return Some(format!(
            "{name}は{kind}のため、保健所設置市です。「保健所設置市」を「1」（該当する）にしてください。"
        ));
    }
    if body.health_center_city && !is_city {
        return Some(format!(
            "{name}は{kind}のため、保健所設置市にはできません（特別区は、区分で扱います）。"
        ));
    }
    let may = matches!(kind, K::CoreCity | K::City | K::SpecialWard);
    if body.child_guidance_city && !may {
        return Some(format!(
            "{name}は{kind}のため、児相設置市にはできません（指定都市は、区分で扱います）。"
        ));
    }
    None
}

/// What a kind means for the classes where nobody says more: 指定都市 and 中核市 are 保健所設置市; 指定都市 run
/// child-guidance centres by law and are not counted among the 児相設置市; towns and villages are neither.
pub fn usual_classes(kind: OrganizationKind) -> (Option<bool>, Option<bool>) {
    use OrganizationKind as K;
    match kind {
        K::DesignatedCity => (Some(true), Some(false)),
        K::CoreCity => (Some(true), None),
        K::City => (None, None),
        K::SpecialWard => (Some(false), None),
        K::Prefecture | K::Town | K::Village => (Some(false), Some(false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::body_history::{BodyChange, Said};
    use jiff::civil::date;

    fn body(code: &str, name: &str, kind: OrganizationKind) -> Organization {
        let (health_center, _) = usual_classes(kind);
        Organization {
            code: code.parse().expect("a code"),
            name: name.to_owned(),
            kana: "カナ".to_owned(),
            kind,
            health_center_city: health_center.unwrap_or(false),
            child_guidance_city: false,
        }
    }

    fn change(code: &str, effective_on: Date, said: Said) -> BodyChange {
        BodyChange {
            code: code.parse().expect("a code"),
            effective_on,
            said,
        }
    }

    #[test]
    fn code_name_kind_and_classes_go_together() {
        use OrganizationKind as K;
        let core = body("012025", "函館市", K::CoreCity);
        let ward = body("131032", "港区", K::SpecialWard);
        for fine in [
            core.clone(),
            body("010006", "北海道", K::Prefecture),
            body("013030", "当別町", K::Town),
            Organization {
                child_guidance_city: true,
                ..ward.clone()
            },
        ] {
            assert_eq!(misfit(&fine), None, "{}", fine.name);
        }
        for wrong in [
            body("010006", "北海道", K::City),
            body("012025", "函館市", K::Town),
            body("011011", "中央区", K::SpecialWard),
            Organization {
                health_center_city: false,
                ..core.clone()
            },
            Organization {
                health_center_city: true,
                ..ward
            },
            Organization {
                child_guidance_city: true,
                ..body("013030", "当別町", K::Town)
            },
        ] {
            assert!(misfit(&wrong).is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn whoever_carries_on_must_be_there_and_nothing_follows_an_end() {
        use OrganizationKind as K;
        let (start, day) = (date(2000, 1, 1), date(2027, 4, 1));
        let whole = |code, name, kind| Said::whole(&body(code, name, kind));
        let end = |into: Option<&str>| Said {
            fate: Some(Fate::Abolished {
                into: into.map(|code| code.parse().expect("a code")),
            }),
            ..Said::default()
        };
        let base = [
            change("012033", start, whole("012033", "小樽市", K::City)),
            change("013030", start, whole("013030", "当別町", K::Town)),
            change("010006", start, whole("010006", "北海道", K::Prefecture)),
        ];
        let of = |more: &[BodyChange]| {
            let history = BodyHistory::new([&base[..], more].concat());
            broken(&history, more.iter().map(|change| change.code)).len()
        };
        assert_eq!(of(&[change("013030", day, end(Some("012033")))]), 0);
        assert_eq!(of(&[change("013030", day, end(None))]), 0);
        assert_eq!(of(&[change("013030", day, end(Some("013030")))]), 1);
        assert_eq!(of(&[change("013030", day, end(Some("022021")))]), 1);
        assert_eq!(of(&[change("010006", day, end(None))]), 1);
        let renamed = Said {
            name: Some("新当別町".to_owned()),
            ..Said::default()
        };
        let later = date(2027, 5, 1);
        let after_the_end = [
            change("013030", day, end(None)),
            change("013030", later, renamed.clone()),
        ];
        assert_eq!(of(&after_the_end), 1);
        // A body nobody has told anything about is no body.
        assert_eq!(of(&[change("022021", day, renamed)]), 1);
        // Taking the successor away shows at the body that was merged.
        let both = [
            change("013030", day, end(Some("012033"))),
            change("012033", date(2027, 3, 1), end(None)),
        ];
        assert_eq!(of(&both), 1);
    }
}
