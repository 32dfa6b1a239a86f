//! Whose file it is: codes and names as people write them, and the traps among the 1,788.

use std::collections::BTreeMap;

use torimatome::domain::identify::Scope;
use torimatome::domain::local_government_code::PrefectureCode;
use torimatome::domain::organization::Organization;

use super::book::number;
use super::case::{Base, Case};
use crate::support::{code, organizations};

const GROUP: &str = "Whose it is";
const NAMELESS: &str = "様式1.xlsx";

fn case(name: impl Into<String>) -> Case {
    Case::new(GROUP, name, Base::Notice)
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

pub fn cases() -> Vec<Case> {
    let mut cases = usual();
    cases.extend(forwarded());
    cases.extend(strangers());
    cases.extend(lost_zeros());
    cases.extend(double_names());
    // These bodies do not all run what 函館市 runs; that is asked about elsewhere.
    cases
}

fn usual() -> Vec<Case> {
    let by = |name: &'static str, found: &'static str| case(name).change(found, "012025");
    let full = "012025（北海道函館市）";
    let ryugasaki = |name: &'static str| {
        case(format!("{name} with its code"))
            .head("082082", name)
            .file(NAMELESS)
            .code("082082")
    };
    vec![
        by("the code lost its zero", "12025").head("12025", "函館市"),
        case("the code as a number")
            .head("", "函館市")
            .with("form1_code", number(12025.0))
            .change("12025", "012025"),
        by("the code in full width", "０１２０２５").head("０１２０２５", "函館市"),
        by("the code without its check digit", "01202").head("01202", "函館市"),
        by("the code with a hyphen", "01202-5").head("01202-5", "函館市"),
        by("the code with a space", "012025 ").head("012025 ", "函館市"),
        by("code and name in the cell of the code", "012025（函館市）")
            .head("012025（函館市）", "")
            .file(NAMELESS),
        case("no code, but a name")
            .head("", "函館市")
            .file(NAMELESS)
            .change("函館市", full),
        case("no code, prefecture and name")
            .head("", "北海道函館市")
            .file(NAMELESS)
            .change("北海道函館市", full),
        case("no code, 函館市役所")
            .head("", "函館市役所")
            .file(NAMELESS)
            .change("函館市役所", full),
        case("no code, name in kana")
            .head("", "はこだてし")
            .file(NAMELESS)
            .change("はこだてし", full),
        case("no code, 函館")
            .head("", "函館")
            .file(NAMELESS)
            .change("函館", full),
        case("nothing but the file name")
            .head("", "")
            .change("【012025函館市】様式1.xlsx", full),
        case("file name without brackets")
            .head("", "")
            .file("012025函館市様式1.xlsx")
            .change("012025函館市様式1.xlsx", full),
        case("file name in full width, (1)")
            .head("", "")
            .file("【０１２０２５函館市】様式１ (1).xlsx")
            .change("【０１２０２５函館市】様式１ (1).xlsx", full),
        case("file name with a copy's suffix and a date")
            .head("", "")
            .file("函館市_様式1_20250228 - コピー.xlsx")
            .change("函館市_様式1_20250228 - コピー.xlsx", full),
        case("file name with the code alone")
            .head("", "")
            .file("012025.xlsx")
            .change("012025.xlsx", full),
        case("nothing but the subject")
            .head("", "")
            .file(NAMELESS)
            .subject("【012025函館市・意向等調査】")
            .change("【012025函館市・意向等調査】", full),
        case("nothing but the folder")
            .head("", "")
            .file(NAMELESS)
            .folder("012025函館市")
            .change("012025函館市", full),
        case("file name of the prefecture that gathered it").file("北海道_様式1_04.xlsx"),
        ryugasaki("龍ケ崎市"),
        ryugasaki("龍ヶ崎市"),
        ryugasaki("竜ケ崎市"),
        case("梼原町 for 檮原町")
            .head("", "梼原町")
            .file(NAMELESS)
            .code("394050")
            .change("梼原町", "394050（高知県檮原町）"),
        case("関ガ原町 for 関ケ原町")
            .head("", "関ガ原町")
            .file(NAMELESS)
            .code("213624")
            .change("関ガ原町", "213624（岐阜県関ケ原町）"),
        case("高知県高岡郡檮原町")
            .head("", "高知県高岡郡檮原町")
            .file(NAMELESS)
            .code("394050")
            .change("高知県高岡郡檮原町", "394050（高知県檮原町）"),
        case("a name that is no body's, with a right code")
            .head("012025", "函館の市")
            .warning("函館の市"),
        case("no code at all, sent by the body itself")
            .head("", "")
            .file(NAMELESS)
            .scope(Scope::Own(code("012025")))
            .warning(""),
    ]
}

/// What a prefecture gathered and sent on, with its own name outside.
fn forwarded() -> Vec<Case> {
    let shihoro = |name: &'static str| case(name).head("016322", "士幌町").code("016322");
    let subject = "【010006北海道・意向等調査】";
    vec![
        shihoro("a prefecture's subject, a town's file name")
            .file("【016322士幌町】様式1.xlsx")
            .subject(subject),
        shihoro("a prefecture's subject, no name on the file")
            .file(NAMELESS)
            .subject(subject),
        shihoro("a prefecture's file name with the town behind")
            .file("【010006北海道】様式1（士幌町）.xlsx"),
        shihoro("a prefecture's and a town's brackets in one file name")
            .file("【010006北海道】【016322士幌町】様式1.xlsx"),
        shihoro("a prefecture's code before the name of a town").file("010006_様式1_士幌町.xlsx"),
        shihoro("a date in the file name that is a code")
            .file("様式1_261009.xlsx")
            .warning(""),
        shihoro("a town's form in another prefecture's mail")
            .file(NAMELESS)
            .subject("【020001青森県・意向等調査】")
            .error("【020001青森県・意向等調査】")
            .no_code()
            .says(&["士幌町", "青森県"]),
        shihoro("a prefecture's file name with another town behind")
            .file("【010006北海道】様式1（小樽市）.xlsx")
            .error("【010006北海道】様式1（小樽市）.xlsx")
            .no_code()
            .says(&["士幌町", "小樽市"]),
        case("a prefecture's own form under a town's file name")
            .head("010006", "北海道")
            .file("【010006北海道】様式1（士幌町）.xlsx")
            .error("【010006北海道】様式1（士幌町）.xlsx")
            .no_code()
            .says(&["北海道", "士幌町"]),
    ]
}

fn strangers() -> Vec<Case> {
    let hokkaido = Scope::Prefecture(PrefectureCode::new(1).expect("a prefecture"));
    vec![
        case("code of one body, name of another")
            .head("012025", "小樽市")
            .file(NAMELESS)
            .error("小樽市")
            .no_code()
            .says(&["012025", "函館市", "小樽市"]),
        case("sheet and file name of two bodies")
            .file("【012033小樽市】様式1.xlsx")
            .error("【012033小樽市】様式1.xlsx")
            .no_code()
            .says(&["函館市", "小樽市"]),
        case("sheet and subject of two bodies")
            .subject("【012033小樽市・意向等調査】")
            .error("【012033小樽市・意向等調査】")
            .no_code(),
        case("file name with the code of one and the name of another")
            .head("", "")
            .file("【012025小樽市】様式1.xlsx")
            .error("【012025小樽市】様式1.xlsx")
            .no_code(),
        case("a wrong check digit")
            .head("012026", "函館市")
            .error("012026")
            .no_code()
            .says(&["6桁目", "012025"]),
        case("a code nobody has")
            .head("999999", "函館市")
            .error("999999")
            .no_code(),
        case("a ward of a designated city by code")
            .head("011011", "")
            .file(NAMELESS)
            .error("011011")
            .no_code()
            .says(&["札幌市の区"]),
        case("a ward of a designated city by name")
            .head("", "横浜市中区")
            .file(NAMELESS)
            .error("横浜市中区")
            .no_code()
            .says(&["横浜市の区"]),
        case("a village that is not asked")
            .head("016951", "")
            .file(NAMELESS)
            .error("016951")
            .no_code(),
        case("the prefecture's name with a city's code")
            .head("012025", "北海道")
            .file(NAMELESS)
            .error("北海道")
            .no_code(),
        case("a city in the wrong prefecture")
            .head("", "青森県函館市")
            .file(NAMELESS)
            .error("青森県函館市")
            .no_code(),
        case("nothing anywhere")
            .head("", "")
            .file(NAMELESS)
            .error("")
            .no_code()
            .says(&["どの自治体"]),
        case("another prefecture's body")
            .head("022012", "青森市")
            .file(NAMELESS)
            .scope(hokkaido)
            .code("022012")
            .error("022012")
            .says(&["青森県"]),
        case("a core city sent by its prefecture")
            .scope(hokkaido)
            .error("012025")
            .says(&["国へ直接"]),
        case("a general city sent by its prefecture")
            .head("012033", "小樽市")
            .file("【012033小樽市】様式1.xlsx")
            .scope(hokkaido)
            .code("012033"),
        case("another body's form sent by a body")
            .scope(Scope::Own(code("012033")))
            .error("012025")
            .says(&["小樽市"]),
    ]
}

/// Codes that lost their zero and are another body's code without its check digit.
fn lost_zeros() -> Vec<Case> {
    let bodies = organizations();
    let mut pairs: Vec<(&Organization, &Organization)> = Vec::new();
    for one in bodies
        .iter()
        .filter(|body| body.code.as_str().starts_with('0'))
    {
        let lost = &one.code.as_str()[1..];
        pairs.extend(
            bodies
                .iter()
                .filter(|other| &other.code.as_str()[..5] == lost)
                .map(|other| (one, other)),
        );
    }
    assert_eq!(pairs.len(), 12);
    let mut cases = Vec::new();
    for (one, other) in pairs {
        let lost = &one.code.as_str()[1..];
        for body in [one, other] {
            let code = leak(body.code.to_string());
            let name = format!("{lost} of {}", body.full_name());
            let case = case(name)
                .head(lost, &body.name)
                .file(NAMELESS)
                .code(code)
                .change(lost, code);
            cases.push(unusual(case, body));
        }
        let name = format!("{lost} alone: {} or {}", one.name, other.name);
        let found = if lost.is_empty() {
            String::new()
        } else {
            lost.to_owned()
        };
        cases.push(
            case(name)
                .head(lost, "")
                .file(NAMELESS)
                .error(found)
                .no_code(),
        );
    }
    cases
}

/// Names several bodies bear.
fn double_names() -> Vec<Case> {
    let bodies = organizations();
    let mut by_name: BTreeMap<&str, Vec<&Organization>> = BTreeMap::new();
    for body in &bodies {
        by_name.entry(&body.name).or_default().push(body);
    }
    by_name.retain(|_, bodies| bodies.len() > 1);
    assert_eq!(by_name.len(), 25);
    let mut cases = Vec::new();
    for (name, bodies) in by_name {
        cases.push(
            case(format!("{name} alone"))
                .head("", name)
                .file(NAMELESS)
                .error(name)
                .no_code(),
        );
        let body = bodies[1];
        let full = body.full_name();
        let code = leak(body.code.to_string());
        let one = case(full.clone()).head("", &full).file(NAMELESS).code(code);
        let one = one.change(full.clone(), format!("{code}（{full}）"));
        cases.push(unusual(one, body));
    }
    cases
}

/// A prefecture's schemes differ from a city's; none of the bodies here is one.
fn unusual(case: Case, body: &Organization) -> Case {
    assert!(body.kind.is_municipality(), "{}", body.name);
    case
}
