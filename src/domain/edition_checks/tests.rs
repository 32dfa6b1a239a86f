use super::*;
use crate::domain::edition_making::carry_forward;
use crate::domain::extra_question::{ExtraQuestion, QuestionKind};
use crate::domain::scheme_catalogue::tests::shipped as catalogue;
use crate::domain::survey_edition::EditionState;
use crate::domain::survey_edition::SchemeRow;
use crate::domain::working_days::tests::shipped as calendar;
use jiff::civil::{Weekday, date};

fn edition(year: u16) -> EditionDefinition {
    let text = match year {
        2025 => include_str!("../../../migrations/data/editions/fy2025.toml"),
        2026 => include_str!("../../../migrations/data/editions/fy2026.toml"),
        _ => include_str!("../../../migrations/data/editions/fy2027.toml"),
    };
    toml::from_str(text).expect("reads")
}

fn bodies() -> Vec<Organization> {
    let body = |code: &str, kind| Organization {
        code: code.parse().expect("a code"),
        name: "団体".to_owned(),
        kana: String::new(),
        kind,
        health_center_city: kind == OrganizationKind::CoreCity,
        child_guidance_city: kind == OrganizationKind::CoreCity,
    };
    use OrganizationKind as K;
    vec![
        body("010006", K::Prefecture),
        body("011002", K::DesignatedCity),
        body("012025", K::CoreCity),
        body("131032", K::SpecialWard),
        body("012033", K::City),
        body("341002", K::DesignatedCity),
        body("422011", K::CoreCity),
    ]
}

/// Dates in the February before the fiscal year, on working days.
fn usual(year: i16) -> EditionDates {
    let friday = |day: Date| {
        (0..7)
            .map(|back| day.saturating_sub(jiff::Span::new().days(back)))
            .find(|day| day.weekday() == Weekday::Friday)
            .unwrap_or(day)
    };
    EditionDates {
        deadline_on: friday(date(year, 2, 28)),
        last_new_answer_on: friday(date(year, 3, 31)),
        last_change_on: friday(date(year, 3, 31)),
    }
}

fn found(
    definition: &EditionDefinition,
    dates: EditionDates,
    opens_on: Date,
) -> Vec<(String, Severity)> {
    found_beside(definition, dates, opens_on, &[])
}

fn found_beside(
    definition: &EditionDefinition,
    dates: EditionDates,
    opens_on: Date,
    editions: &[SurveyEdition],
) -> Vec<(String, Severity)> {
    let key = definition.fiscal_year.key().parse().expect("a key");
    let bodies = bodies();
    check(&Preparation {
        key: &key,
        definition,
        dates: &dates,
        opens_on,
        respondents_as_of: None,
        catalogue: &catalogue(),
        respondents: &bodies,
        coming: &[],
        bodies: bodies.len(),
        source: None,
        calendar: &calendar(),
        editions,
    })
    .into_iter()
    .map(|finding| (finding.id, finding.severity))
    .collect()
}

#[test]
fn what_ships_and_what_is_carried_forward_is_in_order() {
    for year in [2025_u16, 2026, 2027] {
        let western = year as i16;
        let opens_on = date(western, 1, 14);
        let definition = edition(year);
        assert_eq!(found(&definition, usual(western), opens_on), []);
        let next = carry_forward(&definition);
        let opens_on = date(western + 1, 1, 14);
        // Only schemes that the subsidy of the next year may leave out or take in are to be looked at.
        let left = found(&next, usual(western + 1), opens_on);
        let of = |start: &str| left.iter().filter(|(id, _)| id.starts_with(start)).count();
        assert_eq!(
            of("row-subsidy-") + of("row-missing-") + of("holidays-2028"),
            left.len(),
            "{left:?}"
        );
        // Fiscal 2026 took five schemes in.
        let missing = if year == 2025 { 5 } else { 0 };
        assert_eq!(of("row-missing-"), missing, "{left:?}");
    }
}

#[test]
fn another_edition_that_is_open_is_to_be_looked_at() {
    let definition = edition(2027);
    let (dates, opens_on) = (usual(2027), date(2027, 1, 14));
    let other = |key: &str, state, trial_of: Option<&str>| SurveyEdition {
        id: 1,
        key: key.parse().expect("a key"),
        state,
        dates,
        definition: std::sync::Arc::new(edition(2026)),
        definition_version: 1,
        trial_of: trial_of.map(|key| key.parse().expect("a key")),
    };
    use EditionState::{Closed, Open, Preparing};
    let editions = [
        other("fy2025", Closed, None),
        other("fy2026", Open, None),
        other("fy2026b", Preparing, None),
        other("fy2027-trial", Open, Some("fy2027")),
        other("fy2027", Preparing, None),
    ];
    let found = found_beside(&definition, dates, opens_on, &editions);
    assert_eq!(found, [("open-fy2026".to_owned(), Severity::Warning)]);
}

#[test]
fn a_scheme_of_the_year_that_no_row_asks_is_to_be_looked_at() {
    let mut definition = edition(2027);
    let row = definition.rows.remove(1);
    let found = found(&definition, usual(2027), date(2027, 1, 14));
    let missing = format!("row-missing-{}", row.scheme);
    assert_eq!(found, [(missing, Severity::Warning)]);
}

#[test]
fn each_fault_is_found() {
    use Severity::{Error, Warning};
    let base = edition(2027);
    let day = date(2027, 1, 14);
    type Fault = fn(&mut EditionDefinition);
    let faults: [(&str, Severity, Fault); 14] = [
        ("short_title-empty", Error, |d| d.short_title = " ".into()),
        ("title-year", Error, |d| {
            d.title = d.title.replace("令和9", "令和８")
        }),
        ("title-no-year", Warning, |d| d.title = "意向等調査".into()),
        ("intent-3", Error, |d| {
            d.intents.remove(2);
        }),
        ("months-1-year", Error, |d| {
            d.intents[0].label = "令和9年3月～5月".into()
        }),
        ("months-2", Warning, |d| {
            d.intents[1].label = "2次交付".into()
        }),
        ("rounds-overlap", Warning, |d| {
            d.intents[1].label = "令和9年5月～8月".into()
        }),
        ("rows-none", Error, |d| d.rows.clear()),
        ("row-twice-rehabilitation", Error, |d| {
            let row = d.rows[1].clone();
            d.rows.push(row);
        }),
        ("row-unknown-dentistry", Error, |d| {
            d.rows[0].scheme = "dentistry".parse().expect("an id")
        }),
        ("row-implementers-rehabilitation", Warning, |d| {
            d.rows[1].implementers.clear()
        }),
        ("row-nobody-rehabilitation", Warning, |d| {
            d.rows[1].implementers = vec!["code:022021".parse().expect("a kind")];
        }),
        ("rows-texts", Error, |d| d.rows[0].needs_text = true),
        ("question-options-group", Error, |d| {
            d.questions.push(ExtraQuestion {
                id: "group".parse().expect("an id"),
                label: "どのグループ".into(),
                help: String::new(),
                kind: QuestionKind::Choice {
                    options: Vec::new(),
                },
                required: false,
                asked_of: Vec::new(),
                purpose: None,
            });
        }),
    ];
    for (id, severity, fault) in faults {
        let mut definition = base.clone();
        fault(&mut definition);
        let found = found(&definition, usual(2027), day);
        assert!(
            found.contains(&(id.to_owned(), severity)),
            "{id}: {found:?}"
        );
    }
    let mut early = usual(2027);
    early.last_change_on = date(2027, 1, 20);
    assert!(found(&base, early, day).contains(&("dates-order".to_owned(), Error)));
    let late = found(&base, usual(2027), date(2027, 3, 1));
    assert_eq!(late[0], ("deadline-past".to_owned(), Error));
    let mut weekend = usual(2027);
    weekend.deadline_on = date(2027, 2, 27);
    let id = "deadline-weekend-2027-02-27".to_owned();
    assert!(found(&base, weekend, day).contains(&(id, Warning)));
}

#[test]
fn a_scheme_outside_its_years_does_not_pass() {
    let mut definition = edition(2025);
    let scheme = edition(2027).rows.into_iter().find(|row| {
        let catalogue = catalogue();
        let at = catalogue.position(row.scheme.as_str()).expect("is known");
        !catalogue.schemes()[at].is_valid_in(definition.fiscal_year)
    });
    let row: SchemeRow = scheme.expect("R8 brought new ones");
    let id = format!("row-invalid-{}", row.scheme);
    definition.rows.push(row);
    let found = found(&definition, usual(2025), date(2025, 1, 14));
    assert_eq!(found, [(id, Severity::Error)]);
}

#[test]
fn errors_stay_and_warnings_go_once_ticked() {
    let finding = |id: &str, severity| Finding {
        id: id.to_owned(),
        severity,
        topic: Topic::Dates,
        message: String::new(),
    };
    let findings = [
        finding("a", Severity::Error),
        finding("b", Severity::Warning),
        finding("c", Severity::Warning),
    ];
    let ticked = ["a", "b"].map(str::to_owned).into();
    let left: Vec<_> = left_over(&findings, &ticked)
        .iter()
        .map(|f| f.id.as_str())
        .collect();
    assert_eq!(left, ["a", "c"]);
}
