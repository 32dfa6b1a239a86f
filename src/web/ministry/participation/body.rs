//! GET `/participation/bodies/{code}`: everything the ledger says about one body, and how it stands today.

use std::collections::{BTreeMap, HashMap};

use actix_web::web;
use askama::Template;

use super::{MENU, State, state_tag};
use crate::domain::fiscal_year::FiscalYear;
use crate::domain::japan_time;
use crate::domain::local_government_code::LocalGovernmentCode;
use crate::domain::participation::{
    ParticipationEntry, ParticipationSource, ParticipationState, in_force,
};
use crate::domain::revision::receipt_path;
use crate::domain::scheme::SchemeId;
use crate::domain::scheme_catalogue::Catalogue;
use crate::store::participation::LedgerRow;
use crate::web::error::{WebError, WebResult};
use crate::web::page::{self, html};
use crate::web::session::Session;
use crate::web::view::{Crumb, Page, StatusTag};

#[derive(Template)]
#[template(path = "ministry/participation/body.html")]
struct BodyPage {
    page: Page,
    code: String,
    name: String,
    kind: &'static str,
    /// Labels of the fiscal years with entries, oldest first.
    years: Vec<String>,
    standing: Vec<StandingRow>,
    as_of: String,
    entries: Vec<EntryLine>,
    enter_href: String,
}

/// A scheme and how the body stands with it in each year.
struct StandingRow {
    scheme: String,
    /// 年度, chip; `None` where the ledger says nothing for today.
    cells: Vec<(String, Option<StatusTag>)>,
}

/// One entry, display-ready.
pub(super) struct EntryLine {
    pub code: String,
    pub name: String,
    pub body_href: String,
    pub scheme: String,
    pub year: String,
    pub tag: StatusTag,
    pub effective_on: String,
    pub recorded_at: String,
    pub batch_href: String,
    pub source: &'static str,
    /// Label and address of the answer it was confirmed from.
    pub answer: Option<Crumb>,
    pub file: String,
    pub who: String,
    pub note: String,
}

#[derive(serde::Deserialize)]
pub struct BodyQuery {
    notice: Option<String>,
}

/// GET `/participation/bodies/{code}`.
pub async fn body(
    state: State,
    session: Session,
    code: web::Path<String>,
    query: web::Query<BodyQuery>,
) -> WebResult {
    session.must_be_ministry()?;
    let code: LocalGovernmentCode = code.parse().map_err(|_| WebError::NotFound)?;
    let store = &state.desk.store;
    let found = store.organization(code).await?.ok_or(WebError::NotFound)?;
    let rows = store.participation_of(code).await?;
    let catalogue = store.catalogue().await?;
    let now = state.desk.now();
    let mut lines = entry_lines(&state, &rows).await?;
    lines.reverse();
    let (years, standing) = standing(&catalogue, &rows, now.japan_date());
    html(&BodyPage {
        page: page::signed_in(
            &state,
            &session,
            &found.full_name(),
            &[("参加の記録", MENU)],
        )
        .in_section(MENU)
        .with_notice(query.notice.as_deref()),
        code: code.to_string(),
        name: found.name.clone(),
        kind: found.kind.label(),
        years,
        standing,
        as_of: format!("{}現在", japan_time::date_label(now.japan_date())),
        entries: lines,
        enter_href: format!("{MENU}/enter?body={code}"),
    })
}

/// Years and, for each scheme in the catalogue's order, what holds on a day.
fn standing(
    catalogue: &Catalogue,
    rows: &[LedgerRow],
    today: jiff::civil::Date,
) -> (Vec<String>, Vec<StandingRow>) {
    let mut cells: BTreeMap<(usize, FiscalYear), Vec<&ParticipationEntry>> = BTreeMap::new();
    let mut years: Vec<FiscalYear> = Vec::new();
    for row in rows {
        let entry = &row.entry;
        let at = catalogue.position(entry.scheme.as_str());
        let key = (at.unwrap_or(usize::MAX), entry.fiscal_year);
        cells.entry(key).or_default().push(entry);
        if !years.contains(&entry.fiscal_year) {
            years.push(entry.fiscal_year);
        }
    }
    years.sort_unstable();
    let mut schemes: Vec<usize> = cells.keys().map(|(at, _)| *at).collect();
    schemes.dedup();
    let labels: Vec<String> = years.iter().map(|year| year.label()).collect();
    let row = |at: usize| StandingRow {
        scheme: catalogue.get(at).map_or_else(
            || "（一覧にない制度）".to_owned(),
            |it| it.table_name().to_owned(),
        ),
        cells: years
            .iter()
            .map(|year| {
                let entries = cells.get(&(at, *year)).map_or(&[][..], Vec::as_slice);
                let held = in_force(entries.iter().copied(), today);
                let held = held.filter(|held| held.state != ParticipationState::Annulled);
                (year.label(), held.map(|entry| state_tag(entry.state)))
            })
            .collect(),
    };
    let standing = schemes.into_iter().map(row).collect();
    (labels, standing)
}

/// The name of a scheme in the tables.
pub(super) fn name_of_schemes(catalogue: &Catalogue) -> impl Fn(&SchemeId) -> String {
    move |id: &SchemeId| {
        let at = catalogue.position(id.as_str());
        let scheme = at.and_then(|at| catalogue.get(at));
        scheme.map_or_else(|| id.to_string(), |scheme| scheme.table_name().to_owned())
    }
}

/// Entries as lines, in the order given.
pub(super) async fn entry_lines(state: &State, rows: &[LedgerRow]) -> WebResult<Vec<EntryLine>> {
    let store = &state.desk.store;
    let catalogue = store.catalogue().await?;
    let links = store
        .revision_links(rows.iter().filter_map(|row| row.entry.revision_id))
        .await?;
    let names: HashMap<LocalGovernmentCode, String> = store
        .all_organizations()
        .await?
        .into_iter()
        .map(|(body, name)| (body.code, name))
        .collect();
    let scheme_name = name_of_schemes(&catalogue);
    let lines = rows.iter().map(|LedgerRow { entry, batch }| EntryLine {
        code: entry.code.to_string(),
        name: names.get(&entry.code).cloned().unwrap_or_default(),
        body_href: format!("{MENU}/bodies/{}", entry.code),
        scheme: scheme_name(&entry.scheme),
        year: entry.fiscal_year.label(),
        tag: state_tag(entry.state),
        effective_on: japan_time::date_label(entry.effective_on),
        recorded_at: japan_time::datetime_label(batch.recorded_at),
        batch_href: super::batch_href(batch.id),
        source: batch.source.label(),
        answer: entry
            .revision_id
            .filter(|_| batch.source == ParticipationSource::Confirmed)
            .and_then(|id| links.get(&id))
            .map(|link| Crumb {
                label: format!("{}（第{}版）", link.receipt, link.number),
                href: receipt_path(&link.receipt),
            }),
        file: batch.file_name.clone(),
        who: format!("{} {}", batch.actor_body, batch.actor_name)
            .trim()
            .to_owned(),
        note: entry.note.clone(),
    });
    Ok(lines.collect())
}
