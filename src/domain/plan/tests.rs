use super::*;
use crate::domain::estimate::SUBSIDY_CEILING_YEN;

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
    assert_eq!(total.estimate().subsidy_ceiling, 5 * SUBSIDY_CEILING_YEN);
    assert_eq!(total.estimate().running_cost, 1_500 * 24);
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
        .map(|(_, amount)| amount.bodies)
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
