//! What a body types into Form 1: plausible for its kind, in the many ways people type.
//!
//! A body's size, schemes and office follow from its code alone, so that two editions of it look
//! related; the intent and the small changes follow from the generator given.

use super::prng::Prng;
use crate::domain::application_intent::ApplicationIntent::{
    self, FirstRound, NoPlan, Other, SecondRound,
};
use crate::domain::coordination_contact::ContactInput;
use crate::domain::local_government_code::PrefectureCode;
use crate::domain::organization::{OrganizationKind, RespondentClass};
use crate::domain::place::{Place, Section};
use crate::domain::response::{Form1, Form1Input, SchemeInput};
use crate::domain::return_request::ReturnItem;
use crate::domain::scheme::SchemeId;
use crate::domain::survey_edition::{EditionDefinition, SchemeRow};
use crate::domain::text::with_commas;

/// How often a scheme is chosen by 都道府県, 指定都市, 中核市 and the others, in percent, and how many
/// recipients it has among a million residents. Schemes not listed are never chosen.
#[rustfmt::skip]
const SCHEMES: [(&str, [u64; 4], u64); 21] = [
    ("psychiatric_outpatient",     [85, 80,  0,  0], 19_000),
    ("rehabilitation",             [ 0, 75, 70, 62],  3_400),
    ("developmental",              [ 0, 65, 60, 50],    420),
    ("nursing_care",               [ 0, 20, 15,  8],    160),
    ("intractable_disease",        [80, 75,  0,  0],  8_300),
    ("child_chronic_disease",      [65, 70, 60, 30],    950),
    ("disabled_child_outpatient",  [ 0,  8,  5,  3],     25),
    ("disabled_child_facility",    [15, 15, 10, 10],     45),
    ("child_protection",           [12, 12, 10, 10],    230),
    ("premature_infant",           [ 0, 35, 30, 22],    260),
    ("tuberculosis",               [20, 20, 15, 10],     75),
    ("novel_influenza_home_care",  [ 5,  4,  3,  2],      0),
    ("atomic_bomb_certified_disease", [10, 60, 60, 60],  40),
    ("atomic_bomb_general_disease",   [10, 60, 60, 60], 900),
    ("hepatitis_treatment",        [35,  0,  0,  0],    620),
    ("liver_cancer_research",      [20,  0,  0,  0],     18),
    ("specified_disease_research", [15,  0,  0,  0],     12),
    ("hemophilia",                 [12,  0,  0,  0],     48),
    ("local_child",                [ 6, 60, 65, 68],120_000),
    ("local_disability",           [ 8, 55, 60, 55], 16_500),
    ("local_single_parent",        [ 4, 45, 50, 45], 14_000),
];

const PREFECTURE_OFFICES: [&str; 5] = [
    "健康福祉部 障害福祉課 医療給付担当",
    "保健医療部 疾病対策課 難病・医療助成担当",
    "福祉保健部 健康増進課 公費負担医療係",
    "こども福祉局 こども家庭課 医療費助成係",
    "健康福祉部 健康福祉政策課 調整担当",
];
const CITY_OFFICES: [&str; 6] = [
    "福祉部 障害福祉課 医療助成係",
    "健康福祉部 障がい福祉課 給付係",
    "市民部 保険年金課 福祉医療係",
    "こども未来部 こども家庭課 医療費助成係",
    "福祉保健部 福祉総務課 福祉医療担当",
    "保健福祉部 社会福祉課 障害福祉係",
];
const WARD_OFFICES: [&str; 3] = [
    "福祉部 障害者福祉課 医療費助成係",
    "子ども家庭部 子育て支援課 医療助成担当",
    "保健福祉部 福祉計画課 調整係",
];
const TOWN_OFFICES: [&str; 5] = [
    "住民福祉課 福祉係",
    "健康福祉課 医療助成担当",
    "保健福祉課 福祉係",
    "福祉課 社会福祉係",
    "住民課 福祉医療係",
];

const OTHER_INTENTS: [&str; 8] = [
    "標準仕様に準拠したシステムへの移行時期が未定のため、移行計画が固まり次第、あらためて検討します。",
    "近隣の自治体と共同で利用しているシステムの改修方針を確認中です。方針が決まり次第、ご連絡します。",
    "医療費助成制度の見直しを検討しており、その結果を踏まえて申請の時期を決める予定です。",
    "システム事業者に見積りを依頼しているところです。結果により、1次交付または2次交付の申請を検討します。",
    "庁内の関係課（障害・難病・こども）で対象とする制度を調整しています。",
    "前回の交付により改修を終えています。追加の改修が必要かどうかを確認しています。",
    "次の議会で予算が認められた場合に、2次交付での申請を検討します。",
    "事務を広域連合で行っているため、構成団体と協議のうえ回答します。",
];
const OTHER_SCHEMES: [&str; 6] = [
    "妊産婦医療費助成",
    "高齢者医療費助成（65歳から69歳まで）",
    "指定難病に係る自己負担額の助成",
    "人工透析に係る通院医療費の助成",
    "未熟児養育医療の自己負担額に対する助成",
    "精神障害者の入院医療費助成",
];

/// What the body of a class is like in every edition.
struct Facts {
    population: u64,
    /// Column of [`SCHEMES`].
    column: usize,
}

fn stable(class: &RespondentClass, what: &str) -> Prng {
    Prng::new(&[class.code.as_str(), what])
}

fn facts(class: &RespondentClass) -> Facts {
    use OrganizationKind as K;
    let (low, high, column) = match class.kind {
        K::Prefecture => (560_000, 7_500_000, 0),
        K::DesignatedCity => (680_000, 2_400_000, 1),
        K::CoreCity => (185_000, 610_000, 2),
        K::SpecialWard => (68_000, 900_000, 3),
        K::City => (18_000, 210_000, 3),
        K::Town => (2_800, 34_000, 3),
        K::Village => (350, 7_200, 3),
    };
    let population = stable(class, "population").low_range(low, high);
    Facts {
        population: population.unsigned_abs(),
        column,
    }
}

fn offices(kind: OrganizationKind) -> &'static [&'static str] {
    use OrganizationKind as K;
    match kind {
        K::Prefecture => &PREFECTURE_OFFICES,
        K::DesignatedCity | K::CoreCity | K::City => &CITY_OFFICES,
        K::SpecialWard => &WARD_OFFICES,
        K::Town | K::Village => &TOWN_OFFICES,
    }
}

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0'..='9' => char::from_u32(u32::from(c) - u32::from('0') + u32::from('０')),
            '-' => Some('－'),
            other => Some(other),
        })
        .map(|c| c.unwrap_or('０'))
        .collect()
}

/// The area code of a large city nearby. With the exchange 000 no such number exists, and none of them
/// begins like a free or paid service (0120, 0570 …), however it is grouped.
fn area_code(prefecture: PrefectureCode) -> &'static str {
    match prefecture.number() {
        1 => "011",
        2..=7 => "022",
        8..=14 => "048",
        15..=18 => "076",
        19 | 20 => "026",
        21..=24 => "052",
        25..=30 => "075",
        31..=35 => "082",
        36..=39 => "087",
        40..=46 => "092",
        _ => "098",
    }
}

fn contact(class: &RespondentClass, rng: &mut Prng) -> ContactInput {
    let mut own = stable(class, "contact");
    let usual = own.pick(offices(class.kind));
    // Duties move between offices now and then.
    let moved = rng.pick(offices(class.kind));
    let department = if rng.chance(180) { moved } else { usual };
    let area = area_code(class.code.prefecture());
    let number = format!("{area}-000-{:04}", own.below(10_000));
    let phone = match rng.below(14) {
        0 => full_width(&number),
        1 | 2 => format!("{number}（内線{}）", 200 + own.below(700)),
        3 => number.replace('-', ""),
        _ => number,
    };
    ContactInput {
        department: department.to_owned(),
        email: format!("fukushi@m{}.demo.example", class.code),
        phone,
    }
}

/// About ① 25 %, ② 20 %, ③ 45 %, ④ 10 % over the country; larger bodies are further.
fn intent(class: &RespondentClass, rng: &mut Prng) -> ApplicationIntent {
    let weights = match facts(class).column {
        0 => [42, 26, 22, 10],
        1 => [40, 30, 20, 10],
        2 => [36, 26, 28, 10],
        _ => [24, 19, 47, 10],
    };
    ApplicationIntent::ALL[rng.weighted(&weights)]
}

fn recipients(class: &RespondentClass, per_million: u64, rng: &mut Prng) -> u64 {
    let own = 70 + stable(class, "rate").below(60);
    let year = 96 + rng.below(9);
    facts(class).population * per_million / 1_000_000 * own / 100 * year / 100
}

/// A count as people type it; sometimes unknown, always readable.
fn typed_count(count: u64, rng: &mut Prng) -> String {
    match rng.below(40) {
        0 | 1 => String::new(),
        2 => "集計中".to_owned(),
        3 => "不明".to_owned(),
        4 | 5 if count >= 100 => format!("約{}人", with_commas(count / 100 * 100)),
        6 if count >= 10 => format!("{}人程度", count / 10 * 10),
        7 | 8 => full_width(&count.to_string()),
        9..=11 => with_commas(count),
        12 => format!("{count}人"),
        _ => count.to_string(),
    }
}

/// The rows a body applies for: at least one, those its class runs, in the round it applies in.
fn mark_schemes(
    edition: &EditionDefinition,
    class: &RespondentClass,
    input: &mut Form1Input,
    rng: &mut Prng,
) {
    let column = facts(class).column;
    let second_round = input.intent.intents.contains(&SecondRound);
    let fits = |row: &SchemeRow| {
        row.usually_run_by(class) && (second_round || !row.second_round_only) && !row.needs_text
    };
    let listed = |row: &SchemeRow| {
        let found = SCHEMES
            .iter()
            .find(|(id, _, _)| *id == row.scheme.as_str())?;
        Some((found.1[column], found.2))
    };
    let mut own = stable(class, "schemes");
    let mut best: Option<(u64, &SchemeId, u64)> = None;
    for row in edition.rows.iter().filter(|row| fits(row)) {
        let Some((percent, rate)) = listed(row) else {
            continue;
        };
        if best.is_none_or(|(most, _, _)| percent > most) {
            best = Some((percent, &row.scheme, rate));
        }
        if own.below(100) < percent && !rng.chance(150) {
            put_mark(class, input, &row.scheme, rate, rng);
        }
    }
    if input.schemes.rows.is_empty()
        && let Some((_, scheme, rate)) = best
    {
        put_mark(class, input, scheme, rate, rng);
    }
    let other = edition.rows.iter().find(|row| row.needs_text);
    if let Some(row) = other
        && own.below(100) < 7
    {
        put_mark(class, input, &row.scheme, 6_000, rng);
        input.schemes.other_text = own.pick(&OTHER_SCHEMES).to_owned();
    }
}

fn put_mark(
    class: &RespondentClass,
    input: &mut Form1Input,
    scheme: &SchemeId,
    rate: u64,
    rng: &mut Prng,
) {
    let count = recipients(class, rate, rng);
    let row = SchemeInput {
        target: true,
        recipients: typed_count(count, rng),
    };
    input.schemes.rows.insert(scheme.clone(), row);
}

/// An answer without problems. Without `odd` nothing in it is warned about.
pub(super) fn answer(
    edition: &EditionDefinition,
    class: &RespondentClass,
    odd: bool,
    rng: &mut Prng,
) -> Form1Input {
    let mut input = Form1Input {
        contact: contact(class, rng),
        ..Form1Input::default()
    };
    let intent = intent(class, rng);
    input.intent.intents.insert(intent);
    match intent {
        FirstRound | SecondRound => mark_schemes(edition, class, &mut input, rng),
        Other => {
            input.intent.text = rng.pick(&OTHER_INTENTS).to_owned();
            if rng.chance(300) {
                mark_schemes(edition, class, &mut input, rng);
            }
        }
        NoPlan => {}
    }
    if odd {
        make_odd(edition, class, &mut input, rng);
    }
    input
}

/// An answer that applies in the first round, without problems and warnings.
pub(super) fn applying_answer(
    edition: &EditionDefinition,
    class: &RespondentClass,
    rng: &mut Prng,
) -> Form1Input {
    let mut input = Form1Input {
        contact: contact(class, rng),
        ..Form1Input::default()
    };
    input.intent.intents.insert(FirstRound);
    mark_schemes(edition, class, &mut input, rng);
    input
}

/// Makes an answer one that has to be confirmed: allowed, but worth a second look.
fn make_odd(
    edition: &EditionDefinition,
    class: &RespondentClass,
    input: &mut Form1Input,
    rng: &mut Prng,
) {
    fn set(input: &mut Form1Input, intents: &[ApplicationIntent]) {
        input.intent.intents = intents.iter().copied().collect();
        input.intent.text = String::new();
    }
    let unmarked = |input: &Form1Input, usual: bool| {
        let mut rows = edition.rows.iter();
        rows.find(|row| {
            row.usually_run_by(class) == usual
                && !row.needs_text
                && !input.schemes.rows.contains_key(&row.scheme)
        })
        .map(|row| row.scheme.clone())
    };
    match rng.weighted(&[32, 26, 10, 8, 12, 4, 8]) {
        // A number without ○.
        0 => {
            if let Some(scheme) = unmarked(input, true) {
                let row = SchemeInput {
                    target: false,
                    recipients: recipients(class, 900, rng).to_string(),
                };
                input.schemes.rows.insert(scheme, row);
            }
        }
        // Both rounds.
        1 => {
            set(input, &[FirstRound, SecondRound]);
            mark_schemes(edition, class, input, rng);
        }
        // No plan, but schemes.
        2 => {
            set(input, &[NoPlan]);
            mark_schemes(edition, class, input, rng);
        }
        // A plan, but no scheme.
        3 => {
            set(input, &[SecondRound]);
            input.schemes = Default::default();
        }
        // A scheme this kind of body does not usually run.
        4 => {
            if let Some(scheme) = unmarked(input, false) {
                put_mark(class, input, &scheme, 300, rng);
            }
        }
        // Words and a number for その他 without its ○.
        5 => {
            if let Some(row) = edition.rows.iter().find(|row| row.needs_text) {
                let other = SchemeInput {
                    target: false,
                    recipients: recipients(class, 6_000, rng).to_string(),
                };
                input.schemes.rows.insert(row.scheme.clone(), other);
            }
            input.schemes.other_text = rng.pick(&OTHER_SCHEMES).to_owned();
        }
        // Words for ④ without it.
        _ => {
            set(input, &[SecondRound]);
            mark_schemes(edition, class, input, rng);
            input.intent.text = "補正予算の議決後に申請する予定です。".to_owned();
        }
    }
}

/// Something that cannot be read or is still missing, as drafts have it.
pub(super) fn spoil(input: &mut Form1Input, rng: &mut Prng) {
    const UNREADABLE: [&str; 5] = ["100～150人", "多数", "12.5", "前年と同じ", "-3"];
    if let Some(row) = input.schemes.rows.values_mut().next() {
        row.recipients = rng.pick(&UNREADABLE).to_owned();
    } else if rng.chance(500) {
        input.contact.email = "fukushi@".to_owned();
    } else {
        input.intent.intents = [Other].into();
        input.intent.text = String::new();
    }
}

/// Removes some of the numbers: a table half filled in.
pub(super) fn leave_gaps(input: &mut Form1Input, rng: &mut Prng) {
    for row in input.schemes.rows.values_mut() {
        if rng.chance(500) {
            row.recipients = String::new();
        }
    }
}

/// What a reviewer may ask about an answer: one or two reasons, each at its place.
pub(super) fn reasons(form: &Form1, rng: &mut Prng) -> Vec<ReturnItem> {
    let item = |place, reason: &str| ReturnItem {
        place,
        reason: reason.to_owned(),
    };
    let mut items = Vec::new();
    let targets = || form.schemes.iter().filter(|(_, answer)| answer.target);
    let unknown = targets().find(|(_, answer)| answer.recipients.is_none());
    let known = targets().find(|(_, answer)| answer.recipients.is_some());
    if let Some((scheme, _)) = unknown {
        items.push(item(
            Place::Recipients(scheme.clone()),
            "受給者数が分からない場合も、概数で結構ですので、見込みの人数をご記入ください。",
        ));
    } else if let Some((scheme, _)) = known {
        let reason = [
            "前回の回答と人数が大きく異なるようです。桁に誤りがないか、ご確認ください。",
            "延べ件数ではなく、受給者の実人数になっているか、ご確認ください。",
        ];
        items.push(item(Place::Recipients(scheme.clone()), rng.pick(&reason)));
    } else {
        items.push(item(
            Place::Section(Section::Intent),
            "先日のご相談では申請を検討中とのことでした。現時点の見込みで結構ですので、ご確認ください。",
        ));
    }
    if rng.chance(450) {
        items.push(
            if form.contact.phone.extension().is_none() && rng.chance(500) {
                item(
                    Place::Phone,
                    "担当係の内線番号がありましたら、あわせてご記入ください。",
                )
            } else {
                item(
                    Place::Department,
                    "複数の係で担当されているときは、主に連絡をお受けになる担当もご記入ください。",
                )
            },
        );
    }
    items
}

/// Answers the reasons: changes what they stand at. Gives the sections to save.
pub(super) fn mend(
    class: &RespondentClass,
    input: &mut Form1Input,
    items: &[ReturnItem],
    rng: &mut Prng,
) -> Vec<Section> {
    let mut sections = Vec::new();
    for item in items {
        match &item.place {
            Place::Recipients(scheme) => {
                let rate = SCHEMES.iter().find(|(id, _, _)| *id == scheme.as_str());
                let count = recipients(class, rate.map_or(500, |(_, _, rate)| *rate), rng);
                if let Some(row) = input.schemes.rows.get_mut(scheme) {
                    row.recipients = (count + 1).to_string();
                }
            }
            Place::Department => input.contact.department.push_str("（庶務担当）"),
            Place::Phone => {
                let number = input.contact.phone.split('（').next().unwrap_or_default();
                input.contact.phone = format!("{number}（内線{}）", 200 + rng.below(700));
            }
            _ => {}
        }
        if !sections.contains(&item.place.section()) {
            sections.push(item.place.section());
        }
    }
    sections
}
