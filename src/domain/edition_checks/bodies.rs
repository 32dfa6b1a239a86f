//! Whom the edition asks: how many there are, of which day, and who becomes something else while it runs.

use super::{Findings, Preparation, Topic};
use crate::domain::body_history::coming::{Coming, ComingChange};
use crate::domain::edition_change::mark;
use crate::domain::japan_time::date_label;
use crate::domain::survey_edition::EditionState;
use crate::domain::text::with_commas;

/// More are only counted: a list that long is looked up elsewhere.
const NAMED: usize = 30;

/// The survey of intents behind a follow-up.
pub(super) fn source(preparation: &Preparation<'_>, findings: &mut Findings) {
    let topic = Topic::Amounts;
    let Some(source) = preparation.source else {
        let message = "もとにする意向等調査がありません。調査回の一覧から、作り直してください。";
        findings.error(topic, "source-none", message);
        return;
    };
    if source.state == EditionState::Open {
        let message = format!(
            "もとにする意向等調査（{}）が、まだ受付中です。開始したあとに届いた回答の団体は、自動では対象に入りません。あとから「対象の団体の追加」で加えられます。",
            source.definition.short_title
        );
        findings.warning(topic, "source-open", message);
    }
}

/// Somebody is asked, as the bodies are when it opens.
pub(super) fn respondents(preparation: &Preparation<'_>, findings: &mut Findings) {
    let topic = Topic::Dates;
    let opens_on = preparation.opens_on;
    let (asked, bodies) = (preparation.respondents.len(), preparation.bodies);
    if asked == 0 {
        let message = if preparation.definition.asks_intent() {
            "対象になる団体がありません。"
        } else {
            "対象になる団体がありません。もとにする意向等調査で、①（1次交付）の回答が提出済か受付済の団体が対象です。"
        };
        findings.error(topic, "respondents-none", message);
    } else if asked != bodies && preparation.definition.asks_intent() {
        let message = format!(
            "対象の団体は{}団体ですが、開始の日の団体一覧には{}団体あります。",
            with_commas(asked as u64),
            with_commas(bodies as u64)
        );
        findings.warning(topic, format!("respondents-{asked}-{bodies}"), message);
    }
    if let Some(as_of) = preparation.respondents_as_of
        && as_of > opens_on
    {
        let message = format!(
            "団体の区分を決める日（{}）が、開始の日より後です。",
            date_label(as_of)
        );
        findings.warning(topic, format!("as-of-{as_of}"), message);
    }
}

/// The edition keeps the class that held when it opened, so whoever gets another one before the deadline answers on
/// the old way. That is meant, but somebody should know of it and tell them.
pub(super) fn coming(preparation: &Preparation<'_>, findings: &mut Findings) {
    let deadline_on = preparation.dates.deadline_on;
    let (mut classes, mut ends) = (Vec::new(), Vec::new());
    let in_time = |change: &&ComingChange| change.on <= deadline_on;
    for change in preparation.coming.iter().filter(in_time) {
        let mut asked = preparation.respondents.iter();
        let Some(body) = asked.find(|body| body.code == change.code) else {
            continue;
        };
        let (name, day) = (body.full_name(), date_label(change.on));
        match &change.what {
            Coming::Class { after, .. } => {
                classes.push(format!("{name}（{day}から{}）", after.class_label()));
            }
            Coming::Ends { .. } => ends.push(format!("{name}（{day}）")),
        }
    }
    for (id, told, what, then) in [
        (
            "class",
            classes,
            "区分が変わる",
            "この調査回では、区分も提出先も、変わる前のままです。",
        ),
        (
            "ends",
            ends,
            "廃止される（合併を含む）",
            "この調査回には、廃止されたあとも回答できます。",
        ),
    ] {
        if told.is_empty() {
            continue;
        }
        // The tick is for these bodies and days: another one asks anew.
        let id = format!("coming-{id}-{}", mark(&told));
        let message = format!(
            "提出期限（{}）までに{what}団体があります：{}。{then}",
            date_label(deadline_on),
            listed(&told)
        );
        findings.warning(Topic::Dates, id, message);
    }
}

fn listed(told: &[String]) -> String {
    let named = &told[..told.len().min(NAMED)];
    let named = named.join("、");
    match told.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named}、ほか{more}団体"),
    }
}
