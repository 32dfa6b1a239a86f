//! Corrections and objections on a home page: what a body has still to look at, what whoever reviews has to answer.

use std::collections::BTreeMap;

use super::error::WebResult;
use super::home_lines::HomeLine;
use super::state::AppState;
use crate::domain::account::Actor;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::response_diff::changes;
use crate::domain::review_request::Asker;
use crate::domain::survey_edition::{EditionKey, EditionState};
use crate::store::own_editions::OwnEdition;
use crate::store::own_waiting::OpenObjection;
use crate::workflow::object::objection_to;

/// Items named in a line.
const NAMED: usize = 3;

/// 「小樽市、夕張市ほか2」: the first ones, and how many more.
fn some_of(names: &[String], more: &str) -> String {
    let named = names.get(..NAMED).unwrap_or(names).join("、");
    match names.len().saturating_sub(NAMED) {
        0 => named,
        rest => format!("{named}ほか{rest}{more}"),
    }
}

/// The corrections of a body's answers to which it has said nothing: neither that it looked, nor that it is wrong.
pub(super) async fn to_look_at(
    state: &AppState,
    actor: &Actor,
    code: LocalGovernmentCode,
    editions: &[OwnEdition],
) -> WebResult<Vec<HomeLine>> {
    let store = &state.desk.store;
    let mut lines = Vec::new();
    let waits = |own: &&OwnEdition| {
        own.edition.state == EditionState::Open
            && own.status.is_received()
            && own.corrected_by.is_some()
            && own.correction_seen != Some(own.revision_number)
    };
    // The whole body looks: not one department of it.
    let mine = editions.iter().filter(|_| actor.department.is_empty());
    for own in mine.filter(waits) {
        let requests = store.requests(own.response_id).await?;
        if objection_to(&requests, own.revision_number).is_some() {
            continue;
        }
        let number = own.revision_number;
        let before = store.revision(own.response_id, number - 1).await?;
        let newest = store.revision(own.response_id, number).await?;
        let definition = &own.edition.definition;
        let changed = match (before, newest) {
            (Some(before), Some(newest)) => changes(definition, &before.form, &newest.form),
            _ => Vec::new(),
        };
        let labels: Vec<_> = changed.into_iter().map(|change| change.label).collect();
        let office = match own.corrected_by {
            Some(Asker::Prefecture) => code.prefecture().name(),
            _ => "厚生労働省",
        };
        lines.push(HomeLine::warning(
            format!(
                "{office}が、回答（{}）の{}を訂正しました。ご確認ください。",
                definition.short_title,
                some_of(&labels, "項目")
            ),
            format!("/editions/{}/form1/objection", own.edition.key),
            "訂正の前と後を見る",
        ));
    }
    Ok(lines)
}

/// The objections that wait for an answer, a line an edition; `list`: the page of an edition's answers.
pub(super) fn to_answer(objections: Vec<OpenObjection>, list: &str) -> Vec<HomeLine> {
    let mut editions: BTreeMap<EditionKey, Vec<OpenObjection>> = BTreeMap::new();
    for objection in objections {
        let of_edition = editions.entry(objection.edition.clone()).or_default();
        of_edition.push(objection);
    }
    let lines = editions.into_iter().map(|(key, objections)| {
        if let [one] = &objections[..] {
            return HomeLine::warning(
                format!(
                    "{}から、訂正が違うという申し出がありました。確かめて、回答してください。",
                    one.name
                ),
                format!(
                    "/editions/{key}/answers/{}/requests/{}",
                    one.code, one.number
                ),
                "申し出を見る",
            );
        }
        let names: Vec<_> = objections.iter().map(|one| one.name.clone()).collect();
        HomeLine::warning(
            format!(
                "訂正が違うという申し出が{}件、回答を待っています（{}）。",
                objections.len(),
                some_of(&names, "団体")
            ),
            format!("/editions/{key}/{list}"),
            "一覧を見る",
        )
    });
    lines.collect()
}
