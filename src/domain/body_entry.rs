//! One change of bodies as somebody at the ministry enters it: a rename, other classes, a merger, a new body.
//!
//! ```text
//! BodyEntry ─ changes(history, day) ─> what of it is new ─> BodyChange …  (none if it is so already)
//! ```

use jiff::civil::Date;

use super::body_history::{BodyChange, BodyHistory, BodyStanding, Fate, Said};
use super::body_rules::{broken, misfit};
use super::local_government_code::LocalGovernmentCode;
use super::organization::{Organization, OrganizationKind};

/// What somebody enters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyEntry {
    Rename {
        code: LocalGovernmentCode,
        name: String,
        kana: String,
    },
    /// Promotion, a new health-centre or child-guidance city; also the other way round.
    Classes {
        code: LocalGovernmentCode,
        kind: OrganizationKind,
        health_center_city: bool,
        child_guidance_city: bool,
    },
    /// Merger into another body, or plain abolition.
    End {
        code: LocalGovernmentCode,
        into: Option<LocalGovernmentCode>,
    },
    /// A new body; the bodies it replaces are abolished into it.
    Found {
        body: Organization,
        replaces: Vec<LocalGovernmentCode>,
    },
    /// An abolition that was entered by mistake, or does not come about.
    Restore { code: LocalGovernmentCode },
}

impl BodyEntry {
    /// The body it is about.
    pub fn code(&self) -> LocalGovernmentCode {
        match self {
            Self::Rename { code, .. }
            | Self::Classes { code, .. }
            | Self::End { code, .. }
            | Self::Restore { code } => *code,
            Self::Found { body, .. } => body.code,
        }
    }

    /// What it changes from a day on. None if it is so already.
    ///
    /// # Errors
    /// Why it cannot be, in words, every reason once.
    pub fn changes(
        &self,
        history: &BodyHistory,
        day: Date,
    ) -> Result<Vec<BodyChange>, Vec<String>> {
        let changes = self.news(history, day).map_err(|reason| vec![reason])?;
        let after = history.with(&changes);
        let rules = broken(&after, changes.iter().map(|change| change.code));
        if rules.is_empty() {
            return Ok(changes);
        }
        let mut reasons: Vec<String> = rules.into_iter().map(|rule| rule.message).collect();
        reasons.dedup();
        Err(reasons)
    }

    fn news(&self, history: &BodyHistory, day: Date) -> Result<Vec<BodyChange>, String> {
        let code = self.code();
        let state = history.state(code, day);
        if let Self::Found { body, replaces } = self {
            return found(history, day, body, replaces);
        }
        let state = state.ok_or_else(|| format!("団体コード{code}の団体は一覧にありません。"))?;
        let body = &state.body;
        let mut said = Said::default();
        match (self, state.standing) {
            (Self::Restore { .. }, BodyStanding::Abolished { .. }) => {
                // From the day on which it ended, as if it never had.
                return Ok(vec![BodyChange {
                    code,
                    effective_on: state.since,
                    said: Said {
                        fate: Some(Fate::InForce),
                        ..Said::default()
                    },
                }]);
            }
            (Self::Restore { .. }, _) => return Ok(Vec::new()),
            (Self::End { into, .. }, BodyStanding::Abolished { into: known }) if *into == known => {
                return Ok(Vec::new());
            }
            // A correction of the same day: another body carries on.
            (Self::End { into, .. }, BodyStanding::Abolished { .. }) if state.since == day => {
                said.fate = Some(Fate::Abolished { into: *into });
            }
            (_, BodyStanding::Abolished { .. }) => {
                return Err(format!(
                    "{}は、この日には廃止されています。日付をお確かめください。",
                    body.name
                ));
            }
            (_, BodyStanding::Coming) => {
                return Err(format!(
                    "{}は、この日にはまだありません。新設の日か、そのあとの日にしてください。",
                    body.name
                ));
            }
            (Self::End { into, .. }, BodyStanding::InForce) => {
                said.fate = Some(Fate::Abolished { into: *into });
            }
            (Self::Rename { name, kana, .. }, BodyStanding::InForce) => {
                said.name = Some(name.clone()).filter(|name| *name != body.name);
                said.kana = Some(kana.clone()).filter(|kana| *kana != body.kana);
            }
            (
                Self::Classes {
                    kind,
                    health_center_city,
                    child_guidance_city,
                    ..
                },
                BodyStanding::InForce,
            ) => {
                said.kind = Some(*kind).filter(|kind| *kind != body.kind);
                said.health_center_city =
                    Some(*health_center_city).filter(|is| *is != body.health_center_city);
                said.child_guidance_city =
                    Some(*child_guidance_city).filter(|is| *is != body.child_guidance_city);
            }
            (Self::Found { .. }, _) => {}
        }
        Ok(if said.is_empty() {
            Vec::new()
        } else {
            vec![BodyChange {
                code,
                effective_on: day,
                said,
            }]
        })
    }
}

fn found(
    history: &BodyHistory,
    day: Date,
    body: &Organization,
    replaces: &[LocalGovernmentCode],
) -> Result<Vec<BodyChange>, String> {
    if let Some(reason) = misfit(body) {
        return Err(reason);
    }
    let state = history.state(body.code, day);
    let mut changes = Vec::new();
    match state {
        Some(state) if state.is_in_force() && state.body == *body => {}
        Some(state) if state.is_in_force() => {
            return Err(format!(
                "団体コード{}の団体（{}）は、もうあります。名称や区分を変えるときは、その団体の画面から登録してください。",
                body.code, state.body.name
            ));
        }
        _ => changes.push(BodyChange {
            code: body.code,
            effective_on: day,
            said: Said::whole(body),
        }),
    }
    for code in replaces {
        let into = Some(body.code);
        let state = history
            .state(*code, day)
            .ok_or_else(|| format!("引き継がれる団体のコード{code}は一覧にありません。"))?;
        match state.standing {
            BodyStanding::Abolished { into: known } if known == into => {}
            _ => changes.push(BodyChange {
                code: *code,
                effective_on: day,
                said: Said {
                    fate: Some(Fate::Abolished { into }),
                    ..Said::default()
                },
            }),
        }
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const DAY: Date = date(2027, 4, 1);

    fn code(text: &str) -> LocalGovernmentCode {
        text.parse().expect("a code")
    }

    fn body(text: &str, name: &str, kind: OrganizationKind) -> Organization {
        Organization {
            code: code(text),
            name: name.to_owned(),
            kana: "カナ".to_owned(),
            kind,
            health_center_city: kind == OrganizationKind::CoreCity,
            child_guidance_city: false,
        }
    }

    fn history() -> BodyHistory {
        use OrganizationKind as K;
        let bodies = [
            body("012033", "小樽市", K::City),
            body("012092", "夕張市", K::City),
            body("013030", "当別町", K::Town),
        ];
        let whole = |body: &Organization| BodyChange {
            code: body.code,
            effective_on: date(2000, 1, 1),
            said: Said::whole(body),
        };
        BodyHistory::new(bodies.iter().map(whole).collect())
    }

    /// Enters one after the other, and says whether the last one changed anything.
    fn enter(entries: &[(BodyEntry, Date)]) -> (BodyHistory, Result<bool, Vec<String>>) {
        let mut history = history();
        let mut last = Ok(false);
        for (entry, day) in entries {
            match entry.changes(&history, *day) {
                Ok(changes) => {
                    last = Ok(!changes.is_empty());
                    history = history.with(&changes);
                }
                Err(reasons) => last = Err(reasons),
            }
        }
        (history, last)
    }

    #[test]
    fn every_kind_of_entry_changes_what_it_says_and_only_once() {
        let classes = BodyEntry::Classes {
            code: code("012033"),
            kind: OrganizationKind::CoreCity,
            health_center_city: true,
            child_guidance_city: true,
        };
        let rename = BodyEntry::Rename {
            code: code("012033"),
            name: "新小樽市".to_owned(),
            kana: "シンオタルシ".to_owned(),
        };
        let end = BodyEntry::End {
            code: code("013030"),
            into: Some(code("012033")),
        };
        let town_to_city = BodyEntry::Found {
            body: body("012378", "当別市", OrganizationKind::City),
            replaces: vec![code("013030")],
        };
        for entry in [&classes, &rename, &end, &town_to_city] {
            let (_, first) = enter(&[(entry.clone(), DAY)]);
            assert_eq!(first, Ok(true), "{entry:?}");
            let twice = [(entry.clone(), DAY), (entry.clone(), DAY)];
            assert_eq!(enter(&twice).1, Ok(false), "{entry:?}");
        }
        // A rename entered later for an earlier day leaves the promotion as it is.
        let (history, last) = enter(&[(classes, DAY), (rename, date(2027, 1, 1))]);
        assert_eq!(last, Ok(true));
        let state = history.state(code("012033"), DAY).expect("is known");
        assert_eq!(state.body.name, "新小樽市");
        assert_eq!(state.body.kind, OrganizationKind::CoreCity);
        let (history, _) = enter(&[(town_to_city, DAY)]);
        let gone = history.state(code("013030"), DAY).expect("is known");
        let into = Some(code("012378"));
        assert_eq!(gone.standing, BodyStanding::Abolished { into });
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        let end = |of: &str, into: Option<&str>| BodyEntry::End {
            code: code(of),
            into: into.map(code),
        };
        let merged = (end("013030", Some("012033")), DAY);
        let rename = BodyEntry::Rename {
            code: code("013030"),
            name: "新当別町".to_owned(),
            kana: "カナ".to_owned(),
        };
        for (entries, word) in [
            (vec![(end("013030", Some("013030")), DAY)], "引き継ぐ団体"),
            (vec![(end("022021", None), DAY)], "一覧にありません"),
            (vec![merged.clone(), (rename, DAY)], "廃止されています"),
            (
                vec![merged.clone(), (end("012033", None), date(2027, 3, 1))],
                "引き継ぐ団体",
            ),
            (
                vec![(
                    BodyEntry::Found {
                        body: body("012033", "別市", OrganizationKind::City),
                        replaces: Vec::new(),
                    },
                    DAY,
                )],
                "もうあります",
            ),
        ] {
            let (_, last) = enter(&entries);
            let reasons = last.expect_err("is refused");
            assert!(reasons.concat().contains(word), "{reasons:?}");
        }
    }

    #[test]
    fn an_end_can_be_corrected_and_taken_back() {
        let end = |into: &str| BodyEntry::End {
            code: code("013030"),
            into: Some(code(into)),
        };
        let restore = BodyEntry::Restore {
            code: code("013030"),
        };
        let (history, last) = enter(&[(end("012033"), DAY), (end("012092"), DAY)]);
        assert_eq!(last, Ok(true));
        assert_eq!(history.predecessors(code("012092"), DAY).len(), 1);
        assert!(history.predecessors(code("012033"), DAY).is_empty());
        let later = date(2028, 1, 1);
        let (history, last) = enter(&[(end("012033"), DAY), (restore.clone(), later)]);
        assert_eq!(last, Ok(true));
        assert!(
            history
                .state(code("013030"), DAY)
                .expect("is known")
                .is_in_force()
        );
        assert_eq!(enter(&[(restore, DAY)]).1, Ok(false));
    }
}
