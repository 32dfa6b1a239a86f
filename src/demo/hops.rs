//! 国からの依頼 over two hops: one that 青森県 has still to pass on, one that lies with a municipality.

use super::Office;
use super::closed_edition::key;
use super::open_edition::{KEY, TOUR};
use crate::domain::japan_time::UnixMillis;
use crate::domain::local_government_code::{LocalGovernmentCode, PrefectureCode};
use crate::domain::organization::Route;
use crate::domain::place::Place;
use crate::domain::response_status::ResponseStatus;
use crate::domain::review_request::Addressee;
use crate::store::responses::ResponseRecord;
use crate::workflow::ask::{Asked, Asking, ask};
use crate::workflow::pass_on::pass_on;
use crate::workflow::{WorkflowError, WorkflowResult};

const WORDS: [&str; 2] = [
    "国の集計で、前回の回答より受給者数が大きく増えています。受給者証の発行数ではなく、受給者の人数かどうかをご確認ください。",
    "受給者数の時点（いつの人数か）を確かめ、令和8年度中の最新の人数に直せるときは直してください。",
];
const ADDITION: &str =
    "県の集計でも同じところが気になっていました。市町村の担当課へもお伝えください。";

/// Asks about two accepted answers, now: events stand in the order of time, and reviews went on until now.
pub(super) async fn fill(office: &Office<'_>, now: UnixMillis) -> WorkflowResult<()> {
    let edition = key(KEY)?;
    let missing = || WorkflowError::NotFound;
    let prefecture = PrefectureCode::new(TOUR).ok_or_else(missing)?;
    let desk = office.on(now);
    let mut words = WORDS.into_iter();
    let mut asked: Vec<LocalGovernmentCode> = Vec::new();
    for body in desk.store.organizations_in(prefecture).await? {
        let record = desk.store.response(&edition, body.code).await?;
        let Some(record) = record.filter(is_accepted) else {
            continue;
        };
        let revision = desk
            .store
            .revision(record.id, record.revision_number)
            .await?;
        let form = revision.ok_or_else(missing)?.form;
        let rows = &record.edition.definition.rows;
        let first = rows.iter().find(|row| form.scheme(&row.scheme).target);
        let Some(row) = first else {
            continue;
        };
        let Some(text) = words.next() else {
            break;
        };
        let asking = Asking {
            version: record.version,
            addressee: Addressee::Body,
            asked: vec![Asked {
                place: Some(Place::Recipients(row.scheme.clone())),
                words: text.to_owned(),
            }],
            due_on: None,
        };
        let ministry = &office.people.coordinator;
        ask(&desk, ministry, &edition, body.code, asking).await?;
        asked.push(body.code);
        if asked.len() == WORDS.len() {
            break;
        }
    }
    let code = *asked.last().ok_or_else(missing)?;
    let record = desk.store.response(&edition, code).await?;
    let record = record.ok_or_else(missing)?;
    let requests = desk.store.requests(record.id).await?;
    let additions = requests
        .iter()
        .map(|request| (request.number, ADDITION.to_owned()))
        .collect();
    let own = office.people.of_prefecture(prefecture)?;
    let version = record.version;
    pass_on(&desk, own, &edition, code, version, &additions, None).await
}

fn is_accepted(record: &ResponseRecord) -> bool {
    record.route == Route::ThroughPrefecture && record.status == ResponseStatus::Accepted
}
