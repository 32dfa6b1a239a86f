use super::*;
use crate::domain::cell_ref::CellRef;

const ORGANIZATIONS: &str = include_str!("../../../migrations/data/organizations.csv");

fn index() -> BodyIndex {
    BodyIndex::new(ORGANIZATIONS.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        Organization {
            code: cells[0].parse().expect(line),
            name: cells[2].to_owned(),
            kana: cells[3].to_owned(),
            kind: cells[4].parse().expect(line),
            health_center_city: cells[5] == "1",
            child_guidance_city: cells[6] == "1",
        }
    }))
}

fn text(row: u32, text: &str) -> Option<FoundText> {
    let at = CellRef { row, column: 2 };
    (!text.is_empty()).then(|| FoundText {
        at,
        text: text.to_owned(),
    })
}

fn head(code: &str, name: &str) -> SheetHead {
    SheetHead {
        sheet: "様式1".to_owned(),
        code: text(3, code),
        name: text(4, name),
        prefecture: None,
    }
}

fn file(name: &str) -> Envelope<'_> {
    Envelope {
        file_name: name,
        ..Envelope::default()
    }
}

fn who(index: &BodyIndex, code: &str, name: &str, file_name: &str) -> Option<String> {
    let identity = identify(index, Scope::Country, &head(code, name), &file(file_name));
    let error = identity
        .problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    assert_eq!(identity.code.is_none(), error, "{:?}", identity.problems);
    identity.code.map(|code| code.to_string())
}

#[test]
fn the_code_and_the_name_are_understood_in_every_usual_form() {
    let index = index();
    for (code, name, file_name, expected) in [
        ("012025", "函館市", "【012025函館市】様式1.xlsx", "012025"),
        ("12025", "", "", "012025"),
        ("０１２０２５", "", "", "012025"),
        ("01202", "", "", "012025"),
        ("", "函館市", "", "012025"),
        ("", "北海道函館市", "", "012025"),
        ("", "函館市役所", "", "012025"),
        ("", "函館", "", "012025"),
        ("", "ハコダテシ", "", "012025"),
        ("", "北海道", "", "010006"),
        ("", "上川郡鷹栖町", "", "014524"),
        ("", "竜ヶ崎市", "", "082082"),
        ("", "梼原町", "", "394050"),
        ("", "神奈川茅ケ崎市", "", "142077"),
        ("", "府中市（東京都）", "", "132063"),
        ("", "広島県府中市", "", "342084"),
        ("", "東京都府中市", "", "132063"),
        ("", "京都府京都市", "", "261009"),
        ("", "郡山市", "", "072036"),
        ("", "大和郡山市", "", "292036"),
        ("012025（函館市）", "", "", "012025"),
        ("12203", "士別市", "", "012203"),
        ("12203", "市川市", "", "122033"),
        ("12203", "", "【千葉県市川市】様式1.xlsx", "122033"),
        ("", "", "【012025函館市】様式1.xlsx", "012025"),
        ("", "", "【０１２０２５函館市】様式１ (1).xlsx", "012025"),
        ("", "", "012025函館市_様式1 - コピー.xlsx", "012025"),
        ("", "", "様式1_函館市_20250228.xlsx", "012025"),
        ("", "", "意向調査函館市.xlsx", "012025"),
        ("", "", "【函館市】様式1.xlsx", "012025"),
        ("", "", "012025.xlsx", "012025"),
        ("", "", "12025 様式1.xlsx", "012025"),
        ("", "", "北海道函館市 様式1.xlsx", "012025"),
        ("", "", "【010006北海道】様式1.xlsx", "010006"),
        ("", "", "【北海道】様式1.xlsx", "010006"),
        ("012025", "", "【北海道】様式1.xlsx", "012025"),
        ("", "", "回答/【132063府中市】様式1.xlsx", "132063"),
    ] {
        assert_eq!(
            who(&index, code, name, file_name).as_deref(),
            Some(expected),
            "{code} {name} {file_name}"
        );
    }
}

#[test]
fn nothing_is_decided_by_luck() {
    let index = index();
    for (code, name, file_name) in [
        ("", "", ""),
        ("", "", "様式1.xlsx"),
        ("12203", "", ""),
        ("", "府中市", ""),
        ("012025", "小樽市", ""),
        ("012025", "函館市", "【012033小樽市】様式1.xlsx"),
        ("012025", "函館市", "【小樽市】様式1.xlsx"),
        ("", "", "【012025小樽市】様式1.xlsx"),
        ("012025", "北海道", ""),
        ("012026", "函館市", ""),
        ("011011", "札幌市中央区", ""),
        ("011002", "札幌市中央区", ""),
        ("016951", "", ""),
        ("999999", "函館市", ""),
        ("", "広島県函館市", ""),
        ("", "函舘町", ""),
    ] {
        assert_eq!(
            who(&index, code, name, file_name),
            None,
            "{code} {name} {file_name}"
        );
    }
}

#[test]
fn both_sides_of_a_contradiction_are_named() {
    let index = index();
    let identity = identify(&index, Scope::Country, &head("012025", "小樽市"), &file(""));
    let problem = &identity.problems[0];
    assert_eq!(
        (problem.cell.as_str(), problem.found.as_str()),
        ("C5", "小樽市")
    );
    for word in ["012025", "函館市", "012033", "小樽市"] {
        assert!(problem.message.contains(word), "{}", problem.message);
    }
}

#[test]
fn strangers_are_named_as_what_they_are() {
    let index = index();
    let message = |scope, code: &str| {
        let identity = identify(&index, scope, &head(code, ""), &file(""));
        identity
            .problems
            .first()
            .map(|problem| problem.message.clone())
            .unwrap_or_default()
    };
    let hokkaido = Scope::Prefecture(PrefectureCode::new(1).expect("a prefecture"));
    assert!(message(hokkaido, "022012").contains("青森県"));
    assert!(message(hokkaido, "011002").contains("指定都市"));
    assert!(message(hokkaido, "012025").contains("中核市"));
    assert_eq!(message(hokkaido, "012033"), "");
    assert_eq!(message(hokkaido, "010006"), "");
    assert!(message(Scope::Country, "011011").contains("札幌市の区"));
    assert!(message(Scope::Country, "141038").contains("横浜市の区"));
    assert!(message(Scope::Country, "012026").contains("「012025」"));
    let own = Scope::Own("012033".parse().expect("a code"));
    assert!(message(own, "012025").contains("小樽市"));
    assert_eq!(message(own, "12033"), "");
}

#[test]
fn folder_and_sender_decide_between_two() {
    let index = index();
    let find = |scope, code: &str, name: &str, folder| {
        let envelope = Envelope {
            file_name: "様式1.xlsx",
            subject: None,
            folder,
        };
        let identity = identify(&index, scope, &head(code, name), &envelope);
        identity.code.map(|code| code.to_string())
    };
    let tokyo = Scope::Prefecture(PrefectureCode::new(13).expect("a prefecture"));
    assert_eq!(find(tokyo, "", "府中市", None).as_deref(), Some("132063"));
    let folder = Some("34広島県");
    assert_eq!(
        find(Scope::Country, "", "府中市", folder).as_deref(),
        Some("342084")
    );
    let folder = Some("012025函館市");
    assert_eq!(
        find(Scope::Country, "", "", folder).as_deref(),
        Some("012025")
    );
    // A folder never speaks against the sheet.
    assert_eq!(
        find(Scope::Country, "012033", "", folder).as_deref(),
        Some("012033")
    );
    let own = Scope::Own("132063".parse().expect("a code"));
    assert_eq!(find(own, "", "府中市", None).as_deref(), Some("132063"));
    assert_eq!(find(own, "", "", None).as_deref(), Some("132063"));
}

#[test]
fn the_subject_of_the_mail_speaks() {
    let index = index();
    let envelope = Envelope {
        file_name: "様式1.xlsx",
        subject: Some("Re: 【012025函館市・意向等調査】の提出について"),
        folder: None,
    };
    let identity = identify(&index, Scope::Country, &SheetHead::default(), &envelope);
    assert_eq!(identity.code.map(String::from).as_deref(), Some("012025"));
    assert_eq!(identity.changes[0].read_as, "012025（北海道函館市）");
}

/// What a file and its mail give: the code, or the number of errors.
fn forwarded(sheet: (&str, &str), file_name: &str, subject: &str) -> Result<String, usize> {
    let envelope = Envelope {
        file_name,
        subject: (!subject.is_empty()).then_some(subject),
        folder: None,
    };
    let identity = identify(&index(), Scope::Country, &head(sheet.0, sheet.1), &envelope);
    let is_error = |problem: &&FileProblem| problem.severity == Severity::Error;
    let errors = identity.problems.iter().filter(is_error).count();
    identity.code.map(String::from).ok_or(errors)
}

const SHIHORO: (&str, &str) = ("016322", "士幌町");
const HOKKAIDO: (&str, &str) = ("010006", "北海道");

#[test]
fn a_prefecture_that_forwards_does_not_contradict_its_bodies() {
    for (sheet, file_name, subject) in [
        (
            SHIHORO,
            "【016322士幌町】様式1.xlsx",
            "【010006北海道・意向等調査】",
        ),
        (SHIHORO, "様式1.xlsx", "【010006北海道・意向等調査】"),
        (SHIHORO, "【010006北海道】様式1（士幌町）.xlsx", ""),
        (SHIHORO, "【010006北海道】【016322士幌町】様式1.xlsx", ""),
        (SHIHORO, "【010006北海道】【士幌町】様式1.xlsx", ""),
        (SHIHORO, "【010006北海道】様式1.xlsx", ""),
        (SHIHORO, "010006_様式1_士幌町.xlsx", ""),
        (SHIHORO, "010006_様式1_016322.xlsx", ""),
        (SHIHORO, "10006_様式1_士幌町.xlsx", ""),
        (SHIHORO, "【010006北海道】様式1_261009.xlsx", ""),
        (
            ("", ""),
            "【016322士幌町】様式1.xlsx",
            "【010006北海道・意向等調査】",
        ),
        (("", ""), "【010006北海道】【016322士幌町】様式1.xlsx", ""),
        (("", ""), "010006_様式1_士幌町.xlsx", ""),
    ] {
        assert_eq!(
            forwarded(sheet, file_name, subject).as_deref(),
            Ok("016322"),
            "{file_name} {subject}"
        );
    }
    for (sheet, file_name, subject) in [
        (("", ""), "【010006北海道】様式1.xlsx", ""),
        (("", ""), "様式1.xlsx", "【010006北海道・意向等調査】"),
        (("", ""), "010006.xlsx", ""),
        (
            HOKKAIDO,
            "【010006北海道】様式1.xlsx",
            "【010006北海道・意向等調査】",
        ),
    ] {
        assert_eq!(
            forwarded(sheet, file_name, subject).as_deref(),
            Ok("010006"),
            "{file_name} {subject}"
        );
    }
    // The folder of a prefecture decides with its code as well as without.
    let envelope = Envelope {
        file_name: "様式1.xlsx",
        subject: None,
        folder: Some("【340006広島県】"),
    };
    let identity = identify(&index(), Scope::Country, &head("", "府中市"), &envelope);
    assert_eq!(identity.code.map(String::from).as_deref(), Some("342084"));
}

#[test]
fn a_forwarding_prefecture_contradicts_others_once() {
    for (sheet, file_name, subject) in [
        // The body lies elsewhere.
        (SHIHORO, "【020001青森県】様式1.xlsx", ""),
        (SHIHORO, "様式1.xlsx", "【020001青森県・意向等調査】"),
        (
            ("", ""),
            "【016322士幌町】様式1.xlsx",
            "【020001青森県・意向等調査】",
        ),
        (("", ""), "010006_様式1_青森市.xlsx", ""),
        // The prefecture's own form, and a municipality outside.
        (
            HOKKAIDO,
            "【016322士幌町】様式1.xlsx",
            "【010006北海道・意向等調査】",
        ),
        (HOKKAIDO, "【010006北海道】様式1（士幌町）.xlsx", ""),
        (HOKKAIDO, "【010006北海道】【016322士幌町】様式1.xlsx", ""),
        // Another municipality outside.
        (SHIHORO, "【010006北海道】様式1（小樽市）.xlsx", ""),
        (SHIHORO, "【010006北海道】【012033小樽市】様式1.xlsx", ""),
        (SHIHORO, "010006_様式1_小樽市.xlsx", ""),
        (SHIHORO, "010006_様式1_青森市.xlsx", ""),
        (SHIHORO, "【012033小樽市】様式1.xlsx", ""),
        // In the sheet itself a prefecture means itself.
        (("010006", "士幌町"), "様式1.xlsx", ""),
        (("016322", "北海道"), "様式1.xlsx", ""),
    ] {
        assert_eq!(
            forwarded(sheet, file_name, subject),
            Err(1),
            "{sheet:?} {file_name} {subject}"
        );
    }
}

#[test]
fn a_date_outside_does_not_speak_against_a_coherent_sheet() {
    // 261009 is also 京都市, 271004 大阪市.
    for file_name in [
        "様式1_261009.xlsx",
        "261009_様式1.xlsx",
        "様式1（271004）.xlsx",
    ] {
        assert_eq!(
            forwarded(SHIHORO, file_name, "").as_deref(),
            Ok("016322"),
            "{file_name}"
        );
    }
    let kyoto = |sheet, file_name| forwarded(sheet, file_name, "");
    for sheet in [("", ""), ("261009", "京都市")] {
        let code = kyoto(sheet, "様式1_261009.xlsx");
        assert_eq!(code.as_deref(), Ok("261009"));
    }
    // In 【】, with its name, as no date, or beside a sheet that says half: a code.
    assert_eq!(kyoto(SHIHORO, "【261009】様式1.xlsx"), Err(1));
    assert_eq!(kyoto(SHIHORO, "261009京都市_様式1.xlsx"), Err(1));
    assert_eq!(kyoto(SHIHORO, "様式1_012033.xlsx"), Err(1));
    assert_eq!(kyoto(("016322", ""), "様式1_261009.xlsx"), Err(1));
    assert_eq!(kyoto(("016322", "小樽市"), "様式1_261009.xlsx"), Err(2));
}

#[test]
fn every_body_may_come_from_its_prefecture() {
    let index = index();
    for line in ORGANIZATIONS.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (code, name) = (cells[0], cells[2]);
        let body = index.find(code.parse().expect(line)).expect(line);
        let prefecture = body.prefecture();
        let sender = format!("{}{}", prefecture.organization_code(), prefecture.name());
        for file_name in [
            format!("【{sender}】様式1.xlsx"),
            format!("【{sender}】【{code}{name}】様式1.xlsx"),
        ] {
            assert_eq!(
                who(&index, code, name, &file_name).as_deref(),
                Some(code),
                "{file_name}"
            );
        }
    }
}

#[test]
fn every_body_is_found_by_its_official_file_name_and_its_full_name() {
    let index = index();
    for line in ORGANIZATIONS.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (code, name) = (cells[0], cells[2]);
        let body = index.find(code.parse().expect(line)).expect(line).clone();
        let file_name = format!("【{code}{name}】様式1.xlsx");
        assert_eq!(
            who(&index, "", "", &file_name).as_deref(),
            Some(code),
            "{line}"
        );
        assert_eq!(who(&index, code, name, &file_name).as_deref(), Some(code));
        let full = body.full_name();
        assert_eq!(who(&index, "", &full, "").as_deref(), Some(code), "{full}");
        let loose = format!("様式1_{full}_20250228.xlsx");
        if !body.code.is_prefecture() {
            assert_eq!(
                who(&index, "", "", &loose).as_deref(),
                Some(code),
                "{loose}"
            );
        }
        let lost = code.trim_start_matches('0');
        assert_eq!(
            who(&index, lost, &full, "").as_deref(),
            Some(code),
            "{line}"
        );
    }
}
