use super::*;
use proptest::prelude::*;

fn edition() -> EditionDefinition {
    let mut edition: EditionDefinition =
        toml::from_str(migrations::data::EDITIONS[0].1).expect("a shipped edition");
    let question = r#"
        id = "group"
        label = "希望するグループ"
        kind = "choice"
        purpose = "connection_group"
        options = [{ value = "g1", label = "第1グループ" }, { value = "g2", label = "第2グループ" }]
    "#;
    edition.questions = vec![toml::from_str(question).expect("a question")];
    edition
}

/// What a revision holds: rows by position with their recipients, and a chosen option.
fn answer(
    code: &str,
    intents: &[u8],
    rows: &[(usize, Option<u32>)],
    chosen: Option<&str>,
) -> PlanAnswer {
    let edition = edition();
    let schemes: serde_json::Map<String, serde_json::Value> = rows
        .iter()
        .map(|(at, recipients)| {
            let row = serde_json::json!({ "target": true, "recipients": recipients });
            (edition.rows[*at].scheme.to_string(), row)
        })
        .collect();
    let mut form = serde_json::json!({
        "contact": { "department": "福祉課" },
        "schemes": schemes,
    });
    if let Some(chosen) = chosen {
        form["extra"] = serde_json::json!({ "group": { "kind": "choice", "value": chosen } });
    }
    PlanAnswer {
        code: code.parse().expect("a code"),
        name: code.to_owned(),
        kind: OrganizationKind::City,
        intents: intents
            .iter()
            .map(|n| ApplicationIntent::try_from(*n).expect("1 to 4"))
            .collect(),
        form: serde_json::from_value(form).expect("reads"),
    }
}

#[test]
fn who_applies_is_planned_with_and_others_stand_apart() {
    let edition = edition();
    let second_only = edition
        .rows
        .iter()
        .position(|row| row.second_round_only)
        .expect("row 15 of the notice");
    let answers = [
        answer(
            "010006",
            &[1],
            &[(0, Some(1_000)), (second_only, None)],
            Some("g2"),
        ),
        answer(
            "012025",
            &[1, 2],
            &[(0, Some(500)), (1, Some(0))],
            Some("g9"),
        ),
        answer("020001", &[2], &[(1, None)], None),
        answer("022021", &[3], &[(1, Some(70))], Some("g1")),
        answer("022039", &[4], &[], None),
    ];
    let figures = PlanFigures::tally(&edition, &answers);
    assert_eq!(figures.answered, 5);
    let of = |rounds| *figures.rounds.round(rounds);
    assert_eq!(
        (of(Rounds::First).bodies, of(Rounds::First).schemes),
        (1, 1)
    );
    // The row of the second round joins it, its body does not.
    assert_eq!(
        (of(Rounds::Second).bodies, of(Rounds::Second).schemes),
        (1, 2)
    );
    assert_eq!(of(Rounds::Second).unknown, 2);
    assert_eq!((of(Rounds::Both).bodies, of(Rounds::Both).schemes), (1, 2));
    let total = figures.rounds.total();
    assert_eq!(
        (total.bodies, total.schemes, total.recipients),
        (3, 5, 1_500)
    );
    let estimate = total.estimate(&edition.plan);
    assert_eq!(estimate.subsidy_ceiling, 5 * 2_500_000);
    assert_eq!(estimate.running_cost, 1_500 * 24);
    assert_eq!((figures.others.bodies, figures.others.schemes), (1, 1));
    // By scheme and by prefecture the same comes out.
    let sum = |parts: Vec<Amount>| {
        let schemes: u64 = parts.iter().map(|one| one.schemes).sum();
        let recipients: u64 = parts.iter().map(|one| one.recipients).sum();
        (schemes, recipients)
    };
    let by_scheme = figures.schemes.iter().map(ByRound::total).collect();
    assert_eq!(sum(by_scheme), (5, 1_500));
    let by_prefecture = PrefectureCode::all().map(|p| figures.prefecture(p).total());
    assert_eq!(sum(by_prefecture.collect()), (5, 1_500));
    assert_eq!(figures.schemes[0].total().bodies, 2);
    // Only who applies; an option that is none is no answer.
    let groups = &figures.groups[0];
    let bodies: Vec<u64> = groups
        .options
        .iter()
        .map(|option| option.amount.bodies)
        .collect();
    assert_eq!(bodies, [0, 1]);
    assert_eq!(
        (groups.unanswered.bodies, groups.unanswered.schemes),
        (2, 3)
    );
}

#[test]
fn an_edition_without_the_question_has_no_groups() {
    let mut edition = edition();
    edition.questions.clear();
    let figures = PlanFigures::tally(&edition, &[answer("010006", &[1], &[], Some("g1"))]);
    assert!(figures.groups.is_empty());
}

/// Every figure of the page with what it should come to.
fn every_figure(edition: &EditionDefinition, figures: &PlanFigures) -> Vec<(Line, Amount)> {
    let mut all = vec![
        (Line::Total, figures.rounds.total()),
        (Line::Others, figures.others),
    ];
    let by_round = |of: &ByRound, line: &dyn Fn(Rounds) -> Line| {
        Rounds::ALL
            .map(|rounds| (line(rounds), *of.round(rounds)))
            .to_vec()
    };
    all.extend(by_round(&figures.rounds, &Line::Round));
    for (row, of_row) in edition.rows.iter().zip(&figures.schemes) {
        all.push((Line::Scheme(row.scheme.clone(), None), of_row.total()));
        all.extend(by_round(of_row, &|rounds| {
            Line::Scheme(row.scheme.clone(), Some(rounds))
        }));
    }
    for prefecture in PrefectureCode::all() {
        let amount = figures.prefecture(prefecture).total();
        all.push((Line::Prefecture(prefecture), amount));
    }
    for group in &figures.groups {
        all.push((Line::Group(group.id.clone(), None), group.unanswered));
        for option in &group.options {
            let line = Line::Group(group.id.clone(), Some(option.value.clone()));
            all.push((line, option.amount));
        }
    }
    all
}

fn any_answer() -> impl Strategy<Value = PlanAnswer> {
    let bodies = ["010006", "012025", "012033", "020001", "022021"];
    (
        prop::sample::select(bodies.to_vec()),
        prop::collection::vec(1_u8..5, 0..3),
        prop::collection::vec((0_usize..19, prop::option::of(0_u32..10_000)), 0..6),
        prop::option::of(prop::sample::select(vec!["g1", "g2", "g9"])),
    )
        .prop_map(|(code, intents, rows, chosen)| answer(code, &intents, &rows, chosen))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_bodies_behind_a_figure_add_up_to_it(answers in prop::collection::vec(any_answer(), 0..12)) {
        let edition = edition();
        let figures = PlanFigures::tally(&edition, &answers);
        for (line, expected) in every_figure(&edition, &figures) {
            let behind = |measure| {
                let figure = PlanFigure { line: line.clone(), measure };
                assert_eq!(figure.to_string().parse::<PlanFigure>().ok(), Some(figure.clone()));
                assert!(figure.heading(&edition).is_some());
                figure.behind(&edition, &answers)
            };
            prop_assert_eq!(behind(Measure::Bodies).len() as u64, expected.bodies, "{}", line);
            let marks = behind(Measure::Marks);
            let sum = |of: fn(&Amount) -> u64| marks.iter().map(|one| of(&one.amount)).sum::<u64>();
            prop_assert_eq!(sum(|amount| amount.schemes), expected.schemes, "{}", line);
            prop_assert_eq!(sum(|amount| amount.recipients), expected.recipients, "{}", line);
            prop_assert_eq!(sum(|amount| amount.unknown), expected.unknown, "{}", line);
            prop_assert!(marks.iter().all(|one| one.rows.len() as u64 == one.amount.schemes));
            let unknown = behind(Measure::Unknown);
            let unknown: u64 = unknown.iter().map(|one| one.amount.unknown).sum();
            prop_assert_eq!(unknown, expected.unknown, "{}", line);
        }
        let answered = PlanFigure { line: Line::Answered, measure: Measure::Bodies };
        prop_assert_eq!(answered.behind(&edition, &answers).len() as u64, figures.answered);
    }

    #[test]
    fn no_text_panics(text in any::<String>(), near in "(bodies|marks|unknown)[.a-z0-9_]{0,24}") {
        for text in [text, near] {
            if let Ok(figure) = text.parse::<PlanFigure>() {
                prop_assert_eq!(figure.to_string(), text);
            }
        }
    }
}
