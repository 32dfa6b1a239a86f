use jiff::civil::date;
use proptest::prelude::*;

use super::sheet::{BodySheet, find};
use super::*;
use crate::domain::body_history::{BEGINNING, BodyStanding, Said};
use crate::domain::organization::OrganizationKind;
use crate::domain::participation::sheet::FileRow;

const DAY: Date = date(2027, 4, 1);
const ORGANIZATIONS: &str = include_str!("../../../migrations/data/organizations.csv");

/// The shipped list.
fn shipped() -> Vec<Organization> {
    let lines = ORGANIZATIONS.lines().skip(1);
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            Organization {
                code: cells[0].parse().expect("a code"),
                name: cells[2].to_owned(),
                kana: cells[3].to_owned(),
                kind: cells[4].parse().expect("a kind"),
                health_center_city: cells[5] == "1",
                child_guidance_city: cells[6] == "1",
            }
        })
        .collect()
}

fn history(bodies: &[Organization]) -> BodyHistory {
    let whole = |body: &Organization| BodyChange {
        code: body.code,
        effective_on: BEGINNING,
        said: Said::whole(body),
    };
    BodyHistory::new(bodies.iter().map(whole).collect())
}

fn sheets(text: &str) -> Vec<BodySheet> {
    let rows = (1..).zip(text.lines()).map(|(line, text)| FileRow {
        line,
        cells: text.split(',').map(str::to_owned).collect(),
    });
    let found = find(vec![(String::new(), rows.collect())]);
    assert_eq!(found.len(), 1, "has a head");
    found
}

const MINISTRYS: &str =
    "団体コード,都道府県名（漢字）,市区町村名（漢字）,都道府県名（カナ）,市区町村名（カナ）\n";
const WISH: TableWish = TableWish {
    effective_on: DAY,
    abolish_missing: false,
    take_spellings: false,
};

/// The table of the Ministry of Internal Affairs about these bodies, with names and readings as it writes them.
fn table(bodies: &[Organization]) -> String {
    let mut text = MINISTRYS.to_owned();
    for body in bodies {
        let (of, kana) = (body.prefecture().name(), &body.kana);
        text.push_str(&match body.kind {
            OrganizationKind::Prefecture => format!("{},{of},,{kana},\n", body.code),
            _ => format!("{},{of},{},ケン,{kana}\n", body.code, body.name),
        });
    }
    text
}

fn own(rows: &str) -> Vec<BodySheet> {
    sheets(&format!(
        "code,prefecture_code,name,kana,kind,health_center_city,child_guidance_city,since,abolished,successor\n{rows}"
    ))
}

fn kinds(plan: &Plan) -> Vec<(String, Vec<DifferenceKind>)> {
    let all = plan.differences.iter();
    all.map(|one| (one.code.to_string(), one.kinds())).collect()
}

fn problems(history: &BodyHistory, sheets: &[BodySheet], wish: TableWish) -> Vec<String> {
    let problems = plan(history, sheets, wish).expect_err("is refused");
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_known_is_no_difference() {
    let bodies = shipped();
    let history = history(&bodies);
    let wards = "011011,北海道,札幌市中央区,ケン,サッポロシチュウオウク\n016951,北海道,色丹村,ケン,シコタンムラ\n";
    let text = format!("{}{wards}", table(&bodies));
    let found = plan(&history, &sheets(&text), WISH).expect("is taken");
    assert_eq!(found.differences, []);
    assert_eq!((found.rows, found.same), (1788, 1788));
    assert_eq!((found.wards, found.northern_villages), (1, 1));
    // Our own list, which says kinds and classes too.
    let found = plan(&history, &sheets(ORGANIZATIONS), WISH).expect("is taken");
    assert_eq!((found.differences.len(), found.same), (0, 1788));
}

#[test]
fn a_table_shows_what_is_new_and_leaves_spellings_and_classes() {
    let mut bodies = shipped();
    let before = history(&bodies);
    for body in &mut bodies {
        match body.code.as_str() {
            // 函館市 is a core city; the table cannot know.
            "012025" => body.name = "新函館市".to_owned(),
            "142077" => body.name = "茅ケ崎市".to_owned(),
            "012033" => body.kana = "オタルウシ".to_owned(),
            "012041" => body.kana = "アサヒカワシ".to_owned(),
            _ => {}
        }
    }
    use DifferenceKind as D;
    let found = plan(&before, &sheets(&table(&bodies)), WISH).expect("is taken");
    assert_eq!(
        kinds(&found),
        [
            ("012025".to_owned(), vec![D::Renamed]),
            ("012033".to_owned(), vec![D::KanaOnly]),
            ("142077".to_owned(), vec![D::Spelling]),
        ]
    );
    assert_eq!(found.changes().len(), 2);
    let after = before.with(&found.changes());
    let hakodate = after.state("012025".parse().expect("a code"), DAY);
    assert_eq!(
        hakodate.expect("is known").body.kind,
        OrganizationKind::CoreCity
    );
    // Once recorded, the same table says nothing new.
    let again = plan(&after, &sheets(&table(&bodies)), WISH).expect("is taken");
    assert_eq!(again.changes(), []);
    let taken = TableWish {
        take_spellings: true,
        ..WISH
    };
    let found = plan(&after, &sheets(&table(&bodies)), taken).expect("is taken");
    assert_eq!(kinds(&found), [("142077".to_owned(), vec![D::Renamed])]);
}

#[test]
fn nobody_vanishes_unless_somebody_says_so() {
    let bodies = shipped();
    let before = history(&bodies);
    let gone = "013030";
    let fewer: Vec<_> = bodies
        .iter()
        .filter(|body| body.code.as_str() != gone)
        .cloned()
        .collect();
    let refused = problems(&before, &sheets(&table(&fewer)), WISH);
    assert!(refused[0].contains("北海道当別町"), "{refused:?}");
    let asked = TableWish {
        abolish_missing: true,
        ..WISH
    };
    let found = plan(&before, &sheets(&table(&fewer)), asked).expect("is taken");
    assert_eq!(
        kinds(&found),
        [(gone.to_owned(), vec![DifferenceKind::Gone])]
    );
    // A list beside the table says into whom it was merged.
    let mut both = sheets(&table(&fewer));
    both.extend(sheets("code,successor\n013030,012173\n"));
    let found = plan(&before, &both, WISH).expect("is taken");
    let after = before.with(&found.changes());
    let state = after
        .state(gone.parse().expect("a code"), DAY)
        .expect("is known");
    let into = Some("012173".parse().expect("a code"));
    assert_eq!(state.standing, BodyStanding::Abolished { into });
    // A part of the country is no reason to abolish the rest.
    let part = problems(&before, &sheets(&table(&bodies[..900])), asked);
    assert!(part[0].contains("表の一部だけ"), "{part:?}");
    // A list of our own may be about some bodies only.
    let found = plan(&before, &own("012033,01,小樽市,オタルシ,市,1,0,,,\n"), WISH);
    let found = found.expect("is taken");
    assert_eq!((found.differences.len(), found.left_out.len()), (0, 1787));
    // An old table does not bring back what ended.
    let old = problems(&after, &sheets(&table(&bodies)), WISH);
    assert!(old[0].contains("廃止されています"), "{old:?}");
}

#[test]
fn our_own_list_says_kinds_classes_days_and_successors() {
    let before = history(&shipped());
    let rows = "012033,01,小樽市,オタルシ,中核市,,1,2027-04,,\n\
                012378,01,新市,シンシ,市,,,R9.10.1,,\n\
                013030,,当別町,,,,,R9.10.1,1,012378\n";
    let found = plan(&before, &own(rows), WISH).expect("is taken");
    use DifferenceKind as D;
    assert_eq!(
        kinds(&found),
        [
            ("012033".to_owned(), vec![D::ClassChanged]),
            ("012378".to_owned(), vec![D::New]),
            ("013030".to_owned(), vec![D::Gone]),
        ]
    );
    let after = before.with(&found.changes());
    let state = |code: &str, day| after.state(code.parse().expect("a code"), day);
    let otaru = state("012033", DAY).expect("is known").body;
    assert!(otaru.child_guidance_city && otaru.health_center_city);
    let autumn = date(2027, 10, 1);
    assert_eq!(after.on(autumn).len(), 1788);
    assert_eq!(
        state("012378", DAY).expect("is known").standing,
        BodyStanding::Coming
    );
    assert_eq!(
        plan(&after, &own(rows), WISH).expect("is taken").changes(),
        []
    );
}

#[test]
fn a_prefecture_is_given_by_its_number_or_its_own_code() {
    let before = history(&shipped());
    // The fourth lost its zero in a spreadsheet.
    for typed in ["01", "1", "010006", "10006", "０１０００６"] {
        let row = format!("012033,{typed},小樽市,オタルシ,市,1,0,,,\n");
        let found = plan(&before, &own(&row), WISH).expect("is taken");
        assert_eq!(found.differences, [], "{typed}");
    }
    // Of another prefecture, and of a body that is none.
    for typed in ["020001", "012025", "0100060"] {
        let row = format!("012033,{typed},小樽市,オタルシ,市,1,0,,,\n");
        let told = problems(&before, &own(&row), WISH);
        assert!(told[0].contains("都道府県の番号"), "{typed}: {told:?}");
    }
}

#[test]
fn every_row_that_cannot_be_taken_is_told_and_nothing_is_taken() {
    let before = history(&shipped());
    let rows = "012034,01,小樽市,オタルシ,市,,,,,\n\
                012033,02,小樽市,オタルシ,市,,,,,\n\
                012033,01,小樽市,otaru,市,,,,,\n\
                012033,01,小樽市,オタルシ,県庁,,,,,\n\
                012033,01,小樽市,オタルシ,市,たぶん,,,,\n\
                012033,01,小樽市,オタルシ,市,,,来年,,\n\
                012378,01,新市,,市,,,,,\n\
                013030,01,小樽市,,,,,,1,012033\n\
                013030,01,,,,,,2027-05-01,1,013048\n\
                012092,01,夕張市,ユウバリシ,中核市,0,,,,\n\
                012041,01,旭川市,アサヒカワシ,町,,,,,\n";
    let told = problems(&before, &own(rows), WISH);
    let words = [
        (2, "6桁目"),
        (3, "都道府県の番号"),
        (4, "カナ"),
        (5, "区分"),
        (6, "読み取れません"),
        (7, "日付"),
        (8, "一覧にない団体"),
        (9, "名称が"),
        (11, "保健所設置市"),
        (12, "区分"),
    ];
    assert_eq!(told.len(), words.len(), "{told:#?}");
    for ((line, word), told) in words.into_iter().zip(&told) {
        assert!(told.starts_with(&format!("{line}行目")), "{told}");
        assert!(told.contains(word), "{told}");
    }
    let twice = "012033,01,小樽市,オタルシ,市,,,,,\n012033,01,新小樽市,オタルシ,市,,,,,\n";
    let told = problems(&before, &own(twice), WISH);
    assert!(
        told[0].starts_with("3行目：2行目に同じ団体コード"),
        "{told:?}"
    );
}

#[test]
fn codes_that_lost_their_zero_are_told_apart_by_the_prefecture() {
    let bodies = shipped();
    let of = |code: &str| {
        let found = bodies.iter().find(|body| body.code.as_str() == code);
        found.expect("is listed").clone()
    };
    let both = [of("012203"), of("122033")];
    let before = history(&both);
    // 12203 can be 士別市 or 市川市.
    let text = table(&both).replace("012203,", "12203,");
    let found = plan(&before, &sheets(&text), WISH).expect("is taken");
    assert_eq!((found.differences.len(), found.same), (0, 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever was recorded, a table of the state of a day makes no difference on that day.
    #[test]
    fn a_table_of_the_state_is_no_difference(
        names in proptest::collection::vec((0_usize..1788, 0_i64..30), 0..12),
        promoted in proptest::collection::vec((0_usize..1788, 0_i64..30), 0..6),
        days in 0_i64..40,
    ) {
        use jiff::ToSpan;
        let bodies = shipped();
        let mut changes = Vec::new();
        for (at, day) in names {
            let body = &bodies[at];
            // The table has a prefecture's name from its code.
            if body.kind == OrganizationKind::Prefecture {
                continue;
            }
            changes.push(BodyChange {
                code: body.code,
                effective_on: DAY + day.days(),
                said: Said { name: Some(format!("新{}", body.name)), ..Said::default() },
            });
        }
        for (at, day) in promoted {
            let body = &bodies[at];
            if body.kind == OrganizationKind::City {
                changes.push(BodyChange {
                    code: body.code,
                    effective_on: DAY + day.days(),
                    said: Said {
                        kind: Some(OrganizationKind::CoreCity),
                        health_center_city: Some(true),
                        ..Said::default()
                    },
                });
            }
        }
        let history = history(&bodies).with(&changes);
        let wish = TableWish { effective_on: DAY + days.days(), ..WISH };
        let state = history.on(wish.effective_on);
        let found = plan(&history, &sheets(&table(&state)), wish).expect("is taken");
        prop_assert_eq!(found.differences, vec![]);
    }
}
