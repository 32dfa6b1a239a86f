use super::*;

fn definition() -> EditionDefinition {
    let (_, text) = migrations::data::EDITIONS[2];
    toml::from_str(text).expect("an edition that ships")
}

fn id(text: &str) -> SchemeId {
    text.parse().expect("an id")
}

fn rows(of: &[(&str, &str)]) -> SchemesInput {
    SchemesInput {
        rows: of
            .iter()
            .map(|(scheme, recipients)| {
                let row = SchemeInput {
                    target: true,
                    recipients: (*recipients).to_owned(),
                };
                (id(scheme), row)
            })
            .collect(),
        other_text: String::new(),
    }
}

fn duties() -> Duties {
    Duties {
        sign_off: false,
        rows: [
            (id("rehabilitation"), "障害".to_owned()),
            (id("local_child"), "こども".to_owned()),
        ]
        .into(),
    }
}

#[test]
fn departments_that_save_at_once_do_not_overwrite_each_other() {
    let definition = definition();
    let empty = SchemesInput::default();
    let child = rows(&[("local_child", "300")]);
    let stored = merge(&definition, &duties(), "こども", (&empty, &child, &empty)).input;
    // The other page was made before, and shows the row of こども as it was.
    let disabled = rows(&[("rehabilitation", "12")]);
    let merged = merge(&definition, &duties(), "障害", (&empty, &disabled, &stored));
    assert!(merged.clashes.is_empty());
    let both = rows(&[("local_child", "300"), ("rehabilitation", "12")]);
    assert_eq!(merged.input, both);
    // Nobody writes into the rows of others, whatever is sent.
    let foreign = rows(&[("local_child", "1"), ("rehabilitation", "12")]);
    let merged = merge(&definition, &duties(), "障害", (&both, &foreign, &both));
    assert_eq!(merged.input, both);
    // The liaison desk clears a row that nobody touched meanwhile.
    let merged = merge(&definition, &duties(), "", (&both, &disabled, &both));
    assert_eq!(
        merged.input.rows[&id("local_child")],
        SchemeInput::default()
    );
}

#[test]
fn a_row_that_both_changed_is_left_and_named() {
    let definition = definition();
    let base = rows(&[("rehabilitation", "12")]);
    let theirs = rows(&[("rehabilitation", "13")]);
    let mine = rows(&[("rehabilitation", "14"), ("local_child", "5")]);
    let merged = merge(&definition, &duties(), "", (&base, &mine, &theirs));
    assert_eq!(merged.clashes, [id("rehabilitation")].into());
    assert_eq!(merged.input.rows[&id("rehabilitation")].recipients, "13");
    assert_eq!(merged.input.rows[&id("local_child")].recipients, "5");
    // Both typed the same: nothing to ask.
    let merged = merge(&definition, &duties(), "", (&base, &theirs, &theirs));
    assert!(merged.clashes.is_empty());
    let words = |text: &str| SchemesInput {
        other_text: text.to_owned(),
        ..base.clone()
    };
    let asked = merge(
        &definition,
        &duties(),
        "",
        (&words(""), &words("甲"), &words("乙")),
    );
    assert!(asked.words_clash && asked.input.other_text == "乙");
}

#[test]
fn who_is_missing_follows_from_the_rows_of_the_edition() {
    let definition = definition();
    let done = BTreeMap::from([(
        "こども".to_owned(),
        DepartmentDone {
            at: UnixMillis(1),
            by: "こども担当".to_owned(),
        },
    )]);
    assert_eq!(duties().missing(&definition, &done), ["障害"]);
    assert!(Duties::default().missing(&definition, &done).is_empty());
    assert!(duties().fills_in("", &id("local_child")));
    assert!(!duties().fills_in("障害", &id("local_child")));
    assert_eq!(read_department("　難病 "), Ok("難病".to_owned()));
    assert!(read_department(&"あ".repeat(DEPARTMENT_MAX + 1)).is_err());
}
