//! What the rows of a table say against what is known.
//!
//! ```text
//! rows ─ by body and day, contradictions ─> what holds anew ─ rules ─> Plan, or every problem
//! ```

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;

use super::difference::{Difference, successor};
use super::left_out::left_out;
use super::row::{self, Read, RowSays};
use super::sheet::{BodySheet, TableStyle};
use super::{Plan, TablePlace, TableProblem, TableWish};
use crate::domain::body_history::{BodyChange, BodyHistory, BodyStanding, Fate, Said};
use crate::domain::body_rules::{broken, usual_classes};
use crate::domain::japan_time::date_label;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::organization::{Organization, OrganizationKind};
use crate::domain::search_key::search_key;

/// What rows say about one body on one day.
struct Saying {
    place: TablePlace,
    name: String,
    /// What the code table of the Ministry of Internal Affairs says, and what lists of our own say: these win.
    table: Said,
    list: Said,
}

impl Saying {
    /// Both together, for a body of which nothing is known.
    fn whole(&self) -> Said {
        let mut said = self.table.clone();
        said.fold(&self.list);
        said
    }

    fn fate(&self) -> Option<Fate> {
        self.list.fate.or(self.table.fate)
    }
}

type Sayings = BTreeMap<(LocalGovernmentCode, Date), Saying>;

pub(super) fn plan(
    history: &BodyHistory,
    sheets: &[BodySheet],
    wish: TableWish,
) -> Result<Plan, Vec<TableProblem>> {
    let mut problems = Vec::new();
    let mut plan = Plan::default();
    let sayings = collect(history, sheets, wish, &mut plan, &mut problems);
    if plan.rows == 0 && problems.is_empty() {
        problems.push(whole(
            "団体の行が1つもありません。見出しの下に、団体コードのある行が要ります。",
        ));
    }
    let mut changes: Vec<BodyChange> = Vec::new();
    for ((code, day), saying) in &sayings {
        match compare(history, &changes, *code, *day, saying, wish) {
            Ok(Some(difference)) => {
                if difference.is_applied() {
                    changes.push(difference.change());
                } else {
                    plan.same += 1;
                }
                plan.differences.push(difference);
            }
            Ok(None) => plan.same += 1,
            Err(message) => problems.push(TableProblem {
                place: Some(saying.place.clone()),
                message,
            }),
        }
    }
    let named: HashSet<LocalGovernmentCode> = sayings.keys().map(|(code, _)| *code).collect();
    let is_whole_table = sheets
        .iter()
        .any(|sheet| sheet.style == TableStyle::Ministry);
    left_out(
        history,
        &named,
        is_whole_table,
        wish,
        &mut plan,
        &mut problems,
    );

    let changes = plan.changes();
    let after = history.with(&changes);
    for difference in &mut plan.differences {
        let day = difference.effective_on;
        difference.after = after.state(difference.code, day);
        difference.successor = successor(&after, &difference.said, day);
    }
    for rule in broken(&after, changes.iter().map(|change| change.code)) {
        let saying = sayings.get(&(rule.code, rule.effective_on));
        problems.push(TableProblem {
            place: saying.map(|saying| saying.place.clone()),
            message: rule.message,
        });
    }
    if problems.is_empty() {
        plan.differences
            .sort_by_key(|one| (one.code, one.effective_on));
        Ok(plan)
    } else {
        problems.sort_by(|one, other| one.place.cmp(&other.place));
        Err(problems)
    }
}

/// A problem of a table as a whole.
pub(super) fn whole(message: impl Into<String>) -> TableProblem {
    TableProblem {
        place: None,
        message: message.into(),
    }
}

/// Reads every row; rows about one body and day must not contradict each other.
fn collect(
    history: &BodyHistory,
    sheets: &[BodySheet],
    wish: TableWish,
    plan: &mut Plan,
    problems: &mut Vec<TableProblem>,
) -> Sayings {
    let mut sayings = Sayings::new();
    for sheet in sheets {
        for row in sheet.rows() {
            let place = TablePlace {
                sheet: sheet.name.clone(),
                line: row.line,
            };
            let taken = match row::read(&row, sheet.style, history) {
                Ok(Read::Ward) => {
                    plan.wards += 1;
                    Ok(())
                }
                Ok(Read::NorthernVillage) => {
                    plan.northern_villages += 1;
                    Ok(())
                }
                Ok(Read::Body(says)) => {
                    plan.rows += 1;
                    let day = says.since.unwrap_or(wish.effective_on);
                    note(&mut sayings, sheet.style, place.clone(), day, says)
                }
                Err(message) => Err(message),
            };
            if let Err(message) = taken {
                let place = Some(place);
                problems.push(TableProblem { place, message });
            }
        }
    }
    sayings
}

fn note(
    sayings: &mut Sayings,
    style: TableStyle,
    place: TablePlace,
    day: Date,
    says: RowSays,
) -> Result<(), String> {
    let saying = sayings.entry((says.code, day)).or_insert_with(|| Saying {
        place,
        name: says.name,
        table: Said::default(),
        list: Said::default(),
    });
    let (own, other) = match style {
        TableStyle::Ministry => (&mut saying.table, &saying.list),
        TableStyle::Own => (&mut saying.list, &saying.table),
    };
    if contradict(own, &says.said, false) || contradict(other, &says.said, true) {
        return Err(format!(
            "{}に同じ団体コードで違う内容があります。どちらか一方にするか、日付を分けてください。",
            saying.place
        ));
    }
    own.fold(&says.said);
    Ok(())
}

/// Whether two rows cannot both hold. Between the table and a list, spellings and kinds of city may differ: the
/// table knows every city as 市.
fn contradict(one: &Said, other: &Said, loosely: bool) -> bool {
    fn differ<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
        one.is_some() && other.is_some() && one != other
    }
    let key = |text: &Option<String>| text.as_ref().map(|text| search_key(text));
    let texts = |one: &Option<String>, other: &Option<String>| {
        differ(one, other) && !(loosely && key(one) == key(other))
    };
    texts(&one.name, &other.name)
        || texts(&one.kana, &other.kana)
        || (differ(&one.kind, &other.kind)
            && !(loosely && is_city(one.kind) && is_city(other.kind)))
        || differ(&one.health_center_city, &other.health_center_city)
        || differ(&one.child_guidance_city, &other.child_guidance_city)
        || differ(&one.fate, &other.fate)
}

fn is_city(kind: Option<OrganizationKind>) -> bool {
    use OrganizationKind as K;
    matches!(kind, Some(K::City | K::CoreCity | K::DesignatedCity))
}

/// What a row makes different; None if it says what is known.
fn compare(
    history: &BodyHistory,
    changes: &[BodyChange],
    code: LocalGovernmentCode,
    day: Date,
    saying: &Saying,
    wish: TableWish,
) -> Result<Option<Difference>, String> {
    // Earlier rows about the same body come before this one.
    let own = changes.iter().filter(|change| change.code == code);
    let own: Vec<BodyChange> = history
        .changes_of(code)
        .iter()
        .chain(own)
        .cloned()
        .collect();
    let before = BodyHistory::new(own).state(code, day);
    let difference = |said: Said, spelling: Said| Difference {
        code,
        effective_on: day,
        before: before.clone(),
        after: None,
        successor: String::new(),
        said,
        spelling,
        place: Some(saying.place.clone()),
    };
    let standing = before.as_ref().map(|state| state.standing);
    if let Some(fate @ Fate::Abolished { into }) = saying.fate() {
        let Some(state) = &before else {
            return Err(format!(
                "団体コード{code}の団体は、廃止できません。一覧にない団体です。"
            ));
        };
        if !saying.name.is_empty() && search_key(&saying.name) != search_key(&state.body.name) {
            return Err(format!(
                "団体コード{code}は「{}」ですが、名称が「{}」になっています。どちらかをお直しください。",
                state.body.name, saying.name
            ));
        }
        if standing == Some(BodyStanding::Abolished { into }) {
            return Ok(None);
        }
        let said = Said {
            fate: Some(fate),
            ..Said::default()
        };
        return Ok(Some(difference(said, Said::default())));
    }
    match (&before, standing) {
        (Some(state), Some(BodyStanding::InForce)) => {
            let (said, spelling) = news(&state.body, saying, wish);
            let is_new = !said.is_empty() || !spelling.is_empty();
            Ok(is_new.then(|| difference(said, spelling)))
        }
        (Some(state), Some(BodyStanding::Abolished { .. })) => Err(format!(
            "{}（コード{code}）は{}に廃止されています。古い表ではないか、お確かめください。",
            state.body.name,
            date_label(state.since)
        )),
        // A body to come is there earlier; what the row does not say is as planned.
        (known, _) => {
            let planned = known.as_ref().map(|state| Said::whole(&state.body));
            let mut said = planned.unwrap_or_default();
            said.fold(&saying.whole());
            founded(code, said).map(|said| Some(difference(said, Said::default())))
        }
    }
}

/// Everything there is to say about a new body.
fn founded(code: LocalGovernmentCode, mut said: Said) -> Result<Said, String> {
    let (health_center, child_guidance) = said.kind.map_or((None, None), usual_classes);
    let health_center = said.health_center_city.or(health_center);
    let child_guidance = said.child_guidance_city.or(child_guidance);
    said.health_center_city = Some(health_center.unwrap_or(false));
    said.child_guidance_city = Some(child_guidance.unwrap_or(false));
    said.fate = Some(Fate::InForce);
    if said.name.is_some() && said.kana.is_some() && said.kind.is_some() {
        Ok(said)
    } else {
        Err(format!(
            "団体コード{code}は、一覧にない団体です。コードをお確かめください。新しい団体なら、名称・カナ・区分を書いてください。"
        ))
    }
}

/// What of the rows is new for a body, and what only another spelling.
fn news(body: &Organization, saying: &Saying, wish: TableWish) -> (Said, Said) {
    let (table, list) = (&saying.table, &saying.list);
    let (mut said, mut spelling) = (Said::default(), Said::default());
    for (of_list, of_table, known, said, spelling) in [
        (
            &list.name,
            &table.name,
            &body.name,
            &mut said.name,
            &mut spelling.name,
        ),
        (
            &list.kana,
            &table.kana,
            &body.kana,
            &mut said.kana,
            &mut spelling.kana,
        ),
    ] {
        let typed = of_list.as_ref().or(of_table.as_ref());
        if let Some(typed) = typed.filter(|typed| *typed != known) {
            let is_spelling =
                of_list.is_none() && !wish.take_spellings && search_key(typed) == search_key(known);
            *if is_spelling { spelling } else { said } = Some(typed.clone());
        }
    }
    let of_table = table
        .kind
        .filter(|kind| !(is_city(Some(*kind)) && is_city(Some(body.kind))));
    said.kind = list.kind.or(of_table).filter(|kind| *kind != body.kind);
    let (usual_center, usual_guidance) = said.kind.map_or((None, None), usual_classes);
    let differs =
        |said: Option<bool>, usual: Option<bool>, known| said.or(usual).filter(|is| *is != known);
    said.health_center_city = differs(
        list.health_center_city,
        usual_center,
        body.health_center_city,
    );
    said.child_guidance_city = differs(
        list.child_guidance_city,
        usual_guidance,
        body.child_guidance_city,
    );
    (said, spelling)
}
